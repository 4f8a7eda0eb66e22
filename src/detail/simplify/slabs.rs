//! First reduction of a large mesh, in slabs that several threads reduce in parallel.
//!
//! Points at the cut between two slabs stay, and so do their neighbors. No collapse of one slab then changes
//! an edge of another slab, so the slabs fit together again. The slabs depend on the mesh alone, and not on
//! the number of threads or the budget.

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, part, progress_counter};
use crate::mesh::Mesh;

use super::super::order::by_first_use;
use super::decimation::Decimation;
use super::triangulation::SLICE;

/// Smallest number of triangles for which a mesh is divided into slabs.
const LARGE: usize = 16_384;
/// Mean number of triangles of a slab, if there are no more than [`MOST_SLABS`].
const SLAB: usize = 16_384;
/// Largest number of slabs. The cuts of more slabs would leave too many points that stay.
const MOST_SLABS: usize = 8;
/// The reduction by slabs leaves one triangle of each group of this many.
const LEFT: usize = 5;
/// Number of bins of the histogram that divides the triangles equally among slabs.
const BINS: usize = 1024;

/// Reduces a mesh to a fifth of its triangles or somewhat more. Returns `None` for a small mesh, or for a
/// budget above a fifth of the mesh's triangles.
///
/// Works in the current thread pool. The mesh must have been checked ([`Mesh::check`]). Errors: `Cancelled`.
pub(super) fn coarsened(
    mesh: &Mesh,
    budget: usize,
    on_progress: ProgressCallback<'_>,
) -> Result<Option<Mesh>, Cancelled> {
    let count = mesh.triangles.len();
    if count < LARGE || budget > count / LEFT {
        return Ok(None);
    }
    let slabs = slabs(mesh, &part(on_progress, 0.0, 0.1))?;
    let begun = progress_counter(on_progress, 16 * slabs.len());
    let reduced = |triangles: &Vec<[u32; 3]>| -> Result<Vec<[u32; 3]>, Cancelled> {
        let (slab, number) = by_first_use(mesh, triangles);
        let mut vertex_of = vec![0; slab.positions.len()];
        let named = (0u32..).zip(&number).filter(|(_, number)| **number != u32::MAX);
        named.for_each(|(vertex, &number)| vertex_of[number as usize] = vertex);
        let heard = |_: f32| begun(0);
        let mut decimation = Decimation::of_slab(&slab, &heard)?;
        // Triangles that must stay are not counted. Otherwise the others would have to be removed in their
        // place.
        let held = decimation.held_triangles();
        decimation.run_carefully(held + (decimation.count() - held) / LEFT, &heard)?;
        begun(16)?;
        let back = |triangle: [u32; 3]| triangle.map(|vertex| vertex_of[vertex as usize]);
        Ok(decimation.triangles().into_iter().map(back).collect())
    };
    let found: Vec<Vec<[u32; 3]>> = slabs.par_iter().map(reduced).collect::<Result<_, Cancelled>>()?;
    Ok(Some(by_first_use(mesh, &found.concat()).0))
}

/// Divides the triangles into slabs across the longest side of the mesh's bounding box, each with about the
/// same number. Errors: `Cancelled`.
fn slabs(mesh: &Mesh, on_progress: ProgressCallback<'_>) -> Result<Vec<Vec<[u32; 3]>>, Cancelled> {
    let [low, high] = mesh.bounds();
    let side = |axis: usize| high[axis] - low[axis];
    let axis = (0..3).max_by(|&one, &other| side(one).total_cmp(&side(other))).unwrap_or(0);
    let scale = BINS as f32 / side(axis).max(f32::MIN_POSITIVE);
    let bin = |triangle: &[u32; 3]| {
        let sum: f32 = triangle.iter().map(|&vertex| mesh.positions[vertex as usize][axis] - low[axis]).sum();
        ((sum / 3.0 * scale) as usize).min(BINS - 1)
    };
    let count = mesh.triangles.len().div_ceil(SLAB).clamp(2, MOST_SLABS);
    let mut histogram = vec![0; BINS];
    for (index, triangles) in mesh.triangles.chunks(SLICE).enumerate() {
        on_progress(0.5 * (index * SLICE) as f32 / mesh.triangles.len() as f32)?;
        triangles.iter().for_each(|triangle| histogram[bin(triangle)] += 1);
    }
    let mut before = 0;
    let slab_of: Vec<usize> = histogram
        .iter()
        .map(|more| {
            let slab = before * count / mesh.triangles.len();
            before += more;
            slab
        })
        .collect();
    let mut found = vec![Vec::new(); count];
    for (index, triangles) in mesh.triangles.chunks(SLICE).enumerate() {
        on_progress(0.5 + 0.5 * (index * SLICE) as f32 / mesh.triangles.len() as f32)?;
        triangles.iter().for_each(|triangle| found[slab_of[bin(triangle)]].push(*triangle));
    }
    Ok(found)
}
