//! The C interface of `include/att3d.h`: null checks, handles, panics caught. No logic.
//!
//! The rules, for every function here:
//!
//! - it is `guard(|| …)`: a panic becomes `ATT3D_INTERNAL`, a failure its status, and the text is kept for the thread;
//! - pointers are checked first (null, alignment), outputs are written on success alone;
//! - integers come in and are checked before they become enums; structs begin with `struct_size`, and zero is default;
//! - `const *` handles may be read by many threads; children keep their parents alive, so any order of freeing is right.
//!
//! cbindgen makes the header out of this folder; `tests/header.rs` holds the committed one against it.

#![allow(non_camel_case_types)]

mod context;
mod detail;
mod export;
mod field;
mod generate;
mod handle;
mod job;
mod latent;
mod live;
mod log;
mod mesh;
mod model;
mod morph;
mod picture;
mod pointers;
mod process;
mod progress;
mod reading;
mod shape;
mod status;
mod structs;
mod stylize;
mod texture;
mod version;

#[cfg(feature = "panic-hooks")]
mod hooks;

#[cfg(test)]
mod tests;
