//! The main job: prompts in, meshes out.
//!
//! A [`Model`] embeds prompts; a latent, or a mix of several, becomes an [`ObjectField`] in one forward pass; a field
//! becomes a coloured mesh.

#![forbid(unsafe_code)]

mod error;
mod field;
mod generate;
mod model;
mod parameters;

pub use error::PipelineError;
pub use field::ObjectField;
pub use generate::{GenerateOptions, Generated, Timings, generate};
pub use model::{Embedding, Model};
