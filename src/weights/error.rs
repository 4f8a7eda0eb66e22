//! What can be wrong with a package.

#![forbid(unsafe_code)]

use std::io;
use std::path::PathBuf;

use super::archive::ArchiveError;
use super::header::HeaderError;
use super::validate::ConfigError;
use super::values::Precision;
use crate::error::Cancelled;

/// A package that could not be read or written: which, and why.
#[derive(Debug, thiserror::Error)]
#[error("{package}: {problem}")]
pub struct PackageError {
    /// The path, or what the bytes were called.
    pub package: String,
    /// What is wrong with it.
    #[source]
    pub problem: Box<Problem>,
}

impl PackageError {
    pub(super) fn new(package: impl Into<String>, problem: Problem) -> Self {
        Self { package: package.into(), problem: Box::new(problem) }
    }
}

/// What is wrong with a package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The system refused.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// `read`, `map`, `write`, …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Neither a folder nor a regular file.
    #[error("it is neither a folder nor a file; give a package folder or an .att3d file")]
    NeitherFolderNorFile,
    /// The zip is damaged or not of our kind.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// One of the three files is not there.
    #[error("{entry} is missing; a package holds model.json, tokenizer.json and weights.safetensors")]
    MissingEntry {
        /// The file.
        entry: &'static str,
    },
    /// A text file larger than any honest one.
    #[error("{entry} has {found} bytes; at most {limit} are read")]
    TooLarge {
        /// The file.
        entry: &'static str,
        /// Its bytes.
        found: u64,
        /// The most.
        limit: u64,
    },
    /// The bytes are not those that were written.
    #[error(
        "{entry} is damaged: its checksum is {found:08x}, and {expected:08x} was written; copy or download it again"
    )]
    Checksum {
        /// The file.
        entry: &'static str,
        /// CRC-32 of the bytes.
        found: u32,
        /// CRC-32 written beside them.
        expected: u32,
    },
    /// Not text.
    #[error("{entry} is not UTF-8: byte {position} begins no character")]
    NotUtf8 {
        /// The file.
        entry: &'static str,
        /// The first bad byte.
        position: usize,
    },
    /// `model.json` is not what it should be.
    #[error("model.json does not describe a model that this version knows: {0}")]
    Json(#[source] serde_json::Error),
    /// `model.json` asks for the impossible.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The list of tensors is broken.
    #[error("weights.safetensors: {0}")]
    Header(#[from] HeaderError),
    /// No tensor of that name.
    #[error("there is no tensor {name}; {}", alternatives(nearest))]
    MissingTensor {
        /// The name asked for.
        name: String,
        /// The names most like it.
        nearest: Vec<String>,
    },
    /// A tensor of another shape.
    #[error("tensor {name} has shape {found:?}; the sizes in model.json imply {expected:?}")]
    WrongShape {
        /// The tensor.
        name: String,
        /// In the file.
        found: Vec<usize>,
        /// Implied by the configuration.
        expected: Vec<usize>,
    },
    /// Numbers of a kind that is not read.
    #[error("tensor {name} holds {found}; F16, BF16 and F32 are read: convert it")]
    WrongType {
        /// The tensor.
        name: String,
        /// safetensors' name of the kind.
        found: String,
    },
    /// NaN or infinity among the weights.
    #[error("tensor {name} holds {value} at element {index}; weights must be finite: export the model again")]
    NotFinite {
        /// The tensor.
        name: String,
        /// Counted row-major.
        index: usize,
        /// NaN, inf or -inf.
        value: f32,
    },
    /// A value too large for the precision it is to be saved in.
    #[error(
        "tensor {name} holds {value} at element {index}, too large for {precision}; save it as BF16 or F32"
    )]
    OutOfRange {
        /// The tensor.
        name: String,
        /// Counted row-major.
        index: usize,
        /// The value.
        value: f32,
        /// The precision asked for.
        precision: Precision,
    },
    /// A tensor to be saved whose shape does not fit its values.
    #[error("tensor {name} has {found} values; its shape {shape:?} holds another number, or none at all")]
    WrongCount {
        /// The tensor.
        name: String,
        /// Values given.
        found: usize,
        /// Shape given.
        shape: Vec<usize>,
    },
    /// Two tensors to be saved under one name, or a reserved name.
    #[error("tensor name {name:?} is given twice or reserved; each needs a name of its own")]
    UnusableName {
        /// The name.
        name: String,
    },
    /// A folder that holds something else is in the way.
    #[error(
        "the folder holds {found:?}, which is no part of a package; choose a new folder, or empty this one first"
    )]
    FolderInUse {
        /// A file in it.
        found: String,
    },
    /// The zip could not be written.
    #[error("could not write the archive: {0}; a package above 4 GiB must be saved as a folder")]
    ArchiveWrite(#[source] zip::result::ZipError),
}

fn alternatives(nearest: &[String]) -> String {
    if nearest.is_empty() {
        "no other name is like it: this package is of another model".into()
    } else {
        format!("the nearest are {}", nearest.join(", "))
    }
}
