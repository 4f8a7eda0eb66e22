#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use super::*;
use crate::catalog::Noun;
use crate::holdout::random_spec;
use crate::random::Random;
use crate::spec::SceneSpec;
use proptest::prelude::*;

fn any_spec() -> impl Strategy<Value = SceneSpec> {
    any::<u64>().prop_map(|seed| random_spec(&mut Random::new(seed)))
}

proptest! {
    #[test]
    fn every_phrasing_parses_back_to_its_scene(spec in any_spec(), seed in any::<u64>()) {
        let mut prompts = phrasings(&spec);
        prompts.push(random_prompt(&spec, &mut Random::new(seed)));
        prompts.extend(unseen_phrasing(&spec, &mut Random::new(seed)));
        let known = vocabulary().words;
        for prompt in prompts {
            let parsed = parse(&prompt).unwrap();
            prop_assert_eq!(parsed.spec, spec, "{}", &prompt);
            prop_assert!(parsed.unknown_words.is_empty(), "{}: {:?}", &prompt, parsed.unknown_words);
            prop_assert!(prompt.split(' ').count() <= LONGEST_PROMPT);
            prop_assert!(prompt.split(' ').all(|word| known.binary_search(&word).is_ok()), "{}", &prompt);
        }
    }

    #[test]
    fn parsing_never_panics(text in ".{0,60}") {
        let _ = parse(&text);
    }
}

#[test]
fn each_noun_parses_by_each_of_its_names() {
    for noun in Noun::all() {
        let entry = noun.entry();
        for name in entry.synonyms.iter().chain([&entry.name]) {
            assert_eq!(parse(&format!("a {name}")).unwrap().spec, SceneSpec::bare(noun), "{name}");
        }
        for (index, feature) in (1..).zip(entry.features) {
            let prompt = format!("{} with {}", entry.name, feature.words);
            assert_eq!(
                parse(&prompt).unwrap().spec,
                SceneSpec { feature: index, ..SceneSpec::bare(noun) },
                "{prompt}"
            );
        }
        if let Some(several) = entry.plural {
            assert_eq!(
                parse(&format!("three {several}")).unwrap().spec,
                SceneSpec { count: 3, ..SceneSpec::bare(noun) }
            );
        }
    }
}

#[test]
fn names_are_of_one_noun_each() {
    let names = catalog()
        .iter()
        .flat_map(|entry| entry.synonyms.iter().copied().chain([entry.name]).chain(entry.plural));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_papers_own_examples_are_canonical() {
    for prompt in [
        "a pig riding a bicycle made out of gold",
        "a tiger playing the guitar wearing a sweater wearing a baseball cap",
        "an orangutan sitting on a chair wearing a suit wearing a backpack",
        "a tall red wooden chair with a round back on a marble pedestal",
    ] {
        assert_eq!(parse(prompt).unwrap().spec.prompt(), prompt);
    }
}

#[test]
fn unknown_words_are_handed_back() {
    let parsed = parse("A stripy Pig riding a walrus, wearing a top-hat").unwrap();
    assert_eq!(parsed.unknown_words, ["stripy", "riding", "walrus"]);
    assert_eq!(parsed.spec.prompt(), "a pig wearing a tophat");
    for (prompt, unknown) in [
        ("a chair wearing a sombrero", &["a sombrero"][..]),
        ("a chair on a red pedestal", &["red"]),
        ("a chair roof", &["roof"]),
        ("a pig wearing a hat", &["hat"]),
        ("two tiny cakes on a box", &["box", "tiny"]),
    ] {
        assert_eq!(parse(prompt).unwrap().unknown_words, unknown, "{prompt}");
    }
    assert_eq!(parse("two tiny cakes on a box").unwrap().spec.prompt(), "two cakes");
}

#[test]
fn prompts_without_one_scene_are_errors() {
    assert_eq!(parse(" ... "), Err(ParseError::Empty));
    assert!(matches!(parse("a walrus"), Err(ParseError::NoNoun { .. })));
    assert!(matches!(parse("two three chairs"), Err(ParseError::Conflict { .. })));
    assert!(matches!(parse("a pig and a bear"), Err(ParseError::Conflict { .. })));
    assert!(matches!(parse("a pig hat"), Err(ParseError::Conflict { .. })));
    assert!(matches!(parse("a pig wearing a suit and a cape"), Err(ParseError::Conflict { .. })));
}

/// Returns the noun's name and the canonical prompt for a parsed prompt.
fn read(prompt: &str) -> (&'static str, String) {
    let parsed = parse(prompt).unwrap();
    assert!(parsed.unknown_words.is_empty(), "{prompt}: {:?}", parsed.unknown_words);
    (parsed.spec.noun.entry().name, parsed.spec.prompt())
}

#[test]
fn things_that_creatures_ride_hold_and_wear_are_nouns_alone_and_attributes_behind_a_creature() {
    for (prompt, noun) in [
        ("a bicycle", "bicycle"),
        ("a red bike with a basket", "bicycle"),
        ("a golden motorcycle", "motorcycle"),
        ("a blue balloon", "balloon"),
        ("a hat", "hat"),
        ("a red hat with a feather", "hat"),
        ("two hats", "hat"),
        ("a pig riding a bicycle", "pig"),
        ("a pig riding a bike", "pig"),
        ("a robot riding a motorcycle wearing a helmet", "robot"),
        ("a cat holding a blue balloon", "cat"),
        ("a pig wearing a party hat", "pig"),
        ("a dog wearing a top hat and a cape", "dog"),
        ("wearing a top hat a red pig", "pig"),
    ] {
        assert_eq!(read(prompt).0, noun, "{prompt}");
    }
    assert_eq!(read("a pig riding a bike").1, "a pig riding a bicycle");
    assert_eq!(read("a cat holding a balloon").1, "a cat holding a blue balloon");
    assert!(matches!(parse("a pig and a bicycle"), Err(ParseError::Conflict { .. })));
}

#[test]
fn the_longest_name_that_fits_is_read() {
    for (prompt, noun) in [
        ("a street lamp", "street lamp"),
        ("a lamp", "lamp"),
        ("an ice cream", "ice cream"),
        ("an ice ice cream on an ice pedestal", "ice cream"),
        ("two ice creams made of ice", "ice cream"),
        ("an ice fountain", "fountain"),
        ("a hot dog", "hot dog"),
        ("a dog", "dog"),
        ("a hot air balloon", "hot air balloon"),
        ("a traffic cone", "traffic cone"),
        ("a cowboy hat", "hat"),
    ] {
        assert_eq!(read(prompt).0, noun, "{prompt}");
    }
    assert_eq!(read("an ice ice cream").1, "an ice ice cream");
}

#[test]
fn words_that_are_nouns_and_details_are_read_by_their_place() {
    for (prompt, canonical) in [
        ("a chest with coins", "a chest with coins"),
        ("three coins", "three coins"),
        ("a burger with yellow cheese", "a burger with yellow cheese"),
        ("a cheese with a mouse", "a cheese with a mouse"),
        ("a mouse", "a mouse"),
        ("a ring with a red gem", "a ring with a red gem"),
        ("a red gem", "a red gem"),
        ("a coin with a crown", "a coin with a crown"),
        ("a crown", "a crown"),
        ("with lanterns a gate", "a gate with lanterns"),
        ("a gift on a box", "a gift on a box"),
    ] {
        assert_eq!(read(prompt).1, canonical, "{prompt}");
    }
}

#[test]
fn a_spaceship_is_no_rocket() {
    assert_eq!(read("a spaceship").0, "spaceship");
    assert_eq!(read("a rocket").0, "rocket");
}
