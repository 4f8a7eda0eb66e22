//! The score of one prompt's field.

use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::PromptFields;

use super::error::JudgeError;
use super::pictures;
use super::score::Score;
use super::trained::{Judge, Queries};
use crate::TrainError;
use crate::prior::PromptSet;
use crate::volume::Density;

/// Samples on a ray, as many as `att3d-train evaluate-distilled` has.
const SAMPLES: usize = 96;

/// Scores fields of one prompt among the prompts of a set.
pub struct PromptJudge {
    judge: Judge,
    queries: Queries,
    class: usize,
    prompt: String,
}

impl PromptJudge {
    /// Opens a judge. run: run folder of `att3d-train judge`; set: prompts among which the judge selects.
    /// threads: of libtorch. Errors: `Judge` for a prompt that is not in the set; those of [`Judge::open`]
    /// and [`Judge::queries`].
    pub fn open(run: &Path, set: &PromptSet, prompt: &str, threads: Option<i32>) -> Result<Self, TrainError> {
        let judge = Judge::open(run, threads)?;
        let mut prompts = set.read()?;
        prompts.sort_unstable();
        prompts.dedup();
        let missing = || JudgeError::NotInSet { prompt: prompt.to_owned(), count: prompts.len() };
        let index = prompts.iter().position(|known| known == prompt).ok_or_else(missing)?;
        let queries = judge.queries(prompts)?;
        let class = queries.classes.of[index];
        Ok(Self { judge, queries, class, prompt: prompt.to_owned() })
    }

    /// Scores four views of the field of the prompt. Errors: `Judge` for pictures that are not finite.
    pub fn score(
        &self,
        engine: &Arc<dyn Engine>,
        fields: &PromptFields,
        density: Density,
    ) -> Result<Score, TrainError> {
        let views = pictures::views(&self.judge.state.views);
        let resolution = self.judge.state.sizes.resolution;
        let pictures = pictures::of_field(engine, fields, density, &views, resolution, SAMPLES)?.concat();
        if !pictures.iter().all(|value| value.is_finite()) {
            return Err(JudgeError::NotFinite { prompt: self.prompt.clone() }.into());
        }
        self.judge.score(&pictures, &self.queries, self.class)
    }
}
