//! Version of the library that was linked.

use std::ffi::c_char;

/// Major number of the ABI. A program works only with a library whose major number equals the
/// ATT3D_ABI_MAJOR with which the program was built.
pub const ATT3D_ABI_MAJOR: u32 = 1;
/// Minor number of the ABI. It rises when functions or fields are added.
pub const ATT3D_ABI_MINOR: u32 = 2;

/// Returns the ABI version of this library, major << 16 | minor. Thread-safe.
/// A program that was built with this header runs with every library that has the same major number
/// (ATT3D_ABI_MAJOR) and at least the same minor number (ATT3D_ABI_MINOR).
#[unsafe(no_mangle)]
pub extern "C" fn att3d_abi_version() -> u32 {
    ATT3D_ABI_MAJOR << 16 | ATT3D_ABI_MINOR
}

/// Returns the library's version, such as "0.1.0". The text is static and never NULL. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
