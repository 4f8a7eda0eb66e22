//! Tensors of other programs' checkpoints: one safetensors file, or a folder of them.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::tensor::TensorInfo;
use serde::Deserialize;

use super::header::{self, HeaderError};
use super::{mapped, values};
use crate::engine::StoredArray;

/// Largest index file, in bytes. An index of 100,000 tensors has 10 MB.
const LARGEST_INDEX: u64 = 32 << 20;

/// Named tensors of one or several files, mapped into memory.
pub struct TensorFiles {
    files: Vec<(Mmap, usize)>,
    /// Index of the file and the entry of each tensor. Of two tensors with one name, the first file's is
    /// kept.
    tensors: BTreeMap<String, (usize, TensorInfo)>,
}

/// A tensor of a [`TensorFiles`].
#[derive(Clone, Copy, Debug)]
pub struct StoredTensor<'a> {
    /// Row-major sizes.
    pub shape: &'a [usize],
    /// Its numbers.
    pub values: StoredArray<'a>,
}

/// Reasons why a checkpoint can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TensorFilesError {
    /// The operating system reported an error.
    #[error("could not read {}: {source}", .path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The file is a pickle.
    #[error(
        "{} is a pickle, which runs code when it is opened and is not supported; convert it to safetensors with PyTorch, if \
         you trust it: python -c \"import sys, torch, safetensors.torch as s; \
         d = torch.load(sys.argv[1], map_location='cpu', weights_only=True); d = d.get('state_dict', d); \
         s.save_file({{k: v.contiguous().clone() for k, v in d.items() if torch.is_tensor(v)}}, sys.argv[2])\" {} model.safetensors",
        .path.display(), .path.display()
    )]
    Pickle {
        /// The file.
        path: PathBuf,
    },
    /// The folder holds no tensors.
    #[error(
        "{} holds no tensors: expected model.safetensors, model.safetensors.index.json with its shards, or other .safetensors files",
        .path.display()
    )]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// The header of a file is broken.
    #[error("{}: {source}", .path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Reason.
        source: HeaderError,
    },
    /// The index of a sharded checkpoint is broken.
    #[error("{}: {message}", .path.display())]
    Index {
        /// The index file.
        path: PathBuf,
        /// Reason.
        message: String,
    },
}

impl TensorFiles {
    /// Opens a `.safetensors` file or a folder of them. The files of a folder may have Hugging Face's names,
    /// sharded or not, or any other.
    ///
    /// Files are mapped, so they must not be written to while they are open. Errors: all of
    /// [`TensorFilesError`].
    pub fn open(path: &Path) -> Result<Self, TensorFilesError> {
        let io = |source| TensorFilesError::Io { path: path.to_owned(), source };
        let paths =
            if fs::metadata(path).map_err(io)?.is_dir() { files_of(path)? } else { vec![path.to_owned()] };
        let mut opened = Self { files: Vec::new(), tensors: BTreeMap::new() };
        for path in paths {
            opened.add(&path)?;
        }
        Ok(opened)
    }

    fn add(&mut self, path: &Path) -> Result<(), TensorFilesError> {
        let mapping =
            mapped::map(path).map_err(|source| TensorFilesError::Io { path: path.to_owned(), source })?;
        if is_pickle(path, &mapping) {
            return Err(TensorFilesError::Pickle { path: path.to_owned() });
        }
        let header = header::read(&mapping)
            .map_err(|source| TensorFilesError::Header { path: path.to_owned(), source })?;
        let file = self.files.len();
        self.files.push((mapping, header.data.start));
        for (name, info) in header.tensors {
            self.tensors.entry(name).or_insert((file, info));
        }
        Ok(())
    }

    /// Returns all names in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// Returns the shape of a tensor, or `None` if there is no such tensor.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(_, info)| info.shape.as_slice())
    }

    /// Returns a tensor. `None` if there is no such tensor, or if its numbers are not f32, f16 or bf16.
    pub fn get(&self, name: &str) -> Option<StoredTensor<'_>> {
        let (file, info) = self.tensors.get(name)?;
        let (mapping, data) = self.files.get(*file)?;
        let (begin, end) = info.data_offsets;
        let bytes = mapping.get(data.checked_add(begin)?..data.checked_add(end)?)?;
        let precision = values::precision_of(info.dtype)?;
        Some(StoredTensor { shape: &info.shape, values: StoredArray { precision, bytes } })
    }
}

/// Returns the files of a folder that hold its tensors. Errors: `Io`, `Index`, `Pickle`, `Nothing`.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, TensorFilesError> {
    let whole = folder.join("model.safetensors");
    if whole.is_file() {
        return Ok(vec![whole]);
    }
    let index = folder.join("model.safetensors.index.json");
    if index.is_file() {
        return shards_of(folder, &index);
    }
    let io = |source| TensorFilesError::Io { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        paths.push(entry.map_err(io)?.path());
    }
    paths.sort();
    let of = |wanted: fn(&Path) -> bool| paths.iter().filter(move |path| wanted(path)).cloned();
    let found: Vec<PathBuf> = of(|path| path.extension().is_some_and(|end| end == "safetensors")).collect();
    match (found.is_empty(), of(is_named_as_pickle).next()) {
        (false, _) => Ok(found),
        (true, Some(path)) => Err(TensorFilesError::Pickle { path }),
        (true, None) => Err(TensorFilesError::Nothing { path: folder.to_owned() }),
    }
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

fn is_named_as_pickle(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| ["bin", "pt", "pth", "ckpt", "pkl"].iter().any(|pickle| end == *pickle))
}

/// Returns whether a file is a pickle, by its name or by its first bytes: PyTorch's zip, or a bare pickle of
/// protocol 2 or later.
fn is_pickle(path: &Path, bytes: &[u8]) -> bool {
    is_named_as_pickle(path)
        || bytes.starts_with(b"PK\x03\x04")
        || matches!(bytes, [0x80, 2..=5, b'}' | b'c' | b'(' | b']', ..])
}
