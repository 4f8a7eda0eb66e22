//! Attention, softmax(q kᵀ / √d + mask) v, for a block of queries at a time. The scores stay in the
//! first-level cache.

use super::norm::exponentials;
use super::pool::Workers;
use super::simd::{Instructions, LaneWork, Lanes};
use super::tile::{Panel, Rows, Strided, WIDTH, product};

/// Queries per block: a multiple of the tile's rows. 48 rows of 32 scores take 6 KiB.
const BLOCK: usize = 48;

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
    /// Computes attention. to: same shape as q.
    pub(super) fn run(&self, workers: &Workers, instructions: Instructions, to: &mut [f32]) {
        let Sizes { queries, keys, width, .. } = self.sizes;
        if to.is_empty() {
            return;
        }
        if keys == 0 {
            to.fill(0.0);
            return;
        }
        // A task packs its head's keys and values again. So with few heads, a task takes several blocks of
        // one head; with many, a whole head.
        let head_count = to.len() / (queries * width);
        let rows = if head_count >= 2 * workers.count() { queries } else { queries.min(4 * BLOCK) };
        let mut tasks: Vec<(usize, usize, &mut [f32])> = Vec::new();
        for (head, rows_of_head) in to.chunks_mut(queries * width).enumerate() {
            for (index, piece) in rows_of_head.chunks_mut(rows * width).enumerate() {
                tasks.push((head, index * rows, piece));
            }
        }
        let cost = rows * keys * (width / 4 + 4);
        workers.pieces(&mut tasks, 1, cost, |_, task| {
            for (head, first, to) in task {
                instructions.run(Head { attention: self, head: *head, first: *first, to });
            }
        });
    }
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
        let Attention { q, k, v, mask, causal, sizes } = *self.attention;
        let Sizes { heads, queries, keys, width } = sizes;
        let size = keys * width;
        let key_panels = columns_of_rows(&k[self.head * size..][..size], width);
        let value_panels = columns(&v[self.head * size..][..size], width);
        let mask = mask.map(|mask| &mask[self.head / heads * keys..][..keys]);
        let stride = keys.next_multiple_of(WIDTH);
        let mut scores = vec![0.0; BLOCK * stride];
        let scale = 1.0 / (width as f32).sqrt();
        for (index, to) in self.to.chunks_mut(BLOCK * width).enumerate() {
            let first = self.first + index * BLOCK;
            let count = to.len() / width;
            let rows = Rows {
                values: &q[(self.head * queries + first) * width..],
                stride: width,
                count,
                bias: None,
            };
            for (index, panel) in key_panels.chunks(width).enumerate() {
                let mut to = Strided { values: &mut scores, start: index * WIDTH, stride, columns: WIDTH };
                product::<L>(rows, panel, &mut to);
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
            let rows = Rows { values: &scores, stride, count, bias: None };
            for (index, panel) in value_panels.chunks(keys).enumerate() {
                let start = index * WIDTH;
                let mut to =
                    Strided { values: to, start, stride: width, columns: (width - start).min(WIDTH) };
                product::<L>(rows, panel, &mut to);
            }
        }
    }
}

/// Packs a row-major matrix into panels of sixteen columns, with zeros beyond the last column.
fn columns(matrix: &[f32], width: usize) -> Vec<Panel> {
    let rows = matrix.len() / width;
    let mut panels = Vec::with_capacity(rows * width.div_ceil(WIDTH));
    for first in (0..width).step_by(WIDTH) {
        for row in matrix.chunks(width) {
            let mut panel = [0.0; WIDTH];
            for (to, from) in panel.iter_mut().zip(&row[first..]) {
                *to = *from;
            }
            panels.push(panel);
        }
    }
    panels
}

/// Packs the transpose of a row-major matrix into panels of sixteen of its rows.
fn columns_of_rows(matrix: &[f32], width: usize) -> Vec<Panel> {
    let mut panels = Vec::with_capacity((matrix.len() / width).div_ceil(WIDTH) * width);
    for rows in matrix.chunks(width * WIDTH) {
        for depth in 0..width {
            let mut panel = [0.0; WIDTH];
            for (to, row) in panel.iter_mut().zip(rows.chunks(width)) {
                *to = row[depth];
            }
            panels.push(panel);
        }
    }
    panels
}
