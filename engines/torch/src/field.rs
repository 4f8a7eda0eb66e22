//! A field held ready for many points, composed of libtorch's own kernels chunk by chunk.

use std::sync::{Mutex, PoisonError};

use att3d::engine::{
    Activation, ChannelHead, EngineResult, FieldDecoder, FieldEncoding, FieldSpec, RadialBias,
};
use tch::{Device, TchError, Tensor};

use crate::engine::{optional, tensor};
use crate::failure::Failure;
use crate::kernels;

/// Points a chunk: 4 MiB of activations at 64 hidden channels.
const CHUNK: usize = 16_384;

/// A detached field on one device. Its parameters share storage with the tensors that it was made of.
pub(crate) struct TorchField {
    parts: Mutex<Parts>,
    channels: usize,
    device: Device,
}

struct Parts {
    encoding: Encoding,
    layers: Vec<Layer>,
    activation: Activation,
    radial_bias: Option<RadialBias>,
    heads: Vec<ChannelHead>,
}

enum Encoding {
    /// [3, c, r, r].
    Triplane(Tensor),
    /// Each [1, c, r, r, r].
    VoxelGrids(Vec<Tensor>),
}

struct Layer {
    weight: Tensor,
    bias: Option<Tensor>,
    residual: bool,
}

impl TorchField {
    pub(crate) fn new(field: &FieldSpec<'_>, device: Device) -> Result<Self, Failure> {
        let encoding = match &field.encoding {
            FieldEncoding::Triplane { planes } => {
                let planes = tensor(*planes)?.f_detach()?;
                Encoding::Triplane(planes.f_permute([0, 3, 1, 2])?.f_contiguous()?)
            }
            FieldEncoding::VoxelGrids { levels } => {
                let volume = |level| -> Result<Tensor, Failure> {
                    let grid = tensor(level)?.f_detach()?;
                    Ok(grid.f_permute([3, 0, 1, 2])?.f_unsqueeze(0)?.f_contiguous()?)
                };
                Encoding::VoxelGrids(levels.iter().copied().map(volume).collect::<Result<_, _>>()?)
            }
        };
        let layer = |layer: &att3d::engine::FieldLayer<'_>| -> Result<Layer, Failure> {
            let bias = optional(layer.bias)?.map(|bias| bias.f_detach()).transpose()?;
            Ok(Layer { weight: tensor(layer.weight)?.f_detach()?, bias, residual: layer.residual })
        };
        let parts = Parts {
            encoding,
            layers: field.layers.iter().map(layer).collect::<Result<_, _>>()?,
            activation: field.activation,
            radial_bias: field.radial_bias,
            heads: field.heads.clone(),
        };
        Ok(Self { parts: Mutex::new(parts), channels: field.heads.len(), device })
    }

    /// Shallow clones of the parameters, for one thread's own use.
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

    fn upload(&self, points: &[[f32; 3]]) -> Result<Tensor, TchError> {
        kernels::upload(points.as_flattened(), &[points.len() as i64, 3], self.device)
    }
}

impl FieldDecoder for TorchField {
    fn channels(&self) -> usize {
        self.channels
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        let parts = self.parts();
        let _guard = tch::no_grad_guard();
        for (points, values) in points.chunks(CHUNK).zip(values.chunks_mut(CHUNK * self.channels.max(1))) {
            self.upload(points)
                .and_then(|points| kernels::download(&parts.forward(&points)?, values))
                .map_err(|error| Failure::from(error).of_kernel("decode"))?;
        }
        Ok(())
    }

    /// By autograd with respect to the points: the chain rule through libtorch's own interpolation.
    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        let parts = self.parts();
        let chunks = points.chunks(CHUNK).zip(values.chunks_mut(CHUNK)).zip(gradients.chunks_mut(CHUNK));
        for ((points, values), gradients) in chunks {
            tch::with_grad(|| {
                let points = self.upload(points)?.f_set_requires_grad(true)?;
                let value = parts.forward(&points)?.f_narrow(1, 0, 1)?;
                let slopes = Tensor::f_run_backward(&[value.f_sum(None)?], &[&points], false, false)?;
                kernels::download(&value.f_detach()?, values)?;
                slopes.iter().try_for_each(|slope| kernels::download(slope, gradients.as_flattened_mut()))
            })
            .map_err(|error: TchError| Failure::from(error).of_kernel("decode_with_gradient"))?;
        }
        Ok(())
    }
}

impl Parts {
    /// points: [n, 3]. Returns [n, channels].
    fn forward(&self, points: &Tensor) -> Result<Tensor, TchError> {
        let mut x = self.features(&points.f_unsqueeze(0)?)?.f_squeeze_dim(0)?;
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
        self.finish(&x, points)
    }

    /// points: [1, n, 3]. Returns [1, n, features].
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

    /// Radial bias and heads. x: [n, channels]; points: [n, 3].
    fn finish(&self, x: &Tensor, points: &Tensor) -> Result<Tensor, TchError> {
        let mut columns = Vec::with_capacity(self.heads.len());
        let mut start = 0;
        // Neighbours with the same head go through it together; channel 0 stands alone, for its bias.
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
