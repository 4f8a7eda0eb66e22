//! How a prompt's unknown words were read.

/// What became of a prompt's words that the model does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Those that were left out, as they were typed, in order, each once. Punctuation that it does not know is left out
    /// too, but is no word.
    pub unknown_words: Vec<String>,
    /// Those that were read as a known word.
    pub replaced_words: Vec<ReplacedWord>,
}

impl Reading {
    /// Both readings, each word once.
    pub fn and(mut self, other: &Self) -> Self {
        for word in &other.unknown_words {
            if !self.unknown_words.contains(word) {
                self.unknown_words.push(word.clone());
            }
        }
        for word in &other.replaced_words {
            if !self.replaced_words.contains(word) {
                self.replaced_words.push(word.clone());
            }
        }
        self
    }
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
