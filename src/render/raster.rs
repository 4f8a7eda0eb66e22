//! Which triangle is seen at each sample of a picture.
//!
//! Corners are snapped to 1/256 of a sample and edges are evaluated in integers, so two triangles that share an edge
//! leave no gap between them. Rows are worked in bands, each by one thread, triangles in their order: the result does
//! not depend on the number of threads.

use rayon::prelude::*;

use crate::error::{Cancelled, Counter};

/// No triangle.
pub(super) const NOTHING: u32 = u32::MAX;
/// Steps of a snapped coordinate in one sample.
const STEPS: f32 = 256.0;
/// Rows a band. 16, 32 and 64 measured alike on 1024 rows; 32 leaves work for 16 threads.
pub(super) const BAND: usize = 32;

/// A corner on the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// Samples from the left and from the top, times [`STEPS`].
    x: i32,
    y: i32,
    /// Grows towards the eye, and is linear over the picture: the inverse of the distance in a perspective.
    pub(super) nearness: f32,
    /// Whether it lies in front of the camera.
    visible: bool,
}

impl Corner {
    /// A corner at this place of the picture, in samples.
    pub(super) fn new(x: f32, y: f32, nearness: f32) -> Self {
        // Beyond this the products of two edges could leave 64 bits; pictures end far before.
        const LIMIT: f32 = (1 << 29) as f32;
        let snap = |number: f32| (number * STEPS).round().clamp(-LIMIT, LIMIT) as i32;
        Self { x: snap(x), y: snap(y), nearness, visible: true }
    }

    /// This corner as it lies on a picture that begins so many rows of samples further down.
    pub(super) fn up(self, rows: usize) -> Self {
        let steps = i32::try_from(rows as i64 * STEPS as i64).unwrap_or(i32::MAX);
        Self { y: self.y.saturating_sub(steps), ..self }
    }

    /// A corner that cannot be drawn: triangles that touch it are left out.
    pub(super) const fn hidden() -> Self {
        Self { x: 0, y: 0, nearness: 0.0, visible: false }
    }
}

/// For each sample, row by row from the top: the nearest triangle, or [`NOTHING`], and how near it is.
#[derive(Default)]
pub(super) struct Visibility {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) triangles: Vec<u32>,
    pub(super) nearness: Vec<f32>,
}

/// Three edges of a triangle, made counter-clockwise in integers.
#[derive(Clone, Copy)]
pub(super) struct Edges {
    corners: [Corner; 3],
    /// Twice the area.
    area: i64,
    /// Whether corners 1 and 2 were exchanged.
    flipped: bool,
}

impl Edges {
    pub(super) fn new(corners: &[Corner], triangle: [u32; 3]) -> Option<Self> {
        let [a, b, c] = triangle.map(|index| corners[index as usize]);
        let area = edge(a, b, i64::from(c.x), i64::from(c.y));
        if area == 0 || !(a.visible && b.visible && c.visible) {
            return None;
        }
        let flipped = area < 0;
        Some(Self { corners: if flipped { [a, c, b] } else { [a, b, c] }, area: area.abs(), flipped })
    }

    /// The weight of each corner at a sample, times the area. All are at least zero within.
    fn weights(&self, x: usize, y: usize) -> [i64; 3] {
        let [a, b, c] = self.corners;
        let (x, y) = (centre(x), centre(y));
        [edge(b, c, x, y), edge(c, a, x, y), edge(a, b, x, y)]
    }

    /// The samples from first to last, before `limit`, whose centres may lie within on one axis.
    fn range(&self, axis: fn(&Corner) -> i32, limit: usize) -> std::ops::Range<usize> {
        let [a, b, c] = self.corners.map(|corner| axis(&corner));
        let (low, high) = (a.min(b).min(c), a.max(b).max(c));
        let half = STEPS as i32 / 2;
        let first = (low - half).max(0) as usize;
        let last = (high - half).max(-1);
        first.div_ceil(STEPS as usize)..((last.div_euclid(STEPS as i32) + 1) as usize).min(limit)
    }
}

/// Twice the signed area of (from, to, point).
fn edge(from: Corner, to: Corner, x: i64, y: i64) -> i64 {
    let (from_x, from_y) = (i64::from(from.x), i64::from(from.y));
    (i64::from(to.x) - from_x) * (y - from_y) - (i64::from(to.y) - from_y) * (x - from_x)
}

/// The middle of a sample, in steps.
fn centre(sample: usize) -> i64 {
    sample as i64 * STEPS as i64 + STEPS as i64 / 2
}

/// Weights of a triangle's corners at a sample, in the triangle's own order, linear over the picture; they sum to one.
pub(super) fn picture_weights(corners: &[Corner], triangle: [u32; 3], x: usize, y: usize) -> [f32; 3] {
    let Some(edges) = Edges::new(corners, triangle) else { return [1.0, 0.0, 0.0] };
    let [a, b, c] = edges.weights(x, y).map(|weight| weight as f32 / edges.area as f32);
    if edges.flipped { [a, c, b] } else { [a, b, c] }
}

impl Edges {
    /// Every sample of a row that the triangle covers, and how near it is there. width: samples of the row.
    pub(super) fn each_of_row(&self, row: usize, width: usize, mut visit: impl FnMut(usize, f32)) {
        if !self.range(|corner| corner.y, row + 1).contains(&row) {
            return;
        }
        let per_weight = self.corners.map(|corner| corner.nearness / self.area as f32);
        for column in self.range(|corner| corner.x, width) {
            let weights = self.weights(column, row);
            if weights[0] | weights[1] | weights[2] >= 0 {
                visit(column, (0..3).map(|corner| weights[corner] as f32 * per_weight[corner]).sum());
            }
        }
    }
}

/// Triangles that a thread draws between two reports: in a band of 16,384 samples they take at most about 30 ms.
pub(super) const TRIANGLES_BETWEEN_REPORTS: usize = 64;

/// Finds the nearest triangle of each sample. Among equally near ones the first wins. begun: told that the work goes on.
/// Errors: `Cancelled`.
pub(super) fn rasterize(
    corners: &[Corner],
    triangles: &[[u32; 3]],
    width: usize,
    height: usize,
    begun: Counter<'_>,
) -> Result<Visibility, Cancelled> {
    let bands = bins(corners, triangles, height);
    let mut visibility = Visibility {
        width,
        height,
        triangles: vec![NOTHING; width * height],
        nearness: vec![f32::NEG_INFINITY; width * height],
    };
    let rows = visibility
        .triangles
        .par_chunks_mut(width * BAND)
        .zip(visibility.nearness.par_chunks_mut(width * BAND));
    rows.enumerate().try_for_each(|(band, (seen, nearness))| {
        for indices in bands.of(band).chunks(TRIANGLES_BETWEEN_REPORTS) {
            begun(0)?;
            for &index in indices {
                if let Some(edges) = Edges::new(corners, triangles[index as usize]) {
                    fill(&edges, index, band * BAND, width, seen, nearness);
                }
            }
        }
        Ok(())
    })?;
    Ok(visibility)
}

/// Draws one triangle into the rows of a band that starts at row `top`.
fn fill(edges: &Edges, index: u32, top: usize, width: usize, seen: &mut [u32], nearness: &mut [f32]) {
    let columns = edges.range(|corner| corner.x, width);
    let rows = edges.range(|corner| corner.y, top + seen.len() / width);
    if columns.is_empty() {
        return;
    }
    let [a, b, c] = edges.corners;
    // Weight 0 belongs to edge b → c, and so on round; moving one sample right lowers it by the edge's height.
    let step = [c.y - b.y, a.y - c.y, b.y - a.y].map(|height| -i64::from(height) * STEPS as i64);
    let per_weight = [a, b, c].map(|corner| corner.nearness / edges.area as f32);
    for row in rows.start.max(top)..rows.end {
        let mut weights = edges.weights(columns.start, row);
        let start = (row - top) * width;
        for sample in start + columns.start..start + columns.end {
            if weights[0] | weights[1] | weights[2] >= 0 {
                let near = weights[0] as f32 * per_weight[0]
                    + weights[1] as f32 * per_weight[1]
                    + weights[2] as f32 * per_weight[2];
                if near > nearness[sample] {
                    nearness[sample] = near;
                    seen[sample] = index;
                }
            }
            weights = [weights[0] + step[0], weights[1] + step[1], weights[2] + step[2]];
        }
    }
}

/// Triangles sorted into bands of rows, in their order within each.
pub(super) struct Bins {
    starts: Vec<usize>,
    triangles: Vec<u32>,
}

impl Bins {
    pub(super) fn of(&self, band: usize) -> &[u32] {
        &self.triangles[self.starts[band]..self.starts[band + 1]]
    }
}

pub(super) fn bins(corners: &[Corner], triangles: &[[u32; 3]], height: usize) -> Bins {
    let count = height.div_ceil(BAND);
    let spans: Vec<std::ops::Range<u32>> = triangles
        .par_iter()
        .map(|&triangle| {
            let rows =
                Edges::new(corners, triangle).map_or(0..0, |edges| edges.range(|corner| corner.y, height));
            if rows.is_empty() {
                0..0
            } else {
                (rows.start / BAND) as u32..((rows.end - 1) / BAND + 1) as u32
            }
        })
        .collect();
    let mut starts = vec![0; count + 1];
    for band in spans.iter().cloned().flatten() {
        starts[band as usize + 1] += 1;
    }
    for band in 0..count {
        starts[band + 1] += starts[band];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0; starts[count]];
    for (triangle, span) in spans.into_iter().enumerate() {
        for band in span {
            sorted[next[band as usize]] = triangle as u32;
            next[band as usize] += 1;
        }
    }
    Bins { starts, triangles: sorted }
}
