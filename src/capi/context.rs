//! `att3d_context`: an engine with its threads and memory. Also lists the devices of this machine.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::log::{Log, att3d_log_fn, att3d_release_fn};
use super::pointers::{cut, output, write};
use super::process::stay_loaded;
use super::status::{ATT3D_BUSY, Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read};
use crate::pipeline::{
    Context, Device, EngineChoice, EngineOptions, Precision, ThreadPriority, callback, devices,
};

/// Kind of device.
pub type att3d_device = u32;

/// The first CUDA device if libtorch can use it and the engine is not ATT3D_ENGINE_EMBEDDED, otherwise the
/// CPU.
pub const ATT3D_DEVICE_AUTO: att3d_device = 0;
/// The CPU.
pub const ATT3D_DEVICE_CPU: att3d_device = 1;
/// A CUDA device.
pub const ATT3D_DEVICE_CUDA: att3d_device = 2;

/// Engine that runs the networks.
pub type att3d_engine = u32;

/// libtorch if the context runs on a CUDA device, otherwise the embedded engine.
pub const ATT3D_ENGINE_AUTO: att3d_engine = 0;
/// The engine inside this library, on the CPU.
pub const ATT3D_ENGINE_EMBEDDED: att3d_engine = 1;
/// libtorch, through the module libatt3d_torch. The module must be beside this library, or in the folder that
/// the environment variable ATT3D_MODULES names.
pub const ATT3D_ENGINE_TORCH: att3d_engine = 2;

/// Number format in which the networks are computed.
pub type att3d_precision = u32;

/// 32-bit floats.
pub const ATT3D_PRECISION_F32: att3d_precision = 0;
/// 16-bit floats with 8 significant bits. The embedded engine rounds only the operands of convolutions,
/// linear layers and attention to this format, and computes everything else in 32-bit floats. This is faster
/// on processors with AMX, on Linux: the forward pass of the bundled model takes half as long as in F32. On
/// processors with AVX-512-BF16, it is faster only for large models. On other processors it is slower.
pub const ATT3D_PRECISION_BF16: att3d_precision = 1;
/// 16-bit floats with 11 significant bits; only with libtorch.
pub const ATT3D_PRECISION_F16: att3d_precision = 2;

/// Priority of a context's threads.
pub type att3d_thread_priority = u32;

/// The priority of the thread that creates the context.
pub const ATT3D_PRIORITY_NORMAL: att3d_thread_priority = 0;
/// A lower priority, so that a host stays responsive during the work. It has an effect only on Linux. There
/// it lowers the priority of the embedded engine's threads. With is_worker, the calling process has threads
/// that extract surfaces and draw. These threads get a lower priority with either engine.
pub const ATT3D_PRIORITY_LOW: att3d_thread_priority = 1;

/// An engine with its threads, into which models are loaded. Thread-safe.
pub struct att3d_context {
    _opaque: (),
}

/// Options of a context. NULL, or zero in every field after struct_size, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_context_desc {
    /// sizeof(att3d_context_desc).
    pub struct_size: u32,
    /// ATT3D_DEVICE_...
    pub device: att3d_device,
    /// Index of the CUDA device, from 0; must be 0 for other kinds of device.
    pub device_index: u32,
    /// Number of threads of the engine, at most 1024; 0 for one per processor. libtorch has one number of
    /// threads for its networks on the CPU in the whole process. Each new libtorch context with a nonzero
    /// thread_count sets it.
    pub thread_count: u32,
    /// ATT3D_ENGINE_...
    pub engine: att3d_engine,
    /// ATT3D_PRECISION_...
    pub precision: att3d_precision,
    /// 1 to run the engine in a separate process, 0 to run everything in this process. The separate process
    /// runs the program att3d-worker, or else the command att3d. If the environment variable ATT3D_WORKER is
    /// set, it is the absolute path of the program. Otherwise, one of the two must be beside this library. A
    /// crash of the engine or a lack of memory ends only the separate process. A package's tokenizer runs in
    /// the separate process too, except the tokenizer of the bundled model. The calling process checks only
    /// the package's structure and its model.json, which needs only a small amount of memory.
    pub is_worker: u32,
    /// ATT3D_PRIORITY_...
    pub thread_priority: att3d_thread_priority,
    /// Largest number of bytes for a field's intermediate values on a CUDA device; 0 for 256 MiB.
    /// On the CPU these values need little memory.
    pub field_memory: u64,
    /// Limit of the context's memory in bytes; 0 for no limit. It applies to the sum of
    /// att3d_context_info.memory_in_use and the memory that running work has reserved outside the engine.
    /// The making of textures, drawing, and the loading of files in att3d_restyle and att3d_restyle_file
    /// reserve memory before they begin. Surface extraction checks the limit at each stage. Loading a model
    /// from a file or from bytes checks the limit with every engine. The embedded engine also checks it for
    /// each array; libtorch does not. Work that checks the limit fails with ATT3D_OUT_OF_MEMORY if the limit
    /// is too low. Finished meshes and the shared weights of the bundled model are not counted.
    pub memory_limit: u64,
}

/// Description of a context.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_context_info {
    /// sizeof(att3d_context_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_DEVICE_CPU or ATT3D_DEVICE_CUDA.
    pub device: att3d_device,
    /// Index of the device among the devices of its kind, from 0.
    pub device_index: u32,
    /// Number of threads of the context.
    pub thread_count: u32,
    /// ATT3D_ENGINE_EMBEDDED or ATT3D_ENGINE_TORCH.
    pub engine: att3d_engine,
    /// ATT3D_PRECISION_...
    pub precision: att3d_precision,
    /// 1 if the engine runs in a separate process, otherwise 0.
    pub is_worker: u32,
    /// Always 0.
    pub reserved: u32,
    /// Number of bytes in use. With the embedded engine, the number counts the arrays of the context's
    /// models, latents and running work, and the memory that is kept for reuse (see att3d_context_trim). It
    /// does not count fields and meshes. It does not count the bundled model's weights, because all contexts
    /// of a process share them. On CUDA it is the number of all bytes that libtorch holds in its process,
    /// including those of other contexts in the same process. With libtorch on the CPU it is always 0. With
    /// is_worker, the number is that of the separate process.
    pub memory_in_use: u64,
    /// Free memory of the device in bytes; 0 if unknown.
    pub memory_free: u64,
    /// Total memory of the device in bytes; 0 if unknown.
    pub memory_total: u64,
}

/// Description of a device on which a context can run, and of an engine that runs on the device.
/// The list of devices has one entry for each pair of a device and an engine.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_device_info {
    /// sizeof(att3d_device_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_DEVICE_CPU or ATT3D_DEVICE_CUDA.
    pub device: att3d_device,
    /// Index of the device among the devices of its kind, from 0.
    pub device_index: u32,
    /// Number of threads that a context on the device runs by default.
    pub thread_count: u32,
    /// ATT3D_ENGINE_EMBEDDED or ATT3D_ENGINE_TORCH.
    pub engine: att3d_engine,
    /// Name to show to users; UTF-8, NUL-terminated, and truncated if it is too long.
    pub name: [c_char; 64],
}

// SAFETY: `repr(C)`, `struct_size` first, integers without padding.
unsafe impl Versioned for att3d_context_desc {
    const NAME: &'static str = "att3d_context_desc";
    const FIRST_SIZE: usize = 48;
}

// SAFETY: for the same reasons as above.
unsafe impl Versioned for att3d_context_info {
    const NAME: &'static str = "att3d_context_info";
    const FIRST_SIZE: usize = 56;
}

// SAFETY: for the same reasons as above.
unsafe impl Versioned for att3d_device_info {
    const NAME: &'static str = "att3d_device_info";
    const FIRST_SIZE: usize = 84;
}

/// A context and its log. Models keep it alive.
pub(super) struct ContextBody {
    pub(super) context: Context,
    pub(super) log: Log,
    /// The last field, so that all other fields are freed before it is dropped.
    _trimming: Trimming,
}

impl ContextBody {
    fn new(context: Context, log: Log) -> Self {
        Self { context, log, _trimming: Trimming }
    }
}

/// Returns freed memory to the system when it is dropped.
struct Trimming;

impl Drop for Trimming {
    fn drop(&mut self) {
        give_memory_back();
    }
}

/// Makes the C allocator return unused pages to the system. Without this call, glibc may keep gigabytes of
/// unused pages.
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: `malloc_trim` may be called at any time and from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

impl Opaque for att3d_context {
    type Body = Arc<ContextBody>;
    const TAG: u32 = u32::from_le_bytes(*b"ctxt");
    const NAME: &'static str = "context";
}

/// Returns the device's kind and index as the C interface encodes them.
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
    let priority = match desc.thread_priority {
        ATT3D_PRIORITY_NORMAL => ThreadPriority::Normal,
        ATT3D_PRIORITY_LOW => ThreadPriority::Low,
        other => {
            let message = format!("thread_priority is {other}: expected one of ATT3D_PRIORITY_..., 0 or 1");
            return Err(Failure::invalid(message));
        }
    };
    Ok(EngineOptions {
        engine: engine(desc.engine)?,
        device: device(desc.device, desc.device_index)?,
        threads: desc.thread_count,
        precision: precision(desc.precision)?,
        is_worker,
        priority,
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

/// Gets the number of entries in the list of devices, one for each pair of a device and an engine. Loads
/// libtorch if its module is installed (ATT3D_ENGINE_TORCH). Thread-safe.
/// @param out_count Receives the number; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_device_count(out_count: *mut u32) -> att3d_status {
    guard(|| {
        let place = output(out_count, "out_count")?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, devices().found.len() as u32) };
        Ok(())
    })
}

/// Describes a device. Loads libtorch as att3d_device_count does. Thread-safe.
/// Returns ATT3D_INVALID_ARGUMENT if the list of devices has no entry with the index.
/// @param index Index of the device, below the number from att3d_device_count.
/// @param out_info Receives the description; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_device_get_info(index: u32, out_info: *mut att3d_device_info) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let place = unsafe { place(out_info) }?;
        let devices = devices().found;
        let Some(found) = devices.get(index as usize) else {
            return Err(Failure::invalid(format!(
                "index is {index}: expected an index below {}, the number of devices",
                devices.len()
            )));
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

/// Creates a context and starts its threads. Thread-safe.
/// Returns ATT3D_UNSUPPORTED if the engine, device or precision is not available here. With is_worker, it
/// also returns ATT3D_UNSUPPORTED if the worker's program is missing or the worker cannot start its engine.
/// Returns ATT3D_ENGINE if the engine cannot start in this process. With is_worker, it returns ATT3D_ENGINE
/// if the worker's process cannot start, or ends before it answers.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_context Receives the context; not NULL; free it with att3d_context_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_create(
    desc: *const att3d_context_desc,
    out_context: *mut *mut att3d_context,
) -> att3d_status {
    guard(|| {
        let place = output(out_context, "out_context")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let desc = unsafe { read(desc) }?;
        crate::error::silence_expected_panics();
        stay_loaded();
        let context = Context::open(options(&desc)?)?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(Arc::new(ContextBody::new(context, Log::default())))) };
        Ok(())
    })
}

/// Frees a context. Objects made with it keep the data that they need and continue to work.
/// @param context The context; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_free(context: *mut att3d_context) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(context) });
}

/// Describes a context and its memory use. Thread-safe.
/// @param context The context; not NULL.
/// @param out_info Receives the description; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_get_info(
    context: *const att3d_context,
    out_info: *mut att3d_context_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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

/// Releases memory that is only kept for reuse by later calls. Thread-safe.
/// @param context The context; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_trim(context: *const att3d_context) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        unsafe { body(context) }?.context.trim();
        give_memory_back();
        Ok(())
    })
}

/// Sets the callback that receives the context's log lines. Thread-safe.
/// When the function returns, the previous callback is no longer called. Returns ATT3D_BUSY inside a
/// callback.
/// @param context The context; not NULL.
/// @param callback The callback; NULL for no log.
/// @param user Pointer that is passed to the callback; may be NULL. It must stay valid until the
/// callback is replaced, or until the context and the objects that are listed at release are freed.
/// @param release Callback that releases user; NULL for none. It is called when a later call of this function
/// for the same context succeeds, or when the context and all its models, latents, fields, jobs and live
/// sessions are freed. Meshes, readings, shapes and buffers do not delay the call of release. release is not
/// called if this function fails or the callback is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_context_set_log(
    context: *const att3d_context,
    callback: att3d_log_fn,
    user: *mut c_void,
    release: att3d_release_fn,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let context = unsafe { body(context) }?;
        if callback::is_inside() {
            return Err(Failure::new(ATT3D_BUSY, "a callback must not set the log; return first"));
        }
        context.log.set(callback, user, release);
        Ok(())
    })
}
