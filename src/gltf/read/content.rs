//! A file's two chunks, and what is decoded of them.

use std::borrow::Cow;

use gltf_json as json;
use serde_json::Value;

use super::accessor::Buffers;
use super::compressed::{Decoded, decoded};
use super::invalid;
use crate::gltf::GltfError;

/// A GLB taken apart.
pub(in crate::gltf) struct Content<'a> {
    pub(in crate::gltf) root: json::Root,
    /// The binary chunk as it is in the file.
    pub(in crate::gltf) binary: Cow<'a, [u8]>,
    decoded: Decoded,
}

impl Content<'_> {
    pub(in crate::gltf) fn buffers(&self) -> Buffers<'_> {
        Buffers::new(&self.root, &self.binary, &self.decoded)
    }
}

/// Splits the container and decodes compressed views. Errors: `Invalid`, `Unsupported`.
pub(in crate::gltf) fn split(bytes: &[u8]) -> Result<Content<'_>, GltfError> {
    let glb = container(bytes)?;
    let binary = glb.bin.unwrap_or_default();
    let (mut text, mut views) = (Cow::Borrowed(&glb.json[..]), Decoded::new());
    if let Ok(Value::Object(mut document)) = serde_json::from_slice(&glb.json) {
        views = decoded(&document, &binary)?;
        // Animations are not read, and those of KHR_animation_pointer do not fit the crate's types.
        if document.remove("animations").is_some() {
            text = serde_json::to_vec(&document).map_err(|error| invalid(error.to_string()))?.into();
        }
    }
    let root = json::Root::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
    Ok(Content { root, binary, decoded: views })
}

/// The two chunks. The `gltf` crate subtracts the header's size from the stated length unchecked, hence the check before.
pub(in crate::gltf) fn container(bytes: &[u8]) -> Result<gltf::Glb<'_>, GltfError> {
    let stated = match bytes.get(..12) {
        Some([b'g', b'l', b'T', b'F', _, _, _, _, length @ ..]) => {
            length.try_into().map_or(0, u32::from_le_bytes)
        }
        _ => return Err(invalid("it does not start with a GLB header")),
    };
    if stated < 12 || stated as usize > bytes.len() {
        return Err(invalid(format!("its header says {stated} bytes, there are {}", bytes.len())));
    }
    gltf::Glb::from_slice(bytes).map_err(|error| invalid(error.to_string()))
}
