//! Shaded pictures of a mesh, computed on the CPU, for previews, contact sheets and the README.
//!
//! [`render`] finds the nearest triangle at each sample, shades it under studio lights, and averages the
//! samples of each pixel. There are [`RenderOptions::samples`] squared samples per pixel of the [`Image`].
//! The work runs in the caller's rayon pool, and the bytes of the result do not depend on the number of
//! threads.

#![forbid(unsafe_code)]

mod background;
mod baked_textures;
mod camera;
mod draw;
mod font;
mod image;
mod layers;
mod look;
mod occlusion;
mod picture;
mod projected;
mod raster;
mod scene;
mod shade;

pub use background::{Background, Paint};
pub use baked_textures::BakedTextures;
pub use camera::{Camera, Framing};
pub use draw::{SAMPLES_AT_ONCE, render, render_with_progress};
pub use image::Image;
pub use picture::{contact_sheet, encode_animation};
pub use scene::{is_turned_away, render_scene, render_scene_with_progress};

use crate::error::Cancelled;

#[cfg(test)]
mod tests;

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 16384;

/// The settings of a picture.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions<'a> {
    /// Pixels per row, from 1 to [`MAX_SIDE`].
    pub width: u32,
    /// Rows, from 1 to [`MAX_SIDE`].
    pub height: u32,
    /// Samples along each side of a pixel, from 1 to 4. 2 smooths edges; 3 is for final pictures.
    pub samples: usize,
    /// The background of the mesh.
    pub background: Background<'a>,
    /// Whether the mesh casts a shadow on the ground. The ground is at the lowest point of the mesh.
    pub ground_shadow: bool,
    /// The assigned textures; `None` for the colors of the vertices. With textures, the mesh must have
    /// texture coordinates, and also tangents if there is a normal map. [`render_scene`] ignores them.
    pub textures: Option<BakedTextures<'a>>,
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self {
            width: 512,
            height: 512,
            samples: 2,
            background: Background::Gradient,
            ground_shadow: true,
            textures: None,
        }
    }
}

impl RenderOptions<'_> {
    /// Checks the size and the samples. Errors: `Size`, `Samples`.
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

/// The reason why a picture was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The mesh cannot be drawn.
    #[error("cannot draw the mesh: {0}")]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The size is out of range.
    #[error("a picture cannot be {width} × {height} pixels: both sides must be from 1 to {MAX_SIDE}")]
    Size {
        /// The requested width.
        width: u32,
        /// The requested height.
        height: u32,
    },
    /// The pictures of an animation differ in size.
    #[error(
        "a picture is {width} × {height} pixels: expected {} × {}, the size of the first picture",
        .expected[0],
        .expected[1]
    )]
    Uneven {
        /// Width of the picture in pixels.
        width: u32,
        /// Height of the picture in pixels.
        height: u32,
        /// Width and height of the first picture in pixels.
        expected: [u32; 2],
    },
    /// The number of samples is out of range.
    #[error("a pixel cannot have {samples} samples per side: expected 1 to 4")]
    Samples {
        /// The requested number.
        samples: usize,
    },
    /// The textures do not fit the mesh, or their lengths do not fit their size.
    #[error(
        "the textures do not fit: expected texture coordinates, tangents for a normal map, and images of {size} × {size} texels"
    )]
    BakedTextures {
        /// Texels along a side, as the textures state.
        size: u32,
    },
    /// The scene's size is out of range.
    #[error(
        "the object is {found:e} m along its longest side; expected a size from 1e-5 m to 1e5 m: scale it"
    )]
    Extent {
        /// Length of the scene's longest side in meters.
        found: f32,
    },
    /// The lists of a scene do not match.
    #[error(
        "the lists of the scene do not match: expected colors and both sets of texture coordinates for each of {vertices} vertices, and an existing material \
         for each of {triangles} triangles"
    )]
    Scene {
        /// Number of vertices.
        vertices: usize,
        /// Number of triangles.
        triangles: usize,
    },
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A contact sheet or an animation has no pictures.
    #[error("a contact sheet or an animation needs at least one picture")]
    NoImages,
    /// The picture could not be encoded as PNG.
    #[error("cannot encode the picture: {0}")]
    Encode(#[from] png::EncodingError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] crate::files::WriteError),
}
