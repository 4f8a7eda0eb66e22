//! Opaque handles. A handle contains a tag for its kind, a number for the process that made it, and an
//! object.

use std::sync::atomic::{AtomicU32, Ordering};

use super::pointers::not_null;
use super::process::generation;
use super::status::{ATT3D_FORKED, Failure};

/// Kind of handle: its C type and the object behind it.
pub(super) trait Opaque {
    /// Type of the object behind the pointer.
    type Body: Send + Sync;
    /// Four letters that no other kind has.
    const TAG: u32;
    /// Name of the kind in messages.
    const NAME: &'static str;
}

/// Tag of a freed handle.
const FREED: u32 = 0;

#[repr(C)]
struct Handle<B> {
    tag: AtomicU32,
    generation: u32,
    body: B,
}

/// Moves an object to the heap and returns its handle, which [`free`] takes.
pub(super) fn give<T: Opaque>(body: T::Body) -> *mut T {
    Box::into_raw(Box::new(Handle { tag: AtomicU32::new(T::TAG), generation: generation(), body })).cast()
}

/// Returns the object behind a handle.
///
/// Errors: the pointer is null, the handle has another kind, or it was made before a fork.
///
/// # Safety
/// `pointer` is null or a handle of this library that is not freed before the borrow ends.
pub(super) unsafe fn body<'a, T: Opaque>(pointer: *const T) -> Result<&'a T::Body, Failure> {
    let tag = not_null(pointer.cast::<AtomicU32>(), T::NAME)?;
    let pointer = pointer.cast::<Handle<T::Body>>();
    // SAFETY: the caller guarantees a handle, and every handle begins with its tag (`repr(C)`).
    let tag = unsafe { &*tag };
    if tag.load(Ordering::Relaxed) != T::TAG {
        let name = T::NAME;
        return Err(Failure::invalid(format!(
            "the {name} handle is of another kind or was freed: pass a {name} that was not freed"
        )));
    }
    // SAFETY: the tag shows that `give::<T>` made the handle.
    let handle = unsafe { &*pointer };
    if handle.generation != generation() {
        let message = format!(
            "this process was forked from the one that made the {} and has none of its threads: make a new context here",
            T::NAME
        );
        return Err(Failure::new(ATT3D_FORKED, message));
    }
    Ok(&handle.body)
}

/// Frees a handle. Does nothing for null and for handles of another kind.
///
/// It also does nothing for handles that were made before a fork, since freeing them would wait for threads
/// that this process does not have.
///
/// # Safety
/// The requirements are those of [`body`], and the handle is not used again.
pub(super) unsafe fn free<T: Opaque>(pointer: *mut T) {
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    if pointer.is_null() || unsafe { body(pointer) }.is_err() {
        return;
    }
    let pointer = pointer.cast::<Handle<T::Body>>();
    // SAFETY: the tag, which `body` checked, shows that `give::<T>` made the handle.
    unsafe { (*pointer).tag.store(FREED, Ordering::Relaxed) };
    // SAFETY: `Box::into_raw` in `give::<T>` made the pointer, and it is not used again.
    drop(unsafe { Box::from_raw(pointer) });
}
