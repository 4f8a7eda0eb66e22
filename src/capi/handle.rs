//! Opaque handles: a tag that tells kinds apart, the process that made them, and what is behind them.

use std::sync::atomic::{AtomicU32, Ordering};

use super::pointers::not_null;
use super::process::generation;
use super::status::{ATT3D_FORKED, Failure};

/// A kind of handle: the C type, and what it stands for.
pub(super) trait Opaque {
    /// What is behind the pointer.
    type Body: Send + Sync;
    /// Four letters that no other kind has.
    const TAG: u32;
    /// The kind's name in messages.
    const NAME: &'static str;
}

/// The tag of what was freed.
const FREED: u32 = 0;

#[repr(C)]
struct Handle<B> {
    tag: AtomicU32,
    generation: u32,
    body: B,
}

/// Hands a body out to C, which gives it back to `free`.
pub(super) fn give<T: Opaque>(body: T::Body) -> *mut T {
    Box::into_raw(Box::new(Handle { tag: AtomicU32::new(T::TAG), generation: generation(), body })).cast()
}

/// What is behind a handle. Errors: null, a handle of another kind, or one of the process that this one was forked from.
///
/// # Safety
/// `pointer` is null or a handle of this library that was not freed and is not freed during the borrow.
pub(super) unsafe fn body<'a, T: Opaque>(pointer: *const T) -> Result<&'a T::Body, Failure> {
    let tag = not_null(pointer.cast::<AtomicU32>(), T::NAME)?;
    let pointer = pointer.cast::<Handle<T::Body>>();
    // SAFETY: every handle of whatever kind begins with its tag, by `repr(C)`, and the caller promises that it is one.
    let tag = unsafe { &*tag };
    if tag.load(Ordering::Relaxed) != T::TAG {
        let name = T::NAME;
        return Err(Failure::invalid(format!(
            "the {name} is no {name}: another handle was given, or a freed one"
        )));
    }
    // SAFETY: the tag says that `give::<T>` made it.
    let handle = unsafe { &*pointer };
    if handle.generation != generation() {
        let message = format!(
            "this process was forked from the one that made the {}, whose threads did not come along: make a new context here",
            T::NAME
        );
        return Err(Failure::new(ATT3D_FORKED, message));
    }
    Ok(&handle.body)
}

/// Frees a handle. Null and handles of another kind are left alone. So are handles that were made before a fork: freeing one
/// would wait for threads that this process does not have.
///
/// # Safety
/// As of [`body`]; the handle is not used again.
pub(super) unsafe fn free<T: Opaque>(pointer: *mut T) {
    // SAFETY: as the caller promises.
    if pointer.is_null() || unsafe { body(pointer) }.is_err() {
        return;
    }
    let pointer = pointer.cast::<Handle<T::Body>>();
    // SAFETY: the tag says that `give::<T>` made it.
    unsafe { (*pointer).tag.store(FREED, Ordering::Relaxed) };
    // SAFETY: made by `Box::into_raw` in `give::<T>`.
    drop(unsafe { Box::from_raw(pointer) });
}
