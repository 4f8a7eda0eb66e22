//! Reading of a prompt's words from left to right.

mod clauses;
mod nouns;

use super::said::{Adjective, Clause, Said, behind};
use super::vocabulary::{Entry, Found, Kind, Vocabulary};
use super::words::{self, Word};
use super::{NoThing, Purpose, Reading, ReplacedWord};

/// What the reader did with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A function word, or a word that was not read yet.
    Silent,
    Kept,
    LeftOut,
    Dropped,
}

/// Reader of one prompt.
pub(super) struct Reader<'v, 'p> {
    vocabulary: &'v Vocabulary,
    prompt: &'p str,
    words: &'p [Word],
    purpose: Purpose,
    fates: Vec<Fate>,
    said: Said,
    replaced: Vec<ReplacedWord>,
    /// Details ("with a roof") that are kept until the thing is known.
    features: Vec<Feature>,
    /// Nouns that name no known thing, as ranges of words.
    strangers: Vec<(usize, usize)>,
    /// Whether the first noun phrase names a thing that the package does not know.
    is_refused: bool,
    at: usize,
}

/// A detail that is kept until the thing to which it belongs is known.
struct Feature {
    from: usize,
    to: usize,
    known: String,
    has_article: bool,
    color: Option<Adjective>,
    /// Index among the clauses at which the detail is inserted.
    place: usize,
}

impl<'v, 'p> Reader<'v, 'p> {
    /// Returns a reader at the first word. dropped: for each word, whether it is boilerplate.
    pub fn new(
        vocabulary: &'v Vocabulary,
        prompt: &'p str,
        words: &'p [Word],
        dropped: &[bool],
        purpose: Purpose,
    ) -> Self {
        let fates =
            dropped.iter().map(|&dropped| if dropped { Fate::Dropped } else { Fate::Silent }).collect();
        Self {
            vocabulary,
            prompt,
            words,
            purpose,
            fates,
            said: Said::default(),
            replaced: Vec::new(),
            features: Vec::new(),
            strangers: Vec::new(),
            is_refused: false,
            at: 0,
        }
    }

    /// Reads the whole prompt. Errors: [`NoThing`].
    pub fn read(mut self) -> Result<Reading, NoThing> {
        while self.at < self.words.len() && !self.is_refused {
            let before = self.at;
            self.step();
            if self.at == before {
                self.at += 1;
            }
        }
        self.place_features();
        let says_something = self.said.thing.is_some()
            || self.purpose == Purpose::Change
                && !(self.said.adjectives.is_empty() && self.said.clauses.is_empty());
        if !says_something {
            return Err(self.refusal());
        }
        Ok(self.reading())
    }

    fn step(&mut self) {
        let at = self.at;
        if self.is_dropped(at) {
            return;
        }
        if self.is(at, "negation") {
            let end = self.phrase_end(at + 1);
            self.leave_out(at, end);
            self.at = end;
        } else if let Some(found) = self.find(at, |entry| entry.kind == Kind::Activity) {
            self.activity(found);
        } else if self.is(at, "wearing") {
            let place =
                if self.is_text(at + 1, "in") || self.is_text(at + 1, "as") { at + 2 } else { at + 1 };
            self.garments(at, place);
        } else if self.is(at, "made") || self.is_text(at, "out") {
            self.material(at);
        } else if self.is(at, "with") || (self.is_text(at, "in") && self.leads_to_garment(at + 1)) {
            self.with(at);
        } else if self.is(at, "on") || (self.is(at, "rest") && self.is(at + 1, "on")) {
            self.stand(at);
        } else if self.is(at, "and") || self.is(at, "adverb") {
            // These words join parts that are read on their own.
        } else if self.vocabulary.tables.ends_phrase(self.text(at))
            || self.said.thing.is_some() && !self.begins(at) && self.is_verbal(at)
        {
            self.skip(at);
        } else {
            self.noun_phrase(at);
        }
    }

    // Access to words.

    fn text(&self, at: usize) -> &'p str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    fn is_text(&self, at: usize, text: &str) -> bool {
        self.text(at) == text && !self.begins(at)
    }

    fn is(&self, at: usize, class: &str) -> bool {
        self.words.get(at).is_some_and(|word| self.vocabulary.tables.is(&word.text, class))
    }

    fn begins(&self, at: usize) -> bool {
        self.words.get(at).is_none_or(|word| word.begins)
    }

    fn is_dropped(&self, at: usize) -> bool {
        self.fates.get(at) == Some(&Fate::Dropped)
    }

    fn find(&self, at: usize, accepts: impl Fn(&Entry) -> bool) -> Option<Found<'v>> {
        let found = self.vocabulary.at(self.words, at, accepts)?;
        // A word that a hyphen joins to the next one describes something else: "red-eyed".
        let is_whole = !self.words.get(found.end).is_some_and(|next| next.joined);
        (is_whole || matches!(found.entry.kind, Kind::Thing | Kind::Other)).then_some(found)
    }

    /// Returns the end of the noun phrase that begins at a word, without reading it.
    fn phrase_end(&self, from: usize) -> usize {
        let ends = |at: usize| {
            at > from && (self.begins(at) || self.is(at, "and"))
                || self.words.get(at).is_none_or(|word| self.vocabulary.tables.ends_phrase(&word.text))
        };
        (from..self.words.len()).find(|&at| ends(at)).unwrap_or(self.words.len())
    }

    // Records of what was done with words.

    fn mark(&mut self, from: usize, to: usize, fate: Fate) {
        for mark in self.fates.get_mut(from..to.max(from)).into_iter().flatten() {
            if *mark != Fate::Dropped {
                *mark = fate;
            }
        }
    }

    fn leave_out(&mut self, from: usize, to: usize) {
        self.mark(from, to, Fate::LeftOut);
    }

    fn keep(&mut self, from: usize, found: Found<'_>) {
        self.mark(from, found.end, Fate::Kept);
        if found.is_mended || !found.entry.is_literal {
            self.replace(from, found.end, &found.entry.known);
        }
    }

    fn replace(&mut self, from: usize, to: usize, known: &str) {
        let typed = self.typed(from, to).to_owned();
        let word = ReplacedWord { known: known.to_owned(), typed };
        if word.typed.to_lowercase() != word.known && !self.replaced.contains(&word) {
            self.replaced.push(word);
        }
    }

    fn typed(&self, from: usize, to: usize) -> &'p str {
        match (self.words.get(from), to.checked_sub(1).and_then(|last| self.words.get(last))) {
            (Some(first), Some(last)) => {
                let text = self.prompt.get(first.from..last.to);
                debug_assert!(text.is_some(), "words {from} to {to} are not a part of the prompt");
                text.unwrap_or_default()
            }
            _ => "",
        }
    }

    /// Returns the words from `from` to `to` (exclusive) in lower case, without possessive endings, with
    /// spaces between them.
    fn literal(&self, from: usize, to: usize) -> String {
        let words = self.words.get(from..to).unwrap_or_default();
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn spoken(&self, from: usize, found: Found<'_>) -> String {
        if found.entry.is_literal && !found.is_mended {
            self.literal(from, found.end)
        } else {
            found.entry.known.clone()
        }
    }

    // Completion of the reading.

    /// Inserts a clause for each detail that the thing has, and leaves out the other details.
    fn place_features(&mut self) {
        let thing = self.said.thing.as_ref().map(|thing| thing.known.clone());
        for (shift, feature) in std::mem::take(&mut self.features).into_iter().enumerate() {
            let place = feature.place + shift;
            let Some(known) = self.vocabulary.feature_of(thing.as_deref(), &feature.known) else {
                self.leave_out(feature.from, feature.to);
                continue;
            };
            let known = known.to_owned();
            if self.literal(feature.from, feature.to) != known {
                self.replace(feature.from, feature.to, &known);
            }
            let mut words: Vec<&str> = feature.color.iter().map(|color| color.text.as_str()).collect();
            words.push(&known);
            let text = behind("with", feature.has_article && !known.ends_with('s'), &words);
            let of_color = feature.color.iter().map(|color| color.known.as_str());
            let named = of_color.chain([known.as_str()]).collect::<Vec<_>>().join(" ");
            let clause = Clause { known: format!("with {named}"), text };
            self.said.clauses.insert(place.min(self.said.clauses.len()), clause);
        }
    }

    fn reading(self) -> Reading {
        let left_out = self.left_out();
        let is_literal =
            left_out.is_empty() && self.replaced.is_empty() && !self.fates.contains(&Fate::Dropped);
        // Models are trained on phrases without commas.
        let is_one = self.words.iter().skip(1).all(|word| !word.begins);
        let typed = self.literal(0, self.words.len());
        let is_literal = is_literal && self.vocabulary.reads(&typed);
        let phrase = if is_literal && is_one { typed } else { self.said.phrase() };
        Reading {
            phrase,
            thing: self.said.thing.as_ref().map(|thing| thing.known.clone()),
            attributes: self.said.attributes(),
            left_out,
            replaced: self.replaced,
            is_literal,
        }
    }

    /// Returns the left-out words as they were typed. Neighboring words form one string, without leading
    /// articles and conjunctions.
    fn left_out(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            if self.fates.get(at) != Some(&Fate::LeftOut) {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while self.fates.get(end) == Some(&Fate::LeftOut) && !self.begins(end) {
                end += 1;
            }
            let mut from = at;
            while from < end && (self.is(from, "article") || self.is(from, "and")) {
                from += 1;
            }
            if from < end {
                let typed = self.typed(from, end).to_owned();
                if !found.contains(&typed) {
                    found.push(typed);
                }
            }
            at = end;
        }
        found
    }

    fn refusal(&self) -> NoThing {
        let own: Vec<String> =
            self.strangers.iter().map(|&(from, to)| self.typed(from, to).to_owned()).collect();
        let mut nouns: Vec<String> =
            self.strangers.iter().map(|&(from, to)| self.literal(from, to)).collect();
        let is_attribute = |at| self.vocabulary.at(self.words, at, |_| true).is_some();
        let further = self.words.iter().zip(0..).filter(|&(_, at)| !self.is_dropped(at) && !is_attribute(at));
        nouns.extend(further.map(|(word, _)| word.text.clone()));
        let is_plain = |at: &usize| !self.is(*at, "article") && !self.is(*at, "and") && !self.is_dropped(*at);
        let all = (0..self.words.len()).filter(is_plain).map(|at| self.typed(at, at + 1).to_owned());
        let words: Vec<String> = if own.is_empty() { all.collect() } else { own };
        let words = if words.is_empty() { vec![self.prompt.trim().to_owned()] } else { words };
        self.vocabulary.refusal(words, &nouns)
    }
}

impl Vocabulary {
    /// Reads a prompt. Errors: [`NoThing`].
    pub fn read(&self, prompt: &str, purpose: Purpose) -> Result<Reading, NoThing> {
        let words = words::split(prompt);
        let is_color = |word: &str| {
            self.colors.contains(word) || matches!(word, "colored" | "coloured" | "colour" | "color")
        };
        let ends = |word: &str| self.tables.ends_phrase(word);
        let dropped = self.boilerplate.find(&words, &is_color, &ends);
        Reader::new(self, prompt, &words, &dropped, purpose).read()
    }
}
