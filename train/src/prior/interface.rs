//! The interface of a diffusion prior, as score distillation uses it.

use tch::Tensor;

use super::error::PriorError;
use super::views::Views;
use crate::TrainError;
use crate::camera::Camera;

/// Embedded prompts. Mixes of prompts are weighted sums of both tensors.
#[derive(Debug)]
pub struct PromptEmbedding {
    /// Embeddings of the tokens, [n, l, d].
    pub tokens: Tensor,
    /// Embedding of the whole prompt, [n, d].
    pub pooled: Tensor,
}

/// Noisy images (or latents), which a prior denoises.
#[derive(Clone, Copy, Debug)]
pub struct Noisy<'a> {
    /// √ᾱ x + √(1 - ᾱ) ε, [n, c, r, r], in the space of [`Prior::encode`]'s result.
    pub latents: &'a Tensor,
    /// Time of each image, \[n], from 0 (clean) to 1 (noise).
    pub times: &'a Tensor,
    /// Camera of each image. A prior of several views takes groups of [`Prior::views`] images of one object.
    pub cameras: &'a [Camera],
}

/// A diffusion model of images for score distillation (DreamFusion, Poole et al. 2023). No gradients flow
/// through [`Prior::predict_noise`], because score distillation leaves out the Jacobian of the denoiser.
pub trait Prior {
    /// Returns the number of pixels along an edge of the images that [`Prior::encode`] takes.
    fn resolution(&self) -> usize;

    /// Returns the number of views of one object that the prior denoises together.
    fn views(&self) -> usize {
        1
    }

    /// Returns the cameras, lights and backgrounds of the pictures that the prior learned. The renders of
    /// score distillation should have the same.
    fn view_ranges(&self) -> Views {
        Views::default()
    }

    /// Embeds prompts. A prior that was trained on photographs adds words for the view, such as "back view".
    /// cameras: one for each prompt. Errors: `Tokenizer`, and those of the engine.
    fn embed(&self, prompts: &[&str], cameras: &[Camera]) -> Result<PromptEmbedding, TrainError>;

    /// Returns ᾱ, the share of the image in the variance of a noisy image: near 1 at time 0, near 0 at time
    /// 1. times: \[n].
    fn signal(&self, times: &Tensor) -> Result<Tensor, TrainError>;

    /// Returns the latents of images, with gradients. images: [n, 3, r, r], sRGB, in [-1, 1]. The latents of
    /// a pixel model are the images.
    fn encode(&self, images: &Tensor) -> Result<Tensor, TrainError> {
        let resolution = self.resolution() as i64;
        let count = images.size().first().copied().unwrap_or(0);
        require_shape("the tensor of images", images, &[count, 3, resolution, resolution])?;
        Ok(images.shallow_clone())
    }

    /// Predicts the noise, in the shape of `noisy.latents`. text: the embedded prompt of each image; `None`
    /// for the empty prompt. Errors: `Prior` for wrong shapes.
    fn predict_noise(&self, noisy: Noisy<'_>, text: Option<&PromptEmbedding>) -> Result<Tensor, TrainError>;

    /// Predicts the noise with classifier-free guidance (Ho and Salimans 2022): ε∅ + w (ε - ε∅). guidance: w;
    /// 0 is the empty prompt, and 1 the prompt without guidance.
    fn predict_guided(
        &self,
        noisy: Noisy<'_>,
        text: &PromptEmbedding,
        guidance: f64,
    ) -> Result<Tensor, TrainError> {
        if guidance == 1.0 {
            return self.predict_noise(noisy, Some(text));
        }
        let empty = self.predict_noise(noisy, None)?;
        if guidance == 0.0 {
            return Ok(empty);
        }
        let prompted = self.predict_noise(noisy, Some(text))?;
        Ok(empty.f_lerp(&prompted, guidance)?)
    }
}

/// Checks the shape of a tensor. what: description of the tensor for the message.
pub fn require_shape(what: &str, tensor: &Tensor, expected: &[i64]) -> Result<(), PriorError> {
    let found = tensor.size();
    if found == expected {
        return Ok(());
    }
    Err(PriorError::Shape { what: what.to_owned(), found, expected: expected.to_vec() })
}

/// Checks that all values of a tensor are finite. what: description of the tensor for the message.
pub fn require_finite(what: &str, tensor: &Tensor) -> Result<(), TrainError> {
    if tensor.f_isfinite()?.f_all()?.f_int64_value(&[])? != 0 {
        return Ok(());
    }
    Err(PriorError::NotFinite { what: what.to_owned() }.into())
}
