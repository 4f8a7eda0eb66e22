//! Scenes as signed distances with materials, evaluated in batches.

use crate::math::{Vec3, dot, length, sub};
use crate::model;
use crate::paint::{Material, made_of};
use crate::part::{Part, smooth_min};
use crate::shape::{BLOCK, Lane, Points};
use crate::spec::SceneSpec;

#[cfg(test)]
mod tests;

/// A group of parts that blend into each other.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub blend: f32,
    pub parts: std::ops::Range<usize>,
    center: Vec3,
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
        let (center, radius) = ball_around(&work.points);
        let gaps: Vec<f32> = self.parts.iter().map(|part| length(sub(part.center, center))).collect();
        let nearest_middle =
            self.parts.iter().zip(&gaps).filter(|(part, _)| part.has_middle()).map(|(_, gap)| *gap);
        let mut worst = nearest_middle.fold(f32::INFINITY, f32::min) + radius;
        work.total = [f32::INFINITY; BLOCK];
        work.nearest = [f32::INFINITY; BLOCK];
        for group in &self.groups {
            // A part farther away than twice the blend changes neither the distance nor the nearest part.
            let reach = worst + radius + 2.0 * group.blend;
            if length(sub(group.center, center)) - group.bound > reach {
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
            // The limit is the distance to the nearest part and not the blended total, which can be lower. A
            // skipped part must not be the nearest one.
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
            low[axis] = low[axis].min(part.center[axis] - part.bound);
            high[axis] = high[axis].max(part.center[axis] + part.bound);
        }
    }
    let center = [0, 1, 2].map(|i| 0.5 * (low[i] + high[i]));
    let bound = members.iter().map(|part| length(sub(part.center, center)) + part.bound).fold(0.0, f32::max);
    Group { blend, parts: range, center, bound }
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
