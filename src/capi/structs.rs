//! Structs that grow: `struct_size` says how much of one the caller knows.

use super::pointers::{not_null, output};
use super::status::{ATT3D_UNSUPPORTED, Failure};

// Elsewhere 64-bit numbers may be aligned so that the header's structs end with padding.
#[cfg(not(target_pointer_width = "64"))]
compile_error!("the C interface is made for 64-bit systems");

/// A struct of the header. It begins with `struct_size`, holds integers, floats and pointers alone, and grows at the end.
///
/// # Safety
/// `repr(C)`, the first field is the `u32` struct_size, every pattern of bits is a value (function pointers are `Option`s), and
/// there is no padding, at the end least of all: a field added later would read it.
pub(super) unsafe trait Versioned: Copy {
    /// The struct's name.
    const NAME: &'static str;
    /// Its size in the first ABI: no caller knows less.
    const FIRST_SIZE: usize;
}

/// No struct grows beyond this; larger sizes are uninitialized memory.
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

/// Reads a struct; null is the default, all zero. What an older caller does not know is zero; what a newer caller set
/// and this library does not know is refused.
///
/// # Safety
/// The caller of the C function promises a readable struct of `struct_size` bytes.
pub(super) unsafe fn read<T: Versioned>(pointer: *const T) -> Result<T, Failure> {
    // SAFETY: the caller's promise.
    let (value, refusal) = unsafe { read_known(pointer) }?;
    refusal.map_or(Ok(value), Err)
}

/// As [`read`], with what is known apart from why the rest is refused: for structs that hand something over.
///
/// # Safety
/// As of [`read`].
pub(super) unsafe fn read_known<T: Versioned>(pointer: *const T) -> Result<(T, Option<Failure>), Failure> {
    // SAFETY: all bytes zero are a value, by the trait's promise.
    let mut value: T = unsafe { std::mem::zeroed() };
    if pointer.is_null() {
        return Ok((value, None));
    }
    let pointer = not_null(pointer, T::NAME)?.cast::<u8>();
    // SAFETY: aligned for T, which begins with a u32; readable by the caller's promise.
    let size = check_size::<T>(unsafe { pointer.cast::<u32>().read() })?;
    let known = size.min(size_of::<T>());
    // SAFETY: both hold `known` bytes; T is plain data.
    unsafe { std::ptr::copy_nonoverlapping(pointer, (&raw mut value).cast::<u8>(), known) };
    // SAFETY: readable to `size` by the caller's promise.
    let beyond = unsafe { std::slice::from_raw_parts(pointer.add(known), size - known) };
    let refusal = beyond.iter().position(|&byte| byte != 0).map(|offset| {
        let message = format!(
            "{} has a field at offset {} that this library does not know: it is older than the header, leave that field 0",
            T::NAME,
            known + offset
        );
        Failure::new(ATT3D_UNSUPPORTED, message)
    });
    Ok((value, refusal))
}

/// An output struct whose size was checked.
pub(super) struct Place<T> {
    pointer: *mut T,
    size: usize,
}

/// Checks an output struct before any work is done.
///
/// # Safety
/// The caller of the C function promises a writable struct of `struct_size` bytes, with `struct_size` set.
pub(super) unsafe fn place<T: Versioned>(pointer: *mut T) -> Result<Place<T>, Failure> {
    let pointer = output(pointer, T::NAME)?;
    // SAFETY: aligned for T, which begins with a u32; readable by the caller's promise.
    let size = check_size::<T>(unsafe { pointer.cast::<u32>().read() })?;
    Ok(Place { pointer, size })
}

impl<T: Versioned> Place<T> {
    /// Writes as much as the caller knows; what this library does not know becomes zero; `struct_size` stays.
    pub(super) fn write(self, value: T) {
        let known = self.size.min(size_of::<T>());
        let after = size_of::<u32>();
        // SAFETY: `place` checked the pointer and the size; T begins with struct_size, which is passed over.
        unsafe {
            let to = self.pointer.cast::<u8>();
            let from = (&raw const value).cast::<u8>();
            std::ptr::copy_nonoverlapping(from.add(after), to.add(after), known - after);
            std::ptr::write_bytes(to.add(known), 0, self.size - known);
        }
    }
}
