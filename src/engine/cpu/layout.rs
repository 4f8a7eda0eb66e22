//! Kernels that move values without changing them.

use super::panel::WIDTH;
use super::pool::Workers;
use super::simd::{Arithmetic, Instructions, LaneWork, Lanes, Row};

/// Returns the row-major strides of a shape.
pub(super) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

/// Side of the square block that a transpose reads and writes: 16 cache lines of 64 bytes in each direction.
const BLOCK: usize = 16;

/// Permutes the axes: axis i of the result is axis `axes[i]` of x.
pub(super) fn permute(
    workers: &Workers,
    instructions: Instructions,
    x: &[f32],
    shape: &[usize],
    axes: &[usize],
    to: &mut [f32],
) {
    if to.is_empty() {
        return;
    }
    let from = strides(shape);
    // The axes of the result as (size, stride in x). Adjacent axes that are also adjacent in x are joined.
    let mut walk: Vec<(usize, usize)> = Vec::new();
    for &axis in axes {
        let (size, stride) = (shape[axis], from[axis]);
        match walk.last_mut() {
            _ if size == 1 => {}
            Some((last, outer)) if *outer == stride * size => {
                *last *= size;
                *outer = stride;
            }
            _ => walk.push((size, stride)),
        }
    }
    match walk.as_slice() {
        [] | [(_, 1)] => to.copy_from_slice(x),
        [outer @ .., (size, 1)] => workers.pieces(to, *size, 1, |index, row| {
            row.copy_from_slice(&x[offset(outer, index)..][..row.len()]);
        }),
        // The last two axes of the result are a transposed matrix of x.
        [outer @ .., (rows, 1), (columns, stride)] => {
            // A task takes a whole matrix, or some of its rows if there are few matrices.
            let matrices = to.len() / (rows * columns);
            let part = rows.div_ceil((4 * workers.count()).div_ceil(matrices)).next_multiple_of(BLOCK);
            let mut tasks: Vec<(usize, &mut [f32])> = Vec::new();
            for (index, matrix) in to.chunks_mut(rows * columns).enumerate() {
                let parts = matrix.chunks_mut(part * columns).enumerate();
                tasks.extend(parts.map(|(first, to)| (offset(outer, index) + first * part, to)));
            }
            workers.pieces(&mut tasks, 1, 4 * part.min(*rows) * columns, |_, task| {
                task.iter_mut()
                    .for_each(|(start, to)| transpose(instructions, &x[*start..], *stride, to, *columns));
            });
        }
        [outer @ .., (size, stride)] => workers.pieces(to, *size, 4, |index, row| {
            let start = offset(outer, index);
            row.iter_mut().zip(x[start..].iter().step_by(*stride)).for_each(|(y, x)| *y = *x);
        }),
    }
}

/// Returns the offset of entry `index` of these axes.
fn offset(axes: &[(usize, usize)], index: usize) -> usize {
    let mut rest = index;
    let mut offset = 0;
    for &(size, stride) in axes.iter().rev() {
        offset += rest % size * stride;
        rest /= size;
    }
    offset
}

/// Computes to[i][j] = from[j · stride + i], block by block. Each block is copied first: with a stride of
/// whole pages, all its rows lie in one set of the first-level cache, and would evict each other.
fn transpose(instructions: Instructions, from: &[f32], stride: usize, to: &mut [f32], columns: usize) {
    let rows = to.len() / columns.max(1);
    match columns {
        2 => return instructions.run(Interleave::<2>::new(from, stride, to)),
        3 => return instructions.run(Interleave::<3>::new(from, stride, to)),
        4 => return instructions.run(Interleave::<4>::new(from, stride, to)),
        6 => return instructions.run(Interleave::<6>::new(from, stride, to)),
        _ => {}
    }
    let mut block = [[0.0; BLOCK]; BLOCK];
    for first_row in (0..rows).step_by(BLOCK) {
        let high = BLOCK.min(rows - first_row);
        for first_column in (0..columns).step_by(BLOCK) {
            let wide = BLOCK.min(columns - first_column);
            for (column, copy) in block.iter_mut().take(wide).enumerate() {
                let from = &from[(first_column + column) * stride + first_row..];
                // A copy of a known length needs no call.
                match from.first_chunk() {
                    Some(whole) if high == BLOCK => *copy = *whole,
                    _ => copy[..high].copy_from_slice(&from[..high]),
                }
            }
            for row in 0..high {
                let to = &mut to[(first_row + row) * columns + first_column..][..wide];
                to.iter_mut().zip(&block).for_each(|(y, copy)| *y = copy[row]);
            }
        }
    }
}

/// Does the same as [`transpose`] for so few columns C that a set of the first-level cache holds a line of
/// each column, and lines of the result too.
struct Interleave<'a, const C: usize> {
    columns: [&'a [f32]; C],
    to: &'a mut [f32],
}

impl<'a, const C: usize> Interleave<'a, C> {
    fn new(from: &'a [f32], stride: usize, to: &'a mut [f32]) -> Self {
        let rows = to.len() / C;
        Self { columns: std::array::from_fn(|column| &from[column * stride..][..rows]), to }
    }
}

impl<const C: usize> LaneWork for Interleave<'_, C> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { columns, to } = self;
        let rows = to.len() / C;
        let (blocks, _) = to.as_chunks_mut::<WIDTH>();
        for (block, to) in blocks.chunks_exact_mut(C).enumerate() {
            let mut lanes = [L::Row::splat(0.0); C];
            for (lanes, column) in lanes.iter_mut().zip(columns) {
                if let Some(numbers) = column[block * WIDTH..].first_chunk() {
                    *lanes = L::Row::load(numbers);
                }
            }
            for (to, lanes) in to.iter_mut().zip(L::Row::interleave(lanes)) {
                lanes.store(to);
            }
        }
        for row in rows / WIDTH * WIDTH..rows {
            for (to, column) in to[row * C..].iter_mut().zip(columns) {
                *to = column[row];
            }
        }
    }
}

/// An input of a concatenation: its values, and how many of them are contiguous in the result.
pub(super) type ConcatInput<'a> = (&'a [f32], usize);

/// Concatenates parts. A row of the result has one run of contiguous values from each part.
pub(super) fn concat(workers: &Workers, parts: &[ConcatInput<'_>], to: &mut [f32]) {
    let row: usize = parts.iter().map(|(_, run)| run).sum();
    workers.pieces(to, row, 1, |index, mut to| {
        for &(values, run) in parts {
            let (head, rest) = std::mem::take(&mut to).split_at_mut(run);
            head.copy_from_slice(&values[index * run..][..run]);
            to = rest;
        }
    });
}

/// Copies `length` entries of the middle axis of [outer, size, inner], beginning at `start`.
pub(super) fn narrow(
    workers: &Workers,
    x: &[f32],
    (size, inner): (usize, usize),
    (start, length): (usize, usize),
    to: &mut [f32],
) {
    workers.pieces(to, length * inner, 1, |index, row| {
        row.copy_from_slice(&x[(index * size + start) * inner..][..row.len()]);
    });
}

/// Copies the rows `ids` of a table of width `width`.
pub(super) fn embedding(workers: &Workers, table: &[f32], width: usize, ids: &[u32], to: &mut [f32]) {
    workers.pieces(to, width, 1, |index, row| {
        row.copy_from_slice(&table[ids[index] as usize * width..][..row.len()]);
    });
}

/// Repeats each pixel `factor` times along both axes. x: rows of `width` pixels.
pub(super) fn upsample_nearest(workers: &Workers, x: &[f32], width: usize, factor: usize, to: &mut [f32]) {
    let wide = width * factor;
    workers.pieces(to, wide * factor, 1, |index, rows| {
        let from = &x[index * width..][..width];
        let mut copies = rows.chunks_mut(wide.max(1));
        let Some(first) = copies.next() else { return };
        for (y, x) in first.chunks_mut(factor).zip(from) {
            y.fill(*x);
        }
        copies.for_each(|row| row.copy_from_slice(first));
    });
}
