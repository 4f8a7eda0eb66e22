//! Engines in dynamic libraries of their own: found beside this library, opened, never unloaded.
//!
//! A module binds to libraries that a host may have loaded already, in another version: two libraries of one name do not
//! live side by side in a process, the second user gets the first one's. So [`open`](Module::open) looks at what is loaded
//! before it opens anything, and refuses a libtorch that is not its own in a sentence. [`ModuleEngine`] is an engine of a
//! module.

#![allow(unsafe_code)]

mod line;
mod loaded;

pub(super) use loaded::own_folder;

use std::ffi::{CStr, c_char};
use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};

use libloading::Library;
use parking_lot::Mutex;

use super::remote::RemoteEngine;
use super::table::{ABI_VERSION, EngineTable, GetTable, RawOptions, SYMBOL};
use super::{EngineError, EngineResult, Precision};

pub use line::ModuleLine;

/// An engine of a module.
pub type ModuleEngine = RemoteEngine<ModuleLine>;

/// The libtorch that `libatt3d_torch` is built against; another one's C++ interface may differ anywhere.
pub const LIBTORCH_VERSION: [u8; 3] = [2, 11, 0];

/// Set to anything but nothing: no module is opened, nothing of a host's process is looked at.
pub const DISABLE_VARIABLE: &str = "ATT3D_NO_MODULES";
/// An absolute path of a folder to look for modules in, before the library's own.
pub const FOLDER_VARIABLE: &str = "ATT3D_MODULES";
/// The folder of a libtorch: what PyTorch and tch call it.
pub const LIBTORCH_VARIABLE: &str = "LIBTORCH";

/// Why a module's engine cannot be had. The embedded engine goes on.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// The user said so.
    #[error(
        "engine modules are disabled by the environment variable {DISABLE_VARIABLE}; unset it to use them"
    )]
    Disabled,
    /// No file.
    #[error(
        "there is no {file} in {}: put it beside libatt3d, or set {FOLDER_VARIABLE} to its folder",
        list(.searched)
    )]
    Missing {
        /// Its name on this system.
        file: String,
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// A path from the environment that depends on where the process stands.
    #[error("{variable} is {}, which is not an absolute path; give one", .path.display())]
    Relative {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        path: PathBuf,
    },
    /// The system's loader refused.
    #[error("cannot open {}: {message}; {advice}", .path.display())]
    Open {
        /// What was opened.
        path: PathBuf,
        /// What the loader said.
        message: String,
        /// What to do.
        advice: &'static str,
    },
    /// A library, but no module.
    #[error("{} is not an engine module: it has no function {SYMBOL}; take the one that came with this libatt3d", .path.display())]
    NoModule {
        /// Its path.
        path: PathBuf,
    },
    /// A module of another time.
    #[error(
        "{} speaks version {found} of the engine table and libatt3d version {ABI_VERSION}; take both from one release",
        .path.display()
    )]
    Version {
        /// Its path.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// The folder that was named has another libtorch; nothing of it was opened.
    #[error(
        "the libtorch in {} is {found}, and libatt3d_torch needs {}: set {LIBTORCH_VARIABLE} to that one's folder",
        .folder.display(), dotted(LIBTORCH_VERSION)
    )]
    WrongLibtorch {
        /// Its libraries' folder.
        folder: PathBuf,
        /// Its version.
        found: String,
    },
    /// The process holds another libtorch.
    #[error(
        "this process uses libtorch {found} ({}) and libatt3d_torch needs {}, and one process can hold one of them: \
         use a worker, which runs the engine in a process of its own, or the same PyTorch version",
        .path.display(), dotted(LIBTORCH_VERSION)
    )]
    OtherLibtorch {
        /// Where it was loaded from.
        path: PathBuf,
        /// Its version, or "of unknown version".
        found: String,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    if shown.is_empty() { "any known folder".into() } else { shown.join(" or ") }
}

fn dotted(version: [u8; 3]) -> String {
    version.map(|part| part.to_string()).join(".")
}

/// An opened module.
pub struct Module {
    path: PathBuf,
    table: &'static EngineTable,
    name: &'static str,
    library: &'static str,
}

impl Debug for Module {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Module").field("path", &self.path).field("library", &self.library).finish()
    }
}

/// What was opened stays open: its threads and thread-locals may outlive every engine of it.
static OPENED: Mutex<Vec<&'static Module>> = Mutex::new(Vec::new());

/// What a file of a module is called here: `libatt3d_torch.so`.
pub fn file_name(name: &str) -> String {
    format!("{}att3d_{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

impl Module {
    /// Finds a module by its short name (`torch`) in the folder of [`FOLDER_VARIABLE`] or beside this library, and opens
    /// it. Errors: all of [`ModuleError`].
    pub fn find(name: &str) -> Result<&'static Self, ModuleError> {
        Self::open(&Self::locate(name)?)
    }

    /// Where a module is, without opening it. Errors: `Disabled`, `Relative`, `Missing`.
    pub fn locate(name: &str) -> Result<PathBuf, ModuleError> {
        if std::env::var_os(DISABLE_VARIABLE).is_some_and(|value| !value.is_empty()) {
            return Err(ModuleError::Disabled);
        }
        let file = file_name(name);
        let mut searched: Vec<PathBuf> = Vec::new();
        searched.extend(absolute(FOLDER_VARIABLE)?);
        searched.extend(loaded::own_folder());
        match searched.iter().map(|folder| folder.join(&file)).find(|path| path.is_file()) {
            Some(path) => Ok(path),
            None => Err(ModuleError::Missing { file, searched }),
        }
    }

    /// Opens a module, once: the same path gives the same module. Errors: all of [`ModuleError`] but `Missing`.
    pub fn open(path: &Path) -> Result<&'static Self, ModuleError> {
        // Held while it is opened, so that two threads do not open it twice.
        let mut opened = OPENED.lock();
        if let Some(module) = opened.iter().find(|module| module.path == path) {
            return Ok(module);
        }
        if !loaded::check_libtorch()? {
            loaded::open_libtorch(absolute(LIBTORCH_VARIABLE)?, path)?;
        }
        // It stays open from here on, good or not: code of it has run.
        let library: &'static Library = Box::leak(Box::new(loaded::open_local(path)?));
        let module: &'static Self = Box::leak(Box::new(Self::of(library, path)?));
        opened.push(module);
        Ok(module)
    }

    /// What a library hands over.
    fn of(library: &Library, path: &Path) -> Result<Self, ModuleError> {
        let path = path.to_owned();
        // SAFETY: a function of that name is of this type, in every version of the contract.
        let Ok(get) = (unsafe { library.get::<GetTable>(SYMBOL) }) else {
            return Err(ModuleError::NoModule { path });
        };
        // SAFETY: the contract: no arguments, and a table that lives as long as the library, or null.
        let Some(table) = (unsafe { get().as_ref() }) else {
            return Err(ModuleError::NoModule { path });
        };
        Self::of_table(table, path)
    }

    /// A module whose table is at hand: an engine that is linked into the program. Errors: `Version`.
    pub fn of_table(table: &'static EngineTable, path: PathBuf) -> Result<Self, ModuleError> {
        // Only the two numbers at its beginning are read of a table of another version.
        if table.abi_version != ABI_VERSION || (table.struct_size as usize) < size_of::<EngineTable>() {
            return Err(ModuleError::Version { path, found: table.abi_version });
        }
        // SAFETY: the contract: texts that live as long as the library.
        let (name, library) = unsafe { (text(table.name), text(table.library)) };
        Ok(Self { path, table, name, library })
    }

    /// Where it was opened from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is below it: `libtorch 2.11.0`.
    pub fn library(&self) -> &'static str {
        self.library
    }

    /// How many CUDA devices it can use. Errors: the module's own.
    pub fn cuda_device_count(&'static self) -> EngineResult<u32> {
        line::cuda_device_count(self)
    }

    /// Starts an engine. threads: of the module on the CPU and of host-side work here; one a processor where none.
    /// Errors: `NoDevice`, `Threads`, the module's own.
    pub fn engine(&'static self, device: ModuleDevice, options: ModuleOptions) -> EngineResult<ModuleEngine> {
        let (kind, index) = match device {
            ModuleDevice::Cpu => (0, 0),
            ModuleDevice::Cuda(index) => (1, index),
        };
        let threads = options.threads.map_or(0, |threads| u32::try_from(threads).unwrap_or(u32::MAX));
        let line = ModuleLine::open(
            self,
            RawOptions {
                struct_size: size_of::<RawOptions>() as u32,
                device: kind,
                device_index: index,
                threads,
                precision: options.precision as u32,
                reserved: 0,
                field_budget: options.field_budget,
            },
        )?;
        RemoteEngine::new(line, options.threads)
    }
}

/// Has the machine NVIDIA's driver? Cheap; a device may still be missing.
pub fn has_cuda_driver() -> bool {
    loaded::has_cuda_driver()
}

/// Where a module's engine works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleDevice {
    /// The processor.
    Cpu,
    /// A CUDA device, counted from 0.
    Cuda(u32),
}

/// How a module's engine works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleOptions {
    /// Threads on the CPU, of the module's and of host-side work; `None`: one a processor.
    pub threads: Option<usize>,
    /// What networks are computed in.
    pub precision: Precision,
    /// Bytes that a field's intermediate values may take; 0 for the module's own choice.
    pub field_budget: u64,
}

impl Default for ModuleOptions {
    fn default() -> Self {
        Self { threads: None, precision: Precision::F32, field_budget: 0 }
    }
}

/// # Safety
/// `text` is null or NUL-terminated, for ever.
unsafe fn text(text: *const c_char) -> &'static str {
    if text.is_null() {
        return "unnamed";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("unnamed")
}

/// The path in a variable, where it is set.
fn absolute(variable: &'static str) -> Result<Option<PathBuf>, ModuleError> {
    match std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) {
        Some(path) if path.is_relative() => Err(ModuleError::Relative { variable, path }),
        path => Ok(path),
    }
}

/// An error of the module's side, as this side has it.
fn error(
    engine: &'static str,
    kernel: &'static str,
    status: super::table::Status,
    message: String,
) -> EngineError {
    use super::table::Status;
    match status {
        Status::OutOfMemory => EngineError::OutOfMemory { engine, kernel, message },
        Status::NoDevice => EngineError::NoDevice { engine, message },
        Status::Absent => EngineError::Unsupported { engine, kernel },
        Status::Done | Status::Failed | Status::Malformed => EngineError::Backend { engine, kernel, message },
    }
}
