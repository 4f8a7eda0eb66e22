//! The VAE decoder, from the latents of six planes to their features.

use super::blocks::{BlockSettings, Resampler, ResidualBlock};
use super::monitor::{Monitor, MonitoredNetwork};
use crate::engine::Unary;
use crate::nn::{Conv2d, GroupNorm, Init, Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::LatentDiffusionConfig;

/// Epsilon of the group normalizations.
const EPSILON: f32 = 1e-6;

/// A decoder that enlarges each plane. Planes are decoded one at a time, because the largest arrays of a
/// plane take 67 MB each with the sizes of the published model.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    before: Conv2d,
    input: Conv2d,
    middle: [ResidualBlock; 2],
    attention: PixelAttention,
    /// Levels from coarse to fine.
    levels: Vec<(Vec<ResidualBlock>, Option<Resampler>)>,
    norm: GroupNorm,
    /// Weight and bias of the last convolution for the geometry planes, and those for the texture planes.
    outputs: [(Tensor, Tensor); 2],
}

impl Decoder {
    /// Loads the decoder.
    pub fn load(scope: &Scope<'_>, config: &LatentDiffusionConfig) -> Result<Self, NnError> {
        let (latent, groups) = (config.latent_channels, config.norm_groups);
        let coarsest = config.decoder_channels.last().copied().unwrap_or(0);
        let finest = config.decoder_channels.first().copied().unwrap_or(0);
        let settings = BlockSettings { groups, epsilon: EPSILON, time_width: None };
        let before = Conv2d::load(&scope.child("post_quant_conv"), latent, latent, 1, 1)?;
        let scope = scope.child("decoder");
        let middle = scope.child("mid_block");
        let block = |scope: &Scope<'_>, index: usize, inputs, channels| {
            ResidualBlock::load(&scope.child("resnets").child(index), inputs, channels, settings)
        };
        let mut width = coarsest;
        let level = |(index, &channels): (usize, &usize)| {
            let scope = scope.child("up_blocks").child(index);
            let blocks = (0..config.decoder_blocks).map(|number| {
                let inputs = std::mem::replace(&mut width, channels);
                block(&scope, number, inputs, channels)
            });
            let blocks = blocks.collect::<Result<_, _>>()?;
            let is_last = index + 1 == config.decoder_channels.len();
            let resampler = (!is_last).then(|| Resampler::up(&scope, channels)).transpose()?;
            Ok::<_, NnError>((blocks, resampler))
        };
        let levels = config.decoder_channels.iter().rev().enumerate().map(level).collect::<Result<_, _>>()?;
        Ok(Self {
            before,
            input: Conv2d::load(&scope.child("conv_in"), latent, coarsest, 3, 1)?,
            middle: [block(&middle, 0, coarsest, coarsest)?, block(&middle, 1, coarsest, coarsest)?],
            attention: PixelAttention::load(&middle.child("attentions.0"), coarsest, groups)?,
            levels,
            norm: GroupNorm::load_with(&scope.child("conv_norm_out"), finest, groups, EPSILON)?,
            outputs: outputs(&scope.child("conv_out").plain(), finest, config.plane_features)?,
        })
    }

    /// Decodes six planes. latents: [6, c, r, r]. Returns each plane, [1, features, R, R].
    pub fn forward(&self, latents: &Tensor, monitor: &Monitor<'_>) -> Result<Vec<Tensor>, NnError> {
        let planes = LatentDiffusionConfig::PLANES;
        let [geometry, texture] = &self.outputs;
        let plane = |index: usize| {
            let output = if index < planes / 2 { geometry } else { texture };
            let plane = self.plane(&latents.narrow(0, index, 1)?, output, monitor)?;
            monitor.observe(&format!("decoded.{index}"), &plane);
            Ok(plane)
        };
        (0..planes).map(plane).collect()
    }

    fn plane(
        &self,
        latent: &Tensor,
        (weight, bias): &(Tensor, Tensor),
        monitor: &Monitor<'_>,
    ) -> Result<Tensor, NnError> {
        let block = |block: &ResidualBlock, x: &Tensor| -> Result<Tensor, NnError> {
            monitor.begin(MonitoredNetwork::Decoder)?;
            block.forward(x, None, monitor)
        };
        let [first, second] = &self.middle;
        let mut x = self.input.forward(&self.before.forward(latent)?)?;
        x = self.attention.forward(&block(first, &x)?)?;
        x = block(second, &x)?;
        for (blocks, resampler) in &self.levels {
            for residual in blocks {
                x = block(residual, &x)?;
            }
            if let Some(resampler) = resampler {
                monitor.check()?;
                x = resampler.forward(&x)?;
            }
        }
        monitor.check()?;
        Ok(self.norm.forward(&x)?.unary(Unary::Silu)?.conv2d(weight, Some(bias), 1, 1)?)
    }
}

/// Loads the last convolution. Its first half of channels belongs to the geometry planes, the second half to
/// the texture planes.
fn outputs(scope: &Scope<'_>, inputs: usize, features: usize) -> Result<[(Tensor, Tensor); 2], NnError> {
    let weight = scope.get("weight", &[2 * features, inputs, 3, 3], Init::fan_in(9 * inputs))?;
    let bias = scope.get("bias", &[2 * features], Init::ZEROS)?;
    let half = |start: usize| -> TensorResult<(Tensor, Tensor)> {
        Ok((weight.narrow(0, start, features)?, bias.narrow(0, start, features)?))
    };
    Ok([half(0)?, half(features)?])
}

/// Self-attention with one head over the pixels of an image. The result is added to the image.
#[derive(Clone, Debug)]
struct PixelAttention {
    norm: GroupNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
}

impl PixelAttention {
    fn load(scope: &Scope<'_>, channels: usize, groups: usize) -> Result<Self, NnError> {
        let layer = |name: &str| Linear::load(&scope.child(name), channels, channels);
        Ok(Self {
            norm: GroupNorm::load_with(&scope.child("group_norm"), channels, groups, EPSILON)?,
            query: layer("to_q")?,
            key: layer("to_k")?,
            value: layer("to_v")?,
            output: layer("to_out.0")?,
        })
    }

    /// Applies the attention. x: [n, c, h, w].
    fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        let &[batch, channels, height, width] = x.shape() else {
            return x.reshape(&[0, 0, 0, 0]);
        };
        let pixels = height * width;
        let rows = self.norm.forward(x)?.reshape(&[batch, channels, pixels])?.permute(&[0, 2, 1])?;
        let one_head = |layer: &Linear| layer.forward(&rows)?.reshape(&[batch, 1, pixels, channels]);
        let query = one_head(&self.query)?;
        let attended = query.attention(&one_head(&self.key)?, &one_head(&self.value)?, None, false)?;
        let image = self.output.forward(&attended.reshape(&[batch, pixels, channels])?)?;
        x.add(&image.permute(&[0, 2, 1])?.reshape(x.shape())?)
    }
}
