//! Godot extension of libatt3d: text-to-3D in the editor and in games.
//!
//! The C library lies beside this extension and is opened at run time. Long work runs on threads of this
//! extension, which use only plain arrays. Objects of the engine are made on the main thread, when a node
//! polls its work in `_process`.

mod classes;
mod config;
#[allow(non_camel_case_types, non_snake_case, dead_code, unsafe_op_in_unsafe_fn, clippy::all)]
mod ffi;
mod handles;
mod input;
mod library;
mod lods;
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

struct Extension;

#[gdextension(entry_symbol = att3d_godot_init)]
unsafe impl ExtensionLibrary for Extension {
    fn on_stage_deinit(stage: InitStage) {
        if stage == InitStage::Scene {
            // The threads run code of this extension, which is unloaded soon.
            tasks::stop_all();
            config::forget_default_model();
        }
    }
}
