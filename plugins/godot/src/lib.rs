//! Godot extension of libatt3d: text-to-3D in the editor and in games.
//!
//! The C library is beside this extension and is opened at run time. Long work runs on threads of this
//! extension, which use only plain arrays. Objects of the engine are made on the main thread, when a node
//! polls its work in `_process`.

mod classes;
mod config;
#[allow(
    non_camel_case_types,
    non_snake_case,
    dead_code,
    unsafe_op_in_unsafe_fn,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "bindgen makes this file"
)]
mod ffi;
mod handles;
mod help;
mod input;
mod library;
mod lods;
mod made;
mod models;
mod monitor;
mod scene;
mod session;
mod settings;
mod stylize;
mod surface;
mod tasks;
mod work;

use godot::init::InitStage;
use godot::prelude::*;
use godot::sys::{
    GDExtensionBool, GDExtensionClassLibraryPtr, GDExtensionInitialization,
    GDExtensionInterfaceGetProcAddress,
};

struct Extension;

#[gdextension(entry_symbol = att3d_godot_start)]
unsafe impl ExtensionLibrary for Extension {
    fn on_stage_init(stage: InitStage) {
        if stage == InitStage::Editor {
            help::register();
        }
    }

    fn on_stage_deinit(stage: InitStage) {
        if stage == InitStage::Scene {
            // The threads run code of this extension, which is unloaded soon.
            tasks::stop_all();
            config::forget_default_model();
        }
    }
}

/// The entry point that att3d.gdextension names.
///
/// # Safety
/// Only the engine calls it.
#[unsafe(no_mangle)]
unsafe extern "C" fn att3d_godot_init(
    get_proc_address: GDExtensionInterfaceGetProcAddress,
    library: GDExtensionClassLibraryPtr,
    init: *mut GDExtensionInitialization,
) -> GDExtensionBool {
    help::remember(get_proc_address);
    // SAFETY: the arguments are those of the engine.
    unsafe { att3d_godot_start(get_proc_address, library, init) }
}
