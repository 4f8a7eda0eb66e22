//! Parts: the primitives of a scene.

use crate::attributes::Substance;
use crate::math::{Frame, Vec3, add, dot, length, scale, sub};
use crate::paint::Paint;
use crate::shape::{BLOCK, Lane, Points, Shape};

/// Diameter below which a part counts as thin, in object units.
pub const THIN: f32 = 0.08;

/// Width of the rounding where a plane cuts a part, in object units.
pub(crate) const CUT_ROUNDING: f32 = 0.015;

/// A primitive of a scene.
#[derive(Clone, Debug)]
pub struct Part {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) frame: Frame,
    pub(crate) inflate: f32,
    /// Half the thickness of a hollow shell around the surface of the shape, where the part is hollow.
    pub(crate) skin: Option<f32>,
    /// Half spaces to which the part is cut, in object space: `p·normal <= offset`.
    pub(crate) cuts: Vec<(Vec3, f32)>,
    pub(crate) paint: Paint,
    /// Substance that replaces the paint, and its tint.
    pub(crate) made_of: (Substance, Option<Vec3>),
    pub(super) center: Vec3,
    pub(super) bound: f32,
}

impl Part {
    pub(crate) fn new(name: &'static str, shape: Shape, frame: Frame, paint: Paint) -> Self {
        let center = frame.to_object(shape.middle());
        Self {
            name,
            shape,
            frame,
            inflate: 0.0,
            skin: None,
            cuts: Vec::new(),
            paint,
            made_of: (Substance::None, None),
            center,
            bound: 0.0,
        }
    }

    /// Returns the name of the part, for example "eye", "string" or "tail".
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the smallest diameter in object units.
    pub fn thickness(&self) -> f32 {
        match self.skin {
            Some(half) => 2.0 * half,
            None => self.shape.thickness() + 2.0 * self.inflate,
        }
    }

    /// Returns whether the smallest diameter is below [`THIN`], as for strings, blades, spokes, eyes and
    /// brims.
    pub fn is_thin(&self) -> bool {
        self.thickness() < THIN
    }

    /// Returns a ball that contains the part: center and radius, in object space.
    pub fn bounds(&self) -> (Vec3, f32) {
        (self.center, self.bound)
    }

    /// Enlarges the part and its paint about a point.
    pub(crate) fn enlarge(&mut self, pivot: Vec3, factor: f32) {
        self.shape = self.shape.enlarged(factor);
        self.frame.origin = add(pivot, scale(sub(self.frame.origin, pivot), factor));
        self.inflate *= factor;
        self.skin = self.skin.map(|half| half * factor);
        for (normal, offset) in &mut self.cuts {
            let beyond = *offset - dot(*normal, pivot);
            *offset = dot(*normal, pivot) + factor * beyond;
        }
        self.paint.enlarge([factor; 3]);
        self.center = self.frame.to_object(self.shape.middle());
    }

    /// Stretches the part about the origin. Positions are scaled by the factors. A shape gets the nearest
    /// possible size as in [`Shape::stretched`], so wheels stay round.
    pub(crate) fn stretch(&mut self, factors: Vec3) {
        let stretched = |p: Vec3| [0, 1, 2].map(|axis| p[axis] * factors[axis]);
        let mut along = self.frame.axes.map(|axis| length(stretched(axis)));
        if let Shape::RoundCone { height, .. } = self.shape {
            let (a, b) = (stretched(self.frame.origin), stretched(self.frame.to_object([0.0, height, 0.0])));
            along[1] = length(sub(b, a)) / height.max(1e-6);
            self.frame = Frame::towards(a, b, self.frame.axes[2]);
        } else {
            self.frame.origin = stretched(self.frame.origin);
        }
        (self.shape, along) = self.shape.stretched(along);
        for (normal, offset) in &mut self.cuts {
            let steeper = [0, 1, 2].map(|axis| normal[axis] / factors[axis]);
            let norm = length(steeper).max(1e-6);
            (*normal, *offset) = (scale(steeper, 1.0 / norm), *offset / norm);
        }
        self.paint.enlarge(along);
        self.center = self.frame.to_object(self.shape.middle());
    }

    /// Moves the part.
    pub(crate) fn shift(&mut self, by: Vec3) {
        self.frame.origin = add(self.frame.origin, by);
        self.cuts.iter_mut().for_each(|(normal, offset)| *offset += dot(*normal, by));
        self.center = self.frame.to_object(self.shape.middle());
    }

    /// Returns the low and high corners of a box that contains the part. Only cuts along an axis make the box
    /// smaller.
    pub(crate) fn extent(&self) -> (Vec3, Vec3) {
        let rim = self.inflate.max(0.0) + self.skin.unwrap_or(0.0);
        let reach = |axis: usize, sign: f32| {
            let mut direction = [0.0; 3];
            direction[axis] = sign;
            let local = self.frame.axes.map(|own| dot(own, direction));
            sign * (self.shape.reach(local) + rim) + self.frame.origin[axis]
        };
        let mut low = [0, 1, 2].map(|axis| reach(axis, -1.0));
        let mut high = [0, 1, 2].map(|axis| reach(axis, 1.0));
        for (normal, offset) in &self.cuts {
            for axis in 0..3 {
                let is_along_axis = dot(*normal, *normal) < 1.002;
                if is_along_axis && normal[axis] > 0.999 {
                    high[axis] = high[axis].min(*offset);
                } else if is_along_axis && normal[axis] < -0.999 {
                    low[axis] = low[axis].max(-offset);
                }
            }
        }
        (low, high)
    }

    pub(super) fn has_middle(&self) -> bool {
        self.skin.is_none() && self.cuts.is_empty() && self.shape.holds_middle()
    }

    pub(super) fn distance(&self, points: &Points, local: &mut Points, out: &mut Lane) {
        let [ax, ay, az] = self.frame.axes;
        let [ox, oy, oz] = self.frame.origin;
        for i in 0..BLOCK {
            let (x, y, z) = (points.x[i] - ox, points.y[i] - oy, points.z[i] - oz);
            local.x[i] = ax[0] * x + ax[1] * y + ax[2] * z;
            local.y[i] = ay[0] * x + ay[1] * y + ay[2] * z;
            local.z[i] = az[0] * x + az[1] * y + az[2] * z;
        }
        self.shape.distance(local, out);
        if self.inflate != 0.0 {
            out.iter_mut().for_each(|d| *d -= self.inflate);
        }
        if let Some(half) = self.skin {
            out.iter_mut().for_each(|d| *d = d.abs() - half);
        }
        for &(n, offset) in &self.cuts {
            for (i, distance) in out.iter_mut().enumerate() {
                let plane = n[0] * points.x[i] + n[1] * points.y[i] + n[2] * points.z[i] - offset;
                *distance = -smooth_min(-*distance, -plane, CUT_ROUNDING);
            }
        }
    }
}

/// Returns the quadratic smooth minimum (Quilez). It equals the minimum where `a` and `b` differ by `k` or
/// more. Its gradient is at most 1 if the gradients of `a` and `b` are at most 1.
#[inline(always)]
pub(crate) fn smooth_min(a: f32, b: f32, k: f32) -> f32 {
    let gap = k - (a - b).abs();
    let gap = if gap > 0.0 { gap } else { 0.0 };
    let least = if a < b { a } else { b };
    least - gap * gap / (4.0 * k)
}
