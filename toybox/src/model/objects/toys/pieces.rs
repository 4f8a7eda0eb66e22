//! Pieces that several toys share.

use crate::math::Frame;
use crate::model::builder::Builder;
use crate::paint::Paint;

/// Adds a star with five points on a surface. It faces the z axis of the frame.
pub(super) fn star(builder: &mut Builder, frame: Frame, radius: f32, half: f32, paint: &Paint) {
    builder.group(0.01);
    for step in 0..5u8 {
        let turned = frame.turned([0.0, 0.0, 72.0 * f32::from(step)]);
        let [root, tip] = [0.0, radius].map(|y| turned.to_object([0.0, y, 0.0]));
        builder.cone("star", root, tip, 0.42 * radius.max(half), half, paint);
    }
    builder.group(0.0);
}
