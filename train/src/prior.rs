//! Diffusion priors of score distillation: models that score how well an image fits a prompt and a view.
//!
//! - `interface`: what score distillation needs of a prior;
//! - `own`: our prior, a small denoiser that is trained on renders of the toybox;
//! - `script`: a prior from anyone, as a TorchScript module;
//! - `prompts`, `views`, `picture`, `batch`: the pictures that our prior learns;
//! - `schedule`, `blocks`, `denoiser`, `settings`: its networks;
//! - `train`, `sample`: the commands.

mod batch;
mod blocks;
mod denoiser;
mod error;
mod interface;
mod open;
mod own;
mod picture;
mod prompts;
mod sample;
mod schedule;
mod script;
mod settings;
mod train;
mod views;

pub use error::PriorError;
pub use interface::{Noisy, Prior, PromptEmbedding};
pub use open::open;
pub use own::unwrap;
pub use picture::{draw, silhouette};
pub use prompts::{PromptSet, scene_of};
pub use sample::{Samples, run as sample, sheet};
pub use settings::{PriorState, toybox_text};
pub use train::{Train, run as train};
pub use views::{View, Views};

#[cfg(test)]
mod tests;
