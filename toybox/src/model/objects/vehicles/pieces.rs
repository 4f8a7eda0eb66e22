//! Pieces that several vehicles share.

use crate::math::Vec3;
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::slab;
use crate::model::palette;
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;

pub(super) const GLASS: Material = Material { color: [0.56, 0.80, 0.93], metallic: 0.0, roughness: 0.15 };

pub(super) const LIGHT: Vec3 = [1.0, 0.92, 0.60];

pub(super) const X: Vec3 = [1.0, 0.0, 0.0];

pub(super) const Y: Vec3 = [0.0, 1.0, 0.0];

pub(super) const Z: Vec3 = [0.0, 0.0, 1.0];

/// Adds a pair of wheels at `[y, z]`, each at the distance `track` from x = 0, and an axle. The ends of the
/// axle are the hubs of the wheels.
pub(super) fn axle(
    builder: &mut Builder,
    [y, z]: [f32; 2],
    track: f32,
    [radius, half]: [f32; 2],
    hub: &Paint,
) {
    let rounding = (0.5 * half).min(0.3 * radius);
    for x in [-track, track] {
        let tyre = Shape::Stump { half_height: half, low: radius, high: radius, rounding };
        builder.add("wheel", tyre, sideways([x, y, z]), &palette::rubber());
    }
    builder.disc("hub", sideways([0.0, y, z]), 0.55 * radius, track + half + 0.015, hub);
}

/// Adds windows around a cabin to the cabin's paint, between two heights in the frame of the part. Corners
/// beyond both coordinates of `inner` (X and Z) become posts.
pub(super) fn glazed(paint: Paint, [low, high]: [f32; 2], inner: [f32; 2]) -> Paint {
    let corner =
        Mask::band(X, -inner[0], inner[0]).outside().and(Mask::band(Z, -inner[1], inner[1]).outside());
    paint.with_material(Mask::band(Y, low, high).and(corner.outside()), GLASS)
}

/// Returns the region within `radius` of a part's y axis.
pub(super) fn middle(radius: f32) -> Mask {
    Mask::ellipsoid([0.0; 3], [radius, 50.0, radius])
}

/// Adds a headlight that faces the front.
pub(super) fn headlight(builder: &mut Builder, place: Vec3, radius: f32) {
    let material = Material { color: LIGHT, metallic: 0.0, roughness: 0.2 };
    let lamp = palette::steel().with_material(middle(0.72 * radius), material);
    builder.disc("headlight", facing(place), radius, 0.045, &lamp);
}

/// Adds a flag on a pole. The flag points to -X.
pub(super) fn flag(builder: &mut Builder, foot: Vec3, height: f32, [width, drop]: [f32; 2], paint: &Paint) {
    let [x, y, z] = foot;
    let top = y + height;
    builder.rod("pole", foot, [x, top - 0.04, z], 0.04, &palette::steel());
    slab(builder, "flag", [x - width, top - drop, z - 0.04], [x + 0.01, top, z + 0.04], 0.03, paint);
}
