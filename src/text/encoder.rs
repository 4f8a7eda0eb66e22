//! CLIP text transformer (Radford et al. 2021). The configuration gives its sizes; tensors have Hugging
//! Face's names.

use crate::engine::{Reduction, Unary};
use crate::error::Cancelled;
use crate::nn::{Embedding, Init, Latent, LayerNorm, Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::{Pooling, TextActivation, TextConfig};

/// Initial distribution of the token embeddings. Its deviation is larger than CLIP's 0.02.
///
/// The token embeddings must be larger than the values that the untrained layers add to them. Otherwise
/// training distinguishes prompts only after a thousand steps.
const TOKEN_INIT: Init = Init::Normal { deviation: 1.0 };

/// Factor on the usual initial bound of the linear layers whose outputs are added to the tokens. The factor
/// is small for the same reason that [`TOKEN_INIT`] is large.
const RESIDUAL_SCALE: f32 = 0.2;

/// Text transformer from token ids to token embeddings and a pooled embedding.
#[derive(Clone, Debug)]
pub struct TextEncoder {
    tokens: Embedding,
    positions: Tensor,
    layers: Vec<EncoderLayer>,
    norm: LayerNorm,
    config: TextConfig,
}

impl TextEncoder {
    /// Loads the parameters under `text_model`. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, config: &TextConfig) -> Result<Self, NnError> {
        let scope = scope.child("text_model");
        let embeddings = scope.child("embeddings");
        let place = embeddings.child("position_embedding").plain();
        let positions = Embedding::load(&place, config.context_length, config.width)?;
        let layers = (0..config.layers)
            .map(|index| EncoderLayer::load(&scope.child("encoder.layers").child(index), config))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            tokens: Embedding::load_with(
                &embeddings.child("token_embedding"),
                config.vocabulary_size,
                config.width,
                TOKEN_INIT,
            )?,
            positions: positions.weight,
            layers,
            norm: LayerNorm::load(&scope.child("final_layer_norm"), config.width)?,
            config: config.clone(),
        })
    }

    /// Encodes prompts to text embeddings. prompts: each at most context_length ids, from the start token to
    /// the end token.
    ///
    /// Shorter prompts are padded with the configured token, or with their last (end) token, as CLIP does.
    /// Errors: `Index`, `ShapeMismatch`.
    pub fn forward(&self, prompts: &[Vec<u32>]) -> TensorResult<Latent> {
        let mut x = self.embed(prompts)?;
        for layer in &self.layers {
            x = layer.forward(&x)?;
        }
        self.latent(&x, prompts)
    }

    /// Does the same as [`TextEncoder::forward`]. check: called before each layer; it may stop the work.
    /// Errors: `Tensor`, `Cancelled`.
    pub fn forward_unless(
        &self,
        prompts: &[Vec<u32>],
        check: &dyn Fn() -> Result<(), Cancelled>,
    ) -> Result<Latent, NnError> {
        let mut x = self.embed(prompts)?;
        for layer in &self.layers {
            check()?;
            x = layer.forward(&x)?;
        }
        Ok(self.latent(&x, prompts)?)
    }

    /// Returns the tokens' embeddings, [b, l, width].
    fn embed(&self, prompts: &[Vec<u32>]) -> TensorResult<Tensor> {
        let (length, width, batch) = (self.config.context_length, self.config.width, prompts.len());
        let mut ids = Vec::with_capacity(batch * length);
        for prompt in prompts {
            let filling = self.config.padding_id.or(prompt.last().copied()).unwrap_or(0);
            ids.extend(prompt.iter().copied().chain(std::iter::repeat(filling)).take(length));
        }
        self.tokens.forward(&ids)?.reshape(&[batch, length, width])?.add(&self.positions)
    }

    /// Returns the latent of the last layer's result, [b, l, width].
    fn latent(&self, x: &Tensor, prompts: &[Vec<u32>]) -> TensorResult<Latent> {
        let tokens = self.norm.forward(x)?;
        let pooled = self.pool(&tokens, prompts)?;
        Ok(Latent { tokens, pooled })
    }

    /// Returns the pooled row of each prompt: the row of its end token, or the mean of the rows after the
    /// start token up to and including the end token.
    ///
    /// The rows are multiplied by weights and summed, so that gradients flow on any engine. tokens:
    /// [b, l, width], for b prompts of l tokens. Result: [b, width].
    fn pool(&self, tokens: &Tensor, prompts: &[Vec<u32>]) -> TensorResult<Tensor> {
        let length = self.config.context_length;
        let mut picks = vec![0.0; prompts.len() * length];
        for (row, prompt) in picks.chunks_mut(length).zip(prompts) {
            let end = prompt.len().clamp(1, length);
            let start = match self.config.pooling {
                Pooling::EndToken => end - 1,
                Pooling::Mean => 1.min(end - 1),
            };
            let weight = 1.0 / (end - start) as f32;
            row.iter_mut().take(end).skip(start).for_each(|pick| *pick = weight);
        }
        let picks = Tensor::from_slice(tokens.engine(), &picks, &[prompts.len(), length, 1])?;
        tokens.multiply(&picks)?.reduce(Reduction::Sum, 1)
    }
}

/// Transformer layer with pre-norm self-attention and MLP.
#[derive(Clone, Debug)]
struct EncoderLayer {
    norms: [LayerNorm; 2],
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    widen: Linear,
    narrow: Linear,
    heads: usize,
    activation: Unary,
}

impl EncoderLayer {
    fn load(scope: &Scope<'_>, config: &TextConfig) -> Result<Self, NnError> {
        let width = config.width;
        let attention = scope.child("self_attn");
        let projection = |name: &str| Linear::load(&attention.child(name), width, width);
        let added = |name: &str, inputs: usize| {
            let init = Init::Uniform { bound: RESIDUAL_SCALE / (inputs as f32).sqrt() };
            Linear::load_with(&scope.child(name), inputs, width, true, init)
        };
        Ok(Self {
            norms: [
                LayerNorm::load(&scope.child("layer_norm1"), width)?,
                LayerNorm::load(&scope.child("layer_norm2"), width)?,
            ],
            query: projection("q_proj")?,
            key: projection("k_proj")?,
            value: projection("v_proj")?,
            output: added("self_attn.out_proj", width)?,
            widen: Linear::load(&scope.child("mlp.fc1"), width, config.mlp_width)?,
            narrow: added("mlp.fc2", config.mlp_width)?,
            heads: config.heads,
            activation: match config.activation {
                TextActivation::QuickGelu => Unary::QuickGelu,
                TextActivation::Gelu => Unary::Gelu,
            },
        })
    }

    /// Applies the layer. x: [b, l, width], for b prompts of l tokens.
    fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        let shape = x.shape().to_vec();
        let &[batch, length, width] = shape.as_slice() else {
            return x.reshape(&[0, 0, 0]);
        };
        let normed = self.norms[0].forward(x)?;
        let split =
            |y: Tensor| y.reshape(&[batch, length, self.heads, width / self.heads])?.permute(&[0, 2, 1, 3]);
        let query = split(self.query.forward(&normed)?)?;
        let key = split(self.key.forward(&normed)?)?;
        let value = split(self.value.forward(&normed)?)?;
        let attended = query.attention(&key, &value, None, true)?.permute(&[0, 2, 1, 3])?.reshape(&shape)?;
        let x = x.add(&self.output.forward(&attended)?)?;
        let hidden = self.widen.forward(&self.norms[1].forward(&x)?)?.unary(self.activation)?;
        x.add(&self.narrow.forward(&hidden)?)
    }
}

#[cfg(test)]
mod tests;
