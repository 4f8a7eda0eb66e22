//! Sample points: points for training, and points of the true surface for scoring.

use crate::math::{Vec3, add, dot, length, normalize, scale, sub};
use crate::paint::Material;
use crate::part::Part;
use crate::random::Random;
use crate::scene::Scene;

#[cfg(test)]
mod tests;

/// Shares of the kinds of training points, and standard deviations of the points near surfaces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleMix {
    /// Share of points that are uniform in the box [-1, 1]³.
    pub uniform: f32,
    /// Share of points near surfaces that are chosen by area. Half of them use `near_sigma` and half
    /// `far_sigma`.
    pub surface: f32,
    /// Share of points near surfaces of parts that are chosen with equal probability, so that thin parts get
    /// many points. These points use `near_sigma`. The three shares need not sum to 1.
    pub parts: f32,
    /// Standard deviation of the near samples, in object units.
    pub near_sigma: f32,
    /// Standard deviation of the far samples, in object units.
    pub far_sigma: f32,
}

impl Default for SampleMix {
    fn default() -> Self {
        Self { uniform: 0.25, surface: 0.45, parts: 0.30, near_sigma: 0.02, far_sigma: 0.08 }
    }
}

/// A point of the true surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfacePoint {
    /// Position in object space. The absolute distance of the scene there is below 1e-3.
    pub point: Vec3,
    /// Index into [`Scene::parts`].
    pub part: u32,
}

impl Part {
    /// Returns a point on the part's own surface, which may be inside another part.
    pub(crate) fn sample(&self, random: &mut Random) -> Vec3 {
        let mut best = self.frame.origin;
        for _ in 0..8 {
            let on_shape = self.shape.sample_surface(random);
            let outward = normalize(sub(on_shape, self.shape.middle()));
            let mut point = self.frame.to_object(on_shape);
            if self.inflate != 0.0 || self.skin.is_some() {
                let side = self.skin.map_or(0.0, |half| if random.chance(0.5) { half } else { -half });
                let local_outward = sub(self.frame.to_object(outward), self.frame.origin);
                point = add(point, scale(local_outward, self.inflate + side));
            }
            best = point;
            if self.cuts.iter().all(|&(normal, offset)| dot(normal, point) <= offset) {
                break;
            }
        }
        best
    }

    fn area(&self) -> f32 {
        self.shape.area() * if self.skin.is_some() { 2.0 } else { 1.0 }
    }
}

struct ByArea {
    ends: Vec<f32>,
}

impl ByArea {
    fn new(scene: &Scene) -> Self {
        let mut total = 0.0;
        let ends = scene.parts().iter().map(|part| {
            total += part.area();
            total
        });
        Self { ends: ends.collect() }
    }

    fn pick(&self, random: &mut Random) -> usize {
        let target = random.uniform() * self.ends.last().copied().unwrap_or(0.0);
        self.ends.partition_point(|&end| end <= target).min(self.ends.len().saturating_sub(1))
    }
}

fn stray(point: Vec3, sigma: f32, random: &mut Random) -> Vec3 {
    let (a, b) = random.normal_pair();
    let (c, _) = random.normal_pair();
    add(point, scale([a, b, c], sigma)).map(|v| v.clamp(-1.0, 1.0))
}

/// Returns training points in [-1, 1]³: first uniform points, then points near parts that are chosen by area,
/// then points near equally probable parts. This function evaluates no distances of the scene, so it is cheap
/// in comparison with the evaluation of the points.
pub fn sample_points(scene: &Scene, random: &mut Random, count: usize, mix: &SampleMix) -> Vec<Vec3> {
    let sum = (mix.uniform + mix.surface + mix.parts).max(1e-6);
    let uniform = (count as f32 * mix.uniform / sum).round() as usize;
    let surface = (count as f32 * (mix.uniform + mix.surface) / sum).round() as usize;
    let by_area = ByArea::new(scene);
    let parts = scene.parts();
    (0..count)
        .map(|index| {
            if index < uniform {
                return [0; 3].map(|_| random.between(-1.0, 1.0));
            }
            let near = index >= surface || random.chance(0.5);
            let sigma = if near { mix.near_sigma } else { mix.far_sigma };
            let part = if index < surface { by_area.pick(random) } else { random.below(parts.len()) };
            stray(parts[part].sample(random), sigma, random)
        })
        .collect()
}

/// Returns points of the true surface, roughly uniform over its area, each with the index of its part.
pub fn sample_surface(scene: &Scene, random: &mut Random, count: usize) -> Vec<SurfacePoint> {
    let by_area = ByArea::new(scene);
    collect_surface(scene, random, count, |random| by_area.pick(random))
}

/// Returns points of the true surface on thin parts only (see [`Part::is_thin`]). Empty if no part is
/// thin.
pub fn sample_thin_surface(scene: &Scene, random: &mut Random, count: usize) -> Vec<SurfacePoint> {
    sample_surface_of(scene, random, count, Part::is_thin)
}

/// Returns points of the true surface on the parts for which `is_wanted` is true, roughly uniform over their
/// area. Empty if there are no such parts.
pub fn sample_surface_of(
    scene: &Scene,
    random: &mut Random,
    count: usize,
    is_wanted: impl Fn(&Part) -> bool,
) -> Vec<SurfacePoint> {
    let mut total = 0.0;
    let mut wanted = Vec::new();
    for (index, part) in scene.parts().iter().enumerate().filter(|(_, part)| is_wanted(part)) {
        total += part.area();
        wanted.push((total, index));
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    collect_surface(scene, random, count, |random| {
        let target = random.uniform() * total;
        wanted[wanted.partition_point(|&(end, _)| end <= target).min(wanted.len() - 1)].1
    })
}

/// A point of a surface, with noise like that of a scanner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CloudPoint {
    /// Position in object space, within [`CLOUD_NOISE`] of the surface.
    pub point: Vec3,
    /// Unit normal, outward.
    pub normal: Vec3,
    /// sRGB color.
    pub color: Vec3,
}

/// Largest distance of a cloud's point from the surface, in object units.
pub const CLOUD_NOISE: f32 = 0.01;

/// Returns a point cloud of the visible surface of the scene, roughly uniform over its area. This function is
/// cheaper and less exact than [`sample_surface`]. The cloud has fewer than `count` points, or none, where
/// nearly all of the parts' surface is inside other parts.
pub fn sample_cloud(scene: &Scene, random: &mut Random, count: usize) -> Vec<CloudPoint> {
    let by_area = ByArea::new(scene);
    let mut kept = Vec::with_capacity(count);
    for _ in 0..4 {
        let missing = count - kept.len();
        if missing == 0 {
            break;
        }
        let points: Vec<Vec3> = (0..missing + missing / 4 + 16)
            .map(|_| scene.parts()[by_area.pick(random)].sample(random))
            .collect();
        let mut distance = vec![0.0; points.len()];
        let mut materials = vec![Material::default(); points.len()];
        scene.evaluate_materials(&points, &mut distance, &mut materials);
        let seen = |index: &usize| distance[*index].abs() <= CLOUD_NOISE;
        let seen: Vec<usize> = (0..points.len()).filter(seen).take(missing).collect();
        let points: Vec<Vec3> = seen.iter().map(|&index| points[index]).collect();
        let mut normals = vec![[0.0; 3]; points.len()];
        scene.evaluate_normals(&points, &mut vec![0.0; points.len()], &mut normals);
        let found = points.into_iter().zip(normals).zip(seen);
        kept.extend(found.map(|((point, normal), index)| CloudPoint {
            point,
            normal,
            color: materials[index].color,
        }));
    }
    kept
}

/// Samples points on primitives and moves them along the gradient onto the surface of the scene. Keeps only
/// the points that end on the part they were drawn from, so that a surface shared by two parts is not counted
/// twice.
fn collect_surface(
    scene: &Scene,
    random: &mut Random,
    count: usize,
    mut pick: impl FnMut(&mut Random) -> usize,
) -> Vec<SurfacePoint> {
    let mut kept = Vec::with_capacity(count);
    for _ in 0..64 {
        if kept.len() >= count {
            break;
        }
        let batch = (2 * (count - kept.len())).clamp(256, 16_384);
        let origins: Vec<usize> = (0..batch).map(|_| pick(random)).collect();
        let mut points: Vec<Vec3> = origins.iter().map(|&part| scene.parts()[part].sample(random)).collect();
        let mut distance = vec![0.0; batch];
        let mut normals = vec![[0.0; 3]; batch];
        let mut parts = vec![0; batch];
        scene.evaluate(&points, &mut distance);
        let mut near: Vec<bool> = distance.iter().map(|d| d.abs() < 0.04).collect();
        for _ in 0..4 {
            scene.evaluate_normals(&points, &mut distance, &mut normals);
            for i in 0..batch {
                points[i] = sub(points[i], scale(normals[i], distance[i].clamp(-0.04, 0.04)));
                near[i] &= length(normals[i]) > 0.5;
            }
        }
        scene.evaluate_parts(&points, &mut distance, &mut parts);
        let arrived =
            (0..batch).filter(|&i| near[i] && distance[i].abs() < 1e-3 && parts[i] as usize == origins[i]);
        kept.extend(arrived.map(|i| SurfacePoint { point: points[i], part: parts[i] }));
    }
    kept.truncate(count);
    kept
}
