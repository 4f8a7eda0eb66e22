//! Splitting of prompts into tokens, with the `tokenizers` crate in this process or in a worker.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokenizers::models::ModelWrapper;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;

use super::bounds;
use super::error::TokenizerError;
use crate::error::expecting_panics;

/// A token of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// Row of the embedding.
    pub(super) id: u32,
    /// Index of the word of the prompt to which the token belongs; `None` if the crate states no word.
    pub(super) word: Option<u32>,
    /// Byte range of the prompt that the token covers: first byte, and end (exclusive).
    pub(super) bytes: (usize, usize),
}

/// Description of the model in `tokenizer.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Description {
    /// Tokens with their ids.
    pub(super) vocabulary: HashMap<String, u32>,
    /// Whether each word is one token (WordLevel). Otherwise words are composed from pieces (BPE).
    pub(super) is_word_level: bool,
    /// Token for unknown words, if the model is WordLevel.
    pub(super) unknown: Option<String>,
}

/// Splits prompts into tokens. Several threads may use it at the same time.
pub(super) trait Segmenter: Send + Sync + Debug {
    /// Returns the id of a token of the vocabulary.
    fn token_to_id(&self, token: &str) -> Option<u32>;

    /// Returns the prompt's tokens in order, without start and end. Errors: `Failed`, `Worker`.
    fn split(&self, prompt: &str) -> Result<Vec<Token>, TokenizerError>;
}

/// Parts of `tokenizer.json` that are used.
#[derive(Deserialize)]
struct Parts {
    normalizer: Option<NormalizerWrapper>,
    pre_tokenizer: Option<PreTokenizerWrapper>,
    model: ModelWrapper,
}

/// A [`Segmenter`] in this process.
#[derive(Debug)]
pub(super) struct LocalSegmenter {
    inner: Arc<tokenizers::Tokenizer>,
    /// Whether the tokenizer searches for patterns, which may take long.
    has_patterns: bool,
}

impl LocalSegmenter {
    /// Reads `tokenizer.json`. Errors: `Broken`, `Unsupported`.
    pub(super) fn load(json: &str) -> Result<(Self, Description), TokenizerError> {
        let has_patterns = bounds::check_json(json)?;
        // The crate slices and unwraps values that a hostile file controls, such as BPE prefixes. So a panic
        // means a broken file.
        let parts: Parts = expecting_panics(|| serde_json::from_str(json))
            .map_err(|_| TokenizerError::Broken { message: "its parts contradict each other".into() })?
            .map_err(|error| TokenizerError::Broken { message: error.to_string() })?;
        if let Some(normalizer) = &parts.normalizer {
            bounds::check_normalizer(normalizer)?;
        }
        if let Some(pre_tokenizer) = &parts.pre_tokenizer {
            bounds::check_pre_tokenizer(pre_tokenizer)?;
        }
        let unknown = match &parts.model {
            ModelWrapper::WordLevel(model) => Some(model.unk_token.clone()),
            _ => None,
        };
        check_model(&parts.model)?;
        let mut inner = tokenizers::Tokenizer::new(parts.model);
        inner.with_normalizer(parts.normalizer);
        inner.with_pre_tokenizer(parts.pre_tokenizer);
        let description =
            Description { vocabulary: inner.get_vocab(false), is_word_level: unknown.is_some(), unknown };
        Ok((Self { inner: Arc::new(inner), has_patterns }, description))
    }
}

impl Segmenter for LocalSegmenter {
    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    fn split(&self, prompt: &str) -> Result<Vec<Token>, TokenizerError> {
        let encoding = bounds::encode(&self.inner, prompt, self.has_patterns)?;
        let tokens = encoding.get_ids().iter().zip(encoding.get_word_ids()).zip(encoding.get_offsets());
        Ok(tokens.map(|((&id, &word), &bytes)| Token { id, word, bytes }).collect())
    }
}

/// Accepts WordLevel, which the bundled model has, and BPE, which CLIP has. BPE with dropout is refused,
/// because it chooses merges at random. Errors: `Unsupported`.
fn check_model(model: &ModelWrapper) -> Result<(), TokenizerError> {
    let unsupported = |expected: &'static str| TokenizerError::Unsupported {
        part: "model".into(),
        expected: expected.into(),
    };
    match model {
        ModelWrapper::WordLevel(_) => Ok(()),
        ModelWrapper::BPE(model) if model.dropout.is_some() => Err(unsupported("set its dropout to null")),
        ModelWrapper::BPE(_) => Ok(()),
        _ => Err(unsupported("WordLevel and BPE are supported")),
    }
}
