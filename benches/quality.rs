//! How good the bundled model is, against exact ground truth, on the embedded engine.
//!
//! `cargo bench --bench quality -- [--prompts N] [--model PATH]` prints a table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "quality/measure.rs"]
mod measure;
#[path = "quality/scenes.rs"]
mod scenes;

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::pipeline::Model;
use measure::{Score, score};
use rayon::prelude::*;
use toybox::{Random, SceneSpec};

struct Options {
    prompts: usize,
    model: Option<PathBuf>,
}

fn options() -> Options {
    let mut options = Options { prompts: 500, model: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--prompts" => options.prompts = arguments.next().expect("a number").parse().expect("a number"),
            "--model" => options.model = arguments.next().map(PathBuf::from),
            _ => {}
        }
    }
    options
}

fn main() {
    let options = options();
    // One thread an engine: prompts are scored side by side.
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(Some(1)).unwrap());
    let model = match &options.model {
        Some(path) => Model::open(path, &engine).unwrap(),
        None => Model::bundled(&engine).unwrap(),
    };
    let means = scenes::mean_shapes();
    let run = |specs: &[SceneSpec]| -> Vec<Score> {
        specs.par_iter().enumerate().map(|(index, spec)| score(&model, spec, &means, index as u64)).collect()
    };
    let held_out = run(&scenes::held_out(options.prompts));
    let mut random = Random::new(7);
    let seen: Vec<_> =
        (0..options.prompts / 2).map(|_| scenes::training_like_held_out(&mut random)).collect();
    print_table(&held_out, &run(&seen));
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn worst_decile(scores: &[Score]) -> f64 {
    let mut values: Vec<f64> = scores.iter().map(|score| score.iou).collect();
    values.sort_by(f64::total_cmp);
    mean(values.iter().copied().take((values.len() / 10).max(1)))
}

fn print_table(held_out: &[Score], seen: &[Score]) {
    let of = |pick: fn(&Score) -> f64| mean(held_out.iter().map(pick));
    let iou = of(|score| score.iou);
    let seen_iou = mean(seen.iter().map(|score| score.iou));
    println!(
        "{} held-out prompts, {} seen prompts, 128³, exported package, embedded engine\n",
        held_out.len(),
        seen.len()
    );
    println!("| what | value | bar |");
    println!("|---|---|---|");
    println!("| mean IoU, held out | {iou:.3} | ≥ 0.88 |");
    println!("| mean IoU of the worst decile | {:.3} | ≥ 0.70 |", worst_decile(held_out));
    println!("| mean IoU, seen | {seen_iou:.3} | |");
    println!("| seen minus held out | {:.3} | ≤ 0.02 |", seen_iou - iou);
    println!("| colour error near the surface, sRGB | {:.4} | ≤ 0.03 |", of(|score| score.color));
    println!("| metallic and roughness error | {:.4} | |", of(|score| score.material));
    println!("| true surface with ours within 0.02 | {:.3} | ≥ 0.95 |", of(|score| score.recall));
    println!("| our surface with the true one within 0.02 | {:.3} | ≥ 0.95 |", of(|score| score.precision));
    println!(
        "| true surface of thin parts with ours within 0.02 | {:.3} | ≥ 0.95 |",
        of(|score| score.thin_recall)
    );
    println!("| stray components a mesh, beyond the true mesh's | {:.2} | ≤ 0.2 |", of(|score| score.strays));
    println!("| components of the true mesh | {:.2} | |", of(|score| score.true_components));
    println!("| edit IoU, mean over attributes | {:.3} | ≥ 0.6 |", edit_mean(held_out, |score| &score.edits));
    for name in scenes::ATTRIBUTES {
        println!("| edit IoU, {name} | {:.3} | |", edit_of(held_out, name, |score| &score.edits));
    }
    println!("| baseline, mean shape of the animal: IoU | {:.3} | beaten |", of(|score| score.mean_iou));
    println!("| baseline, nearest training prompt: IoU | {:.3} | beaten |", of(|score| score.nearest_iou));
    let nearest = edit_mean(held_out, |score| &score.nearest_edits);
    println!("| baseline, nearest training prompt: edit IoU | {nearest:.3} | beaten |");
}

type Edits = Vec<(&'static str, f64)>;

fn edit_of(scores: &[Score], name: &str, pick: fn(&Score) -> &Edits) -> f64 {
    mean(scores.iter().flat_map(|score| pick(score).iter()).filter(|edit| edit.0 == name).map(|edit| edit.1))
}

fn edit_mean(scores: &[Score], pick: fn(&Score) -> &Edits) -> f64 {
    mean(scenes::ATTRIBUTES.iter().map(|name| edit_of(scores, name, pick)))
}
