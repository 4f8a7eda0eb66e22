#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use tch::{Device, Kind};

const FLOAT: (Kind, Device) = (Kind::Float, Device::Cpu);

/// Returns the singular values of a matrix with at most as many rows as columns, largest first.
fn singular_values(x: &Tensor) -> Vec<f32> {
    let squares = x.matmul(&x.tr()).linalg_eigvalsh("L").flip([0]);
    Vec::try_from(squares.clamp_min(0.0).sqrt()).unwrap()
}

#[test]
fn singular_values_end_near_one() {
    tch::manual_seed(1);
    for shape in [[9, 9], [16, 40], [64, 576]] {
        let values = singular_values(&orthogonalize(&Tensor::randn(shape, FLOAT)).unwrap());
        // The smallest singular value of a square matrix may be too small to be raised.
        let middle = values[values.len() / 2];
        assert!(values[0] < 1.3 && middle > 0.6, "{shape:?}: {values:?}");
    }
}

#[test]
fn the_gram_form_equals_the_iteration_on_the_matrix() {
    tch::manual_seed(2);
    let x = Tensor::randn([24, 70], FLOAT);
    let mut direct = &x / x.norm();
    let [a, b, c] = QUINTIC;
    for _ in 0..ITERATIONS {
        let gram = direct.matmul(&direct.tr());
        direct = a * &direct + (b * &gram + c * gram.matmul(&gram)).matmul(&direct);
    }
    let gap = (orthogonalize(&x).unwrap() - direct).abs().max().double_value(&[]);
    assert!(gap < 1e-4, "{gap}");
}

#[test]
fn a_gradient_of_low_rank_stays_finite_and_bounded() {
    tch::manual_seed(3);
    let x = Tensor::randn([64, 2], FLOAT).matmul(&Tensor::randn([2, 128], FLOAT));
    let values = singular_values(&orthogonalize(&x).unwrap());
    assert!(values[0] < 1.3 && values[1] > 0.6 && values[3] < 0.05, "{:?}", &values[..5]);
    let zero = orthogonalize(&Tensor::zeros([16, 16], FLOAT)).unwrap();
    assert_eq!(zero.abs().max().double_value(&[]), 0.0);
}

#[test]
fn a_step_has_the_same_size_per_entry_in_any_shape() {
    tch::manual_seed(4);
    for shape in [vec![32, 32], vec![128, 16], vec![16, 32, 3, 3]] {
        let gradient = Tensor::randn(shape.as_slice(), FLOAT) * 1e-3;
        let mut momentum = gradient.zeros_like();
        let step = update(&mut momentum, &gradient).unwrap();
        assert_eq!(step.size(), shape);
        let size = step.square().mean(Kind::Float).sqrt().double_value(&[]);
        assert!((0.12..0.25).contains(&size), "{shape:?}: {size}");
    }
}
