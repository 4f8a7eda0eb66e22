//! Writing of packages. The same model gives the same bytes, and a package is never left half-written.

#![forbid(unsafe_code)]

mod layout;
mod stream;

use std::fs;
use std::io::{self, Cursor, Seek, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::config::ModelConfig;
use super::error::{PackageError, Problem};
use super::package::Package;
use super::values::Precision;
use super::{ALIGNMENT, LICENSE_FILE, MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE};
use crate::files;

pub use stream::TensorSpec;

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
    /// Writes an `.att3d` file. The file is first written under a temporary name in the same folder and then
    /// renamed to the path.
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

    /// Writes a package folder. The folder is first written inside a temporary folder next to the path and
    /// then renamed to the path.
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
            write_folder(path, |new| {
                let write_problem = |source| Problem::Io { action: "write", path: path.into(), source };
                write_file(&new.join(MODEL_FILE), &files.model).map_err(write_problem)?;
                write_file(&new.join(TOKENIZER_FILE), tokenizer_json.as_bytes()).map_err(write_problem)?;
                write_file(&new.join(WEIGHTS_FILE), &files.weights).map_err(write_problem)
            })
        };
        save().map_err(|problem| PackageError::new(path.display().to_string(), problem))
    }
}

fn prepare(config: &ModelConfig, tensors: &[TensorData<'_>]) -> Result<Files, Problem> {
    Ok(Files { model: model_file(config)?, weights: safetensors_file(tensors)? })
}

fn model_file(config: &ModelConfig) -> Result<Vec<u8>, Problem> {
    config.validate()?;
    let mut model = serde_json::to_vec_pretty(config).map_err(Problem::Json)?;
    model.push(b'\n');
    Ok(model)
}

/// Returns the bytes of `weights.safetensors`.
fn safetensors_file(tensors: &[TensorData<'_>]) -> Result<Vec<u8>, Problem> {
    let placed = layout::layout(tensors.iter().map(|tensor| (tensor.name, tensor.shape, tensor.precision)))?;
    let mut data = Vec::new();
    for place in &placed {
        let Some(tensor) = tensors.get(place.index) else { continue };
        layout::encode(place, tensor.values, &mut data)?;
    }
    let mut file = layout::header(&placed, crc32fast::hash(&data)).map_err(Problem::Json)?;
    file.append(&mut data);
    Ok(file)
}

fn write_archive(
    target: impl Write + Seek,
    files: &Files,
    tokenizer_json: &str,
) -> zip::result::ZipResult<()> {
    let mut writer = start_archive(target, &files.model, tokenizer_json, None)?;
    writer.write_all(&files.weights)?;
    writer.finish()?.flush()?;
    Ok(())
}

/// Starts an archive, writes the first files, and starts the last file, which has the weights.
fn start_archive<T: Write + Seek>(
    target: T,
    model: &[u8],
    tokenizer_json: &str,
    licenses: Option<&str>,
) -> zip::result::ZipResult<ZipWriter<T>> {
    // Time and permissions are fixed, so that the same model gives the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(target);
    writer.start_file(MODEL_FILE, options)?;
    writer.write_all(model)?;
    writer.start_file(TOKENIZER_FILE, options)?;
    writer.write_all(tokenizer_json.as_bytes())?;
    if let Some(licenses) = licenses {
        writer.start_file(LICENSE_FILE, options)?;
        writer.write_all(licenses.as_bytes())?;
    }
    writer.start_file(WEIGHTS_FILE, options.with_alignment(ALIGNMENT as u16))?;
    Ok(writer)
}

/// Returns a builder of temporary folders whose names match a pattern of `.gitignore`.
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

/// Fills a new folder and moves it to a path. fill: writes the files of a package to the folder that it is
/// given.
fn write_folder<E: From<Problem>>(path: &Path, fill: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    let write_problem = |source| Problem::Io { action: "write", path: path.into(), source };
    files::check_name(path).map_err(write_problem)?;
    refuse_foreign_folder(path)?;
    let temporary = new_temporary_folder().tempdir_in(parent(path)).map_err(write_problem)?;
    let new = temporary.path().join("new");
    fs::create_dir(&new).map_err(write_problem)?;
    fill(&new)?;
    let old = temporary.path().join("old");
    let replaced = replace_folder(&new, path, &old).map_err(|source| {
        if old.exists() {
            // The old package could not be moved back to its place. It stays in the temporary folder, which
            // is not deleted.
            let _ = temporary.keep();
        }
        write_problem(source)
    });
    Ok(replaced?)
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
        if ![MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, LICENSE_FILE].iter().any(|known| name == *known) {
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
