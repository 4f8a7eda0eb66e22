//! Prompts that are still being typed, whose last word may be incomplete.

use super::tokenizer::Tokenizer;

/// A prompt as it stands while someone types it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Prompt to encode.
    pub prompt: String,
    /// Whole word that replaced the last typed word, if it was completed.
    pub completed: Option<String>,
    /// Last typed word, if it was left out because several known words begin with it.
    pub unfinished: Option<String>,
}

impl Tokenizer {
    /// Interprets a prompt whose last word may still be incomplete.
    ///
    /// - A known word is kept.
    /// - The beginning of exactly one known word is completed to that word.
    /// - The beginning of several known words is left out.
    /// - Any other word is kept, so that `encode` reports it.
    ///
    /// A prompt that ends in a space or a punctuation mark is complete and is returned unchanged. A prompt of
    /// a model without a list of words is always returned unchanged.
    pub fn complete(&self, prompt: &str) -> Typed {
        let part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let (before, last) = prompt.split_at(prompt.trim_end_matches(part_of_word).len());
        let finished = Typed { prompt: prompt.to_owned(), ..Typed::default() };
        let typed = last.to_lowercase();
        if last.is_empty() || self.words().contains(&typed) {
            return finished;
        }
        let mut candidates = self.words().iter().filter(|word| word.starts_with(&typed));
        match (candidates.next(), candidates.next()) {
            (None, _) => finished,
            (Some(word), None) => {
                Typed { prompt: format!("{before}{word}"), completed: Some(word.clone()), unfinished: None }
            }
            (Some(_), Some(_)) => {
                Typed { prompt: before.to_owned(), completed: None, unfinished: Some(last.to_owned()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;
    use crate::text::tokenizer::word_level_json;
    use crate::weights::config::{TextActivation, TextConfig};

    fn tokenizer() -> Tokenizer {
        let words = ["a", "pig", "party", "hat", "wearing", "water", "car", "carpet"];
        let config = TextConfig {
            vocabulary_size: words.len() + 3,
            context_length: 12,
            width: 8,
            layers: 1,
            heads: 1,
            mlp_width: 8,
            activation: TextActivation::QuickGelu,
            start_token: "<start>".into(),
            end_token: "<end>".into(),
            unknown_token: Some("<unk>".into()),
            pooling: Default::default(),
            padding_id: None,
            function_words: vec!["a".into()],
        };
        Tokenizer::from_json(&word_level_json(&words), &config).unwrap()
    }

    #[test]
    fn the_beginning_of_one_word_is_completed() {
        let typed = tokenizer().complete("a pig Wea");
        assert_eq!(typed.prompt, "a pig wearing");
        assert_eq!(typed.completed.as_deref(), Some("wearing"));
    }

    #[test]
    fn the_beginning_of_several_words_is_left_out() {
        let typed = tokenizer().complete("a pig, wa");
        assert_eq!(typed.prompt, "a pig, water");
        let typed = tokenizer().complete("a pig, w");
        assert_eq!((typed.prompt.as_str(), typed.unfinished.as_deref()), ("a pig, ", Some("w")));
    }

    #[test]
    fn a_known_word_stands_though_a_longer_one_begins_so() {
        assert_eq!(tokenizer().complete("a car"), Typed { prompt: "a car".into(), ..Typed::default() });
    }

    #[test]
    fn a_finished_or_unknown_word_is_left_alone() {
        for prompt in ["a pig w ", "a pig wearing a hat.", "a dragon", "", "   ", "é"] {
            assert_eq!(tokenizer().complete(prompt), Typed { prompt: prompt.into(), ..Typed::default() });
        }
    }
}
