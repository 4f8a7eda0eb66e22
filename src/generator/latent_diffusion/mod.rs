//! The generator `triplaneturbo.latent_diffusion` of TriplaneTurbo (Ma et al. 2025, CVPR), which makes six
//! planes by removing noise in a few steps.
//!
//! The networks are those of Stable Diffusion 2.1, applied to six planes at once: three of geometry and three
//! of texture, each as an image. Only the self-attention of the U-Net connects the planes. The parameters
//! have the names that diffusers uses, below `unet` and `vae`. Layers of low rank below `adapter` adapt the
//! self-attention to each plane.
//!
//! - `noise`: the normally distributed numbers of PyTorch, from a seed;
//! - `schedule`: the shares of image and noise at each time, and the step from one time to the next (DDIM);
//! - `blocks`: residual blocks, with and without an embedding of the time;
//! - `attention`: attention over all planes, cross-attention to the text, and the feed-forward layer;
//! - `u_net`: the denoiser;
//! - `decoder`: the VAE decoder from a plane's latent to its features;
//! - `planes`: the axes of the planes, and the field's networks;
//! - `monitor`: progress, cancellation and observation between the blocks.

mod attention;
mod blocks;
mod decoder;
mod monitor;
mod noise;
mod planes;
mod schedule;
mod u_net;

use std::sync::Arc;

use crate::engine::Engine;
use crate::error::ProgressCallback;
use crate::nn::{Latent, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::LatentDiffusionConfig;

use super::prompt_fields::PromptFields;
use decoder::Decoder;
use monitor::Monitor;
use planes::FieldNetworks;
use schedule::Schedule;
use u_net::UNet;

pub use monitor::Observer;
pub use noise::normal_numbers;

/// A generator that maps latents and noise to triplane fields.
#[derive(Clone, Debug)]
pub struct LatentDiffusion {
    u_net: UNet,
    decoder: Decoder,
    networks: FieldNetworks,
    schedule: Schedule,
    config: LatentDiffusionConfig,
}

impl LatentDiffusion {
    /// Loads the generator's parameters. text_width: width of a latent's tokens. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        config: &LatentDiffusionConfig,
        text_width: usize,
    ) -> Result<Self, NnError> {
        // The networks have almost a billion parameters. They keep their stored precision, because f32 would
        // take twice the memory of f16.
        let compact = scope.compact();
        Ok(Self {
            u_net: UNet::load(&compact.child("unet"), &scope.child("adapter"), config, text_width)?,
            decoder: Decoder::load(&compact.child("vae"), config)?,
            networks: FieldNetworks::load(scope, config)?,
            schedule: Schedule::new(config),
            config: config.clone(),
        })
    }

    /// Makes the fields of a batch of latents. noise_seed: seed of the noise. All latents have the same
    /// noise, so that the result for a mix of two latents lies between the results for the two latents.
    /// on_progress: called between the blocks of the networks; it may stop the work. Errors: `Tensor`,
    /// `Cancelled`.
    pub fn forward(
        &self,
        latent: &Latent,
        noise_seed: u64,
        on_progress: ProgressCallback<'_>,
    ) -> Result<PromptFields, NnError> {
        self.forward_observed(latent, noise_seed, on_progress, &|_, _| ())
    }

    /// Does the same as [`LatentDiffusion::forward`], for comparisons with other implementations. observer:
    /// receives `time_embedding`, `unet.conv_in`, `unet.down.N`, `unet.mid`, `unet.up.N` and `unet.eps` of
    /// each step, the estimate `x0.N` after step N, and each plane `decoded.N`. Errors: `Tensor`,
    /// `Cancelled`.
    pub fn forward_observed(
        &self,
        latent: &Latent,
        noise_seed: u64,
        on_progress: ProgressCallback<'_>,
        observer: Observer<'_>,
    ) -> Result<PromptFields, NnError> {
        let batch = latent.tokens.shape().first().copied().unwrap_or(0);
        let noise = self.noise(latent.tokens.engine(), noise_seed)?;
        let monitor = Monitor::new(on_progress, observer, batch, &self.config);
        let mut geometry = Vec::with_capacity(batch);
        let mut texture = Vec::with_capacity(batch);
        for index in 0..batch {
            let text = latent.tokens.narrow(0, index, 1)?;
            let clean = self.denoise(&noise, &text, &monitor)?;
            let features = self.decoder.forward(&clean, &monitor)?;
            geometry.push(planes::geometry(&features)?);
            texture.push(planes::texture(&features)?);
        }
        on_progress(1.0)?;
        let join = |planes: &[Tensor]| Tensor::concat(&planes.iter().collect::<Vec<_>>(), 0);
        let fields = self.networks.fields(join(&geometry)?, join(&texture)?);
        // The engine keeps hundreds of megabytes for the next layer. The work that follows may need them.
        latent.tokens.engine().trim();
        Ok(fields)
    }

    /// Returns the noise of a seed, [6, c, r, r]. Errors: `Engine`.
    pub fn noise(&self, engine: &Arc<dyn Engine>, seed: u64) -> TensorResult<Tensor> {
        let edge = self.config.latent_resolution;
        let shape = [LatentDiffusionConfig::PLANES, self.config.latent_channels, edge, edge];
        Tensor::from_slice(engine, &normal_numbers(seed, shape.iter().product()), &shape)
    }

    /// Removes the noise of six planes, and returns their latents, [6, c, r, r]. text: [1, l, width].
    fn denoise(&self, noise: &Tensor, text: &Tensor, monitor: &Monitor<'_>) -> Result<Tensor, NnError> {
        let text = self.u_net.text(text)?;
        let mut noisy = noise.clone();
        let mut clean = noise.clone();
        for (index, step) in self.schedule.steps().iter().enumerate() {
            let predicted = self.u_net.forward(&noisy, step.time, &text, monitor)?;
            clean = step.clean(&noisy, &predicted)?;
            monitor.observe(&format!("x0.{index}"), &clean);
            if let Some(next) = step.next(&clean, &predicted)? {
                noisy = next;
            }
        }
        Ok(clean)
    }
}

#[cfg(test)]
pub(super) mod tests;
