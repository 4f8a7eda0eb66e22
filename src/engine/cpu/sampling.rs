//! Features of planes and grids at points, for composed fields. The fused decoder has its own implementation.

use super::pool::Workers;

/// Returns (lower corner, weight of the upper corner) of a continuous index on an axis of `size` samples.
fn corner(index: f32, size: usize) -> (usize, f32) {
    let index = index.clamp(0.0, (size - 1) as f32);
    let lower = (index as usize).min(size.saturating_sub(2));
    (lower, index - lower as f32)
}

/// Returns the continuous index of a coordinate, where sample i is at the center of cell i.
fn cell_index(coordinate: f32, size: usize) -> f32 {
    ((coordinate + 1.0) * size as f32 - 1.0) * 0.5
}

/// Returns the continuous index of a coordinate, where the first and last samples are at −1 and 1.
fn grid_index(coordinate: f32, size: usize) -> f32 {
    (coordinate + 1.0) * 0.5 * (size - 1) as f32
}

/// Samples planes bilinearly. planes: [b, 3, r, r, c]; points: [b, n, 3]; to: [b, n, 3 c].
pub(super) fn triplane(
    workers: &Workers,
    planes: &[f32],
    (resolution, channels): (usize, usize),
    points: &[f32],
    count: usize,
    to: &mut [f32],
) {
    let area = resolution * resolution * channels;
    let (points, _) = points.as_chunks::<3>();
    workers.pieces(to, 3 * channels, 8, |index, to| {
        let corners = points[index].map(|coordinate| corner(cell_index(coordinate, resolution), resolution));
        let step = if resolution > 1 { 1 } else { 0 };
        let image = &planes[index / count * 3 * area..][..3 * area];
        let planes = to.chunks_mut(channels).zip(image.chunks(area)).zip([(0, 1), (0, 2), (1, 2)]);
        for ((to, plane), (u, v)) in planes {
            to.fill(0.0);
            let ((column, tx), (row, ty)) = (corners[u], corners[v]);
            for (dy, wy) in [(0, 1.0 - ty), (step, ty)] {
                for (dx, wx) in [(0, 1.0 - tx), (step, tx)] {
                    let from = &plane[((row + dy) * resolution + column + dx) * channels..];
                    to.iter_mut().zip(from).for_each(|(y, x)| *y += wx * wy * x);
                }
            }
        }
    });
}

/// Samples a grid trilinearly. grid: [b, r, r, r, c], indexed z, y, x; points: [b, n, 3]; to: [b, n, c].
pub(super) fn voxel_grid(
    workers: &Workers,
    grid: &[f32],
    (resolution, channels): (usize, usize),
    points: &[f32],
    count: usize,
    to: &mut [f32],
) {
    let volume = resolution * resolution * resolution * channels;
    let (points, _) = points.as_chunks::<3>();
    workers.pieces(to, channels, 16, |index, to| {
        let [(x, tx), (y, ty), (z, tz)] =
            points[index].map(|coordinate| corner(grid_index(coordinate, resolution), resolution));
        let step = if resolution > 1 { 1 } else { 0 };
        let grid = &grid[index / count * volume..][..volume];
        to.fill(0.0);
        for (dz, wz) in [(0, 1.0 - tz), (step, tz)] {
            for (dy, wy) in [(0, 1.0 - ty), (step, ty)] {
                for (dx, wx) in [(0, 1.0 - tx), (step, tx)] {
                    let cell = ((z + dz) * resolution + y + dy) * resolution + x + dx;
                    let weight = wx * wy * wz;
                    to.iter_mut().zip(&grid[cell * channels..]).for_each(|(y, x)| *y += weight * x);
                }
            }
        }
    });
}
