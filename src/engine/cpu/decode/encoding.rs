//! Features of planes and grids at sixteen points, and their slopes.

use std::ops::RangeInclusive;

use super::super::panel::{Panel, WIDTH, load, store};
use super::super::simd::{LANES, Lanes, Quad, Row};

/// A plane or a grid. Channels are the last axis and are padded to quads, which are groups of four.
pub(super) struct EncodingPart {
    cells: Vec<[f32; 4]>,
    /// Stored samples along an axis. There are at least 2, so that every point has an upper neighbor.
    stored: usize,
    /// Quads per cell.
    pub(super) quads: usize,
    /// Number of features.
    pub(super) channels: usize,
    /// Scale of the index: index = coordinate · scale + shift, clamped to [0, limit]. The coordinate is in
    /// object space.
    scale: f32,
    shift: f32,
    limit: f32,
    /// Axes whose coordinates index the samples: column, row and, for a grid, slice.
    axes: [usize; 3],
    is_grid: bool,
}

/// The positions of sixteen points along one axis of a part.
struct Axis {
    /// Index of the lower neighbor.
    lower: [i32; WIDTH],
    /// Weights of the lower and upper neighbors.
    weights: [Panel; 2],
    /// Derivative of the index with respect to the coordinate; 0 where the index is clamped.
    slope: Panel,
}

impl Axis {
    /// The initial value, before points are located.
    const NOWHERE: Self = Self { lower: [0; WIDTH], weights: [[0.0; WIDTH]; 2], slope: [0.0; WIDTH] };

    /// Returns the lower neighbor of a point.
    #[inline(always)]
    fn lower(&self, point: usize) -> usize {
        self.lower[point] as usize
    }

    /// Returns the two weights of a point, each four times.
    #[inline(always)]
    fn quads<L: Lanes>(&self, point: usize) -> [L::Quad; 2] {
        [L::Quad::splat(self.weights[0][point]), L::Quad::splat(self.weights[1][point])]
    }
}

/// The output of sampling: features, and slopes if requested.
pub(super) struct Features<'a> {
    /// Features, [features].
    pub(super) values: &'a mut [Panel],
    /// Slopes, [features], along each of the part's axes.
    pub(super) slopes: &'a mut [Vec<Panel>],
    /// Workspace for one part: the quads of sixteen points, first of its values and then of the slopes along
    /// each of its axes.
    pub(super) room: &'a mut Vec<[[f32; 4]; WIDTH]>,
}

impl EncodingPart {
    /// Stores a plane [r, r, c] whose samples are at cell centers. axes: the axes of the coordinates that
    /// index the plane (column, row).
    pub(super) fn plane(values: &[f32], resolution: usize, channels: usize, axes: [usize; 2]) -> Self {
        let size = resolution as f32;
        let (cells, stored) = store_cells(values, resolution, channels, 2);
        Self {
            cells,
            stored,
            quads: channels.div_ceil(4),
            channels,
            scale: size / 2.0,
            shift: (size - 1.0) / 2.0,
            limit: size - 1.0,
            axes: [axes[0], axes[1], 0],
            is_grid: false,
        }
    }

    /// Stores a grid [r, r, r, c] (z, y, x) whose first and last samples are at −1 and 1.
    pub(super) fn grid(values: &[f32], resolution: usize, channels: usize) -> Self {
        let half = (resolution as f32 - 1.0) / 2.0;
        let (cells, stored) = store_cells(values, resolution, channels, 3);
        Self {
            cells,
            stored,
            quads: channels.div_ceil(4),
            channels,
            scale: half,
            shift: half,
            limit: 2.0 * half,
            axes: [0, 1, 2],
            is_grid: true,
        }
    }

    /// Returns the axes whose coordinates index the samples.
    pub(super) fn axes(&self) -> &[usize] {
        if self.is_grid { &self.axes } else { &self.axes[..2] }
    }

    /// Returns the continuous index of a coordinate, clamped.
    pub(super) fn index(&self, coordinate: f32) -> f32 {
        (coordinate * self.scale + self.shift).clamp(0.0, self.limit)
    }

    /// Returns the last stored index of an axis.
    pub(super) fn last(&self) -> usize {
        self.stored - 1
    }

    /// Returns the quads of adjacent cells of one row.
    pub(super) fn cells(&self, slice: usize, row: usize, columns: RangeInclusive<usize>) -> &[[f32; 4]] {
        let start = (slice * self.stored + row) * self.stored;
        &self.cells[(start + columns.start()) * self.quads..(start + columns.end() + 1) * self.quads]
    }

    /// Locates sixteen points along an axis.
    #[inline(always)]
    fn locate<L: Lanes>(&self, coordinates: &Panel, axis: &mut Axis) {
        let zero = L::splat(0.0);
        let (mut above, mut below, mut slopes) = ([zero; 2], [zero; 2], [zero; 2]);
        let (lower, _) = axis.lower.as_chunks_mut::<LANES>();
        for (half, coordinate) in load::<L>(coordinates).into_iter().enumerate() {
            let index = coordinate.multiply_add(L::splat(self.scale), L::splat(self.shift));
            let clamped = index.maximum(zero).minimum(L::splat(self.limit));
            // The lower neighbor is never the last sample, so there is always an upper neighbor. A NaN
            // coordinate gets the lower neighbor 0 and NaN weights.
            let floor = zero.maximum(clamped).floor_positive().minimum(L::splat(self.stored as f32 - 2.0));
            floor.to_integers(&mut lower[half]);
            above[half] = clamped.subtract(floor);
            below[half] = L::splat(1.0).subtract(above[half]);
            slopes[half] = index.inside(L::splat(self.limit)).multiply(L::splat(self.scale));
        }
        store(below, &mut axis.weights[0]);
        store(above, &mut axis.weights[1]);
        store(slopes, &mut axis.slope);
    }

    /// Writes the part's features of sixteen points, with slopes along each of its axes if `SLOPES`.
    #[inline(always)]
    pub(super) fn sample<L: Lanes, const SLOPES: bool>(
        &self,
        coordinates: &[Panel; 3],
        features: &mut Features<'_>,
        first: usize,
    ) {
        let kinds = if SLOPES { 1 + self.axes().len() } else { 1 };
        features.room.resize(kinds * self.quads, [[0.0; 4]; WIDTH]);
        let mut axes = [Axis::NOWHERE; 3];
        for (axis, &coordinate) in axes.iter_mut().zip(self.axes()) {
            self.locate::<L>(&coordinates[coordinate], axis);
        }
        if self.is_grid {
            self.sample_grid::<L, SLOPES>(&axes, features.room);
        } else {
            self.sample_plane::<L, SLOPES>(&axes, features.room);
        }
        let range = first..first + self.channels;
        let mut rooms = features.room.chunks_exact(self.quads);
        if let Some(room) = rooms.next() {
            write_columns::<L::Row>(room, None, &mut features.values[range.clone()]);
        }
        if SLOPES {
            for ((room, axis), panels) in rooms.zip(&axes).zip(features.slopes.iter_mut()) {
                write_columns::<L::Row>(room, Some(&axis.slope), &mut panels[range.clone()]);
            }
        }
    }

    /// Fills the workspace with the quads of a plane.
    #[inline(always)]
    fn sample_plane<L: Lanes, const SLOPES: bool>(
        &self,
        [columns, rows, _]: &[Axis; 3],
        room: &mut [[[f32; 4]; WIDTH]],
    ) {
        let (quads, line) = (self.quads, self.stored * self.quads);
        let (values, slopes) = room.split_at_mut(quads);
        let (across, along) = slopes.split_at_mut(if SLOPES { quads } else { 0 });
        for point in 0..WIDTH {
            let [left, right] = columns.quads::<L>(point);
            let [top, bottom] = rows.quads::<L>(point);
            let start = (rows.lower(point) * self.stored + columns.lower(point)) * quads;
            let pairs =
                [&self.cells[start..start + 2 * quads], &self.cells[start + line..start + line + 2 * quads]];
            let weights =
                [left.multiply(top), right.multiply(top), left.multiply(bottom), right.multiply(bottom)];
            // The usual widths are unrolled.
            match quads {
                1 => blend::<L, 1>(pairs, weights, values, point),
                2 => blend::<L, 2>(pairs, weights, values, point),
                3 => blend::<L, 3>(pairs, weights, values, point),
                4 => blend::<L, 4>(pairs, weights, values, point),
                _ => {
                    for quad in 0..quads {
                        let pairs = pairs.map(|pair| [pair[quad], pair[quads + quad]]);
                        let pairs = [pairs[0].as_slice(), pairs[1].as_slice()];
                        blend::<L, 1>(pairs, weights, &mut values[quad..=quad], point);
                    }
                }
            }
            if SLOPES {
                for quad in 0..quads {
                    let [[a, b], [c, d]] = [
                        [L::Quad::load(&pairs[0][quad]), L::Quad::load(&pairs[0][quads + quad])],
                        [L::Quad::load(&pairs[1][quad]), L::Quad::load(&pairs[1][quads + quad])],
                    ];
                    let u = b.subtract(a).multiply(top);
                    d.subtract(c).multiply_add(bottom, u).store(&mut across[quad][point]);
                    let v = c.subtract(a).multiply(left);
                    d.subtract(b).multiply_add(right, v).store(&mut along[quad][point]);
                }
            }
        }
    }

    /// Fills the workspace with the quads of a grid.
    #[inline(always)]
    fn sample_grid<L: Lanes, const SLOPES: bool>(
        &self,
        [columns, rows, slices]: &[Axis; 3],
        room: &mut [[[f32; 4]; WIDTH]],
    ) {
        let (quads, line) = (self.quads, self.stored * self.quads);
        let zero = L::Quad::splat(0.0);
        for point in 0..WIDTH {
            let (x, y, z) = (columns.quads::<L>(point), rows.quads::<L>(point), slices.quads::<L>(point));
            let (slice, row) = (slices.lower(point), rows.lower(point));
            let start = ((slice * self.stored + row) * self.stored + columns.lower(point)) * quads;
            let pair = |offset: usize| self.cells[start + offset..start + offset + 2 * quads].split_at(quads);
            let slab = self.stored * line;
            let pairs = [pair(0), pair(line), pair(slab), pair(slab + line)];
            for quad in 0..quads {
                let mut sums = [zero; 4];
                for (index, (low, high)) in pairs.into_iter().enumerate() {
                    let (low, high) = (L::Quad::load(&low[quad]), L::Quad::load(&high[quad]));
                    let (wy, wz) = (y[index & 1], z[index >> 1]);
                    let both = wy.multiply(wz);
                    let along = high.multiply_add(x[1], low.multiply(x[0]));
                    sums[0] = along.multiply_add(both, sums[0]);
                    if SLOPES {
                        let (sy, sz) =
                            (L::Quad::splat([-1.0, 1.0][index & 1]), L::Quad::splat([-1.0, 1.0][index >> 1]));
                        sums[1] = high.subtract(low).multiply_add(both, sums[1]);
                        sums[2] = along.multiply(sy).multiply_add(wz, sums[2]);
                        sums[3] = along.multiply(sz).multiply_add(wy, sums[3]);
                    }
                }
                let kept = if SLOPES { 4 } else { 1 };
                for (kind, sum) in sums.into_iter().enumerate().take(kept) {
                    let points = &mut room[kind * quads + quad];
                    sum.store(&mut points[point]);
                }
            }
        }
    }
}

/// Computes the weighted sum of four cells of Q quads: two neighbors in each of two rows.
#[inline(always)]
fn blend<L: Lanes, const Q: usize>(
    pairs: [&[[f32; 4]]; 2],
    weights: [L::Quad; 4],
    values: &mut [[[f32; 4]; WIDTH]],
    point: usize,
) {
    let [top, bottom] = pairs.map(|pair| pair.as_chunks::<Q>().0);
    let (Some([a, b]), Some([c, d])) = (top.first_chunk::<2>(), bottom.first_chunk::<2>()) else { return };
    let Some(values) = values.first_chunk_mut::<Q>() else { return };
    for quad in 0..Q {
        let mut sum = L::Quad::load(&a[quad]).multiply(weights[0]);
        sum = L::Quad::load(&b[quad]).multiply_add(weights[1], sum);
        sum = L::Quad::load(&c[quad]).multiply_add(weights[2], sum);
        sum = L::Quad::load(&d[quad]).multiply_add(weights[3], sum);
        sum.store(&mut values[quad][point]);
    }
}

/// Transposes quads of points to panels of features, and multiplies them by one factor per point if `factor`
/// is given.
#[inline(always)]
fn write_columns<W: Row>(room: &[[[f32; 4]; WIDTH]], factor: Option<&Panel>, panels: &mut [Panel]) {
    for (points, panels) in room.iter().zip(panels.chunks_mut(4)) {
        let columns = W::columns(points);
        for (column, panel) in columns.into_iter().zip(panels) {
            match factor {
                Some(factor) => column.multiply(W::load(factor)).store(panel),
                None => column.store(panel),
            }
        }
    }
}

/// Copies samples and pads channels to quads. A single sample is stored twice along each axis.
fn store_cells(
    values: &[f32],
    resolution: usize,
    channels: usize,
    dimensions: u32,
) -> (Vec<[f32; 4]>, usize) {
    if resolution == 1 {
        let once: Vec<f32> = values.to_vec();
        return (quads(&once.repeat(1 << dimensions), channels), 2);
    }
    (quads(values, channels), resolution)
}

fn quads(values: &[f32], channels: usize) -> Vec<[f32; 4]> {
    if channels.is_multiple_of(4) {
        return values.as_chunks::<4>().0.to_vec();
    }
    let mut cells = Vec::with_capacity(values.len() / channels.max(1) * channels.div_ceil(4));
    for cell in values.chunks(channels.max(1)) {
        for part in cell.chunks(4) {
            let mut quad = [0.0; 4];
            quad[..part.len()].copy_from_slice(part);
            cells.push(quad);
        }
    }
    cells
}
