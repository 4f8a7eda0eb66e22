//! What a function returns, and the text that goes with it.

use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::printable;
use crate::pipeline::{ErrorKind, InsideCallback, PipelineError, TakeError};

/// What became of a call. 0 is success; att3d_last_error() has the text of all others.
pub type att3d_status = i32;

/// It worked.
pub const ATT3D_OK: att3d_status = 0;
/// A pointer that must not be NULL is.
pub const ATT3D_NULL_ARGUMENT: att3d_status = 1;
/// A value, a size or a text is not what it may be.
pub const ATT3D_INVALID_ARGUMENT: att3d_status = 2;
/// The prompt is empty, too long, or holds no word that the model knows.
pub const ATT3D_PROMPT: att3d_status = 3;
/// The system refused to read or write a file.
pub const ATT3D_IO: att3d_status = 4;
/// A package is damaged, or of another version.
pub const ATT3D_FORMAT: att3d_status = 5;
/// This build, this device or this model cannot do it.
pub const ATT3D_UNSUPPORTED: att3d_status = 6;
/// It would hold more memory than it may.
pub const ATT3D_OUT_OF_MEMORY: att3d_status = 7;
/// The engine failed, or the system gave no thread.
pub const ATT3D_ENGINE: att3d_status = 8;
/// Nothing crosses the surface's threshold: there is no mesh.
pub const ATT3D_EMPTY_SURFACE: att3d_status = 9;
/// The caller asked for it to stop.
pub const ATT3D_CANCELLED: att3d_status = 10;
/// It works still; or a callback tried to wait.
pub const ATT3D_BUSY: att3d_status = 11;
/// The model was unloaded.
pub const ATT3D_UNLOADED: att3d_status = 12;
/// The time that a call may wait is over; what it waited for goes on.
pub const ATT3D_TIMEOUT: att3d_status = 13;
/// The buffer is too small; the size that is needed was written.
pub const ATT3D_BUFFER_TOO_SMALL: att3d_status = 14;
/// A defect of the library, caught; it works on.
pub const ATT3D_INTERNAL: att3d_status = 15;
/// The handle was made before a fork, in the parent process. Since 0.8.
pub const ATT3D_FORKED: att3d_status = 16;

/// A call that failed.
#[derive(Debug)]
pub(super) struct Failure {
    status: att3d_status,
    message: String,
}

impl Failure {
    pub(super) fn new(status: att3d_status, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ATT3D_INVALID_ARGUMENT, message)
    }
}

/// The status of a kind of error.
pub(super) fn status_of(error: &PipelineError) -> att3d_status {
    match error.kind() {
        ErrorKind::InvalidArgument => ATT3D_INVALID_ARGUMENT,
        ErrorKind::Prompt => ATT3D_PROMPT,
        ErrorKind::Io => ATT3D_IO,
        ErrorKind::Format => ATT3D_FORMAT,
        ErrorKind::Unsupported => ATT3D_UNSUPPORTED,
        ErrorKind::OutOfMemory => ATT3D_OUT_OF_MEMORY,
        ErrorKind::Engine => ATT3D_ENGINE,
        ErrorKind::EmptySurface => ATT3D_EMPTY_SURFACE,
        ErrorKind::Cancelled => ATT3D_CANCELLED,
        ErrorKind::Busy => ATT3D_BUSY,
        ErrorKind::Unloaded => ATT3D_UNLOADED,
        ErrorKind::Internal => ATT3D_INTERNAL,
    }
}

impl From<&PipelineError> for Failure {
    fn from(error: &PipelineError) -> Self {
        Self::new(status_of(error), error.to_string())
    }
}

impl From<PipelineError> for Failure {
    fn from(error: PipelineError) -> Self {
        Self::from(&error)
    }
}

impl From<TakeError> for Failure {
    fn from(error: TakeError) -> Self {
        match &error {
            TakeError::Running => Self::new(ATT3D_BUSY, error.to_string()),
            TakeError::Taken => Self::invalid(error.to_string()),
            TakeError::Failed(source) => Self::from(source.as_ref()),
        }
    }
}

impl From<InsideCallback> for Failure {
    fn from(error: InsideCallback) -> Self {
        Self::new(ATT3D_BUSY, error.to_string())
    }
}

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// Keeps a text for `att3d_last_error`. Gone with its thread; a thread that ends has nobody left to tell.
fn keep(message: &str) {
    let text = CString::new(printable(message).as_ref()).unwrap_or_default();
    let _ = LAST_ERROR.try_with(|last| *last.borrow_mut() = text);
}

/// Runs a call: no panic passes, the text of a failure is kept for the thread.
pub(super) fn guard(call: impl FnOnce() -> Result<(), Failure>) -> att3d_status {
    let failure = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => {
            keep("");
            return ATT3D_OK;
        }
        Ok(Err(failure)) => failure,
        // What was thrown might panic again when it is dropped.
        Err(panic) => {
            let failure = Failure::from(PipelineError::from_panic(panic.as_ref()));
            std::mem::forget(panic);
            failure
        }
    };
    keep(&failure.message);
    failure.status
}

/// Runs a call that returns nothing: no panic passes, and the text of the failure before it stays, so that a caller may
/// free what it has and then ask.
pub(super) fn quietly(call: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(call)) {
        std::mem::forget(panic);
    }
}

/// The text of the last call of this thread that returned a status: "" after a success. Never NULL; holds until this
/// thread's next call.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_last_error() -> *const c_char {
    LAST_ERROR.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// A status's name, such as "ATT3D_INVALID_ARGUMENT"; "unknown" for a number that is none. Static; never NULL.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_status_name(status: att3d_status) -> *const c_char {
    let name = match status {
        ATT3D_OK => c"ATT3D_OK",
        ATT3D_NULL_ARGUMENT => c"ATT3D_NULL_ARGUMENT",
        ATT3D_INVALID_ARGUMENT => c"ATT3D_INVALID_ARGUMENT",
        ATT3D_PROMPT => c"ATT3D_PROMPT",
        ATT3D_IO => c"ATT3D_IO",
        ATT3D_FORMAT => c"ATT3D_FORMAT",
        ATT3D_UNSUPPORTED => c"ATT3D_UNSUPPORTED",
        ATT3D_OUT_OF_MEMORY => c"ATT3D_OUT_OF_MEMORY",
        ATT3D_ENGINE => c"ATT3D_ENGINE",
        ATT3D_EMPTY_SURFACE => c"ATT3D_EMPTY_SURFACE",
        ATT3D_CANCELLED => c"ATT3D_CANCELLED",
        ATT3D_BUSY => c"ATT3D_BUSY",
        ATT3D_UNLOADED => c"ATT3D_UNLOADED",
        ATT3D_TIMEOUT => c"ATT3D_TIMEOUT",
        ATT3D_BUFFER_TOO_SMALL => c"ATT3D_BUFFER_TOO_SMALL",
        ATT3D_INTERNAL => c"ATT3D_INTERNAL",
        ATT3D_FORKED => c"ATT3D_FORKED",
        _ => c"unknown",
    };
    name.as_ptr()
}
