//! Pieces that several plants share.

use crate::math::{Frame, Vec3, length, mix, sub};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{against, pillar, shade};
use crate::model::palette::{WHITE, YELLOW};
use crate::paint::{Mask, Paint};

pub(in crate::model::objects) const GREEN: Vec3 = [0.30, 0.62, 0.24];

pub(in crate::model::objects) const BARK: Vec3 = [0.48, 0.31, 0.18];

pub(super) const TERRACOTTA: Vec3 = [0.78, 0.42, 0.26];

/// Adds a flat pointed leaf or petal between two points; its flat side faces `normal`.
pub(in crate::model::objects) fn leaf(
    builder: &mut Builder,
    name: &'static str,
    [from, to]: [Vec3; 2],
    [width, thickness]: [f32; 2],
    normal: Vec3,
    paint: &Paint,
) {
    let middle = mix(from, to, 0.5);
    let radii = [width, 0.5 * length(sub(to, from)), thickness];
    builder.ellipsoid(name, Frame::towards(middle, to, normal), radii, paint);
}

/// Adds a flower pot that stands on the ground, and its soil.
pub(super) fn pot(builder: &mut Builder, color: Vec3, height: f32, radius: f32) {
    let clay = Paint::plain(color);
    let rim = Paint::plain(shade(color, 0.85));
    let top = height - 0.8;
    pillar(builder, "pot", [0.0, 0.0], [-0.80, top - 0.04], [0.70 * radius, 0.92 * radius], &clay);
    pillar(builder, "pot rim", [0.0, 0.0], [top - 0.14, top], [radius, radius], &rim);
    builder.disc("soil", Frame::at([0.0, top, 0.0]), 0.84 * radius, 0.035, &Paint::plain([0.30, 0.20, 0.13]));
}

/// Adds a blossom on a surface: a colored disc with a yellow center.
pub(in crate::model::objects) fn blossom(
    builder: &mut Builder,
    place: Vec3,
    normal: Vec3,
    radius: f32,
    color: Vec3,
) {
    let frame = against(place, normal);
    let petals = Paint::plain(color).with(Mask::Sectors { count: 5.0, twist: 0.0 }, mix(color, WHITE, 0.45));
    builder.ellipsoid("blossom", frame, [radius, 0.055, radius], &petals);
    builder.sphere("blossom heart", frame.to_object([0.0, 0.045, 0.0]), 0.42 * radius, &Paint::plain(YELLOW));
}
