//! Functions of each element, and of pairs of elements with broadcasting.

use super::pool::Workers;
use super::simd::{Arithmetic, Instructions, LANES, LaneWork, Lanes, Several, math};
use crate::engine::{Binary, Unary};
use crate::math::{cos, sin};

/// Elements per task.
const PIECE: usize = 8192;
/// Length below which rows of a broadcast are joined to a block, if all rows of an axis fit into a task.
const SHORT: usize = 64;

/// Computes to[i] = function(from[i]).
pub(super) fn unary(
    workers: &Workers,
    instructions: Instructions,
    function: Unary,
    from: &[f32],
    to: &mut [f32],
) {
    let cost = match function {
        Unary::Relu => 1,
        Unary::Sin | Unary::Cos => 32,
        _ => 2,
    };
    workers.pieces(to, PIECE, cost, |index, to| {
        let from = &from[index * PIECE..][..to.len()];
        match function {
            Unary::Sin => to.iter_mut().zip(from).for_each(|(y, x)| *y = sin(*x)),
            Unary::Sqrt => to.iter_mut().zip(from).for_each(|(y, x)| *y = x.sqrt()),
            Unary::Cos => to.iter_mut().zip(from).for_each(|(y, x)| *y = cos(*x)),
            _ => instructions.run(UnaryPiece { function, from, to }),
        }
    });
}

struct UnaryPiece<'a> {
    function: Unary,
    from: &'a [f32],
    to: &'a mut [f32],
}

/// Expands to the loop of one function, so that the function is selected once per piece.
macro_rules! each {
    ($self:ident, $x:ident => $body:expr) => {{
        let (from, from_tail) = $self.from.as_chunks::<LANES>();
        let (to, to_tail) = $self.to.as_chunks_mut::<LANES>();
        let (fours, from) = from.as_chunks::<4>();
        let (to_fours, to) = to.as_chunks_mut::<4>();
        for ([a, b, c, d], [e, f, g, h]) in to_fours.iter_mut().zip(fours) {
            let $x = Several([L::load(e), L::load(f), L::load(g), L::load(h)]);
            let Several([p, q, r, s]) = $body;
            p.store(a);
            q.store(b);
            r.store(c);
            s.store(d);
        }
        for (to, from) in to.iter_mut().zip(from) {
            let $x = Several([L::load(from)]);
            $body.0[0].store(to);
        }
        let mut padded = [0.0; LANES];
        padded[..from_tail.len()].copy_from_slice(from_tail);
        let $x = Several([L::load(&padded)]);
        $body.0[0].store(&mut padded);
        to_tail.copy_from_slice(&padded[..to_tail.len()]);
    }};
}

impl LaneWork for UnaryPiece<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        match self.function {
            Unary::Relu => each!(self, x => x.maximum(Arithmetic::splat(0.0))),
            Unary::Silu => each!(self, x => math::silu(x)),
            Unary::Gelu => each!(self, x => math::gelu(x)),
            Unary::QuickGelu => each!(self, x => math::quick_gelu(x)),
            Unary::Sigmoid => each!(self, x => math::sigmoid(x)),
            Unary::Softplus => each!(self, x => math::softplus(x)),
            Unary::Sqrt | Unary::Sin | Unary::Cos => {}
        }
    }
}

/// Computes to[i] = from[i] · scale + shift.
pub(super) fn affine(workers: &Workers, from: &[f32], scale: f32, shift: f32, to: &mut [f32]) {
    workers.pieces(to, PIECE, 1, |index, to| {
        for (y, x) in to.iter_mut().zip(&from[index * PIECE..]) {
            *y = x * scale + shift;
        }
    });
}

/// An operand of a broadcast: its values and its stride on each axis of the result (0 where it is repeated).
struct Operand<'a> {
    values: &'a [f32],
    strides: Vec<usize>,
}

impl<'a> Operand<'a> {
    fn new(values: &'a [f32], shape: &[usize], result: &[usize]) -> Self {
        let mut strides = vec![0; result.len()];
        let mut stride = 1;
        for (to, &size) in strides.iter_mut().rev().zip(shape.iter().rev()) {
            *to = if size == 1 { 0 } else { stride };
            stride *= size;
        }
        Self { values, strides }
    }
}

/// Drops axes of size 1, and joins adjacent axes that are contiguous in both operands. The result has at
/// least one axis.
fn collapse(shape: &[usize], operands: &mut [&mut Operand<'_>; 2]) -> Vec<usize> {
    let mut kept: Vec<(usize, [usize; 2])> = Vec::new();
    for (axis, &size) in shape.iter().enumerate() {
        let strides = [operands[0].strides[axis], operands[1].strides[axis]];
        match kept.last_mut() {
            _ if size == 1 => {}
            Some((last, outer)) if (0..2).all(|i| outer[i] == strides[i] * size) => {
                *last *= size;
                *outer = strides;
            }
            _ => kept.push((size, strides)),
        }
    }
    if kept.is_empty() {
        kept.push((1, [0, 0]));
    }
    for (index, operand) in operands.iter_mut().enumerate() {
        operand.strides = kept.iter().map(|(_, strides)| strides[index]).collect();
    }
    kept.into_iter().map(|(size, _)| size).collect()
}

/// Computes to = function(a, b), broadcast to `shape`.
pub(super) fn binary(
    workers: &Workers,
    instructions: Instructions,
    function: Binary,
    a: (&[f32], &[usize]),
    b: (&[f32], &[usize]),
    shape: &[usize],
    to: &mut [f32],
) {
    let mut a = Operand::new(a.0, a.1, shape);
    let mut b = Operand::new(b.0, b.1, shape);
    let shape = collapse(shape, &mut [&mut a, &mut b]);
    let Some((&row, outer)) = shape.split_last() else { return };
    // A task of one short row takes less time than its start, so the short rows of an axis are
    // joined to a block if they fit into a task.
    let (&rows, outer) = match outer.split_last() {
        Some((rows, outer)) if row < SHORT && rows * row <= PIECE => (rows, outer),
        _ => (&1, outer),
    };
    let is_block = rows > 1;
    // Long rows are cut into pieces, so that threads can also share a single long row.
    let row_pieces = if outer.is_empty() && !is_block { row.div_ceil(PIECE).max(1) } else { 1 };
    let row = row.div_ceil(row_pieces).max(1);
    let piece = rows * row;
    workers.pieces(to, piece, 1, |index, to| {
        let start = |operand: &Operand<'_>| {
            let mut rest = if outer.is_empty() { 0 } else { index };
            let mut offset = 0;
            for (&size, &stride) in outer.iter().zip(&operand.strides).rev() {
                offset += rest % size * stride;
                rest /= size;
            }
            let step = operand.strides.last().copied().unwrap_or(0);
            if outer.is_empty() {
                offset += index * piece * step;
            }
            (offset, step)
        };
        let ((a_start, a_step), (b_start, b_step)) = (start(&a), start(&b));
        let next = |operand: &Operand<'_>| if is_block { operand.strides[outer.len()] } else { 0 };
        instructions.run(BinaryRows {
            function,
            a: &a.values[a_start..],
            b: &b.values[b_start..],
            repeats: (a_step == 0, b_step == 0),
            next: (next(&a), next(&b)),
            row,
            to,
        });
    });
}

/// Consecutive rows of the result, or a piece of a row. In a row, an operand either `repeats` one value
/// (step 0) or has contiguous values (step 1). The last collapsed axis allows no other steps.
struct BinaryRows<'a> {
    function: Binary,
    a: &'a [f32],
    b: &'a [f32],
    repeats: (bool, bool),
    /// Distances from one row to the next in `a` and in `b`.
    next: (usize, usize),
    /// Length of a row.
    row: usize,
    to: &'a mut [f32],
}

impl BinaryRows<'_> {
    #[inline(always)]
    fn each(self, function: impl Fn(f32, f32) -> f32) {
        for (index, to) in self.to.chunks_mut(self.row).enumerate() {
            let (a, b) = (&self.a[index * self.next.0..], &self.b[index * self.next.1..]);
            match self.repeats {
                (false, false) => {
                    let length = to.len();
                    for ((y, &a), &b) in to.iter_mut().zip(&a[..length]).zip(&b[..length]) {
                        *y = function(a, b);
                    }
                }
                (false, true) => {
                    let b = b[0];
                    to.iter_mut().zip(a).for_each(|(y, &a)| *y = function(a, b));
                }
                (true, false) => {
                    let a = a[0];
                    to.iter_mut().zip(b).for_each(|(y, &b)| *y = function(a, b));
                }
                (true, true) => to.fill(function(a[0], b[0])),
            }
        }
    }
}

impl LaneWork for BinaryRows<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        match self.function {
            Binary::Add => self.each(|a, b| a + b),
            Binary::Subtract => self.each(|a, b| a - b),
            Binary::Multiply => self.each(|a, b| a * b),
            Binary::Divide => self.each(|a, b| a / b),
        }
    }
}
