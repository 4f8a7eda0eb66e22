//! Several answers to one prompt: a seed goes part of the way from the prompt to one that says more.
//!
//! An amortized model answers a prompt with one mesh, and noise added to a latent would leave what it was trained on. What a prompt leaves
//! open (a chair's colour, its proportions, whether it has arms) the model knows by words; so a seed draws some of them from the groups that the
//! package lists for it (`words.varied`), and the latent is a mix of the prompt's own and the longer one's (ATT3D, eq. 8). What the prompt
//! says already is not drawn.

use super::{Embedding, Model, PipelineError, Purpose};
use crate::weights::config::WordGroup;

#[cfg(test)]
mod tests;

/// Chance of each group to be drawn from.
const DRAWN: f32 = 0.7;
/// How far a variant goes towards the longer prompt.
const SHARE: [f32; 2] = [0.35, 0.85];

/// Vigna's splitmix64.
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1 << 24) as f32
    }

    /// One of the items.
    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = (u128::from(self.bits()) * items.len() as u128) >> 64;
        items.get(index as usize)
    }
}

impl Model {
    /// Can a prompt's mesh be varied by a seed?
    pub fn has_seeds(&self) -> bool {
        !self.config().words.varied.is_empty()
    }

    /// Encodes one prompt, varied by a seed: 0 is the plain prompt, and every other number a variant, the same each time; the plain prompt too where it
    /// leaves nothing open ([`Model::varies`]). Errors:
    /// `NoSeeds` for a model that knows no variants; those of [`Model::embed`].
    pub fn embed_variant(
        &self,
        prompt: &str,
        seed: u64,
        purpose: Purpose,
    ) -> Result<Embedding, PipelineError> {
        if seed == 0 {
            return self.embed_for(&[prompt], purpose);
        }
        if !self.has_seeds() {
            return Err(PipelineError::NoSeeds);
        }
        let mut chance = Chance(seed);
        // What a prompt has no room for is left out, the last drawn first.
        let mut drawn = self.drawn(prompt, purpose, &mut chance)?;
        let phrase = self.read(prompt, purpose)?.phrase;
        let share = SHARE[0] + (SHARE[1] - SHARE[0]) * chance.uniform();
        loop {
            if drawn.is_empty() {
                return self.embed_for(&[prompt], purpose);
            }
            let longer = self.said(&phrase, &drawn);
            match self.embed_for(&[prompt, &longer], purpose) {
                Ok(mut both) => {
                    both.latent = self.mix(&both, &[1.0 - share, share])?;
                    both.readings.truncate(1);
                    return Ok(both);
                }
                Err(PipelineError::Prompt(_)) => drop(drawn.pop()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Does the prompt leave something open that a seed could say? If not, every seed gives the plain answer. Errors: `Prompt`.
    pub fn varies(&self, prompt: &str) -> Result<bool, PipelineError> {
        let said = self.said_words(prompt, Purpose::Change)?;
        Ok(self.config().words.varied.iter().any(|group| !self.open_phrases(group, &said).is_empty()))
    }

    /// Phrases for the prompt, one a group at most, of groups that it has no word of; at least one, if there is one.
    fn drawn(
        &self,
        prompt: &str,
        purpose: Purpose,
        chance: &mut Chance,
    ) -> Result<Vec<Addition>, PipelineError> {
        let said = self.said_words(prompt, purpose)?;
        let mut drawn = Vec::new();
        let mut spare = None;
        for group in &self.config().words.varied {
            // Drawn in any case, so that a word more in the prompt does not change all that follows.
            let (is_drawn, bits) = (chance.uniform() < DRAWN, chance.bits());
            let open = self.open_phrases(group, &said);
            let Some(picked) = Chance(bits).pick(&open).cloned() else { continue };
            if is_drawn {
                drawn.push(picked);
            } else {
                spare = Some(picked);
            }
        }
        if drawn.is_empty() {
            drawn.extend(spare);
        }
        Ok(drawn)
    }

    /// What a group could add to a prompt of these words; nothing if the prompt has one of its phrases.
    fn open_phrases(&self, group: &WordGroup, said: &[String]) -> Vec<Addition> {
        let fitting: Vec<Addition> =
            group.phrases.iter().filter_map(|phrase| Addition::of(phrase, said)).collect();
        let is_said = |addition: &Addition| {
            let (Addition::Adjective(text) | Addition::Clause(text)) = addition;
            let mut own = text.split(' ').filter(|word| !self.is_function_word(word));
            own.next_back().is_some_and(|last| said.iter().any(|word| word == last))
        };
        if fitting.iter().any(is_said) { Vec::new() } else { fitting }
    }

    /// The prompt's words as the model reads them: "hound" is "dog". Errors: `Prompt`.
    fn said_words(&self, prompt: &str, purpose: Purpose) -> Result<Vec<String>, PipelineError> {
        let reading = self.read(prompt, purpose)?;
        let known = |word: String| {
            let replaced = reading.replaced.iter().find(|replaced| replaced.typed.to_lowercase() == word);
            replaced.map_or(word, |replaced| replaced.known.clone())
        };
        let said = plain_words(&reading.phrase).into_iter().map(known);
        // A name that the model was trained with is said, and the package's own name is what its groups go by: "bunny", "rabbit".
        let named = reading.thing.iter().chain(&reading.attributes).flat_map(|phrase| plain_words(phrase));
        Ok(said.chain(named).collect())
    }

    fn is_function_word(&self, word: &str) -> bool {
        self.config().text.function_words.iter().any(|function| function == word)
    }

    /// The prompt with the additions: adjectives before its first word that names something, the rest behind.
    fn said(&self, prompt: &str, additions: &[Addition]) -> String {
        let mut words: Vec<&str> = prompt.split_whitespace().collect();
        let is_name = |word: &&str| !plain_words(word).iter().all(|word| self.is_function_word(word));
        let mut place = words.iter().position(is_name).unwrap_or(0);
        for addition in additions {
            match addition {
                Addition::Adjective(word) => {
                    words.insert(place, word);
                    place += 1;
                }
                Addition::Clause(clause) => words.push(clause),
            }
        }
        words.join(" ")
    }
}

/// What is said besides.
#[derive(Clone, Debug, PartialEq)]
enum Addition {
    /// "tall".
    Adjective(String),
    /// "with arms".
    Clause(String),
}

impl Addition {
    /// A phrase of one word as an adjective; one of several that begins with a word of the prompt ("chair with arms") without that word. Others
    /// belong to other things.
    fn of(phrase: &str, said: &[String]) -> Option<Self> {
        match phrase.split_once(' ') {
            None => Some(Self::Adjective(phrase.to_owned())),
            Some((first, rest)) => {
                said.iter().any(|word| word == first).then(|| Self::Clause(rest.to_owned()))
            }
        }
    }
}

/// Lower case, without what is not a letter at their ends.
fn plain_words(text: &str) -> Vec<String> {
    let plain = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    text.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect()
}
