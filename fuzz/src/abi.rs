//! Declarations of the C functions that the targets call, as in `include/att3d.h`.
#![allow(non_camel_case_types, clippy::missing_safety_doc)]

use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;

// This crate exports the functions.
extern crate att3d as _;

pub const ATT3D_OK: i32 = 0;
pub const ATT3D_INTERNAL: i32 = 15;

/// A handle that several threads may use. The header permits this for all handles that these targets keep.
pub struct Handle(pub *mut c_void);

// SAFETY: the library's handles are thread-safe.
unsafe impl Send for Handle {}
// SAFETY: the library's handles are thread-safe.
unsafe impl Sync for Handle {}

#[repr(C)]
pub struct att3d_generate_desc {
    pub struct_size: u32,
    pub resolution: u32,
    pub flags: u32,
    pub reserved: u32,
    pub seed: u64,
    pub memory_limit: u64,
    pub progress: [usize; 3],
}

impl att3d_generate_desc {
    pub fn new() -> Self {
        let struct_size = size_of::<Self>() as u32;
        Self { struct_size, resolution: 0, flags: 0, reserved: 0, seed: 0, memory_limit: 0, progress: [0; 3] }
    }
}

impl Default for att3d_generate_desc {
    fn default() -> Self {
        Self::new()
    }
}

unsafe extern "C" {
    pub fn att3d_last_error() -> *const c_char;
    pub fn att3d_context_create(desc: *const c_void, out: *mut *mut c_void) -> i32;
    pub fn att3d_context_free(context: *mut c_void);
    pub fn att3d_model_load_memory(
        context: *const c_void,
        bytes: *const c_void,
        size: usize,
        out: *mut *mut c_void,
    ) -> i32;
    pub fn att3d_model_get_info(model: *const c_void, info: *mut c_void) -> i32;
    pub fn att3d_model_free(model: *mut c_void);
    pub fn att3d_latent_from_prompt(
        model: *const c_void,
        prompt: *const c_char,
        out: *mut *mut c_void,
    ) -> i32;
    pub fn att3d_latent_free(latent: *mut c_void);
    pub fn att3d_field_from_latent(latent: *const c_void, shape: *const c_void, out: *mut *mut c_void)
    -> i32;
    pub fn att3d_field_sample(
        field: *const c_void,
        points: *const f32,
        count: usize,
        desc: *const c_void,
    ) -> i32;
    pub fn att3d_field_free(field: *mut c_void);
    pub fn att3d_generate(
        model: *const c_void,
        prompt: *const c_char,
        desc: *const att3d_generate_desc,
        out: *mut *mut c_void,
    ) -> i32;
    pub fn att3d_mesh_get_info(mesh: *const c_void, info: *mut c_void) -> i32;
    pub fn att3d_mesh_encode(
        mesh: *const c_void,
        desc: *const c_void,
        buffer: *mut c_void,
        capacity: usize,
        out_size: *mut usize,
    ) -> i32;
    pub fn att3d_mesh_free(mesh: *mut c_void);
}

/// Returns a context with one thread.
pub fn context() -> Handle {
    // The fields struct_size, device, device_index and thread_count of att3d_context_desc.
    let desc = [16u32, 0, 0, 1];
    let mut context = null_mut();
    // SAFETY: the description is complete, and the output is writable.
    assert_eq!(unsafe { att3d_context_create(desc.as_ptr().cast(), &mut context) }, ATT3D_OK);
    Handle(context)
}

/// Returns the text of the last failure.
pub fn last_error() -> String {
    // SAFETY: the pointer is never null, and the text is copied before the next call.
    unsafe { CStr::from_ptr(att3d_last_error()) }.to_string_lossy().into_owned()
}
