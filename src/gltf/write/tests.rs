#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::gltf::parse_glb;

fn tetrahedron() -> Mesh {
    let positions = vec![[0.0, 0.5, 0.0], [-0.5, -0.5, 0.5], [0.5, -0.5, 0.5], [0.0, -0.5, -0.5]];
    Mesh {
        normals: positions.clone(),
        colors: vec![[1.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.02, 0.03, 0.9], [0.25, 0.5, 0.75]],
        metallic_roughness: vec![[0.0, 0.5], [1.0, 0.25], [0.5, 0.5], [0.5, 0.75]],
        triangles: vec![[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]],
        positions,
    }
}

fn as_is(prompt: &str) -> AssetInfo {
    AssetInfo {
        prompt: prompt.to_owned(),
        placement: Placement { ground_centre: false, ..Placement::default() },
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
        placement: Placement { metres_per_unit: 2.0, ..Placement::default() },
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
    for metres_per_unit in [0.0, -1.0, f32::NAN, f32::INFINITY, f32::MAX] {
        let mesh = Mesh {
            positions: tetrahedron().positions.iter().map(|p| p.map(|n| n * 100.0)).collect(),
            ..tetrahedron()
        };
        let placement = Placement { metres_per_unit, ground_centre: true };
        let info = AssetInfo { placement, ..AssetInfo::default() };
        assert!(matches!(encode_glb(&mesh, &info), Err(GltfError::Scale { .. })), "{metres_per_unit}");
    }
}

#[test]
fn unwritable_path_is_named() {
    let error = write_glb(Path::new("/no/such/folder/pig.glb"), &tetrahedron(), &as_is("a pig")).unwrap_err();
    assert!(error.to_string().contains("/no/such/folder/pig.glb"), "{error}");
}

#[test]
fn object_name_is_one_short_line() {
    assert_eq!(object_name(" a pig\n wearing\ta hat "), "a pig wearing a hat");
    assert_eq!(object_name("🐷".repeat(100).as_str()), "🐷".repeat(15));
    assert_eq!(object_name(""), "asset");
}
