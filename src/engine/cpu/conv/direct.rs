//! Direct convolution: a product of the weights, in their original layout, and columns. A column has the
//! inputs of one result pixel. Where the inputs of eight adjacent result pixels are adjacent too, the product
//! reads the columns from the image. Otherwise, strips of the image are gathered into panels that stay in the
//! second-level cache.

use super::geometry::Geometry;
use super::layer::Layer;
use crate::engine::cpu::machine::Machine;
use crate::engine::cpu::number::{self, Number};
use crate::engine::cpu::output::SharedOutput;
use crate::engine::cpu::panel::{FloatColumns, Panel, WIDTH, plain};
use crate::engine::cpu::simd::{LANES, LaneWork, Lanes, Row};
use crate::engine::cpu::tile::{Columns, Destination, ROWS, Rows, rows_at_once, sum_rows};

/// Values of gathered panels per strip: 192 KiB. A strip and a tile of the weights fit into 512 KiB of
/// second-level cache.
const STRIP: usize = 48 * 1024;

/// Computes a convolution of padded images. to: [n, o, h', w'].
pub(super) fn conv2d<N: Number>(machine: Machine<'_>, layer: Layer<'_>, to: &mut [f32]) {
    let Machine { workers, instructions, recycler } = machine;
    let Layer { geometry, x, weight, bias } = layer;
    let (height, width) = geometry.result();
    let (pixels, depth) = (height * width, geometry.depth() / N::DEPTHS);
    let plan = Plan::new(&geometry, pixels, depth, workers.count());
    // Rounding the inputs for each row of kernels anew would take longer than gathering them, and so would
    // reading them anew if they evict each other from the cache.
    let reads_image =
        N::DEPTHS == 1 && geometry.has_runs() && !(geometry.is_pointwise() && geometry.has_conflicts());
    let offsets = reads_image.then(|| Offsets::new(&geometry));
    let operations = to.len().saturating_mul(geometry.depth()) / 8;
    let mut storage = recycler.take(N::rounded_length(weight.len()));
    let weight = number::round::<N>(workers, weight, &mut storage);
    let shared = SharedOutput::new(to);
    workers.tasks(geometry.batch * plan.strips * plan.splits, operations, |task| {
        let (image, rest) = (task / (plan.strips * plan.splits), task % (plan.strips * plan.splits));
        let (strip, split) = (rest / plan.splits, rest % plan.splits);
        let first = strip * plan.panels * WIDTH;
        let columns = (pixels - first).min(plan.panels * WIDTH);
        let image_size = geometry.channels * geometry.padded_size();
        let source = &x[image * image_size..][..image_size];
        let first_row = split * plan.rows;
        let rows = Rows {
            values: &weight[first_row.min(geometry.outputs) * depth..],
            stride: depth,
            count: geometry.outputs.saturating_sub(first_row).min(plan.rows),
            bias: bias.map(|bias| &bias[first_row.min(geometry.outputs)..]),
        };
        let to = Window {
            output: &shared,
            start: (image * geometry.outputs + first_row) * pixels + first,
            stride: pixels,
            columns,
        };
        if let Some(offsets) = &offsets {
            let pixels = (first..first + columns).step_by(WIDTH);
            let panels: Vec<_> = pixels.map(|pixel| Runs::new(&geometry, source, offsets, pixel)).collect();
            // Only f32 has one depth.
            let Rows { values, stride, count, bias } = rows;
            let rows = Rows { values: bytemuck::cast_slice(values), stride, count, bias };
            instructions.run(StripProduct { rows, panels: &panels, to });
        } else {
            let mut panels = recycler.take(columns.div_ceil(WIDTH) * depth * WIDTH);
            let panels: &mut [Panel<N>] = bytemuck::cast_slice_mut(&mut panels);
            gather(&geometry, source, first, columns, panels);
            let panels: Vec<&[Panel<N>]> = panels.chunks(depth.max(1)).collect();
            N::run(instructions, StripProduct { rows, panels: &panels, to });
        }
    });
}

/// The division of a convolution into tasks. A task computes all output channels of one strip of panels. If
/// there are too few strips for all threads, a task computes only a part of the output channels.
struct Plan {
    panels: usize,
    strips: usize,
    rows: usize,
    splits: usize,
}

impl Plan {
    /// Plans a convolution. depth: number of values of a column.
    fn new(geometry: &Geometry, pixels: usize, depth: usize, threads: usize) -> Self {
        let total = pixels.div_ceil(WIDTH).max(1);
        let most = (STRIP / (depth * WIDTH).max(1)).clamp(1, total);
        let wanted = if threads == 1 { 1 } else { 4 * threads };
        let fewest_strips = wanted.div_ceil(geometry.batch.max(1));
        let panels = if total >= fewest_strips { most.min(total / fewest_strips).max(1) } else { most };
        let strips = total.div_ceil(panels);
        let splits = if strips * geometry.batch >= wanted { 1 } else { threads.min(geometry.outputs.max(1)) };
        let rows = geometry.outputs.div_ceil(splits).next_multiple_of(ROWS);
        Self { panels, strips, rows, splits }
    }
}

/// Gathers the input of panels of sixteen result pixels each, beginning at pixel `first`. A panel has one row
/// for each value of a column, whose depths are (channel, row, column). Columns past the last pixel repeat
/// this pixel.
fn gather<N: Number>(
    geometry: &Geometry,
    image: &[f32],
    first: usize,
    columns: usize,
    panels: &mut [Panel<N>],
) {
    let (padded_height, padded_width) = geometry.padded();
    for (index, panel) in panels.chunks_mut((geometry.depth() / N::DEPTHS).max(1)).enumerate() {
        let offsets: [usize; WIDTH] =
            std::array::from_fn(|lane| geometry.position(first + (index * WIDTH + lane).min(columns - 1)));
        let is_run = offsets.iter().enumerate().all(|(lane, offset)| *offset == offsets[0] + lane);
        let mut rows = panel.iter_mut();
        let mut gathered = [[0.0; WIDTH]; 2];
        let mut count = 0;
        for channel in 0..geometry.channels {
            for y in 0..geometry.kernel.0 {
                for x in 0..geometry.kernel.1 {
                    let from = &image[(channel * padded_height + y) * padded_width + x..];
                    let to = &mut gathered[count];
                    match from.get(offsets[0]..).and_then(|from| from.first_chunk::<WIDTH>()) {
                        Some(run) if is_run => *to = *run,
                        _ => to.iter_mut().zip(offsets).for_each(|(to, offset)| *to = from[offset]),
                    }
                    count += 1;
                    if count == N::DEPTHS {
                        let Some(to) = rows.next() else { return };
                        N::write(to, |depth, column| gathered[depth][column]);
                        count = 0;
                    }
                }
            }
        }
    }
}

/// For each depth (channel, row, column), the distance of an input from the first input of its result pixel.
struct Offsets {
    values: Vec<usize>,
    largest: usize,
}

impl Offsets {
    fn new(geometry: &Geometry) -> Self {
        let (height, width) = geometry.padded();
        let (rows, columns) = geometry.kernel;
        let starts = (0..geometry.channels).flat_map(|channel| (0..rows).map(move |y| channel * height + y));
        let values: Vec<usize> =
            starts.flat_map(|start| (0..columns).map(move |x| start * width + x)).collect();
        Self { largest: values.iter().copied().max().unwrap_or(0), values }
    }
}

/// The columns of sixteen result pixels, in the image: two runs of eight.
#[derive(Clone, Copy)]
struct Runs<'a> {
    image: &'a [f32],
    offsets: &'a [usize],
    /// Positions of the runs at offset 0. For each position and each offset, the image has eight values that
    /// begin at their sum.
    starts: [usize; 2],
}

impl<'a> Runs<'a> {
    /// Creates the runs of sixteen result pixels. pixel: the first of them.
    fn new(geometry: &Geometry, image: &'a [f32], offsets: &'a Offsets, pixel: usize) -> Self {
        let starts = [pixel, pixel + LANES].map(|pixel| geometry.position(pixel));
        assert!(starts[0].max(starts[1]) + offsets.largest + LANES <= image.len(), "a run leaves the image");
        Self { image, offsets: &offsets.values, starts }
    }
}

impl Columns for Runs<'_> {
    type Number = f32;
    #[inline(always)]
    fn depth(&self) -> usize {
        self.offsets.len()
    }
    #[inline(always)]
    fn products<W: Row, const R: usize>(self, rows: [&[f32]; R], start: [W; R]) -> [W; R] {
        plain(rows, self, start)
    }
}

impl FloatColumns for Runs<'_> {
    #[inline(always)]
    fn depth(&self) -> usize {
        self.offsets.len()
    }
    #[inline(always)]
    unsafe fn load<W: Row>(&self, depth: usize) -> W {
        // SAFETY: by the contract of this function, the depth is an index of the offsets.
        let offset = unsafe { *self.offsets.get_unchecked(depth) };
        // SAFETY: `new` asserts that the image has eight values that begin at the sum of any start and any
        // offset.
        let run = |start: usize| unsafe { &*self.image.as_ptr().add(start + offset).cast::<[f32; LANES]>() };
        W::load_halves(run(self.starts[0]), run(self.starts[1]))
    }
}

/// The columns of the result that one task writes.
struct Window<'a> {
    output: &'a SharedOutput<'a>,
    start: usize,
    stride: usize,
    columns: usize,
}

impl Window<'_> {
    #[inline(always)]
    fn panel(&mut self, index: usize) -> Window<'_> {
        let passed = index * WIDTH;
        Window { start: self.start + passed, columns: (self.columns - passed).min(WIDTH), ..*self }
    }
}

impl Destination for Window<'_> {
    #[inline(always)]
    fn row(&mut self, row: usize) -> &mut [f32] {
        // SAFETY: only this task has these columns of these rows, and the row before is no longer in use.
        unsafe { self.output.span(self.start + row * self.stride, self.columns) }
    }
}

/// The product of rows and the panels of one strip.
struct StripProduct<'a, C: Columns> {
    rows: Rows<'a, C::Number>,
    panels: &'a [C],
    to: Window<'a>,
}

impl<C: Columns> LaneWork for StripProduct<'_, C> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(mut self) {
        let mut first = 0;
        // The loop over panels is inside, so that a tile's rows of weights stay in the first-level cache.
        while first < self.rows.count {
            let count = rows_at_once::<L>(self.rows.count - first);
            for (index, panel) in self.panels.iter().enumerate() {
                sum_rows::<L, _>(self.rows, first..first + count, *panel, &mut self.to.panel(index));
            }
            first += count;
        }
    }
}
