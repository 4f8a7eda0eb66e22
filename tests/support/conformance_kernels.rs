//! Checks of single kernels.

use att3d::engine::{Binary, Buffer, EngineError, Reduction, Unary, View};

use super::reference::{self, Array};
use super::{Chance, Subject};

const TIGHT: f64 = 2e-6;
const SUMS: f64 = 2e-5;

pub fn upload_then_download_is_the_identity(subject: &Subject) {
    for shape in [&[][..], &[1], &[7], &[3, 5], &[2, 0, 3], &[2, 3, 5, 7]] {
        let array = Chance(1).array(shape);
        let held = subject.put(&array);
        let expected: Vec<f64> = array.values.iter().map(|&value| value.into()).collect();
        subject.check(&format!("shape {shape:?}"), &held.buffer, &held.shape, &expected, 0.0);
    }
}

pub fn unary_functions_match(subject: &Subject) {
    let mut chance = Chance(2);
    let values: Vec<f32> = (0..1037)
        .map(|_| chance.between(-8.0, 8.0))
        .chain([0.0, -0.0, 30.0, -30.0, 88.0, -88.0, 200.0, -200.0, 1e-6, -1e-6])
        .collect();
    for function in [
        Unary::Relu,
        Unary::Silu,
        Unary::Gelu,
        Unary::QuickGelu,
        Unary::Sigmoid,
        Unary::Softplus,
        Unary::Sqrt,
        Unary::Sin,
        Unary::Cos,
    ] {
        let values: Vec<f32> =
            if function == Unary::Sqrt { values.iter().map(|x| x.abs()).collect() } else { values.clone() };
        let expected: Vec<f64> = values.iter().map(|&x| reference::unary(function, x.into())).collect();
        let held = subject.put(&Array { shape: vec![values.len()], values: values.clone() });
        let result = subject.engine.unary(function, held.view()).unwrap();
        if function == Unary::Gelu {
            // GELU is x (1 + erf) / 2. For large negative x, 1 + erf is near 0, but has the rounding error of
            // a number near 1. Therefore, the error grows with |x|.
            let share = |value: f64, x: f32| value / (1.0 + f64::from(x.abs()));
            let found = subject.engine.download(View { buffer: &result, shape: &held.shape }).unwrap();
            let found: Vec<f32> =
                found.iter().zip(&values).map(|(&value, &x)| share(value.into(), x) as f32).collect();
            let expected: Vec<f64> =
                expected.iter().zip(&values).map(|(&value, &x)| share(value, x)).collect();
            subject.compare("Gelu, by the size of x", &found, &expected, TIGHT);
        } else {
            subject.check(&format!("{function:?}"), &result, &held.shape, &expected, TIGHT);
        }
    }
}

pub fn binary_functions_broadcast(subject: &Subject) {
    let mut chance = Chance(3);
    let cases: [(&[usize], &[usize], &[usize]); 12] = [
        (&[7], &[7], &[7]),
        (&[3, 5], &[5], &[3, 5]),
        (&[3, 1], &[1, 5], &[3, 5]),
        (&[2, 3, 5, 7], &[1, 3, 1, 1], &[2, 3, 5, 7]),
        (&[2, 1, 5], &[4, 1], &[2, 4, 5]),
        (&[1], &[2, 9], &[2, 9]),
        (&[], &[3, 3], &[3, 3]),
        (&[33, 17], &[33, 17], &[33, 17]),
        (&[3000, 9, 2, 2], &[3000, 1, 2, 2], &[3000, 9, 2, 2]),
        (&[9000, 3], &[9000, 1], &[9000, 3]),
        (&[4, 30_000], &[4, 1], &[4, 30_000]),
        (&[5, 2, 90], &[1, 2, 1], &[5, 2, 90]),
    ];
    for (left, right, shape) in cases {
        let a = chance.array(left);
        let mut b = chance.array(right);
        b.values.iter_mut().for_each(|value| *value += 0.5f32.copysign(*value));
        let (held_a, held_b) = (subject.put(&a), subject.put(&b));
        for function in [Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide] {
            let result = subject.engine.binary(function, held_a.view(), held_b.view(), shape).unwrap();
            let expected = reference::binary(function, &a, &b, shape);
            subject.check(&format!("{function:?} {left:?} {right:?}"), &result, shape, &expected, TIGHT);
        }
    }
}

pub fn affine_scales_then_shifts(subject: &Subject) {
    let x = Chance(4).array(&[3, 41]);
    let held = subject.put(&x);
    for (scale, shift) in [(1.0, 0.0), (2.5, 0.0), (1.0, -3.0), (-0.3, 0.7), (0.0, 2.0)] {
        let result = subject.engine.affine(held.view(), scale, shift).unwrap();
        let expected: Vec<f64> =
            x.values.iter().map(|&x| f64::from(x) * f64::from(scale) + f64::from(shift)).collect();
        subject.check(&format!("affine {scale} {shift}"), &result, &x.shape, &expected, TIGHT);
    }
}

pub fn matmul_matches_plain_and_transposed(subject: &Subject) {
    let mut chance = Chance(5);
    for [b, m, k, n] in [[1, 1, 1, 1], [1, 7, 5, 3], [3, 17, 33, 9], [2, 65, 31, 67], [4, 1, 64, 1]] {
        let a = chance.array(&[b, m, k]);
        for transposed in [false, true] {
            let other = chance.array(&if transposed { [b, n, k] } else { [b, k, n] });
            let (held, held_other) = (subject.put(&a), subject.put(&other));
            let result = subject.engine.matmul(held.view(), held_other.view(), transposed).unwrap();
            let expected = reference::matmul(&a, &other, transposed);
            subject.check(&format!("matmul {b} {m} {k} {n}"), &result, &[b, m, n], &expected, SUMS);
        }
    }
}

pub fn linear_matches_with_and_without_bias(subject: &Subject) {
    let mut chance = Chance(6);
    for [n, k, o] in [[1, 1, 1], [1, 77, 13], [9, 36, 64], [133, 35, 5], [257, 64, 33]] {
        let (x, weight, bias) = (chance.array(&[n, k]), chance.array(&[o, k]), chance.array(&[o]));
        let (held_x, held_weight, held_bias) = (subject.put(&x), subject.put(&weight), subject.put(&bias));
        for bias in [None, Some((&bias, &held_bias))] {
            let view = bias.map(|(_, held)| held.view());
            let result = subject.engine.linear(held_x.view(), held_weight.view(), view).unwrap();
            let expected = reference::linear(&x, &weight, bias.map(|(bias, _)| bias));
            subject.check(&format!("linear {n} {k} {o}"), &result, &[n, o], &expected, SUMS);
        }
    }
}

pub fn conv2d_matches_over_strides_and_paddings(subject: &Subject) {
    let mut chance = Chance(7);
    // batch, channels, height, width, outputs, kernel, stride, padding
    for case in [
        [1, 1, 3, 3, 1, 3, 1, 1],
        [2, 3, 7, 9, 5, 3, 1, 1],
        [2, 3, 7, 9, 5, 3, 2, 1],
        [1, 5, 8, 8, 7, 1, 1, 0],
        [3, 4, 6, 10, 9, 1, 2, 0],
        [1, 3, 9, 5, 2, 3, 1, 0],
        [1, 2, 11, 7, 3, 5, 1, 2],
        [1, 17, 16, 16, 33, 3, 1, 1],
        [2, 33, 12, 12, 17, 3, 2, 1],
        // Several images of one channel, as in the filter of planes.
        [5, 1, 9, 7, 1, 3, 1, 1],
        [4, 1, 8, 10, 1, 3, 2, 1],
    ] {
        let [n, c, height, width, outputs, kernel, stride, padding] = case;
        let x = chance.array(&[n, c, height, width]);
        let weight = chance.array(&[outputs, c, kernel, kernel]);
        let bias = chance.array(&[outputs]);
        let (held_x, held_weight, held_bias) = (subject.put(&x), subject.put(&weight), subject.put(&bias));
        for bias in [None, Some((&bias, &held_bias))] {
            let view = bias.map(|(_, held)| held.view());
            let result =
                subject.engine.conv2d(held_x.view(), held_weight.view(), view, stride, padding).unwrap();
            let (shape, expected) =
                reference::conv2d(&x, &weight, bias.map(|(bias, _)| bias), stride, padding);
            subject.check(&format!("conv2d {case:?}"), &result, &shape, &expected, SUMS);
        }
    }
}

pub fn group_norm_matches(subject: &Subject) {
    let mut chance = Chance(8);
    for (shape, groups) in [
        (vec![1, 4, 5], 2),
        (vec![2, 6, 7, 5], 3),
        (vec![3, 8], 4),
        (vec![2, 5, 3, 3], 1),
        (vec![1, 32, 9, 9], 8),
    ] {
        let mut x = chance.array(&shape);
        x.values.iter_mut().for_each(|value| *value = *value * 3.0 + 2.0);
        let (weight, bias) = (chance.array(&[shape[1]]), chance.array(&[shape[1]]));
        let (held, held_weight, held_bias) = (subject.put(&x), subject.put(&weight), subject.put(&bias));
        let result = subject
            .engine
            .group_norm(held.view(), groups, held_weight.view(), held_bias.view(), 1e-5)
            .unwrap();
        let expected = reference::group_norm(&x, groups, &weight, &bias, 1e-5);
        subject.check(&format!("group_norm {shape:?}"), &result, &shape, &expected, SUMS);
    }
}

pub fn layer_norm_matches(subject: &Subject) {
    let mut chance = Chance(9);
    for shape in [vec![1, 7], vec![3, 5, 33], vec![2, 64], vec![5, 2]] {
        let mut x = chance.array(&shape);
        x.values.iter_mut().for_each(|value| *value = *value * 3.0 + 2.0);
        let width = shape[shape.len() - 1];
        let (weight, bias) = (chance.array(&[width]), chance.array(&[width]));
        let (held, held_weight, held_bias) = (subject.put(&x), subject.put(&weight), subject.put(&bias));
        let result =
            subject.engine.layer_norm(held.view(), held_weight.view(), held_bias.view(), 1e-5).unwrap();
        let expected = reference::layer_norm(&x, &weight, &bias, 1e-5);
        subject.check(&format!("layer_norm {shape:?}"), &result, &shape, &expected, SUMS);
    }
}

pub fn softmax_survives_large_scores(subject: &Subject) {
    let mut chance = Chance(10);
    for (shape, scale) in
        [(vec![1, 1], 1.0), (vec![3, 5, 7], 4.0), (vec![9, 77], 300.0), (vec![2, 1023], 10.0)]
    {
        let mut x = chance.array(&shape);
        x.values.iter_mut().for_each(|value| *value *= scale);
        let x = subject.rounded(x);
        let held = subject.put(&x);
        let result = subject.engine.softmax(held.view()).unwrap();
        let values: Vec<f64> = x.values.iter().copied().map(f64::from).collect();
        let expected = reference::softmax(&values, shape[shape.len() - 1]);
        subject.check(&format!("softmax {shape:?}"), &result, &shape, &expected, TIGHT);
    }
}

pub fn embedding_copies_rows(subject: &Subject) {
    let table = Chance(11).array(&[13, 7]);
    let held = subject.put(&table);
    let ids = [12, 0, 5, 5, 1];
    let result = subject.engine.embedding(held.view(), &ids).unwrap();
    let rows = ids.iter().flat_map(|&id| table.values[id as usize * 7..][..7].to_vec());
    let expected: Vec<f64> = rows.map(f64::from).collect();
    subject.check("rows", &result, &[5, 7], &expected, 0.0);
}

pub fn permute_reorders_and_can_be_reshaped(subject: &Subject) {
    let mut chance = Chance(12);
    for (shape, axes) in [
        (vec![3, 5], vec![1, 0]),
        (vec![2, 3, 5], vec![2, 0, 1]),
        (vec![2, 3, 5, 7], vec![0, 2, 3, 1]),
        (vec![2, 3, 4, 5, 6], vec![0, 1, 3, 4, 2]),
        (vec![2, 3, 2, 2, 5, 4], vec![0, 1, 4, 2, 5, 3]),
        (vec![4, 3], vec![0, 1]),
    ] {
        let x = chance.array(&shape);
        let held = subject.put(&x);
        let result = subject.engine.permute(held.view(), &axes).unwrap();
        let (shape, expected) = reference::permute(&x, &axes);
        subject.check(&format!("permute {axes:?}"), &result, &shape, &expected, 0.0);
        // Another shape over the same buffer reads it in row-major order, whatever layout the engine uses
        // inside.
        let flat = [expected.len()];
        let doubled = subject.engine.affine(View { buffer: &result, shape: &flat }, 2.0, 0.0).unwrap();
        let expected: Vec<f64> = expected.iter().map(|value| 2.0 * value).collect();
        subject.check(&format!("permute {axes:?}, flat"), &doubled, &flat, &expected, 0.0);
    }
}

pub fn concat_joins_along_each_axis(subject: &Subject) {
    let mut chance = Chance(13);
    for axis in 0..3 {
        let parts: Vec<Array> = [1, 4, 2]
            .into_iter()
            .map(|size| {
                let mut shape = [3, 5, 2];
                shape[axis] = size;
                chance.array(&shape)
            })
            .collect();
        let held: Vec<_> = parts.iter().map(|part| subject.put(part)).collect();
        let views: Vec<_> = held.iter().map(|held| held.view()).collect();
        let result = subject.engine.concat(&views, axis).unwrap();
        let (shape, expected) = reference::concat(&parts, axis);
        subject.check(&format!("concat {axis}"), &result, &shape, &expected, 0.0);
    }
}

pub fn narrow_cuts_along_each_axis(subject: &Subject) {
    let x = Chance(14).array(&[4, 5, 6]);
    let held = subject.put(&x);
    for (axis, start, length) in [(0, 1, 2), (1, 0, 5), (1, 4, 1), (2, 3, 3), (2, 0, 0)] {
        let result = subject.engine.narrow(held.view(), axis, start, length).unwrap();
        let (shape, expected) = reference::narrow(&x, axis, start, length);
        subject.check(&format!("narrow {axis} {start} {length}"), &result, &shape, &expected, 0.0);
    }
}

pub fn reduce_removes_each_axis(subject: &Subject) {
    let mut chance = Chance(15);
    for shape in [vec![7], vec![3, 5], vec![4, 33, 6], vec![2, 3, 5, 17]] {
        let x = chance.array(&shape);
        let held = subject.put(&x);
        for axis in 0..shape.len() {
            for reduction in [Reduction::Sum, Reduction::Mean, Reduction::Maximum] {
                let result = subject.engine.reduce(reduction, held.view(), axis).unwrap();
                let (reduced, expected) = reference::reduce(reduction, &x, axis);
                let what = format!("{reduction:?} {shape:?} {axis}");
                subject.check(&what, &result, &reduced, &expected, SUMS);
            }
        }
    }
}

pub fn upsample_nearest_repeats_pixels(subject: &Subject) {
    let mut chance = Chance(16);
    for (shape, factor) in [([1, 1, 1, 1], 3), ([2, 3, 5, 4], 2), ([1, 5, 3, 7], 4), ([1, 2, 3, 3], 1)] {
        let x = chance.array(&shape);
        let held = subject.put(&x);
        let result = subject.engine.upsample_nearest(held.view(), factor).unwrap();
        let (shape, expected) = reference::upsample_nearest(&x, factor);
        subject.check(&format!("upsample {factor}"), &result, &shape, &expected, 0.0);
    }
}

pub fn scatter_mean_averages_and_leaves_empty_cells_zero(subject: &Subject) {
    let mut chance = Chance(17);
    for [b, n, c, cell_count] in [[1, 1, 1, 1], [2, 37, 5, 16], [3, 11, 33, 64], [1, 513, 7, 9]] {
        let x = chance.array(&[b, n, c]);
        let used = (cell_count / 2).max(1);
        let cells: Vec<u32> = (0..b * n).map(|_| chance.below(used) as u32).collect();
        let held = subject.put(&x);
        let result = subject.engine.scatter_mean(held.view(), &cells, cell_count).unwrap();
        let expected = reference::scatter_mean(&x, &cells, cell_count);
        subject.check(&format!("scatter_mean {b} {n} {c}"), &result, &[b, cell_count, c], &expected, SUMS);
    }
}

/// Compares attention with the reference. An engine without a fused kernel passes, because tests of the
/// tensor interface cover the composition.
pub fn attention_matches_with_masks(subject: &Subject) {
    let mut chance = Chance(18);
    for [b, h, n, m, d] in [[1, 1, 1, 1, 8], [2, 3, 7, 7, 5], [1, 4, 33, 9, 16], [2, 2, 17, 17, 64]] {
        let q = chance.array(&[b, h, n, d]);
        let (k, v) = (chance.array(&[b, h, m, d]), chance.array(&[b, h, m, d]));
        let mut mask = chance.array(&[b, m]);
        for (index, value) in mask.values.iter_mut().enumerate() {
            *value = if index % m > 0 && *value > 0.3 { -1e9 } else { 0.0 };
        }
        let (held_q, held_k, held_v) = (subject.put(&q), subject.put(&k), subject.put(&v));
        let held_mask = subject.put(&mask);
        for causal in [false, true] {
            if causal && n != m {
                continue;
            }
            for mask in [None, Some((&mask, &held_mask))] {
                let view = mask.map(|(_, held)| held.view());
                let result = subject
                    .engine
                    .attention(held_q.view(), held_k.view(), held_v.view(), view, causal)
                    .unwrap();
                let result = result.expect("the engine has a kernel for attention");
                let expected = reference::attention(&q, &k, &v, mask.map(|(mask, _)| mask), causal);
                let what = format!("attention {b} {h} {n} {m} {d}, causal {causal}, mask {}", view.is_some());
                subject.check(&what, &result, &q.shape, &expected, SUMS);
            }
        }
    }
}

/// Returns points [b, n, 3] that include corners and faces of the box, and points outside.
fn points(chance: &mut Chance, b: usize, n: usize) -> Array {
    let mut values: Vec<f32> = chance.points(b * n).into_iter().flatten().collect();
    for (value, &special) in values.iter_mut().zip(&[-1.0, 1.0, 0.0, -5.0, 5.0, 1.0]) {
        *value = special;
    }
    Array { shape: vec![b, n, 3], values }
}

fn hold_sampler(
    what: &str,
    subject: &Subject,
    result: &Buffer,
    points: &Array,
    features: usize,
    sample: impl Fn(usize, [f64; 3]) -> Vec<f64>,
) {
    let (b, n) = (points.shape[0], points.shape[1]);
    let expected: Vec<f64> = points
        .values
        .chunks(3)
        .enumerate()
        .flat_map(|(index, point)| sample(index / n, std::array::from_fn(|axis| point[axis].into())))
        .collect();
    let found = subject.engine.download(View { buffer: result, shape: &[b, n, features] }).unwrap();
    subject.compare(what, &found, &expected, SUMS);
}

pub fn sample_triplane_interpolates_and_clamps(subject: &Subject) {
    let mut chance = Chance(19);
    for [b, r, c, n] in [[1, 1, 1, 2], [1, 5, 4, 67], [3, 8, 3, 19], [2, 16, 12, 129]] {
        let planes = chance.array(&[b, 3, r, r, c]);
        let points = subject.rounded(points(&mut chance, b, n));
        let (held, held_points) = (subject.put(&planes), subject.put(&points));
        let result = subject.engine.sample_triplane(held.view(), held_points.view()).unwrap();
        let sample = |batch, point| reference::sample_triplane(&planes, batch, point);
        hold_sampler(&format!("triplane {r}"), subject, &result, &points, 3 * c, sample);
    }
}

pub fn sample_voxel_grid_interpolates_and_clamps(subject: &Subject) {
    let mut chance = Chance(20);
    for [b, r, c, n] in [[1, 2, 1, 5], [1, 5, 4, 67], [3, 7, 3, 19], [2, 9, 2, 129]] {
        let grid = chance.array(&[b, r, r, r, c]);
        let points = subject.rounded(points(&mut chance, b, n));
        let (held, held_points) = (subject.put(&grid), subject.put(&points));
        let result = subject.engine.sample_voxel_grid(held.view(), held_points.view()).unwrap();
        let sample = |batch, point| reference::sample_voxel_grid(&grid, batch, point);
        hold_sampler(&format!("voxel grid {r}"), subject, &result, &points, c, sample);
    }
}

pub fn foreign_buffer_is_refused(subject: &Subject) {
    let foreign = Buffer::new(0u8);
    let error = subject.engine.unary(Unary::Relu, View { buffer: &foreign, shape: &[1] }).unwrap_err();
    assert!(matches!(error, EngineError::ForeignBuffer), "{error}");
}
