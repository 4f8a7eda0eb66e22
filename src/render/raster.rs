//! Determines the visible triangle at each sample of a picture.
//!
//! Corners are snapped to 1/256 of a sample, and edges are evaluated in integers. So two triangles that share
//! an edge leave no gap between them. Each band of rows is processed by one thread, with triangles in their
//! order. Thus the result does not depend on the number of threads.

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCounter};

/// The index that stands for no triangle.
pub(super) const NOTHING: u32 = u32::MAX;
/// Steps of a snapped coordinate per sample.
const STEPS: f32 = 256.0;
/// Rows per band. 16, 32 and 64 were equally fast for 1024 rows; 32 leaves work for 16 threads.
pub(super) const BAND: usize = 32;

/// A projected corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// Samples from the left and from the top, times [`STEPS`].
    x: i32,
    y: i32,
    /// Nearness: it grows towards the eye and is linear over the picture. In a perspective projection it is
    /// the inverse of the distance.
    pub(super) nearness: f32,
    /// Whether it lies in front of the camera.
    visible: bool,
}

impl Corner {
    /// Creates a corner at this place of the picture, in samples.
    pub(super) fn new(x: f32, y: f32, nearness: f32) -> Self {
        // Beyond this limit the products of two edges could overflow 64 bits. Pictures are far smaller.
        const LIMIT: f32 = (1 << 29) as f32;
        let snap = |number: f32| (number * STEPS).round().clamp(-LIMIT, LIMIT) as i32;
        Self { x: snap(x), y: snap(y), nearness, visible: true }
    }

    /// Returns this corner relative to a strip that begins `rows` rows of samples further down.
    pub(super) fn up(self, rows: usize) -> Self {
        let steps = i32::try_from(rows as i64 * STEPS as i64).unwrap_or(i32::MAX);
        Self { y: self.y.saturating_sub(steps), ..self }
    }

    /// Returns a corner that cannot be drawn: triangles with such a corner are left out.
    pub(super) const fn hidden() -> Self {
        Self { x: 0, y: 0, nearness: 0.0, visible: false }
    }
}

/// For each sample, row by row from the top: the nearest triangle, or [`NOTHING`], and its nearness.
#[derive(Default)]
pub(super) struct Visibility {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) triangles: Vec<u32>,
    pub(super) nearness: Vec<f32>,
}

/// The three edges of a triangle in integers, oriented counter-clockwise.
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

    /// Returns the weight of each corner at a sample, times twice the area. Inside the triangle all are at
    /// least zero.
    fn weights(&self, x: usize, y: usize) -> [i64; 3] {
        let [a, b, c] = self.corners;
        let (x, y) = (center(x), center(y));
        [edge(b, c, x, y), edge(c, a, x, y), edge(a, b, x, y)]
    }

    /// Returns the range of samples along one axis, below `limit`, whose centers may lie in the triangle.
    fn range(&self, axis: fn(&Corner) -> i32, limit: usize) -> std::ops::Range<usize> {
        let [a, b, c] = self.corners.map(|corner| axis(&corner));
        let (low, high) = (a.min(b).min(c), a.max(b).max(c));
        let half = STEPS as i32 / 2;
        let first = (low - half).max(0) as usize;
        let last = (high - half).max(-1);
        first.div_ceil(STEPS as usize)..((last.div_euclid(STEPS as i32) + 1) as usize).min(limit)
    }
}

/// Returns twice the signed area of (from, to, point).
fn edge(from: Corner, to: Corner, x: i64, y: i64) -> i64 {
    let (from_x, from_y) = (i64::from(from.x), i64::from(from.y));
    (i64::from(to.x) - from_x) * (y - from_y) - (i64::from(to.y) - from_y) * (x - from_x)
}

/// Returns the center of a sample, in steps.
fn center(sample: usize) -> i64 {
    sample as i64 * STEPS as i64 + STEPS as i64 / 2
}

/// Returns the weights of a triangle's corners at a sample, in the triangle's own order. They are linear over
/// the picture and sum to one. A triangle without area has the weights [1, 0, 0].
pub(super) fn picture_weights(corners: &[Corner], triangle: [u32; 3], x: usize, y: usize) -> [f32; 3] {
    let Some(edges) = Edges::new(corners, triangle) else { return [1.0, 0.0, 0.0] };
    let [a, b, c] = edges.weights(x, y).map(|weight| weight as f32 / edges.area as f32);
    if edges.flipped { [a, c, b] } else { [a, b, c] }
}

impl Edges {
    /// Visits every sample of a row that the triangle covers, with the nearness there. width: samples of the
    /// row.
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

/// Triangles that a thread draws between two progress reports. In a band that is 16,384 samples wide, they
/// take at most about 30 ms.
pub(super) const TRIANGLES_BETWEEN_REPORTS: usize = 64;

/// Finds the nearest triangle of each sample. Among equally near triangles the first one wins. begun: called
/// with 0 at intervals, to report that the work continues. Errors: `Cancelled`.
pub(super) fn rasterize(
    corners: &[Corner],
    triangles: &[[u32; 3]],
    width: usize,
    height: usize,
    begun: ProgressCounter<'_>,
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
    // Weight 0 belongs to the edge b → c, and so on. One sample to the right, a weight decreases by the
    // height of its edge times `STEPS`.
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

/// Triangles sorted into bands of rows, in their order within each band.
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
