//! Elementwise functions, reductions and normalizations.

use att3d::engine::{Binary, Engine, Reduction, Unary};

use crate::reference::*;

/// A function and its definition in f64.
type UnaryDefinition = (Unary, fn(f64) -> f64);
type BinaryDefinition = (Binary, fn(f64, f64) -> f64);

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn unary_functions_match() {
    let functions: [UnaryDefinition; 8] = [
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
            let functions: [BinaryDefinition; 4] = [
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
