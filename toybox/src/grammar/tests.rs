#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use proptest::prelude::*;

fn any_spec() -> impl Strategy<Value = SceneSpec> {
    (0..10usize, 0..9usize, 0..3usize, 0..6usize, any::<bool>(), 0..6usize).prop_map(
        |(a, b, c, d, backpack, e)| SceneSpec {
            animal: Animal::ALL[a],
            activity: Activity::ALL[b],
            substance: Substance::ALL[c],
            clothing: Clothing::ALL[d],
            backpack,
            hat: Hat::ALL[e],
        },
    )
}

proptest! {
    #[test]
    fn every_phrasing_parses_back_to_its_scene(spec in any_spec(), seed in any::<u64>()) {
        let mut prompts = phrasings(&spec);
        prompts.push(random_prompt(&spec, &mut Random::new(seed)));
        let known = vocabulary().words;
        for prompt in prompts {
            let parsed = parse(&prompt).unwrap();
            prop_assert_eq!(parsed.spec, spec, "{}", &prompt);
            prop_assert!(parsed.unknown_words.is_empty());
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
fn the_papers_own_examples_are_canonical() {
    for prompt in [
        "a pig riding a bicycle made out of gold",
        "a tiger playing the guitar wearing a sweater wearing a baseball cap",
        "an orangutan sitting on a chair wearing a suit wearing a backpack",
    ] {
        assert_eq!(parse(prompt).unwrap().spec.prompt(), prompt);
    }
}

#[test]
fn unknown_words_are_handed_back() {
    let parsed = parse("A green Pig riding a dragon, wearing a top-hat").unwrap();
    assert_eq!(parsed.unknown_words, ["green", "dragon"]);
    assert_eq!(parsed.spec.prompt(), "a pig wearing a tophat");
}

#[test]
fn prompts_without_one_scene_are_errors() {
    assert_eq!(parse(" ... "), Err(ParseError::Empty));
    assert!(matches!(parse("a dragon"), Err(ParseError::NoAnimal { .. })));
    assert!(matches!(parse("a pig and a bear"), Err(ParseError::Conflict { .. })));
    assert!(matches!(parse("a pig wearing a suit and a cape"), Err(ParseError::Conflict { .. })));
}
