//! The numbers of which the operands of products consist: f32, or pairs of bf16. Products and sums are f32 in
//! both cases.

use bytemuck::{Pod, Zeroable};

use super::panel::{Panel, plain};
use super::pool::Workers;
use super::simd::{Instructions, LaneWork, Row};

/// A value of an operand. It holds the numbers of one depth, or of two adjacent depths. The depth is the
/// index over which a product sums.
pub(super) trait Number: Pod + Default + Send + Sync {
    /// Number of adjacent depths that a value holds.
    const DEPTHS: usize;
    /// Rounds the numbers of adjacent depths. number: returns the number at an index below
    /// [`Number::DEPTHS`].
    fn of(number: impl Fn(usize) -> f32) -> Self;
    /// Computes start + rows · panel. Each row has a value for each row of the panel.
    fn products<W: Row, const R: usize>(rows: [&[Self]; R], panel: &[Panel<Self>], start: [W; R]) -> [W; R];
    /// Runs work with products of these numbers, compiled for an instruction set.
    fn run<W: LaneWork>(instructions: Instructions, work: W) -> W::Output;
    /// Returns the length of the storage that [`Number::rounded`] needs for this many numbers.
    fn rounded_length(numbers: usize) -> usize;
    /// Returns the values that hold these numbers, which are a multiple of [`Number::DEPTHS`]. If they must
    /// be computed, `storage` receives them.
    fn rounded<'a>(numbers: &'a [f32], storage: &'a mut [Self]) -> &'a [Self];

    /// Writes a row of a panel. number: returns the number at (index of the depth, column).
    #[inline(always)]
    fn write(to: &mut Panel<Self>, number: impl Fn(usize, usize) -> f32) {
        for (column, to) in to.iter_mut().enumerate() {
            *to = Self::of(|depth| number(depth, column));
        }
    }
}

impl Number for f32 {
    const DEPTHS: usize = 1;

    #[inline(always)]
    fn of(number: impl Fn(usize) -> f32) -> Self {
        number(0)
    }
    #[inline(always)]
    fn products<W: Row, const R: usize>(rows: [&[f32]; R], panel: &[Panel], start: [W; R]) -> [W; R] {
        plain(rows, panel, start)
    }
    #[inline(always)]
    fn run<W: LaneWork>(instructions: Instructions, work: W) -> W::Output {
        instructions.run(work)
    }
    fn rounded_length(_: usize) -> usize {
        0
    }
    #[inline(always)]
    fn rounded<'a>(numbers: &'a [f32], _: &'a mut [Self]) -> &'a [Self] {
        numbers
    }
}

/// Two bf16 numbers at adjacent depths. The number at the smaller depth is in the lower half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Pair(pub(super) u32);

impl Number for Pair {
    const DEPTHS: usize = 2;

    #[inline(always)]
    fn of(number: impl Fn(usize) -> f32) -> Self {
        Self(u32::from(bf16(number(0))) | u32::from(bf16(number(1))) << 16)
    }
    #[inline(always)]
    fn products<W: Row, const R: usize>(rows: [&[Self]; R], panel: &[Panel<Self>], start: [W; R]) -> [W; R] {
        let mut bits: [&[u32]; R] = [&[]; R];
        for (bits, row) in bits.iter_mut().zip(rows) {
            *bits = bytemuck::cast_slice(row);
        }
        W::add_pairs(bits, bytemuck::cast_slice(panel), start)
    }
    #[inline(always)]
    fn run<W: LaneWork>(instructions: Instructions, work: W) -> W::Output {
        instructions.run_with_pairs(work)
    }
    fn rounded_length(numbers: usize) -> usize {
        numbers / 2
    }
    #[inline(always)]
    fn rounded<'a>(numbers: &'a [f32], storage: &'a mut [Self]) -> &'a [Self] {
        let (pairs, _) = numbers.as_chunks::<2>();
        let storage = &mut storage[..pairs.len()];
        storage.iter_mut().zip(pairs).for_each(|(to, pair)| *to = Self::of(|depth| pair[depth]));
        storage
    }
}

/// Returns the bits of the bf16 number that is nearest to a value. Of two nearest numbers, it is the one
/// whose last bit is 0.
#[inline(always)]
pub(super) fn bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    // The addition could change a NaN into an infinity.
    let bits = if value.is_nan() { bits | 0x0040_0000 } else { rounded };
    (bits >> 16) as u16
}

/// Does the same as [`Number::rounded`], on several threads.
pub(super) fn round<'a, N: Number>(workers: &Workers, numbers: &'a [f32], storage: &'a mut [f32]) -> &'a [N] {
    /// Values per piece: 16 pages.
    const PIECE: usize = 16 << 10;
    let storage: &mut [N] = bytemuck::cast_slice_mut(storage);
    if storage.is_empty() {
        return N::rounded(numbers, storage);
    }
    workers.pieces(storage, PIECE, 4, |index, to| {
        let numbers = &numbers[index * PIECE * N::DEPTHS..][..to.len() * N::DEPTHS];
        N::rounded(numbers, to);
    });
    storage
}
