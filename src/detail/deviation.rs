//! Distance between two surfaces.

use parry3d::bounding_volume::Aabb;
use parry3d::math::Vector as Point;
use parry3d::query::PointQuery;
use parry3d::shape::{Shape as _, TriMesh};
use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, part, progress_counter};
use crate::mesh::Mesh;

use super::DetailError;

/// Approximate number of points at which the distance is measured on each surface. In addition, the distance
/// is measured at up to this many vertices of each surface.
///
/// This number exceeds the number of vertices at a budget of 3,000 triangles. For a mesh of 128,000
/// triangles, the measurement takes a fifth of the time that the reduction takes.
const SAMPLES: usize = 8_000;
/// Number of triangles in one search tree. A tree must be built in less than 50 ms, because a cancellation
/// may take no longer.
const TRIANGLES: usize = 16_384;
/// Number of points between two calls of the progress callback.
const SLICE: usize = 256;

/// Computes the symmetric Hausdorff distance of two meshes in object space, at sampled points of both. It is
/// the largest distance from a point of one surface to the other surface. Works in the current thread pool.
/// Errors: `Mesh`, `Cancelled`.
pub fn hausdorff(one: &Mesh, other: &Mesh, on_progress: ProgressCallback<'_>) -> Result<f32, DetailError> {
    one.check()?;
    other.check()?;
    let there = farthest(
        &samples(one),
        &SearchTrees::of(other, &part(on_progress, 0.0, 0.1))?,
        &part(on_progress, 0.1, 0.4),
    )?;
    let back = farthest(
        &samples(other),
        &SearchTrees::of(one, &part(on_progress, 0.4, 0.7))?,
        &part(on_progress, 0.7, 1.0),
    )?;
    Ok(there.max(back))
}

/// Returns points spread over a mesh, in proportion to the area of each triangle, and some of its vertices.
fn samples(mesh: &Mesh) -> Vec<Point> {
    let corners =
        |triangle: &[u32; 3]| triangle.map(|vertex| Point::from_array(mesh.positions[vertex as usize]));
    let area = |[a, b, c]: [Point; 3]| (b - a).cross(c - a).length() / 2.0;
    let whole: f32 = mesh.triangles.iter().map(|triangle| area(corners(triangle))).sum();
    let spacing = whole.max(f32::MIN_POSITIVE) / SAMPLES as f32;
    let mut found = Vec::with_capacity(2 * SAMPLES);
    let mut owed = 0.0;
    for triangle in &mesh.triangles {
        let [a, b, c] = corners(triangle);
        owed += area([a, b, c]) / spacing;
        // A triangle with n rows gets n² points. `rows` is the largest n for which n² does not exceed the
        // number of points that are due.
        let rows = owed.sqrt().floor() as u32;
        owed -= (rows * rows) as f32;
        for row in 0..rows {
            for column in 0..=2 * row {
                let down = (row as f32 + 2.0 / 3.0) / rows as f32;
                let across = (column as f32 + 0.5) / (2 * row + 1) as f32;
                found.push(a + (b - a) * (down * (1.0 - across)) + (c - a) * (down * across));
            }
        }
    }
    // Vertices are added because the farthest points of protruding parts are vertices.
    let step = mesh.positions.len().div_ceil(SAMPLES).max(1);
    found.extend(mesh.positions.iter().step_by(step).map(|&position| Point::from_array(position)));
    found
}

/// A surface to which distances are measured, in parts with separate search trees.
struct SearchTrees {
    parts: Vec<(Aabb, TriMesh)>,
}

impl SearchTrees {
    fn of(mesh: &Mesh, on_progress: ProgressCallback<'_>) -> Result<Self, Cancelled> {
        let begun = progress_counter(on_progress, mesh.triangles.len());
        let build = |triangles: &[[u32; 3]]| {
            begun(triangles.len())?;
            let corners =
                triangles.iter().flatten().map(|&vertex| Point::from_array(mesh.positions[vertex as usize]));
            let numbers = (0..triangles.len() as u32).map(|index| [3 * index, 3 * index + 1, 3 * index + 2]);
            // The constructor fails only without triangles, and a part has at least one.
            let tree = TriMesh::new(corners.collect(), numbers.collect()).ok();
            debug_assert!(tree.is_some(), "a part of {} triangles has no search tree", triangles.len());
            Ok(tree.map(|tree| (tree.compute_local_aabb(), tree)))
        };
        let parts: Result<Vec<_>, Cancelled> = mesh.triangles.par_chunks(TRIANGLES).map(build).collect();
        Ok(Self { parts: parts?.into_iter().flatten().collect() })
    }

    fn distance(&self, point: Point) -> f32 {
        let away = |part: &(Aabb, TriMesh)| part.0.distance_to_local_point(point, true);
        let mut near: Vec<(f32, &TriMesh)> = self.parts.iter().map(|part| (away(part), &part.1)).collect();
        near.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        near.into_iter().fold(f32::INFINITY, |least, (away, part)| {
            if away >= least { least } else { least.min(part.distance_to_local_point(point, false)) }
        })
    }
}

/// Computes the largest distance from the points to a surface.
fn farthest(
    points: &[Point],
    surface: &SearchTrees,
    on_progress: ProgressCallback<'_>,
) -> Result<f32, Cancelled> {
    let begun = progress_counter(on_progress, points.len());
    let of_slice = |points: &[Point]| {
        begun(points.len())?;
        Ok(points.iter().map(|&point| surface.distance(point)).fold(0.0, f32::max))
    };
    let found: Result<Vec<f32>, Cancelled> = points.par_chunks(SLICE).map(of_slice).collect();
    Ok(found?.into_iter().fold(0.0, f32::max))
}
