//! Export of the averaged weights of a run as an f16 package.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::error::no_progress;
use att3d::gltf::Document;
use att3d::pipeline::{GenerateOptions, Model, ObjectField, PipelineError, Purpose, Shape};
use att3d::surface::{ScalarField, SurfaceError};
use att3d::weights::config::{FORMAT_VERSION, GeneratorConfig, ModelConfig, SurfaceConfig};
use att3d::weights::{Package, Precision, TensorData};
use clap::Args;
use serde_json::json;
use toybox::Random;

use crate::TrainError;
use crate::assets::Assets;
use crate::checkpoint::{self, Arrays};
use crate::data::Shaped;
use crate::recipe::{UNKNOWN_SLOPE, toybox_words};

/// Writes the averaged weights of a run as a package.
#[derive(Args)]
pub struct Export {
    /// Folder of the run.
    #[arg(long, default_value = "runs/toybox")]
    pub(crate) run: PathBuf,
    /// Package to write.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// Number of prompts on whose fields the envelope is measured.
    #[arg(long, default_value_t = ENVELOPE_PROMPTS)]
    pub(crate) envelope_prompts: usize,
}

/// Default of `--envelope-prompts`.
const ENVELOPE_PROMPTS: usize = 400;

impl Export {
    /// Returns the options for a run, with defaults.
    pub fn of(run: &Path, output: &Path) -> Self {
        Self { run: run.to_owned(), output: output.to_owned(), envelope_prompts: ENVELOPE_PROMPTS }
    }
}

/// Factor from the measured values to the envelope of the package. With 400 prompts the envelope is based on
/// 2.5 million probes. `benches/missed_cells.sh` compares it with the dense grid on 500 prompts that were not
/// probed.
const SAFETY: f32 = 1.25;
/// Number of surface points of a prompt, and number of probes around each surface point.
const SURFACE_POINTS: usize = 400;
const PROBES: usize = 16;
/// Range of the distances between a probe and its surface point, in object space: from half a cell at 256³ to
/// the half diagonal of the largest block.
const NEAREST: f32 = 0.004;
const FARTHEST: f32 = 0.4;
/// Number of ranges into which the distances are divided. In every range, the largest distance is the same
/// multiple of the smallest. For each range, the probe with the largest ratio of |value| to distance is kept.
const RANGES: usize = 32;
/// Number of points of a shape.
const CLOUD: usize = 2_048;

/// Runs the command.
pub fn run(options: &Export) -> Result<(), TrainError> {
    let folder =
        checkpoint::newest(&options.run)?.ok_or_else(|| TrainError::NoCheckpoint(options.run.clone()))?;
    let (state, arrays) = checkpoint::load(&folder)?;
    let mut config = state.config.clone();
    let assets = state.assets.as_ref().map(Assets::open).transpose()?;
    if assets.is_none() {
        // The package gets the current words, because a lexicon can grow without training.
        config.words = toybox_words();
    }
    let data = averages(&arrays);
    let (seed, count) = (state.recipe.seed, options.envelope_prompts);
    let source = match &assets {
        Some(assets) => EnvelopePrompts::Assets(assets),
        None if !state.prompts.is_empty() => EnvelopePrompts::List(&state.prompts),
        None => EnvelopePrompts::Toybox,
    };
    let measured = measure_envelope(&config, &state.tokenizer, &data, seed, count, source)?;
    let trained_on = match &assets {
        Some(assets) => {
            let trained: BTreeSet<usize> = assets.trained().map(|row| row.asset).collect();
            format!("{} assets with {} captions", trained.len(), assets.trained().count())
        }
        None if !state.prompts.is_empty() => {
            format!("the scenes of {} prompts of the toybox", state.prompts.len())
        }
        None => "the toybox, a procedural world (crate toybox)".to_owned(),
    };
    let slope = measured.first().map_or(0.0, |[distance, value]| value / distance);
    set_envelope(&mut config, &measured);
    for (key, value) in [
        ("trained on", json!(trained_on)),
        ("command", json!("att3d-train reconstruct, att3d-train export")),
        ("stage", json!(state.recipe.stage)),
        ("steps", json!(state.step)),
        ("minutes", json!((state.seconds / 60.0).round())),
        ("prompts a step", json!(state.recipe.prompts)),
        ("steepest slope", json!(slope)),
        ("envelope safety", json!(SAFETY)),
    ] {
        config.provenance.insert(key.into(), value);
    }
    if !state.begun_with.is_empty() {
        config.provenance.insert("begun with".into(), json!(state.begun_with));
    }
    Package::save_file(&options.output, &config, &state.tokenizer, &data)?;
    println!("{}: step {}", options.output.display(), state.step);
    print_envelope(&measured);
    Ok(())
}

/// Writes a package again with the same weights, with filtered geometry planes and a new envelope.
#[derive(Args)]
pub struct Filter {
    /// Package to read.
    #[arg(long)]
    model: PathBuf,
    /// Package to write.
    #[arg(short, long)]
    output: PathBuf,
    /// Number of prompts on whose fields the envelope is measured.
    #[arg(long, default_value_t = 400)]
    envelope_prompts: usize,
}

/// Runs the command.
pub fn filter(options: &Filter) -> Result<(), TrainError> {
    let package = Package::open(&options.model)?;
    let mut config = package.config().clone();
    let GeneratorConfig::Triplane(sizes) = &mut config.generator else {
        return Err(TrainError::NoPlanes(options.model.clone()));
    };
    sizes.geometry_filtered = true;
    config.format_version = FORMAT_VERSION;
    let held: Vec<_> = package.tensors().map(|held| (held.name.to_owned(), held.shape.to_vec())).collect();
    let values: Vec<Vec<f32>> =
        held.iter().map(|(name, shape)| package.tensor(name, shape)).collect::<Result<_, _>>()?;
    let data: Vec<TensorData<'_>> = held
        .iter()
        .zip(&values)
        .map(|((name, shape), values)| TensorData { name, shape, values, precision: Precision::F16 })
        .collect();
    let measured = measure_envelope(
        &config,
        package.tokenizer_json(),
        &data,
        FILTER_SEED,
        options.envelope_prompts,
        EnvelopePrompts::Toybox,
    )?;
    set_envelope(&mut config, &measured);
    config
        .provenance
        .insert("filtered".into(), json!("att3d-train filter: the same weights, planes filtered"));
    Package::save_file(&options.output, &config, package.tokenizer_json(), &data)?;
    println!("{}:", options.output.display());
    print_envelope(&measured);
    Ok(())
}

/// Seed of the prompts on which the envelope of a filtered package is measured.
const FILTER_SEED: u64 = 45;

/// Writes a measured envelope into the configuration of signed distances.
pub fn set_envelope(config: &mut ModelConfig, measured: &[[f32; 2]]) {
    if let SurfaceConfig::SignedDistance { envelope, .. } = &mut config.surface {
        *envelope = measured.iter().map(|&[distance, value]| [distance, value * SAFETY]).collect();
    }
}

fn print_envelope(measured: &[[f32; 2]]) {
    println!("  envelope, before × {SAFETY}:");
    for [distance, value] in measured {
        println!("  {value:.4} within {distance:.4}, slope {:.3}", value / distance);
    }
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

/// The prompts on whose fields an envelope is measured.
#[derive(Clone, Copy)]
pub enum EnvelopePrompts<'a> {
    /// Random prompts of the toybox.
    Toybox,
    /// Captions of assets.
    Assets(&'a Assets),
    /// The prompts of a list, which is not empty.
    List(&'a [String]),
}

/// Measures the envelope over random prompts and probes. A probe is the point (distance from the surface
/// point, |value|). [`RANGES`] states which probes are kept. The envelope is the least concave curve that
/// begins at (0, 0) and is not below any kept probe. A block of half diagonal h contains no surface if the
/// |value| at its center is above the curve at h.
pub fn measure_envelope(
    config: &ModelConfig,
    tokenizer: &str,
    data: &[TensorData<'_>],
    seed: u64,
    prompts: usize,
    source: EnvelopePrompts<'_>,
) -> Result<Vec<[f32; 2]>, TrainError> {
    let mut config = config.clone();
    if let SurfaceConfig::SignedDistance { envelope, .. } = &mut config.surface {
        // The envelope is unknown here and is not used, since the surfaces below are extracted densely.
        *envelope = vec![[1.0, UNKNOWN_SLOPE]];
    }
    let bytes = Package::to_bytes(&config, tokenizer, data)?;
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
    let model = Model::from_package(&Package::from_bytes(bytes)?, &engine)?;
    let mut random = Random::stream(seed, u64::MAX);
    // A sparse extraction would rely on the bound that is being measured.
    let densely = GenerateOptions { resolution: 64, dense: true, ..GenerateOptions::default() };
    let mut largest = [[0.0f32; 2]; RANGES];
    for index in 0..prompts {
        // Every second prompt has a shape, where the model reads shapes.
        let has_shape = index % 2 == 1 && model.has_shape_attributes();
        let (prompt, shape) = match source {
            EnvelopePrompts::List(prompts) => (prompts[random.below(prompts.len())].clone(), None),
            EnvelopePrompts::Assets(assets) => {
                let row = &assets.captions[random.below(assets.captions.len())];
                let shape = has_shape.then(|| shape_of(&assets.paths[row.asset])).transpose()?;
                (row.caption.clone(), shape)
            }
            EnvelopePrompts::Toybox if has_shape => {
                let shaped = Shaped::random(&mut random);
                let shape = shaped.shape(&mut random, CLOUD)?;
                (shaped.prompt, Some(shape))
            }
            EnvelopePrompts::Toybox => {
                let spec = toybox::random_training_spec(&mut random);
                (toybox::random_prompt(&spec, &mut random), None)
            }
        };
        // A prompt with a shape may name only a change.
        let purpose = if shape.is_some() { Purpose::Change } else { Purpose::Thing };
        let embedding = model.embed_for(&[&prompt], purpose)?;
        for field in model.fields(&embedding.latent, shape.as_ref())? {
            let mesh = match field.extract(&densely, &no_progress) {
                Ok((mesh, _)) => mesh,
                // A result between two shapes may have no surface.
                Err(SurfaceError::NothingCrosses { .. }) if shape.is_some() => continue,
                Err(error) => return Err(TrainError::from_surface(error)),
            };
            let surface = project(&field, mesh.positions)?;
            if surface.is_empty() {
                continue;
            }
            let mut slopes = vec![[0.0; 3]; surface.len()];
            field.gradients(&surface, &mut slopes).map_err(TrainError::Checkpoint)?;
            let mut probes = Vec::with_capacity(SURFACE_POINTS * PROBES);
            let mut radii = Vec::with_capacity(SURFACE_POINTS * PROBES);
            for _ in 0..SURFACE_POINTS {
                let chosen = random.below(surface.len());
                let (vertex, normal) = (surface[chosen], unit(slopes[chosen]));
                for probe in 0..PROBES {
                    let radius = NEAREST * (FARTHEST / NEAREST).powf(random.uniform());
                    // The directions are along the gradient, against it, and random.
                    let direction = match (probe % 4, normal) {
                        (0, Some(normal)) => normal,
                        (1, Some(normal)) => normal.map(|slope| -slope),
                        _ => random.direction(),
                    };
                    let probe: [f32; 3] = std::array::from_fn(|axis| vertex[axis] + radius * direction[axis]);
                    if probe.iter().all(|coordinate| coordinate.abs() <= 1.0) {
                        probes.push(probe);
                        radii.push(radius);
                    }
                }
            }
            let mut values = vec![0.0; probes.len()];
            field.values(&probes, &mut values).map_err(TrainError::Checkpoint)?;
            for (value, radius) in values.into_iter().map(f32::abs).zip(radii) {
                let share = (radius / NEAREST).ln() / (FARTHEST / NEAREST).ln();
                let range = ((share * RANGES as f32) as usize).min(RANGES - 1);
                // The comparison is by slope (value / radius) and not by value, so that near and far points
                // of the range count equally.
                if value * largest[range][0] >= largest[range][1] * radius {
                    largest[range] = [radius, value];
                }
            }
        }
    }
    Ok(concave_majorant(&largest))
}

/// Returns the shape of an asset.
fn shape_of(path: &Path) -> Result<Shape, TrainError> {
    let scene = Document::open(path).and_then(|document| document.scene()).map_err(PipelineError::from)?;
    Ok(Shape::of_parts(&scene.parts)?)
}

/// Returns the knots of the least nondecreasing concave curve from (0, 0) with no point above it. `points`
/// are in the order of increasing distance.
fn concave_majorant(points: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let mut knots: Vec<[f32; 2]> = Vec::new();
    for &[distance, value] in points.iter().filter(|point| point[0] > 0.0) {
        while let Some(&[last, height]) = knots.last() {
            let [before, lower] = knots.len().checked_sub(2).map_or([0.0; 2], |index| knots[index]);
            let below = (height - lower) * (distance - before) <= (value - lower) * (last - before);
            if !below {
                break;
            }
            knots.pop();
        }
        if knots.last().is_none_or(|last| value > last[1]) {
            knots.push([distance, value]);
        }
    }
    knots
}

/// Returns the unit vector along a vector, or `None` for a vector shorter than 1e-6.
fn unit(vector: [f32; 3]) -> Option<[f32; 3]> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    (length > 1e-6).then(|| vector.map(|x| x / length))
}

/// Moves points onto the zero set of the field by Newton steps along the gradient. Omits the points that do
/// not reach the zero set.
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

#[cfg(test)]
mod tests {
    use super::concave_majorant;

    #[test]
    fn the_curve_lies_above_every_point_and_never_steepens() {
        let points = [[0.1, 0.2], [0.2, 0.25], [0.3, 0.45], [0.4, 0.41], [0.6, 0.6], [0.0, 0.0]];
        assert_eq!(concave_majorant(&points), [[0.1, 0.2], [0.3, 0.45], [0.6, 0.6]]);
        assert!(concave_majorant(&[]).is_empty());
    }
}
