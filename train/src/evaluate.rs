//! Scores of a model against exact ground truth, on the embedded engine. Held-out pairs, triples and
//! phrasings are scored separately.

mod cost;
mod finish;
mod measure;
mod metrics;
mod nouns;
mod own;
mod report;
mod scenes;
mod sheets;
mod styled;
mod varied;

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::pipeline::Model;
use att3d::weights::Package;
use att3d::weights::config::GeneratorConfig;
use clap::Args;
use rayon::prelude::*;
use toybox::Novelty;

use crate::TrainError;
use crate::assets::AssetOptions;
use measure::{Score, ScoringGrid, score};
pub use metrics::iou;
use report::Report;
use scenes::Question;
pub use scenes::{grid, occupancy};

/// Scores a model against exact ground truth and prints tables.
#[derive(Args)]
pub struct Evaluate {
    /// Package to score.
    #[arg(long, default_value = "models/toybox/toybox.att3d")]
    model: PathBuf,
    /// Package whose things are scored. Default: the scored package itself.
    #[arg(long)]
    things_of: Option<PathBuf>,
    /// Number of held-out pairs to score. Of each other kind of prompt, a third of this number is scored.
    #[arg(long, default_value_t = 1000)]
    prompts: usize,
    #[command(flatten)]
    own: AssetOptions,
    /// Folder for contact sheets, the confusion matrix and the scores of each pair.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// Number of prompts on the sheet of held-out prompts, and on the sheet of the prompts with the worst scores.
const SHOWN: [usize; 2] = [100, 20];
/// Largest number of prompts for stylization and for variants. Each of them needs five meshes.
const MOST_STYLED: usize = 200;

/// Runs the command.
pub fn run(options: &Evaluate) -> Result<(), TrainError> {
    // Each engine has one thread, because prompts are scored in parallel.
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(Some(1))?);
    let model = Model::open(&options.model, &engine)?;
    if let Some(source) = options.own.source() {
        return own::run(&model, &source, options.output.as_deref());
    }
    let points = scenes::grid(measure::RESOLUTION as usize);
    let package = Package::open(&options.model)?;
    let (base, upsample) = match &package.config().generator {
        GeneratorConfig::Triplane(sizes) => (sizes.base_resolution, sizes.upsample),
        _ => (0, 0),
    };
    let scoring = ScoringGrid {
        means: scenes::mean_shapes(),
        coarse: scenes::grid(nouns::COARSE),
        points,
        plane_cells: base * upsample,
    };
    let run = |questions: &[Question]| -> Result<Vec<Score>, TrainError> {
        let one = |(index, question): (usize, &Question)| score(&model, question, &scoring, index as u64);
        questions.par_iter().enumerate().map(one).collect()
    };
    let third = (options.prompts / 3).max(1);
    let nouns = match &options.things_of {
        Some(path) => scenes::known_nouns(&Package::open(path)?.config().words),
        None => scenes::known_nouns(&package.config().words),
    };
    let pairs = scenes::held_out(Novelty::Pair, options.prompts, &nouns);
    let triples = scenes::held_out(Novelty::Triple, third, &nouns);
    let seen = scenes::seen(third, &nouns);
    let (rephrased, said_again) = scenes::rephrased(&seen);
    let cost = pairs.first().map(|question| cost::of_prompt(&package, &question.prompt)).transpose()?;
    let report = Report {
        operations: cost.unwrap_or_default(),
        upsample,
        pairs: run(&pairs)?,
        triples: run(&triples)?,
        papers: run(&scenes::papers(third))?,
        seen: run(&seen)?,
        rephrased: run(&rephrased)?,
        said_again,
    };
    let styled = styled::scores(&model, &pairs, third.min(MOST_STYLED))?;
    let varied = varied::scores(&model, &pairs, third.min(MOST_STYLED), &scoring)?;
    let specs: Vec<_> = pairs.iter().chain(&seen).map(|question| question.spec).collect();
    report.print(&specs);
    styled::print(&styled);
    varied::print(varied.as_ref());
    let Some(folder) = &options.output else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|source| TrainError::io(folder, source))?;
    report.write_confusion(&pairs, &folder.join("confusion.csv"))?;
    report.write_scores(&pairs, &folder.join("scores.csv"))?;
    let shown = &pairs[..pairs.len().min(SHOWN[0])];
    sheets::write(&model, shown, 10, 120, &folder.join("held_out.png"))?;
    let mut worst: Vec<_> = pairs.iter().zip(&report.pairs).collect();
    worst.sort_by(|a, b| a.1.iou.total_cmp(&b.1.iou));
    let worst: Vec<_> = worst.into_iter().take(SHOWN[1]).map(|(question, _)| question.clone()).collect();
    sheets::write(&model, &worst, 5, 160, &folder.join("worst.png"))
}

#[cfg(test)]
mod tests;
