//! Prompts that come with a shape: what is given, what is said of it, and the truth between the two.
//!
//! LATTE3D's α, "how much of the shape is kept", is an input here. Its loss, (1 − α) · (f − prompt)² + α · (f − shape)² at each
//! point, has its minimum at (1 − α) · prompt + α · shape; that is the truth that is taught, of signed distances.

use att3d::generator::POINT_FEATURES;
use att3d::pipeline::{PipelineError, Shape, ShapePoint};
use toybox::{CloudPoint, Material, Random, SampleMix, Scene, SceneSpec, sample_cloud, sample_points};

/// A prompt, a shape beside it, and how much of that is to be kept.
pub struct Shaped {
    /// What is said.
    pub prompt: String,
    said: Scene,
    given: Scene,
    bend: Bend,
    /// α: 0 is the prompt's own shape, 1 the given one.
    keep: f32,
}

/// Where samples are drawn before they walk onto the surface between the two shapes.
const BEFORE_WALK: SampleMix =
    SampleMix { uniform: 0.0, surface: 0.7, parts: 0.3, near_sigma: 0.01, far_sigma: 0.03 };

impl Shaped {
    /// Draws one. The shape is the said scene itself, or bent; the scene before what is said of it, with only the change
    /// said or the whole; or any other scene. None of them is held out: a shape may be met without its words too.
    pub fn random(random: &mut Random) -> Self {
        let said = toybox::random_training_spec(random);
        let whole = |random: &mut Random| toybox::random_prompt(&said, random);
        let kind = random.uniform();
        let (given, prompt, bent) = if kind < 0.15 {
            (said, whole(random), 0.0)
        } else if kind < 0.35 {
            (said, whole(random), 1.0)
        } else if kind < 0.70 {
            let change = toybox::random_change(&said, random);
            match change.filter(|change| !toybox::is_held_out(&change.before)) {
                Some(change) if random.chance(0.7) => (change.before, change.words, 0.4),
                Some(change) => (change.before, whole(random), 0.4),
                None => (said, whole(random), 0.4),
            }
        } else {
            (toybox::random_training_spec(random), whole(random), 0.4)
        };
        let bend = if random.chance(bent) { Bend::random(random) } else { Bend::NONE };
        let bend = if random.chance(0.5) { bend.fitted(&given, random) } else { bend };
        let keep = match random.uniform() {
            end if end < 0.15 => 0.0,
            end if end < 0.40 => 1.0,
            _ => random.uniform(),
        };
        Self::new(prompt, &said, &given, bend, keep)
    }

    /// What is given.
    #[cfg(test)]
    pub fn given(&self) -> &SceneSpec {
        self.given.spec()
    }

    /// The parts put together.
    pub fn new(prompt: String, said: &SceneSpec, given: &SceneSpec, bend: Bend, keep: f32) -> Self {
        Self { prompt, said: Scene::build(said), given: Scene::build(given), bend, keep }
    }

    /// The given shape as the network gets it: `count` rows of [`POINT_FEATURES`]. Now and then without normals, now and then
    /// without colours, as clouds and meshes come.
    pub fn cloud(&self, random: &mut Random, count: usize) -> Vec<f32> {
        let points = self.points(random, count);
        let (has_normals, has_colors) = (random.chance(0.85), random.chance(0.6));
        let mut rows = Vec::with_capacity(count * POINT_FEATURES);
        // A scene gives no point only where all of its surface is hidden; the cloud is then the middle.
        let drawn = points.iter().cycle().take(if points.is_empty() { 0 } else { count });
        for seen in drawn {
            rows.extend(seen.point);
            rows.extend(if has_normals { seen.normal } else { [0.0; 3] });
            rows.extend(if has_colors { seen.color.map(|channel| channel - 0.5) } else { [0.0; 3] });
            rows.push(self.keep);
        }
        rows.resize(count * POINT_FEATURES, 0.0);
        rows
    }

    /// The given shape as a caller of the library gives it.
    pub fn shape(&self, random: &mut Random, count: usize) -> Result<Shape, PipelineError> {
        let point = |seen: CloudPoint| ShapePoint {
            position: seen.point,
            normal: seen.normal,
            color: Some(seen.color),
        };
        Shape::from_cloud(self.points(random, count).into_iter().map(point).collect())?.keeping(self.keep)
    }

    /// Points of the given shape, as it is bent.
    pub fn points(&self, random: &mut Random, count: usize) -> Vec<CloudPoint> {
        let mut points = sample_cloud(&self.given, random, count);
        for seen in &mut points {
            (seen.point, seen.normal) = (self.bend.forward(seen.point), self.bend.normal(seen.normal));
        }
        points
    }

    /// The truth: (1 − α) · distance to what is said + α · distance to what is given.
    pub fn distances(&self, points: &[[f32; 3]]) -> Vec<f32> {
        let mut said = vec![0.0; points.len()];
        self.said.evaluate(points, &mut said);
        if self.keep == 0.0 {
            return said;
        }
        let back: Vec<[f32; 3]> = points.iter().map(|&point| self.bend.back(point)).collect();
        let mut given = vec![0.0; points.len()];
        self.given.evaluate(&back, &mut given);
        let slope = self.bend.least_scale();
        said.iter()
            .zip(given)
            .map(|(said, given)| (1.0 - self.keep) * said + self.keep * slope * given)
            .collect()
    }

    /// The said scene's materials. Where the given shape is bent they go with it, as much as it is kept.
    pub fn materials(&self, points: &[[f32; 3]]) -> Vec<Material> {
        let places: Vec<[f32; 3]> = points
            .iter()
            .map(|&point| {
                let back = self.bend.back(point);
                [0, 1, 2].map(|axis| (1.0 - self.keep) * point[axis] + self.keep * back[axis])
            })
            .collect();
        let mut materials = vec![Material::default(); points.len()];
        self.said.evaluate_materials(&places, &mut vec![0.0; points.len()], &mut materials);
        materials
    }

    /// Points near the surface of the truth: drawn near both shapes, as much as each counts, then two Newton steps.
    pub fn near_surface(&self, random: &mut Random, count: usize) -> Vec<[f32; 3]> {
        let of_given = (self.keep * count as f32).round() as usize;
        let mut points = sample_points(&self.said, random, count - of_given, &BEFORE_WALK);
        let given = sample_points(&self.given, random, of_given, &BEFORE_WALK);
        points.extend(given.into_iter().map(|point| self.bend.forward(point)));
        for last in (1..points.len()).rev() {
            points.swap(last, random.below(last + 1));
        }
        for _ in 0..2 {
            self.walk(&mut points);
        }
        points
    }

    fn walk(&self, points: &mut [[f32; 3]]) {
        const H: f32 = 2e-3;
        const LONGEST: f32 = 0.2;
        let values = self.distances(points);
        let slopes: [Vec<f32>; 3] = std::array::from_fn(|axis| {
            let mut moved = points.to_vec();
            moved.iter_mut().for_each(|point| point[axis] += H);
            self.distances(&moved).iter().zip(&values).map(|(moved, value)| (moved - value) / H).collect()
        });
        for (index, point) in points.iter_mut().enumerate() {
            let slope = [0, 1, 2].map(|axis| slopes[axis][index]);
            let squared: f32 = slope.iter().map(|number| number * number).sum();
            let step = (values[index] / squared.max(0.1)).clamp(-LONGEST, LONGEST);
            *point = [0, 1, 2].map(|axis| (point[axis] - step * slope[axis]).clamp(-1.0, 1.0));
        }
    }
}

/// Stretched along the axes, then turned about +Y, then moved.
#[derive(Clone, Copy, Debug)]
pub struct Bend {
    scale: [f32; 3],
    sine: f32,
    cosine: f32,
    shift: [f32; 3],
}

impl Bend {
    /// Nothing bent.
    pub const NONE: Self = Self { scale: [1.0; 3], sine: 0.0, cosine: 1.0, shift: [0.0; 3] };

    /// Each axis from 0.7 to 1.2; turned a little, or now and then by a quarter or more.
    pub fn random(random: &mut Random) -> Self {
        let scale = [0; 3].map(|_| random.between(0.7, 1.2));
        let little = random.between(-25.0, 25.0);
        let turn = if random.chance(0.2) { 90.0 * (1 + random.below(3)) as f32 } else { 0.0 };
        let (sine, cosine) = (little + turn).to_radians().sin_cos();
        Self { scale, sine, cosine, shift: [0.0; 3] }
    }

    /// The bend, and then what the library does with a mesh that is given: its middle to the origin, its longest side to the usual length
    /// ([`Shape::fitted`]).
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

    fn turn(&self, [x, y, z]: [f32; 3], sign: f32) -> [f32; 3] {
        let sine = sign * self.sine;
        [self.cosine * x + sine * z, y, self.cosine * z - sine * x]
    }

    fn forward(&self, point: [f32; 3]) -> [f32; 3] {
        let stretched = [0, 1, 2].map(|axis| point[axis] * self.scale[axis]);
        let turned = self.turn(stretched, 1.0);
        [0, 1, 2].map(|axis| (turned[axis] + self.shift[axis]).clamp(-1.0, 1.0))
    }

    fn back(&self, point: [f32; 3]) -> [f32; 3] {
        let turned = self.turn([0, 1, 2].map(|axis| point[axis] - self.shift[axis]), -1.0);
        [0, 1, 2].map(|axis| turned[axis] / self.scale[axis])
    }

    fn normal(&self, normal: [f32; 3]) -> [f32; 3] {
        let stretched = [0, 1, 2].map(|axis| normal[axis] / self.scale[axis]);
        let length = stretched.iter().map(|number| number * number).sum::<f32>().sqrt().max(1e-6);
        self.turn(stretched.map(|number| number / length), 1.0)
    }

    /// A distance before, times this, is at most the distance after.
    fn least_scale(&self) -> f32 {
        self.scale.into_iter().fold(f32::INFINITY, f32::min)
    }
}
