//! A loaded model: tokenizer, text encoder and generator on one engine.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
#[cfg(feature = "bundled-model")]
use std::sync::Weak;

#[cfg(feature = "bundled-model")]
use parking_lot::Mutex;

use crate::engine::{Engine, ServiceLine, run_on_threads_unless};
use crate::error::{Watch, part, unwatched};
use crate::generator::{Generator, POINT_FEATURES, PromptFields};
use crate::nn::Latent;
use crate::nn::Scope;
use crate::tensor::Tensor;
use crate::text::reading::Vocabulary;
use crate::text::tokenizer::{Encoded, Tokenizer};
use crate::text::{Purpose, Reading, TextEncoder, Typed};
use crate::weights::Package;
use crate::weights::config::{GeneratorConfig, ModelConfig, WordGroup};

use super::parameters::PackageParameters;
use super::shape::Shape;
use super::{ObjectField, Origin, PipelineError, callback};

/// Prompts, ready to be mixed or generated.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// A batch of one latent a prompt.
    pub latent: Latent,
    /// For each prompt, what was understood.
    pub readings: Vec<Reading>,
}

/// A model on an engine. Immutable: threads may share it.
#[derive(Debug)]
pub struct Model {
    engine: Arc<dyn Engine>,
    parts: Arc<Parts>,
    encoder: TextEncoder,
    generator: Generator,
    /// Keeps what bundled models share.
    _bundled: Option<Arc<(Package, Arc<Parts>)>>,
}

/// What a model has apart from its networks.
#[derive(Debug)]
struct Parts {
    config: ModelConfig,
    digest: String,
    parameter_count: u64,
    tokenizer: Tokenizer,
    /// What prompts are read with; `None` for packages without word groups.
    vocabulary: Option<Vocabulary>,
}

/// What all models of the bundled package share, as long as there is one.
#[cfg(feature = "bundled-model")]
static BUNDLED_PARTS: Mutex<Weak<(Package, Arc<Parts>)>> = Mutex::new(Weak::new());

/// The share of loading that reading the file and its checksum takes; the rest copies the numbers to the engine.
const CHECKED: f32 = 0.5;

/// Prompts in one forward pass: more are not faster, and their activations are megabytes each.
const LARGEST_BATCH: usize = 8;

/// The largest weight of a latent in a mix: far beyond any use, and far from overflow.
const LARGEST_WEIGHT: f32 = 1_000.0;

impl Parts {
    /// Reads a package's tokenizer and words. line: the services of the worker where the tokenizer is to run, if it is
    /// not to run in this process. Errors: `Prompt`.
    fn of(package: &Package, line: Option<Arc<dyn ServiceLine>>) -> Result<Self, PipelineError> {
        let config = package.config().clone();
        let json = package.tokenizer_json();
        let tokenizer = match line {
            Some(line) => Tokenizer::in_worker(line, json, &config.text)?,
            None => Tokenizer::from_json(json, &config.text)?,
        };
        let tokenizer = tokenizer.with_lexicon(&config.words.lexicon)?;
        let vocabulary = Vocabulary::new(&config.words, tokenizer.words());
        let (digest, parameter_count) = (package.digest().to_owned(), package.parameter_count() as u64);
        Ok(Self { config, digest, parameter_count, tokenizer, vocabulary })
    }
}

/// The package that the library carries, aligned for use in place.
#[cfg(feature = "bundled-model")]
static BUNDLED: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/toybox/toybox.att3d"));

/// Bytes that begin on a cache line: `include_bytes!` alone promises no alignment.
#[cfg(feature = "bundled-model")]
#[repr(align(64))]
struct Aligned<T: ?Sized>(T);

impl Model {
    /// Loads the model that the library carries. Errors: `NoBundledModel`.
    pub fn bundled(engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        #[cfg(feature = "bundled-model")]
        {
            let known = BUNDLED_PARTS.lock().upgrade();
            let bundled = match known {
                Some(bundled) => bundled,
                None => {
                    let package = Package::from_static(&BUNDLED.0)?;
                    // The library's own tokenizer may run in this process, where all contexts share it.
                    let parts = Arc::new(Parts::of(&package, None)?);
                    let bundled = Arc::new((package, parts));
                    *BUNDLED_PARTS.lock() = Arc::downgrade(&bundled);
                    bundled
                }
            };
            let model = Self::from_parts(&bundled.0, bundled.1.clone(), engine, &unwatched)?;
            Ok(Self { _bundled: Some(bundled), ..model })
        }
        #[cfg(not(feature = "bundled-model"))]
        {
            let _ = engine;
            Err(PipelineError::NoBundledModel)
        }
    }

    /// Loads a package folder or an `.att3d` file. Errors: `Package`, `Network`, `Prompt`.
    pub fn open(path: &Path, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::open_watched(path, engine, &unwatched)
    }

    /// As [`Model::open`], with progress. Errors: `Cancelled` in them besides.
    pub fn open_watched(
        path: &Path,
        engine: &Arc<dyn Engine>,
        watch: Watch<'_>,
    ) -> Result<Self, PipelineError> {
        let package = Package::open_watched(path, &part(watch, 0.0, CHECKED))?;
        Self::from_package_watched(&package, engine, &part(watch, CHECKED, 1.0))
    }

    /// Loads the bytes of an `.att3d` file. Errors: `Package`, `Network`, `Prompt`.
    pub fn from_bytes(bytes: Vec<u8>, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::from_bytes_watched(bytes, engine, &unwatched)
    }

    /// As [`Model::from_bytes`], with progress. Errors: `Cancelled` in them besides.
    pub fn from_bytes_watched(
        bytes: Vec<u8>,
        engine: &Arc<dyn Engine>,
        watch: Watch<'_>,
    ) -> Result<Self, PipelineError> {
        let package = Package::from_bytes_watched(bytes, &part(watch, 0.0, CHECKED))?;
        Self::from_package_watched(&package, engine, &part(watch, CHECKED, 1.0))
    }

    /// Copies a package's networks to an engine. Errors: `Network`, `Prompt`.
    pub fn from_package(package: &Package, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::from_package_watched(package, engine, &unwatched)
    }

    /// As [`Model::from_package`], with progress. watch: hears of the share of the numbers that were copied, and may stop
    /// the work. Errors: `Cancelled` in them besides.
    pub fn from_package_watched(
        package: &Package,
        engine: &Arc<dyn Engine>,
        watch: Watch<'_>,
    ) -> Result<Self, PipelineError> {
        Self::from_parts(package, Arc::new(Parts::of(package, engine.service_line())?), engine, watch)
    }

    fn from_parts(
        package: &Package,
        parts: Arc<Parts>,
        engine: &Arc<dyn Engine>,
        watch: Watch<'_>,
    ) -> Result<Self, PipelineError> {
        if !package.is_static() {
            let budget = engine.budget();
            let bytes = package.parameter_count() as u64 * size_of::<f32>() as u64;
            budget.map_or(Ok(()), |budget| budget.check("model", bytes, engine.memory_in_use()))?;
        }
        let parameters = PackageParameters { package, engine, watch, copied: Cell::default() };
        let scope = Scope::root(&parameters);
        let ModelConfig { text, generator, .. } = &parts.config;
        let encoder = TextEncoder::load(&scope, text)?;
        let generator = Generator::load(&scope, generator, text.width, text.context_length)?;
        watch(1.0)?;
        Ok(Self { engine: engine.clone(), encoder, generator, parts, _bundled: None })
    }

    /// What the package says of itself.
    pub fn config(&self) -> &ModelConfig {
        &self.parts.config
    }

    /// A short hash of the package, for provenance.
    pub fn digest(&self) -> &str {
        &self.parts.digest
    }

    /// The engine that the networks are on.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// What the model knows, group by group; empty where its package does not say.
    pub fn word_groups(&self) -> &[WordGroup] {
        &self.config().words.groups
    }

    /// The words that the model knows.
    pub fn words(&self) -> &[String] {
        self.parts.tokenizer.words()
    }

    /// Encodes prompts in one batch; each must name a thing. Errors: `Prompt` where one is empty, too long or names no known thing.
    pub fn embed(&self, prompts: &[&str]) -> Result<Embedding, PipelineError> {
        self.embed_for(prompts, Purpose::Thing)
    }

    /// Encodes prompts in one batch. purpose: [`Purpose::Change`] where a shape is given beside the prompts. Errors: as [`Model::embed`].
    pub fn embed_for(&self, prompts: &[&str], purpose: Purpose) -> Result<Embedding, PipelineError> {
        let mut ids = Vec::with_capacity(prompts.len());
        let mut readings = Vec::with_capacity(prompts.len());
        for prompt in prompts {
            let encoded = self.encode(prompt, purpose)?;
            ids.push(encoded.ids);
            readings.push(encoded.reading);
        }
        Ok(Embedding { latent: self.encoder.forward(&ids)?, readings })
    }

    /// Returns what is understood of a prompt, without running a network. Errors: `Prompt`.
    pub fn read(&self, prompt: &str, purpose: Purpose) -> Result<Reading, PipelineError> {
        Ok(self.encode(prompt, purpose)?.reading)
    }

    fn encode(&self, prompt: &str, purpose: Purpose) -> Result<Encoded, PipelineError> {
        Ok(match &self.parts.vocabulary {
            Some(vocabulary) => self.parts.tokenizer.encode_read(prompt, vocabulary, purpose)?,
            None => self.parts.tokenizer.encode(prompt)?,
        })
    }

    /// What a prompt means while its last word may still grow.
    pub fn complete(&self, prompt: &str) -> Typed {
        self.parts.tokenizer.complete(prompt)
    }

    /// How many numbers the package's tensors hold.
    pub fn parameter_count(&self) -> u64 {
        self.parts.parameter_count
    }

    /// Can a shape be given beside the prompt?
    pub fn has_shape_input(&self) -> bool {
        matches!(&self.config().generator, GeneratorConfig::Triplane(sizes) if sizes.shape_input)
    }

    /// Does it read a shape's normals and colours, and how much of it is to be kept?
    pub fn has_shape_attributes(&self) -> bool {
        matches!(&self.config().generator, GeneratorConfig::Triplane(sizes) if sizes.shape_input && sizes.point_attributes)
    }

    /// Does it predict metallic and roughness?
    pub fn has_materials(&self) -> bool {
        matches!(&self.config().generator, GeneratorConfig::Triplane(_))
    }

    /// Mixes the latents of one embedding by weights, one a prompt (ATT3D, eq. 8). Errors: `Weights`, `Weight`.
    pub fn mix(&self, embedding: &Embedding, weights: &[f32]) -> Result<Latent, PipelineError> {
        let prompts = embedding.readings.len();
        if weights.len() != prompts {
            return Err(PipelineError::Weights { weights: weights.len(), prompts });
        }
        let parts: Vec<Latent> =
            (0..prompts).map(|index| embedding.latent.item(index)).collect::<Result<_, _>>()?;
        let parts: Vec<_> = parts.iter().zip(weights.iter().copied()).collect();
        self.mix_latents(&parts)
    }

    /// Σ weight · latent (ATT3D, eq. 8), of latents of a batch of 1 each. Errors: `NoPrompt`, `Weight`, `Tensor`.
    pub fn mix_latents(&self, parts: &[(&Latent, f32)]) -> Result<Latent, PipelineError> {
        if parts.is_empty() {
            return Err(PipelineError::NoPrompt);
        }
        for (index, &(_, found)) in parts.iter().enumerate() {
            if found.is_nan() || found.abs() > LARGEST_WEIGHT {
                return Err(PipelineError::Weight { index, found, limit: LARGEST_WEIGHT });
            }
        }
        Ok(Latent::mix(parts)?)
    }

    /// One forward pass; the whole batch as the generator makes it, for callers that look inside.
    pub fn prompt_fields(&self, latent: &Latent) -> Result<PromptFields, PipelineError> {
        Ok(self.generator.forward(latent, None)?)
    }

    /// One forward pass, in its turn on the engine; a field for each latent of the batch. shape: for models with a shape input, given to the whole
    /// batch. Errors: `NoShapeInput`, `Tensor`, `Engine`.
    pub fn fields(&self, latent: &Latent, shape: Option<&Shape>) -> Result<Vec<ObjectField>, PipelineError> {
        let points = shape.map(|shape| self.shape_points(shape)).transpose()?;
        let forward = || self.generator.forward(latent, points.as_ref());
        let fields = run_on_threads_unless(self.engine.as_ref(), callback::may_wait, forward)???;
        let batch = latent.pooled.shape().first().copied().unwrap_or(0);
        let origin = Origin {
            model: self.config().name.clone(),
            model_digest: self.digest().to_owned(),
            metres_per_unit: self.config().metres_per_unit,
            frame: shape.and_then(Shape::frame),
            ..Origin::default()
        };
        let field = |index| ObjectField::new(&fields, index, &self.config().surface, &self.engine, &origin);
        (0..batch).map(field).collect()
    }

    /// As [`Model::fields`], of latents of a batch of 1 each. Errors: `NoPrompt` for none, and those of `fields`.
    pub fn fields_of(
        &self,
        latents: &[&Latent],
        shape: Option<&Shape>,
    ) -> Result<Vec<ObjectField>, PipelineError> {
        if latents.is_empty() {
            return Err(PipelineError::NoPrompt);
        }
        let mut fields = Vec::with_capacity(latents.len());
        for latents in latents.chunks(LARGEST_BATCH) {
            fields.extend(self.fields(&Latent::batch(latents)?, shape)?);
        }
        Ok(fields)
    }

    fn shape_points(&self, shape: &Shape) -> Result<Tensor, PipelineError> {
        if !self.has_shape_input() {
            return Err(PipelineError::NoShapeInput);
        }
        let count = shape.points().len();
        if self.has_shape_attributes() {
            return Ok(Tensor::from_slice(&self.engine, &shape.rows(), &[1, count, POINT_FEATURES])?);
        }
        let places: Vec<f32> = shape.points().iter().flat_map(|point| point.position).collect();
        Ok(Tensor::from_slice(&self.engine, &places, &[1, count, 3])?)
    }
}
