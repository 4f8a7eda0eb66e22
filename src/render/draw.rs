//! Draws a mesh as pixels.

use std::borrow::Cow;

use rayon::prelude::*;

use super::camera::{Camera, View, bounds};
use super::image::Image;
use super::layers::{Fragments, Layers};
use super::look::{Kinds, Look};
use super::occlusion::{Ball, Ground, Shadow, Surroundings};
use super::projected::{Projected, normals, project};
use super::raster::{NOTHING, Visibility, rasterize};
use super::shade::{ShadedPoint, Studio};
use super::{RenderError, RenderOptions};
use crate::color::{linear_to_srgb, srgb_to_linear};
use crate::error::{Cancelled, ProgressCallback, ProgressCounter, no_progress, progress_counter};
use crate::mesh::{Mesh, MeshFault};
use crate::vector::{Vector, add, dot, mix, normalized, scale, subtract, triangle_normal};

/// Number of samples of a strip, which is drawn as a whole. A strip has at least one row of pixels. The
/// visibility of its samples takes 16 MB.
pub const SAMPLES_AT_ONCE: usize = 1 << 21;
/// Pixels of a row that a thread draws between two progress reports. A pixel of 16 samples through 8 layers
/// takes about 0.1 ms.
const PIXELS_BETWEEN_REPORTS: usize = 128;
/// Color of a mesh without colors, sRGB.
const PLAIN: Vector = [0.78, 0.77, 0.75];
/// Metallic and roughness of a mesh without them.
const PLAIN_SURFACE: [f32; 2] = [0.0, 0.6];

/// Draws a mesh. Errors: `Mesh` for an empty or inconsistent mesh, `Size`, `Samples`, `BakedTextures`.
pub fn render(mesh: &Mesh, camera: &Camera, options: &RenderOptions<'_>) -> Result<Image, RenderError> {
    render_with_progress(mesh, camera, options, &no_progress)
}

/// Draws a mesh like [`render`], with progress. on_progress: the progress callback for the rows; it may stop
/// the work. Errors: `Cancelled`, and those of [`render`].
pub fn render_with_progress(
    mesh: &Mesh,
    camera: &Camera,
    options: &RenderOptions<'_>,
    on_progress: ProgressCallback<'_>,
) -> Result<Image, RenderError> {
    options.check()?;
    mesh.check()?;
    if let Some(textures) = &options.textures {
        let has_frames = textures.normal.is_empty() || !mesh.tangents.is_empty();
        if mesh.uvs.is_empty() || !has_frames || !textures.is_whole() {
            return Err(RenderError::BakedTextures { size: textures.size });
        }
    }
    draw(mesh, None, camera, options, on_progress)
}

/// Draws a mesh that was checked. look: its materials; `None` for vertex colors or the textures of the
/// options.
pub(super) fn draw(
    mesh: &Mesh,
    look: Option<Look<'_>>,
    camera: &Camera,
    options: &RenderOptions<'_>,
    on_progress: ProgressCallback<'_>,
) -> Result<Image, RenderError> {
    draw_in_strips(mesh, look, camera, options, on_progress, SAMPLES_AT_ONCE)
}

/// Draws as [`draw`] does, strip by strip. strip: number of samples of a strip, which has at least one row of
/// pixels.
pub(super) fn draw_in_strips(
    mesh: &Mesh,
    look: Option<Look<'_>>,
    camera: &Camera,
    options: &RenderOptions<'_>,
    on_progress: ProgressCallback<'_>,
    strip: usize,
) -> Result<Image, RenderError> {
    let &RenderOptions { samples, .. } = options;
    let (width, height) = (options.width as usize, options.height as usize);
    let empty = MeshFault::Empty { vertices: mesh.positions.len(), triangles: mesh.triangles.len() };
    let (low, high) = bounds(mesh.positions.iter().copied()).ok_or(empty)?;
    let view = View::new(camera, mesh, low, high, width as f32 / height as f32);
    let studio = Studio::new(&view);
    let begun = progress_counter(on_progress, height);
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
        projected: Projected { mesh, normals, corners: Vec::new() },
        openness: vec![f32::NAN; mesh.positions.len()],
        colors: mesh.colors.par_iter().map(|color| color.map(srgb_to_linear)).collect(),
        seen: Visibility::default(),
        layers: None,
        first_row: 0,
        view,
        studio,
        shadow,
        ground,
        look,
        options,
    };
    let mut rgba8 = vec![0; width * height * 4];
    // The visibility takes 8 bytes per sample, up to 128 bytes per pixel. The color of a pixel takes 4 bytes.
    // So a large picture is drawn in strips.
    let rows = (strip / (width * samples * samples)).clamp(1, height);
    for (strip, pixels) in rgba8.chunks_mut(rows * width * 4).enumerate() {
        let rows_here = pixels.len() / (width * 4);
        scene.first_row = strip * rows;
        scene.projected.corners = corners.iter().map(|corner| corner.up(scene.first_row * samples)).collect();
        scene.seen =
            rasterize(&scene.projected.corners, solid, width * samples, rows_here * samples, &begun)?;
        scene.layers = Layers::new(&scene.projected.corners, layered, rows_here * samples);
        scene.open(layered, &surroundings);
        let scene = &scene;
        let rows = pixels.par_chunks_mut(width * 4).enumerate();
        rows.try_for_each(|(row, pixels)| scene.draw_row(row, pixels, &begun))?;
    }
    on_progress(1.0)?;
    Ok(Image { width: options.width, height: options.height, rgba8 })
}

/// The data from which rows of pixels are drawn.
pub(super) struct Scene<'a> {
    projected: Projected<'a>,
    /// Linear colors; empty if the mesh has none.
    colors: Vec<Vector>,
    /// The share of the surrounding light that reaches each vertex; NaN until it is computed. It is computed
    /// only for visible vertices, which are about half of the vertices on most meshes.
    openness: Vec<f32>,
    seen: Visibility,
    /// Triangles that may be transparent, if there are any.
    layers: Option<Layers>,
    /// First row of the strip, in rows of pixels.
    first_row: usize,
    view: View,
    studio: Studio,
    shadow: Shadow,
    ground: Option<Ground>,
    look: Option<Look<'a>>,
    options: &'a RenderOptions<'a>,
}

impl Scene<'_> {
    /// Computes the openness of vertices that are visible in this strip and were not visible in an earlier
    /// strip.
    fn open(&mut self, layered: &[[u32; 3]], surroundings: &Surroundings) {
        let mut wanted = vec![false; self.openness.len()];
        for &index in layered.iter().flatten() {
            wanted[index as usize] = true;
        }
        for &triangle in self.seen.triangles.iter().filter(|&&triangle| triangle != NOTHING) {
            for index in self.projected.mesh.triangles[triangle as usize] {
                wanted[index as usize] = true;
            }
        }
        let places = self.projected.mesh.positions.par_iter().zip(self.projected.normals.par_iter());
        self.openness.par_iter_mut().zip(wanted).zip(places).for_each(
            |((openness, wanted), (&position, &normal))| {
                if wanted && openness.is_nan() {
                    *openness = surroundings.openness(position, normalized(normal));
                }
            },
        );
    }

    /// Draws a row of pixels. row: index in the strip; begun: counts rows. Errors: `Cancelled`.
    fn draw_row(&self, row: usize, pixels: &mut [u8], begun: ProgressCounter<'_>) -> Result<(), Cancelled> {
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

    /// Returns the transparent triangles at each sample of a row.
    fn fragments(&self, row: usize, begun: ProgressCounter<'_>) -> Result<Option<Vec<Fragments>>, Cancelled> {
        let nearness = self.seen.nearness.get(row * self.seen.width..(row + 1) * self.seen.width);
        match (nearness, &self.layers) {
            (Some(nearness), Some(layers)) => layers.of_row(&self.projected.corners, row, nearness, begun),
            _ => Ok(None),
        }
    }

    /// Returns the light of one sample and the share of the sample that the mesh covers; `None` if that share
    /// is 0.
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

    /// Returns the background, darkened by the mesh's shadow on the ground. x, y: place in the picture, from
    /// -1 to 1, with y up.
    fn shadowed(&self, behind: Vector, x: f32, y: f32) -> Vector {
        let Some(ground) = &self.ground else { return behind };
        let darkness = ground.darkness(self.view.eye, self.view.ray(x, y));
        mix(behind, [behind[0] * 0.28, behind[1] * 0.29, behind[2] * 0.33], darkness)
    }

    /// Returns the light from a triangle at one sample, and its alpha.
    fn shade(&self, triangle: u32, x: usize, y: usize) -> (Vector, f32) {
        let corners = self.projected.mesh.triangles[triangle as usize];
        let indices = corners.map(|index| index as usize);
        let weights = self.projected.weights(corners, x, y);
        let blend = |values: &[Vector]| {
            let [a, b, c] = indices.map(|index| values[index]);
            add(add(scale(a, weights[0]), scale(b, weights[1])), scale(c, weights[2]))
        };
        let point = blend(&self.projected.mesh.positions);
        let view = normalized(subtract(self.view.eye, point));
        let openness = (0..3).map(|i| self.openness[indices[i]] * weights[i]).sum();
        if let Some(look) = &self.look {
            let looks = look.at(&self.projected, triangle as usize, weights, [x, y], view);
            if looks.is_unlit || looks.alpha <= 0.0 {
                return (looks.color, looks.alpha);
            }
            let light = self.studio.shade(&ShadedPoint {
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
        let [a, b, c] = indices.map(|index| self.projected.mesh.positions[index]);
        let uv = self.options.textures.map(|textures| {
            let uv: [f32; 2] = std::array::from_fn(|axis| {
                (0..3).map(|i| self.projected.mesh.uvs[indices[i]][axis] * weights[i]).sum()
            });
            (textures, uv)
        });
        let mut normal = normalized(blend(&self.projected.normals));
        if let Some((textures, uv)) = uv.filter(|(textures, _)| !textures.normal.is_empty()) {
            let tangent: [f32; 4] = std::array::from_fn(|axis| {
                (0..3).map(|i| self.projected.mesh.tangents[indices[i]][axis] * weights[i]).sum()
            });
            normal = textures.normal(uv, normal, tangent);
        }
        if dot(triangle_normal([a, b, c]), view) < 0.0 {
            // The sample shows the inside of an open mesh.
            normal = scale(normal, -1.0);
        }
        let of_vertices = || match self.projected.mesh.metallic_roughness.is_empty() {
            true => PLAIN_SURFACE,
            false => std::array::from_fn(|channel| {
                (0..3)
                    .map(|i| self.projected.mesh.metallic_roughness[indices[i]][channel] * weights[i])
                    .sum::<f32>()
                    .clamp(0.0, 1.0)
            }),
        };
        let [metallic, roughness] =
            uv.and_then(|(textures, uv)| textures.metallic_roughness(uv)).unwrap_or_else(of_vertices);
        let color = match uv {
            Some((textures, uv)) => textures.color(uv),
            None if self.colors.is_empty() => PLAIN.map(srgb_to_linear),
            None => blend(&self.colors),
        };
        let light = self.studio.shade(&ShadedPoint {
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

    /// Returns the share of the key light that reaches a surface point.
    fn key_light(&self, point: Vector, normal: Vector) -> f32 {
        if dot(normal, self.studio.key()) > 0.0 { self.shadow.light(point, normal) } else { 0.0 }
    }
}
