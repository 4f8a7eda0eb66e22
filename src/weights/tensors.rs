//! Tensors of other programs' checkpoints: a safetensors file, a folder of them, or a file of PyTorch's
//! `torch.save`.

#![forbid(unsafe_code)]

mod error;
mod folder;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::tensor::TensorInfo;

use super::header::{self, HeaderError};
use super::torch_file::{self, TorchFileError, TorchTensor};
use super::{Precision, mapped, values};
use crate::engine::StoredArray;
use folder::is_named_as_pickle;

pub use error::TensorFilesError;

/// Named tensors of one or several files, mapped into memory.
pub struct TensorFiles {
    files: Vec<Mapped>,
    tensors: BTreeMap<String, Entry>,
}

struct Mapped {
    path: PathBuf,
    bytes: Mmap,
}

/// Place of a tensor.
struct Entry {
    /// Index of its file.
    file: usize,
    shape: Vec<usize>,
    numbers: Numbers,
}

enum Numbers {
    /// Numbers in row-major order: their format, if it is supported, and their byte range in the file.
    Plain(Option<Precision>, Range<usize>),
    /// Numbers as a view of an array, such as a transposed view.
    View(TorchTensor),
}

/// A tensor of a [`TensorFiles`].
#[derive(Clone, Copy, Debug)]
pub struct StoredTensor<'a> {
    /// Row-major sizes.
    pub shape: &'a [usize],
    /// Its numbers.
    pub values: StoredArray<'a>,
}

impl TensorFiles {
    /// Opens a `.safetensors` file, a folder of such files, or a file of `torch.save`. In a folder, the first
    /// of these that exists is opened: the file or the shards with Hugging Face's names, files with other
    /// names, files of the variant `fp16`, or files of `torch.save`.
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
        let file = self.files.len();
        let entries = if torch_file::is_zip(&mapping) {
            torch_entries(file, &mapping)
                .map_err(|source| TensorFilesError::Torch { path: path.to_owned(), source })?
        } else {
            safetensors_entries(file, &mapping)
                .map_err(|source| TensorFilesError::Header { path: path.to_owned(), source })?
        };
        self.files.push(Mapped { path: path.to_owned(), bytes: mapping });
        for (name, entry) in entries {
            if let Some(first) = self.tensors.get(&name).and_then(|first| self.files.get(first.file)) {
                let (first, second) = (first.path.clone(), path.to_owned());
                return Err(TensorFilesError::Twice { name, first, second });
            }
            self.tensors.insert(name, entry);
        }
        Ok(())
    }

    /// Returns all names in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// Returns the shape of a tensor, or `None` if there is no such tensor.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|entry| entry.shape.as_slice())
    }

    /// Returns a tensor as it is stored. `None` if there is no such tensor, or if its numbers are not f32,
    /// f16 or bf16 in row-major order.
    pub fn get(&self, name: &str) -> Option<StoredTensor<'_>> {
        let Entry { file, shape, numbers } = self.tensors.get(name)?;
        let Numbers::Plain(precision, span) = numbers else { return None };
        let bytes = self.files.get(*file)?.bytes.get(span.clone())?;
        Some(StoredTensor { shape, values: StoredArray { precision: (*precision)?, bytes } })
    }

    /// Returns the numbers of a tensor in row-major order. `None` if there is no such tensor, or if its
    /// numbers are not f32, f16 or bf16.
    pub fn to_f32(&self, name: &str) -> Option<Vec<f32>> {
        let entry = self.tensors.get(name)?;
        match &entry.numbers {
            Numbers::Plain(..) => Some(self.get(name)?.values.to_f32()),
            Numbers::View(view) => view.to_f32(&self.files.get(entry.file)?.bytes),
        }
    }
}

fn safetensors_entries(file: usize, bytes: &[u8]) -> Result<Vec<(String, Entry)>, HeaderError> {
    let header = header::read(bytes)?;
    let place = |(name, info): (String, TensorInfo)| {
        // The header was checked against the length of the file.
        let span = header.data.start + info.data_offsets.0..header.data.start + info.data_offsets.1;
        let numbers = Numbers::Plain(values::precision_of(info.dtype), span);
        (name, Entry { file, shape: info.shape, numbers })
    };
    Ok(header.tensors.into_iter().map(place).collect())
}

fn torch_entries(file: usize, bytes: &[u8]) -> Result<Vec<(String, Entry)>, TorchFileError> {
    let place = |(name, tensor): (String, TorchTensor)| {
        let shape = tensor.shape.clone();
        let numbers = match tensor.is_contiguous() {
            true => Numbers::Plain(Some(tensor.precision), tensor.span),
            false => Numbers::View(tensor),
        };
        (name, Entry { file, shape, numbers })
    };
    Ok(torch_file::read(bytes)?.into_iter().map(place).collect())
}

/// Returns whether a file is a bare pickle and not a zip. The extension of a pickle or the first bytes of the
/// pickle protocols 2 to 5 are the signs of one.
fn is_pickle(path: &Path, bytes: &[u8]) -> bool {
    let is_bare = matches!(bytes, [0x80, 2..=5, b'}' | b'c' | b'(' | b']', ..]);
    (is_named_as_pickle(path) || is_bare) && !torch_file::is_zip(bytes)
}

#[cfg(test)]
mod tests;
