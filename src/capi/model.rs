//! `att3d_model`: a package, ready to run.

use std::ffi::{CString, c_char, c_void};
use std::path::Path;
use std::sync::Arc;

use parking_lot::RwLock;

use super::context::{ContextBody, att3d_context};
use super::handle::{Opaque, body, free, give};
use super::log::{ATT3D_LOG_INFO, att3d_release_fn};
use super::pointers::{c_lines, c_text, output, text, values, write};
use super::progress::{Callback, att3d_progress_fn, watched};
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read_known};
use crate::error::Watch;
use crate::pipeline::{Model, PipelineError, WordGroup};

/// It takes a shape beside the prompt.
pub const ATT3D_CAPABILITY_SHAPE: u32 = 1;
/// It predicts metallic and roughness; colour is always there.
pub const ATT3D_CAPABILITY_MATERIALS: u32 = 2;
/// It makes several meshes of one prompt, by seed.
pub const ATT3D_CAPABILITY_SEEDS: u32 = 4;
/// It has a list of known words (att3d_model_get_words); others spell any word out of pieces.
pub const ATT3D_CAPABILITY_WORDS: u32 = 8;

/// A package on a context's engine. Thread-safe.
pub struct att3d_model {
    _opaque: (),
}

/// What a model is and can do.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_model_info {
    /// sizeof(att3d_model_info), set by the caller.
    pub struct_size: u32,
    /// The package's format.
    pub format_version: u32,
    /// ATT3D_CAPABILITY_..., or-ed.
    pub capabilities: u32,
    /// Known words; 0 without ATT3D_CAPABILITY_WORDS.
    pub word_count: u32,
    /// Tokens that a prompt may have, with its start and end.
    pub context_length: u32,
    /// Metres for one unit of object space, which is 2 units wide.
    pub metres_per_unit: f32,
    /// Numbers in the package.
    pub parameter_count: u64,
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_model_info {
    const NAME: &'static str = "att3d_model_info";
    const FIRST_SIZE: usize = 32;
}

/// A model and its texts, which outlive its weights. What was made of it keeps it alive.
pub(super) struct ModelBody {
    loaded: RwLock<Option<Arc<Model>>>,
    pub(super) context: Arc<ContextBody>,
    info: att3d_model_info,
    name: CString,
    license: CString,
    digest: CString,
    words: CString,
    groups: CString,
}

impl Opaque for att3d_model {
    type Body = Arc<ModelBody>;
    const TAG: u32 = u32::from_le_bytes(*b"modl");
    const NAME: &'static str = "model";
}

impl ModelBody {
    fn new(model: Model, context: Arc<ContextBody>) -> Self {
        let config = model.config();
        let mut capabilities = 0;
        for (has, bit) in [
            (model.has_shape_input(), ATT3D_CAPABILITY_SHAPE),
            (model.has_materials(), ATT3D_CAPABILITY_MATERIALS),
            (model.has_seeds(), ATT3D_CAPABILITY_SEEDS),
            (!model.words().is_empty(), ATT3D_CAPABILITY_WORDS),
        ] {
            capabilities |= if has { bit } else { 0 };
        }
        let size = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        Self {
            info: att3d_model_info {
                struct_size: 0,
                format_version: config.format_version,
                capabilities,
                word_count: size(model.words().len()),
                context_length: size(config.text.context_length),
                metres_per_unit: config.metres_per_unit,
                parameter_count: model.parameter_count(),
            },
            name: c_text(&config.name),
            license: c_text(&config.license),
            digest: c_text(model.digest()),
            words: c_lines(model.words()),
            groups: group_lines(model.word_groups()),
            loaded: RwLock::new(Some(Arc::new(model))),
            context,
        }
    }

    /// The model, unless it was unloaded.
    pub(super) fn model(&self) -> Result<Arc<Model>, Failure> {
        self.loaded().ok_or_else(|| PipelineError::Unloaded.into())
    }

    /// The model, or none.
    pub(super) fn loaded(&self) -> Option<Arc<Model>> {
        self.loaded.read().clone()
    }
}

/// Loads a model and writes its handle.
///
/// # Safety
/// `context` is a handle or null; `out_model` is writable or null.
unsafe fn load(
    context: *const att3d_context,
    out_model: *mut *mut att3d_model,
    open: impl FnOnce(&ContextBody) -> Result<Model, Failure>,
) -> Result<(), Failure> {
    let place = output(out_model, "out_model")?;
    // SAFETY: the caller's promise.
    let context = unsafe { body(context) }?.clone();
    let model = open(&context)?;
    context.log.say(ATT3D_LOG_INFO, &format!("loaded the model {}", model.config().name));
    // SAFETY: from `output`.
    unsafe { write(place, give(Arc::new(ModelBody::new(model, context)))) };
    Ok(())
}

/// What is loaded, and how. NULL and all zero are the bundled model. Since 0.8.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_load_desc {
    /// sizeof(att3d_load_desc).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// An .att3d file or a package folder: UTF-8, NUL-terminated; NULL for the bytes or for the bundled model.
    pub path: *const c_char,
    /// The bytes of an .att3d file, which are copied; NULL for the path or for the bundled model.
    pub bytes: *const c_void,
    /// How many bytes.
    pub size: usize,
    /// NULL for none; as in att3d_generate_desc.
    pub progress: att3d_progress_fn,
    /// Handed to progress; must stay valid until the call returns.
    pub progress_user: *mut c_void,
    /// As in att3d_generate_desc.
    pub progress_release: att3d_release_fn,
}

// SAFETY: repr(C), struct_size first; integers and pointers, of which zero is null.
unsafe impl Versioned for att3d_load_desc {
    const NAME: &'static str = "att3d_load_desc";
    const FIRST_SIZE: usize = 8 + 6 * size_of::<usize>();
}

/// Loads a model, with progress. ATT3D_CANCELLED where progress stopped it. Thread-safe. Since 0.8.
/// @param context not NULL.
/// @param desc a path, or bytes, or neither for the bundled model; NULL for the bundled model; struct_size set.
/// @param out_model not NULL; free with att3d_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_load(
    context: *const att3d_context,
    desc: *const att3d_load_desc,
    out_model: *mut *mut att3d_model,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        let callback = Callback::of(desc.progress, desc.progress_user, desc.progress_release);
        refusal.map_or(Ok(()), Err)?;
        if desc.reserved != 0 {
            let found = desc.reserved;
            return Err(Failure::invalid(format!("att3d_load_desc.reserved is {found}: leave it 0")));
        }
        if !desc.path.is_null() && !(desc.bytes.is_null() && desc.size == 0) {
            return Err(Failure::invalid("att3d_load_desc has a path and bytes: give one of them"));
        }
        let open = |body: &ContextBody, watch: Watch<'_>| {
            let engine = body.context.engine();
            if !desc.path.is_null() {
                // SAFETY: the header's promise.
                let path = unsafe { text(desc.path, "path") }?;
                return Ok(Model::open_watched(Path::new(path), engine, watch)?);
            }
            if !desc.bytes.is_null() || desc.size != 0 {
                // SAFETY: the header's promise.
                let bytes = unsafe { values(desc.bytes.cast::<u8>(), desc.size, "bytes") }?;
                return Ok(Model::from_bytes_watched(bytes.to_vec(), engine, watch)?);
            }
            watch(0.0).map_err(PipelineError::from)?;
            let model = Model::bundled(engine)?;
            watch(1.0).map_err(PipelineError::from)?;
            Ok(model)
        };
        watched(callback.as_ref(), |watch| {
            // SAFETY: the header's promise.
            unsafe { load(context, out_model, |body| open(body, watch)) }
        })
    })
}

/// Loads a package: an .att3d file or a folder. Thread-safe.
/// @param context not NULL.
/// @param path UTF-8, NUL-terminated, not NULL.
/// @param out_model not NULL; free with att3d_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_load_file(
    context: *const att3d_context,
    path: *const c_char,
    out_model: *mut *mut att3d_model,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        unsafe {
            let path = text(path, "path")?;
            load(context, out_model, |body| Ok(Model::open(Path::new(path), body.context.engine())?))
        }
    })
}

/// Loads a package from the bytes of an .att3d file; they are copied. Thread-safe.
/// @param context not NULL.
/// @param bytes not NULL; `size` bytes.
/// @param out_model not NULL; free with att3d_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_load_memory(
    context: *const att3d_context,
    bytes: *const c_void,
    size: usize,
    out_model: *mut *mut att3d_model,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        unsafe {
            let bytes = values(bytes.cast::<u8>(), size, "bytes")?;
            load(context, out_model, |body| Ok(Model::from_bytes(bytes.to_vec(), body.context.engine())?))
        }
    })
}

/// Loads the model that is inside the library. ATT3D_UNSUPPORTED where it was built without. Thread-safe.
/// @param context not NULL.
/// @param out_model not NULL; free with att3d_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_load_bundled(
    context: *const att3d_context,
    out_model: *mut *mut att3d_model,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        unsafe { load(context, out_model, |body| Ok(Model::bundled(body.context.engine())?)) }
    })
}

/// Frees a model. What was made with it keeps what it needs alive, and goes on working.
/// @param model NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_free(model: *mut att3d_model) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(model) });
}

/// Lets go of a model's weights though latents, jobs and sessions still name it: what runs is finished, what is asked
/// later gets ATT3D_UNLOADED. Fields and meshes work on. Thread-safe.
/// @param model not NULL; still to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_unload(model: *const att3d_model) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let body = unsafe { body(model) }?;
        // Freed outside the lock.
        let weights = body.loaded.write().take();
        if weights.is_some() {
            drop(weights);
            body.context.context.trim();
            let name = body.name.to_string_lossy();
            body.context.log.say(ATT3D_LOG_INFO, &format!("unloaded the model {name}"));
        }
        Ok(())
    })
}

/// Describes a model. Thread-safe.
/// @param model not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_info(
    model: *const att3d_model,
    out_info: *mut att3d_model_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, body) = unsafe { (place(out_info)?, body(model)?) };
        place.write(body.info);
        Ok(())
    })
}

/// A model's name. Thread-safe.
/// @param model not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_name(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(model, out_text, |body| &body.name) })
}

/// A model's licence, as an SPDX expression. Thread-safe.
/// @param model not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_license(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(model, out_text, |body| &body.license) })
}

/// A short hash of a model's package, for provenance: equal digests make equal meshes. Thread-safe.
/// @param model not NULL.
/// @param out_text not NULL; hexadecimal, lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_digest(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(model, out_text, |body| &body.digest) })
}

/// The words that a model knows, a line each; "" where it spells any word out of pieces. Thread-safe.
/// @param model not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_words(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(model, out_text, |body| &body.words) })
}

/// What a model knows, in order, a line a phrase: the group, a tab, the phrase ("furniture", "chair"); "" where its package
/// does not say. Thread-safe.
/// @param model not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_word_groups(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(model, out_text, |body| &body.groups) })
}

fn group_lines(groups: &[WordGroup]) -> CString {
    let of = |group: &WordGroup| -> Vec<String> {
        group.phrases.iter().map(|phrase| format!("{}\t{phrase}", group.name)).collect()
    };
    c_lines(&groups.iter().flat_map(of).collect::<Vec<_>>())
}

/// Writes one of a model's texts.
///
/// # Safety
/// `model` is a handle or null; `out_text` is writable or null.
unsafe fn lend(
    model: *const att3d_model,
    out_text: *mut *const c_char,
    pick: fn(&ModelBody) -> &CString,
) -> Result<(), Failure> {
    let place = output(out_text, "out_text")?;
    // SAFETY: the caller's promise; from `output`.
    unsafe { write(place, pick(body(model)?).as_ptr()) };
    Ok(())
}
