//! Pieces that several pieces of furniture share.

use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::slab;
use crate::model::palette;
use crate::paint::Paint;

pub(super) const OAK: Vec3 = [0.72, 0.49, 0.27];

pub(super) const WALNUT: Vec3 = [0.47, 0.29, 0.17];

pub(super) const UP: Vec3 = [0.0, 1.0, 0.0];

/// Returns the paint of cloth.
pub(super) fn soft(color: Vec3) -> Paint {
    Paint::new(color, 0.0, 0.9)
}

/// Adds an upright oval plate that faces the viewer.
pub(super) fn oval(
    builder: &mut Builder,
    name: &'static str,
    middle: Vec3,
    [x, y]: [f32; 2],
    half: f32,
    paint: &Paint,
) {
    let part = builder.ellipsoid(name, Frame::at(middle), [x, y, x.min(y)], paint);
    part.cuts = vec![([0.0, 0.0, 1.0], middle[2] + half), ([0.0, 0.0, -1.0], half - middle[2])];
}

/// Adds the front of a drawer with a knob. Its face is at depth `z`.
pub(super) fn drawer(builder: &mut Builder, low: [f32; 2], high: [f32; 2], z: f32, paint: &Paint) {
    slab(builder, "drawer", [low[0], low[1], z - 0.08], [high[0], high[1], z], 0.02, paint);
    let middle = [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), z + 0.02];
    builder.sphere("knob", middle, 0.05, &palette::brass());
}
