//! Reductions of an axis, and means over cells.

use super::pool::Workers;
use super::simd::{Instructions, LANES, LaneWork, Lanes};
use crate::engine::Reduction;

/// Number of values that the lanes sum in f32 before the sums of the lanes are added in f64.
const RUN: usize = 512 * LANES;

/// Computes the sum. Lanes sum short runs in f32, and the runs are added in f64, in an order that depends
/// only on the length.
#[inline(always)]
pub(super) fn sum<L: Lanes>(values: &[f32]) -> f64 {
    let mut total = 0.0;
    for run in values.chunks(RUN) {
        let (chunks, tail) = run.as_chunks::<LANES>();
        let mut lanes = L::splat(0.0);
        for chunk in chunks {
            lanes = lanes.add(L::load(chunk));
        }
        total += across(lanes);
        for value in tail {
            total += f64::from(*value);
        }
    }
    total
}

/// Computes the sum of squared distances from `center`.
#[inline(always)]
pub(super) fn squares<L: Lanes>(values: &[f32], center: f32) -> f64 {
    let mut total = 0.0;
    for run in values.chunks(RUN) {
        let (chunks, tail) = run.as_chunks::<LANES>();
        let mut lanes = L::splat(0.0);
        for chunk in chunks {
            let difference = L::load(chunk).subtract(L::splat(center));
            lanes = difference.multiply_add(difference, lanes);
        }
        total += across(lanes);
        for value in tail {
            total += f64::from(value - center) * f64::from(value - center);
        }
    }
    total
}

#[inline(always)]
fn across<L: Lanes>(lanes: L) -> f64 {
    let mut values = [0.0; LANES];
    lanes.store(&mut values);
    values.iter().map(|value| f64::from(*value)).sum()
}

/// Returns the largest value; NaN if any value is NaN.
#[inline(always)]
pub(super) fn largest(values: impl Iterator<Item = f32>) -> f32 {
    let mut best = f32::NEG_INFINITY;
    for value in values {
        if value > best || value.is_nan() {
            best = value;
        }
        if best.is_nan() {
            break;
        }
    }
    best
}

struct Sum<'a>(&'a [f32]);

impl LaneWork for Sum<'_> {
    type Output = f64;
    #[inline(always)]
    fn run<L: Lanes>(self) -> f64 {
        sum::<L>(self.0)
    }
}

/// Reduces the middle axis of [outer, size, inner].
pub(super) fn reduce(
    workers: &Workers,
    instructions: Instructions,
    reduction: Reduction,
    x: &[f32],
    (size, inner): (usize, usize),
    to: &mut [f32],
) {
    if inner == 1 {
        workers.pieces(to, 1, size, |index, y| {
            let row = &x[index * size..][..size];
            y[0] = match reduction {
                Reduction::Sum => instructions.run(Sum(row)) as f32,
                Reduction::Mean => (instructions.run(Sum(row)) / size as f64) as f32,
                Reduction::Maximum => largest(row.iter().copied()),
            };
        });
        return;
    }
    workers.pieces(to, inner, size, |index, to| {
        let plane = &x[index * size * inner..][..size * inner];
        to.fill(if reduction == Reduction::Maximum { f32::NEG_INFINITY } else { 0.0 });
        for row in plane.chunks(inner.max(1)) {
            if reduction == Reduction::Maximum {
                to.iter_mut().zip(row).for_each(|(y, x)| *y = largest([*y, *x].into_iter()));
            } else {
                to.iter_mut().zip(row).for_each(|(y, x)| *y += x);
            }
        }
        if reduction == Reduction::Mean {
            to.iter_mut().for_each(|y| *y /= size as f32);
        }
    });
}

/// Computes the mean of the rows that share a cell. x: [b, n, width]; cells: [b, n]; to: [b, cell_count,
/// width].
pub(super) fn scatter_mean(
    workers: &Workers,
    x: &[f32],
    cells: &[u32],
    (rows, width, cell_count): (usize, usize, usize),
    to: &mut [f32],
) {
    let cost = 1 + rows / cell_count.max(1);
    workers.pieces(to, cell_count * width, cost, |batch, to| {
        to.fill(0.0);
        let cells = &cells[batch * rows..][..rows];
        let mut counts = vec![0u32; cell_count];
        for (row, &cell) in cells.iter().enumerate() {
            let from = &x[(batch * rows + row) * width..][..width];
            counts[cell as usize] += 1;
            to[cell as usize * width..][..width].iter_mut().zip(from).for_each(|(y, x)| *y += x);
        }
        for (mean, &count) in to.chunks_mut(width.max(1)).zip(&counts) {
            let share = 1.0 / count.max(1) as f32;
            mean.iter_mut().for_each(|y| *y *= share);
        }
    });
}
