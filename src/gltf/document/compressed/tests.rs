#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use meshopt::{
    EncodeExpMode, encode_filter_exp, encode_filter_oct, encode_filter_quat, encode_index_buffer,
    encode_index_sequence, encode_vertex_buffer_level,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::gltf::document::Document;
use crate::gltf::read::tests::{altered_glb, square};
use crate::gltf::{
    AssetInfo, Beside, Cut, MaterialReplacement, PackedTextures, ScenePart, TexturedPrimitive, Textures,
    compress, encode_asset, parse_glb, parse_parts, restyle,
};
use crate::mesh::{Mesh, MorphTarget};

const SIDE: usize = 24;

/// Returns a wavy square with texture coordinates and with more vertices than a block of the codec.
fn sheet() -> Mesh {
    let mut mesh = Mesh::default();
    for index in 0..SIDE * SIDE {
        let [u, v] = [index % SIDE, index / SIDE].map(|part| part as f32 / (SIDE - 1) as f32);
        mesh.positions.push([u - 0.5, 0.1 * (9.0 * u).sin(), v - 0.5]);
        let slope = 0.9 * (9.0 * u).cos();
        let length = slope.hypot(1.0);
        mesh.normals.push([-slope / length, 1.0 / length, 0.0]);
        mesh.uvs.push([u, v]);
    }
    for corner in (0..SIDE * (SIDE - 1)).filter(|index| index % SIDE < SIDE - 1) {
        let [corner, across] = [corner, corner + SIDE].map(|index| index as u32);
        mesh.triangles.extend([[corner, across, corner + 1], [corner + 1, across, across + 1]]);
    }
    mesh
}

fn textures() -> Textures<'static> {
    Textures {
        size: 2,
        base_color: &[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]],
        roughness_metallic: &[[255, 128, 0]; 4],
        occlusion: &[],
        normal: &[],
    }
}

/// Returns a file with every kind of contents: textures, a level of detail, a hull and a morph target.
fn asset() -> Vec<u8> {
    let mesh = sheet();
    let target = MorphTarget {
        name: "raised".into(),
        positions: mesh.positions.iter().map(|&[x, y, z]| [x, y + 0.25, z]).collect(),
        normals: mesh.normals.clone(),
        colors: Vec::new(),
    };
    let hull = square();
    let levels = [mesh.triangles[..100].to_vec()];
    let beside = Beside {
        textures: Some(textures()),
        levels: &levels,
        hulls: std::slice::from_ref(&hull),
        targets: &[target],
        ..Beside::default()
    };
    encode_asset(&mesh, &beside, &AssetInfo::default()).unwrap()
}

/// Rotates the indices of each triangle so that the lowest is first, because the codec may rotate them.
fn turned(triangles: &[[u32; 3]]) -> Vec<[u32; 3]> {
    let least = |&[a, b, c]: &[u32; 3]| [[a, b, c], [b, c, a], [c, a, b]].into_iter().min().unwrap();
    triangles.iter().map(least).collect()
}

fn assert_close<const N: usize>(found: &[[f32; N]], expected: &[[f32; N]], most: f32) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < most), "{found:?} {expected:?}");
    }
}

#[test]
fn compressed_files_are_read_as_the_plain_ones_but_for_the_last_bits() {
    let (glb, small) = (asset(), compress(&asset()).unwrap());
    let [plain, found] = [&glb, &small].map(|glb| parse_glb(glb).unwrap().mesh);
    assert_eq!(turned(&found.triangles), turned(&plain.triangles));
    assert_close(&found.positions, &plain.positions, 1e-4);
    assert_close(&found.normals, &plain.normals, 0.02);
    assert_close(&found.colors, &plain.colors, 0.02);
    assert_eq!(found.metallic_roughness, plain.metallic_roughness);
    let [plain, found] = [&glb, &small].map(|glb| parse_parts(glb).unwrap());
    assert_eq!((found.len(), plain.len()), (2, 2));
    for (found, plain) in found.iter().zip(&plain) {
        assert_eq!(turned(&found.surface.triangles), turned(&plain.surface.triangles));
        assert_eq!((found.is_seen, found.material), (plain.is_seen, plain.material));
        assert_close(&found.surface.positions, &plain.surface.positions, 1e-4);
        assert_close(&found.surface.normals, &plain.surface.normals, 0.02);
        assert_close(&found.vertex_colors(), &plain.vertex_colors(), 0.02);
        assert_close(&found.uvs, &plain.uvs, 1e-4);
    }
}

/// Assigns one material to both levels. If `cut` is given, each primitive is cut to three of its vertices.
fn repainted(glb: &[u8], cut: Option<&Cut>) -> Vec<u8> {
    let packed: PackedTextures = textures().packed().unwrap();
    let primitive = |part: &ScenePart| TexturedPrimitive {
        mesh: part.mesh,
        primitive: part.primitive,
        cut: cut.cloned(),
    };
    let parts = parse_parts(glb).unwrap();
    let replacement = MaterialReplacement {
        textures: packed,
        material: parts[0].material,
        primitives: parts.iter().map(primitive).collect(),
    };
    restyle(glb, &[replacement], "a pig", &Map::new()).unwrap().glb
}

fn document(glb: &[u8]) -> Value {
    let mut found = Value::Null;
    altered_glb(glb.to_vec(), |document| found = document.clone());
    found
}

#[test]
fn what_is_dressed_anew_stays_compressed_byte_for_byte() {
    let small = compress(&asset()).unwrap();
    let made = repainted(&small, None);
    let [before, after] = [&small, &made].map(|glb| document(glb));
    for list in ["accessors", "bufferViews"] {
        let [before, after] = [&before, &after].map(|document| document[list].as_array().unwrap());
        assert_eq!(after[..before.len()], before[..], "{list}");
    }
    for name in ["meshes", "nodes", "animations", "extensionsUsed", "extensionsRequired"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    let [held, kept] = [&small, &made].map(|glb| Document::parse(glb).unwrap().buffer(0).unwrap().to_vec());
    assert_eq!(kept[..held.len()], held[..]);
    assert_eq!(after["buffers"], json!([{ "byteLength": kept.len() }, before["buffers"][1]]));
    let [before, after] = [&small, &made].map(|glb| parse_parts(glb).unwrap());
    for (after, before) in after.iter().zip(&before) {
        assert_eq!(after.surface.positions, before.surface.positions);
        assert_eq!((&after.surface.triangles, &after.uvs), (&before.surface.triangles, &before.uvs));
    }
}

#[test]
fn what_is_cut_keeps_what_its_compressed_vertices_had() {
    let small = compress(&asset()).unwrap();
    let cut =
        Cut { sources: vec![7, 300, 550, 7], uvs: vec![[0.5; 2]; 4], triangles: vec![[0, 1, 2], [1, 2, 3]] };
    let made = repainted(&small, Some(&cut));
    let [before, after] = [&small, &made].map(|glb| parse_parts(glb).unwrap());
    let picked =
        |values: &[[f32; 3]]| cut.sources.iter().map(|&source| values[source as usize]).collect::<Vec<_>>();
    assert_eq!(after[0].surface.positions, picked(&before[0].surface.positions));
    assert_eq!(after[0].surface.normals, picked(&before[0].surface.normals));
    assert_eq!((&after[0].uvs, &after[0].surface.triangles), (&cut.uvs, &cut.triangles));
    let targets = |glb: &[u8]| {
        let document = Document::parse(glb).unwrap();
        let target = &document.root().meshes[0].primitives[0].targets[0];
        document.accessors().quantized::<3>(target["POSITION"], "POSITION").unwrap()
    };
    assert_eq!(targets(&made), picked(&targets(&small)));
}

/// Decodes one buffer view of these bytes.
fn view(bytes: &[u8], count: usize, stride: usize, mode: &str, filter: &str) -> Result<Vec<u8>, GltfError> {
    let extension = json!({
        "buffer": 0, "byteLength": bytes.len(), "byteStride": stride, "count": count, "mode": mode, "filter": filter,
    });
    let document = json!({
        "buffers": [{ "byteLength": bytes.len() }],
        "bufferViews": [{ "buffer": 1, "byteLength": count * stride, "extensions": { NAMES[0]: extension } }],
    });
    let root = Root::deserialize(&document).unwrap();
    decoded(&root, &[Stored::Bytes(bytes.to_vec())]).map(|mut found| found.remove(&0).unwrap().bytes)
}

fn attributes<T>(elements: &[T], filter: &str) -> Vec<u8> {
    let bytes = encode_vertex_buffer_level(elements, 2, Some(0)).unwrap();
    view(&bytes, elements.len(), size_of::<T>(), "ATTRIBUTES", filter).unwrap()
}

fn assert_attributes<const WORDS: usize>() {
    let word = |row: usize, word: usize| (row * row * 31 + word * 7) as u32;
    let rows: Vec<Row<WORDS>> =
        (0..600).map(|row| Row(std::array::from_fn(|index| word(row, index)))).collect();
    let expected: Vec<u8> = rows.iter().flat_map(|row| row.0).flat_map(u32::to_ne_bytes).collect();
    assert_eq!(attributes(&rows, "NONE"), expected, "{WORDS} words");
}

#[test]
fn every_mode_gives_what_was_encoded() {
    assert_attributes::<1>();
    assert_attributes::<3>();
    assert_attributes::<7>();
    assert_attributes::<32>();
    assert_attributes::<33>();
    assert_attributes::<64>();
    assert!(attributes::<u32>(&[], "NONE").is_empty());
    let indices: Vec<u32> = sheet().triangles.into_flattened();
    let short =
        |indices: &[u32]| indices.iter().flat_map(|&index| (index as u16).to_ne_bytes()).collect::<Vec<_>>();
    let long = |indices: &[u32]| indices.iter().flat_map(|index| index.to_ne_bytes()).collect::<Vec<_>>();
    let bytes = encode_index_sequence(&indices, SIDE * SIDE).unwrap();
    assert_eq!(view(&bytes, indices.len(), 2, "INDICES", "NONE").unwrap(), short(&indices));
    assert_eq!(view(&bytes, indices.len(), 4, "INDICES", "NONE").unwrap(), long(&indices));
    let bytes = encode_index_buffer(&indices, SIDE * SIDE).unwrap();
    let expected = decode_index_buffer::<u32>(&bytes, indices.len()).unwrap();
    assert_eq!(view(&bytes, indices.len(), 2, "TRIANGLES", "NONE").unwrap(), short(&expected));
    assert_eq!(view(&bytes, indices.len(), 4, "TRIANGLES", "NONE").unwrap(), long(&expected));
}

#[test]
fn every_filter_is_taken_off() {
    let shorts = |bytes: Vec<u8>| -> Vec<[f32; 4]> {
        let share = |bytes: &[u8; 2]| f32::from(i16::from_ne_bytes(*bytes)) / 32767.0;
        bytes.as_chunks::<2>().0.as_chunks::<4>().0.iter().map(|row| row.each_ref().map(share)).collect()
    };
    let normals: Vec<[f32; 4]> = sheet().normals.into_iter().map(|[x, y, z]| [x, y, z, 1.0]).collect();
    assert_close(&shorts(attributes(&encode_filter_oct::<i16>(&normals, 16), "OCTAHEDRAL")), &normals, 1e-3);
    let share = |byte: u8| f32::from(byte.cast_signed()) / 127.0;
    let found = attributes(&encode_filter_oct::<i8>(&normals, 8), "OCTAHEDRAL");
    let found: Vec<[f32; 4]> = found.as_chunks::<4>().0.iter().map(|row| row.map(share)).collect();
    assert_close(&found, &normals, 0.02);
    // The codec makes the largest component positive.
    let turns = [
        [0.0, 0.6, 0.0, 0.8],
        [1.0, 0.0, 0.0, 0.0],
        [0.5, -0.5, -0.5, 0.5],
        [0.0, 0.28, 0.96, 0.0],
        [0.1, 0.1, 0.1, 0.985],
    ];
    assert_close(&shorts(attributes(&encode_filter_quat(&turns, 16), "QUATERNION")), &turns, 1e-2);
    let places = sheet().positions;
    let found = attributes(&encode_filter_exp(&places, 24, EncodeExpMode::Separate), "EXPONENTIAL");
    let found: Vec<f32> = found.as_chunks::<4>().0.iter().map(|bytes| f32::from_ne_bytes(*bytes)).collect();
    assert_close(found.as_chunks::<3>().0, &places, 1e-6);
}

#[test]
fn what_the_extension_does_not_allow_is_refused_in_a_sentence() {
    let small = compress(&asset()).unwrap();
    let of_mode = |document: &Value, mode: &str| {
        let views = document["bufferViews"].as_array().unwrap();
        views.iter().position(|view| view["extensions"][NAMES[0]]["mode"] == mode).unwrap()
    };
    // The first attribute view holds positions, of twelve bytes each.
    let cases: [(&str, &str, Value, &str); 21] = [
        ("ATTRIBUTES", "byteStride", json!(6), "a stride of 6: expected 4, 8"),
        ("ATTRIBUTES", "byteStride", json!(0), "a stride of 0"),
        ("ATTRIBUTES", "byteStride", json!(260), "a stride of 260"),
        ("ATTRIBUTES", "byteStride", json!(-4), "integer `-4`"),
        ("ATTRIBUTES", "byteStride", json!(16), "a byteLength of 6912: expected 9216"),
        ("ATTRIBUTES", "count", json!(577), "a byteLength of 6912: expected 6924"),
        ("ATTRIBUTES", "count", json!(u64::MAX), "18446744073709551615 elements"),
        ("ATTRIBUTES", "count", Value::Null, "compressed buffer view"),
        ("ATTRIBUTES", "byteOffset", json!(1u64 << 40), "beyond its buffer"),
        ("ATTRIBUTES", "byteOffset", json!(u64::MAX), "beyond its buffer"),
        ("ATTRIBUTES", "byteLength", json!(1u64 << 40), "beyond its buffer"),
        ("ATTRIBUTES", "byteLength", json!(0), "out of 0"),
        ("ATTRIBUTES", "byteLength", json!(1000), "damaged"),
        ("ATTRIBUTES", "mode", json!("MESHLETS"), "unknown variant `MESHLETS`"),
        ("ATTRIBUTES", "mode", json!("TRIANGLES"), "filter EXPONENTIAL of TRIANGLES"),
        ("ATTRIBUTES", "filter", json!("COLOR"), "a stride of 12: expected 4 or 8"),
        ("ATTRIBUTES", "filter", json!("OCTAHEDRAL"), "a stride of 12: expected 4 or 8"),
        ("ATTRIBUTES", "filter", json!("QUATERNION"), "a stride of 12: expected 8"),
        ("TRIANGLES", "byteStride", json!(3), "a stride of 3: expected 2 or 4"),
        ("TRIANGLES", "filter", json!("EXPONENTIAL"), "filter EXPONENTIAL of TRIANGLES"),
        ("TRIANGLES", "mode", json!("INDICES"), "starts with 0xe1: expected 0xd1"),
    ];
    for (mode, key, value, named) in cases {
        let altered = altered_glb(small.clone(), |document| {
            let view = of_mode(document, mode);
            document["bufferViews"][view]["extensions"][NAMES[0]][key] = value.clone();
        });
        for refusal in [parse_glb(&altered).unwrap_err(), parse_parts(&altered).unwrap_err()] {
            assert!(refusal.to_string().contains(named), "{key} {value}: {refusal}");
        }
    }
    for (key, value) in [("byteStride", 16), ("byteLength", 12)] {
        let altered = altered_glb(small.clone(), |document| {
            let view = of_mode(document, "ATTRIBUTES");
            document["bufferViews"][view][key] = json!(value);
        });
        let refusal = parse_glb(&altered).unwrap_err().to_string();
        assert!(refusal.contains("as the extension has it"), "{key}: {refusal}");
    }
    let bytes = encode_index_buffer(&[0, 1, 2], 3).unwrap();
    let refusal = view(&bytes, 4, 4, "TRIANGLES", "NONE").unwrap_err().to_string();
    assert!(refusal.contains("4 indices: expected a multiple of 3"), "{refusal}");
}

#[test]
fn a_small_file_takes_no_memory_for_what_it_only_claims() {
    let bytes = encode_vertex_buffer_level(&[0u32; 256], 2, Some(0)).unwrap();
    let refusal = view(&bytes, 1 << 26, 4, "ATTRIBUTES", "NONE").unwrap_err().to_string();
    assert!(refusal.contains("cannot hold so many"), "{refusal}");
    // Many views share the same bytes.
    let many = altered_glb(compress(&asset()).unwrap(), |document| {
        let views = document["bufferViews"].as_array_mut().unwrap();
        let first = views.iter().find(|view| view.get("extensions").is_some()).unwrap().clone();
        views.extend(std::iter::repeat_n(first, 1000));
    });
    let refusal = parse_glb(&many).unwrap_err();
    assert!(matches!(&refusal, GltfError::Unsupported { what } if what.contains("more than")), "{refusal}");
}

#[test]
fn data_that_lies_elsewhere_is_read_from_its_fallback() {
    let plain = asset();
    let optional = altered_glb(plain.clone(), |document| {
        document["buffers"].as_array_mut().unwrap().push(json!({ "byteLength": 9, "uri": "small.bin" }));
        let extension =
            json!({ "buffer": 1, "byteLength": 9, "byteStride": 12, "count": 576, "mode": "ATTRIBUTES" });
        document["bufferViews"][0]["extensions"] = json!({ NAMES[0]: extension });
        document["extensionsUsed"] = json!([NAMES[0]]);
    });
    assert_eq!(parse_glb(&optional).unwrap().mesh.positions, parse_glb(&plain).unwrap().mesh.positions);
    let outside = altered_glb(compress(&plain).unwrap(), |document| {
        for view in document["bufferViews"].as_array_mut().unwrap() {
            if let Some(extension) = view.pointer_mut("/extensions/EXT_meshopt_compression/buffer") {
                *extension = json!(1);
            }
        }
    });
    assert!(parse_glb(&outside).unwrap_err().to_string().contains("outside the file"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn mutated_compressed_files_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        digits in proptest::collection::vec((any::<prop::sample::Index>(), b'0'..=b'9'), 0..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = compress(&asset()).unwrap();
        let text = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
        // Only the binary chunk changes, so that most files reach the decoders.
        for (place, value) in changes {
            let place = 28 + text + place.index(bytes.len() - 28 - text);
            bytes[place] = value;
        }
        let places: Vec<usize> = (20..20 + text).filter(|&place| bytes[place].is_ascii_digit()).collect();
        for (place, digit) in digits {
            bytes[places[place.index(places.len())]] = digit;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = parse_glb(&bytes);
        let _ = parse_parts(&bytes);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(
        mut bytes in proptest::collection::vec(any::<u8>(), 1..600),
        count in 0usize..900,
        words in 1usize..=64,
        kind in 0usize..8,
    ) {
        let (header, stride, mode, filter) = [
            (0xa0, words * 4, "ATTRIBUTES", "NONE"),
            (0xa0, words * 4, "ATTRIBUTES", "EXPONENTIAL"),
            (0xa0, 4, "ATTRIBUTES", "OCTAHEDRAL"),
            (0xa0, 8, "ATTRIBUTES", "OCTAHEDRAL"),
            (0xa0, 8, "ATTRIBUTES", "QUATERNION"),
            (0xe1, 2, "TRIANGLES", "NONE"),
            (0xe1, 4, "TRIANGLES", "NONE"),
            (0xd1, 2, "INDICES", "NONE"),
        ][kind];
        bytes[0] = header;
        if let Ok(found) = view(&bytes, count, stride, mode, filter) {
            prop_assert_eq!(found.len(), count * stride);
        }
    }
}
