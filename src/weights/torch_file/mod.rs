//! Reader for the files of PyTorch's `torch.save`: a zip with a pickle and the tensors' numbers.
//!
//! A pickle is a program, and Python's reader of pickles runs any function that it names. This reader runs
//! nothing. It knows the instructions that make numbers, text, tuples and dictionaries, and the functions
//! that make a tensor of a stored array. For any other instruction or function it returns an error that names
//! it. No crate does this without a framework around it: `candle-core` has such a reader, and brings an
//! engine of its own.
//!
//! Sources: PyTorch, "Serialization semantics"; CPython, `pickletools.py`.

#![forbid(unsafe_code)]

mod error;
mod pickle;
mod tensor;

use std::collections::BTreeMap;
use std::ops::Range;

use super::archive::{self, Rules};
use pickle::{Object, Pickle, Value};

pub use error::{PickleError, TorchFileError};
pub use tensor::TorchTensor;

/// Limits of the zip. The largest public checkpoints have some 5,000 arrays, and PyTorch writes all of its
/// files in the zip64 format.
const RULES: Rules = Rules { most_entries: 100_000, zip64: true };
/// Largest pickle, in bytes. A pickle of 1,110 tensors has 200 kB.
const LARGEST_PICKLE: usize = 16 << 20;
/// Key under which a training checkpoint holds its tensors. Such a checkpoint also has its step and settings
/// under other keys.
const STATE_DICT: &str = "state_dict";

/// Returns whether bytes begin like a file of `torch.save`, which is a zip.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Returns the tensors of a file of `torch.save` by name. bytes: the whole file. The file must hold a
/// dictionary of tensors, or a dictionary with such a dictionary under `state_dict`. Other values are left
/// out. Errors: all of [`TorchFileError`].
pub fn read(bytes: &[u8]) -> Result<BTreeMap<String, TorchTensor>, TorchFileError> {
    let files = Files::of(bytes)?;
    let text = bytes.get(files.pickle.clone()).unwrap_or_default();
    if text.len() > LARGEST_PICKLE {
        return Err(TorchFileError::TooLarge { found: text.len(), limit: LARGEST_PICKLE });
    }
    let pickle = pickle::read(text)?;
    let mut tensors = BTreeMap::new();
    for &(key, value) in state_dict(&pickle)? {
        let (Value::Text(name), Some(Object::Tensor(view))) = (key, pickle.object(value)) else { continue };
        let storage = pickle.object(view.storage);
        let Some(Object::Storage(storage)) = storage else { continue };
        let wrong = |what| TorchFileError::Tensor { name: name.into(), what };
        let span = files.arrays.get(storage.key);
        let span = span.ok_or_else(|| wrong(format!("its array {:?} is missing", storage.key)))?;
        let tensor = tensor::place(view, storage, span.clone()).map_err(wrong)?;
        if tensors.insert(name.to_owned(), tensor).is_some() {
            return Err(wrong("there are two with this name".into()));
        }
    }
    if tensors.is_empty() {
        return Err(TorchFileError::Nothing);
    }
    Ok(tensors)
}

/// Returns the entries of the dictionary that holds the tensors.
fn state_dict<'p, 'a>(pickle: &'p Pickle<'a>) -> Result<&'p [(Value<'a>, Value<'a>)], TorchFileError> {
    let Some(Object::Dictionary(all)) = pickle.object(pickle.root) else {
        return Err(TorchFileError::Nothing);
    };
    let inner = all.iter().rev().find(|(key, _)| *key == Value::Text(STATE_DICT));
    match inner.and_then(|&(_, value)| pickle.object(value)) {
        Some(Object::Dictionary(inner)) => Ok(inner),
        _ => Ok(all),
    }
}

/// The parts of the zip.
struct Files<'a> {
    pickle: Range<usize>,
    /// Byte range of each array in the zip, by the key of the array.
    arrays: BTreeMap<&'a str, Range<usize>>,
}

impl<'a> Files<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, TorchFileError> {
        let entries = archive::entries(bytes, &RULES, |name| !name.ends_with('/'))?;
        // All entries of the zip are in one folder. PyTorch derives the folder's name from the name of the
        // saved file.
        let named = entries.iter().find_map(|entry| Some((entry.name.strip_suffix("data.pkl")?, entry)));
        let (folder, pickle) = named.ok_or(TorchFileError::NoPickle)?;
        let mut arrays = BTreeMap::new();
        for entry in &entries {
            let Some(name) = entry.name.strip_prefix(folder) else { continue };
            if name == "byteorder" && bytes.get(entry.data.clone()) != Some(b"little") {
                return Err(TorchFileError::ByteOrder);
            }
            if let Some(key) = name.strip_prefix("data/") {
                arrays.insert(key, entry.data.clone());
            }
        }
        Ok(Self { pickle: pickle.data.clone(), arrays })
    }
}

#[cfg(test)]
mod tests;
