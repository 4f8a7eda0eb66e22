//! The manifest of a bake: one line of JSON per asset.
//!
//! While a bake runs, lines are appended as assets are finished. A bake that ends writes the manifest again,
//! with one line per row in the order of the catalog. When a bake begins, it reads the existing manifest,
//! even if an interrupted bake wrote it.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use att3d::files::{WriteError, write_whole};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the manifest in the output folder.
pub const NAME: &str = "manifest.jsonl";

/// Outcome of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its files were written.
    Done,
    /// It could not be made.
    Failed,
}

/// A line of the manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Number of the row in the catalog.
    pub row: usize,
    /// The prompt.
    pub prompt: String,
    /// Outcome.
    pub status: Status,
    /// Path of the mesh below the output folder; `None` if the asset failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Path of the picture below the output folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// Path of the script by which the gallery shows the mesh in 3D.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mesh_script: Option<String>,
    /// Digest of everything that determines the files; empty if the asset failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// SHA-256 digest of the mesh's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// SHA-256 digest of the bytes of the picture and of the script, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub companions_sha256: Option<String>,
    /// Rules that the asset does not meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<String>,
    /// Warnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Reason why the asset could not be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Everything else: the reading, the options, the measures and the times.
    #[serde(flatten)]
    pub report: Value,
}

/// The manifest of an output folder, open for appending.
pub struct Manifest {
    path: PathBuf,
    file: File,
    /// Newest entry of each path.
    entries: HashMap<String, Entry>,
    /// Numbers of lines that are not entries.
    pub unreadable: Vec<usize>,
}

impl Manifest {
    /// Opens the manifest of a folder, or makes an empty one. A last line without a line end is removed,
    /// because the bake was interrupted while it wrote that line. Errors: `WriteError`.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        let path = folder.join(NAME);
        Self::open_inner(&path).map_err(|source| WriteError { path, source })
    }

    fn open_inner(path: &Path) -> std::io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::Start(whole as u64))?;
        let (mut entries, mut unreadable) = (HashMap::new(), Vec::new());
        for (index, line) in bytes[..whole].split(|&byte| byte == b'\n').enumerate() {
            match serde_json::from_slice::<Entry>(line) {
                Ok(entry) => {
                    if let Some(file) = entry.file.clone() {
                        entries.insert(file, entry);
                    }
                }
                Err(_) if line.is_empty() => {}
                Err(_) => unreadable.push(index + 1),
            }
        }
        Ok(Self { path: path.to_owned(), file, entries, unreadable })
    }

    /// Returns the newest entry whose mesh has this path.
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.entries.get(file)
    }

    /// Returns the paths of all meshes that the manifest lists.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Appends an entry. Errors: `WriteError`.
    pub fn append(&mut self, entry: &Entry) -> Result<(), WriteError> {
        let written = line(entry).and_then(|line| self.file.write_all(&line));
        written.map_err(|source| WriteError { path: self.path.clone(), source })
    }

    /// Replaces the manifest by these entries. Errors: `WriteError`.
    pub fn finish(self, entries: &[Entry]) -> Result<(), WriteError> {
        let Self { path, file, .. } = self;
        let mut bytes = Vec::new();
        for entry in entries {
            bytes.extend(line(entry).map_err(|source| WriteError { path: path.clone(), source })?);
        }
        // Windows does not replace a file that is open.
        drop(file);
        write_whole(&path, &bytes)
    }
}

fn line(entry: &Entry) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;
    use serde_json::json;

    fn entry(row: usize, file: &str) -> Entry {
        Entry {
            row,
            prompt: "a pig".into(),
            status: Status::Done,
            file: Some(file.into()),
            thumbnail: None,
            mesh_script: None,
            key: "12".into(),
            sha256: None,
            companions_sha256: None,
            unmet: Vec::new(),
            warnings: Vec::new(),
            error: None,
            report: json!({ "triangles": 12 }),
        }
    }

    #[test]
    fn entries_are_read_again_and_torn_lines_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut manifest = Manifest::open(folder.path()).unwrap();
        manifest.append(&entry(1, "a.glb")).unwrap();
        manifest.append(&entry(2, "b.glb")).unwrap();
        drop(manifest);
        let path = folder.path().join(NAME);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.splice(0..0, *b"not json\n");
        bytes.extend(b"{\"row\": 3, \"prom");
        std::fs::write(&path, &bytes).unwrap();

        let mut manifest = Manifest::open(folder.path()).unwrap();
        assert_eq!(manifest.unreadable, [1]);
        assert_eq!(manifest.entry("a.glb"), Some(&entry(1, "a.glb")));
        assert_eq!(manifest.entry("b.glb"), Some(&entry(2, "b.glb")));
        manifest.append(&entry(3, "a.glb")).unwrap();
        drop(manifest);
        let manifest = Manifest::open(folder.path()).unwrap();
        assert_eq!(manifest.entry("a.glb").unwrap().row, 3);

        manifest.finish(&[entry(1, "a.glb")]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    }
}
