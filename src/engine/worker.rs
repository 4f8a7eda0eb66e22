//! An engine in a separate process. If libtorch or CUDA crashes or runs out of memory, only that process
//! ends, and the host continues.
//!
//! The host starts the program `att3d-worker`, or else the command `att3d worker`, and exchanges messages
//! with it (`protocol`). The points and values of a field are in memory that both processes have mapped. The
//! host sends kernel calls and does not wait for them. If a kernel fails, its error is returned when the
//! resulting array is read. The worker ends when the host closes the connection or ends.

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

/// Names of the programs that workers can run, the preferred one first.
const PROGRAMS: [&str; 2] = ["att3d-worker", "att3d"];

/// Returns the path of the program that workers run: the value of [`PROGRAM_VARIABLE`], or else the program
/// beside this library. Errors: `Missing`.
pub fn program() -> Result<PathBuf, WorkerError> {
    let named = std::env::var_os(PROGRAM_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = super::module::own_folder().unwrap_or_default();
    let beside = || PROGRAMS.map(|name| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
    let searched = named.map_or_else(|| beside().to_vec(), |named| vec![named]);
    let is_usable = |program: &&PathBuf| program.is_absolute() && program.is_file();
    let found = searched.iter().find(is_usable).cloned();
    found.ok_or_else(|| WorkerError::Missing { program: searched.into_iter().next().unwrap_or_default() })
}

#[cfg(test)]
mod tests;
