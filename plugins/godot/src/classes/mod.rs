//! The classes that Godot sees.

pub mod generator;
pub mod live;
pub mod model;
pub mod options;
pub mod result;
mod texts;

use std::sync::Arc;

use godot::prelude::*;

use crate::config;
use crate::library::Failure;
use crate::models::Shared;
use crate::settings::Options;
use model::Att3DModel;
use options::Att3DOptions;

/// Returns the model of a node, or that of the project settings.
fn model_of(model: Option<&Gd<Att3DModel>>) -> Arc<Shared> {
    model.map_or_else(config::default_model, |model| model.clone().bind_mut().shared())
}

/// Returns the options of a node, or the defaults.
fn options_of(options: Option<&Gd<Att3DOptions>>, resolution: u32) -> Result<Options, Failure> {
    options.map_or_else(|| Ok(Options::with_resolution(resolution)), |options| options.bind().plain())
}
