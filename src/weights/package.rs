//! Reading of packages.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crc32fast::Hasher;
use memmap2::Mmap;
use safetensors::tensor::TensorInfo;

use super::archive;
use super::config::ModelConfig;
use super::error::{PackageError, Problem};
use super::header::{self, Header};
use super::mapped;
use super::nearest::nearest;
use super::validate;
use super::values;
use super::{MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE};
use crate::engine::StoredArray;
use crate::error::{ProgressCallback, no_progress};

/// Largest `model.json`, in bytes. The bundled model's file has 37 kB.
const LARGEST_MODEL_FILE: usize = 1 << 20;
/// Largest `tokenizer.json`, in bytes. CLIP's has 2.2 MB, and few of the multilingual ones in use exceed 17
/// MB.
const LARGEST_TOKENIZER_FILE: usize = 32 << 20;

/// The bytes of a package, which its clones share.
#[derive(Clone)]
enum Bytes {
    Mapped(Arc<Mmap>),
    Held(Arc<dyn AsRef<[u8]> + Send + Sync>),
}

impl Bytes {
    fn all(&self) -> &[u8] {
        match self {
            Self::Mapped(mapping) => mapping,
            Self::Held(bytes) => (**bytes).as_ref(),
        }
    }

    /// Lets the system reuse the memory of a range, which is read from the file again when it is used. Bytes
    /// that do not come from a mapped file stay in memory.
    fn release(&self, range: Range<usize>) {
        if let Self::Mapped(mapping) = self {
            mapped::release(mapping, range);
        }
    }
}

/// A model package that was read and checked. Tensors are read on request.
///
/// Cloning is cheap, because clones share the weights.
#[derive(Clone)]
pub struct Package {
    label: String,
    config: ModelConfig,
    tokenizer_json: String,
    digest: String,
    bytes: Bytes,
    /// The same bytes, if they live as long as the process.
    static_bytes: Option<&'static [u8]>,
    /// Range of the tensors' data in `bytes`.
    data: Range<usize>,
    tensors: Arc<BTreeMap<String, TensorInfo>>,
}

/// Description of a tensor, which is available without reading the values of the tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSummary<'a> {
    /// Name.
    pub name: &'a str,
    /// Row-major sizes.
    pub shape: &'a [usize],
    /// safetensors' name of its number type: `F16`.
    pub kind: String,
    /// Byte range of its values in the `.att3d` file, or in the `weights.safetensors` of a folder.
    pub span: Range<usize>,
}

impl Package {
    /// Opens a folder or an `.att3d` file.
    ///
    /// The weights are mapped, so the file must not be written to while the package is in use. Replacing it
    /// by renaming another file over it is safe. Errors: [`PackageError`] with the path and the reason.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PackageError> {
        Self::open_with_progress(path, &no_progress)
    }

    /// Opens a package as [`Package::open`] does, with a progress callback. on_progress: receives the
    /// fraction of the weights' bytes that are in the checksum, from 0 to 1, and may cancel the work. Errors:
    /// `Cancelled`, and those of [`Package::open`].
    pub fn open_with_progress(
        path: impl AsRef<Path>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PackageError> {
        Self::open_checked(path.as_ref(), Check::Computed(on_progress))
    }

    /// Opens a package as [`Package::open`] does, without reading the weights, so that it takes milliseconds
    /// for any size. Damaged weights are therefore not detected. [`Package::digest`] is computed from the
    /// checksums in the package. If the package has no checksum of the weights, the weights are read once to
    /// compute it. Errors: those of [`Package::open`].
    pub fn describe(path: impl AsRef<Path>) -> Result<Self, PackageError> {
        Self::open_checked(path.as_ref(), Check::Listed)
    }

    /// Reads the bytes of an `.att3d` file as [`Package::describe`] reads a file. Errors: [`PackageError`].
    pub fn describe_bytes(bytes: Vec<u8>) -> Result<Self, PackageError> {
        let label = "the package in memory";
        Self::from_archive(Bytes::Held(Arc::new(bytes)), label, Check::Listed)
            .map_err(|problem| PackageError::new(label, problem))
    }

    fn open_checked(path: &Path, check: Check<'_>) -> Result<Self, PackageError> {
        let label = path.display().to_string();
        let opened = match fs::metadata(path) {
            Err(source) => Err(io_problem("open", path, source)),
            Ok(metadata) if metadata.is_dir() => Self::from_folder(path, &label, check),
            Ok(metadata) if metadata.is_file() => {
                map(path).and_then(|bytes| Self::from_archive(bytes, &label, check))
            }
            Ok(_) => Err(Problem::NeitherFolderNorFile),
        };
        opened.map_err(|problem| PackageError::new(label, problem))
    }

    /// Reads the bytes of an `.att3d` file and keeps them. The bytes may be a `Vec<u8>`, an `Arc<[u8]>` or a
    /// caller's mapping. Errors: [`PackageError`].
    pub fn from_bytes<B: AsRef<[u8]> + Send + Sync + 'static>(bytes: B) -> Result<Self, PackageError> {
        Self::from_bytes_with_progress(bytes, &no_progress)
    }

    /// Reads bytes as [`Package::from_bytes`] does, with a progress callback. Errors: `Cancelled`, and those
    /// of [`Package::from_bytes`].
    pub fn from_bytes_with_progress<B: AsRef<[u8]> + Send + Sync + 'static>(
        bytes: B,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PackageError> {
        let label = "the package in memory";
        Self::from_archive(Bytes::Held(Arc::new(bytes)), label, Check::Computed(on_progress))
            .map_err(|problem| PackageError::new(label, problem))
    }

    /// Reads an `.att3d` file that is part of the program. Only the two JSON files are copied. Errors:
    /// [`PackageError`].
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, PackageError> {
        let label = "the bundled model";
        let package = Self::from_archive(Bytes::Held(Arc::new(bytes)), label, Check::Computed(&no_progress));
        let package = package.map_err(|problem| PackageError::new(label, problem))?;
        Ok(Self { static_bytes: Some(bytes), ..package })
    }

    fn from_folder(folder: &Path, label: &str, check: Check<'_>) -> Result<Self, Problem> {
        let model = read_text_file(folder, MODEL_FILE, LARGEST_MODEL_FILE)?;
        let tokenizer = read_text_file(folder, TOKENIZER_FILE, LARGEST_TOKENIZER_FILE)?;
        let path = folder.join(WEIGHTS_FILE);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(Problem::MissingEntry { entry: WEIGHTS_FILE }),
            Err(source) => return Err(read_problem(&path, WEIGHTS_FILE, source)),
        }
        let weights = map(&path)?;
        let whole = 0..weights.all().len();
        Self::assemble(&model, &tokenizer, weights, whole, None, label, check)
    }

    fn from_archive(bytes: Bytes, label: &str, check: Check<'_>) -> Result<Self, Problem> {
        crate::error::fault("weights");
        let all = bytes.all();
        let wanted = [MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE];
        let entries = archive::entries(all, &archive::PACKAGE, |name| wanted.contains(&name))?;
        let find = |entry: &'static str| {
            let found = entries.iter().find(|found| found.name == entry);
            let found = found.ok_or(Problem::MissingEntry { entry })?;
            let content = all.get(found.data.clone()).unwrap_or_default();
            Ok::<_, Problem>((content, found))
        };
        let text = |entry: &'static str, limit: usize| {
            let (content, found) = find(entry)?;
            if content.len() > limit {
                return Err(Problem::TooLarge { entry, found: content.len() as u64, limit: limit as u64 });
            }
            check_sum(entry, crc32fast::hash(content), found.crc32)?;
            Ok(content)
        };
        let model = text(MODEL_FILE, LARGEST_MODEL_FILE)?;
        let tokenizer = text(TOKENIZER_FILE, LARGEST_TOKENIZER_FILE)?;
        let (_, weights) = find(WEIGHTS_FILE)?;
        let (span, sum) = (weights.data.clone(), weights.crc32);
        Self::assemble(model, tokenizer, bytes.clone(), span, Some(sum), label, check)
    }

    /// Checks the parts of a package and assembles them. span: range of the safetensors file in `bytes`. sum:
    /// CRC-32 of that file, if the archive lists one.
    fn assemble(
        model: &[u8],
        tokenizer: &[u8],
        bytes: Bytes,
        span: Range<usize>,
        sum: Option<u32>,
        label: &str,
        check: Check<'_>,
    ) -> Result<Self, Problem> {
        let tokenizer_json = text(TOKENIZER_FILE, tokenizer)?.to_owned();
        let config = validate::parse(text(MODEL_FILE, model)?)?;
        let file = bytes.all().get(span.clone()).unwrap_or_default();
        // A header that changed is reported as a wrong checksum of the file.
        let read = match (sum, check) {
            (Some(expected), Check::Computed(on_progress)) => {
                let found = checksum(&bytes, span.clone(), on_progress)?;
                check_sum(WEIGHTS_FILE, found.clone().finalize(), expected)?;
                Some(found)
            }
            (Some(expected), Check::Listed) => {
                Some(Hasher::new_with_initial_len(expected, file.len() as u64))
            }
            (None, _) => None,
        };
        let Header { tensors, metadata, data } = header::read(file)?;
        let data = span.start + data.start..span.start + data.end;
        let whole = match read {
            Some(whole) => whole,
            None => {
                // A folder has no zip with checksums, so the writer stored one in the tensors' metadata.
                let listed =
                    metadata.get(header::CHECKSUM).and_then(|text| u32::from_str_radix(text, 16).ok());
                let mut whole = checksum(&bytes, span.start..data.start, &no_progress)?;
                whole.combine(&checked(&bytes, data.clone(), listed, check)?);
                whole
            }
        };
        let sums = [crc32fast::hash(model), crc32fast::hash(tokenizer), whole.finalize()];
        let digest = sums.map(|sum| format!("{sum:08x}")).concat();
        let tensors = Arc::new(tensors);
        Ok(Self {
            label: label.into(),
            config,
            tokenizer_json,
            digest,
            bytes,
            static_bytes: None,
            data,
            tensors,
        })
    }

    /// Returns whether the package's bytes live as long as the process ([`Package::from_static`]).
    pub fn is_static(&self) -> bool {
        self.static_bytes.is_some()
    }

    /// Returns the content of `model.json`.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Returns the text of `tokenizer.json`, unparsed.
    pub fn tokenizer_json(&self) -> &str {
        &self.tokenizer_json
    }

    /// Returns the names of all tensors in alphabetical order.
    pub fn tensor_names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// Returns descriptions of all tensors in alphabetical order, without reading the tensors.
    pub fn tensors(&self) -> impl Iterator<Item = TensorSummary<'_>> {
        self.tensors.iter().map(|(name, info)| TensorSummary {
            name,
            shape: &info.shape,
            kind: info.dtype.to_string(),
            span: self.span(info),
        })
    }

    /// Returns the number of values in all tensors.
    pub fn parameter_count(&self) -> usize {
        self.tensors.values().map(|info| info.shape.iter().product::<usize>()).sum()
    }

    /// Returns the size of the data of all tensors, in bytes.
    pub fn tensor_bytes(&self) -> u64 {
        self.data.len() as u64
    }

    /// Returns the CRC-32 checksums of `model.json`, `tokenizer.json` and `weights.safetensors`, one after
    /// the other, as 24 hexadecimal digits.
    ///
    /// A folder and the `.att3d` file of the same package have the same digest. The digest distinguishes
    /// versions and does not protect against forgery.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Returns the values of a tensor as f32, row-major. Errors: `MissingTensor`, `WrongShape`, `WrongType`,
    /// `NotFinite`.
    pub fn tensor(&self, name: &str, expected_shape: &[usize]) -> Result<Vec<f32>, PackageError> {
        self.stored_tensor(name, expected_shape).map(|array| array.to_f32())
    }

    /// Returns a tensor as it is stored, without a copy. Errors: those of [`Package::tensor`].
    pub fn stored_tensor(
        &self,
        name: &str,
        expected_shape: &[usize],
    ) -> Result<StoredArray<'_>, PackageError> {
        self.read(name, expected_shape).map_err(|problem| PackageError::new(self.label.clone(), problem))
    }

    /// Lets the system reuse the memory of a mapped tensor that was copied. The tensor can still be read.
    pub(crate) fn release(&self, name: &str) {
        if let Some(info) = self.tensors.get(name) {
            self.bytes.release(self.span(info));
        }
    }

    /// Returns a tensor as [`Package::stored_tensor`] does, with the lifetime of the process. `None` if the
    /// package is not from [`Package::from_static`]. Errors: those of [`Package::tensor`].
    pub fn static_tensor(
        &self,
        name: &str,
        expected_shape: &[usize],
    ) -> Result<Option<StoredArray<'static>>, PackageError> {
        let Some(bytes) = self.static_bytes else { return Ok(None) };
        let StoredArray { precision, .. } = self.stored_tensor(name, expected_shape)?;
        let bytes = self.tensors.get(name).and_then(|info| bytes.get(self.span(info)));
        Ok(bytes.map(|bytes| StoredArray { precision, bytes }))
    }

    fn read(&self, name: &str, expected: &[usize]) -> Result<StoredArray<'_>, Problem> {
        let Some(info) = self.tensors.get(name) else {
            return Err(Problem::MissingTensor {
                name: name.into(),
                nearest: nearest(name, self.tensor_names(), 3),
            });
        };
        if info.shape != expected {
            let (found, expected) = (info.shape.clone(), expected.to_vec());
            return Err(Problem::WrongShape { name: name.into(), found, expected });
        }
        let Some(precision) = values::precision_of(info.dtype) else {
            return Err(Problem::WrongType { name: name.into(), found: info.dtype.to_string() });
        };
        // The header was checked, so the range lies within the bytes. If the owner of the bytes shrinks them,
        // the tensor has no values; there is no panic.
        let bytes = self.bytes.all().get(self.span(info)).unwrap_or_default();
        let array = StoredArray { precision, bytes };
        match values::first_not_finite(array) {
            None => Ok(array),
            Some((index, value)) => Err(Problem::NotFinite { name: name.into(), index, value }),
        }
    }

    fn span(&self, info: &TensorInfo) -> Range<usize> {
        let (begin, end) = info.data_offsets;
        self.data.start.saturating_add(begin)..self.data.start.saturating_add(end).min(self.data.end)
    }
}

impl Debug for Package {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Package")
            .field("label", &self.label)
            .field("name", &self.config.name)
            .field("digest", &self.digest)
            .field("tensors", &self.tensors.len())
            .finish_non_exhaustive()
    }
}

/// How the checksum of the weights is obtained.
#[derive(Clone, Copy)]
enum Check<'a> {
    /// It is computed, with progress, and compared with the listed one.
    Computed(ProgressCallback<'a>),
    /// The listed one is used. If none is listed, it is computed.
    Listed,
}

/// Returns the CRC-32 of the tensors' data. listed: the one in the tensors' metadata. Errors: `Checksum`,
/// `Cancelled`.
fn checked(
    bytes: &Bytes,
    data: Range<usize>,
    listed: Option<u32>,
    check: Check<'_>,
) -> Result<Hasher, Problem> {
    let on_progress: ProgressCallback<'_> = match (check, listed) {
        (Check::Listed, Some(listed)) => {
            return Ok(Hasher::new_with_initial_len(listed, data.len() as u64));
        }
        (Check::Listed, None) => &no_progress,
        (Check::Computed(on_progress), _) => on_progress,
    };
    let found = checksum(bytes, data, on_progress)?;
    if let Some(expected) = listed {
        check_sum(WEIGHTS_FILE, found.clone().finalize(), expected)?;
    }
    Ok(found)
}

/// Computes the CRC-32 of a range of the bytes, with progress. Each piece of a mapped file is released
/// afterward. Otherwise the file would stay in memory beside the copies of its tensors. Errors: `Cancelled`.
fn checksum(
    bytes: &Bytes,
    range: Range<usize>,
    on_progress: ProgressCallback<'_>,
) -> Result<Hasher, Problem> {
    /// Bytes between two progress reports, about 10 ms of work.
    const PIECE: usize = 16 << 20;
    let mut hasher = Hasher::new();
    let mut begin = range.start;
    while begin < range.end {
        on_progress((begin - range.start) as f32 / range.len() as f32)?;
        let piece = begin..(begin + PIECE).min(range.end);
        hasher.update(bytes.all().get(piece.clone()).unwrap_or_default());
        begin = piece.end;
        bytes.release(piece);
    }
    Ok(hasher)
}

fn check_sum(entry: &'static str, found: u32, expected: u32) -> Result<(), Problem> {
    if found == expected { Ok(()) } else { Err(Problem::Checksum { entry, found, expected }) }
}

fn text<'a>(entry: &'static str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| Problem::NotUtf8 { entry, position: error.valid_up_to() })
}

fn map(path: &Path) -> Result<Bytes, Problem> {
    let mapping = mapped::map(path).map_err(|source| io_problem("map", path, source))?;
    Ok(Bytes::Mapped(Arc::new(mapping)))
}

/// Reads a text file of at most `limit` bytes. The limit holds even if the file is longer than its metadata
/// says. Errors: `MissingEntry`, `TooLarge`, `Io`.
fn read_text_file(folder: &Path, entry: &'static str, limit: usize) -> Result<Vec<u8>, Problem> {
    use std::io::Read;

    let path = folder.join(entry);
    let metadata = fs::metadata(&path).map_err(|source| read_problem(&path, entry, source))?;
    if !metadata.is_file() {
        return Err(Problem::MissingEntry { entry });
    }
    let file = fs::File::open(&path).map_err(|source| read_problem(&path, entry, source))?;
    let mut bytes = Vec::new();
    let limit = limit as u64;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|source| io_problem("read", &path, source))?;
    if bytes.len() as u64 > limit {
        return Err(Problem::TooLarge { entry, found: metadata.len(), limit });
    }
    Ok(bytes)
}

fn read_problem(path: &Path, entry: &'static str, source: std::io::Error) -> Problem {
    match source.kind() {
        std::io::ErrorKind::NotFound => Problem::MissingEntry { entry },
        _ => io_problem("read", path, source),
    }
}

fn io_problem(action: &'static str, path: &Path, source: std::io::Error) -> Problem {
    Problem::Io { action, path: path.into(), source }
}
