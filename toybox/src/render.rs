//! Pictures of scenes for inspection by people. They are made by sphere tracing, with a key light, a fill
//! light and ambient occlusion.

use std::path::Path;

use rayon::prelude::*;

use crate::math::{Vec3, add, cross, dot, mix, normalize, scale, smoothstep, sub};
use crate::paint::Material;
use crate::scene::Scene;

/// An 8-bit sRGB picture with the top row first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Number of pixels in a row.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// Red, green and blue: three bytes for each pixel.
    pub pixels: Vec<u8>,
}

/// An error while writing a picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The file could not be created or written.
    #[error("cannot write the picture {path}: {source}")]
    Write {
        /// Path of the file.
        path: std::path::PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// The encoder failed.
    #[error("cannot encode the picture {path}: {source}")]
    Encode {
        /// Path of the file.
        path: std::path::PathBuf,
        /// Error of the encoder.
        source: png::EncodingError,
    },
}

impl Picture {
    /// Returns a picture of one color.
    pub fn filled(width: usize, height: usize, color: [u8; 3]) -> Self {
        Self { width, height, pixels: color.repeat(width * height) }
    }

    /// Copies another picture into this one at a column and row. The part outside this picture is cropped.
    pub fn paste(&mut self, other: &Self, left: usize, top: usize) {
        let columns = other.width.min(self.width.saturating_sub(left));
        for row in 0..other.height.min(self.height.saturating_sub(top)) {
            let from = 3 * row * other.width;
            let to = 3 * ((top + row) * self.width + left);
            self.pixels[to..to + 3 * columns].copy_from_slice(&other.pixels[from..from + 3 * columns]);
        }
    }

    /// Writes a PNG file. Errors: [`PictureError`].
    pub fn write_png(&self, path: &Path) -> Result<(), PictureError> {
        let write = |source| PictureError::Write { path: path.to_path_buf(), source };
        let encode = |source| PictureError::Encode { path: path.to_path_buf(), source };
        let file = std::io::BufWriter::new(std::fs::File::create(path).map_err(write)?);
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = encoder.write_header().map_err(encode)?;
        writer.write_image_data(&self.pixels).map_err(encode)?;
        writer.finish().map_err(encode)
    }
}

/// Direction from which a picture is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Angle around +Y in degrees, from the front toward the toy's left.
    pub azimuth: f32,
    /// Angle above the horizon in degrees.
    pub elevation: f32,
}

impl Default for View {
    /// Returns a three-quarter view from slightly above.
    fn default() -> Self {
        Self { azimuth: 28.0, elevation: 14.0 }
    }
}

const DISTANCE: f32 = 4.6;
const FIELD_OF_VIEW: f32 = 0.262;

struct Camera {
    eye: Vec3,
    axes: [Vec3; 3],
}

impl Camera {
    fn new(view: View) -> Self {
        let (sine, cosine) = view.azimuth.to_radians().sin_cos();
        let (up, level) = view.elevation.to_radians().sin_cos();
        let back = [sine * level, up, cosine * level];
        let right = normalize(cross([0.0, 1.0, 0.0], back));
        Self { eye: scale(back, DISTANCE), axes: [right, cross(back, right), back] }
    }

    /// Returns the unit direction of the ray through a point of the picture, with both coordinates in [-1,
    /// 1].
    fn ray(&self, x: f32, y: f32) -> Vec3 {
        let [right, up, back] = self.axes;
        normalize(sub(add(scale(right, x * FIELD_OF_VIEW), scale(up, y * FIELD_OF_VIEW)), back))
    }
}

/// Renders a square picture of a scene, `size` pixels wide. Each pixel is the average of 2 × 2 rays.
pub fn render(scene: &Scene, size: usize, view: View) -> Picture {
    let camera = Camera::new(view);
    let fine = 2 * size;
    let mut pixels = vec![0u8; 3 * size * size];
    pixels.par_chunks_mut(3 * size * 16).enumerate().for_each(|(band, rows)| {
        let first = 32 * band;
        let rays: Vec<Vec3> = (first..first + 2 * (rows.len() / (3 * size)))
            .flat_map(|row| (0..fine).map(move |column| (row, column)))
            .map(|(row, column)| {
                let place = |i: usize| (2 * i + 1) as f32 / fine as f32 - 1.0;
                camera.ray(place(column), -place(row))
            })
            .collect();
        let colors = shade_rays(scene, camera.eye, &rays);
        for (index, pixel) in rows.chunks_exact_mut(3).enumerate() {
            let (row, column) = (index / size, index % size);
            let sum = [(0, 0), (0, 1), (1, 0), (1, 1)]
                .map(|(i, j)| colors[(2 * row + i) * fine + 2 * column + j])
                .into_iter()
                .fold([0.0; 3], add);
            for channel in 0..3 {
                pixel[channel] = (to_srgb(0.25 * sum[channel]) * 255.0 + 0.5) as u8;
            }
        }
    });
    Picture { width: size, height: size, pixels }
}

fn to_srgb(linear: f32) -> f32 {
    let v = linear.clamp(0.0, 1.0);
    if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
}

fn to_linear(srgb: f32) -> f32 {
    if srgb <= 0.040_45 { srgb / 12.92 } else { ((srgb + 0.055) / 1.055).powf(2.4) }
}

/// Traces rays to the surface. Returns the length to each hit, or `None` for a ray that hits nothing.
fn trace(
    scene: &Scene,
    starts: &[Vec3],
    rays: &[Vec3],
    from: f32,
    to: f32,
    steps: usize,
) -> Vec<Option<f32>> {
    let mut ways = vec![from; rays.len()];
    let mut hits = vec![None; rays.len()];
    let mut active: Vec<usize> = (0..rays.len()).collect();
    for _ in 0..steps {
        let points: Vec<Vec3> = active.iter().map(|&i| add(starts[i], scale(rays[i], ways[i]))).collect();
        let mut distance = vec![0.0; points.len()];
        scene.evaluate(&points, &mut distance);
        let mut next = Vec::with_capacity(active.len());
        for (&ray, &d) in active.iter().zip(&distance) {
            if d < 7e-4 {
                hits[ray] = Some(ways[ray]);
            } else {
                ways[ray] += 0.95 * d;
                if ways[ray] < to {
                    next.push(ray);
                }
            }
        }
        active = next;
        if active.is_empty() {
            break;
        }
    }
    hits
}

/// Returns the linear color along each ray from the eye.
fn shade_rays(scene: &Scene, eye: Vec3, rays: &[Vec3]) -> Vec<Vec3> {
    let mut colors: Vec<Vec3> = rays.iter().map(|ray| backdrop(*ray)).collect();
    let hits = trace(scene, &vec![eye; rays.len()], rays, DISTANCE - 1.75, DISTANCE + 1.75, 110);
    let (indices, points): (Vec<usize>, Vec<Vec3>) = hits
        .iter()
        .enumerate()
        .filter_map(|(index, hit)| hit.map(|way| (index, add(eye, scale(rays[index], way)))))
        .unzip();
    let mut distance = vec![0.0; points.len()];
    let mut normals = vec![[0.0; 3]; points.len()];
    let mut materials = vec![Material::default(); points.len()];
    scene.evaluate_normals(&points, &mut distance, &mut normals);
    scene.evaluate_materials(&points, &mut distance, &mut materials);
    let openness = openness(scene, &points, &normals);
    let lifted: Vec<Vec3> = points.iter().zip(&normals).map(|(p, n)| add(*p, scale(*n, 0.012))).collect();
    let key = normalize(KEY);
    let shadows = trace(scene, &lifted, &vec![key; points.len()], 0.0, 2.2, 40);
    for (slot, &index) in indices.iter().enumerate() {
        let lit = if shadows[slot].is_some() { 0.25 } else { 1.0 };
        colors[index] = shade(&materials[slot], normals[slot], rays[index], openness[slot], lit);
    }
    colors
}

const KEY: Vec3 = [0.55, 0.85, 0.75];
const FILL: Vec3 = [-0.8, 0.25, 0.55];

/// Returns how open the surroundings of each point are, from 0 in a crease to 1.
fn openness(scene: &Scene, points: &[Vec3], normals: &[Vec3]) -> Vec<f32> {
    let mut open = vec![0.0f32; points.len()];
    let mut distance = vec![0.0; points.len()];
    for (reach, weight) in [(0.03, 0.4), (0.08, 0.35), (0.18, 0.25)] {
        let moved: Vec<Vec3> = points.iter().zip(normals).map(|(p, n)| add(*p, scale(*n, reach))).collect();
        scene.evaluate(&moved, &mut distance);
        for (value, d) in open.iter_mut().zip(&distance) {
            *value += weight * (d / reach).clamp(0.0, 1.0);
        }
    }
    open
}

/// Returns the light from a direction in a soft studio: light above, warm floor below, bright windows at the
/// two lights.
fn studio(direction: Vec3) -> Vec3 {
    let sky = mix([0.42, 0.36, 0.32], [0.80, 0.86, 0.95], smoothstep(-0.3, 0.6, direction[1]));
    let window = smoothstep(0.82, 0.95, dot(direction, normalize(KEY)));
    let strip = smoothstep(0.80, 0.92, dot(direction, normalize(FILL)));
    add(sky, [1.6 * window + 0.5 * strip; 3])
}

fn backdrop(ray: Vec3) -> Vec3 {
    mix([0.60, 0.62, 0.66], [0.86, 0.89, 0.93], smoothstep(-0.42, 0.15, ray[1]))
}

fn shade(material: &Material, normal: Vec3, ray: Vec3, open: f32, lit: f32) -> Vec3 {
    let albedo = material.color.map(to_linear);
    let open = 0.25 + 0.75 * open;
    let key = dot(normal, normalize(KEY)).max(0.0) * lit;
    let fill = (0.5 + 0.5 * dot(normal, normalize(FILL))).max(0.0);
    let ambient = mix([0.26, 0.23, 0.21], [0.50, 0.54, 0.60], 0.5 + 0.5 * normal[1]);
    let light = add(scale([1.0, 0.95, 0.88], 0.78 * key), scale(add(ambient, [0.14 * fill; 3]), open));
    let reflected = sub(ray, scale(normal, 2.0 * dot(ray, normal)));
    let facing = (-dot(ray, normal)).clamp(0.0, 1.0);
    let fresnel = (1.0 - facing).powi(5);
    let sharp = 1.0 - material.roughness;
    let mirror = scale(studio(reflected), open * (0.45 + 0.55 * lit));
    let half = normalize(sub(normalize(KEY), ray));
    let glint = dot(normal, half).max(0.0).powf(4.0 + 120.0 * sharp * sharp) * lit * sharp;
    let gloss = (0.04 + 0.5 * fresnel * sharp) * (1.0 - material.metallic);
    let mut color = [0.0; 3];
    for i in 0..3 {
        let diffuse = albedo[i] * light[i] * (1.0 - 0.85 * material.metallic);
        let metal = material.metallic * albedo[i] * (mirror[i] + 0.7 * glint);
        color[i] = diffuse + metal + gloss * mirror[i] * sharp + 0.35 * glint * (1.0 - material.metallic);
    }
    // Compresses highlights instead of clipping them.
    color.map(|c| if c > 0.8 { 0.8 + 0.2 * (1.0 - (-(c - 0.8) / 0.2).exp()) } else { c })
}
