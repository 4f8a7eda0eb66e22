#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::path::Path;

use super::*;
use crate::text::Tokenizer;
use crate::weights::Package;
use crate::weights::config::{WordGroup, WordsConfig};

/// Returns the word groups of the bundled package and the words of its tokenizer.
fn bundled() -> (WordsConfig, Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/toybox/toybox.att3d");
    let package = Package::open(&path).unwrap();
    let tokenizer = Tokenizer::from_json(package.tokenizer_json(), &package.config().text).unwrap();
    (package.config().words.clone(), tokenizer.words().to_vec())
}

fn whole() -> Vocabulary {
    let (words, tokens) = bundled();
    Vocabulary::new(&words, &tokens).unwrap()
}

/// Returns the vocabulary of a package that does not know the things of `second_shelf.txt`.
fn small() -> Vocabulary {
    let (mut words, mut tokens) = bundled();
    let left_out: Vec<String> = include_str!("tests/second_shelf.txt")
        .split_whitespace()
        .map(|name| name.replace('_', " "))
        .collect();
    for group in &mut words.groups {
        group.phrases.retain(|phrase| {
            let thing = phrase.split_once(" with ").map_or(phrase.as_str(), |(thing, _)| thing);
            !left_out.iter().any(|name| name == thing)
        });
    }
    let is_used = |token: &str| {
        words
            .groups
            .iter()
            .flat_map(|group| &group.phrases)
            .any(|phrase| phrase.split(' ').any(|word| word == token))
    };
    tokens.retain(|token| {
        !left_out.iter().any(|name| name.split(' ').any(|word| word == token)) || is_used(token)
    });
    Vocabulary::new(&words, &tokens).unwrap()
}

/// Returns the thing and its attributes in the form of `prompts.tsv`.
fn label(read: &Result<Reading, NoThing>) -> Vec<String> {
    let Ok(reading) = read else { return vec!["-".into()] };
    sorted(reading.thing.iter().chain(&reading.attributes).cloned().collect())
}

fn sorted(mut label: Vec<String>) -> Vec<String> {
    if let Some(attributes) = label.get_mut(1..) {
        attributes.sort();
    }
    label
}

#[track_caller]
fn reads(vocabulary: &Vocabulary, prompt: &str) -> Reading {
    match vocabulary.read(prompt, Purpose::Thing) {
        Ok(reading) => reading,
        Err(refusal) => panic!("{prompt}: {refusal:?}"),
    }
}

#[track_caller]
fn refuses(vocabulary: &Vocabulary, prompt: &str) -> NoThing {
    vocabulary.read(prompt, Purpose::Thing).expect_err(prompt)
}

#[test]
fn public_prompts_are_read_right_or_refused() {
    for (vocabulary, column) in [(small(), 1), (whole(), 2)] {
        let (mut count, mut wrong, mut absurd) = (0, Vec::new(), Vec::new());
        for line in include_str!("tests/prompts.tsv").lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let expected = sorted(fields[column].split("; ").map(str::to_owned).collect());
            let found = label(&vocabulary.read(fields[0], Purpose::Thing));
            count += 1;
            if found != expected {
                wrong.push(format!("{}: {found:?}, expected {expected:?}", fields[0]));
            }
            if found[0] != expected[0] && found[0] != "-" {
                absurd.push(fields[0]);
            }
        }
        let share = 1.0 - wrong.len() as f64 / f64::from(count);
        println!("{count} prompts, {:.1} % right", share * 100.0);
        assert!(count >= 150 && share >= 0.92, "{:.1} % right:\n{}", share * 100.0, wrong.join("\n"));
        assert!(absurd.is_empty(), "another thing than what was named: {absurd:?}");
    }
}

#[test]
fn prompts_of_the_training_grammar_are_read_unchanged() {
    let (words, tokens) = bundled();
    let vocabulary = Vocabulary::new(&words, &tokens).unwrap();
    let things: Vec<&String> = words.groups.iter().flat_map(|group| &group.phrases).collect();
    // The toybox may know more words than the package, if the package was made with an older toybox.
    let is_known = |prompt: &str| prompt.split(' ').all(|word| tokens.iter().any(|token| token == word));
    let mut count = 0;
    for seed in 0..4000 {
        let mut random = toybox::Random::new(seed);
        let spec = toybox::random_spec(&mut random);
        if !things.iter().any(|thing| **thing == spec.noun.entry().name) {
            continue;
        }
        let drawn = toybox::random_prompt(&spec, &mut random);
        let unseen = toybox::unseen_phrasing(&spec, &mut random);
        for prompt in std::iter::once(drawn).chain(unseen).filter(|prompt| is_known(prompt)) {
            let reading = reads(&vocabulary, &prompt);
            count += 1;
            // A thing has a first name and further names. A further name may be read as the first name,
            // because it is also another word ("cup" also names a detail) or contains the first name ("grand
            // piano").
            let entry = spec.noun.entry();
            let is_further = |name: &&str| prompt.contains(*name);
            if reading.phrase != prompt && entry.synonyms.iter().any(is_further) {
                assert_eq!(reading.thing.as_deref(), Some(entry.name), "{prompt}");
                continue;
            }
            assert_eq!(reading.phrase, prompt, "{reading:?}");
        }
        if let Some(change) =
            toybox::random_change(&spec, &mut random).filter(|change| is_known(&change.words))
        {
            let reading = vocabulary.read(&change.words, Purpose::Change);
            assert_eq!(reading.expect(&change.words).phrase, change.words);
        }
    }
    assert!(count > 2000, "{count} prompts");
}

#[test]
fn every_boilerplate_phrase_is_dropped_without_a_word() {
    let vocabulary = small();
    for line in tables::boilerplate() {
        let phrase = line.replace("{color}", "white").replace("{rest}", "sites for artists");
        let prompt = match phrase.strip_prefix("{before} ") {
            Some(phrase) => format!("a fine {phrase} a red chair"),
            None => format!("a red chair, {phrase}"),
        };
        let reading = reads(&vocabulary, &prompt);
        assert_eq!(
            (reading.phrase.as_str(), reading.left_out.len()),
            ("a red chair", 0),
            "{line}: {reading:?}"
        );
    }
}

#[test]
fn a_prompt_without_a_known_thing_is_refused_with_things_of_near_meaning() {
    let vocabulary = small();
    for prompt in
        ["green", "tan cowboy boots", "a knight in shining armor", "made of gold", "big", "the red one"]
    {
        refuses(&vocabulary, prompt);
    }
    assert_eq!(refuses(&vocabulary, "a green weapon").suggestions, ["sword", "axe", "bow"]);
    assert_eq!(refuses(&vocabulary, "a wolf").suggestions, ["dog", "fox"]);
    let refusal = refuses(&vocabulary, "tan cowboy boots");
    assert_eq!(refusal.words, ["cowboy boots"]);
    for (prompt, first) in [("a tiger karate master", "tiger"), ("a raccoon astronaut", "raccoon")] {
        assert_eq!(refuses(&vocabulary, prompt).suggestions[0], first);
    }
    assert!(refuses(&vocabulary, "zyxwv").suggestions.is_empty());
}

#[test]
fn only_near_kinds_replace_a_word() {
    let vocabulary = small();
    for (prompt, phrase) in [
        ("a corgi", "a dog"),
        ("a sedan", "a car"),
        ("an adorable piglet", "a pig"),
        ("two sabres", "two swords"),
        ("a light-house", "a lighthouse"),
        ("a throne", "a chair"),
    ] {
        assert_eq!(reads(&vocabulary, prompt).phrase, phrase, "{prompt}");
    }
    for prompt in [
        "a weapon",
        "a vehicle",
        "a monster",
        "an animal",
        "some food",
        "furniture",
        "a movie",
        "a motorbike",
        "a horse",
        "a pizza",
        "a duck",
        "a guinea pig",
        "a hot dog",
        "a water tank",
        "a crossbow",
        "a house plant",
    ] {
        refuses(&vocabulary, prompt);
    }
    let whole = whole();
    assert_eq!(reads(&whole, "a motorbike").thing.as_deref(), Some("motorcycle"));
    assert_eq!(reads(&whole, "a dirt bike").phrase, "a motorcycle");
    for prompt in ["two butterflies", "three trophies", "three snowmen"] {
        assert_eq!(reads(&whole, prompt).phrase, prompt);
    }
    assert_eq!(reads(&whole, "a spaceship").phrase, "a spaceship", "a known noun is never replaced");
    assert_eq!(reads(&vocabulary, "a spaceship").thing.as_deref(), Some("rocket"));
}

#[test]
fn the_head_of_the_first_noun_phrase_is_the_thing() {
    let vocabulary = small();
    for (prompt, phrase, left_out) in [
        ("a green monster truck", "a green truck", &["monster"][..]),
        ("a rabbit, movie character", "a rabbit", &["movie character"]),
        ("a pig and a bear", "a pig", &["bear"]),
        ("a castle surrounded by trees", "a castle", &["surrounded by trees"]),
        ("a statue of a lion", "a lion", &["statue"]),
        ("a pair of red apples", "two red apples", &[]),
        ("wizard's tower", "a tower", &["wizard's"]),
    ] {
        let reading = reads(&vocabulary, prompt);
        assert_eq!(
            (reading.phrase.as_str(), reading.left_out.as_slice()),
            (phrase, &left_out.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
            "{prompt}"
        );
    }
    assert_eq!(
        reads(&vocabulary, "a green monster truck").understood().unwrap(),
        "a green truck (left out: monster)"
    );
    assert_eq!(reads(&vocabulary, "a green truck").understood(), None);
}

#[test]
fn attributes_bind_to_their_own_noun_and_negation_is_not_its_opposite() {
    let vocabulary = small();
    for (prompt, phrase) in [
        ("a red-eyed frog", "a frog"),
        ("a cactus in a clay pot", "a cactus"),
        ("an oak tree", "a tree"),
        ("an oak table", "a wooden table"),
        ("a house with a tall red roof", "a house with a red roof"),
        ("a pig without a hat", "a pig"),
        ("a pig without a party hat", "a pig"),
        ("a shield, no wings", "a shield"),
        ("a dog wearing a red party hat", "a dog wearing a party hat"),
        ("a well-made wooden chair", "a wooden chair"),
        ("a chair, red and tall", "a tall red chair"),
        ("a cat standing on a wooden box", "a cat standing on a wooden box"),
        ("a wodden tabel", "a wooden table"),
        ("a pig in a suit", "a pig wearing a suit"),
    ] {
        assert_eq!(reads(&vocabulary, prompt).phrase, phrase, "{prompt}");
    }
}

#[test]
fn a_change_alone_is_enough_beside_a_shape() {
    let vocabulary = small();
    for prompt in ["made of gold", "wearing a party hat", "red", "with a red roof"] {
        let reading = vocabulary.read(prompt, Purpose::Change).unwrap();
        assert_eq!((reading.phrase.as_str(), reading.thing), (prompt, None));
    }
    let reading = vocabulary.read("tan cowboy boots", Purpose::Change).unwrap();
    assert_eq!(reading.phrase, "beige");
    assert!(vocabulary.read("cowboy boots", Purpose::Change).is_err());
    assert!(reading.check_thing().is_err());
}

#[test]
fn reading_never_panics_and_shows_no_control_characters() {
    let vocabulary = small();
    for prompt in [
        "",
        "-",
        "'s",
        "a",
        "with",
        "with with",
        "made of",
        "on",
        "wearing",
        "\u{1b}[2J chair",
        "a-",
        "😀",
        "’s pig’",
        "no",
        "of of a",
    ] {
        if let Ok(reading) = vocabulary.read(prompt, Purpose::Thing) {
            assert!(!reading.understood().unwrap_or_default().contains('\u{1b}'));
        }
        let _ = vocabulary.read(prompt, Purpose::Change);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,80}") {
        let (words, tokens) = (WordsConfig { groups: vec![WordGroup { name: "things".into(), phrases: vec!["chair".into()] }], ..WordsConfig::default() }, ["a".to_owned(), "chair".to_owned()]);
        let vocabulary = Vocabulary::new(&words, &tokens).unwrap();
        if let Ok(reading) = vocabulary.read(&text, Purpose::Thing) {
            proptest::prop_assert_eq!(reading.thing.as_deref(), Some("chair"));
        }
    }
}
