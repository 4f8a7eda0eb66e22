#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use crate::mesh::{Mesh, Pivot, Placement, Scale, Up};

/// Returns a triangle in the plane y = 1, with every attribute.
fn triangle() -> Mesh {
    Mesh {
        uvs: Vec::new(),
        tangents: Vec::new(),
        positions: vec![[0.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0]],
        normals: vec![[0.0, 2.0, 0.0]; 3],
        colors: vec![[1.0, 0.5, 0.0]; 3],
        metallic_roughness: vec![[0.25, 0.75]; 3],
        triangles: vec![[0, 1, 2]],
    }
}

const KEPT: Placement = Placement { scale: Scale::MetersPerUnit(2.0), pivot: Pivot::Origin, up: Up::Y };

#[test]
fn obj_has_colored_vertices_normals_and_faces_from_one() {
    let text = String::from_utf8(encode_obj(&triangle(), "a pig\nv 9 9 9", KEPT).unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "o a pig v 9 9 9");
    assert_eq!(lines[2], "v 0 2 2 1.0000 0.5000 0.0000");
    assert_eq!(lines[4], "vn 0.00000 1.00000 0.00000");
    assert_eq!(lines[7..], ["f 1//1 2//2 3//3"]);
}

#[test]
fn ply_is_as_long_as_its_header_says() {
    let bytes = encode_ply(&triangle(), "a pig\nelement vertex 99", KEPT).unwrap();
    let end = b"end_header\n";
    let body = bytes.windows(end.len()).position(|window| window == end).unwrap() + end.len();
    let header = String::from_utf8(bytes[..body].to_vec()).unwrap();
    assert!(header.lines().any(|line| line == "comment a pigelement vertex 99"), "{header}");
    assert!(header.lines().any(|line| line == "element vertex 3"), "{header}");
    let vertex = 6 * 4 + 3 + 2 * 4;
    assert_eq!(bytes.len() - body, 3 * vertex + 13);
    assert_eq!(bytes[body + 24..body + 27], [255, 128, 0]);
}

#[test]
fn z_up_turns_positions_and_normals_alike() {
    let turned = Placement { up: Up::Z, ..KEPT };
    let text = String::from_utf8(encode_obj(&triangle(), "", turned).unwrap()).unwrap();
    // The vertex (0, 1, 1) at two meters per unit: +Y becomes +Z, and +Z becomes -Y.
    assert!(text.contains("\nv 0 -2 2 "), "{text}");
    assert!(text.contains("\nvn 0.00000 -0.00000 1.00000"), "{text}");
    let stl = encode_stl(&triangle(), "", turned).unwrap();
    let number = |at: usize| f32::from_le_bytes(stl[at..at + 4].try_into().unwrap());
    assert_eq!([number(84), number(88), number(92)], [0.0, 0.0, 1.0]);
}

#[test]
fn stl_holds_fifty_bytes_a_triangle_and_outward_normals() {
    let bytes = encode_stl(&triangle(), "solid é", KEPT).unwrap();
    assert_eq!(bytes.len(), 84 + 50);
    assert!(!bytes.starts_with(b"solid"));
    assert_eq!(bytes[80..84], 1u32.to_le_bytes());
    let number = |at: usize| f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!([number(84), number(88), number(92)], [0.0, 1.0, 0.0]);
}

#[test]
fn an_empty_mesh_and_a_wrong_scale_are_refused_by_each() {
    for encode in [encode_obj, encode_ply, encode_stl] {
        assert!(matches!(encode(&Mesh::default(), "", KEPT), Err(FormatError::Mesh(_))));
        let placement = Placement { scale: Scale::MetersPerUnit(f32::NAN), ..Placement::default() };
        assert!(matches!(encode(&triangle(), "", placement), Err(FormatError::Scale(_))));
    }
}

#[test]
fn a_mesh_of_positions_alone_is_written_by_each() {
    let bare = Mesh { normals: Vec::new(), colors: Vec::new(), metallic_roughness: Vec::new(), ..triangle() };
    for encode in [encode_obj, encode_ply, encode_stl] {
        assert!(!encode(&bare, "", Placement::default()).unwrap().is_empty());
    }
}
