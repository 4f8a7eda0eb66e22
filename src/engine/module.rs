//! Engines in separate dynamic libraries, called modules. A module is found beside this library, opened, and
//! never unloaded.
//!
//! A module binds to libraries that a host may already have loaded in another version. A process cannot hold
//! two libraries of one name: a module gets the version that is already loaded. Therefore
//! [`open`](Module::open) first inspects the loaded libraries, and returns an error if it finds another
//! version of libtorch. [`ModuleEngine`] is an engine of a module.

#![allow(unsafe_code, reason = "a library that is opened at run time is called by pointers")]

mod error;
mod line;
mod loaded;

pub(super) use loaded::own_folder;

use std::ffi::{CStr, c_char};
use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};

use libloading::Library;
use parking_lot::Mutex;

use super::Precision;
use super::table::{ABI_VERSION, EngineTable, GetTable, SYMBOL};

pub use error::{DISABLE_VARIABLE, FOLDER_VARIABLE, LIBTORCH_VARIABLE, LIBTORCH_VERSION, ModuleError};
pub use line::{ModuleEngine, ModuleLine};

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

/// All opened modules. A module stays open, since its threads and thread-locals may outlive all of its
/// engines.
static OPENED: Mutex<Vec<&'static Module>> = Mutex::new(Vec::new());

/// Returns the file name of a module on this system, such as `libatt3d_torch.so` on Linux.
pub fn file_name(name: &str) -> String {
    format!("{}att3d_{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

impl Module {
    /// Finds a module by its short name (`torch`) in the folder of [`FOLDER_VARIABLE`] or beside this
    /// library, and opens it. Errors: all of [`ModuleError`].
    pub fn find(name: &str) -> Result<&'static Self, ModuleError> {
        Self::open(&Self::locate(name)?)
    }

    /// Returns the path of a module without opening it. Errors: `Disabled`, `Relative`, `Missing`.
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

    /// Opens a module once: the same path gives the same module. Errors: all of [`ModuleError`] except
    /// `Missing` and `Disabled`.
    pub fn open(path: &Path) -> Result<&'static Self, ModuleError> {
        // The lock is held while the module is opened, so that two threads do not open it twice.
        let mut opened = OPENED.lock();
        if let Some(module) = opened.iter().find(|module| module.path == path) {
            return Ok(module);
        }
        if !loaded::check_libtorch()? {
            loaded::open_libtorch(absolute(LIBTORCH_VARIABLE)?, path)?;
        }
        // The library stays open from here on, even if it proves unusable, since its constructors have run.
        let library: &'static Library = Box::leak(Box::new(loaded::open_local(path)?));
        let module: &'static Self = Box::leak(Box::new(Self::of(library, path)?));
        opened.push(module);
        Ok(module)
    }

    /// Reads the table of an opened library.
    fn of(library: &Library, path: &Path) -> Result<Self, ModuleError> {
        let path = path.to_owned();
        // SAFETY: a function with this name has this type in every version of the contract.
        let Ok(get) = (unsafe { library.get::<GetTable>(SYMBOL) }) else {
            return Err(ModuleError::NoModule { path });
        };
        // SAFETY: by the contract the function takes no arguments. It returns null or a table that lives as
        // long as the library, which is never unloaded.
        let Some(table) = (unsafe { get().as_ref() }) else {
            return Err(ModuleError::NoModule { path });
        };
        Self::of_table(table, path)
    }

    /// Makes a module of a given table, for an engine that is linked into the program. Errors: `Version`.
    pub fn of_table(table: &'static EngineTable, path: PathBuf) -> Result<Self, ModuleError> {
        // Of a table with another version, only the two numbers at its beginning may be read.
        if table.abi_version != ABI_VERSION || (table.struct_size as usize) < size_of::<EngineTable>() {
            return Err(ModuleError::Version { path, found: table.abi_version });
        }
        // SAFETY: by the contract both texts are NUL-terminated and live as long as the library, which is
        // never unloaded.
        let (name, library) = unsafe { (text(table.name), text(table.library)) };
        Ok(Self { path, table, name, library })
    }

    /// Returns the path from which the module was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the name and version of the library that the module uses: `libtorch 2.11.0`.
    pub fn library(&self) -> &'static str {
        self.library
    }
}

/// Returns whether the machine has NVIDIA's driver. The check is cheap; a device may still be missing.
pub fn has_cuda_driver() -> bool {
    loaded::has_cuda_driver()
}

/// The device of a module's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleDevice {
    /// The CPU.
    Cpu,
    /// A CUDA device, counted from 0.
    Cuda(u32),
}

/// Options of a module's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleOptions {
    /// Number of the module's threads on the CPU, and number of threads for host-side work. With `None`, the
    /// module chooses its number, and host-side work has one thread per processor.
    pub threads: Option<usize>,
    /// Precision in which networks are computed.
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
/// `text` is null, or points to a NUL-terminated text that is never freed.
unsafe fn text(text: *const c_char) -> &'static str {
    if text.is_null() {
        return "unnamed";
    }
    // SAFETY: `text` is not null here; the caller guarantees that it is NUL-terminated and never freed.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("unnamed")
}

/// Returns the path in an environment variable; `None` if it is empty or not set. Errors: `Relative`.
fn absolute(variable: &'static str) -> Result<Option<PathBuf>, ModuleError> {
    match std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) {
        Some(path) if path.is_relative() => Err(ModuleError::Relative { variable, path }),
        path => Ok(path),
    }
}
