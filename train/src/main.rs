//! `att3d-train`: trains the amortized text-to-3D models that libatt3d runs.

mod allocator;
mod assets;
mod camera;
mod checkpoint;
mod data;
mod distill;
mod error;
mod evaluate;
mod export;
mod judge;
mod loss;
mod optimizer;
mod prior;
mod recipe;
mod reconstruct;
mod refine;
mod render;
mod run;
mod truth;
mod variables;
mod volume;

use clap::{Parser, Subcommand};

pub use error::TrainError;

/// Trains amortized text-to-3D models.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Trains a generator on exact ground truth; resumes an existing run.
    Reconstruct(reconstruct::Reconstruct),
    /// Writes the averaged weights of a run as a package.
    Export(export::Export),
    /// Writes a package again with filtered geometry planes.
    Filter(export::Filter),
    /// Scores a model against exact ground truth, or against the assets that it learned.
    Evaluate(evaluate::Evaluate),
    /// Draws a prompt of a package with the renderer of training, from several sides.
    Render(render::Render),
    /// Times the renderer of training, for benches/volume.py.
    #[command(hide = true)]
    TimeRenders(render::timing::TimeRenders),
    /// Trains a generator by score distillation from a diffusion prior, without any 3D data.
    Distill(distill::Distill),
    /// Refines the answer of a model to one prompt by score distillation, and writes an offset file.
    Refine(refine::Refine),
    /// Writes scenes of the toybox as GLB files with captions, to try the training of own assets.
    SampleAssets(assets::samples::Samples),
    /// Trains a diffusion prior on renders of the toybox; resumes an existing run.
    Prior(prior::Train),
    /// Draws samples of a diffusion prior as a PNG file.
    PriorSample(prior::Samples),
    /// Trains a judge of how well renders fit their prompts; resumes an existing run.
    Judge(judge::Train),
    /// Scores a distilled model with a judge: R-precision, R-probability and IoU.
    EvaluateDistilled(judge::EvaluateDistilled),
    /// Reports scores of distilled models against rendered frames, with a chart.
    ReportBudgets(judge::Budgets),
}

fn main() -> std::process::ExitCode {
    allocator::keep_memory();
    let result = match Arguments::parse().verb {
        Verb::Reconstruct(options) => reconstruct::run(&options),
        Verb::Export(options) if distill::owns(&options.run) => distill::export(&options),
        Verb::Export(options) => export::run(&options),
        Verb::Filter(options) => export::filter(&options),
        Verb::Evaluate(options) => evaluate::run(&options),
        Verb::Render(options) => render::run(&options),
        Verb::TimeRenders(options) => render::timing::run(&options),
        Verb::Distill(options) => distill::run(&options),
        Verb::Refine(options) => refine::run(&options),
        Verb::SampleAssets(options) => assets::samples::run(&options),
        Verb::Prior(options) => prior::train(&options),
        Verb::PriorSample(options) => prior::sample(&options),
        Verb::Judge(options) => judge::train(&options),
        Verb::EvaluateDistilled(options) => judge::evaluate(&options),
        Verb::ReportBudgets(options) => judge::budgets(&options),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
