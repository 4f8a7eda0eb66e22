//! `att3d_reading`: what is understood of a prompt, without running a network.

use std::ffi::{CString, c_char};

use super::handle::{Opaque, body, free, give};
use super::model::att3d_model;
use super::pointers::{c_lines, c_text, output, replaced_lines, text, write};
use super::status::{Failure, att3d_status, guard, quietly};
use crate::pipeline::{Purpose, Reading};

/// A shape is given beside the prompt, so that a change alone ("made of gold") is enough.
pub const ATT3D_READ_CHANGE: u32 = 1;

/// What is understood of a prompt. Thread-safe. Since 0.8.
pub struct att3d_reading {
    _opaque: (),
}

/// A reading's texts.
pub(super) struct ReadingBody {
    phrase: CString,
    thing: CString,
    attributes: CString,
    left_out: CString,
    replaced: CString,
    understood: CString,
}

impl Opaque for att3d_reading {
    type Body = ReadingBody;
    const TAG: u32 = u32::from_le_bytes(*b"read");
    const NAME: &'static str = "reading";
}

impl ReadingBody {
    fn new(reading: &Reading) -> Self {
        Self {
            phrase: c_text(&reading.phrase),
            thing: c_text(reading.thing.as_deref().unwrap_or_default()),
            attributes: c_lines(&reading.attributes),
            left_out: c_lines(&reading.left_out),
            replaced: replaced_lines(reading),
            understood: c_text(&reading.understood().unwrap_or_default()),
        }
    }
}

/// Reads a prompt. ATT3D_PROMPT where it names no thing that the model knows; the error's text suggests things of near meaning. Thread-safe.
/// Since 0.8.
/// @param model not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL.
/// @param flags ATT3D_READ_..., or-ed.
/// @param out_reading not NULL; free with att3d_reading_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_read(
    model: *const att3d_model,
    prompt: *const c_char,
    flags: u32,
    out_reading: *mut *mut att3d_reading,
) -> att3d_status {
    guard(|| {
        let place = output(out_reading, "out_reading")?;
        // SAFETY: the header's promise, both.
        let (model, prompt) = unsafe { (body(model)?, text(prompt, "prompt")?) };
        let unknown = flags & !ATT3D_READ_CHANGE;
        if unknown != 0 {
            return Err(Failure::invalid(format!("flags has unknown bits {unknown:#x}")));
        }
        let purpose = if flags & ATT3D_READ_CHANGE != 0 { Purpose::Change } else { Purpose::Thing };
        let reading = model.model()?.read(prompt, purpose)?;
        // SAFETY: from `output`.
        unsafe { write(place, give(ReadingBody::new(&reading))) };
        Ok(())
    })
}

/// Frees a reading.
/// @param reading NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_free(reading: *mut att3d_reading) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(reading) });
}

/// The phrase that the model encodes: "a green truck". The prompt itself for models without word groups. Thread-safe. Since 0.8.
/// @param reading not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_phrase(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(reading, out_text, |body| &body.phrase) })
}

/// The thing, as the model's package names it: "truck"; "" where a change alone was read. Thread-safe. Since 0.8.
/// @param reading not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_thing(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(reading, out_text, |body| &body.thing) })
}

/// What is said about the thing, as the model's package names it, a line each: "green", "with roof"; "" for nothing. Thread-safe. Since 0.8.
/// @param reading not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_attributes(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(reading, out_text, |body| &body.attributes) })
}

/// Words that were left out, as they were typed, a line each; "" for none. Thread-safe. Since 0.8.
/// @param reading not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_left_out(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(reading, out_text, |body| &body.left_out) })
}

/// Words that were read as known ones, a line each: the word, a tab, the known word; "" for none. Thread-safe. Since 0.8.
/// @param reading not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_replaced(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(reading, out_text, |body| &body.replaced) })
}

/// One line for people where the phrase differs from the prompt: "a green truck (left out: monster)"; "" where it does not. Thread-safe.
/// Since 0.8.
/// @param reading not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_understood(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(reading, out_text, |body| &body.understood) })
}

/// Writes one of a reading's texts.
///
/// # Safety
/// `reading` is a handle or null; `out_text` is writable or null.
unsafe fn lend(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
    pick: fn(&ReadingBody) -> &CString,
) -> Result<(), Failure> {
    let place = output(out_text, "out_text")?;
    // SAFETY: the caller's promise; from `output`.
    unsafe { write(place, pick(body(reading)?).as_ptr()) };
    Ok(())
}
