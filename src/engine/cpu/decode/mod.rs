//! The fused field decoder. It computes features, MLP and heads of sixteen points at a time, in registers and
//! the first-level cache.
//!
//! Lanes are points. Every operation acts on each lane separately, in the same order, and a short last block
//! is filled with copies of a point. So a point's values do not depend on its batch, lane or thread, bit for
//! bit.

mod bounds;
mod encoding;
mod forward;
mod gradient;
mod network;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::pool::Workers;
use super::simd::Instructions;
use super::tile::{Panel, WIDTH};
use super::values;
use crate::engine::{ChannelHead, EngineResult, FieldDecoder, FieldEncoding, FieldSpec, RadialBias};
use encoding::EncodingPart;
use network::Network;

/// Smallest and largest number of points per task. With the layers 36→64→64→4 they take about 60 µs and 0.3
/// ms of one core. A task allocates its arrays, which costs as much as eight points. That was 3 % of a
/// gradient's task of 256 points, the former usual size.
const SMALLEST_TASK: usize = 512;
const LARGEST_TASK: usize = 2048;

/// A field, copied and packed for decoding.
pub(super) struct Decoder {
    workers: Arc<Workers>,
    instructions: Instructions,
    parts: Vec<EncodingPart>,
    network: Network,
    radial_bias: Option<RadialBias>,
    heads: Vec<ChannelHead>,
}

impl Decoder {
    /// Creates a decoder with copies of features and weights.
    pub(super) fn new(
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

    /// Returns the points per task: few enough that each thread gets several tasks, and many enough to be
    /// worth a task.
    fn task(&self, points: usize) -> usize {
        points.div_ceil(4 * self.workers.count()).next_multiple_of(WIDTH).clamp(SMALLEST_TASK, LARGEST_TASK)
    }

    /// Returns the cost of a point for [`Workers`]. Four multiplications of the MLP take about as long as one
    /// plain operation.
    fn cost(&self) -> usize {
        self.network.cost() / 4 + 100
    }

    /// Returns the number of features per point.
    fn features(&self) -> usize {
        self.parts.iter().map(|part| part.channels).sum()
    }
}

impl FieldDecoder for Decoder {
    fn channels(&self) -> usize {
        self.heads.len()
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        let channels = self.channels();
        let task = self.task(points.len());
        let values = &mut values[..points.len() * channels];
        self.workers.pieces(values, task * channels, self.cost() / channels, |index, values| {
            let points = &points[index * task..][..values.len() / channels];
            self.instructions.run(forward::Decode { decoder: self, points, values });
        });
        Ok(())
    }

    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        let task = self.task(points.len());
        let mut tasks: Vec<_> =
            points.chunks(task).zip(values.chunks_mut(task).zip(gradients.chunks_mut(task))).collect();
        let cost = 2 * self.cost() * task.min(points.len());
        self.workers.pieces(&mut tasks, 1, cost, |_, task| {
            for (points, (values, gradients)) in task {
                let work = gradient::DecodeWithGradient { decoder: self, points, values, gradients };
                self.instructions.run(work);
            }
        });
        Ok(())
    }

    fn bounds(&self, minimum: [f32; 3], maximum: [f32; 3]) -> Option<(f32, f32)> {
        Some(self.instructions.run(bounds::Bounds { decoder: self, minimum, maximum }))
    }
}

/// Returns the coordinates of sixteen points, one panel per axis. If there are fewer points, the last one is
/// repeated.
#[inline(always)]
fn coordinates(points: &[[f32; 3]]) -> [Panel; 3] {
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
