//! The output folder of a bake: its lock, its manifest and the files that it has already.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use att3d::files::{WriteError, check_name, rename, write_whole};

use super::asset::sha_256;
use super::manifest::{self, Entry, Manifest, Status};
use crate::failure::Failure;

/// Folder for the bake's own files.
const OWN: &str = ".att3d";
/// Folder of thumbnails.
const THUMBNAILS: &str = "thumbnails";

/// An output folder that this process may write.
pub struct Folder {
    /// Its path.
    pub path: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Whether the previous bake was interrupted. If it was, the contents of files must be checked.
    was_interrupted: bool,
    /// Lock of the folder, held until this object is dropped.
    _lock: File,
}

/// Returns the files of an asset beside its mesh: the picture and the script.
fn companions(entry: &Entry) -> impl Iterator<Item = &String> {
    entry.thumbnail.iter().chain(&entry.mesh_script)
}

/// Returns the digest of an asset's files beside its mesh, for [`Entry::companions_sha256`]. bytes: the
/// picture and the script, one after the other. `None` if there are no bytes.
pub fn companions_digest(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| sha_256(bytes))
}

/// The places of files in an output folder.
pub struct Place {
    folder: PathBuf,
}

impl Folder {
    /// Opens a folder or makes it, and locks it. paths: the meshes that will be written. Errors: `Folder`,
    /// `FolderInUse`, `ForeignFile`, `Write`.
    pub fn open(path: &Path, paths: &[String]) -> Result<Self, Failure> {
        let about = |source| Failure::Folder { path: path.display().to_string(), source };
        let own = path.join(OWN);
        let is_new = !path.join(manifest::NAME).exists();
        let there = paths.iter().map(|file| path.join(file)).find(|file| is_new && file.exists());
        if let Some(foreign) = there {
            return Err(Failure::ForeignFile { path: foreign.display().to_string() });
        }
        std::fs::create_dir_all(&own).map_err(about)?;
        let lock = File::create(own.join("lock")).map_err(about)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::FolderInUse { path: path.display().to_string() });
            }
            Err(TryLockError::Error(source)) => return Err(about(source)),
        }
        let partial = own.join("partial");
        // An interrupted bake may have left incomplete files here.
        match std::fs::remove_dir_all(&partial) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(about(error)),
            _ => {}
        }
        std::fs::create_dir(&partial).map_err(about)?;
        let running = own.join("running");
        let was_interrupted = running.exists();
        write_whole(&running, b"")?;
        Ok(Self { path: path.to_owned(), manifest: Manifest::open(path)?, was_interrupted, _lock: lock })
    }

    /// Returns the entry of a mesh, or `None` if its files do not all exist or were made with another key.
    pub fn up_to_date(&self, file: &str, key: &str) -> Option<Entry> {
        let entry = self.manifest.entry(file)?;
        if entry.status != Status::Done || entry.key != key {
            return None;
        }
        if companions(entry).any(|file| !self.path.join(file).is_file()) {
            return None;
        }
        let mesh = self.path.join(file);
        let size = std::fs::metadata(&mesh).ok()?.len();
        if entry.report.get("bytes").and_then(serde_json::Value::as_u64) != Some(size) {
            return None;
        }
        if self.was_interrupted {
            // After a loss of power, a file may have the right size and wrong content.
            let mut bytes = Vec::new();
            for file in companions(entry) {
                bytes.extend(std::fs::read(self.path.join(file)).ok()?);
            }
            let digest = Some(sha_256(&std::fs::read(&mesh).ok()?));
            if digest != entry.sha256 || companions_digest(&bytes) != entry.companions_sha256 {
                return None;
            }
        }
        Some(entry.clone())
    }

    /// Returns the places of the folder's files.
    pub fn place(&self) -> Place {
        Place { folder: self.path.clone() }
    }

    /// Writes the final manifest and marks the folder as complete. Errors: `Write`, `Folder`.
    pub fn finish(self, entries: &[Entry]) -> Result<(), Failure> {
        self.manifest.finish(entries)?;
        let own = self.path.join(OWN);
        let about = |source| Failure::Folder { path: own.display().to_string(), source };
        std::fs::remove_dir_all(own.join("partial")).map_err(about)?;
        std::fs::remove_file(own.join("running")).map_err(about)
    }
}

impl Place {
    /// Writes a file completely or not at all. If the process is killed, an incomplete file can be left only
    /// in the bake's own folder. name: a name for the incomplete file that no other thread uses. Errors:
    /// `WriteError`.
    pub fn write(&self, name: &str, file: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let place = self.folder.join(file);
        let write = || {
            check_name(&place)?;
            let partial = self.folder.join(OWN).join("partial").join(name);
            std::fs::write(&partial, bytes)?;
            if let Some(parent) = place.parent() {
                std::fs::create_dir_all(parent)?;
            }
            rename(&partial, &place)
        };
        write().map_err(|source| WriteError { path: place.clone(), source })
    }

    /// Returns the path of a mesh's picture below the folder.
    pub fn thumbnail(&self, path: &str) -> String {
        format!("{THUMBNAILS}/{path}.png")
    }
}
