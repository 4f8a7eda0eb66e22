//! Texels to points to colours.

use rayon::prelude::*;

use crate::error::{Cancelled, Watch};
use crate::mesh::Mesh;

use super::raster::{Texel, visit_inside, weights};
use super::{TextureError, check_size, dilate};

/// Asks for sRGB colours, and metallic and roughness (or none of them), at points on the surface, object space; hears of
/// progress by the watch. A block at a time, from the thread that bakes.
pub type Ask<'a, E> = &'a dyn Fn(&[[f32; 3]], Watch<'_>) -> Result<Answer, E>;

/// Colours, and metallic and roughness or nothing, one a point; in [0, 1].
pub type Answer = (Vec<[f32; 3]>, Vec<[f32; 2]>);

/// Textures, row by row from the top left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baked {
    /// Texels along a side.
    pub size: u32,
    /// sRGB.
    pub base_color: Vec<[u8; 3]>,
    /// As glTF packs them: nothing (255), roughness, metallic, linear. Empty where the field knows none.
    pub roughness_metallic: Vec<[u8; 3]>,
    /// Texels that lie on the surface; the others are filled from their neighbours.
    pub covered: u32,
}

/// Texels whose points are held at once.
const BLOCK: usize = 65_536;
/// Share of the work when each texel has its triangle.
const OWNERS_SHARE: f32 = 0.1;
/// Share of the work when each texel has its colour.
const ASKED_SHARE: f32 = 0.95;
/// Triangles between two looks at the watch.
const STRIDE: usize = 4_096;
/// Belongs to no triangle.
const NOBODY: u32 = u32::MAX;

/// Makes the textures of a mesh that has texture coordinates. margin: texels by which charts grow, at most what they were
/// unwrapped with. Errors: the asker's; `Mesh`, `Size`, `Cancelled` as it says them.
pub fn bake<E: From<TextureError> + From<Cancelled>>(
    mesh: &Mesh,
    size: u32,
    margin: u32,
    ask: Ask<'_, E>,
    watch: Watch<'_>,
) -> Result<Baked, E> {
    let check = || {
        mesh.check()?;
        check_size(size)?;
        if mesh.uvs.is_empty() { Err(TextureError::NoCoordinates) } else { Ok(()) }
    };
    check()?;
    let owners = owners(mesh, size, &|fraction| watch(fraction * OWNERS_SHARE))?;
    let covered: Vec<u32> =
        (0u32..).zip(&owners).filter(|(_, owner)| **owner != NOBODY).map(|(texel, _)| texel).collect();
    let texels = owners.len();
    let mut baked =
        Baked { size, base_color: vec![[0; 3]; texels], covered: covered.len() as u32, ..Baked::default() };
    for (block, texels) in covered.chunks(BLOCK).enumerate() {
        let share = |points: usize| {
            let done = (block * BLOCK + points) as f32 / covered.len() as f32;
            watch(OWNERS_SHARE + done * (ASKED_SHARE - OWNERS_SHARE))
        };
        share(0)?;
        let place = |&texel: &u32| point(mesh, size, texel, owners[texel as usize]);
        let points: Vec<[f32; 3]> = texels.par_iter().map(place).collect();
        let (colors, materials) = ask(&points, &|fraction| share((fraction * points.len() as f32) as usize))?;
        for answered in [colors.len(), materials.len()] {
            if answered != points.len() && answered != 0 || colors.is_empty() {
                Err(TextureError::Answers { asked: points.len(), answered })?;
            }
        }
        for (&texel, color) in texels.iter().zip(colors) {
            baked.base_color[texel as usize] = color.map(quantized);
        }
        if !materials.is_empty() && baked.roughness_metallic.is_empty() {
            baked.roughness_metallic = vec![[255, 0, 0]; owners.len()];
        }
        for (&texel, [metallic, roughness]) in texels.iter().zip(materials) {
            baked.roughness_metallic[texel as usize] = [255, quantized(roughness), quantized(metallic)];
        }
    }
    watch(ASKED_SHARE)?;
    baked.fill(&owners, margin);
    watch(1.0)?;
    Ok(baked)
}

/// To the nearest of 256 levels.
fn quantized(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// A triangle's corners in texels.
fn corners(mesh: &Mesh, size: u32, triangle: u32) -> [Texel; 3] {
    mesh.triangles[triangle as usize].map(|corner| mesh.uvs[corner as usize].map(|part| part * size as f32))
}

/// The triangle of each texel. What no triangle's centre covers belongs to one whose middle or corner lies there, if any does:
/// small and thin triangles have colours too.
fn owners(mesh: &Mesh, size: u32, watch: Watch<'_>) -> Result<Vec<u32>, Cancelled> {
    let side = size as usize;
    let mut owners = vec![NOBODY; side * side];
    for triangle in 0..mesh.triangles.len() as u32 {
        if (triangle as usize).is_multiple_of(STRIDE) {
            watch(triangle as f32 / mesh.triangles.len() as f32)?;
        }
        let corners = corners(mesh, size, triangle);
        visit_inside(corners, [size, size], 0.0, |x, y| owners[y as usize * side + x as usize] = triangle);
    }
    for triangle in 0..mesh.triangles.len() as u32 {
        let [p, q, r] = corners(mesh, size, triangle);
        let middle = [0, 1].map(|axis| (p[axis] + q[axis] + r[axis]) / 3.0);
        for place in [middle, p, q, r] {
            let [x, y] = place.map(|part| (part as usize).min(side - 1));
            if let Some(owner) = owners.get_mut(y * side + x)
                && *owner == NOBODY
            {
                *owner = triangle;
            }
        }
    }
    Ok(owners)
}

/// Where a texel's centre lies on its triangle, object space.
fn point(mesh: &Mesh, size: u32, texel: u32, triangle: u32) -> [f32; 3] {
    let centre = [(texel % size) as f32 + 0.5, (texel / size) as f32 + 0.5];
    let weights = weights(corners(mesh, size, triangle), centre);
    let [a, b, c] = mesh.triangles[triangle as usize].map(|corner| mesh.positions[corner as usize]);
    std::array::from_fn(|axis| a[axis] * weights[0] + b[axis] * weights[1] + c[axis] * weights[2])
}

impl Baked {
    /// Gives texels beyond the charts the value of the nearest on one, and those far from all the mean, which small
    /// versions of the picture blend in.
    fn fill(&mut self, owners: &[u32], margin: u32) {
        let owned: Vec<bool> = owners.iter().map(|&owner| owner != NOBODY).collect();
        let growth = dilate::growth(&owned, self.size, margin);
        for image in [&mut self.base_color, &mut self.roughness_metallic] {
            if image.is_empty() {
                continue;
            }
            let mean = mean(image, &owned);
            image.iter_mut().zip(&owned).filter(|(_, owned)| !**owned).for_each(|(texel, _)| *texel = mean);
            for &(texel, from) in &growth {
                image[texel as usize] = image[from as usize];
            }
        }
    }
}

/// The mean of the owned texels; 0 where there are none.
fn mean(image: &[[u8; 3]], owned: &[bool]) -> [u8; 3] {
    let (sums, count) = image.iter().zip(owned).filter(|(_, owned)| **owned).fold(
        ([0u64; 3], 0u64),
        |(sums, count), (texel, _)| {
            (std::array::from_fn(|channel| sums[channel] + u64::from(texel[channel])), count + 1)
        },
    );
    sums.map(|sum| (sum / count.max(1)) as u8)
}
