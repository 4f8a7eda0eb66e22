//! The choice of an engine, its device and its options.

use std::sync::Arc;

use super::cpu::CpuEngine;
use super::error::EngineError;
use super::module::{Module, ModuleDevice, ModuleError, ModuleOptions};
use super::options::{Device, EngineChoice, EngineOptions};
use super::worker::{WorkerError, WorkerLine};
use super::{Budget, Engine, Precision};

/// A reason why an engine could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The number of threads is above the limit.
    #[error("{found} threads were requested; expected at most {limit}, or 0 for one per processor")]
    Threads {
        /// Number that was requested.
        found: u32,
        /// Largest number.
        limit: u32,
    },
    /// The embedded engine was requested on a CUDA device, but runs only on the CPU.
    #[error(
        "the embedded engine does not run on {device:?}; request the engine Auto or Torch, or the device Cpu"
    )]
    NoSuchDevice {
        /// Device that was requested.
        device: Device,
    },
    /// The embedded engine was requested in another precision than F32 or Bf16.
    #[error(
        "the embedded engine computes in F32 or Bf16, not in {precision}; request one of them, or the engine Torch"
    )]
    NoSuchPrecision {
        /// Precision that was requested.
        precision: Precision,
    },
    /// The engine's module cannot be used.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The worker cannot be used.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The engine did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Largest number of threads that can be requested.
const MOST_THREADS: u32 = 1024;

/// Short name of the libtorch module.
const TORCH: &str = "torch";

/// Starts an engine. Returns it with the options that were chosen, in which nothing is `Auto` and the number
/// of threads is not 0. Errors: all of [`OpenError`].
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
            // No CUDA device can be used, so the embedded engine is the best that is available.
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
    let engine = CpuEngine::with_priority(wanted(options), options.priority)?;
    let engine = match options.precision {
        Precision::F32 => engine,
        Precision::Bf16 => engine.with_bf16_products(),
        precision @ Precision::F16 => return Err(OpenError::NoSuchPrecision { precision }),
    };
    let engine = engine.with_budget(Budget::new(options.memory_limit));
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

/// Returns the first CUDA device, if the module, NVIDIA's driver and a device exist. Without the module or
/// the driver, no library is opened, since libtorch takes half a second and much memory to load.
fn best_cuda() -> Option<ModuleDevice> {
    Module::locate(TORCH).ok()?;
    if !super::module::has_cuda_driver() {
        return None;
    }
    let count = Module::find(TORCH).ok()?.cuda_device_count().ok()?;
    (count > 0).then_some(ModuleDevice::Cuda(0))
}

/// An engine and a device that work can run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Engine to request; never `Auto`.
    pub engine: EngineChoice,
    /// Device to request; never `Auto`.
    pub device: Device,
    /// Name to show to users.
    pub name: String,
    /// Default number of threads.
    pub threads: u32,
}

/// The engines and devices of this machine.
#[derive(Debug)]
pub struct Devices {
    /// Available engines and devices; the best is last.
    pub found: Vec<DeviceInfo>,
    /// Error that explains why libtorch or its CUDA devices are not in `found`; `None` without an error.
    pub missing: Option<OpenError>,
}

/// Finds the engines and devices of this machine. If the libtorch module exists, this function opens it and
/// loads libtorch.
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
