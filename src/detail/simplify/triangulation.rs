//! Triangulation whose edges can be collapsed one at a time.

use crate::error::{Cancelled, ProgressCallback, part};
use crate::mesh::{Mesh, points_of_watched};

/// Marker for the end of a list of corners.
const END: u32 = u32::MAX;
/// Number of elements between two calls of the progress callback, less than a millisecond of work.
pub(super) const SLICE: usize = 8_192;

/// A triangle at a point, seen from that point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoke {
    /// Index of the triangle.
    pub(super) triangle: u32,
    /// Index of the triangle's corner that is the point.
    pub(super) corner: u8,
    /// Next point of the triangle, counter-clockwise.
    pub(super) next: u32,
    /// Point of the triangle after `next`.
    pub(super) last: u32,
}

/// Triangles of a mesh and, for each point, the triangles around it.
///
/// Vertices at one position are one *point*, so the edges of texture charts are not borders.
pub(super) struct Triangulation {
    /// Point of each vertex.
    pub(super) point_of: Vec<u32>,
    /// Points of each triangle. A removed triangle has the same point three times.
    points: Vec<[u32; 3]>,
    /// Vertices of each triangle.
    vertices: Vec<[u32; 3]>,
    /// First corner of each point. Corner `k` of triangle `t` has the index `3t + k`.
    first: Vec<u32>,
    /// Last corner of each point.
    last: Vec<u32>,
    /// Next corner of the same point, for each corner.
    next: Vec<u32>,
    /// Number of triangles that are not removed.
    count: usize,
}

impl Triangulation {
    /// Builds the triangulation of a mesh. Triangles that name one point twice are left out. The mesh must
    /// have been checked ([`Mesh::check`]). Errors: `Cancelled`.
    pub(super) fn of(mesh: &Mesh, on_progress: ProgressCallback<'_>) -> Result<Self, Cancelled> {
        let point_of = points_of_watched(&mesh.positions, &part(on_progress, 0.0, 0.5))?;
        let points = point_of.iter().max().map_or(0, |&last| last as usize + 1);
        let mut found = Self {
            point_of,
            points: Vec::with_capacity(mesh.triangles.len()),
            vertices: Vec::with_capacity(mesh.triangles.len()),
            first: vec![END; points],
            last: vec![END; points],
            next: Vec::with_capacity(3 * mesh.triangles.len()),
            count: 0,
        };
        for (index, &triangle) in mesh.triangles.iter().enumerate() {
            if index % SLICE == 0 {
                on_progress(0.5 + 0.5 * index as f32 / mesh.triangles.len() as f32)?;
            }
            let [a, b, c] = triangle.map(|vertex| found.point_of[vertex as usize]);
            if a != b && b != c && c != a {
                found.push([a, b, c], triangle);
            }
        }
        Ok(found)
    }

    fn push(&mut self, points: [u32; 3], vertices: [u32; 3]) {
        for point in points {
            let corner = self.next.len() as u32;
            self.next.push(END);
            match std::mem::replace(&mut self.last[point as usize], corner) {
                END => self.first[point as usize] = corner,
                before => self.next[before as usize] = corner,
            }
        }
        self.points.push(points);
        self.vertices.push(vertices);
        self.count += 1;
    }

    /// Returns the number of remaining triangles.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Returns the number of points, including those that have no triangle.
    pub(super) fn point_count(&self) -> usize {
        self.first.len()
    }

    /// Returns whether a point has no triangle.
    pub(super) fn is_gone(&self, point: u32) -> bool {
        self.first[point as usize] == END
    }

    /// Returns the vertices of each remaining triangle, in the original order.
    pub(super) fn triangles(&self) -> Vec<[u32; 3]> {
        let alive = self.points.iter().zip(&self.vertices).filter(|([a, b, _], _)| a != b);
        alive.map(|(_, &vertices)| vertices).collect()
    }

    /// Returns the points of each remaining triangle.
    pub(super) fn all_points(&self) -> impl Iterator<Item = &[u32; 3]> {
        self.points.iter().filter(|[a, b, _]| a != b)
    }

    /// Returns the three vertices of a triangle.
    pub(super) fn vertices_of(&self, triangle: u32) -> [u32; 3] {
        self.vertices[triangle as usize]
    }

    /// Writes the triangles around a point into `star`, in no particular order, and drops removed triangles
    /// from the point's list of corners.
    pub(super) fn gather(&mut self, point: u32, star: &mut Vec<Spoke>) {
        star.clear();
        let (mut before, mut corner) = (END, self.first[point as usize]);
        while corner != END {
            let following = self.next[corner as usize];
            let (triangle, turn) = (corner / 3, corner as usize % 3);
            let points = self.points[triangle as usize];
            if points[0] == points[1] {
                match before {
                    END => self.first[point as usize] = following,
                    before => self.next[before as usize] = following,
                }
                if following == END {
                    self.last[point as usize] = before;
                }
            } else {
                let [next, last] = [points[(turn + 1) % 3], points[(turn + 2) % 3]];
                star.push(Spoke { triangle, corner: turn as u8, next, last });
                before = corner;
            }
            corner = following;
        }
    }

    /// Removes a triangle.
    pub(super) fn remove(&mut self, triangle: u32) {
        let points = &mut self.points[triangle as usize];
        if points[0] != points[1] {
            *points = [points[0]; 3];
            self.count -= 1;
        }
    }

    /// Moves all corners of one point to another. vertex_of: returns the vertex that replaces a corner's
    /// vertex.
    pub(super) fn merge(&mut self, from: u32, into: u32, star: &[Spoke], vertex_of: impl Fn(u32) -> u32) {
        for spoke in star {
            let (triangle, corner) = (spoke.triangle as usize, usize::from(spoke.corner));
            let points = &mut self.points[triangle];
            if points[0] != points[1] {
                points[corner] = into;
                let vertex = &mut self.vertices[triangle][corner];
                *vertex = vertex_of(*vertex);
            }
        }
        let (first, last) = (self.first[from as usize], self.last[from as usize]);
        if first != END {
            match std::mem::replace(&mut self.last[into as usize], last) {
                END => self.first[into as usize] = first,
                before => self.next[before as usize] = first,
            }
        }
        self.first[from as usize] = END;
        self.last[from as usize] = END;
    }
}

/// Returns whether the triangles around a point form one closed fan, so that the surface has no border and no
/// pinch there. star: the result of [`Triangulation::gather`].
pub(super) fn is_closed_fan(star: &[Spoke]) -> bool {
    let Some(begin) = star.first() else { return false };
    let mut at = begin.next;
    for step in 1..=star.len() {
        let mut from = star.iter().filter(|spoke| spoke.next == at);
        let (Some(spoke), None) = (from.next(), from.next()) else { return false };
        at = spoke.last;
        if at == begin.next {
            return step == star.len();
        }
    }
    false
}
