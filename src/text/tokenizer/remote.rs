//! Tokenizer in a worker process, so that the host process does not run what a package's `tokenizer.json`
//! describes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::TokenizerError;
use super::segmenter::{Description, LocalSegmenter, Segmenter, Token};
use crate::engine::{EngineError, Service, ServiceLine};

/// Name of the service.
const NAME: &str = "tokenizer";

/// A request of the host. The host gives each tokenizer a number.
#[derive(Serialize, Deserialize)]
enum Request {
    /// Reads `tokenizer.json` and keeps the tokenizer under a number. Answer: `Result<Description, Refusal>`.
    Load { number: u64, json: String },
    /// Splits a prompt. Answer: `Result<Vec<Token>, Refusal>`.
    Split { number: u64, prompt: String },
    /// Drops a tokenizer. The answer is empty.
    Free { number: u64 },
}

/// Errors of a [`LocalSegmenter`] in the form in which they are sent.
#[derive(Serialize, Deserialize)]
enum Refusal {
    Broken { message: String },
    Unsupported { part: String, expected: String },
    Failed { message: String },
}

impl From<TokenizerError> for Refusal {
    fn from(error: TokenizerError) -> Self {
        match error {
            TokenizerError::Broken { message } => Self::Broken { message },
            TokenizerError::Unsupported { part, expected } => {
                Self::Unsupported { part: part.into_owned(), expected: expected.into_owned() }
            }
            TokenizerError::Failed { message } => Self::Failed { message },
            other => Self::Failed { message: other.to_string() },
        }
    }
}

impl From<Refusal> for TokenizerError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Broken { message } => Self::Broken { message },
            Refusal::Unsupported { part, expected } => {
                Self::Unsupported { part: part.into(), expected: expected.into() }
            }
            Refusal::Failed { message } => Self::Failed { message },
        }
    }
}

/// Worker's side of the service, with the tokenizers that the host has loaded.
#[derive(Default)]
pub struct TokenizerService {
    loaded: HashMap<u64, LocalSegmenter>,
}

impl TokenizerService {
    fn load(&mut self, number: u64, json: &str) -> Result<Description, Refusal> {
        let (segmenter, description) = LocalSegmenter::load(json)?;
        self.loaded.insert(number, segmenter);
        Ok(description)
    }

    fn split(&self, number: u64, prompt: &str) -> Result<Vec<Token>, Refusal> {
        let unknown = || Refusal::Failed { message: format!("tokenizer {number} was never loaded") };
        Ok(self.loaded.get(&number).ok_or_else(unknown)?.split(prompt)?)
    }
}

impl Service for TokenizerService {
    fn name(&self) -> &'static str {
        NAME
    }

    fn answer(&mut self, request: &[u8]) -> Vec<u8> {
        // If a request cannot be parsed, the answer is empty. The host cannot parse an empty answer, and
        // reports the error `Worker`.
        match postcard::from_bytes(request) {
            Ok(Request::Load { number, json }) => postcard::to_stdvec(&self.load(number, &json)),
            Ok(Request::Split { number, prompt }) => postcard::to_stdvec(&self.split(number, &prompt)),
            Ok(Request::Free { number }) => {
                self.loaded.remove(&number);
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
        .unwrap_or_default()
    }
}

/// Host's side of the service: a [`Segmenter`] that sends its work to a [`TokenizerService`].
#[derive(Debug)]
pub(super) struct RemoteSegmenter {
    line: Arc<dyn ServiceLine>,
    number: u64,
    vocabulary: HashMap<String, u32>,
}

impl RemoteSegmenter {
    /// Makes the worker read `tokenizer.json`. Errors: `Broken`, `Unsupported`, `Worker`.
    pub(super) fn load(
        line: Arc<dyn ServiceLine>,
        json: &str,
    ) -> Result<(Self, Description), TokenizerError> {
        /// Number of the next tokenizer. Numbers are unique in this process, and each worker sees some of
        /// them.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let request = Request::Load { number, json: json.to_owned() };
        let description: Description = ask(line.as_ref(), &request)?;
        Ok((Self { line, number, vocabulary: description.vocabulary.clone() }, description))
    }
}

impl Segmenter for RemoteSegmenter {
    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.vocabulary.get(token).copied()
    }

    fn split(&self, prompt: &str) -> Result<Vec<Token>, TokenizerError> {
        let request = Request::Split { number: self.number, prompt: prompt.to_owned() };
        ask(self.line.as_ref(), &request)
    }
}

impl Drop for RemoteSegmenter {
    fn drop(&mut self) {
        if let Ok(request) = postcard::to_stdvec(&Request::Free { number: self.number }) {
            self.line.tell_later(NAME, request);
        }
    }
}

/// Sends a request and parses the answer. Errors: `Worker`, and the errors that the worker answers (`Broken`,
/// `Unsupported`, `Failed`).
fn ask<T: DeserializeOwned>(line: &dyn ServiceLine, request: &Request) -> Result<T, TokenizerError> {
    let worker = |message: String| TokenizerError::Worker { message };
    let request = postcard::to_stdvec(request).map_err(|error| worker(error.to_string()))?;
    let answer = line.ask(NAME, &request).map_err(|error: EngineError| worker(error.to_string()))?;
    let answer: Result<T, Refusal> = postcard::from_bytes(&answer)
        .map_err(|error| worker(format!("its answer could not be parsed: {error}")))?;
    answer.map_err(TokenizerError::from)
}
