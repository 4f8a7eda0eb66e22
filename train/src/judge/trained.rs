//! A trained judge.

use std::path::Path;

use att3d::text::tokenizer::Tokenizer;
use toybox::Random;

use super::batch::BatchMaker;
use super::classes::Classes;
use super::error::JudgeError;
use super::network::Networks;
use super::score::{Score, mean, score};
use super::settings::JudgeState;
use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::variables::host;

/// Difference between the seeds of the pictures of training and of [`Judge::score_fresh_pictures`].
const FRESH: u64 = 0x6672_6573;

/// A trained judge.
pub struct Judge {
    networks: Networks,
    tokenizer: Tokenizer,
    scale: f64,
    /// State of the run.
    pub state: JudgeState,
}

/// Prompts among which a judge selects the most similar one.
pub struct Queries {
    /// The prompts and their classes.
    pub classes: Classes,
    /// Unit embeddings, [prompts, width].
    embeddings: tch::Tensor,
}

impl Judge {
    /// Opens the newest checkpoint of a run of `att3d-train judge`, with the averaged weights. threads: of
    /// libtorch. Errors: `Judge` for a folder without a judge or with another version; `Checkpoint`, `Array`,
    /// `Io`.
    pub fn open(run: &Path, threads: Option<i32>) -> Result<Self, TrainError> {
        match JudgeState::newest(run)? {
            Some((state, arrays)) => Self::new(state, &arrays, threads),
            None => Err(JudgeError::NoCheckpoint(run.to_owned()).into()),
        }
    }

    /// Creates the judge of a checkpoint. arrays: state of its optimizer.
    pub fn new(state: JudgeState, arrays: &Arrays, threads: Option<i32>) -> Result<Self, TrainError> {
        let _guard = tch::no_grad_guard();
        let (networks, store) = Networks::new(&state, threads)?;
        store.load_averages(arrays)?;
        let tokenizer = Tokenizer::from_json(&state.tokenizer, &state.text)?;
        let scale = networks.scale()?.f_double_value(&[0])?;
        Ok(Self { networks, tokenizer, scale, state })
    }

    /// Returns the learned inverse temperature.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Prepares a query set. Errors: `Judge` for a scene that the judge has not learned; `Prior` for a prompt
    /// that the toybox cannot draw.
    pub fn queries(&self, prompts: Vec<String>) -> Result<Queries, TrainError> {
        let classes = Classes::new(prompts)?;
        let learned = Classes::new(self.state.prompts.clone())?;
        let unlearned = |(_, class): &(&String, &usize)| !learned.specs.contains(&classes.specs[**class]);
        if let Some((prompt, _)) = classes.prompts.iter().zip(&classes.of).find(unlearned) {
            let known = self.state.prompts.len();
            return Err(JudgeError::Unlearned { prompt: prompt.clone(), known }.into());
        }
        let _guard = tch::no_grad_guard();
        let ids: Result<Vec<_>, _> = classes
            .prompts
            .iter()
            .map(|prompt| self.tokenizer.encode(prompt).map(|encoded| encoded.ids))
            .collect();
        let embeddings = self.networks.embed_prompts(&ids?)?;
        Ok(Queries { classes, embeddings })
    }

    /// Scores pictures of a class. pictures: [n, 3, r, r], in [-1, 1], row-major. Errors: `Torch` for another
    /// number of values.
    pub fn score(&self, pictures: &[f32], queries: &Queries, class: usize) -> Result<Score, TrainError> {
        let _guard = tch::no_grad_guard();
        let edge = self.state.sizes.resolution as i64;
        let images = tch::Tensor::f_from_slice(pictures)?.f_reshape([-1, 3, edge, edge])?;
        let embeddings = self.networks.embed_images(&images)?;
        let similarities = host(&embeddings.f_matmul(&queries.embeddings.f_transpose(0, 1)?)?)?;
        Ok(score(&similarities, self.scale, &queries.classes.of, class))
    }

    /// Scores pictures of all learned scenes in random views that training does not draw. count: number of
    /// pictures of a scene.
    pub fn score_fresh_pictures(&self, count: usize) -> Result<Score, TrainError> {
        let queries = self.queries(self.state.prompts.clone())?;
        let maker = BatchMaker::new(&self.state)?;
        let scores = (0..queries.classes.specs.len()).map(|class| {
            let mut random = Random::stream(self.state.recipe.seed ^ FRESH, class as u64);
            self.score(&maker.pictures(class, &mut random, count), &queries, class)
        });
        Ok(mean(scores.collect::<Result<Vec<_>, _>>()?.iter()))
    }
}
