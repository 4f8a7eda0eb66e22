//! `att3d_reading`: what the model understands of a prompt. No network runs for it.

use std::ffi::{CString, c_char};

use super::handle::{Opaque, body, free, give};
use super::model::att3d_model;
use super::pointers::{c_lines, c_text, output, replaced_lines, text, write};
use super::status::{Failure, att3d_status, guard, quietly};
use crate::pipeline::{Purpose, Reading};

/// Accepts a prompt without a thing (att3d_reading_get_thing). Such a prompt describes only how a given shape
/// is to look. It is called a prompt with only a change.
pub const ATT3D_READ_CHANGE: u32 = 1;

/// What was understood of a prompt. Thread-safe.
pub struct att3d_reading {
    _opaque: (),
}

/// Texts of a reading.
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
    pub(super) fn new(reading: &Reading) -> Self {
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

/// Reads a prompt without running a network. Thread-safe.
/// Returns ATT3D_PROMPT if the prompt is empty or too long, or if it names no thing that the model knows. In
/// the last case the message of the error suggests things with a similar meaning. Returns ATT3D_UNLOADED
/// after att3d_model_unload.
/// @param model The model; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL.
/// @param flags ATT3D_READ_... flags, combined with |; 0 if the prompt must name a thing.
/// @param out_reading Receives the reading; not NULL; free it with att3d_reading_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_model_read(
    model: *const att3d_model,
    prompt: *const c_char,
    flags: u32,
    out_reading: *mut *mut att3d_reading,
) -> att3d_status {
    guard(|| {
        let place = output(out_reading, "out_reading")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (model, prompt) = unsafe { (body(model)?, text(prompt, "prompt")?) };
        let unknown = flags & !ATT3D_READ_CHANGE;
        if unknown != 0 {
            return Err(Failure::invalid(format!("flags has unknown bits {unknown:#x}")));
        }
        let purpose = if flags & ATT3D_READ_CHANGE != 0 { Purpose::Change } else { Purpose::Thing };
        let reading = model.model()?.read(prompt, purpose)?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(ReadingBody::new(&reading))) };
        Ok(())
    })
}

/// Frees a reading.
/// @param reading The reading; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_free(reading: *mut att3d_reading) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(reading) });
}

/// Gets the phrase that the model encodes, such as "a green truck". Thread-safe.
/// For a model without word groups it is the prompt itself.
/// @param reading The reading; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_phrase(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(reading, out_text, |body| &body.phrase) })
}

/// Gets the name of the thing, which is the object that the prompt names, such as "truck". Thread-safe.
/// The name is the one that the model's package uses. It is "" if the prompt has only a change, and for a
/// model without word groups (att3d_model_get_word_groups).
/// @param reading The reading; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_thing(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(reading, out_text, |body| &body.thing) })
}

/// Gets the attributes that were understood, one per line, or "" for none. Thread-safe.
/// Each attribute has the name that the model's package gives it, such as "green" or "with roof".
/// @param reading The reading; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_attributes(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(reading, out_text, |body| &body.attributes) })
}

/// Gets the words that were left out, as they were typed, one per line, or "" for none. Thread-safe.
/// @param reading The reading; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_left_out(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(reading, out_text, |body| &body.left_out) })
}

/// Gets the words of the prompt that were replaced by known words, or "" for none. Thread-safe.
/// Each line has the word of the prompt, a tab, and the known word.
/// @param reading The reading; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_replaced(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { lend(reading, out_text, |body| &body.replaced) })
}

/// Gets one line to show to users, such as "a green truck (left out: monster)". Thread-safe.
/// It is "" if the phrase has the same words as the prompt, and for a model without word groups.
/// @param reading The reading; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_reading_get_understood(
    reading: *const att3d_reading,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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
    // SAFETY: the caller guarantees a valid handle and a writable output, which `output` has checked.
    unsafe { write(place, pick(body(reading)?).as_ptr()) };
    Ok(())
}
