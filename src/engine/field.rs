//! The description of a field for an engine: feature planes or grids, a tiny MLP, and the heads that turn the
//! MLP's outputs into values.

use super::array::View;
use super::error::EngineResult;

/// The source of a point's features.
#[derive(Clone, Debug)]
pub enum FieldEncoding<'a> {
    /// Three planes: [3, r, r, c] (XY, XZ, YZ), whose features are concatenated to 3 c.
    Triplane {
        /// The planes, [3, r, r, c].
        planes: View<'a>,
    },
    /// Voxel grids, each [r, r, r, c] (z, y, x), whose features are concatenated over the levels.
    VoxelGrids {
        /// Levels from coarse to fine.
        levels: Vec<View<'a>>,
    },
}

/// An activation between layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// x · sigmoid(x).
    Silu,
}

/// One layer: y = x Wᵀ + b, then the activation, except after the last layer. A residual layer has equal
/// input and output widths, and adds x to y after the activation.
#[derive(Clone, Copy, Debug)]
pub struct FieldLayer<'a> {
    /// Weight, [out, in].
    pub weight: View<'a>,
    /// Bias, `[out]`, or `None`.
    pub bias: Option<View<'a>>,
    /// Whether the layer's input is added to its output.
    pub residual: bool,
}

/// The function that is applied to one output channel of the last layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelHead {
    /// The identity: a signed distance.
    Identity,
    /// ln(1 + eˣ): a density.
    Softplus,
    /// 1 / (1 + e⁻ˣ): a color or material channel.
    Sigmoid,
}

/// A bias of `constant + slope · ‖x‖` that is added to channel 0 of the last layer, before the head. x is the
/// point in object space.
///
/// With (constant, slope) = (−r, 1), an untrained signed-distance field is a sphere of radius r; (10, −20) is
/// ATT3D's density bias (eq. 7).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RadialBias {
    /// Value that is added everywhere.
    pub constant: f32,
    /// Factor of the distance from the origin.
    pub slope: f32,
}

/// A description of a field from which an engine prepares a decoder.
#[derive(Clone, Debug)]
pub struct FieldSpec<'a> {
    /// Source of the features.
    pub encoding: FieldEncoding<'a>,
    /// Layers of the MLP; at least one.
    pub layers: Vec<FieldLayer<'a>>,
    /// Activation between layers.
    pub activation: Activation,
    /// Bias of channel 0.
    pub radial_bias: Option<RadialBias>,
    /// One head per channel of the last layer.
    pub heads: Vec<ChannelHead>,
}

/// A prepared field for many points: features, MLP and heads in one pass.
///
/// A point's values do not depend on its batch, its position in the batch, or the thread.
pub trait FieldDecoder: Send + Sync {
    /// Returns the number of values per point.
    fn channels(&self) -> usize;

    /// Returns the best number of points per call. It is so large that the cost of a call is negligible, and
    /// so small that several threads can share the points.
    fn batch(&self) -> usize {
        1024
    }

    /// Evaluates the field at points. points: `[n]`, object space; values: [n · channels], point-major, all
    /// overwritten. Errors: `Backend`, `OutOfMemory`, `WorkerEnded`.
    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()>;

    /// Evaluates channel 0 and its gradient. A fused decoder applies the chain rule through the
    /// interpolation: the features contribute a gradient of 0 along a clamped coordinate. A decoder that is
    /// composed of tensor operations takes central differences. values: `[n]`; gradients: `[n]`. Errors:
    /// those of [`decode`](Self::decode).
    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()>;

    /// Computes bounds of channel 0 over an axis-aligned box in object space: (lowest, highest). It applies
    /// interval arithmetic to the features in the box and to the MLP. Returns `None` if the engine has no
    /// bounds.
    fn bounds(&self, _minimum: [f32; 3], _maximum: [f32; 3]) -> Option<(f32, f32)> {
        None
    }
}
