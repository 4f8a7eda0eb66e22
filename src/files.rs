//! Output files appear whole or not at all: they are written beside their place and renamed.

#![forbid(unsafe_code)]

use std::io::Write;
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// A file could not be written. Nothing of it remains.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct WriteError {
    /// The file that was asked for.
    pub path: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
}

/// Writes `bytes` to `path`, replacing what is there: whole, or not at all.
///
/// The bytes go to a temporary file in the same folder, which is then renamed. A link is followed, so its target is
/// replaced and the link stays. What is there and is no regular file (a pipe, a device) is written in place: renaming
/// over it would destroy it.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    write_whole_inner(path, bytes).map_err(|source| WriteError { path: path.to_owned(), source })
}

fn write_whole_inner(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let place = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(std::io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => {
            return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Ok(_) => path.canonicalize()?,
        Err(_) => path.to_owned(),
    };
    let folder = match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = beside(folder)?;
    file.write_all(bytes)?;
    file.persist(&place).map_err(|failure| failure.error)?;
    Ok(())
}

/// A temporary file in `folder`, with the permissions of an ordinary new file (temporary files are private by
/// default, and renaming would keep them so).
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
