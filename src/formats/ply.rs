//! The Stanford PLY format, binary and little-endian.

use super::{FormatError, count};
use crate::mesh::{Mesh, Placement};

/// Encodes a mesh as PLY: positions, and normals, 8-bit sRGB colors, metallic and roughness if the mesh has
/// them.
///
/// name: stored as a comment. Errors: `Mesh`, `Scale`, `TooLarge`.
pub fn encode_ply(mesh: &Mesh, name: &str, placement: Placement) -> Result<Vec<u8>, FormatError> {
    mesh.check()?;
    let positions = placement.positions(mesh)?;
    let vertices = count("vertices", positions.len())?;
    let triangles = count("triangles", mesh.triangles.len())?;
    // The header consists of ASCII lines. A line break in the comment would start another line.
    let comment: String = name.chars().filter(char::is_ascii).filter(|letter| !letter.is_control()).collect();
    let mut properties = vec!["float x", "float y", "float z"];
    if !mesh.normals.is_empty() {
        properties.extend(["float nx", "float ny", "float nz"]);
    }
    if !mesh.colors.is_empty() {
        properties.extend(["uchar red", "uchar green", "uchar blue"]);
    }
    if !mesh.metallic_roughness.is_empty() {
        properties.extend(["float metallic", "float roughness"]);
    }
    let properties: String = properties.iter().map(|property| format!("property {property}\n")).collect();
    let header = format!(
        "ply\nformat binary_little_endian 1.0\ncomment {comment}\nelement vertex {vertices}\n{properties}\
         element face {triangles}\nproperty list uchar uint vertex_indices\nend_header\n"
    );
    let mut bytes = header.into_bytes();
    let normals = placement.normals(mesh);
    let push = |numbers: &[f32], bytes: &mut Vec<u8>| {
        numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    };
    for (index, position) in positions.iter().enumerate() {
        push(position, &mut bytes);
        if let Some(normal) = normals.get(index) {
            push(normal, &mut bytes);
        }
        if let Some(color) = mesh.colors.get(index) {
            bytes.extend(color.map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8));
        }
        if let Some(material) = mesh.metallic_roughness.get(index) {
            push(material, &mut bytes);
        }
    }
    for triangle in &mesh.triangles {
        bytes.push(3);
        triangle.iter().for_each(|index| bytes.extend_from_slice(&index.to_le_bytes()));
    }
    Ok(bytes)
}
