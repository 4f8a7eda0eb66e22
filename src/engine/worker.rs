//! An engine in a process of its own. If libtorch or CUDA crashes or runs out of memory, that process ends
//! and the host does not.
//!
//! The host starts the command `att3d worker` and exchanges messages with it (`protocol`). The points and
//! values of a field are in memory that both have mapped. The host sends kernel calls and does not wait for
//! them. If a kernel fails, its error is returned when the resulting array is read. The worker ends when the
//! host closes the connection or ends.

#![allow(unsafe_code)]

mod line;
mod protocol;
mod region;
mod serve;
mod transport;

use std::path::PathBuf;

use super::remote::RemoteEngine;

pub use line::WorkerLine;
pub use serve::serve_standard;

/// An engine of a worker.
pub type WorkerEngine = RemoteEngine<WorkerLine>;

/// Name of the environment variable with the absolute path of the `att3d` command, for a command that is not
/// beside the library.
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
        /// Its error message.
        message: String,
    },
    /// The worker started and ended before it answered.
    #[error("the worker {} ended before it answered: {message}; is it the att3d command of this release?", .program.display())]
    Ended {
        /// Path of the command.
        program: PathBuf,
        /// How it ended.
        message: String,
    },
}

/// Returns the path of the command that workers run: the value of [`PROGRAM_VARIABLE`], or else the command
/// beside this library. Errors: `Missing`.
pub fn program() -> Result<PathBuf, WorkerError> {
    let name = format!("att3d{}", std::env::consts::EXE_SUFFIX);
    let named = std::env::var_os(PROGRAM_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let program = named.or_else(|| super::module::own_folder().map(|folder| folder.join(&name)));
    let program = program.unwrap_or_else(|| PathBuf::from(name));
    if program.is_absolute() && program.is_file() {
        Ok(program)
    } else {
        Err(WorkerError::Missing { program })
    }
}

#[cfg(test)]
mod tests;
