#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::slope_losses;

/// Returns (excess, normal) for a prompt of 8 points. The last two points are 0.01 away from the two points
/// before them. `predicted` and `truth` are the distances at these four points.
fn losses(predicted: [f32; 4], truth: [f32; 4]) -> (f64, f64) {
    let mut points = [[0.5f32; 3]; 8];
    points[6][0] += 0.01;
    points[7][1] -= 0.01;
    let values = |last: [f32; 4]| {
        let mut all = [9.0f32; 8];
        all[4..].copy_from_slice(&last);
        tch::Tensor::from_slice(&all).reshape([1, 8, 1])
    };
    let points = tch::Tensor::from_slice(points.as_flattened()).reshape([1, 8, 3]);
    let (excess, normal) = slope_losses(&values(predicted), &values(truth), &points, 8).unwrap();
    (excess.double_value(&[]), normal.double_value(&[]))
}

#[test]
fn gentle_slopes_cost_nothing() {
    let values = [0.0, 0.0, 0.01, -0.0109];
    let (excess, normal) = losses(values, values);
    assert!(excess.abs() < 1e-6 && normal.abs() < 1e-6, "{excess} {normal}");
}

#[test]
fn steep_slopes_cost_their_excess_squared() {
    // Slopes of 2.1 and 3.1, with both signs.
    let excess = |values| losses(values, values).0;
    assert!((excess([0.0, 0.0, 0.021, 0.0]) - 0.5).abs() < 1e-2);
    assert!((excess([0.0, 0.0, -0.021, 0.031]) - 2.5).abs() < 2e-2);
}

#[test]
fn wrong_slopes_cost_their_error_most_near_the_surface() {
    // The first pair has the slope 0.5 instead of 1. The slope of the second pair is exact, although its
    // values are 0.2 off.
    let near = losses([0.0, 0.2, 0.005, 0.2], [0.0, 0.0, 0.01, 0.0]).1;
    assert!((near - 0.25).abs() < 1e-3, "{near}");
    let far = losses([0.3, 0.2, 0.305, 0.2], [0.3, 0.0, 0.31, 0.0]).1;
    assert!(far < near / 5.0, "{far} {near}");
}
