//! The MLP's weights, packed for register tiles in both directions.

use super::super::simd::{Arithmetic, LANES, Lanes, Row, Several, math};
use super::super::tile::{Panel, ROWS, interleaved, interleaved_twice, load, rows_at_once, store};
use super::super::{optional, values};
use crate::engine::{Activation, EngineResult, FieldLayer};

/// An MLP.
pub(super) struct Network {
    pub(super) layers: Vec<Layer>,
    pub(super) activation: Activation,
}

/// One layer.
pub(super) struct Layer {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// [out, in].
    pub(super) weight: Vec<f32>,
    /// [out].
    pub(super) bias: Vec<f32>,
    pub(super) residual: bool,
    forward: Packed,
    backward: Packed,
    /// [in, out], outputs padded to registers with zeros; and the bias likewise.
    columns: Vec<[f32; LANES]>,
    bias_columns: Vec<[f32; LANES]>,
}

impl Network {
    pub(super) fn new(layers: &[FieldLayer<'_>], activation: Activation) -> EngineResult<Self> {
        let layers = layers.iter().map(Layer::new).collect::<EngineResult<_>>()?;
        Ok(Self { layers, activation })
    }

    /// Multiplications a point.
    pub(super) fn cost(&self) -> usize {
        self.layers.iter().map(|layer| layer.inputs * layer.outputs).sum::<usize>().max(1)
    }

    /// The widest array of features between layers.
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

    /// output = W · input + b, before the activation. input: [inputs, ..]; output: [outputs, ..].
    #[inline(always)]
    pub(super) fn forward<L: Lanes>(&self, input: &[Panel], output: &mut [Panel]) {
        self.forward.multiply::<L>(Some(&self.bias), input, output);
    }

    /// output = Wᵀ · input. input: [outputs, ..]; output: [inputs, ..].
    #[inline(always)]
    pub(super) fn backward<L: Lanes>(&self, input: &[Panel], output: &mut [Panel]) {
        self.backward.multiply::<L>(None, input, output);
    }

    /// Eight outputs: their bias and, input by input, their weights.
    #[inline(always)]
    pub(super) fn column(&self, register: usize) -> (&[f32; LANES], impl Iterator<Item = &[f32; LANES]>) {
        let weights = self.columns.chunks(self.bias_columns.len()).map(move |column| &column[register]);
        (&self.bias_columns[register], weights)
    }

    /// The first output before the activation, of one panel.
    #[inline(always)]
    pub(super) fn first_output<L: Lanes>(&self, input: &[Panel]) -> [L; 2] {
        let (row, _) = self.weight[..self.inputs].as_chunks::<1>();
        let bias = Several::<L, 2>::splat(self.bias[0]);
        let [Several(sum)] = interleaved::<_, 1>(row, &input[..self.inputs], [bias]);
        sum
    }
}

/// A matrix in groups of six rows, each group as [column][row]; the last group holds the rows left.
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

    /// One panel at a time: the weights stream from the second-level cache, and two, three or four panels that share
    /// them measured 4, 5 and 7 % slower (36→64→64→4).
    #[inline(always)]
    fn multiply<L: Lanes>(&self, bias: Option<&[f32]>, input: &[Panel], output: &mut [Panel]) {
        let input = &input[..self.columns];
        let mut first = 0;
        while first < self.rows {
            let count = rows_at_once::<L>(self.rows - first);
            let group = &self.values[first * self.columns..][..count * self.columns];
            let bias = bias.map(|bias| &bias[first..first + count]);
            let output = &mut output[first..first + count];
            match count {
                1 => tile::<L::Row, 1>(group, bias, input, output),
                2 => tile::<L::Row, 2>(group, bias, input, output),
                3 => tile::<L::Row, 3>(group, bias, input, output),
                4 => tile::<L::Row, 4>(group, bias, input, output),
                5 => tile::<L::Row, 5>(group, bias, input, output),
                ROWS => tile::<L::Row, ROWS>(group, bias, input, output),
                _ => two_tiles::<L::Row>(group, bias, input, output),
            }
            first += count;
        }
    }
}

/// Where the sums of a group of rows begin.
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

/// Writes the sums of a group of rows.
#[inline(always)]
fn end<W: Row, const R: usize>(sums: [W; R], output: &mut [Panel]) {
    if let Some(output) = output.first_chunk_mut::<R>() {
        for (output, sum) in output.iter_mut().zip(sums) {
            sum.store(output);
        }
    }
}

#[inline(always)]
fn tile<W: Row, const R: usize>(group: &[f32], bias: Option<&[f32]>, input: &[Panel], output: &mut [Panel]) {
    end(interleaved::<W, R>(group.as_chunks::<R>().0, input, begin(bias)), output);
}

/// Two whole groups, one after the other in `group`.
#[inline(always)]
fn two_tiles<W: Row>(group: &[f32], bias: Option<&[f32]>, input: &[Panel], output: &mut [Panel]) {
    let (first, second) = group.split_at(group.len() / 2);
    let rows = [first.as_chunks::<ROWS>().0, second.as_chunks::<ROWS>().0];
    let start = [begin(bias), begin(bias.map(|bias| &bias[ROWS..]))];
    let [above, below] = interleaved_twice::<W, ROWS>(rows, input, start);
    let (top, bottom) = output.split_at_mut(ROWS);
    end(above, top);
    end(below, bottom);
}

/// Applies the activation in place, two panels side by side.
#[inline(always)]
pub(super) fn activate<L: Lanes>(activation: Activation, panels: &mut [Panel]) {
    match activation {
        Activation::Relu => {
            for panel in panels {
                L::Row::load(panel).maximum(L::Row::splat(0.0)).store(panel);
            }
        }
        Activation::Silu => {
            let (pairs, rest) = panels.as_chunks_mut::<2>();
            for [first, second] in pairs {
                let Several([a, b]) = math::silu(Several([L::Row::load(first), L::Row::load(second)]));
                a.store(first);
                b.store(second);
            }
            for panel in rest {
                math::silu(L::Row::load(panel)).store(panel);
            }
        }
    }
}

/// Applies the activation in place and writes its derivative.
#[inline(always)]
pub(super) fn activate_with_slope<L: Lanes>(
    activation: Activation,
    panels: &mut [Panel],
    slopes: &mut [Panel],
) {
    for (panel, slope) in panels.iter_mut().zip(slopes) {
        match activation {
            Activation::Relu => {
                let [a, b] = load::<L>(panel);
                let (limit, zero) = (L::splat(f32::INFINITY), L::splat(0.0));
                store([a.inside(limit), b.inside(limit)], slope);
                store([a.maximum(zero), b.maximum(zero)], panel);
            }
            Activation::Silu => {
                let (values, derivatives) = math::silu_with_slope(L::Row::load(panel));
                values.store(panel);
                derivatives.store(slope);
            }
        }
    }
}

/// to += from.
#[inline(always)]
pub(super) fn add<L: Lanes>(to: &mut [Panel], from: &[Panel]) {
    for (to, from) in to.iter_mut().zip(from) {
        L::Row::load(to).add(L::Row::load(from)).store(to);
    }
}
