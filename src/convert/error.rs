//! Errors of a conversion.

use std::path::PathBuf;

use super::triplane_turbo::TriplaneTurboError;
use crate::engine::EngineError;
use crate::error::Cancelled;
use crate::nn::NnError;
use crate::text::tokenizer::TokenizerError;
use crate::weights::tensors::TensorFilesError;
use crate::weights::{ConfigError, PackageError};

/// The error of a conversion. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The system could not read a file.
    #[error("could not read {}: {source}", .path.display())]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// A JSON file has the wrong content.
    #[error("{}: {source}", .path.display())]
    Json {
        /// Path of the file.
        path: PathBuf,
        /// Error of the parser.
        source: serde_json::Error,
    },
    /// The tensors could not be read.
    #[error(transparent)]
    Tensors(#[from] TensorFilesError),
    /// No text encoder was given.
    #[error(
        "no text encoder is given; give the folder of the text encoder that the generator was trained with"
    )]
    NoTextEncoder,
    /// The text encoder is of a kind that is not supported.
    #[error("{}: {field} is {found}; expected {expected}", .path.display())]
    Encoder {
        /// Path of its `config.json`.
        path: PathBuf,
        /// Name of the field.
        field: &'static str,
        /// Value of the field.
        found: String,
        /// Values that are supported.
        expected: &'static str,
    },
    /// There is no tokenizer.
    #[error(
        "there is no tokenizer in {}; expected tokenizer.json, or vocab.json and merges.txt; give the tokenizer's folder",
        .folder.display()
    )]
    NoTokenizer {
        /// Folder that was searched.
        folder: PathBuf,
    },
    /// A merges file has a wrong line.
    #[error("{}, line {line}: expected two tokens with a space between them", .path.display())]
    Merges {
        /// Path of the file.
        path: PathBuf,
        /// Number of the line, counted from 1.
        line: usize,
    },
    /// The tensors are not those of a Triplane-Transformer.
    #[error(
        "{}: {what}; expected the state dict of a Triplane-Transformer, with space_generator.pos_embed and all its tensors; for other models \
         write a manifest",
        .path.display()
    )]
    NotATransformer {
        /// Path of the file.
        path: PathBuf,
        /// Description of what is missing or wrong.
        what: String,
    },
    /// A tensor that a network needs is missing.
    #[error(
        "the source has no tensor for the package's tensor {name}; if a manifest describes the source, add the prefixes of this name in the package and in the source to its `names`"
    )]
    MissingTensor {
        /// Name in the package.
        name: String,
    },
    /// The shape of a tensor differs from the shape that the network needs.
    #[error(
        "the shape of the source's tensor {name} is {found:?}; expected {expected:?} for the sizes of the model"
    )]
    WrongShape {
        /// Name in the source.
        name: String,
        /// Shape in the source.
        found: Vec<usize>,
        /// Shape that the network needs.
        expected: Vec<usize>,
    },
    /// The numbers of a tensor have an unsupported format.
    #[error(
        "the numbers of the source's tensor {name} have an unsupported format; expected F32, F16 or BF16 in row-major order"
    )]
    WrongType {
        /// Name in the source.
        name: String,
    },
    /// A package cannot be made from an adapter of TriplaneTurbo and its base model.
    #[error(transparent)]
    TriplaneTurbo(#[from] TriplaneTurboError),
    /// The caller canceled the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The sizes of the model are invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The tokenizer could not be built.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// A network could not be built.
    #[error(transparent)]
    Network(#[from] NnError),
    /// The engine could not be started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The package could not be written.
    #[error(transparent)]
    Package(#[from] PackageError),
}
