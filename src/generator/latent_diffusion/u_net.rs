//! The denoiser: Stable Diffusion's U-Net over six planes.

use super::attention::{TextKeys, Transformer};
use super::blocks::{BlockSettings, Resampler, ResidualBlock};
use super::monitor::{Monitor, MonitoredNetwork};
use crate::engine::Unary;
use crate::math::{cos, exp, ln, sin};
use crate::nn::{Conv2d, GroupNorm, Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::LatentDiffusionConfig;

/// Epsilon of the group normalizations of the residual blocks.
const EPSILON: f32 = 1e-5;
/// Width of the embedding of the time, as a multiple of the channels of the finest level.
const TIME_WIDTH: usize = 4;
/// Longest period of the sinusoids of the time, divided by 2π (Vaswani et al. 2017).
const LONGEST_PERIOD: f32 = 10_000.0;

/// A U-Net that predicts the noise of six planes.
#[derive(Clone, Debug)]
pub(super) struct UNet {
    input: Conv2d,
    time: [Linear; 2],
    down: Vec<Level>,
    middle: [ResidualBlock; 2],
    middle_transformer: Transformer,
    up: Vec<Level>,
    norm: GroupNorm,
    output: Conv2d,
    channels: usize,
}

/// A residual block, and the transformer that follows it on levels with attention.
#[derive(Clone, Debug)]
struct Block {
    residual: ResidualBlock,
    transformer: Option<Transformer>,
}

/// Blocks of one resolution, and the change to the next resolution.
#[derive(Clone, Debug)]
struct Level {
    blocks: Vec<Block>,
    resampler: Option<Resampler>,
}

/// Keys and values of a text for each transformer, in the order in which they run.
#[derive(Clone, Debug)]
pub(super) struct UNetText(Vec<TextKeys>);

/// Names and sizes with which the parts are loaded.
#[derive(Clone, Copy)]
struct Loader<'a> {
    scope: &'a Scope<'a>,
    adapter: &'a Scope<'a>,
    config: &'a LatentDiffusionConfig,
    text_width: usize,
}

impl Loader<'_> {
    fn settings(&self) -> BlockSettings {
        let finest = self.config.u_net_channels.first().copied().unwrap_or(0);
        let time_width = Some(TIME_WIDTH * finest);
        BlockSettings { groups: self.config.norm_groups, epsilon: EPSILON, time_width }
    }

    fn residual(&self, name: &str, inputs: usize, channels: usize) -> Result<ResidualBlock, NnError> {
        ResidualBlock::load(&self.scope.child(name), inputs, channels, self.settings())
    }

    fn transformer(&self, name: &str, channels: usize) -> Result<Transformer, NnError> {
        let (scope, adapter) = (self.scope.child(name), self.adapter.child(name));
        Transformer::load(&scope, &adapter, self.config, channels, self.text_width)
    }

    /// Loads the blocks of a level. name: name of the level, such as `down_blocks.0`. inputs: number of input
    /// channels of each block.
    fn blocks(
        &self,
        name: &str,
        inputs: &[usize],
        channels: usize,
        has_attention: bool,
    ) -> Result<Vec<Block>, NnError> {
        let block = |(index, &inputs): (usize, &usize)| {
            let transformer = || self.transformer(&format!("{name}.attentions.{index}"), channels);
            Ok(Block {
                residual: self.residual(&format!("{name}.resnets.{index}"), inputs, channels)?,
                transformer: has_attention.then(transformer).transpose()?,
            })
        };
        inputs.iter().enumerate().map(block).collect()
    }

    /// Loads the levels from fine to coarse (the way down). Also returns the number of channels of each
    /// result that the way up takes.
    fn down(&self) -> Result<(Vec<Level>, Vec<usize>), NnError> {
        let channels = &self.config.u_net_channels;
        let mut width = channels.first().copied().unwrap_or(0);
        let mut kept = vec![width];
        let mut levels = Vec::with_capacity(channels.len());
        for (index, &wanted) in channels.iter().enumerate() {
            let is_last = index + 1 == channels.len();
            let mut inputs = vec![wanted; self.config.u_net_blocks];
            if let Some(first) = inputs.first_mut() {
                *first = width;
            }
            let name = format!("down_blocks.{index}");
            let blocks = self.blocks(&name, &inputs, wanted, !is_last)?;
            let resampler = || Resampler::down(&self.scope.child(&name), wanted);
            let resampler = (!is_last).then(resampler).transpose()?;
            width = wanted;
            kept.extend(std::iter::repeat_n(width, blocks.len() + usize::from(resampler.is_some())));
            levels.push(Level { blocks, resampler });
        }
        Ok((levels, kept))
    }

    /// Loads the levels from coarse to fine (the way up). kept: number of channels of each result of the way
    /// down; the way up takes the results from the last to the first.
    fn up(&self, mut kept: Vec<usize>) -> Result<Vec<Level>, NnError> {
        let channels = &self.config.u_net_channels;
        let mut width = channels.last().copied().unwrap_or(0);
        let level = |(index, &wanted): (usize, &usize)| {
            let inputs: Vec<usize> = (0..=self.config.u_net_blocks)
                .map(|block| kept.pop().unwrap_or(0) + if block == 0 { width } else { wanted })
                .collect();
            let name = format!("up_blocks.{index}");
            // The coarsest level has no attention, and the finest one is not enlarged.
            let blocks = self.blocks(&name, &inputs, wanted, index > 0)?;
            let resampler = || Resampler::up(&self.scope.child(&name), wanted);
            let resampler = (index + 1 < channels.len()).then(resampler).transpose()?;
            width = wanted;
            Ok(Level { blocks, resampler })
        };
        channels.iter().rev().enumerate().map(level).collect()
    }
}

impl UNet {
    /// Loads the U-Net. adapter: scope of the layers of low rank.
    pub fn load(
        scope: &Scope<'_>,
        adapter: &Scope<'_>,
        config: &LatentDiffusionConfig,
        text_width: usize,
    ) -> Result<Self, NnError> {
        let loader = Loader { scope, adapter, config, text_width };
        let finest = config.u_net_channels.first().copied().unwrap_or(0);
        let coarsest = config.u_net_channels.last().copied().unwrap_or(0);
        let time = |name: &str, inputs| Linear::load(&scope.child(name), inputs, TIME_WIDTH * finest);
        let (down, kept) = loader.down()?;
        Ok(Self {
            input: Conv2d::load(&scope.child("conv_in"), config.latent_channels, finest, 3, 1)?,
            time: [
                time("time_embedding.linear_1", finest)?,
                time("time_embedding.linear_2", TIME_WIDTH * finest)?,
            ],
            down,
            middle: [
                loader.residual("mid_block.resnets.0", coarsest, coarsest)?,
                loader.residual("mid_block.resnets.1", coarsest, coarsest)?,
            ],
            middle_transformer: loader.transformer("mid_block.attentions.0", coarsest)?,
            up: loader.up(kept)?,
            norm: GroupNorm::load_with(&scope.child("conv_norm_out"), finest, config.norm_groups, EPSILON)?,
            output: Conv2d::load(&scope.child("conv_out"), finest, config.latent_channels, 3, 1)?,
            channels: finest,
        })
    }

    /// Returns the keys and values of a text for all transformers. text: [1, l, text width].
    pub fn text(&self, text: &Tensor) -> TensorResult<UNetText> {
        let of = |levels: &[Level]| {
            let blocks = levels.iter().flat_map(|level| &level.blocks);
            let keys = blocks.filter_map(|block| Some(block.transformer.as_ref()?.text(text)));
            keys.collect::<TensorResult<Vec<_>>>()
        };
        let mut keys = of(&self.down)?;
        keys.push(self.middle_transformer.text(text)?);
        keys.extend(of(&self.up)?);
        Ok(UNetText(keys))
    }

    /// Predicts the noise. noisy: [6, c, r, r]. time: step of the training's schedule. Returns [6, c, r, r].
    pub fn forward(
        &self,
        noisy: &Tensor,
        time: usize,
        text: &UNetText,
        monitor: &Monitor<'_>,
    ) -> Result<Tensor, NnError> {
        let time = self.embed(time, noisy)?;
        monitor.observe("time_embedding", &time);
        // Each block needs the activated embedding, so the activation is applied once here.
        let time = time.unary(Unary::Silu)?;
        let mut pass = Pass { time, texts: text.0.iter(), monitor };
        let mut x = self.input.forward(noisy)?;
        monitor.observe("unet.conv_in", &x);
        let mut kept = vec![x.clone()];
        for (index, level) in self.down.iter().enumerate() {
            for block in &level.blocks {
                x = pass.block(block, &x)?;
                kept.push(x.clone());
            }
            if let Some(resampler) = &level.resampler {
                monitor.check()?;
                x = resampler.forward(&x)?;
                kept.push(x.clone());
            }
            monitor.observe(&format!("unet.down.{index}"), &x);
        }
        let [first, second] = &self.middle;
        x = pass.residual(first, &x)?;
        x = pass.transformer(&self.middle_transformer, &x)?;
        x = pass.residual(second, &x)?;
        monitor.observe("unet.mid", &x);
        for (index, level) in self.up.iter().enumerate() {
            for block in &level.blocks {
                if let Some(skipped) = kept.pop() {
                    x = Tensor::concat(&[&x, &skipped], 1)?;
                }
                x = pass.block(block, &x)?;
            }
            if let Some(resampler) = &level.resampler {
                monitor.check()?;
                x = resampler.forward(&x)?;
            }
            monitor.observe(&format!("unet.up.{index}"), &x);
        }
        let predicted = self.output.forward(&self.norm.forward(&x)?.unary(Unary::Silu)?)?;
        monitor.observe("unet.eps", &predicted);
        Ok(predicted)
    }

    /// Returns the embedding of a time, [1, width], on the engine of the tensor `beside`.
    fn embed(&self, time: usize, beside: &Tensor) -> TensorResult<Tensor> {
        let half = self.channels / 2;
        let angle = |index: usize| time as f32 * exp(-ln(LONGEST_PERIOD) * index as f32 / half.max(1) as f32);
        let cosines = (0..half).map(|index| cos(angle(index)));
        let values: Vec<f32> = cosines.chain((0..half).map(|index| sin(angle(index)))).collect();
        let [first, second] = &self.time;
        let waves = Tensor::from_slice(beside.engine(), &values, &[1, 2 * half])?;
        second.forward(&first.forward(&waves)?.unary(Unary::Silu)?)
    }
}

/// State of one forward pass.
struct Pass<'a> {
    time: Tensor,
    texts: std::slice::Iter<'a, TextKeys>,
    monitor: &'a Monitor<'a>,
}

impl Pass<'_> {
    fn residual(&self, block: &ResidualBlock, x: &Tensor) -> Result<Tensor, NnError> {
        self.monitor.begin(MonitoredNetwork::UNet)?;
        block.forward(x, Some(&self.time), self.monitor)
    }

    fn transformer(&mut self, transformer: &Transformer, x: &Tensor) -> Result<Tensor, NnError> {
        match self.texts.next() {
            Some(text) => transformer.forward(x, text, self.monitor),
            None => Ok(x.clone()),
        }
    }

    fn block(&mut self, block: &Block, x: &Tensor) -> Result<Tensor, NnError> {
        let x = self.residual(&block.residual, x)?;
        match &block.transformer {
            Some(transformer) => self.transformer(transformer, &x),
            None => Ok(x),
        }
    }
}
