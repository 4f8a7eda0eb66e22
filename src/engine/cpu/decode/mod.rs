//! The fused field decoder. It computes features, MLP and heads of sixteen points at a time, in registers and
//! the first-level cache.
//!
//! Each lane computes one point. Every operation acts on each lane separately, in the same order, and a short
//! last block is filled with copies of a point. So a point's values do not depend on its batch, lane or
//! thread, bit for bit.

mod bounds;
mod decoder;
mod encoding;
mod forward;
mod gradient;
mod network;

#[cfg(test)]
mod tests;

use crate::engine::FieldDecoder;
use crate::engine::error::EngineResult;
pub(super) use decoder::Decoder;

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
