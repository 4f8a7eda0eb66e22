//! Conversion of surface cells to a mesh: one vertex per crossed edge, triangles from the table, normals from
//! the field.

use super::SurfaceError;
use super::cells::{SurfaceCell, corner_strides};
use super::lattice::Lattice;
use super::sampler::Sampler;
use super::table::{EDGES, TRIANGLES, crossed_axes};
use crate::mesh::Mesh;
use crate::vector::triangle_normal;
use rayon::prelude::*;

/// Smallest distance between a vertex and a lattice point, as a fraction of a cell. It prevents degenerate
/// triangles, because three points inside three different edges of a cube are never on one line.
///
/// The clearance moves a vertex by at most 1/256 of a cell: 3e-5 units of object space at 256³. At 1024³ it
/// is still 100 roundings of a coordinate near 1.
const CLEARANCE: f64 = 1.0 / 256.0;

/// Number of cells per task.
const CELLS_A_TASK: usize = 4096;

/// Makes the mesh of cells in key order. Vertices are in the order of (owning cell, axis), triangles in the
/// order of cells. Errors: `Memory`, `Field`, `Cancelled`.
pub(super) fn assemble(cells: &[SurfaceCell], sampler: &Sampler<'_>) -> Result<Mesh, SurfaceError> {
    let mut vertices = 0_u32;
    let first_vertices: Vec<u32> = cells
        .iter()
        .map(|cell| {
            // There are at most 3 · 1025³ < 2³² vertices.
            let first = vertices;
            vertices += crossed_axes(cell.signs).count_ones();
            first
        })
        .collect();
    // Positions, normals and gradients have 12 bytes each. There are about two triangles per vertex, and they
    // are held twice while they are joined.
    sampler.afford(
        u64::from(vertices) * (36 + 48) + (size_of_val(cells) + size_of_val(&first_vertices[..])) as u64,
    )?;
    // A report follows each long step, so that no cancellation waits longer than a few milliseconds.
    sampler.report(0.75)?;
    let (positions, walls) = positions(cells, sampler.lattice);
    sampler.report(0.75)?;
    let triangles = triangles(cells, &first_vertices, sampler.lattice);
    sampler.report(0.75)?;
    let gradients = sampler.gradients(&positions, 0.75..1.0)?;
    sampler.report(1.0)?;
    let normals = normals(&positions, &triangles, &gradients, &walls, sampler.options.polarity.outward());
    Ok(Mesh { positions, normals, triangles, ..Mesh::default() })
}

/// Outward normal of the wall at which a vertex closes the mesh, if there is one.
type WallNormal = Option<[f32; 3]>;

fn positions(cells: &[SurfaceCell], lattice: Lattice) -> (Vec<[f32; 3]>, Vec<WallNormal>) {
    let made: Vec<Vec<([f32; 3], WallNormal)>> = cells
        .par_chunks(CELLS_A_TASK)
        .map(|cells| {
            let vertex = |cell: SurfaceCell, axis| vertex(cell, axis, lattice);
            cells.iter().flat_map(|&cell| cell.crossings().map(move |axis| vertex(cell, axis))).collect()
        })
        .collect();
    made.into_iter().flatten().unzip()
}

fn vertex(cell: SurfaceCell, axis: usize, lattice: Lattice) -> ([f32; 3], WallNormal) {
    let low = lattice.point(cell.key);
    let (start, end) = (f64::from(cell.values[0]), f64::from(cell.values[axis + 1]));
    let along = start / (start - end);
    // `along` is not a number only if a field broke its bound and both ends are 0.
    let along = if along.is_nan() { 0.5 } else { along.clamp(CLEARANCE, 1.0 - CLEARANCE) };
    let mut position = lattice.position(low);
    position[axis] = lattice.coordinate(f64::from(low[axis]) + along);
    let (outer, outward) = if start < 0.0 { (end, 1.0) } else { (start, -1.0) };
    let mut outer_point = low;
    outer_point[axis] += u16::from(start < 0.0);
    // The sampler sets the value of inside points on a wall to exactly 0.
    let closes = outer == 0.0 && lattice.on_wall(outer_point);
    (position, closes.then(|| std::array::from_fn(|a| if a == axis { outward } else { 0.0 })))
}

fn triangles(cells: &[SurfaceCell], first_vertices: &[u32], lattice: Lattice) -> Vec<[u32; 3]> {
    let strides = corner_strides(lattice);
    let tasks: Vec<Vec<[u32; 3]>> = cells
        .par_chunks(CELLS_A_TASK)
        .map(|task| {
            // Cells are in key order, so the owners at each corner follow in order too. One cursor per corner
            // finds them.
            let mut cursors = strides.map(|stride| {
                let first = task[0].key + stride;
                cells.partition_point(|cell| cell.key < first)
            });
            let mut triangles = Vec::with_capacity(2 * task.len());
            for cell in task {
                for (cursor, stride) in cursors.iter_mut().zip(strides) {
                    while cells.get(*cursor).is_some_and(|other| other.key < cell.key + stride) {
                        *cursor += 1;
                    }
                }
                // A crossed edge has an end off the walls, so the cell that owns the edge is a surface cell,
                // and its signs show the crossing.
                let vertex = |edge: u8| {
                    let (corner, axis) = EDGES[edge as usize];
                    let owner = cursors[corner as usize];
                    let before = crossed_axes(cells[owner].signs) & ((1 << axis) - 1);
                    first_vertices[owner] + before.count_ones()
                };
                triangles.extend(TRIANGLES[cell.signs as usize].iter().map(|edges| edges.map(vertex)));
            }
            triangles
        })
        .collect();
    tasks.concat()
}

/// Returns unit normals. A vertex that closes the mesh at a wall has the wall's normal. Others have the
/// field's gradient. If the gradient is 0 or not a number, the normal is the area-weighted mean of the
/// adjacent triangles, or +Y if that mean is 0 too.
fn normals(
    positions: &[[f32; 3]],
    triangles: &[[u32; 3]],
    gradients: &[[f32; 3]],
    walls: &[WallNormal],
    outward: f32,
) -> Vec<[f32; 3]> {
    let by_field = |(gradient, wall): (&[f32; 3], &WallNormal)| {
        wall.or_else(|| unit(gradient.map(|slope| f64::from(slope * outward))))
    };
    let found: Vec<Option<[f32; 3]>> = gradients.iter().zip(walls).map(by_field).collect();
    if found.iter().all(Option::is_some) {
        return found.into_iter().flatten().collect();
    }
    let mut sums = vec![[0.0_f64; 3]; positions.len()];
    for corners in triangles.iter().filter(|corners| corners.iter().any(|&c| found[c as usize].is_none())) {
        let area = area_vector(corners.map(|corner| positions[corner as usize]));
        for &corner in corners {
            for (sum, part) in sums[corner as usize].iter_mut().zip(area) {
                *sum += part;
            }
        }
    }
    let otherwise =
        |(normal, sum): (Option<[f32; 3]>, [f64; 3])| normal.or_else(|| unit(sum)).unwrap_or([0.0, 1.0, 0.0]);
    found.into_iter().zip(sums).map(otherwise).collect()
}

/// Computes the normal of a triangle with twice its area as length.
pub(super) fn area_vector(corners: [[f32; 3]; 3]) -> [f64; 3] {
    triangle_normal(corners.map(|corner| corner.map(f64::from)))
}

/// Returns the unit vector along a vector, or `None` if its length is not finite or nearly 0.
fn unit(vector: [f64; 3]) -> Option<[f32; 3]> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    (length.is_finite() && length > 1e-20).then(|| vector.map(|x| (x / length) as f32))
}
