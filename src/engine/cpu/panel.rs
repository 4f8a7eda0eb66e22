//! Panels: matrices of sixteen columns, which tiles of rows multiply.

use super::simd::{LANES, Lanes, Row};

/// Number of columns of a panel.
pub(super) const WIDTH: usize = 2 * LANES;

/// One row of a panel: sixteen columns at one depth, or at adjacent depths in one
/// [`Number`](super::number::Number). The depth is the
/// index over which a product sums.
pub(super) type Panel<N = f32> = [N; WIDTH];

/// Loads both halves of a panel's row.
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

/// Sixteen columns of f32.
pub(super) trait FloatColumns: Copy {
    /// Returns the number of values of a column.
    fn depth(&self) -> usize;
    /// Loads the columns at one depth.
    ///
    /// # Safety
    /// `depth` is below [`FloatColumns::depth`].
    unsafe fn load<W: Row>(&self, depth: usize) -> W;
}

impl FloatColumns for &[Panel] {
    #[inline(always)]
    fn depth(&self) -> usize {
        self.len()
    }
    #[inline(always)]
    unsafe fn load<W: Row>(&self, depth: usize) -> W {
        // SAFETY: by the contract of this function, the depth is an index of the slice.
        W::load(unsafe { self.get_unchecked(depth) })
    }
}

/// Computes start + rows · columns for rows of a row-major matrix.
#[inline(always)]
pub(super) fn plain<W: Row, const R: usize>(
    rows: [&[f32]; R],
    columns: impl FloatColumns,
    start: [W; R],
) -> [W; R] {
    let mut sums = start;
    assert!(rows.iter().all(|row| row.len() >= columns.depth()), "a row is shorter than the product is deep");
    for depth in 0..columns.depth() {
        // SAFETY: the loop ends at the depth of the columns.
        let columns = unsafe { columns.load::<W>(depth) };
        for (sum, row) in sums.iter_mut().zip(rows) {
            // SAFETY: by the assertion, each row has a value at each depth. A check for each of the six rows
            // would take as many instructions as the loads.
            let weight = unsafe { *row.get_unchecked(depth) };
            *sum = W::splat(weight).multiply_add(columns, *sum);
        }
    }
    sums
}
