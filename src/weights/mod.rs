//! Model packages: `model.json`, `tokenizer.json`, `weights.safetensors`, in a folder or in one `.att3d` file.
//!
//! An `.att3d` file is a zip of the same three files, stored and aligned, so that it can be mapped and read in place.
//! Whatever the bytes are, reading them ends in a [`Package`] or a [`PackageError`]: sizes are checked against the
//! bytes at hand before anything is allocated.

#![deny(unsafe_code)]

mod archive;
pub mod config;
mod error;
mod header;
mod mapped;
pub(crate) mod nearest;
mod package;
mod save;
pub mod tensors;
mod validate;
mod values;

pub use archive::ArchiveError;
pub use error::{PackageError, Problem};
pub use header::HeaderError;
pub use package::{Package, TensorSummary};
pub use save::TensorData;
pub use validate::ConfigError;
pub use values::Precision;

/// What the package says of itself.
pub const MODEL_FILE: &str = "model.json";
/// The tokenizer, as Hugging Face `tokenizers` writes it.
pub const TOKENIZER_FILE: &str = "tokenizer.json";
/// The tensors.
pub const WEIGHTS_FILE: &str = "weights.safetensors";
/// Where tensors begin in a file that this library wrote: at multiples of so many bytes (a cache line).
pub const ALIGNMENT: usize = 64;
