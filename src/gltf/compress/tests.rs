#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use super::*;
use crate::gltf::{AssetInfo, Beside, encode_asset};
use crate::mesh::Mesh;

/// Returns a wavy square of many vertices.
fn square() -> Mesh {
    const SIDE: usize = 40;
    let mut mesh = Mesh::default();
    for index in 0..SIDE * SIDE {
        let [u, v] = [index % SIDE, index / SIDE].map(|part| part as f32 / (SIDE - 1) as f32);
        mesh.positions.push([u - 0.5, 0.1 * (9.0 * u).sin(), v - 0.5]);
        mesh.normals.push([0.0, 1.0, 0.0]);
        mesh.uvs.push([u, v]);
        mesh.tangents.push([1.0, 0.0, 0.0, 1.0]);
        mesh.colors.push([u, v, 0.5]);
    }
    for corner in (0..SIDE * (SIDE - 1)).filter(|index| index % SIDE < SIDE - 1) {
        let corner = corner as u32;
        let across = corner + SIDE as u32;
        mesh.triangles.extend([[corner, across, corner + 1], [corner + 1, across, across + 1]]);
    }
    mesh
}

#[test]
fn what_is_decoded_is_what_was_there_but_for_the_last_bits() {
    let mesh = square();
    let glb = encode_asset(&mesh, &Beside::default(), &AssetInfo::default()).unwrap();
    let small = compress(&glb).unwrap();
    assert!(small.len() * 3 < glb.len(), "{} bytes of {}", small.len(), glb.len());
    let glb = Document::parse(&small).unwrap();
    let document = Value::Object(glb.json().clone());
    let binary = glb.buffer(0).unwrap();
    assert_eq!(document["extensionsRequired"], json!(["KHR_mesh_quantization", NAME]));
    let attributes = &document["meshes"][0]["primitives"][0]["attributes"];
    let encoded = |accessor: &Value| {
        let view = &document["bufferViews"]
            [document["accessors"][number(accessor).unwrap()]["bufferView"].as_u64().unwrap() as usize];
        let extension = &view["extensions"][NAME];
        let start = number(&extension["byteOffset"]).unwrap();
        binary[start..start + number(&extension["byteLength"]).unwrap()].to_vec()
    };
    let mut decoded =
        meshopt::decode_vertex_buffer::<[u32; 3]>(&encoded(&attributes["POSITION"]), mesh.positions.len())
            .unwrap();
    decode_filter_exp(&mut decoded);
    let moved: Vec<[f32; 3]> = decoded.iter().map(|row| row.map(f32::from_bits)).collect();
    let placed = AssetInfo::default().placement.positions(&mesh).unwrap();
    for (found, expected) in moved.iter().zip(&placed) {
        assert!((0..3).all(|axis| (found[axis] - expected[axis]).abs() < 1e-4), "{found:?} {expected:?}");
    }
    let [low, high] = crate::mesh::bounds(&moved);
    let positions = &document["accessors"][number(&attributes["POSITION"]).unwrap()];
    assert_eq!((&positions["min"], &positions["max"]), (&json!(low), &json!(high)));
    let uvs = meshopt::decode_vertex_buffer::<[u16; 2]>(&encoded(&attributes["TEXCOORD_0"]), mesh.uvs.len())
        .unwrap();
    for (found, expected) in uvs.iter().zip(&mesh.uvs) {
        assert!((0..2).all(|axis| (f32::from(found[axis]) / 65_535.0 - expected[axis]).abs() < 1e-4));
    }
    let indices = meshopt::decode_index_buffer::<u32>(
        &encoded(&document["meshes"][0]["primitives"][0]["indices"]),
        mesh.triangles.len() * 3,
    );
    let turned = |[a, b, c]: [u32; 3]| [[a, b, c], [b, c, a], [c, a, b]].into_iter().min();
    let found: Vec<_> = indices.unwrap().as_chunks::<3>().0.iter().map(|&corners| turned(corners)).collect();
    assert_eq!(found, mesh.triangles.iter().map(|&corners| turned(corners)).collect::<Vec<_>>());
}

#[test]
fn a_file_that_is_not_ours_is_refused() {
    let glb = encode_asset(&square(), &Beside::default(), &AssetInfo::default()).unwrap();
    let opened = Document::parse(&glb).unwrap();
    let mut document = Value::Object(opened.json().clone());
    document["accessors"][1]["bufferView"] = json!(0);
    let shared = closed(serde_json::to_vec(&document).unwrap(), opened.buffer(0).unwrap().to_vec()).unwrap();
    assert!(compress(&shared).unwrap_err().to_string().contains("share a view"));
    assert!(compress(b"glTF").is_err());
}

#[test]
fn what_stands_far_away_keeps_its_shape() {
    assert_eq!(bits_for(&[[-0.5; 3], [0.5; 3]]), Some(16));
    assert_eq!(bits_for(&[[63.0, 0.0, 0.0], [64.0, 0.0, 0.0]]), Some(22));
    assert_eq!(bits_for(&[[4000.0, 0.0, 0.0], [4001.0, 0.0, 0.0]]), None);
    assert_eq!(bits_for(&[[5.0; 3]; 2]), None);
}
