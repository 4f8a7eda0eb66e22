//! The STL format, binary.

use super::{FormatError, count};
use crate::mesh::{Mesh, Placement};
use crate::vector::triangle_normal;

/// Bytes of the free text at the beginning.
const HEADER: usize = 80;

/// Encodes a mesh as binary STL: triangles with their face normals and nothing else.
///
/// name: stored in the header. Errors: `Mesh`, `Scale`, `TooLarge`.
pub fn encode_stl(mesh: &Mesh, name: &str, placement: Placement) -> Result<Vec<u8>, FormatError> {
    mesh.check()?;
    let positions = placement.positions(mesh)?;
    let triangles = count("triangles", mesh.triangles.len())?;
    // Readers would take a header that begins with "solid" for the text format.
    let header = format!("libatt3d: {name}");
    let mut bytes: Vec<u8> =
        header.bytes().filter(|byte| byte.is_ascii_graphic() || *byte == b' ').take(HEADER).collect();
    bytes.resize(HEADER, 0);
    bytes.extend_from_slice(&triangles.to_le_bytes());
    debug_assert_eq!(positions.len(), mesh.positions.len(), "placing a mesh keeps its vertices");
    let corner = |index: u32| positions.get(index as usize).copied().unwrap_or_default();
    for triangle in &mesh.triangles {
        let corners = triangle.map(corner);
        for vector in [face_normal(corners), corners[0], corners[1], corners[2]] {
            vector.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        }
        bytes.extend_from_slice(&[0, 0]);
    }
    Ok(bytes)
}

/// Returns the unit normal of a triangle, whose corners are counter-clockwise seen from outside; zero for one
/// without area.
fn face_normal(corners: [[f32; 3]; 3]) -> [f32; 3] {
    let normal = triangle_normal(corners.map(|corner| corner.map(f64::from)));
    let length = normal.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 { normal.map(|x| (x / length) as f32) } else { [0.0; 3] }
}
