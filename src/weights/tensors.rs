//! Tensors of other programs' checkpoints: one safetensors file, or a folder of them.

#![forbid(unsafe_code)]

mod folder;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::tensor::TensorInfo;

use super::header::{self, HeaderError};
use super::{mapped, values};
use crate::engine::StoredArray;

/// Named tensors of one or several files, mapped into memory.
pub struct TensorFiles {
    files: Vec<Mapped>,
    /// Index of the file and the entry of each tensor.
    tensors: BTreeMap<String, (usize, TensorInfo)>,
}

struct Mapped {
    path: PathBuf,
    bytes: Mmap,
    /// Position at which the tensors' data begin.
    data: usize,
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
        "{} holds no tensors: expected model.safetensors or diffusion_pytorch_model.safetensors, the index of one with its shards, or \
         other .safetensors files",
        .path.display()
    )]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// Two files of a folder have a tensor with the same name.
    #[error(
        "{} and {} both have the tensor {name}; expected each tensor in one file: give the path of the right file, or move \
         the other one out of the folder",
        .first.display(), .second.display()
    )]
    Twice {
        /// Name of the tensor.
        name: String,
        /// The file that was read first.
        first: PathBuf,
        /// The other file.
        second: PathBuf,
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
    /// Opens a `.safetensors` file or a folder of them. In a folder, the file or the shards with Hugging
    /// Face's names come first, then files with other names, then those of the variant `fp16`.
    ///
    /// Files are mapped, so they must not be written to while they are open. Errors: all of
    /// [`TensorFilesError`].
    pub fn open(path: &Path) -> Result<Self, TensorFilesError> {
        let io = |source| TensorFilesError::Io { path: path.to_owned(), source };
        let paths = if fs::metadata(path).map_err(io)?.is_dir() {
            folder::files_of(path)?
        } else {
            vec![path.to_owned()]
        };
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
        self.files.push(Mapped { path: path.to_owned(), bytes: mapping, data: header.data.start });
        for (name, info) in header.tensors {
            if let Some(first) = self.tensors.get(&name).and_then(|(first, _)| self.files.get(*first)) {
                let (first, second) = (first.path.clone(), path.to_owned());
                return Err(TensorFilesError::Twice { name, first, second });
            }
            self.tensors.insert(name, (file, info));
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
        let file = self.files.get(*file)?;
        let (begin, end) = info.data_offsets;
        let bytes = file.bytes.get(file.data.checked_add(begin)?..file.data.checked_add(end)?)?;
        let precision = values::precision_of(info.dtype)?;
        Some(StoredTensor { shape: &info.shape, values: StoredArray { precision, bytes } })
    }
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

#[cfg(test)]
mod tests;
