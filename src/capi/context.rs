//! `att3d_context`: an engine, its threads and its memory; and the devices of this machine.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::log::{Log, att3d_log_fn, att3d_release_fn};
use super::pointers::{cut, output, write};
use super::status::{ATT3D_BUSY, Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read};
use crate::pipeline::{Context, Device, EngineChoice, EngineOptions, Precision, callback, devices};

/// A kind of device.
pub type att3d_device = u32;

/// The best device that is there.
pub const ATT3D_DEVICE_AUTO: att3d_device = 0;
/// The processor.
pub const ATT3D_DEVICE_CPU: att3d_device = 1;
/// A CUDA device.
pub const ATT3D_DEVICE_CUDA: att3d_device = 2;

/// What runs the networks.
pub type att3d_engine = u32;

/// libtorch where there is a CUDA device for it, else the embedded engine.
pub const ATT3D_ENGINE_AUTO: att3d_engine = 0;
/// The engine in this library, on the CPU.
pub const ATT3D_ENGINE_EMBEDDED: att3d_engine = 1;
/// libtorch, by the module libatt3d_torch beside this library.
pub const ATT3D_ENGINE_TORCH: att3d_engine = 2;

/// What networks are computed in.
pub type att3d_precision = u32;

/// 32 bits.
pub const ATT3D_PRECISION_F32: att3d_precision = 0;
/// 16 bits, 8 of them significant: libtorch alone.
pub const ATT3D_PRECISION_BF16: att3d_precision = 1;
/// 16 bits, 11 of them significant: libtorch alone.
pub const ATT3D_PRECISION_F16: att3d_precision = 2;

/// An engine with its threads, into which models are loaded. Thread-safe.
pub struct att3d_context {
    _opaque: (),
}

/// How a context is made. NULL and all zero are the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_context_desc {
    /// sizeof(att3d_context_desc).
    pub struct_size: u32,
    /// ATT3D_DEVICE_...
    pub device: att3d_device,
    /// Which of several CUDA devices; 0 for others.
    pub device_index: u32,
    /// Threads to work with; 0 for one a processor. libtorch on the CPU has one number for its whole process.
    pub thread_count: u32,
    /// ATT3D_ENGINE_... Since 0.3.
    pub engine: att3d_engine,
    /// ATT3D_PRECISION_... Since 0.3.
    pub precision: att3d_precision,
    /// 1: the engine runs in a process of its own, by the command att3d beside this library: a crash of the engine or too
    /// little memory end that process, not this one. A package's tokenizer runs there too; this process checks the
    /// package's structure and its model.json, within fixed bounds on memory. 0: all of it in this process. Since 0.3.
    pub is_worker: u32,
    /// 0.
    pub reserved: u32,
    /// Bytes that a field's intermediate values may take on a CUDA device; 0 for 256 MiB. On the CPU they take a few. Since 0.5.
    pub field_memory: u64,
    /// Bytes that the context's models, and the work that runs on it, may take together in this process; 0 for no limit. Networks,
    /// surface extraction, textures, drawing and the reading of files for stylizing ask for their memory before they begin, and are
    /// ATT3D_OUT_OF_MEMORY where it is not left. Finished meshes and the bundled model's shared weights are not counted. Since 0.8.
    pub memory_limit: u64,
}

/// What a context runs on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_context_info {
    /// sizeof(att3d_context_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_DEVICE_..., never AUTO.
    pub device: att3d_device,
    /// Which of several.
    pub device_index: u32,
    /// Threads that it runs.
    pub thread_count: u32,
    /// Bytes that its models, latents and buffers hold in the embedded engine; fields and meshes are not counted, nor are the weights of the
    /// bundled model, which all contexts of a process share. On CUDA, bytes that libtorch holds in its process, all users together; 0 for
    /// libtorch on the CPU, which nobody counts.
    pub memory_in_use: u64,
    /// ATT3D_ENGINE_..., never AUTO. Since 0.3.
    pub engine: att3d_engine,
    /// ATT3D_PRECISION_... Since 0.3.
    pub precision: att3d_precision,
    /// 1 for a process of its own. Since 0.3.
    pub is_worker: u32,
    /// 0.
    pub reserved: u32,
    /// Free bytes of the device; 0 where it is not known. Since 0.3.
    pub memory_free: u64,
    /// Bytes of the device; 0 where it is not known. Since 0.3.
    pub memory_total: u64,
}

/// A device that a context can run on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_device_info {
    /// sizeof(att3d_device_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_DEVICE_..., never AUTO.
    pub device: att3d_device,
    /// Which of several.
    pub device_index: u32,
    /// Threads that it runs by default.
    pub thread_count: u32,
    /// A name for people; NUL-terminated UTF-8.
    pub name: [c_char; 64],
    /// ATT3D_ENGINE_..., never AUTO. Since 0.3.
    pub engine: att3d_engine,
}

// SAFETY: repr(C), struct_size first, integers alone.
unsafe impl Versioned for att3d_context_desc {
    const NAME: &'static str = "att3d_context_desc";
    const FIRST_SIZE: usize = 16;
}

// SAFETY: as above.
unsafe impl Versioned for att3d_context_info {
    const NAME: &'static str = "att3d_context_info";
    const FIRST_SIZE: usize = 24;
}

// SAFETY: as above.
unsafe impl Versioned for att3d_device_info {
    const NAME: &'static str = "att3d_device_info";
    const FIRST_SIZE: usize = 80;
}

/// A context and its log. Models keep it alive.
pub(super) struct ContextBody {
    pub(super) context: Context,
    pub(super) log: Log,
    /// Last, so that all else is freed before it.
    _trimming: Trimming,
}

impl ContextBody {
    fn new(context: Context, log: Log) -> Self {
        Self { context, log, _trimming: Trimming }
    }
}

/// Gives freed memory back to the system when it goes.
struct Trimming;

impl Drop for Trimming {
    fn drop(&mut self) {
        give_memory_back();
    }
}

/// Has the C library's allocator give the pages that nothing uses any more back to the system: glibc keeps up to gigabytes of them otherwise.
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it may be called at any time, by any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

impl Opaque for att3d_context {
    type Body = Arc<ContextBody>;
    const TAG: u32 = u32::from_le_bytes(*b"ctxt");
    const NAME: &'static str = "context";
}

/// (device, index) as C has them.
fn numbers(device: Device) -> (att3d_device, u32) {
    match device {
        Device::Auto => (ATT3D_DEVICE_AUTO, 0),
        Device::Cpu => (ATT3D_DEVICE_CPU, 0),
        Device::Cuda(index) => (ATT3D_DEVICE_CUDA, index),
    }
}

fn engine(number: att3d_engine) -> Result<EngineChoice, Failure> {
    match number {
        ATT3D_ENGINE_AUTO => Ok(EngineChoice::Auto),
        ATT3D_ENGINE_EMBEDDED => Ok(EngineChoice::Embedded),
        ATT3D_ENGINE_TORCH => Ok(EngineChoice::Torch),
        other => Err(Failure::invalid(format!("engine is {other}: expected one of ATT3D_ENGINE_…, 0 to 2"))),
    }
}

fn engine_number(engine: EngineChoice) -> att3d_engine {
    match engine {
        EngineChoice::Auto => ATT3D_ENGINE_AUTO,
        EngineChoice::Embedded => ATT3D_ENGINE_EMBEDDED,
        EngineChoice::Torch => ATT3D_ENGINE_TORCH,
    }
}

fn precision(number: att3d_precision) -> Result<Precision, Failure> {
    match number {
        ATT3D_PRECISION_F32 => Ok(Precision::F32),
        ATT3D_PRECISION_BF16 => Ok(Precision::Bf16),
        ATT3D_PRECISION_F16 => Ok(Precision::F16),
        other => {
            Err(Failure::invalid(format!("precision is {other}: expected one of ATT3D_PRECISION_…, 0 to 2")))
        }
    }
}

fn precision_number(precision: Precision) -> att3d_precision {
    match precision {
        Precision::F32 => ATT3D_PRECISION_F32,
        Precision::Bf16 => ATT3D_PRECISION_BF16,
        Precision::F16 => ATT3D_PRECISION_F16,
    }
}

fn options(desc: &att3d_context_desc) -> Result<EngineOptions, Failure> {
    let is_worker = match desc.is_worker {
        0 => false,
        1 => true,
        other => return Err(Failure::invalid(format!("is_worker is {other}: give 0 or 1"))),
    };
    if desc.reserved != 0 {
        return Err(Failure::invalid(format!("reserved is {}: give 0", desc.reserved)));
    }
    Ok(EngineOptions {
        engine: engine(desc.engine)?,
        device: device(desc.device, desc.device_index)?,
        threads: desc.thread_count,
        precision: precision(desc.precision)?,
        is_worker,
        field_memory: desc.field_memory,
        memory_limit: desc.memory_limit,
    })
}

fn device(kind: att3d_device, index: u32) -> Result<Device, Failure> {
    match (kind, index) {
        (ATT3D_DEVICE_AUTO, 0) => Ok(Device::Auto),
        (ATT3D_DEVICE_CPU, 0) => Ok(Device::Cpu),
        (ATT3D_DEVICE_CUDA, index) => Ok(Device::Cuda(index)),
        (ATT3D_DEVICE_AUTO | ATT3D_DEVICE_CPU, index) => Err(Failure::invalid(format!(
            "device_index is {index}: only ATT3D_DEVICE_CUDA has several, give 0"
        ))),
        (kind, _) => {
            Err(Failure::invalid(format!("device is {kind}: expected one of ATT3D_DEVICE_…, 0 to 2")))
        }
    }
}

/// Writes how many devices there are. Opens libtorch where its module is beside this library. Thread-safe.
/// @param out_count not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_device_count(out_count: *mut u32) -> att3d_status {
    guard(|| {
        let place = output(out_count, "out_count")?;
        // SAFETY: from `output`.
        unsafe { write(place, devices().found.len() as u32) };
        Ok(())
    })
}

/// Describes a device. Thread-safe.
/// @param index below att3d_device_count.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_device_get_info(index: u32, out_info: *mut att3d_device_info) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let place = unsafe { place(out_info) }?;
        let devices = devices().found;
        let Some(found) = devices.get(index as usize) else {
            return Err(Failure::invalid(format!("device {index} of {}: count from 0", devices.len())));
        };
        let (device, device_index) = numbers(found.device);
        let name = cut(&found.name);
        place.write(att3d_device_info {
            struct_size: 0,
            device,
            device_index,
            thread_count: found.threads,
            name,
            engine: engine_number(found.engine),
        });
        Ok(())
    })
}

/// Makes a context: starts its threads. Thread-safe.
/// @param desc NULL for the default; struct_size set.
/// @param out_context not NULL; free with att3d_context_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_create(
    desc: *const att3d_context_desc,
    out_context: *mut *mut att3d_context,
) -> att3d_status {
    guard(|| {
        let place = output(out_context, "out_context")?;
        // SAFETY: the header's promise.
        let desc = unsafe { read(desc) }?;
        crate::error::silence_expected_panics();
        let context = Context::open(options(&desc)?)?;
        // SAFETY: from `output`.
        unsafe { write(place, give(Arc::new(ContextBody::new(context, Log::default())))) };
        Ok(())
    })
}

/// Frees a context. What was made with it keeps what it needs alive, and goes on working.
/// @param context NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_free(context: *mut att3d_context) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(context) });
}

/// Describes a context and counts its memory. Thread-safe.
/// @param context not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_get_info(
    context: *const att3d_context,
    out_info: *mut att3d_context_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, context) = unsafe { (place(out_info)?, &body(context)?.context) };
        let (chosen, memory) = (context.options(), context.device_memory());
        let (device, device_index) = numbers(chosen.device);
        place.write(att3d_context_info {
            struct_size: 0,
            device,
            device_index,
            thread_count: context.threads(),
            memory_in_use: memory.in_use,
            engine: engine_number(chosen.engine),
            precision: precision_number(chosen.precision),
            is_worker: u32::from(chosen.is_worker),
            reserved: 0,
            memory_free: memory.free,
            memory_total: memory.total,
        });
        Ok(())
    })
}

/// Gives back the memory that is only kept for the next call. Thread-safe.
/// @param context not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_trim(context: *const att3d_context) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        unsafe { body(context) }?.context.trim();
        give_memory_back();
        Ok(())
    })
}

/// Sets where log lines go, or nowhere. Once it returns, the callback before it is not called any more. ATT3D_BUSY inside
/// a callback. Thread-safe.
/// @param context not NULL.
/// @param callback NULL for none.
/// @param user handed to the callback; may be NULL; must stay valid until it is released.
/// @param release called with user when another callback is set, or all that was made with the context is freed; not
/// where this call fails, and not for a NULL callback. NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_set_log(
    context: *const att3d_context,
    callback: att3d_log_fn,
    user: *mut c_void,
    release: att3d_release_fn,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let context = unsafe { body(context) }?;
        if callback::is_inside() {
            return Err(Failure::new(ATT3D_BUSY, "a callback must not set the log; return first"));
        }
        context.log.set(callback, user, release);
        Ok(())
    })
}
