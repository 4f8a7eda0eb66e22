//! Errors of offsets.

#![forbid(unsafe_code)]

use std::fmt::Display;
use std::io;

use crate::weights::header::HeaderError;

/// An offset that could not be read, written or used, with the reason.
#[derive(Debug, thiserror::Error)]
#[error("{offset}: {problem}")]
pub struct OffsetError {
    /// Path of the file, or a name for the offset.
    pub offset: String,
    /// Reason.
    #[source]
    pub problem: Box<OffsetProblem>,
}

impl OffsetError {
    /// Returns an error of an offset. offset: path of the file, or a name for the offset.
    pub fn new(offset: impl Display, problem: OffsetProblem) -> Self {
        Self { offset: offset.to_string(), problem: Box::new(problem) }
    }
}

/// Reasons why an offset could not be read, written or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OffsetProblem {
    /// The operating system reported an error.
    #[error("could not {action} the offset: {source}")]
    Io {
        /// Action that failed: `read` or `write`.
        action: &'static str,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is larger than any offset.
    #[error("it has more than {limit} bytes; expected an offset, which is smaller: give another file")]
    TooLarge {
        /// Size of the largest file, in bytes.
        limit: usize,
    },
    /// The file is not in the format of safetensors, or its header is broken.
    #[error("it is not an offset: {0}; give a file that was made by refining a prompt")]
    Header(#[from] HeaderError),
    /// The metadata could not be written.
    #[error("the metadata could not be written: {0}")]
    Json(#[source] serde_json::Error),
    /// The file has tensors, but it is not an offset.
    #[error(
        "it is not an offset: its format is {found}; expected {expected}: give a file that was made by refining a prompt"
    )]
    OtherFormat {
        /// Format that the file states; "none" if it states none.
        found: String,
        /// Format of offsets.
        expected: &'static str,
    },
    /// The version of the format is not supported.
    #[error("the version of its format is {found}; expected {expected}: refine the prompt again")]
    Version {
        /// Version that the file states; "none" if it states none.
        found: String,
        /// Version that this library reads.
        expected: u32,
    },
    /// A key of the metadata is missing.
    #[error("its metadata have no {key}; expected format, version, model and prompt")]
    Missing {
        /// Name of the key.
        key: &'static str,
    },
    /// The checksum of the numbers differs from the one that was written.
    #[error("it is damaged: its checksum is {found}, and {expected} was written; copy it again")]
    Checksum {
        /// CRC-32 of the bytes.
        found: String,
        /// CRC-32 in the file.
        expected: String,
    },
    /// The digest of the model is not a hexadecimal number.
    #[error(
        "the digest of its model is not a hexadecimal number of at most 128 digits; refine the prompt again"
    )]
    Digest,
    /// The prompt is too long.
    #[error("its prompt has {found} bytes; expected at most {limit}: refine a shorter prompt")]
    LongPrompt {
        /// Length in bytes.
        found: usize,
        /// Largest length in bytes.
        limit: usize,
    },
    /// The file has a tensor that no offset has.
    #[error("it has a tensor {name}; expected only `tokens` and `pooled`")]
    UnknownTensor {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor has another number type.
    #[error("the tensor {name} holds {found}; expected F32")]
    WrongType {
        /// Name of the tensor.
        name: &'static str,
        /// safetensors' name of its type.
        found: String,
    },
    /// A tensor has a wrong shape.
    #[error(
        "the tensor {name} has shape {found:?}; expected [rows, width] for `tokens` and [width] for `pooled`"
    )]
    WrongShape {
        /// Name of the tensor.
        name: &'static str,
        /// Shape that was found, at most the first eight sizes.
        found: Vec<usize>,
    },
    /// The offset has too many numbers.
    #[error("it has {found} numbers; expected at most {limit}")]
    TooManyNumbers {
        /// Number of numbers.
        found: usize,
        /// Largest permitted number.
        limit: usize,
    },
    /// The offset has no numbers.
    #[error("it has no numbers; expected the tensor `tokens` or the tensor `pooled`")]
    Empty,
    /// A number is not finite.
    #[error("number {index} of the tensor {name} is {found}; expected a finite number")]
    NotFinite {
        /// Name of the tensor.
        name: &'static str,
        /// Index of the number.
        index: usize,
        /// The number.
        found: f32,
    },
    /// The offset is for another model.
    #[error(
        "it was made for the model with the digest {found}, and this model has the digest {expected}; load the model for which it was made, or \
         refine the prompt again"
    )]
    OtherModel {
        /// Digest in the offset.
        found: String,
        /// Digest of the model.
        expected: String,
    },
    /// The sizes of the offset differ from those of the model's latents.
    #[error(
        "it has {rows} rows of width {width}; expected at most {most_rows} rows of width {expected_width}: it was not made for this model"
    )]
    OtherSizes {
        /// Number of token embeddings in the offset.
        rows: usize,
        /// Width in the offset.
        width: usize,
        /// Number of token embeddings of a latent.
        most_rows: usize,
        /// Width of a latent's token embedding.
        expected_width: usize,
    },
}
