//! An engine in a separate process. If libtorch or CUDA crashes or runs out of memory, only that process
//! ends, and the host continues.
//!
//! The host starts the command `att3d worker` and exchanges messages with it (`protocol`). The points and
//! values of a field are in memory that both processes have mapped. The host sends kernel calls and does not
//! wait for them. If a kernel fails, its error is returned when the resulting array is read. The worker ends
//! when the host closes the connection or ends.

#![allow(unsafe_code, reason = "shared memory and file descriptors need it")]

mod error;
mod line;
mod protocol;
mod region;
mod serve;
mod transport;

use std::path::PathBuf;

pub use error::{PROGRAM_VARIABLE, WorkerError};
pub use line::{WorkerEngine, WorkerLine};
pub use serve::serve_standard;

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
