#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::gltf::{
    AssetInfo, Beside, Document, Placement, Textures, Warning, encode_asset, encode_glb, parse_parts,
};
use crate::mesh::Pivot;

pub(in crate::gltf) fn square() -> Mesh {
    Mesh {
        uvs: Vec::new(),
        tangents: Vec::new(),
        positions: vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]],
        normals: vec![[0.0, 0.0, 1.0]; 4],
        colors: vec![[0.5, 0.25, 0.125]; 4],
        metallic_roughness: vec![[0.25, 0.75]; 4],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
    }
}

pub(in crate::gltf) fn square_glb() -> Vec<u8> {
    let placement = Placement { pivot: Pivot::Origin, ..Placement::default() };
    encode_glb(&square(), &AssetInfo { placement, ..AssetInfo::default() }).unwrap()
}

/// Returns the square with a texture of 2 × 2 texels and texture coordinates at their centers.
fn painted_glb(uvs: [[f32; 2]; 4]) -> Vec<u8> {
    let textures = Textures {
        size: 2,
        base_color: &[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]],
        roughness_metallic: &[[255, 128, 0]; 4],
        occlusion: &[],
        normal: &[],
    };
    let beside = Beside { textures: Some(textures), ..Beside::default() };
    encode_asset(&Mesh { uvs: uvs.to_vec(), ..square() }, &beside, &AssetInfo::default()).unwrap()
}

const CENTERS: [[f32; 2]; 4] = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];

/// Returns the square's GLB with its JSON changed.
fn altered(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    altered_glb(square_glb(), change)
}

pub(in crate::gltf) fn altered_glb(glb: Vec<u8>, change: impl FnOnce(&mut Value)) -> Vec<u8> {
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
    let scene = Document::parse(&bytes).unwrap().scene().unwrap();
    assert!(!scene.parts[0].has_normals);
    assert_eq!(scene.drawn().is_flat, [true, true]);
    assert_eq!(parse_glb(&bytes).unwrap().mesh.normals, vec![[0.0, 0.0, 1.0]; 4]);
}

#[test]
fn what_is_not_for_the_eye_is_left_out() {
    for name in ["UCX_pig", "pig-convcolonly", "pig_LOD1"] {
        let bytes = altered(|document| {
            let nodes = document["nodes"].as_array_mut().unwrap();
            nodes.push(json!({ "name": name, "mesh": 0 }));
            nodes.push(json!({ "name": "a later frame", "mesh": 0, "scale": [0, 0, 0] }));
            document["scenes"][0]["nodes"] = json!([0, 1, 2]);
        });
        assert_eq!(parse_glb(&bytes).unwrap().mesh.triangles.len(), 2, "{name}");
        let alone = altered(|document| document["nodes"][0]["name"] = json!(name));
        assert_eq!(parse_glb(&alone).unwrap().mesh.triangles.len(), 2, "{name} alone is drawn");
    }
}

/// Returns the warnings for the square's file with its JSON changed.
fn warnings(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let scene = Document::parse(&altered(change)).unwrap().scene().unwrap();
    scene.warnings.iter().map(Warning::to_string).collect()
}

#[test]
fn what_cannot_be_used_is_refused_by_name() {
    let required = |name: &str| {
        refusal(|document| document["extensionsRequired"] = json!([name, "KHR_mesh_quantization"]))
    };
    assert!(required("EXT_of_tomorrow").contains("EXT_of_tomorrow"));
    assert!(required("KHR_draco_mesh_compression").contains("Blender"));
    assert!(refusal(|document| document["buffers"][0]["uri"] = json!("a.bin")).contains("separate file"));
    assert!(refusal(|document| document["nodes"][0]["skin"] = json!(0)).contains("skin 0"));
    assert!(refusal(|document| document["asset"]["version"] = json!("3.0")).contains("version 3.0"));
    assert!(refusal(|document| document["asset"]["minVersion"] = json!("2.1")).contains("version 2.1"));
    assert!(refusal(|document| document["asset"] = json!({})).contains("asset.version"));
    assert!(refusal(|document| document["meshes"][0]["primitives"][0]["mode"] = json!(1)).contains("empty"));
}

#[test]
fn what_is_left_out_is_a_warning_with_its_name() {
    let of_lines = warnings(|document| {
        let mut lines = document["meshes"][0]["primitives"][0].clone();
        lines["mode"] = json!(3);
        document["meshes"][0]["primitives"].as_array_mut().unwrap().push(lines);
        document["meshes"][0]["name"] = json!("Rope");
    });
    assert_eq!(
        of_lines,
        ["mesh 0 (\"Rope\"): primitive 1 is of lines, which have no surface, and is left out"]
    );
    let of_sheen = warnings(|document| document["extensionsUsed"] = json!(["KHR_materials_sheen"]));
    assert_eq!(of_sheen, ["the extension KHR_materials_sheen is left out"]);
    let of_a_texture = warnings(|document| {
        document["images"] = json!([{ "uri": "no.png" }]);
        document["textures"] = json!([{ "source": 0 }]);
        document["materials"][0]["emissiveTexture"] = json!({ "index": 0 });
    });
    assert!(of_a_texture[0].contains("emissive") && of_a_texture[0].contains("no.png"), "{of_a_texture:?}");
    assert!(warnings(|document| document["materials"][0]["alphaMode"] = json!("BLEND")).is_empty());
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

#[test]
fn what_the_fuzzer_starts_from_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/glb");
    for seed in std::fs::read_dir(folder).unwrap() {
        let path = seed.unwrap().path();
        let drawn = read_glb(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let parts = Document::open(&path).unwrap().scene().unwrap().parts;
        assert!(
            drawn.mesh.triangles.len() > 100 && parts.iter().all(|part| part.unread.is_none()),
            "{path:?}"
        );
    }
}

#[test]
fn textures_wrap_as_their_sampler_says() {
    let colors = |mode: u32| {
        let outside = [[1.25, 0.25], [-0.25, 0.25], [0.25, 1.75], [0.25, -3.25]];
        let glb = altered_glb(painted_glb(outside), |document| {
            document["samplers"][0]["wrapS"] = json!(mode);
            document["samplers"][0]["wrapT"] = json!(mode);
        });
        let found = parse_glb(&glb).unwrap().mesh.colors;
        found.iter().map(|color| color.map(|channel| channel.round() as u8)).collect::<Vec<_>>()
    };
    let [red, green, blue] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    // Repeated: (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.25, 0.75).
    assert_eq!(colors(10497), [red, green, blue, blue]);
    // Mirrored: (0.75, 0.25), (0.25, 0.25), (0.25, 0.25), (0.25, 0.75).
    assert_eq!(colors(33648), [green, red, red, blue]);
    assert_eq!(colors(33071), [green, red, blue, red]);
    // Without a sampler, textures repeat.
    let glb = altered_glb(painted_glb([[1.25, 0.25]; 4]), |document| {
        document["textures"][0].as_object_mut().unwrap().remove("sampler");
    });
    assert!(parse_glb(&glb).unwrap().mesh.colors[0][0] > 0.99);
}

/// Returns the reason why the colors of a file are unknown.
fn unread(glb: &[u8]) -> String {
    let parts = parse_parts(glb).unwrap();
    assert!(parts[0].vertex_colors().is_empty());
    parts[0].unread.clone().unwrap()
}

#[test]
fn textures_that_cannot_be_read_are_left_out_in_a_sentence() {
    let view = |document: &Value| document["images"][0]["bufferView"].as_u64().unwrap() as usize;
    type Change<'a> = &'a dyn Fn(&mut Value);
    let cases: [(Change<'_>, &str); 6] = [
        (&|document| document["textures"][0]["sampler"] = json!(9), "sampler 9"),
        (&|document| document["textures"][0]["source"] = json!(9), "image 9"),
        (&|document| document["images"][0] = json!({ "uri": "pig.png" }), "separate file"),
        (
            &|document| {
                let index = view(document);
                let view = &mut document["bufferViews"][index];
                view["byteLength"] = json!(view["byteLength"].as_u64().unwrap() - 20);
            },
            "damaged",
        ),
        (
            &|document| {
                let index = view(document);
                let view = &mut document["bufferViews"][index];
                view["byteOffset"] = json!(view["byteOffset"].as_u64().unwrap() + 1);
                view["byteLength"] = json!(view["byteLength"].as_u64().unwrap() - 1);
            },
            "neither PNG, JPEG",
        ),
        (
            &|document| {
                let attributes = &mut document["meshes"][0]["primitives"][0]["attributes"];
                attributes.as_object_mut().unwrap().remove("TEXCOORD_0");
            },
            "no TEXCOORD_0",
        ),
    ];
    for (change, named) in cases {
        let reason = unread(&altered_glb(painted_glb(CENTERS), change));
        assert!(reason.contains(named), "{named:?} is not in: {reason}");
    }
    let short = altered_glb(painted_glb(CENTERS), |document| {
        let accessor = document["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"].as_u64();
        document["accessors"][accessor.unwrap() as usize]["count"] = json!(3);
    });
    assert!(parse_glb(&short).unwrap_err().to_string().contains("TEXCOORD_0 has 3 elements for 4 vertices"));
    let empty = altered_glb(painted_glb(CENTERS), |document| {
        document["textures"][0].as_object_mut().unwrap().remove("source");
    });
    let white = parse_glb(&empty).unwrap().mesh.colors;
    assert!(white.len() == 4 && white.iter().flatten().all(|channel| *channel > 0.999));
}

#[test]
fn textures_are_moved_as_their_transform_says() {
    let moved = |transform: Value| {
        let glb = altered_glb(painted_glb([[0.25, 0.25]; 4]), |document| {
            let surface = &mut document["materials"][0]["pbrMetallicRoughness"];
            surface["baseColorTexture"]["extensions"] = json!({ "KHR_texture_transform": transform });
            document["extensionsUsed"] = json!(["KHR_texture_transform"]);
        });
        parse_glb(&glb).unwrap().mesh.colors[0].map(|channel| channel.round() as u8)
    };
    assert_eq!(moved(json!({})), [1, 0, 0]);
    assert_eq!(moved(json!({ "offset": [0.5, 0.0] })), [0, 1, 0]);
    assert_eq!(moved(json!({ "scale": [1.0, 3.0] })), [0, 0, 1]);
    // A quarter turn maps (0.25, 0.25) to (0.25, -0.25), and the offset maps that to (0.25, 0.75).
    let turned = json!({ "rotation": std::f32::consts::FRAC_PI_2, "offset": [0.0, 1.0] });
    assert_eq!(moved(turned), [0, 0, 1]);
}

/// Images of four quarters, 32 × 32 pixels: red, green, blue, white. They were written by Pillow's
/// `save(quality=95, …)` with `subsampling=0`, with `progressive=True`, and from `convert("L")`.
const BASELINE: &[u8] = include_bytes!("tests/baseline.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("tests/progressive.jpg");
const GREY: &[u8] = include_bytes!("tests/grey.jpg");

/// Appends a further buffer view of these bytes and passes its index to the function that changes the JSON.
pub(in crate::gltf) fn appended(
    mut glb: Vec<u8>,
    bytes: &[u8],
    change: impl FnOnce(&mut Value, usize),
) -> Vec<u8> {
    let at = glb.windows(4).position(|window| window == b"BIN\0").unwrap() - 4;
    let before = u32::from_le_bytes(glb[at..at + 4].try_into().unwrap());
    glb.extend(bytes);
    glb.resize(glb.len().next_multiple_of(4), 0);
    let after = (glb.len() - at - 8) as u32;
    glb[at..at + 4].copy_from_slice(&after.to_le_bytes());
    altered_glb(glb, |document| {
        document["buffers"][0]["byteLength"] = json!(after);
        let views = document["bufferViews"].as_array_mut().unwrap();
        views.push(json!({ "buffer": 0, "byteOffset": before, "byteLength": bytes.len() }));
        let view = views.len() - 1;
        change(document, view);
    })
}

/// Returns the textured square with these bytes as its image.
fn with_image(bytes: &[u8]) -> Vec<u8> {
    appended(painted_glb(CENTERS), bytes, |document, view| {
        document["images"][0] = json!({ "bufferView": view, "mimeType": "image/jpeg" });
    })
}

#[test]
fn jpeg_textures_are_read_at_the_vertices() {
    let (red, green, blue, white) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0; 3]);
    let grey = [[0.299; 3], [0.587; 3], [0.114; 3], white];
    let colored = [red, green, blue, white];
    for (bytes, expected) in [(BASELINE, colored), (PROGRESSIVE, colored), (GREY, grey)] {
        let found = parse_glb(&with_image(bytes)).unwrap().mesh.colors;
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.03), "{found:?}, {expected:?}");
        }
    }
}

#[test]
fn damaged_jpegs_are_refused_and_none_takes_memory_for_what_it_only_claims() {
    let refusal = |bytes: &[u8]| unread(&with_image(bytes));
    // The file is cut in the header, in a table, and in the blocks: the scan begins at byte 609.
    for end in [20, 350, 640] {
        assert!(refusal(&BASELINE[..end]).contains("damaged"), "{end}");
    }
    let mut xmp = BASELINE[..2].to_vec();
    for _ in 0..300 {
        xmp.extend([0xff, 0xe1, 0, 77]);
        xmp.extend(b"http://ns.adobe.com/xmp/extension/\0");
        xmp.extend([b'0'; 40]);
    }
    xmp.extend(&BASELINE[2..]);
    assert!(refusal(&xmp).contains("extended XMP"), "{}", refusal(&xmp));
    // Offset of the frame's height and width, which follow the marker, the length and the precision.
    let frame = BASELINE.windows(2).position(|window| window == [0xff, 0xc0]).unwrap() + 5;
    let mut huge = BASELINE.to_vec();
    huge[frame..frame + 4].copy_from_slice(&[0x20, 0, 0x20, 0]);
    assert!(refusal(&huge).contains("8192 × 8192 pixels in"), "{}", refusal(&huge));
}

#[test]
fn a_small_image_that_says_it_is_huge_is_refused_before_memory_is_taken() {
    // The image has the signature, a header of 8192 × 8192 in 8-bit RGBA, a few bytes of data, and the end.
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        png.extend((data.len() as u32).to_be_bytes());
        let content = [&name[..], data].concat();
        png.extend(&content);
        png.extend(crc32fast::hash(&content).to_be_bytes());
    };
    chunk(b"IHDR", &[&8192u32.to_be_bytes()[..], &8192u32.to_be_bytes()[..], &[8, 6, 0, 0, 0]].concat());
    chunk(b"IDAT", &[0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
    chunk(b"IEND", &[]);
    png.resize(png.len().next_multiple_of(4), 0);
    let mut glb = painted_glb(CENTERS);
    let at = glb.windows(4).position(|window| window == b"\x89PNG").unwrap();
    assert!(glb.len() >= at + png.len());
    glb[at..at + png.len()].copy_from_slice(&png);
    let refusal = unread(&glb);
    assert!(refusal.contains("8192 × 8192 pixels in"), "{refusal}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_changed_bytes_of_a_jpeg_panic(place in 0usize..700, frame in 0usize..19, values: [u8; 2], progressive: bool) {
        let mut bytes = if progressive { PROGRESSIVE } else { BASELINE }.to_vec();
        // One byte changes anywhere, and one changes in the frame header, which has the size and sampling.
        let place = place % bytes.len();
        bytes[place] = values[0];
        if let Some(start) = bytes.windows(2).position(|two| two == [0xff, if progressive { 0xc2 } else { 0xc0 }]) {
            bytes[start + frame] = values[1];
        }
        let _ = parse_glb(&with_image(&bytes));
    }

    #[test]
    fn any_bytes_are_an_error_not_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        prop_assert!(parse_glb(&bytes).is_err());
    }

    #[test]
    fn mutated_files_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        painted in any::<bool>(),
    ) {
        let mut bytes = if painted { painted_glb(CENTERS) } else { square_glb() };
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
