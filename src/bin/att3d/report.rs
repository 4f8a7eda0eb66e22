//! Reports of the verbs: sentences for users, and JSON for scripts.

use std::time::Duration;

use att3d::pipeline::{Floaters, Generated, Loss, Reading};
use serde_json::{Value, json};

use crate::output::warn;

/// Returns milliseconds with two decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}

/// Returns the JSON report of a generated mesh.
pub fn generated_json(generated: &Generated, output: &str) -> Value {
    let timings = &generated.timings;
    let mut report = json!({
        "output": output,
        "vertices": generated.mesh.positions.len(),
        "triangles": generated.mesh.triangles.len(),
        "understood": understood_json(&generated.origin.reading),
        "left_out": generated.origin.reading.left_out,
        "replaced": replaced_json(&generated.origin.reading),
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
        "hull_triangles": generated.hulls.iter().map(|hull| hull.triangles.len()).collect::<Vec<_>>(),
        "hull_vertices": generated.hulls.iter().map(|hull| hull.positions.len()).collect::<Vec<_>>(),
        "removed_components": generated.floaters.components,
        "removed_volume": generated.floaters.volume,
        "lost_components": generated.loss.map(|loss| loss.components),
        "lost_volume": generated.loss.map(|loss| loss.volume),
        "hausdorff": generated.loss.map(|loss| loss.hausdorff),
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

/// Returns a count with its noun: "1 component", "2 components".
fn count_of(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Deviation from the full mesh, as a share of the longest side, above which a warning about the triangle
/// budget is printed.
const DEVIATION: f32 = 0.05;

/// Prints [`detail_warnings`] on standard error.
pub fn warn_of_detail(generated: &Generated, asked: u32) {
    detail_warnings(generated, asked).into_iter().for_each(warn);
}

/// Returns warnings about removed components, the loss by the triangle budget, and missing levels of detail.
/// asked: the number of levels that were requested.
pub fn detail_warnings(generated: &Generated, asked: u32) -> Vec<String> {
    let mut warnings = Vec::new();
    let Floaters { components, volume } = generated.floaters;
    if components > 0 {
        warnings.push(format!(
            "removed {}, {:.2} % of the volume; --min-component 0 keeps them",
            count_of(components, "component"),
            volume * 100.0
        ));
    }
    if let Some(loss) = generated.loss {
        warnings.extend(loss_warnings(generated, loss));
    }
    let made = generated.levels.len();
    if made < asked as usize {
        let fewest = generated.levels.last().unwrap_or(&generated.mesh.triangles).len();
        warnings.push(format!(
            "made {made} of {asked} levels of detail: this shape cannot be reduced to half of {fewest} triangles and stay closed"
        ));
    }
    warnings
}

fn loss_warnings(generated: &Generated, loss: Loss) -> Vec<String> {
    let mut warnings = Vec::new();
    if loss.components > 0 {
        let share = loss.volume * 100.0;
        warnings.push(format!(
            "the budget of triangles removed {}, {share:.2} % of the volume; raise --triangles to keep them",
            count_of(loss.components, "component")
        ));
    }
    let [low, high] = generated.mesh.bounds();
    let side = (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
    if loss.hausdorff > DEVIATION * side {
        warnings.push(format!(
            "the budget of triangles moved the surface by up to {:.0} % of the object's size; raise --triangles to keep the shape",
            loss.hausdorff / side * 100.0
        ));
    }
    warnings
}

/// Returns the replaced words as JSON: {"hound": "dog"}.
pub fn replaced_json(reading: &Reading) -> Value {
    reading.replaced.iter().map(|word| (word.typed.clone(), Value::from(word.known.clone()))).collect()
}

/// Returns the reading of a prompt as JSON.
pub fn understood_json(reading: &Reading) -> Value {
    json!({ "phrase": reading.phrase, "thing": reading.thing, "attributes": reading.attributes })
}

/// Prints on standard error how a prompt was understood, if that differs from the prompt.
pub fn say_understood(reading: &Reading) {
    if let Some(understood) = reading.understood() {
        warn(format_args!("understood: {understood}"));
        return;
    }
    if reading.thing.is_some() {
        return;
    }
    // A model without word groups understands no thing. The words that it replaced or left out are printed
    // instead.
    if !reading.replaced.is_empty() {
        let replaced: Vec<_> = reading.replaced.iter().map(ToString::to_string).collect();
        warn(format_args!("replaced by words that the model knows: {}", replaced.join(", ")));
    }
    if !reading.left_out.is_empty() {
        warn(format_args!(
            "unknown words: {} (left out; `att3d words` lists what the model knows)",
            reading.left_out.join(", ")
        ));
    }
}
