//! The networks of a judge: an image encoder and a text encoder with a common space of embeddings.

use std::sync::Arc;

use att3d::engine::{Engine, Unary};
use att3d::nn::{Conv2d, GroupNorm, Init, Linear, NnError, Scope};
use att3d::tensor::{Tensor, TensorResult};
use att3d::text::TextEncoder;
use att3d_torch::TorchEngine;
use tch::{Device, Kind};

use super::settings::{JudgeState, Sizes};
use crate::TrainError;
use crate::prior::unwrap;
use crate::variables::{ParameterStore, sizes};

/// Initial logarithm of the inverse temperature, ln(1 / 0.07), as in CLIP.
const FIRST_SCALE: f32 = 2.659_26;
/// Largest logarithm of the inverse temperature, ln(100), as in CLIP.
const LARGEST_SCALE: f64 = 4.605_17;
/// Norm below which an embedding is not scaled to unit length.
const LEAST_NORM: f64 = 1e-6;

/// A residual block of convolutions.
struct Block {
    norms: [GroupNorm; 2],
    convolutions: [Conv2d; 2],
}

impl Block {
    fn load(scope: &Scope<'_>, channels: usize, groups: usize) -> Result<Self, NnError> {
        let norm = |name: &str| GroupNorm::load(&scope.child(name), channels, groups);
        Ok(Self {
            norms: [norm("norm1")?, norm("norm2")?],
            convolutions: [
                Conv2d::load(&scope.child("conv1"), channels, channels, 3, 1)?,
                // An untrained block returns its input, as in the prior's denoiser.
                Conv2d::load_with(&scope.child("conv2"), channels, channels, 3, 1, Init::ZEROS)?,
            ],
        })
    }

    /// Applies the block. x: [n, channels, h, w]. Returns the same shape.
    fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        let mut hidden = x.clone();
        for (norm, convolution) in self.norms.iter().zip(&self.convolutions) {
            hidden = convolution.forward(&norm.forward(&hidden)?.unary(Unary::Silu)?)?;
        }
        x.add(&hidden)
    }
}

/// A convolutional image encoder.
struct ImageEncoder {
    /// Each level: a convolution that halves the resolution, and blocks.
    levels: Vec<(Conv2d, Vec<Block>)>,
    norm: GroupNorm,
    output: Linear,
}

impl ImageEncoder {
    fn load(scope: &Scope<'_>, sizes: &Sizes) -> Result<Self, NnError> {
        let scope = scope.child("image_model");
        let (mut levels, mut width) = (Vec::new(), 3);
        for (level, &channels) in sizes.channels.iter().enumerate() {
            let scope = scope.child("levels").child(level);
            let shrink = Conv2d::load(&scope.child("shrink"), width, channels, 3, 2)?;
            let block = |index| Block::load(&scope.child("blocks").child(index), channels, sizes.groups);
            levels.push((shrink, (0..sizes.blocks).map(block).collect::<Result<_, _>>()?));
            width = channels;
        }
        let edge = sizes.resolution >> levels.len();
        Ok(Self {
            levels,
            norm: GroupNorm::load(&scope.child("norm"), width, sizes.groups)?,
            output: Linear::load(&scope.child("output"), width * edge * edge, sizes.width)?,
        })
    }

    /// Embeds images. images: [n, 3, r, r], in [-1, 1]. Returns [n, width].
    fn forward(&self, images: &Tensor) -> TensorResult<Tensor> {
        let mut x = images.clone();
        for (shrink, blocks) in &self.levels {
            x = shrink.forward(&x)?;
            for block in blocks {
                x = block.forward(&x)?;
            }
        }
        let x = self.norm.forward(&x)?.unary(Unary::Silu)?;
        let count = x.shape().first().copied().unwrap_or(0);
        let features = x.shape().iter().skip(1).product();
        self.output.forward(&x.reshape(&[count, features])?)
    }
}

/// The networks of a judge.
pub struct Networks {
    engine: Arc<dyn Engine>,
    text: TextEncoder,
    text_output: Linear,
    images: ImageEncoder,
    scale: Tensor,
}

impl Networks {
    /// Creates the networks with initial values. Also returns their variables. threads: of libtorch. Errors:
    /// `Engine`, `Network`.
    pub fn new(state: &JudgeState, threads: Option<i32>) -> Result<(Self, ParameterStore), TrainError> {
        let engine: Arc<dyn Engine> = Arc::new(TorchEngine::new(Device::Cpu, threads)?.with_gradients(true));
        let store = ParameterStore::new(engine.clone(), state.recipe.seed);
        let scope = Scope::root(&store);
        let networks = Self {
            text: TextEncoder::load(&scope, &state.text)?,
            text_output: Linear::load(&scope.child("text_output"), state.text.width, state.sizes.width)?,
            images: ImageEncoder::load(&scope, &state.sizes)?,
            scale: scope.get("logit_scale", &[1], Init::Constant(FIRST_SCALE))?,
            engine,
        };
        Ok((networks, store))
    }

    /// Embeds prompts. ids: token ids of each prompt. Returns unit vectors, [n, width].
    pub fn embed_prompts(&self, ids: &[Vec<u32>]) -> Result<tch::Tensor, TrainError> {
        unit(&unwrap(&self.text_output.forward(&self.text.forward(ids)?.pooled)?)?)
    }

    /// Embeds images. images: [n, 3, r, r], in [-1, 1]. Returns unit vectors, [n, width].
    pub fn embed_images(&self, images: &tch::Tensor) -> Result<tch::Tensor, TrainError> {
        let buffer = TorchEngine::wrap(images.shallow_clone());
        unit(&unwrap(&self.images.forward(&Tensor::from_buffer(&self.engine, buffer, &sizes(images)))?)?)
    }

    /// Returns the inverse temperature, `[1]`.
    pub fn scale(&self) -> Result<tch::Tensor, TrainError> {
        Ok(unwrap(&self.scale)?.f_exp()?)
    }

    /// Limits the inverse temperature after a step, as CLIP does.
    pub fn limit_scale(&self) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        let _ = TorchEngine::tensor(self.scale.buffer())?.f_clamp_max_(LARGEST_SCALE)?;
        Ok(())
    }
}

/// Scales vectors to unit length. vectors: [n, width].
fn unit(vectors: &tch::Tensor) -> Result<tch::Tensor, TrainError> {
    let squares = vectors.f_square()?.f_sum_dim_intlist(1, true, None::<Kind>)?;
    Ok(vectors.f_div(&squares.f_sqrt()?.f_clamp_min(LEAST_NORM)?)?)
}
