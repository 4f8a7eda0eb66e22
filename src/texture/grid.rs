//! Values of a surface at the texels of an atlas: evaluated at every few texels, and interpolated between
//! them.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, progress_counter};

use super::TextureError;
use super::atlas::{Atlas, Block};
use super::bake_source::{Places, same_length};

/// Smallest sum of the bilinear weights of the samples in a texel's chart. With less, the texel is evaluated.
const LEAST_WEIGHT: f32 = 0.25;
/// Number of texels in which a task looks for those of the grid.
const PIECE: usize = 1 << 16;
/// The chart of a texel without a triangle, or with a value that is not finite.
const NO_CHART: u32 = u32::MAX;

/// The values at one texel.
#[derive(Clone, Copy)]
struct Sample<const N: usize> {
    chart: u32,
    values: [f32; N],
}

/// The values at each texel whose column and row are multiples of a step.
pub(super) struct Grid<const N: usize> {
    /// The chart of each vertex.
    charts: Arc<[u32]>,
    /// For each column or row of texels: the preceding column or row of samples, and the fraction of the way
    /// to the next one.
    places: Vec<(u32, f32)>,
    /// Samples along a side, with one more after the last column and row. That one has no chart.
    side: usize,
    /// Whether a texel without near samples takes the value of a farther one. Otherwise it is evaluated.
    is_smooth: bool,
    /// Row by row. The list is empty if the step is 1: then each texel is evaluated.
    samples: Vec<Sample<N>>,
}

impl<const N: usize> Grid<N> {
    /// Evaluates every texel whose column and row are multiples of `step`. batch: the largest number of
    /// places per call of `evaluate`. Errors: those of `evaluate`, and `Answers`, `Cancelled`.
    pub(super) fn of<E: From<TextureError> + From<Cancelled> + Send>(
        atlas: &Atlas<'_>,
        charts: Arc<[u32]>,
        step: u32,
        batch: usize,
        evaluate: impl Fn(Places<'_>, ProgressCallback<'_>) -> Result<Vec<[f32; N]>, E> + Sync,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, E> {
        let places =
            (0..atlas.size).map(|place| (place / step, (place % step) as f32 / step as f32)).collect();
        let side = atlas.size.div_ceil(step) as usize + 1;
        if step == 1 {
            return Ok(Self { charts, places, side, is_smooth: false, samples: Vec::new() });
        }
        let size = atlas.size;
        let is_sampled =
            |texel: &&u32| (**texel % size).is_multiple_of(step) && (**texel / size).is_multiple_of(step);
        let pieces = atlas.covered.par_chunks(PIECE);
        let texels: Vec<u32> =
            pieces.flat_map_iter(|texels| texels.iter().filter(is_sampled).copied()).collect();
        let begun = progress_counter(on_progress, texels.len());
        let evaluated = atlas.blocks(&texels, batch).map(|block| {
            begun(block.texels.len())?;
            let values = evaluate(block.places(), &|_| begun(0))?;
            same_length(block.texels.len(), values.len())?;
            let mut samples = Vec::with_capacity(values.len());
            block.for_each_run(|[corner, ..], run| {
                let chart = charts[corner as usize];
                samples.extend(values[run].iter().map(|&values| {
                    let is_known = values.iter().all(|value| value.is_finite());
                    Sample { chart: if is_known { chart } else { NO_CHART }, values }
                }));
            });
            Ok((block.texels, samples))
        });
        let mut samples = vec![Sample { chart: NO_CHART, values: [0.0; N] }; side * side];
        for (texels, found) in evaluated.collect::<Result<Vec<_>, E>>()? {
            for (&texel, sample) in texels.iter().zip(found) {
                let [column, row] = [texel % size / step, texel / size / step];
                samples[row as usize * side + column as usize] = sample;
            }
        }
        Ok(Self { charts, places, side, is_smooth: false, samples })
    }

    /// Lets a texel without near samples take the value of the nearest sample of its chart, if there is one
    /// within two steps. This is for values that change slowly over the surface.
    pub(super) fn of_smooth_values(self) -> Self {
        Self { is_smooth: true, ..self }
    }

    /// Replaces some of the values of each sample by their weighted mean over the sample and its eight
    /// neighbors in the same chart. side_weight: the weight of each of the two neighbors along a column or a
    /// row, at most 0.25, if both are in the chart. The sample has the rest of 1. Errors: `Cancelled`.
    pub(super) fn smooth(
        &mut self,
        some: Range<usize>,
        side_weight: f32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), Cancelled> {
        let along = [1.0 - 2.0 * side_weight, side_weight];
        let given = self.samples.clone();
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
                    let other = &given[y * side + x];
                    if other.chart == sample.chart {
                        let weight = along[y.abs_diff(row)] * along[x.abs_diff(column)];
                        total += weight;
                        sums.iter_mut().zip(other.values).for_each(|(sum, value)| *sum += value * weight);
                    }
                }
                some.clone().for_each(|part| sample.values[part] = sums[part] / total);
            }
            Ok(())
        })
    }

    /// Returns the values at the texels of a block of the grid's atlas. A texel is interpolated between the
    /// samples of its own chart around it. If they are missing, the texel is evaluated. Errors: those of
    /// `evaluate`, and `Answers`.
    pub(super) fn at<E: From<TextureError>>(
        &self,
        block: &Block<'_>,
        evaluate: impl FnOnce(Places<'_>) -> Result<Vec<[f32; N]>, E>,
    ) -> Result<Vec<[f32; N]>, E> {
        let mut missing: Vec<usize> = Vec::new();
        let mut values = vec![[0.0; N]; block.texels.len()];
        block.for_each_run(|[corner, ..], run| {
            let chart = self.charts[corner as usize];
            for index in run {
                let texel = block.texels[index];
                match self.interpolated(texel, chart).or_else(|| self.nearest(texel, chart)) {
                    Some(found) => values[index] = found,
                    None => missing.push(index),
                }
            }
        });
        if !missing.is_empty() {
            let places = block.places();
            let of_missing = |given: &[[f32; 3]]| missing.iter().map(|&index| given[index]).collect();
            let (points, normals): (Vec<_>, Vec<_>) = (of_missing(places.points), of_missing(places.normals));
            let found = evaluate(Places { points: &points, normals: &normals })?;
            same_length(missing.len(), found.len())?;
            missing.iter().zip(found).for_each(|(&index, found)| values[index] = found);
        }
        Ok(values)
    }

    /// Returns the bilinear interpolation of the samples of a chart around a texel; `None` if their weights
    /// are too small.
    fn interpolated(&self, texel: u32, chart: u32) -> Option<[f32; N]> {
        if self.samples.is_empty() {
            return None;
        }
        let size = self.places.len() as u32;
        let [(left, right), (above, down)] =
            [texel % size, texel / size].map(|place| self.places[place as usize]);
        let first = above as usize * self.side + left as usize;
        let (upper, lower) = (&self.samples[first..][..2], &self.samples[first + self.side..][..2]);
        let weights =
            [(1.0 - right) * (1.0 - down), right * (1.0 - down), (1.0 - right) * down, right * down];
        let (mut values, mut sum) = ([0.0; N], 0.0);
        for (sample, weight) in upper.iter().chain(lower).zip(weights) {
            if sample.chart == chart && weight > 0.0 {
                sum += weight;
                values.iter_mut().zip(sample.values).for_each(|(value, part)| *value += part * weight);
            }
        }
        (sum >= LEAST_WEIGHT).then(|| values.map(|value| value / sum))
    }

    /// Returns the values of the nearest sample of a chart within two steps of a texel; `None` if there is
    /// none, or if values may change much over that distance.
    fn nearest(&self, texel: u32, chart: u32) -> Option<[f32; N]> {
        if !self.is_smooth || self.samples.is_empty() {
            return None;
        }
        let size = self.places.len() as u32;
        let [column, row] = [texel % size, texel / size].map(|place| self.places[place as usize]);
        let near = |(place, _): (u32, f32)| place.saturating_sub(1)..(place + 3).min(self.side as u32);
        let square = |(place, fraction): (u32, f32), sample: u32| {
            (place as f32 + fraction - sample as f32) * (place as f32 + fraction - sample as f32)
        };
        let distance = |&(x, y): &(u32, u32)| square(column, x) + square(row, y);
        let index = |(x, y): (u32, u32)| y as usize * self.side + x as usize;
        near(row)
            .flat_map(|y| near(column).map(move |x| (x, y)))
            .filter(|&place| self.samples[index(place)].chart == chart)
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .map(|place| self.samples[index(place)].values)
    }
}
