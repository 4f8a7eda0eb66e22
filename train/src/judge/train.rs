//! The command that trains a judge.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use att3d::text::tokenizer::Tokenizer;
use clap::Args;
use tch::{Kind, Tensor};

use super::batch::{Batch, BatchMaker};
use super::error::JudgeError;
use super::network::Networks;
use super::settings::{JudgeRecipe, JudgeState, Sizes};
use super::trained::Judge;
use crate::TrainError;
use crate::checkpoint;
use crate::data::Stream;
use crate::log::open_log;
use crate::optimizer::Optimizer;
use crate::prior::PromptSet;

/// Trains a contrastive model of images and text on renders of the toybox, which measures how well renders
/// fit their prompts.
#[derive(Args)]
pub struct Train {
    /// Prompts: `pigs` for ATT3D's 64 pig prompts, or a text file with one prompt in each line (new runs
    /// only).
    #[arg(long, default_value = "pigs")]
    pub(super) prompts: PromptSet,
    /// Folder of checkpoints and log; an existing run is resumed.
    #[arg(short = 'o', long)]
    pub(super) run: PathBuf,
    /// JSON file with a recipe; absent fields have their default (new runs only).
    #[arg(long)]
    pub(super) recipe: Option<PathBuf>,
    /// JSON file with the sizes of the image encoder; absent fields have their default (new runs only).
    #[arg(long)]
    pub(super) sizes: Option<PathBuf>,
    /// Steps of the whole schedule.
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
const LOG_EVERY: u64 = 50;
/// Columns of the log. The accuracy is that of choosing an image's prompt among those of its batch.
const COLUMNS: &str = "step,seconds,loss,accuracy,scale";
/// Number of pictures of each scene with which the trained judge is scored.
const FRESH_PICTURES: usize = 8;

/// Runs the command. Errors: `Diverged` for a loss that is not finite; the state before that step is saved.
pub fn run(options: &Train) -> Result<(), TrainError> {
    let mut trainer = Trainer::start(options)?;
    let maker = BatchMaker::new(&trainer.state)?;
    let steps = trainer.state.step..trainer.state.recipe.steps;
    let stream = Stream::of(steps, move |step| Ok(maker.make(step)));
    let bar = indicatif::ProgressBar::new(trainer.state.recipe.steps).with_position(trainer.state.step);
    bar.set_style(
        indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} (left {eta}) {msg}")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()),
    );
    let (begun, seconds_before) = (Instant::now(), trainer.state.seconds);
    let mut saved = Instant::now();
    while let Some(batch) = stream.next() {
        let message = match trainer.step(&batch?) {
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
    let fresh = Judge::open(&options.run, options.threads)?.score_fresh_pictures(FRESH_PICTURES)?;
    println!(
        "{}: step {}; on {FRESH_PICTURES} fresh pictures of each scene, R-precision {:.3} and R-probability {:.3}",
        options.run.display(),
        trainer.state.step,
        fresh.precision,
        fresh.probability
    );
    Ok(())
}

/// Loss and accuracy of a step.
pub struct Losses {
    /// Symmetric cross-entropy, a scalar with gradients.
    pub total: Tensor,
    /// Share of the images whose most similar prompt in the batch is their own.
    pub accuracy: f64,
}

/// A run that trains a judge.
pub struct Trainer {
    networks: Networks,
    optimizer: Optimizer,
    prompts: Vec<Vec<u32>>,
    pub state: JudgeState,
    log: fs::File,
    sums: [f64; 2],
    count: f64,
}

impl Trainer {
    /// Creates or resumes a run. Errors: those of the options and of the checkpoint.
    pub fn start(options: &Train) -> Result<Self, TrainError> {
        fs::create_dir_all(&options.run).map_err(|source| TrainError::io(&options.run, source))?;
        let (mut state, arrays) = match JudgeState::newest(&options.run)? {
            Some((state, arrays)) => (state, Some(arrays)),
            None => (new_state(options)?, None),
        };
        state.recipe.steps = options.steps.unwrap_or(state.recipe.steps);
        state.recipe.check()?;
        let (networks, store) = Networks::new(&state, options.threads)?;
        let mut optimizer = Optimizer::new(store, &state.recipe)?;
        if let Some(arrays) = &arrays {
            optimizer.load_state(arrays)?;
        }
        let tokenizer = Tokenizer::from_json(&state.tokenizer, &state.text)?;
        let prompts: Result<Vec<_>, _> =
            state.prompts.iter().map(|prompt| tokenizer.encode(prompt).map(|encoded| encoded.ids)).collect();
        let log = open_log(&options.run.join("log.csv"), COLUMNS, state.step)?;
        Ok(Self { networks, optimizer, prompts: prompts?, state, log, sums: [0.0; 2], count: 0.0 })
    }

    /// Computes the losses of a batch (Radford et al. 2021, figure 3).
    pub fn losses(&self, batch: &Batch) -> Result<Losses, TrainError> {
        let edge = self.state.sizes.resolution as i64;
        let count = batch.prompts.len() as i64;
        let images = Tensor::f_from_slice(&batch.images)?.f_reshape([count, 3, edge, edge])?;
        let ids: Vec<Vec<u32>> = batch.prompts.iter().map(|&index| self.prompts[index].clone()).collect();
        let prompts = self.networks.embed_prompts(&ids)?;
        let images = self.networks.embed_images(&images)?;
        let logits = images.f_matmul(&prompts.f_transpose(0, 1)?)?.f_mul(&self.networks.scale()?)?;
        // The pairs that belong together are on the diagonal.
        let entropy = |axis: i64| -> Result<Tensor, TrainError> {
            Ok(logits.f_log_softmax(axis, Kind::Float)?.f_diagonal(0, 0, 1)?.f_mean(Kind::Float)?.f_neg()?)
        };
        let total = entropy(0)?.f_add(&entropy(1)?)?.f_mul_scalar(0.5)?;
        let right = logits
            .f_argmax(1, false)?
            .f_eq_tensor(&Tensor::f_arange(count, (Kind::Int64, logits.device()))?)?;
        let accuracy = right.f_to_kind(Kind::Float)?.f_mean(Kind::Float)?.f_double_value(&[])?;
        Ok(Losses { total, accuracy })
    }

    /// Makes a step of the optimizer. Returns a message for the user in some steps. Errors: `Diverged` for a
    /// loss or a gradient that is not finite; nothing is changed then.
    pub fn step(&mut self, batch: &Batch) -> Result<Option<String>, TrainError> {
        let losses = self.losses(batch)?;
        let loss = losses.total.f_double_value(&[])?;
        if !loss.is_finite() {
            return Err(TrainError::Diverged { step: self.state.step });
        }
        self.optimizer.zero_grad()?;
        losses.total.f_backward()?;
        self.optimizer.step(self.state.recipe.rates_at(self.state.step))?;
        self.networks.limit_scale()?;
        self.state.step += 1;
        self.sums = [self.sums[0] + loss, self.sums[1] + losses.accuracy];
        self.count += 1.0;
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [loss, accuracy] = self.sums.map(|sum| sum / self.count);
        (self.sums, self.count) = ([0.0; 2], 0.0);
        let scale = self.networks.scale()?.f_double_value(&[0])?;
        let JudgeState { step, seconds, .. } = self.state;
        writeln!(self.log, "{step},{seconds:.1},{loss:.5},{accuracy:.4},{scale:.2}")
            .map_err(|source| TrainError::io(Path::new("log.csv"), source))?;
        Ok(Some(format!("loss {loss:.4}, accuracy {accuracy:.3}, scale {scale:.1}, {seconds:.0} s")))
    }

    /// Writes a checkpoint.
    pub fn save(&self, run: &Path) -> Result<(), TrainError> {
        checkpoint::save_as(run, self.state.step, &self.state, &self.optimizer.state()?)
    }
}

/// Returns the state before the first step.
fn new_state(options: &Train) -> Result<JudgeState, TrainError> {
    let recipe: JudgeRecipe = options.recipe.as_deref().map(read_json).transpose()?.unwrap_or_default();
    let sizes: Sizes = options.sizes.as_deref().map(read_json).transpose()?.unwrap_or_default();
    sizes.check()?;
    Ok(JudgeState::new(recipe, sizes, options.prompts.read()?))
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, TrainError> {
    let text = fs::read(path).map_err(|source| TrainError::io(path, source))?;
    serde_json::from_slice(&text).map_err(|source| {
        let found = source.to_string();
        let expected = "a JSON object with fields of the settings, as in a checkpoint's state.json";
        JudgeError::Setting { name: "settings file", found, expected }.into()
    })
}
