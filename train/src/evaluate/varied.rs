//! Scores of variants: how much the results of one prompt differ, and how well they match the prompt.

use att3d::error::no_progress;
use att3d::pipeline::{GenerateOptions, Model, PipelineError, Purpose};
use rayon::prelude::*;
use toybox::Random;

use super::measure::{ScoringGrid, by_area};
use super::metrics::{difference, iou};
use super::nouns::{COARSE, Sight, recognise};
use super::scenes::{Question, grid, occupancy};
use crate::TrainError;

/// Seeds of each prompt; the first is the plain result.
const SEEDS: std::ops::Range<u64> = 0..5;
/// Number of cells along each axis.
const SIDE: usize = 64;
/// Number of points at which a noun is recognized and colors are compared.
const POINTS: usize = 500;

/// Means over prompts.
pub struct Varied {
    count: usize,
    /// Mean difference of two variants: 1 minus their IoU, and the color difference at the same points.
    apart: [f64; 2],
    /// Scores of the plain result and of the variants: IoU with the truth, and share of recognized nouns.
    plain: [f64; 2],
    variants: [f64; 2],
}

/// Scores held-out prompts.
pub fn scores(
    model: &Model,
    questions: &[Question],
    count: usize,
    scoring: &ScoringGrid,
) -> Result<Option<Varied>, TrainError> {
    if !model.has_seeds() {
        return Ok(None);
    }
    let points = grid(SIDE);
    let asked = &questions[..count.min(questions.len())];
    let one = |(index, question): (usize, &Question)| score(model, question, scoring, &points, index as u64);
    let found: Vec<[[f64; 2]; 3]> = asked.par_iter().enumerate().map(one).collect::<Result<_, _>>()?;
    let mean = |kind: usize, index: usize| {
        let values: Vec<f64> =
            found.iter().map(|scores| scores[kind][index]).filter(|value| value.is_finite()).collect();
        values.iter().sum::<f64>() / values.len().max(1) as f64
    };
    let means = |kind: usize| [mean(kind, 0), mean(kind, 1)];
    Ok(Some(Varied { count: asked.len(), apart: means(0), plain: means(1), variants: means(2) }))
}

/// Returns for one prompt: the differences, the scores of the plain result, and those of the variants.
fn score(
    model: &Model,
    question: &Question,
    scoring: &ScoringGrid,
    points: &[[f32; 3]],
    seed: u64,
) -> Result<[[f64; 2]; 3], TrainError> {
    let truth = occupancy(&question.spec, SIDE);
    let everywhere = vec![true; points.len()];
    let mut random = Random::stream(31, seed);
    let mut shapes: Vec<Vec<bool>> = Vec::new();
    let mut colors: Vec<Vec<[f32; 3]>> = Vec::new();
    let mut faithful: Vec<[f64; 2]> = Vec::new();
    let mut on_plain: Vec<[f32; 3]> = Vec::new();
    for seed in SEEDS {
        let embedding = model.embed_variant(&question.prompt, seed, Purpose::Thing)?;
        let field = model.fields(&embedding.latent, None)?.pop().ok_or(PipelineError::NoPrompt)?;
        let inside = |points: &[[f32; 3]]| -> Result<Vec<bool>, TrainError> {
            let mut values = vec![0.0; points.len()];
            field.sample(points, &mut values)?;
            Ok(values.iter().map(|&value| value < 0.0).collect())
        };
        let options = GenerateOptions { resolution: SIDE as u32, ..GenerateOptions::default() };
        let mesh = field.extract(&options, &no_progress).map(|(mesh, _)| mesh).unwrap_or_default();
        let own = by_area(&mesh, &mut random);
        let own = &own[..own.len().min(POINTS)];
        if seed == 0 {
            on_plain = own.to_vec();
        }
        let seen = field.appearance(own, &no_progress)?.0;
        let (shape, coarse) = (inside(points)?, inside(&scoring.coarse)?);
        let close = Sight { side: SIDE, inside: &shape, points: own, colors: &seen };
        let glance = Sight { side: COARSE, inside: &coarse, ..close };
        let is_known = recognise(&question.spec, &glance, &close).seen == Some(question.spec.noun);
        faithful.push([iou(&shape, &truth, &everywhere), f64::from(u8::from(is_known))]);
        colors.push(field.appearance(&on_plain, &no_progress)?.0);
        shapes.push(shape);
    }
    let mut apart = [0.0; 2];
    let mut pairs = 0.0;
    for second in 0..shapes.len() {
        for first in 0..second {
            apart[0] += 1.0 - iou(&shapes[first], &shapes[second], &everywhere);
            let off = colors[first].iter().zip(&colors[second]).map(|(a, b)| difference(*a, *b));
            apart[1] += off.sum::<f64>() / colors[first].len().max(1) as f64;
            pairs += 1.0;
        }
    }
    let variants = &faithful[1..];
    let mean = |index: usize| variants.iter().map(|one| one[index]).sum::<f64>() / variants.len() as f64;
    Ok([apart.map(|sum| sum / pairs), faithful[0], [mean(0), mean(1)]])
}

/// Prints the table.
pub fn print(scores: Option<&Varied>) {
    let Some(Varied { count, apart, plain, variants }) = scores else { return };
    println!("\nVariants: {count} held-out prompts, seeds 0 to {}, 64³\n", SEEDS.end - 1);
    println!("| variants of a prompt | value |\n|---|---|");
    println!(
        "| apart from each other: 1 − IoU; color on the plain result's surface | {:.3}; {:.3} |",
        apart[0], apart[1]
    );
    println!("| IoU with the prompt's truth: plain result, variants | {:.3}, {:.3} |", plain[0], variants[0]);
    println!(
        "| noun recognized, by shape and color: plain result, variants | {:.3}, {:.3} |",
        plain[1], variants[1]
    );
}
