//! Flowers on a stem.

use super::super::palette::{INK, WHITE, YELLOW};
use super::pieces::{BARK, GREEN, TERRACOTTA, leaf, pot};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{against, around, pillar, shade, smile};
use crate::paint::{Mask, Paint};

/// Position of the head, and the direction that it faces.
const HEAD: Vec3 = [0.0, 0.30, 0.06];
const GAZE: Vec3 = [0.0, 0.28, 0.96];

fn stem(builder: &mut Builder, potted: Option<Vec3>, girth: f32, size: f32) {
    let green = Paint::plain(GREEN);
    let foot = if potted.is_some() { -0.52 } else { -0.80 };
    pillar(builder, "stem", [0.0, 0.0], [foot, HEAD[1]], [1.15 * girth, girth], &green);
    if let Some(color) = potted {
        pot(builder, color, 0.40, 0.36);
    }
    let leaves = Paint::plain(GREEN).with(Mask::band([1.0, 0.0, 0.0], -0.025, 0.025), shade(GREEN, 0.75));
    let root = if potted.is_some() { -0.42 } else { -0.62 };
    for (side, rise) in [(-1.0, 0.0), (1.0, 0.10)] {
        let places = [[0.0, root + rise, 0.0], [side * 0.52 * size, root + rise + 0.26, 0.06]];
        leaf(builder, "leaf", places, [0.15 * size, 0.05], [-side * 0.4, 0.8, 0.6], &leaves);
    }
}

/// Adds petals around the head. Parameters: number, offset of the first as in [`around`], inner and outer
/// radius, and width.
fn petals(
    builder: &mut Builder,
    head: Frame,
    count: usize,
    phase: f32,
    [inner, outer, width]: [f32; 3],
    paint: &Paint,
) {
    for [x, z] in around(count, phase) {
        let places = [inner, outer].map(|reach| head.to_object([reach * x, 0.0, reach * z]));
        leaf(builder, "petal", places, [width, 0.065], head.axes[1], paint);
    }
}

pub(super) fn flower(builder: &mut Builder, look: &Look) {
    let main = look.main([0.96, 0.42, 0.62]);
    stem(builder, look.has(1).then_some(look.detail(TERRACOTTA)), 0.06, 1.0);
    let head = against(HEAD, GAZE);
    let inner = Mask::band([0.0, 1.0, 0.0], -9.0, -0.09);
    let paint = Paint::plain(main).with(inner, shade(main, 0.80));
    builder.group(0.02);
    if look.has(3) {
        petals(builder, head, 8, 0.0, [0.05, 0.52, 0.12], &paint);
    } else {
        petals(builder, head, 5, 0.0, [0.04, 0.51, 0.225], &paint);
    }
    builder.group(0.0);
    let heart = Paint::plain(YELLOW);
    builder.ellipsoid("heart", head.moved([0.0, 0.05, 0.0]), [0.17, 0.10, 0.17], &heart);
    builder.sphere("bud", head.to_object([0.0, -0.05, 0.0]), 0.12, &Paint::plain(GREEN));
    if look.has(2) {
        bee(builder, head.to_object([-0.28, 0.16, 0.12]));
    }
}

fn bee(builder: &mut Builder, place: Vec3) {
    let coat = Paint::plain(YELLOW).with(Mask::stripes([1.0, 0.0, 0.0], 0.13, 0.45), INK);
    builder.ellipsoid("bee", Frame::at(place).turned([0.0, 25.0, 12.0]), [0.19, 0.13, 0.13], &coat);
    builder.sphere("bee", add(place, [-0.17, -0.03, 0.08]), 0.09, &Paint::plain(INK));
    for z in [-0.07, 0.09] {
        let wing = [add(place, [0.0, 0.06, z]), add(place, [0.06, 0.30, 2.0 * z])];
        leaf(builder, "wing", wing, [0.09, 0.042], [0.3, 0.0, 1.0], &Paint::glossy(WHITE));
    }
}

pub(super) fn sunflower(builder: &mut Builder, look: &Look) {
    let main = look.main([0.99, 0.76, 0.12]);
    stem(builder, look.has(2).then_some(look.detail(TERRACOTTA)), 0.075, 1.15);
    let head = against(HEAD, GAZE);
    let front = Paint::plain(main).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.05), shade(main, 0.82));
    petals(builder, head, 13, 0.0, [0.16, 0.50, 0.085], &front);
    let center = Paint::new([0.36, 0.21, 0.11], 0.0, 0.9)
        .with(Mask::ellipsoid([0.0; 3], [0.17, 1.0, 0.17]), shade(BARK, 1.1));
    builder.disc("back", head.moved([0.0, -0.06, 0.0]), 0.24, 0.06, &Paint::plain(GREEN));
    builder.ellipsoid("center", head.moved([0.0, 0.03, 0.0]), [0.29, 0.12, 0.29], &center);
    if look.has(1) {
        smile(builder, head.moved([0.0, 0.135, 0.0]), 0.85);
    }
    if look.has(3) {
        let place = head.moved([-0.10, 0.15, 0.10]);
        let red = Paint::glossy([0.88, 0.14, 0.12])
            .with(Mask::band([1.0, 0.0, 0.0], -0.018, 0.018), INK)
            .with(Mask::ellipsoid([0.09, 0.08, 0.03], [0.045; 3]).mirrored(), INK);
        builder.ellipsoid("ladybug", place, [0.16, 0.12, 0.18], &red);
        builder.sphere("ladybug", place.to_object([0.0, 0.02, 0.17]), 0.085, &Paint::glossy(INK));
    }
}
