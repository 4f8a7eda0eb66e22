#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use super::*;
use crate::engine::EngineResult;
use crate::error::{Cancelled, no_progress};
use crate::surface::{ExtractOptions, PointwiseField, extract};
use crate::vector::dot;

/// A displacement field that is given as a function.
struct Displacement<F>(F);

impl<F: Fn([f32; 3]) -> [f32; 3] + Send + Sync> FieldDecoder for Displacement<F> {
    fn channels(&self) -> usize {
        3
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        for (point, value) in points.iter().zip(values.as_chunks_mut::<3>().0) {
            *value = (self.0)(*point);
        }
        Ok(())
    }

    fn decode_with_gradient(
        &self,
        _points: &[[f32; 3]],
        _values: &mut [f32],
        _gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        panic!("a deformation needs no gradient")
    }
}

fn deformation(
    unit: f32,
    displacement: impl Fn([f32; 3]) -> [f32; 3] + Send + Sync + 'static,
) -> SurfaceDeformation {
    SurfaceDeformation { decoder: Box::new(Displacement(displacement)), unit }
}

fn length(vector: [f32; 3]) -> f32 {
    dot(vector, vector).sqrt()
}

fn sphere(radius: f32, resolution: u32) -> Mesh {
    let field = PointwiseField(move |point: [f32; 3]| length(point) - radius);
    extract(&field, &ExtractOptions { resolution, ..Default::default() }).unwrap().mesh
}

#[test]
fn a_vertex_moves_by_the_displacements_of_the_ends_of_its_edge() {
    let resolution = 20;
    let plain = sphere(0.6, resolution);
    let mut moved = plain.clone();
    let wave = |[x, y, z]: [f32; 3]| [(7.0 * y).sin(), (5.0 * z).cos(), x * x];
    deformation(0.03, wave).deform(&mut moved, resolution, &no_progress).unwrap();
    let place = |index: i32| index as f32 * 2.0 / resolution as f32 - 1.0;
    for (before, after) in plain.positions.iter().zip(&moved.positions) {
        let cells = before.map(|coordinate| (coordinate + 1.0) * resolution as f32 / 2.0);
        let fractions = cells.map(|cell| (cell - cell.round()).abs());
        let axis = (0..3).find(|&axis| fractions[axis] > 1e-3).expect("it lies inside an edge");
        let low: [i32; 3] = std::array::from_fn(|index| {
            if index == axis { cells[index].floor() as i32 } else { cells[index].round() as i32 }
        });
        let mut high = low;
        high[axis] += 1;
        let along = cells[axis] - low[axis] as f32;
        let (start, end) = (wave(low.map(place)), wave(high.map(place)));
        for index in 0..3 {
            let displacement = 0.03 * (start[index] * (1.0 - along) + end[index] * along);
            let expected = before[index] + displacement;
            assert!((after[index] - expected).abs() < 1e-5, "{before:?} → {after:?}, expected {expected}");
        }
    }
}

#[test]
fn a_uniform_growth_keeps_normals_and_makes_the_larger_sphere() {
    let mut mesh = sphere(0.5, 32);
    deformation(0.2, |point| point).deform(&mut mesh, 32, &no_progress).unwrap();
    for (position, normal) in mesh.positions.iter().zip(&mesh.normals) {
        assert!((length(*position) - 0.6).abs() < 0.005, "{position:?}");
        assert!((length(*normal) - 1.0).abs() < 1e-5);
        assert!(dot(*normal, normalized(*position)) > 0.98, "the normal points outward: {normal:?}");
    }
}

#[test]
fn walls_do_not_move() {
    let mut mesh = sphere(1.2, 8);
    let before = mesh.clone();
    deformation(0.1, |_| [1.0, 0.0, 0.0]).deform(&mut mesh, 8, &no_progress).unwrap();
    let inside = |coordinate: &f32| coordinate.abs() <= 1.0;
    assert!(mesh.positions.iter().flatten().all(inside), "no vertex leaves the box");
    assert_ne!(mesh.positions, before.positions);
}

#[test]
fn origins_are_where_the_points_come_from() {
    let deformation = deformation(0.02, |[x, _, z]: [f32; 3]| [z, 1.0, x]);
    let points = [[0.3, -0.2, 0.5], [0.0, 0.0, 0.0]];
    let moved: Vec<_> = points
        .iter()
        .zip(deformation.displacements(&points).unwrap())
        .map(|(&point, displacement)| add(point, displacement))
        .collect();
    for (origin, point) in deformation.origins(&moved).unwrap().iter().zip(points) {
        assert!(length(subtract(*origin, point)) < 1e-3, "{origin:?}, expected {point:?}");
    }
}

#[test]
fn a_callback_stops_the_deformation() {
    let mut mesh = sphere(0.5, 16);
    let stopped = deformation(0.1, |point| point).deform(&mut mesh, 16, &|_| Err(Cancelled));
    assert!(matches!(stopped, Err(SurfaceError::Cancelled(_))));
}
