//! Our own prior: a small denoiser with a text encoder, trained on renders of the toybox.

use std::path::Path;
use std::sync::Arc;

use att3d::engine::{Engine, Precision};
use att3d::nn::{Latent, Scope};
use att3d::tensor::Tensor;
use att3d::text::TextEncoder;
use att3d::text::tokenizer::Tokenizer;
use att3d_torch::TorchEngine;
use tch::Device;

use super::denoiser::{Denoiser, Hints};
use super::error::PriorError;
use super::interface::{Noisy, Prior, PromptEmbedding, require_finite, require_shape};
use super::schedule;
use super::settings::PriorState;
use super::views::Views;
use crate::TrainError;
use crate::camera::Camera;
use crate::checkpoint::Arrays;
use crate::variables::{ParameterStore, sizes};

/// The networks of our prior.
pub struct Networks {
    /// Engine of the networks.
    pub engine: Arc<dyn Engine>,
    text: TextEncoder,
    denoiser: Denoiser,
}

impl Networks {
    /// Creates the networks with initial values. Also returns their variables. products: precision of matrix
    /// products and convolutions; threads: of libtorch. Errors: `Engine`, `Network`.
    pub fn new(
        state: &PriorState,
        device: Device,
        products: Precision,
        threads: Option<i32>,
    ) -> Result<(Self, ParameterStore), TrainError> {
        let engine = TorchEngine::new(device, threads)?.with_gradients(true).with_products_in(products);
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let store = ParameterStore::on(engine.clone(), device, state.recipe.seed);
        let scope = Scope::root(&store);
        let text = TextEncoder::load(&scope, &state.text)?;
        let denoiser = Denoiser::load(&scope, &state.sizes, state.text.width)?;
        Ok((Self { engine, text, denoiser }, store))
    }

    /// Embeds prompts. ids: token ids of each prompt.
    pub fn embed(&self, ids: &[Vec<u32>]) -> Result<Latent, TrainError> {
        Ok(self.text.forward(ids)?)
    }

    /// Predicts the velocity of noisy images. noisy: [n, 3, r, r], f32, on the device of the networks.
    pub fn velocity(&self, noisy: &tch::Tensor, hints: &Hints<'_>) -> Result<tch::Tensor, TrainError> {
        let velocity = self.denoiser.forward(&self.wrap(noisy), hints)?;
        unwrap(&velocity)
    }

    fn wrap(&self, tensor: &tch::Tensor) -> Tensor {
        let buffer = TorchEngine::wrap(tensor.shallow_clone());
        Tensor::from_buffer(&self.engine, buffer, &sizes(tensor))
    }
}

/// Returns the tensor of libtorch, f32, with its gradients. A buffer may have the shape from before a
/// `reshape`.
pub fn unwrap(tensor: &Tensor) -> Result<tch::Tensor, TrainError> {
    let shape: Vec<i64> = tensor.shape().iter().map(|&size| size as i64).collect();
    Ok(TorchEngine::tensor(tensor.buffer())?.f_reshape(shape)?.f_to_kind(tch::Kind::Float)?)
}

/// A trained prior.
pub struct OwnPrior {
    networks: Networks,
    tokenizer: Tokenizer,
    device: Device,
    state: PriorState,
}

impl OwnPrior {
    /// Opens the newest checkpoint of a run of `att3d-train prior`, with the averaged weights. Errors:
    /// `Prior` for a folder without a prior or with another version; `Checkpoint`, `Array`, `Io`.
    pub fn open(run: &Path, device: Device) -> Result<Self, TrainError> {
        match PriorState::newest(run)? {
            Some((state, arrays)) => Self::new(state, &arrays, device),
            None => Err(PriorError::NoCheckpoint(run.to_owned()).into()),
        }
    }

    /// Creates the prior of a checkpoint. arrays: state of its optimizer.
    pub fn new(state: PriorState, arrays: &Arrays, device: Device) -> Result<Self, TrainError> {
        let (networks, store) = Networks::new(&state, device, Precision::F32, None)?;
        store.load_averages(arrays)?;
        for variable in store.variables.borrow().values() {
            let _ = variable.f_set_requires_grad(false)?;
        }
        let tokenizer = Tokenizer::from_json(&state.tokenizer, &state.text)?;
        Ok(Self { networks, tokenizer, device, state })
    }
}

impl Prior for OwnPrior {
    fn resolution(&self) -> usize {
        self.state.sizes.resolution
    }

    fn views(&self) -> usize {
        self.state.sizes.views
    }

    fn view_ranges(&self) -> Views {
        self.state.views.clone()
    }

    fn embed(&self, prompts: &[&str], _cameras: &[Camera]) -> Result<PromptEmbedding, TrainError> {
        let _guard = tch::no_grad_guard();
        let ids: Result<Vec<_>, _> =
            prompts.iter().map(|prompt| self.tokenizer.encode(prompt).map(|encoded| encoded.ids)).collect();
        let latent = self.networks.embed(&ids?)?;
        Ok(PromptEmbedding { tokens: unwrap(&latent.tokens)?, pooled: unwrap(&latent.pooled)? })
    }

    fn signal(&self, times: &tch::Tensor) -> Result<tch::Tensor, TrainError> {
        Ok(schedule::signal(times)?)
    }

    fn predict_noise(
        &self,
        noisy: Noisy<'_>,
        text: Option<&PromptEmbedding>,
    ) -> Result<tch::Tensor, TrainError> {
        let _guard = tch::no_grad_guard();
        let (count, edge) = (noisy.cameras.len(), self.resolution() as i64);
        let images = noisy.latents.f_detach()?.f_to_device(self.device)?.f_to_kind(tch::Kind::Float)?;
        require_shape("the tensor of noisy images", &images, &[count as i64, 3, edge, edge])?;
        require_shape("the tensor of times", noisy.times, &[count as i64])?;
        if !count.is_multiple_of(self.views()) {
            let (found, expected) = (count.to_string(), "a multiple of the number of views of the prior");
            return Err(PriorError::Setting { name: "number of images", found, expected }.into());
        }
        let length = self.state.text.context_length;
        let width = self.state.text.width;
        let empty = || PromptEmbedding {
            tokens: images
                .new_zeros([count as i64, length as i64, width as i64], (images.kind(), self.device)),
            pooled: images.new_zeros([count as i64, width as i64], (images.kind(), self.device)),
        };
        let (has_prompt, text) = match text {
            Some(text) => (
                true,
                PromptEmbedding {
                    tokens: text.tokens.f_detach()?.f_to_device(self.device)?,
                    pooled: text.pooled.f_detach()?.f_to_device(self.device)?,
                },
            ),
            None => (false, empty()),
        };
        require_shape("the embedding of tokens", &text.tokens, &[count as i64, length as i64, width as i64])?;
        require_shape("the embedding of prompts", &text.pooled, &[count as i64, width as i64])?;
        let times = Vec::<f32>::try_from(noisy.times.f_to_kind(tch::Kind::Float)?)?;
        let hints = Hints {
            times: &times,
            cameras: noisy.cameras,
            text: &Latent {
                tokens: self.networks.wrap(&text.tokens),
                pooled: self.networks.wrap(&text.pooled),
            },
            has_prompt: &vec![has_prompt; count],
        };
        let velocity = self.networks.velocity(&images, &hints)?;
        let times = noisy.times.f_to_device(self.device)?.f_to_kind(tch::Kind::Float)?;
        let noise = schedule::noise_of(&images, &velocity, &schedule::shares(&times)?)?;
        require_finite("the predicted noise", &noise)?;
        Ok(noise)
    }
}
