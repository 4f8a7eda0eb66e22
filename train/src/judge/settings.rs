//! Sizes and hyperparameters of a judge, and the state of its run.

use std::path::Path;

use att3d::weights::config::TextConfig;
use serde::{Deserialize, Serialize};

use super::error::JudgeError;
use crate::TrainError;
use crate::checkpoint::{self, Arrays};
use crate::optimizer::{BETAS, Damping};
use crate::prior::{Views, toybox_text};
use crate::recipe::{Rates, rate_share};
use crate::run::Means;

/// Version of the state file. It changes with every change of the networks.
pub const VERSION: u64 = 1;

/// Sizes of the image encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sizes {
    /// Pixels along an edge of an image.
    pub resolution: usize,
    /// Channels of each level. Each level halves the resolution.
    pub channels: Vec<usize>,
    /// Residual blocks of each level.
    pub blocks: usize,
    /// Groups of each normalization.
    pub groups: usize,
    /// Width of the embeddings of images and prompts.
    pub width: usize,
}

impl Default for Sizes {
    /// Returns sizes that one processor core can train in minutes: 0.9 million parameters.
    fn default() -> Self {
        Self { resolution: 32, channels: vec![48, 96, 128], blocks: 1, groups: 8, width: 128 }
    }
}

impl Sizes {
    /// Errors: `Setting` for sizes that do not fit together.
    pub fn check(&self) -> Result<(), JudgeError> {
        let error = |name, found, expected| Err(JudgeError::Setting { name, found, expected });
        let fits =
            |&channels: &usize| channels > 0 && self.groups > 0 && channels.is_multiple_of(self.groups);
        if self.channels.is_empty() || self.channels.len() > 8 || !self.channels.iter().all(fits) {
            return error("channels", format!("{:?}", self.channels), "1 to 8 multiples of the groups");
        }
        if self.resolution == 0 || !self.resolution.is_multiple_of(1 << self.channels.len()) {
            let expected = "a multiple of 2, doubled for each level after the first";
            return error("resolution", self.resolution.to_string(), expected);
        }
        if self.width == 0 {
            return error("width", "0".into(), "1 or more");
        }
        Ok(())
    }
}

/// The hyperparameters of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JudgeRecipe {
    /// Seed of the parameters and of the views.
    pub seed: u64,
    /// Number of steps of the whole schedule.
    pub steps: u64,
    /// Number of steps over which the learning rate rises from 0.
    pub warmup: u64,
    /// Largest learning rate of AdamW, which updates biases, norms, embeddings and the temperature.
    pub learning_rate: f64,
    /// Largest learning rate of Muon, which updates matrices and convolutions.
    pub matrix_learning_rate: f64,
    /// Weight decay (matrices and convolutions only).
    pub weight_decay: f64,
    /// Share of the schedule, at its end, over which the learning rates fall.
    pub cooldown: f64,
    /// Global norm above which gradients are scaled down.
    pub clip_norm: f64,
    /// Decay of the running average of the weights, which the judge uses.
    pub average_decay: f64,
    /// Number of images in a step. A step has at most one image of each scene.
    pub batch: usize,
}

impl Default for JudgeRecipe {
    fn default() -> Self {
        Self {
            // The default seed of priors is 1. A judge should not see the same pictures as the prior whose
            // models it scores.
            seed: 20_231,
            steps: 4_000,
            warmup: 100,
            learning_rate: 1e-3,
            matrix_learning_rate: 2e-3,
            weight_decay: 1e-2,
            cooldown: 0.4,
            clip_norm: 1.0,
            average_decay: 0.998,
            batch: 48,
        }
    }
}

impl JudgeRecipe {
    /// Returns the learning rates of a step.
    pub fn rates_at(&self, step: u64) -> Rates {
        let share = rate_share(step, self.steps, self.warmup, self.cooldown);
        Rates { vectors: self.learning_rate * share, matrices: self.matrix_learning_rate * share }
    }

    /// Errors: `Setting` for a value out of range.
    pub fn check(&self) -> Result<(), JudgeError> {
        let error = |name, found, expected| Err(JudgeError::Setting { name, found, expected });
        if self.batch < 2 {
            return error(
                "batch",
                self.batch.to_string(),
                "2 or more, because images are told from each other",
            );
        }
        let rates = [self.learning_rate, self.matrix_learning_rate];
        if !rates.iter().all(|rate| rate.is_finite() && *rate >= 0.0) {
            return error("learning rate", format!("{rates:?}"), "finite rates, 0 or more");
        }
        Ok(())
    }
}

impl From<&JudgeRecipe> for Damping {
    fn from(recipe: &JudgeRecipe) -> Self {
        let JudgeRecipe { weight_decay, clip_norm, average_decay, .. } = *recipe;
        Self { weight_decay, clip_norm, average_decay, betas: BETAS, has_muon: true }
    }
}

/// The state of a run besides its arrays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JudgeState {
    /// Version of this file, [`VERSION`].
    pub judge_version: u64,
    /// Number of completed steps.
    pub step: u64,
    /// Seconds of training so far.
    pub seconds: f64,
    /// Hyperparameters of the run.
    pub recipe: JudgeRecipe,
    /// Sizes of the image encoder.
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

impl JudgeState {
    /// Returns the state before the first step. The tokenizer has the words of the toybox, and the views are
    /// distributed as those of our priors.
    pub fn new(recipe: JudgeRecipe, sizes: Sizes, prompts: Vec<String>) -> Self {
        let (text, tokenizer) = toybox_text();
        let views = Views::default();
        Self {
            judge_version: VERSION,
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

    /// Reads the newest checkpoint of a run; `None` if it has none. Errors: `Io`, `Checkpoint`; `Judge` for
    /// another version or a folder of another kind of run.
    pub fn newest(run: &Path) -> Result<Option<(Self, Arrays)>, TrainError> {
        let Some(folder) = checkpoint::newest(run)? else { return Ok(None) };
        let (value, arrays): (serde_json::Value, _) = checkpoint::load_as(&folder)?;
        let found = value.get("judge_version");
        if found.and_then(serde_json::Value::as_u64) != Some(VERSION) {
            let found = found.map_or("none".into(), ToString::to_string);
            return Err(JudgeError::Version { path: folder, found, expected: VERSION }.into());
        }
        let state: Self = serde_json::from_value(value).map_err(TrainError::checkpoint)?;
        state.sizes.check()?;
        Ok(Some((state, arrays)))
    }
}
