//! A context: an engine with its threads and memory, into which models are loaded.

use std::sync::Arc;

use crate::engine::choice::open;
use crate::engine::options::{Device, EngineOptions};
use crate::engine::{DeviceMemory, Engine};

use super::PipelineError;

/// An engine with its threads and memory. Models are loaded into it. Clones share the engine.
#[derive(Clone, Debug)]
pub struct Context {
    engine: Arc<dyn Engine>,
    options: EngineOptions,
}

impl Context {
    /// Starts the best engine for a device. threads: number of threads; 0 means one per processor. Errors:
    /// `Open`.
    pub fn new(device: Device, threads: u32) -> Result<Self, PipelineError> {
        Self::open(EngineOptions { device, threads, ..EngineOptions::default() })
    }

    /// Starts an engine with the given options. Errors: `Open`.
    pub fn open(options: EngineOptions) -> Result<Self, PipelineError> {
        let (engine, options) = open(options)?;
        Ok(Self { engine, options })
    }

    /// Returns the engine that runs the networks.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// Returns the options that were chosen. No value is `Auto`, and the number of threads is not 0.
    pub fn options(&self) -> EngineOptions {
        self.options
    }

    /// Returns the device that was chosen. It is never `Auto`.
    pub fn device(&self) -> Device {
        self.options.device
    }

    /// Returns the number of threads of the engine.
    pub fn threads(&self) -> u32 {
        self.options.threads
    }

    /// Returns the bytes that the engine's arrays hold: models, latents, and memory that is kept for reuse. A
    /// field's own copy of its data is not included.
    pub fn memory_in_use(&self) -> u64 {
        self.engine.memory_in_use()
    }

    /// Returns the memory that the arrays hold and the memory of the device. Values are 0 if the engine
    /// does not measure them.
    pub fn device_memory(&self) -> DeviceMemory {
        self.engine.device_memory()
    }

    /// Releases the memory that is only kept for reuse.
    pub fn trim(&self) {
        self.engine.trim();
    }
}
