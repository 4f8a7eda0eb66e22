//! The engine: its modes and threads, and the entry point of each kernel.

use std::fmt::{Debug, Formatter};

use att3d::engine::{
    Binary, Buffer, DeviceMemory, Engine, EngineError, EngineResult, FieldDecoder, FieldSpec, Precision,
    Reduction, StoredArray, Unary, View,
};
use tch::{Cuda, Device, Kind, Tensor};

use crate::bridge;
use crate::failure::{ENGINE, Failure};
use crate::field::TorchField;
use crate::kernels;
use crate::storage::{self, optional, sizes, tensor};

/// An engine that runs libtorch on one device.
///
/// Its buffers are tensors of libtorch, so a `TorchEngine` can read the buffers of any other `TorchEngine` on
/// the same device.
pub struct TorchEngine {
    device: Device,
    gradients: bool,
    kind: Kind,
    products: Option<Kind>,
    field_budget: u64,
    pool: rayon::ThreadPool,
}

impl TorchEngine {
    /// Creates an engine in inference mode. threads: number of threads of libtorch in the whole process (its
    /// setting is global), and of this engine's pool for host-side work; `None` is the default of each.
    /// Errors: `NoDevice`, `Threads`, `Backend`.
    pub fn new(device: Device, threads: Option<i32>) -> EngineResult<Self> {
        if let Device::Cuda(index) = device
            && !usize::try_from(Cuda::device_count()).is_ok_and(|count| index < count)
        {
            let message = format!("there is no CUDA device {index}; use the CPU");
            return Err(EngineError::NoDevice { engine: ENGINE, message });
        }
        let threads = threads.map(|count| count.max(1));
        if let Some(count) = threads {
            tch::set_num_threads(count);
        }
        let count = threads.map_or(0, |count| count.unsigned_abs() as usize);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .build()
            .map_err(|error| EngineError::Threads { threads: count, message: error.to_string() })?;
        Ok(Self { device, gradients: false, kind: Kind::Float, products: None, field_budget: 0, pool })
    }

    /// Sets the mode. With gradients, kernels follow the calling thread's grad mode, which is on unless the
    /// trainer turned it off. Without gradients, every kernel runs in inference mode, which records no
    /// gradients (libtorch's modes are per thread).
    #[must_use]
    pub fn with_gradients(mut self, gradients: bool) -> Self {
        self.gradients = gradients;
        self
    }

    /// Sets the precision in which networks are computed. Values are uploaded and downloaded as f32. A field
    /// is sampled in f32, and its distances and colors are computed in f32.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.kind = kind(precision);
        self
    }

    /// Sets the precision of matrix products and convolutions. Their factors and biases are converted to this
    /// precision. For other operations libtorch's type promotion applies. The function is for training, where
    /// the variables stay f32 (Micikevicius et al. 2018).
    #[must_use]
    pub fn with_products_in(mut self, precision: Precision) -> Self {
        self.products = (precision != Precision::F32).then(|| kind(precision));
        self
    }

    /// Sets the number of bytes that a field's intermediate values may take on a CUDA device; 0 means 256
    /// MiB.
    #[must_use]
    pub fn with_field_budget(mut self, bytes: u64) -> Self {
        self.field_budget = bytes;
        self
    }

    /// Returns the device of the tensors.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Wraps a tensor in a buffer, which shares the storage of the tensor. A trainer's variable stays the
    /// same leaf of the graph.
    pub fn wrap(tensor: Tensor) -> Buffer {
        storage::wrap(tensor)
    }

    /// Returns a buffer's tensor. It shares the storage and the graph with the buffer. Errors:
    /// `ForeignBuffer`.
    pub fn tensor(buffer: &Buffer) -> EngineResult<Tensor> {
        storage::of_buffer(buffer)
    }

    /// Returns a factor of a product, in the precision of products.
    fn factor(&self, view: View<'_>) -> Result<Tensor, Failure> {
        let factor = tensor(view)?;
        Ok(match self.products {
            Some(kind) => factor.f_to_kind(kind)?,
            None => factor,
        })
    }

    /// Runs a kernel in this engine's mode.
    fn run(
        &self,
        kernel: &'static str,
        work: impl FnOnce() -> Result<Tensor, Failure>,
    ) -> EngineResult<Buffer> {
        // The mode is per thread in libtorch, so every kernel enters it. A tensor made in inference mode must
        // never reach a trainer.
        let _mode = (!self.gradients).then(bridge::enter_inference_mode);
        work().map(Self::wrap).map_err(|failure| failure.of_kernel(kernel))
    }
}

impl Debug for TorchEngine {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TorchEngine")
            .field("device", &self.device)
            .field("gradients", &self.gradients)
            .finish_non_exhaustive()
    }
}

/// Returns libtorch's name of a precision.
fn kind(precision: Precision) -> Kind {
    match precision {
        Precision::F32 => Kind::Float,
        Precision::Bf16 => Kind::BFloat16,
        Precision::F16 => Kind::Half,
    }
}

impl Engine for TorchEngine {
    fn name(&self) -> &'static str {
        ENGINE
    }

    fn install(&self, work: &mut (dyn FnMut() + Send)) {
        self.pool.install(work);
    }

    fn memory_in_use(&self) -> u64 {
        self.device_memory().in_use
    }

    /// Returns the memory of the device. The bytes in use are those of all users of libtorch in this process
    /// together. On the CPU all values are 0, because libtorch does not count memory there.
    fn device_memory(&self) -> DeviceMemory {
        let Device::Cuda(index) = self.device else { return DeviceMemory::default() };
        let found = u32::try_from(index).ok().and_then(|index| bridge::accelerator_memory(index).ok());
        found.map_or_else(DeviceMemory::default, |bytes| DeviceMemory {
            in_use: bytes.reserved.max(bytes.in_use),
            free: bytes.free,
            total: bytes.total,
        })
    }

    fn trim(&self) {
        // The error is ignored, since the caller expects none. The memory stays available for reuse.
        let _ = bridge::empty_cache();
    }

    fn upload(&self, values: &[f32], shape: &[usize]) -> EngineResult<Buffer> {
        self.run("upload", || Ok(kernels::upload(values, &sizes(shape), self.device)?.f_to_kind(self.kind)?))
    }

    fn upload_stored(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Option<Buffer>> {
        self.run("upload_stored", || {
            let from = kind(values.precision);
            if self.device == Device::Cpu {
                return Ok(kernels::widen(values, from, &sizes(shape), self.kind)?);
            }
            let host = Tensor::f_from_data_size(values.bytes, &sizes(shape), from)?;
            Ok(host.f_to_device(self.device)?.f_to_kind(self.kind)?)
        })
        .map(Some)
    }

    fn download(&self, x: View<'_>) -> EngineResult<Vec<f32>> {
        let mut values = vec![0.0; x.shape.iter().product()];
        let _guard = tch::no_grad_guard();
        tensor(x)
            .and_then(|x| Ok(kernels::download(&x, &mut values)?))
            .map_err(|failure| failure.of_kernel("download"))?;
        Ok(values)
    }

    fn unary(&self, function: Unary, x: View<'_>) -> EngineResult<Buffer> {
        self.run("unary", || Ok(kernels::unary(function, &tensor(x)?)?))
    }

    fn binary(&self, function: Binary, a: View<'_>, b: View<'_>, _shape: &[usize]) -> EngineResult<Buffer> {
        self.run("binary", || {
            let (a, b) = (tensor(a)?, tensor(b)?);
            Ok(match function {
                Binary::Add => a.f_add(&b),
                Binary::Subtract => a.f_sub(&b),
                Binary::Multiply => a.f_mul(&b),
                Binary::Divide => a.f_div(&b),
            }?)
        })
    }

    fn affine(&self, x: View<'_>, scale: f32, shift: f32) -> EngineResult<Buffer> {
        self.run("affine", || {
            let x = tensor(x)?;
            let scaled = if scale == 1.0 { x } else { x.f_mul_scalar(f64::from(scale))? };
            Ok(if shift == 0.0 { scaled } else { scaled.f_add_scalar(f64::from(shift))? })
        })
    }

    fn matmul(&self, a: View<'_>, b: View<'_>, transposed: bool) -> EngineResult<Buffer> {
        self.run("matmul", || {
            let b = self.factor(b)?;
            let b = if transposed { b.f_transpose(1, 2)? } else { b };
            Ok(self.factor(a)?.f_bmm(&b)?)
        })
    }

    fn linear(&self, x: View<'_>, weight: View<'_>, bias: Option<View<'_>>) -> EngineResult<Buffer> {
        self.run("linear", || {
            let bias = bias.map(|bias| self.factor(bias)).transpose()?;
            Ok(self.factor(x)?.f_linear(&self.factor(weight)?, bias.as_ref())?)
        })
    }

    fn conv2d(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: Option<View<'_>>,
        stride: usize,
        padding: usize,
    ) -> EngineResult<Buffer> {
        self.run("conv2d", || {
            let (stride, padding) = (stride as i64, padding as i64);
            let bias = bias.map(|bias| self.factor(bias)).transpose()?;
            let (x, weight) = (self.factor(x)?, self.factor(weight)?);
            Ok(kernels::convolve(&x, &weight, bias.as_ref(), stride, padding)?)
        })
    }

    fn group_norm(
        &self,
        x: View<'_>,
        groups: usize,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer> {
        self.run("group_norm", || {
            let (weight, bias) = (tensor(weight)?, tensor(bias)?);
            // libtorch treats a permuted image as channels-last. For such an image, the backward pass of
            // libtorch 2.11 writes a gradient that was not requested to an invalid address.
            let x = tensor(x)?.f_contiguous()?;
            Ok(x.f_group_norm(groups as i64, Some(weight), Some(bias), f64::from(epsilon), true)?)
        })
    }

    fn layer_norm(
        &self,
        x: View<'_>,
        weight: View<'_>,
        bias: View<'_>,
        epsilon: f32,
    ) -> EngineResult<Buffer> {
        self.run("layer_norm", || {
            let width = sizes(weight.shape);
            let (weight, bias) = (tensor(weight)?, tensor(bias)?);
            Ok(tensor(x)?.f_layer_norm(width, Some(weight), Some(bias), f64::from(epsilon), true)?)
        })
    }

    fn softmax(&self, x: View<'_>) -> EngineResult<Buffer> {
        self.run("softmax", || Ok(tensor(x)?.f_softmax(-1, None)?))
    }

    fn embedding(&self, table: View<'_>, ids: &[u32]) -> EngineResult<Buffer> {
        self.run("embedding", || {
            let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
            let ids = Tensor::f_from_slice(&ids)?.f_to_device(self.device)?;
            Ok(Tensor::f_embedding(&tensor(table)?, &ids, -1, false, false)?)
        })
    }

    fn permute(&self, x: View<'_>, axes: &[usize]) -> EngineResult<Buffer> {
        // The result is a strided view. Kernels that need contiguous values copy it.
        self.run("permute", || Ok(tensor(x)?.f_permute(sizes(axes))?))
    }

    fn concat(&self, parts: &[View<'_>], axis: usize) -> EngineResult<Buffer> {
        self.run("concat", || {
            let parts = parts.iter().copied().map(tensor).collect::<Result<Vec<_>, _>>()?;
            Ok(Tensor::f_cat(&parts, axis as i64)?)
        })
    }

    fn narrow(&self, x: View<'_>, axis: usize, start: usize, length: usize) -> EngineResult<Buffer> {
        self.run("narrow", || Ok(tensor(x)?.f_narrow(axis as i64, start as i64, length as i64)?))
    }

    fn reduce(&self, reduction: Reduction, x: View<'_>, axis: usize) -> EngineResult<Buffer> {
        self.run("reduce", || {
            let (x, axis) = (tensor(x)?, axis as i64);
            Ok(match reduction {
                Reduction::Sum => x.f_sum_dim_intlist(axis, false, x.kind()),
                Reduction::Mean => x.f_mean_dim(axis, false, x.kind()),
                // The whole gradient goes to one of the largest entries.
                Reduction::Maximum => x.f_max_dim(axis, false).map(|(values, _)| values),
            }?)
        })
    }

    fn upsample_nearest(&self, x: View<'_>, factor: usize) -> EngineResult<Buffer> {
        self.run("upsample_nearest", || {
            let x = tensor(x)?;
            let (_, _, height, width) = x.size4()?;
            let factor = factor as i64;
            Ok(x.f_upsample_nearest2d([height * factor, width * factor], None, None)?)
        })
    }

    fn scatter_mean(&self, x: View<'_>, cells: &[u32], cell_count: usize) -> EngineResult<Buffer> {
        self.run("scatter_mean", || Ok(kernels::scatter_mean(&tensor(x)?, cells, cell_count)?))
    }

    fn attention(
        &self,
        q: View<'_>,
        k: View<'_>,
        v: View<'_>,
        mask: Option<View<'_>>,
        causal: bool,
    ) -> EngineResult<Option<Buffer>> {
        self.run("attention", || {
            let mask = optional(mask)?;
            Ok(kernels::attention(&tensor(q)?, &tensor(k)?, &tensor(v)?, mask, causal)?)
        })
        .map(Some)
    }

    fn sample_triplane(&self, planes: View<'_>, points: View<'_>) -> EngineResult<Buffer> {
        self.run("sample_triplane", || Ok(kernels::sample_triplane(&tensor(planes)?, &tensor(points)?)?))
    }

    fn sample_voxel_grid(&self, grid: View<'_>, points: View<'_>) -> EngineResult<Buffer> {
        self.run("sample_voxel_grid", || Ok(kernels::sample_voxel_grid(&tensor(grid)?, &tensor(points)?)?))
    }

    fn prepare_field(&self, field: &FieldSpec<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        let _guard = tch::no_grad_guard();
        let field = TorchField::new(field, self.device, self.field_budget)
            .map_err(|failure| failure.of_kernel("prepare_field"))?;
        Ok(Some(Box::new(field)))
    }
}
