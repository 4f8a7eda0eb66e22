//! The interface of an engine: about thirty kernels on dense f32 arrays, which run the networks.
//!
//! The modules above call `dyn Engine` through [`crate::tensor::Tensor`], which checks the shapes; an engine
//! may rely on them. Arrays are row-major and contiguous. The embedded engine is [`cpu`]; libtorch is an
//! engine in its own crate.

mod budget;
pub mod call;
pub mod choice;
pub mod cpu;
pub mod field;
pub mod module;
pub mod remote;
mod service;
mod stored;
pub mod table;
mod turnstile;
pub mod worker;

use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, Weak};

pub use budget::{Budget, Reservation, memory_left, reserve};
pub use service::{Service, ServiceLine};
pub use stored::{Precision, StoredArray};
pub use turnstile::{Turn, Turnstile};

pub use field::{Activation, ChannelHead, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec, RadialBias};

/// An engine's own storage for one array. Only the engine that made it can read it.
#[derive(Clone)]
pub struct Buffer(Arc<dyn Any + Send + Sync>);

impl Buffer {
    /// Wraps an engine's storage.
    pub fn new<T: Any + Send + Sync>(storage: T) -> Self {
        Self(Arc::new(storage))
    }

    /// Returns the storage as a `T`. Errors: `ForeignBuffer` if the storage has another type.
    pub fn downcast<T: Any + Send + Sync>(&self) -> Result<&T, EngineError> {
        self.0.downcast_ref().ok_or(EngineError::ForeignBuffer)
    }
}

impl Buffer {
    /// Returns a reference that does not keep the storage alive.
    pub fn downgrade(&self) -> WeakBuffer {
        WeakBuffer(Arc::downgrade(&self.0))
    }
}

/// A reference to a [`Buffer`] that does not keep the storage alive.
#[derive(Clone)]
pub struct WeakBuffer(Weak<dyn Any + Send + Sync>);

impl WeakBuffer {
    /// Returns the buffer, or `None` if its storage was freed.
    pub fn upgrade(&self) -> Option<Buffer> {
        self.0.upgrade().map(Buffer)
    }

    /// Returns whether the storage is still alive.
    pub fn is_held(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Debug for Buffer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Buffer")
    }
}

/// An array that is passed to a kernel: its storage and its shape.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Storage of the values.
    pub buffer: &'a Buffer,
    /// Row-major sizes.
    pub shape: &'a [usize],
}

/// Memory of a device, in bytes. A value is 0 where it is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    /// Bytes that this engine's arrays hold, including those kept for reuse.
    pub in_use: u64,
    /// Free bytes on the device.
    pub free: u64,
    /// Size of the device's memory.
    pub total: u64,
}

/// A function that is applied to each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// max(x, 0).
    Relu,
    /// x · sigmoid(x).
    Silu,
    /// x · Φ(x) with the error function (Hendrycks and Gimpel 2016).
    Gelu,
    /// x · sigmoid(1.702 x), as in OpenAI's CLIP.
    QuickGelu,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// ln(1 + eˣ).
    Softplus,
    /// √x.
    Sqrt,
    /// sin x.
    Sin,
    /// cos x.
    Cos,
}

/// A function that is applied to pairs of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// a + b.
    Add,
    /// a − b.
    Subtract,
    /// a · b.
    Multiply,
    /// a / b.
    Divide,
}

/// The value that replaces an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The largest value.
    Maximum,
}

/// An error of an engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A buffer was passed to an engine that did not make it.
    #[error(
        "a tensor of another engine was given to this one; copy it over with to_vec and from_slice first"
    )]
    ForeignBuffer,
    /// The engine lacks a kernel that the façade cannot compose from other kernels.
    #[error("the engine {engine} has no kernel {kernel}; use another engine")]
    Unsupported {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
    },
    /// The library that the engine uses reported an error.
    #[error("the engine {engine} failed in {kernel}: {message}")]
    Backend {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
        /// Error message of the library.
        message: String,
    },
    /// A device ran out of memory.
    #[error(
        "the engine {engine} ran out of memory in {kernel}: {message}; ask for less at a time, or use another device"
    )]
    OutOfMemory {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
        /// Error message of the library.
        message: String,
    },
    /// The work would take more memory than the limit of the context allows.
    #[error(
        "the {what} needs {needed} bytes, and {left} are left of the context's memory limit of {limit}: ask for less, free \
         models or fields of this context, or raise the limit"
    )]
    Budget {
        /// Name of the work, a singular noun: "picture".
        what: &'static str,
        /// Bytes that the work needs.
        needed: u64,
        /// Bytes that are left.
        left: u64,
        /// Memory limit in bytes.
        limit: u64,
    },
    /// The device does not exist or cannot be used.
    #[error("the engine {engine} cannot use this device: {message}")]
    NoDevice {
        /// The engine's name.
        engine: &'static str,
        /// Reason.
        message: String,
    },
    /// The worker process ended, and its arrays are lost.
    #[error(
        "the worker of the engine {engine} ended ({message}); its models and fields are lost, and this process is unharmed; make a new context"
    )]
    WorkerEnded {
        /// The engine's name.
        engine: &'static str,
        /// How the process ended.
        message: String,
    },
    /// A received call lacks an argument that its kernel needs.
    #[error(
        "a call of {kernel} came without a {what} at place {place}; both sides must have the same version"
    )]
    Malformed {
        /// The kernel's name.
        kernel: &'static str,
        /// Kind of the missing argument.
        what: &'static str,
        /// Position in its list.
        place: usize,
    },
    /// The engine did not run the work that was passed to its threads.
    #[error("the engine {engine} did not run the work handed to its threads")]
    NotRun {
        /// The engine's name.
        engine: &'static str,
    },
    /// The worker threads could not be started.
    #[error("could not start {threads} worker threads: {message}; ask for fewer threads")]
    Threads {
        /// Number of threads that were requested.
        threads: usize,
        /// Error message of the system.
        message: String,
    },
}

/// The result of a kernel.
pub type EngineResult<T> = Result<T, EngineError>;

/// Runs host-side work on an engine's threads and returns its result. Only one such piece of work runs at a
/// time; the call waits for its turn. Errors: `NotRun`.
pub fn run_on_threads<T: Send>(engine: &dyn Engine, work: impl FnOnce() -> T + Send) -> EngineResult<T> {
    match run_on_threads_unless(engine, || Ok::<(), std::convert::Infallible>(()), work)? {
        Ok(result) => Ok(result),
        Err(never) => match never {},
    }
}

/// Does the same as [`run_on_threads`]. It calls `may_wait` while it waits for its turn, and an error of
/// `may_wait` ends the wait and is the inner error. Errors: `NotRun`.
pub fn run_on_threads_unless<T: Send, E>(
    engine: &dyn Engine,
    may_wait: impl FnMut() -> Result<(), E>,
    work: impl FnOnce() -> T + Send,
) -> EngineResult<Result<T, E>> {
    let _turn = match engine.turnstile().map(|turnstile| turnstile.enter(may_wait)) {
        Some(Err(error)) => return Ok(Err(error)),
        Some(Ok(turn)) => Some(turn),
        None => None,
    };
    let mut work = Some(work);
    let mut result = None;
    engine.install(&mut || result = work.take().map(|work| work()));
    result.map(Ok).ok_or(EngineError::NotRun { engine: engine.name() })
}

/// An implementation of the kernels. The façade has checked the shapes; every output is a new array.
pub trait Engine: Send + Sync + Debug {
    /// Returns a short name: `cpu`, `torch`.
    fn name(&self) -> &'static str;

    /// Runs host-side work (surface extraction, rasterization) on this engine's threads.
    fn install(&self, work: &mut (dyn FnMut() + Send)) {
        work();
    }

    /// Returns the queue in which host-side work waits for its turn on this engine's threads. `None` for a
    /// caller that already runs on these threads, and for engines that run work on the caller's thread.
    fn turnstile(&self) -> Option<&Turnstile> {
        None
    }

    /// Returns the bytes that this engine's arrays hold, including those kept for reuse; 0 if it does not
    /// count them.
    fn memory_in_use(&self) -> u64 {
        0
    }

    /// Returns the memory of the arrays and of the device, as far as the engine counts it.
    fn device_memory(&self) -> DeviceMemory {
        DeviceMemory { in_use: self.memory_in_use(), ..DeviceMemory::default() }
    }

    /// Frees the memory that is only kept for reuse.
    fn trim(&self) {}

    /// Returns the limit on the memory of the work on this engine; `None` if there is no limit.
    fn budget(&self) -> Option<&Budget> {
        None
    }

    /// Returns the connection to the services of the process that runs this engine; `None` if that is this
    /// process.
    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        None
    }

    /// Copies values from the host into a new array.
    fn upload(&self, values: &[f32], shape: &[usize]) -> EngineResult<Buffer>;
    /// Copies values in their stored precision. Returns `None` if the engine accepts only f32.
    fn upload_stored(&self, _values: StoredArray<'_>, _shape: &[usize]) -> EngineResult<Option<Buffer>> {
        Ok(None)
    }
    /// Does the same as [`Engine::upload_stored`], for values that never change. An engine may share them
    /// with other engines of the process.
    fn upload_static(&self, values: StoredArray<'static>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        self.upload_stored(values, shape)
    }
    /// Copies the values to the host, row-major.
    fn download(&self, x: View<'_>) -> EngineResult<Vec<f32>>;

    /// Applies `function` to each element.
    fn unary(&self, function: Unary, x: View<'_>) -> EngineResult<Buffer>;
    /// Applies `function` to pairs, with NumPy broadcasting into `shape`.
    fn binary(&self, function: Binary, a: View<'_>, b: View<'_>, shape: &[usize]) -> EngineResult<Buffer>;
    /// Computes x · scale + shift.
    fn affine(&self, x: View<'_>, scale: f32, shift: f32) -> EngineResult<Buffer>;

    /// Computes the batched product. a: [b, m, k]; b: [b, k, n], or [b, n, k] if `transposed`. Returns [b, m,
    /// n].
    fn matmul(&self, a: View<'_>, b: View<'_>, transposed: bool) -> EngineResult<Buffer>;
    /// Computes x · weightᵀ + bias. x: [n, k]; weight: [o, k]; bias: `[o]`. Returns [n, o].
    fn linear(&self, x: View<'_>, weight: View<'_>, bias: Option<View<'_>>) -> EngineResult<Buffer>;
    /// Computes a two-dimensional convolution with stride 1 or 2 and zero padding. x: [n, c, h, w]; weight:
    /// [o, c, kh, kw]; bias: `[o]`. Returns [n, o, h', w'].
    fn conv2d(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: Option<View<'_>>,
        stride: usize,
        padding: usize,
    ) -> EngineResult<Buffer>;
    /// Normalizes over each group of channels and all positions. x: [n, c, …]; weight, bias: `[c]`.
    fn group_norm(
        &self,
        x: View<'_>,
        groups: usize,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer>;
    /// Normalizes over the last axis. weight, bias: `[last]`.
    fn layer_norm(&self, x: View<'_>, weight: View<'_>, bias: View<'_>, epsilon: f32)
    -> EngineResult<Buffer>;
    /// Computes the softmax over the last axis.
    fn softmax(&self, x: View<'_>) -> EngineResult<Buffer>;

    /// Returns the rows `ids` of a table. table: [v, d]. Returns [ids.len(), d].
    fn embedding(&self, table: View<'_>, ids: &[u32]) -> EngineResult<Buffer>;
    /// Permutes the axes: axis i of the result is axis `axes[i]` of x.
    fn permute(&self, x: View<'_>, axes: &[usize]) -> EngineResult<Buffer>;
    /// Concatenates arrays along `axis`.
    fn concat(&self, parts: &[View<'_>], axis: usize) -> EngineResult<Buffer>;
    /// Returns `length` entries of `axis`, beginning at `start`.
    fn narrow(&self, x: View<'_>, axis: usize, start: usize, length: usize) -> EngineResult<Buffer>;
    /// Reduces one axis, which the result lacks.
    fn reduce(&self, reduction: Reduction, x: View<'_>, axis: usize) -> EngineResult<Buffer>;
    /// Repeats each pixel `factor` times along both axes. x: [n, c, h, w].
    fn upsample_nearest(&self, x: View<'_>, factor: usize) -> EngineResult<Buffer>;
    /// Computes the mean of the rows that share a cell; empty cells are 0. x: [b, n, c]; cells: b·n cell
    /// indices. Returns [b, cell_count, c].
    fn scatter_mean(&self, x: View<'_>, cells: &[u32], cell_count: usize) -> EngineResult<Buffer>;

    /// Computes softmax(q kᵀ / √d + mask) v. q: [b, h, n, d]; k, v: [b, h, m, d]; mask: [b, m], added to the
    /// scores of each key. If `causal`, keys after the query are hidden. Returns `None` if the engine has no
    /// fused kernel; the façade then composes it.
    fn attention(
        &self,
        _q: View<'_>,
        _k: View<'_>,
        _v: View<'_>,
        _mask: Option<View<'_>>,
        _causal: bool,
    ) -> EngineResult<Option<Buffer>> {
        Ok(None)
    }

    /// Samples features of three planes bilinearly, and concatenates those of XY, XZ and YZ. Points outside
    /// [-1, 1] are clamped to the border. Cell centers are at (i + ½) / r, as a fraction of the width.
    /// planes: [b, 3, r, r, c] (row = second coordinate); points: [b, n, 3]. Returns [b, n, 3 c]. Source:
    /// Chan et al. 2022 (EG3D), section 4.
    fn sample_triplane(&self, planes: View<'_>, points: View<'_>) -> EngineResult<Buffer>;
    /// Samples features of a grid trilinearly. Grid corners are at -1 and 1; points outside are clamped.
    /// grid: [b, r, r, r, c], indexed z, y, x; points: [b, n, 3]. Returns [b, n, c]. Source: ATT3D, appendix
    /// B.1.2.
    fn sample_voxel_grid(&self, grid: View<'_>, points: View<'_>) -> EngineResult<Buffer>;

    /// Makes a fused decoder of one field (batch of 1), for many points. Returns `None` if the engine has
    /// none; the façade then composes it.
    fn prepare_field(&self, _field: &FieldSpec<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        Ok(None)
    }
}
