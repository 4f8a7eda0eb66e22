//! Evaluates colors, normals and light of a surface at the texels of a mesh.

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, part, progress_counter};
use crate::mesh::Mesh;
use crate::vector::{Basis, Vector, dot, triangle_normal};

use super::atlas::{Atlas, Block};
use super::bake_source::{Answer, BakeSource, same_length};
use super::light::{Light, quantized};
use super::smooth::smooth;
use super::tangents::tangents;
use super::{TextureError, check_size, dilate};

/// Textures, row by row from the upper left corner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baked {
    /// Texels along a side.
    pub size: u32,
    /// Base color in sRGB.
    pub base_color: Vec<[u8; 3]>,
    /// Red is 255, green is roughness and blue is metallic, linear, as in glTF. The list is empty if the
    /// surface does not return materials.
    pub roughness_metallic: Vec<[u8; 3]>,
    /// Ambient occlusion, linear: 255 where all of the sky is visible. The list is empty if the surface does
    /// not return light.
    pub occlusion: Vec<u8>,
    /// Normals in the frame of the mesh's normals and tangents. A byte of 0 is -1, and a byte of 255 is 1.
    /// The second component points up in the texture. The list is empty if the surface does not return
    /// normals.
    pub normal: Vec<[u8; 3]>,
    /// Number of texels on the surface. The other texels have the value of the nearest texel on the surface,
    /// or the mean value.
    pub covered: u32,
}

/// Progress after the light is computed.
const LIGHT_SHARE: f32 = 0.15;
/// Progress after each texel has its triangle.
const OWNERS_SHARE: f32 = 0.2;
/// Progress after each texel has its color.
const SEEN_SHARE: f32 = 0.9;
/// Progress after the normals are smoothed.
const SMOOTH_SHARE: f32 = 0.95;
/// Number of texels that are evaluated before one thread writes their values, which takes some milliseconds.
const HELD: usize = 1 << 20;
/// Number of texels that a task fills or sums. A task takes a fraction of a millisecond.
const PIECE: usize = 1 << 14;
/// The color of an unchanged normal in a normal map.
const STRAIGHT: [u8; 3] = [128, 128, 255];

/// Makes the textures of a mesh with texture coordinates and normals. The mesh gets tangents if the surface
/// returns normals.
///
/// margin: texels by which charts are extended, at most the margin of the unwrapping. Errors: the surface's
/// own, and `Mesh`, `Size`, `NoCoordinates`, `Answers`, `Cancelled`, converted to the surface's error type.
pub fn bake<S: BakeSource>(
    mesh: &mut Mesh,
    size: u32,
    margin: u32,
    surface: &S,
    on_progress: ProgressCallback<'_>,
) -> Result<Baked, S::Error> {
    let check = || {
        mesh.check()?;
        check_size(size)?;
        if mesh.uvs.is_empty() || mesh.normals.is_empty() { Err(TextureError::NoCoordinates) } else { Ok(()) }
    };
    check()?;
    let light_and_owners = || {
        let light = Light::of(mesh, size, surface, &part(on_progress, 0.0, LIGHT_SHARE))?;
        Ok::<_, S::Error>((light, Atlas::of(mesh, size, &part(on_progress, LIGHT_SHARE, OWNERS_SHARE))?))
    };
    // Computing tangents takes one thread. At the same time, the others compute the light and the atlas.
    let (tangents, light_and_owners) =
        rayon::join(|| if surface.knows_normals() { tangents(mesh) } else { Vec::new() }, light_and_owners);
    let (light, atlas) = light_and_owners?;
    let texels = (size * size) as usize;
    let mut baked = Baked {
        size,
        base_color: vec![[0; 3]; texels],
        covered: atlas.covered.len() as u32,
        occlusion: light.map_or_else(Vec::new, |light| light.blended(size)),
        ..Baked::default()
    };
    let of_seen = part(on_progress, OWNERS_SHARE, SEEN_SHARE);
    let begun = progress_counter(&of_seen, atlas.covered.len());
    for some in atlas.covered.chunks(HELD) {
        let pieces = atlas.blocks(some, surface.batch()).map(|block| {
            begun(block.texels.len())?;
            Piece::of(&block, &surface.seen(block.places(), &|_| begun(0))?, &tangents)
        });
        for piece in pieces.collect::<Result<Vec<Piece<'_>>, S::Error>>()? {
            let Piece { texels: at, base_color, roughness_metallic, normal } = piece;
            write(&mut baked.base_color, at, base_color, [0; 3], texels);
            write(&mut baked.roughness_metallic, at, roughness_metallic, [255, 0, 0], texels);
            write(&mut baked.normal, at, normal, STRAIGHT, texels);
        }
    }
    let radius = surface.grain() * texels_per_unit(mesh, size) * 0.5;
    // Another chart may begin at a distance of twice the margin.
    let radius = (radius as usize).min((2 * margin as usize).saturating_sub(1));
    let of_smooth = part(on_progress, SEEN_SHARE, SMOOTH_SHARE);
    smooth(&mut baked.normal, &atlas.is_owned(), size as usize, radius, &of_smooth)?;
    baked.fill(&atlas, margin, &part(on_progress, SMOOTH_SHARE, 1.0))?;
    on_progress(1.0)?;
    mesh.tangents = tangents;
    Ok(baked)
}

/// The values of some texels in each image. A list is empty if the surface does not return the values of that
/// image.
struct Piece<'a> {
    texels: &'a [u32],
    base_color: Vec<[u8; 3]>,
    roughness_metallic: Vec<[u8; 3]>,
    normal: Vec<[u8; 3]>,
}

impl<'a> Piece<'a> {
    fn of<E: From<TextureError>>(
        block: &Block<'a>,
        answer: &Answer,
        tangents: &[[f32; 4]],
    ) -> Result<Self, E> {
        let Answer { colors, materials, normals } = answer;
        // Without tangents there is no frame for the normals.
        let normals = if tangents.is_empty() { &[][..] } else { normals };
        let asked = block.texels.len();
        same_length(asked, colors.len())?;
        for known in [materials.len(), normals.len()].into_iter().filter(|&known| known > 0) {
            same_length(asked, known)?;
        }
        let packed = |&[metallic, roughness]: &[f32; 2]| [255, quantized(roughness), quantized(metallic)];
        let local =
            |(normal, frame): (&Vector, Basis)| frame.local(*normal).map(|part| quantized(part * 0.5 + 0.5));
        Ok(Self {
            texels: block.texels,
            base_color: colors.iter().map(|color| color.map(quantized)).collect(),
            roughness_metallic: materials.iter().map(packed).collect(),
            normal: normals.iter().zip(block.frames(tangents)).map(local).collect(),
        })
    }
}

/// Writes some texels of an image. An empty image is first extended to `size` texels of the value
/// `elsewhere`.
fn write(image: &mut Vec<[u8; 3]>, texels: &[u32], values: Vec<[u8; 3]>, elsewhere: [u8; 3], size: usize) {
    if !values.is_empty() {
        image.resize(size, elsewhere);
    }
    texels.iter().zip(values).for_each(|(&texel, value)| image[texel as usize] = value);
}

/// Returns the texels per unit of object space, as a mean over the surface.
fn texels_per_unit(mesh: &Mesh, size: u32) -> f32 {
    let (texels, surface) = mesh.triangles.iter().fold((0.0f64, 0.0f64), |(texels, surface), triangle| {
        let [p, q, r] = triangle.map(|corner| mesh.uvs[corner as usize]);
        let turn = (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]);
        let normal = triangle_normal(triangle.map(|corner| mesh.positions[corner as usize]));
        (texels + f64::from(turn.abs()), surface + f64::from(dot(normal, normal)).sqrt())
    });
    if surface > 0.0 { (texels / surface).sqrt() as f32 * size as f32 } else { 0.0 }
}

impl Baked {
    /// Fills texels around the charts with the value of the nearest texel on a chart. Fills texels far from
    /// all charts with the mean, because mipmaps blend them with the charts.
    fn fill(
        &mut self,
        atlas: &Atlas<'_>,
        margin: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), Cancelled> {
        let owned = atlas.is_owned();
        let growth = dilate::growth(&owned, self.size, margin, &part(on_progress, 0.0, 0.5))?;
        for (index, image) in
            [&mut self.base_color, &mut self.roughness_metallic, &mut self.normal].into_iter().enumerate()
        {
            on_progress(0.5 + (index + 1) as f32 / 10.0)?;
            fill(image, &atlas.covered, &owned, &growth);
        }
        on_progress(0.9)?;
        fill(bytemuck::cast_slice_mut::<u8, [u8; 1]>(&mut self.occlusion), &atlas.covered, &owned, &growth);
        Ok(())
    }
}

/// Fills the texels that are not owned. covered: the owned texels.
fn fill<const N: usize>(image: &mut [[u8; N]], covered: &[u32], owned: &[bool], growth: &[(u32, u32)]) {
    if image.is_empty() {
        return;
    }
    let mean = mean(image, covered);
    image.par_chunks_mut(PIECE).zip(owned.par_chunks(PIECE)).for_each(|(image, owned)| {
        let mut rest = image;
        for run in owned.chunk_by(|one, next| one == next) {
            let (texels, after) = std::mem::take(&mut rest).split_at_mut(run.len());
            if !run[0] {
                texels.fill(mean);
            }
            rest = after;
        }
    });
    for &(texel, from) in growth {
        image[texel as usize] = image[from as usize];
    }
}

/// Returns the mean of some texels; 0 if there are none.
fn mean<const N: usize>(image: &[[u8; N]], texels: &[u32]) -> [u8; N] {
    let plus = |mut sums: [u64; N], more: [u64; N]| {
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sums
    };
    let of_piece =
        |texels: &[u32]| texels.iter().map(|&texel| image[texel as usize].map(u64::from)).fold([0; N], plus);
    let sums = texels.par_chunks(PIECE).map(of_piece).reduce(|| [0; N], plus);
    sums.map(|sum| (sum / texels.len().max(1) as u64) as u8)
}
