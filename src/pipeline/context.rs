//! An engine and what it holds: the place that models are loaded into.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;

use super::PipelineError;

/// Where work runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// The best that is there.
    #[default]
    Auto,
    /// The embedded engine.
    Cpu,
    /// A CUDA device, counted from 0.
    Cuda(u32),
}

/// A device that work can run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// What to ask for. Never `Auto`.
    pub device: Device,
    /// A name for people.
    pub name: &'static str,
    /// Threads that it runs by default.
    pub threads: u32,
}

/// The devices of this machine that this build can use, the best last.
pub fn devices() -> Vec<DeviceInfo> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = u32::try_from(threads).unwrap_or(u32::MAX);
    vec![DeviceInfo { device: Device::Cpu, name: "embedded CPU engine", threads }]
}

/// Most threads that can be asked for.
const MOST_THREADS: u32 = 1024;

/// An engine with its threads and memory. Models are loaded into it; clones share it.
#[derive(Clone, Debug)]
pub struct Context {
    engine: Arc<dyn Engine>,
    device: Device,
    threads: u32,
}

impl Context {
    /// Starts an engine. threads: 0 for one a processor. Errors: `NoSuchDevice`, `Threads`, `Engine`.
    pub fn new(device: Device, threads: u32) -> Result<Self, PipelineError> {
        if threads > MOST_THREADS {
            return Err(PipelineError::Threads { found: threads, limit: MOST_THREADS });
        }
        match device {
            Device::Auto | Device::Cpu => {
                let engine = CpuEngine::new((threads > 0).then_some(threads as usize))?;
                let threads = u32::try_from(engine.threads()).unwrap_or(u32::MAX);
                Ok(Self { engine: Arc::new(engine), device: Device::Cpu, threads })
            }
            Device::Cuda(_) => Err(PipelineError::NoSuchDevice { device }),
        }
    }

    /// The engine that runs the networks.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The device that was chosen. Never `Auto`.
    pub fn device(&self) -> Device {
        self.device
    }

    /// How many threads it runs.
    pub fn threads(&self) -> u32 {
        self.threads
    }

    /// Bytes that the engine's arrays hold: models, latents, and what is kept for reuse; a field's own copy is not counted.
    pub fn memory_in_use(&self) -> u64 {
        self.engine.memory_in_use()
    }

    /// Gives back what is only kept for reuse.
    pub fn trim(&self) {
        self.engine.trim();
    }
}
