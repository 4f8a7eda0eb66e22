//! A context's log: lines for the host's own log window.

use std::ffi::{CString, c_char, c_void};

use parking_lot::RwLock;

use crate::error::printable;
use crate::pipeline::callback;

/// What a line is about.
pub type att3d_log_level = u32;

/// The work was done in another way than asked.
pub const ATT3D_LOG_WARNING: att3d_log_level = 1;
/// Something was loaded or unloaded.
pub const ATT3D_LOG_INFO: att3d_log_level = 2;

/// Hears of log lines, on any thread, several at once. message: UTF-8, until the callback returns. It may call the
/// library, but must not wait for it, and no exception may leave it.
pub type att3d_log_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, level: att3d_log_level, message: *const c_char)>;

/// Takes back what a user pointer points to: called once, on any thread, when its callback is not called any more. It may
/// call the library, but must not wait for it, and no exception may leave it.
pub type att3d_release_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// A callback with its user pointer.
struct Listener {
    function: unsafe extern "C" fn(*mut c_void, att3d_log_level, *const c_char),
    user: *mut c_void,
    release: att3d_release_fn,
}

// SAFETY: the header says that the callbacks are called on any thread; the pointer is only handed back.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller promises a callable function for this pointer.
            callback::run(|| unsafe { release(self.user) });
        }
    }
}

/// Where a context's lines go.
#[derive(Default)]
pub(super) struct Log {
    listener: RwLock<Option<Listener>>,
}

impl Log {
    /// Sets the listener. Once this returns, the one before it is not called any more, and its pointer was released.
    pub(super) fn set(&self, function: att3d_log_fn, user: *mut c_void, release: att3d_release_fn) {
        let listener = function.map(|function| Listener { function, user, release });
        let before = std::mem::replace(&mut *self.listener.write(), listener);
        // Its release may call the library: outside the lock.
        drop(before);
    }

    /// Says a line.
    pub(super) fn say(&self, level: att3d_log_level, message: &str) {
        // Recursive: the callback may call the library, which may say another line.
        let listener = self.listener.read_recursive();
        if let Some(Listener { function, user, .. }) = &*listener {
            let text = CString::new(printable(message).as_ref()).unwrap_or_default();
            // SAFETY: the caller of att3d_context_set_log promises a callable function for this pointer.
            callback::run(|| unsafe { function(*user, level, text.as_ptr()) });
        }
    }
}
