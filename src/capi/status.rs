//! Status of a function, and its error message.

use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::printable;
use crate::pipeline::{ErrorKind, InsideCallback, PipelineError, TakeError};

/// Result of a function. 0 is success. For every other value, att3d_last_error() returns a message.
pub type att3d_status = i32;

/// The call succeeded.
pub const ATT3D_OK: att3d_status = 0;
/// A pointer that must not be NULL is NULL.
pub const ATT3D_NULL_ARGUMENT: att3d_status = 1;
/// An argument is malformed or out of range.
pub const ATT3D_INVALID_ARGUMENT: att3d_status = 2;
/// The prompt is empty or too long, or it names no thing that the model knows (see
/// att3d_reading_get_thing).
pub const ATT3D_PROMPT: att3d_status = 3;
/// The system could not read or write a file.
pub const ATT3D_IO: att3d_status = 4;
/// A package or file is damaged or has an unsupported version, or a network returned a number that is not
/// finite.
pub const ATT3D_FORMAT: att3d_status = 5;
/// This build, device or model does not support the request.
pub const ATT3D_UNSUPPORTED: att3d_status = 6;
/// The work would exceed its memory limit, or the device has too little free memory.
pub const ATT3D_OUT_OF_MEMORY: att3d_status = 7;
/// The engine failed, or the system could not start a thread.
pub const ATT3D_ENGINE: att3d_status = 8;
/// No point of the extraction grid is inside (see att3d_field_info.kind), so there is no surface and no mesh.
pub const ATT3D_EMPTY_SURFACE: att3d_status = 9;
/// The caller stopped the work.
pub const ATT3D_CANCELLED: att3d_status = 10;
/// The job is still running, or a call inside a callback would have to wait.
pub const ATT3D_BUSY: att3d_status = 11;
/// The model was unloaded, or only described (att3d_model_describe).
pub const ATT3D_UNLOADED: att3d_status = 12;
/// The wait timed out; the work continues.
pub const ATT3D_TIMEOUT: att3d_status = 13;
/// The buffer is too small; the message states the required size.
pub const ATT3D_BUFFER_TOO_SMALL: att3d_status = 14;
/// A defect of the library was caught; the library continues to work.
pub const ATT3D_INTERNAL: att3d_status = 15;
/// The handle was made in the parent process before a fork.
pub const ATT3D_FORKED: att3d_status = 16;

/// Status and message of a failed call.
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

/// Returns the status for an error.
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

/// Stores a message for `att3d_last_error`. While the thread ends, its thread-local storage is gone, and the
/// message is not stored.
fn keep(message: &str) {
    let text = CString::new(printable(message).as_ref()).unwrap_or_default();
    let _ = LAST_ERROR.try_with(|last| *last.borrow_mut() = text);
}

/// Runs a call. Converts a panic to a status and keeps the message of a failure for the thread.
pub(super) fn guard(call: impl FnOnce() -> Result<(), Failure>) -> att3d_status {
    let failure = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => {
            keep("");
            return ATT3D_OK;
        }
        Ok(Err(failure)) => failure,
        // The payload is leaked, since its drop might panic again.
        Err(panic) => {
            let failure = Failure::from(PipelineError::from_panic(panic.as_ref()));
            std::mem::forget(panic);
            failure
        }
    };
    keep(&failure.message);
    failure.status
}

/// Runs a call that returns no status, and catches a panic.
///
/// The message of the previous failure stays, so that a caller may free its handles before it reads the
/// message.
pub(super) fn quietly(call: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(call)) {
        std::mem::forget(panic);
    }
}

/// Returns the message of this thread's last call that returned a status, or "" if that call succeeded.
/// Thread-safe. The result is never NULL. The text is valid until this thread's next call that returns a
/// status.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_last_error() -> *const c_char {
    LAST_ERROR.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// Returns the name of a status, such as "ATT3D_INVALID_ARGUMENT", or "unknown". Thread-safe.
/// The text is static and never NULL.
/// @param status A status; any number is allowed.
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
