#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use att3d::text::tokenizer::{Tokenizer, word_level_json};

use super::{Batch, PAIR, make_batch};
use crate::recipe::{Recipe, toybox_config};

fn batch(step: u64) -> (Recipe, Batch) {
    let recipe =
        Recipe { prompts: 3, distance_points: 200, texture_points: 50, bare_until: 10, ..Recipe::default() };
    let words = toybox::vocabulary().words;
    let tokenizer =
        Tokenizer::from_json(&word_level_json(&words), &toybox_config(words.len() + 3).text).unwrap();
    let batch = make_batch(&recipe, &tokenizer, step).unwrap();
    (recipe, batch)
}

#[test]
fn the_last_quarter_are_neighbours_of_the_quarter_before() {
    let (recipe, batch) = batch(20);
    let points: Vec<[f32; 3]> = batch.distance_points.chunks(3).map(|p| [p[0], p[1], p[2]]).collect();
    for prompt in points.chunks(recipe.distance_points) {
        for (point, neighbour) in prompt[100..150].iter().zip(&prompt[150..]) {
            let apart = (0..3).map(|axis| (point[axis] - neighbour[axis]).powi(2)).sum::<f32>().sqrt();
            assert!(apart < 1.01 * PAIR[1], "{point:?} {neighbour:?}");
        }
    }
    assert_eq!(batch.distances.len(), 600);
    assert_eq!(batch.materials.len(), 3 * 50 * 5);
}

#[test]
fn the_first_prompts_are_bare_and_the_later_ones_are_of_all_kinds() {
    let lengths = |steps: std::ops::Range<u64>| -> Vec<usize> {
        steps.flat_map(|step| batch(step).1.prompts).map(|ids| ids.len()).collect()
    };
    // Start, article, name, end.
    assert!(lengths(0..1).iter().all(|length| *length <= 4));
    assert!(lengths(20..30).iter().any(|length| *length > 8));
}

#[test]
fn the_same_step_makes_the_same_batch() {
    let (one, other) = (batch(7).1, batch(7).1);
    assert_eq!(
        (one.prompts, one.distances, one.materials),
        (other.prompts, other.distances, other.materials)
    );
}
