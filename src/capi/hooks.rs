//! For tests of this line alone, in builds with the feature `panic-hooks`: not part of the ABI, not in the header.

use std::ffi::c_char;

use super::pointers::text;
use super::status::{att3d_status, guard};

/// The next call that comes by that floor panics, once.
/// @param floor not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_test_arm_panic(floor: *const c_char) -> att3d_status {
    guard(|| {
        // SAFETY: the caller's promise.
        crate::error::faults::arm(unsafe { text(floor, "floor") }?);
        Ok(())
    })
}
