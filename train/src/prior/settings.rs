//! Sizes and hyperparameters of our prior, and the state of its run.

use std::path::Path;

use att3d::weights::config::{Pooling, TextActivation, TextConfig};
use serde::{Deserialize, Serialize};

use super::error::PriorError;
use super::views::Views;
use crate::TrainError;
use crate::checkpoint::{self, Arrays};
use crate::optimizer::{BETAS, Damping};
use crate::recipe::{Rates, rate_share};
use crate::run::Means;

/// Version of the state file. It changes with every change of the networks.
pub const VERSION: u64 = 1;

/// Sizes of the denoiser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// Pixels along an edge of an image.
    pub resolution: usize,
    /// Pixels along an edge of a patch. The finest level of the U-Net has one cell for each patch.
    pub patch: usize,
    /// Channels of each level of the U-Net, the finest first. Each level halves the resolution.
    pub channels: Vec<usize>,
    /// Residual blocks of each level on the way down; the way up has one more.
    pub blocks: usize,
    /// Width of the embedding of time, prompt and camera.
    pub condition: usize,
    /// Heads of each attention.
    pub heads: usize,
    /// Groups of each normalization.
    pub groups: usize,
    /// Views of one object that are denoised together: 1, or 4 (MVDream).
    pub views: usize,
}

impl Sizes {
    /// Returns the sizes for a resolution: 2 million parameters at 32 pixels, which two processor cores can
    /// train. At 64 pixels, a coarser level is added, so that the attention has the same number of cells.
    pub fn of(resolution: usize, views: usize) -> Self {
        let channels = if resolution > 32 { vec![64, 96, 144] } else { vec![64, 96] };
        Self { resolution, patch: 2, channels, blocks: 1, condition: 128, heads: 4, groups: 8, views }
    }

    /// Errors: `Setting` for sizes that do not fit together.
    pub fn check(&self) -> Result<(), PriorError> {
        let error = |name, found, expected| Err(PriorError::Setting { name, found, expected });
        let cells = self.patch << self.channels.len().saturating_sub(1);
        if cells == 0 || self.resolution == 0 || !self.resolution.is_multiple_of(cells) {
            let expected = "a multiple of the patch, doubled for each level of the U-Net after the first";
            return error("resolution", self.resolution.to_string(), expected);
        }
        let divisible = |&channels: &usize| {
            channels > 0
                && [self.groups, self.heads].iter().all(|&parts| parts > 0 && channels.is_multiple_of(parts))
        };
        if self.channels.is_empty() || !self.channels.iter().all(divisible) {
            let expected = "one or more multiples of the groups and of the heads";
            return error("channels", format!("{:?}", self.channels), expected);
        }
        if !(1..=16).contains(&self.views) {
            return error("views", self.views.to_string(), "1 (one image) or 4 (orthogonal views)");
        }
        Ok(())
    }
}

/// The hyperparameters of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorRecipe {
    /// Seed of the parameters, the pictures and the noise.
    pub seed: u64,
    /// Number of steps of the whole schedule.
    pub steps: u64,
    /// Number of steps over which the learning rate rises from 0.
    pub warmup: u64,
    /// Largest learning rate of AdamW, which updates biases, norms and embeddings.
    pub learning_rate: f64,
    /// Largest learning rate of Muon, which updates matrices and convolutions.
    pub matrix_learning_rate: f64,
    /// Weight decay (matrices and convolutions only).
    pub weight_decay: f64,
    /// Share of the schedule, at its end, over which the learning rates fall.
    pub cooldown: f64,
    /// Global norm above which gradients are scaled down.
    pub clip_norm: f64,
    /// Decay of the running average of the weights, which makes the predictions.
    pub average_decay: f64,
    /// Number of images in a step, a multiple of the views.
    pub batch: usize,
    /// Share of the images whose prompt and camera are dropped, for classifier-free guidance.
    pub dropped: f32,
}

impl Default for PriorRecipe {
    fn default() -> Self {
        Self {
            seed: 1,
            steps: 20_000,
            warmup: 200,
            learning_rate: 1e-3,
            matrix_learning_rate: 2e-3,
            weight_decay: 1e-2,
            cooldown: 0.3,
            clip_norm: 1.0,
            average_decay: 0.999,
            batch: 32,
            dropped: 0.1,
        }
    }
}

impl PriorRecipe {
    /// Returns the learning rates of a step.
    pub fn rates_at(&self, step: u64) -> Rates {
        let share = rate_share(step, self.steps, self.warmup, self.cooldown);
        Rates { vectors: self.learning_rate * share, matrices: self.matrix_learning_rate * share }
    }

    /// Errors: `Setting` for a value out of range.
    pub fn check(&self, views: usize) -> Result<(), PriorError> {
        let error = |name, found, expected| Err(PriorError::Setting { name, found, expected });
        if self.batch == 0 || !self.batch.is_multiple_of(views.max(1)) {
            return error("batch", self.batch.to_string(), "a multiple of the number of views");
        }
        if !(0.0..1.0).contains(&self.dropped) {
            return error("dropped", self.dropped.to_string(), "a share from 0 to below 1");
        }
        let rates = [self.learning_rate, self.matrix_learning_rate];
        if !rates.iter().all(|rate| rate.is_finite() && *rate >= 0.0) {
            return error("learning rate", format!("{rates:?}"), "finite rates, 0 or more");
        }
        Ok(())
    }
}

impl From<&PriorRecipe> for Damping {
    fn from(recipe: &PriorRecipe) -> Self {
        let PriorRecipe { weight_decay, clip_norm, average_decay, .. } = *recipe;
        Self { weight_decay, clip_norm, average_decay, betas: BETAS, has_muon: true }
    }
}

/// The state of a run besides its arrays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PriorState {
    /// Version of this file, [`VERSION`].
    pub prior_version: u64,
    /// Number of completed steps.
    pub step: u64,
    /// Seconds of training so far.
    pub seconds: f64,
    /// Hyperparameters of the run.
    pub recipe: PriorRecipe,
    /// Sizes of the denoiser.
    pub sizes: Sizes,
    /// Sizes of the text encoder.
    pub text: TextConfig,
    /// Distribution of cameras, lights and backgrounds.
    pub views: Views,
    /// Prompts of the pictures.
    pub prompts: Vec<String>,
    /// Text of the tokenizer file.
    pub tokenizer: String,
    /// Means of the values since the last line of the log.
    #[serde(default)]
    pub logged: Means,
}

impl PriorState {
    /// Returns the state before the first step. The tokenizer has the words of the toybox.
    pub fn new(recipe: PriorRecipe, sizes: Sizes, prompts: Vec<String>) -> Self {
        let (text, tokenizer) = toybox_text();
        let views = Views::default();
        Self {
            prior_version: VERSION,
            step: 0,
            seconds: 0.0,
            recipe,
            sizes,
            text,
            views,
            prompts,
            tokenizer,
            logged: Means::default(),
        }
    }

    /// Reads the newest checkpoint of a run; `None` if it has none. Errors: `Io`, `Checkpoint`; `Prior` for
    /// another version or a folder of another kind of run.
    pub fn newest(run: &Path) -> Result<Option<(Self, Arrays)>, TrainError> {
        let Some(folder) = checkpoint::newest(run)? else { return Ok(None) };
        let (value, arrays): (serde_json::Value, _) = checkpoint::load_as(&folder)?;
        let found = value.get("prior_version");
        if found.and_then(serde_json::Value::as_u64) != Some(VERSION) {
            let found = found.map_or("none".into(), ToString::to_string);
            return Err(PriorError::Version { path: folder, found, expected: VERSION }.into());
        }
        let state: Self = serde_json::from_value(value).map_err(TrainError::checkpoint)?;
        state.sizes.check()?;
        Ok(Some((state, arrays)))
    }
}

/// Returns the sizes of a text encoder for the words of the toybox, and the text of its tokenizer file.
pub fn toybox_text() -> (TextConfig, String) {
    let words = toybox::vocabulary().words;
    let tokenizer = att3d::text::tokenizer::word_level_json(&words);
    // The tokens for start, end and unknown words come before the words.
    (text_config(words.len() + 3), tokenizer)
}

/// Returns the sizes of the text encoder, which is trained with the denoiser.
fn text_config(vocabulary_size: usize) -> TextConfig {
    TextConfig {
        vocabulary_size,
        context_length: toybox::LONGEST_PROMPT + 2,
        width: 128,
        layers: 2,
        heads: 4,
        mlp_width: 256,
        activation: TextActivation::QuickGelu,
        start_token: att3d::text::tokenizer::START.into(),
        end_token: att3d::text::tokenizer::END.into(),
        unknown_token: Some(att3d::text::tokenizer::UNKNOWN.into()),
        pooling: Pooling::Mean,
        padding_id: None,
        function_words: toybox::FUNCTION_WORDS.map(String::from).to_vec(),
    }
}
