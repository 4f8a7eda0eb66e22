//! Bounds on what a package's tokenizer may cost: its patterns, the text that its steps produce, and its
//! time.
//!
//! `tokenizer.json` comes from the package, and the crate runs it without limits. Forty normalizers that each
//! double every letter would make 10¹² letters of one letter. A pattern that backtracks may take hours.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{Encoding, NormalizedString, Normalizer};

use super::error::TokenizerError;
use crate::error::expecting_panics;

/// Largest number of regular expressions of one tokenizer. Each may take 10 MB once it is compiled; CLIP's
/// tokenizer has two.
const MOST_PATTERNS: usize = 16;
/// Largest length of a regular expression, in bytes. GPT-4o's expression has 300 bytes.
const LONGEST_PATTERN: usize = 1024;
/// Largest sum of all repetition counts (`{n}`, `{n,m}`) in the regular expressions of one tokenizer. Counts
/// multiply the size of a compiled pattern: 78 copies of `(?=\w{1,200})` take 927 MB and 6.5 s. GPT-4o's
/// patterns have a sum of 3.
const MOST_REPETITIONS: u64 = 64;
/// Largest number of pre-tokenizers of one tokenizer. CLIP's tokenizer has two.
const MOST_PRE_TOKENIZERS: usize = 16;
/// Largest number of normalizers of one tokenizer.
const MOST_NORMALIZERS: usize = 32;
/// Largest length of the text that a normalizer inserts for a match or before the prompt, in bytes.
const LONGEST_CONTENT: usize = 16;
/// Largest time for one prompt, if the tokenizer searches for patterns.
const LIMIT: Duration = Duration::from_secs(2);

/// Parts of `tokenizer.json` that are checked before the crate reads them.
#[derive(Deserialize)]
struct Unread {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
}

fn unsupported(part: &'static str, expected: &'static str) -> TokenizerError {
    TokenizerError::Unsupported { part: part.into(), expected: expected.into() }
}

/// Checks the JSON before the crate reads it: the crate compiles patterns and allocates tables while it
/// parses. Returns whether there is a pattern. Errors: `Broken`, `Unsupported`.
pub(super) fn check_json(json: &str) -> Result<bool, TokenizerError> {
    let parts: Unread =
        serde_json::from_str(json).map_err(|error| TokenizerError::Broken { message: error.to_string() })?;
    if has_table(&parts.normalizer) {
        return Err(unsupported("normalizer", "Precompiled is refused"));
    }
    let (mut patterns, mut has_any) = (Patterns::default(), false);
    for (name, part) in [("normalizer", &parts.normalizer), ("pre_tokenizer", &parts.pre_tokenizer)] {
        patterns.collect(part);
        if patterns.count > MOST_PATTERNS || patterns.longest > LONGEST_PATTERN {
            return Err(unsupported(name, "at most 16 patterns of at most 1024 bytes each are supported"));
        }
        if patterns.repetitions > MOST_REPETITIONS {
            return Err(unsupported(
                name,
                "repetition counts in patterns with a sum of at most 64 are supported",
            ));
        }
        has_any |= patterns.count > 0;
    }
    Ok(has_any)
}

/// Returns whether a normalizer has a precompiled table. The table is binary data inside the JSON. The crate
/// reads the table without checks, and allocates up to twice as many bytes as the table's first four bytes
/// say.
fn has_table(part: &Value) -> bool {
    match part {
        Value::Array(parts) => parts.iter().any(has_table),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            name == "precompiled_charsmap" || value == "Precompiled" || has_table(value)
        }),
        _ => false,
    }
}

/// Sizes of the patterns of a tokenizer.
#[derive(Default)]
struct Patterns {
    count: usize,
    /// Length of the longest pattern, in bytes.
    longest: usize,
    /// Sum of all repetition counts.
    repetitions: u64,
}

impl Patterns {
    /// Adds the patterns of a part. Each is the value of the key `pattern`: a string, `{"Regex": string}` or
    /// `{"String": string}`.
    fn collect(&mut self, part: &Value) {
        match part {
            Value::Array(parts) => parts.iter().for_each(|part| self.collect(part)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if ["pattern", "Regex", "String"].contains(&name.as_str()) => {
                            self.count += 1;
                            self.longest = self.longest.max(text.len());
                            // A string is matched literally.
                            let counts = if name == "String" { 0 } else { repetitions(text) };
                            self.repetitions = self.repetitions.saturating_add(counts);
                        }
                        _ => self.collect(value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the sum of the largest numbers in all `{n}`, `{n,}` and `{n,m}` of a regular expression.
fn repetitions(pattern: &str) -> u64 {
    let counts = pattern.split('{').skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once('}')?;
        let numbers = inside.split(',').map(|number| number.trim()).filter(|number| !number.is_empty());
        // A number that does not fit into 64 bits counts as the largest 64-bit number.
        numbers
            .map(|number| {
                number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().unwrap_or(u64::MAX))
            })
            .try_fold(0, |largest: u64, number| number.map(|number| largest.max(number)))
    });
    counts.fold(0, u64::saturating_add)
}

/// Refuses unsupported pre-tokenizers: too many, or several that lengthen the text. A ByteLevel step writes
/// two bytes for each byte beyond ASCII; the growth of the other steps is bounded by the number of steps.
/// Errors: `Unsupported`.
pub(super) fn check_pre_tokenizer(pre_tokenizer: &PreTokenizerWrapper) -> Result<(), TokenizerError> {
    let steps = pre_steps(pre_tokenizer);
    let lengthen = steps.iter().filter(|step| matches!(step, PreTokenizerWrapper::ByteLevel(_))).count();
    if steps.len() > MOST_PRE_TOKENIZERS || lengthen > 1 {
        let expected = "at most 16 steps with at most one ByteLevel are supported";
        return Err(unsupported("pre_tokenizer", expected));
    }
    Ok(())
}

/// Returns the steps of a pre-tokenizer in order, with nested sequences flattened.
fn pre_steps(pre_tokenizer: &PreTokenizerWrapper) -> Vec<&PreTokenizerWrapper> {
    match pre_tokenizer {
        PreTokenizerWrapper::Sequence(sequence) => sequence.as_ref().iter().flat_map(pre_steps).collect(),
        step => vec![step],
    }
}

/// Refuses unsupported normalizers. Errors: `Unsupported`.
pub(super) fn check_normalizer(normalizer: &NormalizerWrapper) -> Result<(), TokenizerError> {
    let unsupported = |expected: &'static str| unsupported("normalizer", expected);
    let steps = steps(normalizer);
    if steps.len() > MOST_NORMALIZERS {
        return Err(unsupported("sequences of at most 32 normalizers are supported"));
    }
    for step in steps {
        let content = match step {
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

/// Encodes a prompt. is_limited: whether to bound the time. A tokenizer without patterns needs no bound.
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

/// Runs the normalizers one step at a time, and refuses the prompt if a step makes it too long. Each step
/// multiplies the length of a text at most by [`LONGEST_CONTENT`] + 1. Errors: `Failed`.
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

/// Largest length of a prompt, in bytes. Longer prompts are refused before they are split, because no model's
/// context holds them.
pub(super) const MOST_BYTES: usize = 100_000;
