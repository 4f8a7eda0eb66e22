//! Residual blocks and changes of resolution, which the U-Net and the decoder share.

use super::monitor::Monitor;
use crate::engine::Unary;
use crate::nn::{Conv2d, GroupNorm, Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};

/// Settings of a residual block.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockSettings {
    /// Groups of each normalization.
    pub groups: usize,
    /// Epsilon of each normalization.
    pub epsilon: f32,
    /// Width of the embedding of the time; `None` for blocks without one.
    pub time_width: Option<usize>,
}

/// A residual block: two convolutions, each after a normalization. An embedding of the time is added between
/// the two convolutions.
#[derive(Clone, Debug)]
pub(super) struct ResidualBlock {
    norms: [GroupNorm; 2],
    convolutions: [Conv2d; 2],
    time: Option<Linear>,
    shortcut: Option<Conv2d>,
}

impl ResidualBlock {
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        channels: usize,
        settings: BlockSettings,
    ) -> Result<Self, NnError> {
        let BlockSettings { groups, epsilon, time_width } = settings;
        let norm = |name: &str, width| GroupNorm::load_with(&scope.child(name), width, groups, epsilon);
        let time = |width| Linear::load(&scope.child("time_emb_proj"), width, channels);
        let shortcut = || Conv2d::load(&scope.child("conv_shortcut"), inputs, channels, 1, 1);
        Ok(Self {
            norms: [norm("norm1", inputs)?, norm("norm2", channels)?],
            convolutions: [
                Conv2d::load(&scope.child("conv1"), inputs, channels, 3, 1)?,
                Conv2d::load(&scope.child("conv2"), channels, channels, 3, 1)?,
            ],
            time: time_width.map(time).transpose()?,
            shortcut: (inputs != channels).then(shortcut).transpose()?,
        })
    }

    /// Applies the block. x: [n, inputs, h, w]. time: the activated embedding of the time, [1, width], for
    /// blocks with one. Returns [n, channels, h, w]. Errors: `Tensor`, `Cancelled`.
    pub fn forward(
        &self,
        x: &Tensor,
        time: Option<&Tensor>,
        monitor: &Monitor<'_>,
    ) -> Result<Tensor, NnError> {
        let [first, second] = &self.norms;
        let mut hidden = self.convolutions[0].forward(&first.forward(x)?.unary(Unary::Silu)?)?;
        if let (Some(layer), Some(time)) = (&self.time, time) {
            let channels = hidden.shape().get(1).copied().unwrap_or(0);
            hidden = hidden.add(&layer.forward(time)?.reshape(&[1, channels, 1, 1])?)?;
        }
        monitor.check()?;
        let hidden = self.convolutions[1].forward(&second.forward(&hidden)?.unary(Unary::Silu)?)?;
        Ok(match &self.shortcut {
            Some(shortcut) => shortcut.forward(x)?.add(&hidden)?,
            None => x.add(&hidden)?,
        })
    }
}

/// A change of resolution by 2, with a convolution.
#[derive(Clone, Debug)]
pub(super) struct Resampler {
    convolution: Conv2d,
    is_up: bool,
}

impl Resampler {
    /// Loads a halving of the resolution.
    pub fn down(scope: &Scope<'_>, channels: usize) -> Result<Self, NnError> {
        let scope = scope.child("downsamplers.0.conv");
        Ok(Self { convolution: Conv2d::load(&scope, channels, channels, 3, 2)?, is_up: false })
    }

    /// Loads a doubling of the resolution, which repeats each value before the convolution.
    pub fn up(scope: &Scope<'_>, channels: usize) -> Result<Self, NnError> {
        let scope = scope.child("upsamplers.0.conv");
        Ok(Self { convolution: Conv2d::load(&scope, channels, channels, 3, 1)?, is_up: true })
    }

    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        if self.is_up {
            return self.convolution.forward(&x.upsample_nearest(2)?);
        }
        self.convolution.forward(x)
    }
}
