//! Shaded pictures of a mesh, on the CPU: previews, contact sheets, the README.
//!
//! [`render`] finds the triangle seen at each sample ([`Image`] pixels times [`RenderOptions::samples`] squared), shades it
//! under studio lights and averages. It runs in the caller's rayon pool, and its bytes do not depend on the number of
//! threads.

#![forbid(unsafe_code)]

mod background;
mod camera;
mod draw;
mod font;
mod layers;
mod look;
mod occlusion;
mod picture;
mod raster;
mod shade;
mod worn;

pub use background::{Background, Paint};
pub use camera::{Camera, Framing};
pub use draw::{SAMPLES_AT_ONCE, render, render_watched};
pub use look::{is_turned_away, render_scene, render_scene_watched};
pub use picture::{Image, contact_sheet, encode_animation};
pub use worn::Worn;

use crate::error::Cancelled;

#[cfg(test)]
mod tests;

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 16384;

/// How a picture is made.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions<'a> {
    /// Pixels a row, from 1 to [`MAX_SIDE`].
    pub width: u32,
    /// Rows, from 1 to [`MAX_SIDE`].
    pub height: u32,
    /// Samples along each side of a pixel, from 1 to 4: 2 smooths edges, 3 is for pictures that are kept.
    pub samples: usize,
    /// What stands behind the mesh.
    pub background: Background<'a>,
    /// Whether the mesh throws a shadow on the ground, which lies at its lowest point.
    pub ground_shadow: bool,
    /// What the mesh wears; it has texture coordinates then, and tangents where there are normals.
    pub worn: Option<Worn<'a>>,
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self {
            width: 512,
            height: 512,
            samples: 2,
            background: Background::Gradient,
            ground_shadow: true,
            worn: None,
        }
    }
}

impl RenderOptions<'_> {
    /// Errors: `Size`, `Samples`.
    fn check(&self) -> Result<(), RenderError> {
        let &Self { width, height, samples, .. } = self;
        if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
            return Err(RenderError::Size { width, height });
        }
        if !(1..=4).contains(&samples) {
            return Err(RenderError::Samples { samples });
        }
        Ok(())
    }
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The mesh cannot be drawn.
    #[error("cannot draw the mesh: {0}")]
    Mesh(#[from] crate::mesh::MeshFault),
    /// No picture has this size.
    #[error("a picture cannot be {width} × {height} pixels: both sides must be from 1 to {MAX_SIDE}")]
    Size {
        /// The width asked for.
        width: u32,
        /// The height asked for.
        height: u32,
    },
    /// The number of samples is not one of those there are.
    #[error("a pixel cannot have {samples} samples a side: expected 1 to 4")]
    Samples {
        /// The number asked for.
        samples: usize,
    },
    /// The textures do not fit the mesh, or are not of the size that they say.
    #[error(
        "the textures do not fit: expected texture coordinates, tangents for normals, and images of {size} × {size} texels"
    )]
    Worn {
        /// Texels along a side, as the textures say.
        size: u32,
    },
    /// The scene is of a size that is not drawn.
    #[error(
        "the object is {found:e} m along its longest side; expected a size from 1e-5 m to 1e5 m: scale it"
    )]
    Extent {
        /// Metres along its longest side.
        found: f32,
    },
    /// The lists of a scene do not match.
    #[error(
        "the scene does not fit together: expected colors and both sets of texture coordinates for each of {vertices} vertices, and an existing material \
         for each of {triangles} triangles"
    )]
    Scene {
        /// Vertices found.
        vertices: usize,
        /// Triangles found.
        triangles: usize,
    },
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A contact sheet of nothing.
    #[error("a contact sheet needs at least one picture")]
    NoImages,
    /// The PNG encoder refused the picture.
    #[error("cannot encode the picture: {0}")]
    Encode(#[from] png::EncodingError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] crate::files::WriteError),
}
