//! Reconstruction: the generator learns exact ground truth. It is LATTE3D's pretraining with points instead
//! of renders.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use att3d::engine::{Engine, Precision};
use att3d::generator::{Generator, POINT_FEATURES};
use att3d::nn::Scope;
use att3d::tensor::Tensor;
use att3d::text::TextEncoder;
use att3d::text::tokenizer::Tokenizer;
use att3d::weights::config::{GeneratorConfig, WordsConfig};
use att3d_torch::TorchEngine;
use clap::Args;

use crate::TrainError;
use crate::assets::{AssetOptions, Assets, Pool};
use crate::checkpoint::{self, State};
use crate::data::Stream;
use crate::export::{self, Export};
use crate::log::open_log;
use crate::loss::losses;
use crate::optimizer::Optimizer;
use crate::recipe::{Recipe, Stage, toybox_config};
use crate::variables::ParameterStore;

/// Trains a generator on exact ground truth.
#[derive(Args)]
pub struct Reconstruct {
    /// Folder of checkpoints and log; an existing run is resumed.
    #[arg(long, default_value = "runs/toybox")]
    run: PathBuf,
    #[command(flatten)]
    own: AssetOptions,
    /// Name of the model of your assets (new runs only).
    #[arg(long, default_value = "assets")]
    name: String,
    /// License of the model of your assets (new runs only).
    #[arg(long, default_value = "not stated")]
    license: String,
    /// Package to write at the end, as `export` does.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Time limit in minutes; the run then stops with a checkpoint.
    #[arg(long)]
    time_limit: Option<f64>,
    /// Steps of the whole schedule (new runs only).
    #[arg(long)]
    steps: Option<u64>,
    /// What to train; the stage texture needs --init (new runs only).
    #[arg(long)]
    stage: Option<Stage>,
    /// JSON file with a recipe (new runs only).
    #[arg(long)]
    recipe: Option<PathBuf>,
    /// JSON file with the sizes of the model (new runs only).
    #[arg(long)]
    config: Option<PathBuf>,
    /// Package with the initial weights (new runs only).
    #[arg(long)]
    init: Option<PathBuf>,
    /// Minutes between checkpoints.
    #[arg(long, default_value_t = 5.0)]
    checkpoint_every: f64,
    /// Type of matrix products: bf16 is several times faster where the processor has AMX.
    #[arg(long, default_value = "f32")]
    products: Products,
    /// Threads of libtorch.
    #[arg(long)]
    threads: Option<i32>,
}

/// The number type of matrix products. The variables, the decoding of planes and the losses are always f32.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Products {
    F32,
    Bf16,
}

impl From<Products> for Precision {
    fn from(products: Products) -> Self {
        match products {
            Products::F32 => Self::F32,
            Products::Bf16 => Self::Bf16,
        }
    }
}

/// Number of steps between lines of the log.
const LOG_EVERY: u64 = 20;

/// Runs the command.
pub fn run(options: &Reconstruct) -> Result<(), TrainError> {
    let mut trainer = Trainer::start(options)?;
    let begun = Instant::now();
    let mut saved = Instant::now();
    let pool = trainer.pool.clone();
    let stream = Stream::start(&trainer.state.recipe, trainer.tokenizer.clone(), pool, trainer.state.step);
    let bar = indicatif::ProgressBar::new(trainer.state.recipe.steps).with_position(trainer.state.step);
    bar.set_style(
        indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} (left {eta}) {msg}")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()),
    );
    let seconds_before = trainer.state.seconds;
    while let Some(batch) = stream.next() {
        let message = trainer.step(&batch?)?;
        trainer.state.seconds = seconds_before + begun.elapsed().as_secs_f64();
        bar.set_position(trainer.state.step);
        if let Some(message) = message {
            bar.set_message(message);
        }
        let late = options.time_limit.is_some_and(|limit| begun.elapsed().as_secs_f64() >= limit * 60.0);
        if late || saved.elapsed() >= Duration::from_secs_f64(options.checkpoint_every * 60.0) {
            trainer.save(&options.run)?;
            saved = Instant::now();
        }
        if late {
            break;
        }
    }
    trainer.save(&options.run)?;
    bar.finish();
    match &options.output {
        Some(output) => export::run(&Export::of(&options.run, output)),
        None => Ok(()),
    }
}

struct Trainer {
    /// Engine of the fields and the losses, in full precision.
    engine: Arc<dyn Engine>,
    text: TextEncoder,
    generator: Generator,
    optimizer: Optimizer,
    tokenizer: Tokenizer,
    /// The assets to learn; `None` for the toybox.
    pool: Option<Arc<Pool>>,
    state: State,
    log: fs::File,
    sums: [f64; 7],
    summed: u64,
}

impl Trainer {
    fn start(options: &Reconstruct) -> Result<Self, TrainError> {
        fs::create_dir_all(&options.run).map_err(|source| TrainError::io(&options.run, source))?;
        let resumed =
            checkpoint::newest(&options.run)?.map(|folder| checkpoint::load(&folder)).transpose()?;
        let (state, arrays) = match resumed {
            Some((state, arrays)) => (state, Some(arrays)),
            None => (new_state(options)?, None),
        };
        let torch =
            || Ok::<_, TrainError>(TorchEngine::new(tch::Device::Cpu, options.threads)?.with_gradients(true));
        let engine: Arc<dyn Engine> = Arc::new(torch()?);
        let networks = Arc::new(torch()?.with_products_in(options.products.into()));
        let store = ParameterStore::new(networks, state.recipe.seed);
        let scope = Scope::root(&store);
        let config = &state.config;
        let reads_clouds = matches!(&config.generator,
            GeneratorConfig::Triplane(sizes) if sizes.shape_input && sizes.point_attributes);
        if state.recipe.cloud_points > 0 && !reads_clouds {
            return Err(TrainError::NoShapeInput { points: state.recipe.cloud_points });
        }
        let text = TextEncoder::load(&scope, &config.text)?;
        let generator =
            Generator::load(&scope, &config.generator, config.text.width, config.text.context_length)?;
        if let (Some(path), None) = (&options.init, &arrays) {
            store.load_package(&att3d::weights::Package::open(path)?, &state.tokenizer)?;
        }
        store.freeze(state.recipe.stage)?;
        let mut optimizer = Optimizer::new(store, &state.recipe)?;
        if let Some(arrays) = &arrays {
            optimizer.load_state(arrays)?;
        }
        let path = options.run.join("log.csv");
        let log = open_log(&path, COLUMNS, state.step)?;
        let tokenizer = Tokenizer::from_json(&state.tokenizer, &config.text)?;
        let pool = state.assets.as_ref().map(|source| Pool::open(source, state.recipe.seed)).transpose()?;
        let pool = pool.map(Arc::new);
        Ok(Self {
            engine,
            text,
            generator,
            optimizer,
            tokenizer,
            pool,
            state,
            log,
            sums: [0.0; 7],
            summed: 0,
        })
    }

    /// Makes a step of the optimizer. Returns a message for the progress bar in some steps.
    fn step(&mut self, batch: &crate::data::Batch) -> Result<Option<String>, TrainError> {
        let latent = self.text.forward(&batch.prompts)?;
        let fields = match self.shape(batch, latent.pooled.engine())? {
            Some(clouds) => self.generator.forward(&latent, Some(&clouds))?,
            None => self.generator.forward(&latent, None)?,
        };
        let losses = losses(&self.engine, &fields, batch, &self.state.recipe)?;
        let parts = [
            &losses.total,
            &losses.distance,
            &losses.occupancy,
            &losses.color,
            &losses.material,
            &losses.slope,
            &losses.normal,
        ];
        for (sum, part) in self.sums.iter_mut().zip(parts) {
            let value = part.f_double_value(&[])?;
            if !value.is_finite() {
                return Err(TrainError::Diverged { step: self.state.step });
            }
            *sum += value;
        }
        self.optimizer.zero_grad()?;
        losses.total.f_backward()?;
        self.optimizer.step(self.state.recipe.rates_at(self.state.step))?;
        self.summed += 1;
        self.state.step += 1;
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [total, distance, occupancy, color, material, slope, normal] =
            self.sums.map(|sum| sum / self.summed as f64);
        let State { step, seconds, .. } = self.state;
        writeln!(
            self.log,
            "{step},{seconds:.1},{total:.5},{distance:.5},{occupancy:.5},{color:.5},{material:.5},{slope:.5},{normal:.5}"
        )
        .map_err(|source| TrainError::io(Path::new("log.csv"), source))?;
        self.sums = [0.0; 7];
        self.summed = 0;
        Ok(Some(format!("distance {distance:.4} occupancy {occupancy:.3} color {color:.3}")))
    }

    /// Returns the clouds of a batch; `None` if no prompt of the run has a cloud.
    fn shape(
        &self,
        batch: &crate::data::Batch,
        engine: &Arc<dyn Engine>,
    ) -> Result<Option<Tensor>, TrainError> {
        let &Recipe { prompts, cloud_points, .. } = &self.state.recipe;
        if cloud_points == 0 {
            return Ok(None);
        }
        let shape = [prompts, cloud_points, POINT_FEATURES];
        Ok(Some(Tensor::from_slice(engine, &batch.clouds, &shape)?))
    }

    fn save(&self, run: &Path) -> Result<(), TrainError> {
        checkpoint::save(run, &self.state, &self.optimizer.state()?)
    }
}

/// Returns the state before the first step.
fn new_state(options: &Reconstruct) -> Result<State, TrainError> {
    let assets = options.own.source();
    let own = assets.as_ref().map(Assets::open).transpose()?;
    let words: Vec<&str> = match &own {
        Some(own) => own.words.iter().map(String::as_str).collect(),
        None => toybox::vocabulary().words,
    };
    let tokenizer = att3d::text::tokenizer::word_level_json(&words);
    let mut recipe: Recipe = match &options.recipe {
        Some(path) => read_json(path)?,
        None if assets.is_some() => Recipe::of_assets(),
        None => Recipe::of(options.stage.unwrap_or_default()),
    };
    recipe.steps = options.steps.unwrap_or(recipe.steps);
    recipe.stage = options.stage.unwrap_or(recipe.stage);
    if recipe.stage == Stage::Texture && options.init.is_none() {
        return Err(TrainError::NothingToTexture);
    }
    // The tokens for start, end and unknown words come before the words.
    let config = match &options.config {
        Some(path) => read_json(path)?,
        None if assets.is_some() => {
            let mut config = toybox_config(words.len() + 3, recipe.cloud_points > 0);
            (config.name, config.license) = (options.name.clone(), options.license.clone());
            config.words = WordsConfig::default();
            config.text.function_words.retain(|word| words.contains(&word.as_str()));
            config
        }
        None => toybox_config(words.len() + 3, recipe.cloud_points > 0),
    };
    if let (Some(own), Some(source)) = (&own, &assets) {
        own.check(source, &Tokenizer::from_json(&tokenizer, &config.text)?)?;
    }
    let begun_with = match &options.init {
        Some(path) => att3d::weights::Package::open(path)?.config().provenance.clone(),
        None => Default::default(),
    };
    Ok(State { step: 0, seconds: 0.0, recipe, config, tokenizer, begun_with, assets })
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, TrainError> {
    let text = fs::read(path).map_err(|source| TrainError::io(path, source))?;
    serde_json::from_slice(&text).map_err(TrainError::checkpoint)
}

/// Columns of the log.
const COLUMNS: &str = "step,seconds,total,distance,occupancy,color,material,slope,normal";

#[cfg(test)]
mod tests;
