//! What a verb prints: sentences for people, JSON for scripts.

use std::time::Duration;

use att3d::pipeline::{Generated, Reading};
use serde_json::{Value, json};

/// Milliseconds with two decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}

/// A result as JSON.
pub fn generated_json(generated: &Generated, output: &str) -> Value {
    let timings = &generated.timings;
    let mut report = json!({
        "output": output,
        "vertices": generated.mesh.positions.len(),
        "triangles": generated.mesh.triangles.len(),
        "understood": understood_json(&generated.origin.reading),
        "unknown_words": generated.origin.reading.left_out,
        "replaced_words": replaced_json(&generated.origin.reading),
        "evaluation_share": generated.statistics.evaluation_share(),
        "milliseconds": {
            "text": milliseconds(timings.text),
            "generator": milliseconds(timings.generator),
            "surface": milliseconds(timings.surface),
            "texture": milliseconds(timings.texture),
            "detail": milliseconds(timings.detail),
        },
    });
    let measures = generated.mesh.measures();
    report["report"] = json!({
        "points": measures.points,
        "boundary_edges": measures.boundary_edges,
        "non_manifold_edges": measures.non_manifold_edges,
        "components": measures.components,
        "volume": measures.volume,
        "area": measures.area,
        "levels": generated.levels.iter().map(Vec::len).collect::<Vec<_>>(),
        "hull_triangles": generated.hull.as_ref().map(|hull| hull.triangles.len()),
    });
    if let Some(painting) = &generated.painting {
        report["texture"] = json!({
            "size": painting.baked.size,
            "charts": painting.charts,
            "texels_per_unit": painting.texels_per_unit,
            "stretch": painting.stretch,
            "covered": painting.baked.covered,
        });
        report["milliseconds"]["unwrap"] = json!(milliseconds(painting.unwrap_time));
        report["milliseconds"]["bake"] = json!(milliseconds(painting.bake_time));
    }
    report
}

/// Says that there are fewer levels of detail than were asked for, on standard error.
pub fn warn_of_levels(generated: &Generated, asked: u32) {
    let made = generated.levels.len();
    if made < asked as usize {
        let fewest = generated.levels.last().unwrap_or(&generated.mesh.triangles).len();
        eprintln!(
            "{made} of {asked} levels of detail: this shape has no half of {fewest} triangles without opening"
        );
    }
}

/// {"hound": "dog"}.
pub fn replaced_json(reading: &Reading) -> Value {
    reading.replaced.iter().map(|word| (word.typed.clone(), Value::from(word.known.clone()))).collect()
}

/// What was understood of a prompt, as JSON.
pub fn understood_json(reading: &Reading) -> Value {
    json!({ "phrase": reading.phrase, "thing": reading.thing, "attributes": reading.attributes })
}

/// Says what was understood where that differs from the prompt, on standard error.
pub fn say_understood(reading: &Reading) {
    if let Some(understood) = reading.understood() {
        eprintln!("understood: {understood}");
        return;
    }
    if reading.thing.is_some() {
        return;
    }
    // A model without word groups.
    if !reading.replaced.is_empty() {
        let replaced: Vec<_> = reading.replaced.iter().map(ToString::to_string).collect();
        eprintln!("read as words that the model knows: {}", replaced.join(", "));
    }
    if !reading.left_out.is_empty() {
        eprintln!(
            "unknown words: {} (left out; `att3d words` lists what the model knows)",
            reading.left_out.join(", ")
        );
    }
}
