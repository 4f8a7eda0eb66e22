//! The command that refines a prompt.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use att3d::engine::Engine;
use att3d::pipeline::Model;
use att3d_torch::TorchEngine;
use clap::Args;
use tch::Device;

use super::error::RefineError;
use super::held::{Held, Measured};
use super::latent::RefinedLatent;
use crate::TrainError;
use crate::distill::{DistillRecipe, Interpolation, StepLoss, draw, render_items};
use crate::judge::PromptJudge;
use crate::prior::{self, Prior, PromptSet};
use crate::run::read_json;

/// Refines the answer of a model to one prompt by score distillation. Only an offset of the prompt's latent
/// is trained. `att3d generate --offset` adds it.
#[derive(Args)]
pub struct Refine {
    /// Prompt to refine.
    pub(super) prompt: String,
    /// Package of the model, such as one of `att3d-train export`.
    #[arg(long)]
    pub(super) model: PathBuf,
    /// Prior: a run folder of `att3d-train prior`, or the file of a TorchScript module.
    #[arg(long)]
    pub(super) prior: PathBuf,
    /// File to write.
    #[arg(short, long, value_name = "FILE.offset")]
    pub(super) output: PathBuf,
    /// Number of steps.
    #[arg(long, default_value_t = 200)]
    pub(super) steps: u64,
    /// Learning rate of Adam.
    #[arg(long, default_value_t = 0.01)]
    pub(super) learning_rate: f64,
    /// JSON file with a recipe of `att3d-train distill`; absent fields have their default. Its number of
    /// steps, its learning rate, its interpolation and its shapes are not used.
    #[arg(long)]
    pub(super) recipe: Option<PathBuf>,
    /// Run folder of `att3d-train judge`, which scores the renders before and after.
    #[arg(long)]
    pub(super) judge: Option<PathBuf>,
    /// Prompts among which the judge selects: `pigs`, or a text file with one prompt in each line. The
    /// refined prompt must be one of them.
    #[arg(long, default_value = "pigs")]
    pub(super) prompts: PromptSet,
    /// Time limit in minutes; the refinement then stops, and the file is written.
    #[arg(long)]
    pub(super) time_limit: Option<f64>,
    /// Threads of libtorch.
    #[arg(long)]
    pub(super) threads: Option<i32>,
}

/// Number of steps between lines of the log.
const LOG_EVERY: u64 = 20;

/// What a refinement measured.
pub(super) struct Outcome {
    pub(super) steps: u64,
    pub(super) before: Measured,
    pub(super) after: Measured,
}

/// Runs the command. Errors: `Refine` for a loss that is not finite; no file is written then.
pub fn run(options: &Refine) -> Result<(), TrainError> {
    let prior = prior::open(&options.prior, Device::Cpu)?;
    let Outcome { steps, before, after } = refine(options, prior.as_ref())?;
    println!("{}: {steps} steps for \"{}\"", options.output.display(), options.prompt);
    println!("measured on held views, times and noises, before and after:");
    println!("  loss of score distillation             {:.5}  {:.5}", before.loss, after.loss);
    println!("  error of the noise without guidance    {:.5}  {:.5}", before.error, after.error);
    if let (Some(before), Some(after)) = (before.score, after.score) {
        println!(
            "  R-probability                          {:.3}    {:.3}",
            before.probability, after.probability
        );
        println!(
            "  R-precision                            {:.3}    {:.3}",
            before.precision, after.precision
        );
    }
    if after.loss >= before.loss {
        println!("the loss did not fall: try more steps or a lower --learning-rate");
    }
    Ok(())
}

/// Refines a prompt with an open prior and writes the offset.
pub(super) fn refine(options: &Refine, prior: &dyn Prior) -> Result<Outcome, TrainError> {
    let recipe = recipe(options)?;
    check_folder(&options.output)?;
    let torch = TorchEngine::new(Device::Cpu, options.threads)?.with_gradients(true);
    let engine: Arc<dyn Engine> = Arc::new(torch);
    let model = Model::open(&options.model, &engine)?;
    if model.is_diffusion() {
        return Err(RefineError::Diffusion(options.model.clone()).into());
    }
    let judge = match &options.judge {
        Some(run) => Some(PromptJudge::open(run, &options.prompts, &options.prompt, options.threads)?),
        None => None,
    };
    let mut latent = RefinedLatent::new(&model, &options.prompt, &recipe)?;
    let prompts = [options.prompt.clone()];
    let held = Held { model: &model, prior, recipe: &recipe, prompts: &prompts, judge: judge.as_ref() };
    let before = held.measure(latent.base(), 0)?;
    let steps = optimize(options, &held, &mut latent)?;
    let offset = latent.averaged()?;
    let sum = model.add_offset(latent.base(), &offset)?;
    let after = held.measure(&sum, steps)?;
    offset.write(&options.output)?;
    Ok(Outcome { steps, before, after })
}

/// Trains the offset. Returns the number of completed steps. Errors: `Refine` for a term that is not finite.
fn optimize(options: &Refine, held: &Held<'_>, latent: &mut RefinedLatent) -> Result<u64, TrainError> {
    let &Held { model, prior, recipe, prompts, .. } = held;
    let bar = indicatif::ProgressBar::new(recipe.steps);
    let begun = Instant::now();
    let mut sums = [0.0; 2];
    for step in 0..recipe.steps {
        let items = draw(recipe, &prior.view_ranges(), prompts.len(), prior.views(), step);
        let fields = model.prompt_fields(&latent.current()?)?;
        let (engine, resolution) = (model.engine(), prior.resolution());
        let rendered = render_items(engine, &fields, &items, resolution, held.density(), recipe, step)?;
        let found = StepLoss::of(prior, &rendered, &items, prompts, None, recipe, step)?;
        if let Some(term) = found.not_finite() {
            return Err(RefineError::NotFinite { term, step }.into());
        }
        latent.step(&found.loss, recipe.learning_rate).map_err(|error| match error {
            TrainError::Diverged { .. } => {
                RefineError::NotFinite { term: "gradient of the offset", step }.into()
            }
            error => error,
        })?;
        bar.set_position(step + 1);
        sums = [sums[0] + found.error, sums[1] + found.opacity];
        if (step + 1).is_multiple_of(LOG_EVERY) {
            let [error, opacity] = sums.map(|sum| sum / LOG_EVERY as f64);
            let message = format!("error of the noise {error:.3}, opacity {opacity:.3}");
            if !std::io::stderr().is_terminal() {
                eprintln!("step {} of {}: {message}", step + 1, recipe.steps);
            }
            bar.set_message(message);
            sums = [0.0; 2];
        }
        if options.time_limit.is_some_and(|limit| begun.elapsed().as_secs_f64() >= limit * 60.0) {
            bar.finish();
            return Ok(step + 1);
        }
    }
    bar.finish();
    Ok(recipe.steps)
}

/// Returns the recipe of the refinement. Errors: `Distill` for a value out of range; `Io`.
fn recipe(options: &Refine) -> Result<DistillRecipe, TrainError> {
    let recipe: DistillRecipe = match &options.recipe {
        Some(path) => read_json(path)?,
        None => DistillRecipe::default(),
    };
    let (steps, learning_rate) = (options.steps, options.learning_rate);
    let recipe = DistillRecipe {
        steps,
        learning_rate,
        interpolation: Interpolation::None,
        shape_weight: [0.0; 2],
        clouds: [0.0; 2],
        ..recipe
    };
    recipe.check()?;
    Ok(recipe)
}

/// Checks that the folder of the output exists, before the long work. Errors: `Refine`.
fn check_folder(output: &Path) -> Result<(), RefineError> {
    match output.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(RefineError::NoFolder(folder.to_owned()))
        }
        _ => Ok(()),
    }
}
