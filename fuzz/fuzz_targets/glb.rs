//! Any glTF file, GLB or `.gltf` with data URIs, becomes a shape, is drawn and gets new materials, or it is refused; and what is written can be read again.
//!
//! `cargo +nightly fuzz run glb fuzz/found/glb fuzz/corpus/glb fuzz/seeds/glb`
//!
//! The seeds are the command's (`generate`, `--texture-size`, `--compress`, `interpolate --morph`, `stylize --keep-geometry`), small; and two that it does not write:
//! `sparse`, a square whose positions `gltf::read::sparse::tests` moves, and `jpeg`, one that wears `src/gltf/read/tests`' JPEG. `plain.gltf` and `jpeg.gltf` are the files of those names with base64 data URIs for
//! their buffer and image.
#![no_main]

use att3d::gltf::{Cut, Document, Dress, Part, Textures, Wearer, compress};
use att3d::pipeline::Shape;
use att3d::render::{Camera, RenderOptions, render_scene};
use libfuzzer_sys::fuzz_target;

/// Its first triangle, cut out.
fn cut(part: &Part) -> Cut {
    let first = part.surface.triangles[0];
    Cut { sources: first.to_vec(), uvs: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], triangles: vec![[0, 1, 2]] }
}

fuzz_target!(|bytes: &[u8]| {
    let _ = compress(bytes);
    let Ok(document) = Document::parse(bytes) else { return };
    let Ok(scene) = document.scene() else { return };
    let options =
        RenderOptions { width: 16, height: 16, samples: 1, ground_shadow: false, ..RenderOptions::default() };
    let _ = render_scene(&scene.drawn(), &Camera::default(), &options);
    let parts = scene.parts;
    let _ = Shape::of_parts(&parts);
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
    let dress = |(index, part): (usize, &Part)| Dress {
        textures: packed.clone(),
        material: part.material,
        wearers: vec![Wearer {
            mesh: part.mesh,
            primitive: part.primitive,
            cut: (index % 2 == 1 || part.uvs.is_empty()).then(|| cut(part)),
        }],
    };
    let dresses: Vec<Dress> = parts.iter().take(8).enumerate().map(dress).collect();
    if let Ok((made, _)) = document.dress(&dresses, "a pig", &serde_json::Map::new()) {
        let glb = made.to_glb().expect("what was dressed can be written");
        Document::parse(&glb).and_then(|made| made.scene()).expect("what was dressed can be read");
    }
});
