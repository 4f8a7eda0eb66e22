//! Work on threads of this extension. The threads never use objects of the engine. They end before the
//! extension is unloaded.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::ffi;
use crate::library::{Failure, FailureKind};

/// Locks a mutex, also if another thread panicked while it held the lock.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fraction of the work that is done, and whether it was canceled.
#[derive(Default)]
pub struct Progress {
    fraction: AtomicU32,
    canceled: AtomicBool,
}

impl Progress {
    /// Returns the fraction of the work that is done, 0 to 1.
    pub fn fraction(&self) -> f32 {
        f32::from_bits(self.fraction.load(Ordering::Relaxed))
    }

    /// Requests that the work stops.
    pub fn cancel(&self) {
        self.canceled.store(true, Ordering::Relaxed);
    }

    /// Fails if the work was canceled.
    pub fn check(&self) -> Result<(), Failure> {
        if self.canceled.load(Ordering::Relaxed) { Err(Failure::canceled()) } else { Ok(()) }
    }

    /// Returns the part of the progress from `start` to `end`.
    pub fn part(&self, start: f32, end: f32) -> ProgressPart<'_> {
        ProgressPart { progress: self, start, end }
    }
}

/// Part of the progress, for one call of the library.
pub struct ProgressPart<'a> {
    progress: &'a Progress,
    start: f32,
    end: f32,
}

impl ProgressPart<'_> {
    /// Returns the callback for a call that returns before this object is dropped.
    pub fn callback(&self) -> ffi::att3d_progress {
        let user = std::ptr::from_ref(self).cast_mut().cast();
        ffi::att3d_progress { callback: Some(report), user, release: None }
    }

    /// Sets the fraction of the part that is done.
    pub fn set(&self, fraction: f32) {
        let fraction = self.start + fraction * (self.end - self.start);
        self.progress.fraction.store(fraction.to_bits(), Ordering::Relaxed);
    }

    /// Returns a part of this part.
    pub fn part(&self, start: f32, end: f32) -> ProgressPart<'_> {
        let width = self.end - self.start;
        self.progress.part(self.start + start * width, self.start + end * width)
    }

    /// Fails if the work was canceled.
    pub fn check(&self) -> Result<(), Failure> {
        self.progress.check()
    }
}

/// The progress callback. The library runs it on one thread at a time.
unsafe extern "C" fn report(user: *mut c_void, fraction: f32) -> u32 {
    // SAFETY: `callback` made the pointer from a part that lives until the call of the library returns.
    let part = unsafe { &*user.cast::<ProgressPart<'_>>() };
    part.set(fraction);
    u32::from(part.check().is_err())
}

/// A thread, and how it is asked to stop.
struct Running {
    stop: Box<dyn Fn() + Send>,
    thread: JoinHandle<()>,
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// Starts a thread. stop: asks the thread to end soon; it is called from the main thread.
pub fn spawn(stop: impl Fn() + Send + 'static, work: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    let mut running = locked(&RUNNING);
    running.retain(|one| !one.thread.is_finished());
    let thread = std::thread::Builder::new().name("att3d".into()).spawn(work).map_err(|error| Failure {
        kind: FailureKind::Other,
        message: format!("the system cannot start a thread: {error}"),
    })?;
    running.push(Running { stop: Box::new(stop), thread });
    Ok(())
}

/// Stops all threads and waits for their end.
pub fn stop_all() {
    let running = std::mem::take(&mut *locked(&RUNNING));
    for one in &running {
        (one.stop)();
    }
    for one in running {
        // A panic of the thread was caught and reported before.
        let _ = one.thread.join();
    }
}

/// Work with one result. It is canceled when it is dropped.
pub struct Job<T> {
    progress: Arc<Progress>,
    result: Arc<Mutex<Option<Result<T, Failure>>>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts the work on a thread of its own.
    pub fn start(
        work: impl FnOnce(&Progress) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Self, Failure> {
        let progress = Arc::new(Progress::default());
        let result = Arc::new(Mutex::new(None));
        let (stop, of_thread, slot) = (Arc::clone(&progress), Arc::clone(&progress), Arc::clone(&result));
        spawn(
            move || stop.cancel(),
            move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| work(&of_thread)));
                let outcome = outcome.unwrap_or_else(|_| {
                    let message =
                        "a defect of the addon att3d stopped the work; the console has the details".into();
                    Err(Failure { kind: FailureKind::Other, message })
                });
                *locked(&slot) = Some(outcome);
            },
        )?;
        Ok(Self { progress, result })
    }

    /// Returns the fraction of the work that is done, 0 to 1.
    pub fn fraction(&self) -> f32 {
        self.progress.fraction()
    }

    /// Takes the result if the work has ended.
    pub fn take(&self) -> Option<Result<T, Failure>> {
        locked(&self.result).take()
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.progress.cancel();
    }
}
