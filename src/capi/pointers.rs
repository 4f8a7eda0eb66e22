//! Checks of pointers from C before they are used.

use std::ffi::{CStr, CString, c_char};

use super::status::{ATT3D_NULL_ARGUMENT, Failure};
use crate::pipeline::Reading;

/// Largest length of a text in bytes. No prompt and no path needs more.
const LONGEST_TEXT: usize = 1 << 20;

/// Returns the pointer. Errors: it is null or not aligned.
pub(super) fn not_null<T>(pointer: *const T, name: &str) -> Result<*const T, Failure> {
    if pointer.is_null() {
        return Err(Failure::new(ATT3D_NULL_ARGUMENT, format!("the {name} is NULL: give a valid pointer")));
    }
    if !pointer.is_aligned() {
        let alignment = align_of::<T>();
        return Err(Failure::invalid(format!("the {name} is not aligned to {alignment} bytes")));
    }
    Ok(pointer)
}

/// Returns the pointer of an output. Errors: it is null or not aligned.
pub(super) fn output<T>(pointer: *mut T, name: &str) -> Result<*mut T, Failure> {
    not_null(pointer, name).map(<*const T>::cast_mut)
}

/// Writes an output.
///
/// # Safety
/// `place` came from [`output`], and the C caller guarantees that it is writable.
pub(super) unsafe fn write<T>(place: *mut T, value: T) {
    // SAFETY: `place` is not null and is aligned; the caller guarantees that it is writable.
    unsafe { place.write(value) };
}

/// Returns `count` values as a slice. The pointer may be null if `count` is 0.
///
/// Errors: the pointer is null or not aligned, or the values exceed the address space.
///
/// # Safety
/// The C caller guarantees `count` readable values.
pub(super) unsafe fn values<'a, T>(pointer: *const T, count: usize, name: &str) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    let pointer = not_null(pointer, name)?;
    check_count::<T>(count, name)?;
    // SAFETY: not null, aligned, at most `isize::MAX` bytes; the caller guarantees that they are readable.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// Returns the pointer of an output that may be null. Errors: it is not aligned.
pub(super) fn optional_output<T>(pointer: *mut T, name: &str) -> Result<Option<*mut T>, Failure> {
    if pointer.is_null() { Ok(None) } else { output(pointer, name).map(Some) }
}

/// A checked output array of `count` floats.
pub(super) struct Room {
    pointer: *mut f32,
    count: usize,
}

/// Checks an output array of `count` floats, which may be null.
///
/// Errors: the pointer is not aligned, or the array exceeds the address space.
pub(super) fn optional_room(pointer: *mut f32, count: usize, name: &str) -> Result<Option<Room>, Failure> {
    let Some(pointer) = optional_output(pointer, name)? else { return Ok(None) };
    check_count::<f32>(count, name)?;
    Ok(Some(Room { pointer, count }))
}

impl Room {
    /// Returns the floats of the array, all set to 0, since the caller's memory may be uninitialized.
    ///
    /// # Safety
    /// The C caller guarantees `count` writable floats that nothing else uses during the borrow.
    pub(super) unsafe fn zeroed<'a>(self) -> &'a mut [f32] {
        // SAFETY: not null, aligned, at most `isize::MAX` bytes; the caller guarantees that they are
        // writable. All zero bytes are a valid float, so that the slice is initialized.
        unsafe {
            std::ptr::write_bytes(self.pointer, 0, self.count);
            std::slice::from_raw_parts_mut(self.pointer, self.count)
        }
    }
}

fn check_count<T>(count: usize, name: &str) -> Result<(), Failure> {
    match count.checked_mul(size_of::<T>()) {
        Some(bytes) if bytes <= isize::MAX as usize => Ok(()),
        _ => Err(Failure::invalid(format!("{count} {name} are more than the address space can hold"))),
    }
}

/// Returns a text. Errors: it is null, not UTF-8, or longer than 1 MiB.
///
/// # Safety
/// The C caller guarantees a text that ends with NUL.
pub(super) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str, Failure> {
    let pointer = not_null(pointer, name)?;
    // SAFETY: the pointer is not null, and the caller guarantees a NUL at the end of the text.
    let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes();
    if bytes.len() > LONGEST_TEXT {
        return Err(Failure::invalid(format!(
            "the {name} has {} bytes: at most {LONGEST_TEXT} are allowed",
            bytes.len()
        )));
    }
    std::str::from_utf8(bytes).map_err(|error| Failure::invalid(format!("the {name} is not UTF-8: {error}")))
}

/// Returns a text as a C string. A NUL inside becomes U+FFFD.
pub(super) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// Returns words as a C string with one word per line.
pub(super) fn c_lines(words: &[String]) -> CString {
    let lines: Vec<String> = words.iter().map(|word| word.replace('\n', " ")).collect();
    c_text(&lines.join("\n"))
}

/// Returns the replaced words as a C string. Each line has the typed word, a tab, and the known word.
pub(super) fn replaced_lines(reading: &Reading) -> CString {
    let lines = reading.replaced.iter().map(|word| format!("{}\t{}", word.typed, word.known));
    c_lines(&lines.collect::<Vec<_>>())
}

/// Returns a text as a NUL-terminated array. A text that is too long is truncated between two characters.
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
