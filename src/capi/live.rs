//! `att3d_live`: a session for sliders and text fields.

use std::ffi::c_char;
use std::sync::Arc;

use super::generate::{Choice, att3d_generate_desc, finish};
use super::handle::{Opaque, body, free, give};
use super::job::{ended, limit};
use super::latent::att3d_latent;
use super::mesh::att3d_mesh;
use super::model::{ModelBody, att3d_model};
use super::pointers::{cut, optional_output, output, replaced_lines, text, write};
use super::status::{ATT3D_OK, att3d_status, guard, quietly, status_of};
use super::structs::{Versioned, place};
use crate::pipeline::{LiveMesh, LiveSession, LiveStatus, PipelineError};

/// The prompt's last word was read as it stands.
pub const ATT3D_WORD_WHOLE: u32 = 0;
/// It was completed to the only known word that begins so.
pub const ATT3D_WORD_COMPLETED: u32 = 1;
/// It was left out, since several known words begin so.
pub const ATT3D_WORD_LEFT_OUT: u32 = 2;

/// Makes the newest request's mesh, again and again, and keeps its buffers. Thread-safe.
pub struct att3d_live {
    _opaque: (),
}

/// What a session did with the newest request that it answered. Texts are UTF-8, NUL-terminated, cut where they are
/// longer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_live_info {
    /// sizeof(att3d_live_info), set by the caller.
    pub struct_size: u32,
    /// Why the newest answer is no mesh; ATT3D_OK where it is one, or where the mesh before it still is the answer.
    pub status: att3d_status,
    /// The number of the newest request; the first is 1.
    pub requested: u64,
    /// The number of the newest request that was answered.
    pub answered: u64,
    /// ATT3D_WORD_...
    pub word_state: u32,
    /// 0.
    pub reserved: u32,
    /// The word completed to, or the word left out.
    pub word: [c_char; 64],
    /// Words of the prompt that the model does not know, a line each.
    pub unknown_words: [c_char; 256],
    /// The text that goes with status.
    pub message: [c_char; 256],
    /// Words of the prompt that were read as known ones, a line each: the word, a tab, the known word. Since 0.4.
    pub replaced_words: [c_char; 256],
    /// What was understood of the prompt where that differs from it, for people: "a green truck (left out: monster)". Empty where it
    /// does not differ. Since 0.8.
    pub understood: [c_char; 256],
}

// SAFETY: repr(C), struct_size first, integers alone.
unsafe impl Versioned for att3d_live_info {
    const NAME: &'static str = "att3d_live_info";
    const FIRST_SIZE: usize = 608;
}

/// A session, and its model for the log.
pub(super) struct LiveBody {
    session: LiveSession,
    model: Arc<ModelBody>,
}

impl Opaque for att3d_live {
    type Body = LiveBody;
    const TAG: u32 = u32::from_le_bytes(*b"live");
    const NAME: &'static str = "live session";
}

/// Starts a session; it waits for its first request. After att3d_model_unload its answers are ATT3D_UNLOADED. Thread-safe.
/// @param model not NULL.
/// @param desc of every mesh; NULL for the default; struct_size set. Its progress callback is not called.
/// @param out_live not NULL; free with att3d_live_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_create(
    model: *const att3d_model,
    desc: *const att3d_generate_desc,
    out_live: *mut *mut att3d_live,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_live, "out_live")?;
        // SAFETY: the header's promise.
        let model = unsafe { body(model) }?;
        model.model()?;
        let source = model.clone();
        let session = LiveSession::start(Box::new(move || source.loaded()), choice.options)?;
        // SAFETY: from `output`.
        unsafe { write(place, give(LiveBody { session, model: model.clone() })) };
        Ok(())
    })
}

/// Asks for a prompt's mesh, instead of what still waits. Returns at once. A prompt that reads as the one answered before is
/// answered without a new mesh: the mesh before it is the answer. Thread-safe.
/// @param live not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL; copied.
/// @param is_typing nonzero: the last word may still grow. A known word stands; the beginning of one known word is
/// completed; the beginning of several is left out; att3d_live_get_info tells which.
/// @param out_request the request's number, the first is 1; NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_set_prompt(
    live: *const att3d_live,
    prompt: *const c_char,
    is_typing: u32,
    out_request: *mut u64,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, all three.
        let (live, prompt, place) =
            unsafe { (body(live)?, text(prompt, "prompt")?, optional_output(out_request, "out_request")?) };
        // SAFETY: from `optional_output`.
        unsafe { tell(place, live.session.set_prompt(prompt, is_typing != 0)) };
        Ok(())
    })
}

/// Writes a number where there is a place for it.
///
/// # Safety
/// `place` came from `optional_output`, and the caller of the C function promises that it may be written.
unsafe fn tell(place: Option<*mut u64>, number: u64) {
    if let Some(place) = place {
        // SAFETY: the caller's promise.
        unsafe { write(place, number) };
    }
}

/// Asks for a latent's mesh, instead of what still waits. Returns at once. Thread-safe.
/// @param live not NULL.
/// @param latent of the session's model; not NULL.
/// @param out_request the request's number, the first is 1; NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_set_latent(
    live: *const att3d_live,
    latent: *const att3d_latent,
    out_request: *mut u64,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, all three.
        let (live, latent, place) =
            unsafe { (body(live)?, body(latent)?, optional_output(out_request, "out_request")?) };
        if !Arc::ptr_eq(&live.model, &latent.model) {
            return Err(PipelineError::ForeignLatent.into());
        }
        // SAFETY: from `optional_output`.
        unsafe { tell(place, live.session.set_source(latent.source())) };
        Ok(())
    })
}

/// Waits until the newest request is answered. ATT3D_TIMEOUT when the time is over first, ATT3D_BUSY inside a callback.
/// Thread-safe.
/// @param live not NULL.
/// @param milliseconds ATT3D_FOREVER for as long as it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_wait(live: *const att3d_live, milliseconds: u32) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let session = &unsafe { body(live) }?.session;
        ended(session.wait(limit(milliseconds))?, milliseconds)
    })
}

/// Takes the newest mesh, if there is one that was not taken yet; else writes NULL. Never waits. Thread-safe.
/// @param live not NULL.
/// @param out_mesh not NULL; free with att3d_mesh_free.
/// @param out_request the number of the request that the mesh answers, 0 without one; NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_take_mesh(
    live: *const att3d_live,
    out_mesh: *mut *mut att3d_mesh,
    out_request: *mut u64,
) -> att3d_status {
    guard(|| {
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the header's promise, both.
        let (body, number) = unsafe { (body(live)?, optional_output(out_request, "out_request")?) };
        let (mesh, request) = match body.session.take() {
            Some(LiveMesh { request, generated }) => (finish(generated, &body.model), request),
            None => (std::ptr::null_mut(), 0),
        };
        // SAFETY: from `output` and `optional_output`.
        unsafe {
            write(place, mesh);
            tell(number, request);
        }
        Ok(())
    })
}

/// Tells how far a session's answers are. Thread-safe.
/// @param live not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_get_info(
    live: *const att3d_live,
    out_info: *mut att3d_live_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
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
            unknown_words: cut(&reading.left_out.join("\n")),
            message: cut(&message),
            replaced_words: cut(&replaced_lines(&reading).to_string_lossy()),
            understood: cut(&reading.understood().unwrap_or_default()),
        });
        Ok(())
    })
}

/// Frees a session: stops it and waits for its end. In a callback it does not wait.
/// @param live NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_live_free(live: *mut att3d_live) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(live) });
}
