//! Settings of a generation.

use serde::{Deserialize, Serialize};

use crate::detail::{DEFAULT_MIN_COMPONENT, DetailError, HullOptions, LEAST_TRIANGLES, MOST_LEVELS};
use crate::texture::check_size;

use super::PipelineError;

/// Settings of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerateOptions {
    /// Cells per axis of [-1, 1]³, 2 to 1024.
    pub resolution: u32,
    /// Whether to evaluate every point of the grid instead of only the points near the surface. The mesh is
    /// the same.
    pub dense: bool,
    /// Triangle budget, at least 4; `None` sets no limit.
    pub triangles: Option<u32>,
    /// Texels along a side of the textures, 64 to 4096; `None` makes no textures, so that colors are vertex
    /// colors.
    pub texture_size: Option<u32>,
    /// Number of further levels of detail, at most 8. Each has about half the triangles of the level before.
    pub levels: u32,
    /// Settings of the convex hulls for collisions; `None` makes no hulls.
    pub hulls: Option<HullOptions>,
    /// Smallest volume of a component, as a share of the whole volume, 0 to 1; 0 keeps all components.
    /// Smaller components are removed directly after extraction. The largest component always stays.
    pub min_component: f32,
    /// Seed of the variant; 0 is the plain result ([`Model::embed_variant`](super::Model::embed_variant)).
    pub seed: u64,
    /// Largest number of bytes that surface extraction may take. It is checked before the extraction begins.
    pub memory_limit: u64,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            resolution: 128,
            dense: false,
            triangles: None,
            texture_size: None,
            levels: 0,
            hulls: None,
            min_component: DEFAULT_MIN_COMPONENT,
            seed: 0,
            memory_limit: 2 << 30,
        }
    }
}

impl GenerateOptions {
    /// Checks the settings that can be checked before the work begins. Errors: `Texture`, `Detail`.
    pub fn check(&self) -> Result<(), PipelineError> {
        let &Self { triangles, texture_size, levels, hulls, min_component, .. } = self;
        texture_size.map_or(Ok(()), check_size)?;
        if let Some(budget) = triangles.filter(|&budget| budget < LEAST_TRIANGLES) {
            return Err(DetailError::Budget { budget })?;
        }
        if levels > MOST_LEVELS {
            return Err(DetailError::Levels { found: levels })?;
        }
        if !(0.0..=1.0).contains(&min_component) {
            return Err(DetailError::MinComponent { found: min_component })?;
        }
        hulls.map_or(Ok(()), |hulls| Ok(hulls.check()?))
    }

    /// Returns whether the mesh is an asset: a budget, textures or levels of detail were requested. The
    /// triangles of assets are put into the order that graphics cards draw fastest.
    pub(super) fn is_asset(&self) -> bool {
        self.triangles.is_some() || self.texture_size.is_some() || self.levels > 0
    }
}
