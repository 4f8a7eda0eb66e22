//! A field that is packed for decoding.

use std::sync::Arc;

use super::encoding::EncodingPart;
use super::network::Network;
use crate::engine::cpu::memory::values;
use crate::engine::cpu::panel::{Panel, WIDTH};
use crate::engine::cpu::pool::Workers;
use crate::engine::cpu::simd::Instructions;
use crate::engine::error::EngineResult;
use crate::engine::{ChannelHead, FieldEncoding, FieldSpec, RadialBias};

/// Smallest number of points per task. With the layers 36→64→64→4, such a task takes about 60 µs on one core.
/// A task allocates its arrays, which costs as much as eight points. For a task of 256 points with gradients,
/// the allocation took 3 % of the time.
pub(super) const SMALLEST_TASK: usize = 512;

/// Largest number of points per task. With the same layers, such a task takes about 0.3 ms on one core.
pub(super) const LARGEST_TASK: usize = 2048;

/// A field, copied and packed for decoding.
pub(in crate::engine::cpu) struct Decoder {
    pub(super) workers: Arc<Workers>,
    pub(super) instructions: Instructions,
    pub(super) parts: Vec<EncodingPart>,
    pub(super) network: Network,
    pub(super) radial_bias: Option<RadialBias>,
    pub(super) heads: Vec<ChannelHead>,
}

impl Decoder {
    /// Creates a decoder with copies of features and weights.
    pub(in crate::engine::cpu) fn new(
        workers: Arc<Workers>,
        instructions: Instructions,
        field: &FieldSpec<'_>,
    ) -> EngineResult<Self> {
        let mut parts = Vec::new();
        match &field.encoding {
            FieldEncoding::Triplane { planes } => {
                let (resolution, channels) = (planes.shape[1], planes.shape[3]);
                let numbers = values(*planes)?;
                for (plane, axes) in
                    numbers.chunks(resolution * resolution * channels).zip([[0, 1], [0, 2], [1, 2]])
                {
                    parts.push(EncodingPart::plane(plane, resolution, channels, axes));
                }
            }
            FieldEncoding::VoxelGrids { levels } => {
                for level in levels {
                    parts.push(EncodingPart::grid(values(*level)?, level.shape[0], level.shape[3]));
                }
            }
        }
        Ok(Self {
            workers,
            instructions,
            parts,
            network: Network::new(&field.layers, field.activation)?,
            radial_bias: field.radial_bias,
            heads: field.heads.clone(),
        })
    }

    /// Returns the number of points per task: so small that each thread gets several tasks, and so large that
    /// the cost of starting a task is small. The number is from [`SMALLEST_TASK`] to [`LARGEST_TASK`].
    ///
    /// The pipeline divides points too, into batches for progress and cancellation. Tasks divide a call
    /// further, so that the threads share it and the arrays of a task stay small.
    pub(super) fn task(&self, points: usize) -> usize {
        points.div_ceil(4 * self.workers.count()).next_multiple_of(WIDTH).clamp(SMALLEST_TASK, LARGEST_TASK)
    }

    /// Returns the cost of a point, in the operations that [`Workers`] counts. Four multiplications of the
    /// MLP take about as long as one such operation.
    pub(super) fn cost(&self) -> usize {
        self.network.cost() / 4 + 100
    }

    /// Returns the number of features per point.
    pub(super) fn features(&self) -> usize {
        self.parts.iter().map(|part| part.channels).sum()
    }
}

/// Returns the coordinates of sixteen points, one panel per axis. If there are fewer points, the last one is
/// repeated.
#[inline(always)]
pub(super) fn coordinates(points: &[[f32; 3]]) -> [Panel; 3] {
    let mut panels = [[0.0; WIDTH]; 3];
    let mut filled = [points[points.len() - 1]; WIDTH];
    let points = points.first_chunk::<WIDTH>().unwrap_or_else(|| {
        filled[..points.len()].copy_from_slice(points);
        &filled
    });
    for (lane, point) in points.iter().enumerate() {
        for (panel, coordinate) in panels.iter_mut().zip(point) {
            panel[lane] = *coordinate;
        }
    }
    panels
}
