//! Export of a distilled model as a package.

use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::Scope;
use att3d::weights::config::SurfaceConfig;
use att3d::weights::{Package, Precision, TensorData};
use att3d_torch::TorchEngine;
use serde_json::json;

use super::error::DistillError;
use super::parameters::Variables;
use super::recipe::DistillState;
use super::text::FrozenText;
use super::threshold::fitting_density;
use super::train::generator;
use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::export::{EnvelopePrompts, Export, measure_envelope, set_envelope};
use crate::variables::{ParameterStore, host, sizes};

/// Returns whether a folder is a run of `distill`.
pub fn owns(run: &Path) -> bool {
    matches!(DistillState::newest(run), Ok(Some(_)))
}

/// Writes the averaged weights of a run of `distill` as a package.
pub fn export(options: &Export) -> Result<(), TrainError> {
    let (state, arrays) =
        DistillState::newest(&options.run)?.ok_or_else(|| DistillError::NoCheckpoint(options.run.clone()))?;
    let text = FrozenText::of_arrays(&state, &arrays);
    let generator = averaged(&state, &text, &arrays)?;
    let data: Vec<TensorData<'_>> = text
        .arrays
        .iter()
        .chain(&generator)
        .map(|(name, (shape, values))| TensorData { name, shape, values, precision: Precision::F16 })
        .collect();
    let mut config = state.config.clone();
    config.words = crate::recipe::toybox_words();
    for (key, value) in [
        ("trained on", json!(format!("{} prompts, by score distillation", state.prompts.len()))),
        ("command", json!("att3d-train distill, att3d-train export")),
        ("steps", json!(state.step)),
        ("rendered frames", json!(state.frames)),
        ("minutes", json!((state.seconds / 60.0).round())),
    ] {
        config.provenance.insert(key.into(), value);
    }
    if !state.begun_with.is_empty() {
        config.provenance.insert("begun with".into(), json!(state.begun_with));
    }
    if matches!(config.surface, SurfaceConfig::SignedDistance { .. }) {
        let source = EnvelopePrompts::List(&state.prompts);
        let measured = measure_envelope(
            &config,
            &state.tokenizer,
            &data,
            state.recipe.seed,
            options.envelope_prompts,
            source,
        )?;
        set_envelope(&mut config, &measured);
    }
    if let SurfaceConfig::Density { threshold } = &mut config.surface {
        let package = Package::to_bytes(&state.config, &state.tokenizer, &data)?;
        *threshold = fitting_density(package, &state.prompts)?.unwrap_or(*threshold);
        println!("density at the surface: {threshold}");
    }
    Package::save_file(&options.output, &config, &state.tokenizer, &data)?;
    println!("{}: step {}, {} rendered frames", options.output.display(), state.step, state.frames);
    Ok(())
}

/// Returns the averaged parameters of the generator, with the spectral normalization multiplied in.
fn averaged(state: &DistillState, text: &FrozenText, arrays: &Arrays) -> Result<Arrays, TrainError> {
    let engine: Arc<dyn Engine> = Arc::new(TorchEngine::new(tch::Device::Cpu, None)?);
    let store = ParameterStore::new(engine.clone(), state.recipe.seed);
    generator(&Scope::root(&store), &state.config)?;
    store.load_averages(arrays)?;
    let embedded = text.embed(&engine, &state.prompts)?;
    let variables = Variables::new(&engine, &store, &state.config, &state.recipe, &embedded)?;
    let names: Vec<String> = store.variables.borrow().keys().cloned().collect();
    let mut generator = Arrays::new();
    for name in names {
        if let Some(value) = variables.value(&name)? {
            generator.insert(name, (sizes(&value), host(&value)?));
        }
    }
    Ok(generator)
}
