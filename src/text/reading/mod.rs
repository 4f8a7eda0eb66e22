//! From what people type to what a model with a closed vocabulary understands.
//!
//! A prompt is split into words (`words`), phrases of image prompts that describe a picture are dropped (`boilerplate`), and the rest is
//! read from left to right (`reader`): the head of the first noun phrase is the thing, its adjectives and clauses describe it, everything else
//! is left out. What is known comes from the package's word groups; what English words mean comes from the tables in `data` (`vocabulary`).
//! The tables belong to the library and not to packages, because they are about English and not about one model: every package with word groups
//! gains from a better table without new weights.

mod boilerplate;
mod reader;
mod said;
mod tables;
mod vocabulary;
mod words;

pub use vocabulary::Vocabulary;

/// What a prompt may leave unsaid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// The prompt must name a thing.
    #[default]
    Thing,
    /// A shape is given beside the prompt. It is the thing, so that a change alone ("made of gold") is enough.
    Change,
}

/// What was understood of a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The phrase that is encoded: "a green truck". The prompt itself for models without word groups.
    pub phrase: String,
    /// The thing, as the package names it: "truck". `None` where the prompt names none or the model has no word groups.
    pub thing: Option<String>,
    /// What is said about the thing, as the package names it, in the order of the phrase: "green", "with roof", "riding a bicycle".
    pub attributes: Vec<String>,
    /// Words that were left out, as they were typed, in order, each once. Boilerplate of image prompts is not listed.
    pub left_out: Vec<String>,
    /// Words that were read as a known word, each once.
    pub replaced: Vec<ReplacedWord>,
    /// Whether the phrase says the same words as the prompt.
    pub is_literal: bool,
}

impl Reading {
    /// Returns both readings' left-out and replaced words, each once, for a mesh that is made of several prompts. The phrase, thing and
    /// attributes are those of `self`, or of a prompt that names no thing.
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

    /// Checks that a mesh can be made of the phrase alone. Errors: [`NoThing`] where it only says what is to become of a shape.
    pub fn check_thing(&self) -> Result<(), NoThing> {
        if self.thing.is_some() || self.attributes.is_empty() {
            return Ok(());
        }
        Err(NoThing { words: vec![self.phrase.clone()], ..NoThing::default() })
    }

    /// Returns one line for people where the phrase differs from the prompt: "a green truck (left out: monster)". `None` where the prompt was
    /// understood word for word, and for models without word groups.
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

/// A word as a terminal may show it: without control characters, cut at 60.
fn shown(word: &str) -> String {
    word.chars().take(60).flat_map(char::escape_debug).collect()
}

/// A word that was read as another: hound → dog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedWord {
    /// As it was typed.
    pub typed: String,
    /// The model's word.
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
    /// The words that would have named it, as they were typed; all words where none would.
    pub words: Vec<String>,
    /// Things of the package that are near in meaning, nearest first, at most three.
    pub suggestions: Vec<String>,
    /// Some of the things that the package knows.
    pub examples: Vec<String>,
}

#[cfg(test)]
mod tests;
