//! Draws the results of the bundled model for its vocabulary: one sheet for each group that `att3d words`
//! lists.
//!
//! `cargo run --release --example gallery -- FOLDER`

#![allow(missing_docs, reason = "an example has no interface")]

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::{Engine, run_on_threads};
use att3d::pipeline::{GenerateOptions, Model, generate};
use att3d::render::{Camera, RenderOptions, contact_sheet, render};

const COLUMNS: usize = 10;
const SIDE: u32 = 112;
/// Side in pixels of each picture on a sheet with more than [`MANY`] pictures. The sheets are stored with the
/// model, so these pictures are small.
const SMALL_SIDE: u32 = 72;
const MANY: usize = 60;

/// Returns a prompt that shows a phrase of a group. For an attribute, the prompt names a thing that has the
/// attribute.
fn prompt(group: &str, phrase: &str) -> String {
    match group {
        "colours" => format!("a {phrase} car"),
        "materials" => format!("a {phrase} lion"),
        "sizes" => format!("a {phrase} pumpkin"),
        "proportions" => format!("a {phrase} house"),
        "numbers" => format!("{phrase} mushrooms"),
        "stands" => format!("a crown on a {phrase}"),
        "activities" => format!("a dog {phrase}"),
        "clothes" | "hats" => format!("a cat wearing {phrase}"),
        _ => format!("a {phrase}"),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: gallery FOLDER")?);
    std::fs::create_dir_all(&folder)?;
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
    let model = Model::bundled_on(&engine)?;
    for group in model.word_groups() {
        let mut pictures = Vec::with_capacity(group.phrases.len());
        let side = if group.phrases.len() > MANY { SMALL_SIDE } else { SIDE };
        for phrase in &group.phrases {
            let generated = generate(&model, &prompt(&group.name, phrase), &GenerateOptions::default())?;
            let options = RenderOptions { width: side, height: side, ..RenderOptions::default() };
            let draw = || render(&generated.mesh, &Camera::default(), &options);
            pictures.push(run_on_threads(engine.as_ref(), draw)??);
        }
        let captions: Vec<&str> = group.phrases.iter().map(String::as_str).collect();
        let path = folder.join(format!("{}.png", group.name));
        contact_sheet(&pictures, &captions, COLUMNS)?.write_small_png(&path)?;
        println!("{}: {} pictures", path.display(), pictures.len());
    }
    Ok(())
}
