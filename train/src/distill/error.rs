//! Errors of score distillation.

use std::path::PathBuf;

/// The reason why score distillation cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum DistillError {
    /// A run folder has no checkpoint.
    #[error("{}: no checkpoint of a distilled model found; train one first with `att3d-train distill`", .0.display())]
    NoCheckpoint(PathBuf),
    /// The prior has no text encoder that a package could hold.
    #[error(
        "{}: this prior has no text encoder of this project; name a package whose text encoder the new model uses, \
         with --text PACKAGE", .0.display()
    )]
    NoTextEncoder(PathBuf),
    /// A setting is out of range.
    #[error("{name} is {found}; expected {expected}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Value that was found.
        found: String,
        /// Values that are accepted.
        expected: &'static str,
    },
    /// There are fewer prompts than the run needs.
    #[error("{found} prompts remain for training; expected {expected} or more; add prompts to the list")]
    FewPrompts {
        /// Number of prompts.
        found: usize,
        /// Smallest number that suffices.
        expected: usize,
    },
}
