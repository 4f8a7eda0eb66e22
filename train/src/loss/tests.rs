#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::slope_loss;

/// One prompt of 8 points, the last two 0.01 beside the two before; with the values of those four.
fn loss(values: [f32; 4]) -> f64 {
    let mut points = [[0.5f32; 3]; 8];
    points[6][0] += 0.01;
    points[7][1] -= 0.01;
    let mut all = [9.0f32; 8];
    all[4..].copy_from_slice(&values);
    let values = tch::Tensor::from_slice(&all).reshape([1, 8, 1]);
    let points = tch::Tensor::from_slice(points.as_flattened()).reshape([1, 8, 3]);
    slope_loss(&values, &points, 8).unwrap().double_value(&[])
}

#[test]
fn gentle_slopes_cost_nothing() {
    assert!(loss([0.0, 0.0, 0.01, -0.0109]).abs() < 1e-6);
}

#[test]
fn steep_slopes_cost_their_excess_squared() {
    // Slopes of 2.1 and 3.1, each way.
    assert!((loss([0.0, 0.0, 0.021, 0.0]) - 0.5).abs() < 1e-2);
    assert!((loss([0.0, 0.0, -0.021, 0.031]) - 2.5).abs() < 2e-2);
}
