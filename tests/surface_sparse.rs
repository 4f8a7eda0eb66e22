//! Tests that coarse-to-fine extraction gives the mesh of the dense grid, bit for bit, and evaluates no point
//! twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod surface_scenes;

use att3d::mesh::Mesh;
use att3d::surface::{
    Bound, ExtractOptions, Extraction, FieldError, ScalarField, Statistics, SurfaceError, extract,
    surface_cells,
};
use proptest::prelude::*;
use std::sync::Mutex;
use surface_scenes::*;

/// Asserts equality of the bits, so that −0 differs from 0.
fn assert_same(sparse: &Mesh, dense: &Mesh, what: &str) {
    let bits =
        |points: &[[f32; 3]]| -> Vec<[u32; 3]> { points.iter().map(|p| p.map(f32::to_bits)).collect() };
    assert_eq!(sparse.triangles.len(), dense.triangles.len(), "{what}");
    assert!(sparse.triangles == dense.triangles, "{what}: triangles differ");
    assert!(bits(&sparse.positions) == bits(&dense.positions), "{what}: positions differ");
    assert!(bits(&sparse.normals) == bits(&dense.normals), "{what}: normals differ");
}

/// Extracts under every bound and compares the meshes. Returns the statistics of the extraction with the
/// Lipschitz bound, or `None` if there is no surface.
fn compare(scene: &Scene, resolution: u32) -> Option<Statistics> {
    let run = |bound| extract(&scene.field(), &ExtractOptions { bound, ..options(resolution) });
    let range = |low, high| scene.range(low, high);
    let lipschitz = run(Bound::Lipschitz { constant: scene.lipschitz });
    let interval = run(Bound::Interval(&range));
    // The envelope is twice as steep near the surface as elsewhere.
    let near = [0.05, 0.1 * scene.lipschitz];
    let knots = [near, [1.0, near[1] + 0.95 * scene.lipschitz]];
    let envelope = run(Bound::Envelope(&knots));
    let what = format!("{} at {resolution}", scene.name);
    match run(Bound::Dense) {
        Ok(Extraction { mesh, statistics }) => {
            assert_eq!(statistics.point_evaluations, statistics.lattice_points);
            let (lipschitz, interval) = (lipschitz.unwrap(), interval.unwrap());
            for sparse in [&lipschitz, &interval, &envelope.unwrap()] {
                assert_same(&sparse.mesh, &mesh, &what);
                let sparse = &sparse.statistics;
                assert_eq!(sparse.surface_cells, statistics.surface_cells);
                assert_eq!(sparse.broken_promises, 0, "{what}");
                assert!(sparse.point_evaluations <= statistics.lattice_points);
            }
            Some(lipschitz.statistics)
        }
        Err(SurfaceError::NothingCrosses { .. }) => {
            assert!(matches!(lipschitz, Err(SurfaceError::NothingCrosses { .. })), "{what}");
            assert!(matches!(interval, Err(SurfaceError::NothingCrosses { .. })), "{what}");
            assert!(matches!(envelope, Err(SurfaceError::NothingCrosses { .. })), "{what}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn adversarial_fields_are_found_whole() {
    for resolution in [32, 75, 100] {
        for scene in adversarial(resolution) {
            compare(&scene, resolution).unwrap();
        }
    }
}

#[test]
fn every_small_resolution_gives_the_dense_mesh() {
    let scene = Scene::new("sphere", sphere([0.11, -0.07, 0.05], 0.63));
    for resolution in (2..40).chain([63, 64, 65, 80, 81, 82]) {
        compare(&scene, resolution);
    }
}

#[test]
fn shapes_at_the_walls_give_the_dense_mesh() {
    for resolution in [9, 10, 11, 32, 73] {
        compare(&Scene::new("all inside", |_| -3.0), resolution).unwrap();
        compare(&Scene::new("half space", |p: [f32; 3]| p[1] - 0.3), resolution).unwrap();
        compare(&Scene::new("past a corner", sphere([1.0; 3], 0.7)), resolution).unwrap();
        compare(&Scene::new("on the wall", |p: [f32; 3]| p[0] - 1.0), resolution).unwrap();
    }
}

#[test]
fn lattice_aligned_surfaces_give_the_dense_mesh() {
    // The distances equal lattice distances, so that the bound is an equality.
    for resolution in [32, 64] {
        compare(&Scene::new("cube", cuboid([0.0; 3], [0.5; 3])), resolution).unwrap();
        compare(&Scene::new("sphere", sphere([0.0; 3], 0.5)), resolution).unwrap();
        compare(&Scene::new("sheet", |p: [f32; 3]| (p[2] - 0.25).abs() - 0.0625), resolution).unwrap();
    }
}

/// A field that records every evaluated point.
struct Recording<'a> {
    scene: &'a Scene,
    asked: Mutex<Vec<[u32; 3]>>,
}

impl ScalarField for Recording<'_> {
    fn values(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), FieldError> {
        self.asked.lock().unwrap().extend(points.iter().map(|p| p.map(f32::to_bits)));
        self.scene.field().values(points, out)
    }

    fn gradients(&self, points: &[[f32; 3]], out: &mut [[f32; 3]]) -> Result<(), FieldError> {
        self.scene.field().gradients(points, out)
    }
}

#[test]
fn no_point_is_asked_twice_and_all_are_counted() {
    let scene = toy();
    let range = |low, high| scene.range(low, high);
    for bound in [Bound::Dense, Bound::Lipschitz { constant: 2.0 }, Bound::Interval(&range)] {
        for resolution in [50, 64, 96] {
            let field = Recording { scene: &scene, asked: Mutex::new(Vec::new()) };
            let found = extract(&field, &ExtractOptions { bound, ..options(resolution) }).unwrap();
            let mut asked = field.asked.into_inner().unwrap();
            assert_eq!(asked.len() as u64, found.statistics.point_evaluations);
            asked.sort_unstable();
            asked.dedup();
            assert_eq!(asked.len() as u64, found.statistics.point_evaluations, "{bound:?} at {resolution}");
            assert_eq!(found.mesh.positions.len() as u64, found.statistics.gradient_evaluations);
        }
    }
}

#[test]
fn a_toy_at_256_with_constant_two_asks_few_points() {
    let bound = Bound::Lipschitz { constant: 2.0 };
    let statistics = extract(&toy().field(), &ExtractOptions { bound, ..options(256) }).unwrap().statistics;
    // Also counts one color for each vertex. There are as many vertices as gradients.
    let colors = statistics.gradient_evaluations as f64 / statistics.lattice_points as f64;
    let share = statistics.evaluation_share() + colors;
    assert!(share < 0.03, "{share}: {statistics:?}");
}

#[test]
fn threads_change_nothing() {
    let scene = toy();
    let settings = ExtractOptions { bound: Bound::Lipschitz { constant: 2.0 }, ..options(100) };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| extract(&scene.field(), &settings)).unwrap()
    };
    let (one, three) = (on(1), on(3));
    assert_same(&one.mesh, &three.mesh, "threads");
    assert_eq!(one.statistics, three.statistics);
}

#[test]
fn an_envelope_of_one_knot_is_a_lipschitz_constant_and_a_lower_one_asks_less() {
    let scene = toy();
    let run = |bound| extract(&scene.field(), &ExtractOptions { bound, ..options(96) }).unwrap().statistics;
    let constant = 2.0 * scene.lipschitz;
    let straight = [[0.25, 0.25 * constant]];
    let bent = [[0.01, 0.01 * constant], [1.0, 0.01 * constant + scene.lipschitz]];
    let lipschitz = run(Bound::Lipschitz { constant });
    assert_eq!(lipschitz, run(Bound::Envelope(&straight)));
    let bent = run(Bound::Envelope(&bent));
    assert!(bent.point_evaluations < lipschitz.point_evaluations, "{bent:?}\n{lipschitz:?}");
}

#[test]
fn a_bound_that_is_wrong_is_noticed_or_harmless() {
    // With half the true constant, parts may be missed, but the mesh is closed.
    let scene = toy();
    let settings = ExtractOptions { bound: Bound::Lipschitz { constant: 0.4 }, ..options(64) };
    let found = extract(&scene.field(), &settings).unwrap();
    let topology = att3d::surface::topology::inspect(&found.mesh);
    assert_eq!((topology.boundary_edges, topology.crowded_edges), (0, 0));
}

#[test]
fn surface_cells_are_the_meshes_cells_in_order() {
    let scene = toy();
    let (cells, statistics) = surface_cells(&scene.field(), &options(40)).unwrap();
    assert_eq!(cells.len() as u64, statistics.surface_cells);
    assert!(cells.is_sorted_by_key(|&[x, y, z]| [z, y, x]));
}

#[test]
fn a_thousand_cells_per_axis_stay_near_the_surface() {
    let scene = Scene::new("small sphere", sphere([0.2, -0.3, 0.1], 0.1));
    let bound = Bound::Lipschitz { constant: 1.0 };
    let settings = ExtractOptions { bound, ..options(1024) };
    let found = extract(&scene.field(), &settings).unwrap();
    assert!(found.statistics.evaluation_share() < 0.001);
    assert!(att3d::surface::topology::inspect(&found.mesh).is_closed_manifold());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..Default::default() })]

    #[test]
    fn random_scenes_give_the_dense_mesh(seed: u64, resolution in 2_u32..90) {
        compare(&random_scene(seed), resolution);
    }
}
