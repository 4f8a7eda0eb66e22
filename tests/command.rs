//! Tests of the command: its output files are complete, it reports what it cannot do, and the exit code tells
//! the reason.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use att3d::gltf::read_glb;
use att3d::weights::config::{ModelConfig, SurfaceConfig, WordGroup};
use serde_json::Value;

/// A folder with a tiny model, in which commands run.
struct Bench {
    folder: tempfile::TempDir,
}

const MODEL: &str = "model.att3d";

impl Bench {
    fn new() -> Self {
        Self::with(&tiny_model::triplane())
    }

    fn with(config: &ModelConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        tiny_model::save(&folder.path().join(MODEL), config);
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_att3d"));
        command.args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    /// Generates a small mesh with the tiny model.
    fn generate(&self, prompt: &str, output: &str, more: &[&str]) -> Output {
        self.generate_at("16", prompt, output, more)
    }

    fn generate_at(&self, resolution: &str, prompt: &str, output: &str, more: &[&str]) -> Output {
        let arguments = ["generate", prompt, "--output", output, "--model", MODEL, "--threads", "2"];
        self.run(arguments.iter().chain(&["--resolution", resolution]).chain(more))
    }

    /// Returns the names of all files except the model.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != MODEL).collect();
        names.sort();
        names
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaints(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_works(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", complaints(output));
}

/// Asserts that the command failed with this exit code and a message that contains the given texts.
#[track_caller]
fn assert_fails(output: &Output, code: i32, named: &[&str]) {
    let complaints = complaints(output);
    assert_eq!(output.status.code(), Some(code), "{complaints}");
    for named in named {
        assert!(complaints.contains(named), "{named:?} is not in: {complaints}");
    }
    assert!(!complaints.contains("panicked"), "{complaints}");
}

#[test]
fn generate_writes_a_mesh_and_a_picture() {
    for config in [tiny_model::triplane(), tiny_model::voxel_grid()] {
        let bench = Bench::with(&config);
        let output = bench.generate("a pig", "pig.glb", &["--preview", "pig.png"]);
        assert_works(&output);
        assert!(printed(&output).contains("pig.glb"));
        assert_eq!(complaints(&output), "");
        assert_eq!(bench.files(), ["pig.glb", "pig.png"]);
        let asset = read_glb(&bench.path("pig.glb")).unwrap();
        assert!(!asset.mesh.triangles.is_empty());
        assert_eq!(asset.extras["prompt"], "a pig");
        assert_eq!(asset.extras["model"], "tiny");
        assert!(fs::read(bench.path("pig.png")).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    }
}

#[test]
fn a_textured_mesh_is_read_back_with_its_colours_and_says_what_it_cost() {
    let bench = Bench::new();
    assert_works(&bench.generate("a pig", "plain.glb", &[]));
    let output = bench.generate("a pig", "pig.glb", &["--texture-size", "256", "--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["texture"]["size"], 256);
    assert!(report["texture"]["charts"].as_u64().unwrap() > 0);
    assert!(report["texture"]["stretch"].as_f64().unwrap() >= 1.0);
    let (plain, painted) = (bench.path("plain.glb"), bench.path("pig.glb"));
    let (plain, painted) = (read_glb(&plain).unwrap().mesh, read_glb(&painted).unwrap().mesh);
    assert_eq!(plain.triangles.len(), painted.triangles.len());
    let colors: std::collections::HashMap<_, _> = plain
        .positions
        .iter()
        .zip(&plain.colors)
        .map(|(position, color)| (position.map(f32::to_bits), color))
        .collect();
    for (position, color) in painted.positions.iter().zip(&painted.colors) {
        let expected = colors[&position.map(f32::to_bits)];
        let off = color.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 0.08, "{position:?} is {color:?}, and without textures {expected:?}");
    }
    // The rendering command reads it too.
    assert_works(&bench.run(["render", "pig.glb", "-o", "pig.png"]));
}

#[test]
fn variants_are_files_of_their_own() {
    let mut config = tiny_model::triplane();
    let phrases = vec!["red".to_owned(), "blue".to_owned()];
    config.words.varied = vec![WordGroup { name: "colours".into(), phrases }];
    let bench = Bench::with(&config);
    let more = ["--variants", "3", "--seed", "4", "--preview", "pig.png", "--json"];
    let output = bench.generate("a pig", "pig.glb", &more);
    assert_works(&output);
    let files = ["pig-0.glb", "pig-0.png", "pig-1.glb", "pig-1.png", "pig-2.glb", "pig-2.png"];
    assert_eq!(bench.files(), files);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["variants"].as_array().unwrap().len(), 3);
    assert_eq!(read_glb(&bench.path("pig-2.glb")).unwrap().extras["seed"], 6);
    assert_works(&bench.generate("a pig", "alone.glb", &["--seed", "6"]));
    let (one, other) =
        (fs::read(bench.path("pig-2.glb")).unwrap(), fs::read(bench.path("alone.glb")).unwrap());
    assert!(one == other, "a variant depends on those before it");
    let plain = Bench::new();
    assert_fails(&plain.generate("a pig", "pig.glb", &["--seed", "1"]), 4, &["seed"]);
    assert_fails(&plain.generate("a pig", "pig.glb", &["--variants", "2"]), 4, &["seed"]);
    let said = bench.generate("a red pig", "red.glb", &["--variants", "2"]);
    assert_works(&said);
    assert!(complaints(&said).contains("leaves nothing open"), "{}", complaints(&said));
    assert!(plain.files().is_empty());
}

#[test]
fn a_mesh_stands_where_and_as_large_as_it_is_asked_to() {
    let bench = Bench::new();
    let bounds = |name: &str, more: &[&str]| {
        assert_works(&bench.generate("a pig", name, more));
        let text = fs::read_to_string(bench.path(name)).unwrap();
        let vertices = text.lines().filter_map(|line| line.strip_prefix("v ")).map(|line| {
            let numbers: Vec<f32> = line.split(' ').take(3).map(|number| number.parse().unwrap()).collect();
            [numbers[0], numbers[1], numbers[2]]
        });
        att3d::mesh::bounds(&vertices.collect::<Vec<_>>())
    };
    let longest = |[low, high]: [[f32; 3]; 2]| (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
    let [low, high] = bounds("ground.obj", &["--size", "3"]);
    assert!((longest([low, high]) - 3.0).abs() < 1e-4 && low[1].abs() < 1e-5, "{low:?} {high:?}");
    let turned = bounds("up.obj", &["--size", "3", "--up", "z"]);
    assert_eq!(turned[0][2], low[1]);
    assert_eq!((turned[0][1], turned[1][1]), (-high[2], -low[2]));
    let [low, high] = bounds("center.obj", &["--size", "3", "--pivot", "center"]);
    assert!((0..3).all(|axis| (low[axis] + high[axis]).abs() < 1e-4), "{low:?} {high:?}");
    assert_fails(&bench.generate("a pig", "pig.obj", &["--size=-1"]), 2, &["--size", "positive"]);
    assert_fails(&bench.generate("a pig", "pig.glb", &["--up", "z"]), 2, &["always +Y up"]);
    assert!(!bench.path("pig.glb").exists());
}

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
fn an_asset_keeps_its_budget_and_reports_what_it_measures() {
    let bench = Bench::new();
    let more = ["--triangles", "300", "--texture-size", "64", "--lods", "1", "--collision", "hull", "--json"];
    let output = bench.generate("a pig", "pig.glb", &more);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert!(report["triangles"].as_u64().unwrap() <= 300, "{report}");
    let measured = &report["report"];
    assert_eq!(
        (&measured["boundary_edges"], &measured["non_manifold_edges"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    assert!(measured["levels"][0].as_u64().unwrap() <= 165, "{report}");
    assert!(measured["hull_triangles"][0].as_u64().unwrap() > 3, "{report}");
    assert!(measured["hull_vertices"][0].as_u64().unwrap() <= 32, "{report}");
    assert!(measured["hausdorff"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(
        (&measured["lost_components"], &measured["removed_components"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    assert!(measured["volume"].as_f64().unwrap() > 0.0, "{report}");
    let glb = fs::read(bench.path("pig.glb")).unwrap();
    let names = |name: &str| glb.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(names("a pig_LOD0") && names("a pig_LOD1") && names("UCX_a pig_LOD0") && names("normalTexture"));
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
fn interpolation_goes_into_one_file_as_frames_or_as_a_morph() {
    let bench = Bench::new();
    let walk = |more: &[&str]| {
        bench.run(["interpolate", "--model", MODEL, "--resolution", "16"].iter().chain(more).copied())
    };
    assert_works(&walk(&["a pig", "a tiger", "--steps", "3", "-o", "frames.glb"]));
    let glb = fs::read(bench.path("frames.glb")).unwrap();
    let has = |name: &str| glb.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(has("animations") && has("002 a pig / a tiger") && has("STEP"));
    // With the same prompt twice nothing moves, and the shape can always morph to itself.
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
fn json_report_parses_and_counts_what_was_written() {
    let bench = Bench::new();
    let output = bench.generate("a dragon pig", "pig.glb", &["--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    let asset = read_glb(&bench.path("pig.glb")).unwrap();
    assert_eq!(report["output"], "pig.glb");
    assert_eq!(report["triangles"], asset.mesh.triangles.len());
    assert_eq!(report["vertices"], asset.mesh.positions.len());
    assert_eq!(report["left_out"], serde_json::json!(["dragon"]));
    assert!(report["milliseconds"]["whole"].is_u64());
}

#[test]
fn same_command_writes_the_same_bytes() {
    let bench = Bench::new();
    for name in ["one.glb", "two.glb"] {
        assert_works(&bench.generate("a red tiger", name, &[]));
    }
    let read = |name| fs::read(bench.path(name)).unwrap();
    assert!(read("one.glb") == read("two.glb"));
}

#[test]
fn unknown_words_are_named_and_the_rest_is_made() {
    let bench = Bench::new();
    let output = bench.generate("a dragon pig", "pig.glb", &[]);
    assert_works(&output);
    assert!(complaints(&output).contains("unknown words: dragon"), "{}", complaints(&output));
    assert_eq!(bench.files(), ["pig.glb"]);
}

#[cfg(feature = "bundled-model")]
#[test]
fn read_says_what_is_understood_and_exits_with_3_where_nothing_is() {
    let bench = Bench::new();
    let output = bench.run(["read", "a green monster truck", "a low-poly wooden chair", "a pig"]);
    assert_works(&output);
    assert_eq!(printed(&output), "a green truck (left out: monster)\na wooden chair\na pig\n");
    let output = bench.run(["read", "--json", "a DSLR photo of a corgi, high resolution"]);
    let line: Value = serde_json::from_str(&printed(&output)).unwrap();
    let expected = serde_json::json!({ "phrase": "a dog", "thing": "dog", "attributes": [] });
    assert_eq!((&line["understood"], &line["replaced"]["corgi"]), (&expected, &serde_json::json!("dog")));
    assert_works(&bench.run(["read", "--change", "made of gold"]));
    for (prompt, named) in
        [("green", "names no thing"), ("a motorbike", "did you mean"), ("made of gold", "names no thing")]
    {
        assert_fails(&bench.run(["read", prompt]), 3, &[named]);
        assert_fails(&bench.run(["generate", prompt, "-o", "out.glb"]), 3, &[named]);
    }
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn prompts_that_cannot_be_used_exit_with_3() {
    let bench = Bench::new();
    let long = "pig ".repeat(10_000);
    let prompts: [(&str, &[&str]); 5] = [
        ("", &["empty"]),
        (" \t ", &["empty"]),
        ("\u{1f437}\u{1f389}", &["knows no word", "att3d words"]),
        ("pigg", &["pigg", "did you mean", "pig"]),
        (&long, &["10002", "12"]),
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
fn render_draws_what_generate_wrote() {
    let bench = Bench::new();
    assert_works(&bench.generate("a pig", "pig.glb", &[]));
    assert_works(&bench.run(["render", "pig.glb", "-o", "pig.png", "--size", "64", "--yaw", "-30"]));
    assert!(fs::read(bench.path("pig.png")).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
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
fn words_lists_what_the_model_knows() {
    let bench = Bench::new();
    let output = bench.run(["words", "--model", MODEL]);
    assert_works(&output);
    assert_eq!(printed(&output).lines().collect::<Vec<_>>(), tiny_model::WORDS);
    let output = bench.run(["words", "--model", MODEL, "--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["words"], serde_json::json!(tiny_model::WORDS));
}

#[test]
fn info_says_what_the_model_is() {
    for (config, family) in
        [(tiny_model::triplane(), "latte3d.triplane"), (tiny_model::voxel_grid(), "att3d.voxel_grid")]
    {
        let bench = Bench::with(&config);
        let output = bench.run(["info", "--model", MODEL]);
        assert_works(&output);
        for named in ["tiny", family, "CC0-1.0"] {
            assert!(printed(&output).contains(named), "{named}: {}", printed(&output));
        }
        let output = bench.run(["info", "--model", MODEL, "--json"]);
        assert_works(&output);
        let report: Value = serde_json::from_str(&printed(&output)).unwrap();
        assert_eq!(report["family"], family);
        assert_eq!(report["known_words"], tiny_model::WORDS.len());
    }
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
fn the_least_budget_keeps_a_positive_volume_and_says_what_it_cost() {
    let bench = Bench::new();
    let output = bench.generate("a pig", "pig.glb", &["--triangles", "4", "--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["triangles"], 4, "{report}");
    assert!(report["report"]["volume"].as_f64().unwrap() > 0.0, "{report}");
    assert!(complaints(&output).contains("moved the surface by up to"), "{}", complaints(&output));
}

#[test]
fn several_hulls_are_numbered_as_hosts_read_them() {
    let bench = Bench::new();
    let has = |name: &str| {
        let glb = fs::read(bench.path("pig.glb")).unwrap();
        glb.windows(name.len()).any(|bytes| bytes == name.as_bytes())
    };
    let options = ["--collision", "hulls", "--hulls", "8", "--hull-vertices", "16", "--json"];
    let output = bench.generate("a pig", "pig.glb", &options);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    let vertices = report["report"]["hull_vertices"].as_array().unwrap().clone();
    assert!((2..=8).contains(&vertices.len()), "{report}");
    assert!(vertices.iter().all(|count| count.as_u64().unwrap() <= 16), "{report}");
    assert!(has("UCX_a pig_00") && has("UCX_a pig_01"));
    assert_works(&bench.generate("a pig", "pig.glb", &[&options[..6], &["--host", "godot"]].concat()));
    assert!(has("a pig_00-convcolonly") && has("a pig_01-convcolonly"));
    assert_fails(&bench.generate("a pig", "pig.glb", &["--hull-vertices", "7"]), 2, &["--hull-vertices"]);
}

#[cfg(unix)]
#[test]
fn standard_output_that_nobody_reads_ends_with_141_and_full_output_with_5() {
    use std::process::Stdio;

    let bench = Bench::new();
    let run = |output: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_att3d"));
        command.args(["words", "--model", MODEL]).current_dir(bench.folder.path());
        command.stdout(output).stderr(Stdio::piped()).output().unwrap()
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = run(writer.into());
    assert_eq!((output.status.code(), complaints(&output).as_str()), (Some(141), ""));
    if cfg!(target_os = "linux") {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_fails(&run(full.into()), 5, &["cannot write to standard output"]);
    }
}

#[test]
fn a_dash_is_standard_output_and_standard_input() {
    use std::io::Write;
    use std::process::Stdio;

    let bench = Bench::new();
    let output = bench.generate("a pig", "-", &[]);
    assert_works(&output);
    assert!(output.stdout.starts_with(b"glTF"));
    assert!(complaints(&output).contains("triangles in"), "{}", complaints(&output));
    assert_fails(&bench.generate("a pig", "-", &["--json"]), 2, &["--json"]);
    assert_fails(&bench.generate("a pig", "-", &["--variants", "2"]), 2, &["--variants"]);
    assert!(bench.files().is_empty());
    let mut command = Command::new(env!("CARGO_BIN_EXE_att3d"));
    command.args(["generate", "-", "-o", "typed.glb", "--model", MODEL, "--resolution", "16"]);
    command
        .current_dir(bench.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a pig\n").unwrap();
    assert_works(&child.wait_with_output().unwrap());
    assert_eq!(read_glb(&bench.path("typed.glb")).unwrap().extras["prompt"], "a pig");
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

#[cfg(unix)]
#[test]
fn a_missing_folder_is_named_and_no_temporary_file() {
    let bench = Bench::new();
    let output = bench.generate("a pig", "no/such/pig.glb", &[]);
    assert_fails(&output, 5, &["no/such/pig.glb", "there is no folder no/such"]);
    assert!(!complaints(&output).contains(".tmp"), "{}", complaints(&output));
}

#[test]
fn shells_and_manuals_get_what_they_need() {
    let bench = Bench::new();
    for (shell, expected) in [("bash", "_att3d"), ("zsh", "#compdef att3d"), ("fish", "complete -c att3d")] {
        let output = bench.run(["completions", shell]);
        assert_works(&output);
        assert!(printed(&output).contains(expected), "{shell}");
    }
    assert_works(&bench.run(["completions", "powershell"]));
    let page = bench.run(["man"]);
    assert_works(&page);
    assert!(printed(&page).contains(".TH att3d 1"), "{}", printed(&page));
    let page = bench.run(["man", "generate"]);
    assert_works(&page);
    assert!(printed(&page).contains("triangles"), "{}", printed(&page));
    assert_fails(&bench.run(["man", "sculpt"]), 2, &["sculpt", "generate"]);
}
