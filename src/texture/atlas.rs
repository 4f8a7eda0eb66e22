//! Maps the texels of an atlas to points on the mesh.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, progress_counter};
use crate::mesh::{DisjointSets, Mesh};
use crate::vector::{Vector, normalized};

use super::bake_source::Places;
use super::laid::area_of;
use super::raster::{Texel, Weighing, visit_inside, visit_some_inside};

/// Largest number of texels in a block, even if the surface prefers larger batches.
const LARGEST_BLOCK: usize = 65_536;
/// Bands of rows per thread, if there is more than one thread. Several bands balance the load, since charts
/// do not fill the atlas evenly.
const BANDS: usize = 4;
/// Smallest number of rows of a band: each band visits every triangle.
const LEAST_ROWS: usize = 64;
/// Triangles between two calls of `on_progress`.
const STRIDE: usize = 4_096;
/// Texels between two calls of `on_progress`, some milliseconds of work.
const PATIENCE: u64 = 1 << 22;
/// Cost of a visited triangle without its texels, as a number of texels. A band visits every triangle, and
/// most triangles lie in other bands.
const STEP: u64 = 16;
/// Number of texels in which a task looks for covered texels. A task takes a fraction of a millisecond.
const PIECE: usize = 1 << 16;
/// Total area of the triangles, in unit squares, above which `own_shared` is used. That function avoids
/// visiting each texel many times.
const MOST_TIMES: f64 = 4.0;
/// The owner of a texel without a triangle.
const NOBODY: u32 = u32::MAX;

/// The assignment of the texels of a square to triangles.
pub(super) struct Atlas<'a> {
    pub(super) mesh: &'a Mesh,
    /// Texels along a side.
    pub(super) size: u32,
    owners: Vec<u32>,
    /// The texels with a triangle, in ascending order.
    pub(super) covered: Vec<u32>,
}

/// Some texels of an atlas.
pub(super) struct Block<'a> {
    atlas: &'a Atlas<'a>,
    pub(super) texels: &'a [u32],
    /// The texels as spans, in order.
    pub(super) spans: Vec<Span>,
    /// Weights of the corners of each texel's triangle.
    weights: Vec<[f32; 3]>,
}

/// Neighboring texels of one row that belong to one triangle.
pub(super) struct Span {
    /// The vertices of the triangle.
    pub(super) corners: [u32; 3],
    /// The first texel's column.
    pub(super) column: u32,
    pub(super) row: u32,
    /// Indices of the texels in the block.
    pub(super) indices: Range<usize>,
}

/// Points on the mesh, and its unit normals there.
pub(super) struct OwnedPlaces {
    pub(super) points: Vec<Vector>,
    pub(super) normals: Vec<Vector>,
}

impl OwnedPlaces {
    pub(super) fn as_places(&self) -> Places<'_> {
        Places { points: &self.points, normals: &self.normals }
    }
}

impl Block<'_> {
    pub(super) fn mesh(&self) -> &Mesh {
        self.atlas.mesh
    }

    /// Returns the points and normals at the texels.
    pub(super) fn places(&self) -> OwnedPlaces {
        let Mesh { positions, normals, .. } = self.atlas.mesh;
        let normals = self.interpolated(normals).into_iter().map(normalized).collect();
        OwnedPlaces { points: self.interpolated(positions), normals }
    }

    /// Returns the points and normals at some texels. indices: as in [`Block::interpolated_at`].
    pub(super) fn places_of(&self, indices: &[usize]) -> OwnedPlaces {
        let Mesh { positions, normals, .. } = self.atlas.mesh;
        let normals = self.interpolated_at(indices, normals).into_iter().map(normalized).collect();
        OwnedPlaces { points: self.interpolated_at(indices, positions), normals }
    }

    /// Interpolates values of the mesh's vertices at some texels. indices: indices of these texels in the
    /// block, in ascending order. Returns one value per index.
    pub(super) fn interpolated_at<const N: usize>(
        &self,
        indices: &[usize],
        values: &[[f32; N]],
    ) -> Vec<[f32; N]> {
        let mut spans = self.spans.iter().peekable();
        let value = |&index: &usize| {
            while spans.next_if(|span| span.indices.end <= index).is_some() {}
            let values = spans.peek()?.corners.map(|corner| values[corner as usize]);
            Some(mixed(values, &self.weights[index]))
        };
        indices.iter().filter_map(value).collect()
    }

    /// Interpolates values of the mesh's vertices. Returns one value per texel.
    pub(super) fn interpolated<const N: usize>(&self, values: &[[f32; N]]) -> Vec<[f32; N]> {
        let mut found = Vec::with_capacity(self.texels.len());
        for span in &self.spans {
            let values = span.corners.map(|corner| values[corner as usize]);
            found.extend(self.weights[span.indices.clone()].iter().map(|weights| mixed(values, weights)));
        }
        found
    }
}

impl<'a> Atlas<'a> {
    /// Assigns texels to triangles. If a texel's center is in no triangle, the texel is assigned to a
    /// triangle that has its center or a corner in the texel, if there is one. So small and thin triangles
    /// have colors too.
    pub(super) fn of(
        mesh: &'a Mesh,
        size: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, Cancelled> {
        let side = size as usize;
        let mut owners = vec![NOBODY; side * side];
        let bands = match rayon::current_num_threads() {
            1 => 1,
            threads => BANDS * threads,
        };
        let height = side.div_ceil(bands).max(LEAST_ROWS);
        let begun = progress_counter(on_progress, side);
        // The total area in unit squares is the mean number of triangles per texel.
        let times = area_of(&mesh.triangles, &mesh.uvs);
        let own = if times > MOST_TIMES { own_shared } else { own };
        owners.par_chunks_mut(side * height).enumerate().try_for_each(|(band, owners)| {
            begun(owners.len() / side)?;
            own(mesh, size, (band * height) as u32, owners, &|| begun(0))
        })?;
        for triangle in 0..mesh.triangles.len() as u32 {
            if (triangle as usize).is_multiple_of(STRIDE) {
                on_progress(1.0)?;
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

    /// Returns blocks of `batch` covered texels as a parallel iterator. Each block is made on the thread that
    /// uses it, so its data stays in that thread's cache.
    pub(super) fn blocks<'t>(
        &'t self,
        texels: &'t [u32],
        batch: usize,
    ) -> impl IndexedParallelIterator<Item = Block<'t>> {
        texels.par_chunks(batch.clamp(1, LARGEST_BLOCK)).map(|texels| self.block(texels))
    }

    fn block<'t>(&'t self, texels: &'t [u32]) -> Block<'t> {
        let spans: Vec<Span> = self.spans(texels).collect();
        let mut weights = Vec::with_capacity(texels.len());
        for span in &spans {
            let triangle = Weighing::of(span.corners.map(|corner| in_texels(self.mesh, self.size, corner)));
            let columns = (span.column..).take(span.indices.len());
            let centers = columns.map(|column| [column as f32 + 0.5, span.row as f32 + 0.5]);
            weights.extend(centers.map(|center| triangle.weights(center)));
        }
        Block { atlas: self, texels, spans, weights }
    }

    /// Splits a list of texels into spans.
    fn spans<'t>(&'t self, texels: &'t [u32]) -> impl Iterator<Item = Span> + 't {
        let mut first = 0;
        std::iter::from_fn(move || {
            let &texel = texels.get(first)?;
            let owner = self.owners[texel as usize];
            let (row, column) = (texel / self.size, texel % self.size);
            // The texels of a span are neighbors in the row, and also in the list.
            let in_row = (texel..).zip(&texels[first..]).take((self.size - column) as usize);
            let count = in_row
                .take_while(|&(neighbor, &texel)| neighbor == texel && self.owners[texel as usize] == owner)
                .count();
            let indices = first..first + count;
            first += count;
            Some(Span { corners: self.mesh.triangles[owner as usize], column, row, indices })
        })
    }

    /// Returns whether a texel belongs to a triangle.
    pub(super) fn is_covered(&self, texel: u32) -> bool {
        self.owners[texel as usize] != NOBODY
    }

    /// Returns the chart of each vertex. Charts have no vertex in common.
    pub(super) fn charts(&self) -> Vec<u32> {
        let count = self.mesh.positions.len();
        let mut sets = DisjointSets::new(count);
        for &[a, b, c] in &self.mesh.triangles {
            [b, c].into_iter().for_each(|other| sets.join(a, other));
        }
        (0..count as u32).map(|vertex| sets.root(vertex)).collect()
    }

    /// Returns whether each texel belongs to a triangle.
    pub(super) fn is_owned(&self) -> Vec<bool> {
        self.owners.iter().map(|&owner| owner != NOBODY).collect()
    }
}

/// Assigns the texels of some whole rows to triangles: the last triangle that covers a texel owns it. first:
/// the first row.
fn own(
    mesh: &Mesh,
    size: u32,
    first: u32,
    owners: &mut [u32],
    look: &dyn Fn() -> Result<(), Cancelled>,
) -> Result<(), Cancelled> {
    let rows = first..first + owners.len() as u32 / size;
    // Texels that may have been visited since the last call of `look`.
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

/// Assigns texels as [`own`] does. The time grows only with the number of texels and of the triangles' rows,
/// and does not depend on how many triangles overlap. Triangles are visited from last to first, and each
/// takes the covered texels that are still free.
fn own_shared(
    mesh: &Mesh,
    size: u32,
    first: u32,
    owners: &mut [u32],
    look: &dyn Fn() -> Result<(), Cancelled>,
) -> Result<(), Cancelled> {
    let height = owners.len() as u32 / size;
    let rows = first..first + height;
    // `free` holds a column for each texel and for the end of each row. The search for the next free column
    // continues from that column. A free texel holds its own column.
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
                // Path halving shortens later searches.
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

/// Returns the height in rows of the part of a triangle's bounding box that lies in the given rows, rounded
/// down.
fn rows_of(corners: [Texel; 3], rows: &Range<u32>) -> u32 {
    let low = corners.iter().fold(f32::INFINITY, |low, corner| low.min(corner[1])).max(rows.start as f32);
    let high = corners.iter().fold(f32::NEG_INFINITY, |high, corner| high.max(corner[1]));
    // Casts of floats saturate.
    (high.min(rows.end as f32) - low).max(0.0) as u32
}

/// Interpolates values of three corners by weights.
fn mixed<const N: usize>([a, b, c]: [[f32; N]; 3], [of_a, of_b, of_c]: &[f32; 3]) -> [f32; N] {
    std::array::from_fn(|axis| a[axis] * of_a + b[axis] * of_b + c[axis] * of_c)
}

/// Returns an upper bound of the number of texels in the given rows whose centers lie in a triangle's
/// bounding box.
fn box_of(corners: [Texel; 3], size: u32, rows: &Range<u32>) -> u64 {
    let side = |axis: usize, first: u32, end: u32| {
        let low = corners.iter().fold(f32::INFINITY, |low, corner| low.min(corner[axis])).max(first as f32);
        let high = corners.iter().fold(f32::NEG_INFINITY, |high, corner| high.max(corner[axis]));
        // Casts of floats saturate.
        (high.min(end as f32) - low).max(0.0) as u64 + 1
    };
    side(0, 0, size) * side(1, rows.start, rows.end)
}

/// Returns a triangle's corners in texels.
fn corners(mesh: &Mesh, size: u32, triangle: u32) -> [Texel; 3] {
    mesh.triangles[triangle as usize].map(|corner| in_texels(mesh, size, corner))
}

/// Returns a vertex's texture coordinates in texels.
fn in_texels(mesh: &Mesh, size: u32, vertex: u32) -> Texel {
    mesh.uvs[vertex as usize].map(|part| part * size as f32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use proptest::prelude::*;

    use super::*;
    use crate::error::no_progress;

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
                    give(&mesh, size, (band * rows) as u32, owners, &|| no_progress(0.0)).unwrap();
                }
                owners
            };
            prop_assert_eq!(of(own), of(own_shared));
        }
    }
}
