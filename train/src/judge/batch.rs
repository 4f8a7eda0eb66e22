//! Batches of pictures with different scenes. The same seed and step give the same batch.

use rayon::prelude::*;
use toybox::Random;

use super::classes::Classes;
use super::error::JudgeError;
use super::settings::JudgeState;
use crate::TrainError;
use crate::prior::{Views, draw};

/// Pictures of one step.
pub struct Batch {
    /// Index of the prompt of each image. No two of them have the same scene.
    pub prompts: Vec<usize>,
    /// [batch, 3, resolution, resolution], in [-1, 1], row-major.
    pub images: Vec<f32>,
}

/// Makes the batches of a run.
pub struct BatchMaker {
    classes: Classes,
    members: Vec<Vec<usize>>,
    views: Views,
    seed: u64,
    batch: usize,
    resolution: usize,
}

impl BatchMaker {
    /// Builds the scenes of a run's prompts. Errors: `Prior` for a prompt that the toybox cannot draw;
    /// `Judge` if there is only one scene.
    pub fn new(state: &JudgeState) -> Result<Self, TrainError> {
        let classes = Classes::new(state.prompts.clone())?;
        let (prompts, scenes) = (classes.prompts.len(), classes.specs.len());
        if scenes < 2 {
            return Err(JudgeError::FewScenes { prompts, scenes }.into());
        }
        Ok(Self {
            members: classes.members(),
            classes,
            views: state.views.clone(),
            seed: state.recipe.seed,
            batch: state.recipe.batch.min(scenes),
            resolution: state.sizes.resolution,
        })
    }

    /// Makes the batch of a step. All threads of the global pool draw pictures.
    pub fn make(&self, step: u64) -> Batch {
        let mut rng = Random::stream(self.seed, step);
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        // The first steps of the shuffle of Fisher and Yates draw classes without repetition.
        for index in 0..self.batch {
            let other = index + rng.below(order.len() - index);
            order.swap(index, other);
        }
        let chosen = &order[..self.batch];
        let prompts = chosen.iter().map(|&class| self.members[class][rng.below(self.members[class].len())]);
        let prompts = prompts.collect();
        let seed = rng.bits();
        let images: Vec<Vec<f32>> = chosen
            .par_iter()
            .enumerate()
            .map(|(index, &class)| self.pictures(class, &mut Random::stream(seed, index as u64), 1))
            .collect();
        Batch { prompts, images: images.concat() }
    }

    /// Draws a scene in random views. Returns [count, 3, resolution, resolution].
    pub fn pictures(&self, class: usize, rng: &mut Random, count: usize) -> Vec<f32> {
        let views = (0..count).flat_map(|_| self.views.draw(rng, 1));
        views.flat_map(|view| draw(&self.classes.scenes[class], &view, self.resolution).colors).collect()
    }
}
