//! Pieces that several animals share.

use crate::math::{Frame, Vec3, add};
use crate::model::builder::Builder;
use crate::model::objects::pieces::shade;
use crate::model::palette::{INK, WHITE};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a round, half sunk eye that faces along `way`: white, with a big pupil and a highlight.
pub(super) fn eye(builder: &mut Builder, center: Vec3, radius: f32, way: Vec3) {
    let frame = Frame::towards(center, add(center, way), [0.0, 1.0, 0.0]);
    let paint = Paint::glossy(WHITE)
        .with(Mask::ellipsoid([0.0, radius, 0.0], [0.70 * radius, radius, 0.74 * radius]), INK)
        .with(
            Mask::ellipsoid([0.24 * radius, radius, 0.28 * radius], [0.24 * radius, radius, 0.24 * radius]),
            WHITE,
        );
    builder.ellipsoid("eye", frame, [radius, 0.72 * radius, radius], &paint);
}

/// Adds an eye on each side of x = 0.
pub(super) fn eyes(builder: &mut Builder, [x, y, z]: Vec3, radius: f32, [a, b, c]: Vec3) {
    for side in [-1.0, 1.0] {
        eye(builder, [side * x, y, z], radius, [side * a, b, c]);
    }
}

/// Adds a smile on the front. Its lowest point is at a given place; `wide` is the radius of the smile.
pub(super) fn smile(builder: &mut Builder, [x, y, z]: Vec3, wide: f32, color: Vec3) {
    let shape = Shape::Arc { major: wide, minor: 0.036, half_angle: 0.95 };
    let frame = Frame::at([x, y + wide, z]).turned([0.0, 0.0, 180.0]);
    builder.add("mouth", shape, frame, &Paint::plain(color));
}

/// Adds a scarf around an upright neck, with an end that hangs in front.
pub(super) fn scarf(builder: &mut Builder, [x, y, z]: Vec3, radius: f32, color: Vec3) {
    let wool = Paint::new(color, 0.0, 0.9);
    let fringe = wool.clone().with(Mask::stripes([0.0, 1.0, 0.0], 0.16, 0.4), shade(color, 0.7));
    builder.torus("scarf", Frame::at([x, y, z]), radius, 0.085, &wool);
    let knot = [x + 0.45 * radius, y - 0.03, z + 0.9 * radius];
    builder.sphere("scarf", knot, 0.11, &wool);
    builder.cone("scarf", knot, add(knot, [0.07, -0.26, 0.06]), 0.075, 0.09, &fringe);
}

/// Adds the toes of a bird on the ground, before and behind a place.
pub(super) fn claw(builder: &mut Builder, [x, z]: [f32; 2], paint: &Paint) {
    for (a, b) in [(0.0, 0.19), (0.13, 0.14), (-0.13, 0.14), (0.0, -0.12)] {
        builder.cone("toe", [x, -0.745, z], [x + a, -0.755, z + b], 0.045, 0.042, paint);
    }
}
