//! Batches of pictures with noise. The same seed and step give the same batch.

use rayon::prelude::*;
use toybox::{Random, Scene};

use super::error::PriorError;
use super::picture::draw;
use super::prompts::scene_of;
use super::settings::PriorState;
use super::views::Views;
use crate::camera::Camera;

/// Pictures of one step. Arrays are row-major.
pub struct Batch {
    /// Index of the prompt of each image.
    pub prompts: Vec<usize>,
    /// Camera of each image.
    pub cameras: Vec<Camera>,
    /// Whether each image has its prompt and camera.
    pub has_prompt: Vec<bool>,
    /// \[batch], from 0 to 1. Views of one object have the same time.
    pub times: Vec<f32>,
    /// [batch, 3, resolution, resolution], in [-1, 1].
    pub images: Vec<f32>,
    /// Normally distributed numbers, in the shape of `images`.
    pub noise: Vec<f32>,
}

/// One image of a batch.
struct Sample {
    prompt: usize,
    camera: Camera,
    has_prompt: bool,
    time: f32,
    image: Vec<f32>,
    noise: Vec<f32>,
}

/// Makes the batches of a run.
pub struct BatchMaker {
    scenes: Vec<Scene>,
    views: Views,
    seed: u64,
    batch: usize,
    dropped: f32,
    resolution: usize,
    together: usize,
}

impl BatchMaker {
    /// Builds the scenes of a run's prompts. Errors: `Prompt`.
    pub fn new(state: &PriorState) -> Result<Self, PriorError> {
        let scenes = state.prompts.iter().map(|prompt| scene_of("prompt of the run", prompt));
        Ok(Self {
            scenes: scenes.collect::<Result<_, _>>()?,
            views: state.views.clone(),
            seed: state.recipe.seed,
            batch: state.recipe.batch,
            dropped: state.recipe.dropped,
            resolution: state.sizes.resolution,
            together: state.sizes.views,
        })
    }

    /// Makes the batch of a step. All threads of the global pool draw pictures.
    pub fn make(&self, step: u64) -> Batch {
        let objects = self.batch / self.together.max(1);
        let seed = Random::stream(self.seed, step).bits();
        let samples: Vec<Sample> =
            (0..objects).into_par_iter().flat_map_iter(|index| self.object(seed, index, objects)).collect();
        let mut batch = Batch {
            prompts: samples.iter().map(|sample| sample.prompt).collect(),
            cameras: samples.iter().map(|sample| sample.camera).collect(),
            has_prompt: samples.iter().map(|sample| sample.has_prompt).collect(),
            times: samples.iter().map(|sample| sample.time).collect(),
            images: Vec::with_capacity(self.batch * 3 * self.resolution * self.resolution),
            noise: Vec::with_capacity(self.batch * 3 * self.resolution * self.resolution),
        };
        for sample in samples {
            batch.images.extend(sample.image);
            batch.noise.extend(sample.noise);
        }
        batch
    }

    /// Draws the views of one object. objects: number of objects of the batch.
    fn object(&self, seed: u64, index: usize, objects: usize) -> Vec<Sample> {
        let mut rng = Random::stream(seed, index as u64);
        let prompt = rng.below(self.scenes.len());
        let has_prompt = !rng.chance(self.dropped);
        // Times that are spread over a batch give losses with less noise (Kingma et al. 2021).
        let time = (index as f32 + rng.uniform()) / objects as f32;
        let views = self.views.draw(&mut rng, self.together);
        let pixels = 3 * self.resolution * self.resolution;
        views
            .iter()
            .map(|view| {
                let image = draw(&self.scenes[prompt], view, self.resolution).colors;
                let noise = (0..pixels.div_ceil(2)).flat_map(|_| <[f32; 2]>::from(rng.normal_pair()));
                let noise = noise.take(pixels).collect();
                Sample { prompt, camera: view.camera, has_prompt, time, image, noise }
            })
            .collect()
    }
}
