//! A loaded model: tokenizer, text encoder and generator on one engine.

use std::path::Path;
use std::sync::Arc;

use crate::engine::Engine;
use crate::generator::{Generator, PromptFields};
use crate::nn::Latent;
use crate::nn::Scope;
use crate::text::TextEncoder;
use crate::text::tokenizer::Tokenizer;
use crate::weights::Package;
use crate::weights::config::ModelConfig;

use super::parameters::PackageParameters;
use super::{ObjectField, PipelineError};

/// Prompts, ready to be mixed or generated.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// A batch of one latent a prompt.
    pub latent: Latent,
    /// For each prompt, the words that the model does not know; they were left out.
    pub unknown_words: Vec<Vec<String>>,
}

/// A model on an engine. Immutable: threads may share it.
#[derive(Debug)]
pub struct Model {
    engine: Arc<dyn Engine>,
    config: ModelConfig,
    digest: String,
    tokenizer: Tokenizer,
    encoder: TextEncoder,
    generator: Generator,
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
        return Self::from_package(&Package::from_static(&BUNDLED.0)?, engine);
        #[cfg(not(feature = "bundled-model"))]
        {
            let _ = engine;
            Err(PipelineError::NoBundledModel)
        }
    }

    /// Loads a package folder or an `.att3d` file. Errors: `Package`, `Network`.
    pub fn open(path: &Path, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        Self::from_package(&Package::open(path)?, engine)
    }

    /// Copies a package's networks to an engine. Errors: `Network`, `Prompt`.
    pub fn from_package(package: &Package, engine: &Arc<dyn Engine>) -> Result<Self, PipelineError> {
        let config = package.config().clone();
        let parameters = PackageParameters { package, engine };
        let scope = Scope::root(&parameters);
        let text = &config.text;
        Ok(Self {
            tokenizer: Tokenizer::from_json(package.tokenizer_json(), text)?,
            encoder: TextEncoder::load(&scope, text)?,
            generator: Generator::load(&scope, &config.generator, text.width, text.context_length)?,
            engine: engine.clone(),
            digest: package.digest().to_owned(),
            config,
        })
    }

    /// What the package says of itself.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// A short hash of the package, for provenance.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The engine that the networks are on.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The words that the model knows.
    pub fn words(&self) -> &[String] {
        self.tokenizer.words()
    }

    /// Encodes prompts in one batch. Errors: `Prompt` where one is empty, too long or wholly unknown.
    pub fn embed(&self, prompts: &[&str]) -> Result<Embedding, PipelineError> {
        let mut ids = Vec::with_capacity(prompts.len());
        let mut unknown_words = Vec::with_capacity(prompts.len());
        for prompt in prompts {
            let encoded = self.tokenizer.encode(prompt)?;
            ids.push(encoded.ids);
            unknown_words.push(encoded.unknown_words);
        }
        Ok(Embedding { latent: self.encoder.forward(&ids)?, unknown_words })
    }

    /// Mixes the latents of one embedding by weights, one a prompt (ATT3D, eq. 8). Errors: `Weights`.
    pub fn mix(&self, embedding: &Embedding, weights: &[f32]) -> Result<Latent, PipelineError> {
        let prompts = embedding.unknown_words.len();
        if weights.len() != prompts {
            return Err(PipelineError::Weights { weights: weights.len(), prompts });
        }
        let mut parts = Vec::with_capacity(prompts);
        for (index, &weight) in weights.iter().enumerate() {
            let latent = Latent {
                tokens: embedding.latent.tokens.narrow(0, index, 1)?,
                pooled: embedding.latent.pooled.narrow(0, index, 1)?,
            };
            parts.push((latent, weight));
        }
        let parts: Vec<_> = parts.iter().map(|(latent, weight)| (latent, *weight)).collect();
        Ok(Latent::mix(&parts)?)
    }

    /// One forward pass; the whole batch as the generator makes it, for callers that look inside.
    pub fn prompt_fields(&self, latent: &Latent) -> Result<PromptFields, PipelineError> {
        Ok(self.generator.forward(latent, None)?)
    }

    /// One forward pass; a field for each latent of the batch.
    pub fn fields(&self, latent: &Latent) -> Result<Vec<ObjectField>, PipelineError> {
        let fields = self.prompt_fields(latent)?;
        let batch = latent.pooled.shape().first().copied().unwrap_or(0);
        (0..batch).map(|index| ObjectField::new(&fields, index, &self.config.surface)).collect()
    }
}
