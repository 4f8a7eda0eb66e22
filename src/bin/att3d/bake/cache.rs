//! A cache of assets on the disk, which several output folders and several bakes at the same time can share.
//!
//! Each entry is one file: a line with the digest of the rest, a line of JSON, and the bytes of the mesh and
//! of the picture. The file's time of modification is the time of its last use.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use att3d::files::{is_partial, write_whole};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::asset::sha_256;
use super::make::Made;
use crate::failure::Failure;

/// A folder with the assets of earlier bakes, by the keys of [`super::asset::Asset::key`].
pub struct Cache {
    folder: PathBuf,
    /// Largest size of all entries together, in bytes.
    limit: u64,
}

/// Extension of entries.
const EXTENSION: &str = "att3d-asset";
/// Age of an incomplete file after which the bake that wrote it was certainly killed.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// The line of JSON of an entry.
#[derive(Serialize, Deserialize)]
struct Header {
    report: Value,
    warnings: Vec<String>,
    /// Number of the mesh's bytes.
    mesh: usize,
    has_picture: bool,
}

impl Cache {
    /// Opens a cache, or makes it, and removes what exceeds the limit. limit: largest size of all entries
    /// together, in bytes. Errors: `Folder`.
    pub fn open(folder: &Path, limit: u64) -> Result<Self, Failure> {
        let about = |source| Failure::Folder { path: folder.display().to_string(), source };
        fs::create_dir_all(folder).map_err(about)?;
        let cache = Self { folder: folder.to_owned(), limit };
        cache.trim().map_err(about)?;
        Ok(cache)
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.{EXTENSION}"))
    }

    /// Returns an asset; `None` if the cache does not have it, or if its entry has changed on the disk.
    pub fn get(&self, key: &str) -> Option<Made> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let (digest, rest) = line(&bytes)?;
        if sha_256(rest).as_bytes() != digest {
            return None;
        }
        let (header, content) = line(rest)?;
        let Header { report, warnings, mesh, has_picture } = serde_json::from_slice(header).ok()?;
        let (mesh, picture) = content.split_at_checked(mesh)?;
        // Without the new time of use, the entry is only removed earlier.
        let _ =
            File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(Made { bytes: mesh.to_vec(), picture: has_picture.then(|| picture.to_vec()), report, warnings })
    }

    /// Stores an asset, completely or not at all. Errors: the reason, as text.
    pub fn put(&self, key: &str, made: &Made) -> Result<(), String> {
        let header = Header {
            report: made.report.clone(),
            warnings: made.warnings.clone(),
            mesh: made.bytes.len(),
            has_picture: made.picture.is_some(),
        };
        let header = serde_json::to_vec(&header).map_err(|error| error.to_string())?;
        let rest = [&header, &b"\n"[..], &made.bytes, made.picture.as_deref().unwrap_or_default()].concat();
        let bytes = [sha_256(&rest).as_bytes(), b"\n", &rest].concat();
        write_whole(&self.path(key), &bytes).map_err(|error| error.to_string())
    }

    /// Removes the entries that were not used for the longest time, until the others are within the limit,
    /// and the incomplete files that killed bakes left. Other files in the folder are left alone. Errors: the
    /// folder cannot be read, or a file cannot be removed.
    pub fn trim(&self) -> io::Result<()> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            // Another bake may have just removed the file.
            let Some(data) = path.metadata().ok().filter(fs::Metadata::is_file) else { continue };
            let used = data.modified()?;
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                entries.push((used, data.len(), path));
            } else if is_partial(&path) && used.elapsed().is_ok_and(|age| age > ABANDONED) {
                removed(&path)?;
            }
        }
        entries.sort();
        let mut size: u64 = entries.iter().map(|(_, size, _)| size).sum();
        for (_, bytes, path) in entries {
            if size <= self.limit {
                break;
            }
            removed(&path)?;
            size -= bytes;
        }
        Ok(())
    }
}

/// Splits bytes at the end of their first line.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// Removes a file that another bake may remove at the same time.
fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
