//! Settings of a run: the sizes of the network and the hyperparameters of its training.

use std::collections::BTreeMap;

use att3d::weights::config::{
    FORMAT_VERSION, GeneratorConfig, ModelConfig, Pooling, SurfaceConfig, TextActivation, TextConfig,
    TriplaneConfig, WordGroup, WordsConfig,
};
use serde::{Deserialize, Serialize};

use crate::data::nearby::PAIR;

/// The part of the network that a run trains. LATTE3D trains the geometry first, then the texture network
/// with the geometry frozen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// All parameters, on distance, color and material together.
    #[default]
    Everything,
    /// Only the texture network, on color and material. The surface stays the same, bit for bit.
    Texture,
}

impl Stage {
    /// Returns whether the parameter of this name is trained.
    pub fn teaches(self, parameter: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Texture => parameter.starts_with("generator.texture."),
        }
    }
}

/// The hyperparameters of a reconstruction run. Each checkpoint contains them, so that a resumed run
/// continues as if it had not stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Stage, which selects the trained parameters.
    #[serde(default)]
    pub stage: Stage,
    /// Seed of the parameters, the prompts and the points.
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
    /// Decay of the running average of the weights. The export writes this average.
    pub average_decay: f64,
    /// Number of prompts in a step.
    pub prompts: usize,
    /// Number of points of a prompt at which the signed distance is evaluated. The texture stage uses none.
    pub distance_points: usize,
    /// Number of points of a prompt near the surface at which color and material are evaluated.
    pub texture_points: usize,
    /// Weight of the occupancy loss relative to the distance loss.
    pub occupancy_weight: f64,
    /// Weight of the texture loss relative to the distance loss.
    pub texture_weight: f64,
    /// Number of steps over which scenes of all kinds replace single things without attributes. At the first
    /// step, all prompts without a cloud are single things without attributes, so the network learns names
    /// first. 0 gives scenes of all kinds from the first step. Without the single things, 460 steps did not
    /// separate any two nouns; with them, colors separate after 60 steps.
    #[serde(default)]
    pub bare_until: u64,
    /// Weight of the penalty on slopes above [`STEEPEST`]. Fields with small slopes let the extraction skip
    /// more blocks.
    #[serde(default)]
    pub slope_weight: f64,
    /// Share of the color points that are drawn on equally probable parts; the other points are distributed
    /// by area.
    #[serde(default = "default_part_share")]
    pub part_share: f32,
    /// Weight of a loss that trains normals, and so smoothness. The loss is the error of the field's slope
    /// between neighboring points, relative to the true slope, with the largest weight at the surface.
    #[serde(default)]
    pub normal_weight: f64,
    /// Range of the distance between the two points at which this slope is measured, in object space: first
    /// the shortest, at least 0.001, then the longest. Assets have [`PAIR`].
    #[serde(default = "default_pair_lengths")]
    pub pair_lengths: [f32; 2],
    /// Share of the prompts that have a point cloud, at the first step and at the last step, with linear
    /// interpolation between. The other prompts have the dummy sphere (LATTE3D's point-cloud annealing).
    #[serde(default)]
    pub clouds: [f32; 2],
    /// Number of points in a cloud; 0 if no prompt has one.
    #[serde(default)]
    pub cloud_points: usize,
}

fn default_pair_lengths() -> [f32; 2] {
    PAIR
}

fn default_part_share() -> f32 {
    0.4
}

/// Largest slope of the field without a penalty. The slope of an exact distance is 1.
pub const STEEPEST: f64 = 1.1;

impl Default for Recipe {
    fn default() -> Self {
        Self {
            stage: Stage::Everything,
            seed: 1,
            steps: 12_000,
            warmup: 100,
            learning_rate: 2e-3,
            matrix_learning_rate: 4e-3,
            weight_decay: 1e-2,
            cooldown: 0.5,
            clip_norm: 1.0,
            average_decay: 0.998,
            prompts: 16,
            distance_points: 1_024,
            texture_points: 512,
            occupancy_weight: 0.1,
            texture_weight: 1.0,
            bare_until: 800,
            slope_weight: 0.3,
            part_share: default_part_share(),
            normal_weight: 0.3,
            pair_lengths: default_pair_lengths(),
            clouds: [0.0, 0.0],
            cloud_points: 0,
        }
    }
}

impl Recipe {
    /// Returns the settings of the bundled model for a stage.
    pub fn of(stage: Stage) -> Self {
        match stage {
            Stage::Everything => Self::default(),
            // The stage starts from converged weights, so the rates are halved and fall from the start.
            Stage::Texture => Self {
                stage,
                bare_until: 0,
                steps: 16_000,
                learning_rate: 1e-3,
                matrix_learning_rate: 5e-3,
                cooldown: 1.0,
                ..Self::default()
            },
        }
    }

    /// Returns the settings for a few dozen assets.
    pub fn of_assets() -> Self {
        Self { steps: 3_000, bare_until: 0, clouds: [0.2, 0.2], cloud_points: 1_024, ..Self::default() }
    }

    /// Returns the share of a step's prompts that have a point cloud.
    pub fn clouds_at(&self, step: u64) -> f32 {
        let share = step as f32 / self.steps.max(1) as f32;
        self.clouds[0] + share.min(1.0) * (self.clouds[1] - self.clouds[0])
    }

    /// Returns the learning rates of a step: a linear rise, a plateau, and a linear fall to a hundredth over
    /// the last `cooldown` of the schedule.
    pub fn rates_at(&self, step: u64) -> Rates {
        let share = rate_share(step, self.steps, self.warmup, self.cooldown);
        Rates { vectors: self.learning_rate * share, matrices: self.matrix_learning_rate * share }
    }
}

/// Returns the factor of the learning rates at a step: a linear rise over `warmup` steps, a plateau at 1, and
/// a linear fall to a hundredth over the last share `cooldown` of `steps`.
pub fn rate_share(step: u64, steps: u64, warmup: u64, cooldown: f64) -> f64 {
    let rise = ((step + 1) as f64 / warmup.max(1) as f64).min(1.0);
    let left = steps.saturating_sub(step) as f64 / steps.max(1) as f64;
    let fall = (left / cooldown.max(1e-6)).min(1.0);
    rise * fall.max(0.01)
}

/// Returns the vocabulary of the toybox. It lists no synonyms, because the library's reading of prompts has
/// tables of English words for every package.
pub fn toybox_words() -> WordsConfig {
    let groups = toybox::vocabulary().groups.into_iter();
    WordsConfig {
        groups: groups.map(|(name, phrases)| WordGroup { name: name.into(), phrases }).collect(),
        lexicon: BTreeMap::new(),
        varied: toybox::varied()
            .into_iter()
            .map(|(name, phrases)| WordGroup { name: name.into(), phrases })
            .collect(),
    }
}

/// Placeholder for a slope that is not yet measured. With this slope, the extraction skips no block.
pub const UNKNOWN_SLOPE: f32 = 1e3;

/// Returns the sizes of the bundled model. Without `reads_shapes` they are the sizes of its first stage,
/// which reads no shapes.
pub fn toybox_config(vocabulary_size: usize, reads_shapes: bool) -> ModelConfig {
    ModelConfig {
        format_version: FORMAT_VERSION,
        name: "toybox".into(),
        license: "MIT OR Apache-2.0".into(),
        text: TextConfig {
            vocabulary_size,
            context_length: toybox::LONGEST_PROMPT + 2,
            width: 128,
            layers: 3,
            heads: 4,
            mlp_width: 512,
            activation: TextActivation::QuickGelu,
            start_token: "<start>".into(),
            end_token: "<end>".into(),
            unknown_token: Some("<unk>".into()),
            pooling: Pooling::Mean,
            padding_id: None,
            function_words: toybox::FUNCTION_WORDS.map(String::from).to_vec(),
        },
        generator: GeneratorConfig::Triplane(TriplaneConfig {
            point_count: 1_024,
            point_width: 16,
            point_hidden: if reads_shapes { 64 } else { 0 },
            point_attributes: reads_shapes,
            base_resolution: 16,
            encoder_channels: vec![64, 128, 192],
            geometry_channels: vec![96, 144, 192],
            texture_channels: vec![80, 112, 160],
            norm_groups: 8,
            attention_heads: 2,
            upsample: 6,
            geometry_features: 12,
            geometry_refined: true,
            geometry_filtered: true,
            blended_patches: true,
            seeded_levels: 0,
            texture_features: 8,
            geometry_hidden: 64,
            texture_hidden: 32,
            sphere_radius: 0.5,
            shape_input: reads_shapes,
        }),
        surface: SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, UNKNOWN_SLOPE]] },
        meters_per_unit: 1.0,
        words: toybox_words(),
        provenance: BTreeMap::new(),
    }
}

/// The learning rates of one step.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Learning rate of AdamW.
    pub vectors: f64,
    /// Learning rate of Muon.
    pub matrices: f64,
}
