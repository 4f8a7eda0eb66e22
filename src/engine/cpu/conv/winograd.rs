//! Convolutions with kernels of 3 × 3 by Winograd's minimal filtering F(2 × 2, 3 × 3).
//!
//! A tile of 2 × 2 result pixels depends on 4 × 4 inputs. Tiles and kernels are transformed to 16 numbers
//! each. A tile of the result is then a product of 16 numbers for each pair of channels, where the direct sum
//! has 36. For each of the 16 numbers this is a matrix product of kernels and tiles. The transforms are exact
//! but for rounding.
//!
//! Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016, arXiv 1509.09308.

use super::geometry::Geometry;
use super::layer::Layer;
use crate::engine::cpu::machine::Machine;
use crate::engine::cpu::number::Number;
use crate::engine::cpu::output::SharedOutput;
use crate::engine::cpu::panel::{Panel, WIDTH};
use crate::engine::cpu::simd::{Arithmetic, LANES, LaneWork, Lanes, Row};
use crate::engine::cpu::tile::{Rows, Strided, rows_at_once, sum_rows};

/// Numbers of a transformed tile: 4 × 4.
const NUMBERS: usize = 16;
/// Values of a kernel: 3 × 3.
const KERNEL: usize = 9;
/// Smallest number of tiles of an image for which the transform of the kernels takes little time beside the
/// products. The second number is for layers with [`MANY_CHANNELS`], whose images are usually in batches. The
/// size of the batch is not considered, so that an image has the same result alone and in a batch.
const FEWEST_TILES: [usize; 2] = [256, 64];
/// Number of channels, of the input and of the result, of a wide layer.
const MANY_CHANNELS: usize = 256;
/// Smallest number of channels, of the input and of the result, for which the transforms of the tiles take
/// little time beside the products.
const FEWEST_CHANNELS: usize = 64;
/// Largest number of panels of a strip. Each transformed kernel is read once per strip.
const MOST_PANELS: usize = 4;
/// Number of output channels whose products are computed before they are transformed back. They then stay in
/// the second-level cache.
const BLOCK: usize = 48;

/// Returns whether a convolution has a kernel of 3 × 3 and sizes for which this way is faster than direct
/// sums.
pub(super) fn is_faster(geometry: &Geometry) -> bool {
    let (height, width) = geometry.result();
    let tiles = (height / 2) * (width / 2);
    let channels = geometry.channels.min(geometry.outputs);
    let [fewest, fewest_if_wide] = FEWEST_TILES;
    geometry.kernel == (3, 3)
        && geometry.stride == 1
        && height.is_multiple_of(2)
        && width.is_multiple_of(2)
        && tiles.is_multiple_of(WIDTH)
        && channels >= FEWEST_CHANNELS
        && (tiles >= fewest || (tiles >= fewest_if_wide && channels >= MANY_CHANNELS))
}

/// Returns how many values the transformed kernels have.
pub(super) fn kernel_values<N: Number>(geometry: &Geometry) -> usize {
    NUMBERS * geometry.outputs * (geometry.channels / N::DEPTHS)
}

/// Computes a convolution of padded images, for which [`is_faster`] returns true.
pub(super) fn conv2d<N: Number>(machine: Machine<'_>, layer: Layer<'_>, to: &mut [f32]) {
    let Machine { workers, instructions, recycler } = machine;
    let geometry = &layer.geometry;
    let depth = geometry.channels / N::DEPTHS;
    let mut kernels = recycler.take(kernel_values::<N>(geometry));
    let kernels: &mut [N] = bytemuck::cast_slice_mut(&mut kernels);
    transform_kernels(machine, layer, kernels);
    let plan = Plan::new(geometry, workers.count());
    let output = SharedOutput::new(to);
    let operations = (geometry.batch * plan.tiles).saturating_mul(NUMBERS * geometry.outputs * depth) / 8;
    workers.tasks(geometry.batch * plan.strips, operations, |task| {
        let (image, strip) = (task / plan.strips, task % plan.strips);
        let first = strip * plan.panels;
        let panels = plan.panels.min(plan.tiles / WIDTH - first);
        let mut tiles = recycler.take(panels * NUMBERS * depth * WIDTH);
        let mut products = recycler.take(NUMBERS * BLOCK * panels * WIDTH);
        let strip = Strip::<N> {
            geometry,
            source: layer.x,
            kernels,
            bias: layer.bias,
            image,
            first,
            panels,
            tiles: bytemuck::cast_slice_mut(&mut tiles),
            products: &mut products,
            output: &output,
        };
        N::run(instructions, strip);
    });
}

/// The division of a convolution into tasks. A task computes all output channels of one strip of panels,
/// which have sixteen tiles each.
struct Plan {
    tiles: usize,
    panels: usize,
    strips: usize,
}

impl Plan {
    fn new(geometry: &Geometry, threads: usize) -> Self {
        let (height, width) = geometry.result();
        let tiles = (height / 2) * (width / 2);
        let total = tiles / WIDTH;
        let wanted = if threads == 1 { 1 } else { 4 * threads };
        let fewest_strips = wanted.div_ceil(geometry.batch.max(1));
        let panels = (total / fewest_strips).clamp(1, MOST_PANELS);
        Self { tiles, panels, strips: total.div_ceil(panels) }
    }
}

/// Transforms kernels. to: [16, outputs, values of the channels].
fn transform_kernels<N: Number>(machine: Machine<'_>, layer: Layer<'_>, to: &mut [N]) {
    let Geometry { outputs, channels, .. } = layer.geometry;
    let depth = channels / N::DEPTHS;
    let shared = SharedOutput::new(to);
    machine.workers.tasks(outputs, outputs * channels * NUMBERS, |output| {
        let from = &layer.weight[output * channels * KERNEL..][..channels * KERNEL];
        let kernels = Kernels { from, to: &shared, start: output * depth, step: outputs * depth };
        machine.instructions.run(kernels);
    });
}

/// The kernels of one output channel, and the places of their transforms.
struct Kernels<'a, N> {
    from: &'a [f32],
    to: &'a SharedOutput<'a, N>,
    /// Index of the value with the first number of the first kernel.
    start: usize,
    /// Distance between the numbers of one kernel, in values.
    step: usize,
}

impl<N: Number> LaneWork for Kernels<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let count = self.from.len() / KERNEL;
        for first in (0..count).step_by(LANES) {
            let lanes = (count - first).min(LANES);
            let mut values = [[0.0; LANES]; KERNEL];
            for (lane, kernel) in self.from[first * KERNEL..].chunks_exact(KERNEL).take(LANES).enumerate() {
                values.iter_mut().zip(kernel).for_each(|(values, value)| values[lane] = *value);
            }
            let mut kernel = [L::splat(0.0); KERNEL];
            for (lanes, values) in kernel.iter_mut().zip(&values) {
                *lanes = L::load(values);
            }
            // First along the columns of the kernel, then along its rows.
            let mut rows = [[L::splat(0.0); 3]; 4];
            for column in 0..3 {
                let numbers = transformed_kernel([kernel[column], kernel[3 + column], kernel[6 + column]]);
                for (row, number) in rows.iter_mut().zip(numbers) {
                    row[column] = number;
                }
            }
            for (row, columns) in rows.into_iter().enumerate() {
                for (column, number) in transformed_kernel(columns).into_iter().enumerate() {
                    let mut values = [0.0; LANES];
                    number.store(&mut values);
                    let start = self.start + (row * 4 + column) * self.step + first / N::DEPTHS;
                    // SAFETY: only this task has the kernels of this output channel.
                    let to = unsafe { self.to.span(start, lanes / N::DEPTHS) };
                    for (to, values) in to.iter_mut().zip(values.chunks_exact(N::DEPTHS)) {
                        *to = N::of(|depth| values[depth]);
                    }
                }
            }
        }
    }
}

/// Returns four numbers of three values of a kernel: G · values in the paper.
#[inline(always)]
fn transformed_kernel<L: Arithmetic>([a, b, c]: [L; 3]) -> [L; 4] {
    let half = L::splat(0.5);
    let (ends, middle) = (a.add(c).multiply(half), b.multiply(half));
    [a, ends.add(middle), ends.subtract(middle), c]
}

/// Returns four numbers of four inputs: Bᵀ · values in the paper.
#[inline(always)]
fn transformed_inputs<L: Arithmetic>([a, b, c, d]: [L; 4]) -> [L; 4] {
    [a.subtract(c), b.add(c), c.subtract(b), b.subtract(d)]
}

/// Returns two results of four products: Aᵀ · values in the paper.
#[inline(always)]
fn transformed_products<L: Arithmetic>([a, b, c, d]: [L; 4]) -> [L; 2] {
    [a.add(b).add(c), b.subtract(c).subtract(d)]
}

/// One task: all output channels of a strip of an image's panels.
struct Strip<'a, N> {
    geometry: &'a Geometry,
    source: &'a [f32],
    /// [16, outputs, values of the channels].
    kernels: &'a [N],
    bias: Option<&'a [f32]>,
    image: usize,
    /// Index of the first panel in the image.
    first: usize,
    panels: usize,
    /// [panels, 16, values of the channels] rows of sixteen tiles.
    tiles: &'a mut [Panel<N>],
    /// [16, BLOCK, panels, tiles of a panel].
    products: &'a mut [f32],
    output: &'a SharedOutput<'a>,
}

impl<N: Number> LaneWork for Strip<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self) {
        // The tiles of a panel are in runs of adjacent tiles, which end at the end of a row of tiles.
        match (self.geometry.result().1 / 2).trailing_zeros() {
            0..=2 => self.run_with::<L, 1>(),
            3 => self.run_with::<L, 8>(),
            _ => self.run_with::<L, WIDTH>(),
        }
    }
}

impl<N: Number> Strip<'_, N> {
    #[inline(always)]
    fn run_with<L: Lanes, const RUN: usize>(&mut self) {
        self.transform_tiles::<L, RUN>();
        for block in (0..self.geometry.outputs).step_by(BLOCK) {
            let count = (self.geometry.outputs - block).min(BLOCK);
            self.multiply::<L>(block, count);
            self.write::<L, RUN>(block, count);
        }
    }

    /// Returns (row, column) of the first result pixel of a tile.
    #[inline(always)]
    fn pixel(&self, tile: usize) -> (usize, usize) {
        let across = self.geometry.result().1 / 2;
        (tile / across * 2, tile % across * 2)
    }

    #[inline(always)]
    fn transform_tiles<L: Lanes, const RUN: usize>(&mut self) {
        let channels = self.geometry.channels;
        let (height, width) = self.geometry.padded();
        let image = &self.source[self.image * channels * height * width..][..channels * height * width];
        let depth = channels / N::DEPTHS;
        for panel in 0..self.panels {
            let first_tile = (self.first + panel) * WIDTH;
            for (index, planes) in image.chunks_exact(N::DEPTHS * height * width).enumerate() {
                let mut numbers = [[[0.0; WIDTH]; NUMBERS]; 2];
                for (plane, numbers) in planes.chunks_exact(height * width).zip(&mut numbers) {
                    self.transform_panel::<L, RUN>(plane, first_tile, numbers);
                }
                let [first, second] = &numbers;
                for (number, pair) in first.iter().zip(second).enumerate() {
                    let to = &mut self.tiles[(panel * NUMBERS + number) * depth + index];
                    N::write(to, |depth, tile| if depth == 0 { pair.0[tile] } else { pair.1[tile] });
                }
            }
        }
    }

    /// Transforms sixteen tiles of one channel.
    #[inline(always)]
    fn transform_panel<L: Lanes, const RUN: usize>(
        &self,
        plane: &[f32],
        first_tile: usize,
        to: &mut [Panel; NUMBERS],
    ) {
        let width = self.geometry.padded().1;
        let mut inputs = [[[0.0; WIDTH]; 4]; 4];
        for lane in (0..WIDTH).step_by(RUN) {
            let (y, x) = self.pixel(first_tile + lane);
            for (row, inputs) in inputs.iter_mut().enumerate() {
                let line = &plane[(y + row) * width + x..][..2 * RUN + 2];
                for (column, inputs) in inputs.iter_mut().enumerate() {
                    let inputs = &mut inputs[lane..lane + RUN];
                    inputs
                        .iter_mut()
                        .zip(line[column..].iter().step_by(2))
                        .for_each(|(to, from)| *to = *from);
                }
            }
        }
        let mut loaded = [[L::Row::splat(0.0); 4]; 4];
        for (loaded, inputs) in loaded.iter_mut().zip(&inputs) {
            for (loaded, inputs) in loaded.iter_mut().zip(inputs) {
                *loaded = L::Row::load(inputs);
            }
        }
        let mut rows = [[L::Row::splat(0.0); 4]; 4];
        for column in 0..4 {
            let [a, b, c, d] = loaded;
            let numbers = transformed_inputs([a[column], b[column], c[column], d[column]]);
            for (row, number) in rows.iter_mut().zip(numbers) {
                row[column] = number;
            }
        }
        for (row, columns) in rows.into_iter().enumerate() {
            for (column, number) in transformed_inputs(columns).into_iter().enumerate() {
                number.store(&mut to[row * 4 + column]);
            }
        }
    }

    /// Computes the products of `count` output channels from `block` on.
    #[inline(always)]
    fn multiply<L: Lanes>(&mut self, block: usize, count: usize) {
        let (outputs, depth) = (self.geometry.outputs, self.geometry.channels / N::DEPTHS);
        let stride = self.panels * WIDTH;
        for (index, products) in self.products.chunks_exact_mut(BLOCK * stride).enumerate() {
            let values = &self.kernels[(index * outputs + block) * depth..][..count * depth];
            let rows = Rows { values, stride: depth, count, bias: None };
            let mut first = 0;
            while first < count {
                let tile = first..first + rows_at_once::<L>(count - first);
                for panel in 0..self.panels {
                    let columns = &self.tiles[(panel * NUMBERS + index) * depth..][..depth];
                    let start = panel * WIDTH;
                    let mut to = Strided { values: products, start, stride, columns: WIDTH };
                    sum_rows::<L, _>(rows, tile.clone(), columns, &mut to);
                }
                first = tile.end;
            }
        }
    }

    /// Transforms the products back and writes the results of `count` output channels from `block` on.
    #[inline(always)]
    fn write<L: Lanes, const RUN: usize>(&mut self, block: usize, count: usize) {
        let (height, width) = self.geometry.result();
        let stride = self.panels * WIDTH;
        for channel in 0..count {
            let output = block + channel;
            let bias = L::Row::splat(self.bias.map_or(0.0, |bias| bias[output]));
            let plane = (self.image * self.geometry.outputs + output) * height * width;
            for panel in 0..self.panels {
                let mut rows = [[L::Row::splat(0.0); 2]; 4];
                for (row, sums) in rows.iter_mut().enumerate() {
                    let mut numbers = [L::Row::splat(0.0); 4];
                    for (column, number) in numbers.iter_mut().enumerate() {
                        let place = ((row * 4 + column) * BLOCK + channel) * stride + panel * WIDTH;
                        *number = L::Row::load(self.products[place..].first_chunk().unwrap_or(&[0.0; WIDTH]));
                    }
                    *sums = transformed_products(numbers);
                }
                let mut results = [[[0.0; WIDTH]; 2]; 2];
                for column in 0..2 {
                    let [a, b, c, d] = rows;
                    let sums = transformed_products([a[column], b[column], c[column], d[column]]);
                    for (results, sum) in results.iter_mut().zip(sums) {
                        sum.add(bias).store(&mut results[column]);
                    }
                }
                for lane in (0..WIDTH).step_by(RUN) {
                    let (y, x) = self.pixel((self.first + panel) * WIDTH + lane);
                    for (row, [even, odd]) in results.iter().enumerate() {
                        // SAFETY: only this task has these tiles of this image.
                        let line = unsafe { self.output.span(plane + (y + row) * width + x, 2 * RUN) };
                        let pairs = even[lane..lane + RUN].iter().zip(&odd[lane..lane + RUN]);
                        for (to, (even, odd)) in line.chunks_exact_mut(2).zip(pairs) {
                            to.copy_from_slice(&[*even, *odd]);
                        }
                    }
                }
            }
        }
    }
}
