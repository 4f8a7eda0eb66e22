//! R-precision and R-probability (ATT3D, section 4.1).

/// How well pictures of one prompt fit it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// R-precision: share of the pictures whose most similar prompt has the right class.
    pub precision: f64,
    /// R-probability: mean probability of the right class.
    pub probability: f64,
}

/// Scores pictures of one prompt against all prompts of a set.
///
/// similarities: cosines between each picture and each prompt, [pictures, prompts]; scale: inverse
/// temperature; classes: class of each prompt; class: the right one. The probability of a class is the sum of
/// the probabilities of its prompts.
pub fn score(similarities: &[f32], scale: f64, classes: &[usize], class: usize) -> Score {
    let mut sum = Score::default();
    let mut count = 0.0;
    for row in similarities.chunks_exact(classes.len().max(1)) {
        let probabilities = softmax(row, scale);
        let best = probabilities.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
        sum.precision += f64::from(best.is_some_and(|(index, _)| classes[index] == class));
        let right = probabilities.iter().zip(classes).filter(|(_, of)| **of == class);
        sum.probability += right.map(|(probability, _)| probability).sum::<f64>();
        count += 1.0;
    }
    Score { precision: sum.precision / count, probability: sum.probability / count }
}

/// Returns the softmax of scale · similarity.
pub fn softmax(similarities: &[f32], scale: f64) -> Vec<f64> {
    let largest = similarities.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Differences to the largest value keep the exponentials finite.
    let exponentials: Vec<f64> =
        similarities.iter().map(|&value| (scale * f64::from(value - largest)).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.into_iter().map(|value| value / sum).collect()
}

/// Returns the mean of scores; NaN without scores.
pub fn mean<'a>(scores: impl Iterator<Item = &'a Score>) -> Score {
    let (mut sum, mut count) = (Score::default(), 0.0);
    for score in scores {
        sum.precision += score.precision;
        sum.probability += score.probability;
        count += 1.0;
    }
    Score { precision: sum.precision / count, probability: sum.probability / count }
}
