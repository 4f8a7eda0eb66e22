//! The table of an engine, as a module implements it.

use std::any::Any;
use std::ffi::{CStr, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use super::{
    ABI_VERSION, EngineTable, ErrorText, RawCall, RawFieldInfo, RawMemory, RawOptions, RawView, Status,
};
use crate::engine::array::{Buffer, View};
use crate::engine::call::{Call, Kernel, answer, answer_field};
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::{Engine, FieldDecoder, Precision, StoredArray};

/// An engine that a module provides.
pub trait Served: Engine + Sized + 'static {
    /// A short name: `torch`.
    const NAME: &'static CStr;
    /// Name and version of the library that the engine uses: `libtorch 2.11.0`.
    const LIBRARY: &'static CStr;

    /// Returns how many CUDA devices there are. Errors: `Backend`.
    fn cuda_device_count() -> EngineResult<u32>;

    /// Opens an engine. Errors: `NoDevice`, `Threads`, `Backend`.
    fn open(options: &RawOptions) -> EngineResult<Self>;
}

/// Returns the table of an engine.
pub const fn serve<E: Served>() -> EngineTable {
    EngineTable {
        abi_version: ABI_VERSION,
        struct_size: size_of::<EngineTable>() as u32,
        name: E::NAME.as_ptr(),
        library: E::LIBRARY.as_ptr(),
        cuda_device_count: cuda_device_count::<E>,
        create: create::<E>,
        destroy: destroy::<E>,
        memory: memory::<E>,
        trim: trim::<E>,
        upload: upload::<E>,
        download: download::<E>,
        free_buffer,
        call: call::<E>,
        prepare_field: prepare_field::<E>,
        decode,
        decode_with_gradient,
        bounds,
        free_field,
    }
}

type Field = Box<dyn FieldDecoder>;

/// Runs a call and returns its status. It catches panics, and writes the text of a failure to the caller's
/// buffer.
pub(super) fn guard(error: ErrorText, work: impl FnOnce() -> EngineResult<Status>) -> u32 {
    let (status, text) = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(status)) => return status as u32,
        Ok(Err(failure)) => (Status::of_error(&failure), said(&failure)),
        Err(panic) => (Status::Failed, format!("a defect of the module was caught: {}", panic_text(&*panic))),
    };
    put(error, &text);
    status as u32
}

/// Returns the text of a failure, without the parts that the caller's side adds again.
pub(in crate::engine) fn said(failure: &EngineError) -> String {
    match failure {
        EngineError::Backend { message, .. }
        | EngineError::OutOfMemory { message, .. }
        | EngineError::NoDevice { message, .. } => message.clone(),
        other => other.to_string(),
    }
}

pub(in crate::engine) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text")
}

/// Writes a NUL-terminated text, cut after a whole character so that it fits.
fn put(error: ErrorText, text: &str) {
    if error.text.is_null() || error.capacity == 0 {
        return;
    }
    let end = (0..error.capacity.min(text.len() + 1)).rev().find(|&end| text.is_char_boundary(end));
    let bytes = text.as_bytes().get(..end.unwrap_or(0)).unwrap_or_default();
    // SAFETY: the caller provides `capacity` bytes; at most `capacity` − 1 bytes and a NUL are written.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), error.text.cast::<u8>(), bytes.len());
        error.text.add(bytes.len()).write(0);
    }
}

/// # Safety
/// `pointer` points to `count` values that live for `'a`, or `count` is 0.
unsafe fn list<'a, T>(pointer: *const T, count: usize) -> &'a [T] {
    // SAFETY: the caller guarantees that `pointer` points to `count` live values.
    if count == 0 { &[] } else { unsafe { slice::from_raw_parts(pointer, count) } }
}

/// # Safety
/// As for [`list`], and no other reference to the values exists during `'a`.
unsafe fn list_mut<'a, T>(pointer: *mut T, count: usize) -> &'a mut [T] {
    // SAFETY: the caller guarantees that `pointer` points to `count` live values that nothing else refers to.
    if count == 0 { &mut [] } else { unsafe { slice::from_raw_parts_mut(pointer, count) } }
}

/// # Safety
/// `view.buffer` is a live buffer of this module, or null, and `view.shape` points to `view.rank` sizes.
unsafe fn view<'a>(view: &RawView) -> Option<View<'a>> {
    // SAFETY: the caller guarantees that the pointer is null or a live buffer of this module.
    let buffer = unsafe { view.buffer.cast::<Buffer>().as_ref() }?;
    // SAFETY: the caller guarantees that `shape` points to `rank` sizes.
    Some(View { buffer, shape: unsafe { list(view.shape, view.rank) } })
}

/// # Safety
/// `raw` points to a call whose lists have the stated lengths and live for `'a`.
unsafe fn read<'a>(raw: *const RawCall) -> EngineResult<Call<'a>> {
    // SAFETY: the caller guarantees a valid call; a longer struct of a later version begins with the same
    // fields.
    let raw = unsafe { &*raw };
    let Some(kernel) = Kernel::of(raw.kernel) else {
        return Err(EngineError::Unsupported { engine: "module", kernel: "unknown" });
    };
    // SAFETY: the caller guarantees that each list has its stated length and that each view is valid.
    unsafe {
        Ok(Call {
            kernel,
            views: list(raw.views, raw.view_count).iter().map(|raw| view(raw)).collect(),
            integers: list(raw.integers, raw.integer_count).to_vec(),
            numbers: list(raw.numbers, raw.number_count).to_vec(),
            indices: list(raw.indices, raw.index_count),
        })
    }
}

fn owned<T>(value: T) -> *mut c_void {
    Box::into_raw(Box::new(value)).cast()
}

/// # Safety
/// `pointer` is null, or was returned by [`owned`] for a `T` and has not been freed.
unsafe fn free<T>(pointer: *mut c_void) {
    if !pointer.is_null() {
        // A panic in the destructor leaks the value and does not unwind into the caller.
        // SAFETY: the caller guarantees that `pointer` comes from `owned` for a `T` and is freed only here.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(pointer.cast::<T>()) })));
    }
}

unsafe extern "C" fn cuda_device_count<E: Served>(out_count: *mut u32, error: ErrorText) -> u32 {
    guard(error, || {
        let count = E::cuda_device_count()?;
        // SAFETY: by the table's contract `out_count` is valid for a write.
        unsafe { out_count.write(count) };
        Ok(Status::Done)
    })
}

unsafe extern "C" fn create<E: Served>(
    options: *const RawOptions,
    out_engine: *mut *mut c_void,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `options` points to valid options.
        let engine = E::open(unsafe { &*options })?;
        // SAFETY: by the table's contract `out_engine` is valid for a write.
        unsafe { out_engine.write(owned(engine)) };
        Ok(Status::Done)
    })
}

unsafe extern "C" fn destroy<E: Served>(engine: *mut c_void) {
    // SAFETY: by the table's contract `engine` is null or a live engine of `create`, which nobody uses
    // afterwards.
    unsafe { free::<E>(engine) };
}

unsafe extern "C" fn memory<E: Served>(
    engine: *const c_void,
    out_memory: *mut RawMemory,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `engine` is a live engine of `create`, and nothing else refers to
        // `out_memory`.
        let (engine, out) = unsafe { (&*engine.cast::<E>(), &mut *out_memory) };
        let memory = engine.device_memory();
        (out.in_use, out.free, out.total) = (memory.in_use, memory.free, memory.total);
        Ok(Status::Done)
    })
}

unsafe extern "C" fn trim<E: Served>(engine: *const c_void) {
    let nowhere = ErrorText { text: std::ptr::null_mut(), capacity: 0 };
    guard(nowhere, || {
        // SAFETY: by the table's contract `engine` is a live engine of `create`.
        unsafe { &*engine.cast::<E>() }.trim();
        Ok(Status::Done)
    });
}

#[allow(clippy::too_many_arguments, reason = "the contract's")]
unsafe extern "C" fn upload<E: Served>(
    engine: *const c_void,
    precision: u32,
    bytes: *const u8,
    byte_count: usize,
    shape: *const usize,
    rank: usize,
    out_buffer: *mut *mut c_void,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `engine` is a live engine of `create`, and both lists have the
        // stated lengths.
        let (engine, bytes, shape) =
            unsafe { (&*engine.cast::<E>(), list(bytes, byte_count), list(shape, rank)) };
        let malformed = |what| EngineError::Malformed { kernel: "upload", what, place: 0 };
        let precision = Precision::of(precision).ok_or_else(|| malformed("known precision"))?;
        let needed = shape.iter().try_fold(precision.size(), |all, &size| all.checked_mul(size));
        if needed != Some(byte_count) {
            return Err(malformed("number of bytes that fits the shape"));
        }
        let stored = StoredArray { precision, bytes };
        let buffer = match engine.upload_stored(stored, shape)? {
            Some(buffer) => buffer,
            None => engine.upload(&stored.to_f32(), shape)?,
        };
        // SAFETY: by the table's contract `out_buffer` is valid for a write.
        unsafe { out_buffer.write(owned(buffer)) };
        Ok(Status::Done)
    })
}

unsafe extern "C" fn download<E: Served>(
    engine: *const c_void,
    x: *const RawView,
    values: *mut f32,
    count: usize,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `engine` is a live engine of `create`, `x` is a valid view, and
        // `values` points to `count` numbers that nothing else refers to.
        let (engine, x, values) = unsafe { (&*engine.cast::<E>(), view(&*x), list_mut(values, count)) };
        let x = x.ok_or(EngineError::Malformed { kernel: "download", what: "array", place: 0 })?;
        let found = engine.download(x)?;
        if found.len() != values.len() {
            return Err(EngineError::Malformed {
                kernel: "download",
                what: "output with one element per value",
                place: 0,
            });
        }
        values.copy_from_slice(&found);
        Ok(Status::Done)
    })
}

unsafe extern "C" fn free_buffer(buffer: *mut c_void) {
    // SAFETY: by the table's contract `buffer` is null or a live buffer, which nobody uses afterwards.
    unsafe { free::<Buffer>(buffer) };
}

unsafe extern "C" fn call<E: Served>(
    engine: *const c_void,
    call: *const RawCall,
    out_buffer: *mut *mut c_void,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `engine` is a live engine of `create`, and `call` points to a valid
        // call.
        let (engine, call) = unsafe { (&*engine.cast::<E>(), read(call)?) };
        let Some(buffer) = answer(engine, &call)? else { return Ok(Status::Absent) };
        // SAFETY: by the table's contract `out_buffer` is valid for a write.
        unsafe { out_buffer.write(owned(buffer)) };
        Ok(Status::Done)
    })
}

unsafe extern "C" fn prepare_field<E: Served>(
    engine: *const c_void,
    call: *const RawCall,
    out_field: *mut *mut c_void,
    out_info: *mut RawFieldInfo,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `engine` is a live engine of `create`, and `call` points to a valid
        // call.
        let (engine, call) = unsafe { (&*engine.cast::<E>(), read(call)?) };
        let Some(field) = answer_field(engine, &call)? else { return Ok(Status::Absent) };
        // SAFETY: by the table's contract `out_info` and `out_field` are valid for writes.
        unsafe {
            (*out_info).channels = u32::try_from(field.channels()).unwrap_or(u32::MAX);
            (*out_info).batch = field.batch() as u64;
            out_field.write(owned::<Field>(field));
        }
        Ok(Status::Done)
    })
}

unsafe extern "C" fn decode(
    field: *const c_void,
    points: *const f32,
    count: usize,
    values: *mut f32,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `field` is live and `points` has `count` · 3 numbers; `[f32; 3]`
        // has the layout of three f32.
        let (field, points) = unsafe { (&*field.cast::<Field>(), list(points.cast::<[f32; 3]>(), count)) };
        // SAFETY: by the table's contract `values` has `count` · channels numbers, and nothing else refers to
        // them.
        let values = unsafe { list_mut(values, count.saturating_mul(field.channels())) };
        field.decode(points, values)?;
        Ok(Status::Done)
    })
}

unsafe extern "C" fn decode_with_gradient(
    field: *const c_void,
    points: *const f32,
    count: usize,
    values: *mut f32,
    gradients: *mut f32,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `field` is live, and `points`, `values` and `gradients` have
        // `count` · 3, `count` and `count` · 3 numbers. Nothing else refers to the outputs; `[f32; 3]` has
        // the layout of three f32.
        unsafe {
            let points = list(points.cast::<[f32; 3]>(), count);
            let gradients = list_mut(gradients.cast::<[f32; 3]>(), count);
            (*field.cast::<Field>()).decode_with_gradient(points, list_mut(values, count), gradients)?;
        }
        Ok(Status::Done)
    })
}

unsafe extern "C" fn bounds(
    field: *const c_void,
    minimum: *const f32,
    maximum: *const f32,
    out_lowest: *mut f32,
    out_highest: *mut f32,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: by the table's contract `field` is live, and `minimum` and `maximum` point to three numbers
        // each; `[f32; 3]` has the layout of three f32.
        let (field, minimum, maximum) =
            unsafe { (&*field.cast::<Field>(), *minimum.cast::<[f32; 3]>(), *maximum.cast::<[f32; 3]>()) };
        let Some((lowest, highest)) = field.bounds(minimum, maximum) else { return Ok(Status::Absent) };
        // SAFETY: by the table's contract both out-pointers are valid for writes.
        unsafe {
            out_lowest.write(lowest);
            out_highest.write(highest);
        }
        Ok(Status::Done)
    })
}

unsafe extern "C" fn free_field(field: *mut c_void) {
    // SAFETY: by the table's contract `field` is null or a live field, which nobody uses afterwards.
    unsafe { free::<Field>(field) };
}
