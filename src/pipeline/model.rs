//! A loaded model: tokenizer, text encoder and generator on one engine.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use crate::engine::{Engine, run_on_threads_unless};
use crate::error::{ProgressCallback, no_progress, part};
use crate::generator::{Generator, POINT_FEATURES, PassOptions, PromptFields};
use crate::nn::{Latent, NnError, Scope};
use crate::tensor::Tensor;
use crate::text::tokenizer::Encoded;
use crate::text::{Purpose, Reading, TextEncoder, Typed};
use crate::weights::Package;
use crate::weights::config::{GeneratorConfig, ModelConfig, WordGroup};

use super::bundled::{self, Bundled};
use super::description::Description;
use super::parameters::PackageParameters;
use super::shape::Shape;
use super::{Context, Device, ObjectField, Origin, PipelineError, callback};

/// Encoded prompts, ready to be mixed or given to the generator.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Batch with one latent per prompt.
    pub latent: Latent,
    /// Readings of the prompts, one per prompt.
    pub readings: Vec<Reading>,
}

/// A model on an engine. It is immutable, so threads may share it.
#[derive(Debug)]
pub struct Model {
    engine: Arc<dyn Engine>,
    description: Arc<Description>,
    encoder: TextEncoder,
    generator: Generator,
    /// Keeps the data alive that all bundled models share.
    _bundled: Option<Arc<Bundled>>,
}

/// Progress of loading when the file is read and its checksum is verified. The rest of the work copies the
/// weights to the engine.
const CHECKED: f32 = 0.5;

/// Largest number of latents per forward pass. Larger batches are not faster, and the activations of each
/// latent take megabytes.
const LARGEST_BATCH: usize = 8;

/// Largest absolute weight of a latent in a mix. It is far above any useful weight and far below overflow.
const LARGEST_WEIGHT: f32 = 1_000.0;

impl Model {
    /// Loads the bundled model into a context of its own, on the best device and with one thread per
    /// processor.
    /// Errors: `Open`, and those of [`Model::bundled_on`].
    pub fn bundled() -> Result<Self, PipelineError> {
        Self::bundled_on(Context::new(Device::Auto, 0)?.engine())
    }

    /// Loads the bundled model onto an engine. Errors: `NoBundledModel`, `Package`, `Network`, `Prompt`.
    pub fn bundled_on(engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        let bundled = bundled::shared()?;
        let model = Self::from_parts(&bundled.package, bundled.description.clone(), engine, &no_progress)?;
        Ok(Self { _bundled: Some(bundled), ..model })
    }

    /// Loads a package folder or an `.att3d` file. Errors: `Package`, `Network`, `Prompt`, `Engine`.
    pub fn open(path: &Path, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::open_with_progress(path, engine, &no_progress)
    }

    /// Does the same as [`Model::open`], with progress and cancellation. Errors: those of [`Model::open`],
    /// `Cancelled`. A cancellation may also arrive inside `Package` or `Network`; the kind of the error is
    /// then `Cancelled`.
    pub fn open_with_progress(
        path: &Path,
        engine: &Arc<dyn Engine>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PipelineError> {
        let package = Package::open_with_progress(path, &part(on_progress, 0.0, CHECKED))?;
        Self::from_package_with_progress(&package, engine, &part(on_progress, CHECKED, 1.0))
    }

    /// Loads the bytes of an `.att3d` file. Errors: `Package`, `Network`, `Prompt`, `Engine`.
    pub fn from_bytes(bytes: Vec<u8>, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::from_bytes_with_progress(bytes, engine, &no_progress)
    }

    /// Does the same as [`Model::from_bytes`], with progress and cancellation. Errors: as for
    /// [`Model::open_with_progress`].
    pub fn from_bytes_with_progress(
        bytes: Vec<u8>,
        engine: &Arc<dyn Engine>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PipelineError> {
        let package = Package::from_bytes_with_progress(bytes, &part(on_progress, 0.0, CHECKED))?;
        Self::from_package_with_progress(&package, engine, &part(on_progress, CHECKED, 1.0))
    }

    /// Copies a package's networks to an engine. Errors: `Network`, `Prompt`, `Engine`.
    pub fn from_package(package: &Package, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::from_package_with_progress(package, engine, &no_progress)
    }

    /// Does the same as [`Model::from_package`], with progress. on_progress: progress callback over the
    /// weights that are copied; it may stop the work. Errors: those of [`Model::from_package`], `Cancelled`
    /// (also inside `Network`).
    pub fn from_package_with_progress(
        package: &Package,
        engine: &Arc<dyn Engine>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PipelineError> {
        let description = Arc::new(Description::of(package, engine.service_line())?);
        Self::from_parts(package, description, engine, on_progress)
    }

    fn from_parts(
        package: &Package,
        description: Arc<Description>,
        engine: &Arc<dyn Engine>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PipelineError> {
        // A diffusion model keeps its large weights as they are stored.
        let is_compact = matches!(description.config().generator, GeneratorConfig::LatentDiffusion(_));
        if !package.is_static() {
            let budget = engine.budget();
            let bytes = if is_compact {
                package.tensor_bytes()
            } else {
                package.parameter_count() as u64 * size_of::<f32>() as u64
            };
            budget.map_or(Ok(()), |budget| budget.check("model", bytes, engine.memory_in_use()))?;
        }
        let parameters = PackageParameters { package, engine, on_progress, copied: Cell::default() };
        let scope = Scope::root(&parameters);
        let ModelConfig { text, generator, .. } = description.config();
        let encoder = TextEncoder::load(&if is_compact { scope.compact() } else { scope.clone() }, text)?;
        let mut generator = Generator::load(&scope, generator, text.width, text.context_length)?;
        generator.freeze(engine)?;
        on_progress(1.0)?;
        Ok(Self { engine: engine.clone(), encoder, generator, description, _bundled: None })
    }

    /// Returns what the package states about the model.
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// Returns the package's configuration.
    pub fn config(&self) -> &ModelConfig {
        self.description.config()
    }

    /// Returns the digest of the package, which identifies it.
    pub fn digest(&self) -> &str {
        self.description.digest()
    }

    /// Returns the engine that holds the networks.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// Returns the model's vocabulary in groups. The list is empty if the package has no groups.
    pub fn word_groups(&self) -> &[WordGroup] {
        self.description.word_groups()
    }

    /// Returns the words that the model knows.
    pub fn words(&self) -> &[String] {
        self.description.words()
    }

    /// Encodes prompts in one batch. Each prompt must name a thing. Errors: `Prompt` if a prompt is empty,
    /// is too long or names no known thing; `Tensor`.
    pub fn embed(&self, prompts: &[&str]) -> Result<Embedding, PipelineError> {
        self.embed_for(prompts, Purpose::Thing)
    }

    /// Encodes prompts in one batch. purpose: [`Purpose::Change`] if a shape is given too.
    /// Errors: those of [`Model::embed`].
    pub fn embed_for(&self, prompts: &[&str], purpose: Purpose) -> Result<Embedding, PipelineError> {
        self.embed_with_progress(prompts, purpose, &no_progress)
    }

    /// Does the same as [`Model::embed_for`]. on_progress: called with 0 before each layer of the text
    /// encoder; it may stop the work. Errors: those of [`Model::embed`], `Cancelled`.
    pub(super) fn embed_with_progress(
        &self,
        prompts: &[&str],
        purpose: Purpose,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Embedding, PipelineError> {
        let mut ids = Vec::with_capacity(prompts.len());
        let mut readings = Vec::with_capacity(prompts.len());
        for prompt in prompts {
            let encoded = self.encode(prompt, purpose)?;
            ids.push(encoded.ids);
            readings.push(encoded.reading);
        }
        let latent = self.encoder.forward_unless(&ids, &|| on_progress(0.0)).map_err(of_pass)?;
        Ok(Embedding { latent, readings })
    }

    /// Returns the reading of a prompt, without running a network. Errors: `Prompt`.
    pub fn read(&self, prompt: &str, purpose: Purpose) -> Result<Reading, PipelineError> {
        Ok(self.encode(prompt, purpose)?.reading)
    }

    fn encode(&self, prompt: &str, purpose: Purpose) -> Result<Encoded, PipelineError> {
        Ok(match &self.description.vocabulary {
            Some(vocabulary) => self.description.tokenizer.encode_read(prompt, vocabulary, purpose)?,
            None => self.description.tokenizer.encode(prompt)?,
        })
    }

    /// Interprets a prompt whose last word may be incomplete.
    pub fn complete(&self, prompt: &str) -> Typed {
        self.description.tokenizer.complete(prompt)
    }

    /// Returns the number of parameters in the package's tensors.
    pub fn parameter_count(&self) -> u64 {
        self.description.parameter_count()
    }

    /// Returns whether the model takes a shape in addition to the prompt.
    pub fn has_shape_input(&self) -> bool {
        self.description.has_shape_input()
    }

    /// Returns whether the model reads a shape's normals and colors, and the share of it to keep.
    pub fn has_shape_attributes(&self) -> bool {
        matches!(&self.config().generator, GeneratorConfig::Triplane(sizes) if sizes.shape_input && sizes.point_attributes)
    }

    /// Returns whether the model predicts metallic and roughness.
    pub fn has_materials(&self) -> bool {
        self.description.has_materials()
    }

    /// Mixes the latents of one embedding (ATT3D, eq. 8). weights: one per prompt. Errors: `Weights`,
    /// `Weight`, `NoPrompt`, `Tensor`.
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

    /// Computes Σ weight · latent (ATT3D, eq. 8). Each latent is a batch of 1. Errors: `NoPrompt`, `Weight`,
    /// `Tensor`.
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

    /// Runs one forward pass and returns the generator's output for the whole batch, for callers that inspect
    /// it. Errors: `Tensor`.
    pub fn prompt_fields(&self, latent: &Latent) -> Result<PromptFields, PipelineError> {
        self.generator.forward(latent, None).map_err(of_pass)
    }

    /// Returns whether the generator removes noise step by step, which takes seconds.
    pub fn is_diffusion(&self) -> bool {
        self.generator.is_diffusion()
    }

    /// Runs one forward pass when the engine is free, and returns a field for each latent of the batch.
    /// shape: for models with a shape input, the shape of the whole batch; `None` uses the latents alone.
    /// Errors: `NoShapeInput`, `Tensor`, `Engine`, `InsideCallback`.
    pub fn fields(&self, latent: &Latent, shape: Option<&Shape>) -> Result<Vec<ObjectField>, PipelineError> {
        let points = shape.map(|shape| self.shape_points(shape)).transpose()?;
        let fields = || self.fields_in_turn(latent, shape, points.as_ref(), PassOptions::default());
        run_on_threads_unless(self.engine.as_ref(), callback::may_wait, fields)??
    }

    /// Does the work of [`Model::fields`], on the engine's threads. points: the points of the shape; `None`
    /// without a shape.
    pub(super) fn fields_in_turn(
        &self,
        latent: &Latent,
        shape: Option<&Shape>,
        points: Option<&Tensor>,
        pass: PassOptions<'_>,
    ) -> Result<Vec<ObjectField>, PipelineError> {
        let fields = self.generator.forward_with(latent, points, pass).map_err(of_pass)?;
        let batch = latent.pooled.shape().first().copied().unwrap_or(0);
        let origin = Origin {
            model: self.config().name.clone(),
            model_digest: self.digest().to_owned(),
            meters_per_unit: self.config().meters_per_unit,
            frame: shape.and_then(Shape::frame),
            ..Origin::default()
        };
        let field = |index| ObjectField::new(&fields, index, &self.config().surface, &self.engine, &origin);
        (0..batch).map(field).collect()
    }

    /// Returns a field for each latent, as [`Model::fields`] does. Each latent is a batch of 1. Errors:
    /// `NoPrompt` for an empty list, and those of [`Model::fields`].
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

    pub(super) fn shape_points(&self, shape: &Shape) -> Result<Tensor, PipelineError> {
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

/// Returns the error of a forward pass. In a network that was loaded, only a tensor operation can fail, or
/// the caller cancels the pass.
fn of_pass(error: NnError) -> PipelineError {
    match error {
        NnError::Tensor(error) => error.into(),
        NnError::Cancelled(cancelled) => cancelled.into(),
        NnError::Parameter { .. } => error.into(),
    }
}
