//! The transformer of the U-Net: attention over all planes, cross-attention to the text, and a feed-forward
//! layer.

use super::monitor::Monitor;
use crate::engine::Unary;
use crate::nn::{GroupNorm, Init, LayerNorm, Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::LatentDiffusionConfig;

/// Epsilon of the group normalization before a transformer.
const EPSILON: f32 = 1e-6;
/// Width of the hidden layer of the feed-forward layer, as a multiple of the transformer's width.
const HIDDEN: usize = 4;

/// Largest number of queries of one call of the engine's attention. With 6,144 keys and two processor cores,
/// a call takes about 0.1 seconds.
const PART: usize = 2_304;

/// Names of the four projections of an attention.
const PROJECTIONS: [&str; 4] = ["to_q", "to_k", "to_v", "to_out"];

/// A transformer with one block, over the pixels of all planes.
#[derive(Clone, Debug)]
pub(super) struct Transformer {
    norm: GroupNorm,
    input: Linear,
    output: Linear,
    norms: [LayerNorm; 3],
    planes: PlaneAttention,
    text: TextAttention,
    feed_forward: FeedForward,
}

impl Transformer {
    /// Loads a transformer. adapter: scope of this transformer's layers of low rank (LoRA).
    pub fn load(
        scope: &Scope<'_>,
        adapter: &Scope<'_>,
        config: &LatentDiffusionConfig,
        width: usize,
        text_width: usize,
    ) -> Result<Self, NnError> {
        let heads = width / config.head_width.max(1);
        let block = scope.child("transformer_blocks.0");
        let adapter = adapter.child("transformer_blocks.0.attn1");
        let norm = |name: &str| LayerNorm::load(&block.child(name), width);
        Ok(Self {
            norm: GroupNorm::load_with(&scope.child("norm"), width, config.norm_groups, EPSILON)?,
            input: Linear::load(&scope.child("proj_in"), width, width)?,
            output: Linear::load(&scope.child("proj_out"), width, width)?,
            norms: [norm("norm1")?, norm("norm2")?, norm("norm3")?],
            planes: PlaneAttention::load(&block.child("attn1"), &adapter, width, heads, config.adapter_rank)?,
            text: TextAttention::load(&block.child("attn2"), width, text_width, heads)?,
            feed_forward: FeedForward::load(&block.child("ff"), width)?,
        })
    }

    /// Returns the keys and values of the text, which are equal for all planes and all steps.
    pub fn text(&self, text: &Tensor) -> TensorResult<TextKeys> {
        self.text.keys(text)
    }

    /// Applies the transformer. x: [6, c, h, w]. Errors: `Tensor`, `Cancelled`.
    pub fn forward(&self, x: &Tensor, text: &TextKeys, monitor: &Monitor<'_>) -> Result<Tensor, NnError> {
        let &[planes, channels, height, width] = x.shape() else {
            return Ok(x.reshape(&[0, 0, 0, 0])?);
        };
        monitor.check()?;
        let pixels = height * width;
        let rows = self.norm.forward(x)?.reshape(&[planes, channels, pixels])?.permute(&[0, 2, 1])?;
        let rows = self.input.forward(&rows)?;
        let [before_planes, before_text, before_last] = &self.norms;
        let rows = rows.add(&self.planes.forward(&before_planes.forward(&rows)?, monitor)?)?;
        monitor.check()?;
        let rows = rows.add(&self.text.forward(&before_text.forward(&rows)?, text)?)?;
        monitor.check()?;
        let rows = rows.add(&self.feed_forward.forward(&before_last.forward(&rows)?)?)?;
        let image = self.output.forward(&rows)?.permute(&[0, 2, 1])?;
        Ok(x.add(&image.reshape(&[planes, channels, height, width])?)?)
    }
}

/// Changes a tensor of rows [b, n, heads · d] to [b, heads, n, d].
fn split(rows: &Tensor, heads: usize) -> TensorResult<Tensor> {
    let &[batch, count, width] = rows.shape() else { return rows.reshape(&[0, 0, 0, 0]) };
    rows.reshape(&[batch, count, heads, width / heads.max(1)])?.permute(&[0, 2, 1, 3])
}

/// Changes a tensor [b, heads, n, d] to rows [b, n, heads · d].
fn merge(split: &Tensor) -> TensorResult<Tensor> {
    let &[batch, heads, count, width] = split.shape() else { return split.reshape(&[0, 0, 0]) };
    split.permute(&[0, 2, 1, 3])?.reshape(&[batch, count, heads * width])
}

/// Layers of low rank, one for each plane (LoRA, Hu et al. 2022).
#[derive(Clone, Debug)]
struct PlaneAdapter {
    /// [6, rank, width].
    down: Tensor,
    /// [6, width, rank].
    up: Tensor,
}

impl PlaneAdapter {
    fn load(scope: &Scope<'_>, width: usize, rank: usize) -> Result<Self, NnError> {
        let planes = LatentDiffusionConfig::PLANES;
        Ok(Self {
            down: scope.get("down", &[planes, rank, width], Init::fan_in(width))?,
            up: scope.get("up", &[planes, width, rank], Init::ZEROS)?,
        })
    }

    /// Returns what is added to the plane's projection. rows: [6, n, width].
    fn forward(&self, rows: &Tensor) -> TensorResult<Tensor> {
        rows.matmul(&self.down, true)?.matmul(&self.up, true)
    }
}

/// Self-attention over the pixels of all planes together. Each plane has adapters of its own.
#[derive(Clone, Debug)]
struct PlaneAttention {
    projections: [Linear; 4],
    adapters: [PlaneAdapter; 4],
    heads: usize,
}

impl PlaneAttention {
    fn load(
        scope: &Scope<'_>,
        adapter: &Scope<'_>,
        width: usize,
        heads: usize,
        rank: usize,
    ) -> Result<Self, NnError> {
        let [query, key, value, output] = PROJECTIONS;
        let plain =
            |name: &str| Linear::load_with(&scope.child(name), width, width, false, Init::fan_in(width));
        let adapted = |name: &str| PlaneAdapter::load(&adapter.child(name), width, rank);
        Ok(Self {
            projections: [
                plain(query)?,
                plain(key)?,
                plain(value)?,
                Linear::load(&scope.child(output).child(0), width, width)?,
            ],
            adapters: [adapted(query)?, adapted(key)?, adapted(value)?, adapted(output)?],
            heads,
        })
    }

    /// Applies the attention. rows: [6, n, width]. Errors: `Tensor`, `Cancelled`.
    fn forward(&self, rows: &Tensor, monitor: &Monitor<'_>) -> Result<Tensor, NnError> {
        let [query, key, value, output] = &self.projections;
        let [query_adapter, key_adapter, value_adapter, output_adapter] = &self.adapters;
        let joined = |layer: &Linear, adapter: &PlaneAdapter| {
            let projected = layer.forward(rows)?.add(&adapter.forward(rows)?)?;
            let &[planes, count, width] = projected.shape() else { return Ok(projected) };
            split(&projected.reshape(&[1, planes * count, width])?, self.heads)
        };
        let [query, key, value] =
            [joined(query, query_adapter)?, joined(key, key_adapter)?, joined(value, value_adapter)?];
        let attended = in_parts(&query, &key, &value, monitor)?;
        monitor.check()?;
        let projected = output.forward(&merge(&attended)?.reshape(rows.shape())?)?;
        // Unlike the others, this adapter takes the projection's result.
        Ok(projected.add(&output_adapter.forward(&projected)?)?)
    }
}

/// Computes attention for a part of the queries at a time, so that the callback can stop the work between two
/// parts. query, key, value: [1, heads, n, d].
fn in_parts(query: &Tensor, key: &Tensor, value: &Tensor, monitor: &Monitor<'_>) -> Result<Tensor, NnError> {
    let count = query.shape().get(2).copied().unwrap_or(0);
    let mut parts = Vec::with_capacity(count.div_ceil(PART));
    for start in (0..count).step_by(PART) {
        monitor.check()?;
        let part = query.narrow(2, start, PART.min(count - start))?;
        parts.push(part.attention(key, value, None, false)?);
    }
    Ok(Tensor::concat(&parts.iter().collect::<Vec<_>>(), 2)?)
}

/// Keys and values of a text for one attention, each [1, heads, l, d].
#[derive(Clone, Debug)]
pub(super) struct TextKeys {
    keys: Tensor,
    values: Tensor,
}

/// Cross-attention from pixels to the tokens of the text. The pixels of all planes are the queries of one
/// attention, because the planes have the same text.
#[derive(Clone, Debug)]
struct TextAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl TextAttention {
    fn load(scope: &Scope<'_>, width: usize, text_width: usize, heads: usize) -> Result<Self, NnError> {
        let [query, key, value, output] = PROJECTIONS;
        let plain = |name: &str, inputs: usize| {
            Linear::load_with(&scope.child(name), inputs, width, false, Init::fan_in(inputs))
        };
        Ok(Self {
            query: plain(query, width)?,
            key: plain(key, text_width)?,
            value: plain(value, text_width)?,
            output: Linear::load(&scope.child(output).child(0), width, width)?,
            heads,
        })
    }

    /// Computes the keys and values of a text. text: [1, l, text width].
    fn keys(&self, text: &Tensor) -> TensorResult<TextKeys> {
        Ok(TextKeys {
            keys: split(&self.key.forward(text)?, self.heads)?,
            values: split(&self.value.forward(text)?, self.heads)?,
        })
    }

    /// Applies the attention. rows: [6, n, width].
    fn forward(&self, rows: &Tensor, text: &TextKeys) -> TensorResult<Tensor> {
        let &[planes, count, width] = rows.shape() else { return Ok(rows.clone()) };
        let query = split(&self.query.forward(rows)?.reshape(&[1, planes * count, width])?, self.heads)?;
        let attended = query.attention(&text.keys, &text.values, None, false)?;
        self.output.forward(&merge(&attended)?.reshape(rows.shape())?)
    }
}

/// Two linear layers with a gated activation between them (GEGLU, Shazeer 2020).
#[derive(Clone, Debug)]
struct FeedForward {
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    fn load(scope: &Scope<'_>, width: usize) -> Result<Self, NnError> {
        let hidden = HIDDEN * width;
        Ok(Self {
            widen: Linear::load(&scope.child("net.0.proj"), width, 2 * hidden)?,
            narrow: Linear::load(&scope.child("net.2"), hidden, width)?,
        })
    }

    fn forward(&self, rows: &Tensor) -> TensorResult<Tensor> {
        let both = self.widen.forward(rows)?;
        let axis = both.shape().len().saturating_sub(1);
        let hidden = both.shape().last().map_or(0, |width| width / 2);
        let gate = both.narrow(axis, hidden, hidden)?.unary(Unary::Gelu)?;
        self.narrow.forward(&both.narrow(axis, 0, hidden)?.multiply(&gate)?)
    }
}
