//! Errors of workers.

use std::path::PathBuf;

/// Name of the environment variable with the absolute path of the `att3d` command, for the case that the
/// command is not beside the library.
pub const PROGRAM_VARIABLE: &str = "ATT3D_WORKER";

/// A reason why a worker cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// The command was not found.
    #[error(
        "there is no att3d command at {}: put it beside libatt3d, or set {PROGRAM_VARIABLE} to its absolute path",
        .program.display()
    )]
    Missing {
        /// Path that was searched.
        program: PathBuf,
    },
    /// The system could not start the command.
    #[error("cannot start {}: {source}", .program.display())]
    Start {
        /// Path of the command.
        program: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// The worker started and refused the request.
    #[error("the worker cannot do this: {message}")]
    Refused {
        /// Error message of the worker.
        message: String,
    },
    /// The worker started and ended before it answered.
    #[error("the worker {} ended before it answered: {message}; is it the att3d command of this release?", .program.display())]
    Ended {
        /// Path of the command.
        program: PathBuf,
        /// How the worker ended.
        message: String,
    },
}
