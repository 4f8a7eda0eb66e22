//! Phrases that change a given shape: they state the attributes to add, and not what the shape is.

use crate::attributes::{Activity, Base, Clothing, Color, Hat, Proportion, Substance};
use crate::random::Random;
use crate::spec::SceneSpec;

use super::phrase::pick;
use super::{BACKPACK, LONGEST_PROMPT};

/// A scene without some of its attributes, and the words for those attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The scene without the attributes.
    pub before: SceneSpec,
    /// The words, as in "made of gold" or "red wearing a party hat".
    pub words: String,
}

/// A function that removes one attribute from a scene and returns its words.
type Removal = fn(&SceneSpec, &mut Random) -> Option<(SceneSpec, Said)>;

enum Said {
    Adjective(String),
    Clause(String),
}

/// Removes one or two attributes of the scene and returns the words for them. Sizes are never removed, since
/// a point cloud does not show whether a thing is large or near. Returns `None` if no attribute can be
/// removed.
pub fn random_change(spec: &SceneSpec, random: &mut Random) -> Option<Change> {
    const REMOVALS: [Removal; 8] = [color, substance, proportion, detail, activity, clothing, hat, stand];
    let wanted = if random.chance(0.75) { 1 } else { 2 };
    let (mut before, mut adjectives, mut clauses) = (*spec, Vec::new(), Vec::new());
    let mut order: Vec<usize> = (0..REMOVALS.len()).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, random.below(last + 1));
    }
    for index in order {
        if adjectives.len() + clauses.len() == wanted {
            break;
        }
        let Some((without, said)) = REMOVALS.get(index).and_then(|remove| remove(&before, random)) else {
            continue;
        };
        before = without;
        match said {
            Said::Adjective(word) => adjectives.push(word),
            Said::Clause(words) => clauses.push(words),
        }
    }
    let words = adjectives.into_iter().chain(clauses).collect::<Vec<_>>().join(" ");
    let is_short = words.split(' ').count() <= LONGEST_PROMPT;
    (!words.is_empty() && is_short).then_some(Change { before, words })
}

fn color(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    let word = adjective(spec.color.phrases(), random)?;
    Some((SceneSpec { color: Color::None, ..*spec }, word))
}

fn substance(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    let before = SceneSpec { substance: Substance::None, ..*spec };
    if random.chance(0.5) {
        return Some((before, adjective(spec.substance.adjectives(), random)?));
    }
    let phrases = spec.substance.phrases();
    (!phrases.is_empty()).then(|| (before, Said::Clause(pick(phrases, random).to_owned())))
}

fn proportion(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    let word = adjective(spec.proportion.phrases(), random)?;
    Some((SceneSpec { proportion: Proportion::None, ..*spec }, word))
}

fn detail(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    let words = spec.detail(|phrases| pick(phrases, random))?;
    Some((SceneSpec { feature: 0, feature_color: Color::None, ..*spec }, Said::Clause(words)))
}

fn activity(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    let phrases = spec.activity.phrases();
    let before = SceneSpec { activity: Activity::None, ..*spec };
    (!phrases.is_empty()).then(|| (before, Said::Clause(pick(phrases, random).to_owned())))
}

fn clothing(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    if spec.backpack && random.chance(0.5) {
        return Some((SceneSpec { backpack: false, ..*spec }, Said::Clause(format!("wearing {BACKPACK}"))));
    }
    let before = SceneSpec { clothing: Clothing::None, ..*spec };
    worn(before, spec.clothing.phrases(), random)
}

fn hat(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    worn(SceneSpec { hat: Hat::None, ..*spec }, spec.hat.phrases(), random)
}

fn stand(spec: &SceneSpec, random: &mut Random) -> Option<(SceneSpec, Said)> {
    let words = spec.stand(|phrases| pick(phrases, random))?;
    Some((SceneSpec { base: Base::None, base_substance: Substance::None, ..*spec }, Said::Clause(words)))
}

fn worn(before: SceneSpec, phrases: &[&'static str], random: &mut Random) -> Option<(SceneSpec, Said)> {
    (!phrases.is_empty()).then(|| (before, Said::Clause(format!("wearing {}", pick(phrases, random)))))
}

fn adjective(phrases: &[&'static str], random: &mut Random) -> Option<Said> {
    (!phrases.is_empty()).then(|| Said::Adjective(pick(phrases, random).to_owned()))
}
