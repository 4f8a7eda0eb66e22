//! The connection to a module: calls through its table.

use std::ffi::{CStr, c_char, c_void};
use std::fmt::{Debug, Formatter};
use std::ptr::null_mut;

use super::{Module, ModuleDevice, ModuleOptions};
use crate::engine::array::{Buffer, DeviceMemory, View};
use crate::engine::call::{Call, Kernel};
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::options::ThreadPriority;
use crate::engine::remote::{Line, RemoteEngine};
use crate::engine::table::{
    EngineTable, ErrorText, RawCall, RawFieldInfo, RawMemory, RawOptions, RawView, Status,
};
use crate::engine::{FieldDecoder, StoredArray};

/// Size in bytes of the buffer for a module's error text; the first lines of libtorch's errors are shorter.
const TEXT: usize = 1024;

impl Module {
    /// Returns how many CUDA devices the module can use. Errors: those of the module.
    pub fn cuda_device_count(&'static self) -> EngineResult<u32> {
        cuda_device_count(self)
    }

    /// Starts an engine. Host-side work runs on `options.threads` threads of this process; see
    /// [`ModuleOptions::threads`]. Errors: `NoDevice`, `Threads`, and those of the module.
    pub fn engine(&'static self, device: ModuleDevice, options: ModuleOptions) -> EngineResult<ModuleEngine> {
        let (kind, index) = match device {
            ModuleDevice::Cpu => (0, 0),
            ModuleDevice::Cuda(index) => (1, index),
        };
        let threads = options.threads.map_or(0, |threads| u32::try_from(threads).unwrap_or(u32::MAX));
        let line = ModuleLine::open(
            self,
            RawOptions {
                struct_size: size_of::<RawOptions>() as u32,
                device: kind,
                device_index: index,
                threads,
                precision: options.precision as u32,
                reserved: 0,
                field_budget: options.field_budget,
            },
        )?;
        RemoteEngine::new(line, options.threads, ThreadPriority::Normal)
    }
}

/// A connection to an engine of a module.
pub struct ModuleLine {
    module: &'static Module,
    engine: Owned,
}

/// A pointer of a module, freed on drop.
struct Owned {
    pointer: *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
}

// SAFETY: by the table's contract any thread may use and free the module's pointers.
unsafe impl Send for Owned {}
// SAFETY: by the table's contract several threads may use the module's pointers in parallel.
unsafe impl Sync for Owned {}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the pointer comes from the module and is freed only here; modules are never unloaded.
        unsafe { (self.free)(self.pointer) };
    }
}

/// Calls a function of the table for which `Absent` is an error.
fn demand(
    module: &Module,
    kernel: &'static str,
    function: impl FnOnce(&'static EngineTable, ErrorText) -> u32,
) -> EngineResult<()> {
    if ask(module, kernel, function)? {
        return Ok(());
    }
    Err(EngineError::Unsupported { engine: module.name, kernel })
}

/// Calls a function of the table. Returns `Ok(false)` if its status is `Absent`.
fn ask(
    module: &Module,
    kernel: &'static str,
    function: impl FnOnce(&'static EngineTable, ErrorText) -> u32,
) -> EngineResult<bool> {
    let mut text = [0 as c_char; TEXT];
    let status = function(module.table, ErrorText { text: text.as_mut_ptr(), capacity: TEXT });
    match Status::of(status) {
        Status::Done => Ok(true),
        Status::Absent => Ok(false),
        status => {
            let bytes: &[u8] = bytemuck::cast_slice(&text);
            let message = CStr::from_bytes_until_nul(bytes).unwrap_or_default();
            Err(error(module.name, kernel, status, message.to_string_lossy().into_owned()))
        }
    }
}

pub(super) fn cuda_device_count(module: &Module) -> EngineResult<u32> {
    let mut count = 0;
    // SAFETY: `count` is valid for a write, as the table's contract requires.
    demand(module, "cuda_device_count", |table, text| unsafe {
        (table.cuda_device_count)(&mut count, text)
    })?;
    Ok(count)
}

/// Converts the views of a call to the table's form. The shapes are borrowed from the call.
fn raw_views(engine: &ModuleLine, call: &Call<'_>) -> EngineResult<Vec<RawView>> {
    let absent = RawView { buffer: std::ptr::null(), shape: std::ptr::null(), rank: 0 };
    call.views.iter().map(|view| view.map_or(Ok(absent), |view| engine.raw(view))).collect()
}

fn raw_call(call: &Call<'_>, views: &[RawView]) -> RawCall {
    RawCall {
        struct_size: size_of::<RawCall>() as u32,
        kernel: call.kernel as u32,
        views: views.as_ptr(),
        view_count: views.len(),
        integers: call.integers.as_ptr(),
        integer_count: call.integers.len(),
        numbers: call.numbers.as_ptr(),
        number_count: call.numbers.len(),
        indices: call.indices.as_ptr(),
        index_count: call.indices.len(),
    }
}

impl ModuleLine {
    pub(super) fn open(module: &'static Module, options: RawOptions) -> EngineResult<Self> {
        let mut pointer = null_mut();
        // SAFETY: `options` is valid and `pointer` is valid for a write, as the table's contract requires.
        demand(module, "create", |table, text| unsafe { (table.create)(&options, &mut pointer, text) })?;
        Ok(Self { module, engine: Owned { pointer, free: module.table.destroy } })
    }

    /// Returns the module.
    pub fn module(&self) -> &'static Module {
        self.module
    }

    fn raw(&self, view: View<'_>) -> EngineResult<RawView> {
        let held = view.buffer.downcast::<Held>()?;
        if !std::ptr::eq(held.module, self.module) {
            return Err(EngineError::ForeignBuffer);
        }
        let buffer = held.buffer.pointer.cast_const();
        Ok(RawView { buffer, shape: view.shape.as_ptr(), rank: view.shape.len() })
    }

    fn hold(&self, pointer: *mut c_void) -> Buffer {
        let buffer = Owned { pointer, free: self.module.table.free_buffer };
        Buffer::new(Held { module: self.module, buffer })
    }
}

/// A buffer of a module.
struct Held {
    module: &'static Module,
    buffer: Owned,
}

impl Debug for ModuleLine {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ModuleLine").field("module", self.module).finish_non_exhaustive()
    }
}

impl Line for ModuleLine {
    fn name(&self) -> &'static str {
        self.module.name
    }

    fn memory(&self) -> DeviceMemory {
        let mut memory = RawMemory { struct_size: size_of::<RawMemory>() as u32, ..RawMemory::default() };
        // A module that cannot count its memory leaves the values at 0.
        // SAFETY: the engine is live, and `memory` has its size set and is valid for a write, as the contract
        // requires.
        let _ = ask(self.module, "memory", |table, text| unsafe {
            (table.memory)(self.engine.pointer, &mut memory, text)
        });
        memory.into()
    }

    fn trim(&self) {
        // SAFETY: the engine is live, as the table's contract requires.
        unsafe { (self.module.table.trim)(self.engine.pointer) };
    }

    fn upload(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Buffer> {
        let mut pointer = null_mut();
        demand(self.module, "upload", |table, text| {
            let (bytes, precision) = (values.bytes, values.precision as u32);
            // SAFETY: the engine is live, and the lists have the stated lengths, as the table's contract
            // requires.
            unsafe {
                (table.upload)(
                    self.engine.pointer,
                    precision,
                    bytes.as_ptr(),
                    bytes.len(),
                    shape.as_ptr(),
                    shape.len(),
                    &mut pointer,
                    text,
                )
            }
        })?;
        Ok(self.hold(pointer))
    }

    fn download(&self, x: View<'_>, values: &mut [f32]) -> EngineResult<()> {
        let view = self.raw(x)?;
        // SAFETY: the engine and the view are live, and `values` is valid for `values.len()` writes, as the
        // contract requires.
        demand(self.module, "download", |table, text| unsafe {
            (table.download)(self.engine.pointer, &view, values.as_mut_ptr(), values.len(), text)
        })?;
        Ok(())
    }

    fn call(&self, call: &Call<'_>) -> EngineResult<Option<Buffer>> {
        let views = raw_views(self, call)?;
        let raw = raw_call(call, &views);
        let mut pointer = null_mut();
        // SAFETY: the engine and the buffers are live, and the lists behind `raw` outlive the call.
        let made = ask(self.module, call.kernel.name(), |table, text| unsafe {
            (table.call)(self.engine.pointer, &raw, &mut pointer, text)
        })?;
        Ok(made.then(|| self.hold(pointer)))
    }

    fn prepare_field(&self, call: &Call<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        let views = raw_views(self, call)?;
        let raw = raw_call(call, &views);
        let mut pointer = null_mut();
        let mut info = RawFieldInfo { struct_size: size_of::<RawFieldInfo>() as u32, ..Default::default() };
        // SAFETY: the engine and the buffers are live, and the lists behind `raw` outlive the call; `info`
        // has its size set.
        let made = ask(self.module, Kernel::PrepareField.name(), |table, text| unsafe {
            (table.prepare_field)(self.engine.pointer, &raw, &mut pointer, &mut info, text)
        })?;
        let owned = |pointer| Owned { pointer, free: self.module.table.free_field };
        Ok(made.then(|| Box::new(ModuleField { module: self.module, field: owned(pointer), info }) as _))
    }
}

/// A field that a module has prepared.
struct ModuleField {
    module: &'static Module,
    field: Owned,
    info: RawFieldInfo,
}

impl FieldDecoder for ModuleField {
    fn channels(&self) -> usize {
        self.info.channels as usize
    }

    fn batch(&self) -> usize {
        usize::try_from(self.info.batch).unwrap_or(usize::MAX).max(1)
    }

    fn bounds(&self, minimum: [f32; 3], maximum: [f32; 3]) -> Option<(f32, f32)> {
        let (mut lowest, mut highest) = (0.0, 0.0);
        // SAFETY: the field is live, both corners have three numbers, and both results are valid for a write.
        let found = ask(self.module, "bounds", |table, text| unsafe {
            let (minimum, maximum) = (minimum.as_ptr(), maximum.as_ptr());
            (table.bounds)(self.field.pointer, minimum, maximum, &mut lowest, &mut highest, text)
        });
        matches!(found, Ok(true)).then_some((lowest, highest))
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        require("decode", values.len(), points.len().saturating_mul(self.channels()))?;
        // SAFETY: the field is live, and the check above ensures that `values` has `channels` numbers per
        // point.
        demand(self.module, "decode", |table, text| unsafe {
            let points = (points.as_flattened().as_ptr(), points.len());
            (table.decode)(self.field.pointer, points.0, points.1, values.as_mut_ptr(), text)
        })?;
        Ok(())
    }

    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        require("decode_with_gradient", values.len(), points.len())?;
        require("decode_with_gradient", gradients.len(), points.len())?;
        // SAFETY: the field is live, and the checks above ensure that the outputs have one value and one
        // gradient per point.
        demand(self.module, "decode_with_gradient", |table, text| unsafe {
            (table.decode_with_gradient)(
                self.field.pointer,
                points.as_flattened().as_ptr(),
                points.len(),
                values.as_mut_ptr(),
                gradients.as_flattened_mut().as_mut_ptr(),
                text,
            )
        })?;
        Ok(())
    }
}

fn require(kernel: &'static str, found: usize, expected: usize) -> EngineResult<()> {
    if found == expected {
        return Ok(());
    }
    Err(EngineError::Malformed { kernel, what: "output with one element per value", place: 0 })
}

/// An engine of a module.
pub type ModuleEngine = RemoteEngine<ModuleLine>;

/// Converts a status and message of a module to an error.
fn error(
    engine: &'static str,
    kernel: &'static str,
    status: crate::engine::table::Status,
    message: String,
) -> EngineError {
    use crate::engine::table::Status;
    match status {
        Status::OutOfMemory => EngineError::OutOfMemory { engine, kernel, message },
        Status::NoDevice => EngineError::NoDevice { engine, message },
        Status::Absent => EngineError::Unsupported { engine, kernel },
        Status::Done | Status::Failed | Status::Malformed => EngineError::Backend { engine, kernel, message },
    }
}
