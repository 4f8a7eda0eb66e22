//! Plain f64 definitions of every kernel, with which the engines are compared.

use att3d::engine::{Activation, Binary, ChannelHead, RadialBias, Reduction, Unary};

/// A dense array on the host.
#[derive(Clone, Debug)]
pub struct Array {
    /// Sizes, row-major.
    pub shape: Vec<usize>,
    /// Values.
    pub values: Vec<f32>,
}

/// Returns row-major strides.
fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

/// Returns the index along each axis of the `flat`-th element.
fn unravel(mut flat: usize, shape: &[usize]) -> Vec<usize> {
    strides(shape)
        .into_iter()
        .map(|stride| {
            let index = flat / stride;
            flat %= stride;
            index
        })
        .collect()
}

impl Array {
    /// Returns the value at an index.
    pub fn at(&self, index: &[usize]) -> f64 {
        let flat: usize = index.iter().zip(strides(&self.shape)).map(|(index, stride)| index * stride).sum();
        f64::from(self.values[flat])
    }
}

/// Returns all elements of an array of this shape, row-major.
fn tabulate(shape: &[usize], value: impl Fn(&[usize]) -> f64) -> Vec<f64> {
    (0..shape.iter().product()).map(|flat| value(&unravel(flat, shape))).collect()
}

/// Computes the error function by its series of positive terms: erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) /
/// (2n+1)!!.
fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

pub fn unary(function: Unary, x: f64) -> f64 {
    match function {
        Unary::Relu => x.max(0.0),
        Unary::Silu => x * sigmoid(x),
        Unary::Gelu => 0.5 * x * (1.0 + erf(x / std::f64::consts::SQRT_2)),
        Unary::QuickGelu => x * sigmoid(1.702 * x),
        Unary::Sigmoid => sigmoid(x),
        Unary::Softplus => softplus(x),
        Unary::Sqrt => x.sqrt(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
    }
}

pub fn binary(function: Binary, a: &Array, b: &Array, shape: &[usize]) -> Vec<f64> {
    let pick = |array: &Array, index: &[usize]| {
        let skipped = index.len() - array.shape.len();
        let own: Vec<_> = index[skipped..]
            .iter()
            .zip(&array.shape)
            .map(|(&i, &size)| if size == 1 { 0 } else { i })
            .collect();
        array.at(&own)
    };
    tabulate(shape, |index| {
        let (a, b) = (pick(a, index), pick(b, index));
        match function {
            Binary::Add => a + b,
            Binary::Subtract => a - b,
            Binary::Multiply => a * b,
            Binary::Divide => a / b,
        }
    })
}

pub fn matmul(a: &Array, b: &Array, transposed: bool) -> Vec<f64> {
    let columns = if transposed { b.shape[1] } else { b.shape[2] };
    tabulate(&[a.shape[0], a.shape[1], columns], |i| {
        (0..a.shape[2])
            .map(|k| {
                a.at(&[i[0], i[1], k]) * b.at(&if transposed { [i[0], i[2], k] } else { [i[0], k, i[2]] })
            })
            .sum()
    })
}

pub fn linear(x: &Array, weight: &Array, bias: Option<&Array>) -> Vec<f64> {
    tabulate(&[x.shape[0], weight.shape[0]], |i| {
        let product: f64 = (0..x.shape[1]).map(|k| x.at(&[i[0], k]) * weight.at(&[i[1], k])).sum();
        product + bias.map_or(0.0, |bias| bias.at(&[i[1]]))
    })
}

/// Computes a convolution. Also returns the shape.
pub fn conv2d(
    x: &Array,
    weight: &Array,
    bias: Option<&Array>,
    stride: usize,
    padding: usize,
) -> (Vec<usize>, Vec<f64>) {
    let output = |axis: usize| (x.shape[axis] + 2 * padding - weight.shape[axis]) / stride + 1;
    let shape = vec![x.shape[0], weight.shape[0], output(2), output(3)];
    let pixel = |n: usize, c: usize, row: usize, column: usize| {
        let (Some(row), Some(column)) = (row.checked_sub(padding), column.checked_sub(padding)) else {
            return 0.0;
        };
        if row < x.shape[2] && column < x.shape[3] { x.at(&[n, c, row, column]) } else { 0.0 }
    };
    let values = tabulate(&shape, |i| {
        let mut sum = bias.map_or(0.0, |bias| bias.at(&[i[1]]));
        for c in 0..weight.shape[1] {
            for row in 0..weight.shape[2] {
                for column in 0..weight.shape[3] {
                    sum += weight.at(&[i[1], c, row, column])
                        * pixel(i[0], c, i[2] * stride + row, i[3] * stride + column);
                }
            }
        }
        sum
    });
    (shape, values)
}

/// Normalizes values in place: (x − mean) / √(variance + ε).
fn normalize(values: &mut [f64], epsilon: f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    values.iter_mut().for_each(|value| *value = (*value - mean) / (variance + epsilon).sqrt());
}

pub fn group_norm(x: &Array, groups: usize, weight: &Array, bias: &Array, epsilon: f32) -> Vec<f64> {
    let mut values: Vec<f64> = x.values.iter().copied().map(f64::from).collect();
    let channels = x.shape[1];
    let positions: usize = x.shape[2..].iter().product();
    values.chunks_mut(channels / groups * positions).for_each(|group| normalize(group, epsilon.into()));
    for (index, value) in values.iter_mut().enumerate() {
        let channel = index / positions % channels;
        *value = *value * weight.at(&[channel]) + bias.at(&[channel]);
    }
    values
}

pub fn layer_norm(x: &Array, weight: &Array, bias: &Array, epsilon: f32) -> Vec<f64> {
    let mut values: Vec<f64> = x.values.iter().copied().map(f64::from).collect();
    let width = weight.shape[0];
    values.chunks_mut(width).for_each(|row| normalize(row, epsilon.into()));
    for (index, value) in values.iter_mut().enumerate() {
        *value = *value * weight.at(&[index % width]) + bias.at(&[index % width]);
    }
    values
}

pub fn softmax(values: &[f64], width: usize) -> Vec<f64> {
    values
        .chunks(width)
        .flat_map(|row| {
            let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = row.iter().map(|value| (value - highest).exp()).sum();
            row.iter().map(move |value| (value - highest).exp() / sum)
        })
        .collect()
}

pub fn permute(x: &Array, axes: &[usize]) -> (Vec<usize>, Vec<f64>) {
    let shape: Vec<usize> = axes.iter().map(|&axis| x.shape[axis]).collect();
    let values = tabulate(&shape, |index| {
        let mut source = vec![0; axes.len()];
        axes.iter().zip(index).for_each(|(&axis, &i)| source[axis] = i);
        x.at(&source)
    });
    (shape, values)
}

pub fn concat(parts: &[Array], axis: usize) -> (Vec<usize>, Vec<f64>) {
    let mut shape = parts[0].shape.clone();
    shape[axis] = parts.iter().map(|part| part.shape[axis]).sum();
    let values = tabulate(&shape, |index| {
        let mut index = index.to_vec();
        for part in parts {
            if index[axis] < part.shape[axis] {
                return part.at(&index);
            }
            index[axis] -= part.shape[axis];
        }
        unreachable!("the parts add up to the shape")
    });
    (shape, values)
}

pub fn narrow(x: &Array, axis: usize, start: usize, length: usize) -> (Vec<usize>, Vec<f64>) {
    let mut shape = x.shape.clone();
    shape[axis] = length;
    let values = tabulate(&shape, |index| {
        let mut index = index.to_vec();
        index[axis] += start;
        x.at(&index)
    });
    (shape, values)
}

pub fn reduce(reduction: Reduction, x: &Array, axis: usize) -> (Vec<usize>, Vec<f64>) {
    let mut shape = x.shape.clone();
    let size = shape.remove(axis);
    let values = tabulate(&shape, |index| {
        let along = (0..size).map(|i| {
            let mut index = index.to_vec();
            index.insert(axis, i);
            x.at(&index)
        });
        match reduction {
            Reduction::Sum => along.sum(),
            Reduction::Mean => along.sum::<f64>() / size as f64,
            Reduction::Maximum => along.fold(f64::NEG_INFINITY, f64::max),
        }
    });
    (shape, values)
}

pub fn upsample_nearest(x: &Array, factor: usize) -> (Vec<usize>, Vec<f64>) {
    let shape = vec![x.shape[0], x.shape[1], x.shape[2] * factor, x.shape[3] * factor];
    let values = tabulate(&shape, |i| x.at(&[i[0], i[1], i[2] / factor, i[3] / factor]));
    (shape, values)
}

pub fn scatter_mean(x: &Array, cells: &[u32], cell_count: usize) -> Vec<f64> {
    let rows = x.shape[1];
    tabulate(&[x.shape[0], cell_count, x.shape[2]], |i| {
        let own: Vec<f64> = (0..rows)
            .filter(|row| cells[i[0] * rows + row] as usize == i[1])
            .map(|row| x.at(&[i[0], row, i[2]]))
            .collect();
        own.iter().sum::<f64>() / own.len().max(1) as f64
    })
}

pub fn attention(q: &Array, k: &Array, v: &Array, mask: Option<&Array>, causal: bool) -> Vec<f64> {
    let (queries, keys, width) = (q.shape[2], k.shape[2], q.shape[3]);
    let scores = tabulate(&[q.shape[0], q.shape[1], queries, keys], |i| {
        let product: f64 =
            (0..width).map(|c| q.at(&[i[0], i[1], i[2], c]) * k.at(&[i[0], i[1], i[3], c])).sum();
        let hidden = if causal && i[3] > i[2] { -1e9 } else { 0.0 };
        product / (width as f64).sqrt() + mask.map_or(0.0, |mask| mask.at(&[i[0], i[3]])) + hidden
    });
    let weights = softmax(&scores, keys);
    tabulate(&q.shape, |i| {
        let row = ((i[0] * q.shape[1] + i[1]) * queries + i[2]) * keys;
        (0..keys).map(|key| weights[row + key] * v.at(&[i[0], i[1], key, i[3]])).sum()
    })
}

/// Returns the two samples next to a position on an axis of `size` samples: first index, second index, weight
/// of the second. The position is in samples, and is clamped to the range of the indices.
fn neighbours(position: f64, size: usize) -> (usize, usize, f64) {
    let clamped = position.clamp(0.0, (size - 1) as f64);
    let first = (clamped.floor() as usize).min(size - 1);
    (first, (first + 1).min(size - 1), clamped - first as f64)
}

/// Returns the features of a point in object space, c for each plane. `planes` are [b, 3, r, r, c].
pub fn sample_triplane(planes: &Array, batch: usize, point: [f64; 3]) -> Vec<f64> {
    let (size, channels) = (planes.shape[2], planes.shape[4]);
    let place = |coordinate: f64| neighbours(((coordinate + 1.0) * size as f64 - 1.0) / 2.0, size);
    let mut features = Vec::new();
    for (plane, [column, row]) in [[0, 1], [0, 2], [1, 2]].into_iter().enumerate() {
        let (left, right, across) = place(point[column]);
        let (top, bottom, down) = place(point[row]);
        for c in 0..channels {
            let at = |row: usize, column: usize| planes.at(&[batch, plane, row, column, c]);
            features.push(
                (1.0 - down) * ((1.0 - across) * at(top, left) + across * at(top, right))
                    + down * ((1.0 - across) * at(bottom, left) + across * at(bottom, right)),
            );
        }
    }
    features
}

/// Returns the c features of a point in object space. `grid` is [b, r, r, r, c]; its axes r are z, y, x.
pub fn sample_voxel_grid(grid: &Array, batch: usize, point: [f64; 3]) -> Vec<f64> {
    let (size, channels) = (grid.shape[1], grid.shape[4]);
    let places = point.map(|coordinate| neighbours((coordinate + 1.0) / 2.0 * (size - 1) as f64, size));
    let corner = |axis: usize, far: bool| {
        let (near_index, far_index, weight) = places[axis];
        if far { (far_index, weight) } else { (near_index, 1.0 - weight) }
    };
    (0..channels)
        .map(|c| {
            let mut sum = 0.0;
            for bits in 0..8 {
                let (x, wx) = corner(0, bits & 1 != 0);
                let (y, wy) = corner(1, bits & 2 != 0);
                let (z, wz) = corner(2, bits & 4 != 0);
                sum += wx * wy * wz * grid.at(&[batch, z, y, x, c]);
            }
            sum
        })
        .collect()
}

/// The source of a field's features.
#[derive(Clone, Debug)]
pub enum Encoding {
    /// Planes [3, r, r, c].
    Triplane(Array),
    /// Grids, each [r, r, r, c].
    VoxelGrids(Vec<Array>),
}

/// A field on the host.
#[derive(Clone, Debug)]
pub struct Field {
    pub encoding: Encoding,
    /// Weight and bias of each layer, and whether the layer has a residual connection.
    pub layers: Vec<(Array, Option<Array>, bool)>,
    pub activation: Activation,
    pub radial_bias: Option<RadialBias>,
    pub heads: Vec<ChannelHead>,
}

impl Field {
    fn features(&self, point: [f64; 3]) -> Vec<f64> {
        let batched = |array: &Array| {
            let shape = std::iter::once(1).chain(array.shape.iter().copied()).collect();
            Array { shape, values: array.values.clone() }
        };
        match &self.encoding {
            Encoding::Triplane(planes) => sample_triplane(&batched(planes), 0, point),
            Encoding::VoxelGrids(levels) => {
                levels.iter().flat_map(|level| sample_voxel_grid(&batched(level), 0, point)).collect()
            }
        }
    }

    /// Returns all channels at a point in object space.
    pub fn decode(&self, point: [f64; 3]) -> Vec<f64> {
        let mut x = self.features(point);
        for (index, (weight, bias, residual)) in self.layers.iter().enumerate() {
            x = (0..weight.shape[0])
                .map(|row| {
                    let product: f64 = x.iter().enumerate().map(|(k, x)| x * weight.at(&[row, k])).sum();
                    let sum = product + bias.as_ref().map_or(0.0, |bias| bias.at(&[row]));
                    let y = match self.activation {
                        _ if index + 1 == self.layers.len() => sum,
                        Activation::Relu => sum.max(0.0),
                        Activation::Silu => sum * sigmoid(sum),
                    };
                    y + if *residual { x[row] } else { 0.0 }
                })
                .collect();
        }
        if let Some(bias) = self.radial_bias {
            let radius = point.iter().map(|coordinate| coordinate * coordinate).sum::<f64>().sqrt();
            x[0] += f64::from(bias.constant) + f64::from(bias.slope) * radius;
        }
        x.iter()
            .zip(&self.heads)
            .map(|(&x, head)| match head {
                ChannelHead::Identity => x,
                ChannelHead::Softplus => softplus(x),
                ChannelHead::Sigmoid => sigmoid(x),
            })
            .collect()
    }

    /// Returns the gradient of channel 0 at a point in object space, by central differences.
    pub fn gradient(&self, point: [f64; 3]) -> [f64; 3] {
        const STEP: f64 = 1e-6;
        std::array::from_fn(|axis| {
            let value = |offset: f64| {
                let mut moved = point;
                moved[axis] += offset;
                self.decode(moved)[0]
            };
            (value(STEP) - value(-STEP)) / (2.0 * STEP)
        })
    }
}
