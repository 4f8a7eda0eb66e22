//! Errors of the refinement of a prompt.

use std::path::PathBuf;

/// The reason why a prompt cannot be refined.
#[derive(Debug, thiserror::Error)]
pub enum RefineError {
    /// The model is a diffusion model.
    #[error(
        "{}: this model removes noise in several passes, through which no gradients are computed here; expected a model \
         that makes a field in one forward pass", .0.display()
    )]
    Diffusion(PathBuf),
    /// A term of the loss is not finite. No file was written.
    #[error(
        "the {term} is not finite at step {step}; nothing was written: try a lower --learning-rate, or check the \
         weights of the model and of the prior"
    )]
    NotFinite {
        /// Name of the term.
        term: &'static str,
        /// Number of completed steps.
        step: u64,
    },
    /// The folder of the output does not exist.
    #[error("{}: there is no such folder for the offset; make it first", .0.display())]
    NoFolder(PathBuf),
    /// The offset cannot be stored.
    #[error("no offset can be stored for this model and prompt: {0}")]
    Offset(#[from] att3d::weights::OffsetProblem),
}
