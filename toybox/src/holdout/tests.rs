#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use crate::grammar::parse;

#[test]
fn the_committed_list_is_in_step() {
    // To write it anew: cargo run -p toybox -- holdouts > toybox/holdouts.txt
    assert_eq!(include_str!("../../holdouts.txt"), holdouts_text());
}

#[test]
fn holdouts_are_the_pig_pairs_and_half_of_the_combinations() {
    let all = animal_combinations();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 2520);
    assert_eq!(holdouts().len(), 7 + 1260);
    assert!(holdouts().iter().all(is_held_out));
    let held = all.iter().filter(|spec| is_held_out(spec)).count();
    assert!((1260..1320).contains(&held), "supersets of pig pairs add a few: {held}");
}

#[test]
fn training_never_meets_a_holdout() {
    let held: HashSet<_> = holdouts().into_iter().collect();
    let mut random = Random::new(7);
    let specs: Vec<_> = (0..20_000).map(|_| random_training_spec(&mut random)).collect();
    assert!(specs.iter().all(|spec| !held.contains(spec)));
    let simple = specs.iter().filter(|spec| spec.attribute_count() < 2).count() as f32 / 20_000.0;
    assert!((0.22..0.40).contains(&simple), "{simple}");
}

#[test]
fn every_word_is_met_in_training() {
    let mut random = Random::new(8);
    let prompts: Vec<_> = (0..2000).map(|_| random_training_spec(&mut random).prompt()).collect();
    for spec in holdouts() {
        for word in spec.prompt().split(' ') {
            assert!(prompts.iter().any(|prompt| prompt.split(' ').any(|w| w == word)), "{word}");
        }
    }
}

#[test]
fn listed_prompts_parse() {
    for line in holdouts_text().lines() {
        assert_eq!(parse(line).unwrap().spec.prompt(), line);
    }
}
