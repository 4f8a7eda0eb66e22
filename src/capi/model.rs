//! `att3d_model`: a package that is loaded on an engine.

use std::ffi::{CString, c_char, c_void};
use std::path::Path;
use std::sync::Arc;

use parking_lot::RwLock;

use super::context::{ContextBody, att3d_context};
use super::handle::{Opaque, body, free, give};
use super::log::ATT3D_LOG_INFO;
use super::pointers::{c_lines, c_text, output, text, values, write};
use super::progress::{Callback, att3d_progress, with_callback};
use super::status::{ATT3D_NULL_ARGUMENT, Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read_known};
use crate::error::ProgressCallback;
use crate::pipeline::{Description, Model, Package, PipelineError, WordGroup, package_bytes};

/// The model takes a shape in addition to the prompt.
pub const ATT3D_CAPABILITY_SHAPE: u32 = 1;
/// The model predicts metallic and roughness. Every model predicts color.
pub const ATT3D_CAPABILITY_MATERIALS: u32 = 2;
/// The model makes variants of a prompt, which a seed selects.
pub const ATT3D_CAPABILITY_SEEDS: u32 = 4;
/// The model has a list of known words (att3d_model_get_words). Other models accept any word and split it
/// into tokens.
pub const ATT3D_CAPABILITY_WORDS: u32 = 8;

/// A model that is loaded on a context's engine. The files of a model are called its package: model.json,
/// tokenizer.json and weights.safetensors, in one .att3d file or in a folder. Thread-safe.
pub struct att3d_model {
    _opaque: (),
}

/// Description of a model.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_model_info {
    /// sizeof(att3d_model_info), set by the caller.
    pub struct_size: u32,
    /// Version of the package's format.
    pub format_version: u32,
    /// ATT3D_CAPABILITY_... flags, combined with |.
    pub capabilities: u32,
    /// Number of known words; 0 without ATT3D_CAPABILITY_WORDS.
    pub word_count: u32,
    /// Largest number of tokens in a prompt, including the start token and the end token.
    pub context_length: u32,
    /// Meters per unit of object space, which is 2 units wide.
    pub meters_per_unit: f32,
    /// Number of parameters in the package.
    pub parameter_count: u64,
    /// Number of things that the model knows; 0 if the model's package has no word groups
    /// (att3d_model_get_word_groups). Since ABI 1.1.
    pub thing_count: u32,
    /// Always 0.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_model_info {
    const NAME: &'static str = "att3d_model_info";
    const FIRST_SIZE: usize = 32;
}

/// A model and its texts. The texts stay when the model is unloaded. Objects made from the model keep it
/// alive.
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
    /// Returns the texts of a description. model: the model; `None` for a description alone.
    fn new(description: &Description, model: Option<Model>, context: Arc<ContextBody>) -> Self {
        let config = description.config();
        let mut capabilities = 0;
        for (has, bit) in [
            (description.has_shape_input(), ATT3D_CAPABILITY_SHAPE),
            (description.has_materials(), ATT3D_CAPABILITY_MATERIALS),
            (description.has_seeds(), ATT3D_CAPABILITY_SEEDS),
            (!description.words().is_empty(), ATT3D_CAPABILITY_WORDS),
        ] {
            capabilities |= if has { bit } else { 0 };
        }
        let size = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        Self {
            info: att3d_model_info {
                struct_size: 0,
                format_version: config.format_version,
                capabilities,
                word_count: size(description.words().len()),
                context_length: size(config.text.context_length),
                meters_per_unit: config.meters_per_unit,
                parameter_count: description.parameter_count(),
                thing_count: size(description.thing_count().unwrap_or(0)),
                reserved: 0,
            },
            name: c_text(&config.name),
            license: c_text(&config.license),
            digest: c_text(description.digest()),
            words: c_lines(description.words()),
            groups: group_lines(description.word_groups()),
            loaded: RwLock::new(model.map(Arc::new)),
            context,
        }
    }

    /// Returns the model. Errors: `Unloaded`.
    pub(super) fn model(&self) -> Result<Arc<Model>, Failure> {
        self.loaded().ok_or_else(|| PipelineError::Unloaded.into())
    }

    /// Returns the model, or `None` if it was unloaded.
    pub(super) fn loaded(&self) -> Option<Arc<Model>> {
        self.loaded.read().clone()
    }
}

/// What a package states, and the model if it was loaded.
type Opened = (Arc<Description>, Option<Model>);

/// Opens the source that `desc` names with `open`, and writes the handle of the result.
///
/// # Safety
/// As for [`att3d_model_load`].
unsafe fn open(
    context: *const att3d_context,
    desc: *const att3d_load_desc,
    out_model: *mut *mut att3d_model,
    open: impl FnOnce(&ContextBody, Source<'_>, ProgressCallback<'_>) -> Result<Opened, PipelineError>,
) -> Result<(), Failure> {
    // The description is read first, so that the caller's callback data is released even if the call fails.
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (desc, refusal) = unsafe { read_known(desc) }?;
    let callback = Callback::of(desc.progress);
    refusal.map_or(Ok(()), Err)?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let source = unsafe { source(&desc) }?;
    with_callback(callback.as_ref(), |on_progress| {
        let place = output(out_model, "out_model")?;
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let context = unsafe { body(context) }?.clone();
        let (description, model) = open(&context, source, on_progress)?;
        if model.is_some() {
            context.log.say(ATT3D_LOG_INFO, &format!("loaded the model {}", description.config().name));
        }
        let body = ModelBody::new(&description, model, context);
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(Arc::new(body))) };
        Ok(())
    })
}

/// The package that an [`att3d_load_desc`] names.
enum Source<'a> {
    Bundled,
    File(&'a Path),
    Bytes(&'a [u8]),
}

/// Returns the package that `desc` names. Errors: `Failure` for contradictory fields.
///
/// # Safety
/// `desc.path` is a NUL-terminated text or null, and `desc.bytes` points to `desc.size` bytes or is null.
/// Both stay valid as long as `desc` is borrowed.
unsafe fn source(desc: &att3d_load_desc) -> Result<Source<'_>, Failure> {
    if desc.reserved != 0 {
        let found = desc.reserved;
        return Err(Failure::invalid(format!("att3d_load_desc.reserved is {found}: leave it 0")));
    }
    if desc.bytes.is_null() && desc.size != 0 {
        let found = desc.size;
        let message = format!("att3d_load_desc.size is {found} and bytes is NULL: give bytes");
        return Err(Failure::new(ATT3D_NULL_ARGUMENT, message));
    }
    match (desc.path.is_null(), desc.bytes.is_null()) {
        (true, true) => Ok(Source::Bundled),
        (false, false) => Err(Failure::invalid("att3d_load_desc has a path and bytes: give one of them")),
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        (false, true) => Ok(Source::File(Path::new(unsafe { text(desc.path, "path") }?))),
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        (true, false) => Ok(Source::Bytes(unsafe { values(desc.bytes.cast::<u8>(), desc.size, "bytes") }?)),
    }
}

/// Source of a model and progress of its loading.
/// NULL, or zero in every field after struct_size, selects the bundled model.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_load_desc {
    /// sizeof(att3d_load_desc).
    pub struct_size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Path of an .att3d file or of a package folder; UTF-8, NUL-terminated. NULL if bytes is set, or for the
    /// bundled model.
    pub path: *const c_char,
    /// Contents of an .att3d file, which are copied. NULL if path is set, or for the bundled model.
    pub bytes: *const c_void,
    /// Number of bytes; must be 0 if bytes is NULL.
    pub size: usize,
    /// Progress callback.
    pub progress: att3d_progress,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_load_desc {
    const NAME: &'static str = "att3d_load_desc";
    const FIRST_SIZE: usize = 8 + 6 * size_of::<usize>();
}

/// Loads the bundled model, or the model in a file, a folder or an array of bytes. Thread-safe.
/// Returns ATT3D_IO if the file cannot be read, and ATT3D_FORMAT if the package is damaged or has an
/// unsupported version. Returns ATT3D_OUT_OF_MEMORY if the model exceeds the context's memory_limit. Returns
/// ATT3D_UNSUPPORTED if this build has no bundled model.
/// @param context The context; not NULL.
/// @param desc Source of the model: a path, bytes, or neither for the bundled model. NULL for the bundled
/// model; struct_size must be set.
/// @param out_model Receives the model; not NULL; free it with att3d_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_load(
    context: *const att3d_context,
    desc: *const att3d_load_desc,
    out_model: *mut *mut att3d_model,
) -> att3d_status {
    let load = |context: &ContextBody, source: Source<'_>, on_progress: ProgressCallback<'_>| {
        let engine = context.context.engine();
        let model = match source {
            Source::File(path) => Model::open_with_progress(path, engine, on_progress)?,
            Source::Bytes(bytes) => Model::from_bytes_with_progress(bytes.to_vec(), engine, on_progress)?,
            Source::Bundled => {
                on_progress(0.0)?;
                let model = Model::bundled_on(engine)?;
                on_progress(1.0)?;
                model
            }
        };
        Ok((model.description().clone(), Some(model)))
    };
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { open(context, desc, out_model, load) })
}

/// Reads what a package states about its model, without the weights. Thread-safe.
/// The call takes some milliseconds, whatever the size of the file, so a host can list many packages with it.
/// It does not detect damaged weights. If a package folder states no checksum of its weights, the call reads
/// the weights once to compute it. The result is a model without weights, as after att3d_model_unload: the
/// functions att3d_model_get_... work, and all others return ATT3D_UNLOADED. Returns the statuses of
/// att3d_model_load, except that memory_limit is not checked. Since ABI 1.1.
/// @param context The context; not NULL.
/// @param desc As for att3d_model_load. The progress callback is called at the beginning and at the end.
/// @param out_model Receives the model; not NULL; free it with att3d_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_describe(
    context: *const att3d_context,
    desc: *const att3d_load_desc,
    out_model: *mut *mut att3d_model,
) -> att3d_status {
    let describe = |context: &ContextBody, source: Source<'_>, on_progress: ProgressCallback<'_>| {
        on_progress(0.0)?;
        let package = match source {
            Source::File(path) => Some(Package::describe(path)?),
            Source::Bytes(bytes) => Some(Package::describe_bytes(bytes.to_vec())?),
            Source::Bundled => None,
        };
        let description = match package {
            Some(package) => Arc::new(Description::of(&package, context.context.engine().service_line())?),
            None => Description::bundled()?,
        };
        on_progress(1.0)?;
        Ok((description, None))
    };
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { open(context, desc, out_model, describe) })
}

/// Gets the package of the bundled model as the contents of an .att3d file. Thread-safe.
/// Returns ATT3D_UNSUPPORTED if this build has no bundled model. Since ABI 1.1.
/// @param out_bytes Receives the bytes; not NULL. They are valid as long as the library is loaded.
/// @param out_size Receives the number of bytes; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_bundled_package(
    out_bytes: *mut *const c_void,
    out_size: *mut usize,
) -> att3d_status {
    guard(|| {
        let (bytes_place, size_place) = (output(out_bytes, "out_bytes")?, output(out_size, "out_size")?);
        let bytes = package_bytes()?;
        // SAFETY: `output` checked null and alignment; the C caller guarantees that both are writable.
        unsafe {
            write(bytes_place, bytes.as_ptr().cast());
            write(size_place, bytes.len());
        }
        Ok(())
    })
}

/// Frees a model. Objects made with it keep the data that they need and continue to work.
/// @param model The model; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_free(model: *mut att3d_model) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(model) });
}

/// Releases a model's weights even if latents, jobs and live sessions still refer to the model. Thread-safe.
/// Running work continues to its end. Later calls that need the weights return ATT3D_UNLOADED. Fields and
/// meshes continue to work. A second call has no further effect.
/// @param model The model; not NULL. It must still be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_unload(model: *const att3d_model) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let body = unsafe { body(model) }?;
        // The weights are dropped outside of the lock.
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
/// @param model The model; not NULL.
/// @param out_info Receives the description; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_info(
    model: *const att3d_model,
    out_info: *mut att3d_model_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, body) = unsafe { (place(out_info)?, body(model)?) };
        place.write(body.info);
        Ok(())
    })
}

/// Gets a model's name. Thread-safe.
/// @param model The model; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_name(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(model, out_text, |body| &body.name) })
}

/// Gets a model's license as an SPDX expression. Thread-safe.
/// @param model The model; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_license(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(model, out_text, |body| &body.license) })
}

/// Gets the digest of a model's package, which identifies the package. Thread-safe.
/// Packages with equal digests make equal meshes from equal prompts and options on the same machine.
/// @param model The model; not NULL.
/// @param out_text Receives 24 hexadecimal digits; not NULL. The text lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_digest(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(model, out_text, |body| &body.digest) })
}

/// Gets the words that a model knows, one per line, or "" without ATT3D_CAPABILITY_WORDS. Thread-safe.
/// @param model The model; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_words(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(model, out_text, |body| &body.words) })
}

/// Gets the phrases that a model knows, or "" if the model's package has no word groups. Thread-safe.
/// A word group is a named list of phrases in the package.
/// Each line has the name of the group, a tab, and the phrase, such as "furniture\tchair". The lines have the
/// order of the package.
/// @param model The model; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_get_word_groups(
    model: *const att3d_model,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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
    // SAFETY: the caller guarantees a valid handle and a writable output, which `output` has checked.
    unsafe { write(place, pick(body(model)?).as_ptr()) };
    Ok(())
}
