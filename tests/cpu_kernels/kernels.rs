//! The kernels of the networks.

use att3d::engine::{Binary, Engine, Reduction, Unary};

use crate::reference::*;

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn unary_functions_match() {
    let functions: [(Unary, fn(f64) -> f64); 8] = [
        (Unary::Relu, |x| x.max(0.0)),
        (Unary::Silu, |x| x * sigmoid(x)),
        (Unary::QuickGelu, |x| x * sigmoid(1.702 * x)),
        (Unary::Sigmoid, sigmoid),
        (Unary::Softplus, |x| x.exp().ln_1p()),
        (Unary::Sqrt, f64::sqrt),
        (Unary::Sin, f64::sin),
        (Unary::Cos, f64::cos),
    ];
    for engine in engines() {
        for size in [0, 1, 7, 8, 9, 40_000] {
            let mut x = Numbers(size as u64).array(&[size]);
            x.values.iter_mut().for_each(|x| *x *= 6.0);
            for (function, exact) in functions {
                if function == Unary::Sqrt {
                    x.values.iter_mut().for_each(|x| *x = x.abs());
                }
                let y = call(&engine, &[&x], &[size], |v| engine.unary(function, v[0]));
                let expected: Vec<f64> = x.values.iter().map(|x| exact(f64::from(*x))).collect();
                assert_close(&y, &expected, 1e-6, &format!("{function:?}"));
            }
        }
    }
}

#[test]
fn binary_broadcasts_as_numpy() {
    let cases: [(&[usize], &[usize], &[usize]); 10] = [
        (&[3, 5], &[3, 5], &[3, 5]),
        (&[2, 3, 4], &[4], &[2, 3, 4]),
        (&[2, 3, 4], &[3, 1], &[2, 3, 4]),
        (&[2, 1, 4], &[3, 1], &[2, 3, 4]),
        (&[1], &[2, 7], &[2, 7]),
        (&[], &[3], &[3]),
        (&[], &[], &[]),
        (&[0, 3], &[3], &[0, 3]),
        (&[2, 3, 1, 1], &[2, 3, 40, 41], &[2, 3, 40, 41]),
        (&[300, 300], &[1, 1], &[300, 300]),
    ];
    for engine in engines() {
        for (a_shape, b_shape, shape) in cases {
            let mut numbers = Numbers(7);
            let a = numbers.array(a_shape);
            let mut b = numbers.array(b_shape);
            b.values.iter_mut().for_each(|b| *b += 3.0);
            let at = |array: &Array, index: &[usize]| {
                let skipped = index.len() - array.shape.len();
                let own: Vec<usize> = index[skipped..]
                    .iter()
                    .zip(&array.shape)
                    .map(|(i, size)| if *size == 1 { 0 } else { *i })
                    .collect();
                array.at(&own)
            };
            let functions: [(Binary, fn(f64, f64) -> f64); 4] = [
                (Binary::Add, |a, b| a + b),
                (Binary::Subtract, |a, b| a - b),
                (Binary::Multiply, |a, b| a * b),
                (Binary::Divide, |a, b| a / b),
            ];
            for (function, exact) in functions {
                let y = call(&engine, &[&a, &b], shape, |v| engine.binary(function, v[0], v[1], shape));
                let expected: Vec<f64> =
                    indices(shape).iter().map(|index| exact(at(&a, index), at(&b, index))).collect();
                assert_close(&y, &expected, 1e-6, &format!("{function:?} {a_shape:?} {b_shape:?}"));
            }
        }
    }
}

#[test]
fn affine_scales_and_shifts() {
    for engine in engines() {
        let x = Numbers(3).array(&[100_001]);
        let y = call(&engine, &[&x], &[100_001], |v| engine.affine(v[0], 2.5, -1.0));
        let expected: Vec<f64> = x.values.iter().map(|x| f64::from(*x) * 2.5 - 1.0).collect();
        assert_close(&y, &expected, 1e-6, "affine");
    }
}

#[test]
fn matmul_matches_with_and_without_transpose() {
    for engine in engines() {
        for (batch, m, k, n) in
            [(1, 1, 1, 1), (2, 3, 5, 7), (1, 65, 130, 33), (3, 1, 64, 9), (0, 2, 2, 2), (2, 2, 0, 3)]
        {
            let mut numbers = Numbers((m * n) as u64);
            let a = numbers.array(&[batch, m, k]);
            let b = numbers.array(&[batch, k, n]);
            let mut flipped = b.clone();
            flipped.shape = vec![batch, n, k];
            flipped.values =
                indices(&flipped.shape).iter().map(|i| b.at(&[i[0], i[2], i[1]]) as f32).collect();
            let shape = [batch, m, n];
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| (0..k).map(|d| a.at(&[i[0], i[1], d]) * b.at(&[i[0], d, i[2]])).sum())
                .collect();
            let plain = call(&engine, &[&a, &b], &shape, |v| engine.matmul(v[0], v[1], false));
            assert_close(&plain, &expected, 1e-5, "matmul");
            let other = call(&engine, &[&a, &flipped], &shape, |v| engine.matmul(v[0], v[1], true));
            assert_close(&other, &expected, 1e-5, "matmul transposed");
        }
    }
}

#[test]
fn linear_adds_its_bias() {
    for engine in engines() {
        for (rows, inputs, outputs) in [(1, 1, 1), (5, 7, 3), (77, 128, 200), (0, 4, 4), (1, 300, 600)] {
            let mut numbers = Numbers(rows as u64 + 1);
            let (x, weight, bias) = (
                numbers.array(&[rows, inputs]),
                numbers.array(&[outputs, inputs]),
                numbers.array(&[outputs]),
            );
            let shape = [rows, outputs];
            let product =
                |i: &[usize]| -> f64 { (0..inputs).map(|d| x.at(&[i[0], d]) * weight.at(&[i[1], d])).sum() };
            let expected: Vec<f64> = indices(&shape).iter().map(|i| product(i) + bias.at(&[i[1]])).collect();
            let y = call(&engine, &[&x, &weight, &bias], &shape, |v| engine.linear(v[0], v[1], Some(v[2])));
            assert_close(&y, &expected, 1e-5, "linear");
            let expected: Vec<f64> = indices(&shape).iter().map(|i| product(i)).collect();
            let y = call(&engine, &[&x, &weight], &shape, |v| engine.linear(v[0], v[1], None));
            assert_close(&y, &expected, 1e-5, "linear without bias");
        }
    }
}

#[test]
fn convolution_matches_over_odd_sizes_strides_and_paddings() {
    let cases = [
        // batch, channels, height, width, outputs, kernel, stride, padding
        (1, 1, 1, 1, 1, 1, 1, 0),
        (2, 3, 5, 7, 4, 3, 1, 1),
        (1, 5, 6, 6, 13, 3, 2, 1),
        (1, 48, 16, 16, 20, 3, 1, 1),
        (1, 20, 33, 17, 7, 1, 1, 0),
        (2, 4, 9, 8, 3, 2, 2, 0),
        (1, 3, 4, 4, 2, 3, 1, 0),
        (1, 24, 40, 40, 31, 3, 2, 1),
        (1, 2, 5, 5, 3, 1, 2, 0),
        (0, 2, 5, 5, 3, 3, 1, 1),
    ];
    for engine in engines() {
        for (batch, channels, height, width, outputs, kernel, stride, padding) in cases {
            let mut numbers = Numbers(width as u64);
            let x = numbers.array(&[batch, channels, height, width]);
            let weight = numbers.array(&[outputs, channels, kernel, kernel]);
            let bias = numbers.array(&[outputs]);
            let size = |size: usize| (size + 2 * padding - kernel) / stride + 1;
            let shape = [batch, outputs, size(height), size(width)];
            let tap = |i: &[usize], c: usize, dy: usize, dx: usize| -> f64 {
                let (y, x_) = (i[2] * stride + dy, i[3] * stride + dx);
                if y < padding || x_ < padding || y - padding >= height || x_ - padding >= width {
                    return 0.0;
                }
                x.at(&[i[0], c, y - padding, x_ - padding]) * weight.at(&[i[1], c, dy, dx])
            };
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let mut sum = bias.at(&[i[1]]);
                    for c in 0..channels {
                        for dy in 0..kernel {
                            for dx in 0..kernel {
                                sum += tap(i, c, dy, dx);
                            }
                        }
                    }
                    sum
                })
                .collect();
            let y = call(&engine, &[&x, &weight, &bias], &shape, |v| {
                engine.conv2d(v[0], v[1], Some(v[2]), stride, padding)
            });
            assert_close(&y, &expected, 1e-5, &format!("convolution {shape:?}"));
        }
    }
}

#[test]
fn group_and_layer_norms_match() {
    for engine in engines() {
        for (batch, channels, groups, positions) in
            [(1, 4, 2, 5), (2, 6, 3, 1), (1, 16, 4, 130), (1, 6, 1, 7)]
        {
            let mut numbers = Numbers(positions as u64);
            let mut x = numbers.array(&[batch, channels, positions]);
            x.values.iter_mut().for_each(|x| *x = *x * 3.0 + 5.0);
            let (weight, bias) = (numbers.array(&[channels]), numbers.array(&[channels]));
            let width = channels / groups;
            let expected: Vec<f64> = indices(&x.shape)
                .iter()
                .map(|i| {
                    let first = i[1] / width * width;
                    let group: Vec<f64> = (first..first + width)
                        .flat_map(|c| (0..positions).map(move |p| (c, p)))
                        .map(|(c, p)| x.at(&[i[0], c, p]))
                        .collect();
                    normalised(&group, x.at(i)) * weight.at(&[i[1]]) + bias.at(&[i[1]])
                })
                .collect();
            let shape = x.shape.clone();
            let y = call(&engine, &[&x, &weight, &bias], &shape, |v| {
                engine.group_norm(v[0], groups, v[1], v[2], 1e-5)
            });
            assert_close(&y, &expected, 3e-6, "group_norm");
        }
        for (rows, size) in [(1, 1), (3, 7), (77, 128), (0, 4)] {
            let mut numbers = Numbers(size as u64);
            let x = numbers.array(&[rows, size]);
            let (weight, bias) = (numbers.array(&[size]), numbers.array(&[size]));
            let expected: Vec<f64> = indices(&x.shape)
                .iter()
                .map(|i| {
                    let row: Vec<f64> = (0..size).map(|j| x.at(&[i[0], j])).collect();
                    normalised(&row, x.at(i)) * weight.at(&[i[1]]) + bias.at(&[i[1]])
                })
                .collect();
            let y = call(&engine, &[&x, &weight, &bias], &[rows, size], |v| {
                engine.layer_norm(v[0], v[1], v[2], 1e-5)
            });
            assert_close(&y, &expected, 3e-6, "layer_norm");
        }
    }
}

fn normalised(all: &[f64], x: f64) -> f64 {
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / all.len() as f64;
    (x - mean) / (variance + 1e-5).sqrt()
}

#[test]
fn softmax_rows_sum_to_one() {
    for engine in engines() {
        for (rows, size) in [(1, 1), (3, 9), (500, 77), (2, 0)] {
            let mut x = Numbers(size as u64).array(&[rows, size]);
            x.values.iter_mut().for_each(|x| *x *= 50.0);
            let expected: Vec<f64> = indices(&x.shape)
                .iter()
                .map(|i| {
                    let total: f64 = (0..size).map(|j| (x.at(&[i[0], j]) - x.at(i)).exp()).sum();
                    1.0 / total
                })
                .collect();
            let y = call(&engine, &[&x], &[rows, size], |v| engine.softmax(v[0]));
            assert_close(&y, &expected, 1e-6, "softmax");
        }
    }
}

#[test]
fn layout_kernels_move_values_exactly() {
    let mut numbers = Numbers(11);
    let x = numbers.array(&[2, 3, 4, 5]);
    let wide = numbers.array(&[70, 1, 90]);
    for engine in engines() {
        for axes in
            [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 3, 1], [1, 0, 2, 3], [0, 3, 1, 2], [2, 3, 0, 1], [0, 2, 1, 3]]
        {
            let shape = axes.map(|axis| x.shape[axis]);
            let y = call(&engine, &[&x], &shape, |v| engine.permute(v[0], &axes));
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let mut from = [0; 4];
                    axes.iter().zip(i).for_each(|(axis, i)| from[*axis] = *i);
                    x.at(&from)
                })
                .collect();
            assert_close(&y, &expected, 0.0, "permute");
        }
        let y = call(&engine, &[&wide], &[90, 70, 1], |v| engine.permute(v[0], &[2, 0, 1]));
        let expected: Vec<f64> = indices(&[90, 70]).iter().map(|i| wide.at(&[i[1], 0, i[0]])).collect();
        assert_close(&y, &expected, 0.0, "permute wide");

        for axis in 0..4 {
            let mut other_shape = x.shape.clone();
            other_shape[axis] = 2;
            let other = Numbers(5).array(&other_shape);
            let mut shape = x.shape.clone();
            shape[axis] += 2;
            let joined = call(&engine, &[&x, &other], &shape, |v| engine.concat(v, axis));
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| match i[axis].checked_sub(x.shape[axis]) {
                    Some(rest) => other.at(&with(i, axis, rest)),
                    None => x.at(i),
                })
                .collect();
            assert_close(&joined, &expected, 0.0, "concat");
            let joined = Array::new(&joined, &shape);
            let y = call(&engine, &[&joined], &other_shape, |v| engine.narrow(v[0], axis, x.shape[axis], 2));
            assert_eq!(y, other.values, "narrow");
        }

        let table = Numbers(2).array(&[10, 3]);
        let y = call(&engine, &[&table], &[4, 3], |v| engine.embedding(v[0], &[9, 0, 3, 3]));
        let expected: Vec<f64> =
            [9, 0, 3, 3].iter().flat_map(|i| (0..3).map(|j| table.at(&[*i, j]))).collect();
        assert_close(&y, &expected, 0.0, "embedding");

        let y = call(&engine, &[&x], &[2, 3, 12, 15], |v| engine.upsample_nearest(v[0], 3));
        let expected: Vec<f64> =
            indices(&[2, 3, 12, 15]).iter().map(|i| x.at(&[i[0], i[1], i[2] / 3, i[3] / 3])).collect();
        assert_close(&y, &expected, 0.0, "upsample");
    }
}

fn with(index: &[usize], axis: usize, value: usize) -> Vec<usize> {
    let mut index = index.to_vec();
    index[axis] = value;
    index
}

#[test]
fn reductions_match_on_every_axis() {
    for engine in engines() {
        for shape in [vec![3, 4, 5], vec![1, 20_000, 1], vec![2, 1, 9], vec![200, 200, 3]] {
            let x = Numbers(1).array(&shape);
            for axis in 0..3 {
                let mut reduced = shape.clone();
                reduced.remove(axis);
                for reduction in [Reduction::Sum, Reduction::Mean, Reduction::Maximum] {
                    let expected: Vec<f64> = indices(&reduced)
                        .iter()
                        .map(|i| {
                            let mut index = i.clone();
                            index.insert(axis, 0);
                            let all: Vec<f64> =
                                (0..shape[axis]).map(|j| x.at(&with(&index, axis, j))).collect();
                            match reduction {
                                Reduction::Sum => all.iter().sum(),
                                Reduction::Mean => all.iter().sum::<f64>() / all.len() as f64,
                                Reduction::Maximum => all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                            }
                        })
                        .collect();
                    let y = call(&engine, &[&x], &reduced, |v| engine.reduce(reduction, v[0], axis));
                    assert_close(&y, &expected, 2e-5, &format!("{reduction:?} {shape:?} {axis}"));
                }
            }
        }
    }
}

#[test]
fn scatter_mean_leaves_empty_cells_zero() {
    for engine in engines() {
        let x = Numbers(4).array(&[2, 4, 3]);
        let cells = [0, 2, 2, 0, 1, 1, 1, 1];
        let y = call(&engine, &[&x], &[2, 4, 3], |v| engine.scatter_mean(v[0], &cells, 4));
        let expected: Vec<f64> = indices(&[2, 4, 3])
            .iter()
            .map(|i| {
                let rows: Vec<f64> = (0..4)
                    .filter(|row| cells[i[0] * 4 + row] as usize == i[1])
                    .map(|row| x.at(&[i[0], row, i[2]]))
                    .collect();
                if rows.is_empty() { 0.0 } else { rows.iter().sum::<f64>() / rows.len() as f64 }
            })
            .collect();
        assert_close(&y, &expected, 1e-6, "scatter_mean");
    }
}

#[test]
fn attention_matches_masked_causal_and_plain() {
    let cases = [
        // batch, heads, queries, keys, width, masked, causal
        (1, 1, 1, 1, 1, false, false),
        (2, 3, 7, 5, 4, true, false),
        (1, 2, 77, 77, 16, true, true),
        (1, 4, 500, 24, 32, true, false),
        (1, 1, 49, 33, 20, false, true),
        (1, 2, 0, 3, 4, false, false),
    ];
    for engine in engines() {
        for (batch, heads, queries, keys, width, masked, causal) in cases {
            let mut numbers = Numbers(queries as u64);
            let q = numbers.array(&[batch, heads, queries, width]);
            let k = numbers.array(&[batch, heads, keys, width]);
            let v = numbers.array(&[batch, heads, keys, width]);
            let mut mask = numbers.array(&[batch, keys]);
            mask.values.iter_mut().for_each(|m| *m = if *m > 0.5 { -1e9 } else { 0.0 });
            mask.values.iter_mut().step_by(keys).for_each(|m| *m = 0.0);
            let mut expected = Vec::new();
            for i in indices(&[batch, heads, queries]) {
                let scores: Vec<f64> = (0..keys)
                    .map(|j| {
                        let dot: f64 = (0..width)
                            .map(|d| q.at(&[i[0], i[1], i[2], d]) * k.at(&[i[0], i[1], j, d]))
                            .sum();
                        let hidden = if causal && j > i[2] { f64::NEG_INFINITY } else { 0.0 };
                        dot / (width as f64).sqrt() + hidden + if masked { mask.at(&[i[0], j]) } else { 0.0 }
                    })
                    .collect();
                let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let weights: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
                let total: f64 = weights.iter().sum();
                for d in 0..width {
                    let sum: f64 =
                        weights.iter().enumerate().map(|(j, w)| w * v.at(&[i[0], i[1], j, d])).sum();
                    expected.push(sum / total);
                }
            }
            let y = call(&engine, &[&q, &k, &v, &mask], &q.shape, |views| {
                let mask = masked.then_some(views[3]);
                Ok(engine.attention(views[0], views[1], views[2], mask, causal)?.unwrap())
            });
            assert_close(&y, &expected, 2e-6, &format!("attention {queries} {keys}"));
        }
    }
}

#[test]
fn results_are_the_same_bytes_for_any_thread_count() {
    let mut numbers = Numbers(99);
    let x = numbers.array(&[1, 48, 24, 24]);
    let weight = numbers.array(&[96, 48, 3, 3]);
    let rows = numbers.array(&[300, 400]);
    let dense = numbers.array(&[500, 400]);
    let run = |threads: usize| {
        let engine = att3d::engine::cpu::CpuEngine::new(Some(threads)).unwrap();
        let convolved =
            call(&engine, &[&x, &weight], &[1, 96, 24, 24], |v| engine.conv2d(v[0], v[1], None, 1, 1));
        let product = call(&engine, &[&rows, &dense], &[300, 500], |v| engine.linear(v[0], v[1], None));
        let summed = call(&engine, &[&rows], &[400], |v| engine.reduce(Reduction::Sum, v[0], 0));
        [convolved, product, summed].concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    let one = run(1);
    assert!(one == run(2) && one == run(3));
}

#[test]
fn triplane_samples_as_grid_sample_does() {
    for engine in engines() {
        for (batch, resolution, channels, count) in
            [(1, 5, 4, 40), (2, 3, 3, 9), (1, 1, 2, 5), (1, 16, 12, 5000)]
        {
            let mut numbers = Numbers(count as u64);
            let planes = numbers.array(&[batch, 3, resolution, resolution, channels]);
            let mut points = numbers.array(&[batch, count, 3]);
            points.values.iter_mut().for_each(|p| *p *= 1.3);
            let axis = |coordinate: f64| {
                let size = resolution as f64;
                let index = (((coordinate + 1.0) * size - 1.0) / 2.0).clamp(0.0, size - 1.0);
                let low = index.floor();
                (low as usize, ((low + 1.0).min(size - 1.0)) as usize, index - low)
            };
            let shape = [batch, count, 3 * channels];
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let (plane, c) = (i[2] / channels, i[2] % channels);
                    let (u, v) = [(0, 1), (0, 2), (1, 2)][plane];
                    let (x0, x1, tx) = axis(points.at(&[i[0], i[1], u]));
                    let (y0, y1, ty) = axis(points.at(&[i[0], i[1], v]));
                    let at = |y, x| planes.at(&[i[0], plane, y, x, c]);
                    (at(y0, x0) * (1.0 - tx) + at(y0, x1) * tx) * (1.0 - ty)
                        + (at(y1, x0) * (1.0 - tx) + at(y1, x1) * tx) * ty
                })
                .collect();
            let y = call(&engine, &[&planes, &points], &shape, |v| engine.sample_triplane(v[0], v[1]));
            assert_close(&y, &expected, 5e-6, "triplane");
        }
    }
}

#[test]
fn voxel_grid_samples_with_corners_at_the_ends() {
    for engine in engines() {
        for (batch, resolution, channels, count) in [(1, 4, 4, 40), (2, 3, 1, 9), (1, 1, 2, 5)] {
            let mut numbers = Numbers(count as u64);
            let grid = numbers.array(&[batch, resolution, resolution, resolution, channels]);
            let mut points = numbers.array(&[batch, count, 3]);
            points.values.iter_mut().for_each(|p| *p *= 1.3);
            let axis = |coordinate: f64| {
                let last = resolution as f64 - 1.0;
                let index = ((coordinate + 1.0) / 2.0 * last).clamp(0.0, last);
                let low = index.floor();
                [(low as usize, 1.0 - (index - low)), ((low + 1.0).min(last) as usize, index - low)]
            };
            let shape = [batch, count, channels];
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let [xs, ys, zs] = [0, 1, 2].map(|a| axis(points.at(&[i[0], i[1], a])));
                    let mut sum = 0.0;
                    for (z, wz) in zs {
                        for (y, wy) in ys {
                            for (x, wx) in xs {
                                sum += wx * wy * wz * grid.at(&[i[0], z, y, x, i[2]]);
                            }
                        }
                    }
                    sum
                })
                .collect();
            let y = call(&engine, &[&grid, &points], &shape, |v| engine.sample_voxel_grid(v[0], v[1]));
            assert_close(&y, &expected, 5e-6, "voxel grid");
        }
    }
}
