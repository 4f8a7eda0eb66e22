//! Errors of engines.

use std::fmt::Debug;

/// An error of an engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A buffer was passed to an engine that did not make it.
    #[error("a tensor of another engine was given to this one; copy it with to_vec and from_slice first")]
    ForeignBuffer,
    /// The engine lacks a kernel that the tensor interface cannot compose from other kernels.
    #[error("the engine {engine} has no kernel {kernel}; use another engine")]
    Unsupported {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
    },
    /// The library that the engine uses reported an error.
    #[error("the engine {engine} failed in {kernel}: {message}")]
    Backend {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
        /// Error message of the library.
        message: String,
    },
    /// A device ran out of memory.
    #[error(
        "the engine {engine} ran out of memory in {kernel}: {message}; request less work per call, or use another device"
    )]
    OutOfMemory {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
        /// Error message of the library.
        message: String,
    },
    /// The work would take more memory than the limit of the context allows.
    #[error(
        "the {what} needs {needed} bytes, and {left} are left of the context's memory limit of {limit}: ask for less, free \
         models or fields of this context, or raise the limit"
    )]
    Budget {
        /// Name of the work, a singular noun: "picture".
        what: &'static str,
        /// Bytes that the work needs.
        needed: u64,
        /// Bytes that are left.
        left: u64,
        /// Memory limit in bytes.
        limit: u64,
    },
    /// The device does not exist or cannot be used.
    #[error("the engine {engine} cannot use this device: {message}")]
    NoDevice {
        /// The engine's name.
        engine: &'static str,
        /// Reason.
        message: String,
    },
    /// The worker process ended, and its arrays are lost.
    #[error(
        "the worker of the engine {engine} ended ({message}); its models and fields are lost, and this process continues; make a new context"
    )]
    WorkerEnded {
        /// The engine's name.
        engine: &'static str,
        /// How the process ended.
        message: String,
    },
    /// A received call lacks an argument that its kernel needs, or an argument is invalid.
    #[error(
        "a call of {kernel} has no valid {what} at position {place}; use libatt3d, its modules and att3d-worker from the same release"
    )]
    Malformed {
        /// The kernel's name.
        kernel: &'static str,
        /// Kind of the missing or invalid argument.
        what: &'static str,
        /// Position in the list of arguments of this kind.
        place: usize,
    },
    /// The engine did not run the work that was passed to its threads.
    #[error(
        "the engine {engine} did not run the work that was passed to its threads; please report this defect"
    )]
    NotRun {
        /// The engine's name.
        engine: &'static str,
    },
    /// The worker threads could not be started.
    #[error("could not start {threads} worker threads: {message}; request fewer threads")]
    Threads {
        /// Number of threads that were requested.
        threads: usize,
        /// Error message of the system.
        message: String,
    },
}

/// The result of a kernel.
pub type EngineResult<T> = Result<T, EngineError>;
