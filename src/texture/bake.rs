//! Texels to points to colours, normals and light.

use rayon::prelude::*;

use crate::error::{Cancelled, Watch, part};
use crate::mesh::Mesh;
use crate::vector::{dot, triangle_normal};

use super::atlas::Atlas;
use super::raster::Texel;
use super::smooth::smooth;
use super::tangents::tangents;
use super::{TextureError, check_size, dilate};

/// Points on the mesh, and its normals there, which have length one.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// Object space.
    pub points: &'a [[f32; 3]],
    /// As many.
    pub normals: &'a [[f32; 3]],
}

/// What is seen at points; each as long as the points, or empty where it is not known. Colours are.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// sRGB, in [0, 1].
    pub colors: Vec<[f32; 3]>,
    /// Metallic and roughness, in [0, 1].
    pub materials: Vec<[f32; 2]>,
    /// Unit normals of the surface that the mesh stands for, object space.
    pub normals: Vec<[f32; 3]>,
}

/// Who knows the surface. Asked a block at a time, from the thread that bakes; hears of progress by the watch.
pub trait Surface {
    /// What goes wrong when it is asked.
    type Error: From<TextureError> + From<Cancelled>;

    /// What is seen at points.
    fn seen(&self, places: Places<'_>, watch: Watch<'_>) -> Result<Answer, Self::Error>;

    /// Side of the cells that its normals ripple by, object space; 0 where they do not. A normal map is evened out over them.
    fn grain(&self) -> f32;

    /// The share of the sky's light that reaches each point, in [0, 1]; empty where that is not known.
    fn open(&self, places: Places<'_>, watch: Watch<'_>) -> Result<Vec<f32>, Self::Error>;
}

/// Textures, row by row from the top left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baked {
    /// Texels along a side.
    pub size: u32,
    /// sRGB.
    pub base_color: Vec<[u8; 3]>,
    /// As glTF packs them: nothing (255), roughness, metallic, linear. Empty where the surface knows none.
    pub roughness_metallic: Vec<[u8; 3]>,
    /// How open to light, linear: 255 where all of the sky is seen. Empty where the surface does not know.
    pub occlusion: Vec<u8>,
    /// Normals in the frame of the mesh's normals and tangents, from -1 (0) to 1 (255), the second up the image. Empty where the surface
    /// knows none.
    pub normal: Vec<[u8; 3]>,
    /// Texels that lie on the surface; the others are filled from their neighbours.
    pub covered: u32,
}

/// Share of the work when each texel has its triangle.
const OWNERS_SHARE: f32 = 0.1;
/// Share of the work when each texel has its colour.
const SEEN_SHARE: f32 = 0.8;
/// Share of the work when the normals are even.
const SMOOTH_SHARE: f32 = 0.85;
/// Share of the work when the light is known.
const OPEN_SHARE: f32 = 0.95;
/// Light changes slowly over a surface: its own texels are this many times as wide and as high.
const LIGHT_TEXEL: u32 = 4;
/// A normal map's straight up.
const STRAIGHT: [u8; 3] = [128, 128, 255];

/// Makes the textures of a mesh that has texture coordinates and normals, and gives it tangents. margin: texels by which
/// charts grow, at most what they were unwrapped with. Errors: the surface's; `Mesh`, `Size`, `Cancelled` as it says them.
pub fn bake<S: Surface>(
    mesh: &mut Mesh,
    size: u32,
    margin: u32,
    surface: &S,
    watch: Watch<'_>,
) -> Result<Baked, S::Error> {
    let check = || {
        mesh.check()?;
        check_size(size)?;
        if mesh.uvs.is_empty() || mesh.normals.is_empty() { Err(TextureError::NoCoordinates) } else { Ok(()) }
    };
    check()?;
    mesh.tangents = tangents(mesh);
    let mesh = &*mesh;
    let atlas = Atlas::of(mesh, size, &part(watch, 0.0, OWNERS_SHARE))?;
    let texels = (size * size) as usize;
    let mut baked = Baked {
        size,
        base_color: vec![[0; 3]; texels],
        covered: atlas.covered.len() as u32,
        ..Baked::default()
    };
    let of_seen = part(watch, OWNERS_SHARE, SEEN_SHARE);
    for block in atlas.blocks() {
        let answer = surface.seen(block.places(), &|fraction| of_seen(block.share(fraction)))?;
        let count = block.texels.len();
        same_length(count, answer.colors.len())?;
        for (&texel, color) in block.texels.iter().zip(&answer.colors) {
            baked.base_color[texel as usize] = color.map(quantized);
        }
        if !answer.materials.is_empty() {
            same_length(count, answer.materials.len())?;
            baked.roughness_metallic.resize(texels, [255, 0, 0]);
            for (&texel, &[metallic, roughness]) in block.texels.iter().zip(&answer.materials) {
                baked.roughness_metallic[texel as usize] = [255, quantized(roughness), quantized(metallic)];
            }
        }
        if !answer.normals.is_empty() {
            same_length(count, answer.normals.len())?;
            baked.normal.resize(texels, STRAIGHT);
            let local: Vec<[u8; 3]> = (block.texels.par_iter().zip(&answer.normals))
                .map(|(&texel, &normal)| {
                    atlas.frame(texel).local(normal).map(|part| quantized(part * 0.5 + 0.5))
                })
                .collect();
            block.texels.iter().zip(local).for_each(|(&texel, normal)| baked.normal[texel as usize] = normal);
        }
    }
    let radius = surface.grain() * texels_per_unit(mesh, size) * 0.5;
    // Beyond twice the margin lies another chart.
    let radius = (radius as usize).min((2 * margin as usize).saturating_sub(1));
    let of_smooth = part(watch, SEEN_SHARE, SMOOTH_SHARE);
    smooth(&mut baked.normal, &atlas.is_owned(), size as usize, radius, &of_smooth)?;
    baked.shade(&atlas, surface, &part(watch, SMOOTH_SHARE, OPEN_SHARE))?;
    baked.fill(&atlas, margin, &part(watch, OPEN_SHARE, 1.0))?;
    watch(1.0)?;
    Ok(baked)
}

/// Texels a unit of object space, in the mean over the surface.
fn texels_per_unit(mesh: &Mesh, size: u32) -> f32 {
    let (texels, surface) = mesh.triangles.iter().fold((0.0f64, 0.0f64), |(texels, surface), triangle| {
        let [p, q, r] = triangle.map(|corner| mesh.uvs[corner as usize]);
        let turn = (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]);
        let normal = triangle_normal(triangle.map(|corner| mesh.positions[corner as usize]));
        (texels + f64::from(turn.abs()), surface + f64::from(dot(normal, normal)).sqrt())
    });
    if surface > 0.0 { (texels / surface).sqrt() as f32 * size as f32 } else { 0.0 }
}

fn same_length(asked: usize, answered: usize) -> Result<(), TextureError> {
    if asked == answered { Ok(()) } else { Err(TextureError::Answers { asked, answered }) }
}

/// To the nearest of 256 levels. (`round` is a call on processors without SSE 4.1, which the build is made for: 4 % of a bake.)
fn quantized(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

impl Baked {
    /// Asks how open to light the surface is, on a coarser square, and blends between its texels.
    fn shade<S: Surface>(
        &mut self,
        atlas: &Atlas<'_>,
        surface: &S,
        watch: Watch<'_>,
    ) -> Result<(), S::Error> {
        let coarse =
            Atlas::of(atlas.mesh, self.size.div_ceil(LIGHT_TEXEL), &|fraction| watch(fraction * 0.1))?;
        let side = coarse.size;
        let mut light = vec![1.0f32; (side * side) as usize];
        for block in coarse.blocks() {
            let open = surface.open(block.places(), &|fraction| watch(0.1 + 0.8 * block.share(fraction)))?;
            if open.is_empty() {
                return Ok(());
            }
            same_length(block.texels.len(), open.len())?;
            block.texels.iter().zip(open).for_each(|(&texel, open)| light[texel as usize] = open);
        }
        for (texel, from) in dilate::growth(&coarse.is_owned(), side, 2, &|_| watch(0.9))? {
            light[texel as usize] = light[from as usize];
        }
        watch(0.9)?;
        self.occlusion = vec![u8::MAX; (self.size * self.size) as usize];
        let scale = side as f32 / self.size as f32;
        for &texel in &atlas.covered {
            let place = [texel % self.size, texel / self.size].map(|part| (part as f32 + 0.5) * scale - 0.5);
            self.occlusion[texel as usize] = quantized(blended(&light, side, place));
        }
        Ok(())
    }

    /// Gives texels beyond the charts the value of the nearest on one, and those far from all the mean, which small
    /// versions of the picture blend in.
    fn fill(&mut self, atlas: &Atlas<'_>, margin: u32, watch: Watch<'_>) -> Result<(), Cancelled> {
        let owned = atlas.is_owned();
        let growth = dilate::growth(&owned, self.size, margin, &part(watch, 0.0, 0.5))?;
        for (index, image) in
            [&mut self.base_color, &mut self.roughness_metallic, &mut self.normal].into_iter().enumerate()
        {
            watch(0.5 + (index + 1) as f32 / 10.0)?;
            fill(image, &owned, &growth);
        }
        watch(0.9)?;
        fill(bytemuck::cast_slice_mut::<u8, [u8; 1]>(&mut self.occlusion), &owned, &growth);
        Ok(())
    }
}

fn fill<const N: usize>(image: &mut [[u8; N]], owned: &[bool], growth: &[(u32, u32)]) {
    if image.is_empty() {
        return;
    }
    let mean = mean(image, owned);
    image.iter_mut().zip(owned).filter(|(_, owned)| !**owned).for_each(|(texel, _)| *texel = mean);
    for &(texel, from) in growth {
        image[texel as usize] = image[from as usize];
    }
}

/// A value between the four nearest of a square image. place: in texels, a texel's centre at a whole number.
fn blended(image: &[f32], side: u32, place: Texel) -> f32 {
    let last = side as usize - 1;
    let [(x, right), (y, down)] = place.map(|part| {
        let part = part.clamp(0.0, last as f32);
        (part as usize, part.fract())
    });
    let at = |x: usize, y: usize| image[y.min(last) * side as usize + x.min(last)];
    let row = |y: usize| at(x, y) * (1.0 - right) + at(x + 1, y) * right;
    row(y) * (1.0 - down) + row(y + 1) * down
}

/// The mean of the owned texels; 0 where there are none.
fn mean<const N: usize>(image: &[[u8; N]], owned: &[bool]) -> [u8; N] {
    let (sums, count) = image.iter().zip(owned).filter(|(_, owned)| **owned).fold(
        ([0u64; N], 0u64),
        |(sums, count), (texel, _)| {
            (std::array::from_fn(|channel| sums[channel] + u64::from(texel[channel])), count + 1)
        },
    );
    sums.map(|sum| (sum / count.max(1)) as u8)
}
