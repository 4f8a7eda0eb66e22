//! From a mesh to pixels.

use std::borrow::Cow;

use rayon::prelude::*;

use super::camera::{Camera, View, bounds};
use super::occlusion::{Ball, Ground, Shadow, Surroundings};
use super::picture::Image;
use super::raster::{Corner, NOTHING, Visibility, picture_weights, rasterize};
use super::shade::{Studio, Surface};
use super::{MAX_SIDE, RenderError, RenderOptions};
use crate::color::{linear_to_srgb, srgb_to_linear};
use crate::mesh::{Mesh, MeshFault};
use crate::vector::{Vector, add, dot, mix, normalized, scale, subtract, triangle_normal};

/// Colour of a mesh that has none, sRGB.
const PLAIN: Vector = [0.78, 0.77, 0.75];
/// Metallic and roughness of a mesh that has none.
const PLAIN_SURFACE: [f32; 2] = [0.0, 0.6];

/// Draws a mesh. Errors: `Mesh` for an empty or inconsistent mesh, `Size`, `Samples`.
pub fn render(mesh: &Mesh, camera: &Camera, options: &RenderOptions<'_>) -> Result<Image, RenderError> {
    let &RenderOptions { samples, .. } = options;
    if !(1..=MAX_SIDE).contains(&options.width) || !(1..=MAX_SIDE).contains(&options.height) {
        return Err(RenderError::Size { width: options.width, height: options.height });
    }
    let (width, height) = (options.width as usize, options.height as usize);
    if !(1..=4).contains(&samples) {
        return Err(RenderError::Samples { samples });
    }
    mesh.check()?;
    if let Some(worn) = &options.worn {
        let has_frames = worn.normal.is_empty() || !mesh.tangents.is_empty();
        if mesh.uvs.is_empty() || !has_frames || !worn.is_whole() {
            return Err(RenderError::Worn { size: worn.size });
        }
    }
    let empty = MeshFault::Empty { vertices: mesh.positions.len(), triangles: mesh.triangles.len() };
    let (low, high) = bounds(mesh.positions.iter().copied()).ok_or(empty)?;
    let view = View::new(camera, mesh, low, high, width as f32 / height as f32);
    let studio = Studio::new(&view);
    let corners = project(mesh, &view, width * samples, height * samples);
    let seen = rasterize(&corners, &mesh.triangles, width * samples, height * samples);
    let ball = Ball::around(low, high);
    let shadow = Shadow::new(ball, studio.key(), &mesh.positions, &mesh.triangles);
    let surroundings = Surroundings::new(ball, &mesh.positions);
    let ground = options.ground_shadow.then(|| Ground::new(ball, low[1], &shadow, &surroundings));
    let normals: Cow<'_, [Vector]> =
        if mesh.normals.is_empty() { Cow::Owned(normals(mesh)) } else { Cow::Borrowed(&mesh.normals) };
    let scene = Scene {
        mesh,
        openness: openness(mesh, &normals, &seen, &surroundings),
        colors: mesh.colors.par_iter().map(|color| color.map(srgb_to_linear)).collect(),
        normals,
        seen,
        corners,
        view,
        studio,
        shadow,
        ground,
        options,
    };
    let mut rgba8 = vec![0; width * height * 4];
    rgba8.par_chunks_mut(width * 4).enumerate().for_each(|(row, pixels)| scene.draw_row(row, pixels));
    Ok(Image { width: options.width, height: options.height, rgba8 })
}

/// Corners on the picture, in samples.
fn project(mesh: &Mesh, view: &View, width: usize, height: usize) -> Vec<Corner> {
    let half = [width as f32 * 0.5, height as f32 * 0.5];
    let corner = |&position: &Vector| {
        let offset = subtract(position, view.eye);
        let distance = dot(offset, view.forward);
        if distance <= view.near {
            return Corner::hidden();
        }
        let x = dot(offset, view.right) / (distance * view.slopes[0]);
        let y = dot(offset, view.up) / (distance * view.slopes[1]);
        Corner::new((1.0 + x) * half[0], (1.0 - y) * half[1], 1.0 / distance)
    };
    mesh.positions.par_iter().map(corner).collect()
}

/// Normals for a mesh without: of the faces around each vertex, by area.
fn normals(mesh: &Mesh) -> Vec<Vector> {
    let mut sums = vec![[0.0; 3]; mesh.positions.len()];
    for &triangle in &mesh.triangles {
        let [a, b, c] = triangle.map(|index| mesh.positions[index as usize]);
        let face = triangle_normal([a, b, c]);
        for index in triangle {
            sums[index as usize] = add(sums[index as usize], face);
        }
    }
    sums.into_iter().map(normalized).collect()
}

/// How open each vertex lies. Only asked of vertices that are seen: on most meshes, half.
fn openness(mesh: &Mesh, normals: &[Vector], seen: &Visibility, surroundings: &Surroundings) -> Vec<f32> {
    let mut wanted = vec![false; mesh.positions.len()];
    for &triangle in seen.triangles.iter().filter(|&&triangle| triangle != NOTHING) {
        for index in mesh.triangles[triangle as usize] {
            wanted[index as usize] = true;
        }
    }
    let vertices = wanted.par_iter().zip(mesh.positions.par_iter()).zip(normals.par_iter());
    vertices
        .map(
            |((&wanted, &position), &normal)| {
                if wanted { surroundings.openness(position, normalized(normal)) } else { 1.0 }
            },
        )
        .collect()
}

/// All that a row of pixels is drawn from.
struct Scene<'a> {
    mesh: &'a Mesh,
    normals: Cow<'a, [Vector]>,
    /// Linear; empty where the mesh has none.
    colors: Vec<Vector>,
    openness: Vec<f32>,
    corners: Vec<Corner>,
    seen: Visibility,
    view: View,
    studio: Studio,
    shadow: Shadow,
    ground: Option<Ground>,
    options: &'a RenderOptions<'a>,
}

impl Scene<'_> {
    fn draw_row(&self, row: usize, pixels: &mut [u8]) {
        let &RenderOptions { samples, background, .. } = self.options;
        let (width, height) = (self.options.width as usize, self.options.height as usize);
        let place = |number: usize, whole: usize| (number as f32 + 0.5) / whole as f32 * 2.0 - 1.0;
        let y = -place(row, height);
        let behind = background.row(&self.view, y, |column| place(column, width), width);
        for (column, (pixel, behind)) in pixels.chunks_exact_mut(4).zip(behind).enumerate() {
            let mut light = [0.0; 3];
            let mut covered = 0;
            for sample in 0..samples * samples {
                let (x, y) = (column * samples + sample % samples, row * samples + sample / samples);
                let triangle = self.seen.triangles[y * self.seen.width + x];
                if triangle != NOTHING {
                    light = add(light, self.shade(triangle, x, y));
                    covered += 1;
                }
            }
            let mut color = behind;
            if covered < samples * samples {
                color = self.shadowed(behind, place(column, width), y);
            }
            if covered > 0 {
                let share = 1.0 / (samples * samples) as f32;
                let rest = (samples * samples - covered) as f32;
                let mixed = scale(add(light, scale(color.map(srgb_to_linear), rest)), share);
                color = mixed.map(linear_to_srgb);
            }
            let [red, green, blue] = color.map(|channel| (channel * 255.0 + 0.5) as u8);
            pixel.copy_from_slice(&[red, green, blue, 255]);
        }
    }

    /// The background where the mesh's shadow lies on it.
    fn shadowed(&self, behind: Vector, x: f32, y: f32) -> Vector {
        let Some(ground) = &self.ground else { return behind };
        let darkness = ground.darkness(self.view.eye, self.view.ray(x, y));
        mix(behind, [behind[0] * 0.28, behind[1] * 0.29, behind[2] * 0.33], darkness)
    }

    /// The light from what is seen at one sample.
    fn shade(&self, triangle: u32, x: usize, y: usize) -> Vector {
        let corners = self.mesh.triangles[triangle as usize];
        let indices = corners.map(|index| index as usize);
        // Linear over the picture, made linear over the triangle.
        let on_picture = picture_weights(&self.corners, corners, x, y);
        let near: [f32; 3] = std::array::from_fn(|i| on_picture[i] * self.corners[indices[i]].nearness);
        let weights = near.map(|weight| weight / (near[0] + near[1] + near[2]));
        let blend = |values: &[Vector]| {
            let [a, b, c] = indices.map(|index| values[index]);
            add(add(scale(a, weights[0]), scale(b, weights[1])), scale(c, weights[2]))
        };
        let point = blend(&self.mesh.positions);
        let view = normalized(subtract(self.view.eye, point));
        let [a, b, c] = indices.map(|index| self.mesh.positions[index]);
        let uv = self.options.worn.map(|worn| {
            let uv: [f32; 2] = std::array::from_fn(|axis| {
                (0..3).map(|i| self.mesh.uvs[indices[i]][axis] * weights[i]).sum()
            });
            (worn, uv)
        });
        let mut normal = normalized(blend(&self.normals));
        if let Some((worn, uv)) = uv.filter(|(worn, _)| !worn.normal.is_empty()) {
            let tangent: [f32; 4] = std::array::from_fn(|axis| {
                (0..3).map(|i| self.mesh.tangents[indices[i]][axis] * weights[i]).sum()
            });
            normal = worn.normal(uv, normal, tangent);
        }
        if dot(triangle_normal([a, b, c]), view) < 0.0 {
            // The inside of an open mesh.
            normal = scale(normal, -1.0);
        }
        let of_vertices = || match self.mesh.metallic_roughness.is_empty() {
            true => PLAIN_SURFACE,
            false => std::array::from_fn(|channel| {
                (0..3)
                    .map(|i| self.mesh.metallic_roughness[indices[i]][channel] * weights[i])
                    .sum::<f32>()
                    .clamp(0.0, 1.0)
            }),
        };
        let [metallic, roughness] =
            uv.and_then(|(worn, uv)| worn.metallic_roughness(uv)).unwrap_or_else(of_vertices);
        let color = match uv {
            Some((worn, uv)) => worn.color(uv),
            None if self.colors.is_empty() => PLAIN.map(srgb_to_linear),
            None => blend(&self.colors),
        };
        self.studio.shade(&Surface {
            normal,
            view,
            color,
            metallic,
            roughness,
            openness: (0..3).map(|i| self.openness[indices[i]] * weights[i]).sum(),
            key_light: if dot(normal, self.studio.key()) > 0.0 {
                self.shadow.light(point, normal)
            } else {
                0.0
            },
        })
    }
}
