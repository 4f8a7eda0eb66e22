//! Linear layers with products of bf16 pairs. The weights are the rows of the product, in their original
//! order, and the inputs are its columns. So the result is transposed while it is written.

use super::machine::Machine;
use super::number::{Number, Pair};
use super::output::SharedOutput;
use super::panel::{Panel, WIDTH};
use super::simd::{LaneWork, Lanes};
use super::tile::{Rows, Strided, rows_at_once, sum_rows, transpose};

/// Number of pairs in the panels of a strip: 192 KiB, which fit into the second-level cache.
const STRIP: usize = 48 * 1024;
/// Number of outputs that are computed before they are written: a multiple of the rows of a tile.
const BLOCK: usize = 48;
/// Smallest number of rows of inputs for which a panel of sixteen columns is not mostly empty.
const FEWEST_ROWS: usize = 8;

/// The sizes of a linear layer.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
}

impl Sizes {
    /// Returns whether [`linear`] can compute the layer, and its panels are not mostly empty.
    pub(super) fn fits_pairs(&self) -> bool {
        self.rows >= FEWEST_ROWS && self.inputs > 0 && self.inputs.is_multiple_of(Pair::DEPTHS)
    }
}

/// Returns how many numbers the panels of a layer take.
pub(super) fn scratch(sizes: Sizes) -> usize {
    sizes.rows.next_multiple_of(WIDTH) * sizes.inputs / Pair::DEPTHS
}

/// Computes to [rows, outputs] = x [rows, inputs] · weightᵀ + bias. weight: [outputs, inputs / 2].
pub(super) fn linear(
    machine: Machine<'_>,
    sizes: Sizes,
    x: &[f32],
    weight: &[Pair],
    bias: Option<&[f32]>,
    to: &mut [f32],
) {
    let Machine { workers, instructions, recycler } = machine;
    let Sizes { rows, inputs, outputs } = sizes;
    if to.is_empty() {
        return;
    }
    let depth = inputs / Pair::DEPTHS;
    let count = rows.div_ceil(WIDTH);
    let mut panels = recycler.take(count * depth * WIDTH);
    let panels: &mut [Panel<Pair>] = bytemuck::cast_slice_mut(&mut panels);
    workers.pieces(panels, depth, 4 * WIDTH, |index, panel| {
        let first = index * WIDTH;
        let rows = &x[first * inputs..][..(rows - first).min(WIDTH) * inputs];
        panel.fill([Pair::default(); WIDTH]);
        transpose(rows, inputs, panel);
    });
    let panels: &[Panel<Pair>] = panels;
    let in_strip = (STRIP / (depth * WIDTH)).clamp(1, count);
    let strips = count.div_ceil(in_strip);
    let wanted = if workers.count() == 1 { 1 } else { 4 * workers.count() };
    let blocks = outputs.div_ceil(BLOCK);
    let splits = wanted.div_ceil(strips).min(blocks);
    let in_split = blocks.div_ceil(splits) * BLOCK;
    let output = SharedOutput::new(to);
    let operations = (rows * outputs).saturating_mul(inputs) / 16;
    workers.tasks(strips * splits, operations, |task| {
        let (strip, split) = (task / splits, task % splits);
        let panels = &panels[strip * in_strip * depth..];
        let panels = &panels[..panels.len().min(in_strip * depth)];
        let first_row = strip * in_strip * WIDTH;
        let first_output = (split * in_split).min(outputs);
        let mut products = recycler.take(BLOCK * in_strip * WIDTH);
        let part = LinearTask {
            sizes,
            panels,
            weight,
            bias,
            rows: first_row..(first_row + in_strip * WIDTH).min(rows),
            outputs: first_output..(first_output + in_split).min(outputs),
            products: &mut products,
            output: &output,
        };
        Pair::run(instructions, part);
    });
}

/// One task: some outputs of some rows.
struct LinearTask<'a> {
    sizes: Sizes,
    /// Inputs of the rows.
    panels: &'a [Panel<Pair>],
    /// All weights, [outputs, inputs / 2].
    weight: &'a [Pair],
    bias: Option<&'a [f32]>,
    rows: std::ops::Range<usize>,
    outputs: std::ops::Range<usize>,
    /// [BLOCK, columns of the panels].
    products: &'a mut [f32],
    output: &'a SharedOutput<'a>,
}

impl LaneWork for LinearTask<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let depth = self.sizes.inputs / Pair::DEPTHS;
        let stride = self.panels.len() / depth * WIDTH;
        for first in self.outputs.clone().step_by(BLOCK) {
            let count = (self.outputs.end - first).min(BLOCK);
            let rows = Rows {
                values: &self.weight[first * depth..][..count * depth],
                stride: depth,
                count,
                bias: self.bias.map(|bias| &bias[first..]),
            };
            let mut done = 0;
            while done < count {
                let tile = done..done + rows_at_once::<L>(count - done);
                for (index, panel) in self.panels.chunks_exact(depth).enumerate() {
                    let start = index * WIDTH;
                    let mut to = Strided { values: self.products, start, stride, columns: WIDTH };
                    sum_rows::<L, _>(rows, tile.clone(), panel, &mut to);
                }
                done = tile.end;
            }
            for (column, row) in self.rows.clone().enumerate() {
                // SAFETY: only this task has these outputs of this row.
                let to = unsafe { self.output.span(row * self.sizes.outputs + first, count) };
                let products = self.products[column..].iter().step_by(stride);
                to.iter_mut().zip(products).for_each(|(to, product)| *to = *product);
            }
        }
    }
}
