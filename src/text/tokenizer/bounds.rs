//! Bounds on what a package's tokenizer may cost: its patterns, the text that its normalizers produce, and
//! its time.
//!
//! `tokenizer.json` comes from the package, and the crate runs it without limits. Forty normalizers that each
//! double every letter would make 10¹² letters of one. A pattern that backtracks may take hours.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::{Encoding, NormalizedString, Normalizer};

use super::{MOST_BYTES, TokenizerError};
use crate::error::expecting_panics;

/// Largest number of regular expressions of one tokenizer. Each may take 10 MB once it is compiled; CLIP's
/// tokenizer has two.
const MOST_PATTERNS: usize = 16;
/// Largest length of a regular expression, in bytes. GPT-4o's has 300.
const LONGEST_PATTERN: usize = 1024;
/// Largest number of normalizers of one tokenizer.
const MOST_NORMALIZERS: usize = 32;
/// Largest length of the text that a normalizer inserts for a match or before the prompt, in bytes.
const LONGEST_CONTENT: usize = 16;
/// Largest time for one prompt, if the tokenizer searches for patterns.
const LIMIT: Duration = Duration::from_secs(2);

/// Parts of `tokenizer.json` that hold patterns.
#[derive(Deserialize)]
struct Patterned {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
}

/// Checks the patterns before they are compiled. Returns whether there is one. Errors: `Broken`,
/// `Unsupported`.
pub(super) fn check_patterns(json: &str) -> Result<bool, TokenizerError> {
    let parts: Patterned =
        serde_json::from_str(json).map_err(|error| TokenizerError::Broken { message: error.to_string() })?;
    let mut patterns = Vec::new();
    collect(&parts.normalizer, &mut patterns);
    let of_normalizer = patterns.len();
    collect(&parts.pre_tokenizer, &mut patterns);
    let part = if of_normalizer > MOST_PATTERNS { "normalizer" } else { "pre_tokenizer" };
    if patterns.len() > MOST_PATTERNS || patterns.iter().any(|pattern| pattern.len() > LONGEST_PATTERN) {
        let expected = "at most 16 patterns of at most 1024 bytes each are supported";
        return Err(TokenizerError::Unsupported { part: part.into(), expected: expected.into() });
    }
    Ok(!patterns.is_empty())
}

/// Collects the patterns of a part. Each is the value of the key `pattern`: a string, `{"Regex": string}` or
/// `{"String": string}`.
fn collect<'a>(part: &'a Value, found: &mut Vec<&'a str>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if ["pattern", "Regex", "String"].contains(&name.as_str()) => found.push(text),
                    _ => collect(value, found),
                }
            }
        }
        _ => {}
    }
}

/// Refuses unsupported normalizers. Errors: `Unsupported`.
pub(super) fn check_normalizer(normalizer: &NormalizerWrapper) -> Result<(), TokenizerError> {
    let unsupported = |expected: &'static str| TokenizerError::Unsupported {
        part: "normalizer".into(),
        expected: expected.into(),
    };
    let steps = steps(normalizer);
    if steps.len() > MOST_NORMALIZERS {
        return Err(unsupported("sequences of at most 32 normalizers are supported"));
    }
    for step in steps {
        let content = match step {
            // This is a binary table inside the JSON, which the crate reads without checks.
            NormalizerWrapper::Precompiled(_) => return Err(unsupported("Precompiled is refused")),
            NormalizerWrapper::Replace(replace) => replace.content.as_str(),
            NormalizerWrapper::Prepend(prepend) => prepend.prepend.as_str(),
            _ => "",
        };
        if content.len() > LONGEST_CONTENT {
            return Err(unsupported("replacements of at most 16 bytes are supported"));
        }
    }
    Ok(())
}

/// Returns the steps of a normalizer in order, with nested sequences flattened.
fn steps(normalizer: &NormalizerWrapper) -> Vec<&NormalizerWrapper> {
    match normalizer {
        NormalizerWrapper::Sequence(sequence) => sequence.as_ref().iter().flat_map(steps).collect(),
        step => vec![step],
    }
}

/// Encodes a prompt. is_limited: whether to bound the time, which a tokenizer without patterns does not need.
/// Errors: `Failed`.
pub(super) fn encode(
    tokenizer: &Arc<tokenizers::Tokenizer>,
    prompt: &str,
    is_limited: bool,
) -> Result<Encoding, TokenizerError> {
    if !is_limited {
        return encode_here(tokenizer, prompt);
    }
    let (sender, receiver) = mpsc::channel();
    let (tokenizer, prompt) = (tokenizer.clone(), prompt.to_owned());
    // A thread that exceeds the limit continues alone. It keeps the tokenizer alive and ends when its search
    // ends.
    std::thread::Builder::new()
        .name("att3d-text".into())
        .spawn(move || {
            // After the time limit there is no receiver, so sending may fail.
            let _ = sender.send(encode_here(&tokenizer, &prompt));
        })
        .map_err(|error| failed(format!("a thread could not be started: {error}")))?;
    receiver.recv_timeout(LIMIT).unwrap_or_else(|_| Err(failed("it takes longer than 2 s".into())))
}

fn failed(message: String) -> TokenizerError {
    TokenizerError::Failed { message }
}

fn encode_here(tokenizer: &tokenizers::Tokenizer, prompt: &str) -> Result<Encoding, TokenizerError> {
    let work = || {
        check_growth(tokenizer, prompt)?;
        tokenizer.encode(prompt, false).map_err(|error| failed(error.to_string()))
    };
    expecting_panics(work).unwrap_or_else(|_| Err(failed("tokenizer.json contradicts itself".into())))
}

/// Refuses a prompt that the normalizers would make too long, one step at a time. Each step multiplies the
/// length of a text at most by [`LONGEST_CONTENT`] + 1. Errors: `Failed`.
fn check_growth(tokenizer: &tokenizers::Tokenizer, prompt: &str) -> Result<(), TokenizerError> {
    let Some(normalizer) = tokenizer.get_normalizer() else { return Ok(()) };
    let mut text = NormalizedString::from(prompt);
    for step in steps(normalizer) {
        step.normalize(&mut text).map_err(|error| failed(error.to_string()))?;
        if text.get().len() > MOST_BYTES {
            return Err(failed(format!("its normalizer makes more than {MOST_BYTES} bytes of it")));
        }
    }
    Ok(())
}
