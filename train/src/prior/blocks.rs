//! Blocks of the denoiser: residual blocks that time, prompt and camera modulate, and attention.

use att3d::engine::Unary;
use att3d::nn::{Conv2d, CrossAttention, GroupNorm, Init, Linear, NnError, Scope};
use att3d::tensor::{Tensor, TensorResult};

use super::settings::Sizes;

/// The embedded inputs of the denoiser besides the noisy image.
pub struct Conditions {
    /// Activated embedding of time, prompt and camera, [n, condition].
    pub vector: Tensor,
    /// Embeddings of the prompt's tokens, [n, l, width].
    pub tokens: Tensor,
}

/// A residual block. The conditions scale and shift its channels (FiLM, Perez et al. 2018).
pub struct ResidualBlock {
    norms: [GroupNorm; 2],
    convolutions: [Conv2d; 2],
    modulation: Linear,
    shortcut: Option<Conv2d>,
}

impl ResidualBlock {
    pub fn load(scope: &Scope<'_>, inputs: usize, channels: usize, sizes: &Sizes) -> Result<Self, NnError> {
        let norm = |name: &str, width| GroupNorm::load(&scope.child(name), width, sizes.groups);
        let shortcut = || Conv2d::load(&scope.child("shortcut"), inputs, channels, 1, 1);
        Ok(Self {
            norms: [norm("norm1", inputs)?, norm("norm2", channels)?],
            convolutions: [
                Conv2d::load(&scope.child("conv1"), inputs, channels, 3, 1)?,
                // An untrained block returns its input, so that deep networks learn from the first step.
                Conv2d::load_with(&scope.child("conv2"), channels, channels, 3, 1, Init::ZEROS)?,
            ],
            modulation: Linear::load(&scope.child("modulation"), sizes.condition, 2 * channels)?,
            shortcut: (inputs != channels).then(shortcut).transpose()?,
        })
    }

    /// Applies the block. x: [n, inputs, h, w]. Returns [n, channels, h, w].
    pub fn forward(&self, x: &Tensor, conditions: &Conditions) -> TensorResult<Tensor> {
        let [first, second] = &self.norms;
        let hidden = self.convolutions[0].forward(&first.forward(x)?.unary(Unary::Silu)?)?;
        let &[batch, channels, ..] = hidden.shape() else { return Ok(hidden) };
        let modulation = self.modulation.forward(&conditions.vector)?;
        let part = |start| modulation.narrow(1, start, channels)?.reshape(&[batch, channels, 1, 1]);
        let (scale, shift) = (part(0)?.affine(1.0, 1.0)?, part(channels)?);
        let hidden = second.forward(&hidden)?.multiply(&scale)?.add(&shift)?.unary(Unary::Silu)?;
        let hidden = self.convolutions[1].forward(&hidden)?;
        match &self.shortcut {
            Some(shortcut) => shortcut.forward(x)?.add(&hidden),
            None => x.add(&hidden),
        }
    }
}

/// Attention between the cells of all views of an object, and then to the tokens of the prompt.
pub struct Attention {
    norm: GroupNorm,
    cells: CrossAttention,
    text: CrossAttention,
    views: usize,
}

impl Attention {
    pub fn load(
        scope: &Scope<'_>,
        channels: usize,
        text_width: usize,
        sizes: &Sizes,
    ) -> Result<Self, NnError> {
        let &Sizes { heads, groups, views, .. } = sizes;
        let to = |name: &str, width| CrossAttention::load(&scope.child(name), channels, width, heads, groups);
        Ok(Self {
            norm: GroupNorm::load(&scope.child("norm"), channels, groups)?,
            cells: to("cells", channels)?,
            text: to("text", text_width)?,
            views,
        })
    }

    /// Applies the block. x: [n, c, h, w], where groups of `views` images show one object.
    pub fn forward(&self, x: &Tensor, conditions: &Conditions) -> TensorResult<Tensor> {
        let &[batch, channels, height, width] = x.shape() else { return Ok(x.clone()) };
        let cells = height * width;
        let rows = self.norm.forward(x)?.reshape(&[batch, channels, cells])?.permute(&[0, 2, 1])?;
        let rows = self.joined(&rows, cells, channels)?;
        self.text.forward(&self.cells.forward(x, &rows)?, &conditions.tokens)
    }

    /// Returns for each image the rows of all views of its object, [n, views · cells, c].
    fn joined(&self, rows: &Tensor, cells: usize, channels: usize) -> TensorResult<Tensor> {
        if self.views == 1 {
            return Ok(rows.clone());
        }
        let objects = rows.shape().first().copied().unwrap_or(0) / self.views;
        let all = rows.reshape(&[objects, 1, self.views * cells, channels])?;
        let copies = Tensor::concat(&vec![&all; self.views], 1)?;
        copies.reshape(&[objects * self.views, self.views * cells, channels])
    }
}
