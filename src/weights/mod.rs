//! Model packages: `model.json`, `tokenizer.json` and `weights.safetensors` in a folder or in one `.att3d`
//! file.
//!
//! An `.att3d` file is a zip of the same three files. They are stored without compression and aligned, so
//! that they can be mapped and read in place. Reading any bytes ends in a [`Package`] or a [`PackageError`].
//! Sizes are checked against the number of bytes before anything is allocated.

#![deny(unsafe_code)]

mod archive;
pub mod config;
mod error;
mod header;
mod mapped;
pub(crate) mod nearest;
mod offset;
mod package;
mod save;
pub mod tensors;
pub mod torch_file;
mod validate;
mod values;

pub use archive::ArchiveError;
pub use error::{ConfigError, PackageError, Problem};
pub use header::HeaderError;
pub use offset::{
    LONGEST_OFFSET_PROMPT, MOST_OFFSET_NUMBERS, OFFSET_VERSION, Offset, OffsetError, OffsetProblem,
};
pub use package::{Package, TensorSummary};
pub use save::{TensorData, TensorSpec};
pub use values::Precision;

/// Name of the file with the configuration of the model.
pub const MODEL_FILE: &str = "model.json";
/// Name of the file with the tokenizer, in the format of Hugging Face `tokenizers`.
pub const TOKENIZER_FILE: &str = "tokenizer.json";
/// Name of the file with the tensors.
pub const WEIGHTS_FILE: &str = "weights.safetensors";
/// Name of the file with the texts of licenses that must go with the weights. A package may lack it, and
/// readers ignore it.
pub const LICENSE_FILE: &str = "LICENSE.txt";
/// Alignment in bytes of the tensors' data in a file that this library wrote (a cache line).
pub const ALIGNMENT: usize = 64;
