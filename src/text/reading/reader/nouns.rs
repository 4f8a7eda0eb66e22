//! Noun phrases: their heads, and the words that describe the heads.

use super::super::vocabulary::{Entry, Found, Kind};
use super::super::{Purpose, said::Adjective};
use super::{Fate, Reader};

/// A part of a noun phrase.
#[derive(Clone, Copy)]
pub(super) struct Item<'v> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: What<'v>,
}

#[derive(Clone, Copy)]
pub(super) enum What<'v> {
    Known(Found<'v>),
    /// An unknown word that describes the head.
    Modifier,
    /// An unknown word that names a thing.
    Noun,
}

impl Item<'_> {
    pub(super) fn is_noun(&self) -> bool {
        match self.what {
            What::Known(found) => matches!(found.entry.kind, Kind::Thing | Kind::Other),
            What::Modifier => false,
            What::Noun => true,
        }
    }
}

impl<'v> Reader<'v, '_> {
    pub(super) fn noun_phrase(&mut self, at: usize) {
        let (items, mut end) = self.items(at);
        if items.is_empty() {
            self.leave_out(at, at + 1);
            return;
        }
        let mut head = items.iter().rposition(Item::is_noun);
        // "a lion statue" is a lion, and "a sword weapon" is a sword.
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
                What::Known(found) if found.entry.kind == Kind::Thing => {
                    self.name(&items, index, item, found)
                }
                _ if self.is_transparent(&item) && (self.is_text(end, "of") || self.is_text(end, "from")) => {
                    // After "a pair of" or "a statue of", the following noun is the thing.
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
            // In "a smooth stone", the material "stone" is the thing.
            let found = Found { end: item.to, ..found };
            self.name(&items, items.len() - 1, item, found);
        } else {
            self.describe(&items, None);
        }
        self.at = end;
    }

    /// Returns a word that usually is an attribute but names a thing here, because no other word does.
    pub(super) fn attribute_that_names(
        &self,
        items: &[Item<'v>],
        end: usize,
    ) -> Option<(Item<'v>, Found<'v>)> {
        if self.purpose == Purpose::Change {
            return None;
        }
        let item = *items.last().filter(|item| matches!(item.what, What::Known(_)))?;
        let is_last = end >= self.words.len()
            || self.words.get(end..)?.iter().zip(end..).all(|(_, at)| self.is_dropped(at));
        let found = self.vocabulary.at(self.words, item.from, |entry| entry.kind == Kind::Thing)?;
        (is_last && found.end == item.to).then_some((item, found))
    }

    /// Returns the items of the noun phrase that begins at a word, and the position after it.
    pub(super) fn items(&mut self, from: usize) -> (Vec<Item<'v>>, usize) {
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
                    && (self.adjective(at + 1).is_some()
                        || !has_noun && self.vocabulary.tables.is_adjective(self.text(at + 1)));
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

    pub(super) fn ends_here(&self, at: usize, from: usize) -> bool {
        let is_known = |at| {
            self.find(at, |entry| matches!(entry.kind, Kind::Thing | Kind::Other))
                .is_some_and(|found| found.end > at + 1)
        };
        at > from && self.find(at, |entry| entry.kind == Kind::Activity).is_some()
            || self.vocabulary.tables.ends_phrase(self.text(at)) && !is_known(at)
    }

    pub(super) fn adjective(&self, at: usize) -> Option<Found<'v>> {
        let is_fitting = |entry: &Entry| {
            matches!(entry.kind, Kind::Adjective(_) | Kind::Number) && entry.place != Some("before")
        };
        self.find(at, is_fitting)
    }

    /// Returns the item of a noun phrase at a word, or `None` if a verb ends the phrase there.
    pub(super) fn item(&self, at: usize, has_noun: bool) -> Option<Item<'v>> {
        let word = self.words.get(at)?;
        let end_of_compound =
            (at + 1..self.words.len()).find(|&at| !self.words.get(at).is_some_and(|word| word.joined));
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
        let is_adverb = word.text == "well"
            && !self.begins(at + 1)
            && is_participle
            && !is_made_of
            && !self.is(at + 1, "rest");
        if is_adverb {
            return Some(Item { from: at, to: at + 2, what: What::Modifier });
        }
        if word.is_owner {
            return Some(Item { from: at, to: compound, what: What::Modifier });
        }
        if let Some(found) = self.vocabulary.at(self.words, at, accepts).filter(|found| found.end >= compound)
        {
            return known(found, found.end);
        }
        if compound > at + 1 {
            // If the last part of a hyphenated word is a thing, only the parts before it describe. Otherwise
            // the whole word describes, as in "three-legged".
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
        // "a tiger striped cat" is a cat, and "a castle surrounded by trees" is a castle.
        let leads = text.ends_with("ed")
            && !self.begins(at + 1)
            && self.find(at + 1, |entry| entry.kind == Kind::Thing).is_some();
        let has_object = text.ends_with("ing") && self.is(at + 1, "article") && !self.begins(at + 1);
        if has_noun && (is_verbal && !leads || has_object) {
            return None;
        }
        let is_number = text.starts_with(|letter: char| letter.is_ascii_digit());
        let is_name = ["likeness", "umbrella", "quantity"].iter().any(|class| tables.is(text, class));
        let describes = is_verbal
            || is_number
            || tables.is_adjective(text) && !is_name
            || text.ends_with("ly") && !tables.is_noun(text);
        let describes = describes || NUMBERS.contains(&text) || tables.is(text, "manner");
        Some(Item { from: at, to: at + 1, what: if describes { What::Modifier } else { What::Noun } })
    }

    /// Returns whether an unknown noun adds nothing to the known thing before it.
    pub(super) fn is_same_as(&self, item: &Item<'_>, before: &Item<'_>) -> bool {
        let What::Known(found) = before.what else {
            return matches!(item.what, What::Noun) && self.is(item.from, "likeness");
        };
        matches!(item.what, What::Noun)
            && (self.is(item.from, "likeness")
                || self.vocabulary.is_class_of(self.text(item.from), &found.entry.known))
    }

    /// Returns whether an unknown word has the form of a participle.
    pub(super) fn is_verbal(&self, at: usize) -> bool {
        let text = self.text(at);
        (text.ends_with("ing") || text.ends_with("ed"))
            && text.len() > 4
            && !self.vocabulary.tables.is_noun(text)
            && self.vocabulary.at(self.words, at, |_| true).is_none()
    }

    pub(super) fn is_transparent(&self, item: &Item<'_>) -> bool {
        let is = |class| {
            self.is(item.from, class)
                || self.vocabulary.tables.is(
                    self.words.get(item.from).and_then(|word| word.ones.first()).map_or("", |one| one),
                    class,
                )
        };
        matches!(item.what, What::Noun) && (is("likeness") || is("umbrella") || is("quantity"))
    }

    /// Sets the thing, and reads the other items of its noun phrase.
    pub(super) fn name(&mut self, items: &[Item<'v>], index: usize, item: Item<'v>, found: Found<'v>) {
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
        for (place, other) in
            items.iter().enumerate().filter(|(place, other)| *place != index && other.is_noun())
        {
            let same = matches!(other.what, What::Known(found) if found.entry.known == known);
            let before = self.vocabulary.at(self.words, other.from, |entry| entry.place == Some("before"));
            match before.filter(|found| found.end == other.to && place < index) {
                // "an oak table" is wooden, but "an oak tree" is a kind of tree.
                Some(found) if !same && self.of_thing(other.from) != group => {
                    self.adjective_of(other.from, found)
                }
                _ if same => self.mark(other.from, other.to, Fate::Kept),
                _ => self.leave_out(other.from, other.to),
            }
            if same {
                self.replace(other.from, found.end, &known);
            }
        }
    }

    /// Returns the index of the group of a word's thing; `None` if the word names no thing.
    pub(super) fn of_thing(&self, at: usize) -> Option<usize> {
        let found = self.vocabulary.at(self.words, at, |entry| entry.kind == Kind::Thing)?;
        self.vocabulary.group_of(&found.entry.known)
    }

    /// Assigns the adjectives of a noun phrase to the thing and leaves out unknown words. head: index of the
    /// item that the other items describe; `None` if no item of the phrase is described.
    pub(super) fn describe(&mut self, items: &[Item<'v>], head: Option<usize>) {
        for (index, item) in items.iter().enumerate() {
            match item.what {
                What::Known(found)
                    if matches!(found.entry.kind, Kind::Adjective(_)) && Some(index) != head =>
                {
                    self.adjective_of(item.from, found)
                }
                What::Known(found) if found.entry.kind == Kind::Number => {
                    self.number(item.from, found, items, index)
                }
                What::Known(_) if Some(index) == head || !item.is_noun() => {}
                _ if Some(index) == head => self.leave_out(item.from, item.to),
                What::Modifier | What::Noun | What::Known(_) => self.leave_out(item.from, item.to),
            }
        }
    }

    pub(super) fn number(&mut self, from: usize, found: Found<'v>, items: &[Item<'v>], index: usize) {
        let is_several = items.iter().skip(index).any(|item| matches!(item.what, What::Known(found) if found.entry.kind == Kind::Thing && found.is_several));
        let is_said = self.said.thing.as_ref().is_none_or(|thing| thing.is_several);
        if is_several && is_said && self.said.count.is_none() {
            self.keep(from, found);
            self.said.count = Some(found.entry.known.clone());
        } else {
            self.leave_out(from, found.end);
        }
    }

    pub(super) fn adjective_of(&mut self, from: usize, found: Found<'v>) {
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

    /// Reads a noun phrase after the thing. Adjectives alone describe the thing ("a chair, red and tall");
    /// everything else is left out.
    pub(super) fn further_phrase(&mut self, items: &[Item<'v>], has_noun: bool) {
        // Adjectives precede what they describe. In "red liquid", the last word is a name.
        let is_name = items.len() > 1 && items.last().is_some_and(|last| matches!(last.what, What::Modifier));
        if !has_noun && !is_name {
            self.describe(items, None);
            return;
        }
        for item in items {
            self.leave_out(item.from, item.to);
        }
    }
}

/// Numbers that no package knows.
const NUMBERS: [&str; 12] =
    ["five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "several", "many", "few", "dozen"];
