#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use std::collections::HashSet;

use super::paper::animal_combinations;
use super::*;
use crate::grammar::{parse, random_prompt, vocabulary};
use crate::random::Random;

#[test]
fn the_committed_list_is_in_step() {
    // To regenerate the file: cargo run -p toybox -- holdouts > toybox/holdouts.txt
    assert_eq!(include_str!("../../holdouts.txt"), holdouts_text());
}

#[test]
fn holdouts_are_the_pig_pairs_and_half_of_the_combinations() {
    let all = animal_combinations();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 2520);
    assert_eq!(holdouts().len(), 7 + 1260);
    assert!(holdouts().iter().all(is_held_out));
    let held = all.iter().filter(|spec| paper::is_listed(spec)).count();
    assert!((1260..1320).contains(&held), "supersets of pig pairs add a few: {held}");
}

#[test]
fn training_never_meets_a_holdout() {
    let held: HashSet<_> = holdouts().into_iter().collect();
    let mut random = Random::new(7);
    let specs: Vec<_> = (0..20_000).map(|_| random_training_spec(&mut random)).collect();
    assert!(specs.iter().all(|spec| !held.contains(spec)));
    assert!(specs.iter().all(|spec| novelty(spec).is_none()));
    let distinct = specs.iter().collect::<HashSet<_>>().len();
    assert!(distinct > 12_000, "{distinct}");
}

#[test]
fn what_is_held_out_is_new_in_its_own_way() {
    let mut random = Random::new(9);
    for kind in [Novelty::Pair, Novelty::Triple] {
        let specs: HashSet<_> = (0..2000).map(|_| random_held_out_spec(kind, &mut random)).collect();
        assert!(specs.len() > 1800 && specs.iter().all(|spec| novelty(spec) == Some(kind)));
        assert!(specs.iter().all(|spec| SceneSpec::clone(spec).drop_impossible().is_empty()));
    }
}

#[test]
fn a_share_of_all_scenes_is_held_out() {
    let mut random = Random::new(10);
    let specs: Vec<_> = (0..20_000).map(|_| random_spec(&mut random)).collect();
    let share = specs.iter().filter(|spec| is_held_out(spec)).count() as f32 / 20_000.0;
    assert!((0.1..0.35).contains(&share), "{share}");
}

#[test]
fn more_of_what_is_trained_on_stands_on_something_than_of_all_scenes() {
    let mut random = Random::new(12);
    let mut share = |draw: fn(&mut Random) -> SceneSpec| {
        let standing = (0..10_000).filter(|_| draw(&mut random).base != Base::None).count();
        standing as f32 / 10_000.0
    };
    let (trained, all) = (share(random_training_spec), share(random_spec));
    assert!((0.28..0.40).contains(&trained), "{trained}");
    assert!((0.07..0.18).contains(&all), "{all}");
}

#[test]
fn every_word_is_met_in_training() {
    let mut random = Random::new(8);
    let mut met = HashSet::new();
    for _ in 0..60_000 {
        let prompt = random_prompt(&random_training_spec(&mut random), &mut random);
        met.extend(prompt.split(' ').map(str::to_string));
    }
    for word in vocabulary().words {
        assert!(met.contains(word), "{word}");
    }
}

#[test]
fn listed_prompts_parse() {
    for line in holdouts_text().lines() {
        assert_eq!(parse(line).unwrap().spec.prompt(), line);
    }
}
