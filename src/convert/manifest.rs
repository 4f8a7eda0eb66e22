//! A conversion in a file: sizes, where the tensors are, and how their names begin.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::hugging_face::json;
use super::{ConvertError, Renames};
use crate::weights::config::{
    FORMAT_VERSION, GeneratorConfig, ModelConfig, Pooling, SurfaceConfig, TextActivation, TextConfig,
};

/// What is to be converted.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The package's configuration; its text encoder is put in by the conversion.
    pub(super) config: ModelConfig,
    /// The text encoder's folder, where it is said.
    pub(super) text: Option<PathBuf>,
    /// The file or folder of the generator's tensors.
    pub(super) tensors: PathBuf,
    /// Beginnings of names in the package, and in the source.
    pub(super) names: Renames,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    license: String,
    /// Relative to the manifest.
    text: Option<PathBuf>,
    /// Relative to the manifest.
    tensors: PathBuf,
    generator: GeneratorConfig,
    surface: SurfaceConfig,
    #[serde(default = "one")]
    metres_per_unit: f32,
    #[serde(default)]
    names: Vec<Rename>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// How names in the package begin: `generator.`.
    package: String,
    /// How the same names begin in the source.
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
        // What nothing else is said of is called alike.
        names.push((String::new(), String::new()));
        Ok(Self {
            config: Self::config(file.name, file.license, file.generator, file.surface, file.metres_per_unit),
            text: file.text.map(|text| folder.join(text)),
            tensors: folder.join(file.tensors),
            names,
        })
    }

    /// A configuration without a text encoder's sizes.
    pub(super) fn config(
        name: String,
        license: String,
        generator: GeneratorConfig,
        surface: SurfaceConfig,
        metres_per_unit: f32,
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
            metres_per_unit,
            words: Default::default(),
            provenance: Default::default(),
        }
    }
}
