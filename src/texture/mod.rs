//! The texture stage. It cuts a mesh into charts, packs the charts into a square, and evaluates the surface
//! at texels.
//!
//! The stage does not depend on tensors: it takes a mesh and a [`BakeSource`], which evaluates colors,
//! normals and light. A chart is a piece of surface that faces one of six directions. It is flattened along
//! that direction (box projection, as in SF3D: Boss et al. 2024). A piece that would overlap itself is split.
//! The stretch of a chart is bounded by the largest angle by which a triangle may turn away from the chart's
//! direction.
//!
//! - `adjacency`: the triangles that share an edge;
//! - `charts`: the direction that each triangle faces, and the connected pieces of equal direction;
//! - `overlap`: splits pieces that would overlap when they are flattened;
//! - `pack`: packs rectangles into the square, as large as possible;
//! - `unwrap`: all of these steps, and the mesh with its seams opened;
//! - `raster`: the texels that a triangle covers;
//! - `weld`: unwraps meshes whose vertices are separate at every hard edge;
//! - `laid`: moves given texture coordinates into the unit square;
//! - `atlas`: the point on the mesh for each texel;
//! - `tangents` and `normal_map`: the frames of a normal map, and the normals in these frames;
//! - `levels`: the rounding of the numbers in an image;
//! - `grid`: values that are evaluated at every few texels and interpolated between them;
//! - `bake_source`: the surface that is evaluated;
//! - `bake`: evaluates the surface at the texels and stores the textures;
//! - `dilate`: extends the charts' values over the seams, for texture filtering.

#![forbid(unsafe_code)]

mod adjacency;
mod atlas;
mod bake;
mod bake_source;
mod charts;
mod dilate;
mod grid;
mod laid;
mod levels;
mod normal_map;
mod overlap;
mod pack;
mod raster;
mod tangents;
#[cfg(test)]
mod tests;
mod unwrap;
mod weld;

pub use bake::{Baked, bake};
pub use bake_source::{Answer, BakeSource, Landed, Places};
pub use laid::{Laid, area_of, laid};
pub use unwrap::{UnwrapOptions, Unwrapped, unwrap};
pub use weld::unwrap_welded;

/// Texels along a side of a texture, from the smallest to the largest size.
pub const TEXTURE_SIZES: std::ops::RangeInclusive<u32> = 64..=4096;

/// Checks the size of a texture, in texels along a side. Errors: `Size`.
pub fn check_size(found: u32) -> Result<(), TextureError> {
    if TEXTURE_SIZES.contains(&found) { Ok(()) } else { Err(TextureError::Size { found }) }
}

/// The reason why a texture was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextureError {
    /// The mesh is empty or inconsistent.
    #[error(transparent)]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The work was stopped.
    #[error(transparent)]
    Cancelled(#[from] crate::error::Cancelled),
    /// The texture size is out of range.
    #[error("the texture size is {found} texels per side: expected {} to {}", TEXTURE_SIZES.start(), TEXTURE_SIZES.end())]
    Size {
        /// The requested size.
        found: u32,
    },
    /// The mesh has no texture coordinates or no normals.
    #[error("the mesh has no texture coordinates or no normals: unwrap a mesh with normals first")]
    NoCoordinates,
    /// There are too many textures of this size.
    #[error(
        "{materials} materials with textures of {size} × {size} texels each are too many: give a smaller texture size, or join materials"
    )]
    TooMany {
        /// Number of materials with textures.
        materials: usize,
        /// Texels along a side.
        size: u32,
    },
    /// The texture coordinates enclose no area.
    #[error("the mesh's texture coordinates enclose no area: unwrap the mesh anew")]
    FlatCoordinates,
    /// The surface returned a wrong number of values.
    #[error("the surface returned {answered} values for {asked} points: expected one per point")]
    Answers {
        /// Number of points.
        asked: usize,
        /// Number of values.
        answered: usize,
    },
    /// The charts do not fit at any scale: each needs a few texels of its own.
    #[error(
        "{charts} charts do not fit into {size} × {size} texels: give a larger texture, or a mesh with fewer components"
    )]
    Crowded {
        /// Number of charts.
        charts: usize,
        /// Texels along a side.
        size: u32,
    },
}
