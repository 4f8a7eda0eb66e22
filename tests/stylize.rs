//! Tests of stylization: the artist's file is read, the parts to keep stay the same byte for byte, and
//! unusable input is reported.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "stylize/command.rs"]
mod command;
#[path = "stylize/other_assets.rs"]
mod other_assets;
#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use att3d::error::{Cancelled, no_progress};
use att3d::gltf::{AssetInfo, Beside, Placement, encode_asset, parse_parts};
use att3d::mesh::{Mesh, MorphTarget, Pivot};
use att3d::pipeline::{
    Context, EngineOptions, ErrorKind, GenerateOptions, Model, PipelineError, RestyleOptions, Shape,
    ShapeSurface, restyle, stylize,
};
use att3d::weights::Package;
use serde_json::{Value, json};

fn model() -> Model {
    let package = Package::from_bytes(tiny_model::package_bytes(&tiny_model::shaped())).unwrap();
    Model::from_package(&package, &tiny_model::engine(2)).unwrap()
}

/// Returns a box between two corners, with four vertices for each side. Each side has its own square of the
/// texture.
fn crate_of(low: [f32; 3], high: [f32; 3]) -> Mesh {
    let mut mesh = Mesh::default();
    for side in 0..6 {
        let (axis, far) = (side / 2, side % 2);
        let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
        let first = mesh.positions.len() as u32;
        for (a, b) in [(0, 0), (1, 0), (1, 1), (0, 1)] {
            let mut position = [0.0; 3];
            position[axis] = if far == 1 { high[axis] } else { low[axis] };
            position[u] = if a == 1 { high[u] } else { low[u] };
            position[v] = if b == 1 { high[v] } else { low[v] };
            let mut normal = [0.0; 3];
            normal[axis] = far as f32 * 2.0 - 1.0;
            mesh.positions.push(position);
            mesh.normals.push(normal);
            let place = [(side % 3) as f32, (side / 3) as f32];
            mesh.uvs.push([(place[0] + 0.1 + 0.8 * a as f32) / 3.0, (place[1] + 0.1 + 0.8 * b as f32) / 2.0]);
        }
        let turned = |[a, b, c]: [u32; 3]| if far == 1 { [a, b, c] } else { [a, c, b] };
        mesh.triangles
            .extend([[0, 1, 2], [0, 2, 3]].map(|corners| turned(corners.map(|corner| corner + first))));
    }
    mesh
}

fn glb_of(mesh: &Mesh, beside: &Beside<'_>) -> Vec<u8> {
    let placement = Placement { pivot: Pivot::Origin, ..Placement::default() };
    let info = AssetInfo { prompt: "crate".into(), placement, ..AssetInfo::default() };
    encode_asset(mesh, beside, &info).unwrap()
}

fn split(glb: &[u8]) -> (Value, &[u8]) {
    let length = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
    (serde_json::from_slice(&glb[20..20 + length]).unwrap(), &glb[28 + length..])
}

fn joined(document: &Value, binary: &[u8]) -> Vec<u8> {
    let mut text = serde_json::to_vec(document).unwrap();
    text.resize(text.len().next_multiple_of(4), b' ');
    let mut bytes = b"glTF\x02\0\0\0".to_vec();
    bytes.extend(((28 + text.len() + binary.len()) as u32).to_le_bytes());
    for (kind, chunk) in [(b"JSON", &text[..]), (b"BIN\0", binary)] {
        bytes.extend((chunk.len() as u32).to_le_bytes());
        bytes.extend(kind);
        bytes.extend(chunk);
    }
    bytes
}

fn altered(glb: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let (mut document, binary) = split(glb);
    change(&mut document);
    joined(&document, binary)
}

/// Returns the geometry of a document: nodes, skins, animations, and the accessors of each primitive with
/// their views.
fn geometry(document: &Value) -> Value {
    let primitives = document["meshes"].as_array().unwrap().iter().flat_map(|mesh| {
        mesh["primitives"].as_array().unwrap().iter().map(|primitive| {
            let mut kept = primitive.clone();
            kept.as_object_mut().unwrap().remove("material");
            kept["attributes"].as_object_mut().unwrap().remove("COLOR_0");
            kept
        })
    });
    let held = |name: &str, count: usize| {
        document[name].as_array().map(|list| list[..count.min(list.len())].to_vec())
    };
    json!({
        "primitives": primitives.collect::<Vec<_>>(),
        "nodes": document["nodes"], "skins": document["skins"], "animations": document["animations"],
        "accessors": held("accessors", usize::MAX), "scenes": document["scenes"],
    })
}

#[test]
fn what_is_made_stands_where_the_given_shape_stood() {
    let (low, high) = ([10.0, 4.0, -7.0], [14.0, 6.0, -5.0]);
    let shape = Shape::from_glb(&glb_of(&crate_of(low, high), &Beside::default())).unwrap();
    let options = GenerateOptions { resolution: 24, ..GenerateOptions::default() };
    let made = stylize(&model(), "a pig", &shape.keeping(0.5).unwrap(), &options, &no_progress).unwrap();
    assert_eq!(made.origin.extras["keep_shape"], 0.5);
    let placed = made.place_of_shape(0.0).unwrap().positions(&made.mesh).unwrap();
    let [found_low, found_high] = att3d::mesh::bounds(&placed);
    for axis in 0..3 {
        let middle = (found_low[axis] + found_high[axis]) / 2.0;
        assert!((middle - (low[axis] + high[axis]) / 2.0).abs() < 0.6, "{found_low:?} to {found_high:?}");
    }
    let widest = (0..3).map(|axis| found_high[axis] - found_low[axis]).fold(0.0, f32::max);
    assert!((1.0..5.0).contains(&widest), "{found_low:?} to {found_high:?}");
}

#[test]
fn geometry_is_kept_byte_for_byte_and_only_materials_and_images_are_new() {
    let mesh = crate_of([-1.0; 3], [1.0; 3]);
    let target = MorphTarget {
        name: "grown".into(),
        positions: mesh.positions.iter().map(|position| position.map(|part| part * 1.5)).collect(),
        normals: mesh.normals.clone(),
        colors: vec![[0.5; 3]; mesh.positions.len()],
    };
    let targets = [target];
    let beside = Beside { targets: &targets, seconds: 1.0, ..Beside::default() };
    let glb = glb_of(&Mesh { colors: vec![[0.2, 0.4, 0.6]; 24], ..mesh }, &beside);
    let given = altered(&glb, |document| {
        document["materials"][0]["name"] = json!("Painted wood");
        document["materials"][0]["doubleSided"] = json!(true);
        document["materials"][0]["emissiveFactor"] = json!([1, 0, 0]);
        document["materials"][0]["extras"] = json!({ "ours": 1 });
        document["asset"]["extras"] = json!({ "artist": "somebody" });
        document["nodes"][0]["extras"] = json!({ "rig": [1, 2, 3] });
    });
    let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
    let made = restyle(&model(), "a red pig", &given, &options, &no_progress).unwrap();
    let ((before, old), (after, new)) = (split(&given), split(&made.glb));
    assert_eq!(new[..old.len()], *old, "the binary chunk is carried over");
    assert_eq!(geometry(&before), geometry(&after));
    assert!(after["meshes"][0]["primitives"][0]["attributes"].get("COLOR_0").is_none());
    let material = &after["materials"][0];
    assert_eq!((&material["name"], &material["doubleSided"]), (&json!("Painted wood"), &json!(true)));
    assert_eq!(material["extras"]["ours"], 1);
    assert!(material.get("emissiveFactor").is_none());
    assert!(material["pbrMetallicRoughness"]["baseColorTexture"].is_object());
    assert_eq!(after["asset"]["extras"]["artist"], "somebody");
    assert_eq!(after["asset"]["extras"]["prompt"], "a red pig");
    assert_eq!(made.repainted.len(), 1);
    assert!(!made.repainted[0].is_unwrapped && made.repainted[0].shared < 0.01, "{:?}", made.repainted);
}

#[test]
fn a_mesh_without_coordinates_is_cut_and_its_corners_keep_all_that_they_had() {
    let mesh = Mesh { uvs: Vec::new(), ..crate_of([0.0; 3], [1.0, 2.0, 3.0]) };
    let given = glb_of(&mesh, &Beside::default());
    let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
    let made = restyle(&model(), "a pig", &given, &options, &no_progress).unwrap();
    assert!(made.repainted[0].is_unwrapped);
    let (before, after) = (parse_parts(&given).unwrap(), parse_parts(&made.glb).unwrap());
    assert_eq!(after[0].uvs.len(), after[0].surface.positions.len());
    assert!(after[0].uvs.iter().flatten().all(|part| (0.0..=1.0).contains(part)));
    let corners = |part: &att3d::gltf::ScenePart| {
        let mut found: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        for triangle in &part.surface.triangles {
            let of = |corner: u32| {
                let corner = corner as usize;
                [part.surface.positions[corner], part.surface.normals[corner]].concat()
            };
            // The same triangle may begin at another corner.
            let first = (0..3)
                .min_by_key(|&first| of(triangle[first]).iter().map(|x| x.to_bits()).collect::<Vec<_>>());
            let turned = (0..3).map(|index| triangle[(first.unwrap() + index) % 3]);
            let key = turned.flat_map(of).map(f32::to_bits).collect();
            *found.entry(key).or_default() += 1;
        }
        found
    };
    assert_eq!(corners(&before[0]), corners(&after[0]));
}

#[test]
fn materials_are_dressed_apart_and_shared_texels_are_reported() {
    let mesh = crate_of([-1.0; 3], [1.0; 3]);
    let one = glb_of(
        &Mesh {
            uvs: vec![[0.25, 0.75]; 24]
                .iter()
                .enumerate()
                .map(|(index, _)| [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]][index % 4])
                .collect(),
            ..mesh.clone()
        },
        &Beside::default(),
    );
    let given = altered(&one, |document| {
        // The same geometry again with its own material, and once without a material.
        let mut second = document["meshes"][0]["primitives"][0].clone();
        let mut third = second.clone();
        second["material"] = json!(1);
        third.as_object_mut().unwrap().remove("material");
        document["materials"].as_array_mut().unwrap().push(json!({ "alphaMode": "BLEND" }));
        document["meshes"][0]["primitives"].as_array_mut().unwrap().extend([second, third]);
    });
    let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
    let made = restyle(&model(), "a pig", &given, &options, &no_progress).unwrap();
    let materials: Vec<_> = made.repainted.iter().map(|repainted| repainted.material).collect();
    assert_eq!(materials, [None, Some(0), Some(1)]);
    assert!(made.repainted.iter().all(|repainted| repainted.shared > 0.75), "{:?}", made.repainted);
    assert_eq!(made.repainted.iter().filter(|repainted| repainted.lost == ["transparency"]).count(), 1);
    let (after, _) = split(&made.glb);
    assert_eq!(after["meshes"][0]["primitives"][2]["material"], 2);
    assert!(after["materials"][1].get("alphaMode").is_none());
    let again = RestyleOptions { unwrap: true, ..options };
    let made = restyle(&model(), "a pig", &given, &again, &no_progress).unwrap();
    assert!(made.repainted.iter().all(|repainted| repainted.is_unwrapped && repainted.shared == 0.0));
}

#[test]
fn strips_fans_and_quantized_vertices_are_read_and_points_are_left() {
    let given = glb_of(&crate_of([-1.0; 3], [1.0; 3]), &Beside::default());
    let modes =
        |mode: u32| altered(&given, |document| document["meshes"][0]["primitives"][0]["mode"] = json!(mode));
    let count =
        |glb: &[u8]| parse_parts(glb).unwrap().iter().map(|part| part.surface.triangles.len()).sum::<usize>();
    assert_eq!((count(&given), count(&modes(5)), count(&modes(6)), count(&modes(0))), (12, 34, 34, 0));
}

#[test]
fn quantized_vertices_mean_what_the_floats_meant() {
    let mesh = crate_of([-1.0; 3], [1.0; 3]);
    let given = glb_of(&mesh, &Beside::default());
    let (mut document, binary) = split(&given);
    let mut binary = binary.to_vec();
    // Positions are i16 as fractions of 32767, and texture coordinates are u8 as fractions of 255. Both have
    // four values for each vertex, so that each vertex begins at a multiple of four bytes.
    let mut append = |bytes: Vec<u8>, stride: usize| {
        let view = json!({ "buffer": 0, "byteOffset": binary.len(), "byteLength": bytes.len(), "byteStride": stride });
        binary.extend(bytes);
        view
    };
    let short = |part: f32| ((part * 32767.0) as i16).to_le_bytes();
    let positions =
        mesh.positions.iter().flat_map(|[x, y, z]| [short(*x), short(*y), short(*z), [0; 2]].concat());
    let positions = append(positions.collect(), 8);
    let byte = |part: f32| (part * 255.0).round() as u8;
    let uvs = append(mesh.uvs.iter().flat_map(|[u, v]| [byte(*u), byte(*v), 0, 0]).collect(), 4);
    let views = document["bufferViews"].as_array_mut().unwrap();
    let first = views.len();
    views.extend([positions, uvs]);
    let attributes = document["meshes"][0]["primitives"][0]["attributes"].clone();
    for (index, (name, component)) in [("POSITION", 5122), ("TEXCOORD_0", 5121)].into_iter().enumerate() {
        let accessor = &mut document["accessors"][attributes[name].as_u64().unwrap() as usize];
        accessor["bufferView"] = json!(first + index);
        (accessor["componentType"], accessor["normalized"]) = (json!(component), json!(true));
    }
    document["extensionsRequired"] = json!(["KHR_mesh_quantization"]);
    document["extensionsUsed"] = json!(["KHR_mesh_quantization"]);
    document["buffers"][0]["byteLength"] = json!(binary.len());
    let quantized = joined(&document, &binary);
    let parts = parse_parts(&quantized).unwrap();
    for (found, expected) in parts[0].surface.positions.iter().zip(&mesh.positions) {
        assert!((0..3).all(|axis| (found[axis] - expected[axis]).abs() < 1e-4), "{found:?} {expected:?}");
    }
    for (found, expected) in parts[0].uvs.iter().zip(&mesh.uvs) {
        assert!((0..2).all(|axis| (found[axis] - expected[axis]).abs() < 3e-3), "{found:?} {expected:?}");
    }
    // A cut copies the vertices unchanged.
    let options = RestyleOptions { texture_size: 64, unwrap: true, ..RestyleOptions::default() };
    let made = restyle(&model(), "a pig", &quantized, &options, &no_progress).unwrap();
    let cut = parse_parts(&made.glb).unwrap();
    let mut places: Vec<_> =
        cut[0].surface.positions.iter().map(|position| position.map(f32::to_bits)).collect();
    let mut before: Vec<_> =
        parts[0].surface.positions.iter().map(|position| position.map(f32::to_bits)).collect();
    places.sort_unstable();
    places.dedup();
    before.sort_unstable();
    before.dedup();
    assert_eq!(places, before);
}

/// Returns six times the volume that the triangles enclose. The value is negative if the triangles face
/// inward.
fn volume(mesh: &Mesh) -> f32 {
    let cone = |[a, b, c]: [[f32; 3]; 3]| {
        let cross = [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]];
        (0..3).map(|axis| a[axis] * cross[axis]).sum::<f32>()
    };
    mesh.triangles.iter().map(|triangle| cone(triangle.map(|corner| mesh.positions[corner as usize]))).sum()
}

#[test]
fn a_mirrored_mesh_is_not_turned_inside_out_and_lost_maps_are_named() {
    let mesh = crate_of([-1.0; 3], [1.0; 3]);
    let given = altered(&glb_of(&mesh, &Beside::default()), |document| {
        document["nodes"][0]["scale"] = json!([-1, 1, 1]);
        document["materials"][0]["extensions"] = json!({ "KHR_materials_clearcoat": {} });
        document["materials"][0]["emissiveFactor"] = json!([0.5, 0, 0]);
        document["extensionsUsed"] = json!(["KHR_materials_clearcoat"]);
        document["images"] = json!([{ "uri": "normal.png" }]);
        document["textures"] = json!([{ "source": 0 }]);
        document["materials"][0]["normalTexture"] = json!({ "index": 0 });
    });
    assert!(volume(&parse_parts(&given).unwrap()[0].surface) > 7.0);
    for (unwrap, lost) in [(false, 2), (true, 3)] {
        let options = RestyleOptions { texture_size: 64, unwrap, ..RestyleOptions::default() };
        let made = restyle(&model(), "a pig", &given, &options, &no_progress).unwrap();
        assert!(volume(&parse_parts(&made.glb).unwrap()[0].surface) > 7.0, "inside out");
        assert_eq!(made.repainted[0].lost.len(), lost, "{:?}", made.repainted[0].lost);
        assert_eq!(split(&made.glb).0["materials"][0].get("normalTexture").is_some(), !unwrap);
    }
}

#[test]
fn a_skinned_mesh_is_read_where_its_joints_hold_it() {
    let mesh = crate_of([-1.0; 3], [1.0; 3]);
    let given = glb_of(&mesh, &Beside::default());
    let (mut document, binary) = split(&given);
    let mut binary = binary.to_vec();
    let at = binary.len();
    // Every vertex has half its weight on the first joint and half on the second.
    binary.extend([0u8, 1, 0, 0].repeat(24));
    binary.extend([128u8, 128, 0, 0].repeat(24));
    let views = document["bufferViews"].as_array_mut().unwrap();
    let first = views.len();
    views.push(json!({ "buffer": 0, "byteOffset": at, "byteLength": 96 }));
    views.push(json!({ "buffer": 0, "byteOffset": at + 96, "byteLength": 96 }));
    let accessors = document["accessors"].as_array_mut().unwrap();
    let accessor = accessors.len();
    let four = |view: usize, normalized: bool| json!({ "bufferView": view, "componentType": 5121, "count": 24, "type": "VEC4", "normalized": normalized });
    accessors.extend([four(first, false), four(first + 1, true)]);
    document["meshes"][0]["primitives"][0]["attributes"]["JOINTS_0"] = json!(accessor);
    document["meshes"][0]["primitives"][0]["attributes"]["WEIGHTS_0"] = json!(accessor + 1);
    document["nodes"] = json!([
        { "mesh": 0, "skin": 0, "translation": [100, 100, 100] },
        { "translation": [10, 0, 0], "children": [2] }, { "translation": [0, 4, 0], "scale": [0.5, 0.5, 0.5] },
    ]);
    document["skins"] = json!([{ "joints": [1, 2] }]);
    document["scenes"][0]["nodes"] = json!([0, 1]);
    document["buffers"][0]["byteLength"] = json!(binary.len());
    let skinned = joined(&document, &binary);
    let parts = parse_parts(&skinned).unwrap();
    for (found, position) in parts[0].surface.positions.iter().zip(&mesh.positions) {
        // Half of p + (10, 0, 0) and half of p / 2 + (10, 4, 0).
        let expected = [0.75 * position[0] + 10.0, 0.75 * position[1] + 2.0, 0.75 * position[2]];
        assert!((0..3).all(|axis| (found[axis] - expected[axis]).abs() < 1e-4), "{found:?} {expected:?}");
    }
    let options = RestyleOptions { texture_size: 64, unwrap: true, ..RestyleOptions::default() };
    let made = restyle(&model(), "a pig", &skinned, &options, &no_progress).unwrap();
    let (after, _) = split(&made.glb);
    let attributes = &after["meshes"][0]["primitives"][0]["attributes"];
    assert!(attributes.get("JOINTS_0").is_some() && attributes.get("WEIGHTS_0").is_some());
    assert!(!parse_parts(&made.glb).unwrap()[0].surface.triangles.is_empty());
    document["meshes"][0]["primitives"][0]["attributes"].as_object_mut().unwrap().remove("JOINTS_0");
    let lost = Shape::from_glb(&joined(&document, &binary)).unwrap_err().to_string();
    assert!(lost.contains("JOINTS_0"), "{lost}");
}

#[test]
fn levels_of_detail_are_dressed_and_shapes_for_collisions_are_not() {
    let mesh = crate_of([-1.0; 3], [1.0; 3]);
    let levels = [mesh.triangles[..6].to_vec()];
    let hull =
        Mesh { positions: mesh.positions.clone(), triangles: mesh.triangles.clone(), ..Mesh::default() };
    let beside = Beside { levels: &levels, hulls: std::slice::from_ref(&hull), ..Beside::default() };
    for mesh in [mesh.clone(), Mesh { uvs: Vec::new(), ..mesh }] {
        let given = glb_of(&mesh, &beside);
        let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
        let (after, _) = split(&restyle(&model(), "a pig", &given, &options, &no_progress).unwrap().glb);
        let primitive = |index: usize| &after["meshes"][index]["primitives"][0];
        assert_eq!(primitive(0)["material"], primitive(1)["material"]);
        assert!((0..2).all(|index| primitive(index)["attributes"].get("TEXCOORD_0").is_some()));
        assert!(
            primitive(2).get("material").is_none() && primitive(2)["attributes"].get("TEXCOORD_0").is_none()
        );
    }
}

#[test]
fn a_material_that_others_wear_too_stays_for_them() {
    let given = altered(&glb_of(&crate_of([-1.0; 3], [1.0; 3]), &Beside::default()), |document| {
        // Adds a copy of the mesh that no scene uses.
        let mesh = document["meshes"][0].clone();
        document["meshes"].as_array_mut().unwrap().push(mesh);
    });
    let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
    let (after, _) = split(&restyle(&model(), "a pig", &given, &options, &no_progress).unwrap().glb);
    let (before, _) = split(&given);
    assert_eq!(after["materials"][0], before["materials"][0]);
    assert_eq!(after["meshes"][0]["primitives"][0]["material"], 1);
    assert_eq!(after["meshes"][1], before["meshes"][1]);
}

#[test]
fn lists_in_place_of_objects_and_endless_targets_are_refused() {
    let given = glb_of(&crate_of([-1.0; 3], [1.0; 3]), &Beside::default());
    let options = RestyleOptions { texture_size: 64, unwrap: true, ..RestyleOptions::default() };
    let asset = altered(&given, |document| document["asset"] = json!([null, null, null, null, null, "2.0"]));
    let buffers = altered(&given, |document| {
        document["buffers"] = json!([[document["buffers"][0]["byteLength"], null, null, null, null]]);
    });
    for glb in [asset, buffers] {
        // The file may be refused or read, but must not cause a panic.
        let _ = restyle(&model(), "a pig", &glb, &options, &no_progress);
        let _ = Shape::from_glb(&glb);
    }
    let many = altered(&given, |document| {
        let target = json!({ "POSITION": document["meshes"][0]["primitives"][0]["attributes"]["POSITION"] });
        document["meshes"][0]["primitives"][0]["targets"] = json!(vec![target; 70_000]);
    });
    let error = restyle(&model(), "a pig", &many, &options, &no_progress).unwrap_err();
    assert!(error.to_string().contains("morph targets"), "{error}");
}

#[test]
fn what_cannot_be_used_is_refused_with_what_was_found() {
    let given = glb_of(&crate_of([-1.0; 3], [1.0; 3]), &Beside::default());
    let refusal = |glb: &[u8]| Shape::from_glb(glb).unwrap_err().to_string();
    assert!(refusal(b"").contains("GLB header"));
    assert!(refusal(&given[..given.len() / 2]).contains("bytes"));
    let compressed =
        altered(&given, |document| document["extensionsRequired"] = json!(["KHR_draco_mesh_compression"]));
    assert!(refusal(&compressed).contains("KHR_draco_mesh_compression"));
    let nothing = altered(&given, |document| document["scenes"][0]["nodes"] = json!([]));
    assert!(refusal(&nothing).contains("triangles with area"));
    let points = altered(&given, |document| document["meshes"][0]["primitives"][0]["mode"] = json!(0));
    assert!(refusal(&points).contains("triangles with area"));
    let flat = altered(&given, |document| document["nodes"][0]["scale"] = json!([0, 0, 0]));
    assert!(refusal(&flat).contains("triangles with area"));
    let outside = altered(&given, |document| document["buffers"][0]["uri"] = json!("mesh.bin"));
    assert!(refusal(&outside).contains("separate file"));
    let beyond = altered(&given, |document| document["accessors"][0]["count"] = json!(1 << 30));
    assert!(refusal(&beyond).contains("beyond") || refusal(&beyond).contains("more than"));
    let (document, binary) = split(&given);
    let mut broken = binary.to_vec();
    broken[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(refusal(&joined(&document, &broken)).contains("finite"));
    let lost = altered(&given, |document| document["bufferViews"][0]["buffer"] = json!(7));
    assert!(refusal(&lost).contains("buffer 7"));
    let looped = altered(&given, |document| document["nodes"][0]["children"] = json!([0]));
    assert!(refusal(&looped).contains("ancestor"));
}

#[test]
fn huge_and_broken_topology_is_taken_as_it_is() {
    let mut mesh = crate_of([-1e18; 3], [1e18; 3]);
    // An edge of three triangles, a duplicate triangle, a triangle without area, and an unused vertex far
    // away.
    mesh.positions.push([1e30; 3]);
    mesh.normals.push([0.0, 1.0, 0.0]);
    mesh.uvs.push([0.5; 2]);
    mesh.triangles.extend([[0, 1, 6], [0, 1, 2], [3, 3, 3]]);
    let glb = glb_of(&mesh, &Beside::default());
    let shape = Shape::from_glb(&glb).unwrap();
    assert!((shape.frame().unwrap().units / (1e18 / 0.85) - 1.0).abs() < 1e-3);
    let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
    assert_eq!(restyle(&model(), "a pig", &glb, &options, &no_progress).unwrap().repainted[0].triangles, 15);
}

#[test]
fn models_without_a_shape_input_wrong_sizes_and_cancel_end_with_nothing() {
    let given = glb_of(&crate_of([-1.0; 3], [1.0; 3]), &Beside::default());
    let package = Package::from_bytes(tiny_model::package_bytes(&tiny_model::triplane())).unwrap();
    let other = Model::from_package(&package, &tiny_model::engine(1)).unwrap();
    let options = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
    assert!(matches!(
        restyle(&other, "a pig", &given, &options, &no_progress),
        Err(PipelineError::NoShapeInput)
    ));
    let wrong = RestyleOptions { texture_size: 63, ..options };
    assert!(matches!(
        restyle(&model(), "a pig", &given, &wrong, &no_progress),
        Err(PipelineError::Texture(_))
    ));
    let stop = |fraction: f32| if fraction > 0.2 { Err(Cancelled) } else { Ok(()) };
    let stopped = restyle(&model(), "a pig", &given, &options, &stop);
    assert!(matches!(stopped, Err(PipelineError::Cancelled(_))));
}

#[test]
fn a_field_paints_arrays_in_their_own_space_and_keeps_their_order() {
    let mesh = crate_of([5.0; 3], [9.0; 3]);
    let surface = ShapeSurface::of(&mesh);
    let shape = Shape::fitted(&[surface]).unwrap().keeping(1.0).unwrap();
    let model = model();
    let latent = model.embed(&["a pig"]).unwrap().latent;
    let field = model.fields(&latent, Some(&shape)).unwrap().remove(0);
    let painted = field.paint(surface, Some(&mesh.uvs), 64, &no_progress).unwrap();
    assert_eq!((&painted.mesh.uvs, &painted.mesh.triangles), (&mesh.uvs, &mesh.triangles));
    let placed = painted.place_of_shape(0.0).unwrap().positions(&painted.mesh).unwrap();
    for (found, expected) in placed.iter().zip(&mesh.positions) {
        assert!((0..3).all(|axis| (found[axis] - expected[axis]).abs() < 1e-4), "{found:?} {expected:?}");
    }
    // The texture has the colors of the field.
    let baked = &painted.painting.as_ref().unwrap().baked;
    for ((position, uv), color) in painted.mesh.positions.iter().zip(&mesh.uvs).zip(&painted.mesh.colors) {
        let texel = (uv[1] * 64.0) as usize * 64 + (uv[0] * 64.0) as usize;
        let found = baked.base_color[texel].map(|channel| f32::from(channel) / 255.0);
        assert!((0..3).all(|i| (found[i] - color[i]).abs() < 0.1), "{position:?}: {found:?} {color:?}");
    }
    let cut = field.paint(surface, None, 64, &no_progress).unwrap();
    assert_eq!(cut.mesh.triangles.len(), 12);
    assert!(field.paint(surface, Some(&mesh.uvs[..3]), 64, &no_progress).is_err());
    let far = ShapeSurface { triangles: &[[0, 1, 99]], ..surface };
    assert!(field.paint(far, Some(&mesh.uvs), 64, &no_progress).is_err());
}

#[test]
fn painting_asks_for_the_memory_of_its_textures_before_it_begins() {
    let limited = EngineOptions { threads: 1, memory_limit: 256 << 20, ..EngineOptions::default() };
    let context = Context::open(limited).unwrap();
    let package = Package::from_bytes(tiny_model::package_bytes(&tiny_model::shaped())).unwrap();
    let model = Model::from_package(&package, context.engine()).unwrap();
    let latent = model.embed(&["a pig"]).unwrap().latent;
    let field = model.fields(&latent, None).unwrap().remove(0);
    let mesh = crate_of([-0.5; 3], [0.5; 3]);
    let paint = |size: u32| field.paint(ShapeSurface::of(&mesh), Some(&mesh.uvs), size, &no_progress);
    // A texture of 4096² texels takes 512 MiB while it is made.
    assert_eq!(paint(4096).unwrap_err().kind(), ErrorKind::OutOfMemory);
    assert!(paint(64).is_ok());
}
