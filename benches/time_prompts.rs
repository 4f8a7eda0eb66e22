//! Times the loading of a model, and then, after a warm-up, prompts from text to colored mesh. Prints the
//! medians of the stages as one line of JSON.
//!
//! ```text
//! cargo bench --bench time_prompts -- --model M.att3d [--engine torch] [--device cuda:0] \
//!     [--precision f16] [--resolution 256]
//! ```
//!
//! `benches/gpu.sh` and `benches/torch_engine.sh` run this bench.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use att3d::pipeline::{
    Context, Device, EngineChoice, EngineOptions, GenerateOptions, Model, Precision, generate,
};
use serde_json::json;

/// Default number of timed prompts. The same number of untimed prompts comes first.
const PROMPTS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = EngineOptions::default();
    let (mut path, mut resolution, mut prompts) = (None, 256, PROMPTS);
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--model" => path = Some(PathBuf::from(value)),
            "--resolution" => resolution = value.parse()?,
            "--prompts" => prompts = value.parse()?,
            "--engine" => {
                options.engine = if value == "torch" { EngineChoice::Torch } else { EngineChoice::Embedded }
            }
            "--device" => {
                options.device = match value.strip_prefix("cuda:") {
                    Some(index) => Device::Cuda(index.parse()?),
                    None => Device::Cpu,
                }
            }
            "--precision" => {
                options.precision = match value.as_str() {
                    "bf16" => Precision::Bf16,
                    "f16" => Precision::F16,
                    _ => Precision::F32,
                }
            }
            other => return Err(format!("{other}: not an argument").into()),
        }
    }
    let Some(path) = path else {
        // `cargo bench` runs every benchmark, and this one needs a model.
        println!("time_prompts: no --model, nothing timed");
        return Ok(());
    };
    let opening = Instant::now();
    let context = Context::open(options)?;
    let opened = opening.elapsed();
    let loading = Instant::now();
    let model = Model::open(&path, context.engine())?;
    let asked = GenerateOptions { resolution, ..GenerateOptions::default() };
    let words = ["a pig", "a tiger wearing a hat", "a red pig on a party hat"];
    let made = |index: usize| generate(&model, words[index % words.len()], &asked);
    let first = made(0)?;
    let loaded = loading.elapsed();
    for index in 0..prompts {
        made(index)?;
    }
    let mut stages = [const { Vec::new() }; 5];
    for index in 0..prompts {
        let begun = Instant::now();
        let timings = made(index)?.timings;
        let all = [timings.text, timings.generator, timings.surface, timings.texture, begun.elapsed()];
        stages.iter_mut().zip(all).for_each(|(stage, time)| stage.push(time));
    }
    let milliseconds = |time: Duration| (time.as_secs_f64() * 1e5).round() / 100.0;
    let [text, generator, surface, texture, whole] = stages.map(|mut times| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().map(milliseconds)
    });
    let memory = context.device_memory();
    println!(
        "{}",
        json!({
            "model": path, "resolution": resolution, "triangles": first.mesh.triangles.len(),
            "evaluation_share": first.statistics.evaluation_share(),
            "open_ms": milliseconds(opened), "load_to_first_mesh_ms": milliseconds(loaded),
            "text_ms": text, "generator_ms": generator, "surface_ms": surface, "texture_ms": texture, "whole_ms": whole,
            "memory_in_use": memory.in_use, "memory_total": memory.total,
        })
    );
    Ok(())
}
