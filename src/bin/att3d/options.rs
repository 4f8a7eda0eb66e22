//! Arguments that several verbs share.

use std::path::PathBuf;

use att3d::mesh::{Pivot, Placement, Scale, Up};
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
    /// Memory that a field's intermediate values may take on a CUDA device, in MiB. Default: 256.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    field_memory: Option<u32>,
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
            field_memory: u64::from(self.field_memory.unwrap_or(0)) << 20,
        })?;
        Ok(match &self.model {
            Some(path) => Model::open(path, context.engine())?,
            None => Model::bundled(context.engine())?,
        })
    }
}

/// How large a mesh is written, and where it stands.
#[derive(Args)]
pub struct PlacementOptions {
    /// Metres of the mesh's longest side. Default: the model's scale, at which all its things fit together.
    #[arg(long, value_name = "METRES", value_parser = metres)]
    size: Option<f32>,
    /// What becomes the origin.
    #[arg(long, value_enum, default_value = "ground")]
    pivot: PivotChoice,
    /// Which axis points up. A GLB is always Y up: z is for OBJ, PLY and STL.
    #[arg(long, value_enum, default_value = "y")]
    up: UpChoice,
}

#[derive(Clone, Copy, ValueEnum)]
enum PivotChoice {
    /// The ground under its middle.
    Ground,
    /// The middle of its bounding box.
    Centre,
    /// The origin of the model's space.
    Origin,
}

#[derive(Clone, Copy, ValueEnum)]
enum UpChoice {
    Y,
    Z,
}

fn metres(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(metres) if metres.is_finite() && metres > 0.0 => Ok(metres),
        _ => Err("expected a positive number of metres".into()),
    }
}

impl PlacementOptions {
    /// Is +Z to point up?
    pub fn is_z_up(&self) -> bool {
        matches!(self.up, UpChoice::Z)
    }

    /// Changes where a model's meshes stand to what was asked for.
    pub fn apply(&self, placement: Placement) -> Placement {
        Placement {
            scale: self.size.map_or(placement.scale, Scale::LongestSide),
            pivot: match self.pivot {
                PivotChoice::Ground => Pivot::Ground,
                PivotChoice::Centre => Pivot::Centre,
                PivotChoice::Origin => Pivot::Origin,
            },
            up: match self.up {
                UpChoice::Y => Up::Y,
                UpChoice::Z => Up::Z,
            },
        }
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
    /// Unwraps the mesh and bakes textures of N × N texels, 64 to 4096, into the GLB. Default: colours of the vertices.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(64..=4096))]
    texture_size: Option<u32>,
}

impl SurfaceOptions {
    /// Are textures asked for?
    pub fn is_textured(&self) -> bool {
        self.texture_size.is_some()
    }

    /// As the pipeline takes them.
    pub fn generate_options<'a>(&self, watch: att3d::error::Watch<'a>) -> GenerateOptions<'a> {
        GenerateOptions {
            resolution: self.resolution,
            dense: self.dense,
            texture_size: self.texture_size.unwrap_or(0),
            watch,
            ..Default::default()
        }
    }
}
