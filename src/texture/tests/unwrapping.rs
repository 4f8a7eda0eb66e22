use std::collections::HashMap;

use super::super::raster::visit_inside;
use super::*;
use crate::error::no_progress;
use crate::mesh::{Mesh, MeshFault};

/// Returns the number of texels whose centers lie inside two triangles, at least a twentieth of a texel from
/// their edges.
fn doubly_covered(mesh: &Mesh, size: u32) -> usize {
    let mut counts = HashMap::new();
    for triangle in &mesh.triangles {
        visit_inside(texel_corners(mesh, size, triangle), [0..size, 0..size], 0.05, |x, y| {
            *counts.entry((x, y)).or_insert(0) += 1;
        });
    }
    counts.values().filter(|&&count| count > 1).count()
}

#[test]
fn a_cube_becomes_six_squares_without_stretch() {
    let unwrapped = flattened(&cube(), 256).unwrap();
    assert_eq!(unwrapped.charts, 6);
    assert_eq!(unwrapped.mesh.positions.len(), 24);
    assert!((unwrapped.stretch - 1.0).abs() < 1e-3, "{}", unwrapped.stretch);
    // Six squares fit in three columns and two rows, or in two columns and three rows.
    assert!(unwrapped.texels_per_unit > 75.0, "{}", unwrapped.texels_per_unit);
    for (triangle, chart) in unwrapped.mesh.triangles.iter().zip(&unwrapped.chart_of_triangle) {
        let corners = texel_corners(&unwrapped.mesh, 256, triangle);
        let extent = |axis: usize| {
            let along = corners.map(|corner| corner[axis]);
            along.iter().copied().fold(f32::MIN, f32::max) - along.iter().copied().fold(f32::MAX, f32::min)
        };
        assert!((extent(0) - unwrapped.texels_per_unit).abs() < 1e-2, "chart {chart} is not its square");
    }
}

#[test]
fn round_things_become_few_charts_that_lie_apart_and_are_not_mirrored() {
    for (name, mesh, most) in [("sphere", sphere(), 8), ("torus", torus(), 16)] {
        let unwrapped = flattened(&mesh, 512).unwrap();
        assert!((4..=most).contains(&unwrapped.charts), "{name}: {} charts", unwrapped.charts);
        assert!((1.0..1.25).contains(&unwrapped.stretch), "{name}: stretch {}", unwrapped.stretch);
        assert_eq!(unwrapped.mesh.triangles.len(), mesh.triangles.len(), "{name}");
        assert_eq!(doubly_covered(&unwrapped.mesh, 512), 0, "{name}");
        assert!(unwrapped.mesh.uvs.iter().flatten().all(|part| (0.0..=1.0).contains(part)), "{name}");
        for triangle in &unwrapped.mesh.triangles {
            let [p, q, r] = texel_corners(&unwrapped.mesh, 512, triangle);
            // Triangles are counter-clockwise with v pointing down. Invisible slivers may have either
            // winding.
            let twice = (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]);
            let perimeter: f32 =
                [(p, q), (q, r), (r, p)].iter().map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).sum();
            assert!(twice <= 0.05 * perimeter, "{name}: a triangle is mirrored: {twice}");
        }
    }
}

/// Returns the number of texels that hold the centers of two triangles which are far apart in space.
fn shared_by_strangers(mesh: &Mesh, size: u32) -> usize {
    let mut first: HashMap<[u32; 2], [f32; 3]> = HashMap::new();
    let mut strangers = 0;
    for triangle in &mesh.triangles {
        let corners = texel_corners(mesh, size, triangle);
        let texel =
            [0, 1].map(|axis| ((corners[0][axis] + corners[1][axis] + corners[2][axis]) / 3.0) as u32);
        let place = mesh.positions[triangle[0] as usize];
        let found = *first.entry(texel).or_insert(place);
        let distance = (0..3).map(|axis| (found[axis] - place[axis]).powi(2)).sum::<f32>().sqrt();
        strangers += usize::from(distance > 0.2);
    }
    strangers
}

#[test]
fn what_would_lie_on_itself_is_parted_however_small_its_triangles() {
    for steps in [120, 4_000] {
        let unwrapped = flattened(&spiral(steps), 512).unwrap();
        assert!((2..=8).contains(&unwrapped.charts), "{steps} steps: {} charts", unwrapped.charts);
        if steps < 1_000 {
            assert_eq!(doubly_covered(&unwrapped.mesh, 512), 0, "{steps} steps");
        }
        assert_eq!(shared_by_strangers(&unwrapped.mesh, 512), 0, "{steps} steps");
    }
}

#[test]
fn pieces_of_any_shape_take_no_more_memory_than_the_texture() {
    // Each mesh is one triangle: a thin one that is a millionth wide, one whose corners lie on a line, and
    // one whose corners are one point.
    let rod = vec![[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0], [1.0, 1.0 + 1e-6, 1.0]];
    let line = vec![[0.0; 3], [1.0, 1.0, 0.0], [0.5, 0.5, 0.0]];
    let point = vec![[0.25; 3]; 3];
    for positions in [rod, line, point] {
        let mesh = Mesh { positions, triangles: vec![[0, 1, 2]], ..Mesh::default() };
        let unwrapped = flattened(&mesh, 256).unwrap();
        assert!(unwrapped.mesh.uvs.iter().flatten().all(|part| (0.0..=1.0).contains(part)), "{unwrapped:?}");
        assert!(unwrapped.stretch.is_finite() && unwrapped.texels_per_unit.is_finite(), "{unwrapped:?}");
    }
}

#[test]
fn triangles_much_smaller_than_a_texel_face_where_they_face() {
    let (coarse, fine) = (flattened(&sphere(), 1024).unwrap(), flattened(&sphere(), 64).unwrap());
    assert!((4..=12).contains(&fine.charts), "{} charts, {} on a large texture", fine.charts, coarse.charts);
    assert!(fine.stretch < 1.25, "stretch {}", fine.stretch);
}

#[test]
fn meshes_of_any_scale_are_flattened_alike() {
    let expected = flattened(&torus(), 256).unwrap();
    for scale in [1e-6, 1e6] {
        let mut mesh = torus();
        mesh.positions.iter_mut().for_each(|position| *position = position.map(|part| part * scale));
        let found = flattened(&mesh, 256).unwrap();
        // The cost of a seam relates a length to an area, so the number of charts depends on the scale.
        assert!(found.charts <= 4 * expected.charts, "at {scale}: {} charts", found.charts);
        assert!(found.mesh.uvs.iter().flatten().all(|part| (0.0..=1.0).contains(part)), "at {scale}");
    }
}

#[test]
fn charts_keep_their_margin() {
    let options = UnwrapOptions { texture_size: 256, margin: 3 };
    let unwrapped = unwrap(&torus(), &options, &no_progress).unwrap();
    let mut chart_at = HashMap::new();
    for (triangle, &chart) in unwrapped.mesh.triangles.iter().zip(&unwrapped.chart_of_triangle) {
        let corners = texel_corners(&unwrapped.mesh, 256, triangle);
        visit_inside(corners, [0..256, 0..256], 0.0, |x, y| {
            chart_at.insert((x as i32, y as i32), chart);
        });
    }
    for (&(x, y), chart) in &chart_at {
        assert!((3..253).contains(&x) && (3..253).contains(&y), "({x}, {y}) is at the border");
        for (right, down) in (-6..=6).flat_map(|right| (-6..=6).map(move |down| (right, down))) {
            let beside = chart_at.get(&(x + right, y + down));
            assert!(beside.is_none_or(|beside| beside == chart), "({x}, {y}) and ({right}, {down}) from it");
        }
    }
}

#[test]
fn the_same_mesh_gives_the_same_bytes_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| flattened(&torus(), 256).unwrap())
    };
    let (one, other) = (on(1), on(4));
    assert_eq!(one.mesh, other.mesh);
    assert_eq!(one.chart_of_triangle, other.chart_of_triangle);
}

#[test]
fn what_cannot_be_unwrapped_is_refused_in_a_sentence() {
    assert!(matches!(flattened(&Mesh::default(), 256), Err(TextureError::Mesh(MeshFault::Empty { .. }))));
    for found in [0, 63, 4097] {
        let error = flattened(&cube(), found).unwrap_err();
        assert!(matches!(error, TextureError::Size { .. }), "{error}");
        assert!(error.to_string().contains("expected 64 to 4096"), "{error}");
    }
    // Each of the many specks needs texels of its own.
    let mut specks = Mesh::default();
    for speck in 0..2_000u32 {
        let place = [speck % 10, speck / 10 % 10, speck / 100].map(|part| part as f32 * 0.05 - 0.5);
        let corner = |axis: usize| {
            let mut corner = place;
            corner[axis] += 0.01;
            corner
        };
        specks.positions.extend([place, corner(0), corner(1)]);
        specks.triangles.push([speck * 3, speck * 3 + 1, speck * 3 + 2]);
    }
    let error = flattened(&specks, 64).unwrap_err();
    assert!(matches!(error, TextureError::Crowded { charts: 2_000, size: 64 }), "{error}");
    assert!(flattened(&specks, 1024).is_ok());
}

#[test]
fn a_triangle_without_area_stays_and_harms_nothing() {
    let mut mesh = cube();
    mesh.triangles.push([0, 0, 1]);
    let unwrapped = flattened(&mesh, 128).unwrap();
    assert_eq!(unwrapped.mesh.triangles.len(), 13);
    assert!(unwrapped.mesh.uvs.iter().flatten().all(|part| part.is_finite()));
    assert!(unwrapped.stretch.is_finite());
}
