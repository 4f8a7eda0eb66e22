//! What the network is held to: signed distance, occupancy, colour and material.

use att3d::generator::PromptFields;
use att3d::tensor::Tensor;
use att3d_torch::TorchEngine;
use tch::{Kind, Reduction};

use crate::TrainError;
use crate::data::Batch;
use crate::recipe::{Recipe, Stage};

/// Distance at which an error counts half: far distances matter only to the skipping of empty blocks.
const HALF_WEIGHT_DISTANCE: f64 = 0.1;
/// Softness of the occupancy, object space: about one cell at 128³.
const OCCUPANCY_SCALE: f64 = 0.02;

/// The parts of a step's loss, each a scalar.
pub struct Losses {
    /// What is minimised.
    pub total: tch::Tensor,
    /// Weighted mean absolute error of the distance.
    pub distance: tch::Tensor,
    /// Cross-entropy of inside and outside.
    pub occupancy: tch::Tensor,
    /// Mean absolute error of sRGB colour near the surface.
    pub color: tch::Tensor,
    /// Mean absolute error of metallic and roughness near the surface.
    pub material: tch::Tensor,
}

/// The losses of one batch.
pub fn losses(
    engine: &std::sync::Arc<dyn att3d::engine::Engine>,
    fields: &PromptFields,
    batch: &Batch,
    recipe: &Recipe,
) -> Result<Losses, TrainError> {
    let prompts = recipe.prompts;
    let host = |values: &[f32], shape: &[usize]| Tensor::from_slice(engine, values, shape);
    let raw = |tensor: &Tensor| TorchEngine::tensor(tensor.buffer());

    let (distance, occupancy) = match recipe.stage {
        Stage::Everything => {
            let points = host(&batch.distance_points, &[prompts, recipe.distance_points, 3])?;
            let predicted = raw(&fields.geometry.evaluate(&points)?)?.f_reshape([-1])?;
            surface_losses(&predicted, &raw(&host(&batch.distances, &[prompts * recipe.distance_points])?)?)?
        }
        Stage::Texture => (tch::Tensor::from(0f32), tch::Tensor::from(0f32)),
    };

    let points = host(&batch.texture_points, &[prompts, recipe.texture_points, 3])?;
    let predicted = raw(&fields.texture.evaluate(&points)?)?;
    let truth = raw(&host(&batch.materials, &[prompts, recipe.texture_points, 5])?)?;
    let error = (predicted - truth).f_abs()?;
    let color = error.f_narrow(2, 0, 3)?.f_mean(Kind::Float)?;
    let material = error.f_narrow(2, 3, 2)?.f_mean(Kind::Float)?;

    let texture = &color + &material * 0.3;
    // Distances are near 0.02 where colours are near 0.1: ten makes them weigh alike.
    let total = &distance * 10.0 + &occupancy * recipe.occupancy_weight + texture * recipe.texture_weight;
    Ok(Losses { total, distance, occupancy, color, material })
}

/// (distance, occupancy) of predicted and true signed distances, both [n].
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
