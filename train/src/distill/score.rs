//! Score distillation sampling: the gradient by which a prior would make a render more probable.
//!
//! Source: Poole et al. 2023 (DreamFusion), eq. 3.

use tch::{Kind, Tensor};

use super::recipe::{DistillRecipe, Interpolation};
use super::targets::{Item, per_view};
use crate::TrainError;
use crate::camera::Camera;
use crate::prior::{Noisy, Prior, PromptEmbedding};

/// The score of the renders of a step.
pub struct Score {
    /// Scalar whose gradient is that of score distillation. Its value means nothing.
    pub loss: Tensor,
    /// Mean squared difference of predicted and added noise, for the log.
    pub error: f64,
    /// The same with the weight of each time, 1 - ᾱ (DreamFusion, eq. 1).
    pub weighted_error: f64,
}

/// Computes the score. colors: sRGB renders of all views, [n, 3, r, r], from 0 to 1, with gradients. prompts:
/// texts of the run. seed: of the noise.
pub fn score(
    prior: &dyn Prior,
    colors: &Tensor,
    items: &[Item],
    prompts: &[String],
    recipe: &DistillRecipe,
    seed: i64,
) -> Result<Score, TrainError> {
    let latents = prior.encode(&colors.f_mul_scalar(2.0)?.f_sub_scalar(1.0)?)?;
    let gradient = {
        let _guard = tch::no_grad_guard();
        let cameras: Vec<Camera> =
            items.iter().flat_map(|item| &item.views).map(|view| view.camera).collect();
        let times = Tensor::f_from_slice(&per_view(items, |item| item.time))?;
        let kept = prior.signal(&times)?.f_reshape([-1, 1, 1, 1])?;
        let lost = kept.f_neg()?.f_add_scalar(1.0)?;
        tch::manual_seed(seed);
        let noise = latents.f_randn_like()?;
        let mixed = latents.f_mul(&kept.f_sqrt()?)?.f_add(&noise.f_mul(&lost.f_sqrt()?)?)?;
        let noisy = Noisy { latents: &mixed, times: &times, cameras: &cameras };
        let predicted = predicted(prior, noisy, items, prompts, recipe)?;
        // The weight of a time is 1 - ᾱ. A retrieved shape takes its share of the loss.
        let shares = per_view(items, |item| 1.0 - item.shape_weight);
        let shares = Tensor::f_from_slice(&shares)?.f_reshape([-1, 1, 1, 1])?;
        let difference = predicted.f_sub(&noise)?;
        let squared = difference.f_square()?;
        let error = squared.f_mean(Kind::Float)?.f_double_value(&[])?;
        let weighted_error = squared.f_mul(&lost)?.f_mean(Kind::Float)?.f_double_value(&[])?;
        let gradient = difference.f_mul(&lost)?.f_mul(&shares)?.f_div_scalar(items.len() as f64)?;
        (gradient, error, weighted_error)
    };
    let (gradient, error, weighted_error) = gradient;
    let loss = latents.f_mul(&gradient)?.f_sum(Kind::Float)?;
    Ok(Score { loss, error, weighted_error })
}

/// Predicts the noise with guidance toward the prompts of the items.
fn predicted(
    prior: &dyn Prior,
    noisy: Noisy<'_>,
    items: &[Item],
    prompts: &[String],
    recipe: &DistillRecipe,
) -> Result<Tensor, TrainError> {
    let parts = items.iter().map(|item| item.asked.len()).max().unwrap_or(1);
    // The prompt of each view, and its weight. An item with fewer parts gets its last prompt with weight 0.
    let part = |index: usize| -> (Vec<&str>, Vec<f32>) {
        let views = items.iter().flat_map(|item| {
            let last = item.asked.last().map_or(0, |&(prompt, _)| prompt);
            let (prompt, weight) = item.asked.get(index).copied().unwrap_or((last, 0.0));
            vec![(prompts.get(prompt).map_or("", String::as_str), weight as f32); item.views.len()]
        });
        views.unzip()
    };
    let embed = |index: usize| -> Result<(PromptEmbedding, Tensor), TrainError> {
        let (texts, weights) = part(index);
        Ok((prior.embed(&texts, noisy.cameras)?, Tensor::f_from_slice(&weights)?))
    };
    if parts == 1 {
        return prior.predict_guided(noisy, &embed(0)?.0, recipe.guidance);
    }
    let parts = (0..parts).map(embed).collect::<Result<Vec<_>, _>>()?;
    if recipe.interpolation == Interpolation::Guidance {
        let empty = prior.predict_noise(noisy, None)?;
        let mut sum = empty.shallow_clone();
        for (embedding, weights) in &parts {
            let toward = prior.predict_noise(noisy, Some(embedding))?.f_sub(&empty)?;
            let weights = weights.f_mul_scalar(recipe.guidance)?.f_reshape([-1, 1, 1, 1])?;
            sum = sum.f_add(&toward.f_mul(&weights)?)?;
        }
        return Ok(sum);
    }
    let mixed = |of: fn(&PromptEmbedding) -> &Tensor, shape: &[i64]| -> Result<Tensor, TrainError> {
        let mut sum: Option<Tensor> = None;
        for (embedding, weights) in &parts {
            let part = of(embedding).f_mul(&weights.f_reshape(shape)?)?;
            sum = Some(match sum {
                Some(sum) => sum.f_add(&part)?,
                None => part,
            });
        }
        Ok(sum.unwrap_or_default())
    };
    let text = PromptEmbedding {
        tokens: mixed(|embedding| &embedding.tokens, &[-1, 1, 1])?,
        pooled: mixed(|embedding| &embedding.pooled, &[-1, 1])?,
    };
    prior.predict_guided(noisy, &text, recipe.guidance)
}
