//! Wavefront OBJ, as text.

use std::fmt::Write;

use super::FormatError;
use crate::mesh::{Mesh, Placement};

/// Encodes a mesh as an OBJ: `v x y z`, with `r g b` behind (sRGB, in [0, 1]) where the mesh has colours, as MeshLab, Blender
/// and ZBrush read them; `vn`; `f`. `name` becomes the object's name.
pub fn encode_obj(mesh: &Mesh, name: &str, placement: Placement) -> Result<Vec<u8>, FormatError> {
    crate::error::fault("formats");
    mesh.check()?;
    let positions = placement.positions(mesh)?;
    let mut text = String::with_capacity(positions.len() * 96);
    // A name with a line break would be a line of its own.
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
        // OBJ counts from one.
        let [a, b, c] = triangle.map(|index| u64::from(index) + 1);
        let _ = if mesh.normals.is_empty() {
            writeln!(text, "f {a} {b} {c}")
        } else {
            writeln!(text, "f {a}//{a} {b}//{b} {c}//{c}")
        };
    }
    Ok(text.into_bytes())
}
