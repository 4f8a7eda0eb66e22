//! Register tiles: the product of up to six rows and a panel of sixteen columns. Convolutions, attention and
//! the field decoder consist of them.
//!
//! Six rows of two registers use twelve of AVX2's sixteen registers; the others hold the panel and the
//! broadcast weight. The twelve independent sums hide the latency of FMA. With AVX-512 a panel's row is one
//! register, so a tile of twelve rows has the same twelve sums.

use std::ops::Range;

use super::number::Number;
use super::panel::{Panel, WIDTH};
use super::simd::{Lanes, Row};

/// Number of rows of a tile. With AVX-512, a tile may have twice as many rows.
pub(super) const ROWS: usize = 6;

/// Computes start + rows · panel for rows that are interleaved as [depth][R].
#[inline(always)]
pub(super) fn interleaved<W: Row, const R: usize>(
    rows: &[[f32; R]],
    panel: &[Panel],
    start: [W; R],
) -> [W; R] {
    let mut sums = start;
    for (weights, columns) in rows.iter().zip(panel) {
        let columns = W::load(columns);
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum = W::splat(*weight).multiply_add(columns, *sum);
        }
    }
    sums
}

/// Computes the same as [`interleaved`], for two groups of rows together.
#[inline(always)]
pub(super) fn interleaved_twice<W: Row, const R: usize, const S: usize>(
    (first, second): (&[[f32; R]], &[[f32; S]]),
    panel: &[Panel],
    (mut above, mut below): ([W; R], [W; S]),
) -> ([W; R], [W; S]) {
    for ((first, second), columns) in first.iter().zip(second).zip(panel) {
        let columns = W::load(columns);
        for (sum, weight) in above.iter_mut().zip(first) {
            *sum = W::splat(*weight).multiply_add(columns, *sum);
        }
        for (sum, weight) in below.iter_mut().zip(second) {
            *sum = W::splat(*weight).multiply_add(columns, *sum);
        }
    }
    (above, below)
}

/// Computes start + row · panel with four independent sums, since a single sum would wait for each of its
/// additions.
#[inline(always)]
pub(super) fn single<W: Row>(row: &[f32], panel: &[Panel], start: W) -> W {
    let (fours, rest) = row.as_chunks::<4>();
    let (panels, last) = panel[..row.len()].as_chunks::<4>();
    let mut sums = [start, W::splat(0.0), W::splat(0.0), W::splat(0.0)];
    for (weights, columns) in fours.iter().zip(panels) {
        for ((sum, weight), columns) in sums.iter_mut().zip(weights).zip(columns) {
            *sum = W::splat(*weight).multiply_add(W::load(columns), *sum);
        }
    }
    for (weight, columns) in rest.iter().zip(last) {
        sums[0] = W::splat(*weight).multiply_add(W::load(columns), sums[0]);
    }
    sums[0].add(sums[1]).add(sums[2].add(sums[3]))
}

/// The sixteen columns of a product.
pub(super) trait Columns: Copy {
    /// Type of the operands' values.
    type Number: Number;
    /// Returns the number of values of a column.
    fn depth(&self) -> usize;
    /// Computes start + rows · columns. Each row has as many values as a column.
    fn products<W: Row, const R: usize>(self, rows: [&[Self::Number]; R], start: [W; R]) -> [W; R];
}

impl<N: Number> Columns for &[Panel<N>] {
    type Number = N;
    #[inline(always)]
    fn depth(&self) -> usize {
        self.len()
    }
    #[inline(always)]
    fn products<W: Row, const R: usize>(self, rows: [&[N]; R], start: [W; R]) -> [W; R] {
        N::products(rows, self, start)
    }
}

/// Writes up to sixteen rows of a row-major matrix as the columns of a panel. The columns beyond the last row
/// are not written.
#[inline(always)]
pub(super) fn transpose<N: Number>(rows: &[f32], width: usize, to: &mut [Panel<N>]) {
    for (column, row) in rows.chunks_exact(width).enumerate() {
        for (to, numbers) in to.iter_mut().zip(row.chunks_exact(N::DEPTHS)) {
            to[column] = N::of(|depth| numbers[depth]);
        }
    }
}

/// A row-major matrix whose rows multiply columns.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, N = f32> {
    /// Values in row-major order.
    pub(super) values: &'a [N],
    /// Number of values from one row to the next.
    pub(super) stride: usize,
    /// Number of rows.
    pub(super) count: usize,
    /// Initial values of the rows' sums; `None` for 0.
    pub(super) bias: Option<&'a [f32]>,
}

/// The output of a product: one slice per row, with one value per column.
pub(super) trait Destination {
    /// Returns the columns of one row.
    fn row(&mut self, row: usize) -> &mut [f32];
}

/// Rows in one slice, at a constant distance.
pub(super) struct Strided<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) start: usize,
    pub(super) stride: usize,
    pub(super) columns: usize,
}

impl Destination for Strided<'_> {
    #[inline(always)]
    fn row(&mut self, row: usize) -> &mut [f32] {
        let start = self.start + row * self.stride;
        &mut self.values[start..start + self.columns]
    }
}

/// Writes rows · panel to `to`. Every sum is taken in order of depth.
#[inline(always)]
pub(super) fn product<L: Lanes, N: Number>(rows: Rows<'_, N>, panel: &[Panel<N>], to: &mut impl Destination) {
    let mut first = 0;
    while first < rows.count {
        let count = rows_at_once::<L>(rows.count - first);
        sum_rows::<L, _>(rows, first..first + count, panel, to);
        first += count;
    }
}

/// Returns how many of the remaining rows a tile takes.
#[inline(always)]
pub(super) fn rows_at_once<L: Lanes>(left: usize) -> usize {
    if L::Row::IS_ONE_REGISTER && left >= 2 * ROWS { 2 * ROWS } else { left.min(ROWS) }
}

/// Computes one tile, of as many rows as [`rows_at_once`] returns.
#[inline(always)]
pub(super) fn sum_rows<L: Lanes, C: Columns>(
    rows: Rows<'_, C::Number>,
    range: Range<usize>,
    columns: C,
    to: &mut impl Destination,
) {
    let first = range.start;
    match range.len() {
        1 => group::<L::Row, C, 1>(rows, first, columns, to),
        2 => group::<L::Row, C, 2>(rows, first, columns, to),
        3 => group::<L::Row, C, 3>(rows, first, columns, to),
        4 => group::<L::Row, C, 4>(rows, first, columns, to),
        5 => group::<L::Row, C, 5>(rows, first, columns, to),
        ROWS => group::<L::Row, C, ROWS>(rows, first, columns, to),
        _ => group::<L::Row, C, { 2 * ROWS }>(rows, first, columns, to),
    }
}

#[inline(always)]
fn group<W: Row, C: Columns, const R: usize>(
    rows: Rows<'_, C::Number>,
    first: usize,
    columns: C,
    to: &mut impl Destination,
) {
    let mut slices: [&[C::Number]; R] = [&[]; R];
    let mut start = [W::splat(0.0); R];
    for (index, slice) in slices.iter_mut().enumerate() {
        let begin = (first + index) * rows.stride;
        *slice = &rows.values[begin..begin + columns.depth()];
        if let Some(bias) = rows.bias {
            start[index] = W::splat(bias[first + index]);
        }
    }
    let sums = columns.products(slices, start);
    for (index, sum) in sums.into_iter().enumerate() {
        let row = to.row(first + index);
        if let Some(whole) = row.first_chunk_mut::<WIDTH>() {
            sum.store(whole);
        } else {
            let mut whole = [0.0; WIDTH];
            sum.store(&mut whole);
            row.copy_from_slice(&whole[..row.len()]);
        }
    }
}
