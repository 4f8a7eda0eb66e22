//! Conversion of TriplaneTurbo (Ma et al. 2025): an adapter of Stable Diffusion 2.1-base, and that base
//! model.
//!
//! - `base`: the folder of the base model, and its sizes;
//! - `modules`: the layers of its networks;
//! - `adapter`: the numbers and names of the adapter's layers;
//! - `plan`: the tensors of the package; `recipe`: how each is made.
//!
//! Changes of convolutions and of the attention to the text are added to the base model's weights in f32. The
//! changes of the attention among planes differ from plane to plane, so they are stored beside the weights.

mod adapter;
mod base;
mod error;
mod modules;
mod plan;
mod recipe;

use std::collections::BTreeMap;
use std::path::Path;

use super::error::ConvertError;
use crate::engine::Precision;
use crate::error::ProgressCallback;
use crate::text::tokenizer::Tokenizer;
use crate::weights::config::{
    FORMAT_VERSION, GeneratorConfig, LatentDiffusionConfig, ModelConfig, SurfaceConfig,
};
use crate::weights::tensors::TensorFiles;
use crate::weights::{LICENSE_FILE, Package};
use base::{Base, Settings};
use plan::Plan;

pub use error::TriplaneTurboError;

/// Number of steps in which the published model removes the noise.
const STEPS: usize = 4;
/// Slope of the envelope. The field's real slope was never measured, so this value is so large that no block
/// is skipped.
const UNKNOWN_SLOPE: f32 = 1e3;
/// License of the package: the adapter's, and the base model's.
const LICENSE: &str = "Apache-2.0 AND LicenseRef-CreativeML-Open-RAIL-PlusPlus-M";

/// Texts of both licenses. The base model's license demands that each receiver of the package gets its text.
const LICENSE_TEXTS: &str = concat!(
    "This package contains changed weights of two works.\n\n\
     The adapter is under the Apache License, Version 2.0, as tagged by its author.\n\n\
     The base model, Stable Diffusion 2.1-base, is under the CreativeML Open RAIL++-M License of November 24,\n\
     2022. Whoever uses this package must follow the use restrictions in Attachment A of that license. Whoever\n\
     passes this package on must pass on this file, and must bind the receivers to the same restrictions.\n\n\
     The entry `provenance` in model.json states the sources and what was changed.\n\n\
     ==========================================================================================\n\n",
    include_str!("../../../LICENSE-APACHE"),
    "\n==========================================================================================\n\n",
    include_str!("data/LICENSE-OPENRAIL"),
);

/// Folders and settings of a conversion.
pub(super) struct Request<'a> {
    /// Path of the adapter.
    pub source: &'a Path,
    /// Folder of the base model.
    pub base: &'a Path,
    /// Folders of a text encoder and a tokenizer to use instead of the base model's.
    pub text: Option<&'a Path>,
    pub tokenizer: Option<&'a Path>,
    pub output: &'a Path,
    pub is_folder: bool,
    pub precision: Precision,
}

/// Result of a conversion.
pub(super) struct Done {
    pub parameters: usize,
    pub left_out: Vec<String>,
    pub notes: Vec<String>,
}

/// Returns whether tensors are an adapter of TriplaneTurbo.
pub(super) fn is_adapter(files: &TensorFiles) -> bool {
    adapter::prefix(files).is_some()
}

/// Writes the package of an adapter and its base model. Errors: `TriplaneTurbo`, `Tensors`, `Config`,
/// `Tokenizer`, `Package`, `Cancelled`, and those of the text encoder's folder. Nothing is then written.
pub(super) fn convert(
    adapter: &TensorFiles,
    request: &Request<'_>,
    on_progress: ProgressCallback<'_>,
) -> Result<Done, ConvertError> {
    let &Request { source, output, precision, .. } = request;
    let prefix = adapter::prefix(adapter).unwrap_or_default();
    let base = Base::open(request.base, request.text, request.tokenizer)?;
    let sizes = sizes(&base.settings, adapter, source, prefix)?;
    let notes = notes(request);
    let config = config(&base, source, sizes.clone(), &notes);
    config.validate()?;
    // The tokenizer is checked here, because otherwise only the first load of the package would find a
    // mismatch.
    Tokenizer::from_json(&base.text.tokenizer_json, &config.text)?;
    let plan = Plan::new(&base, (adapter, source), prefix, &sizes, precision)?;
    let count = |shape: &[usize]| shape.iter().product::<usize>();
    let parameters: usize = plan.specs.iter().map(|spec| count(&spec.shape)).sum();
    let mut done = 0;
    let values = |index: usize| {
        on_progress(done as f32 / parameters.max(1) as f32)?;
        let values = plan.values(index)?;
        done += values.len();
        Ok::<_, ConvertError>(values)
    };
    let tokenizer = &base.text.tokenizer_json;
    Package::save_each(
        output,
        request.is_folder,
        &config,
        tokenizer,
        Some(LICENSE_TEXTS),
        &plan.specs,
        values,
    )?;
    on_progress(1.0)?;
    let notes = notes.into_iter().map(|(key, text)| format!("{key}: {text}")).collect();
    Ok(Done { parameters, left_out: plan.left_out(), notes })
}

/// Derives the sizes of the networks from the base model's settings and from the shapes of the adapter's
/// tensors.
fn sizes(
    settings: &Settings,
    adapter: &TensorFiles,
    path: &Path,
    prefix: &str,
) -> Result<LatentDiffusionConfig, TriplaneTurboError> {
    let published = LatentDiffusionConfig::published();
    let shape = |name: &str| {
        let (name, target) = (format!("{prefix}{name}"), "the sizes of the model".to_owned());
        let missing = TriplaneTurboError::MissingTensor { path: path.to_owned(), name: name.clone(), target };
        adapter.shape(&name).ok_or(missing)
    };
    let rows = |name: &str| Ok::<_, TriplaneTurboError>(shape(name)?.first().copied().unwrap_or(0));
    let hidden = |index: usize| format!("sdf_network.layers.{}.weight", 2 * index);
    let layers = (0..).take_while(|&index| shape(&hidden(index)).is_ok()).count();
    let (hidden_width, inputs) = match *shape(&hidden(0))? {
        [outputs, inputs] => (outputs, inputs),
        _ => (0, 0),
    };
    let (last, spacing) = (settings.training_steps.saturating_sub(1), settings.training_steps / STEPS);
    Ok(LatentDiffusionConfig {
        latent_resolution: settings.latent_resolution,
        latent_channels: settings.latent_channels,
        u_net_channels: settings.u_net_channels.clone(),
        u_net_blocks: settings.u_net_blocks,
        head_width: settings.head_width,
        norm_groups: settings.norm_groups,
        adapter_rank: rows("space_generator.peft_layers.layers.0.to_q_xy_lora_geo.down.weight")?,
        decoder_channels: settings.decoder_channels.clone(),
        decoder_blocks: settings.decoder_blocks,
        plane_features: inputs,
        hidden_width,
        hidden_layers: layers.saturating_sub(1),
        beta_start: settings.beta_start,
        beta_end: settings.beta_end,
        training_steps: settings.training_steps,
        timesteps: (0..STEPS).map(|step| last.saturating_sub(step * spacing)).collect(),
        ..published
    })
}

fn config(
    base: &Base,
    source: &Path,
    sizes: LatentDiffusionConfig,
    notes: &[(&'static str, String)],
) -> ModelConfig {
    let provenance: BTreeMap<_, _> =
        notes.iter().map(|(key, text)| ((*key).to_owned(), text.as_str().into())).collect();
    ModelConfig {
        format_version: FORMAT_VERSION,
        name: source.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        license: LICENSE.to_owned(),
        text: base.text.config.clone(),
        generator: GeneratorConfig::LatentDiffusion(sizes),
        surface: SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, UNKNOWN_SLOPE]] },
        meters_per_unit: 1.0,
        words: Default::default(),
        provenance,
    }
}

/// Returns the sources, their licenses and what was changed, as the base model's license demands.
fn notes(request: &Request<'_>) -> Vec<(&'static str, String)> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    vec![
        ("adapter", format!("{}; Apache-2.0 as tagged by its author", name(request.source))),
        (
            "base",
            format!(
                "{}; CreativeML Open RAIL++-M; the package is a derivative, its use restrictions bind whoever receives it",
                name(request.base)
            ),
        ),
        ("changed", format!("LoRA merged, VAE output layer replaced, precision {}", request.precision)),
        (
            "license texts",
            format!(
                "{LICENSE_FILE} in the package; Attachment A of the second license has the use restrictions"
            ),
        ),
    ]
}

#[cfg(test)]
mod tests;
