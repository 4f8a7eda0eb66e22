//! A run's averaged weights as a package in f16.

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::pipeline::{Model, ObjectField};
use att3d::surface::ScalarField;
use att3d::weights::config::{ModelConfig, SurfaceConfig};
use att3d::weights::{Package, Precision, TensorData};
use clap::Args;
use serde_json::json;
use toybox::Random;

use crate::TrainError;
use crate::checkpoint::{self, Arrays, State};

/// Writes a run's averaged weights as a package.
#[derive(Args)]
pub struct Export {
    /// The run's folder.
    #[arg(long, default_value = "runs/toybox")]
    run: PathBuf,
    /// The package to write.
    #[arg(short, long)]
    output: PathBuf,
    /// Prompts over which the field's slope is measured.
    #[arg(long, default_value_t = 200)]
    slope_prompts: usize,
}

/// What the measured slope is multiplied by to become the package's bound.
const SAFETY: f32 = 1.5;
/// Surface points of one prompt from which slopes are measured, and probes about each.
const SURFACE_POINTS: usize = 400;
const PROBES: usize = 16;

/// Stands for a slope that is still to be measured: nothing is skipped under it.
const UNKNOWN_SLOPE: f32 = 1e3;

/// Runs the command.
pub fn run(options: &Export) -> Result<(), TrainError> {
    let folder =
        checkpoint::newest(&options.run)?.ok_or_else(|| TrainError::NoCheckpoint(options.run.clone()))?;
    let (state, arrays) = checkpoint::load(&folder)?;
    let mut config = state.config.clone();
    let slope = measure_slope(&config, &state, &arrays, options.slope_prompts)?;
    if let SurfaceConfig::SignedDistance { lipschitz, .. } = &mut config.surface {
        *lipschitz = slope * SAFETY;
    }
    for (key, value) in [
        ("trained on", json!("the toybox, a procedural world (crate toybox)")),
        ("command", json!("att3d-train reconstruct, att3d-train export")),
        ("steps", json!(state.step)),
        ("minutes", json!((state.seconds / 60.0).round())),
        ("prompts a step", json!(state.recipe.prompts)),
        ("measured slope", json!(slope)),
        ("slope safety", json!(SAFETY)),
    ] {
        config.provenance.insert(key.into(), value);
    }
    let data = averages(&arrays);
    Package::save_file(&options.output, &config, &state.tokenizer, &data)?;
    println!("{}: step {}, slope {slope:.2} × {SAFETY}", options.output.display(), state.step);
    Ok(())
}

fn averages(arrays: &Arrays) -> Vec<TensorData<'_>> {
    arrays
        .iter()
        .filter_map(|(name, (shape, values))| {
            let name = name.strip_prefix("average/")?;
            Some(TensorData { name, shape, values, precision: Precision::F16 })
        })
        .collect()
}

/// The largest |value| / distance to a surface point, over random prompts and probes: a block of half diagonal h whose
/// centre's |value| exceeds this slope times h holds no surface.
fn measure_slope(
    config: &ModelConfig,
    state: &State,
    arrays: &Arrays,
    prompts: usize,
) -> Result<f32, TrainError> {
    let mut config = config.clone();
    if let SurfaceConfig::SignedDistance { lipschitz, .. } = &mut config.surface {
        // Not known yet, and not used: surfaces are extracted densely below.
        *lipschitz = UNKNOWN_SLOPE;
    }
    let bytes = Package::to_bytes(&config, &state.tokenizer, &averages(arrays))?;
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
    let model = Model::from_package(&Package::from_bytes(bytes)?, &engine)?;
    let mut random = Random::stream(state.recipe.seed, u64::MAX);
    let mut slope = 0f32;
    for _ in 0..prompts {
        let spec = toybox::random_training_spec(&mut random);
        let embedding = model.embed(&[&toybox::random_prompt(&spec, &mut random)])?;
        for field in model.fields(&embedding.latent)? {
            // A sparse extraction would trust the bound that is being measured.
            let (mesh, _) =
                field.extract(64, true, &att3d::error::unwatched).map_err(TrainError::from_surface)?;
            let surface = project(&field, mesh.positions)?;
            let mut probes = Vec::with_capacity(SURFACE_POINTS * PROBES);
            let mut radii = Vec::with_capacity(SURFACE_POINTS * PROBES);
            for _ in 0..SURFACE_POINTS {
                let vertex = surface[random.below(surface.len())];
                for _ in 0..PROBES {
                    // From half a cell at 256³ to the largest block's half diagonal.
                    let radius = 0.004 * 100f32.powf(random.uniform());
                    let direction = random.direction();
                    let probe: [f32; 3] = std::array::from_fn(|axis| vertex[axis] + radius * direction[axis]);
                    if probe.iter().all(|coordinate| coordinate.abs() <= 1.0) {
                        probes.push(probe);
                        radii.push(radius);
                    }
                }
            }
            let mut values = vec![0.0; probes.len()];
            field.values(&probes, &mut values).map_err(TrainError::Checkpoint)?;
            for (value, radius) in values.iter().zip(radii) {
                slope = slope.max(value.abs() / radius);
            }
        }
    }
    Ok(slope)
}

/// Moves points onto the field's zero by Newton steps along the gradient; those that do not get there are left out.
fn project(field: &ObjectField, mut points: Vec<[f32; 3]>) -> Result<Vec<[f32; 3]>, TrainError> {
    let mut values = vec![0.0; points.len()];
    let mut gradients = vec![[0.0; 3]; points.len()];
    for _ in 0..4 {
        field.values(&points, &mut values).map_err(TrainError::Checkpoint)?;
        field.gradients(&points, &mut gradients).map_err(TrainError::Checkpoint)?;
        for ((point, value), gradient) in points.iter_mut().zip(&values).zip(&gradients) {
            let squared: f32 = gradient.iter().map(|slope| slope * slope).sum();
            let step = value / squared.max(0.1);
            *point = std::array::from_fn(|axis| (point[axis] - step * gradient[axis]).clamp(-1.0, 1.0));
        }
    }
    field.values(&points, &mut values).map_err(TrainError::Checkpoint)?;
    Ok(points
        .into_iter()
        .zip(values)
        .filter(|(_, value)| value.abs() < 1e-4)
        .map(|(point, _)| point)
        .collect())
}
