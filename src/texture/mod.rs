//! The texture stage: a mesh is cut into charts, the charts are packed into a square, and each texel asks what is seen there.
//!
//! It knows no tensors: it takes a mesh and a [`Surface`] that knows colours, normals and light. A chart is a piece of surface that faces one
//! of six directions, flattened by looking along that direction (box projection, as SF3D does: Boss et al. 2024), so a chart
//! never folds over itself and stretch is bounded by how far a triangle may turn away.
//!
//! - `adjacency`: which triangles share an edge;
//! - `charts`: which triangle faces which way, and the connected pieces of that;
//! - `overlap`: pieces that would lie on each other when flattened are parted;
//! - `pack`: rectangles into the square, as large as they fit;
//! - `unwrap`: all that, and the mesh with its seams opened;
//! - `raster`: which texel belongs to which triangle;
//! - `weld`: unwrapping of meshes whose vertices are parted at every hard edge;
//! - `laid`: texture coordinates that were not made here, in the unit square;
//! - `atlas`: where on the mesh each texel lies;
//! - `tangents`: the frame in which a normal map is written;
//! - `light`: how open to light the surface is, on a coarser square;
//! - `bake`: texels to points to colours and normals;
//! - `smooth`: a normal map without the ripples of the field's own cells;
//! - `dilate`: colours grow over the seams, so that filtering finds them there too.

#![forbid(unsafe_code)]

mod adjacency;
mod atlas;
mod bake;
mod charts;
mod dilate;
mod laid;
mod light;
mod overlap;
mod pack;
mod raster;
mod smooth;
mod tangents;
#[cfg(test)]
mod tests;
mod unwrap;
mod weld;

pub use bake::{Answer, Baked, Places, Surface, bake};
pub use laid::{Laid, area_of, laid};
pub use unwrap::{UnwrapOptions, Unwrapped, unwrap};
pub use weld::unwrap_welded;

/// Texels along a side: the smallest texture that is made, and the largest.
pub const TEXTURE_SIZES: std::ops::RangeInclusive<u32> = 64..=4096;

/// Is it a size that textures are made of? Errors: `Size`.
pub fn check_size(found: u32) -> Result<(), TextureError> {
    if TEXTURE_SIZES.contains(&found) { Ok(()) } else { Err(TextureError::Size { found }) }
}

/// Why there is no texture.
#[derive(Debug, thiserror::Error)]
pub enum TextureError {
    /// The mesh is empty or inconsistent.
    #[error(transparent)]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The work was stopped.
    #[error(transparent)]
    Cancelled(#[from] crate::error::Cancelled),
    /// More or fewer texels than are made.
    #[error("a texture of {found} texels a side: give {} to {}", TEXTURE_SIZES.start(), TEXTURE_SIZES.end())]
    Size {
        /// Asked for.
        found: u32,
    },
    /// Nothing says where on the mesh a texel lies, or what it faces.
    #[error("the mesh has no texture coordinates, or no normals: unwrap one that has normals first")]
    NoCoordinates,
    /// More textures than fit.
    #[error(
        "{materials} materials with textures of {size} × {size} texels each are too many: give a smaller texture size, or join materials"
    )]
    TooMany {
        /// How many are to get textures.
        materials: usize,
        /// Texels along a side.
        size: u32,
    },
    /// Texture coordinates that no texture lies on.
    #[error("the mesh's texture coordinates enclose no area: let new ones be made")]
    FlatCoordinates,
    /// The surface gave fewer or more values than it was asked for.
    #[error("{asked} points were asked about, and {answered} answers came back")]
    Answers {
        /// Points.
        asked: usize,
        /// Answers.
        answered: usize,
    },
    /// The charts do not fit, were they ever so small: each needs a few texels of its own.
    #[error(
        "{charts} charts do not fit into {size} × {size} texels: give a larger texture, or a mesh of fewer pieces"
    )]
    Crowded {
        /// How many charts there are.
        charts: usize,
        /// Texels along a side.
        size: u32,
    },
}
