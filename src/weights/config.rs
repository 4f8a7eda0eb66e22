//! `model.json`: what a package says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The format this library writes. Older ones are read where their change is listed in CHANGELOG; newer are refused.
pub const FORMAT_VERSION: u32 = 4;

/// The whole of `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// [`FORMAT_VERSION`] of the writer.
    pub format_version: u32,
    /// A short name: `toybox`.
    pub name: String,
    /// SPDX expression of the weights.
    pub license: String,
    /// The text encoder.
    pub text: TextConfig,
    /// The generator; its kind is the model's family.
    pub generator: GeneratorConfig,
    /// How a surface is found in the field.
    pub surface: SurfaceConfig,
    /// Metres that one unit of object space stands for on export.
    pub metres_per_unit: f32,
    /// Its vocabulary in order, and which words stand for ones that it does not know. Since version 2.
    #[serde(default, skip_serializing_if = "WordsConfig::is_empty")]
    pub words: WordsConfig,
    /// What it was trained on and how long, as free key and value pairs, for people.
    #[serde(default)]
    pub provenance: BTreeMap<String, serde_json::Value>,
}

/// A CLIP text transformer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// Rows of the token embedding.
    pub vocabulary_size: usize,
    /// Positions; longer prompts are an error that says so.
    pub context_length: usize,
    /// Width of a token.
    pub width: usize,
    /// Transformer layers.
    pub layers: usize,
    /// Attention heads; divides `width`.
    pub heads: usize,
    /// Width inside the MLP.
    pub mlp_width: usize,
    /// The MLP's activation.
    pub activation: TextActivation,
    /// Token that begins a prompt.
    pub start_token: String,
    /// Token that ends a prompt; pooling reads it.
    pub end_token: String,
    /// Token of words that are not in the vocabulary, reported to the user and left out.
    pub unknown_token: Option<String>,
    /// What stands for the whole prompt. Since version 2.
    #[serde(default, skip_serializing_if = "Pooling::is_end_token")]
    pub pooling: Pooling,
    /// Id that fills up shorter prompts; the end token's, as in CLIP, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub padding_id: Option<u32>,
    /// Words of the vocabulary that name nothing on their own, such as articles: a prompt of these alone is refused.
    #[serde(default)]
    pub function_words: Vec<String>,
}

/// What people may say to a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsConfig {
    /// The vocabulary, group by group: "creatures", "colours". Groups named sizes, proportions, colours (or colors), materials, details (each with
    /// its thing: "chair with cushion"), numbers, stands, activities, clothes and hats describe a thing; all others hold things.
    #[serde(default)]
    pub groups: Vec<WordGroup>,
    /// Words that the tokenizer does not know, lower case, and the known word that a prompt with them means: hound, dog. In a package with groups
    /// it counts only for things that the library's own tables of English do not know.
    #[serde(default)]
    pub lexicon: BTreeMap<String, String>,
    /// Groups of which a seed may add a phrase to a prompt that has none of them: "colours", with all that is said for each. Since version 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub varied: Vec<WordGroup>,
}

impl WordsConfig {
    /// Says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Phrases of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordGroup {
    /// "furniture".
    pub name: String,
    /// "chair", "riding a bicycle".
    pub phrases: Vec<String>,
}

/// What stands for the whole prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The first end token's embedding, as CLIP has it.
    #[default]
    EndToken,
    /// The mean over the words and the end token. Small encoders learn faster to tell prompts apart by it.
    Mean,
}

impl Pooling {
    /// Is it CLIP's?
    pub fn is_end_token(&self) -> bool {
        *self == Self::EndToken
    }
}

/// The activation of a text encoder's MLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextActivation {
    /// x · sigmoid(1.702 x): OpenAI's CLIP.
    QuickGelu,
    /// x · Φ(x): OpenCLIP.
    Gelu,
}

/// The network that makes a field of a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum GeneratorConfig {
    /// ATT3D: a hypernetwork that writes multi-resolution voxel grids.
    #[serde(rename = "att3d.voxel_grid")]
    VoxelGrid(VoxelGridConfig),
    /// LATTE3D-style: PointNet, triplane U-Net, geometry and texture networks.
    #[serde(rename = "latte3d.triplane")]
    Triplane(TriplaneConfig),
    /// ScaleDreamer's: a transformer over the tokens of three planes.
    #[serde(rename = "scaledreamer.triplane_transformer")]
    TriplaneTransformer(TriplaneTransformerConfig),
}

/// ATT3D's sizes (paper, appendix B.1.2 and B.1.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoxelGridConfig {
    /// Cells along an edge, coarse to fine; the paper's 9, 14, 22, 36, 58.
    pub resolutions: Vec<usize>,
    /// Features a grid corner; the paper's 4.
    pub features: usize,
    /// Width of the prompt vector v; the paper's 32.
    pub vector_width: usize,
    /// Width of the field MLP's hidden layer; the paper's 32.
    pub hidden_width: usize,
    /// Octaves of the environment map's direction encoding; the paper's 8. 0: no environment map.
    pub environment_octaves: usize,
    /// Corners along an edge of further levels whose values lie in hashed tables (Müller et al. 2022, instant-ngp). The
    /// paper has three and does not say of which sizes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hash_resolutions: Vec<usize>,
    /// Entries of each such table.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hash_entries: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The sizes of the LATTE3D-style generator. The layout is ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriplaneConfig {
    /// Points of the dummy sphere that stands for "no shape".
    pub point_count: usize,
    /// Channels that the PointNet scatters on each plane.
    pub point_width: usize,
    /// Width inside the PointNet; 0 for `point_width`. Since version 3.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub point_hidden: usize,
    /// Does a point come with its normal, its colour and how much of the shape is to be kept, besides its place? Since version 3.
    #[serde(default)]
    pub point_attributes: bool,
    /// Cells along a plane's edge where the U-Net begins and ends; halved at each level.
    pub base_resolution: usize,
    /// Channels of the shared encoder at each level, fine to coarse.
    pub encoder_channels: Vec<usize>,
    /// Channels of the geometry decoder at each level, fine to coarse.
    pub geometry_channels: Vec<usize>,
    /// Channels of the texture decoder at each level, fine to coarse.
    pub texture_channels: Vec<usize>,
    /// Groups of each group normalisation; divides every channel count.
    pub norm_groups: usize,
    /// Heads of the cross-attention; divides every channel count.
    pub attention_heads: usize,
    /// The final planes have `base_resolution · upsample` cells an edge.
    pub upsample: usize,
    /// Features a geometry plane.
    pub geometry_features: usize,
    /// Whether the geometry planes, as the texture planes, end with a convolution at their full resolution.
    #[serde(default)]
    pub geometry_refined: bool,
    /// Whether a binomial filter ([¼ ½ ¼] along each axis) follows on the geometry planes. It removes the checkerboard of
    /// sub-pixel convolution, which shows as ripples on surfaces. Since version 4.
    #[serde(default, skip_serializing_if = "is_false")]
    pub geometry_filtered: bool,
    /// How many of the encoder's coarsest levels have an image added that a linear layer makes of the pooled prompt, as
    /// ATT3D's mapping network writes grids: what a noun looks like is then learned at once. Since version 2.
    #[serde(default)]
    pub seeded_levels: usize,
    /// Features a texture plane.
    pub texture_features: usize,
    /// Width of the geometry MLP's two hidden layers.
    pub geometry_hidden: usize,
    /// Width of the texture MLP's hidden layers.
    pub texture_hidden: usize,
    /// Radius of the sphere that the untrained signed distance is.
    pub sphere_radius: f32,
    /// Whether a real shape may stand in for the dummy sphere (stylize).
    pub shape_input: bool,
}

/// The sizes of ScaleDreamer's Triplane-Transformer (Ma et al. 2024).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriplaneTransformerConfig {
    /// Tokens along a plane's edge; the planes have twice as many cells. The checkpoint's 32.
    pub resolution: usize,
    /// Width of a token; 768.
    pub width: usize,
    /// Blocks; 12.
    pub layers: usize,
    /// Heads of each attention; divides `width`; 16.
    pub heads: usize,
    /// Width inside a block's MLP; 3,072.
    pub mlp_width: usize,
    /// Features a plane; 32.
    pub plane_features: usize,
    /// Width of the field MLPs' hidden layers; 64.
    pub hidden_width: usize,
    /// How many hidden layers they have; 2.
    pub hidden_layers: usize,
    /// Half the side of the box that the planes cover, in the checkpoint's world units; 2. Distances are in the same.
    pub box_half_side: f32,
    /// Radius of the sphere whose distance is added to the network's, in world units; 0.8.
    pub sphere_radius: f32,
}

impl TriplaneTransformerConfig {
    /// World units that half of object space's side stands for: the box and the ring of zero cells around it.
    pub fn world_units_a_half_side(&self) -> f32 {
        let cells = 2.0 * self.resolution as f32;
        self.box_half_side * (cells + 2.0) / cells
    }
}

/// How a surface is found in the field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SurfaceConfig {
    /// Inside where the signed distance is below `iso_level`.
    SignedDistance {
        /// The surface's value.
        iso_level: f32,
        /// Knots [distance, value] of a curve from (0, 0), rising and never steepening: no value farther from the
        /// iso level was measured within that distance of the surface, times a safety factor that is already in it.
        /// One knot is a Lipschitz constant: [1, constant].
        envelope: Vec<[f32; 2]>,
    },
    /// Inside where the density is above `threshold`; bounded by interval arithmetic.
    Density {
        /// The surface's density.
        threshold: f32,
    },
}
