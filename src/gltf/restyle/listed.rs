//! Keeps a document's lists of extensions consistent with an edit.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Extensions of textures. A reader needs such an extension only if a material uses a texture that has the
/// extension.
const OF_TEXTURES: [&str; 4] =
    ["EXT_texture_webp", "KHR_texture_basisu", "EXT_texture_avif", "MSFT_texture_dds"];

/// The extensions that some object of a document has, before it is edited.
pub(super) struct Listed {
    /// The extensions of all objects except the document itself.
    before: BTreeSet<String>,
}

impl Listed {
    pub(super) fn of(json: &Map<String, Value>) -> Self {
        Self { before: used(json) }
    }

    /// Removes from the document's lists the extensions that were used before and are not used now.
    /// Extensions without objects stay listed, for example `KHR_mesh_quantization`.
    pub(super) fn unlist(&self, json: &mut Map<String, Value>) {
        let after = used(json);
        let is_gone = |name: &str| self.before.contains(name) && !after.contains(name);
        let needed = needed_of_textures(json);
        let is_unneeded = |name: &str| OF_TEXTURES.contains(&name) && !needed.contains(name);
        retain(json, "extensionsUsed", |name| !is_gone(name));
        retain(json, "extensionsRequired", |name| !is_gone(name) && !is_unneeded(name));
        // A removed extension no longer needs its object in the document, for example a list of techniques or
        // variants.
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

/// Returns the names of all extensions in the document, except those of the document's own object.
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

/// Returns the extensions of the textures that materials use.
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

/// Collects the `index` of every object whose key ends in "Texture".
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
