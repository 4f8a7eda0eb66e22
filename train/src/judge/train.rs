//! The command that trains a judge.

use std::fs;
use std::path::{Path, PathBuf};

use att3d::text::tokenizer::Tokenizer;
use clap::Args;
use tch::{Kind, Tensor};

use super::batch::{Batch, BatchMaker};
use super::network::Networks;
use super::settings::{JudgeRecipe, JudgeState, Sizes};
use super::trained::Judge;
use crate::TrainError;
use crate::checkpoint;
use crate::data::Stream;
use crate::optimizer::Optimizer;
use crate::prior::PromptSet;
use crate::run::{Advance, Log, Pace, Run, drive, read_json};

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
    #[command(flatten)]
    pub(super) pace: Pace,
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
    drive(&mut trainer, &options.run, &options.pace, |trainer| match stream.next() {
        Some(batch) => Ok(Some(Advance(trainer.step(&batch?)?))),
        None => Ok(None),
    })?;
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
    log: Log,
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
        let log = Log::open(&options.run, COLUMNS, state.step)?;
        Ok(Self { networks, optimizer, prompts: prompts?, state, log })
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
        self.state.logged.add_all(&[loss, losses.accuracy]);
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [loss, accuracy] = self.state.logged.take();
        let scale = self.networks.scale()?.f_double_value(&[0])?;
        let JudgeState { step, seconds, .. } = self.state;
        self.log.write(&format!("{step},{seconds:.1},{loss:.5},{accuracy:.4},{scale:.2}"))?;
        Ok(Some(format!("loss {loss:.4}, accuracy {accuracy:.3}, scale {scale:.1}, {seconds:.0} s")))
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
        checkpoint::save_as(folder, self.state.step, &self.state, &self.optimizer.state()?)
    }
}

/// Returns the state before the first step.
fn new_state(options: &Train) -> Result<JudgeState, TrainError> {
    let recipe: JudgeRecipe = options.recipe.as_deref().map(read_json).transpose()?.unwrap_or_default();
    let sizes: Sizes = options.sizes.as_deref().map(read_json).transpose()?.unwrap_or_default();
    sizes.check()?;
    Ok(JudgeState::new(recipe, sizes, options.prompts.read()?))
}
