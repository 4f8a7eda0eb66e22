//! The command that trains our prior.

use std::fs;
use std::path::{Path, PathBuf};

use att3d::text::tokenizer::Tokenizer;
use clap::Args;
use tch::{Device, Kind, Tensor};

use super::batch::{Batch, BatchMaker};
use super::denoiser::Hints;
use super::own::Networks;
use super::prompts::PromptSet;
use super::schedule;
use super::settings::{PriorRecipe, PriorState, Sizes};
use crate::TrainError;
use crate::checkpoint;
use crate::data::Stream;
use crate::optimizer::Optimizer;
use crate::run::{Advance, Log, Pace, Products, Run, drive, read_json};

/// Trains a diffusion prior on renders of the toybox.
#[derive(Args)]
pub struct Train {
    /// Prompts: `pigs` for ATT3D's 64 pig prompts, or a text file with one prompt in each line (new runs
    /// only).
    #[arg(long, default_value = "pigs")]
    pub(super) prompts: PromptSet,
    /// Folder of checkpoints and log; an existing run is resumed.
    #[arg(short = 'o', long)]
    pub(super) run: PathBuf,
    /// Pixels along an edge of an image: 32, or 64 with a GPU (new runs only).
    #[arg(long, default_value_t = 32)]
    pub(super) resolution: usize,
    /// Views of one object that are denoised together: 1, or 4 for a multi-view prior (new runs only).
    #[arg(long, default_value_t = 1)]
    pub(super) views: usize,
    /// JSON file with a recipe (new runs only).
    #[arg(long)]
    pub(super) recipe: Option<PathBuf>,
    /// JSON file with the sizes of the denoiser (new runs only).
    #[arg(long)]
    pub(super) sizes: Option<PathBuf>,
    /// Steps of the whole schedule.
    #[arg(long)]
    pub(super) steps: Option<u64>,
    /// Factor on the learning rates of the run.
    #[arg(long)]
    pub(super) rate_factor: Option<f64>,
    #[command(flatten)]
    pub(super) pace: Pace,
    /// Type of matrix products and convolutions.
    #[arg(long, default_value = "f32")]
    pub(super) products: Products,
    /// Threads of libtorch.
    #[arg(long)]
    pub(super) threads: Option<i32>,
    /// Number of the CUDA device; without it, the processor is used.
    #[arg(long)]
    pub(super) cuda: Option<usize>,
}

/// Number of steps between lines of the log.
const LOG_EVERY: u64 = 50;
/// Columns of the log. The four losses after the first are those of the quarters of the time.
const COLUMNS: &str = "step,seconds,loss,clean,low,high,noise";

/// Runs the command. Errors: `Diverged` for a loss that is not finite; the state before that step is saved.
pub fn run(options: &Train) -> Result<(), TrainError> {
    let mut trainer = Trainer::start(options)?;
    let maker = BatchMaker::new(&trainer.state)?;
    let steps = trainer.state.step..trainer.state.recipe.steps;
    let stream = Stream::of(steps, move |step| Ok(maker.make(step)));
    drive(&mut trainer, &options.run, &options.pace, |trainer| match stream.next() {
        Some(batch) => Ok(Some(Advance(trainer.step(&batch?)?))),
        None => Ok(None),
    })
}

/// Losses of a step.
pub struct Losses {
    /// Mean squared error of the velocity, a scalar with gradients.
    pub total: Tensor,
    /// The same for each image, \[n].
    pub each: Tensor,
}

pub struct Trainer {
    networks: Networks,
    optimizer: Optimizer,
    prompts: Vec<Vec<u32>>,
    device: Device,
    pub state: PriorState,
    log: Log,
}

impl Trainer {
    /// Creates or resumes a run. Errors: those of the options and of the checkpoint.
    pub fn start(options: &Train) -> Result<Self, TrainError> {
        fs::create_dir_all(&options.run).map_err(|source| TrainError::io(&options.run, source))?;
        let (mut state, arrays) = match PriorState::newest(&options.run)? {
            Some((state, arrays)) => (state, Some(arrays)),
            None => (new_state(options)?, None),
        };
        state.recipe.steps = options.steps.unwrap_or(state.recipe.steps);
        let factor = options.rate_factor.unwrap_or(1.0);
        state.recipe.learning_rate *= factor;
        state.recipe.matrix_learning_rate *= factor;
        state.recipe.check(state.sizes.views)?;
        let device = options.cuda.map_or(Device::Cpu, Device::Cuda);
        let (networks, store) = Networks::new(&state, device, options.products.into(), options.threads)?;
        let mut optimizer = Optimizer::new(store, &state.recipe)?;
        if let Some(arrays) = &arrays {
            optimizer.load_state(arrays)?;
        }
        let tokenizer = Tokenizer::from_json(&state.tokenizer, &state.text)?;
        let prompts: Result<Vec<_>, _> =
            state.prompts.iter().map(|prompt| tokenizer.encode(prompt).map(|encoded| encoded.ids)).collect();
        let log = Log::open(&options.run, COLUMNS, state.step)?;
        let prompts = prompts?;
        Ok(Self { networks, optimizer, prompts, device, state, log })
    }

    /// Computes the losses of a batch.
    pub fn losses(&self, batch: &Batch) -> Result<Losses, TrainError> {
        let edge = self.state.sizes.resolution as i64;
        let shape = [batch.times.len() as i64, 3, edge, edge];
        let place = |values: &[f32], shape: &[i64]| {
            Tensor::f_from_slice(values)?.f_reshape(shape)?.f_to_device(self.device)
        };
        let (images, noise) = (place(&batch.images, &shape)?, place(&batch.noise, &shape)?);
        let shares = schedule::shares(&place(&batch.times, &shape[..1])?)?;
        let noisy = schedule::mixed(&images, &noise, &shares)?;
        let ids: Vec<Vec<u32>> = batch.prompts.iter().map(|&index| self.prompts[index].clone()).collect();
        let text = self.networks.embed(&ids)?;
        let hints = Hints {
            times: &batch.times,
            cameras: &batch.cameras,
            text: &text,
            has_prompt: &batch.has_prompt,
        };
        let error =
            self.networks.velocity(&noisy, &hints)?.f_sub(&schedule::velocity(&images, &noise, &shares)?)?;
        let each = error.f_square()?.f_mean_dim([1i64, 2, 3].as_slice(), false, Kind::Float)?;
        Ok(Losses { total: each.f_mean(Kind::Float)?, each })
    }

    /// Makes a step of the optimizer. Returns a message for the user in some steps. Errors: `Diverged` for a
    /// loss or a gradient that is not finite; nothing is changed then.
    pub fn step(&mut self, batch: &Batch) -> Result<Option<String>, TrainError> {
        let losses = self.losses(batch)?;
        let each = Vec::<f32>::try_from(losses.each.f_detach()?)?;
        if each.iter().any(|loss| !loss.is_finite()) {
            return Err(TrainError::Diverged { step: self.state.step });
        }
        self.optimizer.zero_grad()?;
        losses.total.f_backward()?;
        self.optimizer.step(self.state.recipe.rates_at(self.state.step))?;
        self.state.step += 1;
        for (&time, loss) in batch.times.iter().zip(each) {
            let quarter = ((4.0 * time) as usize).min(3);
            self.state.logged.add(0, f64::from(loss));
            self.state.logged.add(1 + quarter, f64::from(loss));
        }
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [total, clean, low, high, noise] = self.state.logged.take();
        let PriorState { step, seconds, .. } = self.state;
        self.log
            .write(&format!("{step},{seconds:.1},{total:.5},{clean:.5},{low:.5},{high:.5},{noise:.5}"))?;
        let message = "by quarter of time";
        Ok(Some(format!(
            "loss {total:.4} ({message}: {clean:.4} {low:.4} {high:.4} {noise:.4}), {seconds:.0} s"
        )))
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
fn new_state(options: &Train) -> Result<PriorState, TrainError> {
    let recipe: PriorRecipe = match &options.recipe {
        Some(path) => read_json(path)?,
        None => PriorRecipe::default(),
    };
    let sizes: Sizes = match &options.sizes {
        Some(path) => read_json(path)?,
        None => Sizes::of(options.resolution, options.views),
    };
    sizes.check()?;
    Ok(PriorState::new(recipe, sizes, options.prompts.read()?))
}
