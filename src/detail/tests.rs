#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::error::{Cancelled, no_progress};
use crate::mesh::{Measures, Mesh};
use crate::surface::{ExtractOptions, PointwiseField, extract};
use crate::texture::{UnwrapOptions, unwrap};
use crate::vector::{cross, dot, normalized, subtract, triangle_normal};

fn mesh_of(resolution: u32, distance: impl Fn([f32; 3]) -> f32 + Sync) -> Mesh {
    let options = ExtractOptions { resolution, ..Default::default() };
    extract(&PointwiseField(distance), &options).unwrap().mesh
}

fn torus() -> Mesh {
    mesh_of(48, |[x, y, z]| (((x * x + z * z).sqrt() - 0.6).powi(2) + y * y).sqrt() - 0.2)
}

/// Returns bars that cross, like those of a chair, with holes and thin parts, and a separate ball.
fn lattice() -> Mesh {
    mesh_of(40, |[x, y, z]| {
        let bar = |a: f32, b: f32| (a * a + b * b).sqrt() - 0.06;
        let frame = [0.45, -0.45].into_iter().flat_map(|at| {
            [bar(x - at, y - at), bar(x - at, y + at), bar(y - at, z), bar(z - at, x), bar(z, y)]
        });
        let inside = x.abs().max(y.abs()).max(z.abs()) - 0.8;
        let ball = ((x - 0.25).powi(2) + (y - 0.22).powi(2) + (z - 0.25).powi(2)).sqrt() - 0.12;
        frame.fold(f32::INFINITY, f32::min).max(inside).min(ball)
    })
}

fn assert_whole(found: Measures, before: Measures) {
    assert_eq!((found.boundary_edges, found.non_manifold_edges), (0, 0), "{found:?}");
    assert_eq!(found.components, before.components);
    let kept = found.volume / before.volume;
    assert!((0.8..1.2).contains(&kept), "{kept} of the volume");
}

#[test]
fn reduced_mesh_keeps_budget_surface_and_attributes() {
    for (mesh, budgets) in [(torus(), [4_000, 1_000, 300]), (lattice(), [5_000, 3_000, 1_500])] {
        let before = mesh.measures();
        for budget in budgets {
            let (found, loss) = reduced(mesh.clone(), budget, &no_progress).unwrap();
            assert!(loss.hausdorff < 0.1 && loss.components == 0, "{loss:?}");
            found.check().unwrap();
            let share = found.triangles.len() as f32 / budget as f32;
            assert!((0.9..=1.0).contains(&share), "{} triangles of {budget}", found.triangles.len());
            assert_whole(found.measures(), before);
            // No vertex was moved.
            let known: HashSet<[u32; 6]> = mesh.positions.iter().zip(&mesh.normals).map(bits).collect();
            assert!(
                found.positions.iter().zip(&found.normals).map(bits).all(|vertex| known.contains(&vertex))
            );
        }
    }
}

fn bits((position, normal): (&[f32; 3], &[f32; 3])) -> [u32; 6] {
    std::array::from_fn(|index| if index < 3 { position[index] } else { normal[index - 3] }.to_bits())
}

#[test]
fn no_triangle_faces_inwards_after_reduction() {
    let found = reduced(torus(), 600, &no_progress).unwrap().0;
    for corners in &found.triangles {
        let facing = normalized(triangle_normal(corners.map(|corner| found.positions[corner as usize])));
        for corner in corners {
            assert!(dot(facing, found.normals[*corner as usize]) > 0.0, "{corners:?}");
        }
    }
}

#[test]
fn colors_count_as_detail() {
    // The top of the box is flat and half of it is striped, so only colors tell where triangles are needed.
    let mut mesh = mesh_of(48, |[x, y, z]| x.abs().max(z.abs()).max(y.abs() * 4.0) - 0.8);
    mesh.colors = mesh
        .positions
        .iter()
        .map(|[x, _, z]| if *x > 0.0 && (z * 8.0).fract().abs() > 0.5 { [1.0; 3] } else { [0.0; 3] })
        .collect();
    let found = reduced(mesh, 1_500, &no_progress).unwrap().0;
    let is_on =
        |side: f32, [x, y, z]: [f32; 3]| (0.1..0.7).contains(&(x * side)) && y > 0.15 && z.abs() < 0.7;
    let on = |side: f32| found.positions.iter().filter(|&&place| is_on(side, place)).count();
    assert!(on(1.0) > 2 * on(-1.0), "{} and {}", on(1.0), on(-1.0));
}

#[test]
fn levels_share_vertices_halve_each_time_and_stay_closed_over_seams() {
    for mesh in [torus(), lattice()] {
        let before = mesh.measures();
        let opened = unwrap(&mesh, &UnwrapOptions::default(), &no_progress).unwrap().mesh;
        let found = levels(&opened, 3, &no_progress).unwrap();
        assert_eq!(found.len(), 3);
        let mut above = opened.triangles.len();
        for level in found {
            assert!(level.len() * 2 <= above + above / 10, "{} after {above}", level.len());
            above = level.len();
            assert_whole(Mesh { triangles: level, ..opened.clone() }.measures(), before);
        }
    }
}

#[test]
fn levels_end_where_a_shape_cannot_be_halved() {
    let found = levels(&reduced(torus(), 60, &no_progress).unwrap().0, MOST_LEVELS, &no_progress).unwrap();
    assert!(found.len() < MOST_LEVELS as usize);
    assert!(found.last().is_none_or(|last| last.len() >= LEAST_TRIANGLES as usize));
}

#[test]
fn budgets_that_cannot_be_kept_are_refused_in_a_sentence() {
    for budget in 0..LEAST_TRIANGLES {
        let error = reduced(torus(), budget, &no_progress).unwrap_err();
        assert!(matches!(error, DetailError::Budget { .. }), "{error}");
    }
    // A torus has a hole. The smallest known triangulation has seven corners and fourteen triangles.
    let error = reduced(torus(), 5, &no_progress).unwrap_err();
    let DetailError::OutOfReach { budget: 5, reached } = error else { panic!("{error}") };
    assert!((14..=20).contains(&reached), "{reached}");
    let (reachable, _) = reduced(torus(), reached as u32, &no_progress).unwrap();
    assert_eq!(reachable.triangles.len(), reached);
    assert!(reachable.measures().volume > 0.0);
    assert!(reduced(torus(), reached as u32 - 1, &no_progress).is_err());
    let whole = torus();
    assert_eq!(reduced(whole.clone(), u32::MAX, &no_progress).unwrap().0, whole, "more than the mesh has");
    assert!(matches!(levels(&whole, MOST_LEVELS + 1, &no_progress), Err(DetailError::Levels { .. })));
    let astray = Mesh { triangles: vec![[0, 1, u32::MAX]; 9], ..torus() };
    assert!(matches!(reduced(astray, 5, &no_progress), Err(DetailError::Mesh(_))));
}

#[test]
fn reduction_stops_when_it_is_told_to() {
    assert!(matches!(reduced(torus(), 500, &|_| Err(Cancelled)), Err(DetailError::Cancelled(_))));
    assert!(matches!(levels(&torus(), 2, &|_| Err(Cancelled)), Err(DetailError::Cancelled(_))));
}

#[test]
fn ordered_mesh_is_the_same_mesh_and_uses_vertices_as_they_come() {
    let mut mesh = torus();
    mesh.positions.insert(0, [9.0; 3]);
    mesh.normals.insert(0, [0.0, 1.0, 0.0]);
    mesh.triangles.iter_mut().flatten().for_each(|corner| *corner += 1);
    let reduced = levels(&mesh, 1, &no_progress).unwrap();
    let (found, found_levels) = ordered(&mesh, &reduced);
    let shapes = |mesh: &Mesh, triangles: &[[u32; 3]]| -> HashSet<[[u32; 3]; 3]> {
        let place = |corner: u32| mesh.positions[corner as usize].map(f32::to_bits);
        let turned = |mut corners: [[u32; 3]; 3]| {
            let least = (0..3).min_by_key(|&index| corners[index]).unwrap();
            corners.rotate_left(least);
            corners
        };
        triangles.iter().map(|triangle| turned(triangle.map(place))).collect()
    };
    assert_eq!(shapes(&found, &found.triangles), shapes(&mesh, &mesh.triangles));
    assert_eq!(shapes(&found, &found_levels[0]), shapes(&mesh, &reduced[0]));
    assert_eq!(found.positions.len(), mesh.positions.len() - 1, "the unused vertex is gone");
    let mut next = 0;
    for &corner in found.triangles.iter().flatten() {
        assert!(corner <= next);
        next = next.max(corner + 1);
    }
}

fn assert_hull_holds(hull: &Mesh, mesh: &Mesh, vertices: u32) {
    let found = hull.measures();
    assert_eq!((found.boundary_edges, found.non_manifold_edges, found.components), (0, 0, 1));
    assert!(hull.positions.len() <= vertices as usize);
    for triangle in &hull.triangles {
        let [a, b, c] = triangle.map(|corner| hull.positions[corner as usize]);
        let normal = cross(subtract(b, a), subtract(c, a));
        // A sliver between points in a line has no direction. Its neighbors contain the points.
        if dot(normal, normal).sqrt() < 1e-4 {
            continue;
        }
        let normal = normalized(normal);
        for point in mesh.positions.iter().chain(&hull.positions) {
            assert!(dot(normal, subtract(*point, a)) < 1e-4, "{point:?} lies outside");
        }
    }
}

#[test]
fn hull_holds_every_vertex_and_is_little_larger() {
    for mesh in [torus(), lattice()] {
        let small = hull(&mesh, DEFAULT_HULL_VERTICES, &no_progress).unwrap();
        assert_hull_holds(&small, &mesh, DEFAULT_HULL_VERTICES);
        let hull = hull(&mesh, 128, &no_progress).unwrap();
        assert_hull_holds(&hull, &mesh, 128);
        assert!(small.measures().volume < 1.5 * hull.measures().volume);
        let exact = mesh.bounds();
        for (corner, bound) in hull.bounds().as_flattened().iter().zip(exact.as_flattened()) {
            assert!((corner - bound).abs() < 0.03, "{corner} and {bound}");
        }
    }
}

#[test]
fn no_hull_around_nothing_or_around_a_plane() {
    assert!(matches!(hull(&Mesh::default(), 32, &no_progress), Err(DetailError::Mesh(_))));
    let positions = vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
    let flat = Mesh { positions, triangles: vec![[0, 1, 2], [0, 2, 3]], ..Mesh::default() };
    assert!(matches!(hull(&flat, 32, &no_progress), Err(DetailError::Hull { .. })));
    let tilted = flat.positions.iter().map(|[x, y, _]| [*x, *y, x + 0.5 * y]).collect();
    assert!(matches!(
        hull(&Mesh { positions: tilted, ..flat }, 32, &no_progress),
        Err(DetailError::Hull { .. })
    ));
}

#[test]
fn a_large_mesh_is_reduced_in_slabs_that_fit_and_on_any_number_of_threads_alike() {
    // Bars cross every cut, as in `lattice`, and the slabs of the torus are rings.
    let torus = mesh_of(128, |[x, y, z]| (((x * x + z * z).sqrt() - 0.6).powi(2) + y * y).sqrt() - 0.2);
    let bars = mesh_of(128, |[x, y, z]| {
        let bar = |a: f32, b: f32| a.abs().max(b.abs()) - 0.1;
        let grid =
            bar(y - 0.3, z).min(bar(y + 0.3, z)).min(bar(x - 0.5, z)).min(bar(x + 0.5, z)).min(bar(x, y));
        grid.max(x.abs().max(y.abs()).max(z.abs()) - 0.8)
    });
    for mesh in [torus, bars] {
        assert!(mesh.triangles.len() > 20_000, "{}", mesh.triangles.len());
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| reduced(mesh.clone(), 1_000, &no_progress)).unwrap()
        };
        let (found, loss) = on(1);
        assert!(loss.hausdorff < 0.05, "{loss:?}");
        assert_whole(found.measures(), mesh.measures());
        assert_eq!((found, loss), on(3));
        let refused = reduced(mesh.clone(), 4, &no_progress).unwrap_err();
        let DetailError::OutOfReach { reached, .. } = refused else { panic!("{refused}") };
        assert_eq!(reduced(mesh.clone(), reached as u32, &no_progress).unwrap().0.triangles.len(), reached);
        let stopped = reduced(mesh, 1_000, &|done| if done > 0.1 { Err(Cancelled) } else { Ok(()) });
        assert!(matches!(stopped, Err(DetailError::Cancelled(_))));
    }
}

/// Returns a torus, a separate ball and two specks.
fn with_specks() -> Mesh {
    mesh_of(64, |[x, y, z]| {
        let ball = |middle: [f32; 3], radius: f32| {
            let [a, b, c] = [x - middle[0], y - middle[1], z - middle[2]];
            (a * a + b * b + c * c).sqrt() - radius
        };
        let torus = (((x * x + z * z).sqrt() - 0.6).powi(2) + y * y).sqrt() - 0.2;
        let specks = ball([0.8, 0.8, 0.8], 0.06).min(ball([-0.8, 0.8, 0.8], 0.06));
        torus.min(ball([0.0, 0.8, 0.0], 0.15)).min(specks)
    })
}

#[test]
fn components_below_the_share_are_removed_and_counted() {
    let mesh = with_specks();
    assert_eq!(mesh.measures().components, 4);
    let (found, floaters) = without_floaters(mesh.clone(), 0.005, &no_progress).unwrap();
    assert_eq!((found.measures().components, floaters.components), (2, 2));
    assert!(floaters.volume > 0.0 && floaters.volume < 0.005, "{floaters:?}");
    let kept = found.measures().volume / mesh.measures().volume;
    assert!((kept + f64::from(floaters.volume) - 1.0).abs() < 1e-4, "{kept}");
    found.check().unwrap();
    let (all, none) = without_floaters(mesh.clone(), 0.0, &no_progress).unwrap();
    assert_eq!((&all, none), (&mesh, Floaters::default()));
    let (largest, _) = without_floaters(mesh.clone(), 1.0, &no_progress).unwrap();
    assert_eq!(largest.measures().components, 1);
    for least in [-0.1, 1.1, f32::NAN] {
        let refused = without_floaters(mesh.clone(), least, &no_progress);
        assert!(matches!(refused, Err(DetailError::MinComponent { .. })));
    }
}

#[test]
fn components_go_only_where_a_budget_has_no_triangles_for_them_and_are_counted() {
    let mesh = with_specks();
    let (found, loss) = reduced(mesh.clone(), 200, &no_progress).unwrap();
    assert_eq!((found.measures().components, loss.components), (4, 0));
    let refused = reduced(mesh.clone(), 4, &no_progress).unwrap_err();
    let DetailError::OutOfReach { reached, .. } = refused else { panic!("{refused}") };
    let (least, loss) = reduced(mesh, reached as u32, &no_progress).unwrap();
    assert_eq!(least.measures().components + loss.components, 4);
    assert!(loss.components >= 2 && loss.volume < 0.05, "{loss:?}");
}

#[test]
fn the_distance_of_two_spheres_is_the_difference_of_their_radii() {
    let sphere = |radius: f32| mesh_of(48, move |[x, y, z]| (x * x + y * y + z * z).sqrt() - radius);
    let found = hausdorff(&sphere(0.8), &sphere(0.5), &no_progress).unwrap();
    assert!((found - 0.3).abs() < 0.005, "{found}");
    assert!(hausdorff(&sphere(0.5), &sphere(0.5), &no_progress).unwrap() < 1e-6);
}

#[test]
fn several_hulls_are_closer_than_one_and_hold_the_mesh() {
    let mesh = torus();
    let one = hulls(&mesh, HullOptions { count: 1, vertices: 32 }, &no_progress).unwrap();
    let many = hulls(&mesh, HullOptions { count: 12, vertices: 32 }, &no_progress).unwrap();
    assert_eq!(one.len(), 1);
    assert!(many.len() > 3 && many.len() <= 12, "{}", many.len());
    let volume = |hulls: &[Mesh]| hulls.iter().map(|hull| hull.measures().volume).sum::<f64>();
    assert!(volume(&many) < 0.8 * volume(&one), "{} and {}", volume(&many), volume(&one));
    let apart = hulls(&with_specks(), HullOptions { count: 2, vertices: 32 }, &no_progress).unwrap();
    assert_eq!(apart.len(), 2, "small components share a hull");
    for (count, vertices) in [(0, 32), (65, 32), (1, 7), (1, 256)] {
        assert!(hulls(&mesh, HullOptions { count, vertices }, &no_progress).is_err());
    }
}

#[test]
fn there_are_never_more_hulls_than_allowed_and_together_they_hold_the_mesh() {
    let mesh = torus();
    for count in 2..=9 {
        let found = hulls(&mesh, HullOptions { count, vertices: 64 }, &no_progress).unwrap();
        assert!((1..=count as usize).contains(&found.len()), "{} for {count}", found.len());
        let volume: f64 = found.iter().map(|hull| hull.measures().volume).sum();
        assert!(volume >= 0.98 * mesh.measures().volume, "{volume} for {count}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hull_of_any_points_holds_them_or_is_refused(
        points in prop::collection::vec(prop::array::uniform3(-4i8..=4), 4..40)
    ) {
        let positions: Vec<[f32; 3]> = points.iter().map(|point| point.map(|part| f32::from(part) / 4.0)).collect();
        let mesh = Mesh { triangles: vec![[0, 1, 2]], positions, ..Mesh::default() };
        if let Ok(hull) = hull(&mesh, 32, &no_progress) {
            assert_hull_holds(&hull, &mesh, 32);
        }
    }
}
