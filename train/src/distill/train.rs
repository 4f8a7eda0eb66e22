//! The command that distills a generator from a prior.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::{Generator, POINT_FEATURES};
use att3d::nn::Scope;
use att3d::weights::Package;
use att3d::weights::config::{GeneratorConfig, ModelConfig, SurfaceConfig};
use att3d_torch::TorchEngine;
use clap::Args;
use tch::Device;
use toybox::Random;

use super::error::DistillError;
use super::parameters::Variables;
use super::recipe::{DistillRecipe, DistillState, VERSION, voxel_grid_config};
use super::shapes::Shapes;
use super::step::{StepLoss, render_items};
use super::targets::{self, Item};
use super::text::{Embedded, FrozenText};
use crate::TrainError;
use crate::checkpoint::{self, Arrays};
use crate::optimizer::Optimizer;
use crate::prior::{self, Prior, PromptSet};
use crate::recipe::Rates;
use crate::run::{Advance, Log, Means, Pace, Run, drive, read_json};
use crate::variables::ParameterStore;
use crate::volume::{Density, Rendered};

/// Trains a generator by score distillation from a diffusion prior, without any 3D data.
#[derive(Args)]
pub struct Distill {
    /// Prior: a run folder of `att3d-train prior`, or the file of a TorchScript module.
    #[arg(long)]
    pub(super) prior: PathBuf,
    /// Folder of checkpoints and log; an existing run is resumed.
    #[arg(short = 'o', long)]
    pub(super) run: PathBuf,
    /// Prompts: `pigs` for the 56 pig prompts with which ATT3D trains, or a text file with one prompt in each
    /// line (new runs only).
    #[arg(long, default_value = "pigs")]
    pub(super) prompts: PromptSet,
    /// Train only this prompt of the set; the option can be repeated (new runs only).
    #[arg(long)]
    pub(super) only: Vec<String>,
    /// Package whose text encoder the model uses; the default is the text encoder of the prior (new runs
    /// only).
    #[arg(long)]
    pub(super) text: Option<PathBuf>,
    /// Package with which the run begins: its text encoder, its sizes and its weights (new runs only).
    #[arg(long, conflicts_with_all = ["text", "config"])]
    pub(super) init: Option<PathBuf>,
    /// Prompts of shapes that guide the run as the recipe's `shape_weight` and `clouds` say: a text file with
    /// one prompt of the toybox in each line (new runs only).
    #[arg(long)]
    pub(super) shapes: Option<PromptSet>,
    /// JSON file with a recipe; absent fields have their default (new runs only).
    #[arg(long)]
    pub(super) recipe: Option<PathBuf>,
    /// JSON file with the sizes of the model (new runs only).
    #[arg(long)]
    pub(super) config: Option<PathBuf>,
    /// Steps of the run.
    #[arg(long)]
    pub(super) steps: Option<u64>,
    #[command(flatten)]
    pub(super) pace: Pace,
    /// Threads of libtorch.
    #[arg(long)]
    pub(super) threads: Option<i32>,
}

/// Difference between the seeds of a run's prompts and of its point clouds.
const CLOUDS: u64 = 0x636c_6f75;
/// Number of steps between lines of the log.
const LOG_EVERY: u64 = 20;
/// Columns of the log.
const COLUMNS: &str = "step,seconds,frames,error,opacity";

/// Runs the command. Errors: `Diverged` for a loss that is not finite; the state before that step is saved.
pub fn run(options: &Distill) -> Result<(), TrainError> {
    let mut trainer = Trainer::start(options)?;
    drive(&mut trainer, &options.run, &options.pace, |trainer| {
        let is_done = trainer.state.step >= trainer.state.recipe.steps;
        if is_done { Ok(None) } else { Ok(Some(Advance(trainer.step()?))) }
    })
}

/// A run of score distillation.
pub(super) struct Trainer {
    engine: Arc<dyn Engine>,
    prior: Box<dyn Prior>,
    text: FrozenText,
    embedded: Embedded,
    /// The retrieved shapes; `None` if they have no effect.
    shapes: Option<Shapes>,
    pub(super) variables: Variables,
    optimizer: Optimizer,
    pub(super) state: DistillState,
    log: Log,
}

impl Trainer {
    /// Creates or resumes a run. Errors: those of the options, of the prior and of the checkpoint.
    pub(super) fn start(options: &Distill) -> Result<Self, TrainError> {
        let prior = prior::open(&options.prior, Device::Cpu)?;
        Self::with_prior(options, prior)
    }

    /// Does the same as [`Trainer::start`] with an open prior.
    pub(super) fn with_prior(options: &Distill, prior: Box<dyn Prior>) -> Result<Self, TrainError> {
        fs::create_dir_all(&options.run).map_err(|source| TrainError::io(&options.run, source))?;
        let (mut state, arrays, text) = match DistillState::newest(&options.run)? {
            Some((state, arrays)) => {
                let text = FrozenText::of_arrays(&state, &arrays);
                (state, Some(arrays), text)
            }
            None => {
                let (state, text) = new_state(options)?;
                (state, None, text)
            }
        };
        state.recipe.steps = options.steps.unwrap_or(state.recipe.steps);
        state.recipe.check()?;
        let torch = TorchEngine::new(Device::Cpu, options.threads)?.with_gradients(true);
        let engine: Arc<dyn Engine> = Arc::new(torch);
        let embedded = text.embed(&engine, &state.prompts)?;
        let shapes = match state.recipe.has_shapes() {
            true => Some(Shapes::retrieve(&state.shapes, &text.embed(&engine, &state.shapes)?, &embedded)?),
            false => None,
        };
        if let Some(shapes) = &shapes {
            let count = state.shapes.len();
            eprintln!("{} of {count} shapes are nearest to some prompt", shapes.used());
        }
        let store = ParameterStore::new(engine.clone(), state.recipe.seed);
        generator(&Scope::root(&store), &state.config)?;
        if let (Some(path), None) = (&options.init, &arrays) {
            store.load_package(&Package::open(path)?, &state.tokenizer)?;
        }
        let mut variables = Variables::new(&engine, &store, &state.config, &state.recipe, &embedded)?;
        if arrays.is_none() && options.init.is_none() {
            variables.begin()?;
        }
        let mut optimizer = Optimizer::new(store, &state.recipe)?;
        if let Some(arrays) = &arrays {
            optimizer.load_state(arrays)?;
            variables.load(arrays)?;
        }
        let log = Log::open(&options.run, COLUMNS, state.step)?;
        Ok(Self { engine, prior, text, embedded, shapes, variables, optimizer, state, log })
    }

    /// Makes a step of the optimizer. Returns a message for the user in some steps. Errors: `Diverged` for a
    /// loss or a gradient that is not finite; nothing is changed then.
    pub(super) fn step(&mut self) -> Result<Option<String>, TrainError> {
        let recipe = &self.state.recipe;
        let step = self.state.step;
        let ranges = self.prior.view_ranges();
        let items = targets::draw(recipe, &ranges, self.state.prompts.len(), self.prior.views(), step);
        let rendered = self.render(&items)?;
        let prompts = &self.state.prompts;
        let silhouettes = match &self.shapes {
            Some(shapes) if recipe.shape_weight[1] > 0.0 => {
                Some(shapes.silhouettes(&items, self.prior.resolution())?)
            }
            _ => None,
        };
        let (prior, silhouettes) = (self.prior.as_ref(), silhouettes.as_ref());
        let found = StepLoss::of(prior, &rendered, &items, prompts, silhouettes, recipe, step)?;
        if found.not_finite().is_some() {
            return Err(TrainError::Diverged { step });
        }
        let values = [found.error, found.opacity];
        self.optimizer.zero_grad()?;
        found.loss.f_backward()?;
        let rate = recipe.learning_rate;
        self.optimizer.step(Rates { vectors: rate, matrices: rate })?;
        self.variables.follow()?;
        self.state.step += 1;
        self.state.frames += items.iter().map(|item| item.views.len() as u64).sum::<u64>();
        self.state.logged.add_all(&values);
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [error, opacity] = self.state.logged.take();
        let DistillState { step, seconds, frames, .. } = self.state;
        self.log.write(&format!("{step},{seconds:.1},{frames},{error:.4},{opacity:.4}"))?;
        Ok(Some(format!("error of the noise {error:.3}, opacity {opacity:.3}, {seconds:.0} s")))
    }

    /// Renders the items of a step.
    fn render(&self, items: &[Item]) -> Result<Rendered, TrainError> {
        let recipe = &self.state.recipe;
        let pairs: Vec<_> = items.iter().map(|item| (item.prompts, item.share)).collect();
        let latent = self.embedded.latent(&self.engine, &pairs)?;
        let clouds = self.clouds(items)?;
        let generator = generator(&Scope::root(&self.variables), &self.state.config)?;
        let fields = generator.forward(&latent, clouds.as_ref())?;
        let (resolution, density) = (self.prior.resolution(), self.density());
        render_items(&self.engine, &fields, items, resolution, density, recipe, self.state.step)
    }

    /// Returns the input clouds of the items; `None` if no item of the run has one.
    fn clouds(&self, items: &[Item]) -> Result<Option<att3d::tensor::Tensor>, TrainError> {
        let (Some(shapes), GeneratorConfig::Triplane(sizes)) = (&self.shapes, &self.state.config.generator)
        else {
            return Ok(None);
        };
        let recipe = &self.state.recipe;
        if recipe.clouds == [0.0; 2] {
            return Ok(None);
        }
        let mut random = Random::stream(recipe.seed ^ CLOUDS, self.state.step);
        let clouds = shapes.clouds(items, sizes.point_count, &mut random);
        let shape = [items.len(), sizes.point_count, POINT_FEATURES];
        Ok(Some(att3d::tensor::Tensor::from_slice(&self.engine, &clouds, &shape)?))
    }

    /// Renders a prompt of the run without gradients, [1, 3, r, r]. prompt: its number in the run.
    #[cfg(test)]
    pub(super) fn picture_of(&self, prompt: usize) -> Result<tch::Tensor, TrainError> {
        let _guard = tch::no_grad_guard();
        let views = self.prior.view_ranges().draw(&mut toybox::Random::new(0), 1);
        let item = Item {
            prompts: [prompt; 2],
            share: 0.0,
            asked: Vec::new(),
            time: 0.0,
            views,
            shape_weight: 0.0,
            has_cloud: false,
        };
        Ok(self.render(&[item])?.color)
    }

    /// Returns how the values of the generator become densities in this step.
    fn density(&self) -> Density {
        let [first, last] = self.state.recipe.betas_of_surface;
        // The width falls by the same factor in each step.
        let beta = first * (last / first).powf(self.state.recipe.share(self.state.step));
        Density::of(&self.state.config.surface, beta as f32)
    }

    /// Returns the arrays of a checkpoint.
    pub(super) fn arrays(&self) -> Result<Arrays, TrainError> {
        let mut arrays = self.optimizer.state()?;
        self.variables.save(&mut arrays)?;
        self.text.save(&mut arrays);
        Ok(arrays)
    }
}

impl Run for Trainer {
    fn completed(&self) -> u64 {
        self.state.step
    }

    fn total(&self) -> u64 {
        self.state.recipe.steps
    }

    fn seconds(&mut self) -> &mut f64 {
        &mut self.state.seconds
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        checkpoint::save_as(folder, self.state.step, &self.state, &self.arrays()?)
    }
}

/// Creates the generator of a configuration.
pub(super) fn generator(scope: &Scope<'_>, config: &ModelConfig) -> Result<Generator, TrainError> {
    Ok(Generator::load(scope, &config.generator, config.text.width, config.text.context_length)?)
}

/// Returns the state before the first step, and the text encoder.
fn new_state(options: &Distill) -> Result<(DistillState, FrozenText), TrainError> {
    let recipe: DistillRecipe = match &options.recipe {
        Some(path) => read_json(path)?,
        None => DistillRecipe::default(),
    };
    recipe.check()?;
    let text = match options.text.as_ref().or(options.init.as_ref()) {
        Some(package) => FrozenText::of_package(package)?,
        None => FrozenText::of_prior(&options.prior)?,
    };
    let begun_with = options.init.as_ref().map(Package::open).transpose()?;
    let mut config: ModelConfig = match (&begun_with, &options.config) {
        (Some(package), _) => package.config().clone(),
        (None, Some(path)) => read_json(path)?,
        (None, None) => voxel_grid_config(text.config.clone(), recipe.environment),
    };
    let shapes = options.shapes.as_ref().map(PromptSet::read).transpose()?.unwrap_or_default();
    check_shapes(&recipe, &shapes, &config)?;
    config.text = text.config.clone();
    if let SurfaceConfig::SignedDistance { envelope, .. } = &mut config.surface {
        *envelope = vec![[1.0, crate::recipe::UNKNOWN_SLOPE]];
    }
    let mut prompts = options.prompts.read_for_training()?;
    if !options.only.is_empty() {
        if let Some(other) = options.only.iter().find(|only| !prompts.contains(only)) {
            let expected = "a prompt of the set";
            return Err(DistillError::Setting { name: "only", found: other.clone(), expected }.into());
        }
        prompts.retain(|prompt| options.only.contains(prompt));
    }
    if prompts.is_empty() {
        return Err(DistillError::FewPrompts { found: 0, expected: 1 }.into());
    }
    let tokenizer = text.tokenizer.clone();
    let state = DistillState {
        distill_version: VERSION,
        step: 0,
        seconds: 0.0,
        frames: 0,
        recipe,
        config,
        tokenizer,
        prompts,
        shapes,
        logged: Means::default(),
        begun_with: begun_with.map(|package| package.config().provenance.clone()).unwrap_or_default(),
    };
    Ok((state, text))
}

/// Checks that the recipe, the shapes and the generator fit together. Errors: `Setting`.
fn check_shapes(recipe: &DistillRecipe, shapes: &[String], config: &ModelConfig) -> Result<(), DistillError> {
    let error =
        |name, found: &str, expected| Err(DistillError::Setting { name, found: found.into(), expected });
    if recipe.has_shapes() && shapes.is_empty() {
        let expected = "prompts of shapes (--shapes FILE), because the recipe has `shape_weight` or `clouds`";
        return error("shapes", "none", expected);
    }
    if !recipe.has_shapes() && !shapes.is_empty() {
        let expected =
            "a recipe with `shape_weight` or `clouds` above 0, because --shapes has no effect without";
        return error("shape_weight", "0", expected);
    }
    let reads_clouds = matches!(&config.generator,
        GeneratorConfig::Triplane(sizes) if sizes.shape_input && sizes.point_attributes);
    if recipe.clouds != [0.0; 2] && !reads_clouds {
        let expected = "0, or a generator with `shape_input` and `point_attributes`";
        return error("clouds", &format!("{:?}", recipe.clouds), expected);
    }
    Ok(())
}
