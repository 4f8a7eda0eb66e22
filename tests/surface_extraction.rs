//! Tests of the meshes of the surface extractor: closed, oriented, manifold, and accurate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod surface_scenes;

use att3d::error::Cancelled;
use att3d::mesh::Mesh;
use att3d::surface::topology::{Topology, inspect};
use att3d::surface::{
    BatchedField, Bound, ExtractOptions, FieldError, PointwiseField, Polarity, ScalarField, SurfaceError,
    extract,
};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use surface_scenes::*;

fn dense(shape: &(dyn Fn([f32; 3]) -> f32 + Sync), resolution: u32) -> Mesh {
    extract(&PointwiseField(shape), &options(resolution)).unwrap().mesh
}

fn measured(shape: &(dyn Fn([f32; 3]) -> f32 + Sync), resolution: u32) -> Topology {
    let mesh = dense(shape, resolution);
    let topology = inspect(&mesh);
    assert!(topology.is_closed_manifold(), "{topology:?}");
    assert_eq!(topology.unused_vertices, 0);
    assert_eq!(mesh.normals.len(), mesh.positions.len());
    topology
}

fn triangle_normal(mesh: &Mesh, triangle: [u32; 3]) -> [f32; 3] {
    let [a, b, c] = triangle.map(|corner| mesh.positions[corner as usize]);
    let (u, v) = (subtract(b, a), subtract(c, a));
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

#[test]
fn a_sphere_is_one_closed_sphere() {
    let topology = measured(&sphere([0.1, 0.0, -0.05], 0.6), 40);
    assert_eq!((topology.components, topology.euler_characteristic), (1, 2));
}

#[test]
fn a_torus_has_one_hole() {
    let topology = measured(&torus([0.0; 3], 0.5, 0.2), 37);
    assert_eq!((topology.components, topology.euler_characteristic), (1, 0));
}

#[test]
fn two_spheres_are_two_components() {
    let shape = union(vec![sphere([-0.5, 0.0, 0.0], 0.3), sphere([0.5, 0.1, 0.0], 0.3)]);
    let topology = measured(&shape, 32);
    assert_eq!((topology.components, topology.euler_characteristic), (2, 4));
}

#[test]
fn adversarial_fields_give_closed_manifolds() {
    for scene in adversarial(48) {
        measured(&scene.shape, 48);
    }
}

#[test]
fn a_string_thinner_than_a_face_diagonal_stays_in_one_piece() {
    let cell = 2.0 / 32.0;
    let shape = capsule([-0.5, -0.5, 0.0], [0.5, 0.5, 0.0], 0.5 * cell);
    assert_eq!(measured(&shape, 32).components, 1);
}

#[test]
fn volume_and_area_converge_to_the_sphere() {
    let errors: Vec<f64> = [16, 32, 64]
        .map(|resolution| {
            let topology = measured(&sphere([0.013, 0.027, -0.041], 0.7), resolution);
            let volume = 4.0 / 3.0 * std::f64::consts::PI * 0.7_f64.powi(3);
            let area = 4.0 * std::f64::consts::PI * 0.7_f64.powi(2);
            assert!((topology.area / area - 1.0).abs() < 0.02);
            (topology.signed_volume / volume - 1.0).abs()
        })
        .to_vec();
    assert!(errors[0] < 0.03 && errors[1] < errors[0] / 3.0 && errors[2] < errors[1] / 3.0, "{errors:?}");
}

#[test]
fn normals_are_unit_and_agree_with_the_triangles() {
    let mesh = dense(&torus([0.0; 3], 0.55, 0.25), 48);
    for &triangle in &mesh.triangles {
        let face = triangle_normal(&mesh, triangle);
        for corner in triangle {
            let normal = mesh.normals[corner as usize];
            assert!((length(normal) - 1.0).abs() < 1e-5);
            let cosine: f32 = (0..3).map(|i| normal[i] * face[i]).sum::<f32>() / length(face);
            assert!(cosine > 0.8, "{cosine}");
        }
    }
}

#[test]
fn a_density_is_inside_above_its_threshold_with_outward_normals() {
    let density = PointwiseField(|p: [f32; 3]| 30.0 * (0.5 - length(p)));
    let settings = ExtractOptions { iso_level: 3.0, polarity: Polarity::InsideAbove, ..options(32) };
    let mesh = extract(&density, &settings).unwrap().mesh;
    let topology = inspect(&mesh);
    assert!(topology.is_closed_manifold());
    assert!(
        (topology.signed_volume / (4.0 / 3.0 * std::f64::consts::PI * 0.4_f64.powi(3)) - 1.0).abs() < 0.03
    );
    let outward =
        mesh.positions.iter().zip(&mesh.normals).all(|(p, n)| p[0] * n[0] + p[1] * n[1] + p[2] * n[2] > 0.3);
    assert!(outward);
}

#[test]
fn a_shape_that_reaches_the_walls_is_closed_at_them() {
    let topology = measured(&|_| -1.0, 20);
    assert_eq!((topology.components, topology.euler_characteristic), (1, 2));
    // Each of the twelve edges of the box is cut off by a chamfer, whose cross-section is half of a cell's
    // face.
    assert!((topology.signed_volume - (8.0 - 12.0 * 2.0 * 0.005)).abs() < 0.02, "{}", topology.signed_volume);
    let mesh = dense(&|[_, y, _]| y, 20);
    let floor = mesh.positions.iter().zip(&mesh.normals).filter(|(p, _)| p[1] < -0.999);
    assert!(floor.clone().count() > 100 && floor.clone().all(|(_, n)| *n == [0.0, -1.0, 0.0]));
    assert!((measured(&|[_, y, _]| y, 20).signed_volume - (4.0 - 4.0 * 5.0 * 0.005)).abs() < 0.02);
}

#[test]
fn values_equal_to_the_iso_level_make_no_degenerate_triangle() {
    // The faces and edges of these shapes pass through lattice points, so the surface crosses lattice edges
    // at their ends.
    measured(&cuboid([0.0; 3], [0.5; 3]), 16);
    measured(&|[x, y, z]| x.abs() + y.abs() + z.abs() - 0.75, 16);
    measured(&|p| p[0].abs().max(p[1].abs()).max(p[2].abs()).mul_add(16.0, -6.0).round(), 32);
}

#[test]
fn a_flat_gradient_falls_back_to_the_triangles_normals() {
    let field = BatchedField {
        values: |points: &[[f32; 3]], out: &mut [f32]| {
            out.iter_mut().zip(points).for_each(|(value, &p)| *value = length(p) - 0.5);
            Ok::<(), FieldError>(())
        },
        gradients: |_: &[[f32; 3]], out: &mut [[f32; 3]]| {
            out.fill([0.0; 3]);
            Ok(())
        },
    };
    let mesh = extract(&field, &options(24)).unwrap().mesh;
    for (p, n) in mesh.positions.iter().zip(&mesh.normals) {
        assert!((p[0] * n[0] + p[1] * n[1] + p[2] * n[2]) / length(*p) > 0.9);
    }
}

#[test]
fn infinite_values_are_far_away_not_broken() {
    measured(&|p| if length(p) < 0.5 { f32::NEG_INFINITY } else { f32::INFINITY }, 16);
}

#[test]
fn a_field_that_nothing_crosses_is_an_error_with_its_range() {
    for bound in [Bound::Dense, Bound::Lipschitz { constant: 1.0 }] {
        let error = extract(&PointwiseField(|_| 0.25), &ExtractOptions { bound, ..options(16) }).unwrap_err();
        let SurfaceError::NothingCrosses { lowest, highest, iso_level } = error else { panic!("{error}") };
        assert_eq!((lowest, highest, iso_level), (0.25, 0.25, 0.0));
        assert!(error.to_string().contains("0.25"));
    }
}

#[test]
fn not_a_number_is_an_error_with_its_place() {
    let field = PointwiseField(|[x, ..]: [f32; 3]| if x > 0.4 { f32::NAN } else { x });
    let error = extract(&field, &options(16)).unwrap_err();
    assert!(matches!(error, SurfaceError::NotANumber { point } if point[0] > 0.4), "{error}");
}

#[test]
fn unusable_settings_are_errors() {
    let field = sphere([0.0; 3], 0.5);
    let run = |settings: ExtractOptions<'_>| extract(&PointwiseField(&field), &settings).unwrap_err();
    for resolution in [0, 1, 1025, 1_000_000, u32::MAX] {
        assert!(
            matches!(run(options(resolution)), SurfaceError::Resolution { given } if given == resolution)
        );
    }
    for constant in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let bound = Bound::Lipschitz { constant };
        assert!(matches!(run(ExtractOptions { bound, ..options(16) }), SurfaceError::Setting { .. }));
    }
    let settings = ExtractOptions { bound: Bound::Envelope(&[]), ..options(16) };
    assert!(matches!(run(settings), SurfaceError::Setting { .. }));
    let bent: [&[[f32; 2]]; 5] = [
        &[[0.0, 1.0]],
        &[[1.0, 0.0]],
        &[[0.5, 1.0], [0.4, 1.1]],
        &[[0.5, 1.0], [1.0, 3.0]],
        &[[f32::NAN, 1.0]],
    ];
    for knots in bent {
        let settings = ExtractOptions { bound: Bound::Envelope(knots), ..options(16) };
        assert!(matches!(run(settings), SurfaceError::Envelope { .. }), "{knots:?}");
    }
    let settings = ExtractOptions { iso_level: f32::NAN, ..options(16) };
    assert!(matches!(run(settings), SurfaceError::Setting { .. }));
    let settings = ExtractOptions { memory_limit: 1 << 20, ..options(256) };
    assert!(matches!(run(settings), SurfaceError::Memory { resolution: 256, .. }));
}

#[test]
fn a_bound_that_settles_nothing_runs_into_the_memory_limit() {
    let bound = Bound::Lipschitz { constant: 1e9 };
    let settings = ExtractOptions { bound, memory_limit: 120 << 20, ..options(256) };
    let error = extract(&PointwiseField(sphere([0.0; 3], 0.5)), &settings).unwrap_err();
    assert!(matches!(error, SurfaceError::Memory { .. }), "{error}");
}

#[test]
fn a_failing_field_hands_up_its_error() {
    struct Failing;
    impl ScalarField for Failing {
        fn values(&self, _: &[[f32; 3]], _: &mut [f32]) -> Result<(), FieldError> {
            Err("the planes are gone".into())
        }
        fn gradients(&self, _: &[[f32; 3]], _: &mut [[f32; 3]]) -> Result<(), FieldError> {
            Ok(())
        }
    }
    let error = extract(&Failing, &options(16)).unwrap_err();
    assert!(error.to_string().contains("the planes are gone"));
}

#[test]
fn the_watch_stops_the_work_wherever_it_is() {
    let scene = toy();
    let calls = AtomicUsize::new(0);
    for bound in
        [Bound::Dense, Bound::Lipschitz { constant: 2.0 }, Bound::Interval(&|a, b| scene.range(a, b))]
    {
        calls.store(0, Ordering::Relaxed);
        let count = |fraction: f32| {
            assert!((0.0..=1.0).contains(&fraction));
            calls.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        extract(&scene.field(), &ExtractOptions { bound, on_progress: &count, ..options(64) }).unwrap();
        let all = calls.load(Ordering::Relaxed);
        assert!(all > 10);
        // The number of calls depends slightly on the threads, so the test does not stop in the last quarter
        // of the calls.
        for stop_at in [0, 1, all / 2, all * 3 / 4] {
            calls.store(0, Ordering::Relaxed);
            let stop = |_: f32| {
                if calls.fetch_add(1, Ordering::Relaxed) >= stop_at { Err(Cancelled) } else { Ok(()) }
            };
            let settings = ExtractOptions { bound, on_progress: &stop, ..options(64) };
            assert!(matches!(extract(&scene.field(), &settings), Err(SurfaceError::Cancelled(_))));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..Default::default() })]

    #[test]
    fn random_lattice_values_give_closed_manifolds(
        seed: u64,
        resolution in 2_u32..14,
        inside in 0.05_f32..0.95,
        zeros: bool,
    ) {
        let noise = move |p: [f32; 3]| {
            let place = p.map(|x| ((x + 1.0) * resolution as f32 / 2.0).round() as u64);
            let mut random = Random(seed ^ (place[0] << 40 | place[1] << 20 | place[2]));
            let sign = if random.between(0.0, 1.0) < inside { -1.0 } else { 1.0 };
            match random.bits() % 4 {
                0 if zeros => 0.0,
                1 => sign * 1e-30,
                _ => sign * random.between(1e-4, 1.0),
            }
        };
        match extract(&PointwiseField(noise), &options(resolution)) {
            Ok(found) => {
                let topology = inspect(&found.mesh);
                prop_assert!(topology.is_closed_manifold(), "{topology:?}");
                prop_assert!(topology.signed_volume > 0.0);
                prop_assert_eq!(topology.unused_vertices, 0);
            }
            Err(error) => prop_assert!(matches!(error, SurfaceError::NothingCrosses { .. }), "{}", error),
        }
    }
}
