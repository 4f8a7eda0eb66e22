//! Normalizations and the softmax.

use super::pool::Workers;
use super::reduce::{squares, sum};
use super::simd::{Instructions, LANES, LaneWork, Lanes, math};

/// A normalization of each group of channels over all positions. A group has one row of `positions` values
/// per channel.
pub(super) struct GroupNorm<'a> {
    pub(super) x: &'a [f32],
    pub(super) weight: &'a [f32],
    pub(super) bias: &'a [f32],
    pub(super) groups: usize,
    pub(super) positions: usize,
    pub(super) epsilon: f32,
}

impl GroupNorm<'_> {
    pub(super) fn run(&self, workers: &Workers, instructions: Instructions, to: &mut [f32]) {
        let channels = self.weight.len() / self.groups.max(1);
        let size = channels * self.positions;
        workers.pieces(to, size, 2, |index, to| {
            let first = index % self.groups * channels;
            instructions.run(Group {
                x: &self.x[index * size..][..size],
                weight: &self.weight[first..][..channels],
                bias: &self.bias[first..][..channels],
                positions: self.positions,
                epsilon: self.epsilon,
                to,
            });
        });
    }
}

struct Group<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    positions: usize,
    epsilon: f32,
    to: &'a mut [f32],
}

/// Returns (mean, 1 / √(variance + ε)).
#[inline(always)]
fn moments<L: Lanes>(x: &[f32], epsilon: f32) -> (f32, f32) {
    let count = x.len() as f64;
    let mean = (sum::<L>(x) / count) as f32;
    let variance = squares::<L>(x, mean) / count;
    (mean, (1.0 / (variance + f64::from(epsilon)).sqrt()) as f32)
}

impl LaneWork for Group<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let (mean, scale) = moments::<L>(self.x, self.epsilon);
        let positions = self.positions.max(1);
        let rows = self.to.chunks_mut(positions).zip(self.x.chunks(positions));
        for ((to, from), (weight, bias)) in rows.zip(self.weight.iter().zip(self.bias)) {
            let factor = weight * scale;
            for (y, x) in to.iter_mut().zip(from) {
                *y = (x - mean) * factor + bias;
            }
        }
    }
}

/// Normalizes each row; a row has as many values as the weight.
pub(super) fn layer_norm(
    workers: &Workers,
    instructions: Instructions,
    x: &[f32],
    (weight, bias): (&[f32], &[f32]),
    epsilon: f32,
    to: &mut [f32],
) {
    let size = weight.len();
    workers.pieces(to, size, 2, |index, to| {
        instructions.run(Layer { x: &x[index * size..][..size], weight, bias, epsilon, to });
    });
}

struct Layer<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    epsilon: f32,
    to: &'a mut [f32],
}

impl LaneWork for Layer<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let (mean, scale) = moments::<L>(self.x, self.epsilon);
        for ((y, x), (weight, bias)) in self.to.iter_mut().zip(self.x).zip(self.weight.iter().zip(self.bias))
        {
            *y = (x - mean) * scale * weight + bias;
        }
    }
}

/// Computes the softmax of rows of `size` values.
pub(super) fn softmax(workers: &Workers, instructions: Instructions, x: &[f32], size: usize, to: &mut [f32]) {
    workers.pieces(to, size, 4, |index, to| {
        to.copy_from_slice(&x[index * size..][..to.len()]);
        instructions.run(Softmax(to));
    });
}

struct Softmax<'a>(&'a mut [f32]);

impl LaneWork for Softmax<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let total = exponentials::<L>(self.0);
        let share = (1.0 / total) as f32;
        self.0.iter_mut().for_each(|y| *y *= share);
    }
}

/// Replaces the values x of a row by e^(x − maximum) and returns the sum of the new values.
#[inline(always)]
pub(super) fn exponentials<L: Lanes>(row: &mut [f32]) -> f64 {
    let most = largest::<L>(row);
    exponentials_below::<L>(row, most)
}

/// Returns the largest value of a row; negative infinity for an empty row. NaN values are ignored.
#[inline(always)]
pub(super) fn largest<L: Lanes>(row: &[f32]) -> f32 {
    let (chunks, tail) = row.as_chunks::<LANES>();
    let mut lanes = L::splat(f32::NEG_INFINITY);
    for chunk in chunks {
        lanes = lanes.maximum(L::load(chunk));
    }
    let mut most = [0.0; LANES];
    lanes.store(&mut most);
    most.iter().chain(tail.iter()).copied().fold(f32::NEG_INFINITY, f32::max)
}

/// Replaces the values x of a row by e^(x − most) and returns the sum of the new values. A NaN in the row
/// makes the sum NaN.
#[inline(always)]
pub(super) fn exponentials_below<L: Lanes>(row: &mut [f32], most: f32) -> f64 {
    let most = L::splat(most);
    let (chunks, tail) = row.as_chunks_mut::<LANES>();
    for chunk in chunks {
        math::exponential(L::load(chunk).subtract(most)).store(chunk);
    }
    let mut padded = [0.0; LANES];
    padded[..tail.len()].copy_from_slice(tail);
    math::exponential(L::load(&padded).subtract(most)).store(&mut padded);
    tail.copy_from_slice(&padded[..tail.len()]);
    sum::<L>(row)
}
