//! From a mesh to pixels.

use std::borrow::Cow;

use rayon::prelude::*;

use super::camera::{Camera, View, bounds};
use super::layers::{Fragments, Layers};
use super::look::{Kinds, Look};
use super::occlusion::{Ball, Ground, Shadow, Surroundings};
use super::picture::Image;
use super::raster::{Corner, NOTHING, Visibility, picture_weights, rasterize};
use super::shade::{Studio, Surface};
use super::{RenderError, RenderOptions};
use crate::color::{linear_to_srgb, srgb_to_linear};
use crate::error::{Cancelled, Counter, Watch, counted, unwatched};
use crate::mesh::{Mesh, MeshFault};
use crate::vector::{Vector, add, dot, mix, normalized, scale, subtract, triangle_normal};

/// Samples that are drawn at once, one row of pixels at least: 16 MB of what is seen at them.
pub const SAMPLES_AT_ONCE: usize = 1 << 21;
/// Pixels of a row that a thread draws between two reports: 16 samples of a pixel through 8 layers take about 0.1 ms.
const PIXELS_BETWEEN_REPORTS: usize = 128;
/// Color of a mesh that has none, sRGB.
const PLAIN: Vector = [0.78, 0.77, 0.75];
/// Metallic and roughness of a mesh that has none.
const PLAIN_SURFACE: [f32; 2] = [0.0, 0.6];

/// Draws a mesh. Errors: `Mesh` for an empty or inconsistent mesh, `Size`, `Samples`.
pub fn render(mesh: &Mesh, camera: &Camera, options: &RenderOptions<'_>) -> Result<Image, RenderError> {
    render_watched(mesh, camera, options, &unwatched)
}

/// As [`render`], with progress. watch: hears of the rows that are drawn, and may stop the work. Errors: `Cancelled`, and
/// those of [`render`].
pub fn render_watched(
    mesh: &Mesh,
    camera: &Camera,
    options: &RenderOptions<'_>,
    watch: Watch<'_>,
) -> Result<Image, RenderError> {
    options.check()?;
    mesh.check()?;
    if let Some(worn) = &options.worn {
        let has_frames = worn.normal.is_empty() || !mesh.tangents.is_empty();
        if mesh.uvs.is_empty() || !has_frames || !worn.is_whole() {
            return Err(RenderError::Worn { size: worn.size });
        }
    }
    draw(mesh, None, camera, options, watch)
}

/// Draws a mesh that has been checked. look: its materials, where it does not show its vertices' colors or what it wears.
pub(super) fn draw(
    mesh: &Mesh,
    look: Option<Look<'_>>,
    camera: &Camera,
    options: &RenderOptions<'_>,
    watch: Watch<'_>,
) -> Result<Image, RenderError> {
    draw_in_strips(mesh, look, camera, options, watch, SAMPLES_AT_ONCE)
}

/// As [`draw`], of so many samples at once; a row of pixels at least.
pub(super) fn draw_in_strips(
    mesh: &Mesh,
    look: Option<Look<'_>>,
    camera: &Camera,
    options: &RenderOptions<'_>,
    watch: Watch<'_>,
    strip: usize,
) -> Result<Image, RenderError> {
    let &RenderOptions { samples, .. } = options;
    let (width, height) = (options.width as usize, options.height as usize);
    let empty = MeshFault::Empty { vertices: mesh.positions.len(), triangles: mesh.triangles.len() };
    let (low, high) = bounds(mesh.positions.iter().copied()).ok_or(empty)?;
    let view = View::new(camera, mesh, low, high, width as f32 / height as f32);
    let studio = Studio::new(&view);
    let begun = counted(watch, height);
    begun(0)?;
    let corners = project(mesh, &view, width * samples, height * samples);
    let kinds = look.as_ref().map(|look| Kinds::of(mesh, look, &view));
    let (solid, casting) = match &kinds {
        Some(kinds) => (&kinds.solid, &kinds.casting),
        None => (&mesh.triangles, &mesh.triangles),
    };
    let ball = Ball::around(low, high);
    let shadow = Shadow::new(ball, studio.key(), &mesh.positions, casting, &begun)?;
    let surroundings = Surroundings::new(ball, &mesh.positions, &begun)?;
    let ground = options.ground_shadow.then(|| Ground::new(ball, low[1], &shadow, &surroundings));
    let normals: Cow<'_, [Vector]> =
        if mesh.normals.is_empty() { Cow::Owned(normals(mesh)) } else { Cow::Borrowed(&mesh.normals) };
    let layered = kinds.as_ref().map_or(&[][..], |kinds| &kinds.layered);
    let mut scene = Scene {
        mesh,
        openness: vec![f32::NAN; mesh.positions.len()],
        colors: mesh.colors.par_iter().map(|color| color.map(srgb_to_linear)).collect(),
        normals,
        seen: Visibility::default(),
        layers: None,
        corners: Vec::new(),
        first_row: 0,
        view,
        studio,
        shadow,
        ground,
        look,
        options,
    };
    let mut rgba8 = vec![0; width * height * 4];
    // What a sample needs takes a hundred times the memory of a pixel's color: a large picture is drawn strip by strip.
    let rows = (strip / (width * samples * samples)).clamp(1, height);
    for (strip, pixels) in rgba8.chunks_mut(rows * width * 4).enumerate() {
        let rows_here = pixels.len() / (width * 4);
        scene.first_row = strip * rows;
        scene.corners = corners.iter().map(|corner| corner.up(scene.first_row * samples)).collect();
        scene.seen = rasterize(&scene.corners, solid, width * samples, rows_here * samples, &begun)?;
        scene.layers = Layers::new(&scene.corners, layered, rows_here * samples);
        scene.open(layered, &surroundings);
        let scene = &scene;
        let rows = pixels.par_chunks_mut(width * 4).enumerate();
        rows.try_for_each(|(row, pixels)| scene.draw_row(row, pixels, &begun))?;
    }
    watch(1.0)?;
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

/// All that a row of pixels is drawn from.
pub(super) struct Scene<'a> {
    pub(super) mesh: &'a Mesh,
    pub(super) normals: Cow<'a, [Vector]>,
    /// Linear; empty where the mesh has none.
    colors: Vec<Vector>,
    /// How open each vertex lies; not a number where nobody has asked yet. Only asked of vertices that are seen: on most meshes, half.
    openness: Vec<f32>,
    /// On the strip that is drawn.
    pub(super) corners: Vec<Corner>,
    seen: Visibility,
    /// Triangles that may let through what lies behind, where there are any.
    layers: Option<Layers>,
    /// Where the strip begins, in rows of pixels.
    first_row: usize,
    view: View,
    studio: Studio,
    shadow: Shadow,
    ground: Option<Ground>,
    look: Option<Look<'a>>,
    options: &'a RenderOptions<'a>,
}

impl Scene<'_> {
    /// Asks how open the vertices lie that this strip shows and no strip before.
    fn open(&mut self, layered: &[[u32; 3]], surroundings: &Surroundings) {
        let mut wanted = vec![false; self.openness.len()];
        for &index in layered.iter().flatten() {
            wanted[index as usize] = true;
        }
        for &triangle in self.seen.triangles.iter().filter(|&&triangle| triangle != NOTHING) {
            for index in self.mesh.triangles[triangle as usize] {
                wanted[index as usize] = true;
            }
        }
        let places = self.mesh.positions.par_iter().zip(self.normals.par_iter());
        self.openness.par_iter_mut().zip(wanted).zip(places).for_each(
            |((openness, wanted), (&position, &normal))| {
                if wanted && openness.is_nan() {
                    *openness = surroundings.openness(position, normalized(normal));
                }
            },
        );
    }

    /// row: of the strip. begun: counts rows. Errors: `Cancelled`.
    fn draw_row(&self, row: usize, pixels: &mut [u8], begun: Counter<'_>) -> Result<(), Cancelled> {
        begun(1)?;
        let &RenderOptions { samples, background, .. } = self.options;
        let (width, height) = (self.options.width as usize, self.options.height as usize);
        let place = |number: usize, whole: usize| (number as f32 + 0.5) / whole as f32 * 2.0 - 1.0;
        let y = -place(self.first_row + row, height);
        let behind = background.row(&self.view, y, |column| place(column, width), width);
        let rows: Vec<Option<Vec<Fragments>>> = (0..samples)
            .map(|sample| self.fragments(row * samples + sample, begun))
            .collect::<Result<_, _>>()?;
        for (column, (pixel, behind)) in pixels.chunks_exact_mut(4).zip(behind).enumerate() {
            if column % PIXELS_BETWEEN_REPORTS == PIXELS_BETWEEN_REPORTS - 1 {
                begun(0)?;
            }
            let mut light = [0.0; 3];
            let mut covered = 0.0;
            let whole = (samples * samples) as f32;
            for sample in 0..samples * samples {
                let (x, y) = (column * samples + sample % samples, row * samples + sample / samples);
                let fragments = rows[sample / samples].as_ref().map(|fragments| &fragments[x]);
                if let Some((found, share)) = self.sample(x, y, fragments) {
                    light = add(light, found);
                    covered += share;
                }
            }
            let mut color = behind;
            if covered < whole {
                color = self.shadowed(behind, place(column, width), y);
            }
            if covered > 0.0 {
                let share = 1.0 / whole;
                let rest = whole - covered;
                let mixed = scale(add(light, scale(color.map(srgb_to_linear), rest)), share);
                color = mixed.map(linear_to_srgb);
            }
            let [red, green, blue] = color.map(|channel| (channel * 255.0 + 0.5) as u8);
            pixel.copy_from_slice(&[red, green, blue, 255]);
        }
        Ok(())
    }

    /// What of a row of samples may let through what lies behind.
    fn fragments(&self, row: usize, begun: Counter<'_>) -> Result<Option<Vec<Fragments>>, Cancelled> {
        let nearness = self.seen.nearness.get(row * self.seen.width..(row + 1) * self.seen.width);
        match (nearness, &self.layers) {
            (Some(nearness), Some(layers)) => layers.of_row(&self.corners, row, nearness, begun),
            _ => Ok(None),
        }
    }

    /// The light of one sample, and the share of it that the mesh covers; `None` where it covers none.
    fn sample(&self, x: usize, y: usize, fragments: Option<&Fragments>) -> Option<(Vector, f32)> {
        let triangle = self.seen.triangles[y * self.seen.width + x];
        let (mut light, mut through) = ([0.0; 3], 1.0);
        for triangle in fragments.iter().flat_map(|fragments| fragments.nearest_first()) {
            let (found, alpha) = self.shade(triangle, x, y);
            light = add(light, scale(found, through * alpha));
            through *= 1.0 - alpha;
            if through < 1.0 / 512.0 {
                return Some((light, 1.0));
            }
        }
        if triangle != NOTHING {
            let (found, _) = self.shade(triangle, x, y);
            return Some((if through < 1.0 { add(light, scale(found, through)) } else { found }, 1.0));
        }
        (through < 1.0).then_some((light, 1.0 - through))
    }

    /// The background where the mesh's shadow lies on it.
    fn shadowed(&self, behind: Vector, x: f32, y: f32) -> Vector {
        let Some(ground) = &self.ground else { return behind };
        let darkness = ground.darkness(self.view.eye, self.view.ray(x, y));
        mix(behind, [behind[0] * 0.28, behind[1] * 0.29, behind[2] * 0.33], darkness)
    }

    /// Weights of a triangle's corners at a sample: linear over the triangle.
    pub(super) fn weights(&self, corners: [u32; 3], x: usize, y: usize) -> [f32; 3] {
        // Linear over the picture, made linear over the triangle.
        let on_picture = picture_weights(&self.corners, corners, x, y);
        let near: [f32; 3] =
            std::array::from_fn(|i| on_picture[i] * self.corners[corners[i] as usize].nearness);
        near.map(|weight| weight / (near[0] + near[1] + near[2]))
    }

    /// The light from what is seen at one sample, and its alpha.
    fn shade(&self, triangle: u32, x: usize, y: usize) -> (Vector, f32) {
        let corners = self.mesh.triangles[triangle as usize];
        let indices = corners.map(|index| index as usize);
        let weights = self.weights(corners, x, y);
        let blend = |values: &[Vector]| {
            let [a, b, c] = indices.map(|index| values[index]);
            add(add(scale(a, weights[0]), scale(b, weights[1])), scale(c, weights[2]))
        };
        let point = blend(&self.mesh.positions);
        let view = normalized(subtract(self.view.eye, point));
        let openness = (0..3).map(|i| self.openness[indices[i]] * weights[i]).sum();
        if let Some(look) = &self.look {
            let looks = look.at(self, triangle as usize, weights, [x, y], view);
            if looks.is_unlit || looks.alpha <= 0.0 {
                return (looks.color, looks.alpha);
            }
            let light = self.studio.shade(&Surface {
                normal: looks.normal,
                view,
                color: looks.color,
                metallic: looks.metallic_roughness[0],
                roughness: looks.metallic_roughness[1],
                openness: looks.openness * openness,
                key_light: self.key_light(point, looks.normal),
                emissive: looks.emissive,
            });
            return (light, looks.alpha);
        }
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
        let light = self.studio.shade(&Surface {
            normal,
            view,
            color,
            metallic,
            roughness,
            openness,
            key_light: self.key_light(point, normal),
            emissive: [0.0; 3],
        });
        (light, 1.0)
    }

    /// The share of the key light that reaches a point of a surface.
    fn key_light(&self, point: Vector, normal: Vector) -> f32 {
        if dot(normal, self.studio.key()) > 0.0 { self.shadow.light(point, normal) } else { 0.0 }
    }
}
