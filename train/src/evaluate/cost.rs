//! The cost of a prompt, measured with an engine that counts operations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use att3d::engine::call::{Call, Kernel, answer, answer_field};
use att3d::engine::cpu::CpuEngine;
use att3d::engine::options::ThreadPriority;
use att3d::engine::remote::{Line, RemoteEngine};
use att3d::engine::{Buffer, DeviceMemory, Engine, EngineResult, FieldDecoder, StoredArray, View};
use att3d::pipeline::Model;
use att3d::weights::Package;

use crate::TrainError;

/// Returns the floating-point operations of a prompt of any length up to the context length. They include the
/// text encoder, the generator and both decoders, but not the later evaluation of points. A product and its
/// sum count as two operations; operations on single values (activations, norms) do not count.
pub fn of_prompt(package: &Package, prompt: &str) -> Result<u64, TrainError> {
    let operations = Arc::new(AtomicU64::new(0));
    let counter = Counter { engine: CpuEngine::new(None)?, operations: operations.clone() };
    let engine: Arc<dyn Engine> = Arc::new(RemoteEngine::new(counter, None, ThreadPriority::Normal)?);
    let model = Model::from_package(package, &engine)?;
    let embedding = model.embed(&[prompt])?;
    model.fields(&embedding.latent, None)?;
    Ok(operations.load(Ordering::Relaxed))
}

/// The embedded engine with a counter.
#[derive(Debug)]
struct Counter {
    engine: CpuEngine,
    operations: Arc<AtomicU64>,
}

/// Returns the operations of a call that multiplies, and 0 for other calls.
pub fn operations(call: &Call<'_>) -> usize {
    let shape = |place: usize| call.views.get(place).copied().flatten().map_or(&[][..], |view| view.shape);
    let count = |place: usize| shape(place).iter().product::<usize>();
    let last = |place: usize| shape(place).last().copied().unwrap_or(0);
    2 * match call.kernel {
        // [.., m, k] times [.., k, n], or times [.., n, k] transposed.
        Kernel::Matmul => {
            let is_transposed = call.integers.first().is_some_and(|flag| *flag != 0);
            let columns =
                if is_transposed { shape(1).iter().rev().nth(1).copied().unwrap_or(0) } else { last(1) };
            count(0) * columns
        }
        // [.., in] times [out, in] transposed.
        Kernel::Linear => count(0) * shape(1).first().copied().unwrap_or(0),
        // [b, in, h, w] with [out, in, k, k], padded to the same size. Each value of the plane is multiplied
        // by each weight of its channel. A stride of s reduces this by s².
        Kernel::Conv2d => {
            let stride = call.integers.first().copied().unwrap_or(1).max(1);
            let channels = shape(1).get(1).copied().unwrap_or(1).max(1);
            count(0) / channels * count(1) / (stride * stride)
        }
        // Queries [.., l, d] times keys [.., s, d], then the attention weights [.., l, s] times the values.
        Kernel::Attention => 2 * count(0) * shape(1).iter().rev().nth(1).copied().unwrap_or(0),
        _ => 0,
    }
}

impl Line for Counter {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn memory(&self) -> DeviceMemory {
        self.engine.device_memory()
    }

    fn trim(&self) {
        self.engine.trim();
    }

    fn upload(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Buffer> {
        self.engine.upload(&values.to_f32(), shape)
    }

    fn download(&self, x: View<'_>, values: &mut [f32]) -> EngineResult<()> {
        values.copy_from_slice(&self.engine.download(x)?);
        Ok(())
    }

    fn call(&self, call: &Call<'_>) -> EngineResult<Option<Buffer>> {
        self.operations.fetch_add(operations(call) as u64, Ordering::Relaxed);
        answer(&self.engine, call)
    }

    fn prepare_field(&self, call: &Call<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        answer_field(&self.engine, call)
    }
}
