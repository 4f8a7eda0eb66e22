//! The denoiser: a small U-Net that predicts the velocity of an image.

use att3d::engine::Unary;
use att3d::nn::{Conv2d, GroupNorm, Init, Latent, Linear, NnError, Scope};
use att3d::tensor::{Tensor, TensorResult};

use super::blocks::{Attention, Conditions, ResidualBlock};
use super::settings::Sizes;
use crate::camera::Camera;

/// Number of frequencies of the time.
const FREQUENCIES: usize = 32;
/// Longest period of the sinusoids of the time, divided by 2π, for times from 0 to 1000 (Vaswani et al.
/// 2017).
const LONGEST_PERIOD: f32 = 10_000.0;
/// Number of numbers that describe a camera.
const CAMERA_FEATURES: usize = 9;

/// The inputs of the denoiser for each image besides its pixels.
pub struct Hints<'a> {
    /// Time of each image, from 0 to 1.
    pub times: &'a [f32],
    /// Camera of each image.
    pub cameras: &'a [Camera],
    /// Embedded prompt of each image.
    pub text: &'a Latent,
    /// Whether each image has its prompt and its camera. The other images have the empty prompt. The camera
    /// is dropped too, so that guidance strengthens the view as it strengthens the prompt; priors of
    /// photographs have the view in the words of the prompt.
    pub has_prompt: &'a [bool],
}

/// A residual block, and the attention that follows it on the coarse levels.
struct Block {
    residual: ResidualBlock,
    attention: Option<Attention>,
}

impl Block {
    fn forward(&self, x: &Tensor, conditions: &Conditions) -> TensorResult<Tensor> {
        let x = self.residual.forward(x, conditions)?;
        match &self.attention {
            Some(attention) => attention.forward(&x, conditions),
            None => Ok(x),
        }
    }
}

/// A U-Net over patches of pixels.
pub struct Denoiser {
    time: Linear,
    prompt: Linear,
    camera: Linear,
    condition: Linear,
    input: Conv2d,
    down: Vec<Vec<Block>>,
    shrink: Vec<Conv2d>,
    middle: [Block; 2],
    up: Vec<Vec<Block>>,
    norm: GroupNorm,
    output: Conv2d,
    sizes: Sizes,
}

impl Denoiser {
    /// Loads the parameters below `denoiser`. text_width: width of the embedded prompts. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, sizes: &Sizes, text_width: usize) -> Result<Self, NnError> {
        let scope = scope.child("denoiser");
        let linear = |name: &str, inputs| Linear::load(&scope.child(name), inputs, sizes.condition);
        let block = |name: String, inputs, channels, attends: bool| {
            let scope = scope.child(name);
            let attention = || Attention::load(&scope.child("attention"), channels, text_width, sizes);
            Ok::<_, NnError>(Block {
                residual: ResidualBlock::load(&scope.child("residual"), inputs, channels, sizes)?,
                attention: attends.then(attention).transpose()?,
            })
        };
        // Attention over the cells of the finest level costs more than all convolutions.
        let attends = |level: usize| level > 0 || sizes.channels.len() == 1;
        let finest = sizes.channels.first().copied().unwrap_or(0);
        let (mut down, mut shrink, mut kept, mut width) = (Vec::new(), Vec::new(), vec![finest], finest);
        for (level, &channels) in sizes.channels.iter().enumerate() {
            if level > 0 {
                shrink.push(Conv2d::load(&scope.child(format!("shrink.{level}")), width, width, 3, 2)?);
                kept.push(width);
            }
            let mut blocks = Vec::new();
            for index in 0..sizes.blocks {
                blocks.push(block(format!("down.{level}.{index}"), width, channels, attends(level))?);
                width = channels;
                kept.push(width);
            }
            down.push(blocks);
        }
        let middle =
            [block("middle.0".into(), width, width, true)?, block("middle.1".into(), width, width, false)?];
        let mut up = Vec::new();
        for (level, &channels) in sizes.channels.iter().enumerate().rev() {
            let mut blocks = Vec::new();
            for index in 0..=sizes.blocks {
                let inputs = width + kept.pop().unwrap_or(0);
                blocks.push(block(format!("up.{level}.{index}"), inputs, channels, attends(level))?);
                width = channels;
            }
            up.push(blocks);
        }
        let pixels = 3 * sizes.patch * sizes.patch;
        Ok(Self {
            time: linear("time", 2 * FREQUENCIES)?,
            prompt: linear("prompt", text_width)?,
            camera: linear("camera", CAMERA_FEATURES)?,
            condition: linear("condition", sizes.condition)?,
            input: Conv2d::load(&scope.child("input"), pixels, finest, 3, 1)?,
            down,
            shrink,
            middle,
            up,
            norm: GroupNorm::load(&scope.child("norm"), finest, sizes.groups)?,
            output: Conv2d::load_with(&scope.child("output"), finest, pixels, 3, 1, Init::ZEROS)?,
            sizes: sizes.clone(),
        })
    }

    /// Predicts the velocity. noisy: [n, 3, r, r]. Returns [n, 3, r, r].
    pub fn forward(&self, noisy: &Tensor, hints: &Hints<'_>) -> TensorResult<Tensor> {
        let conditions = self.conditions(noisy, hints)?;
        let mut x = self.input.forward(&self.patches(noisy)?)?;
        let mut kept = vec![x.clone()];
        for (level, blocks) in self.down.iter().enumerate() {
            if let Some(shrink) = level.checked_sub(1).and_then(|index| self.shrink.get(index)) {
                x = shrink.forward(&x)?;
                kept.push(x.clone());
            }
            for block in blocks {
                x = block.forward(&x, &conditions)?;
                kept.push(x.clone());
            }
        }
        for block in &self.middle {
            x = block.forward(&x, &conditions)?;
        }
        for (index, blocks) in self.up.iter().enumerate() {
            if index > 0 {
                x = x.upsample_nearest(2)?;
            }
            for block in blocks {
                if let Some(skipped) = kept.pop() {
                    x = Tensor::concat(&[&x, &skipped], 1)?;
                }
                x = block.forward(&x, &conditions)?;
            }
        }
        let cells = self.output.forward(&self.norm.forward(&x)?.unary(Unary::Silu)?)?;
        cells.pixel_shuffle(self.sizes.patch)
    }

    /// Moves the pixels of each patch to channels. images: [n, 3, r, r]. Returns [n, 3 p², r / p, r / p].
    fn patches(&self, images: &Tensor) -> TensorResult<Tensor> {
        let &Sizes { patch, resolution, .. } = &self.sizes;
        let (cells, batch) = (resolution / patch, images.shape().first().copied().unwrap_or(0));
        images.reshape(&[batch, 3, cells, patch, cells, patch])?.permute(&[0, 1, 3, 5, 2, 4])?.reshape(&[
            batch,
            3 * patch * patch,
            cells,
            cells,
        ])
    }

    fn conditions(&self, noisy: &Tensor, hints: &Hints<'_>) -> TensorResult<Conditions> {
        let count = hints.times.len();
        let engine = noisy.engine();
        let waves: Vec<f32> = hints.times.iter().flat_map(|&time| waves(time)).collect();
        let cameras: Vec<f32> = hints
            .cameras
            .iter()
            .zip(hints.has_prompt)
            .flat_map(|(camera, &has_prompt)| camera_features(camera, has_prompt))
            .collect();
        let mask: Vec<f32> = hints.has_prompt.iter().map(|&has_prompt| f32::from(has_prompt)).collect();
        let mask = Tensor::from_slice(engine, &mask, &[count, 1])?;
        let time = self.time.forward(&Tensor::from_slice(engine, &waves, &[count, 2 * FREQUENCIES])?)?;
        let prompt = self.prompt.forward(&hints.text.pooled.multiply(&mask)?)?;
        let camera = Tensor::from_slice(engine, &cameras, &[count, CAMERA_FEATURES])?;
        let sum = time.add(&prompt)?.add(&self.camera.forward(&camera)?)?;
        let vector = self.condition.forward(&sum.unary(Unary::Silu)?)?.unary(Unary::Silu)?;
        let tokens = hints.text.tokens.multiply(&mask.reshape(&[count, 1, 1])?)?;
        Ok(Conditions { vector, tokens })
    }
}

/// Returns the sinusoids of a time.
fn waves(time: f32) -> [f32; 2 * FREQUENCIES] {
    std::array::from_fn(|index| {
        let share = (index / 2) as f32 / FREQUENCIES as f32;
        let angle = 1_000.0 * time * LONGEST_PERIOD.powf(-share);
        if index.is_multiple_of(2) { angle.cos() } else { angle.sin() }
    })
}

/// Returns the numbers that describe a camera, all 0 if it is dropped.
fn camera_features(camera: &Camera, has_prompt: bool) -> [f32; CAMERA_FEATURES] {
    if !has_prompt {
        return [0.0; CAMERA_FEATURES];
    }
    let (sine, cosine) = camera.azimuth.sin_cos();
    let (double_sine, double_cosine) = (2.0 * camera.azimuth).sin_cos();
    let (up, level) = camera.elevation.sin_cos();
    // Half the width of the picture at the origin, object space.
    let reach = 0.5 * camera.distance / camera.focal.max(1e-6);
    [1.0, sine, cosine, double_sine, double_cosine, up, level, 4.0 * (reach - 1.1), camera.distance - 3.0]
}
