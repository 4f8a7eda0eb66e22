//! Arguments that several verbs share.

use std::path::PathBuf;

use att3d::pipeline::{Context, Device, EngineChoice, EngineOptions, GenerateOptions, Model, Precision};
use clap::{Args, ValueEnum};

use crate::failure::Failure;

/// What runs the networks.
#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    /// libtorch where there is a CUDA device for it, else the embedded engine.
    Auto,
    /// The one in this library, on the CPU.
    Embedded,
    /// libtorch, by the module libatt3d_torch beside this program.
    Torch,
}

/// How numbers are computed, or kept.
#[derive(Clone, Copy, ValueEnum)]
pub enum Number {
    F32,
    Bf16,
    F16,
}

impl Number {
    /// As the library has it.
    pub fn precision(self) -> Precision {
        match self {
            Self::F32 => Precision::F32,
            Self::Bf16 => Precision::Bf16,
            Self::F16 => Precision::F16,
        }
    }
}

/// `auto`, `cpu` or `cuda:N`.
fn device(text: &str) -> Result<Device, String> {
    match (text, text.strip_prefix("cuda:").map(str::parse)) {
        ("auto", _) => Ok(Device::Auto),
        ("cpu", _) => Ok(Device::Cpu),
        ("cuda", _) => Ok(Device::Cuda(0)),
        (_, Some(Ok(index))) => Ok(Device::Cuda(index)),
        _ => Err("expected auto, cpu, or cuda:N with N from 0; `att3d devices` lists them".into()),
    }
}

/// Which model, on which engine.
#[derive(Args)]
pub struct ModelOptions {
    /// A model package: a folder or an .att3d file. Default: the model in the library.
    #[arg(long, value_name = "PATH")]
    model: Option<PathBuf>,
    /// Threads to work with. Default: one a core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What runs the networks.
    #[arg(long, value_enum, default_value = "auto")]
    engine: Engine,
    /// Where: auto, cpu, or cuda:N.
    #[arg(long, value_parser = device, default_value = "auto")]
    device: Device,
    /// What networks are computed in; bf16 and f16 are libtorch's.
    #[arg(long, value_enum, default_value = "f32")]
    precision: Number,
    /// Runs the engine in a process of its own.
    #[arg(long)]
    worker: bool,
}

impl ModelOptions {
    /// Starts the engine and loads the model.
    pub fn load(&self) -> Result<Model, Failure> {
        let context = Context::open(EngineOptions {
            engine: match self.engine {
                Engine::Auto => EngineChoice::Auto,
                Engine::Embedded => EngineChoice::Embedded,
                Engine::Torch => EngineChoice::Torch,
            },
            device: self.device,
            threads: self.threads.map_or(0, u32::from),
            precision: self.precision.precision(),
            is_worker: self.worker,
        })?;
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
