#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use toybox::{Color, Material, Noun, Novelty, Random, Scene, SceneSpec, Size, parse};

use att3d::engine::call::{Call, Kernel};
use att3d::engine::{Buffer, View};

use super::cost::operations;
use super::metrics::{edit_iou, iou};
use super::nouns::{COARSE, Recognised, Sight, recognise};
use super::scenes::{self, ATTRIBUTES, grid, nearest_training, occupancy, without};

/// Number of cells along an edge of the fine grid.
const FINE: usize = 64;

fn spec(prompt: &str) -> SceneSpec {
    parse(prompt).unwrap().spec
}

#[test]
fn iou_counts_only_the_region() {
    let (a, b) = ([true, true, false, false], [true, false, true, false]);
    assert_eq!(iou(&a, &b, &[true; 4]), 1.0 / 3.0);
    assert_eq!(iou(&a, &b, &[true, false, false, true]), 1.0);
    assert!(iou(&a, &b, &[false, false, false, true]).is_nan());
}

#[test]
fn an_edit_that_was_not_made_scores_nothing_whether_it_adds_or_takes() {
    let (small, large) = ([true, false, false, false], [true, true, true, false]);
    for (before, after) in [(small, large), (large, small)] {
        assert_eq!(edit_iou(&after, &after, &before), 1.0);
        assert_eq!(edit_iou(&before, &after, &before), 0.0);
    }
    // Half of the edit was made.
    assert_eq!(edit_iou(&[true, true, false, false], &large, &small), 0.5);
    assert_eq!(edit_iou(&[true, true, false, false], &small, &large), 0.5);
}

#[test]
fn occupancy_is_that_of_every_cell() {
    let mut random = Random::new(23);
    for side in [37, 64] {
        let points = grid(side);
        for _ in 0..40 {
            let spec = toybox::random_training_spec(&mut random);
            let mut distances = vec![0.0; points.len()];
            toybox::Scene::build(&spec).evaluate(&points, &mut distances);
            let found = occupancy(&spec, side);
            let differing =
                found.iter().zip(&distances).filter(|(inside, distance)| **inside != (**distance < 0.0));
            assert_eq!(differing.count(), 0, "{}", spec.prompt());
        }
    }
}

#[test]
fn the_truth_is_recognised_and_nothing_is_not() {
    for prompt in ["a chair", "a tiny key", "an igloo", "three apples", "a pig wearing a sombrero"] {
        let truth = spec(prompt);
        let (coarse, fine) = (occupancy(&truth, COARSE), occupancy(&truth, FINE));
        let glance = Sight { side: COARSE, inside: &coarse, points: &[], colors: &[] };
        let close = Sight { side: FINE, inside: &fine, ..glance };
        let known = Some(truth.noun);
        let known = Recognised { seen: known, by_shape: known, at_a_glance: known };
        assert_eq!(recognise(&truth, &glance, &close), known, "{prompt}");
    }
    let nothing = Sight { side: COARSE, inside: &vec![false; COARSE.pow(3)], points: &[], colors: &[] };
    let unknown = Recognised { seen: None, by_shape: None, at_a_glance: None };
    assert_eq!(recognise(&spec("a crystal"), &nothing, &nothing), unknown);
}

#[test]
fn the_fine_grid_corrects_a_wrong_noun_of_the_coarse_grid() {
    let (truth, alike) = (spec("a tiny barn on a pedestal"), spec("a tiny house on a pedestal"));
    let (coarse, fine) = (occupancy(&alike, COARSE), occupancy(&truth, FINE));
    let glance = Sight { side: COARSE, inside: &coarse, points: &[], colors: &[] };
    let close = Sight { side: FINE, inside: &fine, ..glance };
    let found = recognise(&truth, &glance, &close);
    assert_eq!(found.at_a_glance, Some(alike.noun));
    assert_eq!(found.seen, Some(truth.noun));
}

#[test]
fn color_identifies_a_noun_that_the_shape_does_not() {
    let (panda, bear) = (spec("a panda"), spec("a bear"));
    let points: Vec<_> = toybox::sample_surface(&Scene::build(&bear), &mut Random::new(1), 400)
        .iter()
        .map(|at| at.point)
        .collect();
    let mut materials = vec![Material::default(); points.len()];
    Scene::build(&panda).evaluate_materials(&points, &mut vec![0.0; points.len()], &mut materials);
    let colors: Vec<_> = materials.iter().map(|material| material.color).collect();
    // The result is a bear with the colors of a panda.
    let coarse = occupancy(&bear, COARSE);
    let sight = Sight { side: COARSE, inside: &coarse, points: &points, colors: &colors };
    let found = recognise(&bear, &sight, &sight);
    let seen = Some(panda.noun);
    assert_eq!(found, Recognised { seen, by_shape: Some(bear.noun), at_a_glance: seen });
}

#[test]
fn products_are_counted_from_their_shapes() {
    let buffer = Buffer::new(());
    let count = |kernel, shapes: &[&[usize]], integers: &[usize]| {
        let views = shapes.iter().map(|&shape| View { buffer: &buffer, shape });
        operations(&Call::new(kernel, views).integers(integers.iter().copied()))
    };
    assert_eq!(count(Kernel::Linear, &[&[7, 3], &[5, 3]], &[]), 2 * 7 * 3 * 5);
    assert_eq!(count(Kernel::Matmul, &[&[2, 7, 3], &[2, 3, 5]], &[0]), 2 * 2 * 7 * 3 * 5);
    assert_eq!(count(Kernel::Matmul, &[&[2, 7, 3], &[2, 5, 3]], &[1]), 2 * 2 * 7 * 3 * 5);
    assert_eq!(count(Kernel::Conv2d, &[&[1, 4, 8, 8], &[6, 4, 3, 3]], &[1, 1]), 2 * 64 * 4 * 6 * 9);
    assert_eq!(count(Kernel::Conv2d, &[&[1, 4, 8, 8], &[6, 4, 3, 3]], &[2, 1]), 2 * 16 * 4 * 6 * 9);
    let heads: &[&[usize]] = &[&[1, 2, 7, 4], &[1, 2, 9, 4], &[1, 2, 9, 4]];
    assert_eq!(count(Kernel::Attention, heads, &[0]), 2 * 2 * 2 * 7 * 9 * 4);
    assert_eq!(count(Kernel::Softmax, &[&[7, 3]], &[]), 0);
}

#[test]
fn without_takes_one_attribute_away() {
    let full = spec("a tiny tall red chair with a round back on a marble pedestal");
    let taken = ATTRIBUTES.iter().filter_map(|attribute| without(&full, attribute));
    let prompts: Vec<_> = taken.map(|plain| plain.prompt()).collect();
    assert_eq!(
        prompts,
        [
            "a tiny tall red chair on a marble pedestal",
            "a tiny red chair with a round back on a marble pedestal",
            "a tall red chair with a round back on a marble pedestal",
            "a tiny tall red chair with a round back",
        ]
    );
}

#[test]
fn the_nearest_training_scene_is_of_the_noun_and_may_be_trained_on() {
    let mut random = Random::new(1);
    for question in scenes::held_out(Novelty::Pair, 200, &toybox::Noun::all().collect()) {
        let near = nearest_training(&question.spec, &mut random);
        assert!(near.noun == question.spec.noun && near != question.spec);
        assert!(!toybox::is_held_out(&near) || near == SceneSpec::bare(near.noun));
    }
}

#[test]
fn questions_are_distinct_and_ask_for_their_scene() {
    let pairs = scenes::held_out(Novelty::Pair, 300, &toybox::Noun::all().collect());
    let distinct: std::collections::HashSet<_> = pairs.iter().map(|question| question.spec).collect();
    assert_eq!(distinct.len(), 300);
    let (again, which) = scenes::rephrased(&pairs);
    assert!(again.len() == which.len() && again.len() > 200);
    for (question, index) in again.iter().zip(which) {
        assert_eq!(parse(&question.prompt).unwrap().spec, pairs[index].spec, "{}", question.prompt);
        assert_ne!(question.prompt, question.spec.prompt());
    }
}

#[test]
fn a_new_size_is_a_new_shape_and_a_new_color_is_not() {
    let nouns = || Noun::all().map(SceneSpec::bare);
    assert!(nouns().any(|bare| toybox::has_new_shape(&SceneSpec { size: Size::Tiny, ..bare })));
    assert!(nouns().all(|bare| !toybox::has_new_shape(&SceneSpec { color: Color::Red, ..bare })));
}

#[test]
fn the_checkerboard_index_is_1_of_a_smooth_spectrum_and_large_at_a_peak() {
    let smooth: Vec<f64> = (0..96).map(|bin| 5.0 + bin as f64 / 96.0).collect();
    let flat = super::finish::checkerboard(&smooth, 6);
    assert!(flat.len() == 5 && flat.iter().all(|index| (index - 1.0).abs() < 0.02), "{flat:?}");
    let mut peaked = smooth;
    peaked[48] *= 7.0;
    let found = super::finish::checkerboard(&peaked, 6);
    assert!((found[2] - 7.0).abs() < 0.1 && (found[1] - 1.0).abs() < 0.02, "{found:?}");
}
