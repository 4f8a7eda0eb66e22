//! Triangles that may be transparent. For each sample, the nearest few of them are kept, in order of
//! distance.

use super::raster::{BAND, Bins, Corner, Edges, TRIANGLES_BETWEEN_REPORTS, bins};
use crate::error::{Cancelled, ProgressCounter};

/// Largest number of transparent triangles per sample. Beyond it, the farthest ones are left out.
const MOST: usize = 8;

/// The triangles, sorted by the rows that they cover.
pub(super) struct Layers {
    bins: Bins,
    triangles: Vec<[u32; 3]>,
}

/// The transparent triangles at one sample.
#[derive(Clone, Copy)]
pub(super) struct Fragments {
    count: usize,
    /// Nearness and index of each triangle, the nearest first.
    held: [(f32, u32); MOST],
}

impl Layers {
    /// Sorts triangles by rows. Returns `None` if every triangle is degenerate. height: rows of samples.
    pub(super) fn new(corners: &[Corner], triangles: &[[u32; 3]], height: usize) -> Option<Self> {
        let has_any = triangles.iter().any(|[a, b, c]| a != b && b != c);
        has_any.then(|| Self { bins: bins(corners, triangles, height), triangles: triangles.to_vec() })
    }

    /// Returns the triangles at each sample of a row that are nearer than the opaque surface; `None` if no
    /// triangle reaches the row's band. begun: called with 0 at intervals, to report that the work continues.
    /// Errors: `Cancelled`.
    pub(super) fn of_row(
        &self,
        corners: &[Corner],
        row: usize,
        opaque: &[f32],
        begun: ProgressCounter<'_>,
    ) -> Result<Option<Vec<Fragments>>, Cancelled> {
        let numbers = self.bins.of(row / BAND);
        if numbers.is_empty() {
            return Ok(None);
        }
        let mut found = vec![Fragments { count: 0, held: [(f32::NEG_INFINITY, 0); MOST] }; opaque.len()];
        for numbers in numbers.chunks(TRIANGLES_BETWEEN_REPORTS) {
            begun(0)?;
            for &number in numbers {
                let Some(edges) = Edges::new(corners, self.triangles[number as usize]) else { continue };
                edges.each_of_row(row, opaque.len(), |column, nearness| {
                    if nearness > opaque[column] {
                        found[column].insert(nearness, number);
                    }
                });
            }
        }
        Ok(Some(found))
    }
}

impl Fragments {
    fn insert(&mut self, nearness: f32, triangle: u32) {
        // Among equally near triangles the first stays in front.
        let place = self.held[..self.count].partition_point(|(other, _)| *other >= nearness);
        if place >= MOST {
            return;
        }
        self.count = (self.count + 1).min(MOST);
        self.held[place..self.count].rotate_right(1);
        self.held[place] = (nearness, triangle);
    }

    pub(super) fn nearest_first(&self) -> impl Iterator<Item = u32> {
        self.held[..self.count].iter().map(|(_, triangle)| *triangle)
    }
}
