//! The command that distills a generator from a prior.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use att3d::engine::Engine;
use att3d::generator::Generator;
use att3d::nn::Scope;
use att3d::weights::config::{ModelConfig, SurfaceConfig};
use att3d_torch::TorchEngine;
use clap::Args;
use tch::Device;

use super::error::DistillError;
use super::parameters::Variables;
use super::recipe::{DistillRecipe, DistillState, VERSION, voxel_grid_config};
use super::step::{StepLoss, render_items};
use super::targets::{self, Item};
use super::text::{Embedded, FrozenText};
use crate::TrainError;
use crate::checkpoint::{self, Arrays};
use crate::log::open_log;
use crate::optimizer::Optimizer;
use crate::prior::{self, Prior, PromptSet};
use crate::recipe::Rates;
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
    /// JSON file with a recipe; absent fields have their default (new runs only).
    #[arg(long)]
    pub(super) recipe: Option<PathBuf>,
    /// JSON file with the sizes of the model (new runs only).
    #[arg(long)]
    pub(super) config: Option<PathBuf>,
    /// Steps of the run.
    #[arg(long)]
    pub(super) steps: Option<u64>,
    /// Time limit in minutes; the run then stops with a checkpoint.
    #[arg(long)]
    pub(super) time_limit: Option<f64>,
    /// Minutes between checkpoints.
    #[arg(long, default_value_t = 5.0)]
    pub(super) checkpoint_every: f64,
    /// Threads of libtorch.
    #[arg(long)]
    pub(super) threads: Option<i32>,
}

/// Number of steps between lines of the log.
const LOG_EVERY: u64 = 20;
/// Columns of the log.
const COLUMNS: &str = "step,seconds,frames,error,opacity";

/// Runs the command. Errors: `Diverged` for a loss that is not finite; the state before that step is saved.
pub fn run(options: &Distill) -> Result<(), TrainError> {
    let mut trainer = Trainer::start(options)?;
    let bar = indicatif::ProgressBar::new(trainer.state.recipe.steps).with_position(trainer.state.step);
    bar.set_style(
        indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} (left {eta}) {msg}")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()),
    );
    let (begun, seconds_before) = (Instant::now(), trainer.state.seconds);
    let mut saved = Instant::now();
    while trainer.state.step < trainer.state.recipe.steps {
        let message = match trainer.step() {
            Err(error @ TrainError::Diverged { .. }) => {
                trainer.save(&options.run)?;
                return Err(error);
            }
            other => other?,
        };
        trainer.state.seconds = seconds_before + begun.elapsed().as_secs_f64();
        bar.set_position(trainer.state.step);
        if let Some(message) = message {
            if !std::io::stderr().is_terminal() {
                eprintln!("step {} of {}: {message}", trainer.state.step, trainer.state.recipe.steps);
            }
            bar.set_message(message);
        }
        if options.time_limit.is_some_and(|limit| begun.elapsed().as_secs_f64() >= limit * 60.0) {
            break;
        }
        if saved.elapsed() >= Duration::from_secs_f64(options.checkpoint_every * 60.0) {
            trainer.save(&options.run)?;
            saved = Instant::now();
        }
    }
    trainer.save(&options.run)?;
    bar.finish();
    Ok(())
}

/// A run of score distillation.
pub(super) struct Trainer {
    engine: Arc<dyn Engine>,
    prior: Box<dyn Prior>,
    text: FrozenText,
    embedded: Embedded,
    variables: Variables,
    optimizer: Optimizer,
    pub(super) state: DistillState,
    log: fs::File,
    sums: [f64; 2],
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
        let store = ParameterStore::new(engine.clone(), state.recipe.seed);
        generator(&Scope::root(&store), &state.config)?;
        let mut variables = Variables::new(&engine, &store, &state.config, state.recipe.grid_gain)?;
        let mut optimizer = Optimizer::new(store, &state.recipe)?;
        if let Some(arrays) = &arrays {
            optimizer.load_state(arrays)?;
            variables.load(arrays)?;
        }
        let log = open_log(&options.run.join("log.csv"), COLUMNS, state.step)?;
        Ok(Self { engine, prior, text, embedded, variables, optimizer, state, log, sums: [0.0; 2] })
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
        let found = StepLoss::of(self.prior.as_ref(), &rendered, &items, prompts, recipe, step)?;
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
        self.sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [error, opacity] = self.sums.map(|sum| sum / LOG_EVERY as f64);
        self.sums = [0.0; 2];
        let DistillState { step, seconds, frames, .. } = self.state;
        writeln!(self.log, "{step},{seconds:.1},{frames},{error:.4},{opacity:.4}")
            .map_err(|source| TrainError::io(Path::new("log.csv"), source))?;
        Ok(Some(format!("error of the noise {error:.3}, opacity {opacity:.3}, {seconds:.0} s")))
    }

    /// Renders the items of a step.
    fn render(&self, items: &[Item]) -> Result<Rendered, TrainError> {
        let recipe = &self.state.recipe;
        let pairs: Vec<_> = items.iter().map(|item| (item.prompts, item.share)).collect();
        let latent = self.embedded.latent(&self.engine, &pairs)?;
        let fields = generator(&Scope::root(&self.variables), &self.state.config)?.forward(&latent, None)?;
        let (resolution, density) = (self.prior.resolution(), self.density());
        render_items(&self.engine, &fields, items, resolution, density, recipe, self.state.step)
    }

    /// Renders a prompt of the run without gradients, [1, 3, r, r]. prompt: its number in the run.
    #[cfg(test)]
    pub(super) fn picture_of(&self, prompt: usize) -> Result<tch::Tensor, TrainError> {
        let _guard = tch::no_grad_guard();
        let views = self.prior.view_ranges().draw(&mut toybox::Random::new(0), 1);
        let item = Item { prompts: [prompt; 2], share: 0.0, asked: Vec::new(), time: 0.0, views };
        Ok(self.render(&[item])?.color)
    }

    /// Returns how the values of the generator become densities in this step.
    fn density(&self) -> Density {
        let [first, last] = self.state.recipe.betas_of_surface;
        // The width falls by the same factor in each step.
        let beta = first * (last / first).powf(self.state.recipe.share(self.state.step));
        Density::of(&self.state.config.surface, beta as f32)
    }

    /// Writes a checkpoint.
    pub(super) fn save(&self, run: &Path) -> Result<(), TrainError> {
        checkpoint::save_as(run, self.state.step, &self.state, &self.arrays()?)
    }

    /// Returns the arrays of a checkpoint.
    pub(super) fn arrays(&self) -> Result<Arrays, TrainError> {
        let mut arrays = self.optimizer.state()?;
        self.variables.save(&mut arrays)?;
        self.text.save(&mut arrays);
        Ok(arrays)
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
    let text = match &options.text {
        Some(package) => FrozenText::of_package(package)?,
        None => FrozenText::of_prior(&options.prior)?,
    };
    let mut config: ModelConfig = match &options.config {
        Some(path) => read_json(path)?,
        None => voxel_grid_config(text.config.clone(), recipe.environment),
    };
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
    };
    Ok((state, text))
}

/// Reads a JSON file of settings. Errors: `Io`; `Setting` for another content.
pub fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, TrainError> {
    let text = fs::read(path).map_err(|source| TrainError::io(path, source))?;
    serde_json::from_slice(&text).map_err(|source| {
        let found = source.to_string();
        let expected = "a JSON file with the fields of a checkpoint's state.json";
        DistillError::Setting { name: "settings file", found, expected }.into()
    })
}
