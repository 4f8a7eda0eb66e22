//! Structs that can grow: `struct_size` states how much of a struct the caller knows.

use super::pointers::{not_null, output};
use super::status::{ATT3D_UNSUPPORTED, Failure};

// On systems that are not 64-bit, the alignment of 64-bit numbers may add padding to the ends of the header's
// structs.
#[cfg(not(target_pointer_width = "64"))]
compile_error!("the C interface is made for 64-bit systems");

/// A struct of the header, which begins with `struct_size` and grows at its end.
///
/// # Safety
/// The type is `repr(C)`, and its first field is the `u32` `struct_size`. All fields are integers, floats and
/// pointers (function pointers are `Option`s), so that every bit pattern is valid. There is no padding.
/// Padding at the end would be read as a field that a later version adds there.
pub(super) unsafe trait Versioned: Copy {
    /// Name of the struct.
    const NAME: &'static str;
    /// Size of the struct in its first ABI version. No caller has a smaller struct.
    const FIRST_SIZE: usize;
}

/// Upper limit on the size of a struct. A larger `struct_size` comes from uninitialized memory.
const LARGEST: usize = 4096;

fn check_size<T: Versioned>(found: u32) -> Result<usize, Failure> {
    const { assert!(T::FIRST_SIZE >= size_of::<u32>() && T::FIRST_SIZE <= size_of::<T>()) };
    let found = found as usize;
    if (T::FIRST_SIZE..=LARGEST).contains(&found) {
        return Ok(found);
    }
    let (name, least, now) = (T::NAME, T::FIRST_SIZE, size_of::<T>());
    Err(Failure::invalid(format!(
        "{name}.struct_size is {found}: set it to sizeof({name}), which is {now} here and was never below {least}"
    )))
}

/// Reads a struct. Null gives the default, in which all fields are zero.
///
/// Fields that an older caller does not know are zero. Nonzero fields of a newer caller that this library
/// does not know are refused.
///
/// # Safety
/// The C caller guarantees that `pointer` is null or a readable struct of `struct_size` bytes.
pub(super) unsafe fn read<T: Versioned>(pointer: *const T) -> Result<T, Failure> {
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (value, refusal) = unsafe { read_known(pointer) }?;
    refusal.map_or(Ok(value), Err)
}

/// Reads a struct as [`read`] does, but returns the refusal of unknown fields beside the known fields.
///
/// The function is for structs with callbacks that must be released even if the struct is refused.
///
/// # Safety
/// The requirement is that of [`read`].
pub(super) unsafe fn read_known<T: Versioned>(pointer: *const T) -> Result<(T, Option<Failure>), Failure> {
    // SAFETY: the trait guarantees that all zero bytes are a valid value.
    let mut value: T = unsafe { std::mem::zeroed() };
    if pointer.is_null() {
        return Ok((value, None));
    }
    let pointer = not_null(pointer, T::NAME)?.cast::<u8>();
    // SAFETY: aligned for `T`, which begins with a `u32`; the caller guarantees that it is readable.
    let size = check_size::<T>(unsafe { pointer.cast::<u32>().read() })?;
    let known = size.min(size_of::<T>());
    // SAFETY: both sides have `known` bytes, and every bit pattern is a valid `T`.
    unsafe { std::ptr::copy_nonoverlapping(pointer, (&raw mut value).cast::<u8>(), known) };
    // SAFETY: the caller guarantees `size` readable bytes.
    let beyond = unsafe { std::slice::from_raw_parts(pointer.add(known), size - known) };
    let refusal = beyond.iter().position(|&byte| byte != 0).map(|offset| {
        let message = format!(
            "{} has a nonzero field at offset {} that this library does not know: the library is older than the header, so leave the field 0",
            T::NAME,
            known + offset
        );
        Failure::new(ATT3D_UNSUPPORTED, message)
    });
    Ok((value, refusal))
}

/// An output struct whose pointer and size were checked.
pub(super) struct Place<T> {
    pointer: *mut T,
    size: usize,
}

/// Checks an output struct before any work begins.
///
/// # Safety
/// The C caller guarantees that `pointer` is null or a writable struct of `struct_size` bytes.
pub(super) unsafe fn place<T: Versioned>(pointer: *mut T) -> Result<Place<T>, Failure> {
    let pointer = output(pointer, T::NAME)?;
    // SAFETY: aligned for `T`, which begins with a `u32`; the caller guarantees that it is readable.
    let size = check_size::<T>(unsafe { pointer.cast::<u32>().read() })?;
    Ok(Place { pointer, size })
}

impl<T: Versioned> Place<T> {
    /// Writes the fields that the caller knows. Fields that this library does not know become zero.
    ///
    /// `struct_size` stays as it is.
    pub(super) fn write(self, value: T) {
        let known = self.size.min(size_of::<T>());
        let after = size_of::<u32>();
        // SAFETY: `place` checked the pointer and the size. `T` begins with `struct_size`, which is not
        // written.
        unsafe {
            let to = self.pointer.cast::<u8>();
            let from = (&raw const value).cast::<u8>();
            std::ptr::copy_nonoverlapping(from.add(after), to.add(after), known - after);
            std::ptr::write_bytes(to.add(known), 0, self.size - known);
        }
    }
}
