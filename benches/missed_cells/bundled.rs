//! Fields of the bundled model for held-out prompts: sparse extraction against dense extraction.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::{Engine, run_on_threads};
use att3d::error::no_progress;
use att3d::mesh::Mesh;
use att3d::pipeline::{GenerateOptions, Model, ObjectField};
use att3d::surface::{Statistics, SurfaceError};

/// Number of held-out prompts.
const PROMPTS: usize = 500;
/// Largest resolution at which every prompt is compared with the dense grid. 500 prompts at 128³ take two
/// minutes on two cores.
const FULLY_COMPARED: u32 = 128;
/// Number of prompts that are compared with the dense grid at resolutions above [`FULLY_COMPARED`]. A grid of
/// 256³ takes eight times as long.
const COMPARED_ABOVE: usize = 50;
/// Number of prompts in one forward pass.
const BATCH: usize = 4;

/// Counts at one resolution.
struct Totals {
    resolution: u32,
    prompts: usize,
    compared: usize,
    missed: usize,
    differing: usize,
    broken_promises: u64,
    shares: f64,
    worst: (f64, String),
}

/// Prints a line for each resolution. Returns the number of missed cells plus the number of different meshes.
pub fn report(resolutions: &[u32]) -> Result<usize, Box<dyn Error>> {
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
    let model = Model::bundled_on(&engine)?;
    let mut totals: Vec<Totals> = resolutions.iter().copied().map(Totals::new).collect();
    let prompts = prompts();
    for batch in prompts.chunks(BATCH) {
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        let fields = model.fields(&model.embed(&batch)?.latent, None)?;
        for (prompt, field) in batch.into_iter().zip(&fields) {
            for totals in &mut totals {
                run_on_threads(engine.as_ref(), || totals.count(prompt, field))??;
            }
        }
    }
    println!("Bundled model, {} held-out prompts:\n", prompts.len());
    println!(
        "| cells | prompts | compared with dense | missed cells | differing meshes | wrong bounds | mean share | worst share | worst prompt |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    totals.iter().for_each(Totals::print);
    println!(
        "\nShare: values, gradients and one colour a vertex, of the dense grid's values. Bars: no missed cell; at most 3 % at 256³.\n"
    );
    Ok(totals.iter().map(|totals| totals.missed + totals.differing).sum())
}

/// Returns up to `PROMPTS` hold-outs, spread evenly over the list, so that all animals are included.
fn prompts() -> Vec<String> {
    let all = toybox::holdouts();
    let count = PROMPTS.min(all.len());
    (0..count).filter_map(|index| all.get(index * all.len() / count)).map(|spec| spec.prompt()).collect()
}

impl Totals {
    fn new(resolution: u32) -> Self {
        Self {
            resolution,
            prompts: 0,
            compared: 0,
            missed: 0,
            differing: 0,
            broken_promises: 0,
            shares: 0.0,
            worst: (0.0, String::new()),
        }
    }

    fn count(&mut self, prompt: &str, field: &ObjectField) -> Result<(), SurfaceError> {
        let (sparse, statistics) = extract(field, self.resolution, false)?;
        let colors = statistics.gradient_evaluations as f64 / statistics.lattice_points.max(1) as f64;
        let share = statistics.evaluation_share() + colors;
        self.prompts += 1;
        self.shares += share;
        self.broken_promises += statistics.broken_promises;
        if share > self.worst.0 {
            self.worst = (share, prompt.to_owned());
        }
        if self.resolution <= FULLY_COMPARED || self.compared < COMPARED_ABOVE {
            let (dense, _) = extract(field, self.resolution, true)?;
            self.compared += 1;
            if dense != sparse {
                let some = cells(&sparse, self.resolution);
                self.differing += 1;
                self.missed += cells(&dense, self.resolution).difference(&some).count();
            }
        }
        Ok(())
    }

    fn print(&self) {
        println!(
            "| {}³ | {} | {} | {} | {} | {} | {:.2} % | {:.2} % | {} |",
            self.resolution,
            self.prompts,
            self.compared,
            self.missed,
            self.differing,
            self.broken_promises,
            100.0 * self.shares / self.prompts.max(1) as f64,
            100.0 * self.worst.0,
            self.worst.1,
        );
    }
}

/// Extracts a field. A field without a surface has an empty mesh here, because sparse and dense must agree on
/// that too.
fn extract(field: &ObjectField, resolution: u32, dense: bool) -> Result<(Mesh, Statistics), SurfaceError> {
    match field.extract(&GenerateOptions { resolution, dense, ..GenerateOptions::default() }, &no_progress) {
        Err(SurfaceError::NothingCrosses { .. }) => Ok((Mesh::default(), Statistics::default())),
        found => found,
    }
}

/// Returns the cells that contain the triangles of a mesh. Each triangle is in one cell, and its centroid is
/// inside that cell.
fn cells(mesh: &Mesh, resolution: u32) -> HashSet<[i64; 3]> {
    let cell = |triangle: &[u32; 3]| {
        let corners = triangle.map(|corner| mesh.positions.get(corner as usize).copied().unwrap_or_default());
        std::array::from_fn(|axis| {
            let sum: f64 = corners.iter().map(|corner| f64::from(corner[axis])).sum();
            ((sum / 3.0 + 1.0) / 2.0 * f64::from(resolution)).floor() as i64
        })
    };
    mesh.triangles.iter().map(cell).collect()
}
