//! The provenance of a mesh, which files of this library state in `asset.extras`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::GltfError;

/// The statement of a file about how this library made it. Fields that are `None`, and an empty `replaced`,
/// are not written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The prompt as it was typed.
    pub prompt: String,
    /// Name of the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The digest of the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_digest: Option<String>,
    /// Cells per axis of the extraction grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<u32>,
    /// Version of this library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library_version: Option<String>,
    /// Words that were left out of the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Vec<String>>,
    /// Words of the prompt that were replaced, with their replacements.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub replaced: BTreeMap<String, String>,
    /// The seed that selects a variant of the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Keep share of the given shape, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_shape: Option<f32>,
}

/// The names of the fields in the file.
const NAMES: [&str; 9] = [
    "prompt",
    "model",
    "model_digest",
    "resolution",
    "library_version",
    "left_out",
    "replaced",
    "seed",
    "keep_shape",
];

impl Provenance {
    /// Reads the fields from `asset.extras`; `None` if this library did not write them.
    pub fn of(extras: &Map<String, Value>) -> Option<Self> {
        extras.get("prompt")?;
        Self::deserialize(&Value::Object(extras.clone())).ok()
    }

    /// Returns the fields in the form of `asset.extras`. Errors: `Encode`.
    pub fn extras(&self) -> Result<Map<String, Value>, GltfError> {
        match serde_json::to_value(self)? {
            Value::Object(extras) => Ok(extras),
            _ => Ok(Map::new()),
        }
    }

    /// Removes the fields of this library from `asset.extras`.
    pub(super) fn remove(extras: &mut Map<String, Value>) {
        extras.retain(|name, _| !NAMES.contains(&name.as_str()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn what_is_said_is_read_again_and_removed_whole() {
        let said = Provenance {
            prompt: "a pig".into(),
            model: Some("toybox".into()),
            model_digest: Some("12ab".into()),
            resolution: Some(128),
            library_version: Some("0.1.0".into()),
            left_out: Some(vec!["wug".into()]),
            replaced: [("hog".to_owned(), "pig".to_owned())].into(),
            seed: Some(7),
            keep_shape: Some(0.5),
        };
        let mut extras = said.extras().unwrap();
        assert_eq!(Provenance::of(&extras), Some(said));
        extras.insert("artist".into(), "somebody".into());
        Provenance::remove(&mut extras);
        assert_eq!(extras.keys().collect::<Vec<_>>(), ["artist"]);
        assert_eq!(Provenance::of(&extras), None);
    }
}
