//! The losses: signed distance, occupancy, color and material.

use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::PromptFields;
use att3d::tensor::{Field, FieldParts, Tensor};
use att3d_torch::TorchEngine;
use tch::{Kind, Reduction};

use crate::TrainError;
use crate::data::Batch;
use crate::recipe::{Recipe, STEEPEST, Stage};

/// Distance from the surface, in object space, at which an error has half the weight that it has at the
/// surface. Errors far from the surface matter only for skipping empty blocks.
const HALF_WEIGHT_DISTANCE: f64 = 0.1;
/// Distance from the surface, in object space, at which an error of the slope has half the weight that it has
/// at the surface. Normals are visible only on the surface.
const NORMAL_HALF_WEIGHT_DISTANCE: f64 = 0.03;
/// Width of the soft occupancy in object space: about one cell at 128³.
const OCCUPANCY_SCALE: f64 = 0.02;

/// The terms of a step's loss, each a scalar.
pub struct Losses {
    /// Total loss, which is minimized.
    pub total: tch::Tensor,
    /// Weighted mean absolute error of the distance.
    pub distance: tch::Tensor,
    /// Cross-entropy of inside and outside.
    pub occupancy: tch::Tensor,
    /// Mean absolute error of sRGB color near the surface.
    pub color: tch::Tensor,
    /// Mean absolute error of metallic and roughness near the surface.
    pub material: tch::Tensor,
    /// Mean squared excess of the field's slope between neighbors over [`STEEPEST`].
    pub slope: tch::Tensor,
    /// Weighted mean absolute error of the field's slope between neighbors, relative to the slope of the true
    /// distances.
    pub normal: tch::Tensor,
}

/// Computes the losses of a batch.
pub fn losses(
    engine: &Arc<dyn Engine>,
    fields: &PromptFields,
    batch: &Batch,
    recipe: &Recipe,
) -> Result<Losses, TrainError> {
    let prompts = recipe.prompts;
    let host = |values: &[f32], shape: &[usize]| Tensor::from_slice(engine, values, shape);
    let raw = |tensor: &Tensor| TorchEngine::tensor(tensor.buffer());

    let zero = || tch::Tensor::from(0f32);
    let (distance, occupancy, slope, normal) = match recipe.stage {
        Stage::Everything => {
            let points = host(&batch.distance_points, &[prompts, recipe.distance_points, 3])?;
            let predicted = raw(&exactly(engine, &fields.geometry)?.evaluate(&points)?)?;
            let truth = raw(&host(&batch.distances, &[prompts, recipe.distance_points, 1])?)?;
            let (slope, normal) = slope_losses(&predicted, &truth, &raw(&points)?, recipe.distance_points)?;
            let (distance, occupancy) = surface_losses(&predicted.f_reshape([-1])?, &truth.f_reshape([-1])?)?;
            (distance, occupancy, slope, normal)
        }
        Stage::Texture => (zero(), zero(), zero(), zero()),
    };

    let points = host(&batch.texture_points, &[prompts, recipe.texture_points, 3])?;
    let predicted = raw(&exactly(engine, &fields.texture)?.evaluate(&points)?)?;
    let truth = raw(&host(&batch.materials, &[prompts, recipe.texture_points, 5])?)?;
    let error = (predicted - truth).f_abs()?;
    let color = error.f_narrow(2, 0, 3)?.f_mean(Kind::Float)?;
    let material = error.f_narrow(2, 3, 2)?.f_mean(Kind::Float)?;

    let texture = &color + &material * 0.3;
    // The distance loss is about 0.02 when the color loss is about 0.1. With the factor ten both have similar
    // weights.
    let total = &distance * 10.0
        + &occupancy * recipe.occupancy_weight
        + &slope * recipe.slope_weight
        + &normal * recipe.normal_weight
        + texture * recipe.texture_weight;
    Ok(Losses { total, distance, occupancy, color, material, slope, normal })
}

/// Returns a triplane field with its planes converted to f32, on the given engine; other fields are returned
/// unchanged. A distance of low precision has no usable slope.
pub fn exactly(engine: &Arc<dyn Engine>, field: &Field) -> Result<Field, TrainError> {
    let FieldParts::Triplane(planes) = &field.parts else { return Ok(field.clone()) };
    let values = TorchEngine::tensor(planes.buffer())?.f_to_kind(Kind::Float)?;
    let planes = Tensor::from_buffer(engine, TorchEngine::wrap(values), planes.shape());
    Ok(Field { parts: FieldParts::Triplane(planes), ..field.clone() })
}

/// Computes two losses of the field's slope between neighbors: (mean squared excess over [`STEEPEST`],
/// weighted mean absolute error against the true slope).
///
/// `predicted` and `truth` are signed distances, [b, n, 1]. `points` are in object space, [b, n, 3]. The i-th
/// point of the last quarter is a neighbor of the i-th point of the third quarter. The directions between
/// neighbors are random, so the second loss trains the whole gradient. The plane sampler has no second
/// derivatives, and this loss does not need them.
fn slope_losses(
    predicted: &tch::Tensor,
    truth: &tch::Tensor,
    points: &tch::Tensor,
    count: usize,
) -> Result<(tch::Tensor, tch::Tensor), TrainError> {
    let (count, pairs) = (count as i64, count as i64 / 4);
    let first = |tensor: &tch::Tensor| tensor.f_narrow(1, count - 2 * pairs, pairs);
    let between = |tensor: &tch::Tensor| -> Result<tch::Tensor, TrainError> {
        Ok(tensor.f_narrow(1, count - pairs, pairs)?.f_sub(&first(tensor)?)?)
    };
    // Both points of a pair at the edge of the box may have been clamped to the same place.
    let run = between(points)?.f_square()?.f_sum_dim_intlist(2, true, Kind::Float)?.f_sqrt()?;
    let run = run.f_clamp_min(1e-3)?;
    let slope = between(predicted)? / &run;
    let excess = (slope.f_abs()? - STEEPEST).f_relu()?.f_square()?.f_mean(Kind::Float)?;
    let weight =
        (first(truth)?.f_abs()? + NORMAL_HALF_WEIGHT_DISTANCE).f_reciprocal()? * NORMAL_HALF_WEIGHT_DISTANCE;
    let error = (slope - between(truth)? / run).f_abs()?;
    Ok((excess, (error * weight).f_mean(Kind::Float)?))
}

/// Computes (distance, occupancy) from predicted and true signed distances, both \[n\].
fn surface_losses(
    predicted: &tch::Tensor,
    truth: &tch::Tensor,
) -> Result<(tch::Tensor, tch::Tensor), TrainError> {
    let weight = (truth.f_abs()? + HALF_WEIGHT_DISTANCE).f_reciprocal()? * HALF_WEIGHT_DISTANCE;
    let distance = ((predicted - truth).f_abs()? * weight).f_mean(Kind::Float)?;
    let inside = truth.f_lt(0.0)?.f_to_kind(Kind::Float)?;
    let logits = predicted.f_mul_scalar(-1.0 / OCCUPANCY_SCALE)?;
    let occupancy =
        logits.f_binary_cross_entropy_with_logits::<tch::Tensor>(&inside, None, None, Reduction::Mean)?;
    Ok((distance, occupancy))
}

#[cfg(test)]
mod tests;
