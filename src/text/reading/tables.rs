//! The tables of English that the library carries, read from `data`.

use std::collections::{HashMap, HashSet};

/// What every vocabulary looks up.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// Function words by their class in `grammar.tsv`.
    classes: HashMap<&'static str, Vec<&'static str>>,
    /// Words that describe and do not name.
    adjectives: HashSet<&'static str>,
    /// English words that are one edit away from a known name.
    real: HashSet<&'static str>,
    /// Kinds of things and the thing.
    near: HashMap<&'static str, &'static str>,
    /// Things that the tables know.
    things: HashSet<&'static str>,
    /// Concrete nouns and the things of near meaning.
    suggestions: HashMap<&'static str, &'static str>,
}

/// Kinds of things and the thing, from `near.tsv`.
pub(super) fn near() -> impl Iterator<Item = (&'static str, &'static str)> {
    pairs(include_str!("data/near.tsv"))
}

/// Names that end in a thing's name and are another thing.
pub(super) fn compounds() -> impl Iterator<Item = &'static str> {
    lines(include_str!("data/compounds.txt"))
}

/// A word for an attribute.
pub(super) struct Alias {
    /// As people say it.
    pub word: &'static str,
    /// As packages name it.
    pub known: &'static str,
    /// Where it means that: `Some("clause")` behind "made of" only, `Some("before")` before a noun only.
    pub place: Option<&'static str>,
}

/// Words for attributes, from `attributes.tsv`.
pub(super) fn aliases() -> impl Iterator<Item = Alias> {
    lines(include_str!("data/attributes.tsv")).filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Alias { word: fields.next()?, known: fields.next()?, place: fields.next() })
    })
}

/// Phrases of image prompts.
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

    /// Whether `grammar.tsv` lists the word in the class.
    pub fn is(&self, word: &str, class: &str) -> bool {
        self.classes.get(word).is_some_and(|classes| classes.contains(&class))
    }

    /// Whether the word ends a noun phrase.
    pub fn ends_phrase(&self, word: &str) -> bool {
        const ENDS: [&str; 9] =
            ["preposition", "relative", "verb", "wearing", "with", "on", "rest", "made", "negation"];
        self.classes.get(word).is_some_and(|classes| classes.iter().any(|class| ENDS.contains(class)))
    }

    pub fn is_adjective(&self, word: &str) -> bool {
        self.adjectives.contains(word)
    }

    /// Whether the tables know the word as English, so that its spelling is not to be mended.
    pub fn is_real(&self, word: &str) -> bool {
        self.real.contains(word)
            || self.adjectives.contains(word)
            || self.is_noun(word)
            || self.classes.contains_key(word)
    }

    /// Whether it is a concrete noun of the tables.
    pub fn is_noun(&self, word: &str) -> bool {
        self.suggestions.contains_key(word)
    }

    /// The thing that a word is a kind of.
    pub fn near(&self, word: &str) -> Option<&'static str> {
        self.near.get(word).copied()
    }

    /// Whether the tables say what words mean this thing.
    pub fn covers(&self, thing: &str) -> bool {
        self.things.contains(thing.replace(' ', "_").as_str()) || self.things.contains(thing)
    }

    /// Things of near meaning, nearest first.
    pub fn suggestions(&self, word: &str) -> impl Iterator<Item = String> {
        self.suggestions
            .get(word)
            .into_iter()
            .flat_map(|things| things.split(' '))
            .map(|thing| thing.replace('_', " "))
    }
}
