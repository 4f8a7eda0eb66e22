//! Measures by which a mesh is judged as an asset: closedness, number of components, volume and area.

use std::collections::HashMap;

use super::{DisjointSets, Mesh};
use crate::error::{Cancelled, ProgressCallback, no_progress};
use crate::vector::{cross, dot, triangle_normal};

/// Measures of a mesh. Vertices at the same position count as one point, so texture seams are not
/// boundaries.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measures {
    /// Number of distinct vertex positions.
    pub points: usize,
    /// Number of triangles.
    pub triangles: usize,
    /// Number of edges with only one triangle. A closed surface has none.
    pub boundary_edges: usize,
    /// Number of edges with three or more triangles, or with two triangles of opposite orientation.
    pub non_manifold_edges: usize,
    /// Number of components. No two components share a point.
    pub components: usize,
    /// Enclosed volume in cubic units of object space. It has no meaning for a surface that is not closed.
    pub volume: f64,
    /// Surface area in square units of object space.
    pub area: f64,
}

impl Mesh {
    /// Measures the mesh, whose indices must be valid ([`Mesh::check`]).
    pub fn measures(&self) -> Measures {
        let point_of = points_of(&self.positions);
        let triangles: Vec<[u32; 3]> =
            self.triangles.iter().map(|triangle| triangle.map(|corner| point_of[corner as usize])).collect();
        let points = point_of.iter().max().map_or(0, |&last| last as usize + 1);
        let edges = EdgeCounts::of(&triangles);
        let (volume, area) = self.volume_and_area();
        Measures {
            points,
            triangles: triangles.len(),
            boundary_edges: edges.boundary,
            non_manifold_edges: edges.non_manifold,
            components: components(points, &triangles),
            volume,
            area,
        }
    }

    fn volume_and_area(&self) -> (f64, f64) {
        let corner = |index: u32| self.positions[index as usize].map(f64::from);
        self.triangles.iter().fold((0.0, 0.0), |(volume, area), triangle| {
            let [a, b, c] = triangle.map(corner);
            let normal = triangle_normal([a, b, c]);
            (volume + dot(a, cross(b, c)) / 6.0, area + dot(normal, normal).sqrt() / 2.0)
        })
    }
}

/// Returns a point number for each vertex. Vertices at the same position share a number.
///
/// The numbers count from 0, in the order in which positions first appear.
pub(crate) fn points_of(positions: &[[f32; 3]]) -> Vec<u32> {
    let points = points_of_watched(positions, &no_progress);
    debug_assert!(points.is_ok(), "work without a caller's progress callback is never cancelled");
    points.unwrap_or_default()
}

/// Number of vertices between two calls of `on_progress`.
const SLICE: usize = 16_384;

/// Returns the point numbers as [`points_of`] does. Errors: `Cancelled`.
pub(crate) fn points_of_watched(
    positions: &[[f32; 3]],
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<u32>, Cancelled> {
    let mut known: HashMap<[u32; 3], u32> = HashMap::with_capacity(positions.len());
    let mut numbers = Vec::with_capacity(positions.len());
    for (index, slice) in positions.chunks(SLICE).enumerate() {
        on_progress((index * SLICE) as f32 / positions.len() as f32)?;
        numbers.extend(slice.iter().map(|position| {
            // Adding 0 turns -0 into 0, so that both are one position.
            let next = known.len() as u32;
            *known.entry(position.map(|number| (number + 0.0).to_bits())).or_insert(next)
        }));
    }
    Ok(numbers)
}

/// Numbers of edges that do not have exactly two consistent triangles.
pub(crate) struct EdgeCounts {
    boundary: usize,
    non_manifold: usize,
}

impl EdgeCounts {
    fn of(triangles: &[[u32; 3]]) -> Self {
        let (mut boundary, mut non_manifold) = (0, 0);
        for_each_edge(triangles, |edge| match edge.uses {
            [one] if !one.is_loop() => boundary += 1,
            [one, other] if one.is_forward != other.is_forward => {}
            uses if uses.iter().all(|one| one.is_loop()) => {}
            _ => non_manifold += 1,
        });
        Self { boundary, non_manifold }
    }
}

/// Use of an edge by one triangle.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EdgeUse {
    /// Points at the ends of the edge, the lower number first.
    pub(crate) ends: [u32; 2],
    /// Whether the triangle traverses the edge from the lower to the higher number.
    pub(crate) is_forward: bool,
    /// Index of the triangle.
    pub(crate) triangle: u32,
}

impl EdgeUse {
    fn is_loop(self) -> bool {
        self.ends[0] == self.ends[1]
    }
}

/// An edge and its uses by triangles.
pub(crate) struct Edge<'a> {
    pub(crate) uses: &'a [EdgeUse],
}

/// Calls `visit` for every edge of `triangles`, whose corners are point numbers ([`points_of`]), in the order
/// of the edges' ends.
pub(crate) fn for_each_edge(triangles: &[[u32; 3]], mut visit: impl FnMut(Edge<'_>)) {
    let all = || {
        (0u32..).zip(triangles).flat_map(|(triangle, &[a, b, c])| {
            [(a, b), (b, c), (c, a)].map(|(from, to)| EdgeUse {
                ends: [from.min(to), from.max(to)],
                is_forward: from < to,
                triangle,
            })
        })
    };
    // A counting sort by the lower end, and then a sort of the few uses with the same lower end, takes half
    // of the time of one sort.
    let points = triangles.iter().flatten().max().map_or(0, |&last| last as usize + 1);
    let mut starts = vec![0; points + 1];
    all().for_each(|one| starts[one.ends[0] as usize + 1] += 1);
    for point in 0..points {
        starts[point + 1] += starts[point];
    }
    let mut free = starts.clone();
    let mut uses = vec![EdgeUse::default(); triangles.len() * 3];
    for one in all() {
        let place = &mut free[one.ends[0] as usize];
        uses[*place] = one;
        *place += 1;
    }
    for ends in starts.windows(2) {
        let uses = &mut uses[ends[0]..ends[1]];
        uses.sort_unstable();
        uses.chunk_by(|one, other| one.ends == other.ends).for_each(|uses| visit(Edge { uses }));
    }
}

/// Counts the connected components of triangles that share points.
fn components(points: usize, triangles: &[[u32; 3]]) -> usize {
    let mut sets = DisjointSets::new(points);
    let mut is_used = vec![false; points];
    for &[a, b, c] in triangles {
        [b, c].into_iter().for_each(|other| sets.join(a, other));
        [a, b, c].iter().for_each(|&corner| is_used[corner as usize] = true);
    }
    (0..points as u32).filter(|&point| is_used[point as usize] && sets.root(point) == point).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a tetrahedron of volume 1/6. If `is_split`, each triangle has vertices of its own.
    fn tetrahedron(is_split: bool) -> Mesh {
        let corners = [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let triangles = vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]];
        if !is_split {
            return Mesh { positions: corners.to_vec(), triangles, ..Mesh::default() };
        }
        let positions = triangles.iter().flatten().map(|&corner| corners[corner as usize]).collect();
        let triangles = (0..4).map(|index| [0, 1, 2].map(|corner| 3 * index + corner)).collect();
        Mesh { positions, triangles, ..Mesh::default() }
    }

    #[test]
    fn closed_mesh_has_no_border_split_or_not() {
        for is_split in [false, true] {
            let found = tetrahedron(is_split).measures();
            assert_eq!((found.points, found.triangles), (4, 4));
            assert_eq!((found.boundary_edges, found.non_manifold_edges, found.components), (0, 0, 1));
            assert!((found.volume - 1.0 / 6.0).abs() < 1e-12, "{}", found.volume);
            assert!((found.area - (1.5 + 3f64.sqrt() / 2.0)).abs() < 1e-12, "{}", found.area);
        }
    }

    #[test]
    fn hole_turned_triangle_and_second_piece_are_found() {
        let mut open = tetrahedron(false);
        open.triangles.pop();
        assert_eq!(open.measures().boundary_edges, 3);
        let mut turned = tetrahedron(false);
        turned.triangles[3] = [1, 3, 2];
        assert_eq!(turned.measures().non_manifold_edges, 3);
        let mut two = tetrahedron(false);
        let further: Vec<_> = two.positions.iter().map(|[x, y, z]| [x + 5.0, *y, *z]).collect();
        two.positions.extend(further);
        two.triangles.extend(two.triangles.clone().iter().map(|triangle| triangle.map(|corner| corner + 4)));
        assert_eq!(two.measures().components, 2);
    }
}
