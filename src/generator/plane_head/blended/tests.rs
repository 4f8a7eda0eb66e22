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
    // Far from the edges, the neighborhood of a cell has the mean of the cell.
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

#[test]
fn windows_of_overlapping_patches_add_up_to_1() {
    for place in window(1, FACTOR).chunks_exact(4).take(FACTOR * FACTOR) {
        assert!((place.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{place:?}");
    }
    // The last place of a patch and the first place of the next one have the same weight in one patch.
    let window = window(1, FACTOR);
    assert!(window[0] > 0.9 && window[3] < 0.01, "{window:?}");
}
