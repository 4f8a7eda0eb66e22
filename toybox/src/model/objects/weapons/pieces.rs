//! Pieces that several weapons share.

use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::paint::Paint;

pub(super) const LEATHER: Vec3 = [0.36, 0.20, 0.12];

pub(super) const OAK: Vec3 = [0.72, 0.49, 0.27];

pub(super) const UP: Vec3 = [0.0, 1.0, 0.0];

/// Returns planes that taper a plate in z = 0 from half thickness `ridge` at x = 0 to `edge` at `half_width`.
pub(super) fn bevels(half_width: f32, ridge: f32, edge: f32) -> Vec<(Vec3, f32)> {
    let norm = (ridge - edge).hypot(half_width);
    let (across, out) = ((ridge - edge) / norm, half_width / norm);
    let planes = [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)];
    planes.map(|(x, z)| ([x * across, 0.0, z * out], ridge * out)).to_vec()
}

/// Returns the plane through the point `[x, y, 0]` with the normal `[across, up, 0]`. It cuts off everything
/// on the side to which the normal points.
pub(super) fn plane([x, y]: [f32; 2], [across, up]: [f32; 2]) -> (Vec3, f32) {
    let norm = across.hypot(up);
    ([across / norm, up / norm, 0.0], (across * x + up * y) / norm)
}

/// Adds a leather wrap in rings around an upright handle.
pub(super) fn wrap(builder: &mut Builder, heights: [f32; 2], radius: f32, color: Vec3) {
    let paint = Paint::new(color, 0.0, 0.8);
    let count = ((heights[1] - heights[0]) / 0.12).round().max(1.0);
    for step in 0..=count as usize {
        let y = heights[0] + (heights[1] - heights[0]) * step as f32 / count;
        builder.ellipsoid("wrap", Frame::at([0.0, y, 0.0]), [radius, 0.085, radius], &paint);
    }
}
