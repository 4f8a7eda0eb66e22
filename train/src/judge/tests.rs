#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

use super::batch::BatchMaker;
use super::classes::Classes;
use super::distilled::{self, EvaluateDistilled};
use super::error::JudgeError;
use super::score::{score, softmax};
use super::settings::{JudgeRecipe, JudgeState, Sizes};
use super::train::{self, Train, Trainer};
use super::trained::Judge;
use crate::TrainError;
use crate::checkpoint::{self, Arrays};
use crate::prior::{PromptSet, Views};
use crate::run::Pace;

const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/toybox/toybox.att3d");

/// Returns the options of a run of a tiny network in `folder/name`. The run uses one thread, so that the
/// order of the sums is fixed.
fn options(folder: &Path, name: &str, prompts: &str, steps: u64) -> Train {
    let recipe = JudgeRecipe { steps, batch: 4, warmup: 1, average_decay: 0.9, ..JudgeRecipe::default() };
    let sizes = Sizes { resolution: 8, channels: vec![8, 16], blocks: 1, groups: 4, width: 16 };
    let write = |file: String, text: String| {
        fs::write(folder.join(&file), text).unwrap();
        folder.join(file)
    };
    Train {
        prompts: PromptSet::File(write(format!("{name}.txt"), prompts.into())),
        run: folder.join(name),
        recipe: Some(write(format!("{name}.recipe.json"), serde_json::to_string(&recipe).unwrap())),
        sizes: Some(write(format!("{name}.sizes.json"), serde_json::to_string(&sizes).unwrap())),
        steps: None,
        pace: Pace { time_limit: None, checkpoint_every: 5.0 },
        threads: Some(1),
    }
}

const TWO: &str = "a red chair\na pig\n";

fn newest(run: &Path) -> (JudgeState, Arrays) {
    JudgeState::newest(run).unwrap().unwrap()
}

fn error_of<T>(result: Result<T, TrainError>) -> TrainError {
    result.err().expect("the call should fail")
}

fn evaluation(folder: &Path, judge: PathBuf, prompts: &str) -> EvaluateDistilled {
    let file = folder.join("scored.txt");
    fs::write(&file, prompts).unwrap();
    EvaluateDistilled {
        package: BUNDLED.into(),
        judge,
        prompts: PromptSet::File(file),
        held_out: None,
        only: Vec::new(),
        output: folder.join("report.md"),
        samples: 16,
        beta: 0.02,
        threads: Some(1),
    }
}

#[test]
fn softmax_has_the_temperature() {
    let probabilities = softmax(&[0.5, 0.25, 0.25], 4.0);
    let e = 1f64.exp();
    assert!((probabilities[0] - e / (e + 2.0)).abs() < 1e-9, "{probabilities:?}");
    assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(softmax(&[1.0, -1.0], 1e6).iter().all(|value| value.is_finite()));
    assert_eq!(softmax(&[0.3, -0.2, 0.9, 0.0], 0.0), [0.25; 4]);
}

#[test]
fn precision_counts_views_and_probability_averages_them() {
    // Two views of class 1 among three prompts: the first is recognized, and the second is not.
    let similarities = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0];
    let found = score(&similarities, 2.0, &[0, 1, 2], 1);
    let e = 2f64.exp();
    assert_eq!(found.precision, 0.5);
    assert!((found.probability - 0.5 * (e + 1.0) / (e + 2.0)).abs() < 1e-9, "{found:?}");
}

#[test]
fn prompts_of_one_scene_are_correct_for_each_other() {
    // The view is most similar to the second prompt, whose class is that of the first.
    let found = score(&[0.2, 0.9, 0.1], 1.0, &[7, 7, 3], 7);
    let weights = [0.2f64, 0.9, 0.1].map(f64::exp);
    assert_eq!(found.precision, 1.0);
    let expected = (weights[0] + weights[1]) / weights.iter().sum::<f64>();
    assert!((found.probability - expected).abs() < 1e-6, "{found:?}");
}

#[test]
fn prompts_of_one_scene_are_one_class() {
    let prompts = ["a pig riding a bike", "a red chair", "a pig riding a bicycle"].map(String::from).to_vec();
    let classes = Classes::new(prompts).unwrap();
    assert_eq!(classes.of, [0, 1, 0]);
    assert_eq!(classes.members(), [vec![0, 2], vec![1]]);
    assert!((classes.chance(2) - 2.0 / 3.0).abs() < 1e-9);
    let pigs = Classes::new(PromptSet::Pigs.read().unwrap()).unwrap();
    assert_eq!((pigs.prompts.len(), pigs.specs.len()), (64, 56));
}

#[test]
fn a_batch_has_no_two_prompts_of_one_scene() {
    let recipe = JudgeRecipe { batch: 64, ..JudgeRecipe::default() };
    let sizes = Sizes { resolution: 8, channels: vec![8], ..Sizes::default() };
    let state = JudgeState::new(recipe, sizes, PromptSet::Pigs.read().unwrap());
    let classes = Classes::new(state.prompts.clone()).unwrap();
    let maker = BatchMaker::new(&state).unwrap();
    let batch = maker.make(5);
    let mut found: Vec<usize> = batch.prompts.iter().map(|&prompt| classes.of[prompt]).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!((batch.prompts.len(), found.len()), (56, 56));
    assert_eq!(batch.images.len(), 56 * 3 * 64);
    assert!(batch.images == maker.make(5).images && batch.images != maker.make(6).images);
}

#[test]
fn views_of_a_score_are_in_the_middle_of_the_ranges() {
    let views = super::pictures::views(&Views::default());
    assert_eq!(views.len(), 4);
    for (index, view) in views.iter().enumerate() {
        assert!((view.camera.azimuth.to_degrees() - 90.0 * index as f32).abs() < 1e-3);
        assert!((view.camera.elevation.to_degrees() - 25.0).abs() < 1e-3);
        let direction: f32 = view.camera.axes()[2].iter().zip(view.light.position).map(|(a, b)| a * b).sum();
        assert!((direction - 2.25).abs() < 1e-5, "the light is beside the camera: {direction}");
    }
}

#[test]
fn a_tiny_judge_learns_two_scenes() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "two", TWO, 120);
    train::run(&options).unwrap();
    let found = Judge::open(&options.run, Some(1)).unwrap().score_fresh_pictures(16).unwrap();
    assert!(found.precision > 0.9 && found.probability > 0.8, "{found:?}");
}

#[test]
fn an_untrained_judge_is_as_good_as_chance() {
    let folder = tempfile::tempdir().unwrap();
    let prompts = "a red chair\na pig\na castle\na green tree\na blue car\na sword\na lamp\na house\n";
    let options = options(folder.path(), "untrained", prompts, 0);
    train::run(&options).unwrap();
    let found = Judge::open(&options.run, Some(1)).unwrap().score_fresh_pictures(16).unwrap();
    assert!(found.precision < 0.4 && found.probability < 0.3, "{found:?}; chance is 0.125");
}

#[test]
fn a_judge_stopped_after_each_step_has_the_weights_of_an_uninterrupted_one() {
    let folder = tempfile::tempdir().unwrap();
    let whole = options(folder.path(), "whole", TWO, 3);
    train::run(&whole).unwrap();
    let stopped = Train {
        pace: Pace { time_limit: Some(0.0), checkpoint_every: 5.0 },
        ..options(folder.path(), "stopped", TWO, 3)
    };
    for step in 1..=3 {
        train::run(&stopped).unwrap();
        assert_eq!(newest(&stopped.run).0.step, step);
    }
    assert!(newest(&whole.run).1 == newest(&stopped.run).1, "the resumed run has other arrays");
}

#[test]
fn a_judge_whose_loss_is_not_finite_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut trainer = Trainer::start(&options(folder.path(), "nan", TWO, 3)).unwrap();
    let mut batch = BatchMaker::new(&trainer.state).unwrap().make(0);
    batch.images[5] = f32::NAN;
    assert!(matches!(trainer.step(&batch), Err(TrainError::Diverged { step: 0 })));
}

#[test]
fn a_missing_or_foreign_judge_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = error_of(Judge::open(&folder.path().join("none"), None));
    assert!(matches!(missing, TrainError::Judge(JudgeError::NoCheckpoint(_))), "{missing}");
    assert!(missing.to_string().contains("att3d-train judge"), "{missing}");
    let options = options(folder.path(), "tiny", TWO, 1);
    train::run(&options).unwrap();
    let path = checkpoint::newest(&options.run).unwrap().unwrap().join("state.json");
    let text = fs::read_to_string(&path).unwrap();
    // A prior has another field in its state.
    fs::write(&path, text.replace("\"judge_version\"", "\"prior_version\"")).unwrap();
    let foreign = error_of(Judge::open(&options.run, None));
    let message = foreign.to_string();
    assert!(
        matches!(&foreign, TrainError::Judge(JudgeError::Version { found, .. }) if found == "none"),
        "{message}"
    );
    assert!(message.contains("expected 1") && message.contains("att3d-train judge"), "{message}");
}

#[test]
fn one_scene_is_too_few_for_a_judge() {
    let folder = tempfile::tempdir().unwrap();
    let prompts = "a pig riding a bike\na pig riding a bicycle\n";
    let error = error_of(train::run(&options(folder.path(), "one", prompts, 1)));
    assert!(matches!(error, TrainError::Judge(JudgeError::FewScenes { prompts: 2, scenes: 1 })), "{error}");
}

#[test]
fn a_judge_refuses_scenes_that_it_has_not_learned() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "tiny", TWO, 1);
    train::run(&options).unwrap();
    let error = error_of(distilled::run(&evaluation(folder.path(), options.run, "a pig\na castle\n")));
    let message = error.to_string();
    assert!(matches!(error, TrainError::Judge(JudgeError::Unlearned { known: 2, .. })), "{message}");
    assert!(message.contains("a castle"), "{message}");
}

#[test]
fn a_report_of_a_judge_has_seen_and_held_out_prompts_and_a_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "tiny", TWO, 1);
    train::run(&options).unwrap();
    let held_out = folder.path().join("held_out.txt");
    fs::write(&held_out, "a pig\n").unwrap();
    let options = EvaluateDistilled {
        held_out: Some(held_out),
        ..evaluation(folder.path(), options.run, "a red chair\n")
    };
    distilled::run(&options).unwrap();
    let text = fs::read_to_string(&options.output).unwrap();
    for name in
        ["model, seen prompts", "model, held-out prompts", "exact scenes, seen prompts", "random choice"]
    {
        assert!(text.contains(&format!("| {name} |")), "{text}");
    }
    assert!(text.contains("| rendered frames per prompt | not stated |"), "{text}");
    // The bundled model knows the prompt.
    let chair = text.lines().find(|line| line.starts_with("| a red chair |")).unwrap();
    let iou: f64 = chair.split('|').nth(5).unwrap().trim().parse().unwrap();
    assert!(iou > 0.8, "{chair}");
    assert!(fs::metadata(folder.path().join("report.png")).unwrap().len() > 500);
    let unknown = EvaluateDistilled { only: vec!["a pg".into()], ..options };
    let error = error_of(distilled::run(&unknown));
    assert!(matches!(error, TrainError::Judge(JudgeError::NotInSet { count: 2, .. })), "{error}");
}
