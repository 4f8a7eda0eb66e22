//! Arguments that several verbs share.

use std::path::PathBuf;

use att3d::pipeline::{Context, Device, GenerateOptions, Model};
use clap::Args;

use crate::failure::Failure;

/// Which model, and with how many threads.
#[derive(Args)]
pub struct ModelOptions {
    /// A model package: a folder or an .att3d file. Default: the model in the library.
    #[arg(long, value_name = "PATH")]
    model: Option<PathBuf>,
    /// Threads to work with. Default: one a core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl ModelOptions {
    /// Starts the engine and loads the model.
    pub fn load(&self) -> Result<Model, Failure> {
        let context = Context::new(Device::Auto, self.threads.map_or(0, u32::from))?;
        Ok(match &self.model {
            Some(path) => Model::open(path, context.engine())?,
            None => Model::bundled(context.engine())?,
        })
    }
}

/// How a surface is extracted.
#[derive(Args)]
pub struct SurfaceOptions {
    /// Cells along each side of the box that the mesh is found in: 2 to 1024.
    #[arg(long, default_value_t = 128, value_name = "N")]
    resolution: u32,
    /// Asks every point of the grid instead of those near the surface; slow, the mesh is the same.
    #[arg(long)]
    dense: bool,
}

impl SurfaceOptions {
    /// As the pipeline takes them.
    pub fn generate_options<'a>(&self, watch: att3d::error::Watch<'a>) -> GenerateOptions<'a> {
        GenerateOptions { resolution: self.resolution, dense: self.dense, watch, ..Default::default() }
    }
}
