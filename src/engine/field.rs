//! What a field is to an engine: feature planes or grids, a tiny MLP, and what its outputs mean.

use super::{EngineResult, View};

/// Where a point's features come from.
#[derive(Clone, Debug)]
pub enum FieldEncoding<'a> {
    /// planes: [3, r, r, c] (XY, XZ, YZ), features concatenated to 3 c.
    Triplane {
        /// The planes.
        planes: View<'a>,
    },
    /// grids: each [r, r, r, c] (z, y, x), features concatenated over levels.
    VoxelGrids {
        /// Coarse to fine.
        levels: Vec<View<'a>>,
    },
}

/// The activation between layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// x · sigmoid(x).
    Silu,
}

/// One layer: y = x Wᵀ + b, then the activation except after the last layer; `residual` adds x to y after the
/// activation (widths equal).
#[derive(Clone, Copy, Debug)]
pub struct FieldLayer<'a> {
    /// [out, in].
    pub weight: View<'a>,
    /// `[out]`, or none.
    pub bias: Option<View<'a>>,
    /// Adds the layer's input to its output.
    pub residual: bool,
}

/// What is done to one output channel of the last layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelHead {
    /// Nothing: a signed distance.
    Identity,
    /// ln(1 + eˣ): a density.
    Softplus,
    /// 1 / (1 + e⁻ˣ): a colour or material channel.
    Sigmoid,
}

/// Adds `constant + slope · ‖x‖` to channel 0 of the last layer, before its head.
///
/// (−r, 1) makes an untrained signed-distance field a sphere of radius r; (10, −20) is ATT3D's density bias (eq. 7).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RadialBias {
    /// Added everywhere.
    pub constant: f32,
    /// Times the distance from the origin.
    pub slope: f32,
}

/// A field, ready to be asked.
#[derive(Clone, Debug)]
pub struct FieldSpec<'a> {
    /// Where features come from.
    pub encoding: FieldEncoding<'a>,
    /// The MLP; at least one layer.
    pub layers: Vec<FieldLayer<'a>>,
    /// Between layers.
    pub activation: Activation,
    /// Added to channel 0.
    pub radial_bias: Option<RadialBias>,
    /// One a channel of the last layer.
    pub heads: Vec<ChannelHead>,
}

/// A field held ready for many points: features, MLP and heads in one pass.
///
/// A point's values do not depend on the batch it is in, its place there, or the thread.
pub trait FieldDecoder: Send + Sync {
    /// Values a point.
    fn channels(&self) -> usize;

    /// Points that it is best asked for at once: enough to hide a call, few enough to share among threads.
    fn batch(&self) -> usize {
        1024
    }

    /// points: `[n]`, object space; values: [n · channels], point-major, written whole.
    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()>;

    /// As `decode` for channel 0 alone, with its gradient by the chain rule through the interpolation. Clamped
    /// coordinates have gradient 0 from the features. values: `[n]`; gradients: `[n]`.
    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()>;

    /// Bounds of channel 0 over an axis-aligned box, by interval arithmetic over the features the box can see and the
    /// MLP: (lowest, highest). `None` where the engine has no such bound.
    fn bounds(&self, _minimum: [f32; 3], _maximum: [f32; 3]) -> Option<(f32, f32)> {
        None
    }
}
