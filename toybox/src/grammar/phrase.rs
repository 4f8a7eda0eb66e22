//! Generator of the prompts of a scene.

use super::{BACKPACK, LONGEST_PROMPT, NUMBERS};
use crate::attributes::{Base, Color};
use crate::random::{Random, hash};
use crate::spec::SceneSpec;

impl SceneSpec {
    /// Returns the canonical prompt. For a creature it is the paper's template, "a {animal} {activity}
    /// {theme} {hat}".
    pub fn prompt(&self) -> String {
        let is_creature = self.noun.animal().is_some();
        let mut adjectives = Vec::new();
        adjectives.extend(self.size.phrases().first());
        adjectives.extend(self.proportion.phrases().first());
        adjectives.extend(self.color.phrases().first());
        let mut clauses = Vec::new();
        clauses.extend(self.detail(|phrases| phrases[0]));
        clauses.extend(self.activity.phrases().first().map(ToString::to_string));
        if is_creature {
            clauses.extend(self.substance.phrases().first().map(ToString::to_string));
        } else {
            adjectives.extend(self.substance.adjectives().first());
        }
        clauses.extend(self.garments().iter().map(|phrases| format!("wearing {}", phrases[0])));
        clauses.extend(self.stand(|phrases| phrases[0]));
        let subject = self.subject(&adjectives, self.name(), Article::Indefinite);
        std::iter::once(subject).chain(clauses).collect::<Vec<_>>().join(" ")
    }

    fn name(&self) -> &'static str {
        let entry = self.noun.entry();
        if self.count > 1 { entry.plural.unwrap_or(entry.name) } else { entry.name }
    }

    fn garments(&self) -> Vec<&'static [&'static str]> {
        let backpack: &'static [&'static str] = if self.backpack { &[BACKPACK] } else { &[] };
        let all = [self.clothing.phrases(), backpack, self.hat.phrases()];
        all.into_iter().filter(|phrases| !phrases.is_empty()).collect()
    }

    /// Returns the phrase of the detail, as in "with a round back" or "with red curtains".
    pub(super) fn detail(
        &self,
        mut pick: impl FnMut(&'static [&'static str]) -> &'static str,
    ) -> Option<String> {
        let feature = self.noun.entry().features.get(usize::from(self.feature).checked_sub(1)?)?;
        let words = match self.feature_color {
            Color::None => feature.words.to_string(),
            color => format!("{} {}", pick(color.phrases()), feature.words),
        };
        Some(if feature.counted { format!("with {}", with_article(&words)) } else { format!("with {words}") })
    }

    /// Returns the phrase of the base, as in "on a marble pedestal".
    pub(super) fn stand(
        &self,
        mut pick: impl FnMut(&'static [&'static str]) -> &'static str,
    ) -> Option<String> {
        if self.base == Base::None {
            return None;
        }
        let base = pick(self.base.phrases());
        let adjectives = self.base_substance.adjectives();
        let words =
            if adjectives.is_empty() { base.to_string() } else { format!("{} {base}", pick(adjectives)) };
        Some(format!("on {}", with_article(&words)))
    }

    fn subject(&self, adjectives: &[&str], name: &str, article: Article) -> String {
        let words = adjectives.iter().copied().chain([name]).collect::<Vec<_>>().join(" ");
        let number = usize::from(self.count).checked_sub(2).and_then(|index| NUMBERS.get(index));
        match (number, article) {
            (Some(number), Article::Definite) => format!("the {number} {words}"),
            (Some(number), _) => format!("{number} {words}"),
            (None, Article::Definite) => format!("the {words}"),
            (None, Article::Indefinite) => with_article(&words),
            (None, Article::None) => words,
        }
    }
}

#[derive(Clone, Copy)]
enum Article {
    None,
    Definite,
    Indefinite,
}

fn with_article(words: &str) -> String {
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for i in (1..items.len()).rev() {
        items.swap(i, random.below(i + 1));
    }
}

/// Randomly chosen words for a scene.
struct Words {
    /// The noun with its adjectives.
    subject: String,
    /// The noun without its adjectives.
    bare: String,
    adjectives: Vec<&'static str>,
    clauses: Vec<String>,
}

/// Returns a random phrasing of the scene, of at most [`LONGEST_PROMPT`] words. Three in ten are canonical.
///
/// The others use synonyms, and adjectives and clauses in any order, with or without "and". Sometimes one
/// clause comes before all else ("on a pedestal a red chair"). Where there is a clause, adjectives sometimes
/// come after the noun ("a chair red with a round back"). Articles vary or are omitted.
pub fn random_prompt(spec: &SceneSpec, random: &mut Random) -> String {
    if random.chance(0.3) {
        return spec.prompt();
    }
    let Words { subject, bare, adjectives, mut clauses } = draw(spec, random);
    let (before, subject) = match random.uniform() {
        order if order < 0.15 && !clauses.is_empty() => (Some(clauses.remove(0)), subject),
        order if order > 0.92 && !clauses.is_empty() && !adjectives.is_empty() => {
            let joint = if random.chance(0.3) { " and " } else { " " };
            (None, format!("{bare} {}", adjectives.join(joint)))
        }
        _ => (None, subject),
    };
    let joined = match clauses.split_last() {
        Some((last, rest)) if !rest.is_empty() && random.chance(0.3) => {
            format!("{} and {last}", rest.join(" "))
        }
        _ => clauses.join(" "),
    };
    let parts = before.into_iter().chain([subject, joined]).filter(|part| !part.is_empty());
    finish(spec, parts.collect::<Vec<_>>().join(" "), random)
}

/// Returns a phrasing in an order that [`random_prompt`] never makes, with words that it can choose. These
/// orders never occur in training.
///
/// - With several clauses, all of them come first ("wearing a suit and on a pedestal a red pig").
/// - With one clause and adjectives, both change places ("on a pedestal a chair red and tall").
/// - Without a clause, adjectives come last ("a chair red and tall").
///
/// Returns `None` if there is nothing to move, or if the prompt would be too long.
pub fn unseen_phrasing(spec: &SceneSpec, random: &mut Random) -> Option<String> {
    let Words { subject, bare, adjectives, clauses } = draw(spec, random);
    let before = clauses.join(" and ");
    let after = adjectives.join(" and ");
    let prompt = match (clauses.len(), adjectives.len()) {
        (0 | 1, 0) => return None,
        (0, _) => format!("{bare} {after}"),
        (1, _) => format!("{before} {bare} {after}"),
        _ => format!("{before} {subject}"),
    };
    (prompt.split(' ').count() <= LONGEST_PROMPT).then_some(prompt)
}

/// Returns phrasings of the scene without repetition, the same ones on every call. The canonical prompt is
/// the first.
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

/// Finishes a prompt; in 12 % of the calls it removes all articles.
fn finish(spec: &SceneSpec, prompt: String, random: &mut Random) -> String {
    let prompt = if random.chance(0.12) {
        prompt.split(' ').filter(|word| !["a", "an", "the"].contains(word)).collect::<Vec<_>>().join(" ")
    } else {
        prompt
    };
    if prompt.split(' ').count() <= LONGEST_PROMPT { prompt } else { spec.prompt() }
}

/// Returns one of the phrases, most often the first.
pub(super) fn pick(phrases: &[&'static str], random: &mut Random) -> &'static str {
    let index = if random.chance(0.6) { 0 } else { random.below(phrases.len()) };
    phrases.get(index).copied().unwrap_or_default()
}

fn draw(spec: &SceneSpec, random: &mut Random) -> Words {
    let entry = spec.noun.entry();
    let mut adjectives = Vec::new();
    let mut clauses = Vec::new();
    for phrases in [spec.size.phrases(), spec.proportion.phrases(), spec.color.phrases()] {
        adjectives.extend((!phrases.is_empty()).then(|| pick(phrases, random)));
    }
    if !spec.substance.phrases().is_empty() {
        if random.chance(0.5) {
            adjectives.push(pick(spec.substance.adjectives(), random));
        } else {
            clauses.push(pick(spec.substance.phrases(), random).to_string());
        }
    }
    if random.chance(0.3) {
        shuffle(&mut adjectives, random);
    }
    clauses.extend(spec.detail(|phrases| pick(phrases, random)));
    if !spec.activity.phrases().is_empty() {
        clauses.push(pick(spec.activity.phrases(), random).to_string());
    }
    let mut garments: Vec<_> = spec.garments().iter().map(|phrases| pick(phrases, random)).collect();
    shuffle(&mut garments, random);
    if random.chance(0.5) {
        clauses.extend((!garments.is_empty()).then(|| format!("wearing {}", garments.join(" and "))));
    } else {
        clauses.extend(garments.iter().map(|garment| format!("wearing {garment}")));
    }
    if random.chance(0.7) {
        shuffle(&mut clauses, random);
    }
    if let Some(stand) = spec.stand(|phrases| pick(phrases, random)) {
        let stand = if random.chance(0.2) { format!("standing {stand}") } else { stand };
        let place = if random.chance(0.7) { clauses.len() } else { random.below(clauses.len() + 1) };
        clauses.insert(place, stand);
    }
    let name = if spec.count > 1 || entry.synonyms.is_empty() || random.chance(0.6) {
        spec.name()
    } else {
        entry.synonyms[random.below(entry.synonyms.len())]
    };
    let article = match random.below(10) {
        0 | 1 => Article::Definite,
        2 => Article::None,
        _ => Article::Indefinite,
    };
    let bare = spec.subject(&[], name, article);
    Words { subject: spec.subject(&adjectives, name, article), bare, adjectives, clauses }
}
