//! Pieces that several household objects share.

use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::paint::Paint;

/// Adds a bowl or a pot: the lower part of a hollow ellipsoid, cut at height `top`.
pub(super) fn hollow(
    builder: &mut Builder,
    name: &'static str,
    center: Vec3,
    radii: Vec3,
    top: f32,
    paint: &Paint,
) {
    let part = builder.ellipsoid(name, Frame::at(center), radii, paint);
    part.skin = Some(0.045);
    part.cuts = vec![([0.0, 1.0, 0.0], top)];
}
