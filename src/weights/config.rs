//! Types of `model.json`, with which a package describes its model.

mod latent_diffusion;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use latent_diffusion::LatentDiffusionConfig;

/// Format version that this library writes. Newer versions are refused. Older ones are read as CHANGELOG
/// describes.
pub const FORMAT_VERSION: u32 = 6;

/// Content of `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// [`FORMAT_VERSION`] of the writer.
    pub format_version: u32,
    /// Short name, such as `toybox`.
    pub name: String,
    /// SPDX license expression of the weights.
    pub license: String,
    /// Text encoder.
    pub text: TextConfig,
    /// Generator. Its kind is the model's family.
    pub generator: GeneratorConfig,
    /// How the surface is found in the field.
    pub surface: SurfaceConfig,
    /// Meters per unit of object space in exported files.
    #[serde(alias = "metres_per_unit")]
    pub meters_per_unit: f32,
    /// Vocabulary in groups, and words that stand for known words. Since version 2.
    #[serde(default, skip_serializing_if = "WordsConfig::is_empty")]
    pub words: WordsConfig,
    /// What the model was trained on and for how long: keys and values for people to read. Any key is
    /// allowed.
    #[serde(default)]
    pub provenance: BTreeMap<String, serde_json::Value>,
}

/// Sizes and tokens of a CLIP text transformer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// Rows of the token embedding.
    pub vocabulary_size: usize,
    /// Largest number of tokens of a prompt, including the start token and the end token. Longer prompts are
    /// refused.
    pub context_length: usize,
    /// Width of a token embedding.
    pub width: usize,
    /// Number of transformer layers.
    pub layers: usize,
    /// Number of attention heads; divides `width`.
    pub heads: usize,
    /// Width of the MLP's hidden layer.
    pub mlp_width: usize,
    /// Activation of the MLP.
    pub activation: TextActivation,
    /// Token at the start of each prompt.
    pub start_token: String,
    /// Token at the end of each prompt, which pooling reads.
    pub end_token: String,
    /// Token for words that are not in the vocabulary. Such words are reported to the user and left out.
    pub unknown_token: Option<String>,
    /// Embedding that represents the whole prompt. Since version 2.
    #[serde(default, skip_serializing_if = "Pooling::is_end_token")]
    pub pooling: Pooling,
    /// Token id that pads shorter prompts. If it is absent, the end token pads them, as in CLIP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub padding_id: Option<u32>,
    /// Words of the vocabulary that name nothing on their own, such as articles. A prompt of only such words
    /// is refused.
    #[serde(default)]
    pub function_words: Vec<String>,
}

/// Words and phrases that prompts may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsConfig {
    /// Vocabulary in groups, such as "creatures" and "colours".
    ///
    /// Groups with the names `sizes`, `proportions`, `colours` (or `colors`), `materials`, `details`,
    /// `numbers`, `stands`, `activities`, `clothes` and `hats` describe a thing. All other groups hold
    /// things. Each phrase of `details` contains its thing, such as "chair with cushion".
    #[serde(default)]
    pub groups: Vec<WordGroup>,
    /// Map from words that the tokenizer does not know, in lower case, to known words, such as `hound` to
    /// `dog`.
    ///
    /// In a package with groups, an entry applies only if its known word is a thing for which the library's
    /// own tables of English have no words.
    #[serde(default)]
    pub lexicon: BTreeMap<String, String>,
    /// Groups from which a seed may add a phrase to a prompt that has no phrase of the group. An example is
    /// "colours" with all its phrases. Since version 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub varied: Vec<WordGroup>,
}

impl WordsConfig {
    /// Returns whether the groups, the lexicon and the varied groups are all empty.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Phrases of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordGroup {
    /// Name of the group: "furniture".
    pub name: String,
    /// Phrases: "chair", "riding a bicycle".
    pub phrases: Vec<String>,
}

/// Embedding that represents the whole prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Embedding of the first end token, as in CLIP.
    #[default]
    EndToken,
    /// Mean of the embeddings of the words and the end token. With this mean, small encoders learn faster to
    /// distinguish prompts.
    Mean,
}

impl Pooling {
    /// Returns whether pooling takes the end token, as CLIP does.
    pub fn is_end_token(&self) -> bool {
        *self == Self::EndToken
    }
}

/// Activation of a text encoder's MLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextActivation {
    /// x · sigmoid(1.702 x), as in OpenAI's CLIP.
    QuickGelu,
    /// x · Φ(x), as in OpenCLIP.
    Gelu,
}

/// Network that makes a field from a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum GeneratorConfig {
    /// ATT3D: a hypernetwork that makes multi-resolution voxel grids.
    #[serde(rename = "att3d.voxel_grid")]
    VoxelGrid(VoxelGridConfig),
    /// LATTE3D style: a PointNet, a triplane U-Net, and geometry and texture networks.
    #[serde(rename = "latte3d.triplane")]
    Triplane(TriplaneConfig),
    /// ScaleDreamer: a transformer over the tokens of three planes.
    #[serde(rename = "scaledreamer.triplane_transformer")]
    TriplaneTransformer(TriplaneTransformerConfig),
    /// TriplaneTurbo: a diffusion model that removes the noise of six planes in a few steps. Since version 5.
    #[serde(rename = "triplaneturbo.latent_diffusion")]
    LatentDiffusion(LatentDiffusionConfig),
}

/// Sizes of ATT3D (paper, appendix B.1.2 and B.1.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoxelGridConfig {
    /// Grid corners along an edge at each level, from coarse to fine. The paper has 9, 14, 22, 36, 58.
    pub resolutions: Vec<usize>,
    /// Features per grid corner. The paper has 4.
    pub features: usize,
    /// Width of the prompt vector v. The paper has 32.
    pub vector_width: usize,
    /// Width of the hidden layer of the field's MLP. The paper has 32.
    pub hidden_width: usize,
    /// Octaves of the environment map's direction encoding. The paper has 8. With 0 there is no environment
    /// map.
    pub environment_octaves: usize,
    /// Grid corners along an edge, for each additional level. The features of these levels are in hash tables
    /// (Müller et al. 2022, instant-ngp). The paper has three such levels and does not give their sizes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hash_resolutions: Vec<usize>,
    /// Entries of each hash table; 0 if there are no such levels.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hash_entries: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Sizes of the LATTE3D-style generator. The layout is this library's, because the paper does not specify it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriplaneConfig {
    /// Number of points of the dummy sphere, which the generator takes if no shape is given.
    pub point_count: usize,
    /// Channels that the PointNet scatters onto each plane.
    pub point_width: usize,
    /// Width of the PointNet's hidden layers; 0 for `point_width`. Since version 3.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub point_hidden: usize,
    /// Whether a point has a normal, a color and the keep share in addition to its position.
    /// Since version 3.
    #[serde(default)]
    pub point_attributes: bool,
    /// Cells along a plane's edge at the beginning and end of the U-Net. Each level after the first halves
    /// this number.
    pub base_resolution: usize,
    /// Channels of the shared encoder at each level, from fine to coarse.
    pub encoder_channels: Vec<usize>,
    /// Channels of the geometry decoder at each level, from fine to coarse.
    pub geometry_channels: Vec<usize>,
    /// Channels of the texture decoder at each level, from fine to coarse.
    pub texture_channels: Vec<usize>,
    /// Groups of each group normalization; divides every channel count.
    pub norm_groups: usize,
    /// Heads of the cross-attention; divides every channel count.
    pub attention_heads: usize,
    /// Upsampling factor. The final planes have `base_resolution · upsample` cells along an edge.
    pub upsample: usize,
    /// Features of a geometry plane.
    pub geometry_features: usize,
    /// Whether the geometry planes, like the texture planes, end with a convolution at their full resolution.
    #[serde(default)]
    pub geometry_refined: bool,
    /// Whether a binomial filter ([¼ ½ ¼] along each axis) is applied to the geometry planes. It reduces the
    /// checkerboard of sub-pixel convolution, which is visible as ripples on surfaces. A network that is
    /// trained with the filter can learn to undo it. Since version 4.
    #[serde(default, skip_serializing_if = "is_false")]
    pub geometry_filtered: bool,
    /// Whether each plane is the sum of two parts: a smooth interpolation of the cells, and overlapping
    /// patches. Patches are computed from the difference between a cell and the mean of its neighborhood. If
    /// false, patches lie side by side, and errors of their weights repeat with the period of the cells.
    /// Needs an even `upsample`. Since version 6.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blended_patches: bool,
    /// Number of the encoder's coarsest levels to which a feature image of the prompt is added. A linear
    /// layer makes this image from the pooled text embedding, as ATT3D's mapping network makes grids. With
    /// this image, the model quickly learns the look of a noun. Since version 2.
    #[serde(default)]
    pub seeded_levels: usize,
    /// Features of a texture plane.
    pub texture_features: usize,
    /// Width of the two hidden layers of the geometry MLP.
    pub geometry_hidden: usize,
    /// Width of the hidden layers of the texture MLP.
    pub texture_hidden: usize,
    /// Radius of the sphere that the signed distance of an untrained network describes.
    pub sphere_radius: f32,
    /// Whether a given shape may replace the dummy sphere (stylize).
    pub shape_input: bool,
}

/// Sizes of ScaleDreamer's Triplane-Transformer (Ma et al. 2024), with the values of its checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriplaneTransformerConfig {
    /// Tokens along a plane's edge; the checkpoint has 32. The planes have twice as many cells.
    pub resolution: usize,
    /// Width of a token; 768.
    pub width: usize,
    /// Number of blocks; 12.
    pub layers: usize,
    /// Heads of each attention; divides `width`; 16.
    pub heads: usize,
    /// Width of the hidden layer of a block's MLP; 3,072.
    pub mlp_width: usize,
    /// Features of a plane; 32.
    pub plane_features: usize,
    /// Width of the hidden layers of the field's MLPs; 64.
    pub hidden_width: usize,
    /// Number of hidden layers in each of the field's MLPs; 2.
    pub hidden_layers: usize,
    /// Half the side of the box that the planes cover, in the checkpoint's world units; 2. Distances have the
    /// same unit.
    pub box_half_side: f32,
    /// Radius of a sphere in world units; 0.8. Its signed distance is added to the result of the network.
    pub sphere_radius: f32,
}

impl TriplaneTransformerConfig {
    /// Returns half the side of object space in world units. Object space covers the box and a ring of zero
    /// cells around it.
    pub fn world_units_a_half_side(&self) -> f32 {
        let cells = 2.0 * self.resolution as f32;
        self.box_half_side * (cells + 2.0) / cells
    }
}

/// How the surface is found in the field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SurfaceConfig {
    /// The inside is where the signed distance is below `iso_level`.
    SignedDistance {
        /// Value at the surface.
        iso_level: f32,
        /// Knots [distance, value] of a rising, concave curve that starts at (0, 0).
        ///
        /// Within each distance of the surface, every measured value differs from the isovalue by at most
        /// the curve's value. A safety factor is already part of the values. A single knot is [1, L] with the
        /// Lipschitz constant L.
        envelope: Vec<[f32; 2]>,
    },
    /// The inside is where the density is above `threshold`. Interval arithmetic bounds the density.
    Density {
        /// Density at the surface.
        threshold: f32,
    },
}
