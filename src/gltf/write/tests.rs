#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use crate::gltf::parse_glb;
use crate::mesh::{Pivot, Placement, Scale, Up, bounds};

fn tetrahedron() -> Mesh {
    let positions = vec![[0.0, 0.5, 0.0], [-0.5, -0.5, 0.5], [0.5, -0.5, 0.5], [0.0, -0.5, -0.5]];
    Mesh {
        normals: positions.clone(),
        colors: vec![[1.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.02, 0.03, 0.9], [0.25, 0.5, 0.75]],
        metallic_roughness: vec![[0.0, 0.5], [1.0, 0.25], [0.5, 0.5], [0.5, 0.75]],
        triangles: vec![[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]],
        uvs: Vec::new(),
        tangents: Vec::new(),
        positions,
    }
}

fn as_is(prompt: &str) -> AssetInfo {
    AssetInfo {
        prompt: prompt.to_owned(),
        placement: Placement { pivot: Pivot::Origin, ..Placement::default() },
        ..AssetInfo::default()
    }
}

#[test]
fn mesh_comes_back_within_quantisation() {
    let mesh = tetrahedron();
    let read = parse_glb(&encode_glb(&mesh, &as_is("a tetrahedron")).unwrap()).unwrap();
    assert_eq!(read.mesh.positions, mesh.positions);
    assert_eq!(read.mesh.triangles, mesh.triangles);
    for (found, expected) in read.mesh.colors.iter().flatten().zip(mesh.colors.iter().flatten()) {
        assert!((found - expected).abs() < 2e-4, "{found} {expected}");
    }
    for normal in &read.mesh.normals {
        assert!((normal.iter().map(|number| number * number).sum::<f32>() - 1.0).abs() < 1e-6);
    }
    assert_eq!(read.mesh.metallic_roughness, vec![[0.5, 0.5]; 4]);
    assert_eq!(read.extras["prompt"], "a tetrahedron");
    assert!(read.generator.unwrap().starts_with("libatt3d "));
}

#[test]
fn textures_come_back_where_the_vertices_lie() {
    // There are four texels, and a vertex at the center of each.
    let base_color = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 64, 32]];
    let roughness_metallic = [[255, 0, 255], [255, 51, 0], [255, 255, 102], [255, 128, 128]];
    let mesh = Mesh { uvs: vec![[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]], ..tetrahedron() };
    let textures = Textures {
        size: 2,
        base_color: &base_color,
        roughness_metallic: &roughness_metallic,
        occlusion: &[],
        normal: &[],
    };
    let beside = Beside { textures: Some(textures), ..Beside::default() };
    let read = parse_glb(&encode_asset(&mesh, &beside, &as_is("painted")).unwrap()).unwrap();
    for vertex in 0..4 {
        let close = |found: f32, level: u8| (found - f32::from(level) / 255.0).abs() < 1e-4;
        let (color, expected) = (read.mesh.colors[vertex], base_color[vertex]);
        assert!(
            (0..3).all(|channel| close(color[channel], expected[channel])),
            "{color:?}, not {expected:?}"
        );
        let ([metallic, roughness], [_, green, blue]) =
            (read.mesh.metallic_roughness[vertex], roughness_metallic[vertex]);
        assert!(close(metallic, blue) && close(roughness, green), "vertex {vertex}: {metallic} {roughness}");
    }
}

#[test]
fn a_glb_is_never_z_up() {
    let placement = Placement { up: Up::Z, ..Placement::default() };
    let info = AssetInfo { placement, ..AssetInfo::default() };
    assert!(matches!(encode_glb(&tetrahedron(), &info), Err(GltfError::UpAxis)));
    let frame = AnimationFrame { mesh: &tetrahedron(), name: "one" };
    assert!(matches!(encode_frames(&[frame], 1.0, &info), Err(GltfError::UpAxis)));
}

#[test]
fn same_mesh_gives_same_bytes() {
    let info = as_is("a tetrahedron");
    assert_eq!(encode_glb(&tetrahedron(), &info).unwrap(), encode_glb(&tetrahedron(), &info).unwrap());
}

#[test]
fn default_placement_stands_on_the_ground() {
    let mesh = Mesh {
        positions: tetrahedron().positions.iter().map(|p| [p[0] + 3.0, p[1], p[2]]).collect(),
        ..tetrahedron()
    };
    let info = AssetInfo {
        placement: Placement { scale: Scale::MetersPerUnit(2.0), ..Placement::default() },
        ..AssetInfo::default()
    };
    let [low, high] = bounds(&parse_glb(&encode_glb(&mesh, &info).unwrap()).unwrap().mesh.positions);
    assert_eq!((low, high), ([-1.0, 0.0, -1.0], [1.0, 2.0, 1.0]));
}

#[test]
fn empty_mesh_is_refused() {
    let error = encode_glb(&Mesh::default(), &AssetInfo::default()).unwrap_err();
    assert!(error.to_string().contains("empty"), "{error}");
}

#[test]
fn position_that_is_not_finite_is_refused() {
    let mut mesh = tetrahedron();
    mesh.positions[2][1] = f32::NAN;
    let error = encode_glb(&mesh, &AssetInfo::default()).unwrap_err();
    assert!(error.to_string().contains("vertex 2"), "{error}");
}

#[test]
fn index_without_vertex_is_refused() {
    let mut mesh = tetrahedron();
    mesh.triangles[3][0] = 4;
    assert!(matches!(
        encode_glb(&mesh, &AssetInfo::default()),
        Err(GltfError::Mesh(crate::mesh::MeshFault::IndexOutOfRange { triangle: 3, index: 4, vertices: 4 }))
    ));
}

#[test]
fn scale_must_be_positive_and_keep_vertices_finite() {
    for meters_per_unit in [0.0, -1.0, f32::NAN, f32::INFINITY, f32::MAX] {
        let mesh = Mesh {
            positions: tetrahedron().positions.iter().map(|p| p.map(|n| n * 100.0)).collect(),
            ..tetrahedron()
        };
        let placement = Placement { scale: Scale::MetersPerUnit(meters_per_unit), ..Placement::default() };
        let info = AssetInfo { placement, ..AssetInfo::default() };
        assert!(matches!(encode_glb(&mesh, &info), Err(GltfError::Scale { .. })), "{meters_per_unit}");
    }
}

#[test]
fn unwritable_path_is_named() {
    let error = write_glb(Path::new("/no/such/folder/pig.glb"), &tetrahedron(), &as_is("a pig")).unwrap_err();
    assert!(error.to_string().contains("/no/such/folder/pig.glb"), "{error}");
}

#[test]
fn object_name_is_one_short_line() {
    assert_eq!(object_name(" a pig\n wearing\ta hat ", LONGEST_NAME), "a pig wearing a hat");
    assert_eq!(object_name("🐷".repeat(100).as_str(), LONGEST_NAME), "🐷".repeat(15));
    assert_eq!(object_name("", LONGEST_NAME), "asset");
}
