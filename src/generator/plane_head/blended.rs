//! Upsampling of cells to planes without artifacts that have the period of the cells.
//!
//! A sub-pixel convolution has separate weights for each pixel of a patch. Where neighboring cells are alike,
//! all their patches are alike, so errors of these weights repeat with the period of the cells. The errors
//! are visible as ripples. Here, a smooth interpolation of the cells gives the part that neighboring cells
//! share. Patches are computed from the difference between each cell and the mean of its neighborhood.
//! Patches overlap, so there is no jump between neighboring patches.

use crate::nn::{Conv2d, Init, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};

/// Cells on each side of a cell that belong to its neighborhood.
const NEIGHBORHOOD: usize = 2;

/// The sum of an interpolation of the cells and of overlapping patches.
#[derive(Clone, Debug)]
pub(super) struct Blended {
    /// Convolution that computes the features to interpolate.
    base: Conv2d,
    /// [planes · factor², inputs, 2, 2]: the four quarters of the patches.
    patches: Tensor,
    /// [planes · factor², 1, 2, 2]: the window of the patches, see [`window()`]; `None` after it was
    /// multiplied with the patches.
    window: Option<Tensor>,
    /// [r, r]: the mean of each cell's neighborhood along an axis, see [`mean_matrix`].
    mean: Tensor,
    /// [R, r]: the interpolation along an axis, see [`interpolation_matrix`].
    interpolation: Tensor,
    factor: usize,
}

impl Blended {
    /// Loads the head's `base` and `expand.weight`. planes: number of output channels, 3 · features. cells:
    /// r, the number of cells along an edge. The planes have R = r · factor pixels along an edge. Errors:
    /// `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        planes: usize,
        cells: usize,
        factor: usize,
    ) -> Result<Self, NnError> {
        let outputs = planes * factor * factor;
        let base = Conv2d::load(&scope.child("base"), inputs, planes, 1, 1)?;
        let patches = scope.child("expand").get("weight", &[outputs, inputs, 2, 2], Init::fan_in(inputs))?;
        let engine = patches.engine();
        let window = Tensor::from_slice(engine, &window(planes, factor), &[outputs, 1, 2, 2])?;
        let mean = Tensor::from_slice(engine, &mean_matrix(cells), &[cells, cells])?;
        let interpolation = interpolation_matrix(cells, factor);
        let interpolation = Tensor::from_slice(engine, &interpolation, &[cells * factor, cells])?;
        Ok(Self { base, patches, window: Some(window), mean, interpolation, factor })
    }

    /// Multiplies the patches with their window once, instead of in each forward pass.
    pub fn freeze(&mut self) -> TensorResult<()> {
        if let Some(window) = self.window.take() {
            self.patches = self.patches.multiply(&window)?;
        }
        Ok(())
    }

    /// Maps cells to planes. x: [b, inputs, r, r]. Returns [b, planes, R, R].
    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        let smooth = along_both(&self.base.forward(x)?, &self.interpolation)?;
        let details = x.subtract(&along_both(x, &self.mean)?)?;
        smooth.add(&self.patches(&details)?)
    }

    /// Adds up overlapping patches. x: [b, inputs, r, r]. Returns [b, planes, R, R].
    fn patches(&self, x: &Tensor) -> TensorResult<Tensor> {
        // The cells at the edge are repeated, so that two patches also overlap within half a cell of the
        // edge. The result is half a cell too large on each side.
        let cells = repeat_edge(&repeat_edge(x, 2)?, 3)?;
        let patches = match &self.window {
            Some(window) => self.patches.multiply(window)?,
            None => self.patches.clone(),
        };
        let planes = cells.conv2d(&patches, None, 1, 0)?.pixel_shuffle(self.factor)?;
        let &[_, _, rows, columns] = x.shape() else { return Ok(planes) };
        let before = self.factor / 2;
        planes.narrow(2, before, rows * self.factor)?.narrow(3, before, columns * self.factor)
    }
}

/// Multiplies the rows and the columns of images by a matrix. x: [b, c, n, n]; matrix: [m, n]. Returns
/// [b, c, m, m].
fn along_both(x: &Tensor, matrix: &Tensor) -> TensorResult<Tensor> {
    const TRANSPOSED: [usize; 4] = [0, 1, 3, 2];
    x.linear(matrix, None)?.permute(&TRANSPOSED)?.linear(matrix, None)?.permute(&TRANSPOSED)
}

/// Repeats the first and the last entry of an axis.
fn repeat_edge(x: &Tensor, axis: usize) -> TensorResult<Tensor> {
    let last = x.shape().get(axis).copied().unwrap_or(1).saturating_sub(1);
    Tensor::concat(&[&x.narrow(axis, 0, 1)?, x, &x.narrow(axis, last, 1)?], axis)
}

/// Returns the matrix of the mean of each cell's neighborhood along an axis, [cells, cells]. Cells beyond the
/// edge are left out.
fn mean_matrix(cells: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; cells * cells];
    for (cell, row) in matrix.chunks_exact_mut(cells).enumerate() {
        let neighborhood = cell.saturating_sub(NEIGHBORHOOD)..(cell + NEIGHBORHOOD + 1).min(cells);
        let share = 1.0 / neighborhood.len() as f32;
        row.get_mut(neighborhood).into_iter().flatten().for_each(|value| *value = share);
    }
    matrix
}

/// Returns the matrix of cubic convolution (Keys 1981, a = -1/2) from cells to pixels of the planes,
/// [cells · factor, cells]. Cells at the edge are repeated. Away from the edges, linear functions are
/// reproduced exactly.
fn interpolation_matrix(cells: usize, factor: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; cells * factor * cells];
    for (place, row) in matrix.chunks_exact_mut(cells).enumerate() {
        let at = (place as f32 + 0.5) / factor as f32 - 0.5;
        let first = at.floor() as i64 - 1;
        for cell in first..first + 4 {
            let inside = cell.clamp(0, cells as i64 - 1) as usize;
            if let Some(value) = row.get_mut(inside) {
                *value += cubic((at - cell as f32).abs());
            }
        }
    }
    matrix
}

/// The kernel of cubic convolution. x: distance in cells.
fn cubic(x: f32) -> f32 {
    match x {
        x if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
        x if x < 2.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
        _ => 0.0,
    }
}

/// Returns the window of overlapping patches, [planes · factor², 1, 2, 2].
///
/// Along an axis, the window is a raised cosine over the width of a patch. At each pixel, the values of the
/// overlapping windows add up to 1. An output of the convolution covers the second half of one cell's patch
/// (first tap) and the first half of the next cell's patch (second tap).
fn window(planes: usize, factor: usize) -> Vec<f32> {
    let tap = |place: usize, tap: usize| {
        let angle = std::f32::consts::FRAC_PI_2 * (place as f32 + 0.5) / factor as f32;
        let (sine, cosine) = angle.sin_cos();
        if tap == 0 { cosine * cosine } else { sine * sine }
    };
    let mut values = Vec::with_capacity(planes * factor * factor * 4);
    for _ in 0..planes {
        for (row, column) in (0..factor).flat_map(|row| (0..factor).map(move |column| (row, column))) {
            for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                values.push(tap(row, down) * tap(column, right));
            }
        }
    }
    values
}

#[cfg(test)]
mod tests;
