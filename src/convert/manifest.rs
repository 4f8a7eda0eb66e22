//! A manifest: a file that describes a conversion by sizes, the location of the tensors, and prefixes of
//! their names.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConvertError;
use super::json::json;
use super::source::Renames;
use crate::weights::config::{
    FORMAT_VERSION, GeneratorConfig, ModelConfig, Pooling, SurfaceConfig, TextActivation, TextConfig,
};

/// Description of a conversion.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Configuration of the package. The conversion adds the text encoder's sizes.
    pub(super) config: ModelConfig,
    /// Folder of the text encoder, if the manifest states one.
    pub(super) text: Option<PathBuf>,
    /// File or folder of the generator's tensors.
    pub(super) tensors: PathBuf,
    /// Prefixes of names in the package and in the source.
    pub(super) names: Renames,
}

/// The content of a manifest file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    license: String,
    /// Folder of the text encoder, relative to the manifest.
    text: Option<PathBuf>,
    /// File or folder of the tensors, relative to the manifest.
    tensors: PathBuf,
    generator: GeneratorConfig,
    surface: SurfaceConfig,
    #[serde(default = "one")]
    meters_per_unit: f32,
    #[serde(default)]
    names: Vec<Rename>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// Prefix of names in the package: `generator.`.
    package: String,
    /// Prefix of the same names in the source.
    source: String,
}

fn one() -> f32 {
    1.0
}

impl Manifest {
    /// Reads a manifest. Errors: `Io`, `Json`.
    pub fn read(path: &Path) -> Result<Self, ConvertError> {
        let file: File = json(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut names: Renames = file.names.into_iter().map(|name| (name.package, name.source)).collect();
        // A name that no other prefix matches is the same in the source.
        names.push((String::new(), String::new()));
        Ok(Self {
            config: Self::config(file.name, file.license, file.generator, file.surface, file.meters_per_unit),
            text: file.text.map(|text| folder.join(text)),
            tensors: folder.join(file.tensors),
            names,
        })
    }

    /// Returns a configuration in which the text encoder's sizes are still 0.
    pub(super) fn config(
        name: String,
        license: String,
        generator: GeneratorConfig,
        surface: SurfaceConfig,
        meters_per_unit: f32,
    ) -> ModelConfig {
        let text = TextConfig {
            vocabulary_size: 0,
            context_length: 0,
            width: 0,
            layers: 0,
            heads: 0,
            mlp_width: 0,
            activation: TextActivation::QuickGelu,
            start_token: String::new(),
            end_token: String::new(),
            unknown_token: None,
            padding_id: None,
            pooling: Pooling::EndToken,
            function_words: Vec::new(),
        };
        ModelConfig {
            format_version: FORMAT_VERSION,
            name,
            license,
            text,
            generator,
            surface,
            meters_per_unit,
            words: Default::default(),
            provenance: Default::default(),
        }
    }
}
