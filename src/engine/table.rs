//! The versioned C table through which an engine in another library is called: `att3d_engine_v1`.
//!
//! A module is a dynamic library that exports one function, [`SYMBOL`]. It returns a pointer to an
//! [`EngineTable`] that lives as long as the module. [`serve`] makes the table of any
//! [`Engine`](super::Engine); [`super::module`] opens modules and calls their tables. The numbers and layouts
//! here are a contract between libraries of different builds:
//!
//! - The table begins with its version and its size. Options, calls, memory and field properties begin with
//!   their size. These structs grow only at their end, with a new version of the table.
//! - A function that can fail returns a [`Status`] number. With any status except `Done` and `Absent`, the
//!   function writes an error text, cut to the given capacity.
//! - Out-pointers are written only on success.
//! - No panic and no exception crosses the boundary.

#![allow(unsafe_code, reason = "the table holds functions and pointers of another library")]

mod serve;

use std::ffi::{c_char, c_void};

use super::array::DeviceMemory;
use super::error::EngineError;

pub use serve::{Served, serve};
pub(super) use serve::{panic_text, said};

/// The table's version. Of a table with another version, only the version and the size may be read.
pub const ABI_VERSION: u32 = 1;

/// The name of the one function that a module exports: `const att3d_engine_v1 *att3d_engine_v1_get(void)`.
pub const SYMBOL: &str = "att3d_engine_v1_get";

/// The type of the function [`SYMBOL`].
pub type GetTable = unsafe extern "C" fn() -> *const EngineTable;

/// The result of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// The call succeeded.
    Done = 0,
    /// The engine does not have the optional kernel, field decoder or bounds that were requested.
    Absent = 1,
    /// The library that the engine uses reported an error.
    Failed = 2,
    /// The device ran out of memory.
    OutOfMemory = 3,
    /// A call lacks an argument that its kernel needs, or an argument is invalid.
    Malformed = 4,
    /// The device does not exist.
    NoDevice = 5,
}

impl Status {
    /// Returns the status with the given number; an unknown number gives `Failed`.
    pub fn of(number: u32) -> Self {
        [Self::Done, Self::Absent, Self::OutOfMemory, Self::Malformed, Self::NoDevice]
            .into_iter()
            .find(|&status| status as u32 == number)
            .unwrap_or(Self::Failed)
    }

    pub(super) fn of_error(error: &EngineError) -> Self {
        match error {
            EngineError::OutOfMemory { .. } | EngineError::Budget { .. } => Self::OutOfMemory,
            EngineError::Malformed { .. } => Self::Malformed,
            EngineError::NoDevice { .. } => Self::NoDevice,
            EngineError::Unsupported { .. } => Self::Absent,
            _ => Self::Failed,
        }
    }
}

/// A buffer for the text of an error: NUL-terminated UTF-8.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorText {
    /// Beginning of the buffer; may be null.
    pub text: *mut c_char,
    /// Size of the buffer in bytes.
    pub capacity: usize,
}

/// Options of an engine.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawOptions {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Kind of device. 0: the CPU. 1: a CUDA device.
    pub device: u32,
    /// Index of the CUDA device.
    pub device_index: u32,
    /// Number of threads on the CPU; 0 for the library's own choice.
    pub threads: u32,
    /// Number of the [`Precision`](super::Precision) in which networks are computed.
    pub precision: u32,
    /// Reserved; 0.
    pub reserved: u32,
    /// Bytes that a field's intermediate values may take on the device; 0 for the module's own choice.
    pub field_budget: u64,
}

/// An array that is passed to a kernel: a buffer of the module, and its shape.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawView {
    /// Buffer of the same module; null if an optional array is absent.
    pub buffer: *const c_void,
    /// Row-major sizes.
    pub shape: *const usize,
    /// Number of sizes.
    pub rank: usize,
}

/// A kernel call: the C form of [`super::call::Call`].
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawCall {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Number of the [`super::call::Kernel`].
    pub kernel: u32,
    /// Arrays.
    pub views: *const RawView,
    /// Number of arrays.
    pub view_count: usize,
    /// Sizes, choices and flags.
    pub integers: *const usize,
    /// Number of integers.
    pub integer_count: usize,
    /// Real parameters, such as a scale, a shift or an epsilon.
    pub numbers: *const f32,
    /// Number of real parameters.
    pub number_count: usize,
    /// Token ids or cells.
    pub indices: *const u32,
    /// Number of indices.
    pub index_count: usize,
}

/// Memory of a device, in bytes. A value is 0 if it is unknown.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RawMemory {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Reserved; 0.
    pub reserved: u32,
    /// Bytes that the engine's arrays hold.
    pub in_use: u64,
    /// Free bytes on the device.
    pub free: u64,
    /// Size of the device's memory in bytes.
    pub total: u64,
}

impl From<RawMemory> for DeviceMemory {
    fn from(memory: RawMemory) -> Self {
        Self { in_use: memory.in_use, free: memory.free, total: memory.total }
    }
}

/// Properties of a prepared field.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RawFieldInfo {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Number of values per point.
    pub channels: u32,
    /// Best number of points per call.
    pub batch: u64,
}

/// The functions of an engine: `att3d_engine_v1`. Engines, buffers and fields are pointers of the module.
/// Each pointer is freed separately. Every function may be called from any thread, and from several threads
/// in parallel.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the line before each field describes the function")]
pub struct EngineTable {
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// Size in bytes of this struct as the module knows it.
    pub struct_size: u32,
    /// A short name, NUL-terminated: `torch`.
    pub name: *const c_char,
    /// Name and version of the library that the engine uses, NUL-terminated: `libtorch 2.11.0`.
    pub library: *const c_char,
    /// Writes the number of CUDA devices. Loads the libraries that the module needs for CUDA.
    pub cuda_device_count: unsafe extern "C" fn(out_count: *mut u32, error: ErrorText) -> u32,
    /// Creates an engine.
    pub create: unsafe extern "C" fn(
        options: *const RawOptions,
        out_engine: *mut *mut c_void,
        error: ErrorText,
    ) -> u32,
    /// Frees an engine. Its buffers and fields stay valid.
    pub destroy: unsafe extern "C" fn(engine: *mut c_void),
    /// Writes the engine's memory. The caller sets `out_memory.struct_size`.
    pub memory:
        unsafe extern "C" fn(engine: *const c_void, out_memory: *mut RawMemory, error: ErrorText) -> u32,
    /// Frees the memory that is only kept for reuse.
    pub trim: unsafe extern "C" fn(engine: *const c_void),
    /// Copies values into a new buffer. precision: number of the [`Precision`](super::Precision) of the
    /// bytes. The values are row-major and little-endian.
    pub upload: unsafe extern "C" fn(
        engine: *const c_void,
        precision: u32,
        bytes: *const u8,
        byte_count: usize,
        shape: *const usize,
        rank: usize,
        out_buffer: *mut *mut c_void,
        error: ErrorText,
    ) -> u32,
    /// Copies values to the host as f32, row-major. `count` is the product of the view's shape.
    pub download: unsafe extern "C" fn(
        engine: *const c_void,
        view: *const RawView,
        values: *mut f32,
        count: usize,
        error: ErrorText,
    ) -> u32,
    /// Frees a buffer.
    pub free_buffer: unsafe extern "C" fn(buffer: *mut c_void),
    /// Runs a kernel.
    pub call: unsafe extern "C" fn(
        engine: *const c_void,
        call: *const RawCall,
        out_buffer: *mut *mut c_void,
        error: ErrorText,
    ) -> u32,
    /// Prepares a field from a call of the kernel `PrepareField`, and writes its properties. The caller sets
    /// `out_info.struct_size`.
    pub prepare_field: unsafe extern "C" fn(
        engine: *const c_void,
        call: *const RawCall,
        out_field: *mut *mut c_void,
        out_info: *mut RawFieldInfo,
        error: ErrorText,
    ) -> u32,
    /// Evaluates a field at points. points: count · 3; values: count · channels.
    pub decode: unsafe extern "C" fn(
        field: *const c_void,
        points: *const f32,
        count: usize,
        values: *mut f32,
        error: ErrorText,
    ) -> u32,
    /// Evaluates channel 0 and its gradient. points: count · 3; values: count; gradients: count · 3.
    pub decode_with_gradient: unsafe extern "C" fn(
        field: *const c_void,
        points: *const f32,
        count: usize,
        values: *mut f32,
        gradients: *mut f32,
        error: ErrorText,
    ) -> u32,
    /// Computes bounds of channel 0 over a box. minimum, maximum: 3 numbers each. Returns `Absent` if the
    /// engine has no bounds.
    pub bounds: unsafe extern "C" fn(
        field: *const c_void,
        minimum: *const f32,
        maximum: *const f32,
        out_lowest: *mut f32,
        out_highest: *mut f32,
        error: ErrorText,
    ) -> u32,
    /// Frees a field.
    pub free_field: unsafe extern "C" fn(field: *mut c_void),
}

// SAFETY: the pointers point to constants of the module, which is never unloaded.
unsafe impl Send for EngineTable {}
// SAFETY: the table and the constants that it points to are never written.
unsafe impl Sync for EngineTable {}

#[cfg(test)]
mod tests;
