//! The English grammar of scenes: from a scene to its prompts and from a prompt to its scene.

mod change;
mod parse;
mod phrase;

use std::collections::BTreeSet;

use crate::attributes::{Activity, Base, Clothing, Color, Hat, Proportion, Size, Substance};
use crate::catalog::{Category, catalog};

pub use change::{Change, random_change};
pub use parse::{ParseError, Parsed, parse};
pub use phrase::{phrasings, random_prompt, unseen_phrasing};

#[cfg(test)]
mod tests;

/// The largest number of words in a prompt of the grammar. With the begin and end tokens it makes 32 tokens.
pub const LONGEST_PROMPT: usize = 30;

/// Words of the vocabulary that have no meaning on their own.
pub const FUNCTION_WORDS: [&str; 12] =
    ["a", "an", "and", "carved", "made", "of", "on", "out", "standing", "the", "wearing", "with"];

const BACKPACK: &str = "a backpack";
/// The number words, from two upward.
const NUMBERS: [&str; 3] = ["two", "three", "four"];

/// Phrases of the grammar by kind, and all words that a prompt may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Names of the groups and their phrases: nouns by category, then attributes.
    pub groups: Vec<(&'static str, Vec<String>)>,
    /// All single words, lower case, sorted, function words included. It is the list of a word-level
    /// tokenizer.
    pub words: Vec<&'static str>,
}

/// Returns the phrases and all words of the grammar.
pub fn vocabulary() -> Vocabulary {
    let mut groups = Vec::new();
    for category in Category::ALL {
        let shelf = catalog().iter().filter(|entry| entry.category == category);
        groups.push((category.name(), shelf.map(|entry| entry.name.to_string()).collect()));
    }
    let features = catalog().iter().flat_map(|entry| {
        entry.features.iter().map(move |feature| format!("{} with {}", entry.name, feature.words))
    });
    groups.push(("details", features.collect()));
    let mut group = |name, phrases: Vec<&'static str>| {
        groups.push((name, phrases.into_iter().map(str::to_string).collect()));
    };
    group("colours", first(&Color::ALL.map(Color::phrases)));
    group("materials", first(&Substance::ALL.map(Substance::adjectives)));
    group("sizes", first(&Size::ALL.map(Size::phrases)));
    group("proportions", first(&Proportion::ALL.map(Proportion::phrases)));
    group("numbers", NUMBERS.to_vec());
    group("stands", first(&Base::ALL.map(Base::phrases)));
    group("activities", first(&Activity::ALL.map(Activity::phrases)));
    let mut clothes = first(&Clothing::ALL.map(Clothing::phrases));
    clothes.push(BACKPACK);
    group("clothes", clothes);
    group("hats", first(&Hat::ALL.map(Hat::phrases)));
    Vocabulary { groups, words: words() }
}

/// Returns the groups of phrases from which a seed may add one to a prompt: colors, proportions, materials,
/// and details with their nouns.
pub fn varied() -> Vec<(&'static str, Vec<String>)> {
    fn all(phrases: &[&'static [&'static str]]) -> Vec<String> {
        phrases.iter().flat_map(|phrases| phrases.iter()).map(ToString::to_string).collect()
    }
    let details = vocabulary().groups.into_iter().filter(|(name, _)| *name == "details");
    let others = [
        ("colours", all(&Color::ALL.map(Color::phrases))),
        ("proportions", all(&Proportion::ALL.map(Proportion::phrases))),
        ("materials", all(&Substance::ALL.map(Substance::adjectives))),
    ];
    others.into_iter().chain(details).collect()
}

/// Returns the canonical phrase of every value that has one.
fn first(phrases: &[&'static [&'static str]]) -> Vec<&'static str> {
    phrases.iter().filter_map(|phrases| phrases.first().copied()).collect()
}

fn words() -> Vec<&'static str> {
    let nouns = catalog().iter().flat_map(|entry| {
        let features = entry.features.iter().map(|feature| feature.words);
        std::iter::once(entry.name).chain(entry.plural).chain(entry.synonyms.iter().copied()).chain(features)
    });
    let attributes = [
        &Color::ALL.map(Color::phrases)[..],
        &Substance::ALL.map(Substance::phrases),
        &Substance::ALL.map(Substance::adjectives),
        &Size::ALL.map(Size::phrases),
        &Proportion::ALL.map(Proportion::phrases),
        &Base::ALL.map(Base::phrases),
        &Activity::ALL.map(Activity::phrases),
        &Clothing::ALL.map(Clothing::phrases),
        &Hat::ALL.map(Hat::phrases),
    ];
    let attributes = attributes.into_iter().flatten().flat_map(|phrases| phrases.iter().copied());
    let phrases = nouns.chain(attributes).chain([BACKPACK]).chain(NUMBERS).chain(FUNCTION_WORDS);
    phrases.flat_map(|phrase| phrase.split(' ')).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Returns a phrase without its article.
fn bare(phrase: &'static str) -> &'static str {
    phrase.strip_prefix("a ").or(phrase.strip_prefix("an ")).or(phrase.strip_prefix("the ")).unwrap_or(phrase)
}
