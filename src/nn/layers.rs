//! The layers of the networks. Their parameters have PyTorch's names.

use super::{Init, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};

/// A linear layer: y = x Wᵀ + b.
#[derive(Clone, Debug)]
pub struct Linear {
    /// Weight, [out, in].
    pub weight: Tensor,
    /// Bias, `[out]`, or `None`.
    pub bias: Option<Tensor>,
}

impl Linear {
    /// Loads `weight` [outputs, inputs] and `bias` `[outputs]`. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, inputs: usize, outputs: usize) -> Result<Self, NnError> {
        Self::load_with(scope, inputs, outputs, true, Init::fan_in(inputs))
    }

    /// Loads the layer with or without a bias, and with a choice of the weight's initial values. Errors:
    /// `Parameter`.
    pub fn load_with(
        scope: &Scope<'_>,
        inputs: usize,
        outputs: usize,
        has_bias: bool,
        init: Init,
    ) -> Result<Self, NnError> {
        let weight = scope.get("weight", &[outputs, inputs], init)?;
        let bias = if has_bias { Some(scope.get("bias", &[outputs], Init::ZEROS)?) } else { None };
        Ok(Self { weight, bias })
    }

    /// Applies the layer. x: [.., in]. Returns [.., out]. Errors: `ShapeMismatch`.
    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        crate::error::fault("nn");
        x.linear(&self.weight, self.bias.as_ref())
    }
}

/// A convolution with a square kernel. The padding keeps the image size at stride 1 if the kernel size is
/// odd.
#[derive(Clone, Debug)]
pub struct Conv2d {
    weight: Tensor,
    bias: Tensor,
    stride: usize,
    padding: usize,
}

impl Conv2d {
    /// Loads `weight` [outputs, inputs, kernel, kernel] and `bias` `[outputs]`. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        outputs: usize,
        kernel: usize,
        stride: usize,
    ) -> Result<Self, NnError> {
        let init = Init::fan_in(inputs * kernel * kernel);
        Self::load_with(scope, inputs, outputs, kernel, stride, init)
    }

    /// Loads the layer with a choice of the weight's initial values. Errors: `Parameter`.
    pub fn load_with(
        scope: &Scope<'_>,
        inputs: usize,
        outputs: usize,
        kernel: usize,
        stride: usize,
        init: Init,
    ) -> Result<Self, NnError> {
        let weight = scope.get("weight", &[outputs, inputs, kernel, kernel], init)?;
        let bias = scope.get("bias", &[outputs], Init::ZEROS)?;
        Ok(Self { weight, bias, stride, padding: kernel / 2 })
    }

    /// Applies the layer. x: [n, in, h, w]. Returns [n, out, h / stride, w / stride]. Errors: `Rank`,
    /// `ShapeMismatch`.
    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        x.conv2d(&self.weight, Some(&self.bias), self.stride, self.padding)
    }
}

/// A group normalization (Wu and He 2018).
#[derive(Clone, Debug)]
pub struct GroupNorm {
    weight: Tensor,
    bias: Tensor,
    groups: usize,
    epsilon: f32,
}

impl GroupNorm {
    /// Loads `weight` and `bias`, `[channels]`. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, channels: usize, groups: usize) -> Result<Self, NnError> {
        Self::load_with(scope, channels, groups, 1e-5)
    }

    /// Loads the layer with a given epsilon instead of PyTorch's default. Errors: `Parameter`.
    pub fn load_with(
        scope: &Scope<'_>,
        channels: usize,
        groups: usize,
        epsilon: f32,
    ) -> Result<Self, NnError> {
        let weight = scope.get("weight", &[channels], Init::ONES)?;
        let bias = scope.get("bias", &[channels], Init::ZEROS)?;
        Ok(Self { weight, bias, groups, epsilon })
    }

    /// Applies the layer. x: [n, channels, ..]. Errors: `ShapeMismatch`.
    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        x.group_norm(self.groups, &self.weight, &self.bias, self.epsilon)
    }
}

/// A layer normalization over the last axis.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f32,
}

impl LayerNorm {
    /// Loads `weight` and `bias`, `[width]`. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, width: usize) -> Result<Self, NnError> {
        Self::load_with(scope, width, 1e-5)
    }

    /// Loads the layer with a given epsilon instead of PyTorch's default. Errors: `Parameter`.
    pub fn load_with(scope: &Scope<'_>, width: usize, epsilon: f32) -> Result<Self, NnError> {
        let weight = scope.get("weight", &[width], Init::ONES)?;
        let bias = scope.get("bias", &[width], Init::ZEROS)?;
        Ok(Self { weight, bias, epsilon })
    }

    /// Applies the layer. x: [.., width]. Errors: `ShapeMismatch`.
    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        x.layer_norm(&self.weight, &self.bias, self.epsilon)
    }
}

/// A table of embeddings.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Rows of the table, [rows, width].
    pub weight: Tensor,
}

impl Embedding {
    /// Loads `weight` [rows, width]. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, rows: usize, width: usize) -> Result<Self, NnError> {
        Self::load_with(scope, rows, width, Init::Normal { deviation: 0.02 })
    }

    /// Loads the table with a choice of the initial values. Errors: `Parameter`.
    pub fn load_with(scope: &Scope<'_>, rows: usize, width: usize, init: Init) -> Result<Self, NnError> {
        Ok(Self { weight: scope.get("weight", &[rows, width], init)? })
    }

    /// Looks up rows. Returns [ids.len(), width]. Errors: `Index`.
    pub fn forward(&self, ids: &[u32]) -> TensorResult<Tensor> {
        self.weight.embedding(ids)
    }
}

/// A cross-attention from pixels to text. Queries come from an image, keys and values from tokens; the result
/// is added to the image.
#[derive(Clone, Debug)]
pub struct CrossAttention {
    norm: GroupNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl CrossAttention {
    /// Loads `norm`, `to_q`, `to_k`, `to_v` and `to_out.0`, the names that diffusers uses. The initial weight
    /// and bias of the output layer are zero, so an untrained layer returns its input. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        channels: usize,
        text_width: usize,
        heads: usize,
        groups: usize,
    ) -> Result<Self, NnError> {
        let plain = |name: &str, inputs: usize| {
            Linear::load_with(&scope.child(name), inputs, channels, false, Init::fan_in(inputs))
        };
        Ok(Self {
            norm: GroupNorm::load(&scope.child("norm"), channels, groups)?,
            query: plain("to_q", channels)?,
            key: plain("to_k", text_width)?,
            value: plain("to_v", text_width)?,
            output: Linear::load_with(&scope.child("to_out.0"), channels, channels, true, Init::ZEROS)?,
            heads,
        })
    }

    /// Applies the layer. x: [b, c, h, w]; tokens: [b, l, d]. Returns [b, c, h, w]. Errors: `ShapeMismatch`,
    /// `ElementCount`.
    pub fn forward(&self, x: &Tensor, tokens: &Tensor) -> TensorResult<Tensor> {
        let &[batch, channels, height, width] = x.shape() else {
            return x.reshape(&[0, 0, 0, 0]);
        };
        let pixels = height * width;
        let rows = self.norm.forward(x)?.reshape(&[batch, channels, pixels])?.permute(&[0, 2, 1])?;
        let split = |y: &Tensor, count: usize| {
            y.reshape(&[batch, count, self.heads, channels / self.heads])?.permute(&[0, 2, 1, 3])
        };
        let token_count = tokens.shape().get(1).copied().unwrap_or(0);
        let query = split(&self.query.forward(&rows)?, pixels)?;
        let key = split(&self.key.forward(tokens)?, token_count)?;
        let value = split(&self.value.forward(tokens)?, token_count)?;
        let attended = query.attention(&key, &value, None, false)?;
        let merged = attended.permute(&[0, 2, 1, 3])?.reshape(&[batch, pixels, channels])?;
        let image =
            self.output.forward(&merged)?.permute(&[0, 2, 1])?.reshape(&[batch, channels, height, width])?;
        x.add(&image)
    }
}
