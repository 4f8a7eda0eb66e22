//! JSON files of other programs.

use std::fs;
use std::path::Path;

use super::ConvertError;
use serde::de::DeserializeOwned;

/// Largest accepted size of a JSON file in bytes. CLIP's largest one, its tokenizer's, has 2.2 MB.
pub(crate) const LARGEST_JSON: u64 = 64 << 20;

pub(super) fn text(path: &Path) -> Result<String, ConvertError> {
    let io = |source| ConvertError::Io { path: path.to_owned(), source };
    if fs::metadata(path).map_err(io)?.len() > LARGEST_JSON {
        return Err(io(std::io::Error::other("the file has more than 64 MiB; expected at most 64 MiB")));
    }
    fs::read_to_string(path).map_err(io)
}

pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, ConvertError> {
    serde_json::from_str(&text(path)?).map_err(|source| ConvertError::Json { path: path.to_owned(), source })
}
