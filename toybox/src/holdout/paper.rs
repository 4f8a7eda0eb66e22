//! The scenes of ATT3D's appendix B.1.12 that are held out: its pig pairs, and half of its animal combinations.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::SEED;
use crate::random::hash;
use crate::spec::{Activity, Animal, Clothing, Hat, SceneSpec, Substance};

/// The paper has the first ten.
const PAPERS_ANIMALS: usize = 10;

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
pub(super) fn animal_combinations() -> Vec<SceneSpec> {
    let activities = Activity::ALL.into_iter().filter(|a| !matches!(a, Activity::None | Activity::Bicycle));
    let mut specs = Vec::with_capacity(2520);
    for animal in Animal::ALL.into_iter().take(PAPERS_ANIMALS) {
        for activity in activities.clone() {
            for theme in Clothing::ALL {
                for hat in Hat::ALL {
                    // `None` stands for the backpack of either list.
                    let backpack = theme == Clothing::None || hat == Hat::None;
                    specs.push(SceneSpec {
                        activity,
                        clothing: theme,
                        backpack,
                        hat,
                        ..SceneSpec::bare(animal)
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
/// listed combination of any colour, size or substance, or with a backpack added.
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
