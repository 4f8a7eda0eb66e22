//! What the command prints: readings, words, information, help, and its standard streams.

use super::*;

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
        [("green", "names no thing"), ("a weapon", "did you mean"), ("made of gold", "names no thing")]
    {
        assert_fails(&bench.run(["read", prompt]), 3, &[named]);
        assert_fails(&bench.run(["generate", prompt, "-o", "out.glb"]), 3, &[named]);
    }
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn render_draws_what_generate_wrote() {
    let bench = Bench::new();
    assert_works(&bench.generate("a pig", "pig.glb", &[]));
    assert_works(&bench.run(["render", "pig.glb", "-o", "pig.png", "--size", "64", "--yaw", "-30"]));
    assert!(fs::read(bench.path("pig.png")).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
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
fn models_lists_the_packages_of_a_folder_and_what_is_wrong_with_them() {
    let bench = Bench::new();
    assert_works(&bench.run(["models"]));
    fs::write(bench.path("broken.att3d"), b"PK").unwrap();
    fs::write(bench.path("notes.txt"), b"mine").unwrap();
    fs::create_dir(bench.path("plain")).unwrap();
    let output = bench.run(["models", "."]);
    assert_works(&output);
    let text = printed(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("broken.att3d: cannot be used"), "{text}");
    for named in ["model.att3d: tiny", "latte3d.triplane", "CC0-1.0", "It knows ", " words.", "metallic"] {
        assert!(lines[1].contains(named), "{named}: {text}");
    }
    let report: Value = serde_json::from_str(&printed(&bench.run(["models", "--json"]))).unwrap();
    assert!(report[0]["error"].is_string() && report[1]["family"] == "latte3d.triplane", "{report}");
    assert!(printed(&bench.run(["models", "plain"])).contains("holds no package"));
    assert_fails(&bench.run(["models", "missing"]), 5, &["missing", "cannot list"]);
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
