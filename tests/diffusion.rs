//! Properties of the pipeline with a diffusion model. The model begins with noise, and at its true size a
//! pass takes seconds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::sync::Arc;
use std::sync::Mutex;

use att3d::error::{Cancelled, no_progress};
use att3d::mesh::Mesh;
use att3d::pipeline::{
    ErrorKind, GenerateOptions, LiveSession, Model, Query, Source, generate, generate_with_progress,
};
use att3d::text::{Purpose, Reading};
use att3d::weights::config::GeneratorConfig;

fn model() -> Model {
    Model::from_bytes(tiny_model::package_bytes(&tiny_model::diffusion()), &tiny_model::engine(2)).unwrap()
}

fn options(seed: u64) -> GenerateOptions {
    GenerateOptions { resolution: 24, seed, ..GenerateOptions::default() }
}

fn made(model: &Model, prompt: &str, seed: u64) -> Mesh {
    generate(model, prompt, &options(seed)).unwrap().mesh
}

#[test]
fn the_seed_selects_the_noise_and_leaves_the_prompt_as_it_is() {
    let model = model();
    assert!(model.has_seeds() && model.varies("a pig").unwrap());
    let meshes = [0, 1, 2].map(|seed| made(&model, "a red pig", seed));
    assert_ne!(meshes[0].positions, meshes[1].positions);
    assert_ne!(meshes[1].positions, meshes[2].positions);
    assert_eq!(meshes[1].positions, made(&model, "a red pig", 1).positions);

    let generated = generate(&model, "a red pig", &options(2)).unwrap();
    assert_eq!(generated.origin.extras["seed"], 2);
    let [plain, seeded] =
        [0, 2].map(|seed| model.embed_variant("a red pig", seed, Purpose::Thing).unwrap().latent);
    assert_eq!(plain.tokens.to_vec().unwrap(), seeded.tokens.to_vec().unwrap());
}

#[test]
fn a_latent_takes_a_seed_and_a_mix_has_the_noise_of_its_prompts() {
    let model = model();
    let embedding = model.embed(&["a red pig", "a blue tiger"]).unwrap();
    let mesh_of = |weights: &[f32], seed| {
        let latent = model.mix(&embedding, weights).unwrap();
        let source = Source::Latent { latent, prompt: "a mix".into(), reading: Reading::default() };
        source.generate(Some(&model), &options(seed), &no_progress).unwrap().mesh
    };
    // A batch of prompts is encoded with other roundings than one prompt.
    let farthest = |mesh: &Mesh, other: &Mesh| {
        assert_eq!(mesh.triangles, other.triangles);
        let pairs = mesh.positions.iter().flatten().zip(other.positions.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };
    let pig = made(&model, "a red pig", 5);
    assert!(farthest(&mesh_of(&[1.0, 0.0], 5), &pig) < 1e-5);
    assert_ne!(mesh_of(&[0.5, 0.5], 5).positions, pig.positions);
}

#[test]
fn progress_covers_the_steps_and_stops_the_work_between_blocks() {
    let model = model();
    let reports = Mutex::new(Vec::new());
    let record = |fraction| {
        reports.lock().unwrap().push(fraction);
        Ok(())
    };
    generate_with_progress(&model, "a pig", &options(0), &record).unwrap();
    let reports = reports.into_inner().unwrap();
    assert!(reports.is_sorted(), "{reports:?}");
    let before_surface = reports.iter().filter(|&&fraction| fraction < 0.9).count();
    assert!(before_surface > 20, "{before_surface} of {} reports in the network", reports.len());

    let stop = |fraction: f32| if fraction > 0.3 { Err(Cancelled) } else { Ok(()) };
    let error = generate_with_progress(&model, "a pig", &options(0), &stop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn values_are_those_of_the_deformed_surface() {
    let mut config = tiny_model::diffusion();
    if let GeneratorConfig::LatentDiffusion(sizes) = &mut config.generator {
        sizes.deformation_unit = 0.1;
    }
    let model = Model::from_bytes(tiny_model::package_bytes(&config), &tiny_model::engine(2)).unwrap();
    let latent = model.embed(&["a red pig"]).unwrap().latent;
    let field = model.fields(&latent, None).unwrap().remove(0);
    let mesh = field.mesh(&GenerateOptions { resolution: 96, ..options(0) }, &no_progress).unwrap().mesh;
    let largest = |positions: &[[f32; 3]]| {
        let mut values = vec![0.0; positions.len()];
        let query = Query { values: Some(&mut values), ..Query::default() };
        field.query(positions, query, &no_progress).unwrap();
        values.into_iter().fold(0.0, |largest: f32, value| largest.max(value.abs()))
    };
    let prompt_fields = model.prompt_fields(&latent).unwrap();
    let decoder = prompt_fields.geometry.decoder().unwrap();
    let mut without = vec![0.0; mesh.positions.len()];
    decoder.decode(&mesh.positions, &mut without).unwrap();
    let without = without.into_iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
    assert!(largest(&mesh.positions) < 0.4 * without, "{} and {without}", largest(&mesh.positions));
}

#[test]
fn a_newer_prompt_stops_the_answer_to_an_older_one() {
    let model = Arc::new(model());
    let of_session = model.clone();
    let session = LiveSession::start(Box::new(move || Some(of_session.clone())), options(0)).unwrap();
    for prompt in ["a pig", "a red pig", "a blue pig", "a tiger"] {
        session.set_prompt(prompt, false);
    }
    assert!(session.wait(None).unwrap());
    let status = session.status();
    assert_eq!((status.requested, status.answered), (4, 4));
    assert!(status.failure.is_none());
    let newest = session.take().unwrap();
    assert_eq!((newest.request, newest.generated.origin.prompt.as_str()), (4, "a tiger"));
}
