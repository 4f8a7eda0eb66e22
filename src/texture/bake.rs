//! Evaluates colors, normals and light of a surface at the texels of a mesh.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use wide::f32x8;

use crate::error::{Cancelled, ProgressCallback, part, progress_counter};
use crate::mesh::Mesh;
use crate::vector::{Vector, add, dot, subtract, triangle_normal};

use super::atlas::{Atlas, Block};
use super::bake_source::{Answer, BakeSource, Landed, Places, same_length};
use super::grid::{Grid, GridOptions, Values};
use super::levels::{levels, levels_of};
use super::tangents::tangents;
use super::{TextureError, check_size, dilate, normal_map};

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
const LIGHT_SPACING: f32 = 0.05;
/// Largest difference of a color's component, a metallic or a roughness between the samples of an
/// interpolation.
const COLOR_TOLERANCE: f32 = 6.0 / 255.0;
/// Number of samples of the true surface along the side of a cell.
const SAMPLES_PER_CELL: f32 = 2.0;
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
    evaluator: Evaluator<'a, S>,
    /// The share of the sky's light; `None` if the surface does not return light.
    light: Option<Grid<1>>,
    /// The true surface near the mesh; see [`NEAR`].
    near: Grid<NEAR>,
}

/// Number of values in [`Grids::near`]: the vector from the mesh to the true surface, the normal there, the
/// color, metallic and roughness.
const NEAR: usize = 11;
const NORMAL: Range<usize> = 3..6;
/// The color, metallic and roughness.
const SEEN: Range<usize> = 6..NEAR;

impl<'a, S: BakeSource> Grids<'a, S> {
    /// Evaluates the surface. has_tangents: whether the mesh can have a normal map.
    fn of(
        surface: &'a S,
        atlas: &Atlas<'_>,
        texels_per_unit: f32,
        has_tangents: bool,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, S::Error> {
        let evaluator = Evaluator { surface, is_moved: has_tangents };
        let batch = surface.batch();
        let cell = surface.grain() * texels_per_unit;
        let step = if cell < LEAST_CELL { 1 } else { step_of(cell / SAMPLES_PER_CELL).max(2) };
        // If each texel is evaluated, the charts are not needed.
        let charts: Arc<[u32]> =
            if step > 1 || surface.knows_light() { atlas.charts().into() } else { Arc::new([]) };
        let mut light = None;
        if surface.knows_light() {
            let step = step_of(LIGHT_SPACING * texels_per_unit);
            let options = GridOptions { step, is_smooth: true, with_edges: 0..0, tolerance: 0.0 };
            let of_light = part(on_progress, 0.0, 0.4);
            let evaluate = |block: &Block<'_>, look: ProgressCallback<'_>| {
                evaluator.light(block.places().as_places(), look)
            };
            light = Some(Grid::of(atlas, charts.clone(), options, batch, evaluate, &of_light)?);
        }
        let options = GridOptions { step, is_smooth: false, with_edges: SEEN, tolerance: COLOR_TOLERANCE };
        let of_near = part(on_progress, 0.4, 0.9);
        let evaluate =
            |block: &Block<'_>, look: ProgressCallback<'_>| evaluator.near(block.places().as_places(), look);
        let mut near = Grid::of(atlas, charts, options, batch, evaluate, &of_near)?;
        // With two samples per cell, the weights [1 2 1] / 4 remove ripples that have the length of a cell.
        // With fewer, the same weights would average over more than a cell.
        let per_cell = cell / step as f32;
        let weight = (per_cell * per_cell / 16.0).min(0.25);
        if has_tangents && step > 1 {
            near.smooth(NORMAL, weight, &part(on_progress, 0.9, 1.0))?;
        }
        Ok(Self { evaluator, light, near })
    }

    /// Returns the shares of the sky's light at the texels of a block. The list is empty if the surface does
    /// not return light.
    fn light_at(&self, block: &Block<'_>, look: ProgressCallback<'_>) -> Result<Vec<[f32; 1]>, S::Error> {
        let evaluate = |some: &[usize]| self.evaluator.light(block.places_of(some).as_places(), look);
        self.light.as_ref().map_or_else(|| Ok(Vec::new()), |grid| Ok(grid.at(block, evaluate)?.of_texels))
    }

    /// Returns the values of [`Grids::near`] at the texels of a block.
    fn near_at(&self, block: &Block<'_>, look: ProgressCallback<'_>) -> Result<Vec<[f32; NEAR]>, S::Error> {
        let evaluate = |some: &[usize]| self.evaluator.near(block.places_of(some).as_places(), look);
        let Values { mut of_texels, uneven } = self.near.at(block, evaluate)?;
        if uneven.is_empty() {
            return Ok(of_texels);
        }
        // The way to the surface changes slowly, so only the color is evaluated at these texels.
        let mut points = block.interpolated_at(&uneven, &block.mesh().positions);
        for (point, &index) in points.iter_mut().zip(&uneven) {
            let [x, y, z, ..] = of_texels[index];
            *point = add(*point, [x, y, z]);
        }
        for (&index, seen) in uneven.iter().zip(self.evaluator.seen(&points, look)?) {
            of_texels[index][SEEN].copy_from_slice(&seen);
        }
        Ok(of_texels)
    }
}

/// A surface, which is evaluated at points of the mesh.
struct Evaluator<'a, S> {
    surface: &'a S,
    /// Whether colors are those of the true surface near the points. Otherwise they are those at the points.
    is_moved: bool,
}

impl<S: BakeSource> Evaluator<'_, S> {
    fn light(&self, places: Places<'_>, look: ProgressCallback<'_>) -> Result<Vec<[f32; 1]>, S::Error> {
        Ok(self.surface.open(places, look)?.into_iter().map(|share| [share]).collect())
    }

    /// Returns the values of [`Grids::near`].
    fn near(&self, places: Places<'_>, look: ProgressCallback<'_>) -> Result<Vec<[f32; NEAR]>, S::Error> {
        let Landed { points, normals } = if self.is_moved {
            self.surface.landed(places, look)?
        } else {
            Landed { points: places.points.to_vec(), normals: places.normals.to_vec() }
        };
        same_length(places.points.len(), points.len())?;
        same_length(places.points.len(), normals.len())?;
        let seen = self.seen(&points, look)?;
        let ways = places.points.iter().zip(&points).map(|(&from, &to)| subtract(to, from));
        let all = |((way, normal), seen): ((Vector, Vector), [f32; 5])| {
            let mut values = [0.0; NEAR];
            values[..NORMAL.start].copy_from_slice(&way);
            values[NORMAL].copy_from_slice(&normal);
            values[SEEN].copy_from_slice(&seen);
            values
        };
        Ok(ways.zip(normals).zip(seen).map(all).collect())
    }

    /// Returns colors, and metallic and roughness; they are 0 if the surface does not return materials.
    fn seen(&self, points: &[Vector], look: ProgressCallback<'_>) -> Result<Vec<[f32; 5]>, S::Error> {
        let Answer { colors, mut materials } = self.surface.seen(points, look)?;
        same_length(points.len(), colors.len())?;
        if !self.surface.knows_materials() {
            materials = vec![[0.0; 2]; points.len()];
        }
        same_length(points.len(), materials.len())?;
        let both = |([red, green, blue], [metallic, roughness]): (Vector, [f32; 2])| {
            [red, green, blue, metallic, roughness]
        };
        Ok(colors.into_iter().zip(materials).map(both).collect())
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
        let light = grids.light_at(block, on_progress)?;
        let near = grids.near_at(block, on_progress)?;
        let Evaluator { surface, is_moved } = grids.evaluator;
        let mut piece = Self {
            texels: block.texels,
            base_color: Vec::with_capacity(near.len()),
            roughness_metallic: Vec::new(),
            occlusion: levels_of(light.as_flattened()),
            normal: Vec::new(),
        };
        let seen = near.iter().map(|&[.., red, green, blue, metallic, roughness]| {
            levels(f32x8::new([red, green, blue, metallic, roughness, 0.0, 0.0, 0.0]))
        });
        if surface.knows_materials() {
            piece.roughness_metallic.reserve(near.len());
            for [red, green, blue, metallic, roughness, ..] in seen {
                piece.base_color.push([red, green, blue]);
                piece.roughness_metallic.push([255, roughness, metallic]);
            }
        } else {
            piece.base_color.extend(seen.map(|[red, green, blue, ..]| [red, green, blue]));
        }
        if is_moved {
            let normals = block.interpolated(&block.mesh().normals);
            let found: Vec<Vector> = near.iter().map(|&[_, _, _, x, y, z, ..]| [x, y, z]).collect();
            piece.normal = normal_map::texels(&normals, &block.interpolated(tangents), &found);
        }
        Ok(piece)
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
