//! Scores of a model that learned assets: how well each caption gives its asset.

use std::path::Path;

use att3d::error::no_progress;
use att3d::gltf::Document;
use att3d::pipeline::{GenerateOptions, Model, PipelineError, generate};
use att3d::render::{Camera, Image, RenderOptions, contact_sheet, render, render_scene};
use rayon::prelude::*;
use toybox::Random;

use super::metrics::{difference, iou};
use super::scenes::grid;
use crate::TrainError;
use crate::assets::{Asset, AssetSource, Assets};

/// Number of cells along each axis of the grid on which shapes are compared.
const SIDE: usize = 64;
/// Number of points on an asset at which colors are compared.
const POINTS: usize = 2_000;
/// Side of the pictures on a sheet, and number of pictures in a row. Beside each asset is the model's result.
const PICTURE: u32 = 120;
const COLUMNS: usize = 10;
/// Largest number of captions on a sheet. A picture has at most 16,384 rows.
const SHOWN: usize = 500;

/// Score of a caption.
struct Score {
    caption: String,
    asset: usize,
    is_held_out: bool,
    iou: f64,
    color: f64,
}

/// Scores a model against assets, prints a table, and writes a sheet into the folder, if one is given.
pub fn run(model: &Model, source: &AssetSource, output: Option<&Path>) -> Result<(), TrainError> {
    let assets = Assets::open(source)?;
    let points = grid(SIDE);
    let scored = assets.read_each(|index, asset| -> Result<Vec<Score>, TrainError> {
        let mut random = Random::stream(7, index as u64);
        let inside = |distance: f32| distance < 0.0;
        let truth: Vec<bool> = points.par_iter().map(|point| inside(asset.distance(*point))).collect();
        let captions = assets.captions.iter().filter(|row| row.asset == index);
        captions
            .map(|row| {
                let embedding = model.embed(&[&row.caption])?;
                let field = model.fields(&embedding.latent, None)?.pop().ok_or(PipelineError::NoPrompt)?;
                let mut values = vec![0.0; points.len()];
                field.sample(&points, &mut values)?;
                let ours: Vec<bool> = values.into_iter().map(inside).collect();
                Ok(Score {
                    caption: row.caption.clone(),
                    asset: index,
                    is_held_out: row.is_held_out,
                    iou: iou(&ours, &truth, &vec![true; points.len()]),
                    color: color_error(&field, &asset, &mut random)?,
                })
            })
            .collect()
    })?;
    let scores: Vec<Score> =
        scored.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    println!("| captions | count | mean IoU | lowest IoU | color error, sRGB |\n|---|---|---|---|---|");
    for (name, is_held_out) in [("trained", false), ("held out", true)] {
        let all = scores.iter().filter(|score| score.is_held_out == is_held_out);
        // Where neither the asset nor the result fills the middle of a cell, there is nothing to compare.
        let (of, empty): (Vec<&Score>, Vec<&Score>) = all.partition(|score| score.iou.is_finite());
        if !empty.is_empty() {
            println!("| {name}, too thin for the grid | {} | | | |", empty.len());
        }
        if of.is_empty() {
            continue;
        }
        let mean =
            |value: fn(&Score) -> f64| of.iter().map(|score| value(score)).sum::<f64>() / of.len() as f64;
        let lowest = of.iter().map(|score| score.iou).fold(f64::INFINITY, f64::min);
        let (iou, color) = (mean(|score| score.iou), mean(|score| score.color));
        println!("| {name} | {} | {iou:.3} | {lowest:.3} | {color:.4} |", of.len());
    }
    let mut worst: Vec<&Score> = scores.iter().filter(|score| score.iou.is_finite()).collect();
    worst.sort_by(|a, b| a.iou.total_cmp(&b.iou));
    println!("\nLowest:");
    for score in worst.iter().take(5) {
        println!("- {:?}: IoU {:.3}, color error {:.4}", score.caption, score.iou, score.color);
    }
    let Some(folder) = output else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|source| TrainError::io(folder, source))?;
    write_sheet(model, &assets, &scores, &folder.join("assets.png"))
}

/// Returns the mean absolute difference of sRGB colors on the surface of an asset.
fn color_error(
    field: &att3d::pipeline::ObjectField,
    asset: &Asset,
    random: &mut Random,
) -> Result<f64, TrainError> {
    let seen = asset.surface(random, POINTS, false);
    let points: Vec<[f32; 3]> = seen.iter().map(|seen| seen.point).collect();
    let colors = field.appearance(&points, &no_progress)?.0;
    let error = seen.iter().zip(&colors).map(|(seen, color)| {
        let [red, green, blue, ..] = seen.material;
        difference([red, green, blue], *color)
    });
    Ok(error.sum::<f64>() / seen.len().max(1) as f64)
}

/// Writes a sheet with each asset and the model's result beside it.
fn write_sheet(model: &Model, assets: &Assets, scores: &[Score], path: &Path) -> Result<(), TrainError> {
    let options = RenderOptions { width: PICTURE, height: PICTURE, ..RenderOptions::default() };
    let mut pictures: Vec<Image> = Vec::new();
    let mut captions: Vec<&str> = Vec::new();
    for score in scores.iter().take(SHOWN) {
        let file = &assets.paths[score.asset];
        let scene =
            Document::open(file).and_then(|document| document.scene()).map_err(PipelineError::from)?;
        let truth = render_scene(&scene.drawn(), &Camera::default(), &options);
        let ours = match generate(model, &score.caption, &GenerateOptions::default()) {
            Ok(generated) => render(&generated.mesh, &Camera::default(), &options),
            Err(PipelineError::Surface(_)) => Ok(Image::filled(PICTURE, PICTURE, [255; 4])),
            Err(error) => return Err(error.into()),
        };
        pictures.extend([truth.map_err(TrainError::picture)?, ours.map_err(TrainError::picture)?]);
        captions.extend([if score.is_held_out { "asset (held out)" } else { "asset" }, &score.caption]);
    }
    let sheet = contact_sheet(&pictures, &captions, COLUMNS).map_err(TrainError::picture)?;
    sheet.write_small_png(path).map_err(TrainError::picture)
}
