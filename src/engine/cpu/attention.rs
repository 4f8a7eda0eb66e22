//! Attention, softmax(q kᵀ / √d + mask) v, for a block of queries at a time. The scores stay in the caches:
//! for long sequences, the keys are taken in blocks too, and each query's softmax is corrected from block to
//! block (Milakov and Gimelshein 2018, Dao et al. 2022).

use std::marker::PhantomData;

use super::norm::{exponentials, exponentials_below, largest};
use super::number::Number;
use super::panel::{Panel, WIDTH};
use super::pool::Workers;
use super::simd::{Instructions, LaneWork, Lanes};
use super::tile::{Rows, Strided, product, transpose};
use crate::math::exp;

/// Queries per block: a multiple of the tile's rows. 48 rows of 32 scores take 6 KiB.
const BLOCK: usize = 48;

/// Keys per block of a long sequence. 48 rows of 512 scores take 96 KiB, and the block's keys or values of
/// width 64 take 128 KiB, so they fit into the second-level cache.
const KEYS: usize = 512;

/// Number of keys from which a sequence is long.
const LONG: usize = 2_048;

/// Queries per task of a long sequence.
const LONG_TASK: usize = 16 * BLOCK;

/// The sizes of q [batch, heads, queries, width] and k [batch, heads, keys, width].
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) heads: usize,
    pub(super) queries: usize,
    pub(super) keys: usize,
    pub(super) width: usize,
}

/// The operands of attention.
#[derive(Clone, Copy)]
pub(super) struct Attention<'a> {
    pub(super) q: &'a [f32],
    pub(super) k: &'a [f32],
    pub(super) v: &'a [f32],
    /// Mask, [batch, keys], or `None`.
    pub(super) mask: Option<&'a [f32]>,
    pub(super) causal: bool,
    pub(super) sizes: Sizes,
}

impl Attention<'_> {
    /// Returns whether the products can be computed with a number type that holds `depths` depths.
    pub(super) fn accepts(&self, depths: usize) -> bool {
        self.sizes.width.is_multiple_of(depths)
    }

    /// Computes attention, with products of the number type N. to: same shape as q.
    pub(super) fn run<N: Number>(&self, workers: &Workers, instructions: Instructions, to: &mut [f32]) {
        let Sizes { queries, keys, width, .. } = self.sizes;
        if to.is_empty() {
            return;
        }
        if keys == 0 {
            to.fill(0.0);
            return;
        }
        // Each task packs the keys and values of its head again. So with few heads, a task takes several
        // blocks of one head. With many heads, a task takes a whole head.
        let head_count = to.len() / (queries * width);
        let is_long = keys >= LONG;
        let rows = match (is_long, head_count >= 2 * workers.count()) {
            // Here packing is a small part of the work. Small tasks keep all threads busy until the end.
            (true, _) => queries.min(LONG_TASK),
            (false, true) => queries,
            (false, false) => queries.min(4 * BLOCK),
        };
        let mut tasks: Vec<(usize, usize, &mut [f32])> = Vec::new();
        for (head, rows_of_head) in to.chunks_mut(queries * width).enumerate() {
            for (index, piece) in rows_of_head.chunks_mut(rows * width).enumerate() {
                tasks.push((head, index * rows, piece));
            }
        }
        let cost = rows * keys * (width / 4 + 4);
        workers.pieces(&mut tasks, 1, cost, |_, task| {
            for (head, first, to) in task {
                let head =
                    Head::<N> { attention: self, head: *head, first: *first, to, numbers: PhantomData };
                if is_long { N::run(instructions, LongHead(head)) } else { N::run(instructions, head) }
            }
        });
    }
}

/// A range of queries of one head.
struct Head<'a, N> {
    attention: &'a Attention<'a>,
    head: usize,
    first: usize,
    to: &'a mut [f32],
    numbers: PhantomData<N>,
}

impl<N: Number> LaneWork for Head<'_, N> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Attention { q, k, v, mask, causal, sizes } = *self.attention;
        let Sizes { heads, queries, keys, width } = sizes;
        let size = keys * width;
        let key_panels = columns_of_rows::<N>(&k[self.head * size..][..size], width);
        let value_panels = columns::<N>(&v[self.head * size..][..size], width);
        let mask = mask.map(|mask| &mask[self.head / heads * keys..][..keys]);
        let stride = keys.next_multiple_of(WIDTH);
        let mut scores = vec![0.0; BLOCK * stride];
        let mut rounded_queries = vec![N::default(); N::rounded_length(BLOCK * width)];
        let mut rounded_scores = vec![N::default(); N::rounded_length(BLOCK * stride)];
        let scale = 1.0 / (width as f32).sqrt();
        for (index, to) in self.to.chunks_mut(BLOCK * width).enumerate() {
            let first = self.first + index * BLOCK;
            let count = to.len() / width;
            let queries = &q[(self.head * queries + first) * width..][..count * width];
            let rows = Rows {
                values: N::rounded(queries, &mut rounded_queries),
                stride: width / N::DEPTHS,
                count,
                bias: None,
            };
            for (index, panel) in key_panels.chunks(width / N::DEPTHS).enumerate() {
                let mut to = Strided { values: &mut scores, start: index * WIDTH, stride, columns: WIDTH };
                product::<L, _>(rows, panel, &mut to);
            }
            for (query, row) in scores.chunks_mut(stride).take(count).enumerate() {
                let seen = if causal { keys.min(first + query + 1) } else { keys };
                let (row, hidden) = row[..keys].split_at_mut(seen);
                hidden.fill(0.0);
                match mask {
                    Some(mask) => row.iter_mut().zip(mask).for_each(|(s, m)| *s = *s * scale + m),
                    None => row.iter_mut().for_each(|s| *s *= scale),
                }
                let share = (1.0 / exponentials::<L>(row)) as f32;
                row.iter_mut().for_each(|s| *s *= share);
            }
            let values = N::rounded(&scores, &mut rounded_scores);
            let rows = Rows { values, stride: stride / N::DEPTHS, count, bias: None };
            for (index, panel) in value_panels.chunks(keys.div_ceil(N::DEPTHS)).enumerate() {
                let start = index * WIDTH;
                let mut to =
                    Strided { values: to, start, stride: width, columns: (width - start).min(WIDTH) };
                product::<L, _>(rows, panel, &mut to);
            }
        }
    }
}

/// A range of queries of one head, for a long sequence.
struct LongHead<'a, N>(Head<'a, N>);

impl<N: Number> LaneWork for LongHead<'_, N> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Head { attention, head, first, to, .. } = self.0;
        let Attention { q, k, v, mask, causal, sizes } = *attention;
        let Sizes { heads, queries, keys, width } = sizes;
        let size = keys * width;
        let key_panels = columns_of_rows::<N>(&k[head * size..][..size], width);
        let value_panels = columns::<N>(&v[head * size..][..size], width);
        let mask = mask.map(|mask| &mask[head / heads * keys..][..keys]);
        let scale = 1.0 / (width as f32).sqrt();
        let mut scores = vec![0.0; BLOCK * KEYS];
        let mut added = vec![0.0; BLOCK * width];
        let mut rounded_queries = vec![N::default(); N::rounded_length(BLOCK * width)];
        let mut rounded_scores = vec![N::default(); N::rounded_length(BLOCK * KEYS)];
        for (index, to) in to.chunks_mut(BLOCK * width).enumerate() {
            let first = first + index * BLOCK;
            let count = to.len() / width;
            let queries = &q[(head * queries + first) * width..][..count * width];
            let values = N::rounded(queries, &mut rounded_queries);
            let rows = Rows { values, stride: width / N::DEPTHS, count, bias: None };
            to.fill(0.0);
            let mut running = [Running::NONE; BLOCK];
            // With a causal mask, the keys after the last query of the block are not needed.
            let end = if causal { keys.min(first + count) } else { keys };
            for start in (0..end).step_by(KEYS) {
                let length = (end - start).min(KEYS);
                let panels =
                    key_panels.chunks(width / N::DEPTHS).skip(start / WIDTH).take(length.div_ceil(WIDTH));
                for (index, panel) in panels.enumerate() {
                    let mut to =
                        Strided { values: &mut scores, start: index * WIDTH, stride: KEYS, columns: WIDTH };
                    product::<L, _>(rows, panel, &mut to);
                }
                let rows_of_scores = scores.chunks_mut(KEYS).zip(&mut running);
                for (query, ((row, running), to)) in
                    rows_of_scores.zip(to.chunks_mut(width)).take(count).enumerate()
                {
                    let seen =
                        if causal { length.min((first + query + 1).saturating_sub(start)) } else { length };
                    // N may hold several scores in one value, so the row may continue beyond the block's last
                    // key. The scores of hidden keys and of this remainder become 0.
                    let (row, hidden) = row[..length.next_multiple_of(N::DEPTHS)].split_at_mut(seen);
                    hidden.fill(0.0);
                    match mask {
                        Some(mask) => {
                            row.iter_mut().zip(&mask[start..]).for_each(|(s, m)| *s = *s * scale + m)
                        }
                        None => row.iter_mut().for_each(|s| *s *= scale),
                    }
                    let kept = running.add::<L>(row);
                    to.iter_mut().for_each(|value| *value *= kept);
                }
                let values = N::rounded(&scores, &mut rounded_scores);
                let rows = Rows { values, stride: KEYS / N::DEPTHS, count, bias: None };
                let range = start / N::DEPTHS..(start + length).div_ceil(N::DEPTHS);
                for (index, panel) in value_panels.chunks(keys.div_ceil(N::DEPTHS)).enumerate() {
                    let column = index * WIDTH;
                    let columns = (width - column).min(WIDTH);
                    let mut to = Strided { values: &mut added, start: column, stride: width, columns };
                    product::<L, _>(rows, &panel[range.clone()], &mut to);
                }
                to.iter_mut().zip(&added).for_each(|(value, added)| *value += added);
            }
            for (row, running) in to.chunks_mut(width).zip(&running) {
                let share = running.share();
                row.iter_mut().for_each(|value| *value *= share);
            }
        }
    }
}

/// The softmax of a query over the keys so far.
#[derive(Clone, Copy)]
pub(super) struct Running {
    /// Largest score.
    most: f32,
    /// Sum of e^(score − most).
    total: f64,
}

impl Running {
    /// The softmax over no keys.
    pub(super) const NONE: Self = Self { most: f32::NEG_INFINITY, total: 0.0 };

    /// Returns the factor by which e^(score − most) is to be multiplied.
    pub(super) fn share(&self) -> f32 {
        (1.0 / self.total) as f32
    }

    /// Adds a row of scores, and replaces them by e^(score − most). Returns the factor by which sums with the
    /// earlier `most` must be multiplied.
    #[inline(always)]
    fn add<L: Lanes>(&mut self, row: &mut [f32]) -> f32 {
        let Some((most, kept)) = self.raise(largest::<L>(row)) else {
            if row.iter().any(|score| score.is_nan()) {
                self.add_total(f64::NAN);
            }
            row.fill(0.0);
            return 1.0;
        };
        self.add_total(exponentials_below::<L>(row, most));
        kept
    }

    /// Raises the largest score to at least `score`, and returns it with the factor by which sums with the
    /// earlier one must be multiplied. Returns `None` if there is no key so far, or every score is NaN or
    /// negative infinity.
    #[inline(always)]
    pub(super) fn raise(&mut self, score: f32) -> Option<(f32, f32)> {
        let most = self.most.max(score);
        if most == f32::NEG_INFINITY {
            return None;
        }
        let kept = exp(self.most - most);
        self.total *= f64::from(kept);
        self.most = most;
        Some((most, kept))
    }

    /// Adds the sum of e^(score − most) over some keys.
    #[inline(always)]
    pub(super) fn add_total(&mut self, sum: f64) {
        self.total += sum;
    }
}

/// Packs a row-major matrix into panels of sixteen columns, with zeros beyond the last column and row.
fn columns<N: Number>(matrix: &[f32], width: usize) -> Vec<Panel<N>> {
    let rows = matrix.len() / width;
    let mut panels = Vec::with_capacity(rows.div_ceil(N::DEPTHS) * width.div_ceil(WIDTH));
    for first in (0..width).step_by(WIDTH) {
        for rows in matrix.chunks(N::DEPTHS * width) {
            let mut numbers = [[0.0; WIDTH]; 2];
            for (numbers, row) in numbers.iter_mut().zip(rows.chunks(width)) {
                numbers.iter_mut().zip(&row[first..]).for_each(|(to, from)| *to = *from);
            }
            let mut panel = [N::default(); WIDTH];
            N::write(&mut panel, |depth, column| numbers[depth][column]);
            panels.push(panel);
        }
    }
    panels
}

/// Packs the transpose of a row-major matrix into panels of sixteen of its rows.
fn columns_of_rows<N: Number>(matrix: &[f32], width: usize) -> Vec<Panel<N>> {
    let depth = width / N::DEPTHS;
    let mut panels = vec![[N::default(); WIDTH]; (matrix.len() / width).div_ceil(WIDTH) * depth];
    for (rows, panels) in matrix.chunks(width * WIDTH).zip(panels.chunks_mut(depth.max(1))) {
        transpose(rows, width, panels);
    }
    panels
}
