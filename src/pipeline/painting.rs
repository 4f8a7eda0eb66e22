//! Textures of a generated mesh: unwrapped, and baked from the field.

use std::time::{Duration, Instant};

use crate::error::Watch;
use crate::gltf::Textures;
use crate::mesh::Mesh;
use crate::texture::{Baked, UnwrapOptions, bake, unwrap};

use super::{ObjectField, PipelineError};

/// The textures of a mesh, which has texture coordinates, and how well they lie on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Painting {
    /// The images.
    pub baked: Baked,
    /// Pieces that the surface was cut into.
    pub charts: u32,
    /// Texels a unit of object space.
    pub texels_per_unit: f32,
    /// Root mean square stretch over the surface; 1 is none.
    pub stretch: f32,
    /// What cutting and packing took.
    pub unwrap_time: Duration,
    /// What asking the field took.
    pub bake_time: Duration,
}

/// Share of the work that is done when the mesh is unwrapped.
const UNWRAP_SHARE: f32 = 0.2;

impl ObjectField {
    /// Textures of this field's mesh, in the current thread pool; gives the mesh with its seams opened. size: texels along a
    /// side. Errors: `Texture`, `Engine`, `BrokenTexture`, `Cancelled`.
    pub(super) fn painting(
        &self,
        mesh: &Mesh,
        size: u32,
        watch: Watch<'_>,
    ) -> Result<(Mesh, Painting), PipelineError> {
        let begun = Instant::now();
        watch(0.0)?;
        // Twice as much lies between two charts: filtering finds no other chart at the full size, nor at half of it.
        let options = UnwrapOptions { texture_size: size, margin: (size / 256).clamp(2, 8) };
        let of_unwrap = |fraction: f32| watch(fraction * UNWRAP_SHARE);
        let unwrapped = unwrap(mesh, &options, &of_unwrap)?;
        let unwrap_time = begun.elapsed();
        let of_bake = |fraction: f32| watch(UNWRAP_SHARE + fraction * (1.0 - UNWRAP_SHARE));
        let ask = |points: &[[f32; 3]], watch: Watch<'_>| self.appearance(points, watch);
        let baked = bake(&unwrapped.mesh, size, options.margin, &ask, &of_bake)?;
        let painting = Painting {
            baked,
            charts: unwrapped.charts,
            texels_per_unit: unwrapped.texels_per_unit,
            stretch: unwrapped.stretch,
            unwrap_time,
            bake_time: begun.elapsed() - unwrap_time,
        };
        Ok((unwrapped.mesh, painting))
    }
}

impl Painting {
    /// As a GLB takes them.
    pub fn textures(&self) -> Textures<'_> {
        let Baked { size, base_color, roughness_metallic, .. } = &self.baked;
        Textures { size: *size, base_color, roughness_metallic }
    }
}
