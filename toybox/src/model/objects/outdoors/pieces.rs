//! Pieces that several outdoor objects share.

use crate::math::Vec3;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar};
use crate::model::palette::YELLOW;
use crate::paint::{Mask, Paint};

/// Adds a small flower that faces the front: petals around a yellow center.
pub(super) fn flower(builder: &mut Builder, [x, y, z]: Vec3, size: f32, color: Vec3) {
    let petal = Paint::plain(color);
    for [a, b] in around(5, 0.0) {
        builder.sphere("petal", [x + 0.8 * size * a, y + 0.8 * size * b, z], 0.62 * size, &petal);
    }
    builder.sphere("flower", [x, y, z + 0.3 * size], 0.6 * size, &Paint::plain(YELLOW));
}

/// Adds a lantern with glowing glass. Parameters: the position of its foot, and its size.
pub(super) fn lantern(builder: &mut Builder, [x, y, z]: Vec3, size: f32, frame: &Paint) {
    let glass = Paint::new([1.0, 0.90, 0.56], 0.0, 0.2).with(
        Mask::ellipsoid([0.0; 3], [9.0, 0.4 * size, 9.0]).and(Mask::Sectors { count: 4.0, twist: 0.0 }),
        [1.0, 0.97, 0.80],
    );
    pillar(builder, "lantern", [x, z], [y, y + 0.22 * size], [0.30 * size, 0.44 * size], frame);
    pillar(builder, "glass", [x, z], [y + 0.18 * size, y + 0.92 * size], [0.36 * size, 0.50 * size], &glass);
    pillar(builder, "roof", [x, z], [y + 0.88 * size, y + 1.28 * size], [0.64 * size, 0.14 * size], frame);
    builder.sphere("knob", [x, y + 1.32 * size, z], (0.15 * size).max(0.04), frame);
}
