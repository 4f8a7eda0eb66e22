//! Arguments that several verbs share.

use std::path::PathBuf;

use att3d::detail::{
    DEFAULT_HULL_VERTICES, DEFAULT_HULLS, DEFAULT_MIN_COMPONENT, HullOptions, LEAST_HULL_VERTICES,
    LEAST_TRIANGLES, MOST_HULL_VERTICES, MOST_HULLS, MOST_LEVELS,
};
use att3d::mesh::{Pivot, Placement, Scale, Up};
use att3d::pipeline::{
    Context, Device, EngineChoice, EngineOptions, ExportOptions, GenerateOptions, Generated, Host, Model,
    PipelineError, Precision,
};
use att3d::surface::{HIGHEST_RESOLUTION, LOWEST_RESOLUTION};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::library;

/// The engine that runs the networks.
#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    /// libtorch if there is a CUDA device for it, otherwise the embedded engine.
    Auto,
    /// The engine inside this library, on the CPU.
    Embedded,
    /// libtorch, through the module libatt3d_torch beside this program.
    Torch,
}

/// The number format of computed or stored numbers.
#[derive(Clone, Copy, ValueEnum)]
pub enum Number {
    F32,
    Bf16,
    F16,
}

impl Number {
    /// Returns the library's value.
    pub fn precision(self) -> Precision {
        match self {
            Self::F32 => Precision::F32,
            Self::Bf16 => Precision::Bf16,
            Self::F16 => Precision::F16,
        }
    }
}

/// Parses `auto`, `cpu`, `cuda` (the CUDA device 0) or `cuda:N`.
fn device(text: &str) -> Result<Device, String> {
    match (text, text.strip_prefix("cuda:").map(str::parse)) {
        ("auto", _) => Ok(Device::Auto),
        ("cpu", _) => Ok(Device::Cpu),
        ("cuda", _) => Ok(Device::Cuda(0)),
        (_, Some(Ok(index))) => Ok(Device::Cuda(index)),
        _ => Err("expected auto, cpu, or cuda:N with N from 0; `att3d devices` lists them".into()),
    }
}

/// Options for the model and its engine.
#[derive(Args)]
pub struct ModelOptions {
    /// The model package: a folder or an .att3d file. Default: the model in the library.
    #[arg(long, value_name = "PATH")]
    model: Option<PathBuf>,
    /// Number of threads. Default: one per processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// The engine that runs the networks.
    #[arg(long, value_enum, default_value = "auto")]
    engine: Engine,
    /// The device: auto, cpu, or cuda:N.
    #[arg(long, value_parser = device, default_value = "auto")]
    device: Device,
    /// Number format in which networks are computed. With the embedded engine, bf16 is faster than f32 on
    /// processors with AMX, on Linux. With AVX-512-BF16, it is faster only for large models. f16 needs
    /// libtorch.
    #[arg(long, value_enum, default_value = "f32")]
    precision: Number,
    /// Runs the engine in a separate process.
    #[arg(long)]
    worker: bool,
    /// Largest memory for a field's intermediate values on a CUDA device, in MiB. Default: 256.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    field_memory: Option<u32>,
    /// Largest memory for the model and the work on it together, in MiB. Default: no limit.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    memory_limit: Option<u32>,
}

impl ModelOptions {
    /// Starts the engine and loads the model. Errors: `Pipeline`.
    pub fn load(&self) -> Result<Model, Failure> {
        Ok(self.load_share(1)?.0)
    }

    /// Returns the number of engines that work at the same time on `tasks` tasks, from 1 to `tasks`. given:
    /// the number of engines in the command line. If it is `None`, there is one engine per thread, at most
    /// 256, or only one if the command line selects an engine that may use a GPU. The default engine may also
    /// use a GPU: [`jobs_on`] corrects the number when the first engine has started.
    pub fn jobs(&self, given: Option<u16>, tasks: usize) -> u32 {
        let may_use_gpu = matches!(self.engine, Engine::Torch) || matches!(self.device, Device::Cuda(_));
        let jobs = match given {
            Some(jobs) => u32::from(jobs),
            None if may_use_gpu => 1,
            None => self.thread_count().min(256),
        };
        jobs.min(u32::try_from(tasks).unwrap_or(u32::MAX)).max(1)
    }

    fn thread_count(&self) -> u32 {
        let counted = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u32;
        self.threads.map_or_else(counted, u32::from)
    }

    /// Starts one of several engines that share the threads and the memory limit, and loads the model. Also
    /// returns the device of the engine. jobs: number of the engines. Errors: `Pipeline`.
    pub fn load_share(&self, jobs: u32) -> Result<(Model, Device), Failure> {
        let threads = match (jobs, self.threads) {
            (1, None) => 0,
            _ => (self.thread_count() / jobs).max(1),
        };
        let context = Context::open(EngineOptions {
            engine: match self.engine {
                Engine::Auto => EngineChoice::Auto,
                Engine::Embedded => EngineChoice::Embedded,
                Engine::Torch => EngineChoice::Torch,
            },
            device: self.device,
            threads,
            precision: self.precision.precision(),
            is_worker: self.worker,
            field_memory: u64::from(self.field_memory.unwrap_or(0)) << 20,
            memory_limit: (u64::from(self.memory_limit.unwrap_or(0)) << 20) / u64::from(jobs),
            ..EngineOptions::default()
        })?;
        let model = match &self.model {
            Some(path) => Model::open(path, context.engine())?,
            None => match Model::bundled_on(context.engine()) {
                Err(PipelineError::NoBundledModel) => {
                    Model::from_package(&library::package()?, context.engine())?
                }
                model => model?,
            },
        };
        Ok((model, context.device()))
    }
}

/// Returns how many engines work at the same time on a device, if the command line gives no number. jobs: the
/// number of engines on a CPU. A GPU is busy with one engine, and each further engine would take more of the
/// GPU's memory.
pub fn jobs_on(device: Device, jobs: u32) -> u32 {
    match device {
        Device::Cuda(_) => 1,
        _ => jobs,
    }
}

/// Options for the size and position of a written mesh.
#[derive(Args)]
pub struct PlacementOptions {
    /// Length of the mesh's longest side in meters. Default: the model's scale, which is the same for all its
    /// things.
    #[arg(long, value_name = "METERS", value_parser = positive)]
    size: Option<f32>,
    /// The point of the mesh that becomes the origin. Default: the ground under it; for a stylized mesh, the
    /// origin of the given mesh.
    #[arg(long, value_enum)]
    pivot: Option<PivotChoice>,
    /// The axis that points up. A GLB is always Y up: z is for OBJ, PLY and STL.
    #[arg(long, value_enum, default_value = "y")]
    up: UpChoice,
}

#[derive(Clone, Copy, ValueEnum)]
enum PivotChoice {
    /// The ground under its center.
    Ground,
    /// The center of its bounding box.
    Center,
    /// The origin of object space.
    Origin,
}

#[derive(Clone, Copy, ValueEnum)]
enum UpChoice {
    Y,
    Z,
}

/// Parses a positive number, such as meters or seconds. Errors: what was expected, as text.
pub fn positive(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("expected a positive number".into()),
    }
}

/// Parses a number from 0 to 1. Errors: what was expected, as text.
pub fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("expected a number from 0 (none of it) to 1 (all)".into()),
    }
}

impl PlacementOptions {
    /// Returns the first option that differs from its default, if there is one.
    pub fn first_given(&self) -> Option<&'static str> {
        let given =
            [(self.size.is_some(), "--size"), (self.pivot.is_some(), "--pivot"), (self.is_z_up(), "--up")];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }

    /// Returns the placement of a stylized mesh: the shape's own place, unless a pivot was given.
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

    /// Returns whether +Z points up.
    pub fn is_z_up(&self) -> bool {
        matches!(self.up, UpChoice::Z)
    }

    /// Returns a placement with the given options applied.
    pub fn apply(&self, placement: Placement) -> Placement {
        Placement {
            scale: self.size.map_or(placement.scale, Scale::LongestSide),
            pivot: match self.pivot {
                None => placement.pivot,
                Some(PivotChoice::Ground) => Pivot::Ground,
                Some(PivotChoice::Center) => Pivot::Center,
                Some(PivotChoice::Origin) => Pivot::Origin,
            },
            up: self.up(),
        }
    }
}

/// Default number of cells along each axis.
const DEFAULT_RESOLUTION: u32 = 128;

/// Options for the extraction of the surface and for the further stages.
#[derive(Args)]
pub struct SurfaceOptions {
    /// Cells along each side of the box in which the mesh is extracted: 2 to 1024.
    #[arg(long, default_value_t = DEFAULT_RESOLUTION, value_name = "N",
          value_parser = clap::value_parser!(u32).range(i64::from(LOWEST_RESOLUTION)..=i64::from(HIGHEST_RESOLUTION)))]
    resolution: u32,
    /// Evaluates every point of the grid instead of those near the surface. This is slow; the mesh is the
    /// same.
    #[arg(long)]
    dense: bool,
    /// Largest number of triangles; the surface stays closed. Default: no limit.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(i64::from(LEAST_TRIANGLES)..))]
    triangles: Option<u32>,
    /// Unwraps the mesh and bakes textures of N × N texels, 64 to 4096, into the GLB: base color; roughness,
    /// metallic and occlusion; normals. Default: vertex colors.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(64..=4096))]
    texture_size: Option<u32>,
    /// Number of further levels of detail in the GLB, each with half the triangles of the one before. They
    /// are named NAME_LOD1 and so on.
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_LEVELS)))]
    lods: u32,
    /// Smallest volume of a component, as a share of the whole volume, 0 to 1; smaller ones are removed. 0
    /// keeps all components.
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_MIN_COMPONENT, value_parser = share)]
    min_component: f32,
    /// Shapes for collisions in the GLB.
    #[arg(long, value_enum, default_value = "none")]
    collision: Collision,
    /// Largest number of vertices per hull, 8 to 255.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_HULL_VERTICES,
          value_parser = clap::value_parser!(u32).range(i64::from(LEAST_HULL_VERTICES)..=i64::from(MOST_HULL_VERTICES)))]
    hull_vertices: u32,
    /// Largest number of hulls for --collision hulls, 1 to 64.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_HULLS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_HULLS)))]
    hulls: u32,
    /// Compresses the GLB with KHR_mesh_quantization and EXT_meshopt_compression; its reader must support
    /// both.
    #[arg(long)]
    compress: bool,
    /// The program whose names the collision shapes get.
    #[arg(long, value_enum, default_value = "unreal")]
    host: HostChoice,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Collision {
    None,
    /// One convex hull of the whole mesh.
    Hull,
    /// Several convex hulls: one per component. A component that is far from convex has one for each of its
    /// parts.
    Hulls,
}

#[derive(Clone, Copy, ValueEnum)]
enum HostChoice {
    /// UCX_NAME; several are UCX_NAME_00 and so on.
    Unreal,
    /// NAME-convcolonly; several are NAME_00-convcolonly and so on.
    Godot,
}

impl SurfaceOptions {
    /// Returns the first given option that works only for a GLB.
    pub fn only_for_glb(&self) -> Option<&'static str> {
        self.only_for_meshes().or(self.compress.then_some("--compress"))
    }

    /// Returns the first given option that works only for a GLB of one mesh.
    pub fn only_for_meshes(&self) -> Option<&'static str> {
        let asked = [
            (self.texture_size.is_some(), "--texture-size"),
            (self.lods > 0, "--lods"),
            (self.collision != Collision::None, "--collision"),
        ];
        asked.into_iter().find(|(is_asked, _)| *is_asked).map(|(_, option)| option)
    }

    /// Returns the first given option that changes the geometry.
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

    /// Returns the texels along a side, if textures were requested.
    pub fn texture_size(&self) -> Option<u32> {
        self.texture_size
    }

    /// Returns the number of further levels of detail that were requested.
    pub fn levels(&self) -> u32 {
        self.lods
    }

    /// Returns the library's options for writing the mesh at a placement.
    pub fn export_options(&self, placement: Placement) -> ExportOptions {
        let host = match self.host {
            HostChoice::Unreal => Host::Unreal,
            HostChoice::Godot => Host::Godot,
        };
        ExportOptions { placement, host, seconds: 0.0, is_compressed: self.compress }
    }

    /// Returns the library's options for making the mesh.
    pub fn generate_options(&self) -> GenerateOptions {
        GenerateOptions {
            resolution: self.resolution,
            dense: self.dense,
            triangles: self.triangles,
            texture_size: self.texture_size,
            levels: self.lods,
            hulls: match self.collision {
                Collision::None => None,
                Collision::Hull => Some(HullOptions { count: 1, vertices: self.hull_vertices }),
                Collision::Hulls => Some(HullOptions { count: self.hulls, vertices: self.hull_vertices }),
            },
            min_component: self.min_component,
            ..Default::default()
        }
    }
}
