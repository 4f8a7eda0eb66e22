#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::{POINT_FEATURES, dummy_sphere};
use att3d_torch::TorchEngine;
use tch::{Device, Kind};
use toybox::Random;

use super::Shapes;
use crate::TrainError;
use crate::distill::recipe::DistillRecipe;
use crate::distill::targets::{Item, draw};
use crate::distill::text::FrozenText;
use crate::prior::Views;

const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/toybox/toybox.att3d");

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Retrieves shapes of the list for the prompts.
fn retrieve(list: &[&str], prompts: &[&str]) -> Result<Shapes, TrainError> {
    let engine: Arc<dyn Engine> = Arc::new(TorchEngine::new(Device::Cpu, Some(1)).unwrap());
    let text = FrozenText::of_package(Path::new(BUNDLED)).unwrap();
    let (list, prompts) = (strings(list), strings(prompts));
    let embed = |prompts: &[String]| text.embed(&engine, prompts).unwrap();
    Shapes::retrieve(&list, &embed(&list), &embed(&prompts))
}

/// Draws one item of each of two prompts, the first with a cloud.
fn items() -> Vec<Item> {
    let recipe =
        DistillRecipe { prompts: 2, shape_weight: [0.25; 2], clouds: [1.0; 2], ..DistillRecipe::default() };
    let mut items = draw(&recipe, &Views::default(), 2, 1, 3);
    items.iter_mut().enumerate().for_each(|(index, item)| item.prompts = [index; 2]);
    items[1].has_cloud = false;
    items
}

#[test]
fn nearest_shape_is_retrieved_for_each_prompt() {
    let shapes = retrieve(
        &["a red car", "a rabbit wearing a tophat", "a tower"],
        &["a cat wearing a tophat", "a green car", "a blue car"],
    );
    let shapes = shapes.unwrap();
    assert_eq!(shapes.nearest, [1, 0, 0]);
    assert_eq!(shapes.used(), 2);
}

#[test]
fn missing_and_unknown_shapes_are_refused() {
    let message = |list: &[&str]| retrieve(list, &["a pig"]).err().unwrap().to_string();
    assert_eq!(message(&[]), "shapes is none; expected one or more prompts of shapes");
    assert!(message(&["a pig zyzzyva"]).contains("unknown words: zyzzyva"));
}

#[test]
fn silhouettes_and_clouds_are_those_of_the_retrieved_shapes() {
    let shapes = retrieve(&["a tower", "a ball"], &["a ball", "a tower"]).unwrap();
    let items = items();
    let silhouettes = shapes.silhouettes(&items, 16).unwrap();
    assert_eq!(silhouettes.size(), [2, 1, 16, 16]);
    // The height of a silhouette is the number of rows that it touches; the width that of columns.
    let extent = |item: i64, dimension: i64| -> i64 {
        let touched = silhouettes.get(item).get(0).gt(0.25).any_dim(dimension, false);
        touched.to_kind(Kind::Int64).sum(Kind::Int64).int64_value(&[])
    };
    let [ball, tower] = [0, 1].map(|item| extent(item, 1) as f64 / extent(item, 0).max(1) as f64);
    assert!((0.8..1.25).contains(&ball), "the ball is {ball} times as high as wide");
    assert!(tower > ball + 0.1, "the tower is {tower} times as high as wide");

    let rows = shapes.clouds(&items, 50, &mut Random::new(1));
    assert_eq!(rows.len(), 2 * 50 * POINT_FEATURES);
    let (cloud, sphere) = rows.split_at(50 * POINT_FEATURES);
    let alphas: Vec<f32> = cloud.chunks(POINT_FEATURES).map(|row| row[POINT_FEATURES - 1]).collect();
    assert_eq!(alphas, [0.25; 50]);
    for (row, point) in sphere.chunks(POINT_FEATURES).zip(dummy_sphere(50)) {
        assert_eq!(row[..3], point);
        assert_eq!(row[3..], [0.0; POINT_FEATURES - 3]);
    }
}

#[test]
fn alpha_is_drawn_for_items_with_a_cloud_and_clouds_become_rarer() {
    let recipe = DistillRecipe {
        steps: 100,
        prompts: 200,
        shape_weight: [0.1, 0.9],
        clouds: [0.8, 0.0],
        ..DistillRecipe::default()
    };
    let items = |step| draw(&recipe, &Views::default(), 5, 1, step);
    let share = |step| items(step).iter().filter(|item| item.has_cloud).count() as f64 / 200.0;
    assert!((share(0) - 0.8).abs() < 0.1, "{}", share(0));
    assert!((share(50) - 0.4).abs() < 0.1, "{}", share(50));
    assert_eq!(share(100), 0.0);
    let first = items(0);
    let (with, without): (Vec<&Item>, Vec<&Item>) = first.iter().partition(|item| item.has_cloud);
    assert!(without.iter().all(|item| item.shape_weight == 0.1));
    let mean = with.iter().map(|item| item.shape_weight).sum::<f64>() / with.len() as f64;
    assert!((mean - 0.5).abs() < 0.08, "{mean}");
    // Shapes do not change the prompts, the views and the times of a run.
    let plain = DistillRecipe { shape_weight: [0.0; 2], clouds: [0.0; 2], ..recipe.clone() };
    for (one, other) in items(7).iter().zip(draw(&plain, &Views::default(), 5, 1, 7)) {
        assert_eq!((one.prompts, one.time, &one.views), (other.prompts, other.time, &other.views));
    }
}
