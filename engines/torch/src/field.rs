//! A prepared field for many points. It is composed of libtorch's kernels and evaluated chunk by chunk.

use std::sync::{Mutex, PoisonError};

use att3d::engine::{
    Activation, ChannelHead, EngineResult, FieldDecoder, FieldEncoding, FieldSpec, RadialBias,
};
use tch::{Device, Kind, TchError, Tensor};

use crate::failure::Failure;
use crate::kernels;
use crate::storage::{optional, tensor};

/// Points per chunk on the CPU: 1 MiB of activations at 64 hidden channels. A shorter chunk is padded,
/// because libtorch rounds differently in products of different sizes and in the tails of its vectors.
const CPU_CHUNK: usize = 4096;
/// Largest number of points per chunk on a GPU. A GPU needs many points at a time to be busy. This number was
/// not measured, since no GPU was available.
const DEVICE_CHUNK: usize = 65_536;
/// Default number of bytes that a chunk's intermediate values may take.
const BUDGET: u64 = 256 << 20;

/// A field on one device, without the graph of its parameters. Features are sampled in f32, the MLP has the
/// precision of its weights, and values are f32. Its parameters are copies of those of the networks.
pub(crate) struct TorchField {
    parts: Mutex<Parts>,
    channels: usize,
    device: Device,
    chunk: usize,
    /// A lock that allows one chunk at a time: libtorch has threads of its own, and the budget is for one
    /// chunk.
    turn: Mutex<()>,
}

struct Parts {
    encoding: Encoding,
    layers: Vec<Layer>,
    activation: Activation,
    radial_bias: Option<RadialBias>,
    heads: Vec<ChannelHead>,
}

enum Encoding {
    /// Planes, [3, c, r, r].
    Triplane(Tensor),
    /// Grids, each [1, c, r, r, r].
    VoxelGrids(Vec<Tensor>),
}

struct Layer {
    weight: Tensor,
    bias: Option<Tensor>,
    residual: bool,
}

impl TorchField {
    /// Prepares a field. budget: bytes that a chunk's intermediate values may take; 0 for the default.
    pub(crate) fn new(field: &FieldSpec<'_>, device: Device, budget: u64) -> Result<Self, Failure> {
        let encoding = match &field.encoding {
            FieldEncoding::Triplane { planes } => {
                let planes = ordinary(&tensor(*planes)?)?.f_to_kind(Kind::Float)?;
                Encoding::Triplane(planes.f_permute([0, 3, 1, 2])?.f_contiguous()?)
            }
            FieldEncoding::VoxelGrids { levels } => {
                let volume = |level| -> Result<Tensor, Failure> {
                    let grid = ordinary(&tensor(level)?)?.f_to_kind(Kind::Float)?;
                    Ok(grid.f_permute([3, 0, 1, 2])?.f_unsqueeze(0)?.f_contiguous()?)
                };
                Encoding::VoxelGrids(levels.iter().copied().map(volume).collect::<Result<_, _>>()?)
            }
        };
        let layer = |layer: &att3d::engine::FieldLayer<'_>| -> Result<Layer, Failure> {
            let bias = optional(layer.bias)?.map(|bias| ordinary(&bias)).transpose()?;
            Ok(Layer { weight: ordinary(&tensor(layer.weight)?)?, bias, residual: layer.residual })
        };
        let parts = Parts {
            encoding,
            layers: field.layers.iter().map(layer).collect::<Result<_, _>>()?,
            activation: field.activation,
            radial_bias: field.radial_bias,
            heads: field.heads.clone(),
        };
        let chunk = match device {
            Device::Cpu => CPU_CHUNK,
            _ => chunk_within(field, if budget > 0 { budget } else { BUDGET }),
        };
        Ok(Self {
            parts: Mutex::new(parts),
            channels: field.heads.len(),
            device,
            chunk,
            turn: Mutex::new(()),
        })
    }

    /// Returns shallow clones of the parameters, for use by one thread.
    fn parts(&self) -> Parts {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        Parts {
            encoding: match &parts.encoding {
                Encoding::Triplane(planes) => Encoding::Triplane(planes.shallow_clone()),
                Encoding::VoxelGrids(levels) => {
                    Encoding::VoxelGrids(levels.iter().map(Tensor::shallow_clone).collect())
                }
            },
            layers: parts
                .layers
                .iter()
                .map(|layer| Layer {
                    weight: layer.weight.shallow_clone(),
                    bias: layer.bias.as_ref().map(Tensor::shallow_clone),
                    residual: layer.residual,
                })
                .collect(),
            activation: parts.activation,
            radial_bias: parts.radial_bias,
            heads: parts.heads.clone(),
        }
    }

    /// Uploads points as [chunk, 3], padded with zeros.
    fn upload(&self, points: &[[f32; 3]]) -> Result<Tensor, TchError> {
        let mut padded = vec![[0.0; 3]; self.chunk];
        padded.iter_mut().zip(points).for_each(|(padded, point)| *padded = *point);
        kernels::upload(padded.as_flattened(), &[self.chunk as i64, 3], self.device)
    }

    /// Downloads the values without those of the padding.
    fn download(x: &Tensor, values: &mut [f32], channels: usize) -> Result<(), TchError> {
        let rows = values.len() / channels.max(1);
        kernels::download(&x.f_narrow(0, 0, rows as i64)?, values)
    }
}

/// Returns a copy that autograd may keep. A tensor that was made in inference mode cannot be kept.
fn ordinary(x: &Tensor) -> Result<Tensor, TchError> {
    x.f_detach_copy()
}

/// Returns the number of points per chunk: the largest power of two from 1,024 to `DEVICE_CHUNK` whose
/// features and layers fit into the budget; 1,024 if none fits.
fn chunk_within(field: &FieldSpec<'_>, budget: u64) -> usize {
    let widths = field.layers.iter().map(|layer| layer.weight.shape.iter().sum::<usize>());
    let bytes = 4 * (3 + widths.sum::<usize>()) as u64;
    let points = usize::try_from(budget / bytes.max(1)).unwrap_or(usize::MAX).max(1);
    (1 << points.ilog2()).clamp(1024, DEVICE_CHUNK)
}

impl FieldDecoder for TorchField {
    fn channels(&self) -> usize {
        self.channels
    }

    fn batch(&self) -> usize {
        self.chunk
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        let parts = self.parts();
        let _guard = tch::no_grad_guard();
        for (points, values) in
            points.chunks(self.chunk).zip(values.chunks_mut(self.chunk * self.channels.max(1)))
        {
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            self.upload(points)
                .and_then(|points| Self::download(&parts.forward(&points)?, values, self.channels))
                .map_err(|error| Failure::from(error).of_kernel("decode"))?;
        }
        Ok(())
    }

    /// Evaluates the first channel and its gradient with respect to the points. Autograd computes the
    /// gradient: it applies the chain rule to libtorch's interpolation.
    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        let parts = self.parts();
        let chunks = points
            .chunks(self.chunk)
            .zip(values.chunks_mut(self.chunk))
            .zip(gradients.chunks_mut(self.chunk));
        for ((points, values), gradients) in chunks {
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            tch::with_grad(|| {
                let points = self.upload(points)?.f_set_requires_grad(true)?;
                let value = parts.forward(&points)?.f_narrow(1, 0, 1)?;
                let slopes = Tensor::f_run_backward(&[value.f_sum(None)?], &[&points], false, false)?;
                Self::download(&value.f_detach()?, values, 1)?;
                slopes.iter().try_for_each(|slope| Self::download(slope, gradients.as_flattened_mut(), 3))
            })
            .map_err(|error: TchError| Failure::from(error).of_kernel("decode_with_gradient"))?;
        }
        Ok(())
    }
}

impl Parts {
    /// Evaluates the field. points: [n, 3]. Returns [n, channels].
    fn forward(&self, points: &Tensor) -> Result<Tensor, TchError> {
        let mut x = self.features(&points.f_unsqueeze(0)?)?.f_squeeze_dim(0)?;
        if let Some(layer) = self.layers.first() {
            x = x.f_to_kind(layer.weight.kind())?;
        }
        let last = self.layers.len().saturating_sub(1);
        for (index, layer) in self.layers.iter().enumerate() {
            let mut y = x.f_linear(&layer.weight, layer.bias.as_ref())?;
            if index < last {
                y = match self.activation {
                    Activation::Relu => y.f_relu()?,
                    Activation::Silu => y.f_silu()?,
                };
            }
            x = if layer.residual { y.f_add(&x)? } else { y };
        }
        self.finish(&x.f_to_kind(Kind::Float)?, points)
    }

    /// Samples the features. points: [1, n, 3]. Returns [1, n, features].
    fn features(&self, points: &Tensor) -> Result<Tensor, TchError> {
        match &self.encoding {
            Encoding::Triplane(planes) => kernels::sample_images(planes, points),
            Encoding::VoxelGrids(levels) => {
                let features = levels
                    .iter()
                    .map(|level| kernels::sample_volume(level, points))
                    .collect::<Result<Vec<_>, _>>()?;
                Tensor::f_cat(&features, 2)
            }
        }
    }

    /// Applies the radial bias and the heads. x: [n, channels]; points: [n, 3].
    fn finish(&self, x: &Tensor, points: &Tensor) -> Result<Tensor, TchError> {
        let mut columns = Vec::with_capacity(self.heads.len());
        let mut start = 0;
        // Adjacent channels with the same head are computed together. Channel 0 is separate, because only
        // this channel has the radial bias.
        let (first, rest) = self.heads.split_at(self.heads.len().min(1));
        for run in std::iter::once(first).chain(rest.chunk_by(|left, right| left == right)) {
            let Some(&head) = run.first() else { continue };
            let length = run.len() as i64;
            let mut column = x.f_narrow(1, start, length)?;
            if let (0, Some(bias)) = (start, self.radial_bias) {
                let radius = points.f_norm_scalaropt_dim(2.0, [1], true)?;
                let bias =
                    radius.f_mul_scalar(f64::from(bias.slope))?.f_add_scalar(f64::from(bias.constant))?;
                column = column.f_add(&bias)?;
            }
            columns.push(match head {
                ChannelHead::Identity => column,
                ChannelHead::Softplus => column.f_softplus()?,
                ChannelHead::Sigmoid => column.f_sigmoid()?,
            });
            start += length;
        }
        Tensor::f_cat(&columns, 1)
    }
}
