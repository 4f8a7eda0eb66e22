//! An engine that lives elsewhere: each kernel is written down as a call and handed to a line.

use std::fmt::{Debug, Formatter};
use std::sync::Arc;

use super::call::{BINARIES, Call, Kernel, REDUCTIONS, UNARIES, field_call, number_of};
use super::cpu::Workers;
use super::{
    Binary, Budget, Buffer, DeviceMemory, Engine, EngineResult, FieldDecoder, FieldSpec, Reduction,
    ServiceLine, StoredArray, Turnstile, Unary, View,
};

/// How an engine that lives elsewhere is reached.
pub trait Line: Send + Sync + Debug {
    /// The engine's name.
    fn name(&self) -> &'static str;
    /// What its arrays hold and what its device has left, where it counts.
    fn memory(&self) -> DeviceMemory;
    /// Gives back what is only kept for reuse.
    fn trim(&self);
    /// Returns the line to the services of the process that runs the engine; `None` where that is this process.
    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        None
    }
    /// Copies values in, as they are stored.
    fn upload(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Buffer>;
    /// Copies values out, row-major; as many as the view has.
    fn download(&self, x: View<'_>, values: &mut [f32]) -> EngineResult<()>;
    /// Has a kernel run. `None` where it is optional and the engine has none.
    fn call(&self, call: &Call<'_>) -> EngineResult<Option<Buffer>>;
    /// Has a field prepared, from a call of [`field_call`]. `None` where the engine has no fused decoder.
    fn prepare_field(&self, call: &Call<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>>;
}

/// The engine at the other end of a line. Host-side work runs on threads of this process.
pub struct RemoteEngine<L> {
    line: L,
    workers: Workers,
    budget: Budget,
}

impl<L: Line> RemoteEngine<L> {
    /// threads: for host-side work; one a processor where none. Errors: `Threads`.
    pub fn new(line: L, threads: Option<usize>) -> EngineResult<Self> {
        Ok(Self { line, workers: Workers::new(threads)?, budget: Budget::default() })
    }

    /// As it is, with a limit on the memory of its work in this process.
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// How many threads host-side work has.
    pub fn threads(&self) -> usize {
        self.workers.count()
    }

    /// The line.
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
