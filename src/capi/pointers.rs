//! Pointers from C, checked before they are used.

use std::ffi::{CStr, CString, c_char};

use super::status::{ATT3D_NULL_ARGUMENT, Failure};
use crate::pipeline::Reading;

/// Longer texts are refused: no prompt and no path is.
const LONGEST_TEXT: usize = 1 << 20;

/// The pointer, if it is not null and aligned.
pub(super) fn not_null<T>(pointer: *const T, name: &str) -> Result<*const T, Failure> {
    if pointer.is_null() {
        return Err(Failure::new(ATT3D_NULL_ARGUMENT, format!("the {name} is NULL")));
    }
    if !pointer.is_aligned() {
        let alignment = align_of::<T>();
        return Err(Failure::invalid(format!("the {name} is not aligned to {alignment} bytes")));
    }
    Ok(pointer)
}

/// An output, if it is not null and aligned.
pub(super) fn output<T>(pointer: *mut T, name: &str) -> Result<*mut T, Failure> {
    not_null(pointer, name).map(<*const T>::cast_mut)
}

/// Writes an output.
///
/// # Safety
/// `place` came from [`output`], and the caller of the C function promises that it may be written.
pub(super) unsafe fn write<T>(place: *mut T, value: T) {
    // SAFETY: not null and aligned; writable by the caller's promise.
    unsafe { place.write(value) };
}

/// `count` values. Null is right for none. Errors: null, misaligned, or more than memory can hold.
///
/// # Safety
/// The caller of the C function promises `count` readable values.
pub(super) unsafe fn values<'a, T>(pointer: *const T, count: usize, name: &str) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    let pointer = not_null(pointer, name)?;
    check_count::<T>(count, name)?;
    // SAFETY: not null, aligned, no longer than isize::MAX bytes; readable by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// An output that may be null.
pub(super) fn optional_output<T>(pointer: *mut T, name: &str) -> Result<Option<*mut T>, Failure> {
    if pointer.is_null() { Ok(None) } else { output(pointer, name).map(Some) }
}

/// Room for `count` floats, checked; none where the pointer is null.
pub(super) struct Room {
    pointer: *mut f32,
    count: usize,
}

/// Checks room for `count` floats. Errors: misaligned, or more than memory can hold.
pub(super) fn optional_room(pointer: *mut f32, count: usize, name: &str) -> Result<Option<Room>, Failure> {
    let Some(pointer) = optional_output(pointer, name)? else { return Ok(None) };
    check_count::<f32>(count, name)?;
    Ok(Some(Room { pointer, count }))
}

impl Room {
    /// The room's floats, all 0: C's memory may hold nothing yet.
    ///
    /// # Safety
    /// The caller of the C function promises `count` writable floats that nobody else uses meanwhile.
    pub(super) unsafe fn zeroed<'a>(self) -> &'a mut [f32] {
        // SAFETY: not null, aligned, no longer than isize::MAX bytes; writable by the caller's promise; 0 is a float.
        unsafe {
            std::ptr::write_bytes(self.pointer, 0, self.count);
            std::slice::from_raw_parts_mut(self.pointer, self.count)
        }
    }
}

fn check_count<T>(count: usize, name: &str) -> Result<(), Failure> {
    match count.checked_mul(size_of::<T>()) {
        Some(bytes) if bytes <= isize::MAX as usize => Ok(()),
        _ => Err(Failure::invalid(format!("{count} {name} are more than memory can hold"))),
    }
}

/// A text in UTF-8. Errors: null, not UTF-8, longer than 1 MiB.
///
/// # Safety
/// The caller of the C function promises a text that ends in NUL.
pub(super) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str, Failure> {
    let pointer = not_null(pointer, name)?;
    // SAFETY: the caller promises a NUL at its end.
    let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes();
    if bytes.len() > LONGEST_TEXT {
        return Err(Failure::invalid(format!(
            "the {name} has {} bytes, at most {LONGEST_TEXT} are read",
            bytes.len()
        )));
    }
    std::str::from_utf8(bytes).map_err(|error| Failure::invalid(format!("the {name} is not UTF-8: {error}")))
}

/// A text to lend to C. A NUL inside becomes U+FFFD.
pub(super) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// Words to lend to C, a line each.
pub(super) fn c_lines(words: &[String]) -> CString {
    let lines: Vec<String> = words.iter().map(|word| word.replace('\n', " ")).collect();
    c_text(&lines.join("\n"))
}

/// Replaced words to lend to C, a line each: the word, a tab, the known word.
pub(super) fn replaced_lines(reading: &Reading) -> CString {
    let lines = reading.replaced.iter().map(|word| format!("{}\t{}", word.typed, word.known));
    c_lines(&lines.collect::<Vec<_>>())
}

/// A text in an array, cut between two letters, NUL behind it.
pub(super) fn cut<const N: usize>(text: &str) -> [c_char; N] {
    let mut end = text.len().min(N - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut array = [0; N];
    for (to, from) in array.iter_mut().zip(text.bytes().take(end)) {
        *to = from as c_char;
    }
    array
}
