//! Pieces that several buildings share.

use crate::math::Vec3;
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Material, Paint};

pub(super) const GLASS: Material = Material { color: [0.50, 0.75, 0.90], metallic: 0.0, roughness: 0.15 };

pub(super) const OAK: Vec3 = [0.52, 0.33, 0.19];

pub(super) const BRICK: Vec3 = [0.80, 0.31, 0.22];

pub(super) const GRANITE: Vec3 = [0.70, 0.69, 0.68];

pub(super) const X: Vec3 = [1.0, 0.0, 0.0];

pub(super) const Y: Vec3 = [0.0, 1.0, 0.0];

pub(super) const Z: Vec3 = [0.0, 0.0, 1.0];

/// Returns the paint of a window with a frame, a cross and panes. The window faces Z, or X where `across` is
/// Z.
pub(super) fn window(frame: Vec3, across: Vec3, [width, height]: [f32; 2]) -> Paint {
    let panes =
        Mask::band(across, 0.045 - width, width - 0.045).and(Mask::band(Y, 0.045 - height, height - 0.045));
    let cross = Mask::band(across, -0.02, 0.02).outside().and(Mask::band(Y, -0.02, 0.02).outside());
    Paint::plain(frame).with_material(panes.and(cross), GLASS)
}

/// Returns the paint of a round wall with stones of two shades.
pub(super) fn masonry(color: Vec3) -> Paint {
    let (courses, stones) = (Mask::stripes(Y, 0.26, 0.5), Mask::Sectors { count: 5.0, twist: 0.0 });
    let dark = shade(color, 0.86);
    Paint::plain(color)
        .with(courses.clone().and(stones.clone()), dark)
        .with(courses.outside().and(stones.outside()), dark)
}

/// Adds a door with a round top on a wall that faces the front. `place` is the middle of its sill.
pub(super) fn door(builder: &mut Builder, place: Vec3, [half, height]: [f32; 2], color: Vec3) {
    let [x, y, z] = place;
    let spring = y + height - half;
    let paint = Paint::plain(color);
    let knob = Mask::ellipsoid([0.55 * half, 0.0, 0.05], [0.035, 0.035, 0.08]);
    let leaf = paint.clone().with(knob, palette::BRASS);
    slab(builder, "door", [x - half, y, z - 0.05], [x + half, spring, z + 0.05], 0.02, &leaf);
    builder.disc("door", facing([x, spring, z]), half, 0.05, &paint);
}

/// Adds a flag on a pole. The flag points to -X.
pub(super) fn flag(builder: &mut Builder, foot: Vec3, height: f32, [width, drop]: [f32; 2], paint: &Paint) {
    let [x, y, z] = foot;
    let top = y + height;
    builder.rod("pole", foot, [x, top - 0.035, z], 0.035, &Paint::plain([0.30, 0.24, 0.20]));
    slab(builder, "flag", [x - width, top - drop, z - 0.035], [x + 0.01, top, z + 0.035], 0.02, paint);
}
