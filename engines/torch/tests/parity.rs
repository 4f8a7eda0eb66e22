//! Tests that the bundled model gives the same results on libtorch and on the embedded engine.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::pipeline::Model;
use att3d::tensor::{Field, FieldParts};
use att3d_torch::TorchEngine;
use att3d_torch::tch::Device;

const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/toybox/toybox.att3d");
const PROMPTS: [&str; 3] = [
    "a pig wearing a party hat",
    "a tiger playing the guitar wearing a sweater",
    "a squirrel reading a book wearing a sombrero",
];
const POINTS: usize = 4_096;
/// Largest accepted absolute differences of plane features and of decoded values. Both engines add in f32,
/// each in its own order.
const PLANE_TOLERANCE: f32 = 2e-3;
const VALUE_TOLERANCE: f32 = 1e-3;

fn models() -> [Model; 2] {
    let engines: [Arc<dyn Engine>; 2] = [
        Arc::new(CpuEngine::new(Some(2)).unwrap()),
        Arc::new(TorchEngine::new(Device::Cpu, Some(2)).unwrap()),
    ];
    engines.map(|engine| Model::open(Path::new(PACKAGE), &engine).unwrap())
}

/// Returns repeatable points in [-1, 1)³.
fn points() -> Vec<[f32; 3]> {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..POINTS).map(|_| [next(), next(), next()]).collect()
}

fn planes(field: &Field) -> Vec<f32> {
    match &field.parts {
        FieldParts::Triplane(planes) => planes.to_vec().unwrap(),
        FieldParts::VoxelGrids(_) => panic!("the bundled model has triplanes"),
    }
}

fn assert_close(what: &str, ours: &[f32], theirs: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    assert!(!ours.is_empty(), "{what}");
    assert!(ours.iter().chain(theirs).all(|value| value.is_finite()), "{what}");
    let worst = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst <= tolerance, "{what}: {worst} apart, {tolerance} allowed");
}

#[test]
fn libtorch_makes_the_same_planes() {
    let [ours, theirs] = models().map(|model| {
        let latent = model.embed(&PROMPTS).unwrap().latent;
        model.prompt_fields(&latent).unwrap()
    });
    assert_close("geometry", &planes(&ours.geometry), &planes(&theirs.geometry), PLANE_TOLERANCE);
    assert_close("texture", &planes(&ours.texture), &planes(&theirs.texture), PLANE_TOLERANCE);
}

#[test]
fn libtorch_decodes_the_same_values() {
    let points = points();
    let [ours, theirs] = models().map(|model| {
        let latent = model.embed(&PROMPTS).unwrap().latent;
        let fields = model.fields(&latent, None).unwrap();
        fields
            .iter()
            .map(|field| {
                let mut distances = vec![0.0; POINTS];
                field.sample(&points, &mut distances).unwrap();
                let (colors, materials) = field.appearance(&points, &att3d::error::no_progress).unwrap();
                (distances, colors, materials)
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(ours.len(), PROMPTS.len());
    for ((prompt, ours), theirs) in PROMPTS.iter().zip(&ours).zip(&theirs) {
        let close = |what: &str, ours: &[f32], theirs: &[f32]| {
            assert_close(&format!("{what} of `{prompt}`"), ours, theirs, VALUE_TOLERANCE);
        };
        close("distances", &ours.0, &theirs.0);
        close("colours", ours.1.as_flattened(), theirs.1.as_flattened());
        close("materials", ours.2.as_flattened(), theirs.2.as_flattened());
    }
}
