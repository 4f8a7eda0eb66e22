//! Errors of diffusion priors.

use std::path::PathBuf;

/// The reason why a diffusion prior cannot be trained or used.
#[derive(Debug, thiserror::Error)]
pub enum PriorError {
    /// A file of prompts has none.
    #[error("{}: no prompts found; write one prompt in each line, such as \"a pig riding a bicycle\"", .0.display())]
    NoPrompts(PathBuf),
    /// The toybox cannot draw a prompt.
    #[error("{place}: the prompt \"{prompt}\" cannot be drawn: {reason}; use the words of the toybox")]
    Prompt {
        /// File and line, or the name of the set.
        place: String,
        /// Text of the prompt.
        prompt: String,
        /// What the toybox does not understand.
        reason: String,
    },
    /// A run folder has no checkpoint.
    #[error("{}: no checkpoint of a prior found; train one first with `att3d-train prior`", .0.display())]
    NoCheckpoint(PathBuf),
    /// The file has another version, or it is no prior.
    #[error(
        "{}: the prior has format version {found}; expected {expected}; train it again with `att3d-train prior`, or \
         use the version of this program that wrote it", path.display()
    )]
    Version {
        /// Path of the prior.
        path: PathBuf,
        /// Version in the file; "none" if the file does not state one.
        found: String,
        /// Version that this program reads.
        expected: u64,
    },
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
    /// An array of a call or of a result has a wrong shape.
    #[error("{what} has the shape {found:?}; expected {expected:?}")]
    Shape {
        /// Description of the array.
        what: String,
        /// Shape that was found.
        found: Vec<i64>,
        /// Shape that was expected.
        expected: Vec<i64>,
    },
    /// A result has a value that is not finite.
    #[error(
        "{what} has values that are not finite; check the weights of the prior and the images that it was given"
    )]
    NotFinite {
        /// Description of the array.
        what: String,
    },
    /// A TorchScript module lacks a method or a method has another signature.
    #[error(
        "{}: the method {method} cannot be called: {message}; expected the signature `{signature}`", path.display()
    )]
    Method {
        /// Path of the module.
        path: PathBuf,
        /// Name of the method.
        method: &'static str,
        /// Signature that is expected.
        signature: &'static str,
        /// Error of libtorch, or the type that was returned.
        message: String,
    },
    /// A picture of samples could not be written.
    #[error("{0}; give another path with --output, or free some space")]
    Picture(#[from] toybox::render::PictureError),
}
