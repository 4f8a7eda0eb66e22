#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use super::*;
use crate::engine::cpu::CpuEngine;
use crate::engine::{Activation, ChannelHead, RadialBias};

/// A maker of tensors on one engine.
struct Maker(Arc<dyn Engine>);

impl Maker {
    fn new() -> Self {
        Self(Arc::new(CpuEngine::new(Some(2)).unwrap()))
    }

    fn of(&self, values: &[f32], shape: &[usize]) -> Tensor {
        Tensor::from_slice(&self.0, values, shape).unwrap()
    }

    fn zeros(&self, shape: &[usize]) -> Tensor {
        self.of(&vec![0.0; shape.iter().product()], shape)
    }

    fn random(&self, seed: u64, shape: &[usize], scale: f32) -> Tensor {
        self.of(&numbers(seed, shape.iter().product(), scale), shape)
    }
}

/// Returns numbers in [-scale, scale), which are the same for the same seed.
fn numbers(seed: u64, count: usize, scale: f32) -> Vec<f32> {
    let mut state = seed;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1 << 23) as f32 - 1.0) * scale
    };
    (0..count).map(next).collect()
}

/// Returns the kind of an error, and the name of the call in the error.
#[track_caller]
fn refusal(result: TensorResult<Tensor>) -> (&'static str, &'static str) {
    match result.unwrap_err() {
        TensorError::ShapeMismatch { operation, .. } => ("mismatch", operation),
        TensorError::Rank { operation, .. } => ("rank", operation),
        TensorError::ElementCount { operation, .. } => ("count", operation),
        TensorError::Axis { operation, .. } => ("axis", operation),
        TensorError::Permutation { .. } => ("permutation", "permute"),
        TensorError::Range { .. } => ("range", "narrow"),
        TensorError::Index { operation, .. } => ("index", operation),
        TensorError::Empty { operation } => ("empty", operation),
        TensorError::TooLarge { operation, .. } => ("too large", operation),
        TensorError::Engine(error) => panic!("the call reached the engine: {error}"),
    }
}

/// Checks that values are equal within `tolerance`, which is relative for values above 1.
#[track_caller]
fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "at {index}: {found}, expected {expected}");
    }
}

#[track_caller]
fn assert_holds(found: TensorResult<Tensor>, shape: &[usize], values: &[f32]) {
    let found = found.unwrap();
    assert_eq!(found.shape(), shape);
    assert_eq!(found.to_vec().unwrap(), values);
}

#[test]
fn values_that_do_not_fill_a_shape_are_refused() {
    let make = Maker::new();
    assert_eq!(refusal(Tensor::from_slice(&make.0, &[0.0; 5], &[2, 3])), ("count", "from_slice"));
    assert_eq!(refusal(Tensor::from_slice(&make.0, &[0.0], &[usize::MAX, 2])), ("too large", "from_slice"));
    let x = make.zeros(&[2, 3]);
    assert_eq!(refusal(x.reshape(&[7])), ("count", "reshape"));
    assert_eq!(refusal(x.reshape(&[usize::MAX, 2])), ("too large", "reshape"));
}

#[test]
fn layout_calls_refuse_axes_and_ranges_that_do_not_exist() {
    let make = Maker::new();
    let x = make.zeros(&[2, 3]);
    for axes in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 2]] {
        assert_eq!(refusal(x.permute(axes)), ("permutation", "permute"), "{axes:?}");
    }
    assert_eq!(refusal(Tensor::concat(&[], 0)), ("empty", "concat"));
    assert_eq!(refusal(Tensor::concat(&[&x], 2)), ("axis", "concat"));
    assert_eq!(refusal(Tensor::concat(&[&x, &make.zeros(&[2, 4])], 0)), ("mismatch", "concat"));
    assert_eq!(refusal(Tensor::concat(&[&x, &make.zeros(&[2, 3, 1])], 0)), ("mismatch", "concat"));
    assert_eq!(refusal(x.narrow(2, 0, 1)), ("axis", "narrow"));
    assert_eq!(refusal(x.narrow(1, 2, 2)), ("range", "narrow"));
    assert_eq!(refusal(x.narrow(1, usize::MAX, 2)), ("range", "narrow"));
    assert_eq!(refusal(x.repeat_batch(3)), ("mismatch", "repeat_batch"));
    assert_eq!(refusal(x.reduce(Reduction::Sum, 2)), ("axis", "reduce"));
    assert_eq!(refusal(x.add(&make.zeros(&[2]))), ("mismatch", "binary"));
}

#[test]
fn products_refuse_operands_that_do_not_fit() {
    let make = Maker::new();
    let x = make.zeros(&[2, 3, 4]);
    assert_eq!(refusal(make.zeros(&[3, 4]).matmul(&x, false)), ("rank", "matmul"));
    assert_eq!(refusal(x.matmul(&make.zeros(&[4, 5]), false)), ("rank", "matmul"));
    assert_eq!(refusal(x.matmul(&make.zeros(&[2, 3, 4]), false)), ("mismatch", "matmul"));
    assert_eq!(refusal(x.matmul(&make.zeros(&[2, 4, 5]), true)), ("mismatch", "matmul"));
    assert_eq!(refusal(x.matmul(&make.zeros(&[1, 4, 5]), false)), ("mismatch", "matmul"));
    let weight = make.zeros(&[5, 4]);
    assert_eq!(refusal(x.linear(&make.zeros(&[4]), None)), ("rank", "linear"));
    assert_eq!(refusal(x.linear(&make.zeros(&[4, 5]), None)), ("mismatch", "linear"));
    assert_eq!(refusal(x.linear(&weight, Some(&make.zeros(&[4])))), ("mismatch", "linear"));
    assert_eq!(x.linear(&weight, Some(&make.zeros(&[5]))).unwrap().shape(), [2, 3, 5]);
}

#[test]
fn image_calls_refuse_operands_that_do_not_fit() {
    let make = Maker::new();
    let image = make.zeros(&[1, 4, 5, 5]);
    let weight = make.zeros(&[2, 4, 3, 3]);
    assert_eq!(refusal(make.zeros(&[4, 5, 5]).conv2d(&weight, None, 1, 1)), ("rank", "conv2d"));
    assert_eq!(refusal(image.conv2d(&make.zeros(&[2, 4]), None, 1, 1)), ("rank", "conv2d"));
    assert_eq!(refusal(image.conv2d(&make.zeros(&[2, 3, 3, 3]), None, 1, 1)), ("mismatch", "conv2d"));
    assert_eq!(refusal(image.conv2d(&make.zeros(&[2, 4, 7, 7]), None, 1, 0)), ("mismatch", "conv2d"));
    for stride in [0, 3] {
        assert_eq!(refusal(image.conv2d(&weight, None, stride, 1)), ("mismatch", "conv2d"), "{stride}");
    }
    assert_eq!(refusal(image.conv2d(&weight, Some(&make.zeros(&[4])), 1, 1)), ("mismatch", "conv2d"));
    assert_eq!(image.conv2d(&weight, None, 2, 1).unwrap().shape(), [1, 2, 3, 3]);

    assert_eq!(refusal(make.zeros(&[4, 5, 5]).upsample_nearest(2)), ("rank", "upsample_nearest"));
    assert_eq!(refusal(image.upsample_nearest(0)), ("mismatch", "upsample_nearest"));
    assert_eq!(refusal(make.zeros(&[4, 5, 5]).pixel_shuffle(2)), ("rank", "pixel_shuffle"));
    for factor in [0, 3] {
        assert_eq!(refusal(image.pixel_shuffle(factor)), ("mismatch", "pixel_shuffle"), "{factor}");
    }
}

#[test]
fn norms_refuse_operands_that_do_not_fit() {
    let make = Maker::new();
    let x = make.zeros(&[2, 4, 3]);
    let (four, three) = (make.zeros(&[4]), make.zeros(&[3]));
    for groups in [0, 3] {
        assert_eq!(refusal(x.group_norm(groups, &four, &four, 1e-5)), ("mismatch", "group_norm"), "{groups}");
    }
    assert_eq!(refusal(four.group_norm(1, &four, &four, 1e-5)), ("mismatch", "group_norm"));
    assert_eq!(refusal(x.group_norm(2, &three, &four, 1e-5)), ("mismatch", "group_norm"));
    assert_eq!(refusal(x.group_norm(2, &four, &three, 1e-5)), ("mismatch", "group_norm"));
    assert_eq!(refusal(x.layer_norm(&four, &three, 1e-5)), ("mismatch", "layer_norm"));
    assert_eq!(refusal(x.layer_norm(&three, &four, 1e-5)), ("mismatch", "layer_norm"));
}

#[test]
fn lookups_refuse_operands_that_do_not_fit() {
    let make = Maker::new();
    let table = make.zeros(&[5, 2]);
    assert_eq!(refusal(make.zeros(&[5]).embedding(&[0])), ("rank", "embedding"));
    assert_eq!(refusal(table.embedding(&[4, 5])), ("index", "embedding"));
    let rows = make.zeros(&[2, 3, 1]);
    assert_eq!(refusal(table.scatter_mean(&[0; 5], 4)), ("rank", "scatter_mean"));
    assert_eq!(refusal(rows.scatter_mean(&[0; 5], 4)), ("count", "scatter_mean"));
    assert_eq!(refusal(rows.scatter_mean(&[0, 0, 0, 0, 0, 4], 4)), ("index", "scatter_mean"));

    let points = make.zeros(&[2, 7, 3]);
    let planes = make.zeros(&[2, 3, 4, 4, 1]);
    assert_eq!(refusal(rows.sample_triplane(&points)), ("rank", "sample_triplane"));
    assert_eq!(refusal(planes.sample_triplane(&make.zeros(&[7, 3]))), ("rank", "sample_triplane"));
    for shape in [[2, 2, 4, 4, 1], [2, 3, 4, 5, 1], [1, 3, 4, 4, 1]] {
        let planes = make.zeros(&shape);
        assert_eq!(refusal(planes.sample_triplane(&points)), ("mismatch", "sample_triplane"), "{shape:?}");
    }
    assert_eq!(refusal(planes.sample_triplane(&make.zeros(&[2, 7, 2]))), ("mismatch", "sample_triplane"));

    let grid = make.zeros(&[2, 4, 4, 4, 1]);
    assert_eq!(refusal(rows.sample_voxel_grid(&points)), ("rank", "sample_voxel_grid"));
    assert_eq!(refusal(grid.sample_voxel_grid(&make.zeros(&[7, 3]))), ("rank", "sample_voxel_grid"));
    for shape in [[2, 4, 4, 5, 1], [2, 5, 4, 4, 1], [1, 4, 4, 4, 1]] {
        let grid = make.zeros(&shape);
        assert_eq!(refusal(grid.sample_voxel_grid(&points)), ("mismatch", "sample_voxel_grid"), "{shape:?}");
    }
    assert_eq!(refusal(grid.sample_voxel_grid(&make.zeros(&[2, 7, 2]))), ("mismatch", "sample_voxel_grid"));
}

#[test]
fn attention_refuses_operands_that_do_not_fit() {
    let make = Maker::new();
    let query = make.zeros(&[2, 3, 4, 5]);
    let keys = make.zeros(&[2, 3, 6, 5]);
    let attend = |keys: &Tensor, values: &Tensor, mask: Option<&Tensor>| {
        refusal(query.attention(keys, values, mask, false))
    };
    assert_eq!(attend(&make.zeros(&[2, 6, 5]), &keys, None), ("rank", "attention"));
    assert_eq!(refusal(make.zeros(&[3, 4, 5]).attention(&keys, &keys, None, false)), ("rank", "attention"));
    assert_eq!(attend(&make.zeros(&[2, 2, 6, 5]), &keys, None), ("mismatch", "attention"));
    assert_eq!(attend(&make.zeros(&[2, 3, 6, 4]), &keys, None), ("mismatch", "attention"));
    assert_eq!(attend(&keys, &make.zeros(&[2, 3, 7, 5]), None), ("mismatch", "attention"));
    assert_eq!(attend(&keys, &keys, Some(&make.zeros(&[2, 4]))), ("mismatch", "attention"));
}

#[test]
fn layout_calls_give_known_values() {
    let make = Maker::new();
    let x = make.of(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[2, 3]);
    assert_holds(x.reshape(&[3, 2]), &[3, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_holds(x.permute(&[1, 0]), &[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    let cube = x.reshape(&[2, 1, 3]).unwrap();
    assert_holds(cube.permute(&[2, 0, 1]), &[3, 2, 1], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert_holds(x.narrow(1, 1, 2), &[2, 2], &[1.0, 2.0, 4.0, 5.0]);
    assert_holds(x.narrow(0, 1, 1), &[1, 3], &[3.0, 4.0, 5.0]);
    let column = make.of(&[7.0, 8.0], &[2, 1]);
    assert_holds(Tensor::concat(&[&column, &x], 1), &[2, 4], &[7.0, 0.0, 1.0, 2.0, 8.0, 3.0, 4.0, 5.0]);
    assert_holds(make.of(&[7.0, 8.0], &[1, 2]).repeat_batch(2), &[2, 2], &[7.0, 8.0, 7.0, 8.0]);
}

#[test]
fn pixel_shuffle_gives_known_values() {
    let make = Maker::new();
    let x = make.of(&[0.0, 1.0, 10.0, 11.0, 20.0, 21.0, 30.0, 31.0], &[1, 4, 1, 2]);
    let expected = [0.0, 10.0, 1.0, 11.0, 20.0, 30.0, 21.0, 31.0];
    assert_holds(x.pixel_shuffle(2), &[1, 1, 2, 4], &expected);
}

#[test]
fn shapes_broadcast_as_in_numpy() {
    let make = Maker::new();
    let column = make.of(&[1.0, 2.0], &[2, 1]);
    let row = make.of(&[10.0, 20.0, 30.0], &[3]);
    assert_holds(column.add(&row), &[2, 3], &[11.0, 21.0, 31.0, 12.0, 22.0, 32.0]);
    assert_holds(row.subtract(&column), &[2, 3], &[9.0, 19.0, 29.0, 8.0, 18.0, 28.0]);
    let stack = make.of(&[2.0, 3.0], &[2, 1, 1]);
    assert_holds(stack.multiply(&make.of(&[1.0, 2.0], &[2, 1])), &[2, 2, 1], &[2.0, 4.0, 3.0, 6.0]);
    assert_eq!(broadcast(&[4, 1, 3], &[2, 1]), Some(vec![4, 2, 3]));
    assert_eq!(broadcast(&[], &[2]), Some(vec![2]));
    assert_eq!(broadcast(&[2], &[3]), None);
}

#[test]
fn reductions_and_means_of_cells_give_known_values() {
    let make = Maker::new();
    let x = make.of(&[1.0, 2.0, 3.0, 5.0], &[2, 2]);
    assert_holds(x.reduce(Reduction::Sum, 0), &[2], &[4.0, 7.0]);
    assert_holds(x.reduce(Reduction::Mean, 1), &[2], &[1.5, 4.0]);
    assert_holds(x.reduce(Reduction::Maximum, 0), &[2], &[3.0, 5.0]);
    let rows = make.of(&[1.0, 3.0, 5.0], &[1, 3, 1]);
    assert_holds(rows.scatter_mean(&[0, 0, 2], 3), &[1, 3, 1], &[2.0, 0.0, 5.0]);
}

#[test]
fn fused_attention_equals_the_composed_one() {
    let make = Maker::new();
    let mut hidden = vec![0.0; 2 * 5];
    hidden[1] = -1e9;
    hidden[9] = -1e9;
    let mask = make.of(&hidden, &[2, 5]);
    let keys = make.random(2, &[2, 3, 5, 4], 2.0);
    let values = make.random(3, &[2, 3, 5, 4], 1.0);
    // Each case is (number of queries, mask, causal).
    for (queries, mask, causal) in
        [(7, None, false), (7, Some(&mask), false), (5, None, true), (5, Some(&mask), true)]
    {
        let query = make.random(1, &[2, 3, queries, 4], 2.0);
        let fused = query.attention(&keys, &values, mask, causal).unwrap();
        let composed = query.attention_composed(&keys, &values, mask, causal).unwrap();
        assert_eq!(fused.shape(), composed.shape());
        assert_close(&fused.to_vec().unwrap(), &composed.to_vec().unwrap(), 1e-5);
    }
}

/// Makes layers from (inputs, outputs, residual).
fn layers(make: &Maker, sizes: &[(usize, usize, bool)]) -> Vec<Layer> {
    sizes
        .iter()
        .zip(100..)
        .map(|(&(inputs, outputs, residual), seed)| Layer {
            weight: make.random(seed, &[outputs, inputs], (3.0 / inputs as f32).sqrt()),
            bias: (seed > 100).then(|| make.random(seed + 50, &[outputs], 0.3)),
            residual,
        })
        .collect()
}

fn signed_distance_field(make: &Maker, batch: usize) -> Field {
    Field {
        parts: FieldParts::Triplane(make.random(1, &[batch, 3, 6, 6, 4], 1.0)),
        layers: layers(make, &[(12, 16, false), (16, 16, true), (16, 2, false)]),
        activation: Activation::Silu,
        radial_bias: Some(RadialBias { constant: -0.5, slope: 1.0 }),
        heads: vec![ChannelHead::Identity; 2],
    }
}

fn texture_field(make: &Maker, batch: usize) -> Field {
    Field {
        parts: FieldParts::Triplane(make.random(2, &[batch, 3, 5, 5, 3], 1.0)),
        layers: layers(make, &[(9, 9, true), (9, 5, false)]),
        activation: Activation::Silu,
        radial_bias: None,
        heads: vec![ChannelHead::Sigmoid; 5],
    }
}

fn density_field(make: &Maker, batch: usize) -> Field {
    let level = |seed, side| make.random(seed, &[batch, side, side, side, 2], 1.0);
    Field {
        parts: FieldParts::VoxelGrids(vec![level(3, 3), level(4, 5)]),
        layers: layers(make, &[(4, 8, false), (8, 4, false)]),
        activation: Activation::Relu,
        radial_bias: Some(RadialBias { constant: 10.0, slope: -20.0 }),
        heads: vec![ChannelHead::Softplus, ChannelHead::Sigmoid, ChannelHead::Sigmoid, ChannelHead::Sigmoid],
    }
}

#[test]
fn fused_decoder_equals_the_composed_field() {
    let make = Maker::new();
    // Some points lie outside the box, where features are clamped.
    let points = numbers(9, 3 * 301, 1.2);
    let host = points.as_chunks::<3>().0;
    let device = make.of(&points, &[1, host.len(), 3]);
    for field in [signed_distance_field(&make, 1), texture_field(&make, 1), density_field(&make, 1)] {
        let composed = field.evaluate(&device).unwrap();
        assert_eq!(composed.shape(), [1, host.len(), field.heads.len()]);
        let decoder = field.decoder().unwrap();
        assert_eq!(decoder.channels(), field.heads.len());
        let mut fused = vec![f32::NAN; host.len() * decoder.channels()];
        decoder.decode(host, &mut fused).unwrap();
        assert_close(&fused, &composed.to_vec().unwrap(), 1e-5);
    }
}

#[test]
fn decoder_refuses_batches_and_layers_that_do_not_fit() {
    let make = Maker::new();
    let refused = |field: &Field| field.decoder().err().unwrap();
    assert!(matches!(
        refused(&signed_distance_field(&make, 2)),
        TensorError::ElementCount { operation: "reshape", .. }
    ));
    let mut field = signed_distance_field(&make, 1);
    field.parts = FieldParts::VoxelGrids(Vec::new());
    assert!(matches!(refused(&field), TensorError::Empty { operation: "decoder" }));
    let mut field = signed_distance_field(&make, 1);
    field.parts = FieldParts::Triplane(make.zeros(&[3, 6, 6, 4]));
    assert!(matches!(refused(&field), TensorError::Rank { operation: "decoder", expected: 5, .. }));
    let mut field = signed_distance_field(&make, 1);
    field.layers.remove(0);
    assert!(matches!(refused(&field), TensorError::ShapeMismatch { operation: "decoder", .. }));
    let mut field = signed_distance_field(&make, 1);
    field.layers[0].residual = true;
    assert!(matches!(refused(&field), TensorError::ShapeMismatch { operation: "decoder", .. }));
    let mut field = signed_distance_field(&make, 1);
    field.heads.pop();
    assert!(matches!(refused(&field), TensorError::ShapeMismatch { operation: "decoder", .. }));
}

#[test]
fn item_is_one_field_of_the_batch() {
    let make = Maker::new();
    let points = make.random(5, &[2, 40, 3], 1.0);
    for field in [signed_distance_field(&make, 2), density_field(&make, 2)] {
        let whole = field.evaluate(&points).unwrap();
        for index in 0..2 {
            let item = field.item(index).unwrap();
            let single = item.evaluate(&points.narrow(0, index, 1).unwrap()).unwrap();
            let expected = whole.narrow(0, index, 1).unwrap();
            assert_eq!(single.shape(), expected.shape());
            assert_close(&single.to_vec().unwrap(), &expected.to_vec().unwrap(), 1e-5);
        }
        assert!(matches!(field.item(2), Err(TensorError::Range { axis: 0, start: 2, .. })));
    }
}

#[test]
fn binomial_filter_keeps_constants_and_removes_the_checkerboard() {
    let maker = Maker::new();
    let constant = maker.of(&[0.75; 2 * 3 * 5 * 4], &[2, 3, 5, 4]);
    assert_close(&constant.binomial_filter().unwrap().to_vec().unwrap(), &[0.75; 120], 1e-6);
    let board: Vec<f32> = (0..64).map(|i| if (i / 8 + i % 8) % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let filtered = maker.of(&board, &[1, 1, 8, 8]).binomial_filter().unwrap().to_vec().unwrap();
    for row in 1..7 {
        assert_close(&filtered[row * 8 + 1..row * 8 + 7], &[0.0; 6], 1e-6);
    }
}

#[test]
fn binomial_filter_spreads_a_pixel_within_its_own_channel() {
    let maker = Maker::new();
    let mut image = vec![0.0; 2 * 25];
    image[25 + 12] = 16.0;
    let filtered = maker.of(&image, &[1, 2, 5, 5]).binomial_filter().unwrap().to_vec().unwrap();
    assert_eq!(filtered[..25], [0.0; 25]);
    assert_close(&filtered[25 + 6..25 + 9], &[1.0, 2.0, 1.0], 1e-6);
    assert_close(&filtered[25 + 11..25 + 14], &[2.0, 4.0, 2.0], 1e-6);
}

#[test]
fn binomial_filter_refuses_another_rank() {
    assert_eq!(refusal(Maker::new().zeros(&[3, 4, 5]).binomial_filter()), ("rank", "binomial_filter"));
}
