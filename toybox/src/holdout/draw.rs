//! Random scenes for training and scoring.

use super::{Novelty, is_held_out, novelty, paper};
use crate::attributes::{Activity, Animal, Base, Clothing, Color, Hat, Size, Substance};
use crate::catalog::{Noun, catalog};
use crate::random::Random;
use crate::spec::SceneSpec;

/// Share of scenes that have a creature. It is large because creatures have the most attributes.
const CREATURES: f32 = 0.35;

/// Share of training scenes that [`moved_spec`] draws: a noun with a size, a proportion, a base or a count.
const MOVED: f32 = 0.25;
/// Share of training scenes that `standing_spec` draws: any scene, on a base.
const STANDING: f32 = 0.22;

/// Returns a scene for training that is not held out. A share of `MOVED` comes from `moved_spec`, a share
/// of `STANDING` from `standing_spec`, and the rest from [`random_spec`]. The first two shares exist because
/// sizes, proportions, bases and counts generalize worst to things that never had them in training.
pub fn random_training_spec(random: &mut Random) -> SceneSpec {
    loop {
        let spec = match random.uniform() {
            kind if kind < MOVED => moved_spec(random),
            kind if kind < MOVED + STANDING => standing_spec(random),
            _ => random_spec(random),
        };
        if !is_held_out(&spec) {
            return spec;
        }
    }
}

/// Returns a noun without attributes; all nouns have the same probability.
pub fn random_bare_spec(random: &mut Random) -> SceneSpec {
    SceneSpec::bare(Noun::all().nth(random.below(catalog().len())).unwrap_or_default())
}

/// Returns a held-out scene with this novelty. Scenes of the paper's test set are excluded. A scene with a
/// new pair may also have new triples.
pub fn random_held_out_spec(kind: Novelty, random: &mut Random) -> SceneSpec {
    loop {
        let spec = random_spec(random);
        if novelty(&spec) == Some(kind) && !paper::is_listed(&spec) {
            return spec;
        }
    }
}

/// Returns a scene of any kind, held out or not.
pub fn random_spec(random: &mut Random) -> SceneSpec {
    if random.chance(CREATURES) {
        let animal = Animal::ALL[random.below(Animal::ALL.len())];
        return if random.chance(0.25) {
            simple_creature(animal, random)
        } else {
            mixed_creature(animal, random)
        };
    }
    let nouns = catalog().len() - Animal::ALL.len();
    let noun = Noun::all().nth(Animal::ALL.len() + random.below(nouns)).unwrap_or_default();
    let bare = SceneSpec::bare(noun);
    if random.chance(0.12) {
        return bare;
    }
    let mut spec = if random.chance(0.15) { several(bare, random) } else { mixed_object(bare, random) };
    spec.drop_impossible();
    spec
}

/// Returns one noun, in most cases with an attribute of the whole thing: a size, a proportion, a base, or a
/// count of two to four. A proportion or a base may come with a size. Some also have a color or a substance.
fn moved_spec(random: &mut Random) -> SceneSpec {
    let mut spec = random_bare_spec(random);
    let proportions = spec.noun.entry().proportions;
    let kind = random.below(4);
    if kind == 0 && !proportions.is_empty() {
        spec.proportion = proportions[random.below(proportions.len())];
    }
    if kind == 1 {
        spec = with_base(spec, random);
    }
    if kind == 2 {
        spec = several(spec, random);
    }
    if kind == 3 || (kind < 2 && random.chance(0.25)) {
        spec.size = some(&Size::ALL, random);
    }
    if kind < 2 && random.chance(0.3) {
        spec.color = some(&Color::ALL, random);
    }
    spec.drop_impossible();
    spec
}

/// Returns a scene of any kind with a count of 1, on a base.
fn standing_spec(random: &mut Random) -> SceneSpec {
    let mut spec = with_base(SceneSpec { count: 1, ..random_spec(random) }, random);
    spec.drop_impossible();
    spec
}

/// Returns a random value of an enumeration other than its first value, which is `None`.
fn some<T: Copy>(all: &[T], random: &mut Random) -> T {
    all[1 + random.below(all.len() - 1)]
}

fn with_base(spec: SceneSpec, random: &mut Random) -> SceneSpec {
    let base_substance = if random.chance(0.5) { some(&Substance::ALL, random) } else { Substance::None };
    SceneSpec { base: some(&Base::ALL, random), base_substance, ..spec }
}

fn with_detail(spec: SceneSpec, random: &mut Random) -> SceneSpec {
    let features = spec.noun.entry().features;
    if features.is_empty() {
        return spec;
    }
    let feature = 1 + random.below(features.len());
    let colored = features[feature - 1].colored && random.chance(0.6);
    let feature_color = if colored { some(&Color::ALL, random) } else { Color::None };
    SceneSpec { feature: feature as u8, feature_color, ..spec }
}

/// Returns the scene with a count of two to four, sometimes with a color or a substance.
fn several(bare: SceneSpec, random: &mut Random) -> SceneSpec {
    let mut spec = SceneSpec { count: 2 + random.below(3) as u8, ..bare };
    if random.chance(0.45) {
        spec.color = some(&Color::ALL, random);
    }
    if random.chance(0.2) {
        spec.substance = some(&Substance::ALL, random);
    }
    spec
}

fn mixed_object(bare: SceneSpec, random: &mut Random) -> SceneSpec {
    let mut spec = bare;
    if random.chance(0.45) {
        spec.color = some(&Color::ALL, random);
    }
    if random.chance(0.3) {
        spec.substance = some(&Substance::ALL, random);
    }
    if random.chance(0.2) {
        spec.size = some(&Size::ALL, random);
    }
    let proportions = spec.noun.entry().proportions;
    if random.chance(0.25) && !proportions.is_empty() {
        spec.proportion = proportions[random.below(proportions.len())];
    }
    if random.chance(0.5) {
        spec = with_detail(spec, random);
    }
    if random.chance(0.15) { with_base(spec, random) } else { spec }
}

fn simple_creature(animal: Animal, random: &mut Random) -> SceneSpec {
    let bare = SceneSpec::bare(animal);
    match random.below(16) {
        0 | 1 => bare,
        2..=5 => SceneSpec { activity: some(&Activity::ALL, random), ..bare },
        6 => SceneSpec { substance: some(&Substance::ALL, random), ..bare },
        7 => SceneSpec { color: some(&Color::ALL, random), ..bare },
        8 => SceneSpec { size: some(&Size::ALL, random), ..bare },
        9 | 10 => SceneSpec { clothing: some(&Clothing::ALL, random), ..bare },
        11 => SceneSpec { backpack: true, ..bare },
        12 => with_base(bare, random),
        _ => SceneSpec { hat: some(&Hat::ALL, random), ..bare },
    }
}

fn mixed_creature(animal: Animal, random: &mut Random) -> SceneSpec {
    loop {
        let mut spec = SceneSpec::bare(animal);
        if random.chance(0.7) {
            spec.activity = some(&Activity::ALL, random);
        }
        if random.chance(0.2) {
            spec.substance = some(&Substance::ALL, random);
        }
        if random.chance(0.6) {
            spec.clothing = some(&Clothing::ALL, random);
        }
        if random.chance(0.65) {
            spec.hat = some(&Hat::ALL, random);
        }
        if random.chance(0.2) {
            spec.color = some(&Color::ALL, random);
        }
        if random.chance(0.1) {
            spec.size = some(&Size::ALL, random);
        }
        let proportions = spec.noun.entry().proportions;
        if random.chance(0.12) {
            spec.proportion = proportions[random.below(proportions.len())];
        }
        if random.chance(0.1) {
            spec = with_base(spec, random);
        }
        // In the paper's lists, 11 of the 36 combinations of clothing and hat have a backpack instead of the
        // clothing or the hat.
        let full = spec.clothing != Clothing::None && spec.hat != Hat::None;
        spec.backpack = random.chance(if full { 0.1 } else { 0.4 });
        if (2..=6).contains(&spec.attribute_count()) {
            return spec;
        }
    }
}
