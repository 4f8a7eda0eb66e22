//! Evaluates colors, normals and light of a surface at the texels of a mesh.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, part, progress_counter};
use crate::mesh::Mesh;
use crate::vector::{Vector, add, dot, normalized, subtract, triangle_normal};

use super::atlas::{Atlas, Block};
use super::bake_source::{Answer, BakeSource, Landed, Places, same_length};
use super::grid::Grid;
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

/// Distance between the points at which light is evaluated, object space. Light changes slowly over a
/// surface.
const LIGHT_SPACING: f32 = 0.04;
/// Smallest side of the field's cells, in texels, at which the true surface is not evaluated at each texel.
const LEAST_CELL: f32 = 2.0;
/// Largest number of texels between two points that are evaluated.
const LARGEST_STEP: u32 = 64;
/// Progress after each texel has its triangle.
const OWNERS_SHARE: f32 = 0.05;
/// Progress after the light and the true surface are known on their grids.
const GRIDS_SHARE: f32 = 0.3;
/// Progress after each texel has its color.
const SEEN_SHARE: f32 = 0.9;
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
    let of_owners = part(on_progress, 0.0, OWNERS_SHARE);
    // Computing tangents takes one thread. At the same time, the others make the atlas.
    let (tangents, atlas) = rayon::join(
        || if surface.knows_normals() { tangents(mesh) } else { Vec::new() },
        || Atlas::of(mesh, size, &of_owners),
    );
    let atlas = atlas?;
    let of_grids = part(on_progress, OWNERS_SHARE, GRIDS_SHARE);
    let grids = Grids::of(surface, &atlas, texels_per_unit(mesh, size), !tangents.is_empty(), &of_grids)?;
    let texels = (size * size) as usize;
    let mut baked = Baked {
        size,
        base_color: vec![[0; 3]; texels],
        covered: atlas.covered.len() as u32,
        ..Baked::default()
    };
    let of_seen = part(on_progress, GRIDS_SHARE, SEEN_SHARE);
    let begun = progress_counter(&of_seen, atlas.covered.len());
    for some in atlas.covered.chunks(HELD) {
        let pieces = atlas.blocks(some, surface.batch()).map(|block| {
            begun(block.texels.len())?;
            Piece::of(&block, &grids, &tangents, &|_| begun(0))
        });
        for piece in pieces.collect::<Result<Vec<Piece<'_>>, S::Error>>()? {
            let Piece { texels: at, base_color, roughness_metallic, occlusion, normal } = piece;
            write(&mut baked.base_color, at, base_color, [0; 3], texels);
            write(&mut baked.roughness_metallic, at, roughness_metallic, [255, 0, 0], texels);
            write(&mut baked.occlusion, at, occlusion, 255, texels);
            write(&mut baked.normal, at, normal, STRAIGHT, texels);
        }
    }
    drop(grids);
    baked.fill(&atlas, margin, &part(on_progress, SEEN_SHARE, 1.0))?;
    on_progress(1.0)?;
    mesh.tangents = tangents;
    Ok(baked)
}

/// Values of a surface that are evaluated at few texels, and the surface itself.
struct Grids<'a, S> {
    surface: &'a S,
    /// The share of the sky's light; `None` if the surface does not return light.
    light: Option<Grid<1>>,
    /// The vector from the mesh to the true surface, and the unit normal there; `None` if the surface does
    /// not return normals.
    near: Option<Grid<6>>,
}

/// Indices of the normal in the values of [`Grids::near`].
const NORMAL: Range<usize> = 3..6;

impl<'a, S: BakeSource> Grids<'a, S> {
    /// Evaluates the surface. has_tangents: whether the mesh can have a normal map.
    fn of(
        surface: &'a S,
        atlas: &Atlas<'_>,
        texels_per_unit: f32,
        has_tangents: bool,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, S::Error> {
        let mut grids = Self { surface, light: None, near: None };
        if !surface.knows_light() && !has_tangents {
            return Ok(grids);
        }
        let charts: Arc<[u32]> = atlas.charts().into();
        if surface.knows_light() {
            let step = step_of(LIGHT_SPACING * texels_per_unit);
            let of_light = part(on_progress, 0.0, 0.5);
            let evaluate = |places: Places<'_>, look: ProgressCallback<'_>| grids.open(places, look);
            let light = Grid::of(atlas, charts.clone(), step, surface.batch(), evaluate, &of_light)?;
            grids.light = Some(light.of_smooth_values());
        }
        if has_tangents {
            let cell = surface.grain() * texels_per_unit;
            let step = if cell < LEAST_CELL { 1 } else { step_of(cell * 0.5).max(2) };
            let of_near = part(on_progress, 0.5, 0.9);
            let evaluate = |places: Places<'_>, look: ProgressCallback<'_>| grids.near(places, look);
            let mut near = Grid::of(atlas, charts, step, surface.batch(), evaluate, &of_near)?;
            // With two samples per cell, the weights [1 2 1] / 4 remove ripples that have the length of a
            // cell. With fewer, the same weights would average over more than a cell.
            let per_cell = cell / step as f32;
            let weight = (per_cell * per_cell / 16.0).min(0.25);
            near.smooth(NORMAL, weight, &part(on_progress, 0.9, 1.0))?;
            grids.near = Some(near);
        }
        Ok(grids)
    }

    fn open(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Vec<[f32; 1]>, S::Error> {
        Ok(self.surface.open(places, on_progress)?.into_iter().map(|share| [share]).collect())
    }

    fn near(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Vec<[f32; 6]>, S::Error> {
        let Landed { points, normals } = self.surface.landed(places, on_progress)?;
        same_length(places.points.len(), points.len())?;
        same_length(places.points.len(), normals.len())?;
        let both = |((&from, &to), &[x, y, z]): ((&Vector, &Vector), &Vector)| {
            let [right, up, front] = subtract(to, from);
            [right, up, front, x, y, z]
        };
        Ok(places.points.iter().zip(&points).zip(&normals).map(both).collect())
    }
}

/// Returns the number of texels that is nearest to a length in texels.
fn step_of(length: f32) -> u32 {
    (length.round() as u32).clamp(1, LARGEST_STEP)
}

/// The values of some texels in each image. A list is empty if the surface does not return the values of that
/// image.
struct Piece<'a> {
    texels: &'a [u32],
    base_color: Vec<[u8; 3]>,
    roughness_metallic: Vec<[u8; 3]>,
    occlusion: Vec<u8>,
    normal: Vec<[u8; 3]>,
}

impl<'a> Piece<'a> {
    /// Evaluates the surface at the texels of a block.
    fn of<S: BakeSource>(
        block: &Block<'a>,
        grids: &Grids<'_, S>,
        tangents: &[[f32; 4]],
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, S::Error> {
        let open = |grid: &Grid<1>| grid.at(block, |places| grids.open(places, on_progress));
        let open = grids.light.as_ref().map(open).transpose()?;
        let landed = |grid: &Grid<6>| grid.at(block, |places| grids.near(places, on_progress));
        let landed = grids.near.as_ref().map(landed).transpose()?;
        let points = block.places().points;
        let moved = |landed: &Vec<[f32; 6]>| -> Vec<Vector> {
            points.iter().zip(landed).map(|(&point, &[x, y, z, ..])| add(point, [x, y, z])).collect()
        };
        let moved = landed.as_ref().map(moved);
        let Answer { colors, materials } =
            grids.surface.seen(moved.as_deref().unwrap_or(points), on_progress)?;
        same_length(points.len(), colors.len())?;
        if !materials.is_empty() {
            same_length(points.len(), materials.len())?;
        }
        let packed = |&[metallic, roughness]: &[f32; 2]| [255, quantized(roughness), quantized(metallic)];
        let mut normal = Vec::new();
        if let Some(landed) = landed {
            normal.reserve(landed.len());
            block.for_each_frame(tangents, |index, frame| {
                let [.., x, y, z] = landed[index];
                // A normal that is interpolated across a sharp edge can point into the mesh, and glTF has no
                // such normals.
                let [right, up, out] = frame.local([x, y, z]);
                let local = normalized([right, up, out.max(0.0)]);
                normal.push(local.map(|part| quantized(part * 0.5 + 0.5)));
            });
        }
        Ok(Self {
            texels: block.texels,
            base_color: colors.iter().map(|color| color.map(quantized)).collect(),
            roughness_metallic: materials.iter().map(packed).collect(),
            occlusion: open.into_iter().flatten().map(|[share]| quantized(share)).collect(),
            normal,
        })
    }
}

/// Writes some texels of an image. An empty image is first extended to `size` texels of the value
/// `elsewhere`.
fn write<T: Copy>(image: &mut Vec<T>, texels: &[u32], values: Vec<T>, elsewhere: T, size: usize) {
    if !values.is_empty() {
        image.resize(size, elsewhere);
    }
    texels.iter().zip(values).for_each(|(&texel, value)| image[texel as usize] = value);
}

/// Rounds to the nearest of 256 levels. (The library is built for processors without SSE 4.1. On them,
/// `round` would be a function call, which would take 4 % of the time of a bake.)
fn quantized(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
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
