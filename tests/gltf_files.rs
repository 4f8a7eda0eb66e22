//! Tests with other people's glTF files: their contents are read, drawn, painted and written again, and
//! everything that is left out is reported.
//!
//! `../shared/field` has a small file for each kind of fault, and `../shared/gltf` has public files from
//! other authors. Tests are skipped with a message where a folder is missing; with `ATT3D_REQUIRE_FIELD=1`
//! they fail. `gltf_files/expected.rs` has the expected contents of each file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "gltf_files/expected.rs"]
mod expected;
#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::path::{Path, PathBuf};
use std::process::Command;

use att3d::error::no_progress;
use att3d::gltf::{Document, SceneView, Warning};
use att3d::pipeline::{Model, RestyleOptions, Shape, restyle_document};
use att3d::render::{Background, Camera, Image, RenderOptions, render_scene};
use att3d::weights::Package;
use expected::{FIELD, Found, PUBLIC};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Returns a folder beside the project. Prints a message and returns `None` if it is missing.
fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    let missing = format!("the folder {} is missing", folder.display());
    assert!(std::env::var_os("ATT3D_REQUIRE_FIELD").is_none_or(|value| value != "1"), "{missing}");
    println!("skipped: {missing}");
    None
}

fn model() -> Model {
    let package = Package::from_bytes(tiny_model::package_bytes(&tiny_model::shaped())).unwrap();
    Model::from_package(&package, &tiny_model::engine(2)).unwrap()
}

fn field(name: &str) -> Option<(Document, SceneView)> {
    let document =
        Document::open(&folder("field")?.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let scene = document.scene().unwrap_or_else(|error| panic!("{name}: {error}"));
    Some((document, scene))
}

fn said(scene: &SceneView) -> Vec<String> {
    scene.warnings.iter().map(Warning::to_string).collect()
}

/// Renders the front of a scene on a blue background.
fn front(scene: &SceneView) -> Image {
    let camera = Camera { yaw_degrees: 0.0, pitch_degrees: 0.0, ..Camera::default() };
    let options = RenderOptions {
        width: 128,
        height: 128,
        samples: 1,
        background: Background::Solid([0.0, 0.0, 1.0]),
        ground_shadow: false,
        textures: None,
    };
    render_scene(&scene.drawn(), &camera, &options).unwrap()
}

/// Returns the contents of a scene.
fn found(scene: &SceneView) -> Found<'static> {
    let seen = scene.seen();
    let triangles = seen.iter().map(|part| part.surface.triangles.len()).sum();
    let mesh = scene.joined();
    let [low, high] =
        if mesh.positions.is_empty() { [[0.0; 3]; 2] } else { att3d::mesh::bounds(&mesh.positions) };
    Found { triangles, size: [0, 1, 2].map(|axis| high[axis] - low[axis]), warnings: &[], refused: "" }
}

fn assert_found(name: &str, scene: &SceneView, expected: &Found<'_>) {
    let found = found(scene);
    assert_eq!(found.triangles, expected.triangles, "{name}: triangles");
    for (axis, (found, expected)) in found.size.into_iter().zip(expected.size).enumerate() {
        let most = 2e-3 * expected.abs().max(1e-7);
        assert!(
            (found - expected).abs() <= most,
            "{name}: {found} m along axis {axis}, expected {expected} m"
        );
    }
    let said = said(scene);
    assert_eq!(said.len(), expected.warnings.len(), "{name}: {said:#?}");
    for (said, part) in said.iter().zip(expected.warnings) {
        assert!(said.contains(part), "{name}: {part:?} is not in: {said}");
    }
}

#[test]
fn each_field_case_holds_what_it_should() {
    for (name, expected) in FIELD {
        let Some((_, scene)) = field(name) else { return };
        assert_found(name, &scene, expected);
    }
}

/// Collects every glTF file in a folder and its subfolders.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "glb" || ending == "gltf") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn the_table_of_public_files_names_each_of_them() {
    let Some(folder) = folder("gltf") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut names: Vec<String> = paths
        .iter()
        .map(|path| path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    let mut listed: Vec<&str> = PUBLIC.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, listed);
}

/// Prints the table of `expected.rs` from the current results, for inspection by a person.
#[test]
#[ignore = "prints a table for a person"]
fn print_the_table_of_public_files() {
    let Some(folder) = folder("gltf") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap().display();
        match Document::open(&path).and_then(|document| document.scene()) {
            Ok(scene) => {
                let Found { triangles, size, .. } = found(&scene);
                println!("    ({:?}, &of({triangles}, {size:?}, &{:?})),", name.to_string(), said(&scene));
            }
            Err(error) => println!("    {name}: {error}"),
        }
    }
}

#[test]
fn public_files_are_read_drawn_painted_and_written() {
    let Some(folder) = folder("gltf") else { return };
    let (model, written) = (model(), tempfile::tempdir().unwrap());
    let mut paths = Vec::new();
    for (name, expected) in PUBLIC {
        let document = Document::open(&folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        if !expected.refused.is_empty() {
            let refusal = document.scene().unwrap_err().to_string();
            assert!(refusal.contains(expected.refused), "{name}: {refusal}");
            continue;
        }
        let scene = document.scene().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_found(name, &scene, expected);
        if expected.triangles == 0 {
            continue;
        }
        let options = RenderOptions { width: 64, height: 64, samples: 1, ..RenderOptions::default() };
        let drawn = render_scene(&scene.drawn(), &Camera::default(), &options);
        drawn.unwrap_or_else(|error| panic!("{name}: {error}"));
        // Written as a single file, the scene stays the same.
        let whole = document.to_glb().unwrap();
        let again = Document::parse(&whole).unwrap().scene().unwrap();
        assert_found(name, &again, expected);
        let given = written.path().join(format!("{GIVEN}{}", name.replace('/', "-"))).with_extension("glb");
        std::fs::write(&given, &whole).unwrap();
        paths.push(given);
        let options = RestyleOptions { texture_size: 128, ..RestyleOptions::default() };
        let made = restyle_document(&model, "a pig", document, &options, &no_progress);
        let made = made.unwrap_or_else(|error| panic!("{name}: {error}"));
        let again =
            Document::parse(&made.glb).unwrap().scene().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found(&again).triangles, expected.triangles, "{name}, painted");
        let path = written.path().join(name.replace('/', "-")).with_extension("glb");
        std::fs::write(&path, &made.glb).unwrap();
        paths.push(path);
    }
    validate(&paths);
}

/// Prefix of the name of a file that has the unpainted input.
const GIVEN: &str = "given-";

/// Returns the errors and warnings that the validator printed: (name of the file without [`GIVEN`], whether
/// it is an input, code).
fn findings(printed: &str) -> Vec<(&str, bool, &str)> {
    let finding = |line: &'_ str| -> Option<(usize, usize)> {
        let place = line.find(": warning: ").or_else(|| line.find(": error: "))?;
        Some((place, line[place + 2..].find(": ")? + place + 4))
    };
    let parsed = |line| {
        let (place, code) = finding(line)?;
        let name = line[..place].rsplit('/').next()?;
        let code = line[code..].split(' ').next()?;
        Some((name.strip_prefix(GIVEN).unwrap_or(name), name.starts_with(GIVEN), code))
    };
    printed.lines().filter_map(parsed).collect()
}

/// Checks that the Khronos validator finds no errors or warnings in painted files beyond those of the inputs.
/// Skipped where the validator is missing, as in `gltf_validity.rs`.
fn validate(paths: &[PathBuf]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".cache/validator/node_modules/gltf-validator").exists() {
        let advice = "the glTF validator is not there: run scripts/fetch_validator.sh (needs node and npm)";
        assert!(std::env::var_os("ATT3D_REQUIRE_VALIDATOR").is_none_or(|value| value != "1"), "{advice}");
        println!("skipped: {advice}");
        return;
    }
    let mut command = Command::new("node");
    let output = command.arg(root.join("scripts/validate_glb.mjs")).args(paths).output().expect("node runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    let checked = printed.lines().filter(|line| line.contains(" errors, ")).count();
    assert_eq!(checked, paths.len(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let found = findings(&printed);
    let is_inherited = |name: &str, code: &str| found.contains(&(name, true, code));
    let new: Vec<_> = found
        .iter()
        .filter(|(name, is_given, code)| !is_given && !is_inherited(name, code))
        .map(|(name, _, code)| format!("{name}: {code}"))
        .collect();
    assert!(new.is_empty(), "{new:#?}\n{printed}");
}

#[test]
fn a_texture_belongs_to_the_surface_and_not_to_its_corners() {
    for name in ["texture_on_quad.glb", "image_as_data_uri.glb"] {
        let Some((document, scene)) = field(name) else { return };
        // Red and blue are above green and yellow.
        let quarters = |scene: &SceneView| {
            let image = front(scene);
            [[40, 40], [88, 40], [40, 88], [88, 88]].map(|[x, y]| {
                let [red, green, blue, _] = image.pixel(x, y).unwrap();
                [red, green, blue].map(|channel| channel > 110)
            })
        };
        let expected =
            [[true, false, false], [false, false, true], [false, true, false], [true, true, false]];
        assert_eq!(quarters(&scene), expected, "{name}");
        let written = Document::parse(&document.to_glb().unwrap()).unwrap();
        assert_eq!(quarters(&written.scene().unwrap()), expected, "{name}, written");
        let shape = Shape::of_parts(&scene.parts).unwrap();
        for (place, color) in
            [([-1.0, 1.0], [1.0, 0.0, 0.0]), ([1.0, 1.0], [0.0, 0.0, 1.0]), ([-1.0, -1.0], [0.0, 1.0, 0.0])]
        {
            let inside = shape.points().iter().filter(|point| {
                (0..2).all(|axis| (0.1..0.8).contains(&(point.position[axis] * place[axis])))
            });
            let (mut count, mut right) = (0, 0);
            for point in inside {
                count += 1;
                let found = point.color.unwrap();
                right += usize::from((0..3).all(|channel| (found[channel] - color[channel]).abs() < 0.02));
            }
            assert!(count > 500 && right == count, "{name}: {right} of {count} at {place:?}");
        }
    }
}

#[test]
fn what_is_painted_lists_no_extension_that_nothing_uses_and_is_read_again() {
    let model = model();
    for name in ["keep_required_unlit.glb", "keep_texture_transform.glb", "only_occlusion_moved.glb"] {
        let Some((document, _)) = field(name) else { return };
        let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
        let made = restyle_document(&model, "a pig", document, &options, &no_progress).unwrap();
        let text = String::from_utf8_lossy(&made.glb).into_owned();
        let is_kept = name == "only_occlusion_moved.glb";
        for list in ["extensionsUsed", "extensionsRequired"] {
            assert_eq!(text.contains(list), is_kept && list == "extensionsUsed", "{name}: {list}");
        }
        let again = Document::parse(&made.glb).unwrap().scene().unwrap();
        let pixels = |scene: &SceneView| front(scene).rgba8;
        assert_eq!(
            pixels(&again),
            pixels(&made.document.scene().unwrap()),
            "{name}: the picture is of the file"
        );
    }
}

#[test]
fn sizes_from_a_hundredth_of_a_millimeter_fill_the_frame_and_beyond_is_an_error() {
    for name in ["cube_of_1e-4_m.glb", "cube_of_1e-5_m.glb"] {
        let Some((_, scene)) = field(name) else { return };
        let image = front(&scene);
        let covered = (0..128u32).filter(|&x| image.pixel(x, 64) != Some([0, 0, 255, 255])).count();
        assert!((105..=112).contains(&covered), "{name}: {covered}");
    }
    let Some((_, scene)) = field("cube_of_1e20_m.glb") else { return };
    let refusal = render_scene(&scene.drawn(), &Camera::default(), &RenderOptions::default()).unwrap_err();
    assert!(refusal.to_string().contains("1e20 m"), "{refusal}");
}

#[test]
fn glow_and_masks_are_drawn() {
    let Some((_, scene)) = field("render_emissive.glb") else { return };
    let [red, green, ..] = front(&scene).pixel(64, 64).unwrap();
    assert!(green > 200 && red > 60, "{red} {green}");
    let Some((_, scene)) = field("render_mask.glb") else { return };
    let [red, green, blue, _] = front(&scene).pixel(64, 64).unwrap();
    assert!(red > 200 && green < 90 && blue < 90, "{red} {green} {blue}");
}

#[test]
fn another_major_version_is_refused() {
    let Some(folder) = folder("field") else { return };
    let refusal = Document::open(&folder.join("version_3.glb")).unwrap_err().to_string();
    assert!(refusal.contains("version 3.0"), "{refusal}");
}

/// Returns a strategy for arbitrary JSON that this library does not understand.
fn unknown() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e30f64..1e30).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-zA-Z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Returns a document of triangles with unknown JSON in every place. Each triangle has its own buffer as a
/// data URI.
fn generated(triangles: &[[[f32; 3]; 3]], extras: &[Value]) -> Vec<u8> {
    let extra = |index: usize| extras[index % extras.len()].clone();
    let mut document = json!({
        "asset": { "version": "2.0", "extras": extra(0) },
        "scene": 0,
        "scenes": [{ "nodes": [], "extras": extra(1) }],
        "extensionsUsed": ["VENDOR_unknown"],
        "extensions": { "VENDOR_unknown": { "held": extra(2) } },
        "animations": [{ "channels": [], "samplers": [], "extensions": { "VENDOR_unknown": extra(3) } }],
    });
    for (index, triangle) in triangles.iter().enumerate() {
        let bytes: Vec<u8> = triangle.iter().flatten().flat_map(|part| part.to_le_bytes()).collect();
        // The data URI is not base64: every byte is percent-encoded.
        let text: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        let mut push = |list: &str, value: Value| match &mut document[list] {
            Value::Array(values) => values.push(value),
            place => *place = json!([value]),
        };
        push(
            "buffers",
            json!({ "byteLength": bytes.len(), "uri": format!("data:,{text}"), "extras": extra(index) }),
        );
        push(
            "bufferViews",
            json!({ "buffer": index, "byteLength": bytes.len(), "extras": extra(index + 1) }),
        );
        push("accessors", json!({ "bufferView": index, "componentType": 5126, "count": 3, "type": "VEC3" }));
        let primitive = json!({ "attributes": { "POSITION": index }, "extras": extra(index + 2) });
        push(
            "meshes",
            json!({ "primitives": [primitive], "extensions": { "VENDOR_unknown": extra(index) } }),
        );
        push("nodes", json!({ "mesh": index, "extras": extra(index + 3) }));
        document["scenes"][0]["nodes"].as_array_mut().unwrap().push(json!(index));
    }
    serde_json::to_vec(&document).unwrap()
}

/// Returns the JSON of a GLB.
fn text_of(glb: &[u8]) -> Value {
    let length = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
    serde_json::from_slice(&glb[20..20 + length]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn read_and_written_documents_keep_what_they_held(
        triangles in proptest::collection::vec(proptest::array::uniform3(proptest::array::uniform3(-1e6f32..1e6)), 1..5),
        extras in proptest::collection::vec(unknown(), 1..6),
    ) {
        let given = generated(&triangles, &extras);
        let read = Document::parse(&given).unwrap();
        let glb = read.to_glb().unwrap();
        let again = Document::parse(&glb).unwrap();
        let positions = |document: &Document| -> Vec<Vec<[f32; 3]>> {
            document.scene().unwrap().parts.into_iter().map(|part| part.surface.positions).collect()
        };
        let expected: Vec<Vec<[f32; 3]>> = triangles.iter().map(|triangle| triangle.to_vec()).collect();
        prop_assert_eq!(positions(&read), expected.clone());
        prop_assert_eq!(positions(&again), expected);
        // Everything stays the same except the location of the bytes. Writing the result again gives the same
        // bytes.
        let (before, mut after): (Value, Value) = (serde_json::from_slice(&given).unwrap(), text_of(&glb));
        for (before, after) in before["bufferViews"].as_array().unwrap().iter().zip(after["bufferViews"].as_array_mut().unwrap()) {
            (after["buffer"], after["extras"]) = (before["buffer"].clone(), after["extras"].clone());
            after.as_object_mut().unwrap().remove("byteOffset");
        }
        prop_assert_eq!(after["buffers"].as_array().unwrap().len(), 1);
        after["buffers"] = before["buffers"].clone();
        prop_assert_eq!(before, after);
        prop_assert_eq!(again.to_glb().unwrap(), glb);
    }
}
