//! Errors of modules, and the names that their messages state.

use std::fmt::Debug;
use std::path::PathBuf;

use crate::engine::table::{ABI_VERSION, SYMBOL};

/// The version of libtorch that `libatt3d_torch` is built against. The C++ interface may differ in any other
/// version.
pub const LIBTORCH_VERSION: [u8; 3] = [2, 11, 0];

/// Name of the environment variable that disables modules if it is not empty. Then no module is opened, and
/// the loaded libraries of the process are not inspected.
pub const DISABLE_VARIABLE: &str = "ATT3D_NO_MODULES";

/// Name of the environment variable with the absolute path of a folder. Modules are searched for in this
/// folder first, and then beside this library.
pub const FOLDER_VARIABLE: &str = "ATT3D_MODULES";

/// Name of the environment variable with the folder of a libtorch. PyTorch and tch use the same name.
pub const LIBTORCH_VARIABLE: &str = "LIBTORCH";

/// A reason why a module's engine cannot be used. The embedded engine still works.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModuleError {
    /// The user disabled modules.
    #[error(
        "engine modules are disabled by the environment variable {DISABLE_VARIABLE}; unset it to use them"
    )]
    Disabled,
    /// The module's file was not found.
    #[error(
        "there is no {file} in {}: put it beside libatt3d, or set {FOLDER_VARIABLE} to its folder",
        list(.searched)
    )]
    Missing {
        /// File name on this system.
        file: String,
        /// Folders that were searched.
        searched: Vec<PathBuf>,
    },
    /// An environment variable holds a relative path, which would depend on the current folder.
    #[error("{variable} is {}, which is not an absolute path; give one", .path.display())]
    Relative {
        /// Name of the variable.
        variable: &'static str,
        /// Value of the variable.
        path: PathBuf,
    },
    /// The system's loader could not open the library.
    #[error("cannot open {}: {message}; {advice}", .path.display())]
    Open {
        /// Path of the library.
        path: PathBuf,
        /// Error message of the loader.
        message: String,
        /// Advice for the user.
        advice: &'static str,
    },
    /// The library is not a module.
    #[error("{} is not an engine module: it has no function {SYMBOL}; use the module that came with this libatt3d", .path.display())]
    NoModule {
        /// Path of the library.
        path: PathBuf,
    },
    /// The module has another version of the engine table.
    #[error(
        "{} has version {found} of the engine table and libatt3d needs version {ABI_VERSION}; use both from the same release",
        .path.display()
    )]
    Version {
        /// Path of the module.
        path: PathBuf,
        /// Version of the module's table.
        found: u32,
    },
    /// The libtorch in the folder of [`LIBTORCH_VARIABLE`], or else beside the module, has another version.
    /// None of its libraries was opened.
    #[error(
        "the libtorch in {} is {found}, and libatt3d_torch needs {}: set {LIBTORCH_VARIABLE} to the folder of that version",
        .folder.display(), dotted(LIBTORCH_VERSION)
    )]
    WrongLibtorch {
        /// Folder of the libraries of this libtorch.
        folder: PathBuf,
        /// Version of this libtorch.
        found: String,
    },
    /// The process has loaded another version of libtorch.
    #[error(
        "this process uses libtorch {found} ({}) and libatt3d_torch needs {}, and a process can hold only one of them: \
         use a worker, which runs the engine in a separate process, or use the same PyTorch version",
        .path.display(), dotted(LIBTORCH_VERSION)
    )]
    OtherLibtorch {
        /// Path from which that libtorch was loaded.
        path: PathBuf,
        /// Version of that libtorch, or "of an unknown version".
        found: String,
    },
}

pub(super) fn list(paths: &[PathBuf]) -> String {
    let mut shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    // The variable may name the folder of this library, which is then in the list twice.
    shown.dedup();
    if shown.is_empty() { "any known folder".into() } else { shown.join(" or ") }
}

pub(super) fn dotted(version: [u8; 3]) -> String {
    version.map(|part| part.to_string()).join(".")
}
