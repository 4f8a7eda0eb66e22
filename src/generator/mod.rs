//! The networks that turn a latent into a field.

#![forbid(unsafe_code)]

pub mod point_net;
pub mod triplane;
pub mod triplane_transformer;
pub mod u_net;
pub mod voxel_grid;

use std::ops::Range;

use crate::nn::Latent;
use crate::nn::{NnError, Scope};
use crate::tensor::{Field, Tensor, TensorResult};
use crate::weights::config::GeneratorConfig;

pub use point_net::{POINT_FEATURES, dummy_sphere};
pub use triplane::TriplaneGenerator;
pub use triplane_transformer::TriplaneTransformer;
pub use voxel_grid::{EnvironmentMap, VoxelGridGenerator};

/// What a generator makes of a batch of latents.
#[derive(Clone, Debug)]
pub struct PromptFields {
    /// Channel 0 is a signed distance or a density.
    pub geometry: Field,
    /// Where colour is.
    pub texture: Field,
    /// The channels of `texture` that hold sRGB red, green and blue.
    pub color_channels: Range<usize>,
    /// The channels of `texture` that hold metallic and roughness, where the model predicts them.
    pub material_channels: Option<Range<usize>>,
    /// What surrounds the object, where the model predicts it.
    pub environment: Option<EnvironmentMap>,
}

/// A generator of one of the families.
#[derive(Clone, Debug)]
pub enum Generator {
    /// ATT3D.
    VoxelGrid(Box<VoxelGridGenerator>),
    /// LATTE3D-style.
    Triplane(Box<TriplaneGenerator>),
    /// ScaleDreamer's.
    TriplaneTransformer(Box<TriplaneTransformer>),
}

impl Generator {
    /// Takes the parameters under `generator`. text: width and context length of the latents it will be given.
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

    /// One forward pass for a batch of latents. shape: a point cloud [b, n, 3], with attributes [b, n, [`POINT_FEATURES`]], in object
    /// space for models with a shape input; `None` is the dummy sphere. Errors: `ShapeMismatch`.
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
