//! A cache of assets on the disk, which several output folders and several bakes at the same time can share.
//!
//! Each entry is one file. It has a line of JSON and then the bytes of the mesh and of the picture. The
//! file's time of modification is the time of its last use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use att3d::files::write_whole;
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

/// The line of JSON at the beginning of an entry.
#[derive(Serialize, Deserialize)]
struct Header {
    report: Value,
    warnings: Vec<String>,
    /// Number of the mesh's bytes.
    mesh: usize,
    has_picture: bool,
    /// Digest of the bytes after the header.
    sha256: String,
}

impl Cache {
    /// Opens a cache, or makes it. limit: largest size of all entries together, in bytes. Errors: `Folder`.
    pub fn open(folder: &Path, limit: u64) -> Result<Self, Failure> {
        fs::create_dir_all(folder)
            .map_err(|source| Failure::Folder { path: folder.display().to_string(), source })?;
        Ok(Self { folder: folder.to_owned(), limit })
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.asset"))
    }

    /// Returns an asset; `None` if the cache does not have it, or if its entry has changed on the disk.
    pub fn get(&self, key: &str) -> Option<Made> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let (header, content) = (&bytes[..end], &bytes[end + 1..]);
        let Header { report, warnings, mesh, has_picture, sha256 } = serde_json::from_slice(header).ok()?;
        let (mesh, picture) = content.split_at_checked(mesh)?;
        if sha_256(content) != sha256 || !report.is_object() {
            return None;
        }
        // Without the new time of use, the entry is only removed earlier.
        let _ =
            File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(Made { bytes: mesh.to_vec(), picture: has_picture.then(|| picture.to_vec()), report, warnings })
    }

    /// Stores an asset, completely or not at all. Errors: the reason, as text.
    pub fn put(&self, key: &str, made: &Made) -> Result<(), String> {
        let content = [&made.bytes, made.picture.as_deref().unwrap_or_default()].concat();
        let header = Header {
            report: made.report.clone(),
            warnings: made.warnings.clone(),
            mesh: made.bytes.len(),
            has_picture: made.picture.is_some(),
            sha256: sha_256(&content),
        };
        let mut bytes = serde_json::to_vec(&header).map_err(|error| error.to_string())?;
        bytes.push(b'\n');
        bytes.extend(content);
        write_whole(&self.path(key), &bytes).map_err(|error| error.to_string())
    }

    /// Removes the entries that were not used for the longest time, until the others are within the limit.
    /// Files of other kinds in the folder are left alone. Errors: the reason, as text.
    pub fn trim(&self) -> Result<(), String> {
        let about = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(about)? {
            let path = entry.map_err(about)?.path();
            // Another bake may have just removed the file.
            if let (true, Ok(data)) = (path.extension().is_some_and(|end| end == "asset"), path.metadata()) {
                entries.push((data.modified().map_err(about)?, data.len(), path));
            }
        }
        entries.sort();
        let mut size: u64 = entries.iter().map(|(_, size, _)| size).sum();
        for (_, bytes, path) in entries {
            if size <= self.limit {
                break;
            }
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(about(error)),
                _ => size -= bytes,
            }
        }
        Ok(())
    }
}
