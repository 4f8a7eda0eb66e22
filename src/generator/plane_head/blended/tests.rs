#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::sync::Arc;

use super::*;
use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;
use crate::generator::tests::RandomParameters;

const FACTOR: usize = 6;
const CELLS: usize = 8;

fn make(values: &[f32], shape: &[usize]) -> Tensor {
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(Some(1)).unwrap());
    Tensor::from_slice(&engine, values, shape).unwrap()
}

/// Returns the planes of an image with one channel, from random weights. rows: the value of each row of
/// cells.
fn planes(rows: [f32; CELLS]) -> Vec<f32> {
    let parameters = RandomParameters::new(0.0);
    let blended = Blended::load(&Scope::root(&parameters), 1, 1, CELLS, FACTOR).unwrap();
    let image: Vec<f32> = rows.iter().flat_map(|&row| [row; CELLS]).collect();
    let planes = blended.forward(&make(&image, &[1, 1, CELLS, CELLS])).unwrap();
    assert_eq!(planes.shape(), [1, 1, CELLS * FACTOR, CELLS * FACTOR]);
    planes.to_vec().unwrap()
}

#[test]
fn cells_that_are_alike_leave_no_pattern() {
    let values = planes([2.0; CELLS]);
    assert!(values.iter().all(|value| (value - values[0]).abs() < 1e-5), "{values:?}");
}

#[test]
fn a_ramp_of_cells_is_a_ramp_of_planes() {
    let values = planes(std::array::from_fn(|row| row as f32));
    let column: Vec<f32> = values.iter().copied().step_by(CELLS * FACTOR).collect();
    // Far from the edges, the mean of a cell's neighborhood is the value of the cell.
    let inner = &column[4 * FACTOR - 2..=4 * FACTOR + 2];
    let step = inner[1] - inner[0];
    assert!(step.abs() > 1e-3, "{column:?}");
    assert!(inner.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 1e-5), "{column:?}");
}

#[test]
fn a_cell_that_differs_makes_a_patch_with_details() {
    let mut rows = [0.0; CELLS];
    rows[3] = 1.0;
    let values = planes(rows);
    let column: Vec<f32> = values.iter().copied().step_by(CELLS * FACTOR).collect();
    let bends = column.windows(3).map(|v| (v[0] - 2.0 * v[1] + v[2]).abs());
    assert!(bends.fold(0.0, f32::max) > 0.05, "{column:?}");
}

/// Returns the value of a patch's window at a pixel of the planes, along an axis. center: center of the
/// patch, in pixels.
fn window_at(pixel: usize, center: f32) -> f32 {
    let away = (pixel as f32 - center).abs() / FACTOR as f32;
    if away < 1.0 { (std::f32::consts::FRAC_PI_2 * away).cos().powi(2) } else { 0.0 }
}

/// Returns the sum of the windows of a cell along an axis. Cells at the edge are repeated.
fn windows_of(cell: usize) -> Vec<f32> {
    let center = |cell: f32| (cell + 0.5) * FACTOR as f32 - 0.5;
    let mut centers = vec![center(cell as f32)];
    if cell == 0 {
        centers.push(center(-1.0));
    }
    if cell == CELLS - 1 {
        centers.push(center(CELLS as f32));
    }
    (0..CELLS * FACTOR).map(|pixel| centers.iter().map(|&center| window_at(pixel, center)).sum()).collect()
}

#[test]
fn a_patch_of_equal_weights_has_the_shape_of_the_window_around_its_cell() {
    let parameters = RandomParameters::new(0.0);
    let mut blended = Blended::load(&Scope::root(&parameters), 1, 1, CELLS, FACTOR).unwrap();
    let square = FACTOR * FACTOR;
    blended.patches = make(&vec![1.0; square * 4], &[square, 1, 2, 2]);
    for (row, column) in [(3, 5), (0, 0), (CELLS - 1, 2)] {
        let mut image = vec![0.0; CELLS * CELLS];
        image[row * CELLS + column] = 1.0;
        let found = blended.patches(&make(&image, &[1, 1, CELLS, CELLS])).unwrap().to_vec().unwrap();
        let (down, right) = (windows_of(row), windows_of(column));
        for (index, value) in found.iter().enumerate() {
            let expected = down[index / (CELLS * FACTOR)] * right[index % (CELLS * FACTOR)];
            assert!(
                (value - expected).abs() < 1e-5,
                "cell {row}, {column}, pixel {index}: {value} {expected}"
            );
        }
    }
}

#[test]
fn each_pixel_of_a_patch_has_its_own_weights() {
    let parameters = RandomParameters::new(0.0);
    let mut blended = Blended::load(&Scope::root(&parameters), 1, 1, CELLS, FACTOR).unwrap();
    // The weight of each pixel is the index of the pixel in its quarter. The second tap of both axes is the
    // first quarter of the patch of the cell itself.
    let weights: Vec<f32> = (0..FACTOR * FACTOR).flat_map(|pixel| [0.0, 0.0, 0.0, pixel as f32]).collect();
    blended.patches = make(&weights, &[FACTOR * FACTOR, 1, 2, 2]);
    let mut image = vec![0.0; CELLS * CELLS];
    image[3 * CELLS + 5] = 1.0;
    let found = blended.patches(&make(&image, &[1, 1, CELLS, CELLS])).unwrap().to_vec().unwrap();
    // The patch of a cell begins half a cell before the cell.
    let (top, left) = (3 * FACTOR - FACTOR / 2, 5 * FACTOR - FACTOR / 2);
    for (row, column) in [(1, 4), (4, 1), (5, 0)] {
        let value = found[(top + row) * CELLS * FACTOR + left + column];
        let window = windows_of(3)[top + row] * windows_of(5)[left + column];
        let expected = (row * FACTOR + column) as f32 * window;
        assert!((value - expected).abs() < 1e-4, "{row}, {column}: {value} {expected}");
    }
}

#[test]
fn the_mean_of_a_neighborhood_leaves_out_what_is_beyond_the_edge() {
    let matrix = mean_matrix(CELLS);
    assert_eq!(matrix[..4], [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
    assert_eq!(matrix[3 * CELLS..][..7], [0.0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.0]);
}
