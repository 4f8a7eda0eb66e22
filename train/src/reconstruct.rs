//! Reconstruction: the generator learns exact ground truth. It is LATTE3D's pretraining with points instead
//! of renders.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use att3d::engine::Engine;
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
use crate::data::{Listed, Source, Stream};
use crate::export::{self, Export};
use crate::loss::losses;
use crate::optimizer::Optimizer;
use crate::prior::PromptSet;
use crate::recipe::{Recipe, Stage, toybox_config};
use crate::run::{Advance, Log, Means, Pace, Products, Run, drive, read_json};
use crate::variables::ParameterStore;

/// Trains a generator on exact ground truth.
#[derive(Args)]
pub struct Reconstruct {
    /// Folder of checkpoints and log; an existing run is resumed.
    #[arg(long, default_value = "runs/toybox")]
    run: PathBuf,
    #[command(flatten)]
    own: AssetOptions,
    /// Train only on the scenes of these prompts: a text file with one prompt of the toybox in each line, or
    /// `pigs` (new runs only).
    #[arg(long, conflicts_with = "assets")]
    prompts: Option<PromptSet>,
    /// Name of the model of your assets (new runs only).
    #[arg(long, default_value = "assets")]
    name: String,
    /// License of the model of your assets (new runs only).
    #[arg(long, default_value = "not stated")]
    license: String,
    /// Package to write at the end, as `export` does.
    #[arg(short, long)]
    output: Option<PathBuf>,
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
    #[command(flatten)]
    pace: Pace,
    /// Type of matrix products: bf16 is several times faster where the processor has AMX.
    #[arg(long, default_value = "f32")]
    products: Products,
    /// Threads of libtorch.
    #[arg(long)]
    threads: Option<i32>,
}

/// Number of steps between lines of the log.
const LOG_EVERY: u64 = 20;

/// Runs the command.
pub fn run(options: &Reconstruct) -> Result<(), TrainError> {
    let mut trainer = Trainer::start(options)?;
    let source = trainer.source.clone();
    let stream = Stream::start(&trainer.state.recipe, trainer.tokenizer.clone(), source, trainer.state.step);
    drive(&mut trainer, &options.run, &options.pace, |trainer| match stream.next() {
        Some(batch) => Ok(Some(Advance(trainer.step(&batch?)?))),
        None => Ok(None),
    })?;
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
    /// Origin of the ground truth.
    source: Source,
    state: State,
    log: Log,
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
        let log = Log::open(&options.run, COLUMNS, state.step)?;
        let tokenizer = Tokenizer::from_json(&state.tokenizer, &config.text)?;
        let source = match &state.assets {
            Some(assets) => Source::Assets(Arc::new(Pool::open(assets, state.recipe.seed)?)),
            None if state.prompts.is_empty() => Source::Toybox,
            None => Source::Listed(Arc::new(Listed::new(&state.prompts)?)),
        };
        Ok(Self { engine, text, generator, optimizer, tokenizer, source, state, log })
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
        let values = parts.iter().map(|part| part.f_double_value(&[])).collect::<Result<Vec<_>, _>>()?;
        if !values.iter().all(|value| value.is_finite()) {
            return Err(TrainError::Diverged { step: self.state.step });
        }
        self.optimizer.zero_grad()?;
        losses.total.f_backward()?;
        self.optimizer.step(self.state.recipe.rates_at(self.state.step))?;
        self.state.logged.add_all(&values);
        self.state.step += 1;
        if !self.state.step.is_multiple_of(LOG_EVERY) {
            return Ok(None);
        }
        let [total, distance, occupancy, color, material, slope, normal] = self.state.logged.take();
        let State { step, seconds, .. } = self.state;
        self.log.write(&format!(
            "{step},{seconds:.1},{total:.5},{distance:.5},{occupancy:.5},{color:.5},{material:.5},{slope:.5},{normal:.5}"
        ))?;
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
        checkpoint::save(folder, &self.state, &self.optimizer.state()?)
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
    let prompts = options.prompts.as_ref().map(PromptSet::read).transpose()?.unwrap_or_default();
    Ok(State {
        step: 0,
        seconds: 0.0,
        recipe,
        config,
        tokenizer,
        begun_with,
        assets,
        prompts,
        logged: Means::default(),
    })
}

/// Columns of the log.
const COLUMNS: &str = "step,seconds,total,distance,occupancy,color,material,slope,normal";

#[cfg(test)]
mod tests;
