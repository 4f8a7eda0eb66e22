//! Where the elements of a glTF document's accessors lie in its binary chunk.

use serde_json::Value;

use crate::gltf_grammar::{COMPONENTS, SHAPES};

/// The elements of an accessor whose buffer view is an uncompressed part of the binary chunk.
pub struct Layout {
    /// The index of the first byte of the first element.
    pub start: usize,
    /// The index of the byte after the last byte of the buffer view.
    pub end: usize,
    /// Bytes from one element to the next.
    pub stride: usize,
    /// Bytes of an element.
    pub size: usize,
    /// Bytes of a component.
    pub component: usize,
}

impl Layout {
    /// Returns the layout of an accessor of a document. `binary` is the length of the binary chunk.
    pub fn of(json: &Value, accessor: &Value, binary: usize) -> Option<Self> {
        let (component, size) = element(accessor)?;
        let view = json.get("bufferViews")?.get(number(accessor.get("bufferView"))?)?;
        if view.get("extensions").is_some() || number(view.get("buffer")) != Some(0) {
            return None;
        }
        let first = number(view.get("byteOffset")).unwrap_or(0);
        let end = first.checked_add(number(view.get("byteLength"))?)?.min(binary);
        let start = first.checked_add(number(accessor.get("byteOffset")).unwrap_or(0))?;
        let stride = number(view.get("byteStride")).unwrap_or(size).max(1);
        Some(Self { start, end, stride, size, component })
    }

    /// Returns how many elements fit into the buffer view after `start`.
    pub fn capacity(&self) -> usize {
        let room = self.end.saturating_sub(self.start);
        room.checked_sub(self.size).map_or(0, |rest| rest / self.stride + 1)
    }
}

/// Returns the bytes of a component and of an element of an accessor.
pub fn element(accessor: &Value) -> Option<(usize, usize)> {
    let code = accessor.get("componentType")?.as_u64()?;
    let shape = accessor.get("type")?.as_str()?;
    let (_, component) = COMPONENTS.iter().find(|(known, _)| *known == code)?;
    let (_, components) = SHAPES.iter().find(|(known, _)| *known == shape)?;
    Some((*component, component * components))
}

/// Returns a number of a document as an index or a size.
pub fn number(value: Option<&Value>) -> Option<usize> {
    usize::try_from(value?.as_u64()?).ok()
}
