//! Conversion of the weights of patches side by side (a sub-pixel convolution) into initial weights of
//! blended patches.

use std::collections::BTreeMap;

/// Returns the name and the shape of the package's tensor from which a variable of blended patches is
/// initialized. Returns `None` for other variables, and if the package has no patches side by side. name:
/// name of the variable; held: shapes of the package's tensors by name.
pub fn source<'a>(name: &str, held: &BTreeMap<&str, &'a [usize]>) -> Option<(String, &'a [usize])> {
    let (head, layer) = name.rsplit_once(".planes.")?;
    let from = match layer {
        "base.weight" | "expand.weight" => "expand.weight",
        "base.bias" => "expand.bias",
        _ => return None,
    };
    let from = format!("{head}.planes.{from}");
    let shape = *held.get(from.as_str())?;
    // The weights of patches side by side have a kernel of one cell.
    matches!(shape, [_] | [.., 1, 1]).then_some((from, shape))
}

/// Returns the initial values of a variable of blended patches. name: name of the variable; values, old:
/// values and shape of the tensor that [`source`] names; factor: width of a patch side by side, in pixels.
///
/// The variables of `base` get the mean of the old weights over a patch. The weights of a blended patch are
/// the old weights minus this mean. A blended patch is twice as wide as an old one; its margin repeats the
/// border of the old patch.
pub fn blended(name: &str, values: &[f32], old: &[usize], factor: usize) -> Vec<f32> {
    let inputs = old.get(1).copied().unwrap_or(1);
    let square = factor * factor;
    let outputs = values.len() / inputs;
    let mean = |plane: usize, input: usize| {
        let places = (0..square).map(|place| values[(plane * square + place) * inputs + input]);
        places.sum::<f32>() / square as f32
    };
    let means: Vec<f32> = (0..outputs / square)
        .flat_map(|plane| (0..inputs).map(move |input| (plane, input)))
        .map(|(plane, input)| mean(plane, input))
        .collect();
    if !name.ends_with("expand.weight") {
        return means;
    }
    // Tap 0 is the second half of a patch, and tap 1 is the first half of the next patch.
    let place = |tap: usize, at: usize| match tap {
        0 => (at + factor / 2).min(factor - 1),
        _ => at.saturating_sub(factor / 2),
    };
    let mut result = Vec::with_capacity(values.len() * 4);
    for output in 0..outputs {
        let (plane, row, column) = (output / square, output % square / factor, output % factor);
        for input in 0..inputs {
            for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let from = plane * square + place(down, row) * factor + place(right, column);
                result.push(values[from * inputs + input] - means[plane * inputs + input]);
            }
        }
    }
    result
}
