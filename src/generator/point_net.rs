//! A point cloud to three planes of features: the generator's shape input.
//!
//! A small PointNet (Qi et al. 2017): an MLP for each point, a maximum over all, an MLP on both; then each point's
//! features are averaged in the plane cells it projects to (Peng et al. 2020, Convolutional Occupancy Networks).

use crate::engine::{Reduction, Unary};
use crate::nn::{Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};

/// Points to planes.
#[derive(Clone, Debug)]
pub struct PointNet {
    lift: Linear,
    local: Linear,
    merge_local: Linear,
    merge_global: Linear,
    output: Linear,
    resolution: usize,
    width: usize,
}

impl PointNet {
    /// width: channels inside and on each plane. resolution: cells along a plane's edge.
    pub fn load(scope: &Scope<'_>, width: usize, resolution: usize) -> Result<Self, NnError> {
        Ok(Self {
            lift: Linear::load(&scope.child("lift"), 3, width)?,
            local: Linear::load(&scope.child("local"), width, width)?,
            merge_local: Linear::load(&scope.child("merge_local"), width, width)?,
            merge_global: Linear::load(&scope.child("merge_global"), width, width)?,
            output: Linear::load(&scope.child("output"), width, width)?,
            resolution,
            width,
        })
    }

    /// points: [b, n, 3], object space. Returns [b, 3 · width, r, r], the planes XY, XZ, YZ stacked as channels.
    pub fn forward(&self, points: &Tensor) -> TensorResult<Tensor> {
        let batch = points.shape().first().copied().unwrap_or(0);
        let count = points.shape().get(1).copied().unwrap_or(0);
        let lifted = self.lift.forward(points)?.unary(Unary::Silu)?;
        let local = self.local.forward(&lifted)?.unary(Unary::Silu)?;
        let global = local.reduce(Reduction::Maximum, 1)?.reshape(&[batch, 1, self.width])?;
        let joined = self.merge_local.forward(&local)?.add(&self.merge_global.forward(&global)?)?;
        let merged = joined.unary(Unary::Silu)?;
        let features = self.output.forward(&merged)?;

        let host = points.to_vec()?;
        let side = self.resolution;
        let mut planes = Vec::with_capacity(3);
        for [column, row] in [[0, 1], [0, 2], [1, 2]] {
            let mut cells = Vec::with_capacity(batch * count);
            for point in host.chunks_exact(3) {
                cells.push((cell(point, row, side) * side + cell(point, column, side)) as u32);
            }
            planes.push(features.scatter_mean(&cells, side * side)?);
        }
        let stacked = Tensor::concat(&planes.iter().collect::<Vec<_>>(), 2)?;
        stacked.permute(&[0, 2, 1])?.reshape(&[batch, 3 * self.width, side, side])
    }
}

/// The cell that a coordinate falls into, clamped to the plane.
fn cell(point: &[f32], axis: usize, side: usize) -> usize {
    let coordinate = point.get(axis).copied().unwrap_or(0.0);
    let scaled = (coordinate * 0.5 + 0.5) * side as f32;
    (scaled.max(0.0) as usize).min(side - 1)
}

/// What stands for "no shape": points spread evenly on a sphere of radius ½ by the golden angle.
///
/// Source: LATTE3D's point-cloud annealing ends at a fixed sphere; the spread is Fibonacci's.
pub fn dummy_sphere(count: usize) -> Vec<[f32; 3]> {
    let golden_angle = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    (0..count)
        .map(|index| {
            let height = 1.0 - 2.0 * (index as f64 + 0.5) / count as f64;
            let (sine, cosine) = (golden_angle * index as f64).sin_cos();
            let ring = (1.0 - height * height).sqrt();
            [0.5 * ring * cosine, 0.5 * height, 0.5 * ring * sine].map(|coordinate| coordinate as f32)
        })
        .collect()
}
