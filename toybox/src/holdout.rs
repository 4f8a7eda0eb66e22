//! Which scenes a trainer never sees. Fixed by a seed and listed in `holdouts.txt`.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::random::{Random, hash};
use crate::spec::{Activity, Animal, Clothing, Hat, SceneSpec, Substance};

#[cfg(test)]
mod tests;

/// Whether a scene may be trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// May be trained on.
    Train,
    /// Only for scoring.
    HeldOut,
}

const SEED: u64 = 0x0A77_3D00;

/// The paper's pairing for the pig: i-th activity with i-th theme. Its eighth activity, "riding a bike", has
/// no theme to go with and names the same scene as "riding a bicycle" here.
fn pig_pairs() -> [SceneSpec; 7] {
    let pig = SceneSpec::bare(Animal::Pig);
    [
        SceneSpec { activity: Activity::Bicycle, substance: Substance::Gold, ..pig },
        SceneSpec { activity: Activity::Chair, substance: Substance::Wood, ..pig },
        SceneSpec { activity: Activity::Guitar, clothing: Clothing::LeatherJacket, ..pig },
        SceneSpec { activity: Activity::Shovel, hat: Hat::Tophat, ..pig },
        SceneSpec { activity: Activity::Balloon, hat: Hat::PartyHat, ..pig },
        SceneSpec { activity: Activity::Book, hat: Hat::Sombrero, ..pig },
        SceneSpec { activity: Activity::Katana, clothing: Clothing::MedievalArmor, ..pig },
    ]
}

/// The paper's 10 × 7 × 6 × 6 animal scenes; the backpack stands among the themes and among the hats.
fn animal_combinations() -> Vec<SceneSpec> {
    let activities = Activity::ALL.into_iter().filter(|a| !matches!(a, Activity::None | Activity::Bicycle));
    let mut specs = Vec::with_capacity(2520);
    for animal in Animal::ALL {
        for activity in activities.clone() {
            for theme in Clothing::ALL {
                for hat in Hat::ALL {
                    // `None` stands for the backpack of either list.
                    let backpack = theme == Clothing::None || hat == Hat::None;
                    specs.push(SceneSpec {
                        animal,
                        activity,
                        substance: Substance::None,
                        clothing: theme,
                        backpack,
                        hat,
                    });
                }
            }
        }
    }
    specs
}

fn held_out_combinations() -> &'static [SceneSpec] {
    static CHOSEN: OnceLock<Vec<SceneSpec>> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let all = animal_combinations();
        let mut ranked: Vec<_> = (0..all.len()).map(|i| (hash(SEED ^ hash(i as u64 + 1)), i)).collect();
        ranked.sort_unstable();
        let mut chosen: Vec<_> = ranked[..all.len() / 2].iter().map(|&(_, index)| all[index]).collect();
        chosen.sort_unstable();
        chosen
    })
}

/// The listed hold-outs: the seven pig pairs, then half of the animal combinations.
pub fn holdouts() -> Vec<SceneSpec> {
    pig_pairs().into_iter().chain(held_out_combinations().iter().copied()).collect()
}

/// The text of `holdouts.txt`: one prompt a line.
pub fn holdouts_text() -> String {
    holdouts().iter().map(|spec| spec.prompt() + "\n").collect()
}

/// True for listed scenes and for those that would give them away: a pig pair with anything added, and a
/// listed combination made of gold or wood, or with a backpack added.
pub fn is_held_out(spec: &SceneSpec) -> bool {
    static LISTED: OnceLock<HashSet<SceneSpec>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| held_out_combinations().iter().copied().collect());
    let plain = SceneSpec { substance: Substance::None, ..*spec };
    listed.contains(&plain)
        || listed.contains(&SceneSpec { backpack: false, ..plain })
        || pig_pairs().iter().any(|pair| {
            spec.animal == pair.animal
                && spec.activity == pair.activity
                && (pair.substance == Substance::None || spec.substance == pair.substance)
                && (pair.clothing == Clothing::None || spec.clothing == pair.clothing)
                && (pair.hat == Hat::None || spec.hat == pair.hat)
        })
}

/// The side of the split that a scene is on.
pub fn split(spec: &SceneSpec) -> Split {
    if is_held_out(spec) { Split::HeldOut } else { Split::Train }
}

/// A scene to train on. One in four is the bare animal or has a single attribute; the rest mix all of them.
pub fn random_training_spec(random: &mut Random) -> SceneSpec {
    loop {
        let animal = Animal::ALL[random.below(Animal::ALL.len())];
        let spec = if random.chance(0.25) { simple(animal, random) } else { mixed(animal, random) };
        if !is_held_out(&spec) {
            return spec;
        }
    }
}

/// One of the values after `None`.
fn some<T: Copy>(all: &[T], random: &mut Random) -> T {
    all[1 + random.below(all.len() - 1)]
}

fn simple(animal: Animal, random: &mut Random) -> SceneSpec {
    let bare = SceneSpec::bare(animal);
    match random.below(12) {
        0 | 1 => bare,
        2..=5 => SceneSpec { activity: some(&Activity::ALL, random), ..bare },
        6 => SceneSpec { substance: some(&Substance::ALL, random), ..bare },
        7 | 8 => SceneSpec { clothing: some(&Clothing::ALL, random), ..bare },
        9 => SceneSpec { backpack: true, ..bare },
        _ => SceneSpec { hat: some(&Hat::ALL, random), ..bare },
    }
}

fn mixed(animal: Animal, random: &mut Random) -> SceneSpec {
    loop {
        let mut spec = SceneSpec::bare(animal);
        if random.chance(0.85) {
            spec.activity = some(&Activity::ALL, random);
        }
        if random.chance(0.2) {
            spec.substance = some(&Substance::ALL, random);
        }
        if random.chance(0.7) {
            spec.clothing = some(&Clothing::ALL, random);
        }
        if random.chance(0.7) {
            spec.hat = some(&Hat::ALL, random);
        }
        // The paper's lists put a backpack in 11 of 36 scenes, mostly instead of a theme or a hat.
        let full = spec.clothing != Clothing::None && spec.hat != Hat::None;
        spec.backpack = random.chance(if full { 0.1 } else { 0.5 });
        if spec.attribute_count() >= 2 {
            return spec;
        }
    }
}
