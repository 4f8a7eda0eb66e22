//! Pictures of scenes by sphere tracing of the exact field.

use toybox::{Material, Scene};

use super::views::View;
use crate::camera::{Camera, Shading, shade};

/// Rays along an edge of a pixel, against aliasing.
const RAYS: usize = 2;
/// Distance at which a ray has hit the surface, in object space: an eighth of a pixel at 32 pixels.
const TOLERANCE: f32 = 5e-3;
/// Share of the distance that a ray advances. Blended parts have slightly too large distances.
const ADVANCE: f32 = 0.95;
/// Largest number of steps of a ray. Rays that graze a surface need the most.
const STEPS: usize = 48;

/// Colors and coverage of a square picture, row by row from the top.
pub struct Picture {
    /// sRGB colors in [-1, 1], [3, resolution, resolution].
    pub colors: Vec<f32>,
    /// Share of each pixel that the object covers, [resolution, resolution].
    #[cfg_attr(not(test), expect(dead_code, reason = "tests compare silhouettes with the field"))]
    pub coverage: Vec<f32>,
}

/// Draws a scene with the formula of [`shade`]. resolution: number of pixels along an edge.
pub fn draw(scene: &Scene, view: &View, resolution: usize) -> Picture {
    let fine = RAYS * resolution;
    let eye = view.camera.position();
    let rays = view.camera.rays(fine);
    let hits = trace(scene, eye, &rays);
    let points: Vec<[f32; 3]> = hits.iter().map(|&(ray, way)| along(eye, rays[ray], way)).collect();
    let shades = colors(scene, view, &points);
    let pixels = resolution * resolution;
    let coverage = coverage(&hits, resolution);
    let mut colors = vec![0.0; 3 * pixels];
    for (&(ray, _), color) in hits.iter().zip(&shades) {
        for (channel, value) in color.iter().enumerate() {
            colors[channel * pixels + pixel_of(ray, resolution)] += SHARE * value;
        }
    }
    for (index, color) in colors.iter_mut().enumerate() {
        let value = *color + (1.0 - coverage[index % pixels]) * view.background;
        *color = 2.0 * value.clamp(0.0, 1.0) - 1.0;
    }
    Picture { colors, coverage }
}

/// Returns the share of each pixel that a scene covers, [resolution, resolution], row by row from the top.
pub fn silhouette(scene: &Scene, camera: &Camera, resolution: usize) -> Vec<f32> {
    coverage(&trace(scene, camera.position(), &camera.rays(RAYS * resolution)), resolution)
}

/// Share of a pixel that one of its rays covers.
const SHARE: f32 = 1.0 / (RAYS * RAYS) as f32;

fn coverage(hits: &[(usize, f32)], resolution: usize) -> Vec<f32> {
    let mut coverage = vec![0.0; resolution * resolution];
    hits.iter().for_each(|&(ray, _)| coverage[pixel_of(ray, resolution)] += SHARE);
    coverage
}

/// Returns the pixel to which a ray belongs.
fn pixel_of(ray: usize, resolution: usize) -> usize {
    let fine = RAYS * resolution;
    ray / fine / RAYS * resolution + ray % fine / RAYS
}

fn along(start: [f32; 3], direction: [f32; 3], way: f32) -> [f32; 3] {
    std::array::from_fn(|axis| start[axis] + way * direction[axis])
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns the index of each ray that hits the surface, and the distance from the eye to its hit.
fn trace(scene: &Scene, eye: [f32; 3], rays: &[[f32; 3]]) -> Vec<(usize, f32)> {
    let extent = scene.extent();
    let mut active: Vec<(usize, f32, f32)> = rays
        .iter()
        .enumerate()
        .filter_map(|(index, &ray)| clip(extent, eye, ray).map(|[from, to]| (index, from, to)))
        .collect();
    let mut hits = Vec::new();
    let mut distances = Vec::new();
    for _ in 0..STEPS {
        let points: Vec<[f32; 3]> =
            active.iter().map(|&(index, way, _)| along(eye, rays[index], way)).collect();
        distances.resize(points.len(), 0.0);
        scene.evaluate(&points, &mut distances);
        let mut next = Vec::with_capacity(active.len());
        for (&(index, way, end), &distance) in active.iter().zip(&distances) {
            let further = way + ADVANCE * distance;
            if distance < TOLERANCE {
                hits.push((index, way));
            } else if further < end {
                next.push((index, further, end));
            }
        }
        active = next;
        if active.is_empty() {
            break;
        }
    }
    hits
}

/// Returns the range of a ray within a box; `None` for a ray that misses the box. extent: low and high
/// corners.
fn clip(extent: ([f32; 3], [f32; 3]), eye: [f32; 3], ray: [f32; 3]) -> Option<[f32; 2]> {
    let (low, high) = extent;
    let mut range = [0.0f32, f32::INFINITY];
    for axis in 0..3 {
        let ends = [low[axis], high[axis]].map(|end| (end - eye[axis]) / ray[axis]);
        range[0] = range[0].max(ends[0].min(ends[1]));
        range[1] = range[1].min(ends[0].max(ends[1]));
    }
    (range[0] < range[1]).then_some(range)
}

/// Returns the sRGB colors of points on the surface.
fn colors(scene: &Scene, view: &View, points: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut distances = vec![0.0; points.len()];
    let mut materials = vec![Material::default(); points.len()];
    scene.evaluate_materials(points, &mut distances, &mut materials);
    if view.shading == Shading::Albedo {
        return materials.iter().map(|material| material.color).collect();
    }
    let mut normals = vec![[0.0; 3]; points.len()];
    scene.evaluate_normals(points, &mut distances, &mut normals);
    let lit = points.iter().zip(&normals).zip(&materials);
    lit.map(|((point, &normal), material)| {
        let toward: [f32; 3] = std::array::from_fn(|axis| view.light.position[axis] - point[axis]);
        let length = dot(toward, toward).sqrt().max(1e-6);
        let albedo = if view.shading == Shading::Textureless { [1.0; 3] } else { material.color };
        shade(albedo, normal, toward.map(|value| value / length), view.light.ambient)
    })
    .collect()
}
