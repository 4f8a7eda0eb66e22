//! Two-dimensional convolution.

mod direct;
mod geometry;
mod output;
mod winograd;

use std::sync::Arc;

use super::memory::Recycler;
use super::pool::Workers;
use super::simd::Instructions;

pub(super) use geometry::Geometry;

/// Returns how many numbers a convolution needs for padded images and transformed kernels. The smaller arrays
/// of its tasks are not counted.
pub(super) fn scratch(geometry: &Geometry) -> usize {
    let padded =
        if geometry.padding > 0 { geometry.batch * geometry.channels * geometry.padded_size() } else { 0 };
    let kernels = if winograd::is_faster(geometry) { winograd::kernel_numbers(geometry) } else { 0 };
    padded + kernels
}

/// Computes a convolution. x: [n, c, h, w]; weight: [o, c, kh, kw]; to: [n, o, h', w'].
pub(super) fn conv2d(
    machine: (&Workers, Instructions, &Arc<Recycler>),
    geometry: Geometry,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    to: &mut [f32],
) {
    if to.is_empty() {
        return;
    }
    let (workers, _, recycler) = machine;
    let padded = (geometry.padding > 0).then(|| {
        let mut padded = recycler.take(geometry.batch * geometry.channels * geometry.padded_size());
        pad(workers, geometry, x, &mut padded);
        padded
    });
    let source: &[f32] = padded.as_deref().unwrap_or(x);
    if winograd::is_faster(&geometry) {
        winograd::conv2d(machine, geometry, source, weight, bias, to);
    } else {
        direct::conv2d(machine, geometry, source, weight, bias, to);
    }
}

/// Copies images and surrounds them with zeros.
fn pad(workers: &Workers, geometry: Geometry, x: &[f32], to: &mut [f32]) {
    let (height, width) = geometry.padded();
    let padding = geometry.padding;
    workers.pieces(to, height * width, 1, |index, plane| {
        let from = &x[index * geometry.height * geometry.width..];
        for (row, line) in plane.chunks_mut(width).enumerate() {
            match row.checked_sub(padding) {
                Some(y) if y < geometry.height => {
                    let (left, rest) = line.split_at_mut(padding);
                    let (middle, right) = rest.split_at_mut(geometry.width);
                    left.iter_mut().chain(right).for_each(|value| *value = 0.0);
                    copy_row(&from[y * geometry.width..][..geometry.width], middle);
                }
                _ => line.fill(0.0),
            }
        }
    });
}

/// Copies a row of an image. A call of the system's copy function takes longer than the copy of a short row,
/// so frequent lengths are compiled as moves of registers.
fn copy_row(from: &[f32], to: &mut [f32]) {
    fn fixed<const N: usize>(from: &[f32], to: &mut [f32]) {
        if let (Some(from), Some(to)) = (from.first_chunk::<N>(), to.first_chunk_mut::<N>()) {
            *to = *from;
        }
    }
    match from.len() {
        4 => fixed::<4>(from, to),
        8 => fixed::<8>(from, to),
        16 => fixed::<16>(from, to),
        32 => fixed::<32>(from, to),
        _ => to.copy_from_slice(from),
    }
}
