//! The log of a context. Its lines are passed to a callback of the host.

use std::ffi::{CString, c_char, c_void};

use parking_lot::RwLock;

use crate::error::printable;
use crate::pipeline::callback;

/// Kind of a log line.
pub type att3d_log_level = u32;

/// The work was done, but not exactly as it was asked for.
pub const ATT3D_LOG_WARNING: att3d_log_level = 1;
/// A model was loaded or unloaded.
pub const ATT3D_LOG_INFO: att3d_log_level = 2;

/// Callback that receives log lines. It is called on any thread, and several threads may run it at the same
/// time. user is the pointer that was given to att3d_context_set_log. level is one of the ATT3D_LOG_...
/// values. message is UTF-8, NUL-terminated, and valid until the callback returns. The callback may call the
/// library; a call that would have to wait returns ATT3D_BUSY. The callback must not throw an exception.
pub type att3d_log_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, level: att3d_log_level, message: *const c_char)>;

/// Callback that releases what a user pointer points to.
/// It is called once, on any thread, when the callback that uses the pointer is no longer called. It may call
/// the library; a call that would have to wait returns ATT3D_BUSY. It must not throw an exception.
pub type att3d_release_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// A log callback with its user pointer and its release callback.
struct Listener {
    function: unsafe extern "C" fn(*mut c_void, att3d_log_level, *const c_char),
    user: *mut c_void,
    release: att3d_release_fn,
}

// SAFETY: the header states that the callback is called on any thread. The user pointer is only passed to the
// two callbacks.
unsafe impl Send for Listener {}
// SAFETY: for the same reasons as above.
unsafe impl Sync for Listener {}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller guarantees that `release` may be called with this pointer.
            callback::run(|| unsafe { release(self.user) });
        }
    }
}

/// Destination of a context's log lines.
#[derive(Default)]
pub(super) struct Log {
    listener: RwLock<Option<Listener>>,
}

impl Log {
    /// Sets the callback. When the function returns, the previous callback is no longer called and its user
    /// pointer is released.
    pub(super) fn set(&self, function: att3d_log_fn, user: *mut c_void, release: att3d_release_fn) {
        let listener = function.map(|function| Listener { function, user, release });
        let before = std::mem::replace(&mut *self.listener.write(), listener);
        // Dropped outside of the lock, since its release callback may call the library.
        drop(before);
    }

    /// Passes a line to the callback, if there is one.
    pub(super) fn say(&self, level: att3d_log_level, message: &str) {
        // A recursive lock, since the callback may call the library, which may log another line.
        let listener = self.listener.read_recursive();
        if let Some(Listener { function, user, .. }) = &*listener {
            let text = CString::new(printable(message).as_ref()).unwrap_or_default();
            // SAFETY: the caller of `att3d_context_set_log` guarantees that `function` may be called with
            // this pointer.
            callback::run(|| unsafe { function(*user, level, text.as_ptr()) });
        }
    }
}
