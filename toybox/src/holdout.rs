//! Selection of the scenes that are excluded from training. A fixed seed chooses pairs and triples of
//! attributes; `holdouts.txt` lists the scenes of the paper.

mod draw;
mod paper;

use crate::attributes::{Base, Color, Proportion, Size, Substance};
use crate::random::hash;
use crate::spec::SceneSpec;

pub use draw::{random_bare_spec, random_held_out_spec, random_spec, random_training_spec};
use paper::SEED;
pub use paper::{holdouts, holdouts_text};

#[cfg(test)]
mod tests;

/// The set to which a scene belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// The training set.
    Train,
    /// The test set, which is used only for scoring.
    HeldOut,
}

/// The reason why a scene is new to a trained model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Novelty {
    /// A noun and an attribute that never occur together in training.
    Pair,
    /// A noun and two attributes that never occur all three together in training, although each pair of them
    /// does.
    Triple,
}

/// Of all pairs, one in `PAIRS` is held out; of all triples, one in `TRIPLES`.
const PAIRS: u64 = 12;
const TRIPLES: u64 = 12;

/// Returns the attributes of a scene as numbers. Activities and clothing are omitted, since the paper's list
/// covers them. Details are omitted, since they belong to their nouns.
fn attributes(spec: &SceneSpec) -> impl Iterator<Item = u64> + Clone {
    let several = [
        (spec.color != Color::None).then_some(100 + spec.color as u64),
        (spec.substance != Substance::None).then_some(200 + spec.substance as u64),
        (spec.size != Size::None).then_some(300 + spec.size as u64),
        (spec.proportion != Proportion::None).then_some(400 + spec.proportion as u64),
        (spec.base != Base::None).then_some(500 + spec.base as u64),
        (spec.count > 1).then_some(600 + u64::from(spec.count)),
    ];
    several.into_iter().flatten()
}

fn is_chosen(parts: [u64; 3], one_in: u64) -> bool {
    let mixed = parts.into_iter().fold(SEED, |seed, part| hash(seed ^ hash(part + 1)));
    mixed.is_multiple_of(one_in)
}

/// Returns a number for the noun that stays the same when nouns are added.
fn noun_number(spec: &SceneSpec) -> u64 {
    spec.noun.entry().name.bytes().fold(7, |number, byte| hash(number ^ u64::from(byte)))
}

/// Returns what is new about a scene, without regard to the paper's list. A pair takes precedence over a
/// triple.
pub fn novelty(spec: &SceneSpec) -> Option<Novelty> {
    let noun = noun_number(spec);
    let detail = (spec.feature != 0).then(|| 700 + u64::from(spec.feature));
    if attributes(spec).any(|one| is_chosen([noun, one, 0], PAIRS)) {
        return Some(Novelty::Pair);
    }
    let all = attributes(spec).chain(detail);
    let mut pairs =
        all.clone().flat_map(|one| all.clone().filter(move |two| one < *two).map(move |two| (one, two)));
    pairs.any(|(one, two)| is_chosen([noun, one, two], TRIPLES)).then_some(Novelty::Triple)
}

/// Returns whether a held-out pair of this scene changes its shape. Pairs with a color or a substance do not
/// change the shape.
pub fn has_new_shape(spec: &SceneSpec) -> bool {
    let noun = noun_number(spec);
    attributes(spec).any(|one| one >= 300 && is_chosen([noun, one, 0], PAIRS))
}

/// Returns true for scenes with a held-out pair or triple, for the paper's scenes, and for scenes that
/// contain one of the paper's scenes.
pub fn is_held_out(spec: &SceneSpec) -> bool {
    novelty(spec).is_some() || paper::is_listed(spec)
}

/// Returns the set to which a scene belongs.
pub fn split(spec: &SceneSpec) -> Split {
    if is_held_out(spec) { Split::HeldOut } else { Split::Train }
}
