//! Mutations of GLB files. They change the document as a tree, references between the document's lists, and
//! the binary chunk.

use fastrand::Rng;
use libfuzzer_sys::fuzzer_mutate;
use serde_json::{Value, json};

use crate::glb_container::Glb;
use crate::gltf_grammar::{COMPONENTS, GLTF, REFERENCES, SHAPES};
use crate::gltf_layout::{Layout, element, number};
use crate::gltf_repair::repair;
use crate::json_mutation::{graft, insert_fragment, mutate, pick};

/// Bytes that one mutation may append to the binary chunk.
const MOST_APPENDED: usize = 4096;

/// Returns a mutated GLB file, or None if the bytes are not a GLB file.
pub fn mutated(bytes: &[u8], random: &mut Rng) -> Option<Vec<u8>> {
    let mut glb = Glb::parse(bytes)?;
    if random.u8(..32) == 0
        && let Ok(smaller) = att3d::gltf::compress(bytes)
    {
        glb = Glb::parse(&smaller)?;
    }
    for _ in 0..1 << random.u8(..4) {
        change(&mut glb, random);
    }
    if random.u8(..8) != 0 {
        repair(&mut glb, random);
    }
    if glb.is_bare && random.u8(..16) == 0 {
        glb.is_bare = false;
    }
    Some(glb.to_bytes())
}

/// Returns a GLB file that combines two files, or None if one of them is not a GLB file.
pub fn crossed(first: &[u8], second: &[u8], random: &mut Rng) -> Option<Vec<u8>> {
    let (mut glb, mut donor) = (Glb::parse(first)?, Glb::parse(second)?);
    if random.bool() {
        join(&mut glb, donor, random);
    } else {
        for _ in 0..random.u8(1..4) {
            graft(&mut glb.json, &mut donor.json, random);
        }
        if random.u8(..4) == 0 {
            glb.binary = donor.binary;
        }
    }
    if random.u8(..8) != 0 {
        repair(&mut glb, random);
    }
    Some(glb.to_bytes())
}

/// Applies one randomly chosen operation.
fn change(glb: &mut Glb, random: &mut Rng) {
    match random.u8(..20) {
        0..7 => mutate(&mut glb.json, &GLTF, random),
        7..10 => redirect(&mut glb.json, random),
        10..13 => insert_fragment(&mut glb.json, &GLTF, random),
        13 => retype(&mut glb.json, random),
        14 | 15 => add_attribute(glb, random),
        16 => change_elements(glb, random),
        _ => change_binary(&mut glb.binary, random),
    }
}

/// Returns the list of the document that a number under a key refers to.
fn referred(key: &str) -> Option<&'static str> {
    REFERENCES.iter().find(|(known, _)| *known == key).map(|(_, list)| *list)
}

/// Returns the length of a list of the document.
fn length(json: &Value, list: &str) -> usize {
    json.get(list).and_then(Value::as_array).map_or(0, Vec::len)
}

/// Changes a reference to the index of another element of the same list, or rarely to the length of the list,
/// which is out of range.
fn redirect(json: &mut Value, random: &mut Rng) {
    let is_reference = |key: &str, value: &Value| value.is_number() && referred(key).is_some();
    let lengths = json.clone();
    let Some((key, value)) = pick(json, random, &is_reference) else { return };
    let most = length(&lengths, referred(&key).unwrap_or_default());
    *value = json!(if random.u8(..16) == 0 { most } else { random.usize(..most.max(1)) });
}

/// Changes the component type and the element type of an accessor.
fn retype(json: &mut Value, random: &mut Rng) {
    let is_accessor =
        |_: &str, value: &Value| value.get("componentType").is_some() && value.get("type").is_some();
    let Some((_, accessor)) = pick(json, random, &is_accessor) else { return };
    if random.u8(..3) != 0 {
        accessor["componentType"] = json!(COMPONENTS[random.usize(..COMPONENTS.len())].0);
    }
    if random.u8(..3) == 0 {
        accessor["type"] = json!(SHAPES[random.usize(..SHAPES.len())].0);
    }
    accessor["normalized"] = json!(random.bool());
}

/// Adds data to a primitive, a morph target, a skin or a node's instances: new bytes, a buffer view and an
/// accessor.
fn add_attribute(glb: &mut Glb, random: &mut Rng) {
    const KINDS: [(&str, &str, &[u64]); 14] = [
        ("POSITION", "VEC3", &[5126, 5122, 5120]),
        ("NORMAL", "VEC3", &[5126, 5120, 5122]),
        ("TANGENT", "VEC4", &[5126, 5120, 5122]),
        ("TEXCOORD_0", "VEC2", &[5126, 5121, 5123, 5122]),
        ("TEXCOORD_1", "VEC2", &[5126, 5121, 5123, 5122]),
        ("COLOR_0", "VEC3", &[5126, 5121, 5123]),
        ("COLOR_0", "VEC4", &[5126, 5121, 5123]),
        ("JOINTS_0", "VEC4", &[5121, 5123]),
        ("JOINTS_1", "VEC4", &[5121, 5123]),
        ("WEIGHTS_0", "VEC4", &[5126, 5121, 5123]),
        ("WEIGHTS_1", "VEC4", &[5126, 5121, 5123]),
        ("TRANSLATION", "VEC3", &[5126]),
        ("ROTATION", "VEC4", &[5126, 5120, 5122]),
        ("inverseBindMatrices", "MAT4", &[5126]),
    ];
    let (name, shape, components) = KINDS[random.usize(..KINDS.len())];
    let Some(&component) = random.choice(components) else { return };
    let vertices = vertices_of_a_primitive(&glb.json, random);
    let count = match name {
        "TRANSLATION" | "ROTATION" => random.usize(1..12),
        "inverseBindMatrices" => 4,
        _ => vertices.clamp(1, 400),
    };
    let mut accessor = json!({ "componentType": component, "type": shape, "count": count });
    let Some((size, stride)) = element(&accessor) else { return };
    let stride = stride.next_multiple_of(4);
    if count * stride > MOST_APPENDED {
        return;
    }
    let start = glb.binary.len().next_multiple_of(4);
    glb.binary.resize(start, 0);
    for _ in 0..count {
        let end = glb.binary.len() + stride;
        while glb.binary.len() < end {
            append_component(&mut glb.binary, name, component, size, random);
        }
        glb.binary.truncate(end);
    }
    let Some(json) = glb.json.as_object_mut() else { return };
    let mut push = |list: &str, value: Value| {
        let list = json.entry(list).or_insert_with(|| json!([])).as_array_mut()?;
        list.push(value);
        Some(list.len() - 1)
    };
    let view =
        json!({ "buffer": 0, "byteOffset": start, "byteLength": count * stride, "byteStride": stride });
    let Some(view) = push("bufferViews", view) else { return };
    accessor["bufferView"] = json!(view);
    if component != 5126 && !name.starts_with("JOINTS") {
        accessor["normalized"] = json!(random.u8(..4) != 0);
    }
    let Some(index) = push("accessors", accessor) else { return };
    attach(&mut glb.json, name, index, random);
}

/// Makes a value of the document use a new accessor.
fn attach(json: &mut Value, name: &str, accessor: usize, random: &mut Rng) {
    let is_in = |owner: &'static str| move |key: &str, value: &Value| key == owner && value.is_object();
    match name {
        "TRANSLATION" | "ROTATION" => {
            if let Some((_, node)) = pick(json, random, &is_in("nodes")) {
                if !node["extensions"].is_object() {
                    node["extensions"] = json!({});
                }
                let held = &mut node["extensions"]["EXT_mesh_gpu_instancing"];
                if random.bool() || !held.is_object() {
                    *held = json!({ "attributes": {} });
                }
                if held["attributes"].is_object() {
                    held["attributes"][name] = json!(accessor);
                }
            }
        }
        "inverseBindMatrices" => {
            if let Some((_, skin)) = pick(json, random, &is_in("skins")) {
                skin[name] = json!(accessor);
            }
        }
        _ => {
            let is_owner =
                |key: &str, value: &Value| value.is_object() && matches!(key, "attributes" | "targets");
            if let Some((_, owner)) = pick(json, random, &is_owner) {
                owner[name] = json!(accessor);
            }
        }
    }
}

/// Appends a component with a value that an attribute of this name usually has.
fn append_component(binary: &mut Vec<u8>, name: &str, component: u64, size: usize, random: &mut Rng) {
    if component == 5126 {
        let number = match name {
            "WEIGHTS_0" | "WEIGHTS_1" | "COLOR_0" => random.f32(),
            _ => random.f32() * 4.0 - 2.0,
        };
        binary.extend(number.to_le_bytes());
    } else if name.starts_with("JOINTS") {
        binary.extend(&u16::from(random.u8(..2)).to_le_bytes()[..size]);
    } else {
        binary.extend(&random.u16(..).to_le_bytes()[..size]);
    }
}

/// Returns the number of vertices of a randomly chosen primitive.
fn vertices_of_a_primitive(json: &Value, random: &mut Rng) -> usize {
    let mut copy = json.get("meshes").cloned().unwrap_or_default();
    let positions = pick(&mut copy, random, &|key, value| key == "POSITION" && value.is_number());
    let accessor = positions.and_then(|(_, index)| number(Some(&*index)));
    let accessor = accessor.and_then(|index| json.get("accessors")?.get(index));
    accessor.and_then(|accessor| number(accessor.get("count"))).unwrap_or(3)
}

/// Overwrites a component, or the same component of each element, of a randomly chosen accessor.
fn change_elements(glb: &mut Glb, random: &mut Rng) {
    let count = length(&glb.json, "accessors");
    if count == 0 {
        return;
    }
    let accessor = &glb.json["accessors"][random.usize(..count)];
    let Some(layout) = Layout::of(&glb.json, accessor, glb.binary.len()) else { return };
    let elements = number(accessor.get("count")).unwrap_or(0).min(layout.capacity());
    if elements == 0 {
        return;
    }
    let value = interesting_bytes(random);
    let within = random.usize(..layout.size / layout.component) * layout.component;
    let chosen = random.usize(..elements);
    let all = random.u8(..4) == 0;
    for element in if all { 0..elements } else { chosen..chosen + 1 } {
        let start = layout.start + element * layout.stride + within;
        if let Some(bytes) = glb.binary.get_mut(start..start + layout.component) {
            bytes.copy_from_slice(&value[..layout.component]);
        }
    }
}

/// Returns the bytes of a float at which geometry often fails, or of a whole number.
fn interesting_bytes(random: &mut Rng) -> [u8; 4] {
    const REAL: [f32; 14] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        2.0,
        f32::NAN,
        f32::INFINITY,
        f32::MAX,
        f32::MIN,
        1e-45,
        1e19,
        1e30,
        1e-20,
    ];
    match random.u8(..4) {
        0 => random.u32(..).to_le_bytes(),
        1 => u32::from(random.u8(..)).to_le_bytes(),
        _ => REAL[random.usize(..REAL.len())].to_le_bytes(),
    }
}

/// Changes bytes of the binary chunk without regard to their meaning.
fn change_binary(binary: &mut Vec<u8>, random: &mut Rng) {
    let size = binary.len();
    match random.u8(..8) {
        0 => binary.extend((0..random.usize(1..256)).map(|_| random.u8(..))),
        1 if size > 0 => binary.truncate(random.usize(..size)),
        2 if size > 8 => {
            let (from, to) = (random.usize(..size - 8), random.usize(..size - 8));
            let length = random.usize(1..256).min(size - from.max(to));
            binary.copy_within(from..from + length, to);
        }
        3 if size > 4 => {
            let start = random.usize(..size / 4) * 4;
            binary[start..start + 4].copy_from_slice(&interesting_bytes(random));
        }
        _ if size > 0 => {
            let start = random.usize(..size);
            let end = (start + random.usize(1..64)).min(size);
            let window = &mut binary[start..end];
            let length = window.len();
            fuzzer_mutate(window, length, length);
        }
        _ => {}
    }
}

/// Appends a document's lists and bytes to another document, with all references adjusted.
fn join(glb: &mut Glb, mut donor: Glb, random: &mut Rng) {
    let start = glb.binary.len().next_multiple_of(4);
    glb.binary.resize(start, 0);
    glb.binary.extend_from_slice(&donor.binary);
    let lengths = glb.json.clone();
    shift(&mut donor.json, "", &lengths, start);
    let (Value::Object(json), Value::Object(mut other)) = (&mut glb.json, donor.json) else { return };
    let only_one_buffer = length(&lengths, "buffers") == 1;
    for name in [
        "accessors",
        "bufferViews",
        "meshes",
        "materials",
        "textures",
        "images",
        "samplers",
        "skins",
        "nodes",
        "animations",
        "scenes",
        "extensionsUsed",
        "extensionsRequired",
        "buffers",
    ] {
        let Some(Value::Array(more)) = other.remove(name) else { continue };
        if name == "buffers" && only_one_buffer {
            continue;
        }
        if let Some(list) = json.entry(name).or_insert_with(|| json!([])).as_array_mut() {
            list.extend(more);
        }
    }
    let is_list_of_nodes = |key: &str, value: &Value| {
        key == "nodes" && value.as_array().is_some_and(|list| list.iter().all(Value::is_number))
    };
    // Either the scene of the second document is shown, or a list of nodes of the first document gets the
    // first node of the second one.
    let nodes = length(&lengths, "nodes");
    if random.bool() {
        json.insert("scene".into(), json!(length(&lengths, "scenes")));
    } else if let Some((_, Value::Array(list))) = pick(&mut glb.json, random, &is_list_of_nodes) {
        list.push(json!(nodes));
    }
}

/// Increases each reference of a document by the length that the list under the same name has in `lengths`.
/// References to buffers stay the same. The byte offsets into buffer 0 grow by `start`.
fn shift(value: &mut Value, key: &str, lengths: &Value, start: usize) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| shift(value, key, lengths, start)),
        Value::Object(map) => {
            if number(map.get("buffer")) == Some(0) {
                let offset = number(map.get("byteOffset")).unwrap_or(0);
                map.insert("byteOffset".into(), json!(offset.saturating_add(start)));
            }
            for (key, value) in map {
                // The channels of an animation refer to the animation's own samplers.
                if key != "buffer" && key != "channels" {
                    shift(value, key, lengths, start);
                }
            }
        }
        Value::Number(_) => {
            if let Some((list, index)) = referred(key).zip(number(Some(&*value))) {
                *value = json!(index.saturating_add(length(lengths, list)));
            }
        }
        _ => {}
    }
}
