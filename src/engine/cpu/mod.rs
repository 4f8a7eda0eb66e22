//! The embedded engine in pure Rust, which is always available.
//!
//! It has its own threads. The instruction set is chosen when an engine is made: AVX-512, AVX2 with FMA, or
//! the instructions that every machine of the target has. Products of bf16 numbers use AMX where it is
//! allowed. Within one instruction set, results are equal bit for bit for any number of threads.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod amx;
mod attention;
mod conv;
mod decode;
mod elementwise;
mod layout;
mod linear;
mod machine;
mod matmul;
mod memory;
mod norm;
mod number;
mod output;
mod panel;
mod pool;
mod reduce;
mod sampling;
mod served;
mod shared;
mod simd;
mod tile;

use std::sync::Arc;

use super::array::{Buffer, View};
use super::error::EngineResult;
use super::options::ThreadPriority;
use super::{
    Binary, Budget, Engine, FieldDecoder, FieldSpec, Precision, Reduction, StoredArray, Turnstile, Unary,
};
use machine::Machine;
use memory::{Array, Compact, Recycler, Weight, optional, values};
use number::{Number, Pair};
pub(in crate::engine) use pool::Workers;
pub use simd::Instructions;

/// Smallest number of values for which a weight keeps its stored precision: 1 MiB as f32. Smaller weights
/// would save little memory, and networks rearrange some of them when they are loaded.
const SMALLEST_COMPACT: usize = 1 << 18;

/// How the products of networks are computed.
#[derive(Clone, Copy, Debug)]
enum Products {
    /// In f32.
    Exact,
    /// From pairs of bf16 numbers.
    Pairs,
    /// From tiles of bf16 numbers.
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    Tiles,
}

/// The embedded engine.
#[derive(Clone, Debug)]
pub struct CpuEngine {
    workers: Arc<Workers>,
    instructions: Instructions,
    products: Products,
    recycler: Arc<Recycler>,
    budget: Arc<Budget>,
}

impl CpuEngine {
    /// Creates an engine with this machine's best instruction set. threads: `None` is one per processor.
    /// Errors: `Threads`.
    pub fn new(threads: Option<usize>) -> EngineResult<Self> {
        Self::with_instructions(threads, Instructions::detect())
    }

    /// Does the same as [`CpuEngine::new`] with a given priority of the threads. Errors: `Threads`.
    pub fn with_priority(threads: Option<usize>, priority: ThreadPriority) -> EngineResult<Self> {
        Ok(Self::on(Workers::new(threads, priority)?, Instructions::detect()))
    }

    /// Does the same as [`CpuEngine::new`] with a given instruction set, for comparisons. Errors: `Threads`.
    pub fn with_instructions(threads: Option<usize>, instructions: Instructions) -> EngineResult<Self> {
        Ok(Self::on(Workers::new(threads, ThreadPriority::Normal)?, instructions))
    }

    fn on(workers: Workers, instructions: Instructions) -> Self {
        let workers = Arc::new(workers);
        Self {
            workers,
            instructions,
            products: Products::Exact,
            recycler: Arc::default(),
            budget: Arc::default(),
        }
    }

    /// Returns this engine with convolutions, linear layers and attention that round their operands to bf16.
    /// Products and sums are f32. Layers with an odd number of inputs, or few rows of inputs, stay in f32, as
    /// do all other kernels.
    ///
    /// On Linux, the products use AMX if the processor has it. The first call in a process then asks the
    /// system for the use of the tile registers (`arch_prctl`); if it refuses, the products use AVX-512.
    /// With AMX, the large weights of [`Engine::upload_compact`] are kept in bf16, and their layers are
    /// never in f32.
    pub fn with_bf16_products(self) -> Self {
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        if self.instructions.has_tiles() {
            return Self { products: Products::Tiles, ..self };
        }
        Self { products: Products::Pairs, ..self }
    }

    /// Returns this engine with a limit on the memory of its arrays and of the work on it.
    pub fn with_budget(self, budget: Budget) -> Self {
        Self { budget: Arc::new(budget), ..self }
    }

    /// Returns how many threads the engine runs.
    pub fn threads(&self) -> usize {
        self.workers.count()
    }

    /// Returns the instruction set that the engine uses.
    pub fn instructions(&self) -> Instructions {
        self.instructions
    }

    /// Makes a new array of `shape` and fills it with `kernel`. Errors: `Budget`.
    fn make(&self, shape: &[usize], kernel: impl FnOnce(&mut [f32])) -> EngineResult<Buffer> {
        let length = shape.iter().product();
        self.afford(length)?;
        let mut array = self.recycler.take(length);
        kernel(&mut array);
        Ok(Buffer::new(array))
    }

    /// Checks that an array of `length` numbers can be made. Errors: `Budget`.
    fn afford(&self, length: usize) -> EngineResult<()> {
        let bytes = (length * size_of::<f32>()) as u64;
        if bytes <= self.budget.left(self.recycler.bytes()) {
            return Ok(());
        }
        self.recycler.empty();
        self.budget.check("network's next array", bytes, self.recycler.bytes())
    }

    /// Returns the values of a weight, which may be compact. Errors: `ForeignBuffer`, `Budget`.
    fn weight<'a>(&self, view: View<'a>) -> EngineResult<Weight<'a>> {
        let Ok(compact) = view.buffer.downcast::<Compact>() else { return Ok(Weight::Array(values(view)?)) };
        self.afford(compact.count())?;
        let mut array = self.recycler.take(compact.count());
        self.widen(compact.stored(), &mut array);
        Ok(Weight::Converted(array))
    }

    /// Returns a weight, whose number of values is even, in pairs of bf16. Errors: `ForeignBuffer`, `Budget`.
    fn pairs(&self, view: View<'_>) -> EngineResult<Array> {
        let compact = view.buffer.downcast::<Compact>().ok();
        let count = compact.map_or_else(|| view.shape.iter().product(), |compact| compact.count());
        self.afford(Pair::rounded_length(count))?;
        let mut array = self.recycler.take(Pair::rounded_length(count));
        match compact {
            Some(compact) => self.round_to_pairs(compact.stored(), bytemuck::cast_slice_mut(&mut array)),
            None => {
                number::round::<Pair>(&self.workers, values(view)?, &mut array);
            }
        }
        Ok(array)
    }

    /// Returns a weight in tiles of bf16. Errors: `ForeignBuffer`, `Budget`.
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    fn tiles<'a>(&self, view: View<'a>, layout: amx::Layout) -> EngineResult<amx::Held<'a>> {
        amx::Held::new(self.machine(), view, layout, |length| self.afford(length))
    }

    /// Rounds stored values to pairs of bf16.
    fn round_to_pairs(&self, values: StoredArray<'_>, to: &mut [Pair]) {
        /// Pairs per piece: 8 pages.
        const PIECE: usize = 8 << 10;
        /// Pairs whose numbers are f32 at the same time: 1 KiB.
        const PART: usize = 128;
        self.workers.pieces(to, PIECE, 8, |index, to| {
            let mut numbers = [0.0; PART * Pair::DEPTHS];
            for (part, to) in to.chunks_mut(PART).enumerate() {
                let numbers = &mut numbers[..to.len() * Pair::DEPTHS];
                values.part((index * PIECE + part * PART) * Pair::DEPTHS..).read_into(numbers);
                Pair::rounded(numbers, to);
            }
        });
    }

    /// Returns the parts that kernels with several tasks use.
    fn machine(&self) -> Machine<'_> {
        Machine { workers: &self.workers, instructions: self.instructions, recycler: &self.recycler }
    }

    /// Converts stored values to f32.
    fn widen(&self, values: StoredArray<'_>, to: &mut [f32]) {
        /// Numbers per piece: 16 pages of f32.
        const PIECE: usize = 16 << 10;
        self.workers.pieces(to, PIECE, 4, |index, to| values.part(index * PIECE..).read_into(to));
    }
}

/// Returns (size of an axis, product of the sizes after it).
fn middle(shape: &[usize], axis: usize) -> (usize, usize) {
    (shape[axis], shape[axis + 1..].iter().product())
}

fn last(shape: &[usize]) -> usize {
    shape.last().copied().unwrap_or(1)
}

impl Engine for CpuEngine {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn install(&self, work: &mut (dyn FnMut() + Send)) {
        self.workers.install_with_turn(work);
    }

    fn join(&self, first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
        self.workers.both(first, second);
    }

    fn budget(&self) -> Option<&Budget> {
        Some(&self.budget)
    }

    fn turnstile(&self) -> Option<&Turnstile> {
        self.workers.turnstile()
    }

    fn memory_in_use(&self) -> u64 {
        self.recycler.bytes()
    }

    fn trim(&self) {
        self.recycler.empty();
    }

    fn upload(&self, values: &[f32], shape: &[usize]) -> EngineResult<Buffer> {
        self.make(shape, |to| to.copy_from_slice(values))
    }

    /// Converts the values to f32 while it copies them, so that they are copied only once.
    fn upload_stored(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        self.make(shape, |to| self.widen(values, to)).map(Some)
    }

    fn upload_compact(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        if values.count() < SMALLEST_COMPACT {
            return self.upload_stored(values, shape);
        }
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        if matches!(self.products, Products::Tiles)
            && let Some(layout) = amx::Layout::of(shape)
        {
            self.afford(layout.floats())?;
            return Ok(Some(Buffer::new(amx::Weight::new(self.machine(), layout, values))));
        }
        if values.precision == Precision::F32 {
            return self.upload_stored(values, shape);
        }
        let length = Compact::length(values);
        self.afford(length)?;
        Ok(Some(Buffer::new(Compact::of(values, self.recycler.take(length)))))
    }

    fn upload_static(&self, values: StoredArray<'static>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        let make = || {
            let mut array = Array::of(vec![0.0; shape.iter().product()]);
            self.widen(values, &mut array);
            Ok(Buffer::new(array))
        };
        shared::shared(values, make).map(Some)
    }

    fn download(&self, x: View<'_>) -> EngineResult<Vec<f32>> {
        Ok(values(x)?.to_vec())
    }

    fn unary(&self, function: Unary, x: View<'_>) -> EngineResult<Buffer> {
        let from = values(x)?;
        self.make(x.shape, |to| elementwise::unary(&self.workers, self.instructions, function, from, to))
    }

    fn binary(&self, function: Binary, a: View<'_>, b: View<'_>, shape: &[usize]) -> EngineResult<Buffer> {
        let (a, b) = ((values(a)?, a.shape), (values(b)?, b.shape));
        self.make(shape, |to| {
            elementwise::binary(&self.workers, self.instructions, function, a, b, shape, to);
        })
    }

    fn affine(&self, x: View<'_>, scale: f32, shift: f32) -> EngineResult<Buffer> {
        let from = values(x)?;
        self.make(x.shape, |to| elementwise::affine(&self.workers, from, scale, shift, to))
    }

    fn matmul(&self, a: View<'_>, b: View<'_>, transposed: bool) -> EngineResult<Buffer> {
        let (m, k) = (a.shape[1], a.shape[2]);
        let n = if transposed { b.shape[1] } else { b.shape[2] };
        let shape = [a.shape[0], m, n];
        let (a, b) = (values(a)?, values(b)?);
        self.make(&shape, |to| matmul::batched(&self.workers, (m, k, n), a, b, transposed, to))
    }

    fn linear(&self, x: View<'_>, weight: View<'_>, bias: Option<View<'_>>) -> EngineResult<Buffer> {
        crate::error::fault("engine");
        let size = (x.shape[0], x.shape[1], weight.shape[0]);
        let sizes = linear::Sizes { rows: size.0, inputs: size.1, outputs: size.2 };
        let shape = [sizes.rows, sizes.outputs];
        match self.products {
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            Products::Tiles if sizes.fits_pairs() || amx::is_in_tiles(weight) => {
                let (x, weight, bias) =
                    (values(x)?, self.tiles(weight, amx::Layout::of_linear(sizes))?, optional(bias)?);
                self.afford(amx::linear_scratch(sizes))?;
                self.make(&shape, |to| amx::linear(self.machine(), sizes, x, &weight, bias, to))
            }
            Products::Pairs if sizes.fits_pairs() => {
                let (x, weight, bias) = (values(x)?, self.pairs(weight)?, optional(bias)?);
                self.afford(linear::scratch(sizes))?;
                self.make(&shape, |to| {
                    linear::linear(self.machine(), sizes, x, bytemuck::cast_slice(&weight), bias, to);
                })
            }
            _ => {
                let (x, weight, bias) = (values(x)?, self.weight(weight)?, optional(bias)?);
                self.make(&shape, |to| matmul::linear(&self.workers, size, x, &weight, bias, to))
            }
        }
    }

    fn conv2d(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: Option<View<'_>>,
        stride: usize,
        padding: usize,
    ) -> EngineResult<Buffer> {
        let geometry = conv::Geometry {
            batch: x.shape[0],
            channels: x.shape[1],
            height: x.shape[2],
            width: x.shape[3],
            outputs: weight.shape[0],
            kernel: (weight.shape[2], weight.shape[3]),
            stride,
            padding,
        };
        let (height, width) = geometry.result();
        let (x, bias) = (values(x)?, optional(bias)?);
        let shape = [geometry.batch, geometry.outputs, height, width];
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        if matches!(self.products, Products::Tiles)
            && geometry.depth() > 0
            && (conv::accepts(&geometry, Pair::DEPTHS) || amx::is_in_tiles(weight))
        {
            let weight = self.tiles(weight, amx::Layout::of_convolution(&geometry))?;
            self.afford(amx::conv2d_scratch(&geometry))?;
            return self.make(&shape, |to| amx::conv2d(self.machine(), geometry, x, &weight, bias, to));
        }
        let weight = self.weight(weight)?;
        let layer = conv::Layer { geometry, x, weight: &weight, bias };
        match self.products {
            Products::Pairs if conv::accepts(&geometry, Pair::DEPTHS) => {
                self.afford(conv::scratch::<Pair>(&geometry))?;
                self.make(&shape, |to| conv::conv2d::<Pair>(self.machine(), layer, to))
            }
            _ => {
                self.afford(conv::scratch::<f32>(&geometry))?;
                self.make(&shape, |to| conv::conv2d::<f32>(self.machine(), layer, to))
            }
        }
    }

    fn group_norm(
        &self,
        x: View<'_>,
        groups: usize,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer> {
        let norm = norm::GroupNorm {
            x: values(x)?,
            weight: values(weight)?,
            bias: values(bias)?,
            groups,
            positions: x.shape[2..].iter().product(),
            epsilon,
        };
        self.make(x.shape, |to| norm.run(&self.workers, self.instructions, to))
    }

    fn layer_norm(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer> {
        let (from, weights) = (values(x)?, (values(weight)?, values(bias)?));
        self.make(x.shape, |to| {
            norm::layer_norm(&self.workers, self.instructions, from, weights, epsilon, to);
        })
    }

    fn softmax(&self, x: View<'_>) -> EngineResult<Buffer> {
        let from = values(x)?;
        self.make(x.shape, |to| norm::softmax(&self.workers, self.instructions, from, last(x.shape), to))
    }

    fn embedding(&self, table: View<'_>, ids: &[u32]) -> EngineResult<Buffer> {
        let width = table.shape[1];
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        if let Ok(weight) = table.buffer.downcast::<amx::Weight>() {
            return self.make(&[ids.len(), width], |to| {
                to.chunks_mut(width.max(1)).zip(ids).for_each(|(to, &id)| weight.read(id as usize, to));
            });
        }
        if let Ok(compact) = table.buffer.downcast::<Compact>() {
            let row = |id: u32| compact.stored().part(id as usize * width..);
            return self.make(&[ids.len(), width], |to| {
                to.chunks_mut(width.max(1)).zip(ids).for_each(|(to, &id)| row(id).read_into(to));
            });
        }
        let table = values(table)?;
        self.make(&[ids.len(), width], |to| layout::embedding(&self.workers, table, width, ids, to))
    }

    fn permute(&self, x: View<'_>, axes: &[usize]) -> EngineResult<Buffer> {
        let from = values(x)?;
        self.make(x.shape, |to| {
            layout::permute(&self.workers, self.instructions, from, x.shape, axes, to);
        })
    }

    fn concat(&self, parts: &[View<'_>], axis: usize) -> EngineResult<Buffer> {
        let mut shape = parts.first().map_or_else(Vec::new, |part| part.shape.to_vec());
        shape[axis] = parts.iter().map(|part| part.shape[axis]).sum();
        let parts = parts
            .iter()
            .map(|part| {
                let (size, inner) = middle(part.shape, axis);
                Ok((values(*part)?, size * inner))
            })
            .collect::<EngineResult<Vec<_>>>()?;
        self.make(&shape, |to| layout::concat(&self.workers, &parts, to))
    }

    fn narrow(&self, x: View<'_>, axis: usize, start: usize, length: usize) -> EngineResult<Buffer> {
        let from = values(x)?;
        let mut shape = x.shape.to_vec();
        shape[axis] = length;
        let sizes = middle(x.shape, axis);
        self.make(&shape, |to| layout::narrow(&self.workers, from, sizes, (start, length), to))
    }

    fn reduce(&self, reduction: Reduction, x: View<'_>, axis: usize) -> EngineResult<Buffer> {
        let from = values(x)?;
        let mut shape = x.shape.to_vec();
        shape.remove(axis);
        let sizes = middle(x.shape, axis);
        self.make(&shape, |to| {
            reduce::reduce(&self.workers, self.instructions, reduction, from, sizes, to);
        })
    }

    fn upsample_nearest(&self, x: View<'_>, factor: usize) -> EngineResult<Buffer> {
        let from = values(x)?;
        let width = x.shape[3];
        let shape = [x.shape[0], x.shape[1], x.shape[2] * factor, width * factor];
        self.make(&shape, |to| layout::upsample_nearest(&self.workers, from, width, factor, to))
    }

    fn scatter_mean(&self, x: View<'_>, cells: &[u32], cell_count: usize) -> EngineResult<Buffer> {
        let from = values(x)?;
        let sizes = (x.shape[1], x.shape[2], cell_count);
        let shape = [x.shape[0], cell_count, sizes.1];
        self.make(&shape, |to| reduce::scatter_mean(&self.workers, from, cells, sizes, to))
    }

    fn attention(
        &self,
        q: View<'_>,
        k: View<'_>,
        v: View<'_>,
        mask: Option<View<'_>>,
        causal: bool,
    ) -> EngineResult<Option<Buffer>> {
        let sizes =
            attention::Sizes { heads: q.shape[1], queries: q.shape[2], keys: k.shape[2], width: q.shape[3] };
        let (queries, k, v, mask) = (values(q)?, values(k)?, values(v)?, optional(mask)?);
        let attention = attention::Attention { q: queries, k, v, mask, causal, sizes };
        let (workers, instructions) = (&self.workers, self.instructions);
        let run = |to: &mut [f32]| match self.products {
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            Products::Tiles if attention.accepts(Pair::DEPTHS) => {
                amx::attention(&attention, workers, instructions, to);
            }
            Products::Pairs if attention.accepts(Pair::DEPTHS) => {
                attention.run::<Pair>(workers, instructions, to);
            }
            _ => attention.run::<f32>(workers, instructions, to),
        };
        self.make(q.shape, run).map(Some)
    }

    fn sample_triplane(&self, planes: View<'_>, points: View<'_>) -> EngineResult<Buffer> {
        let (sizes, count) = ((planes.shape[2], planes.shape[4]), points.shape[1]);
        let shape = [points.shape[0], count, 3 * sizes.1];
        let (planes, points) = (values(planes)?, values(points)?);
        self.make(&shape, |to| sampling::triplane(&self.workers, planes, sizes, points, count, to))
    }

    fn sample_voxel_grid(&self, grid: View<'_>, points: View<'_>) -> EngineResult<Buffer> {
        let (sizes, count) = ((grid.shape[1], grid.shape[4]), points.shape[1]);
        let shape = [points.shape[0], count, sizes.1];
        let (grid, points) = (values(grid)?, values(points)?);
        self.make(&shape, |to| sampling::voxel_grid(&self.workers, grid, sizes, points, count, to))
    }

    fn prepare_field(&self, field: &FieldSpec<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        let decoder = decode::Decoder::new(self.workers.clone(), self.instructions, field)?;
        Ok(Some(Box::new(decoder)))
    }
}
