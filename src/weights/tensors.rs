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

/// An index of 100,000 tensors has 10 MB.
const LARGEST_INDEX: u64 = 32 << 20;

/// Named tensors, mapped into memory.
pub struct TensorFiles {
    files: Vec<(Mmap, usize)>,
    /// File and entry; of two of one name the first file's.
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

/// A checkpoint that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TensorFilesError {
    /// The system refused.
    #[error("could not read {}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A pickle.
    #[error(
        "{} is a pickle, which runs code when it is opened and is not read here; turn it into safetensors with PyTorch, where \
         you trust it: python -c \"import sys, torch, safetensors.torch as s; \
         d = torch.load(sys.argv[1], map_location='cpu', weights_only=True); d = d.get('state_dict', d); \
         s.save_file({{k: v.contiguous().clone() for k, v in d.items() if torch.is_tensor(v)}}, sys.argv[2])\" {} model.safetensors",
        .path.display(), .path.display()
    )]
    Pickle {
        /// The file.
        path: PathBuf,
    },
    /// Nothing to read.
    #[error(
        "{} holds no tensors: expected model.safetensors, model.safetensors.index.json with its shards, or other .safetensors files",
        .path.display()
    )]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// A file that is not what it should be.
    #[error("{}: {source}", .path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: HeaderError,
    },
    /// An index that is not what it should be.
    #[error("{}: {message}", .path.display())]
    Index {
        /// The index.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl TensorFiles {
    /// Opens a `.safetensors` file or a folder of them (Hugging Face's names, sharded or not, or any). Files are mapped:
    /// they must not be written to meanwhile. Errors: all of [`TensorFilesError`].
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

    /// All names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The shape of a tensor.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(_, info)| info.shape.as_slice())
    }

    /// A tensor; `None` where there is none, and where its numbers are not f32, f16 or bf16.
    pub fn get(&self, name: &str) -> Option<StoredTensor<'_>> {
        let (file, info) = self.tensors.get(name)?;
        let (mapping, data) = self.files.get(*file)?;
        let (begin, end) = info.data_offsets;
        let bytes = mapping.get(data.checked_add(begin)?..data.checked_add(end)?)?;
        let precision = values::precision_of(info.dtype)?;
        Some(StoredTensor { shape: &info.shape, values: StoredArray { precision, bytes } })
    }
}

/// The files of a folder that hold its tensors.
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
        return Err(wrong(format!("it has more than {LARGEST_INDEX} bytes")));
    }
    let index: Index =
        serde_json::from_slice(&fs::read(index).map_err(io)?).map_err(|error| wrong(error.to_string()))?;
    let mut files: Vec<String> = index.weight_map.into_values().collect();
    files.sort();
    files.dedup();
    files
        .into_iter()
        .map(|file| match Path::new(&file).file_name() {
            // A name, not a way out of the folder.
            Some(name) if Path::new(name) == Path::new(&file) => Ok(folder.join(file)),
            _ => Err(wrong(format!("the shard {file:?} is not a file of its folder"))),
        })
        .collect()
}

fn is_named_as_pickle(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| ["bin", "pt", "pth", "ckpt", "pkl"].iter().any(|pickle| end == *pickle))
}

/// By its name, or by how it begins: PyTorch's zip, or a bare pickle of protocol 2 and later.
fn is_pickle(path: &Path, bytes: &[u8]) -> bool {
    is_named_as_pickle(path)
        || bytes.starts_with(b"PK\x03\x04")
        || matches!(bytes, [0x80, 2..=5, b'}' | b'c' | b'(' | b']', ..])
}
