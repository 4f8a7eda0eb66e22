//! Finds the surface of a field: marching cubes, coarse to fine.
//!
//! It knows no tensors. It asks a [`ScalarField`] for batches of points and returns a closed, consistently oriented
//! manifold mesh, the same one whether every lattice point was asked or only those that the [`Bound`] could not rule
//! out. What the field says is what the mesh has: no part is removed, none is filled in.
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
pub use lattice::{HIGHEST_RESOLUTION, LOWEST_RESOLUTION};
pub use options::{BlockLevel, Bound, ExtractOptions, IntervalFunction, Statistics, SurfaceError};

use crate::mesh::Mesh;
use cells::SurfaceCell;
use lattice::Lattice;
use sampler::Sampler;
use std::sync::atomic::Ordering;

/// A mesh and what it cost.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// Positions, normals and triangles; no colours.
    pub mesh: Mesh,
    /// What was asked.
    pub statistics: Statistics,
}

/// Extracts the mesh of a field over [-1, 1]³, object space.
///
/// Lattice points on the box's walls count as outside, so that a shape that reaches a wall is closed there: the mesh
/// ends just inside the wall, with the wall's normal. A value equal to the iso level is outside. Vertices are in the
/// order of their lattice edges, triangles in that of their cells, so equal fields give equal bytes on any number of
/// threads. Work runs in the current rayon pool.
pub fn extract(field: &dyn ScalarField, options: &ExtractOptions<'_>) -> Result<Extraction, SurfaceError> {
    let sampler = prepare(field, options)?;
    let (cells, mut statistics) = find_cells(&sampler)?;
    let mesh = assemble::assemble(&cells, &sampler)?;
    statistics.gradient_evaluations = sampler.gradient_evaluations.load(Ordering::Relaxed);
    sampler.report(1.0)?;
    Ok(Extraction { mesh, statistics })
}

/// The cells that hold surface, by their lowest corner's indices along x, y, z, in z-major order: what a mesh is made of,
/// without its vertices. For counting missed cells.
pub fn surface_cells(
    field: &dyn ScalarField,
    options: &ExtractOptions<'_>,
) -> Result<(Vec<[u16; 3]>, Statistics), SurfaceError> {
    let sampler = prepare(field, options)?;
    let (cells, statistics) = find_cells(&sampler)?;
    Ok((cells.iter().map(|cell| sampler.lattice.point(cell.key)).collect(), statistics))
}

/// Bytes that an extraction is expected to hold at most, for a shape whose surface fills up to 4 · resolution² cells (a
/// sphere that fills the box: 5; a toy: 1 to 2). Checked against the limit before work begins; what is really held is
/// checked as it grows.
pub fn estimated_bytes(resolution: u32) -> u64 {
    // A surface cell holds itself, a vertex with normal and gradient, two triangles twice, and about 17 settled or
    // asked lattice points with their slots while they are asked.
    let cell = size_of::<SurfaceCell>() as u64 + 4 + 36 + 48 + 17 * 18;
    4 * u64::from(resolution).pow(2) * cell
}

fn prepare<'a>(
    field: &'a dyn ScalarField,
    options: &'a ExtractOptions<'a>,
) -> Result<Sampler<'a>, SurfaceError> {
    let lattice = Lattice::new(options.resolution)?;
    if !options.iso_level.is_finite() {
        return Err(SurfaceError::Setting { what: "iso level", given: options.iso_level });
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
