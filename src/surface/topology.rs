//! Measures of a mesh for tests and scores: whether it is closed and manifold, its components and its size.

use super::assemble::area_vector;
use crate::mesh::{Mesh, for_each_edge};

/// Measures of a mesh. Triangles with indices beyond the positions count as degenerate and are otherwise
/// ignored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Topology {
    /// Number of parts that share no vertex.
    pub components: usize,
    /// Number of edges with one triangle.
    pub boundary_edges: usize,
    /// Number of edges with more than two triangles.
    pub crowded_edges: usize,
    /// Number of edges that both of their triangles traverse in the same direction.
    pub misoriented_edges: usize,
    /// Number of additional fans at vertices with more than one fan. A fan is a set of triangles at a vertex
    /// that are connected by edges at that vertex.
    pub pinched_vertices: usize,
    /// Number of triangles with a repeated vertex or no area.
    pub degenerate_triangles: usize,
    /// Number of positions that no triangle uses.
    pub unused_vertices: usize,
    /// Vertices − edges + triangles: 2 for each sphere, 0 for each torus.
    pub euler_characteristic: i64,
    /// Enclosed volume in object space, cubed units. Positive if the triangles face outward.
    pub signed_volume: f64,
    /// Surface area in object space, squared units.
    pub area: f64,
}

impl Topology {
    /// Returns whether the mesh is a closed, consistently oriented manifold without degenerate triangles.
    pub fn is_closed_manifold(&self) -> bool {
        self.boundary_edges == 0
            && self.crowded_edges == 0
            && self.misoriented_edges == 0
            && self.pinched_vertices == 0
            && self.degenerate_triangles == 0
    }
}

/// Measures a mesh.
pub fn inspect(mesh: &Mesh) -> Topology {
    let triangles: Vec<[u32; 3]> = mesh
        .triangles
        .iter()
        .copied()
        .filter(|&[a, b, c]| a != b && b != c && c != a && (a.max(b).max(c) as usize) < mesh.positions.len())
        .collect();
    let (mut signed_volume, mut doubled_area, mut flat) = (0.0, 0.0, 0);
    for corners in &triangles {
        let corners = corners.map(|corner| mesh.positions[corner as usize]);
        let area = area_vector(corners);
        let length = area.iter().map(|x| x * x).sum::<f64>().sqrt();
        flat += usize::from(length <= 0.0);
        doubled_area += length;
        signed_volume += (0..3).map(|axis| f64::from(corners[0][axis]) * area[axis]).sum::<f64>() / 6.0;
    }
    let edges = Edges::count(&triangles);
    let used = used_vertices(&triangles, mesh.positions.len());
    Topology {
        components: components(&triangles, mesh.positions.len()),
        boundary_edges: edges.boundary,
        crowded_edges: edges.crowded,
        misoriented_edges: edges.misoriented,
        pinched_vertices: fans(&triangles).saturating_sub(used),
        degenerate_triangles: mesh.triangles.len() - triangles.len() + flat,
        unused_vertices: mesh.positions.len() - used,
        euler_characteristic: used as i64 - edges.all as i64 + triangles.len() as i64,
        signed_volume,
        area: doubled_area / 2.0,
    }
}

/// Returns the number of parts of a mesh that share no vertex.
pub fn connected_components(mesh: &Mesh) -> usize {
    inspect(mesh).components
}

struct Edges {
    all: usize,
    boundary: usize,
    crowded: usize,
    misoriented: usize,
}

impl Edges {
    fn count(triangles: &[[u32; 3]]) -> Self {
        let mut counts = Self { all: 0, boundary: 0, crowded: 0, misoriented: 0 };
        for_each_edge(triangles, |edge| {
            counts.all += 1;
            match edge.uses {
                [_] => counts.boundary += 1,
                [one, other] => counts.misoriented += usize::from(one.is_forward == other.is_forward),
                _ => counts.crowded += 1,
            }
        });
        counts
    }
}

fn used_vertices(triangles: &[[u32; 3]], vertices: usize) -> usize {
    let mut used = vec![false; vertices];
    for &corner in triangles.iter().flatten() {
        used[corner as usize] = true;
    }
    used.into_iter().filter(|&used| used).count()
}

fn components(triangles: &[[u32; 3]], vertices: usize) -> usize {
    let mut sets = DisjointSets::new(vertices);
    let mut parts = used_vertices(triangles, vertices);
    for &[a, b, c] in triangles {
        parts -=
            usize::from(sets.join(a as usize, b as usize)) + usize::from(sets.join(a as usize, c as usize));
    }
    parts
}

/// Counts the fans of triangles around vertices. Without pinched vertices there is one per vertex.
fn fans(triangles: &[[u32; 3]]) -> usize {
    let mut sets = DisjointSets::new(3 * triangles.len());
    let mut fans = 3 * triangles.len();
    let corner = |triangle: u32, vertex: u32| {
        let triangle = triangle as usize;
        let found = triangles[triangle].iter().position(|&v| v == vertex);
        debug_assert!(
            found.is_some(),
            "triangle {triangle} has an edge at vertex {vertex}, which is not its corner"
        );
        3 * triangle + found.unwrap_or(0)
    };
    for_each_edge(triangles, |edge| {
        for pair in edge.uses.windows(2) {
            for vertex in pair[0].ends {
                let (one, other) = (corner(pair[0].triangle, vertex), corner(pair[1].triangle, vertex));
                fans -= usize::from(sets.join(one, other));
            }
        }
    });
    fans
}

/// Disjoint sets (union-find) with path halving.
struct DisjointSets {
    parents: Vec<usize>,
}

impl DisjointSets {
    fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    fn find(&mut self, mut item: usize) -> usize {
        while self.parents[item] != item {
            self.parents[item] = self.parents[self.parents[item]];
            item = self.parents[item];
        }
        item
    }

    /// Joins two sets. Returns whether they were different.
    fn join(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.find(one), self.find(other));
        self.parents[one.max(other)] = one.min(other);
        one != other
    }
}

#[cfg(test)]
mod tests;
