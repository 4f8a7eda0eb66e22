//! Pieces that several props share.

use crate::math::{Frame, Vec3, dot, sub};
use crate::model::builder::Builder;
use crate::paint::Paint;
use crate::part::Part;

/// Returns `count` evenly spaced positions around the y axis, the first at the front: degrees, and the
/// direction in X and Z.
pub(super) fn around(count: usize) -> impl Iterator<Item = (f32, [f32; 2])> {
    (0..count).map(move |index| {
        let degrees = 360.0 * index as f32 / count as f32;
        let (sine, cosine) = degrees.to_radians().sin_cos();
        (degrees, [sine, cosine])
    })
}

/// Cuts away the part beyond a plane through a point.
pub(super) fn trim(part: &mut Part, normal: Vec3, point: Vec3) {
    part.cuts.push((normal, dot(normal, point)));
}

/// Returns a direction of a frame in object space.
pub(super) fn direction(frame: Frame, local: Vec3) -> Vec3 {
    sub(frame.to_object(local), frame.origin)
}

/// Adds a tied ribbon that faces the viewer: two loops, two ends and a knot. `size` is its half width.
pub(super) fn tied_ribbon(builder: &mut Builder, [x, y, z]: Vec3, size: f32, paint: &Paint) {
    for side in [-1.0, 1.0] {
        let (loop_end, tail_end) = (
            [x + side * 0.68 * size, y + 0.14 * size, z],
            [x + side * 0.5 * size, y - 0.8 * size, z + 0.15 * size],
        );
        builder.cone("ribbon", [x, y, z], loop_end, 0.12 * size, 0.32 * size, paint);
        builder.cone("ribbon", [x, y, z], tail_end, 0.14 * size, 0.20 * size, paint);
    }
    builder.sphere("knot", [x, y, z + 0.05 * size], 0.25 * size, paint);
}

/// Adds a handle that arches over a thing from side to side. Parameters: height at the ends, half width,
/// rise, and backward lean.
pub(super) fn bail(builder: &mut Builder, height: f32, [half_width, rise, lean]: [f32; 3], paint: &Paint) {
    let points: Vec<(Vec3, f32)> = (0..=8)
        .map(|step| {
            let (sine, cosine) = (std::f32::consts::PI * step as f32 / 8.0).sin_cos();
            ([half_width * cosine, height + rise * sine, -lean * sine], 0.05)
        })
        .collect();
    builder.chain("handle", &points, paint);
}
