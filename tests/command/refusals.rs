//! What the command refuses: the message names the cause, the exit code tells its kind, and no file is left.

use super::*;

#[test]
fn textures_of_formats_without_any_and_of_wrong_sizes_are_refused() {
    let bench = Bench::new();
    for name in ["pig.obj", "pig.ply", "pig.stl"] {
        assert_fails(
            &bench.generate("a pig", name, &["--texture-size", "256"]),
            2,
            &["--texture-size", ".glb"],
        );
    }
    assert_fails(&bench.generate("a pig", "pig.glb", &["--texture-size", "8192"]), 2, &["8192", "4096"]);
    assert!(bench.files().is_empty());
}

#[test]
fn budgets_and_levels_out_of_range_or_in_formats_without_them_are_refused() {
    let bench = Bench::new();
    for budget in ["0", "1", "3", "many"] {
        assert_fails(&bench.generate("a pig", "pig.glb", &["--triangles", budget]), 2, &["--triangles"]);
    }
    assert_fails(&bench.generate("a pig", "pig.glb", &["--lods", "9"]), 2, &["9", "8"]);
    for option in [&["--lods", "1"][..], &["--collision", "hull"]] {
        assert_fails(&bench.generate("a pig", "pig.obj", option), 2, &[option[0], ".glb"]);
    }
    assert!(bench.files().is_empty());
    assert_works(&bench.generate("a pig", "pig.obj", &["--triangles", "4000000000"]));
}

#[test]
fn prompts_that_cannot_be_used_exit_with_3() {
    let bench = Bench::new();
    // Windows allows 32,767 characters in a command line.
    let long = "pig ".repeat(5_000);
    let prompts: [(&str, &[&str]); 5] = [
        ("", &["empty"]),
        (" \t ", &["empty"]),
        ("\u{1f437}\u{1f389}", &["knows no word", "att3d words"]),
        ("pigg", &["pigg", "did you mean", "pig"]),
        (&long, &["5002", "12"]),
    ];
    for (prompt, named) in prompts {
        assert_fails(&bench.generate(prompt, "out.glb", &[]), 3, named);
    }
    assert_eq!(bench.files(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn prompt_that_is_not_utf_8_exits_with_2() {
    use std::os::unix::ffi::OsStrExt;

    let bench = Bench::new();
    let prompt = OsStr::from_bytes(b"a pig \xff\xfe");
    let rest = ["--output", "out.glb", "--model", MODEL].map(OsStr::new);
    let output = bench.run([OsStr::new("generate"), prompt].into_iter().chain(rest));
    assert_fails(&output, 2, &["UTF-8"]);
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn wrong_arguments_exit_with_2() {
    let bench = Bench::new();
    let lines: [&[&str]; 5] = [
        &[],
        &["sculpt"],
        &["generate", "a pig"],
        &["generate", "a pig", "-o", "out.glb", "--threads", "0"],
        &["generate", "a pig", "-o", "out.glb", "--resolution", "many"],
    ];
    for line in lines {
        assert_fails(&bench.run(line), 2, &[]);
    }
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn packages_that_cannot_be_used_exit_with_4() {
    let bench = Bench::new();
    let whole = fs::read(bench.path(MODEL)).unwrap();
    fs::write(bench.path("half.att3d"), &whole[..whole.len() / 2]).unwrap();
    fs::write(bench.path("empty.att3d"), b"").unwrap();
    fs::create_dir(bench.path("folder")).unwrap();
    let before = bench.files();
    for package in ["missing.att3d", "half.att3d", "empty.att3d", "folder"] {
        let output = bench.run(["generate", "a pig", "-o", "out.glb", "--model", package]);
        assert_fails(&output, 4, &[package]);
        for verb in ["words", "info"] {
            assert_fails(&bench.run([verb, "--model", package]), 4, &[package]);
        }
    }
    assert_eq!(bench.files(), before);
}

#[test]
fn sources_that_cannot_be_converted_exit_with_4() {
    let bench = Bench::new();
    let header = br#"{"geometry.space_generator.peft_layers.layers.0.down.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let adapter = [(header.len() as u64).to_le_bytes().as_slice(), header, &[0; 4]].concat();
    fs::write(bench.path("adapter.safetensors"), adapter).unwrap();
    // A pickle that would run a command.
    fs::write(bench.path("bare.pth"), b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00echo\x85R.").unwrap();
    fs::create_dir(bench.path("base")).unwrap();
    let before = bench.files();
    let convert =
        |source: &str, more: &[&str]| bench.run(["convert", source, "-o", "out.att3d"].iter().chain(more));
    assert_fails(&convert("adapter.safetensors", &[]), 4, &["stable-diffusion-2-1-base"]);
    assert_fails(&convert("adapter.safetensors", &["--base", "base"]), 4, &["base has no unet/config.json"]);
    assert_fails(&convert("bare.pth", &[]), 4, &["bare.pth is a bare pickle", "not supported"]);
    assert_eq!(bench.files(), before);
}

#[test]
fn resolutions_out_of_range_are_refused_and_keep_the_older_file() {
    let bench = Bench::new();
    fs::write(bench.path("out.glb"), b"older").unwrap();
    for resolution in ["0", "1", "1000000"] {
        let output = bench.generate_at(resolution, "a pig", "out.glb", &[]);
        assert_fails(&output, 2, &["resolution", resolution, "1024"]);
        assert_fails(&bench.generate_at(resolution, "a pig", "new.glb", &[]), 2, &[resolution]);
    }
    assert_eq!(bench.files(), ["out.glb"]);
    assert_eq!(fs::read(bench.path("out.glb")).unwrap(), b"older");
}

#[test]
fn field_without_a_surface_exits_with_6() {
    let mut config = tiny_model::triplane();
    config.surface = SurfaceConfig::SignedDistance { iso_level: -1.5, envelope: vec![[1.0, 8.0]] };
    let bench = Bench::with(&config);
    assert_fails(&bench.generate("a pig", "out.glb", &[]), 6, &["-1.5"]);
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn output_that_cannot_be_written_exits_with_5_and_leaves_nothing() {
    let bench = Bench::new();
    fs::create_dir(bench.path("folder")).unwrap();
    for output in ["missing/out.glb", "folder"] {
        assert_fails(&bench.generate("a pig", output, &[]), 5, &["cannot write", output]);
    }
    assert_eq!(bench.files(), ["folder"]);
    assert_eq!(fs::read_dir(bench.path("folder")).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn full_device_and_system_folders_exit_with_5() {
    let bench = Bench::new();
    for output in ["/dev/full", "/proc/x.glb"] {
        assert_fails(&bench.generate("a pig", output, &[]), 5, &["cannot write", output]);
    }
    assert_eq!(bench.files(), [""; 0]);
    assert!(!PathBuf::from("/proc/x.glb").exists());
}

#[test]
fn render_of_what_is_no_glb_exits_with_5() {
    let bench = Bench::new();
    fs::write(bench.path("text.glb"), b"once upon a time there was a pig").unwrap();
    fs::write(bench.path("empty.glb"), b"").unwrap();
    for name in ["text.glb", "empty.glb"] {
        assert_fails(&bench.run(["render", name, "-o", "out.png"]), 5, &["GLB"]);
    }
    assert_fails(&bench.run(["render", "missing.glb", "-o", "out.png"]), 5, &["missing.glb"]);
    assert_eq!(bench.files(), ["empty.glb", "text.glb"]);
}

#[test]
fn pictures_of_other_formats_and_outputs_that_collide_are_refused() {
    let bench = Bench::new();
    assert_fails(&bench.generate("a pig", "pig.glb", &["--preview", "pig.jpg"]), 2, &["pig.jpg", ".png"]);
    assert_fails(&bench.generate("a pig", "same", &["--preview", "./same"]), 2, &["same", "twice"]);
    assert_fails(&bench.generate("a pig", "pig.fbx", &[]), 2, &["pig.fbx"]);
    assert!(bench.files().is_empty());
    assert_works(&bench.generate("a pig", "pig.glb", &[]));
    assert_fails(&bench.run(["render", "pig.glb", "-o", "pig.jpg"]), 2, &["pig.jpg", ".png"]);
    fs::write(bench.path("bad.glb"), b"glTF").unwrap();
    assert_fails(&bench.run(["render", "bad.glb", "-o", "bad.png"]), 5, &["bad.glb"]);
}

#[cfg(unix)]
#[test]
fn a_missing_folder_is_named_and_no_temporary_file() {
    let bench = Bench::new();
    let output = bench.generate("a pig", "no/such/pig.glb", &[]);
    assert_fails(&output, 5, &["no/such/pig.glb", "there is no folder no/such"]);
    assert!(!complaints(&output).contains(".tmp"), "{}", complaints(&output));
}
