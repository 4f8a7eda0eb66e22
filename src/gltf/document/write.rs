//! Writes a document as one GLB.

use serde_json::{Map, Value, json};

use super::Document;
use super::compressed::NAMES;
use super::container::{closed, list};
use super::picture::mime_type;
use super::stored::Stored;
use crate::gltf::GltfError;
use crate::gltf::error::invalid;

/// For each old buffer, the buffer that now holds its bytes and the offset in it.
type Moved = Vec<(usize, usize)>;

impl Document {
    /// Encodes the document as a GLB that needs no other file. All buffers are joined into its binary chunk,
    /// and images from data URIs and files are stored in it. A buffer or image that was not found keeps its
    /// URI, and so does an image of an unknown format. The JSON is otherwise as it was read or edited.
    /// Errors: `Invalid`, `TooLargeToWrite`, `Encode`.
    pub fn to_glb(&self) -> Result<Vec<u8>, GltfError> {
        let mut json = self.json.clone();
        let (mut binary, moved, buffers) = self.joined();
        if moved.iter().enumerate().any(|(index, place)| *place != (index, 0)) {
            move_views(&mut json, &moved)?;
        }
        self.store_images(&mut json, &mut binary)?;
        binary.resize(binary.len().next_multiple_of(4), 0);
        if self.buffers.is_empty() && binary.is_empty() {
            return closed(serde_json::to_vec(&json)?, binary);
        }
        let mut buffers = buffers.into_iter();
        let mut first = buffers.next().unwrap_or_default();
        if matches!(self.buffers.first(), Some(Stored::Bytes(_)) | None) || !binary.is_empty() {
            first.remove("uri");
            first.insert("byteLength".into(), json!(binary.len()));
        }
        let all: Vec<Value> = std::iter::once(first).chain(buffers).map(Value::Object).collect();
        json.insert("buffers".into(), Value::Array(all));
        closed(serde_json::to_vec(&json)?, binary)
    }

    /// Returns the binary chunk of all buffers that were read, the new place of each buffer, and the JSON of
    /// the remaining buffers.
    fn joined(&self) -> (Vec<u8>, Moved, Vec<Map<String, Value>>) {
        let objects = self.json.get("buffers").and_then(Value::as_array);
        let object = |index: usize| {
            let found = objects.and_then(|list| list.get(index)).and_then(Value::as_object);
            found.cloned().unwrap_or_default()
        };
        let has_bytes = self.buffers.iter().any(|buffer| matches!(buffer, Stored::Bytes(_)));
        let mut binary = Vec::new();
        let (mut moved, mut chunk, mut left) = (Moved::new(), None, Vec::new());
        for (index, buffer) in self.buffers.iter().enumerate() {
            match buffer {
                Stored::Bytes(bytes) => {
                    chunk.get_or_insert_with(|| object(index));
                    binary.resize(binary.len().next_multiple_of(16), 0);
                    moved.push((0, binary.len()));
                    binary.extend_from_slice(bytes);
                }
                Stored::Missing(_) => {
                    moved.push((usize::from(has_bytes) + left.len(), 0));
                    left.push(object(index));
                }
            }
        }
        let mut objects: Vec<Map<String, Value>> = chunk.into_iter().collect();
        // A fallback buffer of the compression extension is now part of a buffer with data.
        for object in &mut objects {
            let Some(Value::Object(extensions)) = object.get_mut("extensions") else { continue };
            extensions.retain(|name, _| !NAMES.contains(&name.as_str()));
            if extensions.is_empty() {
                object.remove("extensions");
            }
        }
        objects.extend(left);
        (binary, moved, objects)
    }

    /// Stores the images that were read from URIs in the binary chunk.
    fn store_images(&self, json: &mut Map<String, Value>, binary: &mut Vec<u8>) -> Result<(), GltfError> {
        let mut numbers: Vec<usize> = self.images.keys().copied().collect();
        numbers.sort_unstable();
        for index in numbers {
            let Some(Ok(bytes)) = self.images.get(&index) else { continue };
            let Some(kind) = mime_type(bytes) else { continue };
            binary.resize(binary.len().next_multiple_of(4), 0);
            let view = json!({ "buffer": 0, "byteOffset": binary.len(), "byteLength": bytes.len() });
            binary.extend_from_slice(bytes);
            let views = list(json, "bufferViews")?;
            views.push(view);
            let number = views.len() - 1;
            let image = list(json, "images")?.get_mut(index).and_then(Value::as_object_mut);
            let image = image.ok_or_else(|| invalid(format!("image {index} is not an object")))?;
            image.remove("uri");
            image.insert("bufferView".into(), json!(number));
            image.insert("mimeType".into(), json!(kind));
        }
        Ok(())
    }
}

/// Updates buffer views, and the compressed data that they name, to the new places of their bytes.
fn move_views(json: &mut Map<String, Value>, moved: &[(usize, usize)]) -> Result<(), GltfError> {
    for view in list(json, "bufferViews")? {
        move_view(view, moved);
        for name in NAMES {
            if let Some(packed) = view.get_mut("extensions").and_then(|extensions| extensions.get_mut(name)) {
                move_view(packed, moved);
            }
        }
    }
    Ok(())
}

fn move_view(view: &mut Value, moved: &[(usize, usize)]) {
    let buffer = view.get("buffer").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
    let Some((view, &(buffer, start))) = view.as_object_mut().zip(buffer.and_then(|index| moved.get(index)))
    else {
        return;
    };
    if view.get("buffer").and_then(Value::as_u64) == Some(buffer as u64) && start == 0 {
        return;
    }
    let offset = view.get("byteOffset").and_then(Value::as_u64).unwrap_or(0);
    view.insert("buffer".into(), json!(buffer));
    view.insert("byteOffset".into(), json!(offset.saturating_add(start as u64)));
}
