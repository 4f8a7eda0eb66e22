//! The settings of score distillation, and the state of a run.

use std::collections::BTreeMap;
use std::path::Path;

use att3d::weights::config::{
    FORMAT_VERSION, GeneratorConfig, ModelConfig, SurfaceConfig, TextConfig, VoxelGridConfig,
};
use serde::{Deserialize, Serialize};

use super::error::DistillError;
use crate::TrainError;
use crate::checkpoint::{self, Arrays};
use crate::optimizer::Damping;
use crate::run::Means;

/// What is mixed between two prompts (ATT3D B.1.14). The generator always gets the mixed embedding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// Nothing: each item has one prompt.
    #[default]
    None,
    /// The embedding that the prior gets (eq. 8).
    Embedding,
    /// The loss. The prior gets one of the two prompts, the second with probability α (eq. 10).
    Loss,
    /// The guidance: the weight of the first prompt is (1 - α) w, and that of the second α w (eq. 11).
    Guidance,
}

/// The hyperparameters of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DistillRecipe {
    /// Seed of the parameters, the prompts, the views and the noise.
    pub seed: u64,
    /// Number of steps of the run.
    pub steps: u64,
    /// Learning rate of Adam. The paper has 0.1.
    pub learning_rate: f64,
    /// Decays of Adam's means of the gradient and of its square. The paper has 0 and 0.999.
    pub betas: [f64; 2],
    /// Global norm above which gradients are scaled down.
    pub clip_norm: f64,
    /// Decay of the running average of the weights, which the package gets.
    pub average_decay: f64,
    /// Number of prompts in a step, or of pairs of prompts.
    pub prompts: usize,
    /// Number of samples on a ray. The paper has 32, and 128 for interpolations.
    pub samples: usize,
    /// Weight of classifier-free guidance. The paper has 100.
    pub guidance: f64,
    /// Range of the noise's time. The paper has 0.002 to 1.
    pub times: [f64; 2],
    /// Whether the background is the generator's environment map, as in the paper. Otherwise it is a random
    /// gray of the prior's range, the same for all renders of a step.
    pub environment: bool,
    /// Factor of the grids after spectral normalization. The paper states none.
    pub grid_gain: f64,
    /// Whether the first matrix of the mapping network is the same for each token of a prompt. Otherwise,
    /// as in the paper, the matrix depends on the place of a token, and the words of a new combination may
    /// stand in places where no training prompt has them.
    pub shared_tokens: bool,
    /// Whether the mapping network gets the differences of the embeddings from their mean over the prompts,
    /// scaled to a common length. The paper's network gets the embeddings.
    pub centered_prompts: bool,
    /// Weight of the penalty on normals that face away from the camera. The paper has 0.
    pub orientation_weight: f64,
    /// Weight of the penalty on opacity. The paper has 0.
    pub opacity_weight: f64,
    /// Weight of the penalty on translucent pixels. The paper has 0.
    pub entropy_weight: f64,
    /// What is interpolated.
    pub interpolation: Interpolation,
    /// Concentration κ of the weights of interpolated prompts (Dirichlet), in the first and in the second
    /// half of the run. The paper has 2 and then 0.5.
    pub concentration: [f64; 2],
    /// Range of α, the weight of the shape that `--shapes` retrieves for a prompt: the loss of an item is
    /// (1 - α) times score distillation plus α times the squared error of the opacity. If the two numbers
    /// differ, each item with the shape's point cloud draws its α, which the network reads in the cloud, and
    /// the other items have the first number. Source: LATTE3D, stage 1.
    pub shape_weight: [f64; 2],
    /// Share of the items that have the point cloud of the retrieved shape as an input, at the first and at
    /// the last step, with linear interpolation between. The other items have the dummy sphere (LATTE3D's
    /// point-cloud annealing).
    pub clouds: [f64; 2],
    /// Width β of VolSDF's transition at the first and at the last step, for generators of signed distances.
    pub betas_of_surface: [f64; 2],
}

impl Default for DistillRecipe {
    fn default() -> Self {
        Self {
            seed: 1,
            steps: 4_000,
            learning_rate: 0.01,
            betas: [0.0, 0.99],
            clip_norm: 1e6,
            average_decay: 0.998,
            prompts: 8,
            samples: 32,
            guidance: 3.0,
            times: [0.02, 0.98],
            environment: false,
            grid_gain: 50.0,
            shared_tokens: true,
            centered_prompts: true,
            orientation_weight: 0.0,
            opacity_weight: 0.0,
            entropy_weight: 60.0,
            interpolation: Interpolation::None,
            concentration: [2.0, 0.5],
            shape_weight: [0.0; 2],
            clouds: [0.0; 2],
            betas_of_surface: [0.1, 0.02],
        }
    }
}

impl DistillRecipe {
    /// Returns the share of the run that is completed before a step, from 0 to 1.
    pub fn share(&self, step: u64) -> f64 {
        (step as f64 / self.steps.max(1) as f64).min(1.0)
    }

    /// Returns the share of the items of a step that have a point cloud.
    pub fn clouds_at(&self, step: u64) -> f64 {
        let [first, last] = self.clouds;
        first + self.share(step) * (last - first)
    }

    /// Returns whether retrieved shapes have an effect.
    pub fn has_shapes(&self) -> bool {
        self.shape_weight[1] > 0.0 || self.clouds.iter().any(|share| *share > 0.0)
    }

    /// Errors: `Setting` for a value out of range.
    pub fn check(&self) -> Result<(), DistillError> {
        let error = |name, found: String, expected| Err(DistillError::Setting { name, found, expected });
        let [earliest, latest] = self.times;
        if !(0.0 <= earliest && earliest < latest && latest <= 1.0) {
            return error("times", format!("{:?}", self.times), "two times from 0 to 1, the earlier first");
        }
        if self.prompts == 0 {
            return error("prompts", "0".into(), "1 or more prompts in a step");
        }
        if self.samples == 0 {
            return error("samples", "0".into(), "1 or more samples on a ray");
        }
        if !self.betas.iter().all(|beta| (0.0..1.0).contains(beta)) {
            return error("betas", format!("{:?}", self.betas), "two decays from 0 to below 1");
        }
        if !(self.learning_rate.is_finite() && self.learning_rate >= 0.0) {
            return error("learning rate", self.learning_rate.to_string(), "a finite rate, 0 or more");
        }
        if !self.concentration.iter().all(|kappa| kappa.is_finite() && *kappa > 0.0) {
            return error("concentration", format!("{:?}", self.concentration), "two numbers above 0");
        }
        let [lowest, highest] = self.shape_weight;
        if !(0.0 <= lowest && lowest <= highest && highest <= 1.0) {
            let expected = "two weights from 0 to 1, the smaller first";
            return error("shape_weight", format!("{:?}", self.shape_weight), expected);
        }
        if !self.clouds.iter().all(|share| (0.0..=1.0).contains(share)) {
            return error("clouds", format!("{:?}", self.clouds), "two shares from 0 to 1");
        }
        if lowest < highest && self.clouds == [0.0; 2] {
            let expected = "two equal weights, because without `clouds` the network cannot read a weight";
            return error("shape_weight", format!("{:?}", self.shape_weight), expected);
        }
        if !self.betas_of_surface.iter().all(|beta| beta.is_finite() && *beta > 0.0) {
            return error("betas_of_surface", format!("{:?}", self.betas_of_surface), "two widths above 0");
        }
        Ok(())
    }
}

impl From<&DistillRecipe> for Damping {
    fn from(recipe: &DistillRecipe) -> Self {
        let DistillRecipe { clip_norm, average_decay, betas, .. } = *recipe;
        Self { weight_decay: 0.0, clip_norm, average_decay, betas, has_muon: false }
    }
}

/// Version of the state file. Version 1 had no settings for shared tokens and centered prompts, whose
/// defaults are not what its runs were trained with.
pub const VERSION: u64 = 2;

/// The state of a run besides its arrays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DistillState {
    /// Version of this file, [`VERSION`].
    pub distill_version: u64,
    /// Number of completed steps.
    pub step: u64,
    /// Seconds of training so far.
    pub seconds: f64,
    /// Number of rendered frames so far.
    pub frames: u64,
    /// Hyperparameters of the run.
    pub recipe: DistillRecipe,
    /// Sizes of the networks.
    pub config: ModelConfig,
    /// Text of the tokenizer file.
    pub tokenizer: String,
    /// Prompts of the run.
    pub prompts: Vec<String>,
    /// Prompts of the shapes that are retrieved; empty if no shapes are.
    #[serde(default)]
    pub shapes: Vec<String>,
    /// Training provenance of the package from which the run began; empty for a run from random weights.
    #[serde(default)]
    pub begun_with: BTreeMap<String, serde_json::Value>,
    /// Means of the values since the last line of the log.
    #[serde(default)]
    pub logged: Means,
}

impl DistillState {
    /// Reads the newest checkpoint of a run; `None` if it has none. Errors: `Io`, `Checkpoint`;
    /// `NoCheckpoint` for the folder of another kind of run.
    pub fn newest(run: &Path) -> Result<Option<(Self, Arrays)>, TrainError> {
        let Some(folder) = checkpoint::newest(run)? else { return Ok(None) };
        let (value, arrays): (serde_json::Value, _) = checkpoint::load_as(&folder)?;
        if value.get("distill_version").and_then(serde_json::Value::as_u64) != Some(VERSION) {
            return Err(DistillError::NoCheckpoint(run.to_owned()).into());
        }
        let state: Self = serde_json::from_value(value).map_err(TrainError::checkpoint)?;
        state.recipe.check()?;
        Ok(Some((state, arrays)))
    }
}

/// Returns the sizes of ATT3D's generator for 32² renders on a processor: the paper's grids without the
/// finest level.
pub fn voxel_grid_config(text: TextConfig, environment: bool) -> ModelConfig {
    ModelConfig {
        format_version: FORMAT_VERSION,
        name: "distilled".into(),
        license: "MIT OR Apache-2.0".into(),
        text,
        generator: GeneratorConfig::VoxelGrid(VoxelGridConfig {
            resolutions: vec![9, 14, 22, 36],
            features: 4,
            vector_width: 32,
            hidden_width: 32,
            environment_octaves: if environment { 8 } else { 0 },
            hash_resolutions: Vec::new(),
            hash_entries: 0,
        }),
        surface: SurfaceConfig::Density { threshold: THRESHOLD },
        words: Default::default(),
        meters_per_unit: 1.0,
        provenance: Default::default(),
    }
}

/// Density at the surface until the export measures it. Along a cell of the finest grid, 2 / 35, this density
/// stops half of the light: ln 2 / (2 / 35).
const THRESHOLD: f32 = 12.0;
