//! The shape input of the generator: three planes of features from a point cloud.
//!
//! It is a small PointNet (Qi et al. 2017): an MLP for each point, a maximum over all points, and an MLP on
//! the features of the point and the maximum. Then each plane cell gets the mean of the features of the
//! points that project to it (Peng et al. 2020, Convolutional Occupancy Networks).

use crate::engine::{Reduction, Unary};
use crate::math::sin_cos_f64;
use crate::nn::{Linear, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::TriplaneConfig;

/// Numbers per point with attributes: position, normal, sRGB color minus 0.5, and the keep share from 0 to 1
/// (LATTE3D's α). The numbers of an unknown normal or color are 0. For the dummy sphere, all numbers except
/// the position are 0.
pub const POINT_FEATURES: usize = 10;

/// A network that maps points to planes.
#[derive(Clone, Debug)]
pub struct PointNet {
    lift: Linear,
    local: Linear,
    merge_local: Linear,
    merge_global: Linear,
    output: Linear,
    resolution: usize,
    hidden: usize,
    width: usize,
    features: usize,
}

impl PointNet {
    /// Loads the parameters of the PointNet. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, config: &TriplaneConfig) -> Result<Self, NnError> {
        let width = config.point_width;
        let hidden = if config.point_hidden == 0 { width } else { config.point_hidden };
        let features = if config.point_attributes { POINT_FEATURES } else { 3 };
        Ok(Self {
            lift: Linear::load(&scope.child("lift"), features, hidden)?,
            local: Linear::load(&scope.child("local"), hidden, hidden)?,
            merge_local: Linear::load(&scope.child("merge_local"), hidden, hidden)?,
            merge_global: Linear::load(&scope.child("merge_global"), hidden, hidden)?,
            output: Linear::load(&scope.child("output"), hidden, width)?,
            resolution: config.base_resolution,
            hidden,
            width,
            features,
        })
    }

    /// Returns the points of the dummy sphere and their shape, [1, count, features].
    pub fn sphere(&self, count: usize) -> (Vec<f32>, [usize; 3]) {
        let mut values = vec![0.0; count * self.features];
        for (row, point) in values.chunks_exact_mut(self.features).zip(dummy_sphere(count)) {
            row.iter_mut().zip(point).for_each(|(value, coordinate)| *value = coordinate);
        }
        (values, [1, count, self.features])
    }

    /// Computes the planes. points: [b, n, 3], or [b, n, [`POINT_FEATURES`]] with attributes, in object
    /// space. Returns [b, 3 · width, r, r] with r = `base_resolution`: the planes XY, XZ, YZ stacked
    /// as channels. Errors: `ShapeMismatch`.
    pub fn forward(&self, points: &Tensor) -> TensorResult<Tensor> {
        let batch = points.shape().first().copied().unwrap_or(0);
        let count = points.shape().get(1).copied().unwrap_or(0);
        let lifted = self.lift.forward(points)?.unary(Unary::Silu)?;
        let local = self.local.forward(&lifted)?.unary(Unary::Silu)?;
        let global = local.reduce(Reduction::Maximum, 1)?.reshape(&[batch, 1, self.hidden])?;
        let joined = self.merge_local.forward(&local)?.add(&self.merge_global.forward(&global)?)?;
        let merged = joined.unary(Unary::Silu)?;
        let features = self.output.forward(&merged)?;

        let host = points.to_vec()?;
        let side = self.resolution;
        let mut planes = Vec::with_capacity(3);
        for [column, row] in [[0, 1], [0, 2], [1, 2]] {
            let mut cells = Vec::with_capacity(batch * count);
            for point in host.chunks_exact(self.features) {
                cells.push((cell(point, row, side) * side + cell(point, column, side)) as u32);
            }
            planes.push(features.scatter_mean(&cells, side * side)?);
        }
        let stacked = Tensor::concat(&planes.iter().collect::<Vec<_>>(), 2)?;
        stacked.permute(&[0, 2, 1])?.reshape(&[batch, 3 * self.width, side, side])
    }
}

/// Returns the index of the cell that contains the point, along one axis; points outside are clamped.
fn cell(point: &[f32], axis: usize, side: usize) -> usize {
    debug_assert!(axis < point.len(), "a point of {} numbers has no axis {axis}", point.len());
    let coordinate = point.get(axis).copied().unwrap_or(0.0);
    let scaled = (coordinate * 0.5 + 0.5) * side as f32;
    (scaled.max(0.0) as usize).min(side - 1)
}

/// Returns the points that replace a missing shape. They are spread evenly on a sphere of radius ½ by the
/// golden angle.
///
/// Source: LATTE3D's point-cloud annealing ends at a fixed sphere. The points form a Fibonacci lattice.
pub fn dummy_sphere(count: usize) -> Vec<[f32; 3]> {
    let golden_angle = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    (0..count)
        .map(|index| {
            let height = 1.0 - 2.0 * (index as f64 + 0.5) / count as f64;
            let (sine, cosine) = sin_cos_f64(golden_angle * index as f64);
            let ring = (1.0 - height * height).sqrt();
            [0.5 * ring * cosine, 0.5 * height, 0.5 * ring * sine].map(|coordinate| coordinate as f32)
        })
        .collect()
}
