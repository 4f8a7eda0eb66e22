//! The versioned C table by which an engine in another library is called: `att3d_engine_v1`.
//!
//! A module is a dynamic library that exports one function, [`SYMBOL`], which returns a pointer to an [`EngineTable`] that
//! lives as long as the module. [`serve`] makes the table of any [`Engine`](super::Engine); [`super::module`] opens
//! modules and calls theirs. Numbers and layouts here are a contract between libraries of different builds:
//!
//! - a struct begins with its size, and grows at its end alone, by a new version of the table;
//! - a function returns a [`Status`] number; on any but `Done` it wrote a text, cut to the room it was given;
//! - out-pointers are written on success alone;
//! - no panic and no exception crosses.

#![allow(unsafe_code)]

mod serve;

use std::ffi::{c_char, c_void};

use super::{DeviceMemory, EngineError};

pub use serve::{Served, serve};
pub(super) use serve::{panic_text, said};

/// The table's version. Another number means that nothing can be said of what is behind the pointer but its size.
pub const ABI_VERSION: u32 = 1;

/// The one function that a module exports: `const att3d_engine_v1 *att3d_engine_v1_get(void)`.
pub const SYMBOL: &str = "att3d_engine_v1_get";

/// [`SYMBOL`]'s type.
pub type GetTable = unsafe extern "C" fn() -> *const EngineTable;

/// What a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// Done.
    Done = 0,
    /// The engine has no such kernel; where it is optional, that is no error.
    Absent = 1,
    /// The library below said so.
    Failed = 2,
    /// The device has no room.
    OutOfMemory = 3,
    /// A call without what its kernel needs, or of an unknown kernel.
    Malformed = 4,
    /// A device that is not there.
    NoDevice = 5,
}

impl Status {
    /// The status of a number; unknown ones are failures.
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

/// Room for the text of an error. NUL-terminated UTF-8.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorText {
    /// Where to.
    pub text: *mut c_char,
    /// Bytes there.
    pub capacity: usize,
}

/// What an engine is to be.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawOptions {
    /// Of this struct.
    pub struct_size: u32,
    /// 0: the CPU. 1: a CUDA device.
    pub device: u32,
    /// Which CUDA device.
    pub device_index: u32,
    /// Threads on the CPU; 0 for the library's own choice.
    pub threads: u32,
    /// A [`Precision`](super::Precision)'s number: what networks are computed in.
    pub precision: u32,
    /// 0.
    pub reserved: u32,
    /// Bytes that a field's intermediate values may take on the device; 0 for the module's own choice.
    pub field_budget: u64,
}

/// An array handed over: a buffer of the module, and its shape.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawView {
    /// Of the same module; null where an optional array is absent.
    pub buffer: *const c_void,
    /// Row-major sizes.
    pub shape: *const usize,
    /// How many.
    pub rank: usize,
}

/// A kernel call: [`super::call::Call`] as C has it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawCall {
    /// Of this struct.
    pub struct_size: u32,
    /// A [`super::call::Kernel`]'s number.
    pub kernel: u32,
    /// Arrays.
    pub views: *const RawView,
    /// How many.
    pub view_count: usize,
    /// Sizes, choices and flags.
    pub integers: *const usize,
    /// How many.
    pub integer_count: usize,
    /// Factors.
    pub numbers: *const f32,
    /// How many.
    pub number_count: usize,
    /// Token ids or cells.
    pub indices: *const u32,
    /// How many.
    pub index_count: usize,
}

/// Bytes of a device, 0 where nobody counts.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RawMemory {
    /// Of this struct.
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Held by the engine's arrays.
    pub in_use: u64,
    /// Free on the device.
    pub free: u64,
    /// Of the device.
    pub total: u64,
}

impl From<RawMemory> for DeviceMemory {
    fn from(memory: RawMemory) -> Self {
        Self { in_use: memory.in_use, free: memory.free, total: memory.total }
    }
}

/// What a field is.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RawFieldInfo {
    /// Of this struct.
    pub struct_size: u32,
    /// Values a point.
    pub channels: u32,
    /// Points that it is best asked for at once.
    pub batch: u64,
}

/// `att3d_engine_v1`. Engines, buffers and fields are pointers of the module; freeing one frees nothing of another.
/// Every function may be called from any thread, several at once.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "each field is a function of the contract, said in the line before it")]
pub struct EngineTable {
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// Of this struct, as the module knows it.
    pub struct_size: u32,
    /// A short name, NUL-terminated: `torch`.
    pub name: *const c_char,
    /// What is below, NUL-terminated: `libtorch 2.11.0`.
    pub library: *const c_char,
    /// Writes how many CUDA devices there are. Opens what the module needs for them.
    pub cuda_device_count: unsafe extern "C" fn(out_count: *mut u32, error: ErrorText) -> u32,
    /// Makes an engine.
    pub create: unsafe extern "C" fn(
        options: *const RawOptions,
        out_engine: *mut *mut c_void,
        error: ErrorText,
    ) -> u32,
    /// Frees it. Its buffers and fields live on.
    pub destroy: unsafe extern "C" fn(engine: *mut c_void),
    /// Counts. `out_memory.struct_size` is set by the caller.
    pub memory:
        unsafe extern "C" fn(engine: *const c_void, out_memory: *mut RawMemory, error: ErrorText) -> u32,
    /// Gives back what is only kept for reuse.
    pub trim: unsafe extern "C" fn(engine: *const c_void),
    /// Copies values in. precision: a [`Precision`](super::Precision)'s number, of the bytes. They are row-major and little-endian.
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
    /// Copies values out as f32, row-major. `count` is the product of the view's shape.
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
    /// Prepares a field of a call of the kernel `PrepareField`, and describes it. `out_info.struct_size` is set by the caller.
    pub prepare_field: unsafe extern "C" fn(
        engine: *const c_void,
        call: *const RawCall,
        out_field: *mut *mut c_void,
        out_info: *mut RawFieldInfo,
        error: ErrorText,
    ) -> u32,
    /// points: count · 3; values: count · channels.
    pub decode: unsafe extern "C" fn(
        field: *const c_void,
        points: *const f32,
        count: usize,
        values: *mut f32,
        error: ErrorText,
    ) -> u32,
    /// Of channel 0. points: count · 3; values: count; gradients: count · 3.
    pub decode_with_gradient: unsafe extern "C" fn(
        field: *const c_void,
        points: *const f32,
        count: usize,
        values: *mut f32,
        gradients: *mut f32,
        error: ErrorText,
    ) -> u32,
    /// Bounds of channel 0 over a box (three numbers each); `Absent` where the engine has none.
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

// SAFETY: the pointers are to constants of the module, which is never unloaded.
unsafe impl Send for EngineTable {}
// SAFETY: as above; nothing is written.
unsafe impl Sync for EngineTable {}

#[cfg(test)]
mod tests;
