//! Pictures of what the bundled model makes of held-out prompts, on one sheet.
//!
//! `cargo run --release --example gallery -- FILE.png [COUNT] [SEED]`

#![allow(missing_docs)]

use std::sync::Arc;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::{Engine, run_on_threads};
use att3d::pipeline::{GenerateOptions, Model, generate};
use att3d::render::{Camera, RenderOptions, contact_sheet, render};

const COLUMNS: usize = 6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: gallery FILE.png [COUNT] [SEED]")?;
    let count = arguments.next().map_or(Ok(24), |text| text.parse())?;
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;

    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
    let model = Model::bundled(&engine)?;
    let scenes = toybox::holdouts();
    let mut random = toybox::Random::new(seed);
    let (mut pictures, mut captions) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let prompt = scenes[random.below(scenes.len())].prompt();
        let generated = generate(&model, &prompt, &GenerateOptions::default())?;
        let options = RenderOptions { width: 256, height: 256, ..RenderOptions::default() };
        let picture =
            run_on_threads(engine.as_ref(), || render(&generated.mesh, &Camera::default(), &options))??;
        pictures.push(picture);
        captions.push(prompt);
    }
    let captions: Vec<&str> = captions.iter().map(String::as_str).collect();
    contact_sheet(&pictures, &captions, COLUMNS)?.write_png(file.as_ref())?;
    Ok(())
}
