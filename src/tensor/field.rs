//! A batch of fields. They are sampled and decoded by the engine's fused kernel or by tensor operations.

use super::{Tensor, TensorError, TensorResult};
use crate::engine::{
    Activation, ChannelHead, EngineError, EngineResult, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec,
    RadialBias, Reduction, Unary,
};

/// One layer of a field's MLP.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Weight, [out, in].
    pub weight: Tensor,
    /// Bias, `[out]`, or `None`.
    pub bias: Option<Tensor>,
    /// Whether the layer's input is added to its output.
    pub residual: bool,
}

/// The source of a field's features.
#[derive(Clone, Debug)]
pub enum FieldParts {
    /// Planes, [b, 3, r, r, c].
    Triplane(Tensor),
    /// Grids, each [b, r, r, r, c], from coarse to fine.
    VoxelGrids(Vec<Tensor>),
}

/// A field: features, MLP and heads, which map points to values.
#[derive(Clone, Debug)]
pub struct Field {
    /// Source of the features.
    pub parts: FieldParts,
    /// Layers of the MLP; at least one.
    pub layers: Vec<Layer>,
    /// Activation between layers.
    pub activation: Activation,
    /// Bias of channel 0 of the last layer.
    pub radial_bias: Option<RadialBias>,
    /// One head per channel of the last layer.
    pub heads: Vec<ChannelHead>,
}

impl Field {
    /// Returns the side of the smallest feature cells in object space, and 0 without a grid. For planes of
    /// resolution r it is 2 / r. For voxel grids whose last level has r points along a side it is
    /// 2 / (r - 1), because the outer points lie on the faces of the box. The field's slope is discontinuous
    /// between cells.
    pub fn cell(&self) -> f32 {
        let cells = match &self.parts {
            FieldParts::Triplane(planes) => planes.shape().get(2).copied(),
            FieldParts::VoxelGrids(levels) => {
                levels.last().and_then(|level| level.shape().get(1)?.checked_sub(1))
            }
        };
        cells.map_or(0.0, |cells| 2.0 / cells.max(1) as f32)
    }

    /// Evaluates the field at points by tensor operations. Gradients flow through these operations if the
    /// engine records gradients. points: [b, n, 3], object space. Returns [b, n, heads]. Errors:
    /// `ShapeMismatch`.
    pub fn evaluate(&self, points: &Tensor) -> TensorResult<Tensor> {
        let mut x = match &self.parts {
            FieldParts::Triplane(planes) => planes.sample_triplane(points)?,
            FieldParts::VoxelGrids(levels) => {
                let sampled: Vec<_> = levels
                    .iter()
                    .map(|level| level.sample_voxel_grid(points))
                    .collect::<TensorResult<_>>()?;
                Tensor::concat(&sampled.iter().collect::<Vec<_>>(), 2)?
            }
        };
        for (index, layer) in self.layers.iter().enumerate() {
            let mut y = x.linear(&layer.weight, layer.bias.as_ref())?;
            if index + 1 < self.layers.len() {
                y = y.unary(match self.activation {
                    Activation::Relu => Unary::Relu,
                    Activation::Silu => Unary::Silu,
                })?;
            }
            x = if layer.residual { y.add(&x)? } else { y };
        }
        self.apply_heads(&x, points)
    }

    fn apply_heads(&self, x: &Tensor, points: &Tensor) -> TensorResult<Tensor> {
        let mut columns = Vec::with_capacity(self.heads.len());
        let mut start = 0;
        while let Some(&head) = self.heads.get(start) {
            let length = self.heads.iter().skip(start).take_while(|&&next| next == head).count();
            let (length, biased) = match self.radial_bias {
                Some(bias) if start == 0 => (1, Some(bias)),
                _ => (length, None),
            };
            let mut column = x.narrow(2, start, length)?;
            if let Some(bias) = biased {
                column = column.add(&radial(points, bias)?)?;
            }
            columns.push(match head {
                ChannelHead::Identity => column,
                ChannelHead::Softplus => column.unary(Unary::Softplus)?,
                ChannelHead::Sigmoid => column.unary(Unary::Sigmoid)?,
            });
            start += length;
        }
        Tensor::concat(&columns.iter().collect::<Vec<_>>(), 2)
    }

    /// Returns the field of one item of the batch. Errors: `Range`.
    pub fn item(&self, index: usize) -> TensorResult<Self> {
        let parts = match &self.parts {
            FieldParts::Triplane(planes) => FieldParts::Triplane(planes.narrow(0, index, 1)?),
            FieldParts::VoxelGrids(levels) => FieldParts::VoxelGrids(
                levels.iter().map(|level| level.narrow(0, index, 1)).collect::<TensorResult<_>>()?,
            ),
        };
        Ok(Self { parts, ..self.clone() })
    }

    /// Prepares a decoder for many host points: the engine's fused one, or a composed one. The batch size
    /// must be 1. Errors: `Rank`, `ShapeMismatch`, `Empty`.
    pub fn decoder(&self) -> TensorResult<Box<dyn FieldDecoder>> {
        let flatten = |tensor: &Tensor| {
            tensor.require_rank("decoder", 5)?;
            tensor.reshape(tensor.shape().get(1..).unwrap_or_default())
        };
        let (flat, is_triplane) = match &self.parts {
            FieldParts::Triplane(planes) => (vec![flatten(planes)?], true),
            FieldParts::VoxelGrids(levels) => {
                (levels.iter().map(flatten).collect::<TensorResult<Vec<_>>>()?, false)
            }
        };
        let Some(first) = flat.first() else {
            return Err(TensorError::Empty { operation: "decoder" });
        };
        let encoding = if is_triplane {
            FieldEncoding::Triplane { planes: first.view() }
        } else {
            FieldEncoding::VoxelGrids { levels: flat.iter().map(Tensor::view).collect() }
        };
        let layers = self
            .layers
            .iter()
            .map(|layer| FieldLayer {
                weight: layer.weight.view(),
                bias: layer.bias.as_ref().map(Tensor::view),
                residual: layer.residual,
            })
            .collect();
        self.check_widths(&flat, is_triplane)?;
        let spec = FieldSpec {
            encoding,
            layers,
            activation: self.activation,
            radial_bias: self.radial_bias,
            heads: self.heads.clone(),
        };
        match first.engine().prepare_field(&spec)? {
            Some(decoder) => Ok(decoder),
            None => Ok(Box::new(ComposedDecoder { field: self.clone() })),
        }
    }

    fn check_widths(&self, flat: &[Tensor], is_triplane: bool) -> TensorResult<()> {
        let features: usize = flat.iter().map(|tensor| tensor.size(3)).sum();
        let mut width = if is_triplane { 3 * features } else { features };
        for layer in &self.layers {
            layer.weight.require_rank("decoder", 2)?;
            let fits = layer.weight.size(1) == width && (!layer.residual || layer.weight.size(0) == width);
            super::check(fits, || layer.weight.mismatch("decoder", &[width]))?;
            width = layer.weight.size(0);
        }
        super::check(width == self.heads.len() && width > 0, || TensorError::ShapeMismatch {
            operation: "decoder",
            left: vec![width],
            right: vec![self.heads.len()],
        })
    }
}

/// Computes constant + slope · ‖x‖. points: [b, n, 3]. Returns [b, n, 1].
fn radial(points: &Tensor, bias: RadialBias) -> TensorResult<Tensor> {
    let squared = points.multiply(points)?.reduce(Reduction::Sum, 2)?;
    let shape = [squared.size(0), squared.size(1), 1];
    squared.unary(Unary::Sqrt)?.affine(bias.slope, bias.constant)?.reshape(&shape)
}

/// A decoder that uses tensor operations, one chunk at a time. Gradients are central differences.
struct ComposedDecoder {
    field: Field,
}

/// Points per chunk. The [n, features] intermediate takes about 10 MB at 36 features.
const CHUNK: usize = 65_536;
/// Step of the central differences in object space: about a tenth of a cell of a 256³ grid. With smaller
/// steps, f32 rounding dominates.
const STEP: f32 = 1e-3;

impl ComposedDecoder {
    fn chunk(&self, points: &[[f32; 3]]) -> TensorResult<Vec<f32>> {
        let engine = match &self.field.parts {
            FieldParts::Triplane(planes) => planes.engine(),
            FieldParts::VoxelGrids(levels) => match levels.first() {
                Some(level) => level.engine(),
                None => return Err(TensorError::Empty { operation: "decode" }),
            },
        };
        let points = Tensor::from_slice(engine, points.as_flattened(), &[1, points.len(), 3])?;
        self.field.evaluate(&points)?.to_vec()
    }
}

impl FieldDecoder for ComposedDecoder {
    fn channels(&self) -> usize {
        self.field.heads.len()
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        let channels = self.channels();
        for (points, values) in points.chunks(CHUNK).zip(values.chunks_mut(CHUNK * channels)) {
            let decoded = self.chunk(points).map_err(|error| EngineError::Backend {
                engine: "composed",
                kernel: "decode",
                message: error.to_string(),
            })?;
            for (value, decoded) in values.iter_mut().zip(decoded) {
                *value = decoded;
            }
        }
        Ok(())
    }

    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        let channels = self.channels();
        let mut decoded = vec![0.0; decoded_len(points, channels)];
        self.decode(points, &mut decoded)?;
        for (value, decoded) in values.iter_mut().zip(decoded.chunks(channels)) {
            *value = decoded.first().copied().unwrap_or(f32::NAN);
        }
        for axis in 0..3 {
            let shifted = |sign: f32| {
                points
                    .iter()
                    .map(|point| {
                        std::array::from_fn(|i| point[i] + if i == axis { sign * STEP } else { 0.0 })
                    })
                    .collect::<Vec<[f32; 3]>>()
            };
            let mut above = vec![0.0; decoded_len(points, channels)];
            let mut below = above.clone();
            self.decode(&shifted(1.0), &mut above)?;
            self.decode(&shifted(-1.0), &mut below)?;
            let pairs = above.chunks(channels).zip(below.chunks(channels));
            for (gradient, (above, below)) in gradients.iter_mut().zip(pairs) {
                if let (Some(above), Some(below)) = (above.first(), below.first()) {
                    gradient[axis] = (above - below) / (2.0 * STEP);
                }
            }
        }
        Ok(())
    }
}

fn decoded_len(points: &[[f32; 3]], channels: usize) -> usize {
    points.len() * channels
}
