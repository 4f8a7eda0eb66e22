//! Encoding of meshes as OBJ, PLY and STL, for tools that do not read glTF.
//!
//! All three store meters in a right-handed frame. The [`Placement`](crate::mesh::Placement) sets the pivot
//! and the up axis. No format records the unit or the up axis, so they must be set at import. Data that a
//! format cannot store is left out: STL has no colors, OBJ and STL have no material, and none has textures.

#![forbid(unsafe_code)]

mod obj;
mod ply;
mod stl;
#[cfg(test)]
mod tests;

pub use obj::encode_obj;
pub use ply::encode_ply;
pub use stl::encode_stl;

use crate::mesh::{MeshFault, ScaleError};

/// The reason why a mesh was not encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The mesh cannot be exported.
    #[error("cannot export the mesh: {0}")]
    Mesh(#[from] MeshFault),
    /// The placement moves a vertex beyond the range of `f32`.
    #[error(transparent)]
    Scale(#[from] ScaleError),
    /// The mesh has more elements than 32 bits can count.
    #[error("the mesh has {count} {what}; the format can number at most 4294967295: lower the resolution")]
    TooLarge {
        /// The kind of element: `vertices` or `triangles`.
        what: &'static str,
        /// The number of elements.
        count: usize,
    },
}

/// Converts a count to the 32 bits of the format. Errors: `TooLarge`.
fn count(what: &'static str, count: usize) -> Result<u32, FormatError> {
    u32::try_from(count).map_err(|_| FormatError::TooLarge { what, count })
}
