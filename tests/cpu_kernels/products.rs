//! Matrix products, convolution and attention.

use att3d::engine::{Engine, Reduction};

use crate::reference::*;

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
    for products in Products::all() {
        let engine = &products.engine;
        for (rows, inputs, outputs) in
            [(1, 1, 1), (5, 7, 3), (77, 128, 200), (0, 4, 4), (1, 300, 600), (33, 6, 1), (500, 300, 70)]
        {
            let mut numbers = Numbers(rows as u64 + 1);
            let (x, weight, bias) = (
                products.array(&mut numbers, &[rows, inputs]),
                products.array(&mut numbers, &[outputs, inputs]),
                products.array(&mut numbers, &[outputs]),
            );
            let shape = [rows, outputs];
            let product =
                |i: &[usize]| -> f64 { (0..inputs).map(|d| x.at(&[i[0], d]) * weight.at(&[i[1], d])).sum() };
            let expected: Vec<f64> = indices(&shape).iter().map(|i| product(i) + bias.at(&[i[1]])).collect();
            let y = call(engine, &[&x, &weight, &bias], &shape, |v| engine.linear(v[0], v[1], Some(v[2])));
            assert_close(&y, &expected, 1e-5, "linear");
            let expected: Vec<f64> = indices(&shape).iter().map(|i| product(i)).collect();
            let y = call(engine, &[&x, &weight], &shape, |v| engine.linear(v[0], v[1], None));
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
        // Eight result pixels in a row have their inputs in a row.
        (2, 7, 8, 8, 13, 3, 1, 1),
        (2, 5, 2, 24, 6, 3, 1, 1),
        (1, 3, 6, 10, 4, 3, 1, 0),
        (3, 6, 4, 4, 14, 1, 1, 0),
        (1, 1, 16, 16, 1, 5, 1, 2),
        (0, 2, 8, 8, 3, 3, 1, 1),
        (1, 0, 8, 8, 3, 3, 1, 1),
        // Sixteen result pixels are in one row.
        (1, 34, 4, 64, 33, 3, 2, 1),
        (2, 40, 3, 32, 36, 3, 1, 1),
    ];
    for products in Products::all() {
        let engine = &products.engine;
        for (batch, channels, height, width, outputs, kernel, stride, padding) in cases {
            let mut numbers = Numbers(width as u64);
            let x = products.array(&mut numbers, &[batch, channels, height, width]);
            let weight = products.array(&mut numbers, &[outputs, channels, kernel, kernel]);
            let bias = products.array(&mut numbers, &[outputs]);
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
            let y = call(engine, &[&x, &weight, &bias], &shape, |v| {
                engine.conv2d(v[0], v[1], Some(v[2]), stride, padding)
            });
            assert_close(&y, &expected, 1e-5, &format!("convolution {shape:?}"));
        }
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
        // Long sequences, whose keys are taken in blocks.
        (1, 2, 50, 2100, 20, true, false),
        (1, 1, 9, 2048, 4, false, true),
    ];
    for products in Products::all() {
        let engine = &products.engine;
        for (batch, heads, queries, keys, width, masked, causal) in cases {
            let mut numbers = Numbers(queries as u64);
            let q = products.array(&mut numbers, &[batch, heads, queries, width]);
            let k = products.array(&mut numbers, &[batch, heads, keys, width]);
            let v = products.array(&mut numbers, &[batch, heads, keys, width]);
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
            let y = call(engine, &[&q, &k, &v, &mask], &q.shape, |views| {
                let mask = masked.then_some(views[3]);
                Ok(engine.attention(views[0], views[1], views[2], mask, causal)?.unwrap())
            });
            // The softmax is rounded.
            let tolerance = products.tolerance(2e-6, 4e-3);
            assert_close(&y, &expected, tolerance, &format!("attention {queries} {keys}"));
        }
    }
}

#[test]
fn convolution_of_many_channels_matches() {
    // These sizes have tiles in runs of sixteen, of eight and of one, padding or none, and rows and lanes
    // that are not whole.
    let cases = [(2, 65, 32, 67, 1), (2, 256, 16, 260, 1), (1, 70, 40, 64, 1), (1, 64, 34, 64, 0)];
    for (batch, channels, size, outputs, padding) in cases {
        let mut numbers = Numbers(size as u64);
        let x = numbers.array(&[batch, channels, size, size]);
        let weight = numbers.array(&[outputs, channels, 3, 3]);
        let bias = numbers.array(&[outputs]);
        let result = size + 2 * padding - 2;
        let shape = [batch, outputs, result, result];
        // Comparing a share of the results takes a second less, and covers each channel and each pixel.
        let some: Vec<Vec<usize>> = indices(&shape).into_iter().step_by(61).collect();
        let tap = |i: &[usize], c: usize, dy: usize, dx: usize| -> f64 {
            let (y, x_) = ((i[2] + dy).checked_sub(padding), (i[3] + dx).checked_sub(padding));
            match (y, x_) {
                (Some(y), Some(x_)) if y < size && x_ < size => {
                    x.at(&[i[0], c, y, x_]) * weight.at(&[i[1], c, dy, dx])
                }
                _ => 0.0,
            }
        };
        let expected = |i: &Vec<usize>| -> f64 {
            let sums = (0..channels * 9).map(|at| tap(i, at / 9, at % 9 / 3, at % 3));
            bias.at(&[i[1]]) + sums.sum::<f64>()
        };
        let expected: Vec<f64> = some.iter().map(expected).collect();
        for products in Products::all() {
            let engine = &products.engine;
            let y = call(engine, &[&x, &weight, &bias], &shape, |v| {
                engine.conv2d(v[0], v[1], Some(v[2]), 1, padding)
            });
            let y: Vec<f32> = y.into_iter().step_by(61).collect();
            // The sums have up to 2,304 terms, and values up to about 50.
            // With bf16, the inputs and the transforms are rounded.
            let tolerance = products.tolerance(5e-5, 0.25);
            assert_close(&y, &expected, tolerance, &format!("convolution {shape:?}"));
        }
    }
}

#[test]
fn results_are_the_same_bytes_for_any_thread_count() {
    let mut numbers = Numbers(99);
    let many = numbers.array(&[2, 64, 32, 32]);
    let kernels = numbers.array(&[70, 64, 3, 3]);
    let x = numbers.array(&[1, 48, 24, 24]);
    let weight = numbers.array(&[96, 48, 3, 3]);
    let rows = numbers.array(&[300, 400]);
    let dense = numbers.array(&[500, 400]);
    let run = |threads: usize, is_bf16: bool| {
        let engine = att3d::engine::cpu::CpuEngine::new(Some(threads)).unwrap();
        let engine = if is_bf16 { engine.with_bf16_products() } else { engine };
        let convolved =
            call(&engine, &[&x, &weight], &[1, 96, 24, 24], |v| engine.conv2d(v[0], v[1], None, 1, 1));
        let product = call(&engine, &[&rows, &dense], &[300, 500], |v| engine.linear(v[0], v[1], None));
        let summed = call(&engine, &[&rows], &[400], |v| engine.reduce(Reduction::Sum, v[0], 0));
        let filtered =
            call(&engine, &[&many, &kernels], &[2, 70, 32, 32], |v| engine.conv2d(v[0], v[1], None, 1, 1));
        [convolved, product, summed, filtered].concat().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    for is_bf16 in [false, true] {
        let one = run(1, is_bf16);
        assert!(one == run(2, is_bf16) && one == run(3, is_bf16));
    }
}
