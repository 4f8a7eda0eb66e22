//! An engine in a process of its own: libtorch, CUDA, a crash or too little memory end that process, not the host.
//!
//! The host starts the command `att3d worker` and talks to it by messages (`protocol`); the points and values of a field
//! lie in memory that both have mapped. Kernels are sent and not waited for: an array of a kernel that failed answers with
//! its error where it is read. The worker ends when the host closes the line or ends itself.

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

/// An absolute path of the `att3d` command, where it is not beside the library.
pub const PROGRAM_VARIABLE: &str = "ATT3D_WORKER";

/// Why there is no worker.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// No command.
    #[error(
        "there is no att3d command at {}: put it beside libatt3d, or set {PROGRAM_VARIABLE} to its absolute path",
        .program.display()
    )]
    Missing {
        /// Where it was looked for.
        program: PathBuf,
    },
    /// The system did not start it.
    #[error("cannot start {}: {source}", .program.display())]
    Start {
        /// The command.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It started and said no.
    #[error("the worker cannot do this: {message}")]
    Refused {
        /// Its words.
        message: String,
    },
    /// It started and is gone.
    #[error("the worker {} ended before it answered: {message}; is it the att3d command of this release?", .program.display())]
    Ended {
        /// The command.
        program: PathBuf,
        /// How.
        message: String,
    },
}

/// The command that workers run: that of [`PROGRAM_VARIABLE`], else the one beside this library. Errors: `Missing`.
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
