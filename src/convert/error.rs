//! What can be wrong with a model that is to be converted.

use std::path::PathBuf;

use crate::engine::EngineError;
use crate::nn::NnError;
use crate::text::tokenizer::TokenizerError;
use crate::weights::tensors::TensorFilesError;
use crate::weights::{ConfigError, PackageError};

/// A model that could not be converted: nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The system refused.
    #[error("could not read {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A JSON file that is not what it should be.
    #[error("{}: {source}", .path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Tensors that cannot be read.
    #[error(transparent)]
    Tensors(#[from] TensorFilesError),
    /// No text encoder was named.
    #[error("a generator needs the text encoder that it was trained with: name its folder with --text")]
    NoTextEncoder,
    /// A text encoder of a kind that is not run here.
    #[error("{}: its {field} is {found}; expected {expected}", .path.display())]
    Encoder {
        /// Its `config.json`.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What it says.
        found: String,
        /// What is supported.
        expected: &'static str,
    },
    /// No tokenizer.
    #[error(
        "there is no tokenizer in {}: expected tokenizer.json, or vocab.json and merges.txt; name its folder with --tokenizer",
        .folder.display()
    )]
    NoTokenizer {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A merges file that is not what it should be.
    #[error("{}, line {line}: expected two tokens with a space between them", .path.display())]
    Merges {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// Tensors that are no Triplane-Transformer's.
    #[error(
        "{}: {what}; a Triplane-Transformer's state dict has space_generator.pos_embed and what belongs to it; for other models \
         write a manifest",
        .path.display()
    )]
    NotATransformer {
        /// The file.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
    /// A tensor that a network needs.
    #[error("no tensor of the source stands for {name}; the manifest's `names` say how theirs begin")]
    MissingTensor {
        /// The name in the package.
        name: String,
    },
    /// A tensor of another shape.
    #[error("the source's {name} is {found:?}; a network of these sizes has {expected:?}")]
    WrongShape {
        /// The name in the source.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// What is needed.
        expected: Vec<usize>,
    },
    /// Numbers of a kind that is not read.
    #[error("the source's {name} is neither F32, F16 nor BF16")]
    WrongType {
        /// The name in the source.
        name: String,
    },
    /// Sizes that cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A tokenizer that cannot be run.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// A network that could not be built.
    #[error(transparent)]
    Network(#[from] NnError),
    /// The engine did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The package could not be written.
    #[error(transparent)]
    Package(#[from] PackageError),
}
