#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use rayon::prelude::*;

use super::*;
use crate::scene::Scene;
use crate::spec::SceneSpec;

/// Number of cells along an edge of the grid on which nouns are compared.
const SIDE: usize = 40;
/// Largest IoU of two nouns. Pairs of creatures are exempt, since they share one skeleton.
const MOST_ALIKE: f64 = 0.75;
/// Pairs of nouns, among the first 97 nouns, with an IoU above [`MOST_ALIKE`]. These nouns stay, because a
/// trained model knows these shapes.
const ALIKE_BEFORE: [[&str; 2]; 7] = [
    ["pear", "potion"],
    ["cupcake", "potion"],
    ["cake", "volcano"],
    ["barn", "burger"],
    ["burger", "pumpkin"],
    ["apple", "burger"],
    ["barn", "house"],
];

/// Returns which cells of the grid are inside the bare scene of a noun, 64 cells in a word.
fn occupancy(noun: Noun) -> Vec<u64> {
    let node = |index: usize| (index as f32 + 0.5) * 2.0 / SIDE as f32 - 1.0;
    let cells = (0..SIDE * SIDE * SIDE).map(|cell| [cell % SIDE, cell / SIDE % SIDE, cell / SIDE / SIDE]);
    let points: Vec<_> = cells.map(|cell| cell.map(node)).collect();
    let mut distance = vec![0.0; points.len()];
    Scene::build(&SceneSpec::bare(noun)).evaluate(&points, &mut distance);
    let word = |chunk: &[f32]| chunk.iter().rev().fold(0, |bits, d| bits << 1 | u64::from(*d <= 0.0));
    distance.chunks(64).map(word).collect()
}

fn iou(one: &[u64], two: &[u64]) -> f64 {
    let (mut both, mut either) = (0, 0);
    for (a, b) in one.iter().zip(two) {
        both += (a & b).count_ones();
        either += (a | b).count_ones();
    }
    f64::from(both) / f64::from(either.max(1))
}

#[test]
fn nouns_are_told_apart_by_their_shapes() {
    let nouns: Vec<Noun> = Noun::all().collect();
    let shapes: Vec<_> = nouns.par_iter().map(|&noun| occupancy(noun)).collect();
    let mut pairs = Vec::new();
    for (index, one) in nouns.iter().enumerate() {
        for (earlier, two) in nouns[..index].iter().enumerate() {
            if one.animal().is_none() || two.animal().is_none() {
                pairs.push((iou(&shapes[index], &shapes[earlier]), one.entry().name, two.entry().name));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let median = pairs[pairs.len() / 2].0;
    println!("median {median:.3}, the most alike: {:#?}", &pairs[..24]);
    assert!(median < 0.25, "{median}");
    let is_new = |&&(_, one, two): &&(f64, &str, &str)| {
        !ALIKE_BEFORE.contains(&[one, two]) && !ALIKE_BEFORE.contains(&[two, one])
    };
    let too_alike: Vec<_> = pairs.iter().filter(|pair| pair.0 > MOST_ALIKE).filter(is_new).collect();
    assert!(too_alike.is_empty(), "{too_alike:#?}");
}

#[test]
fn there_are_enough_nouns() {
    assert!(catalog().len() >= 155, "{}", catalog().len());
}
