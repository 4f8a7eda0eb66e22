//! Tables of English that the library contains, read from `data`.

use std::collections::{HashMap, HashSet};

/// Tables that every vocabulary uses.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// Classes of each function word, from `grammar.tsv`.
    classes: HashMap<&'static str, Vec<&'static str>>,
    /// Words that describe things and do not name things.
    adjectives: HashSet<&'static str>,
    /// English words that are one edit away from a known name.
    real: HashSet<&'static str>,
    /// For each word, the thing of which it names a kind.
    near: HashMap<&'static str, &'static str>,
    /// Things that occur in the tables.
    things: HashSet<&'static str>,
    /// Things with a similar meaning for each concrete noun, separated by spaces.
    suggestions: HashMap<&'static str, &'static str>,
}

/// Returns pairs of a word and the thing of which it names a kind, from `near.tsv`.
pub(super) fn near() -> impl Iterator<Item = (&'static str, &'static str)> {
    pairs(include_str!("data/near.tsv"))
}

/// Returns names that end in a thing's name but name another thing.
pub(super) fn compounds() -> impl Iterator<Item = &'static str> {
    lines(include_str!("data/compounds.txt"))
}

/// A word for an attribute.
pub(super) struct Alias {
    /// Word that people type.
    pub word: &'static str,
    /// Name of the attribute in packages.
    pub known: &'static str,
    /// Where the word may stand: `Some("before")` only before a noun. A word with `Some("clause")` stays in
    /// the phrase only after "made of"; elsewhere `known` replaces it. `None` sets no restriction.
    pub place: Option<&'static str>,
}

/// Returns words for attributes, from `attributes.tsv`.
pub(super) fn aliases() -> impl Iterator<Item = Alias> {
    lines(include_str!("data/attributes.tsv")).filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Alias { word: fields.next()?, known: fields.next()?, place: fields.next() })
    })
}

/// Returns phrases of image prompts, from `boilerplate.txt`.
pub(super) fn boilerplate() -> impl Iterator<Item = &'static str> {
    lines(include_str!("data/boilerplate.txt"))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(text).filter_map(|line| line.split_once('\t'))
}

impl Tables {
    pub fn new() -> Self {
        let mut classes: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for (class, words) in pairs(include_str!("data/grammar.tsv")) {
            words.split(' ').for_each(|word| classes.entry(word).or_default().push(class));
        }
        let suggested: HashMap<&'static str, &'static str> =
            pairs(include_str!("data/suggestions.tsv")).collect();
        Self {
            classes,
            adjectives: lines(include_str!("data/adjectives.txt")).collect(),
            real: lines(include_str!("data/real_words.txt")).collect(),
            near: near().collect(),
            things: near()
                .map(|(_, thing)| thing)
                .chain(suggested.values().flat_map(|things| things.split(' ')))
                .collect(),
            suggestions: suggested,
        }
    }

    /// Returns whether `grammar.tsv` lists the word in the class.
    pub fn is(&self, word: &str, class: &str) -> bool {
        self.classes.get(word).is_some_and(|classes| classes.contains(&class))
    }

    /// Returns whether the word ends a noun phrase.
    pub fn ends_phrase(&self, word: &str) -> bool {
        const ENDS: [&str; 9] =
            ["preposition", "relative", "verb", "wearing", "with", "on", "rest", "made", "negation"];
        self.classes.get(word).is_some_and(|classes| classes.iter().any(|class| ENDS.contains(class)))
    }

    pub fn is_adjective(&self, word: &str) -> bool {
        self.adjectives.contains(word)
    }

    /// Returns whether the tables have the word, so that its spelling must not be corrected.
    pub fn is_real(&self, word: &str) -> bool {
        self.real.contains(word)
            || self.adjectives.contains(word)
            || self.is_noun(word)
            || self.classes.contains_key(word)
    }

    /// Returns whether the word is a concrete noun of the tables.
    pub fn is_noun(&self, word: &str) -> bool {
        self.suggestions.contains_key(word)
    }

    /// Returns the thing of which a word names a kind.
    pub fn near(&self, word: &str) -> Option<&'static str> {
        self.near.get(word).copied()
    }

    /// Returns whether the tables have words for this thing.
    pub fn covers(&self, thing: &str) -> bool {
        self.things.contains(thing.replace(' ', "_").as_str()) || self.things.contains(thing)
    }

    /// Returns things with a similar meaning, the most similar first.
    pub fn suggestions(&self, word: &str) -> impl Iterator<Item = String> {
        self.suggestions
            .get(word)
            .into_iter()
            .flat_map(|things| things.split(' '))
            .map(|thing| thing.replace('_', " "))
    }
}
