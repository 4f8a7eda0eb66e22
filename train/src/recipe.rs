//! What a run is made of: the network's sizes and the numbers of its training.

use std::collections::BTreeMap;

use att3d::weights::config::{
    FORMAT_VERSION, GeneratorConfig, ModelConfig, Pooling, SurfaceConfig, TextActivation, TextConfig,
    TriplaneConfig, WordGroup, WordsConfig,
};
use serde::{Deserialize, Serialize};

use crate::optimizer::Rates;

/// What a run teaches. LATTE3D trains its geometry first, then its texture network with the geometry frozen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Every parameter, on distance, colour and material together.
    #[default]
    Everything,
    /// The texture network alone, on colour and material: the surface stays as it is, bit for bit.
    Texture,
}

impl Stage {
    /// Whether a parameter of this name is moved.
    pub fn teaches(self, parameter: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Texture => parameter.starts_with("generator.texture."),
        }
    }
}

/// The numbers of a reconstruction run. Kept in each checkpoint: a resumed run follows the same curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What is taught.
    #[serde(default)]
    pub stage: Stage,
    /// Seed of the parameters, the prompts and the points.
    pub seed: u64,
    /// Steps of the whole schedule.
    pub steps: u64,
    /// Steps over which the learning rate rises from 0.
    pub warmup: u64,
    /// The largest learning rate of AdamW: biases, norms, embeddings.
    pub learning_rate: f64,
    /// The largest learning rate of Muon: matrices and convolutions.
    pub matrix_learning_rate: f64,
    /// Decay of weights (matrices and convolutions only).
    pub weight_decay: f64,
    /// Share of the schedule, at its end, over which the learning rates fall.
    pub cooldown: f64,
    /// The global norm above which gradients are scaled down.
    pub clip_norm: f64,
    /// Decay of the running average of weights that is exported.
    pub average_decay: f64,
    /// Prompts a step.
    pub prompts: usize,
    /// Points a prompt at which the signed distance is asked; the texture stage asks none.
    pub distance_points: usize,
    /// Points a prompt near the surface at which colour and material are asked.
    pub texture_points: usize,
    /// Weight of the occupancy loss beside the distance loss.
    pub occupancy_weight: f64,
    /// Weight of the texture loss beside the distance loss.
    pub texture_weight: f64,
    /// Steps over which bare things, at first all of the prompts, give way to scenes of all kinds: names come first. Without,
    /// 460 steps taught no noun from another; with, colours part after 60.
    #[serde(default)]
    pub bare_until: u64,
    /// Weight of the penalty on slopes above [`STEEPEST`]: gentle fields let extraction skip more.
    #[serde(default)]
    pub slope_weight: f64,
    /// Share of the color points that are drawn on parts of equal chance; the others are drawn by area.
    #[serde(default = "default_part_share")]
    pub part_share: f32,
    /// Weight of the error of the field's slope between neighbors near the surface, against the true distances' slope: it
    /// teaches normals, and so smoothness.
    #[serde(default)]
    pub normal_weight: f64,
    /// Share of the prompts that come with a real point cloud at the first step and at the last; it falls evenly. The others have the
    /// dummy sphere (LATTE3D's point-cloud annealing).
    #[serde(default)]
    pub clouds: [f32; 2],
    /// Points a cloud; 0 where no prompt comes with one.
    #[serde(default)]
    pub cloud_points: usize,
}

fn default_part_share() -> f32 {
    0.4
}

/// The steepest slope of the field that goes unpunished; an exact distance's is 1.
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
            clouds: [0.0, 0.0],
            cloud_points: 0,
        }
    }
}

impl Recipe {
    /// The numbers behind the bundled model, stage by stage.
    pub fn of(stage: Stage) -> Self {
        match stage {
            Stage::Everything => Self::default(),
            // It begins with weights that have come to rest: half the rates, falling from the start.
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

    /// Share of a step's prompts that come with a real point cloud.
    pub fn clouds_at(&self, step: u64) -> f32 {
        let share = step as f32 / self.steps.max(1) as f32;
        self.clouds[0] + share.min(1.0) * (self.clouds[1] - self.clouds[0])
    }

    /// The learning rates of a step: a linear rise, a plateau, and a linear fall to a hundredth over the last
    /// `cooldown` of the schedule.
    pub fn rates_at(&self, step: u64) -> Rates {
        let rise = ((step + 1) as f64 / self.warmup.max(1) as f64).min(1.0);
        let left = self.steps.saturating_sub(step) as f64 / self.steps.max(1) as f64;
        let fall = (left / self.cooldown.max(1e-6)).min(1.0);
        let share = rise * fall.max(0.01);
        Rates { vectors: self.learning_rate * share, matrices: self.matrix_learning_rate * share }
    }
}

/// The toybox's vocabulary. Words that mean ones of it are the library's matter: its reading knows English for every package.
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

/// Stands for a slope that is still to be measured: nothing is skipped under it.
pub const UNKNOWN_SLOPE: f32 = 1e3;

/// The bundled model's sizes; without reading shapes, those that it began with.
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
            seeded_levels: 0,
            texture_features: 8,
            geometry_hidden: 64,
            texture_hidden: 32,
            sphere_radius: 0.5,
            shape_input: reads_shapes,
        }),
        surface: SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, UNKNOWN_SLOPE]] },
        metres_per_unit: 1.0,
        words: toybox_words(),
        provenance: BTreeMap::new(),
    }
}
