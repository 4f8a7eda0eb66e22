//! The C interface of `include/att3d.h`. It checks pointers, manages handles and catches panics.
//!
//! Every function here follows these rules:
//!
//! - It runs inside `guard(|| …)`, which stores the message of a failure for the calling thread. A failure
//!   becomes its status, and a panic becomes `ATT3D_INTERNAL`. A function that frees a handle runs inside
//!   `quietly(|| …)`, which keeps the message of the previous failure.
//! - It takes the progress callback first, then checks pointers (null, alignment), and writes outputs only on
//!   success. Only `att3d_field_sample` may change its output arrays and then fail.
//! - It checks integers before it converts them to enums. Structs begin with `struct_size`, and a zero field
//!   selects the default.
//! - Several threads may read a `const *` handle at the same time. Objects keep alive what they were made
//!   from, so that handles may be freed in any order.
//!
//! cbindgen makes the header from this folder, and `tests/header.rs` compares it with the committed one.

#![allow(non_camel_case_types, reason = "the types have the names that the header gives them")]

mod buffer;
mod context;
mod detail;
mod export;
mod field;
mod generate;
mod handle;
mod job;
mod latent;
mod layout;
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
mod work;
mod worker;

#[cfg(feature = "panic-hooks")]
mod hooks;

#[cfg(test)]
mod tests;
