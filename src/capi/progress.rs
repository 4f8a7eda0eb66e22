//! Progress callbacks, which every long call takes in its description.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::log::att3d_release_fn;
use crate::error::{Cancelled, Watch, unwatched};
use crate::pipeline::{Progress, callback};

/// Hears of progress: fraction rises from 0 to 1. Called on the library's threads or the caller's, never twice at once for
/// one call, at most every 5 ms and at its end. Nonzero stops the work. It may call the library (the rules
/// are above), and no exception may leave it.
pub type att3d_progress_fn = Option<unsafe extern "C" fn(user: *mut c_void, fraction: f32) -> u32>;

/// Time between two calls of a progress callback.
const PAUSE: Duration = Duration::from_millis(5);

/// A progress callback, called by one thread at a time. Dropping it calls the release function.
pub(super) struct Callback {
    function: Option<unsafe extern "C" fn(*mut c_void, f32) -> u32>,
    release: att3d_release_fn,
    user: *mut c_void,
    cancelled: AtomicBool,
    /// When it was called last, and with how much.
    last: Mutex<Option<(Instant, f32)>>,
}

// SAFETY: the header says that the callback is called on the library's threads; the pointer is only handed back.
unsafe impl Send for Callback {}
// SAFETY: as above.
unsafe impl Sync for Callback {}

impl Callback {
    /// Takes over what a description holds; `None` where it has no functions.
    pub(super) fn of(
        function: att3d_progress_fn,
        user: *mut c_void,
        release: att3d_release_fn,
    ) -> Option<Self> {
        let is_given = function.is_some() || release.is_some();
        is_given.then(|| Self {
            function,
            release,
            user,
            cancelled: AtomicBool::new(false),
            last: Mutex::new(None),
        })
    }

    fn call(&self, fraction: f32) -> Result<(), Cancelled> {
        let Some(function) = self.function else { return Ok(()) };
        // Another thread is in there, or this one is, further up: it hears enough.
        if let Some(mut last) = self.last.try_lock() {
            let is_due = last.is_none_or(|(time, _)| fraction >= 1.0 || time.elapsed() >= PAUSE);
            if is_due && !self.cancelled.load(Ordering::Relaxed) {
                let fraction = last.map_or(fraction, |(_, highest)| highest.max(fraction));
                // SAFETY: the caller promises a callable function for this pointer.
                let stop = callback::run(|| unsafe { function(self.user, fraction) });
                *last = Some((Instant::now(), fraction));
                if stop != 0 {
                    self.cancelled.store(true, Ordering::Relaxed);
                }
            }
        }
        if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// The callback as jobs take it.
    pub(super) fn into_progress(self) -> Progress {
        Box::new(move |fraction| self.call(fraction))
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller promises a callable function for this pointer.
            callback::run(|| unsafe { release(self.user) });
        }
    }
}

/// Runs work with a callback as its watch.
pub(super) fn watched<T>(callback: Option<&Callback>, work: impl FnOnce(Watch<'_>) -> T) -> T {
    match callback {
        None => work(&unwatched),
        Some(callback) => work(&|fraction| callback.call(fraction)),
    }
}
