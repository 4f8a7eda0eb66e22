//! The GLB container: a header, then the JSON and the binary chunk, each padded to four bytes.

use super::GltfError;

/// The bytes of a GLB. text: JSON. Errors: `TooLargeToWrite`.
pub(super) fn closed(mut text: Vec<u8>, mut binary: Vec<u8>) -> Result<Vec<u8>, GltfError> {
    text.resize(text.len().next_multiple_of(4), b' ');
    binary.resize(binary.len().next_multiple_of(4), 0);
    let bytes = 12 + 8 + text.len() + 8 + binary.len();
    let total = u32::try_from(bytes).map_err(|_| GltfError::TooLargeToWrite { bytes })?;
    let mut glb = Vec::with_capacity(bytes);
    glb.extend_from_slice(b"glTF");
    glb.extend_from_slice(&2u32.to_le_bytes());
    glb.extend_from_slice(&total.to_le_bytes());
    for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &binary)] {
        // No chunk is longer than the whole, which fits.
        glb.extend_from_slice(&(chunk.len() as u32).to_le_bytes());
        glb.extend_from_slice(kind);
        glb.extend_from_slice(chunk);
    }
    Ok(glb)
}
