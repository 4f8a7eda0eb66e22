//! Progress callbacks, which are part of the descriptions of long calls.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::log::att3d_release_fn;
use crate::error::{Cancelled, ProgressCallback, no_progress};
use crate::pipeline::{Progress, callback};

/// Callback that receives progress and may stop the work. user is att3d_progress.user. fraction is the share
/// of the work that is done; it rises from 0 to 1.
/// The callback is called on the library's threads or on the caller's thread, at most once per 5 ms and at
/// the end. Within one call of the library, only one thread at a time runs the callback. A nonzero result
/// stops the work. The callback may call the library; a call that would have to wait returns ATT3D_BUSY. The
/// callback must not throw an exception.
pub type att3d_progress_fn = Option<unsafe extern "C" fn(user: *mut c_void, fraction: f32) -> u32>;

/// Progress callback of one call. If every field is zero, there is no callback.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_progress {
    /// Progress callback; NULL for none.
    pub callback: att3d_progress_fn,
    /// Pointer that is passed to callback.
    /// It must stay valid until release is called with it. Without release, it must stay valid until the call
    /// returns or the job has ended.
    pub user: *mut c_void,
    /// Callback that releases user; NULL for none.
    /// For each call of a function with this struct, release is called exactly once, after the last call of
    /// callback. For a job, this is at the latest when the job's thread ends. release is called even if the
    /// function fails. It is not called if the options struct (desc) could not be read, because the
    /// struct's struct_size is out of range or the struct is not aligned.
    pub release: att3d_release_fn,
}

/// Shortest time between two calls of a progress callback.
const PAUSE: Duration = Duration::from_millis(5);

/// A progress callback, which one thread calls at a time. The release callback is called when the `Callback`
/// is dropped.
pub(super) struct Callback {
    function: Option<unsafe extern "C" fn(*mut c_void, f32) -> u32>,
    release: att3d_release_fn,
    user: *mut c_void,
    cancelled: AtomicBool,
    /// Time and fraction of the last call.
    last: Mutex<Option<(Instant, f32)>>,
}

// SAFETY: the header states that the callback is called on any thread. The user pointer is only passed to the
// two callbacks.
unsafe impl Send for Callback {}
// SAFETY: for the same reasons as above.
unsafe impl Sync for Callback {}

impl Callback {
    /// Takes the callbacks of a description; returns `None` if the description has none.
    pub(super) fn of(progress: att3d_progress) -> Option<Self> {
        let is_given = progress.callback.is_some() || progress.release.is_some();
        is_given.then(|| Self {
            function: progress.callback,
            release: progress.release,
            user: progress.user,
            cancelled: AtomicBool::new(false),
            last: Mutex::new(None),
        })
    }

    fn call(&self, fraction: f32) -> Result<(), Cancelled> {
        let Some(function) = self.function else { return Ok(()) };
        // The call is skipped while another thread, or an outer call on this thread, is inside the callback.
        if let Some(mut last) = self.last.try_lock() {
            let is_due = last.is_none_or(|(time, _)| fraction >= 1.0 || time.elapsed() >= PAUSE);
            if is_due && !self.cancelled.load(Ordering::Relaxed) {
                let fraction = last.map_or(fraction, |(_, highest)| highest.max(fraction));
                // SAFETY: the caller guarantees that `function` may be called with this pointer.
                let stop = callback::run(|| unsafe { function(self.user, fraction) });
                *last = Some((Instant::now(), fraction));
                if stop != 0 {
                    self.cancelled.store(true, Ordering::Relaxed);
                }
            }
        }
        if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// Converts the callback to the form that jobs take.
    pub(super) fn into_progress(self) -> Progress {
        Box::new(move |fraction| self.call(fraction))
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller guarantees that `release` may be called with this pointer.
            callback::run(|| unsafe { release(self.user) });
        }
    }
}

/// Runs work with a callback as its `on_progress`.
pub(super) fn with_callback<T>(
    callback: Option<&Callback>,
    work: impl FnOnce(ProgressCallback<'_>) -> T,
) -> T {
    match callback {
        None => work(&no_progress),
        Some(callback) => work(&|fraction| callback.call(fraction)),
    }
}
