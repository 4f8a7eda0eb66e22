//! A node that generates meshes in the background.

use godot::classes::{INode, Mesh, Node};
use godot::global::Error;
use godot::prelude::*;

use super::model::Att3DModel;
use super::options::{Att3DOptions, Chosen};
use super::result::Att3DResult;
use super::texts::strings;
use super::{model_of, options_of};
use crate::config::{code, report};
use crate::input;
use crate::library::{Failure, FailureKind, library};
use crate::made::Made;
use crate::stylize::Source;
use crate::tasks::Job;
use crate::work::{Order, make, shares};

/// Resolution if there are no options.
const RESOLUTION: u32 = 128;

/// A node that generates meshes in the background, one at a time. It must be in the scene tree.
#[derive(GodotClass)]
#[class(tool, init, base = Node)]
pub struct Att3DGenerator {
    #[export]
    model: Option<Gd<Att3DModel>>,
    #[export]
    options: Option<Gd<Att3DOptions>>,
    job: Option<Job<Made>>,
    /// The mesh that is painted.
    given: Option<Gd<Mesh>>,
    /// Warnings about the given mesh.
    warnings: Vec<String>,
    fraction: f32,
    error: String,
    base: Base<Node>,
}

#[godot_api]
impl INode for Att3DGenerator {
    fn process(&mut self, _delta: f64) {
        let Some(job) = &self.job else { return };
        let fraction = job.fraction();
        let taken = job.take();
        if fraction > self.fraction {
            self.fraction = fraction;
            self.emit("progress", &fraction.to_variant());
        }
        if let Some(outcome) = taken {
            self.job = None;
            self.finish(outcome);
        }
    }

    fn exit_tree(&mut self) {
        // Outside the tree, `process` is not called, so nothing would poll the job.
        self.job = None;
        self.given = None;
    }
}

#[godot_api]
impl Att3DGenerator {
    /// The fraction of the work that is done has grown.
    #[signal]
    fn progress(fraction: f32);

    /// The work is done.
    #[signal]
    fn completed(result: Gd<Att3DResult>);

    /// The work has failed or was canceled.
    #[signal]
    fn failed(message: GString);

    /// Starts to generate the mesh of a prompt.
    #[func]
    fn generate(&mut self, prompt: GString, #[opt(default = Chosen::none())] options: Chosen) -> Error {
        let order = checked(&prompt).map(|prompt| (Order::Prompt(prompt), None, Vec::new()));
        self.start(order, options.0)
    }

    /// Starts to generate one mesh that is a mix of several prompts.
    #[func]
    fn interpolate(
        &mut self,
        prompts: PackedStringArray,
        weights: PackedFloat32Array,
        #[opt(default = Chosen::none())] options: Chosen,
    ) -> Error {
        let prompts = strings(&prompts);
        let weights = weights.to_vec();
        let order = shares(prompts.len(), &weights).map(|_| (Order::Mix(prompts, weights), None, Vec::new()));
        self.start(order, options.0)
    }

    /// Starts to generate the mesh of the first prompt, with a blend shape for each further prompt.
    #[func]
    fn morph(
        &mut self,
        prompts: PackedStringArray,
        #[opt(default = Chosen::none())] options: Chosen,
    ) -> Error {
        let prompts = strings(&prompts);
        let order = if (2..=64).contains(&prompts.len()) {
            Ok((Order::Morph(prompts), None, Vec::new()))
        } else {
            Err(Failure::invalid(format!("there are {} prompts; expected 2 to 64", prompts.len())))
        };
        self.start(order, options.0)
    }

    /// Starts to apply a prompt to a mesh: new materials for it, or a new mesh of about its shape.
    #[func]
    fn stylize(
        &mut self,
        mesh: Option<Gd<Mesh>>,
        prompt: GString,
        #[opt(default = 1.0)] keep: f32,
        #[opt(default = true)] keep_geometry: bool,
        #[opt(default = Chosen::none())] options: Chosen,
    ) -> Error {
        let order = stylized(mesh, &prompt, keep, keep_geometry);
        self.start(order, options.0)
    }

    /// Stops the work. The signal `failed` follows.
    #[func]
    fn cancel(&mut self) {
        if self.job.take().is_some() {
            self.finish(Err(Failure::canceled()));
        }
    }

    /// Returns whether work is running.
    #[func]
    fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// Returns the fraction of the work that is done, 0 to 1.
    #[func]
    fn get_fraction(&self) -> f32 {
        self.fraction
    }

    /// Returns why the last work failed; empty if it succeeded.
    #[func]
    fn get_error_message(&self) -> GString {
        GString::from(&self.error)
    }
}

/// An order, the mesh that it paints, and warnings about that mesh.
type Prepared = (Order, Option<Gd<Mesh>>, Vec<String>);

fn checked(prompt: &GString) -> Result<String, Failure> {
    let prompt = prompt.to_string();
    if prompt.trim().is_empty() {
        return Err(Failure::invalid("the prompt is empty; expected a thing, such as `a green truck`"));
    }
    Ok(prompt)
}

fn stylized(
    mesh: Option<Gd<Mesh>>,
    prompt: &GString,
    keep: f32,
    keep_geometry: bool,
) -> Result<Prepared, Failure> {
    let prompt = checked(prompt)?;
    if !(0.0..=1.0).contains(&keep) {
        return Err(Failure::invalid(format!("keep is {keep}; expected a share from 0 to 1")));
    }
    let mesh = mesh.ok_or_else(|| Failure::invalid("the mesh is null; expected a mesh with triangles"))?;
    let (source, warnings): (Source, Vec<String>) = input::source_of(&mesh)?;
    if keep_geometry {
        Ok((Order::Paint(source, prompt), Some(mesh), warnings))
    } else {
        Ok((Order::Reshape(source, prompt, keep), None, warnings))
    }
}

impl Att3DGenerator {
    fn start(&mut self, order: Result<Prepared, Failure>, options: Option<Gd<Att3DOptions>>) -> Error {
        if self.job.is_some() {
            let message =
                "the generator is busy; wait for its signal `completed` or `failed`, or call cancel()";
            godot::global::push_error(&[format!("att3d: {message}").to_variant()]);
            return Error::ERR_BUSY;
        }
        match self.started(order, options) {
            Ok(()) => Error::OK,
            Err(failure) => {
                self.error = failure.message.clone();
                report(&failure);
                if self.base().is_inside_tree() { code(&failure) } else { Error::ERR_UNCONFIGURED }
            }
        }
    }

    fn started(
        &mut self,
        order: Result<Prepared, Failure>,
        options: Option<Gd<Att3DOptions>>,
    ) -> Result<(), Failure> {
        library()?;
        if !self.base().is_inside_tree() {
            return Err(Failure::invalid("the generator is not in the scene tree; add it to a scene first"));
        }
        let (order, given, warnings) = order?;
        let options = options_of(options.as_ref().or(self.options.as_ref()), RESOLUTION)?;
        let model = model_of(self.model.as_ref());
        self.job = Some(Job::start(move |progress| make(&model, order, &options, progress))?);
        (self.given, self.warnings, self.fraction) = (given, warnings, 0.0);
        self.error.clear();
        Ok(())
    }

    fn finish(&mut self, outcome: Result<Made, Failure>) {
        let given = self.given.take();
        let warnings = std::mem::take(&mut self.warnings);
        let outcome = outcome.and_then(|mut made| {
            made.warnings.splice(0..0, warnings);
            Att3DResult::of(made, given.as_ref())
        });
        match outcome {
            Ok(result) => self.emit("completed", &result.to_variant()),
            Err(failure) => {
                self.error = failure.message.clone();
                if failure.kind != FailureKind::Canceled {
                    report(&failure);
                }
                self.emit("failed", &failure.message.to_variant());
            }
        }
    }

    /// Emits a signal after this call, so that its receivers may free the node.
    fn emit(&mut self, signal: &str, argument: &Variant) {
        self.base_mut().call_deferred("emit_signal", &[signal.to_variant(), argument.clone()]);
    }
}
