//! Variants of one prompt: a seed moves the prompt's latent toward the latent of a more specific prompt.
//!
//! An amortized model makes one mesh per prompt. A latent with added noise would lie outside of the
//! distribution on which the model was trained. But the model knows words for what a prompt leaves open, such
//! as a chair's color, its proportions or its arms. So a seed draws phrases from the groups that the package
//! lists in `words.varied`. The phrases are added to the prompt. The variant's latent is a mix of the
//! prompt's own latent and the latent of this longer prompt (ATT3D, eq. 8). What the prompt already specifies
//! is not drawn.

use super::{Embedding, Model, PipelineError, Purpose};
use crate::error::{ProgressCallback, no_progress};
use crate::weights::config::WordGroup;

#[cfg(test)]
mod tests;

/// Probability that a phrase is drawn from a group.
const DRAWN: f32 = 0.7;
/// Range of the weight of the longer prompt in the mix.
const SHARE: [f32; 2] = [0.35, 0.85];

/// Random number generator: splitmix64 (Vigna).
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Returns a number uniform in [0, 1).
    fn uniform(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1 << 24) as f32
    }

    /// Returns one of the items; `None` if there are no items.
    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = (u128::from(self.bits()) * items.len() as u128) >> 64;
        items.get(index as usize)
    }
}

impl Model {
    /// Returns whether a seed can vary a prompt's mesh: by other words, or by other noise.
    pub fn has_seeds(&self) -> bool {
        self.description().has_seeds()
    }

    /// Encodes a prompt or a variant of it. Seed 0 selects the plain prompt. Every other seed selects a
    /// variant; the same seed always selects the same variant. If the prompt leaves nothing open
    /// ([`Model::varies`]), every seed selects the plain prompt. The seed of a diffusion model selects the
    /// noise, and the latent is always that of the plain prompt. Errors: `NoSeeds` for a model without
    /// variants, and those of [`Model::embed`].
    pub fn embed_variant(
        &self,
        prompt: &str,
        seed: u64,
        purpose: Purpose,
    ) -> Result<Embedding, PipelineError> {
        self.embed_variant_with_progress(prompt, seed, purpose, &no_progress)
    }

    /// Does the same as [`Model::embed_variant`]. on_progress: as for `embed_with_progress`. Errors: those of
    /// [`Model::embed_variant`], `Cancelled`.
    pub(super) fn embed_variant_with_progress(
        &self,
        prompt: &str,
        seed: u64,
        purpose: Purpose,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Embedding, PipelineError> {
        if seed == 0 || self.is_diffusion() {
            return self.embed_with_progress(&[prompt], purpose, on_progress);
        }
        if !self.has_seeds() {
            return Err(PipelineError::NoSeeds);
        }
        let mut chance = Chance(seed);
        // If the longer prompt is refused, for example because it is too long, the phrases that were drawn
        // last are dropped.
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

    /// Returns whether the prompt leaves something open that a seed can specify. If not, every seed gives the
    /// plain result. Errors: `Prompt`.
    pub fn varies(&self, prompt: &str) -> Result<bool, PipelineError> {
        let said = self.said_words(prompt, Purpose::Change)?;
        Ok(self.is_diffusion()
            || self.config().words.varied.iter().any(|group| !self.open_phrases(group, &said).is_empty()))
    }

    /// Draws phrases for the prompt, at most one per group, from groups of which the prompt has no phrase. At
    /// least one phrase is drawn if there is such a group. Errors: `Prompt`.
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
            // The random numbers are always drawn, so that one more word in the prompt does not change all
            // later draws.
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

    /// Returns the phrases that a group could add to a prompt with the words `said`. The list is empty if the
    /// prompt has one of the group's phrases.
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

    /// Returns the prompt's words as the model reads them: "hound" becomes "dog". Errors: `Prompt`.
    fn said_words(&self, prompt: &str, purpose: Purpose) -> Result<Vec<String>, PipelineError> {
        let reading = self.read(prompt, purpose)?;
        let known = |word: String| {
            let replaced = reading.replaced.iter().find(|replaced| replaced.typed.to_lowercase() == word);
            replaced.map_or(word, |replaced| replaced.known.clone())
        };
        let said = plain_words(&reading.phrase).into_iter().map(known);
        // The package's own names of the thing and its attributes are added to the prompt's words, because
        // the groups use these names. An example is "rabbit" for "bunny".
        let named = reading.thing.iter().chain(&reading.attributes).flat_map(|phrase| plain_words(phrase));
        Ok(said.chain(named).collect())
    }

    fn is_function_word(&self, word: &str) -> bool {
        self.config().text.function_words.iter().any(|function| function == word)
    }

    /// Returns the prompt with the additions: adjectives before its first word that is not a function word,
    /// clauses at the end.
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

/// A phrase that is added to a prompt.
#[derive(Clone, Debug, PartialEq)]
enum Addition {
    /// An adjective: "tall".
    Adjective(String),
    /// A clause: "with arms".
    Clause(String),
}

impl Addition {
    /// Converts a phrase to an addition to a prompt of the words `said`. One word is an adjective. A longer
    /// phrase whose first word is in the prompt ("chair with arms") becomes a clause without that word. Other
    /// phrases describe other things, and the result is `None`.
    fn of(phrase: &str, said: &[String]) -> Option<Self> {
        match phrase.split_once(' ') {
            None => Some(Self::Adjective(phrase.to_owned())),
            Some((first, rest)) => {
                said.iter().any(|word| word == first).then(|| Self::Clause(rest.to_owned()))
            }
        }
    }
}

/// Returns the words of a text in lower case, without characters at their ends that are neither letters nor
/// digits.
fn plain_words(text: &str) -> Vec<String> {
    let plain = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    text.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect()
}
