//! Errors of workers.

use std::path::PathBuf;

/// Name of the environment variable with the absolute path of `att3d-worker` or of the command `att3d`, for
/// the case that neither is beside the library.
pub const PROGRAM_VARIABLE: &str = "ATT3D_WORKER";

/// A reason why a worker cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// The program was not found.
    #[error(
        "there is no program at {}: put att3d-worker beside libatt3d, or set {PROGRAM_VARIABLE} to its absolute path",
        .program.display()
    )]
    Missing {
        /// Path that was searched.
        program: PathBuf,
    },
    /// The system could not start the program.
    #[error("cannot start {}: {source}", .program.display())]
    Start {
        /// Path of the program.
        program: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// The worker started and refused the request.
    #[error("the worker refused the request: {message}")]
    Refused {
        /// Error message of the worker.
        message: String,
    },
    /// The worker started and ended before it answered.
    #[error("the worker {} ended before it answered: {message}; use the att3d-worker of the same release", .program.display())]
    Ended {
        /// Path of the program.
        program: PathBuf,
        /// How the worker ended.
        message: String,
    },
}
