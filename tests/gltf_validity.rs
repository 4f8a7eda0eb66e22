//! The Khronos validator finds no error and no warning in what we write.
//!
//! Needs node, and the validator fetched by `scripts/fetch_validator.sh`; skipped without them unless
//! `ATT3D_REQUIRE_VALIDATOR=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use att3d::error::{Watch, unwatched};
use att3d::gltf::{AssetInfo, Placement, Textures, encode_textured_glb, write_glb};
use att3d::mesh::{Mesh, Pivot, Scale};
use att3d::texture::{TextureError, UnwrapOptions, bake, unwrap};
use serde_json::json;

/// A sphere of radius 0.9 with `rings` × 2 `rings` quads.
fn sphere(rings: u32) -> Mesh {
    let mut mesh = Mesh::default();
    let sides = rings * 2;
    for ring in 0..=rings {
        for side in 0..sides {
            let polar = std::f32::consts::PI * ring as f32 / rings as f32;
            let around = std::f32::consts::TAU * side as f32 / sides as f32;
            let normal = [polar.sin() * around.cos(), polar.cos(), polar.sin() * around.sin()];
            mesh.positions.push(normal.map(|number| number * 0.9));
            mesh.normals.push(normal);
            mesh.colors.push(normal.map(|number| number * 0.5 + 0.5));
            mesh.metallic_roughness.push([0.5 + normal[0] * 0.5, 0.4]);
        }
    }
    for ring in 0..rings {
        for side in 0..sides {
            let [a, b] = [ring * sides + side, ring * sides + (side + 1) % sides];
            let [c, d] = [a + sides, b + sides];
            mesh.triangles.extend((ring > 0).then_some([a, b, c]));
            mesh.triangles.extend((ring + 1 < rings).then_some([b, d, c]));
        }
    }
    mesh
}

fn info(prompt: &str) -> AssetInfo {
    let extras = json!({ "model": "toybox", "seed": 7, "resolution": 128, "unknown_words": ["dragon"] });
    AssetInfo {
        prompt: prompt.to_owned(),
        extras: extras.as_object().unwrap().clone(),
        placement: Placement::default(),
    }
}

/// A sphere that was unwrapped and baked.
fn textured() -> Vec<u8> {
    let unwrapped = unwrap(&sphere(24), &UnwrapOptions { texture_size: 128, margin: 1 }, &unwatched).unwrap();
    let ask = |points: &[[f32; 3]], _: Watch<'_>| -> Result<_, TextureError> {
        Ok((points.iter().map(|point| point.map(f32::abs)).collect(), vec![[0.25, 0.5]; points.len()]))
    };
    let baked = bake(&unwrapped.mesh, 128, 1, &ask, &unwatched).unwrap();
    let textures = Textures {
        size: baked.size,
        base_color: &baked.base_color,
        roughness_metallic: &baked.roughness_metallic,
    };
    encode_textured_glb(&unwrapped.mesh, &textures, &info("a painted sphere")).unwrap()
}

#[test]
fn validator_finds_no_error_and_no_warning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".cache/validator/node_modules/gltf-validator").exists() {
        let advice = "the glTF validator is not there: run scripts/fetch_validator.sh (needs node and npm)";
        assert!(std::env::var_os("ATT3D_REQUIRE_VALIDATOR").is_none_or(|value| value != "1"), "{advice}");
        println!("skipped: {advice}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let without = |mesh: Mesh| Mesh { colors: Vec::new(), metallic_roughness: Vec::new(), ..mesh };
    let mut still = sphere(8);
    still.normals[5] = [0.0; 3];
    let mut scaled = info("a small sphere");
    scaled.placement =
        Placement { scale: Scale::LongestSide(0.013), pivot: Pivot::Centre, ..Placement::default() };
    let files = [
        ("sphere.glb", sphere(40), info("a pig wearing a party hat")),
        ("large.glb", sphere(200), info("a sphere of 32-bit indices")),
        ("plain.glb", without(sphere(12)), info("a sphere without colours")),
        ("bare.glb", Mesh { normals: Vec::new(), ..without(sphere(12)) }, info("")),
        ("unicode.glb", sphere(12), info("ein Schweinchen mit Hütchen 🐷🎉 \"豚\"\n\u{1}\\")),
        ("still.glb", still, info("a vertex without gradient")),
        ("scaled.glb", sphere(11), scaled),
    ];
    let mut command = Command::new("node");
    command.arg(root.join("scripts/validate_glb.mjs"));
    for (name, mesh, info) in &files {
        let path = folder.path().join(name);
        write_glb(&path, mesh, info).unwrap();
        command.arg(path);
    }
    let painted = folder.path().join("painted.glb");
    std::fs::write(&painted, textured()).unwrap();
    command.arg(painted);
    let output = command.output().expect("node runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    // One line a file: not even information or a hint.
    assert_eq!(printed.lines().count(), files.len() + 1, "{printed}");
}
