//! Makes the table of an engine: the module's side of the line.

use std::any::Any;
use std::ffi::{CStr, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use super::{
    ABI_VERSION, EngineTable, ErrorText, RawCall, RawFieldInfo, RawMemory, RawOptions, RawView, Status,
};
use crate::engine::call::{Call, Kernel, answer, answer_field};
use crate::engine::{Buffer, Engine, EngineError, EngineResult, FieldDecoder, Precision, StoredArray, View};

/// An engine that a module hands over.
pub trait Served: Engine + Sized + 'static {
    /// A short name: `torch`.
    const NAME: &'static CStr;
    /// What is below, with its version: `libtorch 2.11.0`.
    const LIBRARY: &'static CStr;

    /// How many CUDA devices there are.
    fn cuda_device_count() -> EngineResult<u32>;

    /// Makes one. Errors: `NoDevice`, `Threads`, `Backend`.
    fn open(options: &RawOptions) -> EngineResult<Self>;
}

/// The table of an engine.
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

/// Runs a call: no panic passes; the text of a failure goes where the caller wants it.
pub(super) fn guard(error: ErrorText, work: impl FnOnce() -> EngineResult<Status>) -> u32 {
    let (status, text) = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(status)) => return status as u32,
        Ok(Err(failure)) => (Status::of_error(&failure), said(&failure)),
        Err(panic) => (Status::Failed, format!("a defect of the module, caught: {}", panic_text(&*panic))),
    };
    put(error, &text);
    status as u32
}

/// What the caller's side says around it anew is left out.
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

/// Writes a text cut at a character's end, and its NUL.
fn put(error: ErrorText, text: &str) {
    if error.text.is_null() || error.capacity == 0 {
        return;
    }
    let end = (0..error.capacity.min(text.len() + 1)).rev().find(|&end| text.is_char_boundary(end));
    let bytes = text.as_bytes().get(..end.unwrap_or(0)).unwrap_or_default();
    // SAFETY: the caller gives `capacity` bytes, and at most capacity - 1 and a NUL are written.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), error.text.cast::<u8>(), bytes.len());
        error.text.add(bytes.len()).write(0);
    }
}

/// # Safety
/// `pointer` points to `count` values, or `count` is 0.
unsafe fn list<'a, T>(pointer: *const T, count: usize) -> &'a [T] {
    // SAFETY: the caller's promise.
    if count == 0 { &[] } else { unsafe { slice::from_raw_parts(pointer, count) } }
}

/// # Safety
/// As for [`list`], and nobody else has them.
unsafe fn list_mut<'a, T>(pointer: *mut T, count: usize) -> &'a mut [T] {
    // SAFETY: the caller's promise.
    if count == 0 { &mut [] } else { unsafe { slice::from_raw_parts_mut(pointer, count) } }
}

/// # Safety
/// `view` is of a live buffer of this module, or null.
unsafe fn view<'a>(view: &RawView) -> Option<View<'a>> {
    // SAFETY: the caller's promise.
    let buffer = unsafe { view.buffer.cast::<Buffer>().as_ref() }?;
    // SAFETY: as above.
    Some(View { buffer, shape: unsafe { list(view.shape, view.rank) } })
}

/// # Safety
/// `raw` points to a call whose lists are as long as it says.
unsafe fn read<'a>(raw: *const RawCall) -> EngineResult<Call<'a>> {
    // SAFETY: the caller's promise; a longer struct of a later version begins alike.
    let raw = unsafe { &*raw };
    let Some(kernel) = Kernel::of(raw.kernel) else {
        return Err(EngineError::Unsupported { engine: "module", kernel: "unknown" });
    };
    // SAFETY: the caller's promise, of each list.
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
/// `pointer` is from [`owned`] of a `T` and not freed yet, or null.
unsafe fn free<T>(pointer: *mut c_void) {
    if !pointer.is_null() {
        // A panic while it is freed leaves it leaked, not the caller unwound.
        // SAFETY: the caller's promise.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(pointer.cast::<T>()) })));
    }
}

unsafe extern "C" fn cuda_device_count<E: Served>(out_count: *mut u32, error: ErrorText) -> u32 {
    guard(error, || {
        let count = E::cuda_device_count()?;
        // SAFETY: the table's promise.
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
        // SAFETY: the table's promise.
        let engine = E::open(unsafe { &*options })?;
        // SAFETY: as above.
        unsafe { out_engine.write(owned(engine)) };
        Ok(Status::Done)
    })
}

unsafe extern "C" fn destroy<E: Served>(engine: *mut c_void) {
    // SAFETY: the table's promise.
    unsafe { free::<E>(engine) };
}

unsafe extern "C" fn memory<E: Served>(
    engine: *const c_void,
    out_memory: *mut RawMemory,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: the table's promise.
        let (engine, out) = unsafe { (&*engine.cast::<E>(), &mut *out_memory) };
        let memory = engine.device_memory();
        (out.in_use, out.free, out.total) = (memory.in_use, memory.free, memory.total);
        Ok(Status::Done)
    })
}

unsafe extern "C" fn trim<E: Served>(engine: *const c_void) {
    let nowhere = ErrorText { text: std::ptr::null_mut(), capacity: 0 };
    guard(nowhere, || {
        // SAFETY: the table's promise.
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
        // SAFETY: the table's promise, all three.
        let (engine, bytes, shape) =
            unsafe { (&*engine.cast::<E>(), list(bytes, byte_count), list(shape, rank)) };
        let malformed = |what| EngineError::Malformed { kernel: "upload", what, place: 0 };
        let precision = Precision::of(precision).ok_or_else(|| malformed("known precision"))?;
        let needed = shape.iter().try_fold(precision.size(), |all, &size| all.checked_mul(size));
        if needed != Some(byte_count) {
            return Err(malformed("byte for each value"));
        }
        let stored = StoredArray { precision, bytes };
        let buffer = match engine.upload_stored(stored, shape)? {
            Some(buffer) => buffer,
            None => engine.upload(&stored.to_f32(), shape)?,
        };
        // SAFETY: as above.
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
        // SAFETY: the table's promise, all three.
        let (engine, x, values) = unsafe { (&*engine.cast::<E>(), view(&*x), list_mut(values, count)) };
        let x = x.ok_or(EngineError::Malformed { kernel: "download", what: "array", place: 0 })?;
        let found = engine.download(x)?;
        if found.len() != values.len() {
            return Err(EngineError::Malformed {
                kernel: "download",
                what: "place for each value",
                place: 0,
            });
        }
        values.copy_from_slice(&found);
        Ok(Status::Done)
    })
}

unsafe extern "C" fn free_buffer(buffer: *mut c_void) {
    // SAFETY: the table's promise.
    unsafe { free::<Buffer>(buffer) };
}

unsafe extern "C" fn call<E: Served>(
    engine: *const c_void,
    call: *const RawCall,
    out_buffer: *mut *mut c_void,
    error: ErrorText,
) -> u32 {
    guard(error, || {
        // SAFETY: the table's promise, both.
        let (engine, call) = unsafe { (&*engine.cast::<E>(), read(call)?) };
        let Some(buffer) = answer(engine, &call)? else { return Ok(Status::Absent) };
        // SAFETY: as above.
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
        // SAFETY: the table's promise, both.
        let (engine, call) = unsafe { (&*engine.cast::<E>(), read(call)?) };
        let Some(field) = answer_field(engine, &call)? else { return Ok(Status::Absent) };
        // SAFETY: as above.
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
        // SAFETY: the table's promise, all of them; `[f32; 3]` lies as three f32 do.
        let (field, points) = unsafe { (&*field.cast::<Field>(), list(points.cast::<[f32; 3]>(), count)) };
        // SAFETY: as above.
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
        // SAFETY: the table's promise, all of them; `[f32; 3]` lies as three f32 do.
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
        // SAFETY: the table's promise, of all: three numbers lie as an array of three does.
        let (field, minimum, maximum) =
            unsafe { (&*field.cast::<Field>(), *minimum.cast::<[f32; 3]>(), *maximum.cast::<[f32; 3]>()) };
        let Some((lowest, highest)) = field.bounds(minimum, maximum) else { return Ok(Status::Absent) };
        // SAFETY: as above.
        unsafe {
            out_lowest.write(lowest);
            out_highest.write(highest);
        }
        Ok(Status::Done)
    })
}

unsafe extern "C" fn free_field(field: *mut c_void) {
    // SAFETY: the table's promise.
    unsafe { free::<Field>(field) };
}
