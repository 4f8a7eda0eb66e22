#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;

use att3d::gltf::{AssetInfo, encode_glb};
use att3d::mesh::Mesh;
use toybox::Random;

use super::captions::{Row, held_out};
use super::solid::{HALF_SHEET, Kind, Solid};
use super::winding::{Corners, Winding, half_normal, middle, solid_angle};
use super::*;

/// Returns the twelve triangles of a box, seen from outside. `left_out` triangles are left out at the end.
fn of_box(low: [f32; 3], high: [f32; 3], left_out: usize) -> Vec<Corners> {
    let mut triangles = Vec::new();
    for axis in 0..3 {
        let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
        for (side, at) in [(false, low[axis]), (true, high[axis])] {
            let corner = |a: f32, b: f32| {
                let mut corner = [0.0; 3];
                (corner[axis], corner[u], corner[v]) = (at, a, b);
                corner
            };
            let around = [
                corner(low[u], low[v]),
                corner(high[u], low[v]),
                corner(high[u], high[v]),
                corner(low[u], high[v]),
            ];
            let [a, b, c, d] = if side { around } else { [around[3], around[2], around[1], around[0]] };
            triangles.extend([[a, b, c], [a, c, d]]);
        }
    }
    triangles.truncate(12 - left_out);
    triangles
}

const CUBE: ([f32; 3], [f32; 3]) = ([-0.5; 3], [0.5; 3]);

/// Returns a part of the unit sphere's surface, seen from outside: the triangles whose middle has a y of at
/// least `least`.
fn of_sphere(least: f32) -> Vec<Corners> {
    const RINGS: usize = 24;
    let at = |ring: usize, step: usize| {
        let (up, around) = (
            std::f32::consts::PI * ring as f32 / RINGS as f32,
            std::f32::consts::TAU * step as f32 / (2 * RINGS) as f32,
        );
        [up.sin() * around.cos(), up.cos(), -up.sin() * around.sin()]
    };
    let mut triangles = Vec::new();
    for ring in 0..RINGS {
        for step in 0..2 * RINGS {
            let [a, b] = [at(ring, step), at(ring + 1, step)];
            let [c, d] = [at(ring + 1, step + 1), at(ring, step + 1)];
            triangles.extend([[a, b, c], [a, c, d]]);
        }
    }
    // At the poles, every second triangle has no area.
    let has_area = |triangle: &Corners| half_normal(triangle).iter().any(|x| x.abs() > 1e-6);
    triangles.retain(|triangle| middle(triangle)[1] >= least && has_area(triangle));
    triangles
}

#[test]
fn winding_numbers_are_sums_of_solid_angles_also_by_the_far_field() {
    // An open patch has a dipole, and many triangles make a deep tree.
    let triangles = of_sphere(0.5);
    let winding = Winding::new(triangles.clone());
    let mut random = Random::new(1);
    for index in 0..500 {
        let reach = if index % 2 == 0 { 1.0 } else { 8.0 };
        let point = [0; 3].map(|_| random.between(-reach, reach));
        let sum: f32 = triangles.iter().map(|triangle| solid_angle(triangle, point)).sum();
        let exact = sum / (4.0 * std::f32::consts::PI);
        let tolerance = 0.01 + 0.05 * exact.abs();
        assert!(
            (winding.at(point) - exact).abs() < tolerance,
            "{point:?}: {} for {exact}",
            winding.at(point)
        );
    }
    let sphere = Winding::new(of_sphere(-2.0));
    assert!((sphere.at([0.1, 0.2, 0.3]) - 1.0).abs() < 0.01 && sphere.at([1.2, 0.3, 0.0]).abs() < 0.01);
    assert_eq!(Winding::new(Vec::new()).at([0.0; 3]), 0.0);
}

/// Returns the signed distance to a box around the origin.
fn to_box(point: [f32; 3], half: [f32; 3]) -> f32 {
    let over = [0, 1, 2].map(|axis| point[axis].abs() - half[axis]);
    let outside = over.map(|x| x.max(0.0)).iter().map(|x| x * x).sum::<f32>().sqrt();
    outside + over.into_iter().fold(f32::MIN, f32::max).min(0.0)
}

#[test]
fn distances_to_a_box_are_exact_and_signed_also_with_a_hole_and_turned_inside_out() {
    let whole = of_box(CUBE.0, CUBE.1, 0);
    let turned = whole.iter().map(|[a, b, c]| [*a, *c, *b]).collect();
    let mut random = Random::new(2);
    for triangles in [whole, turned] {
        let (solid, kinds) = Solid::new(&triangles);
        assert!(kinds.iter().all(|kind| *kind == Kind::Boundary));
        for _ in 0..300 {
            let point = [0; 3].map(|_| random.between(-1.0, 1.0));
            let (found, exact) = (solid.distance(point), to_box(point, [0.5; 3]));
            assert!((found - exact).abs() < 1e-4, "{point:?}: {found} for {exact}");
            assert_eq!(solid.certain_distance(point), Some(found));
        }
    }
    // If one triangle is left out, the box has a hole, but the middle of the box is still inside. The
    // left-out triangle is at the upper end of z. In the middle of this triangle, the sign is uncertain.
    let (open, kinds) = Solid::new(&of_box(CUBE.0, CUBE.1, 1));
    assert!(kinds.iter().all(|kind| *kind == Kind::Boundary));
    assert!(open.distance([0.0; 3]) < -0.3 && open.distance([0.0, 0.9, 0.0]) > 0.3);
    assert_eq!(open.certain_distance([-0.2, 0.2, 0.5]), None);
}

#[test]
fn sheets_get_a_thickness_also_bent_ones_and_a_hemisphere_is_closed() {
    let flat = vec![[[-0.5, 0.0, -0.5], [0.5, 0.0, -0.5], [0.0, 0.0, 0.5]]];
    let (solid, kinds) = Solid::new(&flat);
    assert_eq!(kinds, [Kind::Sheet]);
    assert!((solid.distance([0.0, 0.0, -0.2]) + HALF_SHEET).abs() < 1e-6);
    assert!(solid.distance([0.0, 0.1, -0.2]) > 0.05);
    // A cap that is bent like a leaf encloses nothing.
    let (solid, kinds) = Solid::new(&of_sphere(0.8));
    assert!(kinds.iter().all(|kind| *kind == Kind::Sheet));
    assert!(solid.distance([0.0, 0.9, 0.0]) > 0.05 && solid.distance([0.0, 0.995, 0.0]) < 0.0);
    let (solid, kinds) = Solid::new(&of_sphere(0.0));
    let closed = kinds.iter().filter(|kind| **kind == Kind::Boundary).count();
    assert!(2 * closed > kinds.len(), "{closed} of {}", kinds.len());
    assert!(solid.distance([0.0, 0.6, 0.0]) < -0.2);
}

#[test]
fn triangles_inside_other_parts_are_hidden() {
    let mut two = of_box(CUBE.0, CUBE.1, 0);
    two.extend(of_box([-0.2; 3], [0.2; 3], 0));
    let (solid, kinds) = Solid::new(&two);
    assert!(kinds[..12].iter().all(|kind| *kind == Kind::Boundary));
    assert!(kinds[12..].iter().all(|kind| *kind == Kind::Hidden));
    // The inner box does not change the distance.
    assert!((solid.distance([0.0; 3]) + 0.5).abs() < 1e-4);
}

/// Writes a box with one color as a GLB.
pub fn write_box(folder: &std::path::Path, name: &str, size: [f32; 3], color: [f32; 3]) {
    let triangles = of_box(size.map(|x| -x), size, 0);
    let positions: Vec<[f32; 3]> = triangles.into_iter().flatten().collect();
    let count = positions.len();
    let mut mesh = Mesh {
        colors: vec![color; count],
        triangles: (0..count as u32 / 3).map(|first| [3 * first, 3 * first + 1, 3 * first + 2]).collect(),
        positions,
        ..Mesh::default()
    };
    mesh.normals = mesh.mean_normals();
    fs::write(folder.join(name), encode_glb(&mesh, &AssetInfo::default()).unwrap()).unwrap();
}

fn source(folder: &std::path::Path, rows: &str, held_out: f32) -> AssetSource {
    fs::write(folder.join("captions.csv"), rows).unwrap();
    AssetSource { folder: folder.to_owned(), captions: folder.join("captions.csv"), held_out }
}

#[test]
fn points_of_a_pool_have_the_distances_and_colors_of_the_asset() {
    let folder = tempfile::tempdir().unwrap();
    write_box(folder.path(), "slab.glb", [3.0, 1.0, 3.0], [0.9, 0.2, 0.1]);
    let source = source(folder.path(), "file,caption\nslab.glb,\"A red slab, large\"\n", 0.0);
    let pool = Pool::open(&source, 1).unwrap();
    let mut random = Random::new(3);
    let (caption, drawn) = pool.draw(&mut random);
    assert_eq!(caption, "A red slab, large");
    // The longest side is fitted to 1.7, and the slab is a third as high.
    let half = [0.85, 0.85 / 3.0, 0.85];
    let points = drawn.distances(&mut random, 256);
    assert_eq!(points.len(), 256);
    for (point, distance) in &points {
        assert!((distance - to_box(*point, half)).abs() < 1e-3, "{point:?} {distance}");
    }
    for pair in 0..64 {
        let (one, other) = (points[128 + pair].0, points[192 + pair].0);
        let apart: f32 = (0..3).map(|axis| (one[axis] - other[axis]).powi(2)).sum::<f32>().sqrt();
        assert!(apart < 0.05, "{apart}");
    }
    for seen in drawn.colors(&mut random, 64, 0.5) {
        assert!(to_box(seen.point, half).abs() < 0.03, "{:?}", seen.point);
        assert!((seen.normal.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-4);
        let [red, green, blue, _, roughness] = seen.material;
        assert!((red - 0.9).abs() < 0.01 && (green - 0.2).abs() < 0.01 && (blue - 0.1).abs() < 0.01);
        assert!((0.0..=1.0).contains(&roughness));
    }
}

#[test]
fn captions_are_held_out_by_their_text_and_not_by_their_order() {
    let row = |caption: &str| Row { line: 1, file: "a.glb".into(), caption: caption.into() };
    let rows: Vec<_> = (0..10).map(|number| row(&format!("thing {number}"))).collect();
    let chosen = held_out(&rows, 0.2);
    assert_eq!(chosen.iter().filter(|chosen| **chosen).count(), 2);
    let turned: Vec<_> = rows.iter().rev().cloned().collect();
    let again: Vec<_> = held_out(&turned, 0.2).into_iter().rev().collect();
    assert_eq!(chosen, again);
    assert!(held_out(&rows, 0.0).iter().all(|chosen| !chosen));
    let same: Vec<_> = ["A red chair", "a red chair."].map(row).into();
    assert!(
        matches!(held_out(&same, 1.0)[..], [true, true])
            && matches!(held_out(&same, 0.4)[..], [false, false])
    );
}

#[test]
fn captions_and_assets_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write_box(path, "box.glb", [1.0; 3], [0.5; 3]);
    fs::write(path.join("broken.glb"), b"glTF").unwrap();
    let refused = |rows: &str, held_out: f32| {
        let source = source(path, rows, held_out);
        match Pool::open(&source, 1) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{rows:?} is accepted"),
        }
    };
    for (rows, held_out, named) in [
        ("", 0.0, "no captions"),
        ("file,caption\n", 0.0, "no captions"),
        ("name,text\nbox.glb,a box\n", 0.0, "expected the columns file and caption"),
        ("file,caption\nbox.glb,...\n", 0.0, "line 2: the caption \"...\" has no words"),
        ("file,caption\n,a box\n", 0.0, "line 2: the row has no file"),
        ("file,caption\nbox.glb,a box\nchair.glb,a chair\n", 0.0, "chair.glb is not in"),
        ("file,caption\nbox.glb,a box\n", 1.0, "held out"),
        ("file,caption\nbroken.glb,a box\n", 0.0, "broken.glb"),
    ] {
        let message = refused(rows, held_out);
        assert!(message.contains(named), "{rows:?}: {message}");
    }
    let long = format!("file,caption\nbox.glb,{}\n", "very ".repeat(60));
    let source = source(path, &long, 0.0);
    let words = vec!["very"];
    let json = att3d::text::tokenizer::word_level_json(&words);
    let mut config = crate::recipe::toybox_config(words.len() + 3, true).text;
    config.function_words.clear();
    let tokenizer = att3d::text::tokenizer::Tokenizer::from_json(&json, &config).unwrap();
    let message = Assets::open(&source).unwrap().check(&source, &tokenizer).unwrap_err().to_string();
    assert!(message.contains("line 2") && message.contains("62"), "{message}");
}
