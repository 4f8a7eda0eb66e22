//! Meshes as OBJ, PLY and STL: what other tools read where they don't read glTF.
//!
//! All three hold metres, right-handed, with the pivot and the upward axis where the [`Placement`](crate::mesh::Placement) puts them. None of them says so, so
//! tell the importer. What a format has no place for is left out: STL has no colours, OBJ and STL no material, none a texture.

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

/// Why a mesh was not encoded.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The mesh cannot be exported.
    #[error("cannot export the mesh: {0}")]
    Mesh(#[from] MeshFault),
    /// The placement carries a vertex beyond what a number holds.
    #[error(transparent)]
    Scale(#[from] ScaleError),
    /// The format counts in 32 bits.
    #[error("the mesh has {count} {what}, the format counts at most 4294967295: lower the resolution")]
    TooLarge {
        /// `vertices` or `triangles`.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
}

/// A count as the format stores it.
fn count(what: &'static str, count: usize) -> Result<u32, FormatError> {
    u32::try_from(count).map_err(|_| FormatError::TooLarge { what, count })
}
