//! The interface of an engine: kernels on dense f32 arrays, which run the networks.
//!
//! The modules above call `dyn Engine` through [`crate::tensor::Tensor`], which checks the shapes, so an
//! engine need not check them. Arrays are row-major and contiguous. The embedded engine is [`cpu`]; libtorch
//! is an engine in its own crate.

mod array;
mod budget;
pub mod call;
pub mod choice;
pub mod cpu;
mod error;
pub mod field;
pub mod module;
pub mod options;
pub mod remote;
mod service;
mod stored;
pub mod table;
mod turnstile;
mod work;
pub mod worker;

use std::fmt::Debug;
use std::sync::Arc;

pub use budget::{Budget, Reservation};
pub use service::{Service, ServiceLine};
pub use stored::{Precision, StoredArray};
pub use turnstile::{Turn, Turnstile};
pub use work::{memory_left, reserve, run_both, run_on_threads, run_on_threads_unless};

pub use array::{Buffer, DeviceMemory, View, WeakBuffer};
pub use error::{EngineError, EngineResult};
pub use field::{Activation, ChannelHead, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec, RadialBias};

/// A function that is applied to each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// max(x, 0).
    Relu,
    /// x · sigmoid(x).
    Silu,
    /// x · Φ(x), where Φ(x) = (1 + erf(x / √2)) / 2 (Hendrycks and Gimpel 2016).
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

/// The value to which the entries along an axis are reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The largest value.
    Maximum,
}

/// An implementation of the kernels. The tensor interface has checked the shapes; every output is a new
/// array.
///
/// Errors of each kernel: `ForeignBuffer` for a buffer of another engine; `Unsupported` if the engine lacks
/// the kernel; `Budget` if the output exceeds the memory limit; `Backend` and `OutOfMemory` if the engine's
/// library reports them; `WorkerEnded` for an engine in a worker.
pub trait Engine: Send + Sync + Debug {
    /// Returns a short name: `cpu`, `torch`.
    fn name(&self) -> &'static str;

    /// Runs host-side work (surface extraction, rasterization) on this engine's threads.
    fn install(&self, work: &mut (dyn FnMut() + Send)) {
        work();
    }

    /// Runs two independent parts of a network, at the same time if the engine can do that.
    fn join(&self, first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
        first();
        second();
    }

    /// Returns the queue in which host-side work waits for its turn on this engine's threads. `None` for a
    /// caller that already runs on these threads, and for engines that run work on the caller's thread.
    fn turnstile(&self) -> Option<&Turnstile> {
        None
    }

    /// Returns the bytes that this engine's arrays hold, including freed memory that is kept for reuse; 0 if
    /// the engine does not count its memory.
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

    /// Returns the connection to the services of the process that runs this engine; `None` if this process
    /// runs the engine.
    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        None
    }

    /// Copies values from the host into a new array.
    fn upload(&self, values: &[f32], shape: &[usize]) -> EngineResult<Buffer>;
    /// Copies values, which are given in their stored precision, into a new array. Returns `None` if the
    /// engine accepts only f32.
    fn upload_stored(&self, _values: StoredArray<'_>, _shape: &[usize]) -> EngineResult<Option<Buffer>> {
        Ok(None)
    }
    /// Does the same as [`Engine::upload_stored`], for values that never change. An engine may share them
    /// with other engines of the process.
    fn upload_static(&self, values: StoredArray<'static>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        self.upload_stored(values, shape)
    }
    /// Copies the values of a weight in their stored precision, for large models. The result is only used as
    /// the weight of [`Engine::linear`] and [`Engine::conv2d`], and as the table of [`Engine::embedding`]. An
    /// engine whose kernels need f32 converts the weight at each use, so that the model takes less memory.
    fn upload_compact(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
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
    /// Reduces one axis. The result does not have this axis.
    fn reduce(&self, reduction: Reduction, x: View<'_>, axis: usize) -> EngineResult<Buffer>;
    /// Repeats each pixel `factor` times along both axes. x: [n, c, h, w].
    fn upsample_nearest(&self, x: View<'_>, factor: usize) -> EngineResult<Buffer>;
    /// Computes the mean of the rows that share a cell; empty cells are 0. x: [b, n, c]; cells: b·n cell
    /// indices. Returns [b, cell_count, c].
    fn scatter_mean(&self, x: View<'_>, cells: &[u32], cell_count: usize) -> EngineResult<Buffer>;

    /// Computes softmax(q kᵀ / √d + mask) v. q: [b, h, n, d]; k, v: [b, h, m, d]; mask: [b, m], added to the
    /// scores of each key. If `causal`, keys after the query are hidden. Returns `None` if the engine has no
    /// fused kernel; the tensor interface then computes the attention with other kernels.
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

    /// Samples features of three planes bilinearly, and concatenates the features of XY, XZ and YZ. Points
    /// outside [-1, 1] are clamped to the border. Cell centers are at (i + ½) / r, as a fraction of the
    /// width. planes: [b, 3, r, r, c] (row = second coordinate); points: [b, n, 3]. Returns [b, n, 3 c].
    /// Source: Chan et al. 2022 (EG3D), section 4.
    fn sample_triplane(&self, planes: View<'_>, points: View<'_>) -> EngineResult<Buffer>;
    /// Samples features of a grid trilinearly. Grid corners are at -1 and 1; points outside are clamped.
    /// grid: [b, r, r, r, c], indexed z, y, x; points: [b, n, 3]. Returns [b, n, c]. Source: ATT3D, appendix
    /// B.1.2.
    fn sample_voxel_grid(&self, grid: View<'_>, points: View<'_>) -> EngineResult<Buffer>;

    /// Makes a fused decoder of one field (batch of 1), for many points. Returns `None` if the engine has no
    /// fused decoder; the tensor interface then decodes with other kernels.
    fn prepare_field(&self, _field: &FieldSpec<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        Ok(None)
    }
}
