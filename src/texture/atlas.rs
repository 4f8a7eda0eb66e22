//! Which texel lies where on a mesh.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::{Cancelled, Watch, counted};
use crate::mesh::Mesh;
use crate::vector::{Frame, Vector, normalized};

use super::bake::Places;
use super::laid::area_of;
use super::raster::{Texel, visit_inside, visit_some_inside, weights};

/// Texels whose points a thread holds at once, whatever batch is worth asking.
const LARGEST_BLOCK: usize = 65_536;
/// Bands of rows a thread: charts do not fill the picture evenly.
const BANDS: usize = 4;
/// Rows of a band at least: each band looks at every triangle.
const LEAST_ROWS: usize = 64;
/// Triangles between two looks at the watch.
const STRIDE: usize = 4_096;
/// Texels between two looks: some milliseconds.
const PATIENCE: u64 = 1 << 22;
/// What a triangle takes besides its texels, in texels: most lie in other bands.
const STEP: u64 = 16;
/// Texels that one thread looks through for covered ones: a fraction of a millisecond.
const PIECE: usize = 1 << 16;
/// From this area of all triangles in squares on, texels are given away without looking at each one again and again.
const MOST_TIMES: f64 = 4.0;
/// Belongs to no triangle.
const NOBODY: u32 = u32::MAX;

/// Which triangle each texel of a square belongs to.
pub(super) struct Atlas<'a> {
    pub(super) mesh: &'a Mesh,
    /// Texels along a side.
    pub(super) size: u32,
    owners: Vec<u32>,
    /// The texels that belong to one, in their order.
    pub(super) covered: Vec<u32>,
}

/// Some texels, and where they lie.
pub(super) struct Block<'a> {
    atlas: &'a Atlas<'a>,
    pub(super) texels: &'a [u32],
    /// Of the corners of each one's triangle.
    weights: Vec<[f32; 3]>,
    points: Vec<Vector>,
    normals: Vec<Vector>,
}

impl Block<'_> {
    /// Its points and normals.
    pub(super) fn places(&self) -> Places<'_> {
        Places { points: &self.points, normals: &self.normals }
    }

    /// The frames at its texels, of the mesh's normals and of tangents, one a vertex.
    pub(super) fn frames(&self, tangents: &[[f32; 4]]) -> impl Iterator<Item = Frame> {
        let mut end = 0;
        self.atlas.runs(self.texels).flat_map(move |run| {
            let texels = end..end + run.len();
            end = texels.end;
            let tangents = self.atlas.corners_of(run).map(|corner| tangents[corner as usize]);
            self.weights[texels.clone()]
                .iter()
                .zip(&self.normals[texels])
                .map(move |(weights, normal)| Frame::of(*normal, mixed(tangents, weights)))
        })
    }
}

impl<'a> Atlas<'a> {
    /// What no triangle's centre covers belongs to one whose middle or corner lies there, if any does: small and thin triangles
    /// have colours too.
    pub(super) fn of(mesh: &'a Mesh, size: u32, watch: Watch<'_>) -> Result<Self, Cancelled> {
        let side = size as usize;
        let mut owners = vec![NOBODY; side * side];
        let height = side.div_ceil(BANDS * rayon::current_num_threads()).max(LEAST_ROWS);
        let begun = counted(watch, side);
        // In the mean the triangles lie so many times on each other.
        let times = area_of(&mesh.triangles, &mesh.uvs);
        let own = if times > MOST_TIMES { own_shared } else { own };
        owners.par_chunks_mut(side * height).enumerate().try_for_each(|(band, owners)| {
            begun(owners.len() / side)?;
            own(mesh, size, (band * height) as u32, owners, &|| begun(0))
        })?;
        for triangle in 0..mesh.triangles.len() as u32 {
            if (triangle as usize).is_multiple_of(STRIDE) {
                watch(1.0)?;
            }
            let [p, q, r] = corners(mesh, size, triangle);
            let middle = [0, 1].map(|axis| (p[axis] + q[axis] + r[axis]) / 3.0);
            let is_inside = |place: &Texel| place.iter().all(|part| (0.0..=size as f32).contains(part));
            for place in [middle, p, q, r].into_iter().filter(is_inside) {
                let [x, y] = place.map(|part| (part as usize).min(side - 1));
                if let Some(owner) = owners.get_mut(y * side + x)
                    && *owner == NOBODY
                {
                    *owner = triangle;
                }
            }
        }
        let covered = owners.par_chunks(PIECE).enumerate().map(|(piece, owners)| {
            let texels = (piece * PIECE) as u32..;
            let owned = texels.zip(owners).filter(|(_, owner)| **owner != NOBODY);
            owned.map(|(texel, _)| texel).collect()
        });
        let covered = covered.collect::<Vec<Vec<u32>>>().concat();
        Ok(Self { mesh, size, owners, covered })
    }

    /// Some covered texels, `batch` at a time, each block on the thread that takes it: what it holds stays in that thread's cache.
    pub(super) fn blocks<'t>(
        &'t self,
        texels: &'t [u32],
        batch: usize,
    ) -> impl IndexedParallelIterator<Item = Block<'t>> {
        texels.par_chunks(batch.clamp(1, LARGEST_BLOCK)).map(|texels| self.block(texels))
    }

    fn block<'t>(&'t self, texels: &'t [u32]) -> Block<'t> {
        let mut block = Block {
            atlas: self,
            texels,
            weights: Vec::with_capacity(texels.len()),
            points: Vec::with_capacity(texels.len()),
            normals: Vec::with_capacity(texels.len()),
        };
        for run in self.runs(texels) {
            let corners = self.corners_of(run);
            let positions = corners.map(|corner| self.mesh.positions[corner as usize]);
            let normals = corners.map(|corner| self.mesh.normals[corner as usize]);
            let places = corners.map(|corner| in_texels(self.mesh, self.size, corner));
            for texel in run {
                let centre = [(texel % self.size) as f32 + 0.5, (texel / self.size) as f32 + 0.5];
                let weights = weights(places, centre);
                block.weights.push(weights);
                block.points.push(mixed(positions, &weights));
                block.normals.push(normalized(mixed(normals, &weights)));
            }
        }
        block
    }

    /// Texels that follow each other on one triangle.
    fn runs<'t>(&'t self, texels: &'t [u32]) -> impl Iterator<Item = &'t [u32]> {
        let owner = |texel: &u32| self.owners[*texel as usize];
        texels.chunk_by(move |one, next| owner(one) == owner(next))
    }

    /// The vertices of the triangle of a run.
    fn corners_of(&self, run: &[u32]) -> [u32; 3] {
        self.mesh.triangles[self.owners[run[0] as usize] as usize]
    }

    /// Whether each texel belongs to a triangle.
    pub(super) fn is_owned(&self) -> Vec<bool> {
        self.owners.iter().map(|&owner| owner != NOBODY).collect()
    }
}

/// Gives texels of some whole rows their triangles: the last that covers one has it. first: the uppermost row.
fn own(
    mesh: &Mesh,
    size: u32,
    first: u32,
    owners: &mut [u32],
    look: &dyn Fn() -> Result<(), Cancelled>,
) -> Result<(), Cancelled> {
    let rows = first..first + owners.len() as u32 / size;
    // Texels that may have been looked at since the watch was asked.
    let mut looked = 0;
    for triangle in 0..mesh.triangles.len() as u32 {
        let corners = corners(mesh, size, triangle);
        looked += STEP + box_of(corners, size, &rows);
        if looked > PATIENCE {
            looked = 0;
            look()?;
        }
        visit_inside(corners, [0..size, rows.clone()], 0.0, |x, y| {
            owners[((y - first) * size + x) as usize] = triangle;
        });
    }
    Ok(())
}

/// As [`own`], in a time that grows with the texels and the rows of the triangles alone, however many triangles lie on each other: from the
/// last triangle on, each takes the texels that nobody has.
fn own_shared(
    mesh: &Mesh,
    size: u32,
    first: u32,
    owners: &mut [u32],
    look: &dyn Fn() -> Result<(), Cancelled>,
) -> Result<(), Cancelled> {
    let height = owners.len() as u32 / size;
    let rows = first..first + height;
    // For each texel, and for the end of each row, a column from which on the next free one is found.
    let width = size as usize + 1;
    let mut free: Vec<u32> = (0..height).flat_map(|_| 0..=size).collect();
    let mut looked = 0;
    for triangle in (0..mesh.triangles.len() as u32).rev() {
        let corners = corners(mesh, size, triangle);
        looked += STEP * u64::from(1 + rows_of(corners, &rows));
        if looked > PATIENCE {
            looked = 0;
            look()?;
        }
        let free = std::cell::RefCell::new(&mut free);
        let next = |x: u32, y: u32| {
            let mut free = free.borrow_mut();
            let row = &mut free[(y - first) as usize * width..][..width];
            let mut found = x.min(size);
            while row[found as usize] != found {
                // Halves the way for those who come after.
                row[found as usize] = row[row[found as usize] as usize];
                found = row[found as usize];
            }
            found
        };
        visit_some_inside(corners, [0..size, rows.clone()], next, |x, y| {
            owners[((y - first) * size + x) as usize] = triangle;
            free.borrow_mut()[(y - first) as usize * width + x as usize] = x + 1;
        });
    }
    Ok(())
}

/// How many of these rows a triangle may touch.
fn rows_of(corners: [Texel; 3], rows: &Range<u32>) -> u32 {
    let low = corners.iter().fold(f32::INFINITY, |low, corner| low.min(corner[1])).max(rows.start as f32);
    let high = corners.iter().fold(f32::NEG_INFINITY, |high, corner| high.max(corner[1]));
    // Casts of floats saturate.
    (high.min(rows.end as f32) - low).max(0.0) as u32
}

/// A value between those of three corners.
fn mixed<const N: usize>([a, b, c]: [[f32; N]; 3], [of_a, of_b, of_c]: &[f32; 3]) -> [f32; N] {
    std::array::from_fn(|axis| a[axis] * of_a + b[axis] * of_b + c[axis] * of_c)
}

/// Texels of the box around a triangle, as far as it lies in these rows.
fn box_of(corners: [Texel; 3], size: u32, rows: &Range<u32>) -> u64 {
    let side = |axis: usize, first: u32, end: u32| {
        let low = corners.iter().fold(f32::INFINITY, |low, corner| low.min(corner[axis])).max(first as f32);
        let high = corners.iter().fold(f32::NEG_INFINITY, |high, corner| high.max(corner[axis]));
        // Casts of floats saturate.
        (high.min(end as f32) - low).max(0.0) as u64 + 1
    };
    side(0, 0, size) * side(1, rows.start, rows.end)
}

/// A triangle's corners in texels.
fn corners(mesh: &Mesh, size: u32, triangle: u32) -> [Texel; 3] {
    mesh.triangles[triangle as usize].map(|corner| in_texels(mesh, size, corner))
}

/// Where a vertex lies in texels.
fn in_texels(mesh: &Mesh, size: u32, vertex: u32) -> Texel {
    mesh.uvs[vertex as usize].map(|part| part * size as f32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::error::unwatched;

    type Give = fn(&Mesh, u32, u32, &mut [u32], &dyn Fn() -> Result<(), Cancelled>) -> Result<(), Cancelled>;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn triangles_that_share_texels_have_the_same_ones_however_they_are_given(
            corners in prop::collection::vec(prop::array::uniform2(-0.2f32..1.2), 3..120),
            rows in 1usize..24,
        ) {
            let count = corners.len() / 3;
            let mesh = Mesh {
                positions: vec![[0.0; 3]; 3 * count],
                uvs: corners[..3 * count].to_vec(),
                triangles: (0..count as u32).map(|index| [0, 1, 2].map(|corner| 3 * index + corner)).collect(),
                ..Mesh::default()
            };
            let size = 32u32;
            let of = |give: Give| {
                let mut owners = vec![NOBODY; (size * size) as usize];
                for (band, owners) in owners.chunks_mut(rows * size as usize).enumerate() {
                    give(&mesh, size, (band * rows) as u32, owners, &|| unwatched(0.0)).unwrap();
                }
                owners
            };
            prop_assert_eq!(of(own), of(own_shared));
        }
    }
}
