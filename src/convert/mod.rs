//! Conversion of other programs' models to packages: `att3d convert`.
//!
//! - `hugging_face`: a folder of a CLIP text encoder and its tokenizer, as `transformers` saves them;
//! - `clip_tokenizer`: `vocab.json` and `merges.txt` as one `tokenizer.json`;
//! - `scaledreamer`: a Triplane-Transformer's state dict, whose tensors determine the sizes;
//! - `triplane_turbo`: an adapter of Stable Diffusion 2.1-base, and that base model;
//! - `manifest`: any other model, described by a file with sizes and names of tensors.
//!
//! Each tensor that a network requests is found by name and shape, so a package is written whole or not at
//! all. Tensors that no network requests are reported.

#![forbid(unsafe_code)]

mod clip_tokenizer;
mod error;
mod hugging_face;
mod json;
mod manifest;
mod scaledreamer;
mod source;
mod triplane_turbo;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::cpu::CpuEngine;
use crate::engine::{Engine, Precision};
use crate::error::{ProgressCallback, no_progress};
use crate::generator::Generator;
use crate::nn::{Init, NnError, Parameters, Scope};
use crate::tensor::Tensor;
use crate::text::encoder::TextEncoder;
use crate::text::tokenizer::Tokenizer;
use crate::weights::config::ModelConfig;
use crate::weights::tensors::TensorFiles;
use crate::weights::{Package, TensorData};

pub use error::ConvertError;
pub use hugging_face::TextFolder;
pub use manifest::Manifest;
use source::refused;
pub use source::{Renames, Source};
pub use triplane_turbo::TriplaneTurboError;

/// Settings of a conversion.
#[derive(Clone, Debug, Default)]
pub struct ConvertOptions {
    /// Folder of the text encoder; `None` means the folder that the manifest states, or the base model's text
    /// encoder.
    pub text: Option<PathBuf>,
    /// Folder of the text encoder's tokenizer; `None` means the text encoder's folder, or `tokenizer` beside
    /// it.
    pub tokenizer: Option<PathBuf>,
    /// Folder of the base model, for an adapter.
    pub base: Option<PathBuf>,
    /// Number format of the stored tensors; `None` means the format of the source, and F16 for an adapter.
    pub precision: Option<Precision>,
}

/// Result of a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Count of the numbers in the package's tensors.
    pub parameters: usize,
    /// Names of the source's tensors that no network requested. For an adapter, groups of names.
    pub left_out: Vec<String>,
    /// Sources, licenses and changes, which the package also states.
    pub notes: Vec<String>,
}

/// Writes a package of a Hugging Face text encoder and a generator. source: a manifest (`.json`), a
/// Triplane-Transformer's tensors, or an adapter of TriplaneTurbo. output: an `.att3d` file; a name without
/// an extension means a folder. Errors: all of [`ConvertError`]; nothing is then written.
pub fn convert(source: &Path, output: &Path, options: &ConvertOptions) -> Result<Converted, ConvertError> {
    convert_with_progress(source, output, options, &no_progress)
}

/// Writes a package as [`convert`] does, with a progress callback. on_progress: receives the fraction that is
/// written, and may cancel the work. It is called only for an adapter of TriplaneTurbo. Errors: those of
/// [`convert`], `Cancelled`.
pub fn convert_with_progress(
    source: &Path,
    output: &Path,
    options: &ConvertOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Converted, ConvertError> {
    let is_folder = output.extension().is_none();
    if source.extension().is_some_and(|end| end == "json") {
        return convert_manifest(Manifest::read(source)?, output, is_folder, options);
    }
    let files = TensorFiles::open(source)?;
    if !triplane_turbo::is_adapter(&files) {
        if options.base.is_some() {
            return Err(TriplaneTurboError::NotAnAdapter { path: source.to_owned() }.into());
        }
        return convert_manifest(scaledreamer::manifest(source)?, output, is_folder, options);
    }
    let request = triplane_turbo::Request {
        source,
        base: options.base.as_deref().ok_or(TriplaneTurboError::NoBase)?,
        text: options.text.as_deref(),
        tokenizer: options.tokenizer.as_deref(),
        output,
        is_folder,
        precision: options.precision.unwrap_or(Precision::F16),
    };
    let done = triplane_turbo::convert(&files, &request, on_progress)?;
    Ok(Converted { parameters: done.parameters, left_out: done.left_out, notes: done.notes })
}

fn convert_manifest(
    manifest: Manifest,
    output: &Path,
    is_folder: bool,
    options: &ConvertOptions,
) -> Result<Converted, ConvertError> {
    let Manifest { config, text, tensors, names } = manifest;
    let folder = options.text.clone().or(text).ok_or(ConvertError::NoTextEncoder)?;
    let text = TextFolder::open(&folder, options.tokenizer.as_deref())?;
    let config = ModelConfig { text: text.config.clone(), ..config };
    config.validate()?;
    // The tokenizer is checked here, because otherwise only the first load of the package would find a
    // mismatch.
    Tokenizer::from_json(&text.tokenizer_json, &config.text)?;
    let generator = Source { files: TensorFiles::open(&tensors)?, renames: names };
    let held = gather(&config, &[text.source, generator], options.precision)?;
    let data: Vec<_> = held.tensors.iter().map(Held::data).collect();
    if is_folder {
        Package::save_folder(output, &config, &text.tokenizer_json, &data)?;
    } else {
        Package::save_file(output, &config, &text.tokenizer_json, &data)?;
    }
    let parameters = data.iter().map(|tensor| tensor.values.len()).sum();
    Ok(Converted { parameters, left_out: held.left_out, notes: Vec::new() })
}

/// A tensor that will be written to the package.
struct Held {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
    precision: Precision,
}

impl Held {
    fn data(&self) -> TensorData<'_> {
        TensorData { name: &self.name, shape: &self.shape, values: &self.values, precision: self.precision }
    }
}

struct Gathered {
    tensors: Vec<Held>,
    left_out: Vec<String>,
}

/// Builds the networks once, to collect the tensors that they request.
fn gather(
    config: &ModelConfig,
    sources: &[Source],
    precision: Option<Precision>,
) -> Result<Gathered, ConvertError> {
    let asked = Asked {
        sources,
        precision,
        engine: Arc::new(CpuEngine::new(Some(1))?),
        tensors: RefCell::default(),
        used: RefCell::default(),
    };
    let scope = Scope::root(&asked);
    let text = &config.text;
    TextEncoder::load(&scope, text)?;
    Generator::load(&scope, &config.generator, text.width, text.context_length)?;
    drop(scope);
    let used = asked.used.into_inner();
    let all = sources.iter().enumerate();
    let names =
        all.flat_map(|(index, source)| source.files.names().map(move |name| (index, name.to_owned())));
    let left_out = names.filter(|entry| !used.contains(entry)).map(|(_, name)| name).collect();
    Ok(Gathered { tensors: asked.tensors.into_inner(), left_out })
}

/// Parameters that are copied from the sources and kept for the package.
struct Asked<'a> {
    sources: &'a [Source],
    precision: Option<Precision>,
    engine: Arc<dyn Engine>,
    tensors: RefCell<Vec<Held>>,
    used: RefCell<BTreeSet<(usize, String)>>,
}

impl Parameters for Asked<'_> {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        // The names of the text encoder and of the generator have different prefixes, so the first source
        // that has the tensor is used.
        let mut missing = ConvertError::MissingTensor { name: name.to_owned() };
        let found =
            self.sources.iter().enumerate().find_map(|(index, source)| match source.find(name, shape) {
                Ok((original, tensor)) => Some((index, original, tensor)),
                Err(ConvertError::MissingTensor { .. }) => None,
                Err(error) => {
                    missing = error;
                    None
                }
            });
        let Some((index, original, tensor)) = found else { return Err(refused(name, missing)) };
        let values = tensor.values.to_f32();
        let result = Tensor::from_slice(&self.engine, &values, shape)?;
        let precision = self.precision.unwrap_or(tensor.values.precision);
        let held = Held { name: name.to_owned(), shape: shape.to_vec(), values, precision };
        self.tensors.borrow_mut().push(held);
        self.used.borrow_mut().insert((index, original));
        Ok(result)
    }
}

#[cfg(test)]
mod tests;
