//! A convex hull for collisions.

use parry3d::math::Vector;
use parry3d::transformation::try_convex_hull;

use crate::error::Watch;
use crate::mesh::Mesh;

use super::DetailError;

/// Most corners of a hull: Unreal's and PhysX's convex shapes hold 255, and cost by the corner.
const MOST_CORNERS: usize = 128;
/// Corners that are added before the hull is made anew.
const AT_ONCE: usize = 8;
/// By how much of its size a hull is wider than its points, at least: numbers are rounded.
const SLACK: f32 = 1e-5;

/// A convex hull that holds every vertex of the mesh: positions and triangles alone, seen from outside counter-clockwise.
/// Where the exact one has many corners, one of fewer, grown until it holds everything. Errors: `Mesh`, `Cancelled`; `Hull` for points in
/// one plane.
pub fn hull(mesh: &Mesh, watch: Watch<'_>) -> Result<Mesh, DetailError> {
    mesh.check()?;
    watch(0.0)?;
    // In a box of equal sides a flat shape is grown no more across than along.
    let [low, high] = mesh.bounds().map(Vector::from_array);
    let (middle, half) = ((low + high) * 0.5, (high - low) * 0.5);
    if half.min_element() <= 0.0 {
        return Err(flat());
    }
    let points: Vec<Vector> =
        mesh.positions.iter().map(|&point| (Vector::from_array(point) - middle) / half).collect();
    let exact = Hull::of(&points)?;
    let found = if exact.corners.len() <= MOST_CORNERS { exact } else { coarse(&exact.corners, watch)? };
    let grown = found.grown_around(&points)?;
    let positions = grown.corners.into_iter().map(|corner| (middle + corner * half).to_array()).collect();
    Ok(Mesh { positions, triangles: grown.faces, ..Mesh::default() })
}

fn flat() -> DetailError {
    DetailError::Hull { what: "the points lie in one plane".into() }
}

/// The hull of few of the points: begun with those that lie farthest along the axes and diagonals, then those that lie farthest
/// outside of what was found.
fn coarse(points: &[Vector], watch: Watch<'_>) -> Result<Hull, DetailError> {
    let directions = (0..27).map(|index| {
        Vector::from_array([index % 3, index / 3 % 3, index / 9].map(|part: i32| part as f32 - 1.0))
    });
    let farthest = |direction: Vector| {
        let along = |&index: &usize| direction.dot(points[index]);
        (0..points.len()).max_by(|one, other| along(one).total_cmp(&along(other)))
    };
    let mut chosen: Vec<usize> =
        directions.filter(|&direction| direction != Vector::ZERO).filter_map(farthest).collect();
    loop {
        watch(chosen.len() as f32 / MOST_CORNERS as f32)?;
        chosen.sort_unstable();
        chosen.dedup();
        let corners: Vec<Vector> = chosen.iter().map(|&index| points[index]).collect();
        let found = Hull::of(&corners)?;
        let mut outside: Vec<(f32, usize)> =
            (0..found.faces.len()).filter_map(|face| found.farthest_outside(face, points)).collect();
        outside.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
        let wanted: Vec<usize> = outside.into_iter().take(AT_ONCE).map(|(_, index)| index).collect();
        if wanted.is_empty() || chosen.len() + wanted.len() > MOST_CORNERS {
            return Ok(found);
        }
        chosen.extend(wanted);
    }
}

/// Corners and faces.
struct Hull {
    corners: Vec<Vector>,
    faces: Vec<[u32; 3]>,
}

impl Hull {
    fn of(points: &[Vector]) -> Result<Self, DetailError> {
        let (corners, faces) =
            try_convex_hull(points).map_err(|fault| DetailError::Hull { what: fault.to_string() })?;
        Ok(Self { corners, faces })
    }

    /// A face's unit normal, and one of its corners; the normal of a face without area is zero.
    fn plane(&self, face: usize) -> (Vector, Vector) {
        let [a, b, c] = self.faces[face].map(|corner| self.corners[corner as usize]);
        ((b - a).cross(c - a).normalize_or_zero(), a)
    }

    /// The point that lies farthest outside of a face, and how far, if any does at all.
    fn farthest_outside(&self, face: usize, points: &[Vector]) -> Option<(f32, usize)> {
        let (normal, corner) = self.plane(face);
        let heights = points.iter().map(|&point| normal.dot(point - corner)).zip(0..);
        heights.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(height, _)| *height > SLACK)
    }

    /// Larger about its middle by as much as the points need.
    fn grown_around(mut self, points: &[Vector]) -> Result<Self, DetailError> {
        let middle = self.corners.iter().copied().sum::<Vector>() / self.corners.len().max(1) as f32;
        let mut growth = 0.0f32;
        for face in 0..self.faces.len() {
            let (normal, corner) = self.plane(face);
            let distance = normal.dot(corner - middle);
            // A sliver among the faces says nothing; its neighbours hold its points.
            if distance > SLACK {
                let farthest = points.iter().map(|&point| normal.dot(point - middle)).fold(0.0, f32::max);
                growth = growth.max(farthest / distance);
            }
        }
        if growth == 0.0 {
            return Err(flat());
        }
        let factor = growth.max(1.0) * (1.0 + SLACK);
        self.corners.iter_mut().for_each(|corner| *corner = middle + (*corner - middle) * factor);
        Ok(self)
    }
}
