//! Two-dimensional convolution. The pairs of bf16 numbers of two adjacent channels form a plane. In a
//! plane, the inputs of sixteen adjacent result pixels are adjacent, so the planes of 32 channels contain
//! the column tiles, and nothing is copied for each tap of the kernel.

use super::rounding::pairs;
use super::storage::{Tiles, floats};
use super::tiles::{DEPTH, NUMBERS, Operands, Results, SIDE, Session, Tile};
use super::weight::Weight;
use crate::engine::cpu::conv::Geometry;
use crate::engine::cpu::machine::Machine;
use crate::engine::cpu::number::{Number, Pair};
use crate::engine::cpu::output::SharedOutput;
use crate::engine::cpu::simd::{LaneWork, Lanes};

/// Number of weights of a task: 1 MiB, which fits into half of the second-level cache.
const GROUP: usize = 512 * 1024;

/// Pairs in a cache line.
const LINE: usize = 16;

/// The arrangement of an image in planes of pairs. A row of a plane has the padded columns. For a stride of
/// 2 and more, the columns with the same remainder are adjacent.
#[derive(Clone, Copy)]
struct Planes {
    geometry: Geometry,
    /// Number of planes: a multiple of 16.
    count: usize,
    /// Number of pairs of each remainder in a row.
    part: usize,
    /// Number of pairs in a row.
    row: usize,
    /// Number of pairs in a plane.
    size: usize,
}

impl Planes {
    fn new(geometry: &Geometry) -> Self {
        let (height, width) = geometry.padded();
        let part = width.div_ceil(geometry.stride);
        let row = part * geometry.stride;
        // A tile at the last pixel reaches over the end. An odd number of cache lines in a plane
        // distributes the rows of a tile over the sets of the first-level cache.
        let lines = (height * row + SIDE).div_ceil(LINE);
        let size = (lines | 1) * LINE;
        Self { geometry: *geometry, count: geometry.channels.div_ceil(DEPTH) * SIDE, part, row, size }
    }

    /// Returns the place of the first input of a result pixel in a plane.
    fn position(&self, row: usize, column: usize) -> usize {
        row * self.geometry.stride * self.row + column
    }

    /// Returns the distance of the input of a tap from the first input.
    fn offset(&self, row: usize, column: usize) -> usize {
        let stride = self.geometry.stride;
        row * self.row + column % stride * self.part + column / stride
    }

    /// Returns how many tiles have the size of all planes of an image.
    fn tiles(&self) -> usize {
        (self.count * self.size).div_ceil(NUMBERS / 2)
    }

    /// Writes one plane. channels: the images of one or two channels.
    #[inline(always)]
    fn write(&self, channels: &[f32], to: &mut [Pair]) {
        let Geometry { height, width, stride, padding, .. } = self.geometry;
        if channels.is_empty() {
            to.fill(Pair::default());
            return;
        }
        let (first, second) = channels.split_at(channels.len().min(height * width));
        let (border, rest) = to.split_at_mut(padding * self.row);
        border.fill(Pair::default());
        let (middle, end) = rest.split_at_mut(height * self.row);
        end.fill(Pair::default());
        for (y, to) in middle.chunks_exact_mut(self.row).enumerate() {
            let first = &first[y * width..][..width];
            let second = second.get(y * width..).map_or(&[][..], |rest| &rest[..width.min(rest.len())]);
            if stride == 1 {
                let (left, rest) = to.split_at_mut(padding);
                let (middle, right) = rest.split_at_mut(width);
                left.iter_mut().chain(right).for_each(|pair| *pair = Pair::default());
                pairs(first, second, middle);
            } else {
                to.fill(Pair::default());
                for (x, first) in first.iter().enumerate() {
                    let second = second.get(x).copied().unwrap_or(0.0);
                    to[self.offset(0, x + padding)] =
                        Pair::of(|depth| if depth == 0 { *first } else { second });
                }
            }
        }
    }
}

/// Sixteen adjacent places of a plane, which are the first inputs of result pixels.
#[derive(Clone, Copy)]
struct Panel {
    /// First place in a plane.
    position: usize,
    /// First pixel.
    row: usize,
    column: usize,
    /// Number of places that belong to the panel.
    length: usize,
}

impl Panel {
    /// Returns whether the sixteen places are pixels of one row of a result that is this wide.
    fn is_whole(&self, width: usize) -> bool {
        self.length == SIDE && self.column + SIDE <= width
    }
}

/// Returns the panels that cover a result: those of each row, or, if these are fewer, those of all places.
fn panels(planes: &Planes) -> Vec<Panel> {
    let (height, width) = planes.geometry.result();
    let period = planes.row * planes.geometry.stride;
    let places = (height - 1) * period + width;
    if height * width.div_ceil(SIDE) <= places.div_ceil(SIDE) {
        let columns = (0..width).step_by(SIDE);
        let row = |row: usize| {
            columns.clone().map(move |column| Panel {
                position: planes.position(row, column),
                row,
                column,
                length: (width - column).min(SIDE),
            })
        };
        return (0..height).flat_map(row).collect();
    }
    (0..places)
        .step_by(SIDE)
        .map(|position| Panel { position, row: position / period, column: position % period, length: SIDE })
        .collect()
}

/// Returns how many numbers of f32 the rounded images take.
pub(in crate::engine::cpu) fn scratch(geometry: &Geometry) -> usize {
    floats(geometry.batch * Planes::new(geometry).tiles())
}

/// Computes a convolution. x: images [n, c, h, w], which are not padded. to: [n, o, h', w'].
pub(in crate::engine::cpu) fn conv2d(
    machine: Machine<'_>,
    geometry: Geometry,
    x: &[f32],
    weight: &Weight,
    bias: Option<&[f32]>,
    to: &mut [f32],
) {
    let Machine { workers, instructions, recycler } = machine;
    if to.is_empty() {
        return;
    }
    let planes = Planes::new(&geometry);
    let depth = weight.depth();
    let mut images = Tiles::take(recycler, geometry.batch * planes.tiles());
    let pairs_of_image = planes.tiles() * NUMBERS / 2;
    {
        let size = geometry.height * geometry.width;
        let images = SharedOutput::new(bytemuck::cast_slice_mut::<Tile, Pair>(&mut images));
        let count = geometry.batch * planes.count;
        workers.tasks(count, count * planes.size / 2, |task| {
            let (image, plane) = (task / planes.count, task % planes.count);
            // SAFETY: only this task has this plane.
            let to = unsafe { images.span(image * pairs_of_image + plane * planes.size, planes.size) };
            let channels = (2 * plane).min(geometry.channels)..(2 * plane + 2).min(geometry.channels);
            let from = &x[image * geometry.channels * size..];
            Pair::run(
                instructions,
                WritePlane { planes, channels: &from[channels.start * size..channels.end * size], to },
            );
        });
    }
    let blocks = geometry.outputs.div_ceil(SIDE);
    let mut start = vec![[0.0; SIDE * SIDE]; blocks];
    for (output, bias) in bias.unwrap_or_default().iter().enumerate() {
        start[output / SIDE][output % SIDE * SIDE..][..SIDE].fill(*bias);
    }
    let taps = (0..geometry.kernel.0).flat_map(|row| (0..geometry.kernel.1).map(move |column| (row, column)));
    let places = (0..planes.count).step_by(SIDE).flat_map(|plane| {
        taps.clone().map(move |(row, column)| plane * planes.size + planes.offset(row, column))
    });
    let offsets: Vec<usize> = places.map(|place| place * size_of::<Pair>()).collect();
    let panels = panels(&planes);
    let output = SharedOutput::new(to);
    let kernel = Kernel { planes, weight, start: &start, offsets: &offsets, panels: &panels };

    let in_group = (GROUP / (depth * NUMBERS)).max(1).next_multiple_of(2).min(blocks);
    let groups = blocks.div_ceil(in_group);
    let wanted = if workers.count() == 1 { 1 } else { 4 * workers.count() };
    let in_strip = panels.len().div_ceil(wanted.div_ceil(groups * geometry.batch)).next_multiple_of(2);
    let strips = panels.len().div_ceil(in_strip);
    let operations = (geometry.batch * blocks * panels.len()).saturating_mul(depth * NUMBERS * SIDE) / 128;
    let images: &[Pair] = bytemuck::cast_slice::<Tile, Pair>(&images);
    workers.tasks(geometry.batch * groups * strips, operations, |task| {
        let (image, rest) = (task / (groups * strips), task % (groups * strips));
        let (group, strip) = (rest / strips, rest % strips);
        let source = &images[image * pairs_of_image..][..pairs_of_image];
        // SAFETY: an engine calls this function only if the system allows it to use tile registers.
        let session = unsafe { Session::new() };
        for panel in (strip * in_strip..((strip + 1) * in_strip).min(panels.len())).step_by(2) {
            for block in (group * in_group..((group + 1) * in_group).min(blocks)).step_by(2) {
                // SAFETY: only this task has these results.
                unsafe { kernel.multiply(&session, source, image, (block, panel), &output) };
            }
        }
    });
}

/// What all tasks of a convolution share.
struct Kernel<'a> {
    planes: Planes,
    /// Weight, whose blocks have as many tiles as there are offsets.
    weight: &'a Weight,
    /// Initial values for each sixteen outputs.
    start: &'a [[f32; SIDE * SIDE]],
    /// Distances of the column tiles from the place of a panel in the first plane, in bytes.
    offsets: &'a [usize],
    panels: &'a [Panel],
}

impl Kernel<'_> {
    /// Computes up to two by two result tiles. block: index of sixteen outputs. panel: index of a panel.
    ///
    /// # Safety
    /// No other thread writes these results.
    #[inline(always)]
    unsafe fn multiply(
        &self,
        session: &Session,
        source: &[Pair],
        image: usize,
        (block, panel): (usize, usize),
        output: &SharedOutput<'_>,
    ) {
        let outputs = self.planes.geometry.outputs;
        let (height, width) = self.planes.geometry.result();
        let counts = ((self.start.len() - block).min(2), (self.panels.len() - panel).min(2));
        let block_of = |index: usize| block + index.min(counts.0 - 1);
        let panel_of = |index: usize| &self.panels[panel + index.min(counts.1 - 1)];
        let operands = Operands {
            rows: [0, 1].map(|index| self.weight.block(block_of(index)).as_ptr()),
            columns: [0, 1].map(|index| source[panel_of(index).position..].as_ptr().cast()),
            columns_stride: self.planes.size * size_of::<Pair>(),
            offsets: self.offsets.as_ptr(),
            count: self.offsets.len(),
            start: [0, 0, 1, 1].map(|index| self.start[block_of(index)].as_ptr()),
            start_stride: size_of::<[f32; SIDE]>(),
        };
        let first_output = image * outputs + block * SIDE;
        let count = (outputs - block * SIDE).min(2 * SIDE);
        if count.is_multiple_of(SIDE) && panel_of(0).is_whole(width) && panel_of(1).is_whole(width) {
            let place = |index: usize| {
                let (panel, block) = (panel_of(index % 2), block_of(index / 2));
                let start =
                    (image * outputs + block * SIDE) * height * width + panel.row * width + panel.column;
                output.block(start, height * width, (SIDE, SIDE))
            };
            // SAFETY: the places of a panel and the offsets are in the planes, and the assertions of
            // `block` keep the results in the output. Only this task has them.
            unsafe { operands.multiply(session, counts, [0, 1, 2, 3].map(place), height * width) };
            return;
        }
        let mut results = Results::default();
        // SAFETY: the places of a panel and the offsets are in the planes.
        unsafe { operands.multiply(session, counts, results.places(), results.stride()) };
        for index in 0..counts.1 {
            for (from, start, length) in self.runs(panel_of(index)) {
                for row in 0..count {
                    let start = (first_output + row) * height * width + start;
                    // SAFETY: only this task has these results.
                    let to = unsafe { output.span(start, length) };
                    results.copy(row, index * SIDE + from, to);
                }
            }
        }
    }

    /// Returns the pixels of a panel as runs: (first place in the panel, first pixel of the result, length).
    fn runs(&self, panel: &Panel) -> impl Iterator<Item = (usize, usize, usize)> {
        let (height, width) = self.planes.geometry.result();
        let period = self.planes.row * self.planes.geometry.stride;
        let panel_length = panel.length;
        let (mut row, mut column, mut from) = (panel.row, panel.column, 0);
        std::iter::from_fn(move || {
            if column >= width {
                from += period - column;
                (row, column) = (row + 1, 0);
            }
            if from >= panel_length || row >= height {
                return None;
            }
            let length = (width - column).min(panel_length - from);
            let run = (from, row * width + column, length);
            (from, column) = (from + length, column + length);
            Some(run)
        })
    }
}

struct WritePlane<'a> {
    planes: Planes,
    channels: &'a [f32],
    to: &'a mut [Pair],
}

impl LaneWork for WritePlane<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        self.planes.write(self.channels, self.to);
    }
}
