//! Offsets of latents: they reach every kind of generator, and an offset of another model is refused.

use super::*;
use att3d::pipeline::{Offset, OffsetProblem, Purpose, generate_with_offset};

/// Returns an offset for a model with tiny latents: 12 tokens of width 8.
fn offset(model: &Model, value: f32) -> Offset {
    let tokens = (0..12 * 8).map(|index| value * (1.0 + (index % 5) as f32)).collect();
    Offset::new(model.digest(), "a pig", 8, tokens, vec![value; 8]).unwrap()
}

#[test]
fn every_kind_of_generator_takes_an_offset() {
    for config in families() {
        let model = model(&config);
        let made_with = |value: f32| {
            let offset = offset(&model, value);
            generate_with_offset(&model, "a pig", &offset, &small(), &no_progress).unwrap()
        };
        let plain = made(&model, "a pig");
        assert!(bytes(&made_with(0.0).mesh) == bytes(&plain.mesh), "an offset of 0 changed the mesh");
        let other = made_with(0.3);
        assert!(bytes(&other.mesh) != bytes(&plain.mesh), "an offset had no effect: {:?}", config.generator);
        assert_eq!(other.origin.extras["offset"], offset(&model, 0.3).checksum());
        assert_eq!(other.origin.prompt, "a pig");
    }
}

#[test]
fn an_offset_is_added_to_the_first_rows_of_each_latent_of_a_batch() {
    let model = model(&tiny_model::voxel_grid());
    let offset = Offset::new(model.digest(), "a pig", 8, vec![2.0; 8], Vec::new()).unwrap();
    let latent = model.embed(&["a pig", "a tiger"]).unwrap().latent;
    let sum = model.add_offset(&latent, &offset).unwrap();
    let difference = |one: &att3d::tensor::Tensor, other: &att3d::tensor::Tensor| -> Vec<f32> {
        let values = one.to_vec().unwrap().into_iter().zip(other.to_vec().unwrap());
        values.map(|(one, other)| (one - other).round()).collect()
    };
    for (index, found) in difference(&sum.tokens, &latent.tokens).into_iter().enumerate() {
        assert_eq!(found, if index % (12 * 8) < 8 { 2.0 } else { 0.0 }, "{index}");
    }
    assert!(difference(&sum.pooled, &latent.pooled).iter().all(|found| *found == 0.0));
}

#[test]
fn offsets_of_other_models_and_sizes_are_refused() {
    let (one, other) = (model(&tiny_model::voxel_grid()), model(&tiny_model::triplane()));
    let latent = other.embed(&["a pig"]).unwrap().latent;
    let refused = |offset: &Offset| match other.add_offset(&latent, offset).unwrap_err() {
        PipelineError::Offset(error) => error.problem,
        error => panic!("{error}"),
    };
    assert!(matches!(*refused(&offset(&one, 0.1)), OffsetProblem::OtherModel { .. }));
    for (width, rows) in [(8, 13), (4, 12)] {
        let offset = Offset::new(other.digest(), "", width, vec![0.0; rows * width], Vec::new()).unwrap();
        assert!(matches!(*refused(&offset), OffsetProblem::OtherSizes { .. }));
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pig.offset");
    offset(&one, 0.1).write(&path).unwrap();
    assert_eq!(one.read_offset(&path).unwrap(), offset(&one, 0.1));
    let error = other.read_offset(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("pig.offset") && error.to_string().contains(one.digest()), "{error}");
    std::fs::write(&path, "no offset").unwrap();
    assert_eq!(one.read_offset(&path).unwrap_err().kind(), ErrorKind::Format);
    assert_eq!(one.read_offset(&folder.path().join("missing")).unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn a_prompt_with_the_same_reading_is_the_prompt_of_an_offset() {
    let groups = vec![WordGroup { name: "animals".into(), phrases: vec!["pig".into(), "tiger".into()] }];
    let words = WordsConfig { groups, ..WordsConfig::default() };
    let model = model(&ModelConfig { words, ..tiny_model::triplane() });
    let offset = offset(&model, 0.1);
    for (prompt, expected) in [("a pig", true), ("A Pig!", true), ("a tiger", false), ("", false)] {
        assert_eq!(model.is_offset_for(&offset, prompt), expected, "{prompt}");
    }
    assert_eq!(model.read("A Pig!", Purpose::Thing).unwrap().phrase, "a pig");
}
