//! An engine in another library or process: each kernel is encoded as a call and passed to a connection.

use std::fmt::{Debug, Formatter};
use std::sync::Arc;

use super::array::{Buffer, DeviceMemory, View};
use super::call::{BINARIES, Call, Kernel, REDUCTIONS, UNARIES, field_call, number_of};
use super::cpu::Workers;
use super::error::EngineResult;
use super::options::ThreadPriority;
use super::{
    Binary, Budget, Engine, FieldDecoder, FieldSpec, Reduction, ServiceLine, StoredArray, Turnstile, Unary,
};

/// A connection to an engine in another library or process.
pub trait Line: Send + Sync + Debug {
    /// Returns the engine's name.
    fn name(&self) -> &'static str;
    /// Returns the memory of the engine's arrays and of its device, as far as the engine counts it.
    fn memory(&self) -> DeviceMemory;
    /// Frees the memory that is only kept for reuse.
    fn trim(&self);
    /// Returns the connection to the services of the process that runs the engine; `None` if this process
    /// runs the engine.
    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        None
    }
    /// Copies values in their stored precision into a new array. Errors: `Backend`, `OutOfMemory`,
    /// `WorkerEnded`.
    fn upload(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Buffer>;
    /// Copies values to the host, row-major. values: one element per element of the view. Errors:
    /// `ForeignBuffer`, `Backend`, `OutOfMemory`, `WorkerEnded`.
    fn download(&self, x: View<'_>, values: &mut [f32]) -> EngineResult<()>;
    /// Runs a kernel. Returns `None` if the kernel is optional and the engine lacks it. Errors: those of
    /// [`download`](Self::download), `Unsupported`.
    fn call(&self, call: &Call<'_>) -> EngineResult<Option<Buffer>>;
    /// Prepares a field from a call of [`field_call`]. Returns `None` if the engine has no fused decoder.
    /// Errors: those of [`download`](Self::download).
    fn prepare_field(&self, call: &Call<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>>;
}

/// An engine that is reached through a connection. Host-side work runs on threads of this process.
pub struct RemoteEngine<L> {
    line: L,
    workers: Workers,
    budget: Budget,
}

impl<L: Line> RemoteEngine<L> {
    /// Creates an engine. threads: number of threads for host-side work; `None` for one per processor.
    /// priority: priority of these threads. Errors: `Threads`.
    pub fn new(line: L, threads: Option<usize>, priority: ThreadPriority) -> EngineResult<Self> {
        Ok(Self { line, workers: Workers::new(threads, priority)?, budget: Budget::default() })
    }

    /// Returns this engine with a limit on the memory of its work in this process.
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Returns the number of threads for host-side work.
    pub fn threads(&self) -> usize {
        self.workers.count()
    }

    /// Returns the connection.
    pub fn line(&self) -> &L {
        &self.line
    }

    fn run(&self, call: &Call<'_>) -> EngineResult<Buffer> {
        self.line.call(call)?.ok_or_else(|| super::EngineError::Unsupported {
            engine: self.line.name(),
            kernel: call.kernel.name(),
        })
    }
}

impl<L: Debug> Debug for RemoteEngine<L> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RemoteEngine").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<L: Line> Engine for RemoteEngine<L> {
    fn name(&self) -> &'static str {
        self.line.name()
    }

    fn install(&self, work: &mut (dyn FnMut() + Send)) {
        self.workers.install_with_turn(work);
    }

    fn turnstile(&self) -> Option<&Turnstile> {
        self.workers.turnstile()
    }

    fn memory_in_use(&self) -> u64 {
        self.line.memory().in_use
    }

    fn device_memory(&self) -> DeviceMemory {
        self.line.memory()
    }

    fn trim(&self) {
        self.line.trim();
    }

    fn budget(&self) -> Option<&Budget> {
        Some(&self.budget)
    }

    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        self.line.service_line()
    }

    fn upload(&self, values: &[f32], shape: &[usize]) -> EngineResult<Buffer> {
        self.line.upload(StoredArray::of_f32(values), shape)
    }

    fn upload_stored(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        self.line.upload(values, shape).map(Some)
    }

    fn download(&self, x: View<'_>) -> EngineResult<Vec<f32>> {
        let mut values = vec![0.0; x.shape.iter().product()];
        self.line.download(x, &mut values)?;
        Ok(values)
    }

    fn unary(&self, function: Unary, x: View<'_>) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Unary, [x]).integers([number_of(&UNARIES, &function)]))
    }

    fn binary(&self, function: Binary, a: View<'_>, b: View<'_>, shape: &[usize]) -> EngineResult<Buffer> {
        let function = number_of(&BINARIES, &function);
        self.run(&Call::new(Kernel::Binary, [a, b]).integers([function]).integers(shape.iter().copied()))
    }

    fn affine(&self, x: View<'_>, scale: f32, shift: f32) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Affine, [x]).numbers([scale, shift]))
    }

    fn matmul(&self, a: View<'_>, b: View<'_>, transposed: bool) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Matmul, [a, b]).integers([usize::from(transposed)]))
    }

    fn linear(&self, x: View<'_>, weight: View<'_>, bias: Option<View<'_>>) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Linear, [x, weight]).optional(bias))
    }

    fn conv2d(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: Option<View<'_>>,
        stride: usize,
        padding: usize,
    ) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Conv2d, [x, weight]).optional(bias).integers([stride, padding]))
    }

    fn group_norm(
        &self,
        x: View<'_>,
        groups: usize,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::GroupNorm, [x, weight, bias]).integers([groups]).numbers([epsilon]))
    }

    fn layer_norm(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::LayerNorm, [x, weight, bias]).numbers([epsilon]))
    }

    fn softmax(&self, x: View<'_>) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Softmax, [x]))
    }

    fn embedding(&self, table: View<'_>, ids: &[u32]) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Embedding, [table]).indices(ids))
    }

    fn permute(&self, x: View<'_>, axes: &[usize]) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Permute, [x]).integers(axes.iter().copied()))
    }

    fn concat(&self, parts: &[View<'_>], axis: usize) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Concat, parts.iter().copied()).integers([axis]))
    }

    fn narrow(&self, x: View<'_>, axis: usize, start: usize, length: usize) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Narrow, [x]).integers([axis, start, length]))
    }

    fn reduce(&self, reduction: Reduction, x: View<'_>, axis: usize) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::Reduce, [x]).integers([number_of(&REDUCTIONS, &reduction), axis]))
    }

    fn upsample_nearest(&self, x: View<'_>, factor: usize) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::UpsampleNearest, [x]).integers([factor]))
    }

    fn scatter_mean(&self, x: View<'_>, cells: &[u32], cell_count: usize) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::ScatterMean, [x]).integers([cell_count]).indices(cells))
    }

    fn attention(
        &self,
        q: View<'_>,
        k: View<'_>,
        v: View<'_>,
        mask: Option<View<'_>>,
        causal: bool,
    ) -> EngineResult<Option<Buffer>> {
        let call = Call::new(Kernel::Attention, [q, k, v]).optional(mask);
        self.line.call(&call.integers([usize::from(causal)]))
    }

    fn sample_triplane(&self, planes: View<'_>, points: View<'_>) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::SampleTriplane, [planes, points]))
    }

    fn sample_voxel_grid(&self, grid: View<'_>, points: View<'_>) -> EngineResult<Buffer> {
        self.run(&Call::new(Kernel::SampleVoxelGrid, [grid, points]))
    }

    fn prepare_field(&self, field: &FieldSpec<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        self.line.prepare_field(&field_call(field))
    }
}
