//! What was linked.

use std::ffi::c_char;

/// The ABI's major number: programs compiled against another one must not call on.
pub const ATT3D_ABI_MAJOR: u32 = 0;
/// The ABI's minor number: it rises when functions or fields are added.
pub const ATT3D_ABI_MINOR: u32 = 8;

/// The ABI of this library, `major << 16 | minor`. A program runs with any library of its header's ATT3D_ABI_MAJOR and
/// of at least its ATT3D_ABI_MINOR. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_abi_version() -> u32 {
    ATT3D_ABI_MAJOR << 16 | ATT3D_ABI_MINOR
}

/// The library's version, such as "0.1.0". Static; never NULL. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
