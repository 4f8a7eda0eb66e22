//! English for scenes, both ways: from a scene to its prompts and from a prompt to its scene.

use crate::random::{Random, hash};
use crate::spec::{Activity, Animal, Clothing, Hat, SceneSpec, Substance};

#[cfg(test)]
mod tests;

/// The longest prompt of the grammar, in words: 24 tokens with begin and end.
pub const LONGEST_PROMPT: usize = 22;

/// Words of the vocabulary that name nothing on their own.
pub const FUNCTION_WORDS: [&str; 4] = ["a", "an", "the", "and"];
const BACKPACK: &str = "a backpack";

/// Every phrase of the grammar, by kind, and the words that they are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Nouns, without article.
    pub animals: Vec<&'static str>,
    /// Whole phrases, as "riding a bicycle".
    pub activities: Vec<&'static str>,
    /// Whole phrases, as "made out of gold" and "wearing a cape".
    pub themes: Vec<String>,
    /// Whole phrases, as "wearing a sombrero".
    pub hats: Vec<String>,
    /// All single words, lower case, sorted, function words included: the list of a word-level tokenizer.
    pub words: Vec<&'static str>,
}

/// What a prompt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The scene.
    pub spec: SceneSpec,
    /// Words that the toybox does not know, in the prompt's order.
    pub unknown_words: Vec<String>,
}

/// Why a prompt names no scene.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing to read.
    #[error("the prompt has no words; name an animal, as in \"a pig wearing a party hat\"")]
    Empty,
    /// No animal among the words.
    #[error("the prompt names no animal that the toybox knows (unknown words: {})", unknown_words.join(", "))]
    NoAnimal {
        /// The words that were not understood.
        unknown_words: Vec<String>,
    },
    /// Two values for one attribute.
    #[error("the prompt asks for two of one kind: \"{first}\" and \"{second}\"")]
    Conflict {
        /// The value that came first.
        first: &'static str,
        /// The value that came later.
        second: &'static str,
    },
}

/// Every phrase and word of the grammar.
pub fn vocabulary() -> Vocabulary {
    let wearing = |phrase: &&'static str| format!("wearing {phrase}");
    let clothing = Clothing::ALL.iter().flat_map(|c| c.phrases());
    let hats = Hat::ALL.iter().flat_map(|h| h.phrases());
    let substances = Substance::ALL.iter().flat_map(|s| s.phrases());
    let activities: Vec<_> = Activity::ALL.iter().flat_map(|a| a.phrases()).copied().collect();
    let animals: Vec<_> = Animal::ALL.iter().flat_map(|a| a.phrases()).copied().collect();
    let phrases =
        clothing.clone().chain(hats.clone()).chain(substances.clone()).chain(&activities).chain(&animals);
    let mut words: Vec<_> = phrases.flat_map(|phrase| phrase.split(' ')).collect();
    words.extend(FUNCTION_WORDS);
    words.extend(["wearing", "backpack"]);
    words.sort_unstable();
    words.dedup();
    let themes = substances.map(ToString::to_string).chain(clothing.map(wearing));
    Vocabulary {
        themes: themes.chain([wearing(&BACKPACK)]).collect(),
        hats: hats.map(wearing).chain([wearing(&BACKPACK)]).collect(),
        animals,
        activities,
        words,
    }
}

impl SceneSpec {
    /// The paper's template, "a {animal} {activity} {theme} {hat}".
    pub fn prompt(&self) -> String {
        let mut words = vec![with_article(self.noun())];
        words.extend(self.activity.phrases().first().map(ToString::to_string));
        words.extend(self.substance.phrases().first().map(ToString::to_string));
        words.extend(self.garments().iter().map(|phrases| format!("wearing {}", phrases[0])));
        words.join(" ")
    }

    fn noun(&self) -> &'static str {
        self.animal.phrases()[0]
    }

    fn garments(&self) -> Vec<&'static [&'static str]> {
        let backpack: &'static [&'static str] = if self.backpack { &[BACKPACK] } else { &[] };
        [self.clothing.phrases(), backpack, self.hat.phrases()]
            .into_iter()
            .filter(|phrases| !phrases.is_empty())
            .collect()
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for i in (1..items.len()).rev() {
        items.swap(i, random.below(i + 1));
    }
}

/// A phrasing of the scene drawn at random: four in ten canonical, the rest with clauses in any order,
/// joined or not by "and", with other articles or none. At most [`LONGEST_PROMPT`] words.
pub fn random_prompt(spec: &SceneSpec, random: &mut Random) -> String {
    if random.chance(0.4) {
        return spec.prompt();
    }
    let prompt = rephrase(spec, random);
    if prompt.split(' ').count() <= LONGEST_PROMPT { prompt } else { spec.prompt() }
}

/// Phrasings of the scene, always the same ones, without repeats; the canonical prompt is the first.
pub fn phrasings(spec: &SceneSpec) -> Vec<String> {
    let mut prompts = vec![spec.prompt()];
    for index in 0..24 {
        let prompt = random_prompt(spec, &mut Random::stream(hash(0x7079), index));
        if !prompts.contains(&prompt) {
            prompts.push(prompt);
        }
    }
    prompts
}

fn rephrase(spec: &SceneSpec, random: &mut Random) -> String {
    let pick = |phrases: &[&'static str], random: &mut Random| -> Option<String> {
        let index = if random.chance(0.6) { 0 } else { random.below(phrases.len()) };
        phrases.get(index).map(ToString::to_string)
    };
    let mut garments: Vec<String> = spec.garments().iter().filter_map(|g| pick(g, random)).collect();
    shuffle(&mut garments, random);
    let mut clauses = Vec::new();
    clauses.extend(pick(spec.activity.phrases(), random));
    clauses.extend(pick(spec.substance.phrases(), random));
    if random.chance(0.5) {
        clauses.extend((!garments.is_empty()).then(|| format!("wearing {}", garments.join(" and "))));
    } else {
        clauses.extend(garments.iter().map(|garment| format!("wearing {garment}")));
    }
    if random.chance(0.7) {
        shuffle(&mut clauses, random);
    }
    let joined = match clauses.split_last() {
        Some((last, rest)) if !rest.is_empty() && random.chance(0.4) => {
            format!("{} and {last}", rest.join(" "))
        }
        _ => clauses.join(" "),
    };
    let subject = match random.below(10) {
        0 | 1 => format!("the {}", spec.noun()),
        2 => spec.noun().to_string(),
        _ => with_article(spec.noun()),
    };
    let prompt = format!("{subject} {joined}").trim_end().to_string();
    if !random.chance(0.12) {
        return prompt;
    }
    prompt.split(' ').filter(|word| !["a", "an", "the"].contains(word)).collect::<Vec<_>>().join(" ")
}

/// The scene that a prompt names. Case and punctuation do not matter; words that are not in the
/// vocabulary are handed back, never an error. Errors: [`ParseError`].
pub fn parse(prompt: &str) -> Result<Parsed, ParseError> {
    let words: Vec<String> = prompt
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        return Err(ParseError::Empty);
    }
    let known = vocabulary().words;
    let mut slots = Slots::default();
    let mut unknown_words = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let previous = index.checked_sub(1).map_or("", |i| words[i].as_str());
        let lone_hat = word == "hat" && !["party", "top"].contains(&previous);
        if lone_hat || known.binary_search(&word.as_str()).is_err() {
            unknown_words.push(word.clone());
        } else {
            slots.read(word, previous)?;
        }
    }
    match slots.animal {
        Some(animal) => Ok(Parsed { spec: SceneSpec { animal, ..slots.rest }, unknown_words }),
        None => Err(ParseError::NoAnimal { unknown_words }),
    }
}

#[derive(Default)]
struct Slots {
    animal: Option<Animal>,
    rest: SceneSpec,
}

impl Slots {
    /// The head noun of a phrase decides; its other words only accompany it.
    fn read(&mut self, word: &str, previous: &str) -> Result<(), ParseError> {
        if let Some(animal) = Animal::ALL.into_iter().find(|a| a.phrases()[0] == word) {
            if let Some(first) = self.animal.filter(|first| *first != animal) {
                return Err(ParseError::Conflict { first: first.phrases()[0], second: animal.phrases()[0] });
            }
            self.animal = Some(animal);
            return Ok(());
        }
        let spec = &mut self.rest;
        match word {
            "bicycle" | "bike" => fill(&mut spec.activity, Activity::Bicycle, Activity::phrases),
            "motorcycle" => fill(&mut spec.activity, Activity::Motorcycle, Activity::phrases),
            "chair" => fill(&mut spec.activity, Activity::Chair, Activity::phrases),
            "guitar" => fill(&mut spec.activity, Activity::Guitar, Activity::phrases),
            "shovel" => fill(&mut spec.activity, Activity::Shovel, Activity::phrases),
            "balloon" => fill(&mut spec.activity, Activity::Balloon, Activity::phrases),
            "book" => fill(&mut spec.activity, Activity::Book, Activity::phrases),
            "katana" => fill(&mut spec.activity, Activity::Katana, Activity::phrases),
            "gold" => fill(&mut spec.substance, Substance::Gold, Substance::phrases),
            "wood" => fill(&mut spec.substance, Substance::Wood, Substance::phrases),
            "jacket" => fill(&mut spec.clothing, Clothing::LeatherJacket, Clothing::phrases),
            "sweater" => fill(&mut spec.clothing, Clothing::Sweater, Clothing::phrases),
            "cape" => fill(&mut spec.clothing, Clothing::Cape, Clothing::phrases),
            "armor" => fill(&mut spec.clothing, Clothing::MedievalArmor, Clothing::phrases),
            "suit" => fill(&mut spec.clothing, Clothing::Suit, Clothing::phrases),
            "sombrero" => fill(&mut spec.hat, Hat::Sombrero, Hat::phrases),
            "helmet" => fill(&mut spec.hat, Hat::Helmet, Hat::phrases),
            "tophat" => fill(&mut spec.hat, Hat::Tophat, Hat::phrases),
            "cap" => fill(&mut spec.hat, Hat::BaseballCap, Hat::phrases),
            "hat" if previous == "party" => fill(&mut spec.hat, Hat::PartyHat, Hat::phrases),
            "hat" => fill(&mut spec.hat, Hat::Tophat, Hat::phrases),
            "backpack" => {
                spec.backpack = true;
                Ok(())
            }
            _ => Ok(()),
        }
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
