//! Vertices as points: vertices at one position are one point, and each point has neighbors.

use parry3d::math::Vector as Point;
use parry3d::query::PointQueryWithLocation;
use parry3d::shape::TriMesh;
use rayon::prelude::*;

use crate::mesh::{Mesh, MeshFault, points_of};

use super::DetailError;

/// Points of a mesh, with the edges between them.
pub struct Surroundings {
    point_of: Vec<u32>,
    /// Start of each point's neighbors. The neighbors of point `p` are
    /// `neighbours[starts[p]..starts[p + 1]]`.
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Surroundings {
    /// Finds the points and edges of a mesh whose triangles name existing vertices ([`Mesh::check`]).
    pub fn of(mesh: &Mesh) -> Self {
        let point_of = points_of(&mesh.positions);
        let count = point_of.iter().max().map_or(0, |&last| last as usize + 1);
        let mut edges: Vec<(u32, u32)> = mesh
            .triangles
            .iter()
            .map(|triangle| triangle.map(|corner| point_of[corner as usize]))
            .flat_map(|[a, b, c]| [(a, b), (b, a), (b, c), (c, b), (c, a), (a, c)])
            .filter(|(from, to)| from != to)
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let starts =
            (0..=count as u32).map(|point| edges.partition_point(|edge| edge.0 < point) as u32).collect();
        Self { point_of, starts, neighbours: edges.into_iter().map(|(_, to)| to).collect() }
    }

    /// Converts one value per vertex to one value per point. The value is that of any vertex at the point.
    pub fn points<T: Copy + Default>(&self, vertices: &[T]) -> Vec<T> {
        let mut found = vec![T::default(); self.starts.len() - 1];
        self.point_of.iter().zip(vertices).for_each(|(&point, &value)| found[point as usize] = value);
        found
    }

    /// Converts one value per point to one value per vertex.
    pub fn vertices<T: Copy>(&self, points: &[T]) -> Vec<T> {
        self.point_of.iter().map(|&point| points[point as usize]).collect()
    }

    /// Returns for each point the mean of the values that are given for its vertices, or 0 if there are none.
    /// given: pairs of a vertex and a value.
    pub fn gathered(&self, given: impl Iterator<Item = (u32, [f32; 3])>) -> Vec<[f32; 3]> {
        let mut sums = vec![([0.0f32; 3], 0.0f32); self.starts.len() - 1];
        for (vertex, value) in given {
            let (sum, count) = &mut sums[self.point_of[vertex as usize] as usize];
            (0..3).for_each(|axis| sum[axis] += value[axis]);
            *count += 1.0;
        }
        sums.into_iter().map(|(sum, count)| sum.map(|part| part / count.max(1.0))).collect()
    }

    /// Returns for each point the mean of its neighbors' values, or its own value if it has no neighbors.
    pub fn means(&self, values: &[[f32; 3]]) -> Vec<[f32; 3]> {
        (0..values.len())
            .map(|point| {
                let around = &self.neighbours[self.starts[point] as usize..self.starts[point + 1] as usize];
                if around.is_empty() {
                    return values[point];
                }
                let sum = around.iter().fold([0.0; 3], |sum: [f32; 3], &other| {
                    std::array::from_fn(|axis| sum[axis] + values[other as usize][axis])
                });
                sum.map(|part| part / around.len() as f32)
            })
            .collect()
    }
}

/// Finds the nearest place on a mesh's surface for each point, in the current thread pool. Errors: `Mesh`.
pub fn nearest(mesh: &Mesh, points: &[[f32; 3]]) -> Result<Vec<Nearest>, DetailError> {
    mesh.check()?;
    let corners = mesh.positions.iter().map(|&corner| Point::from_array(corner)).collect();
    // The constructor only requires triangles, and a checked mesh has some.
    let surface = TriMesh::new(corners, mesh.triangles.clone())
        .map_err(|_| MeshFault::Empty { vertices: mesh.positions.len(), triangles: mesh.triangles.len() })?;
    let find = |&asked: &[f32; 3]| {
        let (found, (triangle, _)) =
            surface.project_local_point_and_get_location(Point::from_array(asked), false);
        let point = found.point.to_array();
        let away = std::array::from_fn::<f32, 3, _>(|axis| asked[axis] - point[axis]);
        Nearest { triangle, away, distance: away.iter().map(|part| part * part).sum::<f32>().sqrt() }
    };
    Ok(points.par_iter().map(find).collect())
}

/// Nearest place on a mesh's surface for a point.
#[derive(Clone, Copy, Debug)]
pub struct Nearest {
    /// Triangle on which the place lies.
    pub triangle: u32,
    /// Vector from the place to the point.
    pub away: [f32; 3],
    /// Length of `away`.
    pub distance: f32,
}
