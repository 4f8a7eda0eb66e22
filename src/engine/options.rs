//! Options of an engine.

use super::Precision;
use serde::{Deserialize, Serialize};

/// The device on which the work runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// The best device that is available.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A CUDA device, counted from 0.
    Cuda(u32),
}

/// The engine that runs the networks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineChoice {
    /// libtorch if it has a CUDA device, otherwise the embedded engine.
    #[default]
    Auto,
    /// The engine in this library, on the CPU.
    Embedded,
    /// libtorch, through the module `libatt3d_torch` beside this library.
    Torch,
}

/// Priority of an engine's threads, compared with the threads of other work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThreadPriority {
    /// The priority of the thread that opens the engine.
    #[default]
    Normal,
    /// A lower priority, so that a host stays responsive while the engine works. It has an effect only on
    /// Linux: on the threads of the embedded engine, and on the host's threads for host-side work beside a
    /// worker.
    Low,
}

/// Options of an engine. The default is the best engine and device that are available, in this process, in
/// F32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineOptions {
    /// Engine that runs the networks.
    pub engine: EngineChoice,
    /// Device of the engine.
    pub device: Device,
    /// Number of threads; 0 for one per processor.
    pub threads: u32,
    /// Priority of the engine's threads.
    pub priority: ThreadPriority,
    /// Precision in which networks are computed. The embedded engine supports F32 and Bf16.
    pub precision: Precision,
    /// Whether the engine runs in a separate process. That process runs the program `att3d-worker`, or else
    /// the command `att3d` ([`program`](super::worker::program)).
    pub is_worker: bool,
    /// Bytes that a field's intermediate values may take on a CUDA device; 0 for 256 MiB. On the CPU they
    /// take little memory.
    pub field_memory: u64,
    /// Bytes that the engine's arrays in this process and the work on it may take together; 0 for no limit.
    /// The limit is checked before a piece of work begins.
    pub memory_limit: u64,
}
