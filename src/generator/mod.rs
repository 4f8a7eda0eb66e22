//! The networks that make a field from a latent.

#![forbid(unsafe_code)]

pub mod point_net;
mod prompt_fields;
pub mod triplane;
pub mod triplane_transformer;
pub mod u_net;
pub mod voxel_grid;

use crate::nn::{Latent, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::GeneratorConfig;

pub use point_net::{POINT_FEATURES, dummy_sphere};
pub use prompt_fields::{EnvironmentMap, PromptFields};
pub use triplane::TriplaneGenerator;
pub use triplane_transformer::TriplaneTransformer;
pub use voxel_grid::VoxelGridGenerator;

/// A generator of one of the supported kinds.
#[derive(Clone, Debug)]
pub enum Generator {
    /// The generator of ATT3D.
    VoxelGrid(Box<VoxelGridGenerator>),
    /// A generator in the style of LATTE3D.
    Triplane(Box<TriplaneGenerator>),
    /// The generator of ScaleDreamer.
    TriplaneTransformer(Box<TriplaneTransformer>),
}

impl Generator {
    /// Loads the parameters under `generator`. text_width and context_length: those of the latents that it
    /// will take. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        config: &GeneratorConfig,
        text_width: usize,
        context_length: usize,
    ) -> Result<Self, NnError> {
        let scope = scope.child("generator");
        Ok(match config {
            GeneratorConfig::VoxelGrid(config) => Self::VoxelGrid(Box::new(VoxelGridGenerator::load(
                &scope,
                config,
                text_width * context_length,
            )?)),
            GeneratorConfig::Triplane(config) => {
                Self::Triplane(Box::new(TriplaneGenerator::load(&scope, config, text_width)?))
            }
            GeneratorConfig::TriplaneTransformer(config) => {
                Self::TriplaneTransformer(Box::new(TriplaneTransformer::load(&scope, config, text_width)?))
            }
        })
    }

    /// Runs one forward pass for a batch of latents. shape: a point cloud [b, n, 3] in object space, for
    /// models with a shape input; with attributes it is [b, n, [`POINT_FEATURES`]]. `None` selects the dummy
    /// sphere. Errors: `ShapeMismatch`.
    pub fn forward(&self, latent: &Latent, shape: Option<&Tensor>) -> TensorResult<PromptFields> {
        crate::error::fault("generator");
        match self {
            Self::VoxelGrid(generator) => generator.forward(latent),
            Self::Triplane(generator) => generator.forward(latent, shape),
            Self::TriplaneTransformer(generator) => generator.forward(latent),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
