//! Texels to points to colours, normals and light.

use rayon::prelude::*;

use crate::error::{Cancelled, Watch, counted, part};
use crate::mesh::Mesh;
use crate::vector::{Frame, Vector, dot, triangle_normal};

use super::atlas::{Atlas, Block};
use super::light::Light;
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

/// Who knows the surface. Asked by several threads at once.
pub trait Surface: Sync {
    /// What goes wrong when it is asked.
    type Error: From<TextureError> + From<Cancelled> + Send;

    /// How many points are worth asking at once.
    fn batch(&self) -> usize;

    /// What is seen at points, that many at most. watch: asked whether to go on, its fraction is nothing.
    fn seen(&self, places: Places<'_>, watch: Watch<'_>) -> Result<Answer, Self::Error>;

    /// Side of the cells that its normals ripple by, object space; 0 where they do not. A normal map is evened out over them.
    fn grain(&self) -> f32;

    /// Whether [`seen`](Self::seen) answers with normals. Without them the mesh gets no tangents.
    fn knows_normals(&self) -> bool;

    /// Is [`open`](Self::open) to be asked?
    fn knows_light(&self) -> bool;

    /// The share of the sky's light that reaches each point, in [0, 1]. watch: as for [`seen`](Self::seen).
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

/// Share of the work when the light is known.
const LIGHT_SHARE: f32 = 0.15;
/// Share of the work when each texel has its triangle.
const OWNERS_SHARE: f32 = 0.2;
/// Share of the work when each texel has its colour.
const SEEN_SHARE: f32 = 0.9;
/// Share of the work when the normals are even.
const SMOOTH_SHARE: f32 = 0.95;
/// Texels that are asked before they are written: some milliseconds of one thread.
const HELD: usize = 1 << 20;
/// Texels that one thread fills or sums at once: a fraction of a millisecond.
const PIECE: usize = 1 << 14;
/// A normal map's straight up.
const STRAIGHT: [u8; 3] = [128, 128, 255];

/// Makes the textures of a mesh that has texture coordinates and normals, and gives it tangents where there is a normal map. margin: texels by which
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
    let light_and_owners = || {
        let light = Light::of(mesh, size, surface, &part(watch, 0.0, LIGHT_SHARE))?;
        Ok::<_, S::Error>((light, Atlas::of(mesh, size, &part(watch, LIGHT_SHARE, OWNERS_SHARE))?))
    };
    // Tangents are work for one thread; the others have theirs meanwhile.
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
    let of_seen = part(watch, OWNERS_SHARE, SEEN_SHARE);
    let begun = counted(&of_seen, atlas.covered.len());
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
    // Beyond twice the margin lies another chart.
    let radius = (radius as usize).min((2 * margin as usize).saturating_sub(1));
    let of_smooth = part(watch, SEEN_SHARE, SMOOTH_SHARE);
    smooth(&mut baked.normal, &atlas.is_owned(), size as usize, radius, &of_smooth)?;
    baked.fill(&atlas, margin, &part(watch, SMOOTH_SHARE, 1.0))?;
    watch(1.0)?;
    mesh.tangents = tangents;
    Ok(baked)
}

/// Some texels, and what each image has there; nothing where the surface knows nothing.
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
        // Without tangents there is no frame to say them in.
        let normals = if tangents.is_empty() { &[][..] } else { normals };
        let asked = block.texels.len();
        same_length(asked, colors.len())?;
        for known in [materials.len(), normals.len()].into_iter().filter(|&known| known > 0) {
            same_length(asked, known)?;
        }
        let packed = |&[metallic, roughness]: &[f32; 2]| [255, quantized(roughness), quantized(metallic)];
        let local =
            |(normal, frame): (&Vector, Frame)| frame.local(*normal).map(|part| quantized(part * 0.5 + 0.5));
        Ok(Self {
            texels: block.texels,
            base_color: colors.iter().map(|color| color.map(quantized)).collect(),
            roughness_metallic: materials.iter().map(packed).collect(),
            normal: normals.iter().zip(block.frames(tangents)).map(local).collect(),
        })
    }
}

/// Writes some texels of an image, which begins with the first that is known.
fn write(image: &mut Vec<[u8; 3]>, texels: &[u32], values: Vec<[u8; 3]>, elsewhere: [u8; 3], size: usize) {
    if !values.is_empty() {
        image.resize(size, elsewhere);
    }
    texels.iter().zip(values).for_each(|(&texel, value)| image[texel as usize] = value);
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

pub(super) fn same_length(asked: usize, answered: usize) -> Result<(), TextureError> {
    if asked == answered { Ok(()) } else { Err(TextureError::Answers { asked, answered }) }
}

/// To the nearest of 256 levels. (`round` is a call on processors without SSE 4.1, which the build is made for: 4 % of a bake.)
pub(super) fn quantized(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

impl Baked {
    /// Gives texels beyond the charts the value of the nearest on one, and those far from all the mean, which small
    /// versions of the picture blend in.
    fn fill(&mut self, atlas: &Atlas<'_>, margin: u32, watch: Watch<'_>) -> Result<(), Cancelled> {
        let owned = atlas.is_owned();
        let growth = dilate::growth(&owned, self.size, margin, &part(watch, 0.0, 0.5))?;
        for (index, image) in
            [&mut self.base_color, &mut self.roughness_metallic, &mut self.normal].into_iter().enumerate()
        {
            watch(0.5 + (index + 1) as f32 / 10.0)?;
            fill(image, &atlas.covered, &owned, &growth);
        }
        watch(0.9)?;
        fill(bytemuck::cast_slice_mut::<u8, [u8; 1]>(&mut self.occlusion), &atlas.covered, &owned, &growth);
        Ok(())
    }
}

/// Fills what is not owned. covered: the texels that are.
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

/// The mean of some texels; 0 of none.
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
