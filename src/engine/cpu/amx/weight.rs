//! Weights in tiles.

use super::rounding::{row, transposed_tiles_of};
use super::storage::{Tiles, floats};
use super::tiles::{DEPTH, NUMBERS, SIDE, Tile};
use crate::engine::array::View;
use crate::engine::cpu::conv::Geometry;
use crate::engine::cpu::linear::Sizes;
use crate::engine::cpu::machine::Machine;
use crate::engine::cpu::memory::Array;
use crate::engine::cpu::number::{Number, Pair};
use crate::engine::cpu::simd::{LaneWork, Lanes};
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::{Precision, StoredArray};

/// The order of a weight's numbers in tiles. Both orders begin with blocks of sixteen outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine::cpu) enum Layout {
    /// Of a linear layer, [outputs, inputs]: column tiles, one for each 32 inputs.
    Columns { outputs: usize, inputs: usize },
    /// Of a convolution, [outputs, channels, rows, columns]: row tiles in the order (32 channels, row,
    /// column).
    Rows { outputs: usize, channels: usize, taps: usize },
}

impl Layout {
    /// Returns the layout of a weight of a linear layer or a convolution; `None` for another shape.
    pub(in crate::engine::cpu) fn of(shape: &[usize]) -> Option<Self> {
        match *shape {
            [outputs, inputs] => Some(Self::Columns { outputs, inputs }),
            [outputs, channels, rows, columns] => {
                Some(Self::Rows { outputs, channels, taps: rows * columns })
            }
            _ => None,
        }
    }

    /// Returns the layout of a linear layer's weight.
    pub(in crate::engine::cpu) fn of_linear(sizes: Sizes) -> Self {
        Self::Columns { outputs: sizes.outputs, inputs: sizes.inputs }
    }

    /// Returns the layout of a convolution's weight.
    pub(in crate::engine::cpu) fn of_convolution(geometry: &Geometry) -> Self {
        let Geometry { outputs, channels, kernel, .. } = *geometry;
        Self::Rows { outputs, channels, taps: kernel.0 * kernel.1 }
    }

    fn outputs(self) -> usize {
        match self {
            Self::Columns { outputs, .. } | Self::Rows { outputs, .. } => outputs,
        }
    }

    /// Returns how many numbers an output has.
    fn inputs(self) -> usize {
        match self {
            Self::Columns { inputs, .. } => inputs,
            Self::Rows { channels, taps, .. } => channels * taps,
        }
    }

    /// Returns how many tiles a block of sixteen outputs has.
    fn depth(self) -> usize {
        match self {
            Self::Columns { inputs, .. } => inputs.div_ceil(DEPTH),
            Self::Rows { channels, taps, .. } => channels.div_ceil(DEPTH) * taps,
        }
    }

    fn tiles(self) -> usize {
        self.outputs().div_ceil(SIDE) * self.depth()
    }

    /// Returns how many numbers the weight has.
    fn numbers(self) -> usize {
        self.outputs() * self.inputs()
    }

    /// Returns how many numbers of f32 the tiles take.
    pub(in crate::engine::cpu) fn floats(self) -> usize {
        floats(self.tiles())
    }
}

/// A weight in tiles.
pub(in crate::engine::cpu) struct Weight {
    layout: Layout,
    tiles: Tiles,
}

impl Weight {
    /// Rounds a weight.
    pub(in crate::engine::cpu) fn new(machine: Machine<'_>, layout: Layout, values: StoredArray<'_>) -> Self {
        let mut tiles = Tiles::take(machine.recycler, layout.tiles());
        let size = layout.inputs();
        machine.workers.pieces(&mut tiles, layout.depth(), NUMBERS / 4, |index, to| {
            let count = (layout.outputs() - index * SIDE).min(SIDE);
            let mut numbers = machine.recycler.take(count * size);
            values.part(index * SIDE * size..).read_into(&mut numbers);
            Pair::run(machine.instructions, Block { layout, numbers: &numbers, to });
        });
        Self { layout, tiles }
    }

    /// Returns the tiles of a block of sixteen outputs.
    #[inline(always)]
    pub(super) fn block(&self, index: usize) -> &[Tile] {
        let depth = self.layout.depth();
        &self.tiles[index * depth..][..depth]
    }

    /// Returns how many tiles a block has.
    pub(super) fn depth(&self) -> usize {
        self.layout.depth()
    }

    /// Writes the numbers of one output.
    pub(in crate::engine::cpu) fn read(&self, output: usize, to: &mut [f32]) {
        let (block, place) = (self.block(output / SIDE), output % SIDE);
        for (index, to) in to.iter_mut().enumerate() {
            let bits = match self.layout {
                Layout::Columns { .. } => block[index / DEPTH].0[index % DEPTH / 2][2 * place + index % 2],
                Layout::Rows { taps, .. } => {
                    let (channel, tap) = (index / taps, index % taps);
                    block[channel / DEPTH * taps + tap].0[place][channel % DEPTH]
                }
            };
            *to = f32::from_bits(u32::from(bits) << 16);
        }
    }

    /// Writes all numbers.
    fn read_all(&self, to: &mut [f32]) {
        let size = self.layout.inputs().max(1);
        to.chunks_exact_mut(size).enumerate().for_each(|(output, to)| self.read(output, to));
    }
}

/// A weight that is kept, or that was made for one use.
pub(in crate::engine::cpu) enum Held<'a> {
    Kept(&'a Weight),
    Made(Weight),
}

/// Returns whether a weight is in tiles since it was uploaded.
pub(in crate::engine::cpu) fn is_in_tiles(view: View<'_>) -> bool {
    view.buffer.downcast::<Weight>().is_ok()
}

impl<'a> Held<'a> {
    /// Returns a weight in a layout. The tiles of an array are kept with the array. afford: checks that an
    /// array of a length can be made. Errors: `ForeignBuffer`, `Budget`.
    pub(in crate::engine::cpu) fn new(
        machine: Machine<'_>,
        view: View<'a>,
        layout: Layout,
        afford: impl Fn(usize) -> EngineResult<()>,
    ) -> EngineResult<Self> {
        let weight = match view.buffer.downcast::<Weight>() {
            Ok(weight) => weight,
            Err(_) => {
                let array: &Array = view.buffer.downcast()?;
                if array.prepared::<Weight>().is_none() {
                    afford(layout.floats())?;
                    array.prepare(Weight::new(machine, layout, stored(array)));
                }
                array.prepared().ok_or(EngineError::ForeignBuffer)?
            }
        };
        if weight.layout == layout {
            return Ok(Self::Kept(weight));
        }
        // The array is the weight of a linear layer and that of a convolution.
        afford(layout.numbers() + layout.floats())?;
        let mut numbers = machine.recycler.take(layout.numbers());
        weight.read_all(&mut numbers);
        Ok(Self::Made(Weight::new(machine, layout, stored(&numbers))))
    }
}

fn stored(numbers: &[f32]) -> StoredArray<'_> {
    StoredArray { precision: Precision::F32, bytes: bytemuck::cast_slice(numbers) }
}

impl std::ops::Deref for Held<'_> {
    type Target = Weight;
    fn deref(&self) -> &Weight {
        match self {
            Self::Kept(weight) => weight,
            Self::Made(weight) => weight,
        }
    }
}

/// Up to sixteen outputs of a weight.
struct Block<'a> {
    layout: Layout,
    numbers: &'a [f32],
    to: &'a mut [Tile],
}

impl LaneWork for Block<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { layout, numbers, to } = self;
        match layout {
            Layout::Columns { inputs, .. } => transposed_tiles_of(numbers, inputs, to),
            Layout::Rows { channels, taps, .. } => {
                if numbers.len() < SIDE * channels * taps || !channels.is_multiple_of(DEPTH) {
                    to.fill(Tile::ZERO);
                }
                let mut rounded = vec![0; DEPTH * taps];
                for (output, from) in numbers.chunks_exact(channels * taps).enumerate() {
                    for (from, tiles) in from.chunks(DEPTH * taps).zip(to.chunks_exact_mut(taps)) {
                        row(from, &mut rounded);
                        for (channel, from) in rounded[..from.len()].chunks_exact(taps).enumerate() {
                            for (from, tile) in from.iter().zip(tiles.iter_mut()) {
                                tile.0[output][channel] = *from;
                            }
                        }
                    }
                }
            }
        }
    }
}
