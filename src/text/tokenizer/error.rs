//! Errors of the tokenizer.

use std::borrow::Cow;

use crate::text::reading::NoThing;

/// Reasons why a prompt or a tokenizer is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizerError {
    /// The prompt is empty or holds only white space.
    #[error("the prompt is empty; describe a thing, such as \"a pig wearing a party hat\"")]
    Empty,
    /// The prompt has too many bytes to be split.
    #[error("the prompt has {found} bytes; at most {limit} are read")]
    TooManyBytes {
        /// Length of the prompt, in bytes.
        found: usize,
        /// Largest length, in bytes.
        limit: usize,
    },
    /// The prompt has more tokens than the model's context.
    #[error(
        "the prompt has {found} tokens with its start and end; this model reads at most {limit}: shorten it"
    )]
    TooLong {
        /// Number of tokens, known and unknown, with start and end.
        found: usize,
        /// Context length of the model, in tokens.
        limit: usize,
    },
    /// No word of the prompt that names something is in the vocabulary.
    #[error("this model knows no word of the prompt ({}){}", listed(words), did_you_mean(suggestions))]
    NothingKnown {
        /// The words as they were typed.
        words: Vec<String>,
        /// Known words with a similar spelling.
        suggestions: Vec<String>,
    },
    /// The prompt names no thing that the package knows.
    #[error("the prompt names no thing that this model knows ({}); {}", listed(&.0.words), advice(.0))]
    NoThing(NoThing),
    /// `tokenizer.json` cannot be parsed.
    #[error("tokenizer.json is broken: {message}")]
    Broken {
        /// Message of the parser.
        message: String,
    },
    /// A part of `tokenizer.json` is of an unsupported kind.
    #[error("tokenizer.json: its {part} is of an unsupported kind; {expected}")]
    Unsupported {
        /// Name of the part: `model`, `normalizer` or `pre_tokenizer`.
        part: Cow<'static, str>,
        /// What is or is not supported, as a clause of the message.
        expected: Cow<'static, str>,
    },
    /// The vocabulary lacks a token that the configuration names.
    #[error(
        "tokenizer.json has no token {token:?}, which model.json names as {field}; use the tokenizer.json of this model"
    )]
    MissingToken {
        /// Field of `model.json` that names the token.
        field: &'static str,
        /// The token.
        token: String,
    },
    /// `tokenizer.json` and `model.json` name different unknown tokens.
    #[error("tokenizer.json replaces unknown words by {found:?}; model.json expects {expected:?}")]
    UnknownTokenDiffers {
        /// Unknown token of `tokenizer.json`.
        found: String,
        /// Unknown token of `model.json`; `None` if it names none.
        expected: Option<String>,
    },
    /// A token's id is not less than the number of rows of the embedding.
    #[error(
        "tokenizer.json gives {token:?} the id {id}; expected an id less than text.vocabulary_size, {limit}"
    )]
    IdOutOfRange {
        /// The token.
        token: String,
        /// Id of the token.
        id: u32,
        /// Vocabulary size of `model.json`.
        limit: usize,
    },
    /// The package's lexicon maps a word to a word that the tokenizer does not have.
    #[error(
        "model.json says that {word:?} means {known:?}, which tokenizer.json does not have; use a word that it has"
    )]
    BadLexicon {
        /// Word that the lexicon maps.
        word: String,
        /// Known word that it is mapped to.
        known: String,
    },
    /// The worker process in which the tokenizer runs failed or did not answer.
    #[error("the tokenizer's process failed: {message}")]
    Worker {
        /// Message of the worker, or a description of how it ended.
        message: String,
    },
    /// The tokenizer failed on this prompt.
    #[error("the tokenizer failed on this prompt: {message}")]
    Failed {
        /// Message of the tokenizer.
        message: String,
    },
}

/// Returns the first five words, each cut to 40 characters, and the number of the other words. Control
/// characters are escaped, because messages go to a terminal.
pub(super) fn listed(words: &[String]) -> String {
    let shorten = |word: &String| -> String { word.chars().take(40).flat_map(char::escape_debug).collect() };
    let shown: Vec<String> = words.iter().take(SHOWN).map(shorten).collect();
    let more = words.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

pub(super) fn advice(refusal: &NoThing) -> String {
    match refusal.suggestions.as_slice() {
        [] if refusal.examples.is_empty() => "name one, or give a shape".into(),
        [] => format!("name a thing that it knows, such as {}", refusal.examples.join(", ")),
        suggestions => format!("did you mean {}?", suggestions.join(", ")),
    }
}

pub(super) fn did_you_mean(suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        "; use a word that the model knows".into()
    } else {
        format!("; did you mean {}?", suggestions.join(", "))
    }
}

/// Largest number of words in a message.
pub(super) const SHOWN: usize = 5;
