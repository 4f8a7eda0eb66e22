//! The bundled model of the library in the folder of this command. A command without a model of its own uses
//! it: `scripts/remove_model.py` removes the command's copy, so that a release contains the model once.

#![allow(unsafe_code, reason = "a library that is opened at run time is called by pointers")]

use std::error::Error;
use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use att3d::pipeline::PipelineError;
use att3d::weights::Package;
use libloading::Library;

use crate::failure::Failure;

/// Type of `att3d_bundled_package`.
type BundledPackage = unsafe extern "C" fn(*mut *const c_void, *mut usize) -> i32;

/// Returns the bundled package of the library in the folder of this program. Errors: `Pipeline`
/// (`NoBundledModel`, `Package`), `Input`.
pub fn package() -> Result<Package, Failure> {
    static BYTES: OnceLock<&'static [u8]> = OnceLock::new();
    let bytes = match BYTES.get() {
        Some(bytes) => bytes,
        None => {
            let path = beside().ok_or(PipelineError::NoBundledModel)?;
            let bytes = bytes_of(&path).map_err(|reason| Failure::Input {
                path: path.display().to_string(),
                reason: format!(
                    "cannot read the model of this library: {reason}; give a package with --model"
                ),
            })?;
            BYTES.get_or_init(|| bytes)
        }
    };
    Ok(Package::from_static(bytes).map_err(PipelineError::from)?)
}

/// Returns the path of the library in the folder of this program, if it is there.
fn beside() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let name = format!("{}att3d{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Some(program.with_file_name(name)).filter(|path| path.is_file())
}

/// Loads a library and returns its bundled package. Errors: the reason as text.
fn bytes_of(path: &Path) -> Result<&'static [u8], String> {
    // SAFETY: the library is libatt3d of the same package. Its constructors are trusted as its code is. It is
    // never unloaded.
    let library = unsafe { Library::new(path) }.map_err(|error| reason(&error))?;
    let library: &'static Library = Box::leak(Box::new(library));
    // SAFETY: the function has this type in every library of this major version.
    let get = unsafe { library.get::<BundledPackage>(b"att3d_bundled_package") };
    let get = get.map_err(|error| reason(&error))?;
    let (mut bytes, mut size) = (std::ptr::null(), 0);
    // SAFETY: both outputs are writable.
    let status = unsafe { get(&raw mut bytes, &raw mut size) };
    if status != 0 || bytes.is_null() {
        return Err("it contains no model".to_owned());
    }
    // SAFETY: after success, `bytes` points to `size` bytes, which are valid as long as the library is
    // loaded.
    Ok(unsafe { std::slice::from_raw_parts(bytes.cast(), size) })
}

/// Returns the message of the system's loader, without the text that `libloading` adds.
fn reason(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}
