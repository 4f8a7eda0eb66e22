//! A first reduction of a large mesh, in slabs that several threads reduce at once.
//!
//! Points at the cut between two slabs stay, and so do their neighbors: no collapse of one slab changes an edge that another slab has, so
//! the slabs fit together again. The slabs depend on the mesh alone, neither on the number of threads nor on the budget.

use rayon::prelude::*;

use crate::error::{Cancelled, Watch, counted, part};
use crate::mesh::Mesh;

use super::super::order::by_first_use;
use super::decimation::Decimation;
use super::triangulation::SLICE;

/// Triangles from which on slabs are worth their cuts.
const LARGE: usize = 16_384;
/// Triangles of a slab, in the mean, where there are not more than [`MOST_SLABS`].
const SLAB: usize = 16_384;
/// Most slabs: the cuts of many would leave too many points that stay.
const MOST_SLABS: usize = 8;
/// The reduction in slabs leaves one triangle of so many.
const LEFT: usize = 5;
/// Bins of the histogram by which slabs get equal shares.
const BINS: usize = 1024;

/// The mesh in a fifth of its triangles or somewhat more; `None` for a mesh that is small, or a budget that is not below that. Works in the
/// current thread pool. The mesh has been checked ([`Mesh::check`]).
pub(super) fn coarsened(mesh: &Mesh, budget: usize, watch: Watch<'_>) -> Result<Option<Mesh>, Cancelled> {
    let count = mesh.triangles.len();
    if count < LARGE || budget > count / LEFT {
        return Ok(None);
    }
    let slabs = slabs(mesh, &part(watch, 0.0, 0.1))?;
    let begun = counted(watch, 16 * slabs.len());
    let reduced = |triangles: &Vec<[u32; 3]>| -> Result<Vec<[u32; 3]>, Cancelled> {
        let (slab, number) = by_first_use(mesh, triangles);
        let mut vertex_of = vec![0; slab.positions.len()];
        let named = (0u32..).zip(&number).filter(|(_, number)| **number != u32::MAX);
        named.for_each(|(vertex, &number)| vertex_of[number as usize] = vertex);
        let heard = |_: f32| begun(0);
        let mut decimation = Decimation::of_slab(&slab, &heard)?;
        // The triangles that must stay do not count: the others would have to go in their place.
        let held = decimation.held_triangles();
        decimation.run_carefully(held + (decimation.count() - held) / LEFT, &heard)?;
        begun(16)?;
        let back = |triangle: [u32; 3]| triangle.map(|vertex| vertex_of[vertex as usize]);
        Ok(decimation.triangles().into_iter().map(back).collect())
    };
    let found: Vec<Vec<[u32; 3]>> = slabs.par_iter().map(reduced).collect::<Result<_, Cancelled>>()?;
    Ok(Some(by_first_use(mesh, &found.concat()).0))
}

/// The triangles in slabs across the longest side of the mesh's box, each of about the same number.
fn slabs(mesh: &Mesh, watch: Watch<'_>) -> Result<Vec<Vec<[u32; 3]>>, Cancelled> {
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
        watch(0.5 * (index * SLICE) as f32 / mesh.triangles.len() as f32)?;
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
        watch(0.5 + 0.5 * (index * SLICE) as f32 / mesh.triangles.len() as f32)?;
        triangles.iter().for_each(|triangle| found[slab_of[bin(triangle)]].push(*triangle));
    }
    Ok(found)
}
