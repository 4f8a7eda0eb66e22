//! What a step computes: the renders of its items, and the loss of these renders.

use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::PromptFields;
use tch::{Kind, Tensor};
use toybox::Random;

use super::recipe::DistillRecipe;
use super::score::score;
use super::targets::{Item, per_view};
use crate::TrainError;
use crate::camera::{Camera, Light};
use crate::prior::Prior;
use crate::volume::{Density, Rendered, Settings, entropy_loss, opacity_loss, orientation_loss, render};

/// Differences between the seeds of a run's random streams.
const NOISE: u64 = 0x6e6f_6973;
const SAMPLES: u64 = 0x7261_7973;

/// Renders the items of a step. fields: one field for each item, or one for all items. step: number of the
/// step, which places the samples.
pub fn render_items(
    engine: &Arc<dyn Engine>,
    fields: &PromptFields,
    items: &[Item],
    resolution: usize,
    density: Density,
    recipe: &DistillRecipe,
    step: u64,
) -> Result<Rendered, TrainError> {
    let views = || items.iter().flat_map(|item| &item.views);
    let cameras: Vec<Camera> = views().map(|view| view.camera).collect();
    let lights: Vec<Light> = views().map(|view| view.light.with(view.shading)).collect();
    let gray = views().next().map(|view| [view.background; 3]);
    let settings = Settings {
        resolution,
        samples: recipe.samples,
        background: if recipe.environment { None } else { gray },
        ..Settings::new(density)
    };
    let mut random = Random::stream(recipe.seed ^ SAMPLES, step);
    render(engine, fields, &cameras, &lights, &settings, &mut random)
}

/// The loss of the renders of a step.
pub struct StepLoss {
    /// Scalar with gradients. Its value means nothing.
    pub loss: Tensor,
    /// Mean squared difference of the predicted and the added noise.
    pub error: f64,
    /// The same with the weights of score distillation.
    pub weighted_error: f64,
    /// Mean opacity.
    pub opacity: f64,
    /// Values of the terms by their names for messages.
    terms: Vec<(&'static str, f64)>,
}

impl StepLoss {
    /// Computes the loss of the renders of all items. prompts: texts of the run. silhouettes: those of the
    /// retrieved shapes, [n, 1, r, r]. step: number of the step, which selects the noise.
    pub fn of(
        prior: &dyn Prior,
        rendered: &Rendered,
        items: &[Item],
        prompts: &[String],
        silhouettes: Option<&Tensor>,
        recipe: &DistillRecipe,
        step: u64,
    ) -> Result<Self, TrainError> {
        let seed = Random::stream(recipe.seed ^ NOISE, step).bits() as i64;
        let score = score(prior, &rendered.color, items, prompts, recipe, seed)?;
        let of_opacity = opacity_loss(rendered)?;
        let opacity = rendered.opacity.f_mean(Kind::Float)?.f_double_value(&[])?;
        let mut terms = vec![
            ("difference of the predicted and the added noise", score.error),
            ("score", score.loss.f_double_value(&[])?),
            ("opacity", opacity),
        ];
        let mut loss = score.loss.f_add(&of_opacity.f_mul_scalar(recipe.opacity_weight)?)?;
        if let (true, Some(orientation)) = (recipe.orientation_weight > 0.0, orientation_loss(rendered)?) {
            terms.push(("orientation", orientation.f_double_value(&[])?));
            loss = loss.f_add(&orientation.f_mul_scalar(recipe.orientation_weight)?)?;
        }
        if recipe.entropy_weight > 0.0 {
            let entropy = entropy_loss(rendered)?;
            terms.push(("entropy of the opacity", entropy.f_double_value(&[])?));
            loss = loss.f_add(&entropy.f_mul_scalar(recipe.entropy_weight)?)?;
        }
        if let Some(silhouettes) = silhouettes {
            let of_shapes = shape_loss(&rendered.opacity, silhouettes, items)?;
            terms.push(("shapes", of_shapes.f_double_value(&[])?));
            loss = loss.f_add(&of_shapes)?;
        }
        terms.push(("sum", loss.f_double_value(&[])?));
        Ok(Self { loss, error: score.error, weighted_error: score.weighted_error, opacity, terms })
    }

    /// Returns the name of the first term that is not finite.
    pub fn not_finite(&self) -> Option<&'static str> {
        self.terms.iter().find(|(_, value)| !value.is_finite()).map(|(name, _)| *name)
    }
}

/// Returns the mean over the items of α times the sum of (opacity - silhouette)² over the pixels of its
/// views. opacity, silhouettes: [n, 1, r, r].
fn shape_loss(opacity: &Tensor, silhouettes: &Tensor, items: &[Item]) -> Result<Tensor, TrainError> {
    let weights = per_view(items, |item| item.shape_weight);
    let weights = Tensor::f_from_slice(&weights)?.f_reshape([-1, 1, 1, 1])?;
    let errors = opacity.f_sub(silhouettes)?.f_square()?;
    Ok(errors.f_mul(&weights)?.f_sum(Kind::Float)?.f_div_scalar(items.len() as f64)?)
}
