//! The frozen text encoder of a distilled model. As the paper does with CLIP (B.1.6), a run embeds its
//! prompts once.

use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Latent, Scope};
use att3d::tensor::Tensor;
use att3d::text::TextEncoder;
use att3d::text::tokenizer::Tokenizer;
use att3d::weights::Package;
use att3d::weights::config::TextConfig;
use att3d_torch::TorchEngine;

use super::error::DistillError;
use super::recipe::DistillState;
use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::prior::PriorState;
use crate::variables::{ParameterStore, host, overwrite, sizes};

/// Prefix of the names of the weights in checkpoints.
const PREFIX: &str = "text/";

/// A text encoder with its weights.
pub struct FrozenText {
    /// Sizes of the encoder.
    pub config: TextConfig,
    /// Text of the tokenizer file.
    pub tokenizer: String,
    /// Weights by the names that a package gives them.
    pub arrays: Arrays,
}

impl FrozenText {
    /// Takes the text encoder of a run of our prior. Errors: `NoTextEncoder` for another kind of prior.
    pub fn of_prior(run: &Path) -> Result<Self, TrainError> {
        let missing = || DistillError::NoTextEncoder(run.to_owned());
        if !run.is_dir() {
            return Err(missing().into());
        }
        let (state, arrays) = PriorState::newest(run)?.ok_or_else(missing)?;
        let names = names(&state.text)?;
        let averages = arrays.into_iter().filter_map(|(name, array)| {
            let name = name.strip_prefix("average/")?.to_owned();
            names.contains(&name).then_some((name, array))
        });
        Ok(Self { config: state.text, tokenizer: state.tokenizer, arrays: averages.collect() })
    }

    /// Takes the text encoder of a package. Errors: `Package`.
    pub fn of_package(path: &Path) -> Result<Self, TrainError> {
        let package = Package::open(path)?;
        let config = package.config().text.clone();
        let names = names(&config)?;
        let mut arrays = Arrays::new();
        for held in package.tensors().filter(|held| names.iter().any(|name| name == held.name)) {
            let shape = held.shape.to_vec();
            arrays.insert(held.name.to_owned(), (shape.clone(), package.tensor(held.name, &shape)?));
        }
        Ok(Self { config, tokenizer: package.tokenizer_json().to_owned(), arrays })
    }

    /// Returns the text encoder of a checkpoint, which [`FrozenText::save`] wrote.
    pub fn of_arrays(state: &DistillState, arrays: &Arrays) -> Self {
        let arrays = arrays.iter().filter_map(|(name, array)| {
            let name = name.strip_prefix(PREFIX)?;
            Some((name.to_owned(), array.clone()))
        });
        let config = state.config.text.clone();
        Self { config, tokenizer: state.tokenizer.clone(), arrays: arrays.collect() }
    }

    /// Adds the weights to the arrays of a checkpoint.
    pub fn save(&self, arrays: &mut Arrays) {
        let named = self.arrays.iter().map(|(name, array)| (format!("{PREFIX}{name}"), array.clone()));
        arrays.extend(named);
    }

    /// Embeds prompts. Errors: `Array` for a missing weight; those of the tokenizer.
    pub fn embed(&self, engine: &Arc<dyn Engine>, prompts: &[String]) -> Result<Embedded, TrainError> {
        let _guard = tch::no_grad_guard();
        let store = ParameterStore::new(engine.clone(), 0);
        let encoder = TextEncoder::load(&Scope::root(&store), &self.config)?;
        for (name, variable) in store.variables.borrow_mut().iter_mut() {
            let expected = sizes(variable);
            match self.arrays.get(name) {
                Some((shape, values)) if *shape == expected => overwrite(variable, values)?,
                other => {
                    let found = other.map(|(shape, _)| shape.clone());
                    return Err(TrainError::Array { name: name.clone(), found, expected });
                }
            }
        }
        let tokenizer = Tokenizer::from_json(&self.tokenizer, &self.config)?;
        let ids: Result<Vec<_>, _> =
            prompts.iter().map(|prompt| tokenizer.encode(prompt).map(|encoded| encoded.ids)).collect();
        let latent = encoder.forward(&ids?)?;
        Ok(Embedded { tokens: stored(&latent.tokens)?, pooled: stored(&latent.pooled)? })
    }
}

/// Returns the names of the parameters of a text encoder.
fn names(config: &TextConfig) -> Result<Vec<String>, TrainError> {
    let engine: Arc<dyn Engine> = Arc::new(TorchEngine::new(tch::Device::Cpu, None)?);
    let store = ParameterStore::new(engine, 0);
    TextEncoder::load(&Scope::root(&store), config)?;
    Ok(store.variables.into_inner().into_keys().collect())
}

/// Returns a copy of a tensor in its shape, without gradients.
fn stored(tensor: &Tensor) -> Result<tch::Tensor, TrainError> {
    let shape: Vec<i64> = tensor.shape().iter().map(|&size| size as i64).collect();
    let values = host(&TorchEngine::tensor(tensor.buffer())?)?;
    Ok(tch::Tensor::f_from_slice(&values)?.f_reshape(shape)?)
}

/// The embeddings of the prompts of a run.
pub struct Embedded {
    /// [prompts, l, d].
    tokens: tch::Tensor,
    /// [prompts, d].
    pooled: tch::Tensor,
}

impl Embedded {
    /// Returns the embeddings of the tokens, [prompts, l, d].
    pub fn tokens(&self) -> &tch::Tensor {
        &self.tokens
    }

    /// Returns the embeddings of the whole prompts, [prompts, d].
    pub fn pooled(&self) -> &tch::Tensor {
        &self.pooled
    }

    /// Returns the latents of a batch: for each item, the sum of (1 - α) times the first prompt and α times
    /// the second.
    pub fn latent(
        &self,
        engine: &Arc<dyn Engine>,
        pairs: &[([usize; 2], f64)],
    ) -> Result<Latent, TrainError> {
        let mixed = |embeddings: &tch::Tensor| -> Result<Tensor, TrainError> {
            let rows = pairs
                .iter()
                .map(|&([first, second], share)| {
                    let of = |index: usize| embeddings.f_get(index as i64);
                    of(first)?.f_lerp(&of(second)?, share)
                })
                .collect::<Result<Vec<_>, _>>()?;
            let batch = tch::Tensor::f_stack(&rows, 0)?;
            let shape = sizes(&batch);
            Ok(Tensor::from_buffer(engine, TorchEngine::wrap(batch), &shape))
        };
        Ok(Latent { tokens: mixed(&self.tokens)?, pooled: mixed(&self.pooled)? })
    }
}
