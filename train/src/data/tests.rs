#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use att3d::text::tokenizer::{Tokenizer, word_level_json};

use att3d::generator::POINT_FEATURES;
use toybox::{Color, Noun, Random, SceneSpec};

use super::{Batch, Bend, Shaped, Source, make_batch};
use crate::recipe::{Recipe, toybox_config};

fn batch(step: u64) -> (Recipe, Batch) {
    let recipe = Recipe {
        prompts: 3,
        distance_points: 200,
        texture_points: 50,
        pair_lengths: [0.002, 0.015],
        bare_until: 10,
        clouds: [0.0, 0.0],
        cloud_points: 64,
        ..Recipe::default()
    };
    let words = toybox::vocabulary().words;
    let tokenizer =
        Tokenizer::from_json(&word_level_json(&words), &toybox_config(words.len() + 3, true).text).unwrap();
    let batch = make_batch(&recipe, &tokenizer, &Source::Toybox, step).unwrap();
    (recipe, batch)
}

#[test]
fn the_last_quarter_are_neighbours_of_the_quarter_before() {
    let (recipe, batch) = batch(20);
    let points: Vec<[f32; 3]> = batch.distance_points.chunks(3).map(|p| [p[0], p[1], p[2]]).collect();
    for prompt in points.chunks(recipe.distance_points) {
        for (point, neighbour) in prompt[100..150].iter().zip(&prompt[150..]) {
            let apart = (0..3).map(|axis| (point[axis] - neighbour[axis]).powi(2)).sum::<f32>().sqrt();
            assert!(apart < 1.01 * recipe.pair_lengths[1], "{point:?} {neighbour:?}");
        }
    }
    assert_eq!(batch.distances.len(), 600);
    assert_eq!(batch.materials.len(), 3 * 50 * 5);
}

#[test]
fn the_first_prompts_are_bare_and_the_later_ones_are_of_all_kinds() {
    let lengths = |steps: std::ops::Range<u64>| -> Vec<usize> {
        steps.flat_map(|step| batch(step).1.prompts).map(|ids| ids.len()).collect()
    };
    // The tokens are start, article, name and end.
    assert!(lengths(0..1).iter().all(|length| *length <= 4));
    assert!(lengths(20..30).iter().any(|length| *length > 8));
}

#[test]
fn the_same_step_makes_the_same_batch() {
    let (one, other) = (batch(7).1, batch(7).1);
    assert_eq!(
        (one.prompts, one.distances, one.materials),
        (other.prompts, other.distances, other.materials)
    );
}

fn noun(name: &str) -> Noun {
    Noun::all().find(|noun| noun.entry().name == name).unwrap()
}

/// Returns a grid of points over the box.
fn grid() -> Vec<[f32; 3]> {
    let side = 12;
    let at = |index: usize| (index as f32 + 0.5) / side as f32 * 2.0 - 1.0;
    (0..side * side * side).map(|i| [at(i % side), at(i / side % side), at(i / side / side)]).collect()
}

fn distances(spec: &SceneSpec, points: &[[f32; 3]]) -> Vec<f32> {
    let mut values = vec![0.0; points.len()];
    toybox::Scene::build(spec).evaluate(points, &mut values);
    values
}

#[test]
fn the_truth_is_the_said_scene_at_0_and_the_given_one_from_three_quarters_on() {
    let (said, given) = (SceneSpec::bare(noun("apple")), SceneSpec::bare(noun("chair")));
    let truth = |keep| Shaped::new("an apple".into(), &said, &given, Bend::NONE, keep).distances(&grid());
    assert_eq!(truth(0.0), distances(&said, &grid()));
    assert_eq!((truth(0.75), truth(1.0)), (distances(&given, &grid()), distances(&given, &grid())));
}

#[test]
fn between_two_things_the_said_one_gets_the_given_box() {
    let (said, given) = (SceneSpec::bare(noun("apple")), SceneSpec::bare(noun("chair")));
    let size = |keep: f32| {
        let shaped = Shaped::new("an apple".into(), &said, &given, Bend::NONE, keep);
        let points = shaped.near_surface(&mut Random::new(4), 2_000);
        let [low, high] = att3d::mesh::bounds(&points);
        [0, 1, 2].map(|axis| high[axis] - low[axis])
    };
    let (apple, chair) = (toybox::Scene::build(&said).extent(), toybox::Scene::build(&given).extent());
    let between = |share: f32| {
        [0, 1, 2].map(|axis| {
            let (from, to) = (apple.1[axis] - apple.0[axis], chair.1[axis] - chair.0[axis]);
            from * (1.0 + share * ((to / from).clamp(0.5, 2.0) - 1.0))
        })
    };
    for (keep, share) in [(0.0, 0.0), (0.375, 0.5), (0.74, 0.987)] {
        for (found, expected) in size(keep).into_iter().zip(between(share)) {
            assert!((found / expected - 1.0).abs() < 0.15, "keep {keep}: {found}, not {expected}");
        }
    }
}

#[test]
fn a_change_is_made_until_the_shape_is_kept_whole() {
    let before = SceneSpec::bare(Noun::named("pig").unwrap());
    let said = SceneSpec { hat: toybox::Hat::Tophat, ..before };
    let bend = Bend::random(&mut Random::new(2));
    let truth = |spec, keep| Shaped::new(String::new(), spec, &before, bend, keep).distances(&grid());
    // At 1 the hat is absent. Just below 1 it is present, and the pig has the position of the given one.
    assert_eq!(truth(&said, 1.0), truth(&before, 1.0));
    let (with, without) = (truth(&said, 0.99), truth(&before, 0.99));
    assert!(with.iter().zip(&without).all(|(with, without)| with <= without));
    assert!(with.iter().zip(&without).any(|(with, without)| *with < 0.0 && *without > 0.05));
}

#[test]
fn small_parts_get_their_share_of_the_color_points() {
    // Points within 0.1 of the center of a part below 0.1 in radius are many times more frequent where parts
    // have equal probability.
    let words = toybox::vocabulary().words;
    let tokenizer =
        Tokenizer::from_json(&word_level_json(&words), &toybox_config(words.len() + 3, true).text).unwrap();
    let share_near_eyes = |part_share: f32| {
        let recipe = Recipe { prompts: 1, texture_points: 400, part_share, ..Recipe::default() };
        let scene = toybox::Scene::build(&SceneSpec::bare(Noun::named("cat").unwrap()));
        let small: Vec<_> =
            scene.parts().iter().map(|part| part.bounds()).filter(|(_, radius)| *radius < 0.1).collect();
        let mut batch = make_batch(&recipe, &tokenizer, &Source::Toybox, 1).unwrap();
        batch.texture_points.clear();
        super::push_materials(&mut batch, &scene, &mut Random::new(8), recipe.texture_points, part_share);
        let points: Vec<[f32; 3]> = batch.texture_points.chunks(3).map(|p| [p[0], p[1], p[2]]).collect();
        assert_eq!(points.len(), 400);
        let is_near = |point: &&[f32; 3]| {
            small.iter().any(|(center, radius)| {
                (0..3).map(|axis| (point[axis] - center[axis]).powi(2)).sum::<f32>().sqrt() < *radius
            })
        };
        points.iter().filter(is_near).count() as f32 / 400.0
    };
    let (none, half, all) = (share_near_eyes(0.0), share_near_eyes(0.5), share_near_eyes(1.0));
    assert!(all > 2.0 * none, "{none} {all}");
    // A cut at the end of the list would remove the points that were drawn by part.
    assert!((half - (none + all) / 2.0).abs() < 0.1, "{none} {half} {all}");
}

#[test]
fn a_cloud_lies_on_the_given_shape_and_its_normals_point_out_of_it() {
    let spec = SceneSpec::bare(noun("chair"));
    let mut random = Random::new(5);
    for _ in 0..8 {
        let shaped = Shaped::new(String::new(), &spec, &spec, Bend::random(&mut random), 1.0);
        let rows = shaped.cloud(&mut random, 300);
        let points: Vec<[f32; 3]> = rows.chunks(POINT_FEATURES).map(|row| [row[0], row[1], row[2]]).collect();
        assert!(shaped.distances(&points).iter().all(|distance| distance.abs() < 0.02));
        let outside: Vec<[f32; 3]> = rows
            .chunks(POINT_FEATURES)
            .map(|row| [0, 1, 2].map(|axis| row[axis] + 0.03 * row[3 + axis]))
            .collect();
        let has_normals = rows[3..6] != [0.0; 3];
        let out = shaped.distances(&outside).iter().filter(|distance| **distance > 0.005).count();
        assert!(!has_normals || out > 260, "{out} of 300");
        assert!(rows.chunks(POINT_FEATURES).all(|row| row[9] == 1.0));
    }
}

#[test]
fn colours_come_from_what_is_said_at_the_surface_between() {
    let red = SceneSpec { color: Color::Red, ..SceneSpec::bare(noun("chair")) };
    let shaped = Shaped::new("red".into(), &red, &SceneSpec::bare(noun("chair")), Bend::NONE, 1.0);
    let points = shaped.near_surface(&mut Random::new(3), 400);
    let near = shaped.distances(&points).iter().filter(|distance| distance.abs() < 0.01).count();
    assert!(near > 380, "{near} of 400");
    let reddish = |color: [f32; 3]| color[0] > color[1] + 0.2 && color[0] > color[2] + 0.2;
    let red = shaped.materials(&points).iter().filter(|material| reddish(material.color)).count();
    assert!(red > 300, "{red} of 400");
}

#[test]
fn every_prompt_has_a_cloud_and_those_without_a_shape_have_the_sphere() {
    let (recipe, batch) = batch(3);
    assert_eq!(batch.clouds.len(), 3 * recipe.cloud_points * POINT_FEATURES);
    for row in batch.clouds.chunks(POINT_FEATURES) {
        let radius = row[..3].iter().map(|number| number * number).sum::<f32>().sqrt();
        assert!((radius - 0.5).abs() < 1e-3 && row[3..] == [0.0; POINT_FEATURES - 3]);
    }
}

#[test]
fn nothing_that_is_held_out_is_given_as_a_shape() {
    let mut random = Random::new(9);
    for _ in 0..2_000 {
        let shaped = Shaped::random(&mut random);
        assert!(!toybox::is_held_out(shaped.given()), "{:?}", shaped.given());
    }
}

#[test]
fn a_fitted_bend_puts_the_shape_where_the_library_puts_a_mesh() {
    let spec = SceneSpec::bare(noun("chair"));
    let mut random = Random::new(6);
    let bend = Bend::random(&mut random).fitted(&spec, &mut random);
    let shaped = Shaped::new(String::new(), &spec, &spec, bend, 1.0);
    let rows = shaped.cloud(&mut random, 600);
    let points: Vec<[f32; 3]> = rows.chunks(POINT_FEATURES).map(|row| [row[0], row[1], row[2]]).collect();
    let [low, high] = att3d::mesh::bounds(&points);
    let longest = (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
    assert!((longest - 1.7).abs() < 0.05, "{longest}");
    assert!((0..3).all(|axis| (low[axis] + high[axis]).abs() < 0.06), "{low:?} {high:?}");
    assert!(shaped.distances(&points).iter().all(|distance| distance.abs() < 0.03));
}

#[test]
fn listed_prompts_and_their_shapes_are_the_only_ones() {
    let words = toybox::vocabulary().words;
    let tokenizer =
        Tokenizer::from_json(&word_level_json(&words), &toybox_config(words.len() + 3, true).text).unwrap();
    let prompts: Vec<String> = ["a rabbit riding a bicycle", "a golden pig"].map(String::from).to_vec();
    let source = Source::Listed(std::sync::Arc::new(super::Listed::new(&prompts).unwrap()));
    let recipe = Recipe { prompts: 8, clouds: [0.5; 2], cloud_points: 32, ..batch(0).0 };
    let expected: Vec<Vec<u32>> =
        prompts.iter().map(|prompt| tokenizer.encode(prompt).unwrap().ids).collect();
    let mut found = [0; 2];
    for step in 0..4 {
        let batch = make_batch(&recipe, &tokenizer, &source, step).unwrap();
        for ids in &batch.prompts {
            found[expected.iter().position(|one| one == ids).expect("a listed prompt")] += 1;
        }
        assert_eq!(batch.clouds.len(), 8 * 32 * POINT_FEATURES);
    }
    assert!(found.iter().all(|count| *count > 8), "{found:?}");
    let unknown = super::Listed::new(&["a quixotic zyzzyva".to_owned()]).err().unwrap().to_string();
    assert!(unknown.contains("zyzzyva"), "{unknown}");
}
