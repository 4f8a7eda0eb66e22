//! The generator `scaledreamer.triplane_transformer` of ScaleDreamer (Ma et al. 2024, ECCV). The parameters
//! have the names of ScaleDreamer's checkpoint. Learned tokens of three planes attend to the text.
//!
//! ScaleDreamer's code samples planes of a box in world units. Outside of the box, features are zero. Here,
//! the planes get a ring of zeros, and object space covers the ring. So a sampler that clamps gives the same
//! values. Distances stay in world units.

use crate::engine::{Activation, ChannelHead, RadialBias, Unary};
use crate::nn::{Init, Latent, LayerNorm, Linear, NnError, Scope};
use crate::tensor::{Field, FieldParts, Layer, Tensor, TensorResult};
use crate::weights::config::TriplaneTransformerConfig;

use super::prompt_fields::PromptFields;
use super::ring::ringed;

/// Epsilon of the layer normalizations.
const EPSILON: f32 = 1e-6;

/// Kernel size and stride of the deconvolution.
const UPSAMPLE: usize = 2;

/// A generator that maps latents to triplane fields.
#[derive(Clone, Debug)]
pub struct TriplaneTransformer {
    /// Learned tokens, [1, 3 · r², width].
    tokens: Tensor,
    blocks: Vec<Block>,
    norm: LayerNorm,
    /// Weight of the deconvolution, [features · 4, width].
    deconvolution: Tensor,
    geometry_layers: Vec<Layer>,
    texture_layers: Vec<Layer>,
    config: TriplaneTransformerConfig,
}

impl TriplaneTransformer {
    /// Loads the generator's parameters. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        config: &TriplaneTransformerConfig,
        text_width: usize,
    ) -> Result<Self, NnError> {
        let space = scope.child("space_generator");
        let (width, features) = (config.width, config.plane_features);
        let count = 3 * config.resolution * config.resolution;
        let init = Init::Normal { deviation: 1.0 / (width as f32).sqrt() };
        let kernel_init = Init::fan_in(width);
        let kernel =
            space.child("deconv").get("weight", &[width, features, UPSAMPLE, UPSAMPLE], kernel_init)?;
        let deconvolution = kernel.reshape(&[width, features * UPSAMPLE * UPSAMPLE])?.permute(&[1, 0])?;
        let blocks = (0..config.layers)
            .map(|index| Block::load(&space.child("layers").child(index), config, text_width));
        Ok(Self {
            tokens: space.get("pos_embed", &[1, count, width], init)?,
            blocks: blocks.collect::<Result<_, _>>()?,
            norm: LayerNorm::load_with(&space.child("norm"), width, EPSILON)?,
            deconvolution,
            geometry_layers: field_layers(&scope.child("sdf_network"), config, 1)?,
            texture_layers: field_layers(&scope.child("feature_network"), config, 3)?,
            config: config.clone(),
        })
    }

    /// Runs a forward pass for a batch of latents. Errors: `ShapeMismatch`.
    pub fn forward(&self, latent: &Latent) -> TensorResult<PromptFields> {
        let batch = latent.tokens.shape().first().copied().unwrap_or(0);
        let mut x = self.tokens.repeat_batch(batch)?;
        for block in &self.blocks {
            x = block.forward(&x, &latent.tokens)?;
        }
        let planes = self.planes(&self.norm.forward(&x)?, batch)?;
        let field = |layers: &[Layer], radial_bias, heads| Field {
            parts: FieldParts::Triplane(planes.clone()),
            layers: layers.to_vec(),
            activation: Activation::Relu,
            radial_bias,
            heads,
        };
        let bias =
            RadialBias { constant: -self.config.sphere_radius, slope: self.config.world_units_a_half_side() };
        Ok(PromptFields {
            geometry: field(&self.geometry_layers, Some(bias), vec![ChannelHead::Identity]),
            texture: field(&self.texture_layers, None, vec![ChannelHead::Sigmoid; 3]),
            color_channels: 0..3,
            material_channels: None,
            environment: None,
            deformation: None,
        })
    }

    /// Converts tokens [b, 3 · r², width] to planes [b, 3, 2r + 2, 2r + 2, features] with this library's
    /// axes.
    fn planes(&self, tokens: &Tensor, batch: usize) -> TensorResult<Tensor> {
        let (resolution, features) = (self.config.resolution, self.config.plane_features);
        let edge = UPSAMPLE * resolution;
        let planes = tokens
            .linear(&self.deconvolution, None)?
            .reshape(&[batch * 3, resolution, resolution, features, UPSAMPLE, UPSAMPLE])?
            .permute(&[0, 1, 4, 2, 5, 3])?
            .reshape(&[batch, 3, edge, edge, features])?;
        // The checkpoint's third plane has z along columns and y along rows; this library's has y along
        // columns and z along rows.
        let last = planes.narrow(1, 2, 1)?.permute(&[0, 1, 3, 2, 4])?;
        let planes = Tensor::concat(&[&planes.narrow(1, 0, 2)?, &last], 1)?;
        ringed(&planes)
    }
}

/// Loads a `VanillaMLP`: layers 0, 2, 4, … of a sequence with ReLU between them, without bias.
fn field_layers(
    scope: &Scope<'_>,
    config: &TriplaneTransformerConfig,
    outputs: usize,
) -> Result<Vec<Layer>, NnError> {
    let mut inputs = 3 * config.plane_features;
    let widths = std::iter::repeat_n(config.hidden_width, config.hidden_layers).chain([outputs]);
    let layer = |(index, width): (usize, usize)| {
        let scope = scope.child("layers").child(2 * index);
        let linear = Linear::load_with(&scope, inputs, width, false, Init::fan_in(inputs))?;
        inputs = width;
        Ok(Layer { weight: linear.weight, bias: None, residual: false })
    };
    widths.enumerate().map(layer).collect()
}

/// A block of cross-attention to the text, self-attention, and an MLP. Each of the three takes the normalized
/// tokens, and its result is added to the tokens.
#[derive(Clone, Debug)]
struct Block {
    norms: [LayerNorm; 3],
    cross: Attention,
    own: Attention,
    widen: Linear,
    narrow: Linear,
}

impl Block {
    fn load(
        scope: &Scope<'_>,
        config: &TriplaneTransformerConfig,
        text_width: usize,
    ) -> Result<Self, NnError> {
        let (width, heads) = (config.width, config.heads);
        let norm = |name: &str| LayerNorm::load_with(&scope.child(name), width, EPSILON);
        Ok(Self {
            norms: [norm("norm1")?, norm("norm2")?, norm("norm3")?],
            cross: Attention::load(&scope.child("cross_attn"), width, text_width, heads)?,
            own: Attention::load(&scope.child("self_attn"), width, width, heads)?,
            widen: Linear::load(&scope.child("mlp.0"), width, config.mlp_width)?,
            narrow: Linear::load(&scope.child("mlp.3"), config.mlp_width, width)?,
        })
    }

    /// Applies the block. x: [b, n, width]; text: [b, l, text width].
    fn forward(&self, x: &Tensor, text: &Tensor) -> TensorResult<Tensor> {
        let [before_cross, before_own, before_mlp] = &self.norms;
        let x = x.add(&self.cross.forward(&before_cross.forward(x)?, text)?)?;
        let normed = before_own.forward(&x)?;
        let x = x.add(&self.own.forward(&normed, &normed)?)?;
        let hidden = self.widen.forward(&before_mlp.forward(&x)?)?.unary(Unary::Gelu)?;
        x.add(&self.narrow.forward(&hidden)?)
    }
}

/// An attention as in diffusers: projections without bias, and an output layer with a bias.
#[derive(Clone, Debug)]
struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl Attention {
    fn load(scope: &Scope<'_>, width: usize, context_width: usize, heads: usize) -> Result<Self, NnError> {
        let plain = |name: &str, inputs: usize| {
            Linear::load_with(&scope.child(name), inputs, width, false, Init::fan_in(inputs))
        };
        Ok(Self {
            query: plain("to_q", width)?,
            key: plain("to_k", context_width)?,
            value: plain("to_v", context_width)?,
            output: Linear::load(&scope.child("to_out.0"), width, width)?,
            heads,
        })
    }

    /// Applies the attention. x: [b, n, width]; context: [b, m, context width]. Returns [b, n, width].
    fn forward(&self, x: &Tensor, context: &Tensor) -> TensorResult<Tensor> {
        let split = |y: Tensor| {
            let &[batch, count, width] = y.shape() else { return Ok(y) };
            y.reshape(&[batch, count, self.heads, width / self.heads])?.permute(&[0, 2, 1, 3])
        };
        let (query, key) = (split(self.query.forward(x)?)?, split(self.key.forward(context)?)?);
        let attended = query.attention(&key, &split(self.value.forward(context)?)?, None, false)?;
        self.output.forward(&attended.permute(&[0, 2, 1, 3])?.reshape(x.shape())?)
    }
}
