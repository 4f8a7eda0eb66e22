//! Offsets: small files with numbers that are added to the latent of one prompt of one model. They refine the
//! result of an amortized model for this prompt, and the model stays unchanged.
//!
//! The file is in the format of safetensors. Its tensors are `tokens` [rows, width] and `pooled` \[width],
//! both f32; one of them may be absent. `tokens` has the offsets of the first rows of the token embeddings.
//! All other numbers of the latent have the offset 0. The metadata are text: `format`, `version`, `model`
//! (the digest of the package), `prompt`, and `crc32` (of the tensors' data), which other writers may omit.

#![forbid(unsafe_code)]

mod error;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::TensorInfo;

use super::ALIGNMENT;
use super::header::{self, CHECKSUM, LENGTH_BYTES, METADATA};
use super::values;
use crate::engine::StoredArray;
use crate::files;

pub use error::{OffsetError, OffsetProblem};

/// Version of the format that this library writes and reads.
pub const OFFSET_VERSION: u32 = 1;
/// Largest number of numbers in an offset: 64 KiB of f32. Models with longer latents have the offsets of the
/// first rows only.
pub const MOST_OFFSET_NUMBERS: usize = 16_384;
/// Longest prompt of an offset, in bytes of UTF-8.
pub const LONGEST_OFFSET_PROMPT: usize = 4_096;

/// Largest file, in bytes. JSON needs at most 6 bytes for a byte of the prompt.
const LARGEST_FILE: usize = MOST_OFFSET_NUMBERS * size_of::<f32>() + 8 * LONGEST_OFFSET_PROMPT;
/// Longest digest of a model, in bytes.
const LONGEST_DIGEST: usize = 128;

/// Value of the key `format`.
const FORMAT: &str = "att3d.offset";
/// Keys of the metadata.
const FORMAT_KEY: &str = "format";
const VERSION_KEY: &str = "version";
const MODEL_KEY: &str = "model";
const PROMPT_KEY: &str = "prompt";
/// Names of the tensors.
const TOKENS: &str = "tokens";
const POOLED: &str = "pooled";

/// Numbers that are added to the latent of one prompt of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Offset {
    model: String,
    prompt: String,
    width: usize,
    tokens: Vec<f32>,
    pooled: Vec<f32>,
}

impl Offset {
    /// Creates an offset. model: digest of the package ([`Package::digest`](super::Package::digest)); prompt:
    /// text for which the offset was computed; width: width of a token embedding; tokens: offsets of the
    /// first token embeddings, [rows, width], row-major, or empty; pooled: offset of the embedding of the
    /// whole prompt, \[width], or empty.
    ///
    /// Errors: `WrongShape`, `Empty`, `TooManyNumbers`, `NotFinite`, `LongPrompt`, `Digest`.
    pub fn new(
        model: &str,
        prompt: &str,
        width: usize,
        tokens: Vec<f32>,
        pooled: Vec<f32>,
    ) -> Result<Self, OffsetProblem> {
        let is_digest =
            (1..=LONGEST_DIGEST).contains(&model.len()) && model.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest {
            return Err(OffsetProblem::Digest);
        }
        if prompt.len() > LONGEST_OFFSET_PROMPT {
            return Err(OffsetProblem::LongPrompt { found: prompt.len(), limit: LONGEST_OFFSET_PROMPT });
        }
        if tokens.is_empty() && pooled.is_empty() {
            return Err(OffsetProblem::Empty);
        }
        if width == 0 || !tokens.len().is_multiple_of(width) {
            return Err(OffsetProblem::WrongShape { name: TOKENS, found: vec![tokens.len()] });
        }
        if !pooled.is_empty() && pooled.len() != width {
            return Err(OffsetProblem::WrongShape { name: POOLED, found: vec![pooled.len()] });
        }
        let found = tokens.len().saturating_add(pooled.len());
        if found > MOST_OFFSET_NUMBERS {
            return Err(OffsetProblem::TooManyNumbers { found, limit: MOST_OFFSET_NUMBERS });
        }
        for (name, numbers) in [(TOKENS, &tokens), (POOLED, &pooled)] {
            if let Some((index, found)) = values::first_not_finite(StoredArray::of_f32(numbers)) {
                return Err(OffsetProblem::NotFinite { name, index, found });
            }
        }
        Ok(Self { model: model.to_owned(), prompt: prompt.to_owned(), width, tokens, pooled })
    }

    /// Returns the digest of the package for whose latents the offset is.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Returns the prompt for which the offset was computed.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// Returns the width of a token embedding.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the offsets of the first token embeddings, [rows, width], row-major; empty for none.
    pub fn tokens(&self) -> &[f32] {
        &self.tokens
    }

    /// Returns the offset of the embedding of the whole prompt, \[width]; empty for none.
    pub fn pooled(&self) -> &[f32] {
        &self.pooled
    }

    /// Returns the CRC-32 of all numbers as eight hexadecimal digits. It tells offsets of a prompt apart.
    pub fn checksum(&self) -> String {
        format!("{:08x}", crc32fast::hash(&self.data()))
    }

    /// Reads a file. At most 96 KiB are read. Errors: all of [`OffsetProblem`], with the path.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, OffsetError> {
        let path = path.as_ref();
        let bytes = || {
            let io = |source| OffsetProblem::Io { action: "read", source };
            let mut bytes = Vec::new();
            let file = File::open(path).map_err(io)?;
            file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
            Ok(bytes)
        };
        let offset = bytes().and_then(|bytes| Self::from_bytes(&bytes));
        offset.map_err(|problem| OffsetError::new(path.display(), problem))
    }

    /// Writes a file completely or not at all, and replaces an existing file. Errors: `Io`, `Json`.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), OffsetError> {
        let path = path.as_ref();
        let write = || {
            let bytes = self.to_bytes()?;
            let io = |error: files::WriteError| OffsetProblem::Io { action: "write", source: error.source };
            files::write_whole(path, &bytes).map_err(io)
        };
        write().map_err(|problem| OffsetError::new(path.display(), problem))
    }

    /// Returns the bytes of the file that [`Offset::write`] writes. Equal offsets have equal bytes. Errors:
    /// `Json`.
    pub fn to_bytes(&self) -> Result<Vec<u8>, OffsetProblem> {
        let data = self.data();
        let metadata = BTreeMap::from([
            (FORMAT_KEY, FORMAT.to_owned()),
            (VERSION_KEY, OFFSET_VERSION.to_string()),
            (MODEL_KEY, self.model.clone()),
            (PROMPT_KEY, self.prompt.clone()),
            (CHECKSUM, self.checksum()),
        ]);
        let mut header = serde_json::Map::new();
        header.insert(METADATA.into(), serde_json::to_value(metadata).map_err(OffsetProblem::Json)?);
        let mut begin = 0;
        let rows = self.tokens.len() / self.width.max(1);
        for (name, numbers, shape) in
            [(TOKENS, &self.tokens, vec![rows, self.width]), (POOLED, &self.pooled, vec![self.width])]
        {
            let end = begin + size_of_val(numbers.as_slice());
            if begin < end {
                let info = TensorInfo { dtype: Dtype::F32, shape, data_offsets: (begin, end) };
                header.insert(name.into(), serde_json::to_value(info).map_err(OffsetProblem::Json)?);
            }
            begin = end;
        }
        let mut json = serde_json::to_vec(&header).map_err(OffsetProblem::Json)?;
        // The format allows spaces at the end of the header.
        json.resize((LENGTH_BYTES + json.len()).next_multiple_of(ALIGNMENT) - LENGTH_BYTES, b' ');
        Ok([&(json.len() as u64).to_le_bytes()[..], &json, &data].concat())
    }

    /// Reads the bytes of a file. Any bytes give an offset or an error. Errors: all of [`OffsetProblem`]
    /// except `Io`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OffsetProblem> {
        if bytes.len() > LARGEST_FILE {
            return Err(OffsetProblem::TooLarge { limit: LARGEST_FILE });
        }
        let header = header::read(bytes)?;
        let value = |key: &str| header.metadata.get(key).map(String::as_str);
        if value(FORMAT_KEY) != Some(FORMAT) {
            return Err(OffsetProblem::OtherFormat { found: shown(value(FORMAT_KEY)), expected: FORMAT });
        }
        let version = value(VERSION_KEY);
        if version.and_then(|version| version.parse().ok()) != Some(OFFSET_VERSION) {
            return Err(OffsetProblem::Version { found: shown(version), expected: OFFSET_VERSION });
        }
        let required = |key: &'static str| value(key).ok_or(OffsetProblem::Missing { key });
        let (model, prompt) = (required(MODEL_KEY)?, required(PROMPT_KEY)?);
        let data = bytes.get(header.data.clone()).unwrap_or_default();
        let found = format!("{:08x}", crc32fast::hash(data));
        if let Some(expected) = value(CHECKSUM).filter(|expected| *expected != found) {
            return Err(OffsetProblem::Checksum { found, expected: shown(Some(expected)) });
        }
        if let Some(name) = header.tensors.keys().find(|name| ![TOKENS, POOLED].contains(&name.as_str())) {
            return Err(OffsetProblem::UnknownTensor { name: shown(Some(name)) });
        }
        let numbers = |name: &'static str, axes: usize| -> Result<(Vec<f32>, Option<usize>), OffsetProblem> {
            let Some(info) = header.tensors.get(name) else { return Ok((Vec::new(), None)) };
            if info.dtype != Dtype::F32 {
                return Err(OffsetProblem::WrongType { name, found: info.dtype.to_string() });
            }
            if info.shape.len() != axes || info.shape.contains(&0) {
                let found = info.shape.iter().copied().take(8).collect();
                return Err(OffsetProblem::WrongShape { name, found });
            }
            // The header was checked against the length of the file.
            let (begin, end) = info.data_offsets;
            let stored = data.get(begin..end).unwrap_or_default();
            let values = StoredArray { precision: values::Precision::F32, bytes: stored }.to_f32();
            Ok((values, info.shape.last().copied()))
        };
        let (tokens, width) = numbers(TOKENS, 2)?;
        let (pooled, pooled_width) = numbers(POOLED, 1)?;
        let width = width.or(pooled_width).ok_or(OffsetProblem::Empty)?;
        Self::new(model, prompt, width, tokens, pooled)
    }

    /// Returns the bytes of the numbers: tokens, then pooled.
    fn data(&self) -> Vec<u8> {
        self.tokens.iter().chain(&self.pooled).flat_map(|number| number.to_le_bytes()).collect()
    }
}

/// Returns a text of a file in a form that a message may contain: at most 60 characters, with control
/// characters escaped; "none" if it is absent.
fn shown(text: Option<&str>) -> String {
    text.map_or_else(|| "none".into(), |text| text.chars().take(60).flat_map(char::escape_debug).collect())
}

#[cfg(test)]
mod tests;
