//! The GLB container: a header, then the JSON chunk and the binary chunk, each padded to four bytes.
//!
//! Source: glTF 2.0, section 4 ("GLB File Format Specification").

use crate::gltf::GltfError;
use crate::gltf::error::{invalid, unsupported};
use serde_json::{Map, Value, json};

/// The two chunks of a container.
pub(super) struct Chunks<'a> {
    pub(super) json: &'a [u8],
    pub(super) binary: Option<&'a [u8]>,
}

/// Splits a GLB into its chunks. Bytes that begin like a JSON object are a document without a binary chunk.
/// Errors: `Invalid`, `Unsupported`.
pub(super) fn chunks(bytes: &[u8]) -> Result<Chunks<'_>, GltfError> {
    if !bytes.starts_with(b"glTF") {
        let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        return match json.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Ok(Chunks { json, binary: None }),
            _ => Err(invalid("it starts with neither a GLB header nor a JSON object")),
        };
    }
    let word = |at: usize| {
        let bytes = at.checked_add(4).and_then(|end| bytes.get(at..end));
        bytes.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
    };
    let (Some(version), Some(stated)) = (word(4), word(8)) else {
        return Err(invalid("it ends within its GLB header"));
    };
    if version != 2 {
        return Err(unsupported(format!("a GLB container of version {version} (expected 2)")));
    }
    let stated = stated as usize;
    if stated < 12 || stated > bytes.len() {
        return Err(invalid(format!("its header says {stated} bytes, there are {}", bytes.len())));
    }
    let (mut at, mut json, mut binary) = (12, None, None);
    while at < stated && binary.is_none() {
        let (Some(length), Some(kind)) = (word(at), word(at.saturating_add(4))) else {
            return Err(invalid("a chunk's header ends beyond the file"));
        };
        let start = at + 8;
        let end = start.checked_add(length as usize).filter(|end| *end <= stated);
        let chunk = end.and_then(|end| bytes.get(start..end));
        let (Some(end), Some(chunk)) = (end, chunk) else {
            return Err(invalid(format!("a chunk of {length} bytes ends beyond the file")));
        };
        match (&kind.to_le_bytes(), json) {
            (b"JSON", None) => json = Some(chunk),
            (_, None) => return Err(invalid("its first chunk is not JSON")),
            (b"BIN\0", _) => binary = Some(chunk),
            // The format requires readers to skip chunks that they do not know.
            _ => {}
        }
        at = end;
    }
    let json = json.ok_or_else(|| invalid("it has no JSON chunk"))?;
    Ok(Chunks { json, binary })
}

/// Assembles a GLB. text: the JSON. Errors: `TooLargeToWrite`.
pub(in crate::gltf) fn closed(mut text: Vec<u8>, mut binary: Vec<u8>) -> Result<Vec<u8>, GltfError> {
    text.resize(text.len().next_multiple_of(4), b' ');
    binary.resize(binary.len().next_multiple_of(4), 0);
    let bytes = 12 + 8 + text.len() + 8 + binary.len();
    let total =
        u32::try_from(bytes).map_err(|_| GltfError::TooLargeToWrite { bytes, most: u32::MAX as usize })?;
    let mut glb = Vec::with_capacity(bytes);
    glb.extend_from_slice(b"glTF");
    glb.extend_from_slice(&2u32.to_le_bytes());
    glb.extend_from_slice(&total.to_le_bytes());
    for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &binary)] {
        // No chunk is longer than the whole file, whose size fits in 32 bits.
        glb.extend_from_slice(&(chunk.len() as u32).to_le_bytes());
        glb.extend_from_slice(kind);
        glb.extend_from_slice(chunk);
    }
    Ok(glb)
}

/// Returns a list of the document, and creates it if it is absent. Errors: `Invalid` if the value is
/// not a list.
pub(in crate::gltf) fn list<'a>(
    json: &'a mut Map<String, Value>,
    name: &str,
) -> Result<&'a mut Vec<Value>, GltfError> {
    let list = json.entry(name).or_insert_with(|| json!([]));
    list.as_array_mut().ok_or_else(|| invalid(format!("its {name} are not a list")))
}
