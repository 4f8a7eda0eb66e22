//! Arguments that several verbs share.

use std::path::PathBuf;

use att3d::detail::{
    DEFAULT_HULL_VERTICES, DEFAULT_HULLS, DEFAULT_MIN_COMPONENT, HullOptions, LEAST_HULL_VERTICES,
    LEAST_TRIANGLES, MOST_HULL_VERTICES, MOST_HULLS, MOST_LEVELS,
};
use att3d::mesh::{Pivot, Placement, Scale, Up};
use att3d::pipeline::{
    Context, Device, EngineChoice, EngineOptions, ExportOptions, GenerateOptions, Generated, Host, Model,
    Precision,
};
use att3d::surface::{HIGHEST_RESOLUTION, LOWEST_RESOLUTION};
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
    /// Memory that the model and the work on it may take together, in MiB. Default: no limit.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    memory_limit: Option<u32>,
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
            memory_limit: u64::from(self.memory_limit.unwrap_or(0)) << 20,
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
    #[arg(long, value_name = "METRES", value_parser = positive)]
    size: Option<f32>,
    /// What becomes the origin. Default: the ground under it; of a stylized mesh, where the given one has it.
    #[arg(long, value_enum)]
    pivot: Option<PivotChoice>,
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

/// Metres, seconds.
pub fn positive(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("expected a positive number".into()),
    }
}

/// A number from 0 to 1.
pub fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("expected a number from 0 (none of it) to 1 (all)".into()),
    }
}

impl PlacementOptions {
    /// The first option that is not as it would be without, if there is one.
    pub fn first_given(&self) -> Option<&'static str> {
        let given =
            [(self.size.is_some(), "--size"), (self.pivot.is_some(), "--pivot"), (self.is_z_up(), "--up")];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }

    /// Changes where a stylized mesh stands: in the shape's place, unless a pivot is asked for.
    pub fn apply_to_stylized(&self, made: &Generated) -> Placement {
        match made.place_of_shape(self.size.unwrap_or(0.0)).filter(|_| self.pivot.is_none()) {
            Some(placement) => Placement { up: self.up(), ..placement },
            None => self.apply(made.origin.placement()),
        }
    }

    fn up(&self) -> Up {
        match self.up {
            UpChoice::Y => Up::Y,
            UpChoice::Z => Up::Z,
        }
    }

    /// Is +Z to point up?
    pub fn is_z_up(&self) -> bool {
        matches!(self.up, UpChoice::Z)
    }

    /// Changes where a model's meshes stand to what was asked for.
    pub fn apply(&self, placement: Placement) -> Placement {
        Placement {
            scale: self.size.map_or(placement.scale, Scale::LongestSide),
            pivot: match self.pivot {
                None => placement.pivot,
                Some(PivotChoice::Ground) => Pivot::Ground,
                Some(PivotChoice::Centre) => Pivot::Centre,
                Some(PivotChoice::Origin) => Pivot::Origin,
            },
            up: self.up(),
        }
    }
}

/// Cells along each side unless the user says otherwise.
const DEFAULT_RESOLUTION: u32 = 128;

/// How a surface is extracted.
#[derive(Args)]
pub struct SurfaceOptions {
    /// Cells along each side of the box that the mesh is found in: 2 to 1024.
    #[arg(long, default_value_t = DEFAULT_RESOLUTION, value_name = "N",
          value_parser = clap::value_parser!(u32).range(i64::from(LOWEST_RESOLUTION)..=i64::from(HIGHEST_RESOLUTION)))]
    resolution: u32,
    /// Asks every point of the grid instead of those near the surface; slow, the mesh is the same.
    #[arg(long)]
    dense: bool,
    /// Most triangles; the surface stays closed. Default: all that are found.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(i64::from(LEAST_TRIANGLES)..))]
    triangles: Option<u32>,
    /// Unwraps the mesh and bakes textures of N × N texels, 64 to 4096, into the GLB: base colour; roughness, metallic
    /// and occlusion; normals. Default: colours of the vertices.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(64..=4096))]
    texture_size: Option<u32>,
    /// Further levels of detail in the GLB, each of half the triangles of the one before: NAME_LOD1 and on.
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_LEVELS)))]
    lods: u32,
    /// Share of the volume below which a loose piece is removed, 0 to 1; 0 keeps all.
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_MIN_COMPONENT, value_parser = share)]
    min_component: f32,
    /// A shape for collisions in the GLB.
    #[arg(long, value_enum, default_value = "none")]
    collision: Collision,
    /// Most vertices of each hull, 8 to 255.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_HULL_VERTICES,
          value_parser = clap::value_parser!(u32).range(i64::from(LEAST_HULL_VERTICES)..=i64::from(MOST_HULL_VERTICES)))]
    hull_vertices: u32,
    /// Most hulls of --collision hulls, 1 to 64.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_HULLS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_HULLS)))]
    hulls: u32,
    /// Makes the GLB smaller by KHR_mesh_quantization and EXT_meshopt_compression; its reader must know both.
    #[arg(long)]
    compress: bool,
    /// Whose names the shapes for collisions get.
    #[arg(long, value_enum, default_value = "unreal")]
    host: HostChoice,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Collision {
    None,
    /// A convex hull of the whole.
    Hull,
    /// Several convex hulls: one for each piece, and one for each part of a piece that is far from convex.
    Hulls,
}

#[derive(Clone, Copy, ValueEnum)]
enum HostChoice {
    /// UCX_NAME, of several UCX_NAME_00 and on.
    Unreal,
    /// NAME-convcolonly, of several NAME_00-convcolonly and on.
    Godot,
}

impl SurfaceOptions {
    /// The option that a file of another format than GLB has no place for, if one was given.
    pub fn only_for_glb(&self) -> Option<&'static str> {
        self.only_for_meshes().or(self.compress.then_some("--compress"))
    }

    /// The option that is for a GLB of one mesh, if one was given.
    pub fn only_for_meshes(&self) -> Option<&'static str> {
        let asked = [
            (self.texture_size.is_some(), "--texture-size"),
            (self.lods > 0, "--lods"),
            (self.collision != Collision::None, "--collision"),
        ];
        asked.into_iter().find(|(is_asked, _)| *is_asked).map(|(_, option)| option)
    }

    /// The first option that makes another mesh of a surface, if one was given.
    pub fn changes_geometry(&self) -> Option<&'static str> {
        let asked = [
            (self.resolution != DEFAULT_RESOLUTION, "--resolution"),
            (self.dense, "--dense"),
            (self.triangles.is_some(), "--triangles"),
            (self.lods > 0, "--lods"),
            (self.collision != Collision::None, "--collision"),
            (self.min_component != DEFAULT_MIN_COMPONENT, "--min-component"),
            (self.compress, "--compress"),
        ];
        asked.into_iter().find(|(is_asked, _)| *is_asked).map(|(_, option)| option)
    }

    /// Texels along a side, where textures are asked for.
    pub fn texture_size(&self) -> Option<u32> {
        self.texture_size
    }

    /// Further levels of detail that are asked for.
    pub fn levels(&self) -> u32 {
        self.lods
    }

    /// How the mesh is written, where it stands.
    pub fn export_options(&self, placement: Placement) -> ExportOptions {
        let host = match self.host {
            HostChoice::Unreal => Host::Unreal,
            HostChoice::Godot => Host::Godot,
        };
        ExportOptions { placement, host, seconds: 0.0, is_compressed: self.compress }
    }

    /// As the pipeline takes them.
    pub fn generate_options<'a>(&self, watch: att3d::error::Watch<'a>) -> GenerateOptions<'a> {
        GenerateOptions {
            resolution: self.resolution,
            dense: self.dense,
            triangles: self.triangles.unwrap_or(0),
            texture_size: self.texture_size.unwrap_or(0),
            levels: self.lods,
            hulls: match self.collision {
                Collision::None => None,
                Collision::Hull => Some(HullOptions { count: 1, vertices: self.hull_vertices }),
                Collision::Hulls => Some(HullOptions { count: self.hulls, vertices: self.hull_vertices }),
            },
            min_component: self.min_component,
            watch,
            ..Default::default()
        }
    }
}
