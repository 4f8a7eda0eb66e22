//! Which scenes are scored, and the baselines' scenes.

use rayon::prelude::*;
use toybox::{Activity, Animal, Clothing, Hat, Random, Scene, SceneSpec, Substance};

/// Cells along an edge of the grid of points that IoU is counted on.
pub const SIDE: usize = 128;
/// Training scenes that a mean shape is taken over.
const MEAN_SCENES: usize = 24;

/// The attributes whose edits change the shape.
pub const ATTRIBUTES: [&str; 4] = ["activity", "clothing", "backpack", "hat"];

/// Points of the grid, cell centres, x fastest.
pub fn grid() -> Vec<[f32; 3]> {
    let place = |index: usize| (index as f32 + 0.5) / SIDE as f32 * 2.0 - 1.0;
    (0..SIDE * SIDE * SIDE)
        .map(|index| [place(index % SIDE), place(index / SIDE % SIDE), place(index / SIDE / SIDE)])
        .collect()
}

/// Listed hold-outs in a fixed random order.
pub fn held_out(count: usize) -> Vec<SceneSpec> {
    let mut all = toybox::holdouts();
    let mut random = Random::new(11);
    for index in (1..all.len()).rev() {
        all.swap(index, random.below(index + 1));
    }
    all.truncate(count);
    all
}

/// A training scene as full as the listed hold-outs are: with an activity, and with two of clothing, backpack, hat.
pub fn training_like_held_out(random: &mut Random) -> SceneSpec {
    loop {
        let spec = toybox::random_training_spec(random);
        let worn = [spec.clothing != Clothing::None, spec.backpack, spec.hat != Hat::None];
        let is_full = worn.iter().filter(|worn| **worn).count() == 2;
        if spec.activity != Activity::None && spec.substance == Substance::None && is_full {
            return spec;
        }
    }
}

/// Whether each grid point is inside the scene.
pub fn occupancy(spec: &SceneSpec, points: &[[f32; 3]]) -> Vec<bool> {
    let mut distances = vec![0.0; points.len()];
    Scene::build(spec).evaluate(points, &mut distances);
    distances.iter().map(|&distance| distance < 0.0).collect()
}

/// The same scene without one attribute; none where it has it not.
pub fn without(spec: &SceneSpec, attribute: &str) -> Option<SceneSpec> {
    let mut plain = *spec;
    match attribute {
        "activity" => plain.activity = Activity::None,
        "clothing" => plain.clothing = Clothing::None,
        "backpack" => plain.backpack = false,
        _ => plain.hat = Hat::None,
    }
    (plain != *spec).then_some(plain)
}

/// A training scene that differs in as little as possible: one attribute changed, at random.
pub fn nearest_training(spec: &SceneSpec, random: &mut Random) -> SceneSpec {
    for _ in 0..10_000 {
        let mut near = *spec;
        match random.below(5) {
            0 => near.animal = Animal::ALL[random.below(Animal::ALL.len())],
            1 => near.activity = Activity::ALL[random.below(Activity::ALL.len())],
            2 => near.clothing = Clothing::ALL[random.below(Clothing::ALL.len())],
            3 => near.hat = Hat::ALL[random.below(Hat::ALL.len())],
            _ => near.backpack = !near.backpack,
        }
        if near != *spec && !toybox::is_held_out(&near) {
            return near;
        }
    }
    SceneSpec::bare(spec.animal)
}

/// For each animal, where the mean of its training scenes' distances is inside.
pub fn mean_shapes() -> Vec<Vec<bool>> {
    let points = grid();
    Animal::ALL
        .par_iter()
        .enumerate()
        .map(|(index, &animal)| {
            let mut random = Random::stream(5, index as u64);
            let mut sum = vec![0.0; points.len()];
            let mut distances = vec![0.0; points.len()];
            for _ in 0..MEAN_SCENES {
                let spec = loop {
                    let mut spec = training_like_held_out(&mut random);
                    spec.animal = animal;
                    if !toybox::is_held_out(&spec) {
                        break spec;
                    }
                };
                Scene::build(&spec).evaluate(&points, &mut distances);
                for (sum, distance) in sum.iter_mut().zip(&distances) {
                    *sum += distance;
                }
            }
            sum.iter().map(|&sum| sum < 0.0).collect()
        })
        .collect()
}

/// The index of an animal in `mean_shapes`.
pub fn animal_index(animal: Animal) -> usize {
    Animal::ALL.iter().position(|&other| other == animal).unwrap_or(0)
}
