//! `att3d_live`: a live session, which follows a slider or a text field.

use std::ffi::c_char;
use std::sync::Arc;

use super::generate::{Choice, att3d_generate_desc};
use super::handle::{Opaque, body, free, give};
use super::job::{ended, limit};
use super::latent::att3d_latent;
use super::mesh::att3d_mesh;
use super::model::{ModelBody, att3d_model};
use super::pointers::{cut, optional_output, output, replaced_lines, text, write};
use super::status::{ATT3D_OK, att3d_status, guard, quietly, status_of};
use super::structs::{Versioned, place};
use super::work::finish;
use crate::pipeline::{LiveMesh, LiveSession, LiveStatus, PipelineError};

/// The prompt's last word was read as it is.
pub const ATT3D_WORD_WHOLE: u32 = 0;
/// The last word was completed to the only known word that begins with it.
pub const ATT3D_WORD_COMPLETED: u32 = 1;
/// The last word was left out, because several known words begin with it.
pub const ATT3D_WORD_LEFT_OUT: u32 = 2;

/// A session that generates the mesh of the newest request on a separate thread. Thread-safe.
pub struct att3d_live {
    _opaque: (),
}

/// State of a session: its newest request and its newest answer. An answer is a mesh, or a status that states
/// why there is no mesh. Texts are UTF-8, NUL-terminated, and truncated if they are too long.
/// word_state and the texts describe the newest answer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_live_info {
    /// sizeof(att3d_live_info), set by the caller.
    pub struct_size: u32,
    /// Reason why the newest answer has no mesh.
    /// ATT3D_OK if the newest answer has a mesh, or if there is no answer yet. The mesh may be that of an
    /// earlier request with an equal prompt (see att3d_live_set_prompt).
    pub status: att3d_status,
    /// Number of the newest request. The first request is 1; 0 means that there is no request yet.
    pub requested: u64,
    /// Number of the newest request that was answered; 0 if there is no answer yet.
    pub answered: u64,
    /// ATT3D_WORD_...
    pub word_state: u32,
    /// Always 0.
    pub reserved: u32,
    /// For ATT3D_WORD_COMPLETED, the known word to which the prompt's last word was completed.
    /// For ATT3D_WORD_LEFT_OUT, the word that was left out. For ATT3D_WORD_WHOLE, an empty text.
    pub word: [c_char; 64],
    /// Words that were left out of the prompt, one per line.
    pub left_out: [c_char; 256],
    /// Message for status; empty for ATT3D_OK.
    pub message: [c_char; 256],
    /// Words of the prompt that were replaced by known words.
    /// Each line has the word of the prompt, a tab, and the known word.
    pub replaced: [c_char; 256],
    /// Reading of the prompt, to show to users, such as "a green truck (left out: monster)".
    /// It is empty if att3d_reading_get_understood would give "".
    pub understood: [c_char; 256],
}

// SAFETY: `repr(C)`, `struct_size` first, integers without padding.
unsafe impl Versioned for att3d_live_info {
    const NAME: &'static str = "att3d_live_info";
    const FIRST_SIZE: usize = 1120;
}

/// A session, and the model whose context logs the warnings about the session's meshes.
pub(super) struct LiveBody {
    session: LiveSession,
    model: Arc<ModelBody>,
}

impl Opaque for att3d_live {
    type Body = LiveBody;
    const TAG: u32 = u32::from_le_bytes(*b"live");
    const NAME: &'static str = "live session";
}

/// Starts a session, which waits for its first request. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started. If the
/// model is unloaded later, att3d_live_info.status is ATT3D_UNLOADED for the answers that follow.
/// @param model The model; not NULL.
/// @param desc Options of every mesh; NULL for the defaults; struct_size must be set. The progress callback
/// is not called, and its release callback is called before this function returns.
/// @param out_live Receives the session; not NULL; free it with att3d_live_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_create(
    model: *const att3d_model,
    desc: *const att3d_generate_desc,
    out_live: *mut *mut att3d_live,
) -> att3d_status {
    guard(|| {
        // The description is read first, so that the caller's callback data is released even if the call
        // fails.
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_live, "out_live")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let model = unsafe { body(model) }?;
        model.model()?;
        let source = model.clone();
        let session = LiveSession::start(Box::new(move || source.loaded()), choice.options)?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(LiveBody { session, model: model.clone() })) };
        Ok(())
    })
}

/// Requests a prompt's mesh and returns immediately. Thread-safe.
/// If an earlier request still waits, it is dropped and is never answered. With a diffusion model, the
/// request also stops the work on an earlier request. If is_typing is nonzero, the session first completes or
/// leaves out an unfinished last word (see is_typing). If the prompt then equals the prompt of the newest
/// answer, no new mesh is generated, and the mesh of that answer belongs to this request too. There are two
/// exceptions, in which a new mesh is generated: the newest answer has no mesh, or a request after that
/// answer was stopped, which happens only with diffusion models.
/// @param live The session; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
/// @param is_typing Nonzero if the last word may be unfinished. The last word is used as it is if it is a
/// known word, or if no known word begins with it. If exactly one known word begins with it, it is completed
/// to that word. If several known words begin with it, it is left out. att3d_live_info.word_state states
/// which case applies.
/// @param out_request Receives the number of the request, which is 1 for the first; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_set_prompt(
    live: *const att3d_live,
    prompt: *const c_char,
    is_typing: u32,
    out_request: *mut u64,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (live, prompt, place) =
            unsafe { (body(live)?, text(prompt, "prompt")?, optional_output(out_request, "out_request")?) };
        // SAFETY: `optional_output` checked alignment; the caller guarantees that it is writable.
        unsafe { tell(place, live.session.set_prompt(prompt, is_typing != 0)) };
        Ok(())
    })
}

/// Writes a number to a place; does nothing for `None`.
///
/// # Safety
/// `place` came from `optional_output`, and the C caller guarantees that it is writable.
unsafe fn tell(place: Option<*mut u64>, number: u64) {
    if let Some(place) = place {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        unsafe { write(place, number) };
    }
}

/// Requests a latent's mesh and returns immediately. Thread-safe.
/// If an earlier request still waits, it is dropped and is never answered. With a diffusion model, the
/// request also stops the work on an earlier request. Returns ATT3D_INVALID_ARGUMENT for a latent of another
/// model handle.
/// @param live The session; not NULL.
/// @param latent A latent of the session's model handle; not NULL.
/// @param out_request Receives the number of the request, which is 1 for the first; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_set_latent(
    live: *const att3d_live,
    latent: *const att3d_latent,
    out_request: *mut u64,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (live, latent, place) =
            unsafe { (body(live)?, body(latent)?, optional_output(out_request, "out_request")?) };
        if !Arc::ptr_eq(&live.model, &latent.model) {
            return Err(PipelineError::ForeignLatent.into());
        }
        // SAFETY: `optional_output` checked alignment; the caller guarantees that it is writable.
        unsafe { tell(place, live.session.set_source(latent.source())) };
        Ok(())
    })
}

/// Waits until the newest request is answered. Thread-safe.
/// Returns ATT3D_TIMEOUT if the time passes first, and ATT3D_BUSY inside a callback.
/// @param live The session; not NULL.
/// @param milliseconds Longest wait in milliseconds; 0 to return at once; ATT3D_FOREVER for no limit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_wait(live: *const att3d_live, milliseconds: u32) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let session = &unsafe { body(live) }?.session;
        ended(session.wait(limit(milliseconds))?, milliseconds)
    })
}

/// Takes the newest mesh if it was not taken yet. The call does not wait for work. Thread-safe.
/// @param live The session; not NULL.
/// @param out_mesh Receives the mesh, or NULL if there is no new mesh; free it with att3d_mesh_free. out_mesh
/// itself must not be NULL.
/// @param out_request Receives the number of the request for which the mesh was generated, or 0 without a
/// mesh; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_take_mesh(
    live: *const att3d_live,
    out_mesh: *mut *mut att3d_mesh,
    out_request: *mut u64,
) -> att3d_status {
    guard(|| {
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (body, number) = unsafe { (body(live)?, optional_output(out_request, "out_request")?) };
        let (mesh, request) = match body.session.take() {
            Some(LiveMesh { request, generated }) => (finish(generated, &body.model), request),
            None => (std::ptr::null_mut(), 0),
        };
        // SAFETY: both were checked for null and alignment; the caller guarantees that they are writable.
        unsafe {
            write(place, mesh);
            tell(number, request);
        }
        Ok(())
    })
}

/// Gets the state of a session's answers. Thread-safe.
/// @param live The session; not NULL.
/// @param out_info Receives the state; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_get_info(
    live: *const att3d_live,
    out_info: *mut att3d_live_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, live) = unsafe { (place(out_info)?, body(live)?) };
        let LiveStatus { requested, answered, typed, reading, failure } = live.session.status();
        let (word_state, word) = match (&typed.completed, &typed.unfinished) {
            (Some(word), _) => (ATT3D_WORD_COMPLETED, word.as_str()),
            (None, Some(word)) => (ATT3D_WORD_LEFT_OUT, word.as_str()),
            (None, None) => (ATT3D_WORD_WHOLE, ""),
        };
        let (status, message) = match &failure {
            Some(error) => (status_of(error), error.to_string()),
            None => (ATT3D_OK, String::new()),
        };
        place.write(att3d_live_info {
            struct_size: 0,
            status,
            requested,
            answered,
            word_state,
            reserved: 0,
            word: cut(word),
            left_out: cut(&reading.left_out.join("\n")),
            message: cut(&message),
            replaced: cut(&replaced_lines(&reading).to_string_lossy()),
            understood: cut(&reading.understood().unwrap_or_default()),
        });
        Ok(())
    })
}

/// Stops a session, waits for its end and frees it. Inside a callback the function does not wait.
/// @param live The session; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_free(live: *mut att3d_live) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(live) });
}
