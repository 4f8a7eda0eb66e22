//! Knows whether the current thread is inside a caller's callback, where waiting for the library's own threads could wait
//! for itself.

use std::cell::Cell;

use super::{InsideCallback, PipelineError};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a caller's callback.
pub fn run<T>(callback: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
        }
    }
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    let _leave = Leave;
    callback()
}

/// Is this thread inside a caller's callback?
pub fn is_inside() -> bool {
    DEPTH.with(|depth| depth.get() > 0)
}

/// What a thread that waits for its turn asks. Errors: `InsideCallback`, for the turn that the callback's own work holds may
/// be the one that another waits for.
pub fn may_wait() -> Result<(), PipelineError> {
    if is_inside() { Err(InsideCallback.into()) } else { Ok(()) }
}
