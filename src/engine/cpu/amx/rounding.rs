//! Rounding of f32 to bf16, in the orders in which tiles hold numbers.

use std::arch::x86_64::*;

use super::tiles::{DEPTH, SIDE, Tile};
use crate::engine::cpu::number::{Pair, bf16};

/// Rounds adjacent numbers of one row.
#[inline(always)]
pub(super) fn row(from: &[f32], to: &mut [u16]) {
    // SAFETY: these kernels run only on a processor that has the features: AMX is used only where they are.
    unsafe { row_with_features(from, to) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
fn row_with_features(from: &[f32], to: &mut [u16]) {
    let (whole, rest) = from.as_chunks::<DEPTH>();
    let (to, last) = to.as_chunks_mut::<DEPTH>();
    for (from, to) in whole.iter().zip(to.iter_mut()) {
        // SAFETY: the reference covers 128 readable bytes.
        let (low, high) = unsafe { (_mm512_loadu_ps(from.as_ptr()), _mm512_loadu_ps(from[SIDE..].as_ptr())) };
        let rounded = _mm512_cvtne2ps_pbh(high, low);
        // SAFETY: the reference covers 64 writable bytes, and the types have the same size.
        unsafe {
            _mm512_storeu_si512(to.as_mut_ptr().cast(), std::mem::transmute::<__m512bh, __m512i>(rounded))
        };
    }
    let last = match to.get_mut(whole.len()) {
        Some(to) => to,
        None => last,
    };
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = bf16(*from));
}

/// Rounds two rows of numbers, which belong to two adjacent depths, to pairs. An empty second row has zeros.
#[inline(always)]
pub(super) fn pairs(first: &[f32], second: &[f32], to: &mut [Pair]) {
    // SAFETY: these kernels run only on a processor that has the features: AMX is used only where they are.
    unsafe { pairs_with_features(first, second, bytemuck::cast_slice_mut(to)) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
fn pairs_with_features(first: &[f32], second: &[f32], to: &mut [u32]) {
    let zeros = [0.0; SIDE];
    // The numbers of the first row are in the lower half of the rounded ones.
    let mut order = [0_u16; DEPTH];
    for (index, order) in order.iter_mut().enumerate() {
        *order = (index / 2 + index % 2 * SIDE) as u16;
    }
    // SAFETY: the reference covers 64 readable bytes.
    let order = unsafe { _mm512_loadu_si512(order.as_ptr().cast()) };
    for (index, to) in to.chunks_mut(SIDE).enumerate() {
        let start = index * SIDE;
        let mask = ((1_u32 << to.len().min(first.len().saturating_sub(start))) - 1) as u16;
        let second = if second.is_empty() { &zeros[..] } else { &second[start..] };
        let first = &first[start..];
        // SAFETY: the mask has at most as many bits as the slices have numbers.
        unsafe {
            let low = _mm512_maskz_loadu_ps(mask, first.as_ptr());
            let high = _mm512_maskz_loadu_ps(mask, second.as_ptr());
            let rounded = std::mem::transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low));
            _mm512_mask_storeu_epi32(to.as_mut_ptr().cast(), mask, _mm512_permutexvar_epi16(order, rounded));
        }
    }
}

/// Returns how many tiles hold the rows of a matrix with this many columns, which are the depths.
pub(super) fn tiles_of_rows(rows: usize, columns: usize) -> usize {
    rows.div_ceil(SIDE) * columns.div_ceil(DEPTH)
}

/// Rounds up to sixteen rows of a row-major matrix to the tiles of a first operand. The rest of the tiles
/// is 0. to: one tile for each 32 columns.
#[inline(always)]
pub(super) fn tiles_of(rows: &[f32], columns: usize, to: &mut [Tile]) {
    if rows.len() < SIDE * columns || !columns.is_multiple_of(DEPTH) {
        to.fill(Tile::ZERO);
    }
    for (index, from) in rows.chunks_exact(columns).enumerate() {
        for (from, tile) in from.chunks(DEPTH).zip(to.iter_mut()) {
            row(from, &mut tile.0[index]);
        }
    }
}

/// Rounds up to sixteen rows of a row-major matrix to the tiles of a second operand, whose columns they are.
/// The rest of the tiles is 0. to: one tile for each 32 columns of the matrix.
#[inline(always)]
pub(super) fn transposed_tiles_of(rows: &[f32], columns: usize, to: &mut [Tile]) {
    for (index, tile) in to.iter_mut().enumerate() {
        let first = index * DEPTH;
        let depth = (columns - first).min(DEPTH);
        let mut rounded = Tile::ZERO;
        for (to, from) in rounded.0.iter_mut().zip(rows.chunks_exact(columns)) {
            row(&from[first..first + depth], to);
        }
        transpose_pairs(&rounded, tile);
    }
}

/// Transposes the 16 × 16 pairs of a tile.
#[inline(always)]
fn transpose_pairs(from: &Tile, to: &mut Tile) {
    // SAFETY: these kernels run only on a processor that has the features: AMX is used only where they are.
    unsafe { transpose_with_features(from, to) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
fn transpose_with_features(from: &Tile, to: &mut Tile) {
    let mut rows = [_mm512_setzero_si512(); SIDE];
    for (row, from) in rows.iter_mut().zip(&from.0) {
        // SAFETY: the reference covers 64 readable bytes.
        *row = unsafe { _mm512_loadu_si512(from.as_ptr().cast()) };
    }
    // Each step exchanges the halves of blocks of rows: first single pairs, and last eight pairs.
    let mut twos = rows;
    for index in (0..SIDE).step_by(2) {
        twos[index] = _mm512_unpacklo_epi32(rows[index], rows[index + 1]);
        twos[index + 1] = _mm512_unpackhi_epi32(rows[index], rows[index + 1]);
    }
    let mut fours = twos;
    for index in (0..SIDE).step_by(4) {
        fours[index] = _mm512_unpacklo_epi64(twos[index], twos[index + 2]);
        fours[index + 1] = _mm512_unpackhi_epi64(twos[index], twos[index + 2]);
        fours[index + 2] = _mm512_unpacklo_epi64(twos[index + 1], twos[index + 3]);
        fours[index + 3] = _mm512_unpackhi_epi64(twos[index + 1], twos[index + 3]);
    }
    let mut eights = fours;
    for half in [0, 8] {
        for index in half..half + 4 {
            eights[index] = _mm512_shuffle_i32x4::<0x88>(fours[index], fours[index + 4]);
            eights[index + 4] = _mm512_shuffle_i32x4::<0xdd>(fours[index], fours[index + 4]);
        }
    }
    for index in 0..8 {
        let (upper, lower) = (eights[index], eights[index + 8]);
        let column = |from: __m512i, other: __m512i, is_second: bool| {
            if is_second {
                _mm512_shuffle_i32x4::<0xdd>(from, other)
            } else {
                _mm512_shuffle_i32x4::<0x88>(from, other)
            }
        };
        for (place, is_second) in [(index, false), (index + 8, true)] {
            // SAFETY: the reference covers 64 writable bytes.
            unsafe { _mm512_storeu_si512(to.0[place].as_mut_ptr().cast(), column(upper, lower, is_second)) };
        }
    }
}
