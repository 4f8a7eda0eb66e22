//! Convex hull for collisions.

use parry3d::math::Vector;
use parry3d::transformation::try_convex_hull;

use crate::error::ProgressCallback;
use crate::mesh::{Mesh, bounds};

use super::DetailError;

/// Smallest limit that a caller may set for the number of a hull's vertices. A box has 8 vertices.
pub const LEAST_HULL_VERTICES: u32 = 8;
/// Largest number of vertices of a hull, which is the limit of PhysX and Jolt.
pub const MOST_HULL_VERTICES: u32 = 255;
/// Default limit of a hull's vertices. Unreal Engine's importer reduces hulls with more vertices.
pub const DEFAULT_HULL_VERTICES: u32 = 32;
/// Number of vertices that are added before the hull is computed again.
const AT_ONCE: usize = 2;
/// Smallest relative amount by which a hull is wider than its points, because numbers are rounded.
const SLACK: f32 = 1e-5;

/// Returns a convex hull that contains every vertex of the mesh. The hull has only positions and triangles,
/// counter-clockwise seen from outside.
///
/// If the exact hull has more than `vertices` vertices, a hull with fewer vertices is enlarged until it
/// contains every vertex of the mesh.
///
/// - `vertices`: largest number of vertices, from [`LEAST_HULL_VERTICES`] to [`MOST_HULL_VERTICES`].
///
/// # Errors
/// `HullVertices`, `Mesh`, `Cancelled`; `Hull` for points in one plane.
pub fn hull(mesh: &Mesh, vertices: u32, on_progress: ProgressCallback<'_>) -> Result<Mesh, DetailError> {
    check_vertices(vertices)?;
    mesh.check()?;
    on_progress(0.0)?;
    hull_of(&mesh.positions, vertices, on_progress)
}

/// Checks the limit of a hull's vertices. Errors: `HullVertices`.
pub(super) fn check_vertices(vertices: u32) -> Result<(), DetailError> {
    if (LEAST_HULL_VERTICES..=MOST_HULL_VERTICES).contains(&vertices) {
        Ok(())
    } else {
        Err(DetailError::HullVertices { found: vertices })
    }
}

/// Returns a convex hull of at most `vertices` vertices that contains all points. Errors: `Hull`,
/// `Cancelled`.
pub(super) fn hull_of(
    positions: &[[f32; 3]],
    vertices: u32,
    on_progress: ProgressCallback<'_>,
) -> Result<Mesh, DetailError> {
    // The points are scaled to a box with equal sides. Otherwise a flat mesh would be enlarged along its
    // shortest side as much as along its longest side.
    let [low, high] = bounds(positions).map(Vector::from_array);
    let (middle, half) = ((low + high) * 0.5, (high - low) * 0.5);
    // Without any point the bounds are infinite.
    let least = half.min_element();
    if least.is_nan() || least <= 0.0 {
        return Err(flat());
    }
    let points: Vec<Vector> =
        positions.iter().map(|&point| (Vector::from_array(point) - middle) / half).collect();
    let exact = Hull::of(&points)?;
    let most = vertices as usize;
    let found = if exact.corners.len() <= most { exact } else { coarse(&exact.corners, most, on_progress)? };
    let grown = found.grown_around(&points)?;
    let positions = grown.corners.into_iter().map(|corner| (middle + corner * half).to_array()).collect();
    Ok(Mesh { positions, triangles: grown.faces, ..Mesh::default() })
}

fn flat() -> DetailError {
    DetailError::Hull { what: "the points lie in one plane".into() }
}

/// Returns the hull of at most `most` of the points.
///
/// The first points are those farthest along the axes and, if `most` allows, along the diagonals of the box.
/// The next points are those farthest outside the current hull.
fn coarse(points: &[Vector], most: usize, on_progress: ProgressCallback<'_>) -> Result<Hull, DetailError> {
    let mut directions: Vec<[i32; 3]> =
        (0..27).map(|index| [index % 3 - 1, index / 3 % 3 - 1, index / 9 - 1]).collect();
    // Directions along one axis come first, then those along all three, then those along two.
    directions.sort_by_key(|direction| [3, 0, 2, 1][direction.iter().filter(|&&part| part != 0).count()]);
    directions.truncate(14.min(most));
    let farthest = |direction: Vector| {
        let along = |&index: &usize| direction.dot(points[index]);
        (0..points.len()).max_by(|one, other| along(one).total_cmp(&along(other)))
    };
    let mut chosen: Vec<usize> = directions
        .iter()
        .map(|direction| Vector::from_array(direction.map(|part| part as f32)))
        .filter_map(farthest)
        .collect();
    loop {
        on_progress(chosen.len().min(most) as f32 / most as f32)?;
        chosen.sort_unstable();
        chosen.dedup();
        let corners: Vec<Vector> = chosen.iter().map(|&index| points[index]).collect();
        let found = Hull::of(&corners)?;
        // Rounding can place a chosen point outside. Only other points are of use, and each round adds at
        // least one.
        let is_new = |&(_, index): &(f32, usize)| chosen.binary_search(&index).is_err();
        let outside = (0..found.faces.len()).filter_map(|face| found.farthest_outside(face, points));
        let mut outside: Vec<(f32, usize)> = outside.filter(is_new).collect();
        outside.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
        let room = most.saturating_sub(chosen.len()).min(AT_ONCE);
        let wanted: Vec<usize> = outside.into_iter().take(room).map(|(_, index)| index).collect();
        if wanted.is_empty() {
            return Ok(found);
        }
        chosen.extend(wanted);
    }
}

/// Vertices and faces of a hull.
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

    /// Returns a face's unit normal and one of its corners. The normal of a face without area is zero.
    fn plane(&self, face: usize) -> (Vector, Vector) {
        let [a, b, c] = self.faces[face].map(|corner| self.corners[corner as usize]);
        ((b - a).cross(c - a).normalize_or_zero(), a)
    }

    /// Returns the distance and index of the point that lies farthest outside a face, if any does.
    fn farthest_outside(&self, face: usize, points: &[Vector]) -> Option<(f32, usize)> {
        let (normal, corner) = self.plane(face);
        let heights = points.iter().map(|&point| normal.dot(point - corner)).zip(0..);
        heights.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(height, _)| *height > SLACK)
    }

    /// Enlarges the hull about its middle until it contains the points. Errors: `Hull`.
    fn grown_around(mut self, points: &[Vector]) -> Result<Self, DetailError> {
        let middle = self.corners.iter().copied().sum::<Vector>() / self.corners.len().max(1) as f32;
        let mut growth = 0.0f32;
        for face in 0..self.faces.len() {
            let (normal, corner) = self.plane(face);
            let distance = normal.dot(corner - middle);
            // A sliver among the faces is ignored, because its neighbors contain its points.
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

#[cfg(test)]
mod tests;
