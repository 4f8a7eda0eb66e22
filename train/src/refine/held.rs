//! The measure of a latent: the loss of score distillation on fixed views, times and noises that the
//! refinement does not use.

use att3d::generator::PromptFields;
use att3d::nn::Latent;
use att3d::pipeline::Model;

use super::error::RefineError;
use crate::TrainError;
use crate::distill::{DistillRecipe, Item, StepLoss, draw, render_items};
use crate::judge::{PromptJudge, Score};
use crate::prior::Prior;
use crate::volume::Density;

/// Difference between the seeds of the refinement and of the measure.
const HELD: u64 = 0x6865_6c64;
/// Number of steps of the measure. The times of each step are spread over their range.
const STEPS: u64 = 4;

/// What is measured of a latent.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Mean loss of score distillation: (1 - ᾱ) times the squared difference of the predicted and the added
    /// noise, with guidance.
    pub loss: f64,
    /// Mean squared difference of the predicted and the added noise for the prompt, without guidance.
    pub error: f64,
    /// Score by the judge; `None` without a judge.
    pub score: Option<Score>,
}

/// Measures latents of one prompt. The result does not depend on the number of steps of the refinement.
pub struct Held<'a> {
    /// Model.
    pub model: &'a Model,
    /// Prior.
    pub prior: &'a dyn Prior,
    /// Recipe of the refinement.
    pub recipe: &'a DistillRecipe,
    /// The prompt.
    pub prompts: &'a [String],
    /// Judge; `None` if there is none.
    pub judge: Option<&'a PromptJudge>,
}

impl Held<'_> {
    /// Measures a latent. step: number of completed steps, for messages. Errors: `Refine` for a result that
    /// is not finite.
    pub fn measure(&self, latent: &Latent, step: u64) -> Result<Measured, TrainError> {
        let _guard = tch::no_grad_guard();
        let fields = self.model.prompt_fields(latent)?;
        let recipe = DistillRecipe { seed: self.recipe.seed ^ HELD, ..self.recipe.clone() };
        let plain = DistillRecipe { guidance: 1.0, ..recipe.clone() };
        let (mut loss, mut error) = (0.0, 0.0);
        for held in 0..STEPS {
            let items = draw(&recipe, &self.prior.view_ranges(), 1, self.prior.views(), held);
            let found = self.loss(&fields, &items, [&recipe, &plain], held);
            let [guided, plain] = found?;
            if let Some(term) = guided.not_finite().or(plain.not_finite()) {
                return Err(RefineError::NotFinite { term, step }.into());
            }
            loss += guided.weighted_error / STEPS as f64;
            error += plain.error / STEPS as f64;
        }
        let score = |judge: &PromptJudge| judge.score(self.model.engine(), &fields, self.density());
        Ok(Measured { loss, error, score: self.judge.map(score).transpose()? })
    }

    /// Returns the loss of the same renders with two recipes.
    fn loss(
        &self,
        fields: &PromptFields,
        items: &[Item],
        recipes: [&DistillRecipe; 2],
        step: u64,
    ) -> Result<[StepLoss; 2], TrainError> {
        let [recipe, _] = recipes;
        let (engine, resolution) = (self.model.engine(), self.prior.resolution());
        let rendered = render_items(engine, fields, items, resolution, self.density(), recipe, step)?;
        let of = |recipe| StepLoss::of(self.prior, &rendered, items, self.prompts, None, recipe, step);
        let [first, second] = recipes;
        Ok([of(first)?, of(second)?])
    }

    /// Returns how the values of the model's fields become densities.
    pub fn density(&self) -> Density {
        // The last width of the training of a model with signed distances.
        Density::of(&self.model.config().surface, self.recipe.betas_of_surface[1] as f32)
    }
}
