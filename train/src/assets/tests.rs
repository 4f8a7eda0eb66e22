#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;

use att3d::gltf::{AssetInfo, encode_glb};
use att3d::mesh::Mesh;
use toybox::Random;

use super::captions::{self, held_out};
use super::solid::{HALF_SHEET, Kind, Solid};
use super::winding::{Corners, Winding};
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

#[test]
fn the_winding_number_is_1_inside_and_0_outside_also_by_the_far_field() {
    // Many small boxes make a deep tree.
    let mut triangles = Vec::new();
    for index in 0..64u8 {
        let low = [index % 4, index / 4 % 4, index / 16].map(|cell| f32::from(cell) * 0.25 - 0.5);
        triangles.extend(of_box(low, low.map(|x| x + 0.2), 0));
    }
    let winding = Winding::new(triangles);
    let mut random = Random::new(1);
    for _ in 0..2_000 {
        let point = [0; 3].map(|_| random.between(-1.0, 1.0));
        let in_cell = |x: f32| x > -0.5 && x < 0.5 && (x + 0.5) % 0.25 < 0.2;
        let near_wall = |x: f32| ((x + 0.5) % 0.25 - 0.2).abs() < 0.01 || (x + 0.5) % 0.25 < 0.01;
        if point.into_iter().any(near_wall) {
            continue;
        }
        let expected = f32::from(u8::from(point.into_iter().all(in_cell)));
        assert!((winding.at(point) - expected).abs() < 0.02, "{point:?}: {}", winding.at(point));
    }
    assert_eq!(Winding::new(Vec::new()).at([0.0; 3]), 0.0);
}

#[test]
fn distances_to_a_box_are_exact_and_signed_also_with_a_hole_and_turned_inside_out() {
    let exact = |point: [f32; 3]| {
        let over = point.map(|x| x.abs() - 0.5);
        let outside = over.map(|x| x.max(0.0)).iter().map(|x| x * x).sum::<f32>().sqrt();
        outside + over.into_iter().fold(f32::MIN, f32::max).min(0.0)
    };
    let whole = of_box(CUBE.0, CUBE.1, 0);
    let turned = whole.iter().map(|[a, b, c]| [*a, *c, *b]).collect();
    let mut random = Random::new(2);
    for triangles in [whole, turned] {
        let (solid, kinds) = Solid::new(&triangles);
        assert!(kinds.iter().all(|kind| *kind == Kind::Boundary));
        for _ in 0..300 {
            let point = [0; 3].map(|_| random.between(-1.0, 1.0));
            let found = solid.distance(point);
            assert!((found - exact(point)).abs() < 1e-4, "{point:?}: {found} for {}", exact(point));
        }
    }
    // Without a triangle, the box has a hole, and its middle is inside all the same.
    let (open, _) = Solid::new(&of_box(CUBE.0, CUBE.1, 1));
    assert!(open.distance([0.0; 3]) < -0.3 && open.distance([0.0, 0.9, 0.0]) > 0.3);
}

#[test]
fn a_sheet_gets_a_thickness_and_hidden_triangles_no_points() {
    let sheet = vec![[[-0.5, 0.0, -0.5], [0.5, 0.0, -0.5], [0.0, 0.0, 0.5]]];
    let (solid, kinds) = Solid::new(&sheet);
    assert_eq!(kinds, [Kind::Sheet]);
    assert!((solid.distance([0.0, 0.0, -0.2]) + HALF_SHEET).abs() < 1e-6);
    assert!(solid.distance([0.0, 0.1, -0.2]) > 0.05);
    let mut two = of_box(CUBE.0, CUBE.1, 0);
    two.extend(of_box([-0.2; 3], [0.2; 3], 0));
    let (solid, kinds) = Solid::new(&two);
    assert!(kinds[..12].iter().all(|kind| *kind == Kind::Boundary));
    assert!(kinds[12..].iter().all(|kind| *kind == Kind::Hidden));
    // The inner box does not change the distance.
    assert!((solid.distance([0.0; 3]) + 0.5).abs() < 1e-4);
}

/// Writes a box with one color as a GLB.
fn write_box(folder: &std::path::Path, name: &str, size: [f32; 3], color: [f32; 3]) {
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
        let is_inside = (0..3).all(|axis| point[axis].abs() < half[axis]);
        assert!(is_inside == (*distance < 0.0) || distance.abs() < 1e-3, "{point:?} {distance}");
    }
    for pair in 0..64 {
        let (one, other) = (points[128 + pair].0, points[192 + pair].0);
        let apart: f32 = (0..3).map(|axis| (one[axis] - other[axis]).powi(2)).sum::<f32>().sqrt();
        assert!(apart < 0.05, "{apart}");
    }
    for seen in drawn.colors(&mut random, 64, 0.5) {
        let [red, green, blue, _, roughness] = seen.material;
        assert!((red - 0.9).abs() < 0.01 && (green - 0.2).abs() < 0.01 && (blue - 0.1).abs() < 0.01);
        assert!((0.0..=1.0).contains(&roughness));
    }
}

#[test]
fn captions_are_held_out_by_their_text_and_not_by_their_order() {
    let row = |caption: &str| captions::Captioned { file: "a.glb".into(), caption: caption.into() };
    let rows: Vec<_> = (0..10).map(|number| row(&format!("thing {number}"))).collect();
    let chosen = held_out(&rows, 0.2);
    assert_eq!(chosen.iter().filter(|chosen| **chosen).count(), 2);
    let turned: Vec<_> = rows.iter().rev().cloned().collect();
    let again: Vec<_> = held_out(&turned, 0.2).into_iter().rev().collect();
    assert_eq!(chosen, again);
    assert!(held_out(&rows, 0.0).iter().all(|chosen| !chosen));
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
        ("file,caption\nbox.glb,...\n", 0.0, "line 2: the caption has 0 words"),
        ("file,caption\nbox.glb,a box\nchair.glb,a chair\n", 0.0, "chair.glb is not in"),
        ("file,caption\nbox.glb,a box\n", 1.0, "held out"),
        ("file,caption\nbroken.glb,a box\n", 0.0, "broken.glb"),
    ] {
        let message = refused(rows, held_out);
        assert!(message.contains(named), "{rows:?}: {message}");
    }
    let long = format!("file,caption\nbox.glb,{}\n", "very ".repeat(60));
    assert!(refused(&long, 0.0).contains("60 words"));
}
