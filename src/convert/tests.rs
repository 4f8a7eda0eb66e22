#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::*;
use crate::pipeline::{GenerateOptions, Model, generate};
use crate::weights::config::{GeneratorConfig, TriplaneTransformerConfig};

const WIDTH: usize = 8;
const CONTEXT: usize = 9;
/// Letters of the vocabulary. Each letter has two tokens: one inside a word, and one at the end of a word.
/// The results of two merges and the special tokens follow them.
const LETTERS: &str = "!adgpi";
const TOKENS: usize = 2 * 6 + 2 + 2;

fn transformer() -> GeneratorConfig {
    GeneratorConfig::TriplaneTransformer(TriplaneTransformerConfig {
        resolution: 4,
        width: 16,
        layers: 2,
        heads: 16,
        mlp_width: 32,
        plane_features: 2,
        hidden_width: 8,
        hidden_layers: 2,
        box_half_side: 2.0,
        sphere_radius: 0.8,
    })
}

/// Parameters that record the names, shapes and values that a network requests.
#[derive(Default)]
pub(super) struct Recorded(pub(super) RefCell<Tensors>);

/// Shapes and values, by name.
pub(super) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

impl Parameters for Recorded {
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let count = shape.iter().product::<usize>();
        let base = if init == Init::ONES { 1.0 } else { 0.0 };
        let seed = name.bytes().fold(7u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let value = |index: usize| {
            let bits = (index as u32).wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(40_503);
            base + 0.1 * ((bits >> 8) as f32 / (1 << 23) as f32 - 1.0)
        };
        let values: Vec<f32> = (0..count).map(value).collect();
        self.0.borrow_mut().insert(name.to_owned(), (shape.to_vec(), values.clone()));
        let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(Some(1)).unwrap());
        Ok(Tensor::from_slice(&engine, &values, shape)?)
    }
}

/// Writes some of the recorded tensors.
pub(super) fn write(path: &Path, tensors: &Tensors, keep: impl Fn(&str) -> bool) {
    let views = tensors.iter().filter(|(name, _)| keep(name)).map(|(name, (shape, values))| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytemuck::cast_slice(values)).unwrap();
        (name.clone(), view)
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Returns a folder that holds a Hugging Face folder `text` and a state dict `state.safetensors`.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    fs::create_dir(&text).unwrap();
    fs::write(
        text.join("config.json"),
        format!(
            r#"{{"model_type": "clip_text_model", "vocab_size": {TOKENS}, "hidden_size": {WIDTH}, "intermediate_size": 16,
                "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": {CONTEXT},
                "hidden_act": "gelu", "torch_dtype": "float32", "eos_token_id": 2}}"#
        ),
    )
    .unwrap();
    let mut tokens: Vec<String> = LETTERS.chars().map(String::from).collect();
    tokens.extend(LETTERS.chars().map(|letter| format!("{letter}</w>")));
    tokens.extend(["pi", "pig</w>", "<|startoftext|>", "<|endoftext|>"].map(String::from));
    let vocabulary: BTreeMap<_, _> = tokens.iter().enumerate().map(|(id, token)| (token, id)).collect();
    fs::write(text.join("vocab.json"), serde_json::to_string(&vocabulary).unwrap()).unwrap();
    fs::write(text.join("merges.txt"), "#version: 0.2\np i\npi g</w>\n").unwrap();
    fs::write(text.join("tokenizer_config.json"), r#"{"pad_token": {"content": "!"}}"#).unwrap();

    let recorded = Recorded::default();
    let scope = Scope::root(&recorded);
    let config = TextFolderConfig::of(&text);
    TextEncoder::load(&scope, &config.0).unwrap();
    Generator::load(&scope, &transformer(), WIDTH, CONTEXT).unwrap();
    let tensors = recorded.0.into_inner();
    write(&text.join("model.safetensors"), &tensors, |name| name.starts_with("text_model."));
    let state: BTreeMap<_, _> = tensors
        .into_iter()
        .filter_map(|(name, tensor)| Some((format!("geometry.{}", name.strip_prefix("generator.")?), tensor)))
        .chain([("background.noise".to_owned(), (vec![2], vec![0.5, 1.0]))])
        .collect();
    write(&folder.path().join("state.safetensors"), &state, |_| true);
    folder
}

/// The sizes of a text encoder's folder whose tensors are not written yet.
struct TextFolderConfig(crate::weights::config::TextConfig);

impl TextFolderConfig {
    fn of(text: &Path) -> Self {
        let placeholder = BTreeMap::from([(
            "text_model.embeddings.token_embedding.weight".to_owned(),
            (vec![1], vec![0.0]),
        )]);
        write(&text.join("model.safetensors"), &placeholder, |_| true);
        Self(TextFolder::open(text, None).unwrap().config)
    }
}

fn options(folder: &Path) -> ConvertOptions {
    ConvertOptions { text: Some(folder.join("text")), ..ConvertOptions::default() }
}

#[test]
fn a_state_dict_becomes_a_package_that_makes_meshes() {
    let folder = folder();
    let output = folder.path().join("out.att3d");
    let converted =
        convert(&folder.path().join("state.safetensors"), &output, &options(folder.path())).unwrap();
    assert_eq!(converted.left_out, ["background.noise"]);
    let package = Package::open(&output).unwrap();
    assert_eq!(package.config().generator, transformer());
    assert_eq!(package.parameter_count(), converted.parameters);
    assert_eq!(package.config().text.padding_id, Some(0));
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(Some(2)).unwrap());
    let model = Model::from_package(&package, &engine).unwrap();
    let options = GenerateOptions { resolution: 16, ..GenerateOptions::default() };
    let pig = generate(&model, "a pig", &options).unwrap();
    assert!(pig.origin.reading.left_out.is_empty() && !pig.mesh.triangles.is_empty());
    pig.mesh.check().unwrap();
}

#[test]
fn merges_join_pieces_and_any_word_is_spelled() {
    let folder = folder();
    let text = TextFolder::open(&folder.path().join("text"), None).unwrap();
    let tokenizer = Tokenizer::from_json(&text.tokenizer_json, &text.config).unwrap();
    // <start>, a</w>, pig</w>, <end>.
    assert_eq!(tokenizer.encode("A  PIG").unwrap().ids, [14, 7, 13, 15]);
    // Pieces: d, i, g</w>.
    assert_eq!(tokenizer.encode("dig").unwrap().ids, [14, 2, 5, 9, 15]);
}

#[test]
fn the_padding_token_of_the_special_tokens_wins() {
    let folder = folder();
    let text = folder.path().join("text");
    let padding = || TextFolder::open(&text, None).unwrap().config.padding_id;
    // These are the settings in the files of Stable Diffusion 2.1.
    fs::write(text.join("tokenizer_config.json"), r#"{"pad_token": "<|endoftext|>"}"#).unwrap();
    assert_eq!(padding(), None);
    fs::write(text.join("special_tokens_map.json"), r#"{"pad_token": "!"}"#).unwrap();
    assert_eq!(padding(), Some(0));
    // These are the settings in the files of Stable Diffusion 1.5.
    fs::write(text.join("tokenizer_config.json"), r#"{"pad_token": "!"}"#).unwrap();
    fs::write(text.join("special_tokens_map.json"), r#"{"pad_token": "<|endoftext|>"}"#).unwrap();
    assert_eq!(padding(), None);
    // If `special_tokens_map.json` has no padding token, that of `tokenizer_config.json` applies.
    fs::write(text.join("special_tokens_map.json"), r#"{"bos_token": "<|startoftext|>"}"#).unwrap();
    assert_eq!(padding(), Some(0));
}

#[test]
fn shards_and_half_precision_give_the_same_package_in_half_the_bytes() {
    let folder = folder();
    let (source, whole) = (folder.path().join("state.safetensors"), folder.path().join("whole.att3d"));
    convert(&source, &whole, &options(folder.path())).unwrap();
    let bytes = fs::read(&source).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let shards = folder.path().join("shards");
    fs::create_dir(&shards).unwrap();
    let mut map = BTreeMap::new();
    for (index, (name, view)) in tensors.tensors().into_iter().enumerate() {
        map.insert(name.clone(), format!("part-{}.safetensors", index % 3));
        let _ = view;
    }
    for part in 0..3 {
        let file = format!("part-{part}.safetensors");
        let of_part = tensors.tensors().into_iter().filter(|(name, _)| map[name] == file);
        fs::write(shards.join(&file), safetensors::serialize(of_part, None).unwrap()).unwrap();
    }
    let index = serde_json::json!({ "metadata": {}, "weight_map": map });
    fs::write(shards.join("model.safetensors.index.json"), index.to_string()).unwrap();
    let sharded = folder.path().join("sharded.att3d");
    convert(&shards, &sharded, &options(folder.path())).unwrap();
    // The packages differ in their names, which come from the files.
    let tensor = |path: &Path| {
        let package = Package::open(path).unwrap();
        package.tensor("generator.sdf_network.layers.2.weight", &[8, 8]).unwrap()
    };
    assert_eq!(tensor(&whole), tensor(&sharded));

    let half = folder.path().join("half.att3d");
    let precision = Some(Precision::F16);
    convert(&source, &half, &ConvertOptions { precision, ..options(folder.path()) }).unwrap();
    let weights =
        |path: &Path| Package::open(path).unwrap().tensors().map(|tensor| tensor.span.len()).sum::<usize>();
    assert_eq!(weights(&half) * 2, weights(&whole));
}

#[test]
fn a_manifest_names_anything() {
    let folder = folder();
    let manifest = folder.path().join("model.json");
    let GeneratorConfig::TriplaneTransformer(sizes) = transformer() else { panic!("it is one") };
    let mut generator = serde_json::to_value(&sizes).unwrap();
    generator["kind"] = "scaledreamer.triplane_transformer".into();
    let content = serde_json::json!({
        "name": "mine", "license": "CC0-1.0", "text": "text", "tensors": "state.safetensors", "generator": generator,
        "surface": { "kind": "signed_distance", "iso_level": 0.0, "envelope": [[1.0, 9.0]] },
        "names": [{ "package": "generator.", "source": "geometry." }],
    });
    fs::write(&manifest, content.to_string()).unwrap();
    let output = folder.path().join("out.att3d");
    convert(&manifest, &output, &ConvertOptions::default()).unwrap();
    assert_eq!(Package::open(&output).unwrap().config().name, "mine");
}

#[test]
fn what_is_missing_or_wrong_is_named_and_nothing_is_written() {
    let folder = folder();
    let (source, output) = (folder.path().join("state.safetensors"), folder.path().join("out.att3d"));
    let refused = |source: &Path, options: &ConvertOptions| {
        let error = convert(source, &output, options).unwrap_err().to_string();
        assert!(!output.exists());
        error
    };
    assert!(refused(&source, &ConvertOptions::default()).contains("no text encoder"));

    let bytes = fs::read(&source).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let without = folder.path().join("without.safetensors");
    let kept = tensors.tensors().into_iter().filter(|(name, _)| !name.ends_with("layers.1.norm3.bias"));
    fs::write(&without, safetensors::serialize(kept, None).unwrap()).unwrap();
    let error = refused(&without, &options(folder.path()));
    assert!(error.contains("generator.space_generator.layers.1.norm3.bias"), "{error}");

    let no_transformer = folder.path().join("text/model.safetensors");
    assert!(refused(&no_transformer, &options(folder.path())).contains("space_generator.pos_embed"));

    let pickle = folder.path().join("model.pth");
    fs::write(&pickle, b"\x80\x02}q\x00.").unwrap();
    let error = refused(&pickle, &options(folder.path()));
    assert!(error.contains("bare pickle") && error.contains("torch.load"), "{error}");
    fs::write(&pickle, b"PK\x03\x04archive/data.pkl").unwrap();
    let error = refused(&pickle, &options(folder.path()));
    assert!(error.contains("model.pth: it has 20 bytes and no zip end record"), "{error}");

    fs::write(folder.path().join("text/merges.txt"), "#version: 0.2\np i\nthree of them\n").unwrap();
    let error = refused(&source, &options(folder.path()));
    assert!(error.contains("merges.txt, line 3"), "{error}");
    fs::remove_file(folder.path().join("text/merges.txt")).unwrap();
    let error = refused(&source, &options(folder.path()));
    assert!(error.contains("no tokenizer"), "{error}");
    let config = r#"{"model_type": "t5"}"#;
    fs::write(folder.path().join("text/config.json"), config).unwrap();
    let error = refused(&source, &options(folder.path()));
    assert!(error.contains("model_type is t5"), "{error}");
}
