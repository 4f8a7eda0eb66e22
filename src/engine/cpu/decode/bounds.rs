//! Bounds of channel 0 over a box, by interval arithmetic.
//!
//! The encoding stores samples of each feature at grid points, and the decoder interpolates between them. So
//! a feature inside the box is bounded by the smallest and the largest sample of the interpolation cells that
//! touch the box. Then the MLP is computed on these intervals.
//!
//! Every step widens its intervals by more than the rounding error of the decoder. So the bounds contain the
//! rounded numbers that the decoder returns.

use super::super::simd::{LANES, LaneWork, Lanes, Several, math};
use super::decoder::Decoder;
use super::encoding::EncodingPart;
use super::network::Layer;
use crate::engine::{Activation, ChannelHead};

/// The minimum of x · sigmoid(x): its position, and its value rounded down.
const SILU_LOWEST: (f32, f32) = (-1.278_464_5, -0.278_464_6);

/// Amount by which a range of indices is widened at each end. It is more than 100 times the rounding error of
/// an index of 127.
const INDEX_SLACK: f32 = 1e-3;

/// Twice the relative rounding error of one operation.
const ROUNDING: f32 = f32::EPSILON;

/// Relative widening for activations. The activations here have relative errors below 5e-7, and those of the
/// decoder below 7e-7, because there two registers share a division. The value exceeds the sum of the two
/// errors.
const FUNCTION_SLACK: f32 = 2e-6;

/// Smallest magnitude by which [`FUNCTION_SLACK`] is multiplied. So every interval is widened by at least
/// 2e-16. Values near zero need this widening: for large negative inputs, the SiLU of two registers has an
/// absolute error of 9e-18.
const LEAST_MAGNITUDE: f32 = 1e-10;

/// The computation of bounds over a box.
pub(super) struct Bounds<'a> {
    pub(super) decoder: &'a Decoder,
    /// Lowest corner of the box, in object space.
    pub(super) minimum: [f32; 3],
    /// Highest corner of the box, in object space.
    pub(super) maximum: [f32; 3],
}

/// One interval per feature: [center − radius, center + radius].
struct Intervals {
    center: Vec<f32>,
    radius: Vec<f32>,
}

impl Intervals {
    fn with_capacity(count: usize) -> Self {
        Self { center: Vec::with_capacity(count), radius: Vec::with_capacity(count) }
    }
}

impl LaneWork for Bounds<'_> {
    type Output = (f32, f32);
    #[inline(always)]
    fn run<L: Lanes>(self) -> (f32, f32) {
        let decoder = self.decoder;
        let mut features = Intervals::with_capacity(decoder.features());
        for part in &decoder.parts {
            append_bounds(part, self.minimum, self.maximum, &mut features);
        }
        let count = decoder.network.layers.len();
        for (index, layer) in decoder.network.layers.iter().enumerate() {
            let is_last = index + 1 == count;
            let outputs = if is_last { 1 } else { layer.outputs };
            let mut next = product::<L>(layer, outputs, &features);
            if !is_last {
                activated::<L>(decoder.network.activation, &mut next);
            }
            if layer.residual {
                add(&mut next, &features);
            }
            features = next;
        }
        let (Some(&center), Some(&radius)) = (features.center.first(), features.radius.first()) else {
            return (f32::NEG_INFINITY, f32::INFINITY);
        };
        let (low, high) = with_radial_bias(&self, center - radius, center + radius);
        headed::<L>(decoder.heads.first(), low, high)
    }
}

/// Appends one interval per feature of an encoding part: from the smallest to the largest sample around the
/// box.
fn append_bounds(part: &EncodingPart, minimum: [f32; 3], maximum: [f32; 3], features: &mut Intervals) {
    let mut ranges = [0..=0, 0..=0, 0..=0];
    for (range, &axis) in ranges.iter_mut().zip(part.axes()) {
        let lower = (part.index(minimum[axis]) - INDEX_SLACK).max(0.0) as usize;
        let upper = (part.index(maximum[axis]) + INDEX_SLACK) as usize + 1;
        *range = lower.min(part.last())..=upper.min(part.last());
    }
    let [columns, rows, slices] = ranges;
    let mut lows = vec![[f32::INFINITY; 4]; part.quads];
    let mut highs = vec![[f32::NEG_INFINITY; 4]; part.quads];
    for slice in slices {
        for row in rows.clone() {
            for cell in part.cells(slice, row, columns.clone()).chunks(part.quads.max(1)) {
                for ((low, high), quad) in lows.iter_mut().zip(&mut highs).zip(cell) {
                    for ((low, high), value) in low.iter_mut().zip(high).zip(quad) {
                        // These comparisons compile to one instruction each.
                        *low = if *value < *low { *value } else { *low };
                        *high = if *value > *high { *value } else { *high };
                    }
                }
            }
        }
    }
    let ends = lows.as_flattened().iter().zip(highs.as_flattened()).take(part.channels);
    for (low, high) in ends {
        let magnitude = low.abs().max(high.abs());
        features.center.push(0.5 * (low + high));
        features.radius.push(0.5 * (high - low) + 16.0 * ROUNDING * magnitude);
    }
}

/// Computes intervals of the first outputs of W · x + b, in whole registers. Centers are multiplied by W and
/// radii by |W|. The radii are widened by the rounding error of a sum of as many terms as the layer has
/// inputs.
#[inline(always)]
fn product<L: Lanes>(layer: &Layer, outputs: usize, x: &Intervals) -> Intervals {
    let mut result = Intervals::with_capacity(outputs.next_multiple_of(LANES));
    let slack = L::splat((layer.inputs + 8) as f32 * ROUNDING);
    let zero = L::splat(0.0);
    for register in 0..outputs.div_ceil(LANES) {
        let (bias, weights) = layer.column(register);
        let (mut center, mut radius) = (L::load(bias), zero);
        let mut magnitude = center.absolute();
        for (weight, (c, r)) in weights.zip(x.center.iter().zip(&x.radius)) {
            let (weight, c) = (L::load(weight), L::splat(*c));
            center = weight.multiply_add(c, center);
            radius = weight.absolute().multiply_add(L::splat(*r), radius);
            magnitude = weight.absolute().multiply_add(c.absolute(), magnitude);
        }
        radius = slack.multiply_add(magnitude.add(radius), radius);
        let mut lanes = [0.0; LANES];
        center.store(&mut lanes);
        result.center.extend_from_slice(&lanes);
        radius.store(&mut lanes);
        result.radius.extend_from_slice(&lanes);
    }
    result
}

/// Applies the activation to intervals, in whole registers. SiLU falls to its minimum and then rises. If the
/// position of the minimum is inside an interval, the value of the minimum is the lower bound.
#[inline(always)]
fn activated<L: Lanes>(activation: Activation, x: &mut Intervals) {
    let (centers, _) = x.center.as_chunks_mut::<LANES>();
    let (radii, _) = x.radius.as_chunks_mut::<LANES>();
    for (center, radius) in centers.iter_mut().zip(radii) {
        let (c, r) = (L::load(center), L::load(radius));
        let r = c.absolute().add(r).multiply_add(L::splat(ROUNDING), r);
        let (low, high) = (c.subtract(r), c.add(r));
        let (low, high) = match activation {
            Activation::Relu => (low.maximum(L::splat(0.0)), high.maximum(L::splat(0.0))),
            Activation::Silu => {
                let Several([a, b]) = math::silu(Several([low, high]));
                let least = a.minimum(b);
                let turns = L::splat(SILU_LOWEST.0).subtract(low).inside(high.subtract(low));
                let dip = L::splat(SILU_LOWEST.1).subtract(least);
                (dip.multiply_add(turns, least), a.maximum(b))
            }
        };
        let half = L::splat(0.5);
        let magnitude = low.absolute().maximum(high.absolute()).maximum(L::splat(LEAST_MAGNITUDE));
        low.add(high).multiply(half).store(center);
        let r = high.subtract(low).multiply(half);
        magnitude.multiply_add(L::splat(FUNCTION_SLACK), r).store(radius);
    }
}

/// Adds the intervals of a residual connection.
fn add(to: &mut Intervals, from: &Intervals) {
    let parts = to.center.iter_mut().zip(&mut to.radius).zip(from.center.iter().zip(&from.radius));
    for ((center, radius), (c, r)) in parts {
        *center += c;
        *radius += r + 2.0 * ROUNDING * (center.abs() + c.abs() + r);
    }
}

/// Returns the interval plus the bounds of constant + slope · ‖p‖ over the points p of the box.
fn with_radial_bias(bounds: &Bounds<'_>, low: f32, high: f32) -> (f32, f32) {
    let Some(bias) = bounds.decoder.radial_bias else { return (low, high) };
    let length = |point: [f32; 3]| point.iter().map(|x| x * x).sum::<f32>().sqrt();
    let axis = |i: usize| (bounds.minimum[i], bounds.maximum[i]);
    let nearest = length([0, 1, 2].map(|i| 0f32.clamp(axis(i).0, axis(i).1.max(axis(i).0))));
    let farthest = length([0, 1, 2].map(|i| axis(i).0.abs().max(axis(i).1.abs())));
    let ends = [bias.slope * nearest, bias.slope * farthest];
    let slack = |end: f32| FUNCTION_SLACK * (end.abs() + bias.constant.abs() + ends[0].abs() + ends[1].abs());
    (
        low + bias.constant + ends[0].min(ends[1]) - slack(low),
        high + bias.constant + ends[0].max(ends[1]) + slack(high),
    )
}

/// Applies the head of channel 0 to the bounds. Every head is an increasing function, so it maps the ends of
/// the interval to the ends of the result.
#[inline(always)]
fn headed<L: Lanes>(head: Option<&ChannelHead>, low: f32, high: f32) -> (f32, f32) {
    let slack = ROUNDING * (low.abs() + high.abs());
    let x = L::load(&[low - slack, high + slack, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let y = match head {
        Some(ChannelHead::Softplus) => math::softplus(x),
        Some(ChannelHead::Sigmoid) => math::sigmoid(x),
        _ => x,
    };
    let mut ends = [0.0; LANES];
    y.store(&mut ends);
    (ends[0] - FUNCTION_SLACK * ends[0].abs(), ends[1] + FUNCTION_SLACK * ends[1].abs())
}
