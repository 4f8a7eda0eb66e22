//! `att3d-worker`: the process in which libatt3d runs an engine for a host.
//!
//! The library starts this program if a host sets `att3d_context_desc.is_worker`. The program loads the
//! library from its own folder and calls `att3d_worker_serve`. It contains no engine and no model, so
//! packages can contain it beside the library for less than a megabyte.

#![allow(unsafe_code, reason = "a library that is opened at run time is called by pointers")]

use std::error::Error;
use std::ffi::{CStr, c_char};
use std::path::PathBuf;
use std::process::ExitCode;

use libloading::Library;

/// File names of the library, the preferred one first.
const NAMES: &[&str] = if cfg!(windows) {
    &["att3d.dll"]
} else if cfg!(target_vendor = "apple") {
    &["libatt3d.dylib", "libatt3d.1.dylib"]
} else {
    &["libatt3d.so", "libatt3d.so.1"]
};

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("att3d-worker: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Serves the host until it closes the connection. Errors: a message about the library or the connection.
fn serve() -> Result<(), String> {
    let path = library()?;
    // SAFETY: the library is libatt3d of the same package. Its constructors are trusted as its code is.
    let library = unsafe { Library::new(&path) }.map_err(|error| {
        format!("cannot load {}: {}; install the package again", path.display(), reason(&error))
    })?;
    // Threads of the library can run until the process ends, so it stays loaded.
    let library: &'static Library = Box::leak(Box::new(library));
    let missing = |error: libloading::Error| {
        format!("{} is not a libatt3d of ABI 1.1 or newer: {}", path.display(), reason(&error))
    };
    // SAFETY: functions with these names have these types in every library of the same major version.
    let (serve, last_error) = unsafe {
        let serve = library.get::<extern "C" fn() -> i32>(b"att3d_worker_serve").map_err(missing)?;
        let last_error =
            library.get::<extern "C" fn() -> *const c_char>(b"att3d_last_error").map_err(missing)?;
        (serve, last_error)
    };
    if serve() == 0 {
        return Ok(());
    }
    // SAFETY: the function returns a NUL-terminated text, which is valid until the next call.
    Err(unsafe { CStr::from_ptr(last_error()) }.to_string_lossy().into_owned())
}

/// Returns the path of the library beside this program. Errors: a message with the paths that were searched.
fn library() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("its own path is unknown: {error}"))?;
    let beside = NAMES.iter().map(|name| program.with_file_name(name));
    beside.clone().find(|path| path.is_file()).ok_or_else(|| {
        let searched: Vec<String> = beside.map(|path| path.display().to_string()).collect();
        format!(
            "libatt3d is missing: searched {}; put this program beside the library",
            searched.join(" and ")
        )
    })
}

/// Returns the message of the system's loader, without the text that `libloading` adds.
fn reason(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}
