//! Reference extraction, which evaluates every lattice point with two layers in memory at a time.

use super::SurfaceError;
use super::cells::SurfaceCell;
use super::lattice::LatticePoint;
use super::sampler::Sampler;
use rayon::prelude::*;

/// Returns every surface cell in key order. Errors: [`SurfaceError`].
pub(super) fn surface_cells(sampler: &Sampler<'_>) -> Result<Vec<SurfaceCell>, SurfaceError> {
    let resolution = sampler.lattice.resolution;
    let mut cells = Vec::new();
    let mut below = layer(sampler, 0)?;
    for z in 0..resolution {
        let above = layer(sampler, z + 1)?;
        let rows: Vec<Vec<SurfaceCell>> =
            (0..resolution).into_par_iter().map(|y| row(sampler, [&below, &above], y, z)).collect();
        cells.extend(rows.into_iter().flatten());
        sampler.afford((size_of::<SurfaceCell>() * cells.len()) as u64)?;
        below = above;
    }
    Ok(cells)
}

/// Returns the oriented values of the layer at `z`, y-major. Errors: `Field`, `NotANumber`, `Cancelled`.
fn layer(sampler: &Sampler<'_>, z: u16) -> Result<Vec<f32>, SurfaceError> {
    let resolution = sampler.lattice.resolution;
    let points: Vec<LatticePoint> =
        (0..=resolution).flat_map(|y| (0..=resolution).map(move |x| [x, y, z])).collect();
    let progress = |z: u16| 0.9 * f32::from(z) / (f32::from(resolution) + 1.0);
    sampler.values(&points, progress(z)..progress(z + 1))
}

/// Returns the surface cells of one row.
fn row(sampler: &Sampler<'_>, layers: [&[f32]; 2], y: u16, z: u16) -> Vec<SurfaceCell> {
    let width = sampler.lattice.points() as usize;
    let first = usize::from(y) * width;
    let rows = layers.map(|layer| [&layer[first..first + width], &layer[first + width..first + 2 * width]]);
    (0..sampler.lattice.resolution)
        .filter_map(|x| {
            let corners = std::array::from_fn(|corner| {
                rows[corner >> 2][corner >> 1 & 1][usize::from(x) + (corner & 1)]
            });
            SurfaceCell::new(sampler.lattice.key([x, y, z]), corners)
        })
        .collect()
}
