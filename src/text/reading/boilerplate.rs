//! Phrases of image prompts that describe a picture and not the thing in it.

use std::collections::HashMap;

use super::tables;
use super::words::Word;

/// A word of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternWord {
    Exact(&'static str),
    AnyColor,
}

/// A phrase of `boilerplate.txt`.
#[derive(Clone, Debug)]
struct Pattern {
    parts: Vec<PatternWord>,
    /// Whether the words before the phrase are dropped too, back to a comma.
    before: bool,
    /// Whether the words after the phrase are dropped too, up to a comma.
    rest: bool,
}

/// All phrases, by their first word.
#[derive(Clone, Debug, Default)]
pub(super) struct Boilerplate {
    patterns: HashMap<&'static str, Vec<Pattern>>,
}

/// Key of patterns that begin with a color.
const COLOR: &str = "{color}";

impl Boilerplate {
    pub fn new() -> Self {
        let mut patterns: HashMap<&'static str, Vec<Pattern>> = HashMap::new();
        for line in tables::boilerplate() {
            let tokens: Vec<&str> = line.split(' ').collect();
            let is_word = |token: &&&str| !matches!(**token, "{before}" | "{rest}");
            let part = |token: &&'static str| {
                if *token == COLOR {
                    PatternWord::AnyColor
                } else {
                    PatternWord::Exact(token.trim_end_matches("'s"))
                }
            };
            let parts: Vec<PatternWord> = tokens.iter().filter(is_word).map(part).collect();
            let (before, rest) = (tokens.first() == Some(&"{before}"), tokens.last() == Some(&"{rest}"));
            let Some(first) = parts.first() else { continue };
            let key = if let PatternWord::Exact(word) = first { word } else { COLOR };
            patterns.entry(key).or_default().push(Pattern { parts, before, rest });
        }
        patterns
            .values_mut()
            .for_each(|of_key| of_key.sort_by_key(|pattern| std::cmp::Reverse(pattern.parts.len())));
        Self { patterns }
    }

    /// Returns for each word whether it is dropped, because it belongs to a phrase of `boilerplate.txt` or
    /// leads to one. is_color: whether a word names a color. ends: whether a word ends a noun phrase.
    pub fn find(
        &self,
        words: &[Word],
        is_color: &dyn Fn(&str) -> bool,
        ends: &dyn Fn(&str) -> bool,
    ) -> Vec<bool> {
        let mut dropped = vec![false; words.len()];
        let mut at = 0;
        while at < words.len() {
            let Some((from, to)) = self.at(words, at, is_color) else {
                at += 1;
                continue;
            };
            let mut from = from;
            // The words that lead to the phrase are dropped too, such as "on a" in "on a white background".
            // They stay if the noun phrase continues after the phrase.
            if words.get(to).is_none_or(|next| next.begins || ends(&next.text) || next.text == "and") {
                while from > 0 && is_article(words, from - 1) {
                    from -= 1;
                }
                if from > 0 && leads(words, from - 1) {
                    from -= 1;
                }
            }
            dropped.get_mut(from..to).into_iter().flatten().for_each(|word| *word = true);
            at = to;
        }
        dropped
    }

    /// Returns the range of words to drop for the longest phrase that begins at a word: the first word, and
    /// the end (exclusive). Returns `None` if no phrase begins there.
    fn at(&self, words: &[Word], at: usize, is_color: &dyn Fn(&str) -> bool) -> Option<(usize, usize)> {
        let word = words.get(at)?;
        let of = |key: &str| self.patterns.get(key).into_iter().flatten();
        let colored = is_color(&word.text).then(|| of(COLOR)).into_iter().flatten();
        let fits = |pattern: &&Pattern| {
            pattern.parts.iter().enumerate().all(|(index, part)| {
                words.get(at + index).is_some_and(|word| {
                    (index == 0 || !word.begins || word.text.chars().all(char::is_numeric))
                        && match part {
                            PatternWord::Exact(text) => word.text == *text,
                            PatternWord::AnyColor => is_color(&word.text),
                        }
                })
            })
        };
        let pattern = of(&word.text).chain(colored).filter(fits).max_by_key(|pattern| pattern.parts.len())?;
        let end = at + pattern.parts.len();
        // A compound such as "art-deco" or "clean-shaven" is a different word.
        if words.get(end).is_some_and(|next| next.joined) && pattern.parts.len() == 1 {
            return None;
        }
        let begin = |mut from: usize| {
            while from > 0 && words.get(from).is_some_and(|word| !word.begins) {
                from -= 1;
            }
            from
        };
        // In "a matte painting of a castle", the thing follows "of". So "of" and the words before the phrase
        // are dropped too.
        let is_of = words.get(end).is_some_and(|next| next.text == "of" && !next.begins);
        let from = if pattern.before || is_of { begin(at) } else { at };
        let to = if pattern.rest {
            (end..words.len())
                .find(|&index| words.get(index).is_some_and(|word| word.begins))
                .unwrap_or(words.len())
        } else {
            end + usize::from(is_of)
        };
        Some((from, to))
    }
}

fn is_article(words: &[Word], at: usize) -> bool {
    let next_begins = words.get(at + 1).is_some_and(|word| word.begins);
    !next_begins && words.get(at).is_some_and(|word| matches!(word.text.as_str(), "a" | "an" | "the"))
}

/// Returns whether the word leads to the phrase after it: a preposition, "and" or "featuring".
fn leads(words: &[Word], at: usize) -> bool {
    const LEADING: [&str; 12] =
        ["on", "with", "in", "against", "at", "and", "under", "over", "for", "from", "as", "featuring"];
    let next_begins = words.get(at + 1).is_some_and(|word| word.begins);
    !next_begins && words.get(at).is_some_and(|word| LEADING.contains(&word.text.as_str()))
}
