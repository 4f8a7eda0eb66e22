//! The GLB container. It is read leniently and written correctly, so that mutations of its contents do not
//! damage the container.

use serde_json::Value;

/// The two chunks of a GLB file.
#[derive(Clone, Debug)]
pub struct Glb {
    /// The document.
    pub json: Value,
    /// The binary chunk; empty if the file has none.
    pub binary: Vec<u8>,
    /// Whether the file was a `.gltf` file. The document is written as a `.gltf` file again if `binary` is
    /// still empty.
    pub is_bare: bool,
}

impl Glb {
    /// Reads a GLB file, or the JSON of a `.gltf` file. Returns None if the JSON cannot be found or
    /// parsed. Lengths that reach beyond the file are cut.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"glTF") {
            let json = serde_json::from_slice(bytes).ok().filter(Value::is_object)?;
            return Some(Self { json, binary: Vec::new(), is_bare: true });
        }
        let (text, end) = chunk(bytes, 12)?;
        let json = serde_json::from_slice(text).ok().filter(Value::is_object)?;
        let binary = chunk(bytes, end).map_or(&[][..], |(binary, _)| binary).to_vec();
        Some(Self { json, binary, is_bare: false })
    }

    /// Returns the file's bytes, with the padding and the lengths that the format requires.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = self.json.to_string().into_bytes();
        if self.is_bare && self.binary.is_empty() {
            return text;
        }
        text.resize(text.len().next_multiple_of(4), b' ');
        let mut binary = self.binary.clone();
        binary.resize(binary.len().next_multiple_of(4), 0);
        let length = |bytes: usize| (bytes as u32).to_le_bytes();
        let mut file = [&b"glTF\x02\0\0\0"[..], &length(28 + text.len() + binary.len())].concat();
        for (kind, chunk) in [(b"JSON", text), (b"BIN\0", binary)] {
            file.extend(length(chunk.len()));
            file.extend(kind);
            file.extend(chunk);
        }
        file
    }
}

/// Returns the content of the chunk that begins at the byte `start`, and where the next chunk begins.
fn chunk(bytes: &[u8], start: usize) -> Option<(&[u8], usize)> {
    let length = bytes.get(start..start + 4)?.try_into().map(u32::from_le_bytes).ok()? as usize;
    let content = bytes.get(start + 8..)?;
    let content = &content[..length.min(content.len())];
    Some((content, start + 8 + content.len()))
}
