//! Affine deformations of a scene: scales along the axes, a rotation about +Y, and a translation.

use toybox::{Random, Scene, SceneSpec, sample_cloud};

/// Smallest factor that fits a scene to the bounding box of a given shape; the largest is its reciprocal. For
/// example, a pig that is fitted to the box of a sword is no longer a pig.
const LEAST_FIT: f32 = 0.5;
/// Largest absolute coordinate of a fitted scene along an axis, in object space.
const LARGEST_REACH: f32 = 0.97;

/// Scales along the axes, then a rotation about +Y, then a translation.
#[derive(Clone, Copy, Debug)]
pub struct Bend {
    scale: [f32; 3],
    sine: f32,
    cosine: f32,
    shift: [f32; 3],
}

impl Bend {
    /// The identity.
    pub const NONE: Self = Self { scale: [1.0; 3], sine: 0.0, cosine: 1.0, shift: [0.0; 3] };

    /// Returns a random deformation. Scales are from 0.7 to 1.2. The rotation is at most 25 degrees, and in
    /// one of five cases a multiple of 90 degrees is added.
    pub fn random(random: &mut Random) -> Self {
        let scale = [0; 3].map(|_| random.between(0.7, 1.2));
        let little = random.between(-25.0, 25.0);
        let turn = if random.chance(0.2) { 90.0 * (1 + random.below(3)) as f32 } else { 0.0 };
        let (sine, cosine) = (little + turn).to_radians().sin_cos();
        Self { scale, sine, cosine, shift: [0.0; 3] }
    }

    /// Returns the deformation, followed by the library's normalization of a given mesh. The normalization
    /// centers the mesh at the origin and scales the mesh's longest side to the usual length
    /// ([`att3d::pipeline::Shape::fitted`]).
    pub fn fitted(self, scene: &SceneSpec, random: &mut Random) -> Self {
        let cloud = sample_cloud(&Scene::build(scene), random, 512);
        let points: Vec<[f32; 3]> = cloud.iter().map(|seen| self.forward(seen.point)).collect();
        let [low, high] = att3d::mesh::bounds(&points);
        let half = (0..3).map(|axis| (high[axis] - low[axis]) / 2.0).fold(0.0, f32::max);
        if !(half > 0.0 && half.is_finite()) {
            return self;
        }
        let factor = att3d::pipeline::FITTED / half;
        Self {
            scale: self.scale.map(|scale| scale * factor),
            shift: [0, 1, 2].map(|axis| -factor * (low[axis] + high[axis]) / 2.0),
            ..self
        }
    }

    /// Returns the deformation without a rotation that maps one box (low and high corners) to another. Each
    /// factor is limited to the range from [`LEAST_FIT`] to 1 / [`LEAST_FIT`].
    pub fn between(from: ([f32; 3], [f32; 3]), to: ([f32; 3], [f32; 3])) -> Self {
        let size = |(low, high): ([f32; 3], [f32; 3]), axis: usize| (high[axis] - low[axis]).max(1e-3);
        let middle = |(low, high): ([f32; 3], [f32; 3]), axis: usize| (high[axis] + low[axis]) / 2.0;
        let scale =
            [0, 1, 2].map(|axis| (size(to, axis) / size(from, axis)).clamp(LEAST_FIT, 1.0 / LEAST_FIT));
        let shift = [0, 1, 2].map(|axis| middle(to, axis) - scale[axis] * middle(from, axis));
        Self { scale, shift, ..Self::NONE }
    }

    /// Returns the deformation at the fraction `share`, 0 to 1, between this one and the other.
    pub fn towards(&self, other: &Self, share: f32) -> Self {
        let mix = |one: f32, two: f32| one + share * (two - one);
        let angle = mix(self.sine.atan2(self.cosine), other.sine.atan2(other.cosine));
        let (sine, cosine) = angle.sin_cos();
        Self {
            scale: [0, 1, 2].map(|axis| mix(self.scale[axis], other.scale[axis])),
            shift: [0, 1, 2].map(|axis| mix(self.shift[axis], other.shift[axis])),
            sine,
            cosine,
        }
    }

    /// Returns the deformation, scaled down where it would move a box out of object space.
    pub fn within_box(self, extent: ([f32; 3], [f32; 3])) -> Self {
        let (low, high) = self.extent(extent);
        let reach = (0..3).map(|axis| high[axis].max(-low[axis])).fold(0.0, f32::max);
        let factor = (LARGEST_REACH / reach.max(1e-3)).min(1.0);
        Self {
            scale: self.scale.map(|scale| scale * factor),
            shift: self.shift.map(|by| by * factor),
            ..self
        }
    }

    /// Returns the bounding box (low and high corners) of a deformed box.
    pub fn extent(&self, (low, high): ([f32; 3], [f32; 3])) -> ([f32; 3], [f32; 3]) {
        let corner = |index: usize| {
            let pick = |axis: usize| if index >> axis & 1 == 0 { low[axis] } else { high[axis] };
            self.moved([0, 1, 2].map(pick))
        };
        let fold = |pick: fn(f32, f32) -> f32, axis: usize, start: f32| {
            (0..8).map(|index| corner(index)[axis]).fold(start, pick)
        };
        (
            [0, 1, 2].map(|axis| fold(f32::min, axis, f32::INFINITY)),
            [0, 1, 2].map(|axis| fold(f32::max, axis, f32::NEG_INFINITY)),
        )
    }

    fn turn(&self, [x, y, z]: [f32; 3], sign: f32) -> [f32; 3] {
        let sine = sign * self.sine;
        [self.cosine * x + sine * z, y, self.cosine * z - sine * x]
    }

    /// Maps a point of the scene to its position after the deformation, clamped to object space.
    pub fn forward(&self, point: [f32; 3]) -> [f32; 3] {
        self.moved(point).map(|coordinate| coordinate.clamp(-1.0, 1.0))
    }

    /// Maps a point as [`Bend::forward`] does, without the clamp.
    fn moved(&self, point: [f32; 3]) -> [f32; 3] {
        let stretched = [0, 1, 2].map(|axis| point[axis] * self.scale[axis]);
        let turned = self.turn(stretched, 1.0);
        [0, 1, 2].map(|axis| turned[axis] + self.shift[axis])
    }

    /// Maps a position after the deformation to the point of the scene.
    pub fn back(&self, point: [f32; 3]) -> [f32; 3] {
        let turned = self.turn([0, 1, 2].map(|axis| point[axis] - self.shift[axis]), -1.0);
        [0, 1, 2].map(|axis| turned[axis] / self.scale[axis])
    }

    /// Maps a normal of the scene to the unit normal after the deformation.
    pub fn normal(&self, normal: [f32; 3]) -> [f32; 3] {
        let stretched = [0, 1, 2].map(|axis| normal[axis] / self.scale[axis]);
        let length = stretched.iter().map(|number| number * number).sum::<f32>().sqrt().max(1e-6);
        self.turn(stretched.map(|number| number / length), 1.0)
    }

    /// Returns the smallest scale. A distance before the deformation, times this, is at most the distance
    /// after it.
    pub fn least_scale(&self) -> f32 {
        self.scale.into_iter().fold(f32::INFINITY, f32::min)
    }
}
