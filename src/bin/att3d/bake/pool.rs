//! The threads that make assets.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use att3d::files::WriteError;
use att3d::pipeline::{MeshFormat, Model};
use serde_json::json;

use super::asset::{Asset, sha_256};
use super::cache::Cache;
use super::folder::{Place, companions_digest};
use super::gallery;
use super::make::{Made, make};
use super::manifest::{Entry, Status};
use crate::failure::Failure;
use crate::output::warn;

/// Inputs of the threads.
pub struct Pool<'a> {
    /// One model per thread, each with an engine of its own.
    pub models: Vec<Model>,
    /// Assets of earlier bakes.
    pub cache: Option<&'a Cache>,
    /// The output folder.
    pub folder: &'a Place,
    /// All assets of the catalog.
    pub assets: &'a [Asset],
    /// Path of each asset's mesh below the folder.
    pub paths: &'a [String],
    /// Format of the meshes.
    pub format: MeshFormat,
    /// Width and height of thumbnails in pixels; 0 for none.
    pub thumbnail: u32,
    /// Whether the gallery shows the meshes in 3D.
    pub has_viewer: bool,
}

impl Pool<'_> {
    /// Makes assets and writes their files. todo: the index in `assets` and the key of each asset to make. A
    /// failure of the folder, such as a full disk, stops the rest. on_result: called on this thread for each
    /// asset with its entry, or with the reason of its failure; `false` stops the rest. Errors: those of
    /// on_result; `Write`.
    pub fn run(
        &self,
        todo: Vec<(usize, String)>,
        mut on_result: impl FnMut(usize, Result<Entry, String>) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let (next, is_stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (sender, receiver) = sync_channel(2 * self.models.len());
        let (next, is_stopped, todo) = (&next, &is_stopped, &todo);
        std::thread::scope(|scope| {
            for model in &self.models {
                let sender = sender.clone();
                scope.spawn(move || {
                    while let Some((index, key)) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if is_stopped.load(Ordering::Relaxed)
                            || sender.send((*index, self.asset(model, *index, key))).is_err()
                        {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut outcome = Ok(());
            for (index, made) in receiver {
                if outcome.is_err() {
                    continue;
                }
                let goes_on = match made {
                    Err(Failure::Write(error)) if stops_all(&error) => Err(error.into()),
                    made => on_result(index, made.map_err(|failure| failure.message())),
                };
                match goes_on {
                    Ok(true) => {}
                    Ok(false) => is_stopped.store(true, Ordering::Relaxed),
                    Err(failure) => {
                        is_stopped.store(true, Ordering::Relaxed);
                        outcome = Err(failure);
                    }
                }
            }
            outcome
        })
    }

    /// Takes an asset from the cache, or makes it and stores it there.
    fn made(&self, model: &Model, asset: &Asset, key: &str) -> Result<Made, Failure> {
        if let Some(mut made) = self.cache.and_then(|cache| cache.get(key)) {
            made.report["from_cache"] = json!(true);
            return Ok(made);
        }
        let made = make(model, asset, self.format, self.thumbnail)?;
        if let Some(Err(reason)) = self.cache.map(|cache| cache.put(key, &made)) {
            warn(format_args!("row {}: the asset is not stored in the cache: {reason}", asset.row));
        }
        Ok(made)
    }

    /// Makes an asset and writes its files.
    fn asset(&self, model: &Model, index: usize, key: &str) -> Result<Entry, Failure> {
        let (asset, file) = (&self.assets[index], &self.paths[index]);
        let made = self.made(model, asset, key)?;
        let name = asset.row.to_string();
        // The bytes of all files beside the mesh, for their digest.
        let mut companions = Vec::new();
        let mut write_companion = |path: String, bytes: Vec<u8>| {
            companions.extend_from_slice(&bytes);
            self.folder.write(&name, &path, &bytes).map(|()| path)
        };
        let picture =
            made.picture.map(|picture| write_companion(self.folder.thumbnail(&asset.path), picture));
        let thumbnail = picture.transpose()?;
        let script = self.has_viewer.then(|| {
            let path = gallery::script_path(&asset.path);
            let script = gallery::script(&path, &made.bytes);
            write_companion(path, script)
        });
        let mesh_script = script.transpose()?;
        self.folder.write(&name, file, &made.bytes)?;
        let mut report = made.report;
        report["options"] = json!(asset.given);
        if !asset.notes.is_empty() {
            report["notes"] = json!(asset.notes);
        }
        Ok(Entry {
            row: asset.row,
            prompt: asset.prompt.clone(),
            status: Status::Done,
            file: Some(file.clone()),
            thumbnail,
            mesh_script,
            key: key.to_owned(),
            sha256: Some(sha_256(&made.bytes)),
            companions_sha256: companions_digest(&companions),
            unmet: Vec::new(),
            warnings: made.warnings,
            error: None,
            report,
        })
    }
}

/// Returns whether an error of the folder will also affect every further asset.
fn stops_all(error: &WriteError) -> bool {
    matches!(
        error.source.kind(),
        ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::PermissionDenied
    )
}
