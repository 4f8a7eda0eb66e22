//! A model as a resource.

use std::sync::Arc;

use godot::classes::{IResource, Resource};
use godot::global::Error;
use godot::prelude::*;

use super::texts::packed;
use crate::config::{self, report};
use crate::ffi;
use crate::handles::{Context, desc};
use crate::library::{self, Failure};
use crate::models::{Loaded, Shared, Source, lines, pairs};

/// A model that turns prompts into meshes: the bundled one, or that of a package.
#[derive(GodotClass)]
#[class(tool, base = Resource)]
pub struct Att3DModel {
    #[export(file = "*.att3d")]
    #[var(get = get_package_path, set = set_package_path)]
    path: GString,
    #[export(storage)]
    #[var(get = get_data, set = set_data)]
    data: PackedByteArray,
    shared: Option<Arc<Shared>>,
    error: String,
    base: Base<Resource>,
}

#[godot_api]
impl IResource for Att3DModel {
    fn init(base: Base<Resource>) -> Self {
        Self { path: GString::new(), data: PackedByteArray::new(), shared: None, error: String::new(), base }
    }
}

#[godot_api]
impl Att3DModel {
    /// Returns the path of the package.
    #[func]
    fn get_package_path(&self) -> GString {
        self.path.clone()
    }

    /// Sets the path of the package; empty for the bundled model.
    #[func]
    fn set_package_path(&mut self, path: GString) {
        if path != self.path {
            self.path = path;
            self.changed();
        }
    }

    /// Returns the contents of the package.
    #[func]
    fn get_data(&self) -> PackedByteArray {
        self.data.clone()
    }

    /// Sets the contents of the package, which are used instead of the path.
    #[func]
    fn set_data(&mut self, data: PackedByteArray) {
        self.data = data;
        self.changed();
    }

    /// Loads the model if it is not loaded.
    #[func]
    fn load_model(&mut self) -> Error {
        match self.loaded() {
            Ok(_) => Error::OK,
            Err(failure) => report(&failure),
        }
    }

    /// Returns whether the model is loaded.
    #[func]
    fn is_loaded(&self) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.is_loaded())
    }

    /// Returns why the last call failed; empty if it succeeded.
    #[func]
    fn get_error_message(&self) -> GString {
        GString::from(&self.error)
    }

    /// Describes the model; empty on failure.
    #[func]
    fn get_info(&mut self) -> VarDictionary {
        self.answer(info)
    }

    /// Returns the phrases that the model knows by their groups; empty on failure.
    #[func]
    fn get_words(&mut self) -> VarDictionary {
        self.answer(|loaded| {
            let mut groups = VarDictionary::new();
            let phrases = pairs(&loaded.text(ffi::Library::att3d_model_get_word_groups)?);
            if phrases.is_empty() {
                let words = lines(&loaded.text(ffi::Library::att3d_model_get_words)?);
                if !words.is_empty() {
                    groups.set("", &packed(&words));
                }
                return Ok(groups);
            }
            let mut start = 0;
            while start < phrases.len() {
                let group = &phrases[start].0;
                let count = phrases[start..].iter().take_while(|(of, _)| of == group).count();
                let words: Vec<String> =
                    phrases[start..start + count].iter().map(|(_, word)| word.clone()).collect();
                groups.set(group.as_str(), &packed(&words));
                start += count;
            }
            Ok(groups)
        })
    }

    /// Reads a prompt without generating: what is understood, left out and replaced.
    #[func]
    fn read_prompt(&mut self, prompt: GString) -> VarDictionary {
        let read = self.loaded().and_then(|loaded| loaded.read(&prompt.to_string(), 0));
        let error = read.as_ref().err().map_or_else(String::new, |failure| failure.message.clone());
        let read = read.unwrap_or_default();
        self.error = error;
        let mut replaced = VarDictionary::new();
        for (word, known) in &read.replaced {
            replaced.set(word.as_str(), known.as_str());
        }
        vdict! {
            "understood" => read.shown(),
            "phrase" => read.phrase.as_str(),
            "thing" => read.thing.as_str(),
            "attributes" => &packed(&read.attributes),
            "left_out" => &packed(&read.left_out),
            "replaced" => &replaced,
            "error" => self.error.as_str(),
        }
    }
}

impl Att3DModel {
    /// Returns the model, which may not be loaded yet.
    pub fn shared(&mut self) -> Arc<Shared> {
        let settings = config::settings();
        if let Some(shared) = &self.shared
            && shared.is_usable(settings)
        {
            return Arc::clone(shared);
        }
        let source = if self.data.is_empty() {
            config::source(&self.path)
        } else {
            Source::Bytes(self.path.to_string(), Arc::new(self.data.to_vec()))
        };
        let shared = Arc::new(Shared::new(source, settings));
        self.shared = Some(Arc::clone(&shared));
        shared
    }

    /// Returns whether `model` is still the model of this resource.
    pub fn is_same(&self, model: &Arc<Shared>) -> bool {
        self.shared.as_ref().is_some_and(|shared| Arc::ptr_eq(shared, model))
    }

    fn changed(&mut self) {
        self.shared = None;
        self.error.clear();
        self.base_mut().emit_changed();
    }

    fn loaded(&mut self) -> Result<Arc<Loaded>, Failure> {
        let loaded = self.shared().for_reading();
        self.error = loaded.as_ref().err().map_or_else(String::new, |failure| failure.message.clone());
        loaded
    }

    fn answer(&mut self, get: impl FnOnce(&Loaded) -> Result<VarDictionary, Failure>) -> VarDictionary {
        self.loaded().and_then(|loaded| get(&loaded)).unwrap_or_else(|failure| {
            self.error = failure.message.clone();
            report(&failure);
            VarDictionary::new()
        })
    }
}

/// Names of the capabilities, by the bits of their flags.
const CAPABILITIES: [&str; 4] = ["shape", "materials", "seeds", "words"];

fn info(loaded: &Loaded) -> Result<VarDictionary, Failure> {
    let mut info = desc!(att3d_model_info);
    // SAFETY: the handle is valid, and the struct states its size.
    loaded.api().check(unsafe { loaded.api().att3d_model_get_info(loaded.model.raw(), &mut info) })?;
    let has = |&(bit, _): &(usize, &str)| info.capabilities & (1 << bit) != 0;
    let capabilities: Vec<String> =
        CAPABILITIES.into_iter().enumerate().filter(has).map(|(_, name)| name.to_owned()).collect();
    let context = context_info(&loaded.context)?;
    Ok(vdict! {
        "name" => loaded.text(ffi::Library::att3d_model_get_name)?.as_str(),
        "license" => loaded.text(ffi::Library::att3d_model_get_license)?.as_str(),
        "digest" => loaded.text(ffi::Library::att3d_model_get_digest)?.as_str(),
        "capabilities" => &packed(&capabilities),
        "format_version" => info.format_version,
        "word_count" => info.word_count,
        "context_length" => info.context_length,
        "meters_per_unit" => info.meters_per_unit,
        "parameter_count" => info.parameter_count as i64,
        "engine" => if context.engine == ffi::ATT3D_ENGINE_TORCH { "torch" } else { "embedded" },
        "device" => if context.device == ffi::ATT3D_DEVICE_CUDA { "cuda" } else { "cpu" },
        "threads" => context.thread_count,
        "is_worker" => context.is_worker != 0,
        "library_version" => library::version()?.as_str(),
        "library_path" => loaded.api().path.to_string_lossy().as_ref(),
    })
}

fn context_info(context: &Context) -> Result<ffi::att3d_context_info, Failure> {
    let mut info = desc!(att3d_context_info);
    // SAFETY: the handle is valid, and the struct states its size.
    context.api().check(unsafe { context.api().att3d_context_get_info(context.raw(), &mut info) })?;
    Ok(info)
}
