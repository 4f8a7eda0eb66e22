//! The judge: a small contrastive model of images and text (CLIP, Radford et al. 2021) that measures how well
//! renders fit their prompts. It takes the place of CLIP in ATT3D's R-precision and R-probability (section
//! 4.1).
//!
//! - `classes`: prompts that show the same scene;
//! - `batch`: the pictures that a judge learns;
//! - `network`, `settings`: its networks;
//! - `train`: the command that trains a judge;
//! - `trained`: a trained judge;
//! - `score`: from similarities to R-precision and R-probability;
//! - `pictures`: the renders that are judged;
//! - `single`: the score of one prompt's field;
//! - `distilled`, `report`: the command that scores a distilled model;
//! - `budgets`: the command that reports scores against rendered frames;
//! - `pages`: reports as Markdown and as HTML.

mod batch;
mod budgets;
mod classes;
mod distilled;
mod error;
mod network;
mod pages;
mod pictures;
mod report;
mod score;
mod settings;
mod single;
mod train;
mod trained;

pub use budgets::{Budgets, run as budgets};
pub use distilled::{EvaluateDistilled, run as evaluate};
pub use error::JudgeError;
pub use score::Score;
pub use single::PromptJudge;
pub use train::{Train, run as train};

#[cfg(test)]
mod tests;
