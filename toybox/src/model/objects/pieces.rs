//! Pieces that objects of several categories share.

use std::f32::consts::TAU;

use super::palette::{INK, WHITE};
use crate::math::{Frame, Vec3, add, scale};
use crate::model::builder::Builder;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Multiplies a color by a factor; values below 1 make it darker.
pub(super) fn shade(color: Vec3, factor: f32) -> Vec3 {
    color.map(|c| (c * factor).min(1.0))
}

/// Adds an upright cylinder or truncated cone between two heights, with the radii at both ends.
pub(in crate::model) fn pillar(
    builder: &mut Builder,
    name: &'static str,
    [x, z]: [f32; 2],
    heights: [f32; 2],
    radii: [f32; 2],
    paint: &Paint,
) {
    let half_height = 0.5 * (heights[1] - heights[0]);
    let rounding = (0.4 * half_height).min(0.4 * radii[0].min(radii[1])).min(0.02);
    let shape = Shape::Stump { half_height, low: radii[0], high: radii[1], rounding };
    builder.add(name, shape, Frame::at([x, 0.5 * (heights[0] + heights[1]), z]), paint);
}

/// Adds a block between two corners.
pub(super) fn slab(
    builder: &mut Builder,
    name: &'static str,
    low: Vec3,
    high: Vec3,
    rounding: f32,
    paint: &Paint,
) {
    let half = [0, 1, 2].map(|axis| 0.5 * (high[axis] - low[axis]));
    let middle = [0, 1, 2].map(|axis| 0.5 * (high[axis] + low[axis]));
    builder.block(name, Frame::at(middle), half, rounding, paint);
}

/// Returns evenly spaced unit directions around the y axis, as `[x, z]`. The first is at `phase` of a step
/// from the front.
pub(in crate::model::objects) fn around(count: usize, phase: f32) -> impl Iterator<Item = [f32; 2]> {
    (0..count).map(move |index| {
        let (sine, cosine) = ((index as f32 + phase) * TAU / count as f32).sin_cos();
        [sine, cosine]
    })
}

/// Returns a frame on a surface: y along `normal` away from it, z upward.
pub(in crate::model::objects) fn against(origin: Vec3, normal: Vec3) -> Frame {
    Frame::towards(origin, add(origin, normal), [0.0, 1.0, 0.0])
}

/// Adds two eyes and a smile on a surface.
pub(in crate::model::objects) fn smile(builder: &mut Builder, frame: Frame, size: f32) {
    let ink = Paint::glossy(INK).with(Mask::ellipsoid([0.025, 0.05, 0.035], [0.024; 3]), WHITE);
    for x in [-0.16, 0.16] {
        let eye = frame.moved([x * size, -0.01, 0.08 * size]);
        builder.ellipsoid("eye", eye, [0.06 * size, 0.05, 0.085 * size], &ink);
    }
    let [x, y, z] = frame.axes;
    let mouth = Frame { origin: frame.to_object([0.0, 0.0, -0.03 * size]), axes: [x, scale(z, -1.0), y] };
    let arc = Shape::Arc { major: 0.11 * size, minor: 0.042, half_angle: 1.1 };
    builder.add("mouth", arc, mouth, &Paint::glossy(INK));
}
