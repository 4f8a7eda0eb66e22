//! What can go wrong between a prompt and a mesh.

use crate::engine::EngineError;
use crate::nn::NnError;
use crate::surface::SurfaceError;
use crate::tensor::TensorError;
use crate::text::tokenizer::TokenizerError;
use crate::weights::PackageError;

/// A job that failed; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The library was built without a model.
    #[error(
        "this build of the library has no model in it; name a package with --model, or build with bundled-model"
    )]
    NoBundledModel,
    /// The package could not be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The package's networks could not be built.
    #[error(transparent)]
    Network(#[from] NnError),
    /// The prompt could not be understood.
    #[error(transparent)]
    Prompt(#[from] TokenizerError),
    /// The network failed.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No mesh could be made of the field.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    /// There is nothing to make a mesh of.
    #[error("the latent holds no prompt; a mesh is made of one")]
    NoPrompt,
    /// As many weights as prompts are needed.
    #[error("{weights} weights for {prompts} prompts: give one weight a prompt")]
    Weights {
        /// Weights given.
        weights: usize,
        /// Prompts given.
        prompts: usize,
    },
}
