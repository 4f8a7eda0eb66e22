//! Which extensions a document lists, and which of them something still uses after an edit.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Extensions of textures: a texture that no material names asks nothing of a reader.
const OF_TEXTURES: [&str; 4] =
    ["EXT_texture_webp", "KHR_texture_basisu", "EXT_texture_avif", "MSFT_texture_dds"];

/// The extensions that some object of a document has, before it is edited.
pub(super) struct Listed {
    /// Of any object but the document's own.
    before: BTreeSet<String>,
}

impl Listed {
    pub(super) fn of(json: &Map<String, Value>) -> Self {
        Self { before: used(json) }
    }

    /// Takes extensions off the document's lists that were used before and are not used now. What was listed without an object of its own, as
    /// `KHR_mesh_quantization` is, stays.
    pub(super) fn unlist(&self, json: &mut Map<String, Value>) {
        let after = used(json);
        let is_gone = |name: &str| self.before.contains(name) && !after.contains(name);
        let needed = needed_of_textures(json);
        let is_unneeded = |name: &str| OF_TEXTURES.contains(&name) && !needed.contains(name);
        retain(json, "extensionsUsed", |name| !is_gone(name));
        retain(json, "extensionsRequired", |name| !is_gone(name) && !is_unneeded(name));
        // What only such objects used, as the list of techniques or of variants.
        if let Some(Value::Object(own)) = json.get_mut("extensions") {
            own.retain(|name, _| !is_gone(name));
            if own.is_empty() {
                json.remove("extensions");
            }
        }
    }
}

fn retain(json: &mut Map<String, Value>, list: &str, keeps: impl Fn(&str) -> bool) {
    let Some(Value::Array(names)) = json.get_mut(list) else { return };
    names.retain(|name| name.as_str().is_none_or(&keeps));
    if names.is_empty() {
        json.remove(list);
    }
}

/// The names of all extensions that an object has, but for those of the document itself.
fn used(json: &Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, value) in json.iter().filter(|(key, _)| key.as_str() != "extensions") {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("extras", _) => {}
                    ("extensions", Value::Object(extensions)) => {
                        found.extend(extensions.keys().cloned());
                        extensions.values().for_each(|value| collect(value, found));
                    }
                    _ => collect(value, found),
                }
            }
        }
        _ => {}
    }
}

/// The extensions of those textures that a material names.
fn needed_of_textures(json: &Map<String, Value>) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    if let Some(materials) = json.get("materials") {
        textures_of(materials, &mut named);
    }
    let textures = json.get("textures").and_then(Value::as_array).into_iter().flatten().enumerate();
    let extensions = textures
        .filter(|(index, _)| named.contains(&(*index as u64)))
        .filter_map(|(_, texture)| texture.get("extensions").and_then(Value::as_object));
    extensions.flat_map(|extensions| extensions.keys().cloned()).collect()
}

/// The numbers in objects that are called textures.
fn textures_of(value: &Value, found: &mut BTreeSet<u64>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| textures_of(value, found)),
        Value::Object(object) => {
            for (key, value) in object.iter().filter(|(key, _)| key.as_str() != "extras") {
                if key.ends_with("Texture") {
                    found.extend(value.get("index").and_then(Value::as_u64));
                }
                textures_of(value, found);
            }
        }
        _ => {}
    }
}
