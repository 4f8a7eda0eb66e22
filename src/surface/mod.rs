//! Extraction of the surface of a field: marching cubes, from coarse to fine.
//!
//! It evaluates a [`ScalarField`] at batches of points and returns a closed, consistently oriented manifold
//! mesh. The mesh is the same whether every lattice point is evaluated, or only the points whose sign the
//! [`Bound`] does not determine. It shows exactly the surface of the field: no part is removed and no hole is
//! filled.
//!
//! ```
//! use att3d::surface::{Bound, ExtractOptions, PointwiseField, extract, topology};
//!
//! let sphere = PointwiseField(|[x, y, z]: [f32; 3]| (x * x + y * y + z * z).sqrt() - 0.5);
//! let bound = Bound::Lipschitz { constant: 1.0 };
//! let found = extract(&sphere, &ExtractOptions { resolution: 64, bound, ..Default::default() })?;
//! assert!(topology::inspect(&found.mesh).is_closed_manifold());
//! assert!(found.statistics.evaluation_share() < 0.2);
//! # Ok::<(), att3d::surface::SurfaceError>(())
//! ```
#![forbid(unsafe_code)]

mod assemble;
#[cfg(test)]
mod cases;
mod cells;
mod dense;
mod field;
mod lattice;
mod options;
mod reach;
mod sampler;
mod sparse;
mod table;
pub mod topology;
mod tree;

pub use field::{BatchedField, FieldError, PointwiseField, Polarity, ScalarField};
pub use options::{
    BlockLevel, Bound, ExtractOptions, HIGHEST_RESOLUTION, IntervalFunction, LOWEST_RESOLUTION, Statistics,
    SurfaceError,
};

use crate::mesh::Mesh;
use cells::SurfaceCell;
use lattice::Lattice;
use sampler::Sampler;
use std::sync::atomic::Ordering;

/// A mesh and the cost of its extraction.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// Positions, normals and triangles, without colors.
    pub mesh: Mesh,
    /// Counts of what was evaluated.
    pub statistics: Statistics,
}

/// Extracts the mesh of a field over [-1, 1]³ in object space.
///
/// Lattice points on the walls of the box count as outside. A shape that reaches a wall is closed there: the
/// mesh ends just inside the wall, with the wall's normal. A value equal to the isovalue is outside.
///
/// Vertices are in the order of their lattice edges, and triangles are in the order of their cells. Equal
/// fields therefore give equal bytes on any number of threads. The work runs in the current rayon pool.
///
/// Errors: [`SurfaceError`].
pub fn extract(field: &dyn ScalarField, options: &ExtractOptions<'_>) -> Result<Extraction, SurfaceError> {
    let sampler = prepare(field, options)?;
    let (cells, mut statistics) = find_cells(&sampler)?;
    let mesh = assemble::assemble(&cells, &sampler)?;
    statistics.gradient_evaluations = sampler.gradient_evaluations.load(Ordering::Relaxed);
    sampler.report(1.0)?;
    Ok(Extraction { mesh, statistics })
}

/// Returns the cells that contain surface, without making a mesh. Each cell is given by the indices of its
/// lowest corner along x, y, z, in z-major order. The function serves to count missed cells. Errors:
/// [`SurfaceError`].
pub fn surface_cells(
    field: &dyn ScalarField,
    options: &ExtractOptions<'_>,
) -> Result<(Vec<[u16; 3]>, Statistics), SurfaceError> {
    let sampler = prepare(field, options)?;
    let (cells, statistics) = find_cells(&sampler)?;
    Ok((cells.iter().map(|cell| sampler.lattice.point(cell.key)).collect(), statistics))
}

/// Estimates the largest number of bytes that an extraction holds, for a surface in up to 4 · resolution²
/// cells.
///
/// The surface of a sphere that fills the box is in 5 · resolution² cells, and that of a toy is in 1 to
/// 2 · resolution² cells. The estimate is checked against the limit before work begins. The bytes that are
/// really held are checked as they grow.
pub fn estimated_bytes(resolution: u32) -> u64 {
    // For each surface cell there are the cell, a vertex with normal and gradient, and two triangles, which
    // are held twice.
    // During the evaluation there are also about 17 settled or evaluated lattice points with their slots.
    let cell = size_of::<SurfaceCell>() as u64 + 4 + 36 + 48 + 17 * 18;
    4 * u64::from(resolution).pow(2) * cell
}

fn prepare<'a>(
    field: &'a dyn ScalarField,
    options: &'a ExtractOptions<'a>,
) -> Result<Sampler<'a>, SurfaceError> {
    let lattice = Lattice::new(options.resolution)?;
    if !options.iso_level.is_finite() {
        return Err(SurfaceError::Setting { what: "isovalue", given: options.iso_level });
    }
    let sampler = Sampler::new(field, options, lattice);
    sampler.afford(estimated_bytes(options.resolution))?;
    sampler.report(0.0)?;
    Ok(sampler)
}

fn find_cells(sampler: &Sampler<'_>) -> Result<(Vec<SurfaceCell>, Statistics), SurfaceError> {
    let mut statistics =
        Statistics { lattice_points: u64::from(sampler.lattice.points()).pow(3), ..Default::default() };
    let cells = match sampler.options.bound {
        Bound::Dense => dense::surface_cells(sampler)?,
        Bound::Lipschitz { .. } | Bound::Envelope(_) | Bound::Interval(_) => {
            let found = sparse::surface_cells(sampler)?;
            statistics.levels = found.tree.levels;
            statistics.interval_evaluations = found.tree.interval_evaluations;
            statistics.broken_promises = found.broken_promises;
            found.cells
        }
    };
    statistics.point_evaluations = sampler.point_evaluations.load(Ordering::Relaxed);
    statistics.surface_cells = cells.len() as u64;
    if cells.is_empty() { Err(sampler.nothing_crosses()) } else { Ok((cells, statistics)) }
}
