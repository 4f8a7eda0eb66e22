//! Sizes of a generator by latent diffusion.

use serde::{Deserialize, Serialize};

/// Sizes of TriplaneTurbo (Ma et al. 2025): the U-Net and the VAE decoder of Stable Diffusion 2.1, applied to
/// three geometry planes and three texture planes together. The comments have the values of its checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatentDiffusionConfig {
    /// Cells along the edge of a plane's latent; 32. Each level of the U-Net after the first halves this
    /// number.
    pub latent_resolution: usize,
    /// Channels of a latent; 4.
    pub latent_channels: usize,
    /// Channels of the U-Net at each level, from fine to coarse; 320, 640, 1280, 1280. Each level but the
    /// last has attention.
    pub u_net_channels: Vec<usize>,
    /// Residual blocks on the way down at each level of the U-Net; 2. On the way up, each level has one more.
    pub u_net_blocks: usize,
    /// Channels of each attention head of the U-Net; divides the channels of each level; 64.
    pub head_width: usize,
    /// Groups of each group normalization; divides every channel count; 32.
    pub norm_groups: usize,
    /// Rank of the layers that adapt the self-attention to each plane; 16.
    pub adapter_rank: usize,
    /// Channels of the VAE decoder at each level, from fine to coarse; 128, 256, 512, 512. Each level but the
    /// finest doubles the cells, so that a plane has 256 cells along an edge.
    pub decoder_channels: Vec<usize>,
    /// Residual blocks at each level of the VAE decoder; 3.
    pub decoder_blocks: usize,
    /// Features of a plane; 32.
    pub plane_features: usize,
    /// Width of the hidden layers of the field's networks; 64.
    pub hidden_width: usize,
    /// Number of hidden layers in each of the field's networks; 2.
    pub hidden_layers: usize,
    /// Variance that the first step of the training's noise schedule adds; 0.00085. The square roots of the
    /// variances are equally spaced.
    pub beta_start: f32,
    /// Variance that the last step of the training's noise schedule adds; 0.012.
    pub beta_end: f32,
    /// Number of steps of the training's noise schedule; 1,000.
    pub training_steps: usize,
    /// Steps of the noise schedule at which the U-Net is applied, from noisy to clean; 999, 749, 499, 249.
    pub timesteps: Vec<usize>,
    /// Radius of a sphere; 0.5. Its signed distance is added to the result of the network. The unit is half
    /// the side of the box that the planes cover, which is slightly smaller than object space.
    pub sphere_radius: f32,
    /// Length of a deformation of 1, in the unit of `sphere_radius`; 2/159, which is the side of a cell in a
    /// grid with 160 points along an edge.
    pub deformation_unit: f32,
}

impl LatentDiffusionConfig {
    /// Number of planes: three of geometry, and three of texture.
    pub const PLANES: usize = 6;

    /// Returns the sizes of the published checkpoint.
    pub fn published() -> Self {
        Self {
            latent_resolution: 32,
            latent_channels: 4,
            u_net_channels: vec![320, 640, 1280, 1280],
            u_net_blocks: 2,
            head_width: 64,
            norm_groups: 32,
            adapter_rank: 16,
            decoder_channels: vec![128, 256, 512, 512],
            decoder_blocks: 3,
            plane_features: 32,
            hidden_width: 64,
            hidden_layers: 2,
            beta_start: 0.000_85,
            beta_end: 0.012,
            training_steps: 1000,
            timesteps: vec![999, 749, 499, 249],
            sphere_radius: 0.5,
            deformation_unit: 2.0 / 159.0,
        }
    }

    /// Returns the number of cells along a plane's edge, without the ring of zeros that the generator adds.
    pub fn plane_resolution(&self) -> usize {
        self.latent_resolution << self.decoder_channels.len().saturating_sub(1)
    }
}
