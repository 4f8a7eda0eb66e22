//! Batches of exact ground truth, made ahead of the step that needs them.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use att3d::text::tokenizer::Tokenizer;
use toybox::{Material, Random, SampleMix, Scene};

use crate::recipe::{Recipe, Stage};

/// One step's prompts, points and truth; arrays are row-major.
pub struct Batch {
    /// Token ids of each prompt.
    pub prompts: Vec<Vec<u32>>,
    /// [prompts, distance_points, 3], object space; empty in the texture stage. The last quarter are near neighbours of
    /// the quarter before, in the same order.
    pub distance_points: Vec<f32>,
    /// [prompts, distance_points], signed distance.
    pub distances: Vec<f32>,
    /// [prompts, texture_points, 3], object space, near the surface.
    pub texture_points: Vec<f32>,
    /// [prompts, texture_points, 5]: sRGB red, green, blue, metallic, roughness.
    pub materials: Vec<f32>,
}

/// Where colours are asked: where a mesh's vertices lie, which is within a third of a cell at 128³ of the true surface.
/// Of parts of equal chance there are some, so that eyes and buttons get theirs.
const NEAR_SURFACE: SampleMix =
    SampleMix { uniform: 0.0, surface: 0.75, parts: 0.25, near_sigma: 0.005, far_sigma: 0.005 };

/// Points nearer to the surface than this are on it, but for their straying.
const SEEN: f32 = 0.03;

/// Makes the batch of one step; the same seed and step make the same batch.
pub fn make_batch(recipe: &Recipe, tokenizer: &Tokenizer, step: u64) -> Result<Batch, crate::TrainError> {
    let mut rng = Random::stream(recipe.seed, step);
    let mut batch = Batch {
        prompts: Vec::with_capacity(recipe.prompts),
        distance_points: Vec::with_capacity(recipe.prompts * recipe.distance_points * 3),
        distances: Vec::with_capacity(recipe.prompts * recipe.distance_points),
        texture_points: Vec::with_capacity(recipe.prompts * recipe.texture_points * 3),
        materials: Vec::with_capacity(recipe.prompts * recipe.texture_points * 5),
    };
    for _ in 0..recipe.prompts {
        let is_bare = step < recipe.bare_until && rng.uniform() >= step as f32 / recipe.bare_until as f32;
        let spec =
            if is_bare { toybox::random_bare_spec(&mut rng) } else { toybox::random_training_spec(&mut rng) };
        let prompt = toybox::random_prompt(&spec, &mut rng);
        batch.prompts.push(tokenizer.encode(&prompt)?.ids);
        let scene = Scene::build(&spec);
        if recipe.stage == Stage::Everything {
            push_distances(&mut batch, &scene, &mut rng, recipe.distance_points);
        }
        push_materials(&mut batch, &scene, &mut rng, recipe.texture_points);
    }
    Ok(batch)
}

/// How far apart the neighbours of a pair are, object space: a fraction of a cell to a few at 128³.
const PAIR: [f32; 2] = [0.005, 0.04];

fn push_distances(batch: &mut Batch, scene: &Scene, rng: &mut Random, count: usize) {
    let pairs = count / 4;
    let mut points = toybox::sample_points(scene, rng, count - pairs, &SampleMix::default());
    // In any order, so that the last quarter, which get neighbours, are of all kinds.
    for last in (1..points.len()).rev() {
        points.swap(last, rng.below(last + 1));
    }
    for index in count - 2 * pairs..count - pairs {
        let (length, direction) = (rng.between(PAIR[0], PAIR[1]), rng.direction());
        let point = points[index];
        points.push([0, 1, 2].map(|axis| (point[axis] + length * direction[axis]).clamp(-1.0, 1.0)));
    }
    let mut distances = vec![0.0; count];
    scene.evaluate(&points, &mut distances);
    batch.distance_points.extend_from_slice(points.as_flattened());
    batch.distances.extend_from_slice(&distances);
}

fn push_materials(batch: &mut Batch, scene: &Scene, rng: &mut Random, count: usize) {
    // A fifth of what is drawn on parts lies inside others, where nobody sees its colour: it fills up, if need be.
    let points = toybox::sample_points(scene, rng, count + count / 2, &NEAR_SURFACE);
    let mut distances = vec![0.0; points.len()];
    let mut materials = vec![Material::default(); points.len()];
    scene.evaluate_materials(&points, &mut distances, &mut materials);
    let drawn = points.iter().zip(&materials).zip(&distances);
    let (seen, hidden): (Vec<_>, Vec<_>) = drawn.partition(|(_, distance)| distance.abs() < SEEN);
    for ((point, material), _) in seen.into_iter().chain(hidden).take(count) {
        batch.texture_points.extend(point);
        batch.materials.extend(material.color);
        batch.materials.extend([material.metallic, material.roughness]);
    }
}

/// Batches of consecutive steps, made by one thread while the trainer works.
pub struct Stream {
    receiver: Receiver<Result<Batch, crate::TrainError>>,
    _maker: JoinHandle<()>,
}

impl Stream {
    /// Begins at `first_step`. The thread ends with the stream.
    pub fn start(recipe: &Recipe, tokenizer: Tokenizer, first_step: u64) -> Self {
        let (sender, receiver) = sync_channel(2);
        let recipe = recipe.clone();
        let maker = std::thread::spawn(move || {
            for step in first_step..recipe.steps {
                if sender.send(make_batch(&recipe, &tokenizer, step)).is_err() {
                    return;
                }
            }
        });
        Self { receiver, _maker: maker }
    }

    /// The next step's batch; `None` after the last step.
    pub fn next(&self) -> Option<Result<Batch, crate::TrainError>> {
        self.receiver.recv().ok()
    }
}

#[cfg(test)]
mod tests;
