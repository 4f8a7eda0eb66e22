//! Repairs of glTF documents after mutations. Most readers refuse a document at the first number that does
//! not match another number. Without repairs, the code after the check would not be reached.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::glb_container::Glb;
use crate::gltf_layout::{Layout, number};

/// Brings lengths, counts and indices of a document into agreement. Each kind of repair is sometimes omitted.
pub fn repair(glb: &mut Glb, random: &mut Rng) {
    if random.u8(..8) != 0 {
        fit_buffer(glb);
    }
    if random.u8(..8) != 0 {
        fit_views(glb);
    }
    if random.u8(..8) != 0 {
        fit_accessors(glb);
    }
    if random.u8(..4) != 0 {
        equalize_vertices(glb);
    }
    if random.u8(..4) != 0 {
        fit_indices(glb);
    }
}

/// Returns a list of the document.
fn list<'a>(json: &'a mut Value, name: &str) -> &'a mut [Value] {
    json.get_mut(name).and_then(Value::as_array_mut).map_or(&mut [], |list| &mut list[..])
}

/// Writes the length of the binary chunk into the first buffer.
fn fit_buffer(glb: &mut Glb) {
    let length = glb.binary.len().next_multiple_of(4);
    if let Some(Value::Object(buffer)) = list(&mut glb.json, "buffers").first_mut()
        && !buffer.contains_key("uri")
    {
        buffer.insert("byteLength".into(), json!(length));
    }
}

/// Cuts buffer views, and the compressed data of buffer views, at the end of the binary chunk. The length and
/// the stride of a compressed view become those that the view's extension requires.
fn fit_views(glb: &mut Glb) {
    let length = glb.binary.len();
    for view in list(&mut glb.json, "bufferViews") {
        let mut unpacked = None;
        for name in ["EXT_meshopt_compression", "KHR_meshopt_compression"] {
            let packed = view.get_mut("extensions").and_then(|extensions| extensions.get_mut(name));
            let Some(Value::Object(packed)) = packed else { continue };
            fit_range(packed, length);
            let is_attributes = packed.get("mode").and_then(Value::as_str) == Some("ATTRIBUTES");
            let stride = number(packed.get("byteStride"));
            let size =
                number(packed.get("count")).zip(stride).and_then(|(count, stride)| count.checked_mul(stride));
            unpacked = size.map(|size| (size, stride.filter(|_| is_attributes)));
        }
        let Some(view) = view.as_object_mut() else { continue };
        match unpacked {
            Some((size, stride)) => {
                view.insert("byteLength".into(), json!(size));
                match stride {
                    Some(stride) => view.insert("byteStride".into(), json!(stride)),
                    None => view.remove("byteStride"),
                };
            }
            None => fit_range(view, length),
        }
    }
}

/// Cuts a range of the first buffer at the end of the binary chunk.
fn fit_range(range: &mut Map<String, Value>, length: usize) {
    if number(range.get("buffer")) != Some(0) {
        return;
    }
    let start = number(range.get("byteOffset")).unwrap_or(0);
    if start > length {
        range.insert("byteOffset".into(), json!(start % (length + 1) / 4 * 4));
    }
    let start = number(range.get("byteOffset")).unwrap_or(0);
    let stated = number(range.get("byteLength")).unwrap_or(usize::MAX);
    range.insert("byteLength".into(), json!(stated.min(length - start.min(length))));
}

/// Reduces the counts of accessors to the number of elements in their buffer views.
fn fit_accessors(glb: &mut Glb) {
    let Glb { json, binary, .. } = glb;
    for index in 0..list(json, "accessors").len() {
        let accessor = &json["accessors"][index];
        let Some(layout) = Layout::of(json, accessor, binary.len()) else { continue };
        let capacity = layout.capacity();
        if number(accessor.get("count")).is_none_or(|count| count > capacity)
            && let Value::Object(accessor) = &mut json["accessors"][index]
        {
            accessor.insert("count".into(), json!(capacity));
        }
    }
}

/// Returns two things for each primitive: the accessors of its vertices, including those of its morph
/// targets, and the accessor of its indices.
fn primitives(json: &Value) -> Vec<(Vec<usize>, Option<usize>)> {
    let meshes = json.get("meshes").and_then(Value::as_array).into_iter().flatten();
    let primitives = meshes.filter_map(|mesh| mesh.get("primitives").and_then(Value::as_array)).flatten();
    let accessors = |value: Option<&Value>| -> Vec<usize> {
        value
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(_, value)| number(Some(value)))
            .collect()
    };
    primitives
        .map(|primitive| {
            let mut vertices = accessors(primitive.get("attributes"));
            let targets = primitive.get("targets").and_then(Value::as_array).into_iter().flatten();
            vertices.extend(targets.flat_map(|target| accessors(Some(target))));
            (vertices, number(primitive.get("indices")))
        })
        .collect()
}

/// Sets the counts of all accessors of a primitive's vertices to the smallest count that is not zero.
fn equalize_vertices(glb: &mut Glb) {
    for (vertices, _) in primitives(&glb.json) {
        let accessors = list(&mut glb.json, "accessors");
        let count = |index: &usize| number(accessors.get(*index)?.get("count"));
        let Some(least) = vertices.iter().filter_map(count).filter(|count| *count > 0).min() else {
            continue;
        };
        for index in vertices {
            if let Some(Value::Object(accessor)) = accessors.get_mut(index) {
                accessor.insert("count".into(), json!(least));
            }
        }
    }
}

/// Reduces indices of the binary chunk modulo the number of vertices of their primitive.
fn fit_indices(glb: &mut Glb) {
    for (vertices, indices) in primitives(&glb.json) {
        let accessors = list(&mut glb.json, "accessors");
        let count = |index: &usize| number(accessors.get(*index)?.get("count"));
        let least = vertices.iter().filter_map(count).min().filter(|count| *count > 0);
        let (Some(least), Some(index)) = (least, indices) else { continue };
        let Some(accessor) = accessors.get(index).cloned() else { continue };
        let Some(layout) = Layout::of(&glb.json, &accessor, glb.binary.len()) else { continue };
        if layout.size != layout.component {
            continue;
        }
        let held = number(accessor.get("count")).unwrap_or(0).min(layout.capacity());
        for element in 0..held {
            let start = layout.start + element * layout.stride;
            let Some(bytes) = glb.binary.get_mut(start..start + layout.size) else { break };
            let mut wide = [0; 4];
            wide[..layout.size].copy_from_slice(bytes);
            let reduced = (u32::from_le_bytes(wide) as usize % least) as u32;
            bytes.copy_from_slice(&reduced.to_le_bytes()[..layout.size]);
        }
    }
}
