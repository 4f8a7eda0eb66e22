//! Hooks for tests of the C interface, in builds with the feature `panic-hooks`. Not part of the ABI or the
//! header.

use std::ffi::c_char;

use super::pointers::text;
use super::status::{att3d_status, guard};

/// Makes the next call that passes the named point of the library panic, once.
/// @param floor Name of the point in UTF-8, NUL-terminated; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_test_arm_panic(floor: *const c_char) -> att3d_status {
    guard(|| {
        // SAFETY: the caller guarantees a NUL-terminated text.
        crate::error::faults::arm(unsafe { text(floor, "floor") }?);
        Ok(())
    })
}
