//! Phrases that a package knows and their meanings.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::NoThing;
use super::boilerplate::Boilerplate;
use super::tables::{self, Tables};
use super::words::{Word, is_one_edit, singulars};
use crate::weights::config::WordsConfig;

/// Word groups that hold attributes. All other groups hold things.
const ATTRIBUTE_GROUPS: [(&str, Kind); 11] = [
    ("sizes", Kind::Adjective(Role::Size)),
    ("proportions", Kind::Adjective(Role::Proportion)),
    ("colours", Kind::Adjective(Role::Color)),
    ("colors", Kind::Adjective(Role::Color)),
    ("materials", Kind::Adjective(Role::Material)),
    ("details", Kind::Feature),
    ("numbers", Kind::Number),
    ("stands", Kind::Stand),
    ("activities", Kind::Activity),
    ("clothes", Kind::Garment),
    ("hats", Kind::Garment),
];

/// Returns whether a group of this name holds things, and not attributes such as colors.
pub fn holds_things(group: &str) -> bool {
    ATTRIBUTE_GROUPS.iter().all(|(name, _)| *name != group)
}

/// Smallest number of letters of a word whose misspellings are corrected.
const SHORTEST_MISSPELLED: usize = 5;

/// What an adjective describes. A thing has at most one adjective of each role. The order is that of English
/// phrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Size,
    Proportion,
    Color,
    Material,
}

/// Kind of a known phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Thing,
    Adjective(Role),
    /// A detail, after "with".
    Feature,
    Number,
    /// A base on which a thing stands, after "on".
    Stand,
    /// An activity: "riding a bicycle".
    Activity,
    /// Clothing and hats, after "wearing".
    Garment,
    /// The name of a thing that the package does not know, although its last word is a known thing: "guinea
    /// pig".
    Other,
}

/// A known phrase.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Words of the phrase, without articles.
    pub words: Vec<String>,
    pub kind: Kind,
    /// The package's own phrase, without a leading article.
    pub known: String,
    /// Whether the model knows this phrase itself. If not, `known` is encoded instead.
    pub is_literal: bool,
    /// Where an alias may stand; see [`tables::Alias`].
    pub place: Option<&'static str>,
}

/// A known phrase that was found in a prompt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'v> {
    pub entry: &'v Entry,
    /// Index of the first word after the phrase.
    pub end: usize,
    /// Whether the last word in the prompt is a plural of the entry's last word.
    pub is_several: bool,
    /// Whether a misspelling was corrected.
    pub is_mended: bool,
}

/// Phrases that a prompt may use with a package's word groups.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    pub(super) tables: Tables,
    pub(super) boilerplate: Boilerplate,
    /// Known phrases by their first word, longest first.
    entries: HashMap<String, Vec<Entry>>,
    /// Things of the package with the index of their group.
    things: BTreeMap<String, usize>,
    /// Names of the groups.
    groups: Vec<String>,
    /// First thing of each of the first three groups of things.
    examples: Vec<String>,
    /// Details of each thing.
    features: HashMap<String, Vec<String>>,
    /// Words of the tokenizer.
    tokens: HashSet<String>,
    pub(super) colors: HashSet<String>,
    /// Known words that are long enough to be corrected.
    spelled: Vec<String>,
}

impl Vocabulary {
    /// Returns the vocabulary of a package. tokens: the tokenizer's words.
    ///
    /// Returns `None` if there are no tokens or if no word group holds a thing. Prompts of such packages are
    /// encoded without being read.
    pub fn new(config: &WordsConfig, tokens: &[String]) -> Option<Self> {
        let kind =
            |name: &str| ATTRIBUTE_GROUPS.iter().find(|(group, _)| *group == name).map(|(_, kind)| *kind);
        let mut vocabulary = Self {
            tables: Tables::new(),
            boilerplate: Boilerplate::new(),
            entries: HashMap::new(),
            things: BTreeMap::new(),
            groups: config.groups.iter().map(|group| group.name.clone()).collect(),
            examples: Vec::new(),
            features: HashMap::new(),
            tokens: tokens.iter().cloned().collect(),
            colors: HashSet::new(),
            spelled: Vec::new(),
        };
        if tokens.is_empty() {
            return None;
        }
        let mut known: HashMap<String, Kind> = HashMap::new();
        let mut used: HashSet<&str> = HashSet::new();
        for (group, number) in config.groups.iter().zip(0..) {
            for phrase in &group.phrases {
                used.extend(phrase.split(' '));
                match kind(&group.name) {
                    None => {
                        vocabulary.things.insert(phrase.clone(), number);
                        vocabulary.add(phrase, Kind::Thing, phrase, true, None);
                        known.insert(phrase.clone(), Kind::Thing);
                    }
                    Some(Kind::Feature) => {
                        let Some((thing, feature)) = phrase.split_once(" with ") else { continue };
                        let features = vocabulary.features.entry(thing.to_owned()).or_default();
                        if !features.iter().any(|known| known == feature) {
                            features.push(feature.to_owned());
                            vocabulary.add(feature, Kind::Feature, feature, true, None);
                        }
                    }
                    Some(kind) => {
                        let bare = bare(phrase);
                        vocabulary.add(bare, kind, bare, true, None);
                        known.insert(bare.to_owned(), kind);
                    }
                }
            }
        }
        if vocabulary.things.is_empty() {
            return None;
        }
        let examples = config.groups.iter().filter(|group| kind(&group.name).is_none());
        vocabulary.examples = examples.filter_map(|group| group.phrases.first().cloned()).take(3).collect();
        for (word, target) in tables::near() {
            // If the tokenizer has a name that no group uses, the model was trained with that name.
            let is_literal = vocabulary.reads(word) && !word.split(' ').any(|word| used.contains(word));
            // A starship is a spaceship. In a package without a spaceship it becomes a rocket.
            let is_thing = |name: &&str| vocabulary.things.contains_key(*name);
            let target =
                Some(target).filter(is_thing).or_else(|| vocabulary.tables.near(target).filter(is_thing));
            // An iron tree is read as a tree made of iron, although botanists use that name for a species.
            let is_described = word.split_once([' ', '-']).is_some_and(|(first, last)| {
                known.get(first).is_some_and(|kind| *kind != Kind::Thing)
                    && vocabulary.things.contains_key(last)
            });
            if let Some(target) = target.filter(|_| !is_described && !vocabulary.things.contains_key(word)) {
                vocabulary.add(word, Kind::Thing, target, is_literal, None);
            }
        }
        for alias in tables::aliases() {
            let target = bare(alias.known);
            if let Some(&kind) = known.get(target).filter(|kind| **kind != Kind::Thing)
                && known.get(alias.word).is_none_or(|other| *other == Kind::Thing)
            {
                let is_literal = vocabulary.reads(alias.word) && alias.place != Some("before");
                vocabulary.add(alias.word, kind, target, is_literal, alias.place);
            }
        }
        for group in &config.varied {
            let Some(kind @ Kind::Adjective(_)) = kind(&group.name) else { continue };
            for phrase in group.phrases.iter().filter(|phrase| !known.contains_key(*phrase)) {
                vocabulary.add(phrase, kind, phrase, true, None);
            }
        }
        for compound in tables::compounds() {
            if !vocabulary.things.contains_key(compound) {
                vocabulary.add(compound, Kind::Other, compound, false, None);
            }
        }
        // The package's lexicon adds words only for things that the library's tables do not have.
        for (word, target) in &config.lexicon {
            let Some(&kind) = known.get(target.as_str()) else { continue };
            let is_covered = kind != Kind::Thing || vocabulary.tables.covers(target);
            if !is_covered && !known.contains_key(word) && !vocabulary.entries.contains_key(word) {
                vocabulary.add(word, kind, target, false, None);
            }
        }
        for of_word in vocabulary.entries.values_mut() {
            of_word.sort_by_key(|entry| std::cmp::Reverse(entry.words.len()));
        }
        let is_color = |entry: &&Entry| entry.kind == Kind::Adjective(Role::Color) && entry.words.len() == 1;
        vocabulary.colors = vocabulary
            .entries
            .values()
            .flatten()
            .filter(is_color)
            .flat_map(|entry| entry.words.clone())
            .collect();
        let mut spelled: Vec<String> = vocabulary
            .entries
            .keys()
            .filter(|word| word.len() >= SHORTEST_MISSPELLED && word.is_ascii())
            .cloned()
            .collect();
        spelled.retain(|word| {
            vocabulary.entries.get(word).is_some_and(|of_word| {
                of_word.iter().any(|entry| entry.words.len() == 1 && entry.known == *word)
            })
        });
        spelled.sort_unstable();
        vocabulary.spelled = spelled;
        Some(vocabulary)
    }

    fn add(&mut self, phrase: &str, kind: Kind, known: &str, is_literal: bool, place: Option<&'static str>) {
        let words: Vec<String> = phrase
            .split([' ', '-'])
            .filter(|word| !matches!(*word, "a" | "an" | "the"))
            .map(str::to_owned)
            .collect();
        let Some(first) = words.first().cloned() else { return };
        let known = known.to_owned();
        let of_word = self.entries.entry(first).or_default();
        if !of_word.iter().any(|entry| entry.words == words && entry.kind == kind) {
            of_word.push(Entry { words, kind, known, is_literal, place });
        }
    }

    /// Returns whether the tokenizer has every word of a phrase.
    pub fn reads(&self, phrase: &str) -> bool {
        phrase.split(' ').all(|word| self.tokens.contains(word))
    }

    /// Returns the longest phrase of an accepted kind that begins at a word.
    pub(super) fn at(
        &self,
        words: &[Word],
        at: usize,
        accepts: impl Fn(&Entry) -> bool,
    ) -> Option<Found<'_>> {
        let first = words.get(at)?;
        let keys = std::iter::once(&first.text).chain(&first.ones);
        let mut best: Option<Found<'_>> = None;
        for entry in keys.filter_map(|key| self.entries.get(key)).flatten().filter(|entry| accepts(entry)) {
            if let Some(found) = matched(entry, words, at)
                && best.is_none_or(|best| entry.words.len() > best.entry.words.len())
            {
                best = Some(found);
            }
        }
        best.or_else(|| self.joined(words, at, &accepts))
    }

    /// Returns a thing whose name was typed as two words: "light house".
    fn joined(&self, words: &[Word], at: usize, accepts: impl Fn(&Entry) -> bool) -> Option<Found<'_>> {
        let (first, second) = (words.get(at)?, words.get(at + 1)?);
        if second.begins || first.text.len() < 3 || second.text.len() < 3 {
            return None;
        }
        let whole = format!("{}{}", first.text, second.text);
        let keys = std::iter::once(whole.clone()).chain(singulars(&whole));
        let entry = keys.filter_map(|key| self.entries.get(&key)).flatten();
        let entry = entry
            .into_iter()
            .find(|entry| entry.kind == Kind::Thing && entry.words.len() == 1 && accepts(entry))?;
        let is_several = entry.words.first() != Some(&whole);
        Some(Found { entry, end: at + 2, is_several, is_mended: true })
    }

    /// Returns the known word that the unknown word at a position misspells by one edit. accepts: whether an
    /// entry may be returned.
    pub(super) fn mended(
        &self,
        words: &[Word],
        at: usize,
        accepts: impl Fn(&Entry) -> bool,
    ) -> Option<Found<'_>> {
        let text = &words.get(at)?.text;
        if text.chars().count() < SHORTEST_MISSPELLED || self.tables.is_real(text) || !text.is_ascii() {
            return None;
        }
        if words.get(at)?.ones.iter().any(|one| self.tables.is_real(one)) {
            return None;
        }
        let names = self
            .spelled
            .iter()
            .filter(|word| word.len().abs_diff(text.len()) <= 1 && is_one_edit(word, text));
        let fits = |entry: &&Entry| {
            entry.words.len() == 1
                && entry.words.first() == Some(&entry.known)
                && entry.kind != Kind::Other
                && accepts(entry)
        };
        let near = names.filter_map(|word| self.entries.get(word)?.iter().find(fits));
        let entry = near.min_by(|one, other| one.words.cmp(&other.words))?;
        Some(Found { entry, end: at + 1, is_several: false, is_mended: true })
    }

    /// Returns the thing's detail that equals `feature`, or that differs from it only in singular and plural.
    /// If the thing is not known yet (`None`), returns an equal detail of any thing.
    pub fn feature_of(&self, thing: Option<&str>, feature: &str) -> Option<&str> {
        let differs_in_number = |other: &str| {
            singulars(other).iter().any(|one| one == feature)
                || singulars(feature).iter().any(|one| one == other)
        };
        let of_thing = |thing: &str| {
            let features = self.features.get(thing)?;
            let exact = features.iter().find(|other| *other == feature);
            exact.or_else(|| features.iter().find(|other| differs_in_number(other))).map(String::as_str)
        };
        match thing {
            Some(thing) => of_thing(thing),
            None => {
                let mut all = self.features.values().flatten();
                all.find(|other| *other == feature).map(String::as_str)
            }
        }
    }

    /// Returns the index of a thing's group.
    pub fn group_of(&self, thing: &str) -> Option<usize> {
        self.things.get(thing).copied()
    }

    /// Returns whether a word for a class ("weapon") applies to the things in a thing's group.
    pub(super) fn is_class_of(&self, class: &str, thing: &str) -> bool {
        const CLASSES: [(&str, &str); 9] = [
            ("weapon", "weapons"),
            ("vehicle", "vehicles"),
            ("furniture", "furniture"),
            ("building", "buildings"),
            ("plant", "plants"),
            ("food", "food"),
            ("animal", "creatures"),
            ("creature", "creatures"),
            ("monster", "creatures"),
        ];
        let group = self.group_of(thing).and_then(|number| self.groups.get(number));
        CLASSES.iter().any(|(name, of)| *name == class && group.is_some_and(|group| group == of))
    }

    /// Returns the plural of a thing's name, if the tokenizer has it.
    pub fn plural_of(&self, name: &str) -> Option<String> {
        let irregular = match name {
            "bookshelf" => Some("bookshelves".to_owned()),
            "cactus" => Some("cacti".to_owned()),
            _ => [("y", "ies"), ("man", "men")].iter().find_map(|(ending, several)| {
                name.strip_suffix(ending).map(|stem| format!("{stem}{several}"))
            }),
        };
        let regular = ["s", "es"].map(|ending| format!("{name}{ending}"));
        irregular.into_iter().chain(regular).find(|several| self.reads(several))
    }

    /// Returns the refusal of a prompt that names no thing of the package. words: the words that the refusal
    /// lists. nouns: the nouns for which similar things are suggested.
    pub fn refusal(&self, words: Vec<String>, nouns: &[String]) -> NoThing {
        // Things that are part of a compound come first: "tiger" for "a tiger karate master".
        let parts =
            nouns.iter().flat_map(|noun| noun.split([' ', '-']).filter(|part| part.len() < noun.len()));
        let known = |part: &str| {
            let mut keys = std::iter::once(part.to_owned()).chain(singulars(part));
            keys.find(|key| self.things.contains_key(key))
        };
        let mut suggestions: Vec<String> = Vec::new();
        for thing in parts.filter_map(known) {
            if !suggestions.contains(&thing) {
                suggestions.push(thing);
            }
        }
        for noun in nouns {
            let last = noun.rsplit([' ', '-']).next().unwrap_or(noun);
            let keys = [noun.clone(), last.to_owned()].into_iter().flat_map(|key| {
                let several = singulars(&key);
                std::iter::once(key).chain(several)
            });
            for key in keys {
                let target = self.tables.near(&key);
                let own = self.things.contains_key(&key).then(|| key.clone());
                let further = target
                    .into_iter()
                    .flat_map(|target| self.tables.suggestions(target).chain([target.to_owned()]));
                for thing in own.into_iter().chain(self.tables.suggestions(&key)).chain(further) {
                    if self.things.contains_key(&thing) && !suggestions.contains(&thing) {
                        suggestions.push(thing);
                    }
                }
                if !suggestions.is_empty() {
                    break;
                }
            }
        }
        suggestions.truncate(3);
        NoThing { words, suggestions, examples: self.examples.clone() }
    }
}

/// Matches an entry's words against the words at a position. Articles, hyphens and the number of the last
/// word may differ.
fn matched<'v>(entry: &'v Entry, words: &[Word], at: usize) -> Option<Found<'v>> {
    let (mut place, mut is_several) = (at, false);
    for (index, wanted) in entry.words.iter().enumerate() {
        if index > 0 {
            while words
                .get(place)
                .is_some_and(|word| !word.begins && matches!(word.text.as_str(), "a" | "an" | "the"))
            {
                place += 1;
            }
        }
        let word = words.get(place).filter(|word| place == at || !word.begins)?;
        let is_last = index + 1 == entry.words.len();
        if word.text != *wanted {
            let may_differ = is_last
                && matches!(
                    entry.kind,
                    Kind::Thing | Kind::Feature | Kind::Stand | Kind::Garment | Kind::Other
                );
            if !may_differ || !word.ones.contains(wanted) {
                return None;
            }
            is_several = true;
        }
        place += 1;
    }
    Some(Found { entry, end: place, is_several, is_mended: false })
}

/// Returns a phrase without its leading article.
fn bare(phrase: &str) -> &str {
    ["a ", "an ", "the "].iter().find_map(|article| phrase.strip_prefix(article)).unwrap_or(phrase)
}
