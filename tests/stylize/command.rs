//! The command `att3d stylize`.

use super::*;

/// A folder with a tiny model and a crate, in which commands run.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        tiny_model::save(&folder.path().join("model.att3d"), &tiny_model::shaped());
        let glb = glb_of(&crate_of([-1.0; 3], [1.0; 3]), &Beside::default());
        fs::write(folder.path().join("crate.glb"), glb).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn stylize(&self, input: &str, output: &str, more: &[&str]) -> Output {
        let arguments = ["stylize", input, "a pig", "-o", output, "--model", "model.att3d", "--threads", "2"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_att3d"));
        command.args(arguments).args(more).current_dir(self.folder.path()).output().unwrap()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_command_writes_meshes_pictures_and_reports() {
    let bench = Bench::new();
    let output =
        bench.stylize("crate.glb", "pig.glb", &["--resolution", "16", "--preview", "pig.png", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["triangles"].as_u64().unwrap() > 4 && report["keep_shape"].as_f64() == Some(1.0));
    assert!(bench.path("pig.png").is_file());
    let more = ["--keep-geometry", "--texture-size", "64", "--preview", "kept.png", "--json"];
    let output = bench.stylize("crate.glb", "kept.glb", &more);
    assert!(output.status.success(), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["repainted"][0]["triangles"], &report["texture_size"]), (&json!(12), &json!(64)));
    assert!(bench.path("kept.png").is_file());
    // The output overwrites the input.
    let output = bench.stylize("crate.glb", "crate.glb", &["--keep-geometry", "--texture-size", "64"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(bench.stylize("crate.glb", "pig.obj", &["--resolution", "16", "--up", "z"]).status.success());
}

#[test]
fn the_command_refuses_what_it_cannot_do_and_writes_nothing() {
    let bench = Bench::new();
    fs::write(bench.path("text.glb"), "not a mesh").unwrap();
    for (input, output, more, code, named) in [
        ("text.glb", "out.glb", &[][..], 5, "text.glb"),
        ("text.glb", "out.glb", &["--keep-geometry"], 5, "text.glb"),
        ("missing.glb", "out.glb", &[], 5, "missing.glb"),
        ("crate.glb", "out.glb", &["--keep-shape", "1.5"], 2, "from 0"),
        ("crate.glb", "out.glb", &["--keep-shape", "0.5", "--keep-geometry"], 2, "--keep-geometry"),
        ("crate.glb", "out.glb", &["--keep-geometry", "--triangles", "100"], 2, "--triangles"),
        ("crate.glb", "out.glb", &["--keep-geometry", "--size", "2"], 2, "--size"),
        ("crate.glb", "out.obj", &["--keep-geometry"], 2, ".glb"),
        ("crate.glb", "out.obj", &["--texture-size", "64"], 2, "--texture-size"),
        ("crate.glb", "out.glb", &["--unwrap"], 2, "--keep-geometry"),
        ("crate.glb", "out.glb", &["--up", "z"], 2, "+Y up"),
    ] {
        let done = bench.stylize(input, output, more);
        assert_eq!(done.status.code(), Some(code), "{more:?}: {}", said(&done));
        assert!(said(&done).contains(named), "{more:?}: {}", said(&done));
        assert!(!bench.path(output).exists());
    }
}
