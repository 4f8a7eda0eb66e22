//! Compression of GLB files of this library: `KHR_mesh_quantization` and `EXT_meshopt_compression`, by
//! meshoptimizer.
//!
//! Positions and morph targets stay floats, with 16 bits of precision per coordinate (the filter
//! EXPONENTIAL). Thus no node needs a scale that undoes a quantization. The nodes by which hosts recognize
//! hulls and levels of detail stay as they are. Normals and tangents become bytes, and texture coordinates
//! become 16-bit integers.

use meshopt::{EncodeExpMode, decode_filter_exp, encode_filter_exp, encode_filter_oct};
use serde_json::{Value, json};

use super::GltfError;
use super::document::Document;
use super::document::container::closed;
use super::document::schema::Root;
use super::error::invalid;
use crate::math::log2;

#[cfg(test)]
mod tests;

/// Bits of precision of a position's coordinate, for a mesh whose center is the origin. A step is then at
/// most 1/32,768 of the mesh's longest side.
const POSITION_BITS: i32 = 16;
/// The largest precision that the filter supports, in bits.
const MOST_BITS: i32 = 24;
/// Bits of a normal's component.
const NORMAL_BITS: i32 = 8;
const BYTE: u32 = 5_120;
const UNSIGNED_SHORT: u32 = 5_123;
const FLOAT: u32 = 5_126;
const NAME: &str = "EXT_meshopt_compression";

/// The use of an accessor in a mesh.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Position,
    Normal,
    Tangent,
    Uv,
    /// Any other vertex attribute. Its values are not quantized.
    Plain,
    Indices,
}

/// Returns the same file, compressed. Hosts must support `KHR_mesh_quantization` and
/// `EXT_meshopt_compression` to read it.
///
/// glb: a file of this library, in which each accessor has a buffer view of its own. Errors: `Invalid` for
/// other files.
pub fn compress(glb: &[u8]) -> Result<Vec<u8>, GltfError> {
    let document = Document::parse(glb)?;
    if document.next_buffer() != 1 {
        return Err(invalid("expected exactly one buffer: this is not a file of this library"));
    }
    compressed(Value::Object(document.json().clone()), document.root(), document.buffer(0)?)
}

/// Returns a compressed GLB. root: the typed copy of `document`; binary: the contents of its one buffer.
pub(super) fn compressed(mut document: Value, root: &Root, binary: &[u8]) -> Result<Vec<u8>, GltfError> {
    let roles = roles(root)?;
    let mut packed = Packed { binary: Vec::new(), fallback: 0, views: Vec::new() };
    let views = list(&document, "bufferViews")?.clone();
    let accessors = list(&document, "accessors")?.clone();
    let mut of_view: Vec<Option<usize>> = vec![None; views.len()];
    for (accessor, value) in accessors.iter().enumerate() {
        let view = number(&value["bufferView"])?;
        let place =
            of_view.get_mut(view).ok_or_else(|| invalid("an accessor names a view that does not exist"))?;
        if place.replace(accessor).is_some() {
            return Err(invalid("two accessors share a view: this is not a file of this library"));
        }
    }
    for (view, accessor) in views.iter().zip(of_view) {
        let start = view.get("byteOffset").map_or(Ok(0), number)?;
        let bytes = binary.get(start..start.saturating_add(number(&view["byteLength"])?));
        let bytes = bytes.ok_or_else(|| invalid("a view reaches beyond the file"))?;
        let role = accessor.and_then(|accessor| roles.get(accessor).copied().flatten());
        match (accessor, role) {
            (Some(index), Some(role)) => {
                let vertices = vertex_count(root, index)?;
                let accessor = &mut document["accessors"][index];
                packed.compressed(view, bytes, role, accessor, vertices)?;
            }
            _ => packed.plain(view, bytes),
        }
    }
    let lengths = [packed.binary.len(), packed.fallback];
    document["bufferViews"] = Value::Array(packed.views);
    document["buffers"] = json!([{ "byteLength": lengths[0] }, { "byteLength": lengths[1], "extensions": { NAME: { "fallback": true } } }]);
    for key in ["extensionsUsed", "extensionsRequired"] {
        let mut names = document[key].as_array().cloned().unwrap_or_default();
        names.extend([json!("KHR_mesh_quantization"), json!(NAME)]);
        document[key] = Value::Array(names);
    }
    closed(serde_json::to_vec(&document)?, packed.binary)
}

fn list<'a>(document: &'a Value, name: &str) -> Result<&'a Vec<Value>, GltfError> {
    document[name].as_array().ok_or_else(|| invalid(format!("it has no {name}")))
}

fn number(value: &Value) -> Result<usize, GltfError> {
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| invalid("a number is missing"))
}

/// Returns the role of each accessor, or `None` if no mesh uses it.
fn roles(root: &Root) -> Result<Vec<Option<Role>>, GltfError> {
    let mut roles = vec![None; root.accessors.len()];
    let mut note = |accessor: usize, role: Role| -> Result<(), GltfError> {
        let place = roles.get_mut(accessor).ok_or_else(|| invalid("an accessor does not exist"))?;
        *place = Some(role);
        Ok(())
    };
    for primitive in root.meshes.iter().flat_map(|mesh| &mesh.primitives) {
        for (name, &accessor) in &primitive.attributes {
            note(
                accessor,
                match name.as_str() {
                    "POSITION" => Role::Position,
                    "NORMAL" => Role::Normal,
                    "TANGENT" => Role::Tangent,
                    "TEXCOORD_0" => Role::Uv,
                    _ => Role::Plain,
                },
            )?;
        }
        // The values of a morph target are differences and not unit vectors. So its normals are encoded like
        // positions.
        for (name, &accessor) in primitive.targets.iter().flatten() {
            let is_place = name == "POSITION" || name == "NORMAL";
            note(accessor, if is_place { Role::Position } else { Role::Plain })?;
        }
        if let Some(indices) = primitive.indices {
            note(indices, Role::Indices)?;
        }
    }
    Ok(roles)
}

/// Returns the number of vertices of the primitive that uses this accessor as indices, or 0 for other
/// accessors.
fn vertex_count(root: &Root, accessor: usize) -> Result<usize, GltfError> {
    let mut primitives = root.meshes.iter().flat_map(|mesh| &mesh.primitives);
    let Some(primitive) = primitives.find(|primitive| primitive.indices == Some(accessor)) else {
        return Ok(0);
    };
    let positions = primitive.attribute("POSITION").and_then(|positions| root.accessors.get(positions));
    let positions = positions.ok_or_else(|| invalid("a primitive has no positions"))?;
    usize::try_from(positions.count).map_err(|_| invalid(format!("{} vertices", positions.count)))
}

struct Packed {
    binary: Vec<u8>,
    /// Size of the decoded data in bytes.
    fallback: usize,
    views: Vec<Value>,
}

impl Packed {
    /// Appends a view to the file's own buffer, uncompressed.
    fn plain(&mut self, view: &Value, bytes: &[u8]) {
        let mut view = view.clone();
        (view["buffer"], view["byteOffset"]) = (json!(0), json!(self.binary.len()));
        self.views.push(view);
        self.append(bytes);
    }

    fn append(&mut self, bytes: &[u8]) {
        self.binary.extend_from_slice(bytes);
        self.binary.resize(self.binary.len().next_multiple_of(4), 0);
    }

    fn compressed(
        &mut self,
        view: &Value,
        bytes: &[u8],
        role: Role,
        accessor: &mut Value,
        vertices: usize,
    ) -> Result<(), GltfError> {
        let count = number(&accessor["count"])?;
        let component = accessor["componentType"].as_u64();
        let is_float = component == Some(FLOAT.into());
        let encoded = match role {
            Role::Position if is_float => positions(bytes, accessor),
            Role::Normal if is_float => normals(bytes, accessor),
            Role::Tangent if is_float => tangents(bytes, accessor),
            Role::Uv if is_float => uvs(bytes, accessor),
            Role::Indices => indices(bytes, component == Some(UNSIGNED_SHORT.into()), vertices)?,
            _ if count.checked_mul(8) == Some(bytes.len()) => {
                Encoded::attributes(bytes.as_chunks::<8>().0, "NONE")
            }
            _ => {
                self.plain(view, bytes);
                return Ok(());
            }
        };
        if encoded.count != count {
            return Err(invalid(format!("an accessor has {count} elements, and its view {}", encoded.count)));
        }
        let mut extension = json!({
            "buffer": 0, "byteOffset": self.binary.len(), "byteLength": encoded.bytes.len(), "byteStride": encoded.stride,
            "count": count, "mode": encoded.mode,
        });
        if encoded.filter != "NONE" {
            extension["filter"] = json!(encoded.filter);
        }
        let mut held = json!({
            "buffer": 1, "byteOffset": self.fallback, "byteLength": count * encoded.stride,
            "extensions": { NAME: extension },
        });
        if encoded.mode == "ATTRIBUTES" {
            held["byteStride"] = json!(encoded.stride);
        }
        if let Some(target) = view.get("target") {
            held["target"] = target.clone();
        }
        self.fallback += (count * encoded.stride).next_multiple_of(4);
        self.views.push(held);
        self.append(&encoded.bytes);
        Ok(())
    }
}

/// The bytes of a buffer view, encoded by meshoptimizer.
struct Encoded {
    bytes: Vec<u8>,
    /// Number of elements.
    count: usize,
    /// Bytes of a decoded element.
    stride: usize,
    mode: &'static str,
    filter: &'static str,
}

impl Encoded {
    fn attributes<T>(elements: &[T], filter: &'static str) -> Self {
        // The extension requires codec version 0. Encoding cannot fail, since the crate's buffer has the size
        // of the bound.
        let bytes = meshopt::encode_vertex_buffer_level(elements, 2, Some(0));
        debug_assert!(
            bytes.is_ok(),
            "{} elements of {} bytes: {:?}",
            elements.len(),
            size_of::<T>(),
            bytes.err()
        );
        let bytes = bytes.unwrap_or_default();
        Self { bytes, count: elements.len(), stride: size_of::<T>(), mode: "ATTRIBUTES", filter }
    }
}

fn floats<const N: usize>(bytes: &[u8]) -> Vec<[f32; N]> {
    let float = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes);
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.as_chunks::<N>().0.iter().map(|row| std::array::from_fn(|index| float(&row[index]))).collect()
}

/// Encodes positions as floats with a reduced mantissa. Sets the accessor's bounds to those of the decoded
/// values.
fn positions(bytes: &[u8], accessor: &mut Value) -> Encoded {
    let places = floats::<3>(bytes);
    let Some(bits) = bits_for(&places) else { return Encoded::attributes(&places, "NONE") };
    let encoded = encode_filter_exp(&places, bits, EncodeExpMode::SharedComponent);
    if accessor.get("min").is_some() {
        let mut decoded = encoded.clone();
        decode_filter_exp(&mut decoded);
        let numbers: Vec<[f32; 3]> = decoded.into_iter().map(|row| row.map(f32::from_bits)).collect();
        let [low, high] = crate::mesh::bounds(&numbers);
        (accessor["min"], accessor["max"]) = (json!(low), json!(high));
    }
    Encoded::attributes(&encoded, "EXPONENTIAL")
}

/// Returns the bits per coordinate with which a step is at most 1/16,384 of the mesh's longest side, at any
/// distance of the mesh from the origin. Returns `None` if more than `MOST_BITS` would be needed.
fn bits_for(places: &[[f32; 3]]) -> Option<i32> {
    let [low, high] = crate::mesh::bounds(places);
    let longest = (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
    let farthest = low.iter().chain(&high).fold(0.0f32, |far, part| far.max(part.abs()));
    let more = log2(farthest / longest).ceil();
    let bits = POSITION_BITS.saturating_add(more.max(0.0) as i32);
    (more.is_finite() && bits <= MOST_BITS).then_some(bits)
}

fn normals(bytes: &[u8], accessor: &mut Value) -> Encoded {
    let four: Vec<[f32; 4]> = floats::<3>(bytes).into_iter().map(|[x, y, z]| [x, y, z, 0.0]).collect();
    (accessor["componentType"], accessor["normalized"]) = (json!(BYTE), json!(true));
    Encoded::attributes(&encode_filter_oct::<i8>(&four, NORMAL_BITS), "OCTAHEDRAL")
}

fn tangents(bytes: &[u8], accessor: &mut Value) -> Encoded {
    (accessor["componentType"], accessor["normalized"]) = (json!(BYTE), json!(true));
    Encoded::attributes(&encode_filter_oct::<i8>(&floats::<4>(bytes), NORMAL_BITS), "OCTAHEDRAL")
}

fn uvs(bytes: &[u8], accessor: &mut Value) -> Encoded {
    let places = floats::<2>(bytes);
    if places.iter().flatten().any(|part| !(0.0..=1.0).contains(part)) {
        return Encoded::attributes(
            &encode_filter_exp(&places, POSITION_BITS, EncodeExpMode::SharedComponent),
            "EXPONENTIAL",
        );
    }
    (accessor["componentType"], accessor["normalized"]) = (json!(UNSIGNED_SHORT), json!(true));
    let quantized = |part: f32| (part * 65_535.0).round() as u16;
    Encoded::attributes(&places.into_iter().map(|place| place.map(quantized)).collect::<Vec<_>>(), "NONE")
}

fn indices(bytes: &[u8], is_short: bool, vertices: usize) -> Result<Encoded, GltfError> {
    let all: Vec<u32> = if is_short {
        bytes.as_chunks::<2>().0.iter().map(|index| u16::from_le_bytes(*index).into()).collect()
    } else {
        bytes.as_chunks::<4>().0.iter().map(|index| u32::from_le_bytes(*index)).collect()
    };
    if !all.len().is_multiple_of(3) || all.iter().any(|&index| index as usize >= vertices) {
        return Err(invalid("its indices do not form triangles of its vertices"));
    }
    let encoded = meshopt::encode_index_buffer(&all, vertices);
    let bytes = encoded.map_err(|error| invalid(format!("its indices cannot be compressed: {error}")))?;
    Ok(Encoded {
        bytes,
        count: all.len(),
        stride: if is_short { 2 } else { 4 },
        mode: "TRIANGLES",
        filter: "NONE",
    })
}
