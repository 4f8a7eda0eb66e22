#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;

#[test]
fn a_phrase_of_another_thing_is_no_addition() {
    let said = plain_words("A red Chair, please!");
    assert_eq!(said, ["a", "red", "chair", "please"]);
    assert_eq!(Addition::of("tall", &said), Some(Addition::Adjective("tall".into())));
    assert_eq!(Addition::of("chair with arms", &said), Some(Addition::Clause("with arms".into())));
    assert_eq!(Addition::of("house with a red roof", &said), None);
}

#[test]
fn chance_is_even_and_the_same_each_time() {
    let draw = |seed| {
        let mut chance = Chance(seed);
        (0..4000).map(|_| chance.uniform()).collect::<Vec<_>>()
    };
    assert_eq!(draw(3), draw(3));
    assert_ne!(draw(3), draw(4));
    let mean = draw(5).iter().sum::<f32>() / 4000.0;
    assert!((mean - 0.5).abs() < 0.02, "{mean}");
    assert_eq!(Chance(1).pick::<u8>(&[]), None);
}
