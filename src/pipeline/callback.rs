//! Tracks whether the current thread is inside a caller's callback. Inside a callback, a wait for the
//! library's threads might never end, because the current thread may be one of them.

use super::{InsideCallback, PipelineError, callback};
use crate::error::ProgressCallback;
use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a caller's callback and marks the thread as inside it.
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

/// Returns whether this thread is inside a caller's callback.
pub fn is_inside() -> bool {
    DEPTH.with(|depth| depth.get() > 0)
}

/// Checks that this thread may wait for its turn on an engine. Errors: `InsideCallback`, because the work
/// that runs the callback may itself hold the turn.
pub fn may_wait() -> Result<(), PipelineError> {
    if is_inside() { Err(InsideCallback.into()) } else { Ok(()) }
}

/// Checks that the work may wait for its turn on the engine. Errors: `Cancelled`, `InsideCallback`.
pub(super) fn patience(on_progress: ProgressCallback<'_>) -> Result<(), PipelineError> {
    callback::may_wait()?;
    Ok(on_progress(0.0)?)
}
