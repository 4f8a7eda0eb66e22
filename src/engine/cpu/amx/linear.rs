//! Linear layers.

use super::rounding::{tiles_of, tiles_of_rows};
use super::storage::{Tiles, floats};
use super::tiles::{DEPTH, NUMBERS, Operands, Results, SIDE, Session, Tile};
use super::weight::Weight;
use crate::engine::cpu::linear::Sizes;
use crate::engine::cpu::machine::Machine;
use crate::engine::cpu::number::{Number, Pair};
use crate::engine::cpu::output::SharedOutput;
use crate::engine::cpu::simd::{LaneWork, Lanes};

/// Number of weights of a task: 1 MiB, which fits into half of the second-level cache.
const GROUP: usize = 512 * 1024;

/// Returns how many numbers of f32 the rounded inputs take.
pub(in crate::engine::cpu) fn scratch(sizes: Sizes) -> usize {
    floats(tiles_of_rows(sizes.rows, sizes.inputs))
}

/// Computes to [rows, outputs] = x [rows, inputs] · weightᵀ + bias.
pub(in crate::engine::cpu) fn linear(
    machine: Machine<'_>,
    sizes: Sizes,
    x: &[f32],
    weight: &Weight,
    bias: Option<&[f32]>,
    to: &mut [f32],
) {
    let Machine { workers, instructions, recycler } = machine;
    let Sizes { rows, inputs, outputs } = sizes;
    if to.is_empty() {
        return;
    }
    let depth = weight.depth();
    let mut row_tiles = Tiles::take(recycler, tiles_of_rows(rows, inputs));
    workers.pieces(&mut row_tiles, depth, NUMBERS / 8, |index, to| {
        let start = index * SIDE * inputs;
        let rows = &x[start..x.len().min(start + SIDE * inputs)];
        Pair::run(instructions, Round { rows, columns: inputs, to });
    });
    let mut start = bias.map_or_else(Vec::new, <[f32]>::to_vec);
    start.resize(outputs.next_multiple_of(SIDE), 0.0);
    let offsets: Vec<usize> = (0..depth).map(|index| index * size_of::<Tile>()).collect();
    let output = SharedOutput::new(to);
    let layer = Layer { sizes, row_tiles: &row_tiles, weight, start: &start, offsets: &offsets };

    let blocks = (rows.div_ceil(SIDE), outputs.div_ceil(SIDE));
    let in_group = (GROUP / (depth * NUMBERS)).max(1).next_multiple_of(2).min(blocks.1);
    let groups = blocks.1.div_ceil(in_group);
    let wanted = if workers.count() == 1 { 1 } else { 4 * workers.count() };
    let in_strip = blocks.0.div_ceil(wanted.div_ceil(groups)).next_multiple_of(2);
    let strips = blocks.0.div_ceil(in_strip);
    let operations = (rows * outputs).saturating_mul(inputs) / 128;
    workers.tasks(groups * strips, operations, |task| {
        let (group, strip) = (task / strips, task % strips);
        // SAFETY: an engine calls this function only if the system allows it to use tile registers.
        let session = unsafe { Session::new() };
        let range =
            |index: usize, length: usize, count: usize| index * length..((index + 1) * length).min(count);
        for row in range(strip, in_strip, blocks.0).step_by(2) {
            for column in range(group, in_group, blocks.1).step_by(2) {
                // SAFETY: only this task has these results.
                unsafe { layer.multiply(&session, (row, column), &output) };
            }
        }
    });
}

/// The operands of a layer.
struct Layer<'a> {
    sizes: Sizes,
    /// Inputs, as many tiles for each sixteen rows as there are offsets.
    row_tiles: &'a [Tile],
    /// Weight, whose blocks have as many tiles as there are offsets.
    weight: &'a Weight,
    /// Bias, for whole tiles.
    start: &'a [f32],
    /// Distances of adjacent tiles.
    offsets: &'a [usize],
}

impl Layer<'_> {
    /// Computes up to two by two result tiles.
    ///
    /// # Safety
    /// No other thread writes these results.
    unsafe fn multiply(&self, session: &Session, (row, column): (usize, usize), output: &SharedOutput<'_>) {
        let Sizes { rows, outputs, .. } = self.sizes;
        let depth = self.offsets.len();
        let counts = ((rows.div_ceil(SIDE) - row).min(2), (outputs.div_ceil(SIDE) - column).min(2));
        let row_of = |index: usize| row + index.min(counts.0 - 1);
        let column_of = |index: usize| column + index.min(counts.1 - 1);
        let operands = Operands {
            rows: [0, 1].map(|index| self.row_tiles[row_of(index) * depth..][..depth].as_ptr()),
            columns: [0, 1].map(|index| self.weight.block(column_of(index)).as_ptr().cast()),
            columns_stride: size_of::<[u16; DEPTH]>(),
            offsets: self.offsets.as_ptr(),
            count: depth,
            start: [0, 1, 0, 1].map(|index| self.start[column_of(index) * SIDE..][..SIDE].as_ptr()),
            start_stride: 0,
        };
        let (row, column) = (row * SIDE, column * SIDE);
        let (height, width) = ((rows - row).min(2 * SIDE), (outputs - column).min(2 * SIDE));
        if height.is_multiple_of(SIDE) && width.is_multiple_of(SIDE) {
            let place = |index: usize| {
                let (row, column) = (row_of(index / 2), column_of(index % 2));
                output.block(row * SIDE * outputs + column * SIDE, outputs, (SIDE, SIDE))
            };
            // SAFETY: the operands are whole tiles, and the assertions of `block` keep the results in the
            // output. Only this task has them.
            unsafe { operands.multiply(session, counts, [0, 1, 2, 3].map(place), outputs) };
        } else {
            let mut results = Results::default();
            // SAFETY: the operands are whole tiles, and so are the results.
            unsafe { operands.multiply(session, counts, results.places(), results.stride()) };
            for index in 0..height {
                // SAFETY: only this task has these results.
                let to = unsafe { output.span((row + index) * outputs + column, width) };
                results.copy(index, 0, to);
            }
        }
    }
}

/// Rounds sixteen rows of a matrix.
struct Round<'a> {
    rows: &'a [f32],
    columns: usize,
    to: &'a mut [Tile],
}

impl LaneWork for Round<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        tiles_of(self.rows, self.columns, self.to);
    }
}
