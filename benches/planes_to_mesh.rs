//! Times the stages from planes to a colored mesh, for fields of the bundled model.
//!
//!     cargo bench --bench planes_to_mesh [-- --dump DIR]
//!
//! `--dump` writes the planes, networks, meshes and times of each prompt. Another implementation can be
//! compared with them, such as the one in PyTorch, benches/pytorch_planes.py.

#[path = "planes_to_mesh/dump.rs"]
mod dump;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::{Engine, run_on_threads};
use att3d::error::no_progress;
use att3d::generator::PromptFields;
use att3d::mesh::Mesh;
use att3d::nn::Latent;
use att3d::pipeline::{GenerateOptions, Model};
use att3d::surface::Statistics;

const PROMPTS: [&str; 3] = [
    "a pig wearing a party hat",
    "a tiger playing the guitar wearing a sweater",
    "a pig riding a bicycle made out of gold",
];
const RESOLUTIONS: [u32; 2] = [128, 256];
const REPETITIONS: usize = 9;

/// Times of the stages in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stages {
    /// From planes and networks to decoders: the cost of each new field before its first evaluation.
    pub prepare: f64,
    /// From decoders to triangles and normals.
    pub surface: f64,
    /// Colors and materials of the vertices.
    pub texture: f64,
}

/// A mesh and its times at one resolution.
pub struct Run {
    /// Number of cells along each axis.
    pub resolution: u32,
    /// Mesh with colors.
    pub mesh: Mesh,
    /// Median times.
    pub stages: Stages,
    /// Statistics of the extraction.
    pub statistics: Statistics,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--dump").skip(1);
    let folder = arguments.next().map(PathBuf::from);
    let engine = CpuEngine::new(None)?;
    let threads = engine.threads();
    let engine: Arc<dyn Engine> = Arc::new(engine);
    let model = Model::bundled_on(&engine)?;
    println!("The embedded engine, {threads} threads, medians of {REPETITIONS} runs:\n");
    println!(
        "| prompt | cells | prepare ms | surface ms | texture ms | all ms | vertices | triangles | points asked |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (index, prompt) in PROMPTS.into_iter().enumerate() {
        let latent = model.embed(&[prompt])?.latent;
        let fields = model.prompt_fields(&latent)?;
        let mut runs = Vec::with_capacity(RESOLUTIONS.len());
        for resolution in RESOLUTIONS {
            let run = measure(&model, &latent, &fields, resolution)?;
            print(prompt, &run);
            runs.push(run);
        }
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
            let path = folder.join(format!("{index}.safetensors"));
            dump::write(&path, prompt, &fields, &model.config().surface, &runs)?;
        }
    }
    Ok(())
}

fn measure(
    model: &Model,
    latent: &Latent,
    fields: &PromptFields,
    resolution: u32,
) -> Result<Run, Box<dyn Error>> {
    let engine: &dyn Engine = model.engine().as_ref();
    let field =
        model.fields(latent, None)?.into_iter().next().ok_or("the model made no field of the prompt")?;
    let mut times = Vec::with_capacity(REPETITIONS);
    let mut made = (Mesh::default(), Statistics::default());
    for _ in 0..REPETITIONS {
        let begun = Instant::now();
        let decoders = (fields.geometry.item(0)?.decoder()?, fields.texture.item(0)?.decoder()?);
        let prepare = milliseconds(begun);
        drop(decoders);
        let (mut mesh, statistics, surface) = run_on_threads(engine, || {
            let begun = Instant::now();
            let extracted =
                field.extract(&GenerateOptions { resolution, ..GenerateOptions::default() }, &no_progress);
            extracted.map(|(mesh, statistics)| (mesh, statistics, milliseconds(begun)))
        })??;
        let texture = run_on_threads(engine, || {
            let begun = Instant::now();
            let appearance = field.appearance(&mesh.positions, &no_progress)?;
            (mesh.colors, mesh.metallic_roughness) = appearance;
            Ok::<_, att3d::pipeline::PipelineError>(milliseconds(begun))
        })??;
        times.push(Stages { prepare, surface, texture });
        made = (mesh, statistics);
    }
    let (mesh, statistics) = made;
    let stages = Stages {
        prepare: median(times.iter().map(|stages| stages.prepare)),
        surface: median(times.iter().map(|stages| stages.surface)),
        texture: median(times.iter().map(|stages| stages.texture)),
    };
    Ok(Run { resolution, mesh, stages, statistics })
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(prompt: &str, run: &Run) {
    let Stages { prepare, surface, texture } = run.stages;
    println!(
        "| {prompt} | {}³ | {prepare:.2} | {surface:.1} | {texture:.1} | {:.1} | {} | {} | {:.2} % |",
        run.resolution,
        prepare + surface + texture,
        run.mesh.positions.len(),
        run.mesh.triangles.len(),
        100.0 * run.statistics.evaluation_share(),
    );
}
