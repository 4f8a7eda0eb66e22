//! Attention, for blocks of queries and keys, as in [`super::super::attention`].

use super::rounding::{pairs, tiles_of, transposed_tiles_of};
use super::tiles::{DEPTH, Operands, SIDE, Session, Tile};
use crate::engine::cpu::attention::{Attention, Running, Sizes};
use crate::engine::cpu::number::{Number, Pair};
use crate::engine::cpu::pool::Workers;
use crate::engine::cpu::simd::{Arithmetic, Instructions, LaneWork, Lanes, Row, Several, math};

/// Number of queries that are computed together: two tiles.
const QUERIES: usize = 2 * SIDE;

/// Largest number of keys whose scores are computed together. 32 rows of 512 scores take 64 KiB.
const KEYS: usize = 512;

/// Queries per task of a long sequence. Each task packs the keys and values of its head again.
const TASK: usize = 768;

/// Computes attention. to: same shape as q.
pub(in crate::engine::cpu) fn run(
    attention: &Attention<'_>,
    workers: &Workers,
    instructions: Instructions,
    to: &mut [f32],
) {
    let Sizes { queries, keys, width, .. } = attention.sizes;
    if to.is_empty() {
        return;
    }
    if keys == 0 {
        to.fill(0.0);
        return;
    }
    let mut tasks: Vec<(usize, usize, &mut [f32])> = Vec::new();
    for (head, rows_of_head) in to.chunks_mut(queries * width).enumerate() {
        for (index, piece) in rows_of_head.chunks_mut(TASK * width).enumerate() {
            tasks.push((head, index * TASK, piece));
        }
    }
    let cost = queries.min(TASK) * keys * (width / 32 + 4);
    workers.pieces(&mut tasks, 1, cost, |_, task| {
        for (head, first, to) in task {
            Pair::run(instructions, Head { attention, head: *head, first: *first, to });
        }
    });
}

/// A range of queries of one head.
struct Head<'a> {
    attention: &'a Attention<'a>,
    head: usize,
    first: usize,
    to: &'a mut [f32],
}

impl LaneWork for Head<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { attention, head, first, to } = self;
        let Attention { q, k, v, mask, causal, sizes } = *attention;
        let Sizes { heads, queries, keys, width } = sizes;
        let size = keys * width;
        let scale = 1.0 / (width as f32).sqrt();
        let depth = width.div_ceil(DEPTH);
        let columns = width.div_ceil(SIDE);
        let mask = mask.map(|mask| &mask[head / heads * keys..][..keys]);
        // Keys, [blocks of 16 keys][depth]. A group of keys consists of whole tiles of values.
        let mut key_tiles = vec![Tile::ZERO; keys.next_multiple_of(DEPTH) / SIDE * depth];
        for (rows, to) in k[head * size..][..size].chunks(SIDE * width).zip(key_tiles.chunks_exact_mut(depth))
        {
            transposed_tiles_of(rows, width, to);
        }
        // Values, [blocks of 32 keys][columns].
        let mut value_tiles = vec![Tile::ZERO; keys.div_ceil(DEPTH) * columns];
        for (rows, to) in
            v[head * size..][..size].chunks(DEPTH * width).zip(value_tiles.chunks_exact_mut(columns))
        {
            values(rows, width, to);
        }
        let mut query_tiles = vec![Tile::ZERO; 2 * depth];
        let mut score_tiles = vec![Tile::ZERO; 2 * KEYS / DEPTH];
        let mut scores = vec![0.0_f32; QUERIES * KEYS];
        let stride = columns.next_multiple_of(2) * SIDE;
        let mut sums = vec![0.0_f32; QUERIES * stride];
        let zeros = [0.0_f32; SIDE];
        let to_tiles: Vec<usize> =
            (0..depth.max(KEYS / DEPTH)).map(|index| index * size_of::<Tile>()).collect();
        let to_values: Vec<usize> =
            (0..KEYS / DEPTH).map(|index| index * columns * size_of::<Tile>()).collect();
        // SAFETY: an engine calls this function only if the system allows it to use tile registers.
        let session = unsafe { Session::new() };
        for (index, to) in to.chunks_mut(QUERIES * width).enumerate() {
            let first = first + index * QUERIES;
            let count = to.len() / width;
            let blocks = count.div_ceil(SIDE);
            let from = &q[(head * queries + first) * width..][..count * width];
            for (rows, to) in from.chunks(SIDE * width).zip(query_tiles.chunks_exact_mut(depth)) {
                tiles_of(rows, width, to);
            }
            sums.fill(0.0);
            let mut running = [Running::NONE; QUERIES];
            // With a causal mask, the keys after the last query of the block are not needed.
            let end = if causal { keys.min(first + count) } else { keys };
            for start in (0..end).step_by(KEYS) {
                let length = (end - start).min(KEYS);
                let whole = length.next_multiple_of(DEPTH);
                for key in (0..whole / SIDE).step_by(2) {
                    let tile =
                        |index: usize| key_tiles[(start / SIDE + key + index) * depth..][..depth].as_ptr();
                    let operands = Operands {
                        rows: [0, blocks - 1].map(|block| query_tiles[block * depth..].as_ptr()),
                        columns: [0, 1].map(|index| tile(index).cast()),
                        columns_stride: size_of::<[u16; DEPTH]>(),
                        offsets: to_tiles.as_ptr(),
                        count: depth,
                        start: [zeros.as_ptr(); 4],
                        start_stride: 0,
                    };
                    let places = places(&mut scores, KEYS, key * SIDE);
                    // SAFETY: all operands are whole tiles, and `scores` has all results.
                    unsafe { operands.multiply(&session, (blocks, 2), places, KEYS) };
                }
                for (query, scores) in scores.chunks_exact_mut(KEYS).take(count).enumerate() {
                    let seen =
                        if causal { length.min((first + query + 1).saturating_sub(start)) } else { length };
                    let scores = &mut scores[..whole];
                    scores[seen..].fill(f32::NEG_INFINITY);
                    let mut scale = scale;
                    if let Some(mask) = mask {
                        scores.iter_mut().zip(&mask[start..]).for_each(|(s, m)| *s = *s * scale + m);
                        scale = 1.0;
                    }
                    let tiles = &mut score_tiles[query / SIDE * (KEYS / DEPTH)..][..whole / DEPTH];
                    let kept = running[query].add_rounded::<L>(scores, scale, query % SIDE, tiles);
                    if kept != 1.0 {
                        sums[query * stride..][..width].iter_mut().for_each(|value| *value *= kept);
                    }
                }
                for column in (0..columns).step_by(2) {
                    let counts = (blocks, (columns - column).min(2));
                    let tile = |index: usize| {
                        value_tiles[start / DEPTH * columns + column + index.min(counts.1 - 1)..].as_ptr()
                    };
                    let places = places(&mut sums, stride, column * SIDE);
                    let operands = Operands {
                        rows: [0, blocks - 1].map(|block| score_tiles[block * (KEYS / DEPTH)..].as_ptr()),
                        columns: [0, 1].map(|index| tile(index).cast()),
                        columns_stride: size_of::<[u16; DEPTH]>(),
                        offsets: to_values.as_ptr(),
                        count: whole / DEPTH,
                        start: places.map(<*mut f32>::cast_const),
                        start_stride: stride * size_of::<f32>(),
                    };
                    // SAFETY: all operands are whole tiles, and `sums` has all results, which are the
                    // initial values too.
                    unsafe { operands.multiply(&session, counts, places, stride) };
                }
            }
            for ((to, sums), running) in
                to.chunks_exact_mut(width).zip(sums.chunks_exact(stride)).zip(&running)
            {
                let share = running.share();
                to.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum * share);
            }
        }
    }
}

impl Running {
    /// Does the same as [`Running::add`] with the scores · scale, and writes the results to a row of tiles.
    /// The number of scores is a multiple of 32.
    #[inline(always)]
    fn add_rounded<L: Lanes>(&mut self, scores: &[f32], scale: f32, row: usize, tiles: &mut [Tile]) -> f32 {
        let (chunks, _) = scores.as_chunks::<SIDE>();
        let mut lanes = L::Row::splat(f32::NEG_INFINITY);
        for chunk in chunks {
            lanes = lanes.maximum(L::Row::load(chunk));
        }
        let mut values = [0.0; SIDE];
        lanes.store(&mut values);
        let largest = values.into_iter().fold(f32::NEG_INFINITY, f32::max) * scale;
        let Some((most, kept)) = self.raise(largest) else {
            if scores.iter().any(|score| score.is_nan()) {
                self.add_total(f64::NAN);
            }
            tiles.iter_mut().for_each(|tile| tile.0[row].fill(0));
            return 1.0;
        };
        let mut sum = L::Row::splat(0.0);
        let (pairs, rest) = tiles.as_chunks_mut::<2>();
        let (fours, last) = chunks.as_chunks::<4>();
        for (from, [first, second]) in fours.iter().zip(pairs) {
            let results = exponentials::<L, 4>(from, scale, most, &mut sum);
            super::rounding::row(results[..2].as_flattened(), &mut first.0[row]);
            super::rounding::row(results[2..].as_flattened(), &mut second.0[row]);
        }
        if let ([tile], Some(from)) = (rest, last.first_chunk::<2>()) {
            let results = exponentials::<L, 2>(from, scale, most, &mut sum);
            super::rounding::row(results.as_flattened(), &mut tile.0[row]);
        }
        sum.store(&mut values);
        self.add_total(values.into_iter().map(f64::from).sum());
        kept
    }
}

/// Returns e^(score · scale − most) for N · 16 scores, and adds the results to `sum`.
#[inline(always)]
fn exponentials<L: Lanes, const N: usize>(
    scores: &[[f32; SIDE]; N],
    scale: f32,
    most: f32,
    sum: &mut L::Row,
) -> [[f32; SIDE]; N] {
    let mut lanes = Several([L::Row::splat(0.0); N]);
    for (lanes, scores) in lanes.0.iter_mut().zip(scores) {
        *lanes = L::Row::load(scores);
    }
    let lanes = lanes.multiply_add(Several::splat(-scale), Several::splat(most));
    let lanes = math::negative_exponential(lanes);
    let mut results = [[0.0; SIDE]; N];
    for (result, lanes) in results.iter_mut().zip(lanes.0) {
        lanes.store(result);
        *sum = sum.add(lanes);
    }
    results
}

/// Returns the places of two by two tiles in rows with a distance of `stride`.
#[inline(always)]
fn places(numbers: &mut [f32], stride: usize, column: usize) -> [*mut f32; 4] {
    let start = numbers.as_mut_ptr();
    [0, SIDE, SIDE * stride, SIDE * stride + SIDE].map(|offset| start.wrapping_add(column + offset))
}

/// Rounds up to 32 rows of values to the tiles of a second operand, whose depths they are. to: one tile for
/// each sixteen columns.
#[inline(always)]
fn values(rows: &[f32], width: usize, to: &mut [Tile]) {
    for (depth, rows) in rows.chunks(2 * width).enumerate() {
        let (first, second) = rows.split_at(width);
        for (index, tile) in to.iter_mut().enumerate() {
            let range = index * SIDE..((index + 1) * SIDE).min(width);
            let second = second.get(range.clone()).unwrap_or_default();
            let to: &mut [Pair] = bytemuck::cast_slice_mut(&mut tile.0[depth]);
            pairs(&first[range], second, to);
        }
    }
}
