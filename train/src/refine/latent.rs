//! The latent of a prompt with an offset that is trained.

use std::collections::BTreeMap;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Init, Latent, Parameters};
use att3d::pipeline::Model;
use att3d::tensor::Tensor;
use att3d::weights::config::GeneratorConfig;
use att3d::weights::{MOST_OFFSET_NUMBERS, Offset};

use super::error::RefineError;
use crate::TrainError;
use crate::optimizer::{Damping, Optimizer};
use crate::recipe::Rates;
use crate::variables::ParameterStore;

/// Names of the variables.
const TOKENS: &str = "tokens";
const POOLED: &str = "pooled";

/// The number of rows of the offset, its width, and the number of rows of the latent.
#[derive(Clone, Copy)]
struct Sizes {
    rows: usize,
    width: usize,
    all_rows: usize,
    has_pooled: bool,
}

impl Sizes {
    /// Returns the sizes for a model: all numbers that its generator reads, as far as an offset can hold
    /// them.
    fn of(model: &Model) -> Self {
        let text = &model.config().text;
        let (width, all_rows) = (text.width, text.context_length);
        // The other generators read only the embeddings of the tokens.
        let has_pooled = matches!(model.config().generator, GeneratorConfig::Triplane(_));
        let most = MOST_OFFSET_NUMBERS.saturating_sub(if has_pooled { width } else { 0 });
        Self { rows: (most / width.max(1)).min(all_rows), width, all_rows, has_pooled }
    }
}

/// The latent of a prompt, and its offset.
pub struct RefinedLatent {
    engine: Arc<dyn Engine>,
    prompt: String,
    digest: String,
    /// Latent of the amortized model.
    base: Latent,
    /// Offset as the variables of the optimizer, [1, rows, width] and [1, width].
    offset: Latent,
    optimizer: Optimizer,
    sizes: Sizes,
}

impl RefinedLatent {
    /// Encodes a prompt and begins with the offset 0. Errors: `Refine` for a model or a prompt whose offset
    /// could not be stored; those of [`Model::embed`].
    pub fn new(model: &Model, prompt: &str, damping: impl Into<Damping>) -> Result<Self, TrainError> {
        let sizes = Sizes::of(model);
        let base = {
            let _guard = tch::no_grad_guard();
            model.embed(&[prompt])?.latent
        };
        let engine = model.engine().clone();
        let store = ParameterStore::new(engine.clone(), 0);
        let Sizes { rows, width, .. } = sizes;
        let offset = Latent {
            tokens: store.get(TOKENS, &[1, rows, width], Init::ZEROS)?,
            pooled: store.get(POOLED, &[1, width], Init::ZEROS)?,
        };
        let optimizer = Optimizer::new(store, damping)?;
        let (prompt, digest) = (prompt.to_owned(), model.digest().to_owned());
        let refined = Self { engine, prompt, digest, base, offset, optimizer, sizes };
        refined.offset_of(vec![0.0; rows * width], vec![0.0; width])?;
        Ok(refined)
    }

    /// Returns the latent of the amortized model.
    pub fn base(&self) -> &Latent {
        &self.base
    }

    /// Returns the sum of the latent and the current offset. Gradients flow to the offset.
    pub fn current(&self) -> Result<Latent, TrainError> {
        let Sizes { rows, width, all_rows, .. } = self.sizes;
        let mut offset = self.offset.clone();
        if rows < all_rows {
            let shape = [1, all_rows - rows, width];
            let rest = Tensor::from_slice(&self.engine, &vec![0.0; shape.iter().product()], &shape)?;
            offset.tokens = Tensor::concat(&[&offset.tokens, &rest], 1)?;
        }
        Ok(self.base.add(&offset)?)
    }

    /// Makes a step of the optimizer. loss: scalar that depends on [`RefinedLatent::current`]. Errors:
    /// `Diverged` for a gradient that is not finite.
    pub fn step(&mut self, loss: &tch::Tensor, rate: f64) -> Result<(), TrainError> {
        self.optimizer.zero_grad()?;
        loss.f_backward()?;
        self.optimizer.step(Rates { vectors: rate, matrices: rate })
    }

    /// Returns the running average of the offset. Errors: `Refine`.
    pub fn averaged(&self) -> Result<Offset, TrainError> {
        let mut arrays: BTreeMap<_, _> = self.optimizer.state()?;
        let mut average =
            |name: &str| arrays.remove(&format!("average/{name}")).map_or(Vec::new(), |(_, values)| values);
        self.offset_of(average(TOKENS), average(POOLED))
    }

    fn offset_of(&self, tokens: Vec<f32>, pooled: Vec<f32>) -> Result<Offset, TrainError> {
        let pooled = if self.sizes.has_pooled { pooled } else { Vec::new() };
        let offset = Offset::new(&self.digest, &self.prompt, self.sizes.width, tokens, pooled);
        Ok(offset.map_err(RefineError::from)?)
    }
}
