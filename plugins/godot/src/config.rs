//! Project settings of the addon, and error codes. Only for the main thread.

use std::sync::{Arc, Mutex};

use godot::classes::{FileAccess, ProjectSettings};
use godot::global::Error;
use godot::prelude::*;

use crate::ffi;
use crate::library::{Failure, FailureKind};
use crate::models::{Settings, Shared, Source};
use crate::tasks::locked;

/// Path of the model that nodes without a model use; empty for the bundled one.
pub const MODEL_PATH: &str = "att3d/model_path";
/// Number of threads; 0 for one per processor.
pub const THREADS: &str = "att3d/threads";
/// Engine: 0 for automatic, 1 for embedded, 2 for libtorch.
pub const ENGINE: &str = "att3d/engine";
/// Device: 0 for automatic, 1 for CPU, 2 for CUDA. Only libtorch uses this setting.
pub const DEVICE: &str = "att3d/device";

fn setting(name: &str) -> Variant {
    let settings = ProjectSettings::singleton();
    if settings.has_setting(name) { settings.get_setting(name) } else { Variant::nil() }
}

/// Reads a setting: a number, or one of `names`, which means its index; 0 for anything else.
fn choice(name: &str, names: &[&str]) -> u32 {
    let value = setting(name);
    if let Ok(number) = value.try_to::<i64>() {
        return u32::try_from(number).unwrap_or(0);
    }
    let text = value.try_to::<GString>().map(|text| text.to_string().to_lowercase()).unwrap_or_default();
    names.iter().position(|name| text == *name).unwrap_or(0) as u32
}

/// Returns the settings of the project.
pub fn settings() -> Settings {
    let engine = match choice(ENGINE, &["auto", "embedded", "torch"]) {
        // Without a choice the embedded engine runs, which needs no other process.
        ffi::ATT3D_ENGINE_TORCH => ffi::ATT3D_ENGINE_TORCH,
        _ => ffi::ATT3D_ENGINE_EMBEDDED,
    };
    let device = if engine == ffi::ATT3D_ENGINE_TORCH {
        choice(DEVICE, &["auto", "cpu", "cuda"]).min(ffi::ATT3D_DEVICE_CUDA)
    } else {
        ffi::ATT3D_DEVICE_CPU
    };
    Settings { threads: choice(THREADS, &[]).min(1024), engine, device }
}

/// Finds the package of a path of the project. In an exported game, a file in the game's package is read as
/// bytes.
pub fn source(path: &GString) -> Source {
    if path.is_empty() {
        return Source::Bundled;
    }
    let name = path.to_string();
    let global = ProjectSettings::singleton().globalize_path(path).to_string();
    if !global.is_empty() && std::path::Path::new(&global).exists() {
        return Source::File(global);
    }
    if FileAccess::file_exists(path) {
        let bytes = FileAccess::get_file_as_bytes(path);
        if !bytes.is_empty() {
            return Source::Bytes(name, Arc::new(bytes.to_vec()));
        }
    }
    Source::Missing(name)
}

static DEFAULT_MODEL: Mutex<Option<(String, Arc<Shared>)>> = Mutex::new(None);

/// Returns the model of the project settings, for nodes without a model.
pub fn default_model() -> Arc<Shared> {
    let path = setting(MODEL_PATH).try_to::<GString>().unwrap_or_default();
    let name = path.to_string();
    let settings = settings();
    let mut known = locked(&DEFAULT_MODEL);
    if let Some((of, shared)) = &*known
        && *of == name
        && shared.is_usable(settings)
    {
        return Arc::clone(shared);
    }
    let shared = Arc::new(Shared::new(source(&path), settings));
    *known = Some((name, Arc::clone(&shared)));
    shared
}

/// Frees the model of the project settings.
pub fn forget_default_model() {
    locked(&DEFAULT_MODEL).take();
}

/// Returns Godot's error code of a failure.
pub fn code(failure: &Failure) -> Error {
    match failure.kind {
        FailureKind::Unavailable => Error::ERR_UNAVAILABLE,
        FailureKind::File => Error::ERR_FILE_CANT_OPEN,
        FailureKind::Corrupt => Error::ERR_FILE_CORRUPT,
        FailureKind::Invalid => Error::ERR_INVALID_PARAMETER,
        FailureKind::Memory => Error::ERR_OUT_OF_MEMORY,
        FailureKind::Canceled => Error::ERR_SKIP,
        FailureKind::Other => Error::FAILED,
    }
}

/// Reports a failure with Godot's `push_error`, and returns its error code.
pub fn report(failure: &Failure) -> Error {
    godot::global::push_error(&[format!("att3d: {}", failure.message).to_variant()]);
    code(failure)
}
