use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::super::atlas::Atlas;
use super::super::raster::visit_inside;
use super::*;
use crate::error::{Cancelled, ProgressCallback, no_progress};
use crate::vector::{Basis, add, cross, dot, normalized, scale, subtract};

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
    /// Side of the surface's cells, object space; 0 if it has none.
    grain: f32,
    /// Vector from a point of the mesh to the true surface.
    displacement: At<'a, [f32; 3]>,
    /// Number of points at which the color was evaluated.
    seen: AtomicUsize,
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
            seen: 0.into(),
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
        self.seen.fetch_add(points.len(), Ordering::Relaxed);
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

    fn knows_materials(&self) -> bool {
        self.material.is_some()
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
        for (&texel, point) in block.texels.iter().zip(&block.places().points) {
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
fn colors_are_interpolated_where_they_are_even_and_evaluated_at_their_edges() {
    let size = 256;
    let flat = flattened(&torus(), size).unwrap();
    // Stripes with sharp edges. Between the edges, the color changes slowly.
    let color = |point: &[f32; 3]| {
        let stripe = if (point[1] * 8.0).rem_euclid(2.0) < 1.0 { 0.9 } else { 0.1 };
        [stripe, 0.5 + 0.1 * point[0], 0.5]
    };
    let surface = Told { grain: 6.0 / flat.texels_per_unit, ..Told::of(&color) };
    let baked = bake(&mut flat.mesh.clone(), size, 2, &surface, &no_progress).unwrap();
    let seen = surface.seen.into_inner();
    assert!(seen < baked.covered as usize * 6 / 10, "{seen} of {} texels", baked.covered);
    let atlas = Atlas::of(&flat.mesh, size, &no_progress).unwrap();
    let mut wrong = 0;
    for block in atlas.blocks(&atlas.covered, 1_000).collect::<Vec<_>>() {
        for (&texel, point) in block.texels.iter().zip(&block.places().points) {
            let found = baked.base_color[texel as usize].map(|level| f32::from(level) / 255.0);
            let is_near = found.iter().zip(color(point)).all(|(one, other)| (one - other).abs() < 0.01);
            wrong += usize::from(!is_near);
        }
    }
    // In the steep parts of a chart, a stripe can be narrower than a step and lie between the samples.
    assert!(wrong < atlas.covered.len() / 500, "{wrong} of {} texels", atlas.covered.len());
}

#[test]
fn every_texel_up_to_the_border_gets_its_color_at_any_step() {
    // A square that covers the whole texture, so that samples are missing at its borders.
    let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let square = Mesh {
        positions: corners.map(|[u, v]: [f32; 2]| [u, v, 0.0]).to_vec(),
        normals: vec![[0.0, 0.0, 1.0]; 4],
        uvs: corners.to_vec(),
        triangles: vec![[0, 1, 2], [0, 2, 3]],
        ..Mesh::default()
    };
    let size = 100;
    let color = |point: &[f32; 3]| [point[0], point[1], if point[0] > 0.3 { 1.0 } else { 0.0 }];
    // At 0 the surface has no cells, so each texel is evaluated.
    for step in [0, 2, 3, 4, 7, 33, 64] {
        let grain = 2.0 * step as f32 / size as f32;
        let surface = Told { material: Some([0.25, 0.75]), grain, ..Told::of(&color) };
        let baked = bake(&mut square.clone(), size, 0, &surface, &no_progress).unwrap();
        assert_eq!(baked.covered, size * size);
        for (texel, found) in (0..).zip(&baked.base_color) {
            let [x, y] = [texel % size, texel / size].map(|place| (place as f32 + 0.5) / size as f32);
            let expected = color(&[x, y, 0.0]).map(|part| part * 255.0);
            let is_near =
                found.iter().zip(expected).all(|(one, other)| (f32::from(*one) - other).abs() <= 1.0);
            assert!(is_near, "step {step}, texel {texel}: {found:?}, expected {expected:?}");
        }
        assert!(baked.roughness_metallic.iter().all(|found| *found == [255, 191, 64]), "step {step}");
    }
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
        let places = block.places();
        let frames = places.normals.iter().zip(block.interpolated(&mesh.tangents));
        for ((texel, point), (&around, tangent)) in block.texels.iter().zip(&places.points).zip(frames) {
            let local = baked.normal[*texel as usize].map(|part| f32::from(part) / 127.5 - 1.0);
            let found = normalized(Basis::of(around, tangent).world(local));
            let off = dot(found, normal(point)).clamp(-1.0, 1.0).acos();
            sum += off;
            worst = worst.max(off);
        }
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
        for (&texel, point) in block.texels.iter().zip(&block.places().points) {
            let found = f32::from(baked.occlusion[texel as usize]) / 255.0;
            sum += (found - open(point)).abs();
        }
    }
    let mean = sum / atlas.covered.len() as f32;
    assert!(mean < 0.01, "{mean} off in the mean");
}
