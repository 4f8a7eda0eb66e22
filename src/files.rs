//! Atomic writing of output files: a file is written under a temporary name in the same folder and then
//! renamed.

#![forbid(unsafe_code)]

use std::fs::Permissions;
use std::io::{Result, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

#[cfg(test)]
mod tests;
#[cfg(windows)]
mod windows;

/// A file could not be written. No partial file remains.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct WriteError {
    /// The path that the caller gave.
    pub path: PathBuf,
    /// The error of the system.
    pub source: std::io::Error,
}

/// Beginning and end of the names of incomplete files.
const PARTIAL: [&str; 2] = [".att3d-", ".tmp"];

/// Returns whether a path has the name of an incomplete file of [`write_whole`]. Such a file stays if the
/// process was killed.
pub fn is_partial(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(PARTIAL[0]) && name.ends_with(PARTIAL[1])
}

/// Writes `bytes` to `path` completely or not at all, and replaces an existing file.
///
/// The bytes go to a temporary file in the same folder, which is then renamed. A replaced file keeps its
/// permissions; a new file gets the process's default permissions. A symbolic link is followed: its target is
/// replaced and the link stays. A pipe or a device is written in place, since a rename would replace it. On
/// Windows, names of devices and other names that the system would change are refused.
///
/// Errors: `WriteError`.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::result::Result<(), WriteError> {
    write_whole_inner(path, bytes).map_err(|source| WriteError { path: path.to_owned(), source })
}

fn write_whole_inner(path: &Path, bytes: &[u8]) -> Result<()> {
    check_name(path)?;
    let (place, permissions) = match look(path) {
        Ok((metadata, _)) if metadata.is_dir() => return Err(std::io::ErrorKind::IsADirectory.into()),
        Ok((metadata, _)) if !metadata.is_file() => {
            return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Ok((metadata, place)) => (place?, Some(metadata.permissions())),
        Err(_) => (path.to_owned(), None),
    };
    let folder = parent(&place);
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, message));
    }
    let mut file = beside(&place).map_err(without_path)?;
    file.write_all(bytes).map_err(without_path)?;
    if let Some(permissions) = permissions {
        keep(&file, permissions)?;
    }
    persist(file, &place)
}

/// Returns the metadata of the file or folder at a path, and the path with its links resolved. Errors: those
/// of the system, for example if nothing is there.
fn look(path: &Path) -> Result<(std::fs::Metadata, Result<PathBuf>)> {
    // To read a file's metadata, Windows opens the file. Until it is closed, another thread cannot replace
    // it.
    #[cfg(windows)]
    let _turn = windows::turn();
    Ok((std::fs::metadata(path)?, resolved(path)))
}

/// Returns the path of an existing file with its links resolved.
fn resolved(path: &Path) -> Result<PathBuf> {
    match path.canonicalize() {
        // Windows cannot resolve paths of some network drives and memory disks. The path that was given is
        // then used as it is.
        Err(_) if cfg!(windows) => Ok(path.to_owned()),
        found => found,
    }
}

/// Returns the folder of a file; the current folder is `.`.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the free bytes of the disk on which a file of this path would be written, if the system reports
/// them.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    fs4::available_space(parent(path)).ok()
}

/// Gives a new file the permissions of the file that it replaces.
fn keep(file: &NamedTempFile, permissions: Permissions) -> Result<()> {
    // Other systems know only a read-only flag, and there a read-only file is not replaced.
    if cfg!(unix) { file.as_file().set_permissions(permissions) } else { Ok(()) }
}

/// Removes the temporary file's name, which means nothing to the caller, from an error of the system.
fn without_path(error: std::io::Error) -> std::io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), std::io::Error::from_raw_os_error)
}

/// Creates a temporary file in the folder of a path, with the permissions of an ordinary new file. The
/// repository's ignore file lists its name.
///
/// By default temporary files are private to the user, and a rename would keep that. Errors: those of the
/// system.
pub(crate) fn beside(path: &Path) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL[0]).suffix(PARTIAL[1]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
        builder.tempfile_in(parent(path))
    }
    // On Windows, the crate `tempfile` marks its files as temporary by default. The call of the system that
    // removes the mark does not accept long paths. So the file is created without the mark.
    #[cfg(not(unix))]
    builder.make_in(parent(path), |path| {
        std::fs::File::options().read(true).write(true).create_new(true).open(path)
    })
}

/// Gives a temporary file of [`beside`] its name. If that fails, the temporary file is removed. Errors: those
/// of [`rename`], without the temporary name.
pub(crate) fn persist(file: NamedTempFile, place: &Path) -> Result<()> {
    #[cfg(not(windows))]
    return file.persist(place).map(|_| ()).map_err(|failure| without_path(failure.error));
    #[cfg(windows)]
    {
        // The temporary file is closed first, since an open file cannot be renamed on every file system.
        let mut temporary = file.into_temp_path();
        rename(&temporary, place)?;
        temporary.disable_cleanup(true);
        Ok(())
    }
}

/// Renames a file or a folder, and replaces an existing file. On Windows, a file that another program has
/// open cannot always be replaced, so the function tries for some time. Errors: those of the system.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    #[cfg(not(windows))]
    return std::fs::rename(from, to);
    #[cfg(windows)]
    windows::rename(from, to)
}

/// Checks that the system makes a file of exactly this name. Errors: Windows would open a device, or drop or
/// interpret a part of the name.
pub fn check_name(path: &Path) -> Result<()> {
    #[cfg(windows)]
    windows::check_name(path)?;
    let _ = path;
    Ok(())
}
