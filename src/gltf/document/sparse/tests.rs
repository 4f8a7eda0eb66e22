#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use serde_json::{Map, Value, json};

use crate::gltf::document::Document;
use crate::gltf::read::tests::{altered_glb, appended, square, square_glb};
use crate::gltf::{
    AssetInfo, Cut, MaterialReplacement, Placement, TexturedPrimitive, Textures, compress, encode_glb,
    parse_glb, parse_parts, restyle,
};
use crate::mesh::{Mesh, Pivot};

const MOVED: [(u8, [f32; 3]); 2] = [(1, [2.0, 0.5, 0.25]), (3, [-0.5, 1.5, 0.0])];

/// Returns the accessor of the positions.
fn positions(document: &Value) -> usize {
    document["meshes"][0]["primitives"][0]["attributes"]["POSITION"].as_u64().unwrap() as usize
}

/// Returns the square with two vertices moved by a sparse accessor. component: the type of its indices.
fn moved(glb: Vec<u8>, component: u32, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let size = match component {
        5121 => 1,
        5123 => 2,
        _ => 4,
    };
    let mut bytes: Vec<u8> = Vec::new();
    MOVED.iter().for_each(|(index, _)| bytes.extend(&u32::from(*index).to_le_bytes()[..size]));
    bytes.resize(8, 0);
    bytes.extend(MOVED.iter().flat_map(|(_, place)| place).flat_map(|part| part.to_le_bytes()));
    appended(glb, &bytes, |document, view| {
        let accessor = positions(document);
        document["accessors"][accessor]["sparse"] = json!({
            "count": 2,
            "indices": { "bufferView": view, "componentType": component },
            "values": { "bufferView": view, "byteOffset": 8 },
        });
        change(document);
    })
}

/// Returns the expected dense positions. base: the mesh with the positions of the other vertices; zeros if
/// `None`.
fn expected(base: Option<Mesh>) -> Vec<[f32; 3]> {
    let mut expected = base.map_or(vec![[0.0; 3]; 4], |mesh| mesh.positions);
    MOVED.iter().for_each(|(index, place)| expected[usize::from(*index)] = *place);
    expected
}

fn without_base(document: &mut Value) {
    let accessor = positions(document);
    document["accessors"][accessor].as_object_mut().unwrap().remove("bufferView");
}

#[test]
fn sparse_files_are_read_as_dense_ones() {
    for component in [5121, 5123, 5125] {
        for (is_based, change) in [(true, (|_| ()) as fn(&mut Value)), (false, without_base)] {
            let glb = moved(square_glb(), component, change);
            let places = expected(is_based.then(square));
            let placement = Placement { pivot: Pivot::Origin, ..Placement::default() };
            let info = AssetInfo { placement, ..AssetInfo::default() };
            let dense = encode_glb(&Mesh { positions: places.clone(), ..square() }, &info).unwrap();
            let [found, dense] = [&glb, &dense].map(|glb| parse_glb(glb).unwrap().mesh);
            assert_eq!(found, dense, "{component} {is_based}");
            assert_eq!(found.positions, places);
            assert_eq!(parse_parts(&glb).unwrap()[0].surface.positions, places);
        }
    }
}

#[test]
fn a_compressed_view_can_be_the_base_of_a_sparse_accessor() {
    let small = compress(&square_glb()).unwrap();
    let base = parse_glb(&small).unwrap().mesh;
    let found = parse_glb(&moved(small, 5121, |_| ())).unwrap().mesh;
    assert_eq!(found.positions, expected(Some(base)));
}

/// Restyles the file and cuts its primitive to one triangle.
fn cut(glb: &[u8]) -> Vec<u8> {
    let textures =
        Textures { size: 1, base_color: &[[1, 2, 3]], roughness_metallic: &[], occlusion: &[], normal: &[] };
    let cut = Cut { sources: vec![3, 0, 1], uvs: vec![[0.0; 2]; 3], triangles: vec![[0, 1, 2]] };
    let primitives = vec![TexturedPrimitive { mesh: 0, primitive: 0, cut: Some(cut) }];
    let replacement =
        MaterialReplacement { textures: textures.packed().unwrap(), material: None, primitives };
    restyle(glb, &[replacement], "a pig", &Map::new()).unwrap().glb
}

#[test]
fn what_is_cut_is_dense_and_the_rest_stays_sparse() {
    let glb = moved(square_glb(), 5123, without_base);
    let made = cut(&glb);
    let places = expected(None);
    assert_eq!(parse_parts(&made).unwrap()[0].surface.positions, [places[3], places[0], places[1]]);
    let (mut before, mut after) = (Value::Null, Value::Null);
    altered_glb(glb, |document| before = document["accessors"].clone());
    altered_glb(made, |document| after = document["accessors"].clone());
    let [before, after] = [&before, &after].map(|accessors| accessors.as_array().unwrap());
    assert_eq!(after[..before.len()], before[..]);
    assert!(after[before.len()..].iter().all(|accessor| accessor.get("sparse").is_none()));
}

#[test]
fn a_morph_target_that_moves_nothing_needs_no_bytes() {
    let still = json!({ "componentType": 5126, "count": 4, "type": "VEC3" });
    let glb = altered_glb(square_glb(), |document| {
        let accessors = document["accessors"].as_array_mut().unwrap();
        accessors.push(still);
        let number = accessors.len() - 1;
        document["meshes"][0]["primitives"][0]["targets"] = json!([{ "POSITION": number }]);
    });
    let document = Document::parse(&cut(&glb)).unwrap();
    let target = document.root().meshes[0].primitives[0].targets[0]["POSITION"];
    assert_eq!(document.accessors().quantized::<3>(target, "POSITION").unwrap(), [[0.0; 3]; 3]);
}

#[test]
fn sparse_accessors_that_contradict_themselves_are_refused_in_a_sentence() {
    type Change = fn(&mut Value);
    let cases: [(&str, Value, &str); 10] = [
        ("/count", json!(5), "of 4 elements replaces 5 of them"),
        ("/count", json!(u64::MAX), "replaces 18446744073709551615 of them"),
        ("/indices/bufferView", json!(99), "99 is named but does not exist"),
        ("/values/bufferView", json!(99), "99 is named but does not exist"),
        ("/values/byteOffset", json!(12), "beyond its buffer"),
        ("/indices/byteOffset", json!(u64::MAX), "beyond its buffer"),
        // The indices are bytes. At offset 2 both are 0. At offset 11 the first index is 64, the last byte of
        // the number 2.0.
        ("/indices/byteOffset", json!(2), "replaces element 0"),
        ("/indices/byteOffset", json!(11), "replaces element 64"),
        ("/indices/componentType", json!(5126), "unknown type"),
        ("/indices/componentType", json!(5125), "expected each to be greater"),
    ];
    for (place, value, named) in cases {
        let glb = moved(square_glb(), 5121, |document| {
            let accessor = positions(document);
            let (parent, key) = place.rsplit_once('/').unwrap();
            document["accessors"][accessor]["sparse"].pointer_mut(parent).unwrap()[key] = value.clone();
        });
        for refusal in [parse_glb(&glb).unwrap_err(), parse_parts(&glb).unwrap_err()] {
            assert!(refusal.to_string().contains(named), "{place} {value}: {refusal}");
        }
    }
    let others: [(Change, &str); 4] = [
        (
            |document| {
                let last = document["bufferViews"].as_array().unwrap().len() - 1;
                document["bufferViews"][last]["byteStride"] = json!(16);
            },
            "sparse data are 16 bytes apart: expected 1",
        ),
        (
            |document| {
                without_base(document);
                let accessor = positions(document);
                document["accessors"][accessor]["count"] = json!(1 << 20);
            },
            "1048576 elements in a file of",
        ),
        (
            |document| {
                without_base(document);
                let accessor = positions(document);
                document["accessors"][accessor]["count"] = json!(u64::MAX);
            },
            "in all instances together",
        ),
        (
            |document| {
                without_base(document);
                let accessor = positions(document);
                document["accessors"][accessor].as_object_mut().unwrap().remove("sparse");
                document["extensionsUsed"] = json!(["KHR_draco_mesh_compression"]);
            },
            "compressed by Draco (KHR_draco_mesh_compression)",
        ),
    ];
    for (change, named) in others {
        let refusal = parse_parts(&moved(square_glb(), 5121, change)).unwrap_err().to_string();
        assert!(refusal.contains(named), "{named:?} is not in: {refusal}");
    }
}

#[test]
fn what_is_not_one_a_vertex_is_refused_before_it_is_made_dense() {
    let glb = appended(square_glb(), &[0; 32_768], |document, _| {
        let accessor = json!({ "componentType": 5126, "count": 1 << 17, "type": "VEC3" });
        document["accessors"].as_array_mut().unwrap().push(accessor);
        let number = document["accessors"].as_array().unwrap().len() - 1;
        document["accessors"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "componentType": 5123, "count": 0, "type": "SCALAR" }));
        let mut primitive = document["meshes"][0]["primitives"][0].clone();
        primitive["attributes"]["NORMAL"] = json!(number);
        primitive["indices"] = json!(number + 1);
        document["meshes"][0]["primitives"] = vec![primitive; 1_000].into();
    });
    let refusal = parse_parts(&glb).unwrap_err().to_string();
    assert!(refusal.contains("NORMAL has 131072 elements for 4 vertices"), "{refusal}");
}
