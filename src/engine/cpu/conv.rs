//! Two-dimensional convolution: a product of the weights, in their original layout, and columns. A column has
//! the inputs of one result pixel. Where the inputs of eight adjacent result pixels are adjacent too, the
//! product reads the columns from the image. Otherwise, strips of the image are gathered into panels that
//! stay in the second-level cache.

use std::sync::Arc;

use super::memory::Recycler;
use super::pool::Workers;
use super::simd::{Instructions, LANES, LaneWork, Lanes, Row};
use super::tile::{Columns, Destination, Panel, ROWS, Rows, WIDTH, rows_at_once, sum_rows};

/// Floats of gathered panels per strip: 192 KiB. A strip and a tile of the weights fit into 512 KiB of
/// second-level cache.
const STRIP: usize = 48 * 1024;

/// The sizes of a convolution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    pub(super) batch: usize,
    pub(super) channels: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) outputs: usize,
    pub(super) kernel: (usize, usize),
    pub(super) stride: usize,
    pub(super) padding: usize,
}

impl Geometry {
    /// Returns (height, width) of the result.
    pub(super) fn result(&self) -> (usize, usize) {
        let size = |size: usize, kernel: usize| {
            (size + 2 * self.padding).checked_sub(kernel).map_or(0, |span| span / self.stride + 1)
        };
        (size(self.height, self.kernel.0), size(self.width, self.kernel.1))
    }

    fn depth(&self) -> usize {
        self.channels * self.kernel.0 * self.kernel.1
    }

    fn padded(&self) -> (usize, usize) {
        (self.height + 2 * self.padding, self.width + 2 * self.padding)
    }

    /// Returns whether each result pixel depends only on the input pixel at the same position.
    fn is_pointwise(&self) -> bool {
        self.kernel == (1, 1) && self.stride == 1 && self.padding == 0
    }

    /// Returns whether the result consists of whole panels, and the inputs of each half of a panel are
    /// adjacent.
    fn has_runs(&self) -> bool {
        let (height, width) = self.result();
        let has_rows = self.is_pointwise() || (self.stride == 1 && width.is_multiple_of(LANES));
        has_rows && self.depth() > 0 && (height * width).is_multiple_of(WIDTH)
    }

    /// Returns the position of a result pixel's first input in a channel of the padded image.
    fn position(&self, pixel: usize) -> usize {
        if self.is_pointwise() {
            return pixel;
        }
        let (_, width) = self.result();
        (pixel / width * self.padded().1 + pixel % width) * self.stride
    }
}

/// Computes a convolution. x: [n, c, h, w]; weight: [o, c, kh, kw]; to: [n, o, h', w'].
pub(super) fn conv2d(
    (workers, instructions, recycler): (&Workers, Instructions, &Arc<Recycler>),
    geometry: Geometry,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    to: &mut [f32],
) {
    let (height, width) = geometry.result();
    let (pixels, depth) = (height * width, geometry.depth());
    if to.is_empty() {
        return;
    }
    let padded = (geometry.padding > 0).then(|| {
        let mut padded = recycler.take(geometry.batch * geometry.channels * area(geometry.padded()));
        pad(workers, geometry, x, &mut padded);
        padded
    });
    let source: &[f32] = padded.as_deref().unwrap_or(x);
    let plan = Plan::new(&geometry, pixels, workers.count());
    let offsets = geometry.has_runs().then(|| Offsets::new(&geometry));
    let shared = SharedOutput { start: to.as_mut_ptr(), length: to.len() };
    let operations = to.len().saturating_mul(depth) / 8;
    workers.tasks(geometry.batch * plan.strips * plan.splits, operations, |task| {
        let (image, rest) = (task / (plan.strips * plan.splits), task % (plan.strips * plan.splits));
        let (strip, split) = (rest / plan.splits, rest % plan.splits);
        let first = strip * plan.panels * WIDTH;
        let columns = (pixels - first).min(plan.panels * WIDTH);
        let image_size = geometry.channels * area(geometry.padded());
        let source = &source[image * image_size..][..image_size];
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
            instructions.run(StripProduct { rows, panels: &panels, to });
        } else {
            let mut panels = recycler.take(columns.div_ceil(WIDTH) * depth * WIDTH);
            let (panels, _) = panels.as_chunks_mut::<WIDTH>();
            gather(&geometry, source, first, columns, panels);
            let panels: Vec<&[Panel]> = panels.chunks(depth.max(1)).collect();
            instructions.run(StripProduct { rows, panels: &panels, to });
        }
    });
}

fn area((height, width): (usize, usize)) -> usize {
    height * width
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
    fn new(geometry: &Geometry, pixels: usize, threads: usize) -> Self {
        let total = pixels.div_ceil(WIDTH).max(1);
        let most = (STRIP / (geometry.depth() * WIDTH).max(1)).clamp(1, total);
        let wanted = if threads == 1 { 1 } else { 4 * threads };
        let fewest_strips = wanted.div_ceil(geometry.batch.max(1));
        let panels = if total >= fewest_strips { most.min(total / fewest_strips).max(1) } else { most };
        let strips = total.div_ceil(panels);
        let splits = if strips * geometry.batch >= wanted { 1 } else { threads.min(geometry.outputs.max(1)) };
        let rows = geometry.outputs.div_ceil(splits).next_multiple_of(ROWS);
        Self { panels, strips, rows, splits }
    }
}

/// Copies images and surrounds them with zeros.
fn pad(workers: &Workers, geometry: Geometry, x: &[f32], to: &mut [f32]) {
    let (height, width) = geometry.padded();
    let padding = geometry.padding;
    workers.pieces(to, height * width, 1, |index, plane| {
        let from = &x[index * geometry.height * geometry.width..];
        for (row, line) in plane.chunks_mut(width).enumerate() {
            match row.checked_sub(padding) {
                Some(y) if y < geometry.height => {
                    line[..padding].fill(0.0);
                    line[padding..padding + geometry.width]
                        .copy_from_slice(&from[y * geometry.width..][..geometry.width]);
                    line[padding + geometry.width..].fill(0.0);
                }
                _ => line.fill(0.0),
            }
        }
    });
}

/// Gathers the input of panels of sixteen result pixels each, beginning at pixel `first`. A panel has one row
/// for each depth (channel, row, column). Columns past the last pixel repeat this pixel.
fn gather(geometry: &Geometry, image: &[f32], first: usize, columns: usize, panels: &mut [Panel]) {
    let (padded_height, padded_width) = geometry.padded();
    for (index, panel) in panels.chunks_mut(geometry.depth()).enumerate() {
        let offsets: [usize; WIDTH] =
            std::array::from_fn(|lane| geometry.position(first + (index * WIDTH + lane).min(columns - 1)));
        let is_run = offsets.iter().enumerate().all(|(lane, offset)| *offset == offsets[0] + lane);
        let mut rows = panel.iter_mut();
        for channel in 0..geometry.channels {
            for y in 0..geometry.kernel.0 {
                for x in 0..geometry.kernel.1 {
                    let from = &image[(channel * padded_height + y) * padded_width + x..];
                    let Some(to) = rows.next() else { return };
                    match from.get(offsets[0]..).and_then(|from| from.first_chunk::<WIDTH>()) {
                        Some(run) if is_run => *to = *run,
                        _ => to.iter_mut().zip(offsets).for_each(|(to, offset)| *to = from[offset]),
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

/// The result, to which several tasks write in parallel.
struct SharedOutput {
    start: *mut f32,
    length: usize,
}

// SAFETY: tasks write windows that do not overlap (each has its own image, columns and rows), and no task
// reads the result.
unsafe impl Sync for SharedOutput {}

/// The columns of the result that one task writes.
struct Window<'a> {
    output: &'a SharedOutput,
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
        let start = self.start + row * self.stride;
        assert!(start + self.columns <= self.output.length, "convolution result out of bounds");
        // SAFETY: the assertion keeps the slice inside the result, whose exclusive borrow outlives the tasks.
        // No other task has a window over these columns of this row.
        unsafe { std::slice::from_raw_parts_mut(self.output.start.add(start), self.columns) }
    }
}

/// The product of rows and the panels of one strip.
struct StripProduct<'a, C> {
    rows: Rows<'a>,
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
                sum_rows::<L>(self.rows, first..first + count, *panel, &mut self.to.panel(index));
            }
            first += count;
        }
    }
}
