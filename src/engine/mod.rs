//! What a machine must be able to do to run the networks: about thirty kernels on dense f32 arrays.
//!
//! Everything above this floor speaks to `dyn Engine` through [`crate::tensor::Tensor`], which checks the shapes;
//! an engine may trust them. Arrays are row-major and contiguous. The embedded engine is [`cpu`]; libtorch is
//! another, in its own crate.

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

/// An engine's own storage for one array. Only the engine that made it can look inside.
#[derive(Clone)]
pub struct Buffer(Arc<dyn Any + Send + Sync>);

impl Buffer {
    /// Wraps an engine's storage.
    pub fn new<T: Any + Send + Sync>(storage: T) -> Self {
        Self(Arc::new(storage))
    }

    /// The storage, where it is a `T`.
    pub fn downcast<T: Any + Send + Sync>(&self) -> Result<&T, EngineError> {
        self.0.downcast_ref().ok_or(EngineError::ForeignBuffer)
    }
}

impl Buffer {
    /// A reference that keeps nothing alive.
    pub fn downgrade(&self) -> WeakBuffer {
        WeakBuffer(Arc::downgrade(&self.0))
    }
}

/// A [`Buffer`] that others keep alive.
#[derive(Clone)]
pub struct WeakBuffer(Weak<dyn Any + Send + Sync>);

impl WeakBuffer {
    /// The buffer, as long as somebody holds it.
    pub fn upgrade(&self) -> Option<Buffer> {
        self.0.upgrade().map(Buffer)
    }

    /// Whether somebody holds it.
    pub fn is_held(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Debug for Buffer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Buffer")
    }
}

/// An array handed to a kernel: its storage and its shape.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Where the numbers are.
    pub buffer: &'a Buffer,
    /// Row-major sizes.
    pub shape: &'a [usize],
}

/// Bytes of a device. 0 where nobody counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    /// Held by this engine's arrays, those kept for reuse included.
    pub in_use: u64,
    /// Free on the device.
    pub free: u64,
    /// Of the device.
    pub total: u64,
}

/// A function of one number.
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

/// A function of two numbers.
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

/// What is left of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The largest value.
    Maximum,
}

/// What can go wrong inside an engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A buffer of one engine reached another.
    #[error(
        "a tensor of another engine was given to this one; copy it over with to_vec and from_slice first"
    )]
    ForeignBuffer,
    /// The engine lacks a kernel that the façade can't compose.
    #[error("the engine {engine} has no kernel {kernel}; use another engine")]
    Unsupported {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
    },
    /// The library below the engine reported an error.
    #[error("the engine {engine} failed in {kernel}: {message}")]
    Backend {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
        /// What the library below said.
        message: String,
    },
    /// A device has no room left.
    #[error(
        "the engine {engine} ran out of memory in {kernel}: {message}; ask for less at a time, or use another device"
    )]
    OutOfMemory {
        /// The engine's name.
        engine: &'static str,
        /// The kernel's name.
        kernel: &'static str,
        /// What the library below said.
        message: String,
    },
    /// Work would take more memory than the context may.
    #[error(
        "the {what} needs {needed} bytes, and {left} are left of the context's memory limit of {limit}: ask for less, free \
         models or fields of this context, or raise the limit"
    )]
    Budget {
        /// The work, as a noun in the singular: picture.
        what: &'static str,
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that are left.
        left: u64,
        /// Bytes of the limit.
        limit: u64,
    },
    /// A device that is not there.
    #[error("the engine {engine} cannot use this device: {message}")]
    NoDevice {
        /// The engine's name.
        engine: &'static str,
        /// What was found.
        message: String,
    },
    /// A worker's process is gone; its arrays with it.
    #[error(
        "the worker of the engine {engine} ended ({message}); what it held is gone, this process is well: make a new context"
    )]
    WorkerEnded {
        /// The engine's name.
        engine: &'static str,
        /// How it ended.
        message: String,
    },
    /// A call came over a line without what its kernel needs.
    #[error("a call of {kernel} came without a {what} at place {place}; both sides must be of one version")]
    Malformed {
        /// The kernel's name.
        kernel: &'static str,
        /// What is missing.
        what: &'static str,
        /// Where.
        place: usize,
    },
    /// Work handed to an engine's threads did not run.
    #[error("the engine {engine} did not run the work handed to its threads")]
    NotRun {
        /// The engine's name.
        engine: &'static str,
    },
    /// No worker threads could be started.
    #[error("could not start {threads} worker threads: {message}; ask for fewer threads")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        message: String,
    },
}

/// The result of a kernel.
pub type EngineResult<T> = Result<T, EngineError>;

/// Runs host-side work on an engine's threads, when no other outside work does, and hands back its result.
/// Errors: `NotRun`.
pub fn run_on_threads<T: Send>(engine: &dyn Engine, work: impl FnOnce() -> T + Send) -> EngineResult<T> {
    match run_on_threads_unless(engine, || Ok::<(), std::convert::Infallible>(()), work)? {
        Ok(result) => Ok(result),
        Err(never) => match never {},
    }
}

/// As [`run_on_threads`]; while it waits for its turn, an error of `may_wait` ends it.
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

/// The kernels. Shapes were checked by the façade; every output is new.
pub trait Engine: Send + Sync + Debug {
    /// A short name: `cpu`, `torch`.
    fn name(&self) -> &'static str;

    /// Runs host-side work (surface extraction, rasterisation) on this engine's threads.
    fn install(&self, work: &mut (dyn FnMut() + Send)) {
        work();
    }

    /// Where outside work waits for its turn on this engine's threads; none for work that is inside already, and for
    /// engines that run work on the caller's thread.
    fn turnstile(&self) -> Option<&Turnstile> {
        None
    }

    /// Bytes that this engine's arrays hold, those kept for reuse included. 0 where it does not count.
    fn memory_in_use(&self) -> u64 {
        0
    }

    /// What the arrays hold and what the device has left, where the engine counts.
    fn device_memory(&self) -> DeviceMemory {
        DeviceMemory { in_use: self.memory_in_use(), ..DeviceMemory::default() }
    }

    /// Gives back what is only kept for reuse.
    fn trim(&self) {}

    /// Returns the limit on the memory of the work on this engine; `None` where there is none.
    fn budget(&self) -> Option<&Budget> {
        None
    }

    /// Returns the line to the services of the process that runs this engine; `None` where that is this process.
    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        None
    }

    /// Copies host values in.
    fn upload(&self, values: &[f32], shape: &[usize]) -> EngineResult<Buffer>;
    /// Copies values in as they are stored, where the engine keeps such; `None` where it wants f32.
    fn upload_stored(&self, _values: StoredArray<'_>, _shape: &[usize]) -> EngineResult<Option<Buffer>> {
        Ok(None)
    }
    /// As [`Engine::upload_stored`], of values that never change: an engine may share them with other engines of the process.
    fn upload_static(&self, values: StoredArray<'static>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        self.upload_stored(values, shape)
    }
    /// Copies values out, row-major.
    fn download(&self, x: View<'_>) -> EngineResult<Vec<f32>>;

    /// Applies `function` to each element.
    fn unary(&self, function: Unary, x: View<'_>) -> EngineResult<Buffer>;
    /// Applies `function` to pairs, with NumPy broadcasting into `shape`.
    fn binary(&self, function: Binary, a: View<'_>, b: View<'_>, shape: &[usize]) -> EngineResult<Buffer>;
    /// x · scale + shift.
    fn affine(&self, x: View<'_>, scale: f32, shift: f32) -> EngineResult<Buffer>;

    /// Batched product. a: [b, m, k]; b: [b, k, n], or [b, n, k] if `transposed`. Returns [b, m, n].
    fn matmul(&self, a: View<'_>, b: View<'_>, transposed: bool) -> EngineResult<Buffer>;
    /// x: [n, k]; weight: [o, k]; bias: `[o]`. Returns [n, o].
    fn linear(&self, x: View<'_>, weight: View<'_>, bias: Option<View<'_>>) -> EngineResult<Buffer>;
    /// Stride 1 or 2, zero padding. x: [n, c, h, w]; weight: [o, c, kh, kw]; bias: `[o]`. Returns [n, o, h', w'].
    fn conv2d(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: Option<View<'_>>,
        stride: usize,
        padding: usize,
    ) -> EngineResult<Buffer>;
    /// Normalises over each group of channels and all positions. x: [n, c, …]; weight, bias: `[c]`.
    fn group_norm(
        &self,
        x: View<'_>,
        groups: usize,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer>;
    /// Normalises over the last axis. weight, bias: `[last]`.
    fn layer_norm(&self, x: View<'_>, weight: View<'_>, bias: View<'_>, epsilon: f32)
    -> EngineResult<Buffer>;
    /// Softmax over the last axis.
    fn softmax(&self, x: View<'_>) -> EngineResult<Buffer>;

    /// Rows of a table. table: [v, d]. Returns [ids.len(), d].
    fn embedding(&self, table: View<'_>, ids: &[u32]) -> EngineResult<Buffer>;
    /// Axis i of the result is axis `axes[i]` of x.
    fn permute(&self, x: View<'_>, axes: &[usize]) -> EngineResult<Buffer>;
    /// Joins along `axis`.
    fn concat(&self, parts: &[View<'_>], axis: usize) -> EngineResult<Buffer>;
    /// `length` entries of `axis` from `start` on.
    fn narrow(&self, x: View<'_>, axis: usize, start: usize, length: usize) -> EngineResult<Buffer>;
    /// Reduces one axis away.
    fn reduce(&self, reduction: Reduction, x: View<'_>, axis: usize) -> EngineResult<Buffer>;
    /// Repeats each pixel `factor` times both ways. x: [n, c, h, w].
    fn upsample_nearest(&self, x: View<'_>, factor: usize) -> EngineResult<Buffer>;
    /// Means of rows that share a cell; empty cells are 0. x: [b, n, c]; cells: b·n cell indices.
    /// Returns [b, cell_count, c].
    fn scatter_mean(&self, x: View<'_>, cells: &[u32], cell_count: usize) -> EngineResult<Buffer>;

    /// softmax(q kᵀ / √d + mask) v. q: [b, h, n, d]; k, v: [b, h, m, d]; mask: [b, m] added to the scores of each
    /// key; causal hides keys after the query. `None` where the engine has no fused kernel: the façade composes it.
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

    /// Bilinear features, planes XY, XZ, YZ concatenated; points outside [-1, 1] are clamped to the border; cell
    /// centres at (i + ½) / r. planes: [b, 3, r, r, c] (row = second coordinate); points: [b, n, 3].
    /// Returns [b, n, 3 c]. Source: Chan et al. 2022 (EG3D), section 4.
    fn sample_triplane(&self, planes: View<'_>, points: View<'_>) -> EngineResult<Buffer>;
    /// Trilinear features; grid corners at -1 and 1; points outside are clamped. grid: [b, r, r, r, c], indexed z, y,
    /// x; points: [b, n, 3]. Returns [b, n, c]. Source: ATT3D, appendix B.1.2.
    fn sample_voxel_grid(&self, grid: View<'_>, points: View<'_>) -> EngineResult<Buffer>;

    /// Makes a fused decoder of one field (batch of 1) that is asked for many points. `None` where the engine has
    /// none: the façade composes it.
    fn prepare_field(&self, _field: &FieldSpec<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        Ok(None)
    }
}
