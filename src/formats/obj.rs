//! The Wavefront OBJ format, as text.

use std::fmt::Write;

use super::FormatError;
use crate::mesh::{Mesh, Placement};

/// Encodes a mesh as OBJ: `v x y z`, `vn` and `f`. If the mesh has colors, `v` is followed by `r g b` (sRGB
/// in [0, 1]), which MeshLab, Blender and ZBrush read.
///
/// name: the object's name. Errors: `Mesh`, `Scale`.
pub fn encode_obj(mesh: &Mesh, name: &str, placement: Placement) -> Result<Vec<u8>, FormatError> {
    crate::error::fault("formats");
    mesh.check()?;
    let positions = placement.positions(mesh)?;
    let mut text = String::with_capacity(positions.len() * 96);
    // A line break in the name would start a new line of the file.
    let name: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "o {}", if name.trim().is_empty() { "mesh" } else { name.trim() });
    for (index, [x, y, z]) in positions.iter().enumerate() {
        let _ = match mesh.colors.get(index) {
            Some([r, g, b]) => writeln!(text, "v {x} {y} {z} {r:.4} {g:.4} {b:.4}"),
            None => writeln!(text, "v {x} {y} {z}"),
        };
    }
    for [x, y, z] in placement.normals(mesh) {
        let _ = writeln!(text, "vn {x:.5} {y:.5} {z:.5}");
    }
    for triangle in &mesh.triangles {
        // OBJ indices begin at one.
        let [a, b, c] = triangle.map(|index| u64::from(index) + 1);
        let _ = if mesh.normals.is_empty() {
            writeln!(text, "f {a} {b} {c}")
        } else {
            writeln!(text, "f {a}//{a} {b}//{b} {c}//{c}")
        };
    }
    Ok(text.into_bytes())
}
