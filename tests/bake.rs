//! Tests of `att3d bake`: a catalog becomes a folder of assets, which later runs bring up to date.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "bake/runs.rs"]
mod runs;
#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use att3d::gltf::read_glb;
use serde_json::{Value, json};

/// A folder with a tiny model and a catalog.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(catalog: &str, contents: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        tiny_model::save(&folder.path().join("model.att3d"), &tiny_model::triplane());
        fs::write(folder.path().join(catalog), contents).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_att3d"));
        command.args(arguments).args(["--model", "model.att3d", "--resolution", "16", "--threads", "2"]);
        command.current_dir(self.folder.path());
        command
    }

    /// Bakes a catalog into `out`.
    fn bake(&self, catalog: &str, more: &[&str]) -> Output {
        let thumbnails: &[_] = if more.contains(&"--thumbnails") { &[] } else { &["--thumbnails", "16"] };
        let arguments = ["bake", catalog, "-o", "out", "--gallery", "none"];
        self.command(&[&arguments, thumbnails, more].concat()).output().unwrap()
    }

    /// Returns the lines of the manifest.
    fn manifest(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("out/manifest.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns the paths of all files below `out`, except those of the bake itself.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(&self.path("out"), "", &mut files);
        files.sort();
        files
    }
}

fn collect(folder: &Path, before: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            if name != ".att3d" {
                collect(&entry.path(), &format!("{before}{name}/"), files);
            }
        } else {
            files.push(format!("{before}{name}"));
        }
    }
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", printed(output), complaints(output));
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaints(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const THREE: &str = "prompt,seed,name,_owner\na pig,,,Ada\na cat,,tom,\na pig,,,\n";

#[test]
fn each_row_becomes_a_mesh_a_picture_and_a_line() {
    let bench = Bench::new("props.csv", THREE);
    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 0);
    assert!(printed(&output).starts_with("out: 3 made, in "), "{}", printed(&output));
    let names = ["a-pig.glb", "a-pig-2.glb", "tom.glb"];
    for name in names {
        read_glb(&bench.path("out").join(name)).unwrap();
    }
    let pictures = ["thumbnails/a-pig-2.png", "thumbnails/a-pig.png", "thumbnails/tom.png"];
    let mut expected = [&names[..], &pictures, &["manifest.jsonl"]].concat();
    expected.sort_unstable();
    assert_eq!(bench.files(), expected);
    let manifest = bench.manifest();
    assert_eq!(manifest.iter().map(|entry| entry["row"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(manifest[0]["notes"], json!({ "_owner": "Ada" }));
    assert_eq!(manifest[1]["file"], "tom.glb");
    assert_eq!(manifest[0]["options"]["resolution"], "16");
    assert_eq!(manifest[0]["status"], "done");
    assert_eq!(
        manifest[0]["bytes"].as_u64().unwrap(),
        fs::metadata(bench.path("out/a-pig.glb")).unwrap().len()
    );
    assert_eq!(manifest[0]["report"]["boundary_edges"], 0);
}

#[test]
fn a_baked_mesh_has_the_bytes_that_generate_writes() {
    let bench = Bench::new("props.csv", "prompt,texture-size,triangles,lods\na pig,64,200,1\n");
    assert_code(&bench.bake("props.csv", &["--collision", "hull"]), 0);
    let arguments =
        ["generate", "a pig", "-o", "pig.glb", "--texture-size", "64", "--triangles", "200", "--lods", "1"];
    let arguments = [&arguments[..], &["--collision", "hull"]].concat();
    assert_code(&bench.command(&arguments).output().unwrap(), 0);
    assert!(fs::read(bench.path("out/a-pig.glb")).unwrap() == fs::read(bench.path("pig.glb")).unwrap());
}

#[test]
fn a_row_that_fails_does_not_stop_the_others() {
    let rows = "prompt,seed,name\na pig,,\n,,\na cat,1.5,\na dog,,../dog\na bird,,tom\na fish,,TOM\na dragon riding a bicycle,,\n";
    let bench = Bench::new("props.csv", rows);
    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 1);
    let complaints = complaints(&output);
    for reason in [
        "row 4: invalid value '1.5'",
        "row 5: the name \"../dog\"",
        "row 7: the name \"TOM\" is used by row 6",
    ] {
        assert!(complaints.contains(reason), "{complaints}");
    }
    assert!(complaints.contains("3 of 6 rows failed"), "{complaints}");
    let manifest = bench.manifest();
    let statuses: Vec<_> = manifest.iter().map(|entry| entry["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["done", "failed", "failed", "done", "failed", "done"]);
    assert!(!bench.path("dog.glb").exists());

    let bench = Bench::new("props.csv", rows);
    let output = bench.bake("props.csv", &["--fail-fast"]);
    assert_code(&output, 1);
    assert!(printed(&output).starts_with("out: 0 made, 3 failed"), "{}", printed(&output));
}

#[test]
fn catalogs_that_cannot_be_read_are_refused_whole() {
    for (name, contents, reason) in [
        ("a.csv", &b"name\npig\n"[..], "expected a column `prompt`"),
        ("b.csv", b"prompt\na caf\xe9\n", "line 2 has the byte 0xe9"),
        ("c.csv", b"prompt\n\n", "it has no rows"),
        ("d.xlsx", b"PK", "expected a name that ends with .csv"),
        ("e.json", b"{\"prompt\": \"a {pig}\", \"lists\": {}}", "no list of that name"),
    ] {
        let bench = Bench::new(name, contents);
        let output = bench.bake(name, &[]);
        assert_code(&output, 2);
        assert!(complaints(&output).contains(reason), "{}", complaints(&output));
        assert!(!bench.path("out").exists());
    }
    let bench = Bench::new("a.csv", "prompt\na pig\n");
    assert_code(&bench.bake("missing.csv", &[]), 2);
}

#[test]
fn every_kind_of_catalog_is_read() {
    for (name, contents) in [
        ("a.tsv", "prompt\tname\na pig\tone\na cat\ttwo\n"),
        (
            "b.jsonl",
            "{\"prompt\": \"a pig\", \"name\": \"one\"}\n{\"prompt\": \"a cat\", \"name\": \"two\"}\n",
        ),
    ] {
        let bench = Bench::new(name, contents);
        assert_code(&bench.bake(name, &["--format", "obj", "--thumbnails", "0"]), 0);
        assert_eq!(bench.files(), ["manifest.jsonl", "one.obj", "two.obj"]);
    }
    let bench = Bench::new("c.json", r#"{"prompt": "a {animal}", "lists": {"animal": ["pig", "cat"]}}"#);
    assert_code(&bench.bake("c.json", &["--path", "{row}/{name}", "--thumbnails", "0"]), 0);
    assert_eq!(bench.files(), ["1/a-pig.glb", "2/a-cat.glb", "manifest.jsonl"]);
    let bench = Bench::new("d.txt", "a pig\r\n\r\na cat\r\n");
    assert_code(&bench.bake("d.txt", &["--thumbnails", "0"]), 0);
    assert_eq!(bench.files(), ["a-cat.glb", "a-pig.glb", "manifest.jsonl"]);
}

#[test]
fn rules_mark_assets_that_need_a_look() {
    let bench = Bench::new("props.csv", "prompt,triangles\na pig,\na cat,50\n");
    let output = bench.bake("props.csv", &["--require", "triangles<=50", "--require", "closed"]);
    assert_code(&output, 7);
    assert!(
        complaints(&output).contains("row 2: a-pig.glb does not meet triangles<=50"),
        "{}",
        complaints(&output)
    );
    let manifest = bench.manifest();
    assert_eq!(manifest[0]["unmet"], json!(["triangles<=50"]));
    assert!(manifest[1].get("unmet").is_none());
    // The rules apply to assets that are up to date, too.
    assert_code(&bench.bake("props.csv", &[]), 0);
    assert_code(&bench.bake("props.csv", &["--require", "triangles<=50"]), 7);
    let output = bench.bake("props.csv", &["--require", "triangels<=50"]);
    assert_code(&output, 2);
}

#[test]
fn a_dry_run_writes_nothing() {
    let bench = Bench::new("props.csv", "prompt,seed\na pig,\na cat,x\n");
    let output = bench.bake("props.csv", &["--dry-run"]);
    assert_code(&output, 1);
    assert!(printed(&output).starts_with("row 2: a-pig.glb: "), "{}", printed(&output));
    assert!(complaints(&output).contains("row 3: invalid value 'x'"), "{}", complaints(&output));
    assert!(!bench.path("out").exists());
}

#[test]
fn the_plan_has_the_cells_of_each_row() {
    let bench = Bench::new(
        "props.csv",
        "prompt;Texture Size;seed;input;_owner\na pig;64;7;mesh.glb;Ada\na cat;x;;;\n",
    );
    let output = bench.bake("props.csv", &["--dry-run", "--json", "--lods", "1"]);
    assert_code(&output, 1);
    let lines: Vec<Value> =
        printed(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let options = json!({ "resolution": "16", "texture_size": "64", "seed": "7", "lods": "1" });
    assert_eq!(lines[0]["options"], options);
    assert_eq!(lines[0]["notes"], json!({ "_owner": "Ada" }));
    assert_eq!(lines[0]["input"], "mesh.glb");
    assert_eq!(lines[1]["options"], Value::Null);
}

#[test]
fn every_asset_is_a_line_of_json() {
    let bench = Bench::new("props.csv", "prompt,seed\na pig,\na cat,x\n");
    let output = bench.bake("props.csv", &["--json"]);
    assert_code(&output, 1);
    let lines: Vec<Value> =
        printed(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["error"].as_str().map(|error| error.contains("invalid value")), Some(true));
    assert_eq!(lines[1]["file"], "a-pig.glb");
    assert_eq!(lines[2]["made"], 1);
    assert_eq!(lines[2]["failed"], 1);
}

#[test]
fn rows_whose_options_contradict_are_refused() {
    let rows = "prompt,up,keep_geometry,lods,input\na pig,z,,,\na cat,,yes,,\na dog,,yes,1,mesh.glb\na cow,,,,missing.glb\na cow,,maybe,,\n";
    let bench = Bench::new("props.csv", rows);
    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 1);
    let complaints = complaints(&output);
    for reason in [
        "row 2: `up` is z",
        "row 3: `keep_geometry` needs a mesh",
        "row 4: --lods would change the mesh",
        "row 5: missing.glb: ",
        "row 6: `keep_geometry` is \"maybe\"",
    ] {
        assert!(
            complaints.contains(reason) || complaints.contains(&reason.replace("./", "")),
            "{reason}: {complaints}"
        );
    }
}

/// scripts/check_gallery.sh opens the page in a browser.
#[test]
fn the_gallery_lists_every_row_and_has_each_mesh() {
    let bench = Bench::new("props.csv", "prompt,seed\na </script> pig,\na cat,x\n");
    let arguments = ["bake", "props.csv", "-o", "out", "--thumbnails", "16"];
    assert_code(&bench.command(&arguments).output().unwrap(), 1);
    let expected = [
        "a-script-pig.glb",
        "catalog.js",
        "index.html",
        "manifest.jsonl",
        "thumbnails/a-script-pig.png",
        "viewer.js",
        "viewer/a-script-pig.js",
    ];
    assert_eq!(bench.files(), expected);
    let catalog = fs::read_to_string(bench.path("out/catalog.js")).unwrap();
    let catalog =
        catalog.strip_prefix("window.att3dCatalog = ").unwrap().trim_end().strip_suffix(";").unwrap();
    let catalog: Value = serde_json::from_str(catalog).unwrap();
    assert_eq!(catalog["title"], "props");
    assert_eq!(catalog["assets"][0]["thumbnail"], "thumbnails/a%2Dscript%2Dpig%2Epng");
    assert!(catalog["assets"][1]["error"].as_str().unwrap().contains("invalid value"));
    let script = fs::read_to_string(bench.path("out/viewer/a-script-pig.js")).unwrap();
    let mesh = script
        .strip_prefix("att3dMesh(\"viewer/a-script-pig.js\",\"")
        .unwrap()
        .strip_suffix("\");\n")
        .unwrap();
    let mesh = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, mesh).unwrap();
    assert!(mesh == fs::read(bench.path("out/a-script-pig.glb")).unwrap());

    // A gallery without the viewer makes the assets again, without their scripts.
    assert_code(&bench.command(&[&arguments[..], &["--gallery", "pictures"]].concat()).output().unwrap(), 1);
    assert!(bench.manifest()[0].get("mesh_script").is_none());
}

#[test]
fn a_row_is_made_again_if_a_file_that_its_mesh_names_changes() {
    let bench = Bench::new("props.csv", "prompt,input\na cat,mesh.gltf\n");
    tiny_model::save(&bench.path("model.att3d"), &tiny_model::shaped());
    // The same mesh as a .gltf file and the file that it names.
    let unpack = |prompt: &str| {
        assert_code(&bench.command(&["generate", prompt, "-o", "mesh.glb"]).output().unwrap(), 0);
        let glb = fs::read(bench.path("mesh.glb")).unwrap();
        let length = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
        let mut document: Value = serde_json::from_slice(&glb[20..20 + length]).unwrap();
        document["buffers"][0]["uri"] = json!("the%20mesh.bin");
        fs::write(bench.path("the mesh.bin"), &glb[20 + length + 8..]).unwrap();
        document
    };
    fs::write(bench.path("mesh.gltf"), unpack("a pig").to_string()).unwrap();
    let run = |more: &[&str]| printed(&bench.bake("props.csv", &[&["--texture-size", "64"], more].concat()));
    let cached = ["--cache", "cache"];
    assert!(run(&cached).starts_with("out: 1 made, "));
    assert!(run(&cached).contains("1 up to date"));
    unpack("a cat");
    assert!(run(&cached).starts_with("out: 1 made, "));
    let after = fs::read(bench.path("out/a-cat.glb")).unwrap();
    assert!(run(&cached).contains("1 up to date"));
    // The same, with an empty folder and the cache, which has both assets.
    fs::remove_dir_all(bench.path("out")).unwrap();
    assert!(run(&cached).starts_with("out: 1 made, "));
    assert_eq!(bench.manifest()[0]["from_cache"], true);
    assert!(fs::read(bench.path("out/a-cat.glb")).unwrap() == after);
}

#[test]
fn rows_with_a_mesh_are_stylized() {
    let bench = Bench::new(
        "props.csv",
        "prompt,input,keep_geometry,keep_shape\na red tiger,mesh.glb,,1\na cat,mesh.glb,yes,\n",
    );
    tiny_model::save(&bench.path("model.att3d"), &tiny_model::shaped());
    assert_code(&bench.command(&["generate", "a pig", "-o", "mesh.glb"]).output().unwrap(), 0);
    assert_code(&bench.bake("props.csv", &["--texture-size", "64"]), 0);
    let arguments =
        ["stylize", "mesh.glb", "a cat", "-o", "cat.glb", "--keep-geometry", "--texture-size", "64"];
    let mut stylize = Command::new(env!("CARGO_BIN_EXE_att3d"));
    stylize.args(arguments).args(["--model", "model.att3d"]).current_dir(bench.folder.path());
    assert_code(&stylize.output().unwrap(), 0);
    assert!(fs::read(bench.path("out/a-cat.glb")).unwrap() == fs::read(bench.path("cat.glb")).unwrap());
    assert!(bench.path("out/a-red-tiger.glb").exists());

    // Another mesh under the same name makes both assets again.
    assert_code(&bench.command(&["generate", "a cat", "-o", "mesh.glb"]).output().unwrap(), 0);
    let output = bench.bake("props.csv", &["--texture-size", "64"]);
    assert!(printed(&output).starts_with("out: 2 made, in "), "{}", printed(&output));
}
