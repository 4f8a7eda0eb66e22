//! Values of a surface at the texels of an atlas: evaluated at every few texels, and interpolated between
//! them.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, progress_counter};

use super::TextureError;
use super::atlas::{Atlas, Block};
use super::bake_source::same_length;

/// Smallest sum of the bilinear weights of the samples in a texel's chart. With less, the texel is evaluated.
const LEAST_WEIGHT: f32 = 0.25;
/// Smallest sum of these weights at which no sample is missing. Rounding errors can make the sum a little
/// smaller than 1.
const ALL_WEIGHTS: f32 = 0.999;
/// The chart of a texel without a triangle, or with a value that is not finite.
const NO_CHART: u32 = u32::MAX;

/// How a grid is evaluated and interpolated.
#[derive(Clone, Debug)]
pub(super) struct GridOptions {
    /// Texels between two samples. If it is 1, every texel is evaluated.
    pub(super) step: u32,
    /// Whether a texel without near samples takes the values of the nearest sample of its chart within two
    /// steps. This is for values that change slowly over the surface. Otherwise such a texel is evaluated.
    pub(super) is_smooth: bool,
    /// The values that have sharp edges.
    pub(super) with_edges: Range<usize>,
    /// Largest difference of a value with sharp edges between the samples of an interpolation. Where it is
    /// larger, or where one of the four samples is missing, the texel is reported in [`Values::uneven`].
    pub(super) tolerance: f32,
}

/// The values at one texel.
#[derive(Clone, Copy)]
struct Sample<const N: usize> {
    values: [f32; N],
    chart: u32,
}

/// The values at each texel whose column and row are multiples of a step.
pub(super) struct Grid<const N: usize> {
    options: GridOptions,
    /// The chart of each vertex.
    charts: Arc<[u32]>,
    /// For each column or row of texels: the preceding column or row of samples, and the fraction of the way
    /// to the next one.
    places: Vec<(u32, f32)>,
    /// Samples along a side, with one more after the last column and row. That one has no chart.
    side: usize,
    /// Row by row. The list is empty if the step is 1: then each texel is evaluated.
    samples: Vec<Sample<N>>,
    /// For each sample and the three samples to its right, below it, and below to its right: their chart if
    /// all four have the same one, and if their values with sharp edges differ by at most the tolerance. Else
    /// `NO_CHART`.
    cells: Vec<u32>,
}

/// The values at the texels of a block.
pub(super) struct Values<const N: usize> {
    /// One per texel.
    pub(super) of_texels: Vec<[f32; N]>,
    /// Indices of the texels where an edge may pass between the samples, so the interpolation of the values
    /// with sharp edges does not hold.
    pub(super) uneven: Vec<usize>,
}

impl<const N: usize> Grid<N> {
    /// Evaluates every texel whose column and row are multiples of the step. batch: the largest number of
    /// texels in a block that `evaluate` gets. Errors: those of `evaluate`, and `Answers`, `Cancelled`.
    pub(super) fn of<E: From<TextureError> + From<Cancelled> + Send>(
        atlas: &Atlas<'_>,
        charts: Arc<[u32]>,
        options: GridOptions,
        batch: usize,
        evaluate: impl Fn(&Block<'_>, ProgressCallback<'_>) -> Result<Vec<[f32; N]>, E> + Sync,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, E> {
        let (size, step) = (atlas.size, options.step);
        let places = (0..size).map(|place| (place / step, (place % step) as f32 / step as f32)).collect();
        let side = size.div_ceil(step) as usize + 1;
        let mut grid = Self { options, charts, places, side, samples: Vec::new(), cells: Vec::new() };
        if step == 1 {
            return Ok(grid);
        }
        let every = || (0..size).step_by(step as usize);
        let texels: Vec<u32> = every()
            .flat_map(|row| every().map(move |column| row * size + column))
            .filter(|&texel| atlas.is_covered(texel))
            .collect();
        let begun = progress_counter(on_progress, texels.len());
        let evaluated = atlas.blocks(&texels, batch).map(|block| {
            begun(block.texels.len())?;
            let values = evaluate(&block, &|_| begun(0))?;
            same_length(block.texels.len(), values.len())?;
            let mut samples = Vec::with_capacity(values.len());
            for span in &block.spans {
                let chart = grid.charts[span.corners[0] as usize];
                samples.extend(values[span.indices.clone()].iter().map(|&values| {
                    let is_known = values.iter().all(|value| value.is_finite());
                    Sample { values, chart: if is_known { chart } else { NO_CHART } }
                }));
            }
            Ok((block.texels, samples))
        });
        let evaluated = evaluated.collect::<Result<Vec<_>, E>>()?;
        let mut samples = vec![Sample { values: [0.0; N], chart: NO_CHART }; side * side];
        for (texels, found) in evaluated {
            for (&texel, sample) in texels.iter().zip(found) {
                let [column, row] = [texel % size / step, texel / size / step];
                samples[row as usize * side + column as usize] = sample;
            }
        }
        grid.samples = samples;
        grid.cells = (0..grid.samples.len()).into_par_iter().map(|first| grid.cell(first)).collect();
        Ok(grid)
    }

    /// Returns the chart of four samples; see [`Grid::cells`]. first: the index of the first of them.
    fn cell(&self, first: usize) -> u32 {
        let chart = self.samples[first].chart;
        let others = [first + 1, first + self.side, first + self.side + 1];
        let is_in_chart = |index: &usize| self.samples.get(*index).is_some_and(|other| other.chart == chart);
        if chart == NO_CHART || !others.iter().all(is_in_chart) {
            return NO_CHART;
        }
        let is_even = self.options.with_edges.clone().all(|part| {
            let value = |index: usize| self.samples[index].values[part];
            let ends = |[low, high]: [f32; 2], index: usize| [low.min(value(index)), high.max(value(index))];
            let [low, high] = others.into_iter().fold([value(first); 2], ends);
            high - low <= self.options.tolerance
        });
        if is_even { chart } else { NO_CHART }
    }

    /// Replaces some of the values of each sample by their weighted mean over the sample and its eight
    /// neighbors in the same chart. They must be values without sharp edges. side_weight: the weight of each
    /// of the two neighbors along a column or a row, at most 0.25, if both are in the chart. The sample has
    /// the rest of 1. Errors: `Cancelled`.
    pub(super) fn smooth(
        &mut self,
        some: Range<usize>,
        side_weight: f32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), Cancelled> {
        let along = [1.0 - 2.0 * side_weight, side_weight];
        let charts: Vec<u32> = self.samples.iter().map(|sample| sample.chart).collect();
        let given: Vec<f32> =
            self.samples.iter().flat_map(|sample| sample.values[some.clone()].iter().copied()).collect();
        let count = some.len();
        let side = self.side;
        let begun = progress_counter(on_progress, side);
        let near = |place: usize| place.saturating_sub(1)..(place + 2).min(side);
        let rows = self.samples.par_chunks_mut(side).enumerate();
        rows.try_for_each(|(row, samples)| {
            begun(1)?;
            for (column, sample) in
                samples.iter_mut().enumerate().filter(|(_, sample)| sample.chart != NO_CHART)
            {
                let (mut sums, mut total) = ([0.0; N], 0.0);
                for (y, x) in near(row).flat_map(|y| near(column).map(move |x| (y, x))) {
                    let other = y * side + x;
                    if charts[other] == sample.chart {
                        let weight = along[y.abs_diff(row)] * along[x.abs_diff(column)];
                        total += weight;
                        let values = &given[other * count..][..count];
                        sums[some.clone()].iter_mut().zip(values).for_each(|(sum, v)| *sum += v * weight);
                    }
                }
                some.clone().for_each(|part| sample.values[part] = sums[part] / total);
            }
            Ok(())
        })
    }

    /// Returns the values at the texels of a block of the grid's atlas. A texel is interpolated between the
    /// samples of its own chart around it. If they are missing, the texel is evaluated: `evaluate` gets the
    /// indices of these texels in the block. Errors: those of `evaluate`, and `Answers`.
    pub(super) fn at<E: From<TextureError>>(
        &self,
        block: &Block<'_>,
        evaluate: impl FnOnce(&[usize]) -> Result<Vec<[f32; N]>, E>,
    ) -> Result<Values<N>, E> {
        let count = block.texels.len();
        let (mut missing, mut uneven): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut of_texels = vec![[0.0; N]; count];
        if self.samples.is_empty() {
            missing.extend(0..count);
        } else {
            for span in &block.spans {
                let chart = self.charts[span.corners[0] as usize];
                let (above, down) = self.places[span.row as usize];
                let columns = &self.places[span.column as usize..][..span.indices.len()];
                for (index, &(left, right)) in span.indices.clone().zip(columns) {
                    let first = above as usize * self.side + left as usize;
                    if self.cells[first] == chart {
                        of_texels[index] = self.mixed(first, right, down);
                        continue;
                    }
                    match self.mixed_of_chart(first, right, down, chart) {
                        Some((values, is_even)) => {
                            of_texels[index] = values;
                            uneven.extend((!is_even).then_some(index));
                        }
                        None => match self.nearest([left, above], [right, down], chart) {
                            Some(values) => of_texels[index] = values,
                            None => missing.push(index),
                        },
                    }
                }
            }
        }
        if !missing.is_empty() {
            let found = evaluate(&missing)?;
            same_length(missing.len(), found.len())?;
            missing.iter().zip(found).for_each(|(&index, found)| of_texels[index] = found);
        }
        Ok(Values { of_texels, uneven })
    }

    /// Returns the bilinear interpolation of four samples. first: the index of the first of them.
    fn mixed(&self, first: usize, right: f32, down: f32) -> [f32; N] {
        let (upper, lower) = (&self.samples[first..][..2], &self.samples[first + self.side..][..2]);
        let weights = weights(right, down);
        std::array::from_fn(|part| {
            upper[0].values[part] * weights[0]
                + upper[1].values[part] * weights[1]
                + lower[0].values[part] * weights[2]
                + lower[1].values[part] * weights[3]
        })
    }

    /// Returns the bilinear interpolation of those of four samples that belong to a chart, and whether it
    /// holds for values with sharp edges: no sample is missing, and they differ by at most the tolerance.
    /// Returns `None` if the weights of these samples are too small.
    fn mixed_of_chart(&self, first: usize, right: f32, down: f32, chart: u32) -> Option<([f32; N], bool)> {
        let (upper, lower) = (&self.samples[first..][..2], &self.samples[first + self.side..][..2]);
        let (mut values, mut sum) = ([0.0; N], 0.0);
        let (mut low, mut high) = ([f32::INFINITY; N], [f32::NEG_INFINITY; N]);
        for (sample, weight) in upper.iter().chain(lower).zip(weights(right, down)) {
            if sample.chart == chart && weight > 0.0 {
                sum += weight;
                for (part, value) in sample.values.into_iter().enumerate() {
                    values[part] += value * weight;
                    low[part] = low[part].min(value);
                    high[part] = high[part].max(value);
                }
            }
        }
        let is_known = |part: usize| sum > ALL_WEIGHTS && high[part] - low[part] <= self.options.tolerance;
        let is_even = self.options.with_edges.clone().all(is_known);
        (sum >= LEAST_WEIGHT).then(|| (values.map(|value| value / sum), is_even))
    }

    /// Returns the values of the nearest sample of a chart within two steps of a texel; `None` if there is
    /// none, or if values may change much over that distance. place: the column and the row of the preceding
    /// sample; fractions: those of the way to the next one.
    fn nearest(&self, place: [u32; 2], fractions: [f32; 2], chart: u32) -> Option<[f32; N]> {
        if !self.options.is_smooth {
            return None;
        }
        let near = |place: u32| place.saturating_sub(1)..(place + 3).min(self.side as u32);
        let [column, row] = [0, 1].map(|axis| place[axis] as f32 + fractions[axis]);
        let square = |from: f32, sample: u32| (from - sample as f32) * (from - sample as f32);
        let distance = |&(x, y): &(u32, u32)| square(column, x) + square(row, y);
        let index = |(x, y): (u32, u32)| y as usize * self.side + x as usize;
        near(place[1])
            .flat_map(|y| near(place[0]).map(move |x| (x, y)))
            .filter(|&place| self.samples[index(place)].chart == chart)
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .map(|place| self.samples[index(place)].values)
    }
}

/// Returns the bilinear weights of four samples.
fn weights(right: f32, down: f32) -> [f32; 4] {
    [(1.0 - right) * (1.0 - down), right * (1.0 - down), (1.0 - right) * down, right * down]
}
