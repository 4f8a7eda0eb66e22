//! Checks that the Khronos validator finds no errors and no warnings in the files that this library writes.
//!
//! The tests need Node, and the validator that `scripts/fetch_validator.sh` fetches. Without the validator
//! they are skipped, unless `ATT3D_REQUIRE_VALIDATOR=1` is set: then they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use att3d::detail::{hull, levels};
use att3d::error::{ProgressCallback, no_progress};
use att3d::gltf::{
    AnimationFrame, AssetInfo, Beside, Cut, Host, MaterialReplacement, Placement, ScenePart,
    TexturedPrimitive, Textures, compress, encode_asset, encode_frames, parse_parts, restyle, write_glb,
};
use att3d::mesh::{Mesh, MorphTarget, Pivot, Scale};
use att3d::texture::{Answer, BakeSource, Landed, Places, TextureError, UnwrapOptions, bake, unwrap};
use serde_json::json;

/// Returns a sphere of radius 0.9 with `rings` × 2 · `rings` quads.
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
    let extras = json!({ "model": "toybox", "seed": 7, "resolution": 128, "left_out": ["dragon"] });
    AssetInfo {
        prompt: prompt.to_owned(),
        extras: extras.as_object().unwrap().clone(),
        placement: Placement::default(),
    }
}

/// A surface whose color is the absolute value of the position: red toward ±X, and so on.
struct AbsolutePosition;

impl BakeSource for AbsolutePosition {
    type Error = TextureError;

    fn batch(&self) -> usize {
        2_048
    }

    fn seen(&self, points: &[[f32; 3]], _: ProgressCallback<'_>) -> Result<Answer, TextureError> {
        Ok(Answer {
            colors: points.iter().map(|point| point.map(f32::abs)).collect(),
            materials: vec![[0.25, 0.5]; points.len()],
        })
    }

    fn landed(&self, places: Places<'_>, _: ProgressCallback<'_>) -> Result<Landed, TextureError> {
        Ok(Landed { points: places.points.to_vec(), normals: places.normals.to_vec() })
    }

    fn knows_materials(&self) -> bool {
        true
    }

    fn grain(&self) -> f32 {
        0.1
    }

    fn knows_normals(&self) -> bool {
        true
    }

    fn knows_light(&self) -> bool {
        true
    }

    fn open(&self, places: Places<'_>, _: ProgressCallback<'_>) -> Result<Vec<f32>, TextureError> {
        Ok(vec![0.75; places.points.len()])
    }
}

/// Returns a sphere, unwrapped and baked, with two further levels of detail and a hull.
fn textured(host: Host) -> Vec<u8> {
    let options = UnwrapOptions { texture_size: 128, margin: 1 };
    let mut mesh = unwrap(&sphere(24), &options, &no_progress).unwrap().mesh;
    let baked = bake(&mut mesh, 128, 1, &AbsolutePosition, &no_progress).unwrap();
    let levels = levels(&mesh, 2, &no_progress).unwrap();
    assert_eq!(levels.len(), 2);
    let hull = hull(&mesh, 32, &no_progress).unwrap();
    let textures = Textures {
        size: baked.size,
        base_color: &baked.base_color,
        roughness_metallic: &baked.roughness_metallic,
        occlusion: &baked.occlusion,
        normal: &baked.normal,
    };
    let squashed = MorphTarget {
        name: "squashed".into(),
        positions: mesh.positions.iter().map(|[x, y, z]| [*x, y * 0.5, *z]).collect(),
        normals: mesh.normals.clone(),
        colors: mesh.colors.clone(),
    };
    let targets = &[squashed.clone(), MorphTarget { name: "again".into(), normals: Vec::new(), ..squashed }];
    let beside = Beside {
        textures: Some(textures),
        levels: &levels,
        hulls: std::slice::from_ref(&hull),
        host,
        targets,
        seconds: 0.5,
    };
    encode_asset(&mesh, &beside, &info("a painted sphere")).unwrap()
}

/// Validates files and returns the validator's output. Fails on errors and warnings; returns `None` where the
/// validator is missing.
fn validated(paths: &[PathBuf]) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".cache/validator/node_modules/gltf-validator").exists() {
        let advice = "the glTF validator is not there: run scripts/fetch_validator.sh (needs node and npm)";
        assert!(std::env::var_os("ATT3D_REQUIRE_VALIDATOR").is_none_or(|value| value != "1"), "{advice}");
        println!("skipped: {advice}");
        return None;
    }
    let mut command = Command::new("node");
    let output = command.arg(root.join("scripts/validate_glb.mjs")).args(paths).output().expect("node runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    Some(printed.into_owned())
}

#[test]
fn validator_finds_no_error_and_no_warning() {
    let folder = tempfile::tempdir().unwrap();
    let without = |mesh: Mesh| Mesh { colors: Vec::new(), metallic_roughness: Vec::new(), ..mesh };
    let mut still = sphere(8);
    still.normals[5] = [0.0; 3];
    let mut scaled = info("a small sphere");
    scaled.placement =
        Placement { scale: Scale::LongestSide(0.013), pivot: Pivot::Center, ..Placement::default() };
    let files = [
        ("sphere.glb", sphere(40), info("a pig wearing a party hat")),
        ("large.glb", sphere(200), info("a sphere of 32-bit indices")),
        ("plain.glb", without(sphere(12)), info("a sphere without colors")),
        ("bare.glb", Mesh { normals: Vec::new(), ..without(sphere(12)) }, info("")),
        ("unicode.glb", sphere(12), info("ein Schweinchen mit Hütchen 🐷🎉 \"豚\"\n\u{1}\\")),
        ("still.glb", still, info("a vertex without gradient")),
        ("scaled.glb", sphere(11), scaled),
    ];
    let mut paths = Vec::new();
    for (name, mesh, info) in &files {
        let path = folder.path().join(name);
        write_glb(&path, mesh, info).unwrap();
        paths.push(path);
    }
    for (name, host) in [("unreal.glb", Host::Unreal), ("godot.glb", Host::Godot)] {
        let painted = folder.path().join(name);
        std::fs::write(&painted, textured(host)).unwrap();
        paths.push(painted);
    }
    let (round, coarse) = (sphere(12), sphere(6));
    let frames =
        [AnimationFrame { mesh: &round, name: "round" }, AnimationFrame { mesh: &coarse, name: "coarse" }];
    let shown = folder.path().join("frames.glb");
    std::fs::write(&shown, encode_frames(&frames, 0.25, &info("frames")).unwrap()).unwrap();
    paths.push(shown);
    let Some(printed) = validated(&paths) else { return };
    // If there is only one line for each file, the validator has also printed no information and no hint.
    assert_eq!(printed.lines().count(), paths.len(), "{printed}");
}

/// Returns a file of this library with new materials. With `is_cut`, only one triangle of each primitive is
/// kept.
fn repainted(glb: &[u8], is_cut: bool) -> Vec<u8> {
    let texel = Textures {
        size: 1,
        base_color: &[[9; 3]],
        roughness_metallic: &[[255; 3]],
        occlusion: &[],
        normal: &[],
    };
    let cut = |part: &ScenePart| Cut {
        sources: part.surface.triangles[0].to_vec(),
        uvs: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
        triangles: vec![[0, 1, 2]],
    };
    let parts = parse_parts(glb).unwrap();
    let primitive = |part: &ScenePart| TexturedPrimitive {
        mesh: part.mesh,
        primitive: part.primitive,
        cut: is_cut.then(|| cut(part)),
    };
    let replacement = MaterialReplacement {
        textures: texel.packed().unwrap(),
        material: parts[0].material,
        primitives: parts.iter().map(primitive).collect(),
    };
    restyle(glb, &[replacement], "a pig", &serde_json::Map::new()).unwrap().glb
}

#[test]
fn compressed_files_are_valid_also_with_new_materials() {
    let folder = tempfile::tempdir().unwrap();
    let small = compress(&textured(Host::Unreal)).unwrap();
    let files = [
        ("small.glb", small.clone()),
        ("repainted.glb", repainted(&small, false)),
        ("cut.glb", repainted(&small, true)),
    ];
    let paths = files.map(|(name, bytes)| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    });
    // The validator does not know the extension and therefore reports an unused buffer.
    validated(&paths);
}
