//! Register tiles: up to six rows times a panel of sixteen columns. Convolutions, attention and the field decoder are
//! made of them.
//!
//! Six rows by two registers leave three of AVX2's sixteen registers for the panel and the broadcast weight, and
//! twelve independent sums hide the latency of FMA.

use super::simd::{LANES, Lanes};

/// Columns of a panel.
pub(super) const WIDTH: usize = 2 * LANES;

/// Rows of a tile.
pub(super) const ROWS: usize = 6;

/// One row of a panel: sixteen columns at one depth.
pub(super) type Panel = [f32; WIDTH];

/// Both halves of a panel's row.
#[inline(always)]
pub(super) fn load<L: Lanes>(from: &Panel) -> [L; 2] {
    let (halves, _) = from.as_chunks::<LANES>();
    [L::load(&halves[0]), L::load(&halves[1])]
}

/// Writes both halves of a panel's row.
#[inline(always)]
pub(super) fn store<L: Lanes>(values: [L; 2], to: &mut Panel) {
    let (halves, _) = to.as_chunks_mut::<LANES>();
    values[0].store(&mut halves[0]);
    values[1].store(&mut halves[1]);
}

/// start + rows · panel for rows interleaved as [depth][R].
#[inline(always)]
pub(super) fn interleaved<L: Lanes, const R: usize>(
    rows: &[[f32; R]],
    panel: &[Panel],
    start: [[L; 2]; R],
) -> [[L; 2]; R] {
    let mut sums = start;
    for (weights, columns) in rows.iter().zip(panel) {
        let [a, b] = load::<L>(columns);
        for (sum, weight) in sums.iter_mut().zip(weights) {
            let weight = L::splat(*weight);
            *sum = [weight.multiply_add(a, sum[0]), weight.multiply_add(b, sum[1])];
        }
    }
    sums
}

/// start + rows · panel for rows as they lie in a row-major matrix.
#[inline(always)]
fn plain<L: Lanes, const R: usize>(rows: [&[f32]; R], panel: &[Panel], start: [[L; 2]; R]) -> [[L; 2]; R] {
    let mut sums = start;
    let rows = rows.map(|row| &row[..panel.len()]);
    for (depth, columns) in panel.iter().enumerate() {
        let [a, b] = load::<L>(columns);
        for (sum, row) in sums.iter_mut().zip(rows) {
            let weight = L::splat(row[depth]);
            *sum = [weight.multiply_add(a, sum[0]), weight.multiply_add(b, sum[1])];
        }
    }
    sums
}

/// A row-major matrix whose rows multiply a panel.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// Row-major values.
    pub(super) values: &'a [f32],
    /// Values from one row to the next.
    pub(super) stride: usize,
    /// How many rows there are.
    pub(super) count: usize,
    /// Where a row's sums start.
    pub(super) bias: Option<&'a [f32]>,
}

/// Where a product goes: one slice a row, `columns` wide.
pub(super) trait Destination {
    /// The columns of one row.
    fn row(&mut self, row: usize) -> &mut [f32];
}

/// Rows at a stride in one slice.
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

/// rows · panel, written to `to`. Every sum is taken in order of depth.
#[inline(always)]
pub(super) fn product<L: Lanes>(rows: Rows<'_>, panel: &[Panel], to: &mut impl Destination) {
    let mut first = 0;
    while first < rows.count {
        let count = (rows.count - first).min(ROWS);
        match count {
            1 => group::<L, 1>(rows, first, panel, to),
            2 => group::<L, 2>(rows, first, panel, to),
            3 => group::<L, 3>(rows, first, panel, to),
            4 => group::<L, 4>(rows, first, panel, to),
            5 => group::<L, 5>(rows, first, panel, to),
            _ => group::<L, ROWS>(rows, first, panel, to),
        }
        first += count;
    }
}

#[inline(always)]
pub(super) fn group<L: Lanes, const R: usize>(
    rows: Rows<'_>,
    first: usize,
    panel: &[Panel],
    to: &mut impl Destination,
) {
    let mut slices: [&[f32]; R] = [&[]; R];
    let mut start = [[L::splat(0.0); 2]; R];
    for (index, slice) in slices.iter_mut().enumerate() {
        let begin = (first + index) * rows.stride;
        *slice = &rows.values[begin..begin + panel.len()];
        if let Some(bias) = rows.bias {
            start[index] = [L::splat(bias[first + index]); 2];
        }
    }
    let sums = plain(slices, panel, start);
    for (index, sum) in sums.into_iter().enumerate() {
        let row = to.row(first + index);
        if let Some(whole) = row.first_chunk_mut::<WIDTH>() {
            store(sum, whole);
        } else {
            let mut whole = [0.0; WIDTH];
            store(sum, &mut whole);
            row.copy_from_slice(&whole[..row.len()]);
        }
    }
}
