//! Prompts with a shape: the given shape, the scene of the prompt, and the truth between the two.
//!
//! LATTE3D's α, which controls how much of the shape is kept, is an input here. LATTE3D blends two losses,
//! and its results stay coherent objects. A blend of two signed distances of different shapes is not one
//! object, since separate parts float beside the main part. Therefore each truth is one scene.
//!
//! - At small α, the truth is the scene of the prompt, fitted to the proportions of the given shape in
//!   proportion to α.
//! - At large α, the truth is the given shape with the colors and materials of the prompt's scene.

use att3d::generator::POINT_FEATURES;
use att3d::pipeline::{PipelineError, Shape, ShapePoint};
use toybox::{CloudPoint, Material, Random, SampleMix, Scene, SceneSpec, sample_cloud, sample_points};

mod bend;

pub use bend::Bend;

/// α from which the truth is the given shape, where the prompt names another thing. Below this α, the truth
/// is the prompt's scene, fitted to the bounding box of the given shape by α / [`GIVEN_FROM`].
pub const GIVEN_FROM: f32 = 0.75;

/// Shares of the clouds that have normals and colors, since real clouds and meshes may lack them.
pub const HAS_NORMALS: f32 = 0.85;
pub const HAS_COLORS: f32 = 0.6;

/// A prompt with a shape, and the keep share.
pub struct Shaped {
    /// The prompt.
    pub prompt: String,
    said: Scene,
    given: Scene,
    /// The deformation from the given scene to the given shape.
    bend: Bend,
    /// The deformation from the prompt's scene to the truth. Its inverse maps points to the places where
    /// colors are evaluated.
    fit: Bend,
    /// Whether the truth is the given shape.
    is_given: bool,
    /// α: 0 is the shape of the prompt, 1 is the given shape.
    keep: f32,
}

/// Sampling of points before they move onto the surface of the truth.
const BEFORE_WALK: SampleMix =
    SampleMix { uniform: 0.0, surface: 0.6, parts: 0.4, near_sigma: 0.01, far_sigma: 0.03 };

impl Shaped {
    /// Draws a prompt with a shape. The shape is one of these, and is sometimes deformed:
    ///
    /// - the scene of the prompt itself
    /// - that scene without an attribute, where the prompt names only the attribute or the whole scene
    /// - any other scene
    ///
    /// More than half of the shapes are other scenes, and most shares are between 0 and 1. When such prompts
    /// were only 5 % of a run, a third of the results at α = 1/2 were recognized.
    ///
    /// None of the shapes is held out, since a model could otherwise learn a held-out shape without its
    /// words.
    pub fn random(random: &mut Random) -> Self {
        let said = toybox::random_training_spec(random);
        let whole = |random: &mut Random| toybox::random_prompt(&said, random);
        let kind = random.uniform();
        let (given, prompt, bent) = if kind < 0.08 {
            (said, whole(random), 0.0)
        } else if kind < 0.20 {
            (said, whole(random), 1.0)
        } else if kind < 0.45 {
            let change = toybox::random_change(&said, random);
            match change.filter(|change| !toybox::is_held_out(&change.before)) {
                Some(change) if random.chance(0.7) => (change.before, change.words, 0.4),
                Some(change) => (change.before, whole(random), 0.4),
                None => (said, whole(random), 0.4),
            }
        } else {
            (toybox::random_training_spec(random), whole(random), 0.4)
        };
        Self::between(prompt, &said, &given, bent, random)
    }

    /// Makes a prompt with a shape, and draws the deformation and α. bent: probability of a random
    /// deformation.
    pub fn between(
        prompt: String,
        said: &SceneSpec,
        given: &SceneSpec,
        bent: f32,
        random: &mut Random,
    ) -> Self {
        let bend = if random.chance(bent) { Bend::random(random) } else { Bend::NONE };
        let bend = if random.chance(0.5) { bend.fitted(given, random) } else { bend };
        let keep = match random.uniform() {
            end if end < 0.10 => 0.0,
            end if end < 0.30 => 1.0,
            _ => random.uniform(),
        };
        Self::new(prompt, said, given, bend, keep)
    }

    /// Returns the spec of the given scene.
    #[cfg(test)]
    pub fn given(&self) -> &SceneSpec {
        self.given.spec()
    }

    /// Makes the truth from its parts. `bend` is the deformation from the given scene to the given shape;
    /// `keep` is α, 0 to 1.
    pub fn new(prompt: String, said: &SceneSpec, given: &SceneSpec, bend: Bend, keep: f32) -> Self {
        let is_change = said.noun == given.noun && said.count == given.count;
        let (said, given) = (Scene::build(said), Scene::build(given));
        // A changed scene gets the same deformation as the scene before the change, including its
        // accessories.
        let whole = if is_change { bend } else { Bend::between(said.extent(), bend.extent(given.extent())) };
        let is_given = keep >= if is_change { 1.0 } else { GIVEN_FROM };
        let share = if is_change || is_given { keep } else { keep / GIVEN_FROM };
        let fit = Bend::NONE.towards(&whole, if is_given { 1.0 } else { share });
        let fit = if is_given { fit } else { fit.within_box(said.extent()) };
        Self { prompt, said, given, bend, fit, is_given, keep }
    }

    /// Returns the given shape as the network's input: `count` rows of [`POINT_FEATURES`]. Some clouds have
    /// no normals and some have no colors, like real clouds and meshes.
    pub fn cloud(&self, random: &mut Random, count: usize) -> Vec<f32> {
        let points = self.points(random, count);
        let (has_normals, has_colors) = (random.chance(HAS_NORMALS), random.chance(HAS_COLORS));
        let mut rows = Vec::with_capacity(count * POINT_FEATURES);
        // A scene has no points only where its whole surface is hidden. The cloud is then a set of points at
        // the origin.
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

    /// Returns the given shape in the form in which a caller of the library gives it.
    pub fn shape(&self, random: &mut Random, count: usize) -> Result<Shape, PipelineError> {
        let point = |seen: CloudPoint| ShapePoint {
            position: seen.point,
            normal: seen.normal,
            color: Some(seen.color),
        };
        Shape::from_cloud(self.points(random, count).into_iter().map(point).collect())?.keeping(self.keep)
    }

    /// Returns points of the deformed given shape.
    pub fn points(&self, random: &mut Random, count: usize) -> Vec<CloudPoint> {
        let mut points = sample_cloud(&self.given, random, count);
        for seen in &mut points {
            (seen.point, seen.normal) = (self.bend.forward(seen.point), self.bend.normal(seen.normal));
        }
        points
    }

    /// Returns the signed distances of the truth at points in object space. For a deformed scene these are
    /// lower bounds of the distances.
    pub fn distances(&self, points: &[[f32; 3]]) -> Vec<f32> {
        let (scene, bend) = self.truth();
        let back: Vec<[f32; 3]> = points.iter().map(|&point| bend.back(point)).collect();
        let mut values = vec![0.0; points.len()];
        scene.evaluate(&back, &mut values);
        let slope = bend.least_scale();
        values.iter_mut().for_each(|value| *value *= slope);
        values
    }

    /// Returns the scene of the truth and its deformation.
    fn truth(&self) -> (&Scene, &Bend) {
        if self.is_given { (&self.given, &self.bend) } else { (&self.said, &self.fit) }
    }

    /// Returns the materials of the prompt's scene at points in object space, with the deformation of the
    /// truth.
    pub fn materials(&self, points: &[[f32; 3]]) -> Vec<Material> {
        let places: Vec<[f32; 3]> = points.iter().map(|&point| self.fit.back(point)).collect();
        let mut materials = vec![Material::default(); points.len()];
        self.said.evaluate_materials(&places, &mut vec![0.0; points.len()], &mut materials);
        materials
    }

    /// Returns points near the surface of the truth, in random order. They are sampled on its parts and then
    /// moved by two Newton steps.
    pub fn near_surface(&self, random: &mut Random, count: usize) -> Vec<[f32; 3]> {
        let (scene, bend) = self.truth();
        let drawn = sample_points(scene, random, count, &BEFORE_WALK);
        let mut points: Vec<[f32; 3]> = drawn.into_iter().map(|point| bend.forward(point)).collect();
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
