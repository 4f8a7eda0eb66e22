//! Scenes as signed distances with materials, evaluated in batches.

use crate::math::{Frame, Vec3, add, dot, length, scale, sub};
use crate::model;
use crate::paint::{Material, Paint, made_of};
use crate::shape::{BLOCK, Lane, Points, Shape};
use crate::spec::{SceneSpec, Substance};

#[cfg(test)]
mod tests;

/// Diameter below which a part counts as thin, in object units.
pub const THIN: f32 = 0.08;
/// Width of the rounding where a plane cuts a part, in object units.
const CUT_ROUNDING: f32 = 0.015;

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
    centre: Vec3,
    bound: f32,
}

impl Part {
    pub(crate) fn new(name: &'static str, shape: Shape, frame: Frame, paint: Paint) -> Self {
        let centre = frame.to_object(shape.middle());
        Self {
            name,
            shape,
            frame,
            inflate: 0.0,
            skin: None,
            cuts: Vec::new(),
            paint,
            made_of: (Substance::None, None),
            centre,
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
        (self.centre, self.bound)
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
        self.centre = self.frame.to_object(self.shape.middle());
    }

    /// Stretches the part about the origin. Positions are scaled by the factors. A shape keeps its kind, so
    /// that wheels stay round, and gets the nearest possible size.
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
        self.centre = self.frame.to_object(self.shape.middle());
    }

    /// Moves the part.
    pub(crate) fn shift(&mut self, by: Vec3) {
        self.frame.origin = add(self.frame.origin, by);
        self.cuts.iter_mut().for_each(|(normal, offset)| *offset += dot(*normal, by));
        self.centre = self.frame.to_object(self.shape.middle());
    }

    /// Returns the low and high corners of a box that contains the part. Of its cuts it considers only those
    /// along an axis.
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

    fn has_middle(&self) -> bool {
        self.skin.is_none() && self.cuts.is_empty() && self.shape.holds_middle()
    }

    fn distance(&self, points: &Points, local: &mut Points, out: &mut Lane) {
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

/// Returns the quadratic smooth minimum (Quilez). It is exact where the two differ by `k` or more; its
/// gradient is at most 1.
#[inline(always)]
fn smooth_min(a: f32, b: f32, k: f32) -> f32 {
    let gap = k - (a - b).abs();
    let gap = if gap > 0.0 { gap } else { 0.0 };
    let least = if a < b { a } else { b };
    least - gap * gap / (4.0 * k)
}

/// A group of parts that blend into each other.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub blend: f32,
    pub parts: std::ops::Range<usize>,
    centre: Vec3,
    bound: f32,
}

/// A scene: signed distance (negative inside, object space) and materials at any point.
#[derive(Clone, Debug)]
pub struct Scene {
    spec: SceneSpec,
    parts: Vec<Part>,
    groups: Vec<Group>,
}

struct Workspace {
    points: Points,
    local: Points,
    part: Lane,
    group: Lane,
    total: Lane,
    nearest: Lane,
    nearest_part: [u32; BLOCK],
}

impl Scene {
    /// Builds the scene of a spec. The result depends only on the spec.
    pub fn build(spec: &SceneSpec) -> Self {
        let (mut parts, groups) = model::assemble(spec);
        for part in &mut parts {
            part.bound = part.shape.bound() + part.inflate.max(0.0) + part.skin.unwrap_or(0.0);
        }
        let groups = groups.into_iter().map(|(blend, range)| bound_group(blend, range, &parts)).collect();
        Self { spec: *spec, parts, groups }
    }

    /// Returns the spec from which the scene was built.
    pub fn spec(&self) -> &SceneSpec {
        &self.spec
    }

    /// Returns the primitives. Part indices elsewhere in this crate are indices into this slice.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns the low and high corners of a box that contains all parts, in object space.
    pub fn extent(&self) -> (Vec3, Vec3) {
        let mut whole = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        for (low, high) in self.parts().iter().map(Part::extent) {
            for axis in 0..3 {
                whole.0[axis] = whole.0[axis].min(low[axis]);
                whole.1[axis] = whole.1[axis].max(high[axis]);
            }
        }
        whole
    }

    /// Computes signed distances at points of object space. The slices should have equal lengths; excess
    /// elements stay unchanged.
    pub fn evaluate(&self, points: &[Vec3], distance: &mut [f32]) {
        self.for_each_point(points, |index, _, value, _| {
            if let Some(slot) = distance.get_mut(index) {
                *slot = value;
            }
        });
    }

    /// Computes signed distances and the materials of the nearest parts.
    pub fn evaluate_materials(&self, points: &[Vec3], distance: &mut [f32], materials: &mut [Material]) {
        self.for_each_point(points, |index, point, value, part| {
            if let (Some(slot), Some(material)) = (distance.get_mut(index), materials.get_mut(index)) {
                *slot = value;
                *material = self.material(part, point);
            }
        });
    }

    /// Computes signed distances and the indices of the nearest parts.
    pub fn evaluate_parts(&self, points: &[Vec3], distance: &mut [f32], parts: &mut [u32]) {
        self.for_each_point(points, |index, _, value, part| {
            if let (Some(slot), Some(nearest)) = (distance.get_mut(index), parts.get_mut(index)) {
                *slot = value;
                *nearest = part;
            }
        });
    }

    /// Computes signed distances and their unit gradients by finite differences.
    pub fn evaluate_normals(&self, points: &[Vec3], distance: &mut [f32], normals: &mut [Vec3]) {
        const H: f32 = 1e-3;
        const CORNERS: [Vec3; 4] = [[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], [1.0, 1.0, 1.0]];
        normals.fill([0.0; 3]);
        distance.fill(0.0);
        let mut values = vec![0.0; points.len()];
        for corner in CORNERS {
            let moved: Vec<Vec3> = points.iter().map(|p| [0, 1, 2].map(|i| p[i] + H * corner[i])).collect();
            self.evaluate(&moved, &mut values);
            for ((normal, mean), value) in normals.iter_mut().zip(distance.iter_mut()).zip(&values) {
                *normal = [0, 1, 2].map(|i| normal[i] + corner[i] * value);
                *mean += 0.25 * value;
            }
        }
        normals.iter_mut().for_each(|normal| *normal = crate::math::normalize(*normal));
    }

    fn material(&self, part: u32, point: Vec3) -> Material {
        let part = &self.parts[part as usize];
        let material = part.paint.at(part.frame.to_local(point));
        let (substance, tint) = part.made_of;
        made_of(substance, tint, material, point)
    }

    /// Evaluates all points in blocks of neighbors. Calls `visit` with index, point, distance and nearest
    /// part of each.
    fn for_each_point(&self, points: &[Vec3], mut visit: impl FnMut(usize, Vec3, f32, u32)) {
        let order = sort_by_place(points);
        let mut work = Box::new(Workspace {
            points: Points::ZERO,
            local: Points::ZERO,
            part: [0.0; BLOCK],
            group: [0.0; BLOCK],
            total: [0.0; BLOCK],
            nearest: [0.0; BLOCK],
            nearest_part: [0; BLOCK],
        });
        for chunk in order.chunks(BLOCK) {
            for i in 0..BLOCK {
                let point = points[chunk[i.min(chunk.len() - 1)] as usize];
                work.points.x[i] = point[0];
                work.points.y[i] = point[1];
                work.points.z[i] = point[2];
            }
            self.evaluate_block(&mut work);
            for (i, &index) in chunk.iter().enumerate() {
                visit(index as usize, points[index as usize], work.total[i], work.nearest_part[i]);
            }
        }
    }

    fn evaluate_block(&self, work: &mut Workspace) {
        let (centre, radius) = ball_around(&work.points);
        let gaps: Vec<f32> = self.parts.iter().map(|part| length(sub(part.centre, centre))).collect();
        let nearest_middle =
            self.parts.iter().zip(&gaps).filter(|(part, _)| part.has_middle()).map(|(_, gap)| *gap);
        let mut worst = nearest_middle.fold(f32::INFINITY, f32::min) + radius;
        work.total = [f32::INFINITY; BLOCK];
        work.nearest = [f32::INFINITY; BLOCK];
        for group in &self.groups {
            // A part farther away than twice the blend changes neither the distance nor the nearest part.
            let reach = worst + radius + 2.0 * group.blend;
            if length(sub(group.centre, centre)) - group.bound > reach {
                continue;
            }
            work.group = [f32::INFINITY; BLOCK];
            for index in group.parts.clone() {
                let part = &self.parts[index];
                if gaps[index] - part.bound > reach {
                    continue;
                }
                part.distance(&work.points, &mut work.local, &mut work.part);
                blend_in(work, group.blend, index as u32);
            }
            for i in 0..BLOCK {
                work.total[i] = if work.group[i] < work.total[i] { work.group[i] } else { work.total[i] };
            }
            // This uses the nearest part and not the blended total, which is lower: a skipped part must not
            // be the nearest one.
            worst = worst.min(work.nearest.iter().fold(f32::NEG_INFINITY, |a, &b| if a > b { a } else { b }));
        }
    }
}

fn blend_in(work: &mut Workspace, blend: f32, index: u32) {
    if blend > 0.0 {
        for i in 0..BLOCK {
            // An infinite value means that the group is still empty.
            let group = if work.group[i] < 1e9 { work.group[i] } else { 1e9 };
            work.group[i] = smooth_min(work.part[i], group, blend);
        }
    } else {
        for i in 0..BLOCK {
            work.group[i] = if work.part[i] < work.group[i] { work.part[i] } else { work.group[i] };
        }
    }
    for i in 0..BLOCK {
        let nearer = work.part[i] < work.nearest[i];
        work.nearest[i] = if nearer { work.part[i] } else { work.nearest[i] };
        work.nearest_part[i] = if nearer { index } else { work.nearest_part[i] };
    }
}

fn bound_group(blend: f32, range: std::ops::Range<usize>, parts: &[Part]) -> Group {
    let members = &parts[range.clone()];
    let mut low = [f32::INFINITY; 3];
    let mut high = [f32::NEG_INFINITY; 3];
    for part in members {
        for axis in 0..3 {
            low[axis] = low[axis].min(part.centre[axis] - part.bound);
            high[axis] = high[axis].max(part.centre[axis] + part.bound);
        }
    }
    let centre = [0, 1, 2].map(|i| 0.5 * (low[i] + high[i]));
    let bound = members.iter().map(|part| length(sub(part.centre, centre)) + part.bound).fold(0.0, f32::max);
    Group { blend, parts: range, centre, bound }
}

fn ball_around(points: &Points) -> (Vec3, f32) {
    let range = |lane: &Lane| {
        let low = lane.iter().fold(f32::INFINITY, |a, &b| if a < b { a } else { b });
        let high = lane.iter().fold(f32::NEG_INFINITY, |a, &b| if a > b { a } else { b });
        (0.5 * (low + high), 0.5 * (high - low))
    };
    let (x, y, z) = (range(&points.x), range(&points.y), range(&points.z));
    let half = [x.1, y.1, z.1];
    ([x.0, y.0, z.0], dot(half, half).sqrt())
}

/// Returns the indices of the points in the order of a Morton curve over 16³ cells.
fn sort_by_place(points: &[Vec3]) -> Vec<u32> {
    let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
    if points.len() <= BLOCK {
        return (0..count).collect();
    }
    let cell = |v: f32| ((v + 1.0) * 8.0).clamp(0.0, 15.0) as usize;
    let spread = |v: usize| (v & 1) | (v & 2) << 2 | (v & 4) << 4 | (v & 8) << 6;
    let keys: Vec<u16> = points
        .iter()
        .take(count as usize)
        .map(|p| (spread(cell(p[0])) | spread(cell(p[1])) << 1 | spread(cell(p[2])) << 2) as u16)
        .collect();
    let mut starts = vec![0u32; 4097];
    keys.iter().for_each(|&key| starts[key as usize + 1] += 1);
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut order = vec![0u32; keys.len()];
    for (index, &key) in keys.iter().enumerate() {
        let slot = &mut starts[key as usize];
        order[*slot as usize] = index as u32;
        *slot += 1;
    }
    order
}
