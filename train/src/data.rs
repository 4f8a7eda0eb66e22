//! Batches of exact ground truth, made ahead of the steps that use them.

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use att3d::generator::{POINT_FEATURES, dummy_sphere};
use att3d::text::tokenizer::Tokenizer;
use toybox::{Material, Random, SampleMix, Scene, SceneSpec};

use crate::assets::Pool;
use crate::recipe::{Recipe, Stage};

mod listed;
pub mod nearby;
mod shaped;

pub use listed::Listed;
use nearby::{NEAR_SIGMA, moved};
pub use shaped::{Bend, GIVEN_FROM, Shaped};
use shaped::{HAS_COLORS, HAS_NORMALS};

/// Prompts, points and ground truth of one step. Arrays are row-major.
pub struct Batch {
    /// Token ids of each prompt.
    pub prompts: Vec<Vec<u32>>,
    /// [prompts, cloud_points, [`POINT_FEATURES`]]: point clouds, or the dummy sphere for prompts without a
    /// cloud. Empty if no prompt of the run has a cloud.
    pub clouds: Vec<f32>,
    /// [prompts, distance_points, 3], object space; empty in the texture stage. Of each prompt's points, the
    /// last quarter are near neighbors of the quarter before, in the same order.
    pub distance_points: Vec<f32>,
    /// [prompts, distance_points], signed distance.
    pub distances: Vec<f32>,
    /// [prompts, texture_points, 3], object space, near the surface.
    pub texture_points: Vec<f32>,
    /// [prompts, texture_points, 5]: sRGB red, green, blue, metallic, roughness.
    pub materials: Vec<f32>,
}

/// Sampling of color points on parts that are chosen by area.
const BY_AREA: SampleMix =
    SampleMix { uniform: 0.0, surface: 1.0, parts: 0.0, near_sigma: NEAR_SIGMA, far_sigma: NEAR_SIGMA };
/// Sampling of color points on equally probable parts, so that small parts such as eyes and buttons get
/// enough points.
const BY_PART: SampleMix = SampleMix { surface: 0.0, parts: 1.0, ..BY_AREA };

/// Distance below which a sampled point counts as visible. The margin allows for the deviation of the
/// samples.
const SEEN: f32 = 0.03;

/// The origin of the ground truth.
#[derive(Clone)]
pub enum Source {
    /// Random scenes of the toybox.
    Toybox,
    /// The scenes of a list of prompts.
    Listed(Arc<Listed>),
    /// A folder of assets.
    Assets(Arc<Pool>),
}

/// Makes the batch of one step. The same seed and step give the same batch.
pub fn make_batch(
    recipe: &Recipe,
    tokenizer: &Tokenizer,
    source: &Source,
    step: u64,
) -> Result<Batch, crate::TrainError> {
    let mut rng = Random::stream(recipe.seed, step);
    let mut batch = Batch {
        prompts: Vec::with_capacity(recipe.prompts),
        clouds: Vec::with_capacity(recipe.prompts * recipe.cloud_points * POINT_FEATURES),
        distance_points: Vec::with_capacity(recipe.prompts * recipe.distance_points * 3),
        distances: Vec::with_capacity(recipe.prompts * recipe.distance_points),
        texture_points: Vec::with_capacity(recipe.prompts * recipe.texture_points * 3),
        materials: Vec::with_capacity(recipe.prompts * recipe.texture_points * 5),
    };
    for _ in 0..recipe.prompts {
        if let Source::Assets(pool) = source {
            push_asset(&mut batch, pool, &mut rng, recipe, tokenizer, step)?;
            continue;
        }
        if recipe.cloud_points > 0 && rng.chance(recipe.clouds_at(step)) {
            let shaped = match source {
                Source::Listed(listed) => listed.shaped(&mut rng),
                _ => Shaped::random(&mut rng),
            };
            batch.prompts.push(tokenizer.encode(&shaped.prompt)?.ids);
            batch.clouds.extend(shaped.cloud(&mut rng, recipe.cloud_points));
            push_shaped(&mut batch, &shaped, &mut rng, recipe);
            continue;
        }
        push_sphere(&mut batch.clouds, recipe.cloud_points);
        let (prompt, spec) = match source {
            Source::Listed(listed) => listed.draw(&mut rng).clone(),
            _ => random_scene(recipe, step, &mut rng),
        };
        batch.prompts.push(tokenizer.encode(&prompt)?.ids);
        let scene = Scene::build(&spec);
        if recipe.stage == Stage::Everything {
            push_distances(&mut batch, &scene, &mut rng, recipe);
        }
        push_materials(&mut batch, &scene, &mut rng, recipe.texture_points, recipe.part_share);
    }
    Ok(batch)
}

/// Draws a random scene of the toybox with one of its prompts.
fn random_scene(recipe: &Recipe, step: u64, rng: &mut Random) -> (String, SceneSpec) {
    let is_bare = step < recipe.bare_until && rng.uniform() >= step as f32 / recipe.bare_until as f32;
    let spec = if is_bare { toybox::random_bare_spec(rng) } else { toybox::random_training_spec(rng) };
    (toybox::random_prompt(&spec, rng), spec)
}

/// Appends a prompt with an asset. For a share of the prompts, the given shape is a set of points of the
/// asset itself.
fn push_asset(
    batch: &mut Batch,
    pool: &Pool,
    rng: &mut Random,
    recipe: &Recipe,
    tokenizer: &Tokenizer,
    step: u64,
) -> Result<(), crate::TrainError> {
    let (caption, asset) = pool.draw(rng);
    batch.prompts.push(tokenizer.encode(caption)?.ids);
    if recipe.cloud_points > 0 && rng.chance(recipe.clouds_at(step)) {
        let keep = rng.uniform();
        let (has_normals, has_colors) = (rng.chance(HAS_NORMALS), rng.chance(HAS_COLORS));
        for seen in asset.colors(rng, recipe.cloud_points, 0.0) {
            let [red, green, blue, ..] = seen.material;
            let color = [red, green, blue].map(|channel| channel - 0.5);
            batch.clouds.extend(seen.point);
            batch.clouds.extend(if has_normals { seen.normal } else { [0.0; 3] });
            batch.clouds.extend(if has_colors { color } else { [0.0; 3] });
            batch.clouds.push(keep);
        }
    } else {
        push_sphere(&mut batch.clouds, recipe.cloud_points);
    }
    if recipe.stage == Stage::Everything {
        for (point, distance) in asset.distances(rng, recipe.distance_points) {
            batch.distance_points.extend(point);
            batch.distances.push(distance);
        }
    }
    for seen in asset.colors(rng, recipe.texture_points, recipe.part_share) {
        batch.texture_points.extend(seen.point);
        batch.materials.extend(seen.material);
    }
    Ok(())
}

fn push_sphere(clouds: &mut Vec<f32>, count: usize) {
    for point in dummy_sphere(count) {
        clouds.extend(point);
        clouds.extend([0.0; POINT_FEATURES - 3]);
    }
}

fn push_distances(batch: &mut Batch, scene: &Scene, rng: &mut Random, recipe: &Recipe) {
    let count = recipe.distance_points;
    let points = toybox::sample_points(scene, rng, count - count / 4, &SampleMix::default());
    let points = with_neighbours(points, rng, recipe);
    let mut distances = vec![0.0; count];
    scene.evaluate(&points, &mut distances);
    batch.distance_points.extend_from_slice(points.as_flattened());
    batch.distances.extend_from_slice(&distances);
}

/// Takes three quarters of `recipe.distance_points` points, shuffles them, and appends neighbors of the last
/// third of them.
fn with_neighbours(mut points: Vec<[f32; 3]>, rng: &mut Random, recipe: &Recipe) -> Vec<[f32; 3]> {
    let (count, [shortest, longest]) = (recipe.distance_points, recipe.pair_lengths);
    let pairs = count / 4;
    // A random order lets all kinds of points get neighbors.
    for last in (1..points.len()).rev() {
        points.swap(last, rng.below(last + 1));
    }
    for index in count - 2 * pairs..count - pairs {
        let (length, direction) = (rng.between(shortest, longest), rng.direction());
        points.push(moved(points[index], length, direction));
    }
    points
}

/// Appends distances and materials as [`push_distances`] and [`push_materials`] do, for the truth of a prompt
/// with a shape.
fn push_shaped(batch: &mut Batch, shaped: &Shaped, rng: &mut Random, recipe: &Recipe) {
    let surface = shaped.near_surface(rng, recipe.texture_points.max(recipe.distance_points / 2));
    if recipe.stage == Stage::Everything {
        let mix = SampleMix::default();
        let count = recipe.distance_points;
        let points = (0..count - count / 4).map(|_| {
            if rng.chance(mix.uniform) || surface.is_empty() {
                return [0; 3].map(|_| rng.between(-1.0, 1.0));
            }
            let sigma = if rng.chance(0.7) { mix.near_sigma } else { mix.far_sigma };
            let (point, direction) = (surface[rng.below(surface.len())], rng.direction());
            moved(point, 1.7 * sigma * rng.normal_pair().0, direction)
        });
        let points = points.collect();
        let points = with_neighbours(points, rng, recipe);
        batch.distances.extend(shaped.distances(&points));
        batch.distance_points.extend_from_slice(points.as_flattened());
    }
    let values = shaped.distances(&surface);
    let (seen, hidden): (Vec<_>, Vec<_>) =
        surface.into_iter().zip(values).partition(|(_, value)| value.abs() < SEEN);
    let points: Vec<[f32; 3]> = seen
        .into_iter()
        .chain(hidden)
        .cycle()
        .take(recipe.texture_points)
        .map(|(point, _)| moved(point, NEAR_SIGMA * rng.normal_pair().0, rng.direction()))
        .collect();
    for material in shaped.materials(&points) {
        batch.materials.extend(material.color);
        batch.materials.extend([material.metallic, material.roughness]);
    }
    batch.texture_points.extend_from_slice(points.as_flattened());
}

fn push_materials(batch: &mut Batch, scene: &Scene, rng: &mut Random, count: usize, part_share: f32) {
    let by_part = (count as f32 * part_share.clamp(0.0, 1.0)).round() as usize;
    push_visible(batch, scene, rng, count - by_part, &BY_AREA);
    push_visible(batch, scene, rng, by_part, &BY_PART);
}

/// Draws `count` points of one kind with their materials. Points on hidden surfaces inside other parts come
/// last, since their color is never visible. They are used only where too few visible points were drawn.
fn push_visible(batch: &mut Batch, scene: &Scene, rng: &mut Random, count: usize, mix: &SampleMix) {
    // Over 500 training scenes, a fifth of the points that are drawn by part are hidden. Of the points that
    // are drawn by area, the share is smaller.
    let points = toybox::sample_points(scene, rng, count + count / 2, mix);
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

/// A stream of batches of consecutive steps. One thread makes them while the trainer works.
pub struct Stream<B> {
    receiver: Receiver<Result<B, crate::TrainError>>,
    _maker: JoinHandle<()>,
}

impl Stream<Batch> {
    /// Starts the thread at `first_step`. The thread ends when the stream is dropped.
    pub fn start(recipe: &Recipe, tokenizer: Tokenizer, source: Source, first_step: u64) -> Self {
        let (recipe, steps) = (recipe.clone(), first_step..recipe.steps);
        Self::of(steps, move |step| make_batch(&recipe, &tokenizer, &source, step))
    }
}

impl<B: Send + 'static> Stream<B> {
    /// Starts a thread that makes the batches of some steps in order.
    pub fn of(
        steps: Range<u64>,
        make: impl Fn(u64) -> Result<B, crate::TrainError> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = sync_channel(2);
        let maker = std::thread::spawn(move || {
            for step in steps {
                if sender.send(make(step)).is_err() {
                    return;
                }
            }
        });
        Self { receiver, _maker: maker }
    }

    /// Returns the batch of the next step, or `None` after the last step.
    pub fn next(&self) -> Option<Result<B, crate::TrainError>> {
        self.receiver.recv().ok()
    }
}

#[cfg(test)]
mod tests;
