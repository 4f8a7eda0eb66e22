//! Conversion of prompts to token ids with the Hugging Face `tokenizers` crate.
//!
//! `segmenter` runs the crate. Only the normalizer, the pre-tokenizer and the model of `tokenizer.json` are
//! used. The start and end tokens come from the package's configuration. A prompt that spells `<end>`
//! therefore contains an unknown word and does not end early.

#![forbid(unsafe_code)]

mod bounds;
mod error;
mod remote;
mod segmenter;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use remote::RemoteSegmenter;
use segmenter::{Description, LocalSegmenter, Segmenter, Token};

use super::reading::{Purpose, Reading, ReplacedWord, Vocabulary};
use crate::engine::ServiceLine;
use crate::weights::config::TextConfig;
use crate::weights::nearest::nearest;

use bounds::MOST_BYTES;
use error::SHOWN;
pub use error::TokenizerError;
pub use remote::TokenizerService;

/// A prompt in the form that the text encoder takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Ids of the start token, the known words and the end token, without padding.
    pub ids: Vec<u32>,
    /// What was understood of the prompt, with the words that were replaced or left out.
    pub reading: Reading,
}

/// A tokenizer, which converts prompts to token ids. Several threads may use it at the same time.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    segmenter: Arc<dyn Segmenter>,
    start: u32,
    end: u32,
    unknown: Option<u32>,
    function_words: HashSet<u32>,
    context_length: usize,
    words: Vec<String>,
    /// Words that stand for known words, each with the known word's id and text.
    lexicon: HashMap<String, (u32, String)>,
}

impl Tokenizer {
    /// Reads `tokenizer.json` and checks it against the configuration. Errors: `Broken`, `Unsupported`,
    /// `MissingToken`, `UnknownTokenDiffers`, `IdOutOfRange`.
    pub fn from_json(json: &str, config: &TextConfig) -> Result<Self, TokenizerError> {
        let (segmenter, description) = LocalSegmenter::load(json)?;
        Self::of(Arc::new(segmenter), description, config)
    }

    /// Loads the tokenizer in a worker process, as [`Tokenizer::from_json`] does in this process. The worker
    /// must offer a [`TokenizerService`]. Errors: `Worker`, and those of `from_json`.
    pub fn in_worker(
        line: Arc<dyn ServiceLine>,
        json: &str,
        config: &TextConfig,
    ) -> Result<Self, TokenizerError> {
        let (segmenter, description) = RemoteSegmenter::load(line, json)?;
        Self::of(Arc::new(segmenter), description, config)
    }

    fn of(
        segmenter: Arc<dyn Segmenter>,
        description: Description,
        config: &TextConfig,
    ) -> Result<Self, TokenizerError> {
        if let Some(found) = description.unknown.filter(|found| Some(found) != config.unknown_token.as_ref())
        {
            let expected = config.unknown_token.clone();
            return Err(TokenizerError::UnknownTokenDiffers { found, expected });
        }
        let token = |field: &'static str, token: &str| {
            segmenter
                .token_to_id(token)
                .ok_or_else(|| TokenizerError::MissingToken { field, token: token.into() })
        };
        let start = token("text.start_token", &config.start_token)?;
        let end = token("text.end_token", &config.end_token)?;
        let unknown = match &config.unknown_token {
            Some(word) => Some(token("text.unknown_token", word)?),
            None => None,
        };
        let mut vocabulary: Vec<(u32, String)> =
            description.vocabulary.into_iter().map(|(token, id)| (id, token)).collect();
        vocabulary.sort_unstable();
        let limit = config.vocabulary_size;
        if let Some((id, token)) = vocabulary.last().filter(|(id, _)| *id as usize >= limit) {
            return Err(TokenizerError::IdOutOfRange { token: token.clone(), id: *id, limit });
        }
        let special = |id: u32| id == start || id == end || Some(id) == unknown;
        let words = if description.is_word_level {
            vocabulary.into_iter().filter(|(id, _)| !special(*id)).map(|(_, token)| token).collect()
        } else {
            Vec::new()
        };
        let function_words = config
            .function_words
            .iter()
            .map(|word| token("text.function_words", word))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            segmenter,
            start,
            end,
            unknown,
            function_words,
            context_length: config.context_length,
            words,
            lexicon: HashMap::new(),
        })
    }

    /// Adds words that stand for known words. Only models with a list of words take a lexicon, because other
    /// models compose any word from pieces. Errors: `BadLexicon`.
    pub fn with_lexicon(mut self, lexicon: &BTreeMap<String, String>) -> Result<Self, TokenizerError> {
        for (word, known) in lexicon {
            let id = self.segmenter.token_to_id(known).filter(|id| self.names(*id) && !self.words.is_empty());
            let Some(id) = id else {
                return Err(TokenizerError::BadLexicon { word: word.clone(), known: known.clone() });
            };
            self.lexicon.insert(word.clone(), (id, known.clone()));
        }
        Ok(self)
    }

    /// Returns whether an id is that of a word and not of the start, end or unknown token.
    fn names(&self, id: u32) -> bool {
        id != self.start && id != self.end && Some(id) != self.unknown
    }

    /// Returns the id and text of the known word that an unknown word stands for.
    ///
    /// A plural stands for the known word that its singular is or means. The result is the plural of that
    /// known word if the tokenizer has it. For example, "hounds" gives "dog" and "houses" gives "house".
    fn look_up(&self, word: &str) -> Option<(u32, String)> {
        let word = word.to_lowercase();
        if self.lexicon.is_empty() {
            return None;
        }
        if let Some(found) = self.lexicon.get(&word) {
            return Some(found.clone());
        }
        let (id, known) = singulars(&word).into_iter().flatten().find_map(|one| self.meaning(one))?;
        let several = format!("{known}s");
        match self.segmenter.token_to_id(&several) {
            Some(id) => Some((id, several)),
            None => Some((id, known)),
        }
    }

    /// Returns the id and text of the word itself, or of the known word that it stands for. Returns `None`
    /// for function words and for words that stand for no known word.
    fn meaning(&self, word: String) -> Option<(u32, String)> {
        let id = self
            .segmenter
            .token_to_id(&word)
            .filter(|id| self.names(*id) && !self.function_words.contains(id));
        match id {
            Some(id) => Some((id, word)),
            None => self.lexicon.get(&word).cloned(),
        }
    }

    /// Returns the words that this tokenizer knows, in the order of their ids. The list is empty for models
    /// that compose any word from pieces (BPE).
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns at most three known words with a spelling similar to this word's, nearest first.
    pub fn suggestions(&self, word: &str) -> Vec<String> {
        nearest(&word.to_lowercase(), self.words.iter().map(String::as_str), 3)
    }

    /// Reads a prompt with a package's vocabulary and encodes the phrase that was understood. Errors:
    /// `NoThing`, and those of [`Tokenizer::encode`].
    pub fn encode_read(
        &self,
        prompt: &str,
        vocabulary: &Vocabulary,
        purpose: Purpose,
    ) -> Result<Encoded, TokenizerError> {
        if prompt.len() > MOST_BYTES {
            return Err(TokenizerError::TooManyBytes { found: prompt.len(), limit: MOST_BYTES });
        }
        if prompt.trim().is_empty() {
            return Err(TokenizerError::Empty);
        }
        let reading = vocabulary.read(prompt, purpose).map_err(TokenizerError::NoThing)?;
        let ids = self.encode(&reading.phrase)?.ids;
        Ok(Encoded { ids, reading })
    }

    /// Encodes a prompt. Errors: `Empty`, `TooManyBytes`, `TooLong`, `NothingKnown`, `Failed`, `Worker`.
    pub fn encode(&self, prompt: &str) -> Result<Encoded, TokenizerError> {
        crate::error::fault("text");
        if prompt.len() > MOST_BYTES {
            return Err(TokenizerError::TooManyBytes { found: prompt.len(), limit: MOST_BYTES });
        }
        if prompt.trim().is_empty() {
            return Err(TokenizerError::Empty);
        }
        let tokens = self.segmenter.split(prompt)?;
        // Unknown words count too, so that the length of a prompt does not depend on which words the model
        // knows.
        let found = tokens.len().saturating_add(2);
        if found > self.context_length {
            return Err(TokenizerError::TooLong { found, limit: self.context_length });
        }
        let mut ids = vec![self.start];
        let mut reading = Reading { phrase: prompt.to_owned(), ..Reading::default() };
        let mut seen = HashSet::new();
        for (index, &Token { id, .. }) in tokens.iter().enumerate() {
            if self.names(id) {
                ids.push(id);
                continue;
            }
            let word = typed_word(prompt, &tokens, index);
            let is_new = !is_punctuation(word) && seen.insert(word);
            if let Some((id, known)) = self.look_up(word) {
                ids.push(id);
                if is_new {
                    reading.replaced.push(ReplacedWord { typed: word.to_owned(), known });
                }
            } else if is_new {
                reading.left_out.push(word.to_owned());
            }
        }
        let names_something = ids.iter().any(|id| *id != self.start && !self.function_words.contains(id));
        if !names_something {
            return Err(self.nothing_known(prompt, reading.left_out));
        }
        ids.push(self.end);
        reading.is_literal = reading.left_out.is_empty() && reading.replaced.is_empty();
        Ok(Encoded { ids, reading })
    }

    /// Returns the id of the start token, the ids of all tokens of a prompt, and the id of the end token,
    /// without any check of content or length. The result equals that of Hugging Face's tokenizers without
    /// truncation. Errors: `Failed`, `Worker`.
    pub fn token_ids(&self, prompt: &str) -> Result<Vec<u32>, TokenizerError> {
        let tokens = self.segmenter.split(prompt)?;
        let words = tokens.into_iter().map(|token| token.id);
        Ok(std::iter::once(self.start).chain(words).chain([self.end]).collect())
    }

    fn nothing_known(&self, prompt: &str, mut words: Vec<String>) -> TokenizerError {
        if words.is_empty() {
            words.push(prompt.trim().to_owned());
        }
        let mut suggestions: Vec<String> = Vec::new();
        for suggestion in words.iter().take(SHOWN).flat_map(|word| self.suggestions(word)) {
            // A word is not suggested in place of itself. A prompt that is only an article has such a word:
            // the model knows the article, but it names nothing.
            if !suggestions.contains(&suggestion) && !words.contains(&suggestion) {
                suggestions.push(suggestion);
            }
        }
        TokenizerError::NothingKnown { words, suggestions }
    }
}

/// Returns the words of which a word may be the regular English plural, likeliest first. "as" and "is" have
/// no singular here.
fn singulars(word: &str) -> [Option<String>; 3] {
    let cut = |ending: &str, instead: &str| {
        let stem = word.strip_suffix(ending).filter(|stem| stem.len() > 1)?;
        Some(format!("{stem}{instead}"))
    };
    [cut("s", ""), cut("es", ""), cut("ies", "y")]
}

/// Returns the part of the prompt that the token's whole word came from.
fn typed_word<'a>(prompt: &'a str, tokens: &[Token], index: usize) -> &'a str {
    let word = tokens.get(index).and_then(|token| token.word);
    let same = |other: usize| word.is_some() && tokens.get(other).and_then(|token| token.word) == word;
    let mut first = index;
    while first.checked_sub(1).is_some_and(same) {
        first -= 1;
    }
    let mut last = index;
    while same(last + 1) {
        last += 1;
    }
    let bytes = |index: usize| tokens.get(index).map_or((0, 0), |token| token.bytes);
    prompt.get(bytes(first).0..bytes(last).1).unwrap_or(prompt)
}

/// Returns whether all characters separate words: ASCII punctuation, typographic quotes, dashes and dots.
fn is_punctuation(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_punctuation() || ('\u{2010}'..='\u{2027}').contains(&letter))
}

/// Returns a `tokenizer.json` with exactly the given words. Its tokenizer lowercases prompts and splits them
/// at white space and punctuation.
///
/// The ids are `<unk>` 0, `<start>` 1 and `<end>` 2, then the words in the order given. Repeated words, and
/// words that differ only in case, are skipped. A word with punctuation inside becomes its parts, as in a
/// prompt: `t-shirt` becomes `t` and `shirt`.
pub fn word_level_json(words: &[&str]) -> String {
    let mut vocabulary = serde_json::Map::new();
    for special in [UNKNOWN, START, END] {
        vocabulary.insert(special.into(), vocabulary.len().into());
    }
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    for word in lower.iter().flat_map(|word| word.split(|letter| !part_of_word(letter))) {
        if !word.is_empty() && !vocabulary.contains_key(word) {
            vocabulary.insert(word.into(), vocabulary.len().into());
        }
    }
    let json = serde_json::json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": { "type": "Sequence", "normalizers": [{ "type": "NFC" }, { "type": "Lowercase" }] },
        "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": null,
        "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": UNKNOWN },
    });
    format!("{json:#}\n")
}

/// Unknown token of [`word_level_json`].
pub const UNKNOWN: &str = "<unk>";
/// Start token of [`word_level_json`].
pub const START: &str = "<start>";
/// End token of [`word_level_json`].
pub const END: &str = "<end>";

#[cfg(test)]
mod tests;
