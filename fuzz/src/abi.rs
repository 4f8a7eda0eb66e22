//! Declarations of the C functions that the targets call, as in `include/att3d.h`.
#![allow(
    non_camel_case_types,
    clippy::missing_safety_doc,
    reason = "names are those of C, and att3d.h states what callers must ensure"
)]

use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

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
pub struct att3d_context_desc {
    pub struct_size: u32,
    pub device: u32,
    pub device_index: u32,
    pub thread_count: u32,
    pub engine: u32,
    pub precision: u32,
    pub is_worker: u32,
    pub thread_priority: u32,
    pub field_memory: u64,
    pub memory_limit: u64,
}

#[repr(C)]
pub struct att3d_generate_desc {
    pub struct_size: u32,
    pub flags: u32,
    pub resolution: u32,
    pub texture_size: u32,
    pub triangle_budget: u32,
    pub level_count: u32,
    pub hull_count: u32,
    pub hull_vertex_count: u32,
    pub min_component: f32,
    pub reserved: u32,
    pub seed: u64,
    pub memory_limit: u64,
    pub progress: [usize; 3],
}

impl att3d_generate_desc {
    /// Returns the defaults with this number of cells.
    pub fn of(resolution: u32) -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            flags: 0,
            resolution,
            texture_size: 0,
            triangle_budget: 0,
            level_count: 0,
            hull_count: 0,
            hull_vertex_count: 0,
            min_component: 0.0,
            reserved: 0,
            seed: 0,
            memory_limit: 0,
            progress: [0; 3],
        }
    }
}

#[repr(C)]
pub struct att3d_load_desc {
    pub struct_size: u32,
    pub reserved: u32,
    pub path: *const c_char,
    pub bytes: *const c_void,
    pub size: usize,
    pub progress: [usize; 3],
}

unsafe extern "C" {
    pub fn att3d_last_error() -> *const c_char;
    pub fn att3d_context_create(desc: *const c_void, out: *mut *mut c_void) -> i32;
    pub fn att3d_context_free(context: *mut c_void);
    pub fn att3d_model_load(
        context: *const c_void,
        desc: *const att3d_load_desc,
        out: *mut *mut c_void,
    ) -> i32;
    pub fn att3d_model_get_info(model: *const c_void, info: *mut c_void) -> i32;
    pub fn att3d_model_free(model: *mut c_void);
    pub fn att3d_latent_from_prompt(
        model: *const c_void,
        prompt: *const c_char,
        seed: u64,
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
    pub fn att3d_mesh_encode(mesh: *const c_void, desc: *const c_void, out: *mut *mut c_void) -> i32;
    pub fn att3d_mesh_copy_vertices(
        mesh: *const c_void,
        layout: *const c_void,
        vertices: *mut c_void,
        size: usize,
    ) -> i32;
    pub fn att3d_buffer_get_bytes(
        buffer: *const c_void,
        out_bytes: *mut *const c_void,
        out_size: *mut usize,
    ) -> i32;
    pub fn att3d_buffer_free(buffer: *mut c_void);
    pub fn att3d_mesh_free(mesh: *mut c_void);
}

/// Loads a package from memory. Returns the status and the model, which is null on failure.
///
/// # Safety
/// `context` is a context that was not freed.
pub unsafe fn load(context: *const c_void, package: &[u8]) -> (i32, *mut c_void) {
    let desc = att3d_load_desc {
        struct_size: size_of::<att3d_load_desc>() as u32,
        reserved: 0,
        path: null(),
        bytes: package.as_ptr().cast(),
        size: package.len(),
        progress: [0; 3],
    };
    let mut model = null_mut();
    // SAFETY: the description is complete, `package` is readable for its length, and the output is writable.
    let status = unsafe { att3d_model_load(context, &desc, &mut model) };
    (status, model)
}

/// Returns a context with one thread.
pub fn context() -> Handle {
    let desc = att3d_context_desc {
        struct_size: size_of::<att3d_context_desc>() as u32,
        device: 0,
        device_index: 0,
        thread_count: 1,
        engine: 0,
        precision: 0,
        is_worker: 0,
        thread_priority: 0,
        field_memory: 0,
        memory_limit: 0,
    };
    let mut context = null_mut();
    // SAFETY: the description is complete, and the output is writable.
    assert_eq!(unsafe { att3d_context_create((&raw const desc).cast(), &mut context) }, ATT3D_OK);
    Handle(context)
}

/// Returns the text of the last failure.
pub fn last_error() -> String {
    // SAFETY: the pointer is never null, and the text is copied before the next call.
    unsafe { CStr::from_ptr(att3d_last_error()) }.to_string_lossy().into_owned()
}
