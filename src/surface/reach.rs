//! Reach of a value: the distance around its point, in lattice steps, within which the sign can't change.
//!
//! Within distance d of the surface, no value is larger than the envelope at d. If the value is v, the
//! surface is therefore farther away than the distance at which the envelope reaches v. For a Lipschitz
//! constant k this distance is |v| / k.

use super::SurfaceError;
use super::lattice::LatticePoint;

/// A point whose oriented value is known, with its reach.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub(super) point: LatticePoint,
    pub(super) value: f32,
    /// Square of the distance, in lattice steps, within which the sign is the same.
    squared_reach: f64,
}

impl Sample {
    /// Returns the side of all lattice points in `low..=high` (true is inside), if the sample settles it.
    pub(super) fn side(self, low: LatticePoint, high: LatticePoint) -> Option<bool> {
        let squared_steps: i64 = (0..3)
            .map(|axis| {
                let at = i64::from(self.point[axis]);
                (at - i64::from(low[axis])).abs().max((at - i64::from(high[axis])).abs()).pow(2)
            })
            .sum();
        (self.squared_reach > squared_steps as f64).then_some(self.value < 0.0)
    }
}

/// Rounding of an f32 field, as a distance in object space: a thousandth of a cell at 1024³. Positions near 1
/// are rounded to 6e-8, and two decoders of one triplane agree to 5e-7.
const ROUNDING: f64 = 2e-6;

/// A distance envelope in lattice steps.
pub(super) struct Reach {
    /// Knots (steps, largest value at that distance from the surface) from (0, 0), rising and concave.
    knots: Vec<(f64, f64)>,
    /// Allowance for rounding, which is subtracted from each value.
    slack: f64,
    /// Smallest value above which a point settles its neighbors along the axes.
    next_door: f32,
}

impl Reach {
    /// Converts an envelope to lattice steps. envelope: knots [distance, value] in object space. spacing:
    /// object-space length of a step.
    ///
    /// Errors: `Envelope` if a distance or a value does not increase, the slope increases, or a number is not
    /// finite.
    pub(super) fn new(envelope: &[[f32; 2]], spacing: f64) -> Result<Self, SurfaceError> {
        let mut knots = vec![(0.0, 0.0)];
        let mut slope = f64::INFINITY;
        for &[distance, value] in envelope {
            let (before, lower) = knots.last().copied().unwrap_or_default();
            let steps = f64::from(distance) / spacing;
            let next = (f64::from(value) - lower) / (steps - before);
            let rises = steps > before && next > 0.0 && next <= slope * (1.0 + 1e-4);
            if !(rises && next.is_finite()) {
                return Err(SurfaceError::Envelope { distance, value });
            }
            slope = next;
            knots.push((steps, f64::from(value)));
        }
        let steepest = envelope.first().map_or(0.0, |[distance, value]| f64::from(value / distance));
        let mut reach = Self { knots, slack: steepest * ROUNDING, next_door: f32::INFINITY };
        let ((before, lower), (after, upper)) = reach.segment(|knot| knot.0 <= 1.0);
        let value = lower + (1.0 - before) * (upper - lower) / (after - before);
        // The next larger f32 makes the reach longer than one step.
        reach.next_door = ((value + reach.slack) as f32).next_up();
        Ok(reach)
    }

    /// Returns the ends of the segment after the last knot for which `holds` is true. It is at least the
    /// first segment and at most the last.
    fn segment(&self, holds: impl Fn(&(f64, f64)) -> bool) -> ((f64, f64), (f64, f64)) {
        let end = self.knots.partition_point(holds).clamp(1, self.knots.len() - 1);
        (self.knots[end - 1], self.knots[end])
    }

    pub(super) fn sample(&self, point: LatticePoint, value: f32) -> Sample {
        Sample { point, value, squared_reach: self.steps(value).powi(2) }
    }

    /// Returns the distance in lattice steps from a point with this value within which the sign is the same.
    /// The last slope continues without end.
    fn steps(&self, value: f32) -> f64 {
        let value = f64::from(value).abs() - self.slack;
        if value.is_nan() || value <= 0.0 {
            return 0.0;
        }
        let ((before, lower), (after, upper)) = self.segment(|knot| knot.1 <= value);
        before + (value - lower) * (after - before) / (upper - lower)
    }

    /// Returns the side of one point of a 3³ block, if an evaluated neighbor in the block settles it. part:
    /// index of the point, from 0 to 26.
    pub(super) fn side_by_neighbours(&self, leaf: &[f32; 27], part: usize) -> Option<bool> {
        [1, 3, 9].into_iter().find_map(|stride| {
            let place = part / stride % 3;
            let below = (place > 0).then(|| leaf[part - stride]);
            let above = (place < 2).then(|| leaf[part + stride]);
            let settles = |value: &f32| value.is_finite() && value.abs() > self.next_door;
            [below, above].into_iter().flatten().find(settles).map(|value| value < 0.0)
        })
    }
}
