//! Reads a prompt's words from left to right.

use super::said::{Adjective, Clause, Said, behind};
use super::vocabulary::{Entry, Found, Kind, Role, Vocabulary};
use super::words::Word;
use super::{NoThing, Purpose, Reading, ReplacedWord};

/// What became of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A function word, or a word that is not yet read.
    Silent,
    Kept,
    LeftOut,
    Dropped,
}

/// A part of a noun phrase.
#[derive(Clone, Copy)]
struct Item<'v> {
    from: usize,
    to: usize,
    what: What<'v>,
}

#[derive(Clone, Copy)]
enum What<'v> {
    Known(Found<'v>),
    /// An unknown word that describes.
    Modifier,
    /// An unknown word that names.
    Noun,
}

impl Item<'_> {
    fn is_noun(&self) -> bool {
        match self.what {
            What::Known(found) => matches!(found.entry.kind, Kind::Thing | Kind::Other),
            What::Modifier => false,
            What::Noun => true,
        }
    }
}

/// Reads one prompt.
pub(super) struct Reader<'v, 'p> {
    vocabulary: &'v Vocabulary,
    prompt: &'p str,
    words: &'p [Word],
    purpose: Purpose,
    fates: Vec<Fate>,
    said: Said,
    replaced: Vec<ReplacedWord>,
    /// Details that wait for the thing: their place among the clauses, their package name and what they are called with.
    features: Vec<Feature>,
    /// Nouns that name no known thing, as they were typed.
    strangers: Vec<(usize, usize)>,
    /// The first noun phrase names a thing that the package does not know.
    is_refused: bool,
    at: usize,
}

/// A detail that waits for the thing that it belongs to.
struct Feature {
    from: usize,
    to: usize,
    known: String,
    has_article: bool,
    color: Option<Adjective>,
    /// Its place among the clauses.
    place: usize,
}

impl<'v, 'p> Reader<'v, 'p> {
    /// dropped: which words are boilerplate.
    pub fn new(
        vocabulary: &'v Vocabulary,
        prompt: &'p str,
        words: &'p [Word],
        dropped: &[bool],
        purpose: Purpose,
    ) -> Self {
        let fates = dropped.iter().map(|&dropped| if dropped { Fate::Dropped } else { Fate::Silent }).collect();
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

    /// Reads all. Errors: [`NoThing`].
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
            || self.purpose == Purpose::Change && !(self.said.adjectives.is_empty() && self.said.clauses.is_empty());
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
            let place = if self.is_text(at + 1, "in") || self.is_text(at + 1, "as") { at + 2 } else { at + 1 };
            self.garments(at, place);
        } else if self.is(at, "made") || self.is_text(at, "out") {
            self.material(at);
        } else if self.is(at, "with") || (self.is_text(at, "in") && self.leads_to_garment(at + 1)) {
            self.with(at);
        } else if self.is(at, "on") || (self.is(at, "rest") && self.is(at + 1, "on")) {
            self.stand(at);
        } else if self.is(at, "and") || self.is(at, "adverb") {
            // Joins what is read on its own.
        } else if self.vocabulary.tables.ends_phrase(self.text(at)) || self.said.thing.is_some() && !self.begins(at) && self.is_verbal(at) {
            self.skip(at);
        } else {
            self.noun_phrase(at);
        }
    }

    // Looking at words.

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
        // What a hyphen joins to another word describes something else: "red-eyed".
        let is_whole = !self.words.get(found.end).is_some_and(|next| next.joined);
        (is_whole || matches!(found.entry.kind, Kind::Thing | Kind::Other)).then_some(found)
    }

    /// The end of the noun phrase from a word on, without reading it.
    fn phrase_end(&self, from: usize) -> usize {
        let ends = |at: usize| {
            at > from && (self.begins(at) || self.is(at, "and"))
                || self.words.get(at).is_none_or(|word| self.vocabulary.tables.ends_phrase(&word.text))
        };
        (from..self.words.len()).find(|&at| ends(at)).unwrap_or(self.words.len())
    }

    // Noting what became of words.

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
            (Some(first), Some(last)) => self.prompt.get(first.from..last.to).unwrap_or_default(),
            _ => "",
        }
    }

    /// The words of a phrase as the model reads them.
    fn literal(&self, from: usize, to: usize) -> String {
        let words = self.words.get(from..to).unwrap_or_default();
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn spoken(&self, from: usize, found: Found<'_>) -> String {
        if found.entry.is_literal && !found.is_mended { self.literal(from, found.end) } else { found.entry.known.clone() }
    }

    // Noun phrases.

    fn noun_phrase(&mut self, at: usize) {
        let (items, mut end) = self.items(at);
        if items.is_empty() {
            self.leave_out(at, at + 1);
            return;
        }
        let mut head = items.iter().rposition(Item::is_noun);
        // "a lion statue" is a lion, "a sword weapon" a sword.
        let is_followed = self.is_text(end, "of");
        while let Some(index) = head
            && !is_followed
            && let Some(item) = items.get(index)
            && let Some(before) = items.get(..index).and_then(|before| before.iter().rposition(Item::is_noun))
            && items.get(before).is_some_and(|before| self.is_same_as(item, before))
        {
            head = Some(before);
        }
        let head = head.and_then(|index| items.get(index).map(|item| (index, *item)));
        if self.said.thing.is_some() {
            self.further_phrase(&items, head.is_some());
        } else if let Some((index, item)) = head {
            match item.what {
                What::Known(found) if found.entry.kind == Kind::Thing => self.name(&items, index, item, found),
                _ if self.is_transparent(&item) && (self.is_text(end, "of") || self.is_text(end, "from")) => {
                    // "a pair of", "a statue of": what follows is the thing.
                    self.describe(&items, Some(index));
                    self.strangers.push((item.from, item.to));
                    end += 1;
                }
                _ if self.is(item.from, "umbrella") || self.is(item.from, "likeness") => {
                    self.strangers.push((item.from, item.to));
                    self.describe(&items, None);
                    self.leave_out(item.from, item.to);
                }
                _ => {
                    let from = items.iter().find(|item| item.is_noun()).map_or(item.from, |first| first.from);
                    self.strangers.push((from, item.to));
                    self.is_refused = self.purpose == Purpose::Thing;
                    self.describe(&items, None);
                }
            }
        } else if let Some((item, found)) = self.attribute_that_names(&items, end) {
            // "a smooth stone".
            let found = Found { end: item.to, ..found };
            self.name(&items, items.len() - 1, item, found);
        } else {
            self.describe(&items, None);
        }
        self.at = end;
    }

    /// An attribute's word that names a thing where nothing else does.
    fn attribute_that_names(&self, items: &[Item<'v>], end: usize) -> Option<(Item<'v>, Found<'v>)> {
        if self.purpose == Purpose::Change {
            return None;
        }
        let item = *items.last().filter(|item| matches!(item.what, What::Known(_)))?;
        let is_last = end >= self.words.len() || self.words.get(end..)?.iter().zip(end..).all(|(_, at)| self.is_dropped(at));
        let found = self.vocabulary.at(self.words, item.from, |entry| entry.kind == Kind::Thing)?;
        (is_last && found.end == item.to).then_some((item, found))
    }

    /// What stands in a noun phrase, and the first word behind it.
    fn items(&mut self, from: usize) -> (Vec<Item<'v>>, usize) {
        let mut items: Vec<Item<'v>> = Vec::new();
        let mut at = from;
        while at < self.words.len() && !(at > from && self.begins(at)) {
            let has_noun = items.iter().any(Item::is_noun);
            if self.is_dropped(at) || self.is(at, "adverb") {
                at += 1;
                continue;
            }
            if self.is(at, "article") {
                if has_noun || items.iter().any(|item| matches!(item.what, What::Known(_))) {
                    break;
                }
                self.said.is_definite |= self.text(at) == "the" && self.said.thing.is_none();
                at += 1;
                continue;
            }
            if self.is(at, "and") {
                let joins = items.last().is_some_and(|item| !item.is_noun())
                    && (self.adjective(at + 1).is_some() || !has_noun && self.vocabulary.tables.is_adjective(self.text(at + 1)));
                if !joins {
                    break;
                }
                at += 1;
                continue;
            }
            if self.ends_here(at, from) {
                break;
            }
            let Some(item) = self.item(at, has_noun) else { break };
            at = item.to;
            items.push(item);
        }
        (items, at)
    }

    fn ends_here(&self, at: usize, from: usize) -> bool {
        let is_known = |at| self.find(at, |entry| matches!(entry.kind, Kind::Thing | Kind::Other)).is_some_and(|found| found.end > at + 1);
        at > from && self.find(at, |entry| entry.kind == Kind::Activity).is_some()
            || self.vocabulary.tables.ends_phrase(self.text(at)) && !is_known(at)
    }

    fn adjective(&self, at: usize) -> Option<Found<'v>> {
        let is_fitting = |entry: &Entry| matches!(entry.kind, Kind::Adjective(_) | Kind::Number) && entry.place != Some("before");
        self.find(at, is_fitting)
    }

    /// The part of a noun phrase at a word; `None` where a verb ends the phrase.
    fn item(&self, at: usize, has_noun: bool) -> Option<Item<'v>> {
        let word = self.words.get(at)?;
        let end_of_compound = (at + 1..self.words.len()).find(|&at| !self.words.get(at).is_some_and(|word| word.joined));
        let compound = end_of_compound.unwrap_or(self.words.len());
        let known = |found: Found<'v>, to| Some(Item { from: at, to, what: What::Known(found) });
        let accepts = |entry: &Entry| match entry.kind {
            Kind::Thing | Kind::Other | Kind::Number => true,
            Kind::Adjective(_) => entry.place != Some("before"),
            _ => false,
        };
        let next = self.text(at + 1);
        let is_made_of = self.is(at + 1, "made") && matches!(self.text(at + 2), "of" | "out" | "from");
        let is_participle = matches!(next, "made" | "worn" | "built" | "known") || self.is_verbal(at + 1);
        let is_adverb = word.text == "well" && !self.begins(at + 1) && is_participle && !is_made_of;
        if is_adverb {
            return Some(Item { from: at, to: at + 2, what: What::Modifier });
        }
        if word.is_owner {
            return Some(Item { from: at, to: compound, what: What::Modifier });
        }
        if let Some(found) = self.vocabulary.at(self.words, at, accepts).filter(|found| found.end >= compound) {
            return known(found, found.end);
        }
        if compound > at + 1 {
            // "three-legged": of a hyphened word the last part tells what it is.
            let last = self.vocabulary.at(self.words, compound - 1, |entry| entry.kind == Kind::Thing);
            let last = last.filter(|found| found.end == compound);
            let to = if last.is_some() { compound - 1 } else { compound };
            return Some(Item { from: at, to, what: What::Modifier });
        }
        if let Some(found) = self.vocabulary.mended(self.words, at, accepts) {
            return known(found, found.end);
        }
        let (text, tables) = (word.text.as_str(), &self.vocabulary.tables);
        let is_verbal = self.is_verbal(at);
        // "a tiger striped cat" is a cat, "a castle surrounded by trees" a castle.
        let leads = text.ends_with("ed") && !self.begins(at + 1) && self.find(at + 1, |entry| entry.kind == Kind::Thing).is_some();
        if is_verbal && has_noun && !leads {
            return None;
        }
        let is_number = text.starts_with(|letter: char| letter.is_ascii_digit());
        let is_name = ["likeness", "umbrella", "quantity"].iter().any(|class| tables.is(text, class));
        let describes = is_verbal || is_number || tables.is_adjective(text) && !is_name || text.ends_with("ly") && !tables.is_noun(text);
        let describes = describes || NUMBERS.contains(&text) || tables.is(text, "manner");
        Some(Item { from: at, to: at + 1, what: if describes { What::Modifier } else { What::Noun } })
    }

    /// Whether an unknown noun says no more than the known thing before it.
    fn is_same_as(&self, item: &Item<'_>, before: &Item<'_>) -> bool {
        let What::Known(found) = before.what else { return matches!(item.what, What::Noun) && self.is(item.from, "likeness") };
        matches!(item.what, What::Noun)
            && (self.is(item.from, "likeness") || self.vocabulary.is_class_of(self.text(item.from), &found.entry.known))
    }

    /// Whether an unknown word has the form of a participle.
    fn is_verbal(&self, at: usize) -> bool {
        let text = self.text(at);
        (text.ends_with("ing") || text.ends_with("ed")) && text.len() > 4 && !self.vocabulary.tables.is_noun(text)
            && self.vocabulary.at(self.words, at, |_| true).is_none()
    }

    fn is_transparent(&self, item: &Item<'_>) -> bool {
        let is = |class| self.is(item.from, class) || self.vocabulary.tables.is(self.words.get(item.from).and_then(|word| word.ones.first()).map_or("", |one| one), class);
        matches!(item.what, What::Noun) && (is("likeness") || is("umbrella") || is("quantity"))
    }

    /// The thing was found.
    fn name(&mut self, items: &[Item<'v>], index: usize, item: Item<'v>, found: Found<'v>) {
        self.keep(item.from, found);
        let typed = (found.entry.is_literal && !found.is_mended).then(|| found.entry.words.join(" "));
        let known = found.entry.known.clone();
        self.said.thing = Some(self.vocabulary.name(&known, typed.as_deref(), found.is_several));
        if found.is_several && !self.said.thing.as_ref().is_some_and(|thing| thing.is_several) {
            let text = self.said.thing.as_ref().map(|thing| thing.text.clone()).unwrap_or_default();
            self.replace(item.from, found.end, &text);
        }
        self.describe(items, Some(index));
        let group = self.vocabulary.group_of(&known);
        for (place, other) in items.iter().enumerate().filter(|(place, other)| *place != index && other.is_noun()) {
            let same = matches!(other.what, What::Known(found) if found.entry.known == known);
            let before = self.vocabulary.at(self.words, other.from, |entry| entry.place == Some("before"));
            match before.filter(|found| found.end == other.to && place < index) {
                // "an oak table" is wooden, "an oak tree" is a kind of tree.
                Some(found) if !same && self.of_thing(other.from) != group => self.adjective_of(other.from, found),
                _ if same => self.mark(other.from, other.to, Fate::Kept),
                _ => self.leave_out(other.from, other.to),
            }
            if same {
                self.replace(other.from, found.end, &known);
            }
        }
    }

    /// The group of the thing that a word means.
    fn of_thing(&self, at: usize) -> Option<usize> {
        let found = self.vocabulary.at(self.words, at, |entry| entry.kind == Kind::Thing)?;
        self.vocabulary.group_of(&found.entry.known)
    }

    /// Takes the adjectives of a noun phrase for the thing's; leaves out what is unknown. head: the item that is not described.
    fn describe(&mut self, items: &[Item<'v>], head: Option<usize>) {
        for (index, item) in items.iter().enumerate() {
            match item.what {
                What::Known(found) if matches!(found.entry.kind, Kind::Adjective(_)) && Some(index) != head => self.adjective_of(item.from, found),
                What::Known(found) if found.entry.kind == Kind::Number => self.number(item.from, found, items, index),
                What::Known(_) if Some(index) == head || !item.is_noun() => {}
                _ if Some(index) == head => self.leave_out(item.from, item.to),
                What::Modifier | What::Noun | What::Known(_) => self.leave_out(item.from, item.to),
            }
        }
    }

    fn number(&mut self, from: usize, found: Found<'v>, items: &[Item<'v>], index: usize) {
        let is_several = items.iter().skip(index).any(|item| matches!(item.what, What::Known(found) if found.entry.kind == Kind::Thing && found.is_several));
        let is_said = self.said.thing.as_ref().is_none_or(|thing| thing.is_several);
        if is_several && is_said && self.said.count.is_none() {
            self.keep(from, found);
            self.said.count = Some(found.entry.known.clone());
        } else {
            self.leave_out(from, found.end);
        }
    }

    fn adjective_of(&mut self, from: usize, found: Found<'v>) {
        let Kind::Adjective(role) = found.entry.kind else { return };
        if self.said.adjectives.iter().any(|other| other.role == role) {
            self.leave_out(from, found.end);
            return;
        }
        let in_clause = found.entry.place == Some("clause");
        let text = if in_clause { found.entry.known.clone() } else { self.spoken(from, found) };
        self.keep(from, found);
        if in_clause {
            self.replace(from, found.end, &found.entry.known);
        }
        self.said.adjectives.push(Adjective { role, known: found.entry.known.clone(), text });
    }

    /// A noun phrase behind the thing: adjectives alone describe it ("a chair, red and tall"), all else is left out.
    fn further_phrase(&mut self, items: &[Item<'v>], has_noun: bool) {
        // Adjectives lead to what they describe: in "red liquid" the last word names.
        let is_name = items.len() > 1 && items.last().is_some_and(|last| matches!(last.what, What::Modifier));
        if !has_noun && !is_name {
            self.describe(items, None);
            return;
        }
        for item in items {
            self.leave_out(item.from, item.to);
        }
    }

    // Clauses.

    fn activity(&mut self, found: Found<'v>) {
        let (from, text) = (self.at, self.spoken(self.at, found));
        self.keep(from, found);
        self.said.clauses.push(Clause { known: found.entry.known.clone(), text });
        self.at = found.end;
    }

    /// Leaves out what follows a preposition or a verb, up to a comma or to what certainly belongs to the thing.
    fn skip(&mut self, from: usize) {
        let mut has_noun = false;
        let mut at = from + 1;
        while at < self.words.len() && !self.begins(at) && !self.is_dropped(at) {
            let restarts = self.is(at, "wearing") || self.find(at, |entry| entry.kind == Kind::Activity).is_some();
            let may_restart = !has_noun && (self.is(at, "with") || self.is(at, "on") || self.is(at, "made"));
            if restarts || may_restart && !self.is(from, "negation") {
                break;
            }
            has_noun |= !self.is(at, "article") && !self.vocabulary.tables.ends_phrase(self.text(at));
            at += 1;
        }
        self.leave_out(from, at);
        self.at = at;
    }

    /// Adjectives and articles before the head of a phrase behind a preposition.
    fn lead(&self, from: usize) -> (Vec<(usize, Found<'v>)>, bool, usize) {
        let (mut adjectives, mut has_article, mut at) = (Vec::new(), false, from);
        while at < self.words.len() && (at == from || !self.begins(at)) {
            if self.is(at, "article") {
                has_article |= matches!(self.text(at), "a" | "an" | "the");
                at += 1;
            } else if self.is_dropped(at) {
                at += 1;
            } else if self.find(at, |entry| matches!(entry.kind, Kind::Feature | Kind::Garment | Kind::Stand)).is_some() {
                break;
            } else if let Some(found) = self.adjective(at) {
                adjectives.push((at, found));
                at = found.end;
            } else if self.vocabulary.tables.is_adjective(self.text(at)) || self.is_verbal(at) || self.is(at, "manner") {
                at += 1;
            } else {
                break;
            }
        }
        (adjectives, has_article, at)
    }

    fn leads_to_garment(&self, from: usize) -> bool {
        let (_, _, at) = self.lead(from);
        self.find(at, |entry| entry.kind == Kind::Garment).is_some()
    }

    /// "wearing a suit and a party hat". from: the verb; place: what is worn.
    fn garments(&mut self, from: usize, place: usize) {
        let mut place = place;
        let mut is_first = true;
        loop {
            if !is_first && self.starts_clause(place) {
                self.at = place;
                return;
            }
            let (_, _, at) = self.lead(place);
            let Some(found) = self.find(at, |entry| entry.kind == Kind::Garment) else {
                if is_first {
                    self.skip(from);
                } else {
                    self.at = place;
                    if self.is(place.saturating_sub(1), "and") && !self.starts_clause(place) {
                        self.skip(place - 1);
                    }
                }
                return;
            };
            self.leave_adjectives(place, at);
            let words = self.spoken(at, found);
            let has_article = self.is(place, "article") || self.is(at, "article");
            let text = match (is_first, has_article) {
                (true, true) => behind("wearing", true, &[&words]),
                (true, false) => behind("wearing", false, &[&words]),
                (false, _) => format!("wearing {}", if has_article { behind("", true, &[&words]).trim_start().to_owned() } else { words }),
            };
            self.keep(at, found);
            self.mark(from, from + 1, Fate::Kept);
            self.said.clauses.push(Clause { known: format!("wearing {}", found.entry.known), text });
            self.at = found.end;
            is_first = false;
            if !self.is(found.end, "and") {
                return;
            }
            place = found.end + 1;
        }
    }

    /// Whether a clause begins at a word.
    fn starts_clause(&self, at: usize) -> bool {
        ["wearing", "with", "on", "made"].iter().any(|class| self.is(at, class))
            || self.is(at, "rest")
            || self.find(at, |entry| entry.kind == Kind::Activity).is_some()
    }

    /// Leaves out what stands between two places but for articles.
    fn leave_adjectives(&mut self, from: usize, to: usize) {
        for at in from..to {
            if !self.is(at, "article") {
                self.leave_out(at, at + 1);
            }
        }
    }

    /// "made out of gold".
    fn material(&mut self, from: usize) {
        let mut at = from + 1;
        while at < self.words.len() && !self.begins(at) && (self.is(at, "adverb") || matches!(self.text(at), "out" | "of" | "from" | "in" | "with" | "by")) {
            at += 1;
        }
        let is_material = |entry: &Entry| entry.kind == Kind::Adjective(Role::Material);
        let mut place = at;
        while place < self.words.len() && !(place > from && self.begins(place)) && self.find(place, is_material).is_none() && self.describes(place) {
            place += 1;
        }
        let found = self.find(place, is_material).filter(|found| self.ends_here_or(found.end));
        let Some(found) = found.filter(|_| at > from + 1 && !self.said.adjectives.iter().any(|other| other.role == Role::Material)) else {
            self.skip(from);
            return;
        };
        self.leave_adjectives(at, place);
        let typed = self.spoken(place, found);
        let is_plain = found.entry.is_literal && place == at && !found.is_mended && self.vocabulary.reads(&self.literal(from, found.end));
        self.keep(place, found);
        self.mark(from, from + 1, Fate::Kept);
        if is_plain {
            let text = self.literal(from, found.end);
            self.said.clauses.push(Clause { known: found.entry.known.clone(), text });
        } else {
            if found.entry.is_literal {
                self.replace(from, found.end, &found.entry.known);
            }
            let text = if found.entry.place == Some("clause") { found.entry.known.clone() } else { typed };
            self.said.adjectives.push(Adjective { role: Role::Material, known: found.entry.known.clone(), text });
        }
        self.at = found.end;
    }

    /// Whether the word at a place only describes.
    fn describes(&self, at: usize) -> bool {
        let text = self.text(at);
        self.vocabulary.tables.is_adjective(text) || self.vocabulary.tables.is(text, "manner") || self.adjective(at).is_some() || text.ends_with("ed")
    }

    /// Whether no unknown noun follows at a word.
    fn ends_here_or(&self, at: usize) -> bool {
        self.begins(at) || self.is_dropped(at) || self.is(at, "and") || self.is(at, "article") || self.vocabulary.tables.ends_phrase(self.text(at)) || {
            let accepts = |entry: &Entry| entry.kind != Kind::Other;
            self.vocabulary.at(self.words, at, accepts).is_some() || self.describes(at)
        }
    }

    /// "with a red roof", "with a backpack", "in a suit".
    fn with(&mut self, from: usize) {
        let mut place = from + 1;
        let mut is_first = true;
        loop {
            let (adjectives, has_article, at) = self.lead(place);
            let is_detail = |entry: &Entry| matches!(entry.kind, Kind::Feature | Kind::Garment);
            let found = self.find(at, is_detail).filter(|found| self.ends_here_or(found.end));
            let Some(found) = found.filter(|found| self.is_of_thing(found)) else {
                if is_first {
                    self.skip(from);
                } else {
                    self.at = place;
                    if !self.starts_clause(place) && self.said.thing.is_some() {
                        self.skip(place - 1);
                    }
                }
                return;
            };
            if found.entry.kind == Kind::Garment {
                self.leave_adjectives(place, at);
                let words = self.spoken(at, found);
                self.keep(at, found);
                self.replace(from, from + 1, "wearing");
                let known = format!("wearing {}", found.entry.known);
                self.said.clauses.push(Clause { known, text: behind("wearing", has_article, &[&words]) });
            } else {
                let color = adjectives.iter().find(|(_, found)| found.entry.kind == Kind::Adjective(Role::Color));
                self.leave_adjectives(place, at);
                let color = color.map(|&(from, found)| {
                    self.keep(from, found);
                    Adjective { role: Role::Color, known: found.entry.known.clone(), text: self.spoken(from, found) }
                });
                self.keep(at, found);
                let (known, clauses) = (found.entry.known.clone(), self.said.clauses.len());
                self.features.push(Feature { from: at, to: found.end, known, has_article, color, place: clauses });
            }
            self.mark(from, from + 1, Fate::Kept);
            self.at = found.end;
            is_first = false;
            if !self.is(found.end, "and") {
                return;
            }
            place = found.end + 1;
        }
    }

    /// Whether the thing, if it is known by now, may have this detail or wear this.
    fn is_of_thing(&self, found: &Found<'_>) -> bool {
        let thing = self.said.thing.as_ref().map(|thing| thing.known.as_str());
        if found.entry.kind == Kind::Garment {
            // "a mushroom with a red cap" wears nothing.
            return thing.is_none_or(|thing| self.vocabulary.is_class_of("creature", thing));
        }
        self.vocabulary.feature_of(thing, &found.entry.known).is_some()
    }

    /// "standing on a marble pedestal".
    fn stand(&mut self, from: usize) {
        let on = if self.is(from, "on") { from } else { from + 1 };
        let skips_top = self.is_text(on + 1, "top") && self.is_text(on + 2, "of");
        let place = if skips_top { on + 3 } else { on + 1 };
        let (adjectives, has_article, at) = self.lead(place);
        let found = self.find(at, |entry| entry.kind == Kind::Stand).filter(|found| self.ends_here_or(found.end));
        let Some(found) = found else {
            self.skip(from);
            return;
        };
        self.leave_adjectives(place, at);
        let material = adjectives.iter().find(|(_, found)| matches!(found.entry.kind, Kind::Adjective(Role::Material)));
        let material = material.map(|&(from, found)| {
            self.keep(from, found);
            let in_clause = found.entry.place == Some("clause");
            if in_clause { found.entry.known.clone() } else { self.spoken(from, found) }
        });
        let words = self.spoken(at, found);
        self.keep(at, found);
        self.mark(from, on + 1, Fate::Kept);
        let mut all: Vec<&str> = material.as_deref().into_iter().collect();
        all.push(&words);
        let text = behind("on", has_article, &all);
        self.said.clauses.push(Clause { known: format!("on {}", [material.as_deref(), Some(&found.entry.known)].into_iter().flatten().collect::<Vec<_>>().join(" ")), text });
        self.at = found.end;
    }

    // The end.

    /// Says the thing's details where they stood, and leaves out those of other things.
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
        let is_literal = left_out.is_empty() && self.replaced.is_empty() && !self.fates.contains(&Fate::Dropped);
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

    /// The left-out words as they were typed: neighbors together, without the function words at their ends.
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
            let typed = self.typed(from, end).to_owned();
            if from < end && !found.contains(&typed) {
                found.push(typed);
            }
            at = end;
        }
        found
    }

    fn refusal(&self) -> NoThing {
        let own: Vec<String> = self.strangers.iter().map(|&(from, to)| self.typed(from, to).to_owned()).collect();
        let mut nouns: Vec<String> = self.strangers.iter().map(|&(from, to)| self.literal(from, to)).collect();
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

/// Numbers that no package knows.
const NUMBERS: [&str; 12] =
    ["five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "several", "many", "few", "dozen"];
