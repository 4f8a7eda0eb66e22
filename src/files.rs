//! Atomic writing of output files: a file is written under a temporary name in the same folder and then
//! renamed.

#![forbid(unsafe_code)]

use std::fs::Permissions;
use std::io::Write;
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// A file could not be written. No partial file remains.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct WriteError {
    /// The path that the caller gave.
    pub path: PathBuf,
    /// The error of the system.
    pub source: std::io::Error,
}

/// Writes `bytes` to `path` completely or not at all, and replaces an existing file.
///
/// The bytes go to a temporary file in the same folder, which is then renamed. A replaced file keeps its
/// permissions; a new file gets the process's default permissions. A symbolic link is followed: its target is
/// replaced and the link stays. A pipe or a device is written in place, since a rename would replace it.
///
/// Errors: `WriteError`.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    write_whole_inner(path, bytes).map_err(|source| WriteError { path: path.to_owned(), source })
}

fn write_whole_inner(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let (place, permissions) = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(std::io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => {
            return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Ok(metadata) => (path.canonicalize()?, Some(metadata.permissions())),
        Err(_) => (path.to_owned(), None),
    };
    let folder = match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, message));
    }
    let mut file = beside(folder).map_err(without_path)?;
    file.write_all(bytes).map_err(without_path)?;
    if let Some(permissions) = permissions {
        keep(&file, permissions)?;
    }
    file.persist(&place).map_err(|failure| without_path(failure.error))?;
    Ok(())
}

/// Gives a new file the permissions of the file that it replaces.
fn keep(file: &tempfile::NamedTempFile, permissions: Permissions) -> std::io::Result<()> {
    // Other systems know only a read-only flag, and there a rename over a read-only file fails by itself.
    if cfg!(unix) { file.as_file().set_permissions(permissions) } else { Ok(()) }
}

/// Removes the temporary file's name, which means nothing to the caller, from an error of the system.
fn without_path(error: std::io::Error) -> std::io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), std::io::Error::from_raw_os_error)
}

/// Creates a temporary file in `folder` with the permissions of an ordinary new file.
///
/// By default temporary files are private to the user, and a rename would keep that.
fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".att3d-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
