//! Reads arbitrary glTF files: GLB, or `.gltf` with data URIs. Each file becomes a shape, is drawn and gets
//! new materials, or is refused with an error. Every written file must be readable again.
//!
//! Run `scripts/fuzz_corpus.sh unpack` first:
//!
//! `cargo +nightly fuzz run glb fuzz/found/glb fuzz/unpacked/glb fuzz/seeds/glb`
//!
//! Each input takes the paths of the commands `compress`, `render`, `stylize` and `stylize --keep-geometry`.
//! The mutator changes the document as a tree and repairs the container: see `att3d_fuzz::gltf_mutation`.
//!
//! The seeds are small files that the command writes (`generate`, `--texture-size`, `--compress`,
//! `interpolate --morph`, `stylize --keep-geometry`). Two seeds are different: `sparse` is a square with
//! sparse positions, as in `src/gltf/document/sparse/tests.rs`, and `jpeg` has the JPEG texture of
//! `src/gltf/read/tests.rs`. `plain.gltf` and `jpeg.gltf` have the contents of `plain.glb` and `jpeg.glb`,
//! with base64 data URIs for the buffer and the image.
#![no_main]

use std::sync::LazyLock;

use att3d::error::no_progress;
use att3d::gltf::{
    Cut, Document, MaterialReplacement, ScenePart, SceneView, TexturedPrimitive, Textures, compress,
    parse_glb,
};
use att3d::pipeline::{Model, RestyleOptions, Shape, restyle_document};
use att3d::render::{Camera, RenderOptions, is_turned_away, render_scene};
use att3d_fuzz::mutator::{cross_with, mutate_with};
use att3d_fuzz::{gltf_mutation, tiny_model};
use libfuzzer_sys::{fuzz_crossover, fuzz_mutator, fuzz_target};

/// A model with a shape input, which `stylize` needs.
static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let package = tiny_model::package_bytes(&tiny_model::shaped());
    Model::from_bytes(package, &tiny_model::engine(1)).expect("the tiny model can be loaded")
});

/// Largest sum of vertices and triangles, and largest number of parts, of a scene that is painted. Larger
/// scenes take seconds under the sanitizer.
const MOST_PAINTED: usize = 4000;
const MOST_PARTS: usize = 8;

/// Returns a cut with only the first triangle of the part.
fn cut(part: &ScenePart) -> Cut {
    let first = part.surface.triangles[0];
    Cut { sources: first.to_vec(), uvs: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], triangles: vec![[0, 1, 2]] }
}

/// Does the work of `render`.
fn draw(scene: &SceneView, yaw_degrees: f32) {
    let camera = Camera { yaw_degrees, ..Camera::default() };
    let options = RenderOptions { width: 16, height: 16, samples: 1, ..RenderOptions::default() };
    let drawn = scene.drawn();
    let _ = is_turned_away(&drawn, &camera);
    if let Ok(image) = render_scene(&drawn, &camera, &options) {
        image.encode_png().expect("what was drawn can be written");
    }
}

/// Does the work of `stylize --keep-geometry`.
fn paint(document: &Document, unwrap: bool) {
    let options = RestyleOptions { texture_size: 64, unwrap, ..RestyleOptions::default() };
    let Ok(made) = restyle_document(&MODEL, "a red pig", document.clone(), &options, &no_progress) else {
        return;
    };
    let read =
        Document::parse(&made.glb).and_then(|made| made.scene()).expect("what was painted can be read");
    let scene = made.document.scene().expect("what was painted can be drawn");
    assert_eq!(read.parts.len(), scene.parts.len());
    draw(&scene, 0.0);
}

/// Returns whether painting a scene takes little time.
fn is_small(parts: &[ScenePart]) -> bool {
    let sizes = parts.iter().map(|part| part.surface.positions.len() + part.surface.triangles.len());
    parts.len() <= MOST_PARTS && sizes.sum::<usize>() <= MOST_PAINTED
}

fuzz_target!(|bytes: &[u8]| {
    let _ = compress(bytes);
    let _ = parse_glb(bytes);
    let Ok(document) = Document::parse(bytes) else { return };
    let Ok(scene) = document.scene() else { return };
    for warning in &scene.warnings {
        let _ = warning.to_string();
    }
    // The camera and the option `unwrap` depend only on the input, so that a run can be repeated.
    let is_odd = bytes.len() / 4 % 2 == 1;
    draw(&scene, if is_odd { 200.0 } else { Camera::default().yaw_degrees });
    let parts = scene.parts;
    let _ = Shape::of_parts(&parts).and_then(|shape| shape.keeping(0.5));
    if is_small(&parts) {
        paint(&document, is_odd);
    }
    let written = document.to_glb().expect("what was read can be written");
    let again = Document::parse(&written).expect("what was written can be read");
    assert_eq!(again.scene().map(|scene| scene.parts.len()).ok(), Some(parts.len()));
    let textures = Textures {
        size: 1,
        base_color: &[[1, 2, 3]],
        roughness_metallic: &[[255, 0, 0]],
        occlusion: &[],
        normal: &[],
    };
    let packed = textures.packed().expect("a texel can be packed");
    let replacement = |(index, part): (usize, &ScenePart)| MaterialReplacement {
        textures: packed.clone(),
        material: part.material,
        primitives: vec![TexturedPrimitive {
            mesh: part.mesh,
            primitive: part.primitive,
            cut: (index % 2 == 1 || part.uvs.is_empty()).then(|| cut(part)),
        }],
    };
    let replacements: Vec<MaterialReplacement> = parts.iter().take(8).enumerate().map(replacement).collect();
    if let Ok((made, _)) = document.replace_materials(&replacements, "a pig", &serde_json::Map::new()) {
        let glb = made.to_glb().expect("what was repainted can be written");
        Document::parse(&glb).and_then(|made| made.scene()).expect("what was repainted can be read");
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate_with(gltf_mutation::mutated, data, size, max_size, seed)
});

fuzz_crossover!(|data1: &[u8], data2: &[u8], out: &mut [u8], seed: u32| {
    cross_with(gltf_mutation::crossed, data1, data2, out, seed)
});
