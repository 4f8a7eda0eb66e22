//! `att3d_buffer`: the contents of a file in memory.

use std::ffi::c_void;

use super::handle::{Opaque, body, free};
use super::pointers::{output, write};
use super::status::{att3d_status, guard, quietly};

/// Contents of a file in memory. A buffer never changes and is thread-safe.
pub struct att3d_buffer {
    _opaque: (),
}

impl Opaque for att3d_buffer {
    type Body = Vec<u8>;
    const TAG: u32 = u32::from_le_bytes(*b"buff");
    const NAME: &'static str = "buffer";
}

/// Gets the bytes of a buffer; nothing is copied. Thread-safe.
/// @param buffer The buffer; not NULL.
/// @param out_bytes Receives the address of the bytes; not NULL. The bytes live as long as the buffer's
/// handle.
/// @param out_size Receives the number of bytes; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_buffer_get_bytes(
    buffer: *const att3d_buffer,
    out_bytes: *mut *const c_void,
    out_size: *mut usize,
) -> att3d_status {
    guard(|| {
        let (place, size) = (output(out_bytes, "out_bytes")?, output(out_size, "out_size")?);
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let bytes = unsafe { body(buffer) }?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that they are writable.
        unsafe {
            write(place, bytes.as_ptr().cast());
            write(size, bytes.len());
        }
        Ok(())
    })
}

/// Frees a buffer. Its bytes become invalid.
/// @param buffer The buffer; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_buffer_free(buffer: *mut att3d_buffer) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(buffer) });
}
