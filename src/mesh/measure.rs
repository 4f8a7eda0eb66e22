//! What a mesh measures, as assets are judged: is it closed, in how many pieces, how large.

use std::collections::HashMap;

use super::Mesh;
use crate::error::{Cancelled, Watch, unwatched};

/// Measures of a mesh. Vertices that lie at one place count as one: seams of textures are no borders.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measures {
    /// Places where there is a vertex.
    pub points: usize,
    /// Triangles.
    pub triangles: usize,
    /// Edges of one triangle alone: a closed surface has none.
    pub boundary_edges: usize,
    /// Edges of three triangles or more, or whose two triangles disagree which side is out.
    pub non_manifold_edges: usize,
    /// Pieces that share no point.
    pub components: usize,
    /// Enclosed volume, in cubic units of object space; of a surface that is not closed it means nothing.
    pub volume: f64,
    /// Surface, in square units of object space.
    pub area: f64,
}

impl Mesh {
    /// Measures the mesh. Its indices name vertices ([`Mesh::check`]).
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
        let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let cross = |a: [f64; 3], b: [f64; 3]| {
            [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
        };
        self.triangles.iter().fold((0.0, 0.0), |(volume, area), triangle| {
            let [a, b, c] = triangle.map(corner);
            let side = |to: [f64; 3]| [0, 1, 2].map(|axis| to[axis] - a[axis]);
            let normal = cross(side(b), side(c));
            (volume + dot(a, cross(b, c)) / 6.0, area + dot(normal, normal).sqrt() / 2.0)
        })
    }
}

/// A number for each vertex, the same for those at one place; in the order in which places are first met.
pub(crate) fn points_of(positions: &[[f32; 3]]) -> Vec<u32> {
    points_of_watched(positions, &unwatched).unwrap_or_default()
}

/// Vertices between two looks at a watch.
const SLICE: usize = 16_384;

/// As [`points_of`], and may be stopped.
pub(crate) fn points_of_watched(positions: &[[f32; 3]], watch: Watch<'_>) -> Result<Vec<u32>, Cancelled> {
    let mut known: HashMap<[u32; 3], u32> = HashMap::with_capacity(positions.len());
    let mut numbers = Vec::with_capacity(positions.len());
    for (index, slice) in positions.chunks(SLICE).enumerate() {
        watch((index * SLICE) as f32 / positions.len() as f32)?;
        numbers.extend(slice.iter().map(|position| {
            // Adding 0 makes -0 and 0 one place.
            let next = known.len() as u32;
            *known.entry(position.map(|number| (number + 0.0).to_bits())).or_insert(next)
        }));
    }
    Ok(numbers)
}

/// How many triangles edges have.
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

/// One triangle's use of an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EdgeUse {
    /// Both ends, the lower number first.
    pub(crate) ends: [u32; 2],
    /// Does the triangle go from the lower to the higher?
    pub(crate) is_forward: bool,
    /// The triangle.
    pub(crate) triangle: u32,
}

impl EdgeUse {
    fn is_loop(self) -> bool {
        self.ends[0] == self.ends[1]
    }
}

/// An edge and the triangles at it.
pub(crate) struct Edge<'a> {
    pub(crate) uses: &'a [EdgeUse],
}

/// Visits every edge of triangles whose vertices at one place have one number.
pub(crate) fn for_each_edge(triangles: &[[u32; 3]], mut visit: impl FnMut(Edge<'_>)) {
    let mut uses: Vec<EdgeUse> = Vec::with_capacity(triangles.len() * 3);
    for (triangle, &[a, b, c]) in (0u32..).zip(triangles) {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            uses.push(EdgeUse { ends: [from.min(to), from.max(to)], is_forward: from < to, triangle });
        }
    }
    uses.sort_unstable();
    uses.chunk_by(|one, other| one.ends == other.ends).for_each(|uses| visit(Edge { uses }));
}

/// Pieces of triangles that share points.
fn components(points: usize, triangles: &[[u32; 3]]) -> usize {
    let mut parents: Vec<u32> = (0..points as u32).collect();
    fn root(parents: &mut [u32], mut point: u32) -> u32 {
        while parents[point as usize] != point {
            // Halves the way for whoever comes next.
            parents[point as usize] = parents[parents[point as usize] as usize];
            point = parents[point as usize];
        }
        point
    }
    let mut is_used = vec![false; points];
    for &[a, b, c] in triangles {
        for (one, other) in [(a, b), (a, c)] {
            let (one, other) = (root(&mut parents, one), root(&mut parents, other));
            parents[one as usize] = other;
        }
        [a, b, c].iter().for_each(|&corner| is_used[corner as usize] = true);
    }
    (0..points).filter(|&point| is_used[point] && parents[point] == point as u32).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tetrahedron of volume 1/6, its corners split where `is_split`.
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
