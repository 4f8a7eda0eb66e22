//! The command that scores a distilled model with a judge.

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::pipeline::{Model, ObjectField, PipelineError};
use att3d::weights::config::SurfaceConfig;
use att3d_torch::TorchEngine;
use clap::Args;
use tch::Device;

use super::error::JudgeError;
use super::pages;
use super::pictures;
use super::report::{Report, Row};
use super::trained::{Judge, Queries};
use crate::TrainError;
use crate::evaluate::{grid, iou, occupancy};
use crate::prior::{PromptSet, View, sheet};
use crate::volume::Density;

/// Scores a distilled model with a judge: R-precision and R-probability of its renders, of seen and held-out
/// prompts, and the IoU with the exact scenes. Renders of the exact scenes are scored too.
#[derive(Args)]
pub struct EvaluateDistilled {
    /// Package to score.
    pub(super) package: PathBuf,
    /// Run folder of `att3d-train judge`.
    #[arg(long)]
    pub(super) judge: PathBuf,
    /// Prompts: `pigs` for ATT3D's 56 seen and 8 held-out pig prompts, or a text file with one seen prompt in
    /// each line.
    #[arg(long, default_value = "pigs")]
    pub(super) prompts: PromptSet,
    /// Text file with held-out prompts, one in each line. The default is the held-out prompts of the pigs,
    /// and none for a text file.
    #[arg(long)]
    pub(super) held_out: Option<PathBuf>,
    /// Score only this prompt, among all prompts of the set; the option can be repeated.
    #[arg(long)]
    pub(super) only: Vec<String>,
    /// Markdown file to write. An HTML file and a contact sheet are written beside it, with the extensions
    /// html and png.
    #[arg(short, long)]
    pub(super) output: PathBuf,
    /// Samples on a ray.
    #[arg(long, default_value_t = 96)]
    pub(super) samples: usize,
    /// Width of the transition from outside to inside, for models with signed distances, object space. The
    /// default is the last width of `att3d-train distill`.
    #[arg(long, default_value_t = 0.02)]
    pub(super) beta: f32,
    /// Threads of libtorch.
    #[arg(long)]
    pub(super) threads: Option<i32>,
}

/// Number of cells along each axis of the grid on which shapes are compared.
const SIDE: usize = 64;
/// Largest number of prompts on the contact sheet.
const SHOWN: usize = 16;
/// Width of a pixel of a picture on the contact sheet.
const ENLARGE: usize = 3;

/// Runs the command.
pub fn run(options: &EvaluateDistilled) -> Result<(), TrainError> {
    let _guard = tch::no_grad_guard();
    if options.samples == 0 {
        let (found, expected) = ("0".into(), "1 or more samples on a ray");
        return Err(JudgeError::Setting { name: "samples", found, expected }.into());
    }
    let judge = Judge::open(&options.judge, options.threads)?;
    let (seen, held_out) = prompts_of(options)?;
    let queries = judge.queries([seen.clone(), held_out].concat())?;
    let scored = scored(options, &queries)?;
    let engine: Arc<dyn Engine> =
        Arc::new(TorchEngine::new(Device::Cpu, options.threads)?.with_gradients(true));
    let model = Model::open(&options.package, &engine)?;
    let scorer = Scorer {
        views: pictures::views(&judge.state.views),
        points: grid(SIDE),
        seen: seen.len(),
        judge: &judge,
        queries: &queries,
        model: &model,
        options,
    };
    let bar = indicatif::ProgressBar::new(scored.len() as u64);
    let shown = shown(&scored, seen.len());
    let (mut rows, mut images) = (Vec::new(), Vec::new());
    for prompt in scored {
        let (row, ours, truth) = scorer.score(prompt)?;
        rows.push(row);
        if shown.contains(&prompt) {
            images.push([ours, truth].concat());
        }
        bar.inc(1);
    }
    bar.finish();
    let picture = options.output.with_extension("png");
    let report = Report {
        rows,
        queries: queries.classes.prompts.len(),
        scenes: queries.classes.specs.len(),
        shown: shown.iter().map(|&prompt| queries.classes.prompts[prompt].clone()).collect(),
        judge_step: judge.state.step,
        scale: judge.scale(),
        provenance: model.config().provenance.clone(),
        package: options.package.display().to_string(),
        sheet: picture.file_name().map(|name| name.display().to_string()).unwrap_or_default(),
    };
    let text = report.markdown();
    pages::write(&options.output, &text)?;
    sheet(&images, judge.state.sizes.resolution, ENLARGE).write_png(&picture)?;
    println!("{text}");
    Ok(())
}

/// Returns the seen and the held-out prompts, each once.
fn prompts_of(options: &EvaluateDistilled) -> Result<(Vec<String>, Vec<String>), TrainError> {
    let all = options.prompts.read()?;
    let mut seen = Vec::new();
    for prompt in options.prompts.read_for_training()? {
        if !seen.contains(&prompt) {
            seen.push(prompt);
        }
    }
    let others = match &options.held_out {
        Some(path) => PromptSet::File(path.clone()).read()?,
        None => all,
    };
    let mut held_out = Vec::new();
    for prompt in others {
        if !seen.contains(&prompt) && !held_out.contains(&prompt) {
            held_out.push(prompt);
        }
    }
    Ok((seen, held_out))
}

/// Returns the indices of the prompts that are scored. Errors: `Judge` for a prompt that is not in the set.
fn scored(options: &EvaluateDistilled, queries: &Queries) -> Result<Vec<usize>, TrainError> {
    let prompts = &queries.classes.prompts;
    if options.only.is_empty() {
        return Ok((0..prompts.len()).collect());
    }
    let index_of = |prompt: &String| {
        let missing = || JudgeError::NotInSet { prompt: prompt.clone(), count: prompts.len() };
        prompts.iter().position(|known| known == prompt).ok_or_else(missing)
    };
    let mut found = options.only.iter().map(index_of).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Selects the prompts of the contact sheet in the order of `scored`: at most half of them held out, and the
/// others spread evenly over the seen prompts. seen: number of seen prompts of the set.
fn shown(scored: &[usize], seen: usize) -> Vec<usize> {
    let (known, new): (Vec<usize>, Vec<usize>) = scored.iter().partition(|prompt| **prompt < seen);
    let spread = |prompts: &[usize], count: usize| -> Vec<usize> {
        let count = count.min(prompts.len());
        (0..count).map(|index| prompts[index * prompts.len() / count]).collect()
    };
    let new = spread(&new, SHOWN / 2);
    [spread(&known, SHOWN - new.len()), new].concat()
}

/// Scores prompts one by one.
struct Scorer<'a> {
    views: Vec<View>,
    points: Vec<[f32; 3]>,
    /// Number of seen prompts; they come first.
    seen: usize,
    judge: &'a Judge,
    queries: &'a Queries,
    model: &'a Model,
    options: &'a EvaluateDistilled,
}

/// Pictures in [-1, 1], each [3, r, r].
type Pictures = Vec<Vec<f32>>;

impl Scorer<'_> {
    /// Scores one prompt. Returns also the pictures of the model and of the exact scene.
    fn score(&self, prompt: usize) -> Result<(Row, Pictures, Pictures), TrainError> {
        let classes = &self.queries.classes;
        let (text, class) = (&classes.prompts[prompt], classes.of[prompt]);
        let resolution = self.judge.state.sizes.resolution;
        let latent = self.model.embed(&[text])?.latent;
        let surface = &self.model.config().surface;
        let ours = pictures::of_field(
            self.model.engine(),
            &self.model.prompt_fields(&latent)?,
            Density::of(surface, self.options.beta),
            &self.views,
            resolution,
            self.options.samples,
        )?;
        if !ours.iter().flatten().all(|value| value.is_finite()) {
            return Err(JudgeError::NotFinite { prompt: text.clone() }.into());
        }
        let truth = pictures::of_scene(&classes.scenes[class], &self.views, resolution);
        let field = self.model.fields(&latent, None)?.pop().ok_or(PipelineError::NoPrompt)?;
        let inside = inside(&field, surface, &self.points)?;
        let everywhere = vec![true; inside.len()];
        let row = Row {
            prompt: text.clone(),
            is_held_out: prompt >= self.seen,
            has_seen_scene: classes.of[..self.seen].contains(&class),
            ours: self.judge.score(&ours.concat(), self.queries, class)?,
            truth: self.judge.score(&truth.concat(), self.queries, class)?,
            chance: classes.chance(prompt),
            iou: iou(&inside, &occupancy(&classes.specs[class], SIDE), &everywhere),
        };
        Ok((row, ours, truth))
    }
}

/// Returns whether each point is inside the surface of a field.
fn inside(
    field: &ObjectField,
    surface: &SurfaceConfig,
    points: &[[f32; 3]],
) -> Result<Vec<bool>, TrainError> {
    let mut values = vec![0.0; points.len()];
    field.sample(points, &mut values)?;
    let is_inside = |value: f32| match surface {
        SurfaceConfig::SignedDistance { iso_level, .. } => value < *iso_level,
        SurfaceConfig::Density { threshold } => value > *threshold,
    };
    Ok(values.into_iter().map(is_inside).collect())
}
