//! Errors of packages.

#![forbid(unsafe_code)]

use std::fmt::Display;
use std::io;
use std::path::PathBuf;

use super::archive::ArchiveError;
use super::header::HeaderError;
use super::values::Precision;
use crate::error::Cancelled;

/// A package that could not be read or written, with the reason.
#[derive(Debug, thiserror::Error)]
#[error("{package}: {problem}")]
pub struct PackageError {
    /// Path of the package, or a name for its bytes in memory.
    pub package: String,
    /// Reason.
    #[source]
    pub problem: Box<Problem>,
}

impl PackageError {
    pub(super) fn new(package: impl Into<String>, problem: Problem) -> Self {
        Self { package: package.into(), problem: Box::new(problem) }
    }
}

/// Reasons why a package could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system reported an error.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// Action that failed: `read`, `map`, `write`, …
        action: &'static str,
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The caller canceled the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The path is neither a folder nor a regular file.
    #[error("it is neither a folder nor a file; give a package folder or an .att3d file")]
    NeitherFolderNorFile,
    /// The archive is damaged or of an unsupported kind.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// One of the package's three files is missing.
    #[error("{entry} is missing; a package holds model.json, tokenizer.json and weights.safetensors")]
    MissingEntry {
        /// Name of the file.
        entry: &'static str,
    },
    /// A text file is larger than the limit.
    #[error("{entry} has {found} bytes; expected at most {limit}")]
    TooLarge {
        /// Name of the file.
        entry: &'static str,
        /// Its size, in bytes.
        found: u64,
        /// Largest size, in bytes.
        limit: u64,
    },
    /// The checksum of a file differs from the one that was written.
    #[error(
        "{entry} is damaged: its checksum is {found:08x}, and {expected:08x} was written; copy or download it again"
    )]
    Checksum {
        /// Name of the file.
        entry: &'static str,
        /// CRC-32 of the bytes.
        found: u32,
        /// CRC-32 in the package.
        expected: u32,
    },
    /// A text file is not valid UTF-8.
    #[error("{entry} is not UTF-8: the byte at position {position} is invalid")]
    NotUtf8 {
        /// Name of the file.
        entry: &'static str,
        /// Position of the first invalid byte.
        position: usize,
    },
    /// `model.json` could not be parsed.
    #[error("model.json does not describe a model that this version knows: {0}")]
    Json(#[source] serde_json::Error),
    /// `model.json` has a value that is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The header of `weights.safetensors` is broken.
    #[error("weights.safetensors: {0}")]
    Header(#[from] HeaderError),
    /// The package has no tensor with the name.
    #[error("there is no tensor {name}; {}", alternatives(nearest))]
    MissingTensor {
        /// Requested name.
        name: String,
        /// Most similar names.
        nearest: Vec<String>,
    },
    /// A tensor has an unexpected shape.
    #[error("tensor {name} has shape {found:?}; the sizes in model.json imply {expected:?}")]
    WrongShape {
        /// Name of the tensor.
        name: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// Shape that the configuration implies.
        expected: Vec<usize>,
    },
    /// A tensor has a number type that is not supported.
    #[error("tensor {name} holds {found}; expected F16, BF16 or F32: convert it")]
    WrongType {
        /// Name of the tensor.
        name: String,
        /// safetensors' name of the type.
        found: String,
    },
    /// A weight is NaN or infinite.
    #[error("tensor {name} holds {value} at element {index}; weights must be finite: export the model again")]
    NotFinite {
        /// Name of the tensor.
        name: String,
        /// Row-major index of the value.
        index: usize,
        /// The value: NaN, inf or -inf.
        value: f32,
    },
    /// A value is too large for the precision in which it is to be saved.
    #[error(
        "tensor {name} holds {value} at element {index}, which is too large for {precision}; save it as BF16 or F32"
    )]
    OutOfRange {
        /// Name of the tensor.
        name: String,
        /// Row-major index of the value.
        index: usize,
        /// The value.
        value: f32,
        /// Requested precision.
        precision: Precision,
    },
    /// The number of values of a tensor to save is 0 or does not match its shape.
    #[error(
        "tensor {name} has {found} values; expected as many as its shape {shape:?} holds, and at least one"
    )]
    WrongCount {
        /// Name of the tensor.
        name: String,
        /// Number of values.
        found: usize,
        /// Shape.
        shape: Vec<usize>,
    },
    /// The name of a tensor to save is empty, repeated or reserved.
    #[error("tensor name {name:?} is empty, given twice or reserved; give each tensor a unique name")]
    UnusableName {
        /// The name.
        name: String,
    },
    /// The target folder holds a file that is not part of a package.
    #[error(
        "the folder holds {found:?}, which is not part of a package; choose a new folder, or empty this one first"
    )]
    FolderInUse {
        /// Name of that file.
        found: String,
    },
    /// The package is too large for an `.att3d` file.
    #[error(
        "the package has {bytes} bytes; an .att3d file has at most 4 GiB: store the tensors in half precision, or save the \
         package as a folder"
    )]
    BeyondFile {
        /// Size of the package, in bytes.
        bytes: usize,
    },
    /// The disk has too little space for the package.
    #[error(
        "the package needs {bytes} bytes, and the disk has {free} free; free some space, or write to another disk"
    )]
    DiskFull {
        /// Size of the package, in bytes.
        bytes: u64,
        /// Free space of the disk, in bytes.
        free: u64,
    },
    /// The zip could not be written.
    #[error("could not write the archive: {0}; save a package of more than 4 GiB as a folder")]
    ArchiveWrite(#[source] zip::result::ZipError),
}

fn alternatives(nearest: &[String]) -> String {
    if nearest.is_empty() {
        "no name is similar: this package is of another model".into()
    } else {
        format!("the most similar names are {}", nearest.join(", "))
    }
}

/// A field of `model.json` that is out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("model.json: {field} is {found}; expected {expected}")]
pub struct ConfigError {
    /// Path of the field, such as `generator.norm_groups`.
    pub field: String,
    /// Value of the field.
    pub found: String,
    /// Expected value.
    pub expected: String,
}

impl ConfigError {
    pub(super) fn new(field: &str, found: impl Display, expected: impl Display) -> Self {
        let found = found.to_string();
        // A long value is cut, because a message need not repeat 1 MB.
        let shown: String = found.chars().take(80).flat_map(char::escape_default).collect();
        Self { field: field.into(), found: shown, expected: expected.to_string() }
    }
}
