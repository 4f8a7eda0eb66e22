//! The builder, which collects the parts of a scene.

use std::ops::Range;

use crate::math::{Frame, Vec3, length, sub};
use crate::paint::Paint;
use crate::part::Part;
use crate::shape::Shape;

/// A collector of parts in groups. The parts of a group blend into each other.
#[derive(Default)]
pub(crate) struct Builder {
    pub(super) parts: Vec<Part>,
    pub(super) groups: Vec<(f32, Range<usize>)>,
}

impl Builder {
    /// Begins a group. `blend` is the width of the smooth union of its parts, in object units; 0 gives hard
    /// joints.
    pub(super) fn group(&mut self, blend: f32) {
        self.groups.push((blend, self.parts.len()..self.parts.len()));
    }

    pub(super) fn add(&mut self, name: &'static str, shape: Shape, frame: Frame, paint: &Paint) -> &mut Part {
        if self.groups.is_empty() {
            self.group(0.0);
        }
        let index = self.parts.len();
        if let Some((_, range)) = self.groups.last_mut() {
            range.end = index + 1;
        }
        self.parts.push(Part::new(name, shape, frame, paint.clone()));
        &mut self.parts[index]
    }

    /// Adds parts and enlarges them by 1.10 about the top of the head, because toys have big heads.
    pub(super) fn enlarged(&mut self, add: impl FnOnce(&mut Self)) {
        let first = self.parts.len();
        add(self);
        self.parts[first..].iter_mut().for_each(|part| part.enlarge([0.0, 0.60, 0.02], 1.10));
    }

    pub(super) fn sphere(
        &mut self,
        name: &'static str,
        center: Vec3,
        radius: f32,
        paint: &Paint,
    ) -> &mut Part {
        self.add(name, Shape::Sphere { radius }, Frame::at(center), paint)
    }

    pub(super) fn ellipsoid(
        &mut self,
        name: &'static str,
        frame: Frame,
        radii: Vec3,
        paint: &Paint,
    ) -> &mut Part {
        self.add(name, Shape::Ellipsoid { radii }, frame, paint)
    }

    /// Adds a round cone from `a` with radius `low` to `b` with radius `high`. The y axis of its frame goes
    /// from `a` to `b`.
    pub(super) fn cone(
        &mut self,
        name: &'static str,
        a: Vec3,
        b: Vec3,
        low: f32,
        high: f32,
        paint: &Paint,
    ) -> &mut Part {
        let height = length(sub(b, a)).max((low - high).abs() + 1e-3);
        self.add(name, Shape::RoundCone { low, high, height }, Frame::towards(a, b, [0.0, 0.0, 1.0]), paint)
    }

    pub(super) fn rod(
        &mut self,
        name: &'static str,
        a: Vec3,
        b: Vec3,
        radius: f32,
        paint: &Paint,
    ) -> &mut Part {
        self.cone(name, a, b, radius, radius, paint)
    }

    pub(super) fn block(
        &mut self,
        name: &'static str,
        frame: Frame,
        half: Vec3,
        rounding: f32,
        paint: &Paint,
    ) -> &mut Part {
        let rounding = rounding.min(half[0]).min(half[1]).min(half[2]);
        self.add(name, Shape::Block { half, rounding }, frame, paint)
    }

    /// Adds a rounded disc or cylinder along the y axis of the frame.
    pub(super) fn disc(
        &mut self,
        name: &'static str,
        frame: Frame,
        radius: f32,
        half: f32,
        paint: &Paint,
    ) -> &mut Part {
        let rounding = half.min(radius).min(0.02) * 0.6;
        self.add(name, Shape::Stump { half_height: half, low: radius, high: radius, rounding }, frame, paint)
    }

    pub(super) fn torus(
        &mut self,
        name: &'static str,
        frame: Frame,
        major: f32,
        minor: f32,
        paint: &Paint,
    ) -> &mut Part {
        self.add(name, Shape::Torus { major, minor }, frame, paint)
    }

    /// Adds round cones between successive points; each joint is a ball.
    pub(super) fn chain(&mut self, name: &'static str, points: &[(Vec3, f32)], paint: &Paint) {
        for pair in points.windows(2) {
            self.cone(name, pair[0].0, pair[1].0, pair[0].1, pair[1].1, paint);
        }
    }
}

/// Returns a frame whose y axis points to the toy's left (+X), for wheels and bolts.
pub(super) fn sideways(origin: Vec3) -> Frame {
    Frame::towards(origin, [origin[0] + 1.0, origin[1], origin[2]], [0.0, 0.0, 1.0])
}

/// Returns a frame whose y axis points to the front (+Z), for dials and discs that face the viewer.
pub(super) fn facing(origin: Vec3) -> Frame {
    Frame { origin, axes: [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]] }
}
