//! The held-out scenes of ATT3D's appendix B.1.12: its pig pairs and half of its animal combinations.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::attributes::{Activity, Animal, Clothing, Hat, Substance};
use crate::random::hash;
use crate::spec::SceneSpec;

/// Seed of the hashes that choose the scenes of the test set.
pub(super) const SEED: u64 = 0x0A77_3D00;
/// Number of animals of the paper, which are the first ten of [`Animal::ALL`].
const PAPERS_ANIMALS: usize = 10;

/// Returns the paper's pairs for the pig: the i-th activity with the i-th theme, which is clothing, a hat or
/// a material. The paper's eighth activity, "riding a bike", has no theme. Here it is the same scene as
/// "riding a bicycle".
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

/// Returns the paper's 10 × 7 × 6 × 6 scenes of animals, activities, clothing and hats. The backpack is in
/// the list of clothing and in the list of hats.
pub(super) fn animal_combinations() -> Vec<SceneSpec> {
    let activities = Activity::ALL.into_iter().filter(|a| !matches!(a, Activity::None | Activity::Bicycle));
    let mut specs = Vec::with_capacity(2520);
    for animal in Animal::ALL.into_iter().take(PAPERS_ANIMALS) {
        for activity in activities.clone() {
            for clothing in Clothing::ALL {
                for hat in Hat::ALL {
                    // `None` represents the backpack of either list.
                    let backpack = clothing == Clothing::None || hat == Hat::None;
                    specs.push(SceneSpec { activity, clothing, backpack, hat, ..SceneSpec::bare(animal) });
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

/// Returns the listed hold-outs: the seven pig pairs, then half of the animal combinations.
pub fn holdouts() -> Vec<SceneSpec> {
    pig_pairs().into_iter().chain(held_out_combinations().iter().copied()).collect()
}

/// Returns the text of `holdouts.txt`: one prompt in each line.
pub fn holdouts_text() -> String {
    holdouts().iter().map(|spec| spec.prompt() + "\n").collect()
}

/// Returns true for listed scenes and for scenes that contain a listed scene: a pig pair with any additions,
/// or a listed combination with any color, size or substance, or with a backpack.
pub(super) fn is_listed(spec: &SceneSpec) -> bool {
    static LISTED: OnceLock<HashSet<SceneSpec>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| held_out_combinations().iter().copied().collect());
    if spec.noun.animal().is_none() {
        return false;
    }
    let plain = SceneSpec {
        activity: spec.activity,
        clothing: spec.clothing,
        backpack: spec.backpack,
        hat: spec.hat,
        ..SceneSpec::bare(spec.noun)
    };
    listed.contains(&plain)
        || listed.contains(&SceneSpec { backpack: false, ..plain })
        || pig_pairs().iter().any(|pair| {
            spec.noun == pair.noun
                && spec.activity == pair.activity
                && (pair.substance == Substance::None || spec.substance == pair.substance)
                && (pair.clothing == Clothing::None || spec.clothing == pair.clothing)
                && (pair.hat == Hat::None || spec.hat == pair.hat)
        })
}
