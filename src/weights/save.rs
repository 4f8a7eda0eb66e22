//! Writing of packages. The same model gives the same bytes, and a package is never left half-written.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Cursor, Seek, Write};
use std::path::Path;

use safetensors::tensor::TensorInfo;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::config::ModelConfig;
use super::error::{PackageError, Problem};
use super::header::{CHECKSUM, LENGTH_BYTES, METADATA};
use super::package::Package;
use super::values::{self, Precision};
use super::{ALIGNMENT, MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE};
use crate::engine::StoredArray;
use crate::files;

/// A tensor to save.
#[derive(Clone, Copy, Debug)]
pub struct TensorData<'a> {
    /// Name, unique in the package.
    pub name: &'a str,
    /// Row-major sizes, all greater than 0.
    pub shape: &'a [usize],
    /// Values in row-major order, as many as the shape holds, all finite.
    pub values: &'a [f32],
    /// Precision in which the values are stored.
    pub precision: Precision,
}

/// Content of the files that are written, except the tokenizer.
struct Files {
    model: Vec<u8>,
    weights: Vec<u8>,
}

impl Package {
    /// Writes an `.att3d` file. It is written next to the path first and then renamed over it.
    ///
    /// Errors: `Config` if the configuration could not be read back; `UnusableName`, `WrongCount`,
    /// `NotFinite` and `OutOfRange` for a tensor; `Io`, `ArchiveWrite` and `Json`.
    pub fn save_file(
        path: impl AsRef<Path>,
        config: &ModelConfig,
        tokenizer_json: &str,
        tensors: &[TensorData<'_>],
    ) -> Result<(), PackageError> {
        let path = path.as_ref();
        let save = || {
            let files = prepare(config, tensors)?;
            let write_problem = |source| Problem::Io { action: "write", path: path.into(), source };
            files::check_name(path).map_err(write_problem)?;
            let mut temporary = files::beside(path).map_err(write_problem)?;
            write_archive(temporary.as_file_mut(), &files, tokenizer_json).map_err(|error| match error {
                zip::result::ZipError::Io(source) => write_problem(source),
                other => Problem::ArchiveWrite(other),
            })?;
            temporary.as_file().sync_all().map_err(write_problem)?;
            files::persist(temporary, path).map_err(write_problem)
        };
        save().map_err(|problem| PackageError::new(path.display().to_string(), problem))
    }

    /// Returns the bytes of the `.att3d` file that `save_file` writes. Errors: those of
    /// [`Package::save_file`].
    pub fn to_bytes(
        config: &ModelConfig,
        tokenizer_json: &str,
        tensors: &[TensorData<'_>],
    ) -> Result<Vec<u8>, PackageError> {
        let build = || {
            let files = prepare(config, tensors)?;
            let mut cursor = Cursor::new(Vec::new());
            write_archive(&mut cursor, &files, tokenizer_json).map_err(Problem::ArchiveWrite)?;
            Ok(cursor.into_inner())
        };
        build().map_err(|problem| PackageError::new("the package in memory", problem))
    }

    /// Writes a package folder. It is written next to the path first and then renamed.
    ///
    /// An older package at the path is replaced. A folder that holds anything else is refused. Errors:
    /// `FolderInUse`, and those of [`Package::save_file`].
    pub fn save_folder(
        path: impl AsRef<Path>,
        config: &ModelConfig,
        tokenizer_json: &str,
        tensors: &[TensorData<'_>],
    ) -> Result<(), PackageError> {
        let path = path.as_ref();
        let save = || {
            let files = prepare(config, tensors)?;
            let write_problem = |source| Problem::Io { action: "write", path: path.into(), source };
            files::check_name(path).map_err(write_problem)?;
            refuse_foreign_folder(path)?;
            let temporary = new_temporary_folder().tempdir_in(parent(path)).map_err(write_problem)?;
            let new = temporary.path().join("new");
            fs::create_dir(&new).map_err(write_problem)?;
            write_file(&new.join(MODEL_FILE), &files.model).map_err(write_problem)?;
            write_file(&new.join(TOKENIZER_FILE), tokenizer_json.as_bytes()).map_err(write_problem)?;
            write_file(&new.join(WEIGHTS_FILE), &files.weights).map_err(write_problem)?;
            let old = temporary.path().join("old");
            replace_folder(&new, path, &old).map_err(|source| {
                if old.exists() {
                    // The old package could not be moved back to its place. It is left where it is and not
                    // deleted.
                    let _ = temporary.keep();
                }
                write_problem(source)
            })
        };
        save().map_err(|problem| PackageError::new(path.display().to_string(), problem))
    }
}

fn prepare(config: &ModelConfig, tensors: &[TensorData<'_>]) -> Result<Files, Problem> {
    config.validate()?;
    let mut model = serde_json::to_vec_pretty(config).map_err(Problem::Json)?;
    model.push(b'\n');
    Ok(Files { model, weights: safetensors_file(tensors)? })
}

/// Returns the bytes of `weights.safetensors`.
///
/// The data begin at a multiple of [`ALIGNMENT`]. The format allows no gaps, so tensors are sorted by the
/// alignment of their size and then by name. Tensors whose size is a multiple of [`ALIGNMENT`] come first,
/// then those of half of it, and so on. Each tensor thus begins as aligned as its size is.
fn safetensors_file(tensors: &[TensorData<'_>]) -> Result<Vec<u8>, Problem> {
    let mut names = BTreeSet::from([METADATA]);
    let mut ordered = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        let name = || tensor.name.to_owned();
        if tensor.name.is_empty() || !names.insert(tensor.name) {
            return Err(Problem::UnusableName { name: name() });
        }
        let found = tensor.values.len();
        let count = tensor.shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        if found == 0 || count != Some(found) {
            return Err(Problem::WrongCount { name: name(), found, shape: tensor.shape.to_vec() });
        }
        if let Some((index, value)) = values::first_not_finite(StoredArray::of_f32(tensor.values)) {
            return Err(Problem::NotFinite { name: name(), index, value });
        }
        let bytes = found * values::dtype_of(tensor.precision).bitsize() / 8;
        let alignment = bytes.trailing_zeros().min(ALIGNMENT.trailing_zeros());
        ordered.push((std::cmp::Reverse(alignment), tensor));
    }
    ordered.sort_by_key(|&(alignment, tensor)| (alignment, tensor.name));

    let mut data = Vec::new();
    let mut entries = Vec::with_capacity(ordered.len());
    for (_, tensor) in ordered {
        let begin = data.len();
        let precision = tensor.precision;
        if let Some(index) = values::encode(precision, tensor.values, &mut data) {
            let value = tensor.values.get(index).copied().unwrap_or(f32::NAN);
            return Err(Problem::OutOfRange { name: tensor.name.into(), index, value, precision });
        }
        let shape = tensor.shape.to_vec();
        let info =
            TensorInfo { dtype: values::dtype_of(precision), shape, data_offsets: (begin, data.len()) };
        entries.push((tensor.name, info));
    }
    let mut file = safetensors_header(&entries, crc32fast::hash(&data)).map_err(Problem::Json)?;
    file.append(&mut data);
    Ok(file)
}

fn safetensors_header(entries: &[(&str, TensorInfo)], checksum: u32) -> serde_json::Result<Vec<u8>> {
    let metadata = BTreeMap::from([(CHECKSUM, format!("{checksum:08x}"))]);
    let mut json = format!("{{\"{METADATA}\":{}", serde_json::to_string(&metadata)?);
    for (name, info) in entries {
        json.push_str(&format!(",{}:{}", serde_json::to_string(name)?, serde_json::to_string(info)?));
    }
    json.push('}');
    // The format allows spaces at the end of the header.
    let padded = (LENGTH_BYTES + json.len()).next_multiple_of(ALIGNMENT);
    let length = padded - LENGTH_BYTES;
    let mut header = (length as u64).to_le_bytes().to_vec();
    header.extend(json.into_bytes());
    header.resize(padded, b' ');
    Ok(header)
}

fn write_archive(
    target: impl Write + Seek,
    files: &Files,
    tokenizer_json: &str,
) -> zip::result::ZipResult<()> {
    // Time and permissions are fixed, so that the same model gives the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(target);
    writer.start_file(MODEL_FILE, options)?;
    writer.write_all(&files.model)?;
    writer.start_file(TOKENIZER_FILE, options)?;
    writer.write_all(tokenizer_json.as_bytes())?;
    writer.start_file(WEIGHTS_FILE, options.with_alignment(ALIGNMENT as u16))?;
    writer.write_all(&files.weights)?;
    writer.finish()?.flush()?;
    Ok(())
}

/// Returns a builder of temporary folders with a name that the ignore file lists.
fn new_temporary_folder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".att3d-").suffix(".tmp");
    builder
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn refuse_foreign_folder(path: &Path) -> Result<(), Problem> {
    let read_problem = |source| Problem::Io { action: "read", path: path.into(), source };
    let files = match fs::read_dir(path) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(read_problem(error)),
    };
    for file in files {
        let name = file.map_err(read_problem)?.file_name();
        if ![MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE].iter().any(|known| name == *known) {
            return Err(Problem::FolderInUse { found: name.to_string_lossy().into_owned() });
        }
    }
    Ok(())
}

/// Moves a new folder to a path. No system renames a folder over one that is not empty. The old folder is
/// therefore moved away first, and moved back if the new one can't take its place.
fn replace_folder(new: &Path, path: &Path, old: &Path) -> io::Result<()> {
    let replaces = path.exists();
    if replaces {
        files::rename(path, old)?;
    }
    files::rename(new, path).inspect_err(|_| {
        if replaces {
            // The first error is the one to report. A second error of the same kind would add nothing.
            let _ = files::rename(old, path);
        }
    })
}
