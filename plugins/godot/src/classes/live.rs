//! A mesh that follows a prompt.

use std::sync::Arc;
use std::time::Instant;

use godot::classes::{IMeshInstance3D, MeshInstance3D, StandardMaterial3D};
use godot::prelude::*;

use super::model::Att3DModel;
use super::options::Att3DOptions;
use super::texts::{packed, strings};
use super::{model_of, options_of};
use crate::config::report;
use crate::library::{Failure, FailureKind};
use crate::models::Shared;
use crate::monitor;
use crate::scene;
use crate::session::{Answer, Request, Session, Wish};
use crate::settings::Options;

/// Resolution if there are no options.
const RESOLUTION: u32 = 64;

/// A node whose mesh follows its prompt, or a mix of prompts. It must be in the scene tree.
#[derive(GodotClass)]
#[class(tool, init, base = MeshInstance3D)]
pub struct Att3DLive {
    #[export]
    model: Option<Gd<Att3DModel>>,
    #[export]
    options: Option<Gd<Att3DOptions>>,
    #[export(multiline)]
    #[var(set = set_prompt)]
    prompt: GString,
    #[export]
    #[var(set = set_prompts)]
    prompts: PackedStringArray,
    #[export]
    #[var(set = set_weights)]
    weights: PackedFloat32Array,
    #[export]
    #[var(set = set_typing)]
    typing: bool,
    #[var(no_set)]
    last_update_usec: i64,
    session: Option<Session>,
    /// Whether the prompts have changed since the last request.
    is_changed: bool,
    /// Model and options of the last request.
    requested: Option<(Arc<Shared>, Options)>,
    material: Option<Gd<StandardMaterial3D>>,
    understood: String,
    left_out: Vec<String>,
    word: String,
    error: String,
    base: Base<MeshInstance3D>,
}

#[godot_api]
impl IMeshInstance3D for Att3DLive {
    fn enter_tree(&mut self) {
        monitor::add();
        if !self.prompt.is_empty() || !self.prompts.is_empty() {
            self.is_changed = true;
        }
    }

    fn exit_tree(&mut self) {
        self.session = None;
        self.requested = None;
        monitor::remove();
    }

    fn process(&mut self, _delta: f64) {
        let begun = Instant::now();
        self.request_if_changed();
        let Some(answer) = self.session.as_ref().and_then(Session::take) else { return };
        match answer {
            Ok(answer) => {
                self.show(answer);
                self.last_update_usec = begun.elapsed().as_micros() as i64;
                monitor::set(self.last_update_usec);
                let understood = self.understood.to_variant();
                self.emit("updated", &understood);
            }
            Err(failure) => self.fail(&failure),
        }
    }
}

#[godot_api]
impl Att3DLive {
    /// The mesh shows the newest prompt.
    #[signal]
    fn updated(understood: GString);

    /// The newest prompt has no mesh.
    #[signal]
    fn failed(message: GString);

    /// Sets the prompt.
    #[func]
    fn set_prompt(&mut self, prompt: GString) {
        self.is_changed |= prompt != self.prompt;
        self.prompt = prompt;
    }

    /// Sets the prompts of a mix; empty to show `prompt`.
    #[func]
    fn set_prompts(&mut self, prompts: PackedStringArray) {
        self.is_changed |= prompts != self.prompts;
        self.prompts = prompts;
    }

    /// Sets the weights of a mix; empty for equal weights.
    #[func]
    fn set_weights(&mut self, weights: PackedFloat32Array) {
        self.is_changed |= weights != self.weights;
        self.weights = weights;
    }

    /// Sets whether the last word of the prompt may be unfinished.
    #[func]
    fn set_typing(&mut self, typing: bool) {
        self.is_changed |= typing != self.typing;
        self.typing = typing;
    }

    /// Returns whether the mesh does not show the newest prompt yet.
    #[func]
    fn is_pending(&self) -> bool {
        self.is_changed || self.session.as_ref().is_some_and(Session::is_pending)
    }

    /// Returns what was understood of the prompt of the mesh.
    #[func]
    fn get_understood(&self) -> GString {
        GString::from(&self.understood)
    }

    /// Returns the words that were left out.
    #[func]
    fn get_left_out(&self) -> PackedStringArray {
        packed(&self.left_out)
    }

    /// Returns the known word to which the last word was completed; empty if it was not completed.
    #[func]
    fn get_completed_word(&self) -> GString {
        GString::from(&self.word)
    }

    /// Returns why the newest prompt has no mesh; empty if it has one.
    #[func]
    fn get_error_message(&self) -> GString {
        GString::from(&self.error)
    }
}

impl Att3DLive {
    fn request_if_changed(&mut self) {
        if !self.is_changed && self.requested.is_none() {
            return;
        }
        let options = match options_of(self.options.as_ref(), RESOLUTION) {
            Ok(options) => options,
            Err(failure) => {
                self.is_changed = false;
                self.requested = None;
                self.fail(&failure);
                return;
            }
        };
        if !self.is_changed {
            let is_same = self.requested.as_ref().is_some_and(|(model, of)| {
                *of == options && self.model.as_ref().is_none_or(|given| given.bind().is_same(model))
            });
            if is_same {
                return;
            }
        }
        self.is_changed = false;
        let wish = if self.prompts.is_empty() {
            Wish::Prompt(self.prompt.to_string(), self.typing)
        } else if self.weights.is_empty() {
            Wish::Mix(strings(&self.prompts), vec![1.0; self.prompts.len()])
        } else {
            Wish::Mix(strings(&self.prompts), self.weights.to_vec())
        };
        if matches!(&wish, Wish::Prompt(prompt, _) if prompt.trim().is_empty()) {
            self.clear();
            return;
        }
        if self.session.is_none() {
            match Session::start() {
                Ok(session) => self.session = Some(session),
                Err(failure) => return self.fail(&failure),
            }
        }
        let model = model_of(self.model.as_ref());
        self.requested = Some((Arc::clone(&model), options.clone()));
        // A live mesh has only colors, because textures and hulls take longer than a frame.
        let options = Options { texture_size: 0, level_count: 0, hull_count: 0, ..options };
        if let Some(session) = &self.session {
            session.request(Request { model, options, wish });
        }
    }

    /// Shows nothing.
    fn clear(&mut self) {
        self.session = None;
        self.requested = None;
        self.show_nothing();
        self.emit("updated", &"".to_variant());
    }

    fn show_nothing(&mut self) {
        self.understood.clear();
        self.left_out.clear();
        self.word.clear();
        self.error.clear();
        self.base_mut().set_mesh(Gd::null_arg());
    }

    fn show(&mut self, answer: Answer) {
        (self.understood, self.left_out, self.word) = (answer.understood, answer.left_out, answer.word);
        self.error.clear();
        let Some(surface) = answer.surface else { return };
        let mut mesh = scene::array_mesh(&surface);
        let material = self.material.get_or_insert_with(|| scene::colored_material(surface.material));
        let [metallic, roughness] = surface.material;
        if material.get_metallic() != metallic || material.get_roughness() != roughness {
            material.set_metallic(metallic);
            material.set_roughness(roughness);
        }
        mesh.surface_set_material(0, &*material);
        self.base_mut().set_mesh(&mesh);
    }

    fn fail(&mut self, failure: &Failure) {
        if failure.kind == FailureKind::Canceled {
            return;
        }
        // While the user types, unfinished prompts fail often. They are not errors of the program.
        if failure.kind != FailureKind::Invalid {
            report(failure);
        }
        self.error = failure.message.clone();
        let message = failure.message.to_variant();
        self.emit("failed", &message);
    }

    /// Emits a signal after this call, so that its receivers may free the node.
    fn emit(&mut self, signal: &str, argument: &Variant) {
        self.base_mut().call_deferred("emit_signal", &[signal.to_variant(), argument.clone()]);
    }
}
