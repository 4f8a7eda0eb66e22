//! The command `att3d interpolate`.

use super::*;

#[test]
fn interpolation_goes_into_one_file_as_frames_or_as_a_morph() {
    let bench = Bench::new();
    let walk = |more: &[&str]| {
        bench.run(["interpolate", "--model", MODEL, "--resolution", "16"].iter().chain(more).copied())
    };
    assert_works(&walk(&["a pig", "a tiger", "--steps", "3", "-o", "frames.glb"]));
    let glb = fs::read(bench.path("frames.glb")).unwrap();
    let has = |name: &str| glb.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(has("animations") && has("002 a pig / a tiger") && has("STEP"));
    // With the same prompt twice nothing moves, so this morph is always possible.
    assert_works(&walk(&["a pig", "a pig", "--morph", "--steps", "2", "-o", "morph.glb"]));
    let glb = fs::read(bench.path("morph.glb")).unwrap();
    assert!(glb.windows(11).any(|bytes| bytes == b"targetNames"));
    fs::remove_file(bench.path("frames.glb")).unwrap();
    fs::remove_file(bench.path("morph.glb")).unwrap();
    assert_fails(&walk(&["a pig", "a tiger", "--morph", "-o", "folder"]), 2, &["--morph", ".glb"]);
    assert_fails(
        &walk(&["a pig", "a tiger", "--texture-size", "64", "-o", "f.glb"]),
        2,
        &["--texture-size", "--morph"],
    );
    assert_fails(
        &walk(&["a pig", "a tiger", "--seconds", "0", "-o", "f.glb"]),
        2,
        &["--seconds", "positive"],
    );
    assert!(!bench.path("f.glb").exists() && !bench.path("folder").exists());
}

#[test]
fn interpolate_writes_each_step_and_a_sheet() {
    let bench = Bench::new();
    let line = ["interpolate", "a pig", "a tiger", "--steps", "2", "-o", "walk", "--model", MODEL];
    assert_works(&bench.run(line.iter().chain(&["--resolution", "16"])));
    let entries = fs::read_dir(bench.path("walk")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["sheet.png", "step-000.glb", "step-000.png", "step-001.glb", "step-001.png"]);
    let read = |name: &str| fs::read(bench.path("walk").join(name)).unwrap();
    assert!(read("step-000.glb") != read("step-001.glb"));
}

#[test]
fn interpolate_blends_any_number_of_prompts_and_walks_between_blends() {
    let bench = Bench::new();
    let walk = |more: &[&str]| {
        let line = ["interpolate", "a pig", "a tiger", "a hat", "--model", MODEL, "--resolution", "16"];
        bench.run(line.iter().chain(more).copied())
    };
    // A blend is a single mesh and can have everything that a mesh can have.
    let blend = ["--keyframe", "0.5,0.3,0.2", "--texture-size", "64", "-o", "blend.glb", "--json"];
    let output = walk(&blend);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert!(report["texture"]["charts"].as_u64() > Some(0), "{report}");
    let blends = ["--keyframe", "1,0,0", "--keyframe", "0,0.5,0.5", "--keyframe", "-0.5,1,0.5"];
    let frames = [&blends[..], &["--times", "0,0.5,2", "--steps", "5", "-o", "walk.glb"]].concat();
    let output = walk(&frames);
    assert_works(&output);
    assert!(printed(&output).contains("0.50 s each"), "{}", printed(&output));
    assert_works(&walk(&["--keyframe", "1,0,0", "--keyframe", "1,0,0", "--morph", "-o", "morph.glb"]));
    let glb = fs::read(bench.path("morph.glb")).unwrap();
    assert!(glb.windows(14).any(|bytes| bytes == b"1.00 0.00 0.00"));
    for (options, words) in [
        (&["--keyframe", "0.5,0.5"][..], &["2", "3 prompts"][..]),
        (&["--keyframe", "a,b,c"], &["0.5,0.3,0.2"]),
        (&["--times", "0,1"], &["2", "3 keyframes"]),
        (&["--times", "0,2,1"], &["above the one before"]),
        (&["--keyframe", "1,0,0", "--morph"], &["--morph", "--keyframe at least twice"]),
        (&["--keyframe", "1,0,0", "--steps", "5"], &["--steps", "twice"]),
        (&["--keyframe", "1,0,0", "--seconds", "5"], &["--seconds", "twice"]),
        (&["--keyframe", "1,0,0", "--times", "5"], &["--times", "twice"]),
        (&["--times", "0,1,2", "--morph"], &["--morph"]),
        (&["--times", "0,1,2", "--seconds", "3"], &["--seconds"]),
    ] {
        assert_fails(&walk(&[options, &["-o", "none.glb"]].concat()), 2, words);
    }
    assert!(!bench.path("none.glb").exists());
}

#[test]
fn a_shorter_walk_leaves_no_step_of_a_longer_one() {
    let bench = Bench::new();
    let walk = |steps: &str| {
        let line = ["interpolate", "a pig", "a tiger", "--steps", steps, "-o", "walk", "--model", MODEL];
        bench.run(line.iter().chain(&["--resolution", "16"]))
    };
    assert_works(&walk("4"));
    fs::write(bench.path("walk").join("step-notes.txt"), b"mine").unwrap();
    let output = walk("2");
    assert_works(&output);
    assert!(complaints(&output).contains("removed 4 files"), "{}", complaints(&output));
    let entries = fs::read_dir(bench.path("walk")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected =
        ["sheet.png", "step-000.glb", "step-000.png", "step-001.glb", "step-001.png", "step-notes.txt"];
    assert_eq!(names, expected);
}
