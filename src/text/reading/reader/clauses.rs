//! Clauses of a thing: what it does, wears, has and stands on, and what it is made of.

use super::super::said::{Adjective, Clause, behind};
use super::super::vocabulary::{Entry, Found, Kind, Role};
use super::{Fate, Feature, Reader};

impl<'v> Reader<'v, '_> {
    pub(super) fn activity(&mut self, found: Found<'v>) {
        let (from, text) = (self.at, self.spoken(self.at, found));
        self.keep(from, found);
        self.said.clauses.push(Clause { known: found.entry.known.clone(), text });
        self.at = found.end;
    }

    /// Leaves out the words after a preposition or a verb, up to a comma or to a clause that must belong to
    /// the thing.
    pub(super) fn skip(&mut self, from: usize) {
        let mut has_noun = false;
        let mut at = from + 1;
        while at < self.words.len() && !self.begins(at) && !self.is_dropped(at) {
            let restarts =
                self.is(at, "wearing") || self.find(at, |entry| entry.kind == Kind::Activity).is_some();
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

    /// Reads adjectives and articles before the head of a phrase after a preposition. Returns the known
    /// adjectives with their positions, whether there is an article, and the position of the head.
    pub(super) fn lead(&self, from: usize) -> (Vec<(usize, Found<'v>)>, bool, usize) {
        let (mut adjectives, mut has_article, mut at) = (Vec::new(), false, from);
        while at < self.words.len() && (at == from || !self.begins(at)) {
            if self.is(at, "article") {
                has_article |= matches!(self.text(at), "a" | "an" | "the");
                at += 1;
            } else if self.is_dropped(at) {
                at += 1;
            } else if self
                .find(at, |entry| matches!(entry.kind, Kind::Feature | Kind::Garment | Kind::Stand))
                .is_some()
            {
                break;
            } else if let Some(found) = self.adjective(at) {
                adjectives.push((at, found));
                at = found.end;
            } else if self.vocabulary.tables.is_adjective(self.text(at))
                || self.is_verbal(at)
                || self.is(at, "manner")
            {
                at += 1;
            } else {
                break;
            }
        }
        (adjectives, has_article, at)
    }

    pub(super) fn leads_to_garment(&self, from: usize) -> bool {
        let (_, _, at) = self.lead(from);
        self.find(at, |entry| entry.kind == Kind::Garment).is_some()
    }

    /// Reads a clause such as "wearing a suit and a party hat". from: position of the verb. place: position
    /// of the first word of the garment's noun phrase.
    pub(super) fn garments(&mut self, from: usize, place: usize) {
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
                (false, _) => format!(
                    "wearing {}",
                    if has_article { behind("", true, &[&words]).trim_start().to_owned() } else { words }
                ),
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

    /// Returns whether a clause begins at a word.
    pub(super) fn starts_clause(&self, at: usize) -> bool {
        ["wearing", "with", "on", "made"].iter().any(|class| self.is(at, class))
            || self.is(at, "rest")
            || self.find(at, |entry| entry.kind == Kind::Activity).is_some()
    }

    /// Leaves out the words of a range, except articles.
    pub(super) fn leave_adjectives(&mut self, from: usize, to: usize) {
        for at in from..to {
            if !self.is(at, "article") {
                self.leave_out(at, at + 1);
            }
        }
    }

    /// Reads a clause such as "made out of gold".
    pub(super) fn material(&mut self, from: usize) {
        let mut at = from + 1;
        while at < self.words.len()
            && !self.begins(at)
            && (self.is(at, "adverb")
                || matches!(self.text(at), "out" | "of" | "from" | "in" | "with" | "by"))
        {
            at += 1;
        }
        let is_material = |entry: &Entry| entry.kind == Kind::Adjective(Role::Material);
        let mut place = at;
        while place < self.words.len()
            && !(place > from && self.begins(place))
            && self.find(place, is_material).is_none()
            && self.describes(place)
        {
            place += 1;
        }
        let found = self.find(place, is_material).filter(|found| self.ends_here_or(found.end));
        let Some(found) = found.filter(|_| {
            at > from + 1 && !self.said.adjectives.iter().any(|other| other.role == Role::Material)
        }) else {
            self.skip(from);
            return;
        };
        self.leave_adjectives(at, place);
        let typed = self.spoken(place, found);
        let is_plain = found.entry.is_literal
            && place == at
            && !found.is_mended
            && self.vocabulary.reads(&self.literal(from, found.end));
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
            self.said.adjectives.push(Adjective {
                role: Role::Material,
                known: found.entry.known.clone(),
                text,
            });
        }
        self.at = found.end;
    }

    /// Returns whether the word at a position can only describe a thing and not name one.
    pub(super) fn describes(&self, at: usize) -> bool {
        let text = self.text(at);
        self.vocabulary.tables.is_adjective(text)
            || self.vocabulary.tables.is(text, "manner")
            || self.adjective(at).is_some()
            || text.ends_with("ed")
    }

    /// Returns whether the word at a position ends a phrase, is known, or only describes. Any other word is
    /// an unknown noun.
    pub(super) fn ends_here_or(&self, at: usize) -> bool {
        self.begins(at)
            || self.is_dropped(at)
            || self.is(at, "and")
            || self.is(at, "article")
            || self.vocabulary.tables.ends_phrase(self.text(at))
            || {
                let accepts = |entry: &Entry| entry.kind != Kind::Other;
                self.vocabulary.at(self.words, at, accepts).is_some() || self.describes(at)
            }
    }

    /// Reads a clause such as "with a red roof", "with a backpack" or "in a suit".
    pub(super) fn with(&mut self, from: usize) {
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
                let color =
                    adjectives.iter().find(|(_, found)| found.entry.kind == Kind::Adjective(Role::Color));
                self.leave_adjectives(place, at);
                let color = color.map(|&(from, found)| {
                    self.keep(from, found);
                    Adjective {
                        role: Role::Color,
                        known: found.entry.known.clone(),
                        text: self.spoken(from, found),
                    }
                });
                self.keep(at, found);
                let (known, clauses) = (found.entry.known.clone(), self.said.clauses.len());
                self.features.push(Feature {
                    from: at,
                    to: found.end,
                    known,
                    has_article,
                    color,
                    place: clauses,
                });
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

    /// Returns whether the thing may have this detail or wear this garment. Before the thing is known, any
    /// garment is allowed, and so is a detail of any thing.
    pub(super) fn is_of_thing(&self, found: &Found<'_>) -> bool {
        let thing = self.said.thing.as_ref().map(|thing| thing.known.as_str());
        if found.entry.kind == Kind::Garment {
            // In "a mushroom with a red cap", the cap is not a garment.
            return thing.is_none_or(|thing| self.vocabulary.is_class_of("creature", thing));
        }
        self.vocabulary.feature_of(thing, &found.entry.known).is_some()
    }

    /// Reads a clause such as "standing on a marble pedestal".
    pub(super) fn stand(&mut self, from: usize) {
        let on = if self.is(from, "on") { from } else { from + 1 };
        let skips_top = self.is_text(on + 1, "top") && self.is_text(on + 2, "of");
        let place = if skips_top { on + 3 } else { on + 1 };
        let (adjectives, has_article, at) = self.lead(place);
        let found =
            self.find(at, |entry| entry.kind == Kind::Stand).filter(|found| self.ends_here_or(found.end));
        let Some(found) = found else {
            self.skip(from);
            return;
        };
        self.leave_adjectives(place, at);
        let material =
            adjectives.iter().find(|(_, found)| matches!(found.entry.kind, Kind::Adjective(Role::Material)));
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
        self.said.clauses.push(Clause {
            known: format!(
                "on {}",
                [material.as_deref(), Some(&found.entry.known)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
            text,
        });
        self.at = found.end;
    }
}
