//! The weights of the MLP, packed for register tiles in both directions.

use std::ops::Range;

use super::super::panel::{Panel, WIDTH, load};
use super::super::simd::{Arithmetic, LANES, Lanes, Row, Several, math};
use super::super::tile::{ROWS, interleaved, interleaved_twice, single};
use crate::engine::cpu::memory::{optional, values};
use crate::engine::error::EngineResult;
use crate::engine::{Activation, FieldLayer};

/// An MLP.
pub(super) struct Network {
    pub(super) layers: Vec<Layer>,
    pub(super) activation: Activation,
}

/// One layer.
pub(super) struct Layer {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Weight, [out, in].
    pub(super) weight: Vec<f32>,
    /// Bias, `[out]`.
    pub(super) bias: Vec<f32>,
    pub(super) residual: bool,
    forward: Packed,
    backward: Packed,
    /// Weight transposed to [in, out], and the bias. Outputs are padded to registers with zeros.
    columns: Vec<[f32; LANES]>,
    bias_columns: Vec<[f32; LANES]>,
}

impl Network {
    pub(super) fn new(layers: &[FieldLayer<'_>], activation: Activation) -> EngineResult<Self> {
        let layers = layers.iter().map(Layer::new).collect::<EngineResult<_>>()?;
        Ok(Self { layers, activation })
    }

    /// Returns the number of multiplications per point.
    pub(super) fn cost(&self) -> usize {
        self.layers.iter().map(|layer| layer.inputs * layer.outputs).sum::<usize>().max(1)
    }

    /// Returns the largest number of inputs or outputs of a layer.
    pub(super) fn width(&self) -> usize {
        self.layers.iter().map(|layer| layer.inputs.max(layer.outputs)).max().unwrap_or(0)
    }
}

impl Layer {
    fn new(layer: &FieldLayer<'_>) -> EngineResult<Self> {
        let (outputs, inputs) = (layer.weight.shape[0], layer.weight.shape[1]);
        let weight = values(layer.weight)?.to_vec();
        let bias = optional(layer.bias)?.map_or_else(|| vec![0.0; outputs], <[f32]>::to_vec);
        let registers = outputs.div_ceil(LANES);
        let mut columns = vec![[0.0; LANES]; inputs * registers];
        let mut bias_columns = vec![[0.0; LANES]; registers];
        for output in 0..outputs {
            bias_columns[output / LANES][output % LANES] = bias[output];
            for input in 0..inputs {
                columns[input * registers + output / LANES][output % LANES] = weight[output * inputs + input];
            }
        }
        Ok(Self {
            columns,
            bias_columns,
            forward: Packed::new(outputs, inputs, |row, column| weight[row * inputs + column]),
            backward: Packed::new(inputs, outputs, |row, column| weight[column * inputs + row]),
            inputs,
            outputs,
            weight,
            bias,
            residual: layer.residual,
        })
    }

    /// Computes output = W · input + b and applies an epilogue. input: [inputs, ..]; output: [outputs, ..].
    #[inline(always)]
    pub(super) fn forward<L: Lanes>(&self, input: &[Panel], output: &mut [Panel], epilogue: Epilogue<'_>) {
        self.forward.multiply::<L>(Some(&self.bias), input, output, epilogue);
    }

    /// Computes output = Wᵀ · input and applies an epilogue. input: [outputs, ..]; output: [inputs, ..].
    #[inline(always)]
    pub(super) fn backward<L: Lanes>(&self, input: &[Panel], output: &mut [Panel], epilogue: Epilogue<'_>) {
        self.backward.multiply::<L>(None, input, output, epilogue);
    }

    /// Returns the bias of eight outputs, and their weights for each input.
    #[inline(always)]
    pub(super) fn column(&self, register: usize) -> (&[f32; LANES], impl Iterator<Item = &[f32; LANES]>) {
        let weights = self.columns.chunks(self.bias_columns.len()).map(move |column| &column[register]);
        (&self.bias_columns[register], weights)
    }

    /// Computes the first output of one panel, before the activation. The result equals that of
    /// [`forward`](Self::forward) bit for bit.
    #[inline(always)]
    pub(super) fn first_output<L: Lanes>(&self, input: &[Panel]) -> [L; 2] {
        let (input, bias) = (&input[..self.inputs], L::Row::splat(self.bias[0]));
        let row = &self.weight[..self.inputs];
        let sum = if self.outputs == 1 {
            single(row, input, bias)
        } else {
            let [sum] = interleaved::<L::Row, 1>(row.as_chunks::<1>().0, input, [bias]);
            sum
        };
        let mut panel = [0.0; WIDTH];
        sum.store(&mut panel);
        load::<L>(&panel)
    }
}

/// An operation on a layer's sums before they leave their registers. There, the divisions of one tile's
/// activation run in parallel with the next tile's sums.
pub(super) enum Epilogue<'a> {
    /// No operation.
    Stay,
    /// The activation.
    Activate(Activation),
    /// The activation. Its derivative is written to the given panels, [outputs, ..].
    ActivateWithSlope(Activation, &'a mut [Panel]),
    /// A multiplication by the given panels, [outputs, ..].
    Multiply(&'a [Panel]),
}

impl Epilogue<'_> {
    /// Returns the same operation for a range of rows.
    #[inline(always)]
    fn of_rows(&mut self, rows: Range<usize>) -> Epilogue<'_> {
        match self {
            Self::Stay => Epilogue::Stay,
            Self::Activate(activation) => Epilogue::Activate(*activation),
            Self::ActivateWithSlope(activation, slopes) => {
                Epilogue::ActivateWithSlope(*activation, &mut slopes[rows])
            }
            Self::Multiply(factors) => Epilogue::Multiply(&factors[rows]),
        }
    }
}

/// A matrix in groups of six rows, each stored as [column][row]. The last group holds the remaining rows.
struct Packed {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Packed {
    fn new(rows: usize, columns: usize, at: impl Fn(usize, usize) -> f32) -> Self {
        let mut values = Vec::with_capacity(rows * columns);
        for first in (0..rows).step_by(ROWS) {
            for column in 0..columns {
                for row in first..rows.min(first + ROWS) {
                    values.push(at(row, column));
                }
            }
        }
        Self { rows, columns, values }
    }

    /// Multiplies the matrix by one panel. The weights stream from the second-level cache. Versions in which
    /// two, three or four panels share the loaded weights were 4, 5 and 7 % slower (layers 36→64→64→4).
    #[inline(always)]
    fn multiply<L: Lanes>(
        &self,
        bias: Option<&[f32]>,
        input: &[Panel],
        output: &mut [Panel],
        mut epilogue: Epilogue<'_>,
    ) {
        let input = &input[..self.columns];
        let mut first = 0;
        while first < self.rows {
            let count = rows_at_once::<L>(self.rows - first);
            let group = &self.values[first * self.columns..][..count * self.columns];
            let bias = bias.map(|bias| &bias[first..first + count]);
            let output = &mut output[first..first + count];
            let epilogue = epilogue.of_rows(first..first + count);
            match count {
                1 if self.rows == 1 => alone::<L::Row>(group, bias, input, output, epilogue),
                1 => tile::<L::Row, 1>(group, bias, input, output, epilogue),
                2 => tile::<L::Row, 2>(group, bias, input, output, epilogue),
                3 => tile::<L::Row, 3>(group, bias, input, output, epilogue),
                4 => tile::<L::Row, 4>(group, bias, input, output, epilogue),
                5 => tile::<L::Row, 5>(group, bias, input, output, epilogue),
                ROWS => tile::<L::Row, ROWS>(group, bias, input, output, epilogue),
                7 => two_tiles::<L::Row, 1>(group, bias, input, output, epilogue),
                8 => two_tiles::<L::Row, 2>(group, bias, input, output, epilogue),
                9 => two_tiles::<L::Row, 3>(group, bias, input, output, epilogue),
                10 => two_tiles::<L::Row, 4>(group, bias, input, output, epilogue),
                11 => two_tiles::<L::Row, 5>(group, bias, input, output, epilogue),
                _ => two_tiles::<L::Row, ROWS>(group, bias, input, output, epilogue),
            }
            first += count;
        }
    }
}

/// Returns how many of the remaining rows to compute together: one group, or two groups if a row is one
/// register. Four sums take as long as eight sums, because eight sums hide the latency of their additions. So
/// tiles of few rows are avoided: 64 rows are 4 × 12, 6 and 10 rows instead of 5 × 12 and 4. This saves 2 to
/// 4 % of a decode (`cargo bench --bench engine_decode`).
#[inline(always)]
fn rows_at_once<L: Lanes>(left: usize) -> usize {
    match left {
        _ if !L::Row::IS_ONE_REGISTER => left.min(ROWS),
        0..=12 => left,
        13..=17 => ROWS,
        _ => 2 * ROWS,
    }
}

/// Returns the initial values of the sums of a group of rows.
#[inline(always)]
fn begin<W: Row, const R: usize>(bias: Option<&[f32]>) -> [W; R] {
    let mut start = [W::splat(0.0); R];
    if let Some(bias) = bias.and_then(|bias| bias.first_chunk::<R>()) {
        for (start, bias) in start.iter_mut().zip(bias) {
            *start = W::splat(*bias);
        }
    }
    start
}

/// Applies the epilogue to the sums of a group of rows and writes the results.
#[inline(always)]
fn end<W: Row, const R: usize>(sums: [W; R], output: &mut [Panel], epilogue: Epilogue<'_>) {
    let Some(output) = output.first_chunk_mut::<R>() else { return };
    match epilogue {
        Epilogue::Stay => {
            for (output, sum) in output.iter_mut().zip(sums) {
                sum.store(output);
            }
        }
        Epilogue::Activate(activation) => {
            let (pairs, rest) = sums.as_chunks::<2>();
            let (outputs, last) = output.as_chunks_mut::<2>();
            for (pair, [first, second]) in pairs.iter().zip(outputs) {
                let Several([a, b]) = two_activated(activation, Several(*pair));
                a.store(first);
                b.store(second);
            }
            for (sum, output) in rest.iter().zip(last) {
                activated(activation, *sum).store(output);
            }
        }
        Epilogue::ActivateWithSlope(activation, slopes) => {
            let (pairs, rest) = sums.as_chunks::<2>();
            let (outputs, last) = output.as_chunks_mut::<2>();
            let (slopes, last_slopes) = slopes.as_chunks_mut::<2>();
            for ((pair, [first, second]), [of_first, of_second]) in pairs.iter().zip(outputs).zip(slopes) {
                let (Several([a, b]), Several([c, d])) = two_activated_with_slope(activation, Several(*pair));
                a.store(first);
                b.store(second);
                c.store(of_first);
                d.store(of_second);
            }
            for ((sum, output), slope) in rest.iter().zip(last).zip(last_slopes) {
                let (value, derivative) = activated_with_slope(activation, *sum);
                value.store(output);
                derivative.store(slope);
            }
        }
        Epilogue::Multiply(factors) => {
            for ((output, sum), factor) in output.iter_mut().zip(sums).zip(factors) {
                sum.multiply(W::load(factor)).store(output);
            }
        }
    }
}

/// Applies the activation.
#[inline(always)]
fn activated<A: Arithmetic>(activation: Activation, x: A) -> A {
    match activation {
        Activation::Relu => x.maximum(A::splat(0.0)),
        Activation::Silu => math::silu(x),
    }
}

/// Applies the activation to two rows. The first row has an even index in every instruction set, so the same
/// two rows always share a division.
#[inline(always)]
fn two_activated<A: Arithmetic>(activation: Activation, x: Several<A, 2>) -> Several<A, 2> {
    match activation {
        Activation::Relu => activated(activation, x),
        Activation::Silu => math::silu_of_two(x),
    }
}

/// Returns the activation and its derivative.
#[inline(always)]
fn activated_with_slope<A: Arithmetic>(activation: Activation, x: A) -> (A, A) {
    match activation {
        Activation::Relu => (x.maximum(A::splat(0.0)), x.inside(A::splat(f32::INFINITY))),
        Activation::Silu => math::silu_with_slope(x),
    }
}

/// Returns the activation and its derivative for two rows, which share a division.
#[inline(always)]
fn two_activated_with_slope<A: Arithmetic>(
    activation: Activation,
    x: Several<A, 2>,
) -> (Several<A, 2>, Several<A, 2>) {
    match activation {
        Activation::Relu => activated_with_slope(activation, x),
        Activation::Silu => math::silu_of_two_with_slope(x),
    }
}

#[inline(always)]
fn tile<W: Row, const R: usize>(
    group: &[f32],
    bias: Option<&[f32]>,
    input: &[Panel],
    output: &mut [Panel],
    epilogue: Epilogue<'_>,
) {
    end(interleaved::<W, R>(group.as_chunks::<R>().0, input, begin(bias)), output, epilogue);
}

/// Computes a matrix of one row. It has its own function, since its sums are taken in another order.
#[inline(always)]
fn alone<W: Row>(
    row: &[f32],
    bias: Option<&[f32]>,
    input: &[Panel],
    output: &mut [Panel],
    epilogue: Epilogue<'_>,
) {
    let [start] = begin::<W, 1>(bias);
    end([single(row, input, start)], output, epilogue);
}

/// Computes a whole group and S rows of the next group, which follows it in `group`.
#[inline(always)]
fn two_tiles<W: Row, const S: usize>(
    group: &[f32],
    bias: Option<&[f32]>,
    input: &[Panel],
    output: &mut [Panel],
    mut epilogue: Epilogue<'_>,
) {
    let (first, second) = group.split_at(ROWS * input.len());
    let rows = (first.as_chunks::<ROWS>().0, second.as_chunks::<S>().0);
    let start = (begin(bias), begin(bias.map(|bias| &bias[ROWS..])));
    let (above, below) = interleaved_twice::<W, ROWS, S>(rows, input, start);
    let (top, bottom) = output.split_at_mut(ROWS);
    end(above, top, epilogue.of_rows(0..ROWS));
    end(below, bottom, epilogue.of_rows(ROWS..ROWS + S));
}

/// Adds `from` to `to`.
#[inline(always)]
pub(super) fn add<L: Lanes>(to: &mut [Panel], from: &[Panel]) {
    for (to, from) in to.iter_mut().zip(from) {
        L::Row::load(to).add(L::Row::load(from)).store(to);
    }
}
