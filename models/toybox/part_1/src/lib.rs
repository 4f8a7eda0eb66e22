//! The first half of the bundled model of [att3d](https://github.com/libatt3d/libatt3d).
//!
//! The model is divided because a crate on crates.io has at most 10 MiB. The crate `att3d` joins the halves.
#![forbid(unsafe_code)]
#![no_std]

/// Bytes of the first half of `toybox.att3d`.
// A static would be in each static library beside the joined halves. A reference to an array would be stored
// several times in the crate's metadata: 22 MB instead of 6 MB.
#[allow(clippy::large_const_arrays, reason = "only `att3d` uses the constant, once")]
pub const BYTES: [u8; include_bytes!(concat!(env!("OUT_DIR"), "/half")).len()] =
    *include_bytes!(concat!(env!("OUT_DIR"), "/half"));
