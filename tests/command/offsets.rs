//! `generate --offset`: an offset changes the mesh, and a wrong file is refused.

use super::*;
use att3d::weights::{Offset, Package};

/// Writes an offset for the tiny model and the prompt "a pig".
fn write_offset(bench: &Bench, name: &str) {
    let package = Package::open(bench.path(MODEL)).unwrap();
    let offset = Offset::new(package.digest(), "a pig", 8, vec![0.4; 12 * 8], Vec::new()).unwrap();
    offset.write(bench.path(name)).unwrap();
}

#[test]
fn an_offset_changes_the_mesh_and_is_reported() {
    let bench = Bench::with(&tiny_model::voxel_grid());
    write_offset(&bench, "pig.offset");
    assert_works(&bench.generate("a pig", "plain.glb", &[]));
    let output = bench.generate("a pig", "pig.glb", &["--offset", "pig.offset", "--json"]);
    assert_works(&output);
    assert_eq!(complaints(&output), "");
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["offset"], serde_json::json!({ "path": "pig.offset", "prompt": "a pig" }));
    let [plain, refined] = ["plain.glb", "pig.glb"].map(|name| read_glb(&bench.path(name)).unwrap());
    assert!(plain.mesh.positions != refined.mesh.positions, "the offset had no effect");
    let offset = Offset::read(bench.path("pig.offset")).unwrap();
    assert_eq!(refined.extras["offset"], offset.checksum());
    assert!(plain.extras.get("offset").is_none());
}

#[test]
fn an_offset_of_another_prompt_is_added_with_a_warning() {
    let bench = Bench::with(&tiny_model::voxel_grid());
    write_offset(&bench, "pig.offset");
    let output = bench.generate("a tiger", "tiger.glb", &["--offset", "pig.offset"]);
    assert_works(&output);
    assert!(complaints(&output).contains("another prompt: \"a pig\""), "{}", complaints(&output));
    assert!(bench.files().contains(&"tiger.glb".to_owned()));
}

#[test]
fn offsets_that_cannot_be_used_are_refused_and_no_mesh_is_written() {
    let bench = Bench::with(&tiny_model::voxel_grid());
    let other = Bench::with(&tiny_model::triplane());
    write_offset(&other, "other.offset");
    fs::copy(other.path("other.offset"), bench.path("other.offset")).unwrap();
    fs::write(bench.path("no.offset"), "a pig").unwrap();
    let with = |name: &str| bench.generate("a pig", "pig.glb", &["--offset", name]);
    assert_fails(&with("other.offset"), 4, &["other.offset", "digest", "refine the prompt again"]);
    assert_fails(&with("no.offset"), 4, &["no.offset", "not an offset"]);
    assert_fails(&with(MODEL), 4, &[MODEL]);
    assert_fails(&with("missing.offset"), 5, &["missing.offset"]);
    assert_eq!(bench.files(), ["no.offset", "other.offset"]);
}
