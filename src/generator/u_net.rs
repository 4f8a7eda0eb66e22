//! The triplane U-Net. The planes are stacked as channels, and each residual block takes the latent.

use crate::engine::Unary;
use crate::nn::{Conv2d, CrossAttention, GroupNorm, Init, Latent, Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};

/// The sizes that all blocks share.
#[derive(Clone, Copy, Debug)]
pub struct BlockSizes {
    /// Number of groups of each group normalization.
    pub groups: usize,
    /// Number of heads of the cross-attention.
    pub heads: usize,
    /// Width of the latent's tokens.
    pub text_width: usize,
}

/// A residual block: two convolutions, followed by cross-attention to the latent's tokens. The pooled latent
/// scales and shifts the second normalization (as Dhariwal and Nichol 2021 condition on time).
#[derive(Clone, Debug)]
pub struct ResidualBlock {
    norms: [GroupNorm; 2],
    convolutions: [Conv2d; 2],
    modulation: Linear,
    skip: Option<Conv2d>,
    attention: CrossAttention,
    channels: usize,
}

impl ResidualBlock {
    /// Loads the block's parameters. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        channels: usize,
        sizes: BlockSizes,
    ) -> Result<Self, NnError> {
        let BlockSizes { groups, heads, text_width } = sizes;
        let skip = if inputs == channels {
            None
        } else {
            Some(Conv2d::load(&scope.child("skip"), inputs, channels, 1, 1)?)
        };
        Ok(Self {
            norms: [
                GroupNorm::load(&scope.child("norm1"), inputs, groups)?,
                GroupNorm::load(&scope.child("norm2"), channels, groups)?,
            ],
            convolutions: [
                Conv2d::load(&scope.child("conv1"), inputs, channels, 3, 1)?,
                Conv2d::load(&scope.child("conv2"), channels, channels, 3, 1)?,
            ],
            modulation: Linear::load(&scope.child("modulation"), text_width, 2 * channels)?,
            skip,
            attention: CrossAttention::load(&scope.child("attention"), channels, text_width, heads, groups)?,
            channels,
        })
    }

    /// Applies the block. x: [b, inputs, r, r]. Returns [b, channels, r, r]. Errors: `ShapeMismatch`.
    pub fn forward(&self, x: &Tensor, latent: &Latent) -> TensorResult<Tensor> {
        let batch = x.shape().first().copied().unwrap_or(0);
        let modulation =
            self.modulation.forward(&latent.pooled)?.reshape(&[batch, 2 * self.channels, 1, 1])?;
        let scale = modulation.narrow(1, 0, self.channels)?.affine(1.0, 1.0)?;
        let shift = modulation.narrow(1, self.channels, self.channels)?;
        let h = self.convolutions[0].forward(&self.norms[0].forward(x)?.unary(Unary::Silu)?)?;
        let h = self.norms[1].forward(&h)?.multiply(&scale)?.add(&shift)?.unary(Unary::Silu)?;
        let h = self.convolutions[1].forward(&h)?;
        let y = match &self.skip {
            Some(skip) => skip.forward(x)?.add(&h)?,
            None => x.add(&h)?,
        };
        self.attention.forward(&y, &latent.tokens)
    }
}

/// The encoder, from fine to coarse, which geometry and texture share.
#[derive(Clone, Debug)]
pub struct Encoder {
    input: Conv2d,
    positions: Tensor,
    blocks: Vec<ResidualBlock>,
    reductions: Vec<Conv2d>,
    /// For each level, the layer that makes an image from the latent; `None` for a level without an image.
    seeds: Vec<Option<Linear>>,
}

impl Encoder {
    /// Loads the encoder. channels: channels of each level, fine to coarse. resolution: cells along the edge
    /// of the finest level. seeded: number of the coarsest levels to which an image made from the latent is
    /// added. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        channels: &[usize],
        resolution: usize,
        seeded: usize,
        sizes: BlockSizes,
    ) -> Result<Self, NnError> {
        let seeds = channels.iter().enumerate().map(|(level, &width)| {
            if level + seeded < channels.len() {
                return Ok(None);
            }
            let cells = (resolution >> level) * (resolution >> level);
            Linear::load(&scope.child("seeds").child(level), sizes.text_width, width * cells).map(Some)
        });
        let seeds = seeds.collect::<Result<_, NnError>>()?;
        let first = channels.first().copied().unwrap_or(0);
        let blocks = channels
            .iter()
            .enumerate()
            .map(|(level, &width)| {
                ResidualBlock::load(&scope.child("blocks").child(level), width, width, sizes)
            })
            .collect::<Result<_, _>>()?;
        let reductions = channels
            .iter()
            .zip(channels.iter().skip(1))
            .enumerate()
            .map(|(level, (&fine, &coarse))| {
                Conv2d::load(&scope.child("reductions").child(level), fine, coarse, 3, 2)
            })
            .collect::<Result<_, _>>()?;
        let shape = [1, first, resolution, resolution];
        Ok(Self {
            input: Conv2d::load(&scope.child("input"), inputs, first, 3, 1)?,
            positions: scope.get("positions", &shape, Init::Normal { deviation: 0.02 })?,
            blocks,
            reductions,
            seeds,
        })
    }

    /// Computes the features before the first block, which do not depend on the latent. planes: [1 or b,
    /// inputs, r, r]. Returns [1 or b, channels of the finest level, r, r]. Errors: `ShapeMismatch`.
    pub fn input(&self, planes: &Tensor) -> TensorResult<Tensor> {
        self.input.forward(planes)?.add(&self.positions)
    }

    /// Computes the features of each level. x: the result of [`Encoder::input`]. Returns the features from
    /// fine to coarse, with the latent's batch. Errors: `ShapeMismatch`.
    pub fn forward(&self, x: &Tensor, latent: &Latent) -> TensorResult<Vec<Tensor>> {
        let batch = latent.pooled.shape().first().copied().unwrap_or(0);
        let mut x = x.clone();
        if x.shape().first() == Some(&1) {
            x = x.repeat_batch(batch)?;
        }
        let mut levels: Vec<Tensor> = Vec::with_capacity(self.blocks.len());
        for (level, block) in self.blocks.iter().enumerate() {
            if let Some(reduction) = level.checked_sub(1).and_then(|index| self.reductions.get(index)) {
                x = reduction.forward(&x)?;
            }
            x = block.forward(&x, latent)?;
            if let Some(Some(seed)) = self.seeds.get(level) {
                x = x.add(&seed.forward(&latent.pooled)?.reshape(x.shape())?)?;
            }
            levels.push(x.clone());
        }
        Ok(levels)
    }
}

/// A decoder from coarse to fine: one for geometry, and one for texture.
#[derive(Clone, Debug)]
pub struct Decoder {
    blocks: Vec<ResidualBlock>,
}

impl Decoder {
    /// Loads the decoder. encoder: channels of each level of the encoder. channels: channels of each level of
    /// the decoder. Both lists go from fine to coarse and have the same length. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        encoder: &[usize],
        channels: &[usize],
        sizes: BlockSizes,
    ) -> Result<Self, NnError> {
        let mut blocks = Vec::with_capacity(channels.len());
        let mut coarser = 0;
        for (level, (&skip, &width)) in encoder.iter().zip(channels).enumerate().rev() {
            blocks.push(ResidualBlock::load(
                &scope.child("blocks").child(level),
                coarser + skip,
                width,
                sizes,
            )?);
            coarser = width;
        }
        Ok(Self { blocks })
    }

    /// Applies the decoder. levels: the encoder's features, fine to coarse. Returns [b, channels of the
    /// finest level, r, r]. Errors: `ShapeMismatch`.
    pub fn forward(&self, levels: &[Tensor], latent: &Latent) -> TensorResult<Tensor> {
        let mut x: Option<Tensor> = None;
        for (block, skip) in self.blocks.iter().zip(levels.iter().rev()) {
            let joined = match &x {
                Some(coarse) => Tensor::concat(&[&coarse.upsample_nearest(2)?, skip], 1)?,
                None => skip.clone(),
            };
            x = Some(block.forward(&joined, latent)?);
        }
        x.ok_or(crate::tensor::TensorError::Empty { operation: "decoder" })
    }
}
