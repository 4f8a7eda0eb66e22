//! Which engine, where, and how: what a caller asks for, and what it gets.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cpu::CpuEngine;
use super::module::{Module, ModuleDevice, ModuleError, ModuleOptions};
use super::worker::{WorkerError, WorkerLine};
use super::{Budget, Engine, EngineError, Precision};

/// Where work runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// The best that is there.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A CUDA device, counted from 0.
    Cuda(u32),
}

/// What runs the networks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineChoice {
    /// libtorch where there is a CUDA device for it, else the embedded engine.
    #[default]
    Auto,
    /// The one in this library, on the CPU.
    Embedded,
    /// libtorch, by the module `libatt3d_torch` beside this library.
    Torch,
}

/// How an engine is chosen; the default is the best that is there, in this process, in F32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineOptions {
    /// What runs the networks.
    pub engine: EngineChoice,
    /// Where.
    pub device: Device,
    /// Threads to work with; 0 for one a processor.
    pub threads: u32,
    /// What networks are computed in. The embedded engine has F32 alone.
    pub precision: Precision,
    /// In a process of its own, by the `att3d` command beside this library.
    pub is_worker: bool,
    /// Bytes that a field's intermediate values may take on a CUDA device; 0 for 256 MiB. On the CPU they take a few.
    pub field_memory: u64,
    /// Bytes that the engine's arrays in this process, and the work on it, may take together; 0 for no limit. It is asked for before
    /// a piece of work begins.
    pub memory_limit: u64,
}

/// Why there is no such engine.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// More threads than any machine has.
    #[error("{found} threads were asked for; at most {limit} can be, and 0 means one a processor")]
    Threads {
        /// Asked for.
        found: u32,
        /// The most.
        limit: u32,
    },
    /// The embedded engine runs on the CPU.
    #[error(
        "the embedded engine does not run on {device:?}; ask for the engine Auto or Torch, or the device Cpu"
    )]
    NoSuchDevice {
        /// What was asked for.
        device: Device,
    },
    /// The embedded engine has one precision.
    #[error("the embedded engine computes in F32, not in {precision}; ask for F32, or for the engine Torch")]
    NoSuchPrecision {
        /// What was asked for.
        precision: Precision,
    },
    /// The engine's module cannot be used.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The worker cannot be had.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The engine did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Most threads that can be asked for.
const MOST_THREADS: u32 = 1024;

/// The module of libtorch.
const TORCH: &str = "torch";

/// Starts an engine. Returns it and what was chosen: nothing of that is `Auto`, and threads are counted.
/// Errors: all of [`OpenError`].
pub fn open(options: EngineOptions) -> Result<(Arc<dyn Engine>, EngineOptions), OpenError> {
    if options.threads > MOST_THREADS {
        return Err(OpenError::Threads { found: options.threads, limit: MOST_THREADS });
    }
    if options.is_worker {
        let (engine, chosen) = WorkerLine::start(&super::worker::program()?, options)?;
        let threads = counted(engine.threads());
        let engine = engine.with_budget(Budget::new(options.memory_limit));
        return Ok((Arc::new(engine), EngineOptions { threads, is_worker: true, ..chosen }));
    }
    match (options.engine, options.device) {
        (EngineChoice::Embedded, device @ Device::Cuda(_)) => Err(OpenError::NoSuchDevice { device }),
        (EngineChoice::Embedded, _) | (EngineChoice::Auto, Device::Cpu) => embedded(options),
        (EngineChoice::Auto, Device::Auto) => match best_cuda().map(|device| torch(options, device)) {
            Some(Ok(opened)) => Ok(opened),
            // A device that is there and cannot be used: the best that is there is another.
            Some(Err(_)) | None => embedded(options),
        },
        (EngineChoice::Torch, Device::Auto) => torch(options, best_cuda().unwrap_or(ModuleDevice::Cpu)),
        (EngineChoice::Torch, Device::Cpu) => torch(options, ModuleDevice::Cpu),
        (_, Device::Cuda(index)) => torch(options, ModuleDevice::Cuda(index)),
    }
}

fn counted(threads: usize) -> u32 {
    u32::try_from(threads).unwrap_or(u32::MAX)
}

fn wanted(options: EngineOptions) -> Option<usize> {
    (options.threads > 0).then_some(options.threads as usize)
}

fn embedded(options: EngineOptions) -> Result<(Arc<dyn Engine>, EngineOptions), OpenError> {
    if options.precision != Precision::F32 {
        return Err(OpenError::NoSuchPrecision { precision: options.precision });
    }
    let engine = CpuEngine::new(wanted(options))?.with_budget(Budget::new(options.memory_limit));
    let threads = counted(engine.threads());
    let chosen = EngineOptions { engine: EngineChoice::Embedded, device: Device::Cpu, threads, ..options };
    Ok((Arc::new(engine), chosen))
}

fn torch(
    options: EngineOptions,
    device: ModuleDevice,
) -> Result<(Arc<dyn Engine>, EngineOptions), OpenError> {
    let wanted = ModuleOptions {
        threads: wanted(options),
        precision: options.precision,
        field_budget: options.field_memory,
    };
    let engine = Module::find(TORCH)?.engine(device, wanted)?;
    let engine = engine.with_budget(Budget::new(options.memory_limit));
    let device = match device {
        ModuleDevice::Cpu => Device::Cpu,
        ModuleDevice::Cuda(index) => Device::Cuda(index),
    };
    let threads = counted(engine.threads());
    let chosen = EngineOptions { engine: EngineChoice::Torch, device, threads, ..options };
    Ok((Arc::new(engine), chosen))
}

/// The first CUDA device, where there is the module, NVIDIA's driver, and a device. Without module or driver nothing is
/// opened: libtorch takes half a second and much memory.
fn best_cuda() -> Option<ModuleDevice> {
    Module::locate(TORCH).ok()?;
    if !super::module::has_cuda_driver() {
        return None;
    }
    let count = Module::find(TORCH).ok()?.cuda_device_count().ok()?;
    (count > 0).then_some(ModuleDevice::Cuda(0))
}

/// An engine on a device that work can run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// What to ask for. Never `Auto`.
    pub engine: EngineChoice,
    /// What to ask for. Never `Auto`.
    pub device: Device,
    /// A name for people.
    pub name: String,
    /// Threads that it runs by default.
    pub threads: u32,
}

/// What this machine has.
#[derive(Debug)]
pub struct Devices {
    /// The best last.
    pub found: Vec<DeviceInfo>,
    /// Why libtorch, or its CUDA, is not among them.
    pub missing: Option<OpenError>,
}

/// Looks what this machine has. Opens the module, if there is one, and libtorch with it.
pub fn devices() -> Devices {
    let threads = counted(std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let info = |engine, device, name| DeviceInfo { engine, device, name, threads };
    let mut found = vec![info(EngineChoice::Embedded, Device::Cpu, "embedded engine on the CPU".to_owned())];
    let module = match Module::find(TORCH) {
        Ok(module) => module,
        Err(error) => return Devices { found, missing: Some(error.into()) },
    };
    let library = module.library();
    found.push(info(EngineChoice::Torch, Device::Cpu, format!("{library} on the CPU")));
    let (count, missing) = match module.cuda_device_count() {
        Ok(count) => (count, None),
        Err(error) => (0, Some(error.into())),
    };
    for index in 0..count {
        let name = format!("{library} on CUDA device {index}");
        found.push(info(EngineChoice::Torch, Device::Cuda(index), name));
    }
    Devices { found, missing }
}
