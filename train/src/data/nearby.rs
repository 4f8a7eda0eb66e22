//! Points near other points.

/// Standard deviation of the color points' distance from the true surface, in object space. The vertices of a
/// mesh are within a third of a cell at 128³ of the surface.
pub const NEAR_SIGMA: f32 = 0.005;
/// Range of the distance between two neighbors, in object space: from a fraction of a cell to a few cells at
/// 128³.
pub const PAIR: [f32; 2] = [0.005, 0.04];

/// Returns a point moved along a direction, within the box.
pub fn moved(point: [f32; 3], length: f32, direction: [f32; 3]) -> [f32; 3] {
    [0, 1, 2].map(|axis| (point[axis] + length * direction[axis]).clamp(-1.0, 1.0))
}
