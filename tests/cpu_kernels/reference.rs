//! Plain references in f64, and helpers to call kernels.

use att3d::engine::cpu::{CpuEngine, Instructions};
use att3d::engine::{Buffer, Engine, EngineResult, View};

/// A generator of repeatable numbers in [-1, 1] (a linear congruential generator).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32 / (1 << 23) as f32) - 1.0
    }

    pub fn array(&mut self, shape: &[usize]) -> Array {
        let values = (0..shape.iter().product()).map(|_| self.next()).collect();
        Array { values, shape: shape.to_vec() }
    }
}

/// An array on the host.
#[derive(Clone, Debug)]
pub struct Array {
    pub values: Vec<f32>,
    pub shape: Vec<usize>,
}

impl Array {
    pub fn new(values: &[f32], shape: &[usize]) -> Self {
        Self { values: values.to_vec(), shape: shape.to_vec() }
    }

    /// Returns the value at a row-major index.
    pub fn at(&self, index: &[usize]) -> f64 {
        let flat = index.iter().zip(&self.shape).fold(0, |flat, (i, size)| flat * size + i);
        f64::from(self.values[flat])
    }
}

/// Returns an engine with the portable instruction set, and engines with the detected one on one and on two
/// threads.
pub fn engines() -> Vec<CpuEngine> {
    [(Instructions::portable(), 1), (Instructions::detect(), 1), (Instructions::detect(), 2)]
        .into_iter()
        .map(|(set, threads)| CpuEngine::with_instructions(Some(threads), set).unwrap())
        .collect()
}

/// An engine for tests of products, and the numbers that it multiplies without rounding.
pub struct Products {
    pub engine: CpuEngine,
    pub is_bf16: bool,
}

impl Products {
    /// Returns each of [`engines`] with products of f32, and those of [`Products::rounded`].
    pub fn all() -> Vec<Self> {
        let exact = engines().into_iter().map(|engine| Self { engine, is_bf16: false });
        exact.chain(Self::rounded()).collect()
    }

    /// Returns engines with products of bf16: one with each instruction set, and one with two threads.
    pub fn rounded() -> Vec<Self> {
        let sets = Instructions::all().into_iter().map(|set| (set, 1)).chain([(Instructions::detect(), 2)]);
        let engines = sets.map(|(set, threads)| CpuEngine::with_instructions(Some(threads), set).unwrap());
        engines.map(|engine| Self { engine: engine.with_bf16_products(), is_bf16: true }).collect()
    }

    /// Returns an array of numbers that the engine does not round.
    pub fn array(&self, numbers: &mut Numbers, shape: &[usize]) -> Array {
        let mut array = numbers.array(shape);
        if self.is_bf16 {
            array.values.iter_mut().for_each(|value| *value = (*value * 128.0).round() / 128.0);
        }
        array
    }

    /// Returns a tolerance for products of f32 and one for products of rounded numbers.
    pub fn tolerance(&self, exact: f64, rounded: f64) -> f64 {
        if self.is_bf16 { rounded } else { exact }
    }
}

/// Uploads arrays, calls a kernel, and downloads its result.
pub fn call(
    engine: &CpuEngine,
    arrays: &[&Array],
    shape: &[usize],
    kernel: impl Fn(&[View<'_>]) -> EngineResult<Buffer>,
) -> Vec<f32> {
    let buffers: Vec<Buffer> =
        arrays.iter().map(|array| engine.upload(&array.values, &array.shape).unwrap()).collect();
    let views: Vec<View<'_>> =
        buffers.iter().zip(arrays).map(|(buffer, array)| View { buffer, shape: &array.shape }).collect();
    let buffer = kernel(&views).unwrap();
    let values = engine.download(View { buffer: &buffer, shape }).unwrap();
    assert_eq!(values.len(), shape.iter().product::<usize>());
    values
}

/// Fails where two arrays differ by more than `tolerance` · (1 + |expected|).
pub fn assert_close(found: &[f32], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (f, e)) in found.iter().zip(expected).enumerate() {
        let close = (f64::from(*f) - e).abs() <= tolerance * (1.0 + e.abs());
        assert!(close, "{what}: element {index} is {f}, expected {e}");
    }
}

/// Returns every index of a shape in row-major order.
pub fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for &size in shape {
        all = all
            .into_iter()
            .flat_map(|index| (0..size).map(move |i| [index.clone(), vec![i]].concat()))
            .collect();
    }
    all
}

/// Returns an index with one entry replaced.
pub fn with(index: &[usize], axis: usize, value: usize) -> Vec<usize> {
    let mut index = index.to_vec();
    index[axis] = value;
    index
}
