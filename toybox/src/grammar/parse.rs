//! Parser from a prompt to its scene.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{FUNCTION_WORDS, NUMBERS, bare};
use crate::attributes::{Activity, Base, Clothing, Color, Hat, Proportion, Size, Substance};
use crate::catalog::Noun;
use crate::spec::SceneSpec;

/// The result of parsing a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The scene.
    pub spec: SceneSpec,
    /// Words that the toybox does not know, or does not accept in their place, in the order of the prompt.
    /// After these words come the words for attributes that the noun cannot have.
    pub unknown_words: Vec<String>,
}

/// The reason why a prompt names no scene.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The prompt has no words.
    #[error("the prompt has no words; name a thing, as in \"a pig wearing a party hat\" or \"a red chair\"")]
    Empty,
    /// The prompt has no noun.
    #[error("the prompt has no noun that the toybox knows (unknown words: {})", unknown_words.join(", "))]
    NoNoun {
        /// The words that were not understood.
        unknown_words: Vec<String>,
    },
    /// Two values for one attribute.
    #[error("the prompt gives two values for one attribute: \"{first}\" and \"{second}\"; give one")]
    Conflict {
        /// The value that came first.
        first: &'static str,
        /// The value that came later.
        second: &'static str,
    },
}

/// The meaning of a phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meaning {
    Nothing,
    Noun(Noun),
    Several(Noun),
    Count(u8),
    Size(Size),
    Proportion(Proportion),
    Color(Color),
    Substance(Substance),
    Activity(Activity),
    Clothing(Clothing),
    Backpack,
    Hat(Hat),
    With,
    On,
    Wearing,
    /// A detail, valid only after `With`.
    Feature,
    /// A base, valid only after `On`.
    Base(Base),
}

struct Phrase {
    /// Words without articles and other function words.
    words: Vec<&'static str>,
    text: &'static str,
    meaning: Meaning,
}

/// All phrases by their first word, the longest first.
type Phrases = HashMap<&'static str, Vec<Phrase>>;

const ARTICLES: [&str; 4] = ["a", "an", "the", "and"];

fn phrases() -> &'static Phrases {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let mut all = Phrases::new();
        let mut add = |text: &'static str, meaning: Meaning| {
            let words: Vec<_> = text.split(' ').filter(|word| !ARTICLES.contains(word)).collect();
            if let Some(first) = words.first() {
                all.entry(first).or_default().push(Phrase { words, text, meaning });
            }
        };
        for noun in Noun::all() {
            let entry = noun.entry();
            entry.features.iter().for_each(|feature| add(feature.words, Meaning::Feature));
            std::iter::once(entry.name)
                .chain(entry.synonyms.iter().copied())
                .for_each(|name| add(name, Meaning::Noun(noun)));
            entry.plural.into_iter().for_each(|name| add(name, Meaning::Several(noun)));
        }
        NUMBERS.iter().zip(2..).for_each(|(number, count)| add(number, Meaning::Count(count)));
        let mut add_all =
            |texts: &[&'static str], meaning: Meaning| texts.iter().for_each(|text| add(bare(text), meaning));
        Size::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Size(value)));
        Proportion::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Proportion(value)));
        Color::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Color(value)));
        for value in Substance::ALL {
            add_all(value.phrases(), Meaning::Substance(value));
            add_all(value.adjectives(), Meaning::Substance(value));
        }
        Activity::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Activity(value)));
        Clothing::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Clothing(value)));
        Hat::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Hat(value)));
        Base::ALL.into_iter().for_each(|value| add_all(value.phrases(), Meaning::Base(value)));
        add_all(&[super::BACKPACK], Meaning::Backpack);
        add_all(&["with"], Meaning::With);
        add_all(&["on", "standing on"], Meaning::On);
        add_all(&["wearing"], Meaning::Wearing);
        let idle = FUNCTION_WORDS.iter().filter(|word| !["on", "wearing", "with"].contains(word));
        idle.for_each(|word| add_all(&[word], Meaning::Nothing));
        all.values_mut()
            .for_each(|phrases| phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len())));
        all
    })
}

/// The part of the scene to which the next attributes belong.
#[derive(Clone, Copy, Default, PartialEq)]
enum Subject {
    #[default]
    Thing,
    Feature,
    Base,
    /// The clothing after "wearing". After the thing is named, a noun there is reported as unknown, as in "a
    /// pig wearing a hat".
    Garment,
}

impl Subject {
    /// Returns whether a phrase of this meaning is valid here. `is_named` tells whether the thing itself was
    /// read before.
    fn accepts(self, meaning: Meaning, is_named: bool) -> bool {
        match meaning {
            Meaning::Feature => self == Self::Feature,
            Meaning::Base(_) => self == Self::Base,
            Meaning::Color(_) => self != Self::Base,
            Meaning::Substance(_) => self != Self::Feature,
            Meaning::Noun(_) | Meaning::Several(_) => !(self == Self::Garment && is_named),
            _ => true,
        }
    }
}

/// Returns the scene that a prompt names. Case and punctuation do not matter. Words outside the vocabulary
/// are returned in `unknown_words` and cause no error. Errors: [`ParseError`].
pub fn parse(prompt: &str) -> Result<Parsed, ParseError> {
    let words: Vec<String> = prompt
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        return Err(ParseError::Empty);
    }
    let kept: Vec<&str> = words.iter().map(String::as_str).filter(|word| !ARTICLES.contains(word)).collect();
    let mut reader = Reader::default();
    let mut index = 0;
    while let Some(word) = kept.get(index) {
        let rest = &kept[index..];
        let candidates = phrases().get(word).map_or(&[][..], Vec::as_slice);
        let fits = |phrase: &&Phrase| {
            reader.subject.accepts(phrase.meaning, reader.noun.is_some()) && rest.starts_with(&phrase.words)
        };
        // A detail or a base takes precedence over a thing of the same name.
        let wanted = candidates.iter().filter(fits).max_by_key(|phrase| {
            (phrase.words.len(), matches!(phrase.meaning, Meaning::Feature | Meaning::Base(_)))
        });
        match wanted {
            Some(phrase) => {
                reader.read(phrase)?;
                index += phrase.words.len();
            }
            None => {
                reader.unknown_words.push((*word).to_string());
                index += 1;
            }
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    noun: Option<Noun>,
    spec: SceneSpec,
    feature: Option<&'static str>,
    count: Option<&'static str>,
    subject: Subject,
    unknown_words: Vec<String>,
}

impl Reader {
    fn read(&mut self, phrase: &Phrase) -> Result<(), ParseError> {
        let spec = &mut self.spec;
        let text = phrase.text;
        match phrase.meaning {
            Meaning::Nothing => Ok(()),
            Meaning::With => {
                self.subject = Subject::Feature;
                Ok(())
            }
            Meaning::On => {
                self.subject = Subject::Base;
                Ok(())
            }
            Meaning::Wearing => {
                self.subject = Subject::Garment;
                Ok(())
            }
            Meaning::Noun(noun) => self.name(noun, 1),
            Meaning::Several(noun) => self.name(noun, 2),
            Meaning::Count(count) => match self.count.filter(|first| *first != text) {
                Some(first) => Err(ParseError::Conflict { first, second: text }),
                None => {
                    (self.count, spec.count) = (Some(text), count);
                    Ok(())
                }
            },
            Meaning::Feature => {
                self.subject = Subject::Thing;
                match self.feature.filter(|first| *first != text) {
                    Some(first) => Err(ParseError::Conflict { first, second: text }),
                    None => {
                        self.feature = Some(text);
                        Ok(())
                    }
                }
            }
            Meaning::Base(base) => {
                self.subject = Subject::Thing;
                fill(&mut spec.base, base, Base::phrases)
            }
            Meaning::Color(color) if self.subject == Subject::Feature => {
                fill(&mut spec.feature_color, color, Color::phrases)
            }
            Meaning::Substance(substance) if self.subject == Subject::Base => {
                fill(&mut spec.base_substance, substance, Substance::adjectives)
            }
            Meaning::Color(color) => fill(&mut spec.color, color, Color::phrases),
            Meaning::Substance(substance) => fill(&mut spec.substance, substance, Substance::adjectives),
            Meaning::Size(size) => fill(&mut spec.size, size, Size::phrases),
            Meaning::Proportion(proportion) => fill(&mut spec.proportion, proportion, Proportion::phrases),
            Meaning::Activity(activity) => fill(&mut spec.activity, activity, Activity::phrases),
            Meaning::Clothing(clothing) => {
                self.subject = Subject::Thing;
                fill(&mut spec.clothing, clothing, Clothing::phrases)
            }
            Meaning::Hat(hat) => {
                self.subject = Subject::Thing;
                fill(&mut spec.hat, hat, Hat::phrases)
            }
            Meaning::Backpack => {
                self.subject = Subject::Thing;
                spec.backpack = true;
                Ok(())
            }
        }
    }

    fn name(&mut self, noun: Noun, at_least: u8) -> Result<(), ParseError> {
        if let Some(first) = self.noun.filter(|first| *first != noun) {
            return Err(ParseError::Conflict { first: first.entry().name, second: noun.entry().name });
        }
        self.noun = Some(noun);
        self.subject = Subject::Thing;
        self.spec.count = self.spec.count.max(at_least);
        Ok(())
    }

    fn finish(mut self) -> Result<Parsed, ParseError> {
        let Some(noun) = self.noun else {
            return Err(ParseError::NoNoun { unknown_words: self.unknown_words });
        };
        let features = noun.entry().features;
        if let Some(words) = self.feature {
            match features.iter().position(|feature| feature.words == words) {
                Some(index) => self.spec.feature = index as u8 + 1,
                None => self.unknown_words.push(words.to_string()),
            }
        }
        self.spec.noun = noun;
        for attribute in self.spec.drop_impossible() {
            self.unknown_words.push(attribute.to_string());
        }
        Ok(Parsed { spec: self.spec, unknown_words: self.unknown_words })
    }
}

fn fill<T: Copy + Default + PartialEq>(
    slot: &mut T,
    value: T,
    phrases: fn(T) -> &'static [&'static str],
) -> Result<(), ParseError> {
    if *slot != T::default() && *slot != value {
        return Err(ParseError::Conflict { first: phrases(*slot)[0], second: phrases(value)[0] });
    }
    *slot = value;
    Ok(())
}
