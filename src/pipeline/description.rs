//! What a package states about its model, without the networks.

use std::path::Path;
use std::sync::Arc;

use crate::engine::ServiceLine;
use crate::text::Tokenizer;
use crate::text::reading::{Vocabulary, holds_things};
use crate::weights::Package;
use crate::weights::config::{GeneratorConfig, ModelConfig, WordGroup};

use super::PipelineError;

/// Description of a model: the configuration, the words and the tokenizer of its package.
#[derive(Debug)]
pub struct Description {
    config: ModelConfig,
    digest: String,
    parameter_count: u64,
    tensor_bytes: u64,
    pub(super) tokenizer: Tokenizer,
    /// Words with which prompts are read; `None` for packages without word groups.
    pub(super) vocabulary: Option<Vocabulary>,
}

impl Description {
    /// Reads the description of a package folder or an `.att3d` file. It takes milliseconds, because the
    /// weights are not read, except to compute a checksum that the package lacks ([`Package::describe`]).
    /// Errors: `Package`, `Prompt`.
    pub fn open(path: &Path) -> Result<Self, PipelineError> {
        Self::of(&Package::describe(path)?, None)
    }

    /// Reads a package's tokenizer and words. line: connection to the worker in which the tokenizer runs;
    /// `None` runs it in this process. Errors: `Prompt`.
    pub fn of(package: &Package, line: Option<Arc<dyn ServiceLine>>) -> Result<Self, PipelineError> {
        let config = package.config().clone();
        let json = package.tokenizer_json();
        let tokenizer = match line {
            Some(line) => Tokenizer::in_worker(line, json, &config.text)?,
            None => Tokenizer::from_json(json, &config.text)?,
        };
        let tokenizer = tokenizer.with_lexicon(&config.words.lexicon)?;
        let vocabulary = Vocabulary::new(&config.words, tokenizer.words());
        Ok(Self {
            config,
            digest: package.digest().to_owned(),
            parameter_count: package.parameter_count() as u64,
            tensor_bytes: package.tensor_bytes(),
            tokenizer,
            vocabulary,
        })
    }

    /// Returns the package's configuration.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Returns the digest of the package, which identifies it.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the number of parameters in the package's tensors.
    pub fn parameter_count(&self) -> u64 {
        self.parameter_count
    }

    /// Returns the size of the package's tensors in bytes.
    pub fn tensor_bytes(&self) -> u64 {
        self.tensor_bytes
    }

    /// Returns the model's vocabulary in groups. The list is empty if the package has no groups.
    pub fn word_groups(&self) -> &[WordGroup] {
        &self.config.words.groups
    }

    /// Returns the words that the model knows. The list is empty if the tokenizer composes words of pieces.
    pub fn words(&self) -> &[String] {
        self.tokenizer.words()
    }

    /// Returns the number of things that the model knows; `None` if the package has no word groups.
    pub fn thing_count(&self) -> Option<usize> {
        let things = self.word_groups().iter().filter(|group| holds_things(&group.name));
        (!self.word_groups().is_empty()).then(|| things.map(|group| group.phrases.len()).sum())
    }

    /// Returns whether the model takes a shape in addition to the prompt.
    pub fn has_shape_input(&self) -> bool {
        matches!(&self.config.generator, GeneratorConfig::Triplane(sizes) if sizes.shape_input)
    }

    /// Returns whether the model predicts metallic and roughness.
    pub fn has_materials(&self) -> bool {
        matches!(&self.config.generator, GeneratorConfig::Triplane(_))
    }

    /// Returns whether a seed can vary a prompt's mesh: by other words, or by other noise.
    pub fn has_seeds(&self) -> bool {
        let has_noise = matches!(self.config.generator, GeneratorConfig::LatentDiffusion(_));
        has_noise || !self.config.words.varied.is_empty()
    }
}
