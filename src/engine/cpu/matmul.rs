//! Matrix products with the kernels of the `gemm` crate for f32.

use gemm_common::Parallelism;

use super::pool::Workers;

/// A matrix operand: a slice, and the steps from row to row and from column to column.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub(super) values: &'a [f32],
    pub(super) row_step: usize,
    pub(super) column_step: usize,
}

impl<'a> Matrix<'a> {
    /// Returns a row-major matrix with this number of columns.
    pub(super) fn rows(values: &'a [f32], columns: usize) -> Self {
        Self { values, row_step: columns, column_step: 1 }
    }

    /// Returns the transpose of a row-major matrix with this number of columns.
    pub(super) fn transposed(values: &'a [f32], columns: usize) -> Self {
        Self { values, row_step: 1, column_step: columns }
    }

    /// Returns whether all rows and columns below these counts lie inside the slice.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        rows == 0
            || columns == 0
            || (rows - 1) * self.row_step + (columns - 1) * self.column_step < self.values.len()
    }
}

/// Computes to [m, n] = a [m, k] · b [k, n]. If `accumulate`, the product is added to the values in `to`.
/// With `threads` above 1, the call must be made inside the pool whose threads are to be used.
pub(super) fn multiply(
    (m, k, n): (usize, usize, usize),
    a: Matrix<'_>,
    b: Matrix<'_>,
    to: &mut [f32],
    accumulate: bool,
    threads: usize,
) {
    assert!(to.len() == m * n && a.holds(m, k) && b.holds(k, n), "matrix product out of bounds");
    if k == 0 && !accumulate {
        to.fill(0.0);
    }
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    let parallelism = if threads > 1 { Parallelism::Rayon(threads) } else { Parallelism::None };
    // The kernels are written for outputs whose columns are adjacent in memory. Therefore the call computes
    // the transposes: toᵀ = bᵀ · aᵀ.
    // SAFETY: by the assertion above every element that the sizes and steps address is inside its slice. `to`
    // is borrowed mutably, so nothing overlaps it.
    unsafe {
        gemm_f32::gemm::f32::get_gemm_fn()(
            n,
            m,
            k,
            to.as_mut_ptr(),
            n as isize,
            1,
            accumulate,
            b.values.as_ptr(),
            b.row_step as isize,
            b.column_step as isize,
            a.values.as_ptr(),
            a.row_step as isize,
            a.column_step as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// Computes the batched product. a: [batch, m, k]; b: [batch, k, n], or [batch, n, k] if `transposed`.
pub(super) fn batched(
    workers: &Workers,
    (m, k, n): (usize, usize, usize),
    a: &[f32],
    b: &[f32],
    transposed: bool,
    to: &mut [f32],
) {
    let size = m * n;
    if size == 0 {
        return;
    }
    let batch = to.len() / size;
    let one = |index: usize, to: &mut [f32], threads: usize| {
        let b = &b[index * k * n..][..k * n];
        let b = if transposed { Matrix::transposed(b, k) } else { Matrix::rows(b, n) };
        multiply((m, k, n), Matrix::rows(&a[index * m * k..][..m * k], k), b, to, false, threads);
    };
    if batch >= workers.count() || workers.is_small(batch * m * n * k / 8) {
        workers.pieces(to, size, k.div_ceil(8), |index, to| one(index, to, 1));
    } else {
        let threads = workers.count();
        workers.install(|| to.chunks_mut(size).enumerate().for_each(|(index, to)| one(index, to, threads)));
    }
}

/// Computes to [n, outputs] = x [n, inputs] · weightᵀ + bias.
pub(super) fn linear(
    workers: &Workers,
    (rows, inputs, outputs): (usize, usize, usize),
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    to: &mut [f32],
) {
    if outputs == 0 || rows == 0 {
        return;
    }
    match bias {
        Some(bias) => to.chunks_mut(outputs).for_each(|row| row.copy_from_slice(bias)),
        None => to.fill(0.0),
    }
    let (x, weight) = (Matrix::rows(x, inputs), Matrix::transposed(weight, inputs));
    let size = (rows, inputs, outputs);
    if workers.is_small(rows * inputs * outputs / 8) {
        multiply(size, x, weight, to, true, 1);
    } else {
        workers.install(|| multiply(size, x, weight, to, true, workers.count()));
    }
}
