//! An engine and what it holds: the place that models are loaded into.

use std::sync::Arc;

use crate::engine::choice::{Device, EngineOptions, open};
use crate::engine::{DeviceMemory, Engine};

use super::PipelineError;

/// An engine with its threads and memory. Models are loaded into it; clones share it.
#[derive(Clone, Debug)]
pub struct Context {
    engine: Arc<dyn Engine>,
    options: EngineOptions,
}

impl Context {
    /// The best engine for a device. threads: 0 for one a processor. Errors: `Open`.
    pub fn new(device: Device, threads: u32) -> Result<Self, PipelineError> {
        Self::open(EngineOptions { device, threads, ..EngineOptions::default() })
    }

    /// Starts an engine. Errors: `Open`.
    pub fn open(options: EngineOptions) -> Result<Self, PipelineError> {
        let (engine, options) = open(options)?;
        Ok(Self { engine, options })
    }

    /// The engine that runs the networks.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// What was chosen: nothing of it is `Auto`, and threads are counted.
    pub fn options(&self) -> EngineOptions {
        self.options
    }

    /// The device that was chosen. Never `Auto`.
    pub fn device(&self) -> Device {
        self.options.device
    }

    /// How many threads it runs.
    pub fn threads(&self) -> u32 {
        self.options.threads
    }

    /// Bytes that the engine's arrays hold: models, latents, and what is kept for reuse; a field's own copy is not counted.
    pub fn memory_in_use(&self) -> u64 {
        self.engine.memory_in_use()
    }

    /// What the arrays hold, and what the device has; 0 where the engine does not count.
    pub fn device_memory(&self) -> DeviceMemory {
        self.engine.device_memory()
    }

    /// Gives back what is only kept for reuse.
    pub fn trim(&self) {
        self.engine.trim();
    }
}
