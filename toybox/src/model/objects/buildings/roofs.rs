//! Roofs and gables, which are blocks cut to half spaces.

use crate::math::{Frame, Vec3, normalize};
use crate::model::builder::Builder;
use crate::paint::Paint;
use crate::part::Part;

/// Adds the two slopes of a roof whose ridge is along Z, mirrored at x = 0. Their outer faces pass through
/// two points `[x, y]` of its profile, `eave` and the higher `ridge`.
pub(super) fn slopes(
    builder: &mut Builder,
    eave: [f32; 2],
    ridge: [f32; 2],
    depth: [f32; 2],
    thickness: f32,
    paint: &Paint,
) {
    // The slopes overlap slightly where they meet.
    let inner = ridge[0] - thickness.min(ridge[0]) - 0.006;
    let low = eave[1] - 0.5 * thickness;
    let half = [0.5 * (eave[0] - inner), 0.5 * (ridge[1] - low), 0.5 * (depth[1] - depth[0])];
    for side in [-1.0, 1.0] {
        let middle = [side * (eave[0] - half[0]), low + half[1], 0.5 * (depth[0] + depth[1])];
        let part = builder.block("roof", Frame::at(middle), half, 0.01, paint);
        let normal = normalize([side * (ridge[1] - eave[1]), eave[0] - ridge[0], 0.0]);
        let offset = side * normal[0] * eave[0] + normal[1] * eave[1];
        part.cuts.push((normal, offset));
        part.cuts.push((normal.map(|n| -n), thickness - offset));
    }
}

/// Adds a solid block with a ridge along Z. Its slopes are mirrored at x = 0 and pass through the same points
/// as [`slopes`].
pub(super) fn gable(builder: &mut Builder, low: Vec3, high: Vec3, profile: &[[f32; 2]], paint: &Paint) {
    let half = [0, 1, 2].map(|axis| 0.5 * (high[axis] - low[axis]));
    let middle = [0, 1, 2].map(|axis| 0.5 * (high[axis] + low[axis]));
    let part = builder.block("gable", Frame::at(middle), half, 0.0, paint);
    for pair in profile.windows(2) {
        slope_to(part, pair[0], pair[1]);
    }
}

/// Cuts a part to the space under both slopes through two points of a profile.
pub(super) fn slope_to(part: &mut Part, eave: [f32; 2], ridge: [f32; 2]) {
    for side in [-1.0, 1.0] {
        let normal = normalize([side * (ridge[1] - eave[1]), eave[0] - ridge[0], 0.0]);
        part.cuts.push((normal, side * normal[0] * eave[0] + normal[1] * eave[1]));
    }
}

/// Adds a pyramid over a box, with an upright rim of height `rim`. The rim is thick enough to be visible.
pub(super) fn pyramid(builder: &mut Builder, low: Vec3, high: Vec3, rim: f32, paint: &Paint) {
    let half = [0, 1, 2].map(|axis| 0.5 * (high[axis] - low[axis]));
    let middle = [0, 1, 2].map(|axis| 0.5 * (high[axis] + low[axis]));
    let part = builder.block("roof", Frame::at(middle), half, 0.01, paint);
    let rise = 2.0 * half[1] - rim;
    for (axis, sign) in [(0, -1.0), (0, 1.0), (2, -1.0), (2, 1.0)] {
        let mut normal = [0.0, half[axis] - 0.03, 0.0];
        normal[axis] = sign * rise;
        let normal = normalize(normal);
        let edge = middle[axis] + sign * half[axis];
        part.cuts.push((normal, normal[axis] * edge + normal[1] * (low[1] + rim)));
    }
}
