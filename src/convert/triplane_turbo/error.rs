//! Errors of a conversion of TriplaneTurbo's adapter.

use std::path::PathBuf;

/// Reasons why no package can be made from an adapter of TriplaneTurbo and its base model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TriplaneTurboError {
    /// No base model was given.
    #[error(
        "the tensors are an adapter of TriplaneTurbo, which changes another model; give the folder of stable-diffusion-2-1-base, as \
         diffusers saves it"
    )]
    NoBase,
    /// A base model was given for tensors that are no adapter.
    #[error(
        "{} is no adapter of TriplaneTurbo, so it takes no base model; expected tensors with names like \
         geometry.space_generator.peft_layers.layers.0",
        .path.display()
    )]
    NotAnAdapter {
        /// Path of the tensors.
        path: PathBuf,
    },
    /// The base model lacks a part.
    #[error(
        "{} has no {part}; expected stable-diffusion-2-1-base as diffusers saves it, with the folders text_encoder, tokenizer, unet, vae \
         and scheduler",
        .folder.display()
    )]
    MissingPart {
        /// Folder of the base model.
        folder: PathBuf,
        /// Path of the part in the folder.
        part: &'static str,
    },
    /// The folder of the base model holds another model.
    #[error("{} is {found}; expected stable-diffusion-2-1-base, whose layers the adapter changes", .folder.display())]
    WrongBase {
        /// Folder of the base model.
        folder: PathBuf,
        /// Name of the model that it holds.
        found: &'static str,
    },
    /// A setting of the base model has an unsupported value.
    #[error("{}: {field} is {found}; expected {expected}", .path.display())]
    Setting {
        /// Path of the file.
        path: PathBuf,
        /// Name of the field.
        field: &'static str,
        /// Its value.
        found: String,
        /// Expected value.
        expected: String,
    },
    /// The adapter has no layers for convolutions.
    #[error(
        "{} has no layers that change convolutions: the program that saved it lost them, as diffusers does if peft is installed; get the \
         published file",
        .path.display()
    )]
    NoConvolutions {
        /// Path of the adapter.
        path: PathBuf,
    },
    /// A tensor is missing.
    #[error("{} has no tensor {name}; expected it for {target}", .path.display())]
    MissingTensor {
        /// Path of the tensors.
        path: PathBuf,
        /// Name of the tensor.
        name: String,
        /// Name of the tensor in the package.
        target: String,
    },
    /// A tensor has a shape that does not fit the base model.
    #[error("{}: the shape of {name} is {found:?}; expected {expected:?} for {target}", .path.display())]
    WrongShape {
        /// Path of the tensors.
        path: PathBuf,
        /// Name of the tensor.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// Expected shape.
        expected: Vec<usize>,
        /// Name of the tensor in the package.
        target: String,
    },
    /// The numbers of a tensor have an unsupported format.
    #[error("{}: the numbers of {name} have an unsupported format; expected F32, F16 or BF16", .path.display())]
    WrongType {
        /// Path of the tensors.
        path: PathBuf,
        /// Name of the tensor.
        name: String,
    },
}
