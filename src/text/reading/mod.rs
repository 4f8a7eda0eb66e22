//! Reading of prompts: conversion of what people type to a phrase that a model with a closed vocabulary
//! knows.
//!
//! The thing is the object that the prompt names. A prompt is split into words (`words`), and phrases that
//! describe a picture are dropped (`boilerplate`). The rest is read from left to right (`reader`). The head
//! of the first noun phrase is the thing, and its adjectives and clauses describe it. Everything else is left
//! out.
//!
//! The package's word groups say what is known; the tables in `data` say what English words mean
//! (`vocabulary`). The tables belong to the library and not to packages, because they describe English and
//! not one model. A better table improves every package with word groups, without new weights.

mod boilerplate;
mod reader;
mod said;
mod tables;
mod vocabulary;
mod words;

pub use vocabulary::{Vocabulary, holds_things};

/// What a prompt must contain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// The prompt must name a thing.
    #[default]
    Thing,
    /// A shape is given in addition to the prompt. The shape is the thing, so a change alone ("made of gold")
    /// is enough.
    Change,
}

/// What was understood of a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Phrase that is encoded: "a green truck". For models without word groups it is the prompt itself.
    pub phrase: String,
    /// The thing under its name in the package: "truck". `None` if the prompt names none or the model has no
    /// word groups.
    pub thing: Option<String>,
    /// Attributes of the thing under their names in the package, in the order of the phrase: "green", "with
    /// roof", "riding a bicycle".
    pub attributes: Vec<String>,
    /// Words that were left out, as they were typed and in order, without repetition. Boilerplate of image
    /// prompts is not listed.
    pub left_out: Vec<String>,
    /// Words that were read as another, known word, without repetition.
    pub replaced: Vec<ReplacedWord>,
    /// Whether the phrase has the same words as the prompt.
    pub is_literal: bool,
}

impl Reading {
    /// Merges two readings for a mesh that is made of several prompts. The left-out and replaced words are
    /// those of both, without repetition.
    ///
    /// The phrase, thing and attributes are those of `self`. If `other` names no thing and only describes a
    /// change, the phrase and the attributes are those of `other`, and the thing is `None`.
    pub fn and(mut self, other: &Self) -> Self {
        for word in &other.left_out {
            if !self.left_out.contains(word) {
                self.left_out.push(word.clone());
            }
        }
        for word in &other.replaced {
            if !self.replaced.contains(word) {
                self.replaced.push(word.clone());
            }
        }
        if other.check_thing().is_err() {
            self.thing = None;
            self.phrase.clone_from(&other.phrase);
            self.attributes.clone_from(&other.attributes);
        }
        self.is_literal &= other.is_literal;
        self
    }

    /// Checks that a mesh can be made from the phrase alone. Errors: [`NoThing`] if the phrase only describes
    /// a change of a shape.
    pub fn check_thing(&self) -> Result<(), NoThing> {
        if self.thing.is_some() || self.attributes.is_empty() {
            return Ok(());
        }
        Err(NoThing { words: vec![self.phrase.clone()], ..NoThing::default() })
    }

    /// Returns one line to show to users if the phrase differs from the prompt: "a green truck (left out:
    /// monster)".
    ///
    /// Returns `None` if the prompt was understood word for word, and for models without word groups.
    pub fn understood(&self) -> Option<String> {
        let is_read = self.thing.is_some() || !self.attributes.is_empty();
        (is_read && !self.is_literal).then(|| match self.left_out.as_slice() {
            [] => self.phrase.clone(),
            words => {
                let shown: Vec<String> = words.iter().map(|word| shown(word)).collect();
                format!("{} (left out: {})", self.phrase, shown.join(", "))
            }
        })
    }
}

/// Returns a word in a form that a terminal may show: its first 60 characters, with control characters
/// escaped.
fn shown(word: &str) -> String {
    word.chars().take(60).flat_map(char::escape_debug).collect()
}

/// A word that was read as another word, such as hound → dog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedWord {
    /// Word as it was typed.
    pub typed: String,
    /// Word that the model knows.
    pub known: String,
}

impl std::fmt::Display for ReplacedWord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} → {}", self.typed, self.known)
    }
}

/// A prompt in which no thing was recognized.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoThing {
    /// Words that would have named the thing, as they were typed. If there are none, the list has all words
    /// of the prompt except articles, conjunctions and boilerplate.
    pub words: Vec<String>,
    /// At most three things of the package with a similar meaning, the most similar first.
    pub suggestions: Vec<String>,
    /// Some of the things that the package knows.
    pub examples: Vec<String>,
}

#[cfg(test)]
mod tests;
