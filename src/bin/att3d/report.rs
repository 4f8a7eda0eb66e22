//! What a verb prints: sentences for people, JSON for scripts.

use std::time::Duration;

use att3d::pipeline::Generated;
use serde_json::{Value, json};

/// Milliseconds with two decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}

/// A result as JSON.
pub fn generated_json(generated: &Generated, output: &str) -> Value {
    let timings = &generated.timings;
    json!({
        "output": output,
        "vertices": generated.mesh.positions.len(),
        "triangles": generated.mesh.triangles.len(),
        "unknown_words": generated.origin.unknown_words,
        "evaluation_share": generated.statistics.evaluation_share(),
        "milliseconds": {
            "text": milliseconds(timings.text),
            "generator": milliseconds(timings.generator),
            "surface": milliseconds(timings.surface),
            "texture": milliseconds(timings.texture),
        },
    })
}

/// Says which words were left out, on standard error.
pub fn warn_unknown_words(unknown_words: &[String]) {
    if !unknown_words.is_empty() {
        eprintln!(
            "unknown words: {} (left out; `att3d words` lists what the model knows)",
            unknown_words.join(", ")
        );
    }
}
