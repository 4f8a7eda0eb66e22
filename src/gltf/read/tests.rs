#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::gltf::{AssetInfo, Placement, encode_glb};

fn square() -> Mesh {
    Mesh {
        positions: vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]],
        normals: vec![[0.0, 0.0, 1.0]; 4],
        colors: vec![[0.5, 0.25, 0.125]; 4],
        metallic_roughness: vec![[0.25, 0.75]; 4],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
    }
}

fn square_glb() -> Vec<u8> {
    let placement = Placement { ground_centre: false, ..Placement::default() };
    encode_glb(&square(), &AssetInfo { placement, ..AssetInfo::default() }).unwrap()
}

/// The square's GLB with its JSON changed.
fn altered(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let glb = square_glb();
    let length = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
    let mut document: Value = serde_json::from_slice(&glb[20..20 + length]).unwrap();
    change(&mut document);
    let mut text = serde_json::to_vec(&document).unwrap();
    text.resize(text.len().next_multiple_of(4), b' ');
    let rest = &glb[20 + length..];
    let mut bytes = b"glTF\x02\0\0\0".to_vec();
    bytes.extend(((20 + text.len() + rest.len()) as u32).to_le_bytes());
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(b"JSON");
    bytes.extend(text);
    bytes.extend(rest);
    bytes
}

fn refusal(change: impl FnOnce(&mut Value)) -> String {
    parse_glb(&altered(change)).unwrap_err().to_string()
}

#[test]
fn unaltered_square_is_read() {
    assert_eq!(parse_glb(&altered(|_| ())).unwrap().mesh.positions, square().positions);
}

#[test]
fn nodes_place_the_mesh() {
    let read = parse_glb(&altered(|document| {
        document["nodes"] = json!([
            { "children": [1], "translation": [0, 0, 5] },
            { "mesh": 0, "rotation": [0, 0, std::f32::consts::FRAC_1_SQRT_2, std::f32::consts::FRAC_1_SQRT_2],
              "scale": [2, 3, -1] },
        ]);
    }));
    let mesh = read.unwrap().mesh;
    for (found, expected) in mesh.positions[1].iter().zip([0.0, 2.0, 5.0]) {
        assert!((found - expected).abs() < 1e-5);
    }
    for (found, expected) in mesh.normals[0].iter().zip([0.0, 0.0, -1.0]) {
        assert!((found - expected).abs() < 1e-5);
    }
    assert_eq!(mesh.triangles[0], [0, 2, 1]);
}

#[test]
fn absent_normals_are_flat() {
    let bytes = altered(|document| {
        document["meshes"][0]["primitives"][0]["attributes"].as_object_mut().unwrap().remove("NORMAL");
    });
    let mesh = parse_glb(&bytes).unwrap().mesh;
    assert_eq!(mesh.normals, vec![[0.0, 0.0, 1.0]; 6]);
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let material = |document: &mut Value, key: &str, value: Value| document["materials"][0][key] = value;
    assert!(refusal(|document| document["extensionsRequired"] = json!(["KHR_draco"])).contains("KHR_draco"));
    assert!(refusal(|document| material(document, "alphaMode", json!("BLEND"))).contains("transparent"));
    assert!(
        refusal(|document| material(document, "normalTexture", json!({ "index": 0 }))).contains("textured")
    );
    assert!(
        refusal(|document| document["meshes"][0]["primitives"][0]["mode"] = json!(1)).contains("triangles")
    );
    assert!(refusal(|document| document["buffers"][0]["uri"] = json!("a.bin")).contains("outside the file"));
    assert!(refusal(|document| document["nodes"][0]["skin"] = json!(0)).contains("skinned"));
}

#[test]
fn named_things_must_exist() {
    let attribute = "/meshes/0/primitives/0/attributes/POSITION";
    for place in [attribute, "/meshes/0/primitives/0/indices", "/meshes/0/primitives/0/material", "/scene"] {
        let message = refusal(|document| *document.pointer_mut(place).unwrap() = json!(99));
        assert!(message.contains("99 is named but does not exist"), "{place}: {message}");
    }
}

#[test]
fn node_that_is_its_own_ancestor_is_refused() {
    assert!(refusal(|document| document["nodes"][0]["children"] = json!([0])).contains("its own ancestor"));
}

#[test]
fn numbers_that_the_file_does_not_hold_are_refused() {
    for count in [7u64, 1 << 24, 1 << 40, u64::MAX] {
        refusal(|document| document["accessors"][0]["count"] = json!(count));
        refusal(|document| document["accessors"][0]["byteOffset"] = json!(count));
        refusal(|document| {
            document["bufferViews"][0]["byteLength"] = json!(count + (1 << 20) * u64::from(count < 8))
        });
    }
}

#[test]
fn one_mesh_placed_too_often_is_refused() {
    let primitive = json!({ "attributes": { "POSITION": 0 }, "indices": 3, "mode": 4 });
    let message = refusal(|document| {
        document["meshes"][0]["primitives"] = vec![primitive; 3000].into();
        document["nodes"] = vec![json!({ "mesh": 0 }); 3000].into();
        document["scenes"][0]["nodes"] = (0..3000).collect();
    });
    assert!(message.contains("more than"), "{message}");
}

#[test]
fn header_shorter_than_itself_is_refused() {
    let mut bytes = square_glb();
    bytes[8..12].copy_from_slice(&3u32.to_le_bytes());
    assert!(matches!(parse_glb(&bytes), Err(GltfError::Invalid { .. })));
}

#[test]
fn missing_file_is_named() {
    let error = read_glb(Path::new("no-such-file.glb")).unwrap_err();
    assert!(error.to_string().contains("no-such-file.glb"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_an_error_not_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        prop_assert!(parse_glb(&bytes).is_err());
    }

    #[test]
    fn mutated_files_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = square_glb();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = parse_glb(&bytes);
    }

    #[test]
    fn mutated_digits_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), b'0'..=b'9'), 1..8),
    ) {
        let mut bytes = square_glb();
        let digits: Vec<usize> = (20..bytes.len()).filter(|&place| bytes[place].is_ascii_digit()).collect();
        for (place, digit) in changes {
            bytes[digits[place.index(digits.len())]] = digit;
        }
        let _ = parse_glb(&bytes);
    }
}
