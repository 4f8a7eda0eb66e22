#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use serde_json::{Value, json};

use super::super::config::ModelConfig;
use super::super::error::Problem;
use super::parse;

fn triplane() -> Value {
    json!({
        "format_version": 1,
        "name": "toybox",
        "license": "MIT OR Apache-2.0",
        "text": {
            "vocabulary_size": 200, "context_length": 24, "width": 128, "layers": 2, "heads": 4, "mlp_width": 256,
            "activation": "gelu", "start_token": "<start>", "end_token": "<end>", "unknown_token": "<unk>"
        },
        "generator": {
            "kind": "latte3d.triplane", "point_count": 1024, "point_width": 32, "base_resolution": 32,
            "encoder_channels": [32, 64, 96], "geometry_channels": [32, 64, 96], "texture_channels": [32, 32, 64],
            "norm_groups": 8, "attention_heads": 4, "upsample": 2, "geometry_features": 12, "texture_features": 12,
            "geometry_hidden": 64, "texture_hidden": 64, "sphere_radius": 0.5, "shape_input": false
        },
        "surface": { "kind": "signed_distance", "iso_level": 0.0, "envelope": [[0.1, 0.3], [1.0, 1.5]] },
        "meters_per_unit": 1.0
    })
}

fn grid() -> Value {
    let mut value = triplane();
    *value.pointer_mut("/generator").unwrap() = json!({
        "kind": "att3d.voxel_grid", "resolutions": [9, 14, 22, 36, 58], "features": 4, "vector_width": 32,
        "hidden_width": 32, "environment_octaves": 8
    });
    *value.pointer_mut("/surface").unwrap() = json!({ "kind": "density", "threshold": 10.0 });
    value
}

/// Returns the field and the message of the refusal after a value is changed.
fn refused(mut value: Value, pointer: &str, new: Value) -> (String, String) {
    *value.pointer_mut(pointer).unwrap() = new;
    match parse(&value.to_string()) {
        Err(Problem::Config(error)) => (error.field.clone(), error.to_string()),
        other => panic!("{pointer}: {other:?}"),
    }
}

#[test]
fn both_families_are_accepted_and_survive_a_round_trip() {
    for value in [triplane(), grid()] {
        let config = parse(&value.to_string()).unwrap();
        let again: ModelConfig = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();
        assert_eq!(config, again);
    }
}

#[test]
fn blended_patches_need_an_even_factor_and_few_cells() {
    let mut value = triplane();
    value["generator"]["blended_patches"] = json!(true);
    assert!(parse(&value.to_string()).is_ok());
    let (field, message) = refused(value.clone(), "/generator/upsample", json!(3));
    assert_eq!(field, "generator.upsample");
    assert!(message.contains("even number"), "{message}");
    let (field, _) = refused(value, "/generator/base_resolution", json!(512));
    assert_eq!(field, "generator.base_resolution");
}

#[test]
fn newer_format_is_refused_by_its_version_even_with_unknown_fields() {
    let mut value = triplane();
    value["format_version"] = json!(7);
    value["novelty"] = json!("a field of the future");
    let Err(Problem::Config(error)) = parse(&value.to_string()) else { panic!("accepted") };
    assert_eq!((error.field.as_str(), error.found.as_str()), ("format_version", "7"));
    assert!(error.expected.contains("update"));
}

#[test]
fn unknown_kind_and_unknown_field_are_named() {
    let mut value = triplane();
    value["generator"]["kind"] = json!("nerf");
    let message = parse(&value.to_string()).unwrap_err().to_string();
    assert!(message.contains("nerf") && message.contains("latte3d.triplane"), "{message}");
    let mut value = triplane();
    value["text"]["dropout"] = json!(0.1);
    assert!(parse(&value.to_string()).unwrap_err().to_string().contains("dropout"));
}

#[test]
fn each_impossible_field_is_named() {
    let planes = [
        ("/format_version", json!(0), "format_version"),
        ("/name", json!("  "), "name"),
        ("/text/vocabulary_size", json!(0), "text.vocabulary_size"),
        ("/text/context_length", json!(1_000_000), "text.context_length"),
        ("/text/width", json!(0), "text.width"),
        ("/text/heads", json!(0), "text.heads"),
        ("/text/heads", json!(3), "text.heads"),
        ("/text/layers", json!(u64::MAX), "text.layers"),
        ("/text/end_token", json!("<start>"), "text.end_token"),
        ("/generator/point_count", json!(1 << 20), "generator.point_count"),
        ("/generator/norm_groups", json!(5), "generator.norm_groups"),
        ("/generator/attention_heads", json!(0), "generator.attention_heads"),
        ("/generator/base_resolution", json!(30), "generator.base_resolution"),
        ("/generator/encoder_channels", json!([]), "the number of generator.encoder_channels"),
        ("/generator/texture_channels", json!([32, 64]), "generator.texture_channels"),
        ("/generator/geometry_channels", json!([32, 64, 8200]), "generator.geometry_channels"),
        ("/generator/sphere_radius", json!(-1.0), "generator.sphere_radius"),
        ("/surface/envelope", json!([]), "the number of surface.envelope"),
        ("/surface/envelope", json!([[1.0, 0.0]]), "surface.envelope"),
        ("/surface/envelope", json!([[1.0, 1e39]]), "surface.envelope"),
        ("/surface/envelope", json!([[0.1, 0.2], [0.1, 0.3]]), "surface.envelope"),
        ("/surface/envelope", json!([[0.1, 0.2], [0.2, 0.1]]), "surface.envelope"),
        ("/surface/envelope", json!([[0.1, 0.2], [0.2, 0.5]]), "surface.envelope"),
        ("/meters_per_unit", json!(0.0), "meters_per_unit"),
        ("/surface", json!({ "kind": "density", "threshold": 1.0 }), "surface.kind"),
    ];
    for (pointer, new, field) in planes {
        assert_eq!(refused(triplane(), pointer, new).0, field);
    }
    let grids = [
        ("/generator/resolutions", json!([1]), "generator.resolutions"),
        (
            "/generator/resolutions",
            json!(vec![512; 16]),
            "the generator's grid values × generator.vector_width",
        ),
        ("/generator/vector_width", json!(0), "generator.vector_width"),
        ("/surface/threshold", json!(-1.0), "surface.threshold"),
    ];
    for (pointer, new, field) in grids {
        assert_eq!(refused(grid(), pointer, new).0, field);
    }
}

#[test]
fn words_that_people_cannot_be_shown_are_refused() {
    let mut value = triplane();
    value["words"] =
        json!({ "groups": [{ "name": "colours", "phrases": ["red"] }], "lexicon": { "crimson": "red" } });
    parse(&value.to_string()).unwrap();
    for (pointer, new, field) in [
        ("/words/groups/0/phrases", json!([]), "the number of words.groups.phrases"),
        ("/words/groups/0/phrases", json!(["red\tgreen"]), "words.groups.phrases"),
        ("/words/groups/0/name", json!("col\u{1b}[2Jours"), "words.groups.name"),
        (
            "/words/groups",
            json!([{ "name": "a", "phrases": ["b"] }, { "name": "a", "phrases": ["c"] }]),
            "words.groups.name",
        ),
        ("/words/lexicon", json!({ "Crimson": "red" }), "words.lexicon"),
        ("/words/lexicon", json!({ "crimson\n": "red" }), "words.lexicon"),
        ("/words/lexicon", json!({ "crimson": "" }), "words.lexicon"),
    ] {
        assert_eq!(refused(value.clone(), pointer, new).0, field);
    }
}

#[test]
fn message_says_what_was_found_and_what_was_expected() {
    let (_, message) = refused(triplane(), "/text/heads", json!(3));
    assert_eq!(message, "model.json: text.heads is 3; expected a divisor of 128 (text.width)");
}
