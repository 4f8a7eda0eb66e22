//! Whatever a GLB says, it becomes a shape and is dressed anew, or it is refused; and what is dressed can be read again.
//!
//! `cargo +nightly fuzz run glb fuzz/found/glb fuzz/corpus/glb fuzz/seeds/glb`
//!
//! The seeds are the command's (`generate`, `--texture-size`, `--compress`, `interpolate --morph`, `stylize --keep-geometry`), small; and two that it does not write:
//! `sparse`, a square whose positions `gltf::read::sparse::tests` moves, and `jpeg`, one that wears `src/gltf/read/tests`' JPEG.
#![no_main]

use att3d::gltf::{Cut, Dress, Part, Textures, Wearer, compress, parse_glb, parse_parts, restyle};
use att3d::pipeline::Shape;
use libfuzzer_sys::fuzz_target;

/// Its first triangle, cut out.
fn cut(part: &Part) -> Cut {
    let first = part.surface.triangles[0];
    Cut { sources: first.to_vec(), uvs: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], triangles: vec![[0, 1, 2]] }
}

fuzz_target!(|bytes: &[u8]| {
    let _ = parse_glb(bytes);
    let _ = compress(bytes);
    let Ok(parts) = parse_parts(bytes) else { return };
    let _ = Shape::of_parts(&parts);
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
    if let Ok(made) = restyle(bytes, &dresses, "a pig", &serde_json::Map::new()) {
        parse_parts(&made.glb).expect("what was dressed can't be read");
    }
});
