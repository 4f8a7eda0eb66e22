//! Conversions of texts between threads and the engine.

use godot::prelude::*;

/// Copies texts for a thread.
pub fn strings(texts: &PackedStringArray) -> Vec<String> {
    texts.as_slice().iter().map(GString::to_string).collect()
}

/// Copies texts for the engine.
pub fn packed(texts: &[String]) -> PackedStringArray {
    texts.iter().map(GString::from).collect()
}
