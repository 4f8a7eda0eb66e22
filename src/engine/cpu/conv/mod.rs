//! Two-dimensional convolution.

mod direct;
mod geometry;
mod layer;
mod winograd;

use super::machine::Machine;
use super::number::Number;
use super::pool::Workers;

pub(super) use geometry::Geometry;
pub(super) use layer::Layer;

/// Returns whether the products of a convolution can be those of numbers that hold `depths` depths.
pub(super) fn accepts(geometry: &Geometry, depths: usize) -> bool {
    let depth = if winograd::is_faster(geometry) { geometry.channels } else { geometry.depth() };
    depth.is_multiple_of(depths)
}

/// Returns how many numbers a convolution needs for padded images and kernels that are transformed or
/// rounded. The smaller arrays of its tasks are not counted.
pub(super) fn scratch<N: Number>(geometry: &Geometry) -> usize {
    let padded =
        if geometry.padding > 0 { geometry.batch * geometry.channels * geometry.padded_size() } else { 0 };
    let kernels = if winograd::is_faster(geometry) {
        winograd::kernel_values::<N>(geometry)
    } else {
        N::rounded_length(geometry.outputs * geometry.depth())
    };
    padded + kernels
}

/// Computes a convolution with products of the numbers N, which [`accepts`] allows. to: [n, o, h', w'].
pub(super) fn conv2d<N: Number>(machine: Machine<'_>, layer: Layer<'_>, to: &mut [f32]) {
    if to.is_empty() {
        return;
    }
    let geometry = layer.geometry;
    if geometry.depth() == 0 {
        let size = (to.len() / geometry.batch / geometry.outputs).max(1);
        for (index, to) in to.chunks_mut(size).enumerate() {
            to.fill(layer.bias.map_or(0.0, |bias| bias[index % geometry.outputs]));
        }
        return;
    }
    let padded = (geometry.padding > 0).then(|| {
        let mut padded = machine.recycler.take(geometry.batch * geometry.channels * geometry.padded_size());
        pad(machine.workers, geometry, layer.x, &mut padded);
        padded
    });
    let layer = Layer { x: padded.as_deref().unwrap_or(layer.x), ..layer };
    if winograd::is_faster(&geometry) {
        winograd::conv2d::<N>(machine, layer, to);
    } else {
        direct::conv2d::<N>(machine, layer, to);
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
