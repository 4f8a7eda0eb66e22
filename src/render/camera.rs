//! The camera of a picture.

use crate::math::{sin_cos, tan};
use crate::mesh::Mesh;
use crate::vector::{Vector, add, cross, dot, normalized, scale, subtract};

/// The region that the camera fits into the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Framing {
    /// The mesh that is drawn, as large as possible.
    Fit,
    /// This box, in the mesh's frame. It gives all meshes of an animation the same camera.
    Bounds {
        /// The smallest corner.
        low: [f32; 3],
        /// The largest corner.
        high: [f32; 3],
    },
}

impl Framing {
    /// Returns the bounding box of all these meshes. Returns [`Framing::Fit`] if the box is not finite, for
    /// example because there are no vertices.
    pub fn around<'a>(meshes: impl IntoIterator<Item = &'a Mesh>) -> Self {
        let positions = meshes.into_iter().flat_map(|mesh| &mesh.positions);
        match bounds(positions.copied()) {
            Some((low, high)) => Self::Bounds { low, high },
            None => Self::Fit,
        }
    }
}

/// A perspective camera that looks at the center of the framed region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Rotation about +Y in degrees. 0 looks at the front (+Z side), 90 at the +X side.
    pub yaw_degrees: f32,
    /// Angle above the horizon in degrees; clamped to ±89.
    pub pitch_degrees: f32,
    /// Vertical angle of view in degrees; clamped to [1, 120].
    pub field_of_view_degrees: f32,
    /// The region that fills the frame.
    pub framing: Framing,
}

impl Default for Camera {
    /// Returns a three-quarter view from slightly above, with a portrait lens.
    fn default() -> Self {
        Self { yaw_degrees: 30.0, pitch_degrees: 15.0, field_of_view_degrees: 28.0, framing: Framing::Fit }
    }
}

/// The share of the frame that the framed region fills; the rest is margin.
const FILL: f32 = 0.86;

/// A placed camera.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) eye: Vector,
    pub(super) right: Vector,
    pub(super) up: Vector,
    /// The view direction.
    pub(super) forward: Vector,
    /// Half the width and half the height of the visible area at distance one.
    pub(super) slopes: [f32; 2],
    /// Near distance: anything nearer is not drawn.
    pub(super) near: f32,
}

impl View {
    /// Places the camera. `low` and `high` are the mesh's bounds; `aspect` is the picture's width over its
    /// height.
    pub(super) fn new(camera: &Camera, mesh: &Mesh, low: Vector, high: Vector, aspect: f32) -> Self {
        let (yaw, pitch) =
            (camera.yaw_degrees.to_radians(), camera.pitch_degrees.clamp(-89.0, 89.0).to_radians());
        let ((yaw_sine, yaw_cosine), (pitch_sine, pitch_cosine)) = (sin_cos(yaw), sin_cos(pitch));
        let forward = [-yaw_sine * pitch_cosine, -pitch_sine, -yaw_cosine * pitch_cosine];
        let right = normalized(cross(forward, [0.0, 1.0, 0.0]));
        let up = cross(right, forward);
        let slope = tan(camera.field_of_view_degrees.clamp(1.0, 120.0).to_radians() * 0.5);
        let slopes = [slope * aspect, slope];
        let view = Self { eye: [0.0; 3], right, up, forward, slopes, near: 0.0 };
        match camera.framing {
            Framing::Fit => view.fit(scale(add(low, high), 0.5), mesh.positions.iter().copied()),
            Framing::Bounds { low, high } => {
                let corner = |bits: usize| std::array::from_fn(|axis| [low, high][bits >> axis & 1][axis]);
                view.fit(scale(add(low, high), 0.5), (0..8).map(corner))
            }
        }
    }

    /// Moves the eye so that all points just fit, aimed at the center of their visible extent.
    fn fit(mut self, center: Vector, points: impl Iterator<Item = Vector> + Clone) -> Self {
        // A point at (x, depth) from the aim is seen within the slope s if |x| ≤ s (distance + depth). Over
        // all points, this bounds the distance for each aim. The best aim balances both sides, so both bounds
        // are made equal.
        let slopes = self.slopes.map(|slope| slope * FILL);
        let mut reach = [[f32::NEG_INFINITY; 2]; 2];
        let mut nearest = f32::INFINITY;
        for point in points {
            let offset = subtract(point, center);
            let depth = dot(offset, self.forward);
            nearest = nearest.min(depth);
            for (side, axis) in [self.right, self.up].into_iter().enumerate() {
                let across = dot(offset, axis) / slopes[side];
                reach[side][0] = reach[side][0].max(across - depth);
                reach[side][1] = reach[side][1].max(-across - depth);
            }
        }
        let distance = reach.iter().map(|[more, less]| (more + less) * 0.5).fold(1e-3, f32::max);
        let aim = |side: usize| (reach[side][0] - reach[side][1]) * 0.5 * slopes[side];
        let aside = add(scale(self.right, aim(0)), scale(self.up, aim(1)));
        self.eye = subtract(add(center, aside), scale(self.forward, distance));
        self.near = (distance + nearest).max(distance * 1e-2) * 0.2;
        self
    }

    /// Returns the direction at a place of the picture. Both coordinates are from -1 to 1, x to the right and
    /// y up.
    pub(super) fn ray(&self, x: f32, y: f32) -> Vector {
        let across = add(scale(self.right, x * self.slopes[0]), scale(self.up, y * self.slopes[1]));
        normalized(add(self.forward, across))
    }
}

/// Returns the bounding box of points; `None` if there is no point, or if the box is not finite.
pub(super) fn bounds(points: impl Iterator<Item = Vector>) -> Option<(Vector, Vector)> {
    let infinite = (([f32::INFINITY; 3]), [f32::NEG_INFINITY; 3]);
    let (low, high): (Vector, Vector) = points.fold(infinite, |(low, high), point| {
        (
            std::array::from_fn(|axis| low[axis].min(point[axis])),
            std::array::from_fn(|axis| high[axis].max(point[axis])),
        )
    });
    low.iter().chain(&high).all(|number| number.is_finite()).then_some((low, high))
}
