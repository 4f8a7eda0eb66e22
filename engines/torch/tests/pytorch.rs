//! Compares both engines with results of the original PyTorch code (`tests/python/parity.py`).
//! `scripts/check_parity.sh` makes the numbers and runs these tests.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

#[path = "support/reference.rs"]
mod reference;

use std::sync::Arc;

use att3d::convert::{Source, TextFolder, convert};
use att3d::engine::{Activation, ChannelHead, Engine, RadialBias};
use att3d::generator::Generator;
use att3d::nn::{Latent, Scope};
use att3d::tensor::{Field, FieldParts, Layer, Tensor};
use att3d::text::encoder::TextEncoder;
use att3d::text::tokenizer::Tokenizer;
use att3d::weights::Package;
use att3d::weights::tensors::TensorFiles;
use reference::{engines, folder};

/// Required bound on the error, relative to the larger of 1 and the value.
const TOLERANCE: f32 = 1e-4;

/// Returns a tensor that PyTorch wrote.
fn read(files: &TensorFiles, name: &str, engine: &Arc<dyn Engine>) -> Tensor {
    let tensor = files.get(name).unwrap_or_else(|| panic!("no tensor {name}"));
    Tensor::from_stored(engine, tensor.values, tensor.shape).unwrap()
}

fn hold(what: &str, found: &Tensor, expected: &Tensor) {
    assert_eq!(found.shape(), expected.shape(), "{what}");
    let (found, expected) = (found.to_vec().unwrap(), expected.to_vec().unwrap());
    let error = |(a, b): (&f32, &f32)| (a - b).abs() / b.abs().max(1.0);
    let worst = found.iter().zip(&expected).map(error).fold(0.0, |worst, error| {
        assert!(error.is_finite(), "{what}");
        f32::max(worst, error)
    });
    println!("{what}: {} values, {worst:.1e} apart", found.len());
    assert!(worst <= TOLERANCE, "{what}: {worst} apart");
}

#[test]
#[ignore = "scripts/check_parity.sh makes its numbers"]
fn token_ids_are_those_of_transformers() {
    #[derive(serde::Deserialize)]
    struct Tokens {
        prompts: Vec<String>,
        ids: Vec<Vec<u32>>,
    }
    let text = std::fs::read_to_string(folder().join("tokens.json")).unwrap();
    let Tokens { prompts, ids } = serde_json::from_str(&text).unwrap();
    assert!(prompts.len() >= 1000);
    // `l` has the layout of a current version of `transformers`, and `vocabulary` has that of older versions.
    let saved = TextFolder::open(&folder().join("l"), None).unwrap();
    let older = TextFolder::open(&folder().join("l"), Some(&folder().join("vocabulary"))).unwrap();
    for text in [saved, older] {
        let tokenizer = Tokenizer::from_json(&text.tokenizer_json, &text.config).unwrap();
        for (prompt, expected) in prompts.iter().zip(&ids) {
            assert_eq!(&tokenizer.token_ids(prompt).unwrap(), expected, "{prompt:?}");
        }
    }
}

#[test]
#[ignore = "scripts/check_parity.sh makes its numbers"]
fn text_encoders_say_what_transformers_says() {
    for name in ["l", "h"] {
        let folder = folder().join(name);
        let text = TextFolder::open(&folder, None).unwrap();
        let prompts: Vec<String> =
            serde_json::from_str(&std::fs::read_to_string(folder.join("prompts.json")).unwrap()).unwrap();
        let tokenizer = Tokenizer::from_json(&text.tokenizer_json, &text.config).unwrap();
        let ids: Vec<_> = prompts.iter().map(|prompt| tokenizer.encode(prompt).unwrap().ids).collect();
        let expected = TensorFiles::open(&folder.join("expected")).unwrap();
        for engine in engines() {
            let parameters = text.source.on(&engine);
            let encoder = TextEncoder::load(&Scope::root(&parameters), &text.config).unwrap();
            let found = encoder.forward(&ids).unwrap().tokens;
            hold(&format!("{name} on {}", engine.name()), &found, &read(&expected, "hidden", &engine));
        }
    }
}

#[test]
#[ignore = "scripts/check_parity.sh makes its numbers"]
fn a_triplane_transformer_says_what_pytorch_says() {
    let folder = folder().join("transformer");
    let state = folder.join("state.safetensors");
    // The sizes are those that a conversion reads from the checkpoint.
    let output = tempfile::tempdir().unwrap();
    let package = output.path().join("model.att3d");
    let text = folder.parent().unwrap().join("h");
    let config = match convert(
        &state,
        &package,
        &att3d::convert::ConvertOptions { text: Some(text), ..Default::default() },
    ) {
        Ok(_) => Package::open(&package).unwrap().config().generator.clone(),
        Err(error) => panic!("{error}"),
    };
    let expected = TensorFiles::open(&folder.join("expected")).unwrap();
    let source = Source {
        files: TensorFiles::open(&state).unwrap(),
        renames: vec![("generator.".into(), "geometry.".into())],
    };
    for engine in engines() {
        let tokens = read(&expected, "text", &engine);
        let &[batch, length, width] = tokens.shape() else { panic!("tokens") };
        let parameters = source.on(&engine);
        let generator = Generator::load(&Scope::root(&parameters), &config, width, length).unwrap();
        let pooled = tokens.narrow(1, 0, 1).unwrap().reshape(&[batch, width]).unwrap();
        let fields = generator.forward(&Latent { tokens, pooled }, None).unwrap();
        // World units are converted to object space, whose half side covers the box and the ring of zeros
        // around it.
        let att3d::weights::config::GeneratorConfig::TriplaneTransformer(sizes) = &config else {
            panic!("{config:?}")
        };
        let points =
            read(&expected, "points", &engine).affine(1.0 / sizes.world_units_a_half_side(), 0.0).unwrap();
        let name = engine.name();
        let sdf = fields.geometry.evaluate(&points).unwrap();
        hold(&format!("signed distances on {name}"), &sdf, &read(&expected, "sdf", &engine));
        let raw = Field { heads: vec![ChannelHead::Identity; 3], ..fields.texture.clone() };
        hold(
            &format!("colours on {name}"),
            &raw.evaluate(&points).unwrap(),
            &read(&expected, "color", &engine),
        );
    }
}

#[test]
#[ignore = "scripts/check_parity.sh makes its numbers"]
fn fields_are_sampled_as_pytorch_samples_them() {
    let files = TensorFiles::open(&folder().join("fields")).unwrap();
    for engine in engines() {
        let name = engine.name();
        let points = read(&files, "points", &engine);
        let sampled = read(&files, "planes", &engine).sample_triplane(&points).unwrap();
        hold(&format!("planes on {name}"), &sampled, &read(&files, "triplane", &engine));

        let grids = [9, 14, 22, 36, 58].map(|edge| read(&files, &format!("grid{edge}"), &engine)).to_vec();
        let layer = |name: &str| Layer {
            weight: read(&files, &format!("{name}.weight"), &engine),
            bias: Some(read(&files, &format!("{name}.bias"), &engine)),
            residual: false,
        };
        let field = Field {
            parts: FieldParts::VoxelGrids(grids),
            layers: vec![layer("hidden"), layer("output")],
            activation: Activation::Silu,
            radial_bias: Some(RadialBias { constant: 10.0, slope: -20.0 }),
            heads: vec![
                ChannelHead::Softplus,
                ChannelHead::Sigmoid,
                ChannelHead::Sigmoid,
                ChannelHead::Sigmoid,
            ],
        };
        let expected = read(&files, "values", &engine);
        hold(&format!("ATT3D's field on {name}"), &field.evaluate(&points).unwrap(), &expected);
        // The decoder that makes meshes must agree too.
        let host: Vec<[f32; 3]> = points.to_vec().unwrap().as_chunks().0.to_vec();
        let mut values = vec![0.0; host.len() * 4];
        field.decoder().unwrap().decode(&host, &mut values).unwrap();
        let decoded = Tensor::from_slice(&engine, &values, &[1, host.len(), 4]).unwrap();
        hold(&format!("ATT3D's field, decoded on {name}"), &decoded, &expected);
    }
}
