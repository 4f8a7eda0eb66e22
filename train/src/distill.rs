//! Score distillation: a generator is trained by a diffusion prior and prompts, without any 3D data (ATT3D,
//! Lorraine et al. 2023, algorithm 1). A run on a single prompt is the per-prompt baseline of the paper.
//!
//! - `recipe`: the settings and the state of a run;
//! - `text`: the frozen text encoder, whose embeddings are computed once;
//! - `spectral`: the spectral normalization of the mapping network;
//! - `parameters`: the parameters of the generator in a step;
//! - `targets`: the prompts, views and interpolations of a step;
//! - `shapes`: the retrieved shapes that regularize renders (LATTE3D, stage 1);
//! - `score`: the gradient of a render;
//! - `step`: the renders and the loss of a step;
//! - `train`: the command;
//! - `package`, `threshold`: the export of a run.

mod error;
mod package;
mod parameters;
mod recipe;
mod score;
mod shapes;
mod spectral;
mod step;
mod targets;
mod text;
mod threshold;
mod train;

pub use error::DistillError;
pub use package::{export, owns};
pub use recipe::{DistillRecipe, Interpolation};
pub use step::{StepLoss, render_items};
pub use targets::{Item, draw};
pub use train::{Distill, run};

#[cfg(test)]
mod tests;
