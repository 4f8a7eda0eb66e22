#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::atlas::Atlas;
use super::raster::visit_inside;
use super::*;
use crate::error::{Cancelled, ProgressCallback, no_progress};
use crate::mesh::{Mesh, MeshFault};
use crate::surface::{ExtractOptions, PointwiseField, extract};
use crate::vector::{add, cross, dot, normalized, scale, subtract};

fn mesh_of(resolution: u32, distance: impl Fn([f32; 3]) -> f32 + Sync) -> Mesh {
    let options = ExtractOptions { resolution, ..Default::default() };
    extract(&PointwiseField(distance), &options).unwrap().mesh
}

fn sphere() -> Mesh {
    mesh_of(48, |[x, y, z]| (x * x + y * y + z * z).sqrt() - 0.7)
}

fn torus() -> Mesh {
    mesh_of(64, |[x, y, z]| (((x * x + z * z).sqrt() - 0.6).powi(2) + y * y).sqrt() - 0.2)
}

/// Returns the normal of [`torus`] near a point, tilted along X by the tangent of an angle.
fn torus_normal([x, y, z]: [f32; 3], tilt: f32) -> [f32; 3] {
    let share = 1.0 - 0.6 / (x * x + z * z).sqrt();
    let [x, y, z] = normalized([x * share, y, z * share]);
    normalized([x + tilt, y, z])
}

/// Returns a ramp that winds around the Y axis twice. Seen from above it covers itself. Its turns are one
/// connected surface.
fn spiral(steps: u32) -> Mesh {
    let mut mesh = Mesh::default();
    for step in 0..=steps {
        let share = step as f32 / steps as f32;
        let (sine, cosine) = (share * 4.0 * std::f32::consts::PI).sin_cos();
        for radius in [0.3, 0.8] {
            mesh.positions.push([radius * cosine, share - 0.5, -radius * sine]);
        }
    }
    for step in 0..steps {
        let first = step * 2;
        mesh.triangles.extend([[first, first + 1, first + 3], [first, first + 3, first + 2]]);
    }
    mesh
}

/// Returns a cube with sides of length one and shared corners.
fn cube() -> Mesh {
    let positions =
        (0..8).map(|corner| [0, 1, 2].map(|axis| if corner >> axis & 1 == 1 { 0.5 } else { -0.5 }));
    let triangles = vec![
        [0, 2, 3],
        [0, 3, 1],
        [4, 5, 7],
        [4, 7, 6],
        [0, 1, 5],
        [0, 5, 4],
        [2, 6, 7],
        [2, 7, 3],
        [0, 4, 6],
        [0, 6, 2],
        [1, 3, 7],
        [1, 7, 5],
    ];
    let positions: Vec<[f32; 3]> = positions.collect();
    let normals = positions.iter().map(|&corner| normalized(corner)).collect();
    Mesh { positions, normals, triangles, ..Mesh::default() }
}

fn flattened(mesh: &Mesh, texture_size: u32) -> Result<Unwrapped, TextureError> {
    unwrap(mesh, &UnwrapOptions { texture_size, ..UnwrapOptions::default() }, &no_progress)
}

fn texel_corners(mesh: &Mesh, size: u32, triangle: &[u32; 3]) -> [[f32; 2]; 3] {
    triangle.map(|corner| mesh.uvs[corner as usize].map(|part| part * size as f32))
}

/// Returns the number of texels whose centers lie in two triangles, a twentieth of a texel inside of both.
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
    // The meshes are a rod from corner to corner, a millionth wide, a triangle that is a line, and one that
    // is a point.
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
        // The weight of seams compares length with area, so the number of charts may differ slightly.
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
fn a_baked_texture_says_at_each_vertex_what_was_asked_there() {
    let size = 512;
    let unwrapped = flattened(&torus(), size).unwrap();
    let color = |point: &[f32; 3]| point.map(|part| part * 0.5 + 0.5);
    let surface = Told { material: Some([1.0, 0.25]), ..Told::of(&color) };
    let mut mesh = unwrapped.mesh;
    let baked = bake(&mut mesh, size, 2, &surface, &no_progress).unwrap();
    let share = baked.covered as f32 / (size * size) as f32;
    assert!((0.3..0.95).contains(&share), "{share} of the texture is used");
    for (position, uv) in mesh.positions.iter().zip(&mesh.uvs) {
        let found = bilinear(&baked.base_color, size, *uv);
        let expected = color(position).map(|part| part * 255.0);
        for channel in 0..3 {
            // The tolerance is one and a half texels at the steepest angle that charts allow, and rounding.
            let off = (found[channel] - expected[channel]).abs();
            assert!(
                off < 127.5 * 1.5 / 0.2 / unwrapped.texels_per_unit + 1.0,
                "{uv:?}: {found:?}, not {expected:?}"
            );
        }
        assert_eq!(bilinear(&baked.roughness_metallic, size, *uv), [255.0, 64.0, 255.0]);
    }
}

/// Samples an image bilinearly, as a GPU does.
fn bilinear(image: &[[u8; 3]], size: u32, uv: [f32; 2]) -> [f32; 3] {
    let place = uv.map(|part| part * size as f32 - 0.5);
    let at = |right: f32, down: f32| {
        let clamp = |part: f32| part.floor().clamp(0.0, size as f32 - 1.0) as usize;
        image[clamp(place[1] + down) * size as usize + clamp(place[0] + right)].map(f32::from)
    };
    let share = place.map(|part| part - part.floor());
    std::array::from_fn(|channel| {
        let row = |down| at(0.0, down)[channel] * (1.0 - share[0]) + at(1.0, down)[channel] * share[0];
        row(0.0) * (1.0 - share[1]) + row(1.0) * share[1]
    })
}

#[test]
fn texels_beyond_the_charts_take_the_nearest_and_then_the_mean() {
    let unwrapped = flattened(&cube(), 128).unwrap();
    // The left half is black, and the right half is white.
    let color = |point: &[f32; 3]| [if point[0] < 0.0 { 0.0 } else { 1.0 }; 3];
    let mut mesh = unwrapped.mesh;
    let baked = bake(&mut mesh, 128, 2, &Told::of(&color), &no_progress).unwrap();
    assert!(baked.roughness_metallic.is_empty(), "nobody knew a material");
    assert!(baked.normal.is_empty() && baked.occlusion.is_empty(), "nobody knew a normal, or the light");
    let mut covered = vec![false; 128 * 128];
    for triangle in &mesh.triangles {
        let corners = texel_corners(&mesh, 128, triangle);
        visit_inside(corners, [0..128, 0..128], 0.0, |x, y| covered[y as usize * 128 + x as usize] = true);
    }
    let is_far = |texel: usize, steps: i32| {
        let (x, y) = ((texel % 128) as i32, (texel / 128) as i32);
        (-steps..=steps).flat_map(|right| (-steps..=steps).map(move |down| (x + right, y + down))).all(
            |(x, y)| !(0..128).contains(&x) || !(0..128).contains(&y) || !covered[(y * 128 + x) as usize],
        )
    };
    let mut far = 0;
    for (texel, color) in baked.base_color.iter().enumerate() {
        if is_far(texel, 3) {
            far += 1;
            assert!((100..156).contains(&color[0]), "texel {texel} is far from all charts, and {color:?}");
        } else if is_far(texel, 0) && !is_far(texel, 1) {
            assert!([0, 255].contains(&color[0]), "texel {texel} is beside a chart, and {color:?}");
        }
    }
    assert!(far > 100, "only {far} texels are far from all charts");
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

#[test]
fn baking_stops_when_it_is_told_to() {
    let mut mesh = flattened(&cube(), 64).unwrap().mesh;
    let stopped = bake(&mut mesh, 64, 1, &Told::of(&|_| [0.0; 3]), &|_| Err(Cancelled));
    assert!(matches!(stopped, Err(TextureError::Cancelled(_))));
}

#[test]
fn progress_rises_to_one_and_any_step_of_it_can_stop_the_work() {
    let mesh = torus();
    let work = |threads: usize, on_progress: ProgressCallback<'_>| -> Result<(), TextureError> {
        let mut unwrapped =
            unwrap(&mesh, &UnwrapOptions::default(), &|fraction| on_progress(fraction * 0.5))?;
        let of_bake = |fraction: f32| on_progress(0.5 + fraction * 0.5);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let surface = Told {
            normal: Some(&|point| normalized(*point)),
            open: Some(&|_| 0.5),
            grain: 0.05,
            ..Told::of(&|_| [0.0; 3])
        };
        pool.install(|| bake(&mut unwrapped.mesh, 1024, 2, &surface, &of_bake).map(|_| ()))
    };
    for threads in [4, 1] {
        let heard = parking_lot::Mutex::new(Vec::new());
        work(threads, &|fraction| {
            heard.lock().push(fraction);
            Ok(())
        })
        .unwrap();
        let heard = heard.into_inner();
        assert!(heard.len() > 20, "{heard:?}");
        assert!(heard.windows(2).all(|pair| pair[0] <= pair[1]), "{heard:?}");
        assert_eq!(heard.last(), Some(&1.0));
        // On one thread, each run makes the same number of calls. On several threads, the number varies.
        let last = if threads == 1 { heard.len() - 1 } else { 20 };
        for stop in [0, 1, last / 2, last] {
            let calls = AtomicUsize::new(0);
            let stopped = work(threads, &|_| {
                let call = calls.fetch_add(1, Ordering::Relaxed);
                if call >= stop { Err(Cancelled) } else { Ok(()) }
            });
            assert!(matches!(stopped, Err(TextureError::Cancelled(_))), "at call {stop}, {threads} threads");
        }
    }
}

#[test]
fn a_mesh_without_coordinates_and_answers_that_are_too_few_are_refused() {
    let surface = Told { is_short: true, ..Told::of(&|_| [0.0; 3]) };
    let refused = bake(&mut cube(), 64, 1, &surface, &no_progress);
    assert!(matches!(refused, Err(TextureError::NoCoordinates)));
    let mut mesh = flattened(&cube(), 64).unwrap().mesh;
    let refused = bake(&mut mesh, 64, 1, &surface, &no_progress);
    assert!(matches!(refused, Err(TextureError::Answers { answered: 1, .. })));
    let refused = bake(&mut Mesh { normals: Vec::new(), ..mesh }, 64, 1, &surface, &no_progress);
    assert!(matches!(refused, Err(TextureError::NoCoordinates)));
}

/// A function of a point.
type At<'a, T> = &'a (dyn Fn(&[f32; 3]) -> T + Sync);

/// A surface with given properties.
struct Told<'a> {
    color: At<'a, [f32; 3]>,
    material: Option<[f32; 2]>,
    normal: Option<At<'a, [f32; 3]>>,
    open: Option<At<'a, f32>>,
    /// Whether the surface returns only one color, for any number of points.
    is_short: bool,
    /// Side of the cells of the surface's normals, object space.
    grain: f32,
    /// Vector from a point of the mesh to the true surface.
    displacement: At<'a, [f32; 3]>,
    /// Number of points at which the true surface was evaluated.
    landed: AtomicUsize,
    /// Number of points at which the light was evaluated.
    lit: AtomicUsize,
}

impl<'a> Told<'a> {
    fn of(color: At<'a, [f32; 3]>) -> Self {
        Self {
            color,
            material: None,
            normal: None,
            open: None,
            is_short: false,
            grain: 0.0,
            displacement: &|_| [0.0; 3],
            landed: 0.into(),
            lit: 0.into(),
        }
    }
}

impl BakeSource for Told<'_> {
    type Error = TextureError;

    fn batch(&self) -> usize {
        1_000
    }

    fn seen(&self, points: &[[f32; 3]], on_progress: ProgressCallback<'_>) -> Result<Answer, TextureError> {
        on_progress(0.5)?;
        let points = if self.is_short { &points[..1] } else { points };
        Ok(Answer {
            colors: points.iter().map(self.color).collect(),
            materials: self.material.map_or_else(Vec::new, |material| vec![material; points.len()]),
        })
    }

    fn landed(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Landed, TextureError> {
        on_progress(0.5)?;
        self.landed.fetch_add(places.points.len(), Ordering::Relaxed);
        let normals = self.normal.map_or_else(Vec::new, |normal| places.points.iter().map(normal).collect());
        let points = places.points.iter().map(|point| add(*point, (self.displacement)(point))).collect();
        Ok(Landed { points, normals })
    }

    fn grain(&self) -> f32 {
        self.grain
    }

    fn knows_normals(&self) -> bool {
        self.normal.is_some()
    }

    fn knows_light(&self) -> bool {
        self.open.is_some()
    }

    fn open(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Vec<f32>, TextureError> {
        on_progress(0.5)?;
        self.lit.fetch_add(places.points.len(), Ordering::Relaxed);
        Ok(self.open.map_or_else(Vec::new, |open| places.points.iter().map(open).collect()))
    }
}

#[test]
fn the_true_surface_is_evaluated_at_few_texels_and_its_colors_are_found_there() {
    let size = 256;
    let normal = |point: &[f32; 3]| torus_normal(*point, 0.2 * (3.0 * point[1]).sin());
    let flat = flattened(&torus(), size).unwrap();
    // The displacement is linear, so it is also correct where it is interpolated.
    let displacement = |point: &[f32; 3]| [0.0, 0.02 * point[0], 0.05 * point[1] - 0.01];
    let color = |point: &[f32; 3]| point.map(|part| part * 0.5 + 0.5);
    let bake_with = |grain: f32| {
        let mut mesh = flat.mesh.clone();
        let surface = Told { normal: Some(&normal), grain, displacement: &displacement, ..Told::of(&color) };
        let baked = bake(&mut mesh, size, 2, &surface, &no_progress).unwrap();
        (baked, surface.landed.into_inner())
    };
    let (every, of_every) = bake_with(0.0);
    assert_eq!(of_every, every.covered as usize);
    // The period of the cells is six texels, so every third texel of a row and a column is evaluated.
    let (some, of_some) = bake_with(6.0 / flat.texels_per_unit);
    assert!(of_some < of_every / 4, "{of_some} of {of_every} texels");
    let atlas = Atlas::of(&flat.mesh, size, &no_progress).unwrap();
    let mut off = 0.0;
    for block in atlas.blocks(&atlas.covered, 1_000).collect::<Vec<_>>() {
        for (&texel, point) in block.texels.iter().zip(block.places().points) {
            let expected = color(&add(*point, displacement(point)));
            let found = some.base_color[texel as usize].map(|level| f32::from(level) / 255.0);
            off += (0..3).map(|part| (found[part] - expected[part]).abs()).sum::<f32>() / 3.0;
        }
    }
    // Half a level of 1/255, and at the borders of charts the displacement of a texel at a distance of two.
    let mean = off / atlas.covered.len() as f32;
    assert!(mean < 0.0025, "{mean} off in the mean");
    let normals = every.normal.as_flattened().iter().zip(some.normal.as_flattened());
    let difference = normals.map(|(one, other)| f64::from(one.abs_diff(*other))).sum::<f64>();
    assert!(difference / every.normal.len() as f64 / 3.0 < 2.0);
}

#[test]
fn ripples_of_one_cell_vanish_from_the_normals() {
    let size = 256;
    let flat = flattened(&cube(), size).unwrap();
    let grain = 6.0 / flat.texels_per_unit;
    // The normal of the face, tilted by an amount.
    let tilted = |point: &[f32; 3], tilt: f32| {
        let face = (0..3).max_by(|one, other| point[*one].abs().total_cmp(&point[*other].abs())).unwrap();
        normalized([0, 1, 2].map(|axis| if axis == face { point[axis].signum() } else { tilt }))
    };
    let plain = |point: &[f32; 3]| tilted(point, 0.0);
    let rippled = |point: &[f32; 3]| {
        tilted(point, 0.3 * (std::f32::consts::TAU / grain * (point[0] + point[1] + point[2])).sin())
    };
    let baked = |normal: At<'_, [f32; 3]>, grain: f32| {
        let surface = Told { normal: Some(normal), grain, ..Told::of(&|_| [0.0; 3]) };
        bake(&mut flat.mesh.clone(), size, 2, &surface, &no_progress).unwrap().normal
    };
    let difference = |one: &[[u8; 3]], other: &[[u8; 3]]| {
        let parts = one.as_flattened().iter().zip(other.as_flattened());
        parts.map(|(one, other)| f64::from(one.abs_diff(*other))).sum::<f64>()
    };
    let before = difference(&baked(&rippled, 0.0), &baked(&plain, 0.0));
    let after = difference(&baked(&rippled, grain), &baked(&plain, grain));
    assert!(after < 0.25 * before, "{after} of {before}");
}

#[test]
fn a_normal_map_read_as_shaders_do_gives_the_surface_s_normals_back() {
    let size = 256;
    let normal = |point: &[f32; 3]| torus_normal(*point, 0.3 * (9.0 * point[1]).sin());
    let mut mesh = flattened(&torus(), size).unwrap().mesh;
    let surface = Told { normal: Some(&normal), ..Told::of(&|_| [0.0; 3]) };
    let baked = bake(&mut mesh, size, 2, &surface, &no_progress).unwrap();
    assert_eq!(mesh.tangents.len(), mesh.positions.len());
    let atlas = Atlas::of(&mesh, size, &no_progress).unwrap();
    let (mut sum, mut worst) = (0.0, 0.0f32);
    for block in atlas.blocks(&atlas.covered, 1_000).collect::<Vec<_>>() {
        block.for_each_frame(&mesh.tangents, |index, frame| {
            let texel = block.texels[index] as usize;
            let local = baked.normal[texel].map(|part| f32::from(part) / 127.5 - 1.0);
            let found = normalized(frame.world(local));
            let off = dot(found, normal(&block.places().points[index])).clamp(-1.0, 1.0).acos();
            sum += off;
            worst = worst.max(off);
        });
    }
    let mean = sum / atlas.covered.len() as f32;
    // The tolerance is half a step of 1/127.5 in each of three components.
    assert!(mean < 0.006 && worst < 0.02, "{mean} and {worst} radians off");
}

#[test]
fn tangents_follow_u_and_the_image_s_up() {
    let mesh = {
        let mut mesh = flattened(&torus(), 256).unwrap().mesh;
        let surface = Told { normal: Some(&|point| normalized(*point)), ..Told::of(&|_| [0.0; 3]) };
        bake(&mut mesh, 256, 2, &surface, &no_progress).unwrap();
        mesh
    };
    for corners in &mesh.triangles {
        let [p, q, r] = corners.map(|corner| mesh.positions[corner as usize]);
        let [a, b, c] = corners.map(|corner| mesh.uvs[corner as usize]);
        let [to_q, to_r] = [subtract(q, p), subtract(r, p)];
        let ([u1, v1], [u2, v2]) = ([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
        let turn = u1 * v2 - u2 * v1;
        // The directions in which u grows and in which v decreases (the image's up).
        let along_u = subtract(scale(to_q, v2), scale(to_r, v1));
        let along_up = subtract(scale(to_q, u2), scale(to_r, u1));
        for &corner in corners {
            let [x, y, z, sign] = mesh.tangents[corner as usize];
            let tangent = [x, y, z];
            let up = scale(cross(mesh.normals[corner as usize], tangent), sign);
            assert!(dot(tangent, along_u) * turn.signum() > 0.0, "{corners:?}");
            assert!(dot(up, along_up) * turn.signum() > 0.0, "{corners:?}");
        }
    }
}

#[test]
fn light_is_interpolated_between_few_texels() {
    let size = 256;
    let open = |point: &[f32; 3]| point[1] * 0.5 + 0.5;
    let mut mesh = flattened(&torus(), size).unwrap().mesh;
    let surface = Told { open: Some(&open), ..Told::of(&|_| [0.0; 3]) };
    let baked = bake(&mut mesh, size, 2, &surface, &no_progress).unwrap();
    assert!(surface.lit.into_inner() < baked.covered as usize / 4);
    let atlas = Atlas::of(&mesh, size, &no_progress).unwrap();
    let mut sum = 0.0;
    for block in atlas.blocks(&atlas.covered, 1_000).collect::<Vec<_>>() {
        for (&texel, point) in block.texels.iter().zip(block.places().points) {
            let found = f32::from(baked.occlusion[texel as usize]) / 255.0;
            sum += (found - open(point)).abs();
        }
    }
    let mean = sum / atlas.covered.len() as f32;
    assert!(mean < 0.01, "{mean} off in the mean");
}
