//! The files of a folder that hold its tensors. Hugging Face's folders often hold several copies of the same
//! tensors.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::TensorFilesError;

/// Largest index file, in bytes. An index of 100,000 tensors has 10 MB.
const LARGEST_INDEX: u64 = 32 << 20;

/// Names that `transformers` and `diffusers` give to a file, without the ending.
const KNOWN_STEMS: [&str; 2] = ["model", "diffusion_pytorch_model"];

/// Names that the same libraries give to a file of `torch.save`.
const PICKLE_NAMES: [&str; 2] = ["pytorch_model.bin", "diffusion_pytorch_model.bin"];

/// Variant whose numbers have half precision.
const HALF: &str = "fp16";

/// Returns the files of a folder that hold its tensors, each tensor once. The first of these that exists is
/// returned: the file or the shards with Hugging Face's names, all files with other names, files of the
/// variant `fp16`, or files of `torch.save`. Errors: `Io`, `Index`, `Nothing`.
pub(super) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, TensorFilesError> {
    if let Some(found) = known(folder, "", "")? {
        return Ok(found);
    }
    let io = |source| TensorFilesError::Io { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        paths.push(entry.map_err(io)?.path());
    }
    paths.sort();
    let named = |path: &&PathBuf| path.extension().is_some_and(|end| end == "safetensors");
    let (half, others): (Vec<_>, Vec<_>) =
        paths.iter().filter(named).cloned().partition(|path| is_half(path));
    if !others.is_empty() {
        return Ok(others);
    }
    if let Some(found) = known(folder, &format!(".{HALF}"), &format!("{HALF}."))? {
        return Ok(found);
    }
    if !half.is_empty() {
        return Ok(half);
    }
    paths.retain(|path| is_named_as_pickle(path));
    let known = |path: &&PathBuf| PICKLE_NAMES.iter().any(|name| path.ends_with(name));
    match paths.iter().find(known) {
        Some(path) => Ok(vec![path.clone()]),
        None if paths.is_empty() => Err(TensorFilesError::Nothing { path: folder.to_owned() }),
        None => Ok(paths),
    }
}

/// Returns the files with Hugging Face's names, or `None` if there are none. variant: the variant in the name
/// of a file, such as `.fp16`; index_variant: the variant in the name of an index, such as `fp16.`. Both are
/// empty for names without a variant.
fn known(
    folder: &Path,
    variant: &str,
    index_variant: &str,
) -> Result<Option<Vec<PathBuf>>, TensorFilesError> {
    for stem in KNOWN_STEMS {
        let whole = folder.join(format!("{stem}{variant}.safetensors"));
        if whole.is_file() {
            return Ok(Some(vec![whole]));
        }
        let index = folder.join(format!("{stem}.safetensors.index.{index_variant}json"));
        if index.is_file() {
            return shards_of(folder, &index).map(Some);
        }
    }
    Ok(None)
}

/// Returns whether a name has the variant `fp16`: `model.fp16.safetensors`, or
/// `model.fp16-00001-of-00002.safetensors`.
fn is_half(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.split('.').skip(1).any(|part| part.split('-').next() == Some(HALF))
}

fn shards_of(folder: &Path, index: &Path) -> Result<Vec<PathBuf>, TensorFilesError> {
    #[derive(Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    let io = |source| TensorFilesError::Io { path: index.to_owned(), source };
    let wrong = |message: String| TensorFilesError::Index { path: index.to_owned(), message };
    if fs::metadata(index).map_err(io)?.len() > LARGEST_INDEX {
        return Err(wrong(format!("it is too large; expected at most {LARGEST_INDEX} bytes")));
    }
    let index: Index =
        serde_json::from_slice(&fs::read(index).map_err(io)?).map_err(|error| wrong(error.to_string()))?;
    let mut files: Vec<String> = index.weight_map.into_values().collect();
    files.sort();
    files.dedup();
    files
        .into_iter()
        .map(|file| match Path::new(&file).file_name() {
            // The shard must be a file name and not a path that leads out of the folder.
            Some(name) if Path::new(name) == Path::new(&file) => Ok(folder.join(file)),
            _ => Err(wrong(format!("the shard {file:?} is not a file of its folder"))),
        })
        .collect()
}

/// Returns whether a file has the extension of a pickle.
pub(super) fn is_named_as_pickle(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| ["bin", "pt", "pth", "ckpt", "pkl"].iter().any(|pickle| end == *pickle))
}
