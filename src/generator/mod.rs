//! The networks that make a field from a latent.

#![forbid(unsafe_code)]

pub mod latent_diffusion;
mod plane_head;
pub mod point_net;
mod prompt_fields;
mod ring;
pub mod triplane;
pub mod triplane_transformer;
pub mod u_net;
pub mod voxel_grid;

use std::sync::Arc;

use crate::engine::Engine;
use crate::error::{ProgressCallback, no_progress};
use crate::nn::{Latent, NnError, Scope};
use crate::tensor::Tensor;
use crate::weights::config::GeneratorConfig;

pub use latent_diffusion::LatentDiffusion;
pub use point_net::{POINT_FEATURES, dummy_sphere};
pub use prompt_fields::{Deformation, EnvironmentMap, PromptFields};
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
    /// The generator of TriplaneTurbo.
    LatentDiffusion(Box<LatentDiffusion>),
}

/// Settings of one forward pass besides its inputs.
#[derive(Clone, Copy)]
pub struct PassOptions<'a> {
    /// Seed of the noise, for generators that begin with noise; the others ignore it.
    pub noise_seed: u64,
    /// Progress callback, which may stop the pass. Generators that need only milliseconds do not call the
    /// callback.
    pub on_progress: ProgressCallback<'a>,
}

impl Default for PassOptions<'_> {
    fn default() -> Self {
        Self { noise_seed: 0, on_progress: &no_progress }
    }
}

impl Generator {
    /// Loads the parameters under `generator`. text_width: width of the tokens of the latents.
    /// context_length: number of tokens of a latent. Errors: `Parameter`.
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
            GeneratorConfig::LatentDiffusion(config) => {
                Self::LatentDiffusion(Box::new(LatentDiffusion::load(&scope, config, text_width)?))
            }
        })
    }

    /// Computes once what is the same for every prompt, for a generator whose parameters no longer change.
    /// Errors: `Tensor`.
    pub fn freeze(&mut self, engine: &Arc<dyn Engine>) -> Result<(), NnError> {
        match self {
            Self::Triplane(generator) => Ok(generator.freeze(engine)?),
            Self::VoxelGrid(_) | Self::TriplaneTransformer(_) | Self::LatentDiffusion(_) => Ok(()),
        }
    }

    /// Runs one forward pass for a batch of latents, with the default options. shape: a point cloud [b, n, 3]
    /// in object space, for models with a shape input; with attributes it is [b, n, [`POINT_FEATURES`]].
    /// `None` selects the dummy sphere. Errors: `Tensor`.
    pub fn forward(&self, latent: &Latent, shape: Option<&Tensor>) -> Result<PromptFields, NnError> {
        self.forward_with(latent, shape, PassOptions::default())
    }

    /// Does the same as [`Generator::forward`], with options. Errors: `Tensor`, `Cancelled`.
    pub fn forward_with(
        &self,
        latent: &Latent,
        shape: Option<&Tensor>,
        options: PassOptions<'_>,
    ) -> Result<PromptFields, NnError> {
        crate::error::fault("generator");
        Ok(match self {
            Self::VoxelGrid(generator) => generator.forward(latent)?,
            Self::Triplane(generator) => generator.forward(latent, shape)?,
            Self::TriplaneTransformer(generator) => generator.forward(latent)?,
            Self::LatentDiffusion(generator) => {
                generator.forward(latent, options.noise_seed, options.on_progress)?
            }
        })
    }

    /// Returns whether a forward pass takes seconds, begins with noise, and reports its progress.
    pub fn is_diffusion(&self) -> bool {
        matches!(self, Self::LatentDiffusion(_))
    }
}

#[cfg(test)]
pub(crate) mod tests;
