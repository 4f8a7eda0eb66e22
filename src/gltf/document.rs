//! One glTF document: read once, then viewed, edited, compressed and written.
//!
//! The bytes of a document are not trusted. Every index and every range is checked where it is used. Memory
//! is allocated only for data that the file holds, and within limits for images and compressed geometry. The
//! JSON stays as it was read, including everything that this library does not know. Edits change the JSON,
//! and the changed JSON is written. [`Root`] is a typed copy of the parts that the library understands.

pub(super) mod accessor;
mod compressed;
pub(super) mod container;
pub(super) mod picture;
mod resources;
pub(super) mod schema;
pub(super) mod sparse;
mod stored;
mod write;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::GltfError;
use super::error::{invalid, unsupported};
use super::provenance::Provenance;
use compressed::Decoded;
use container::chunks;
pub(super) use container::list;
use resources::{Place, fetch, path_of};
use schema::Root;
use stored::size_of_all;
pub(super) use stored::{MOST_BYTES, Stored};

/// A glTF document in memory, with its buffers and images.
#[derive(Clone, Debug)]
pub struct Document {
    /// The JSON as it was read and as it will be written.
    json: Map<String, Value>,
    root: Root,
    buffers: Vec<Stored>,
    /// For each image that is named by a URI: its bytes, or the reason why they were not read.
    images: HashMap<usize, Result<Vec<u8>, String>>,
    decoded: Decoded,
}

impl Document {
    /// Reads a document from a file: a GLB, or a `.gltf` with its other files beside it. Errors:
    /// `Open` with the path, and those of [`Document::parse`].
    pub fn open(path: &Path) -> Result<Self, GltfError> {
        let bytes = read_bytes(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::read(&bytes, Place::Folder(folder))
    }

    /// Reads a document from memory: a GLB, or the JSON of a `.gltf` whose buffers and images are data URIs.
    /// Never panics, for any bytes.
    ///
    /// # Errors
    ///
    /// [`GltfError::Invalid`] for a damaged file; [`GltfError::Unsupported`] for another major version of
    /// glTF and for more than a gibibyte of data. Accessors and images are checked when they are used.
    pub fn parse(bytes: &[u8]) -> Result<Self, GltfError> {
        Self::read(bytes, Place::Nowhere)
    }

    /// Returns the paths that the URIs of a document name: buffers and images, in the folder of the document
    /// or below it. bytes: the contents of the file at `path`. URIs that [`Document::open`] refuses are left
    /// out. The files need not exist. The list is empty if the bytes are not a document.
    pub fn named_files(path: &Path, bytes: &[u8]) -> Vec<PathBuf> {
        let root = chunks(bytes).ok().and_then(|chunks| serde_json::from_slice::<Root>(chunks.json).ok());
        let Some(root) = root else { return Vec::new() };
        let buffers = root.buffers.iter().filter_map(|buffer| buffer.uri.as_deref());
        let images = root.images.iter().filter_map(|image| image.uri.as_deref());
        buffers.chain(images).filter_map(|uri| Some(path.with_file_name(path_of(uri)?))).collect()
    }

    fn read(bytes: &[u8], place: Place<'_>) -> Result<Self, GltfError> {
        let chunks = chunks(bytes)?;
        let json: Value =
            serde_json::from_slice(chunks.json).map_err(|error| invalid(format!("its JSON: {error}")))?;
        let root = Root::deserialize(&json).map_err(|error| invalid(format!("its JSON: {error}")))?;
        let Value::Object(json) = json else { return Err(invalid("its JSON is not an object")) };
        check_version(&root)?;
        let mut room = MOST_BYTES.saturating_sub(bytes.len() as u64);
        let mut buffers = Vec::with_capacity(root.buffers.len());
        for (index, buffer) in root.buffers.iter().enumerate() {
            let found = match (&buffer.uri, index, chunks.binary) {
                (None, 0, Some(chunk)) => Ok(chunk.to_vec()),
                (None, ..) => Err(format!("buffer {index} lies outside the file and has no URI")),
                (Some(uri), ..) => fetch(uri, place, room),
            };
            buffers.push(match found {
                Ok(bytes) => {
                    if buffer.uri.is_some() {
                        room = room.saturating_sub(bytes.len() as u64);
                    }
                    Stored::Bytes(bytes)
                }
                Err(why) => Stored::Missing(why),
            });
        }
        let mut images = HashMap::new();
        for (index, image) in root.images.iter().enumerate() {
            let Some(uri) = &image.uri else { continue };
            let found = fetch(uri, place, room);
            room = room.saturating_sub(found.as_ref().map_or(0, |bytes| bytes.len() as u64));
            images.insert(index, found);
        }
        Self::assembled(json, root, buffers, images)
    }

    fn assembled(
        json: Map<String, Value>,
        root: Root,
        buffers: Vec<Stored>,
        images: HashMap<usize, Result<Vec<u8>, String>>,
    ) -> Result<Self, GltfError> {
        let decoded = compressed::decoded(&root, &buffers)?;
        Ok(Self { json, root, buffers, images, decoded })
    }

    /// Returns the name of the program that made the file (`asset.generator`), if the file states it.
    pub fn generator(&self) -> Option<&str> {
        self.root.asset.generator.as_deref()
    }

    /// Returns the application data of the file (`asset.extras`). In files of this library, these data hold
    /// the prompt, the model and the resolution. Returns an empty map if `asset.extras` is not an object.
    pub fn extras(&self) -> Map<String, Value> {
        self.root.asset.extras.as_object().cloned().unwrap_or_default()
    }

    /// Returns the provenance of the file, if this library made it.
    pub fn provenance(&self) -> Option<Provenance> {
        Provenance::of(&self.extras())
    }

    pub(super) fn json(&self) -> &Map<String, Value> {
        &self.json
    }

    /// Returns the index that a further buffer will have.
    pub(super) fn next_buffer(&self) -> usize {
        self.buffers.len()
    }

    /// Returns the document with edited JSON and `added` as a further buffer. The existing buffer views must
    /// not be changed. Errors: `Invalid`.
    pub(super) fn edited(mut self, mut json: Map<String, Value>, added: Vec<u8>) -> Result<Self, GltfError> {
        if !added.is_empty() {
            list(&mut json, "buffers")?.push(serde_json::json!({ "byteLength": added.len() }));
            self.buffers.push(Stored::Bytes(added));
        }
        let json = Value::Object(json);
        let root = Root::deserialize(&json).map_err(|error| invalid(format!("its JSON: {error}")))?;
        let Value::Object(json) = json else { return Err(invalid("its JSON is not an object")) };
        Ok(Self { json, root, ..self })
    }

    pub(super) fn root(&self) -> &Root {
        &self.root
    }

    /// Returns the bytes of a buffer. Errors: `Invalid` for a buffer that is not listed, `Unsupported` for a
    /// buffer that was not read.
    pub(super) fn buffer(&self, index: usize) -> Result<&[u8], GltfError> {
        match self.buffers.get(index) {
            Some(Stored::Bytes(bytes)) => Ok(bytes),
            Some(Stored::Missing(why)) => Err(unsupported(why.clone())),
            None => Err(super::error::missing("buffer", index)),
        }
    }

    /// Returns the number of bytes that were read for all buffers.
    pub(super) fn size(&self) -> usize {
        size_of_all(&self.buffers)
    }
}

/// Reads a file of at most a gibibyte. Errors: `Open` with the path, `Unsupported` for a larger file.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, GltfError> {
    let open = |source| GltfError::Open { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(open)?;
    let refusal = || unsupported(format!("more than {MOST_BYTES} bytes"));
    // A large file is refused by the size in its metadata, before it is read. The size of a pipe is not known
    // yet.
    if file.metadata().is_ok_and(|data| data.len() > MOST_BYTES) {
        return Err(refusal());
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(open)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(refusal());
    }
    Ok(bytes)
}

/// Refuses another major version of glTF, and a file that requires a later reader. Errors: `Invalid`,
/// `Unsupported`.
fn check_version(root: &Root) -> Result<(), GltfError> {
    let Some(version) = &root.asset.version else {
        return Err(invalid("it does not state its glTF version (asset.version)"));
    };
    if version.split('.').next() != Some("2") {
        return Err(unsupported(format!("glTF version {version} (expected 2.0): export it as glTF 2.0")));
    }
    match root.asset.min_version.as_deref() {
        None | Some("2.0") => Ok(()),
        Some(least) => {
            Err(unsupported(format!("glTF that requires a reader of version {least} (expected 2.0)")))
        }
    }
}
