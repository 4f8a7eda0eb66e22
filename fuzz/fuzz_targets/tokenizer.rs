//! Loads packages with arbitrary tokenizers, which must give a model or an error. Any prompt must then be
//! read and embedded, or refused.
//!
//! The first byte of an input selects the package's configuration. After it come the text of
//! `tokenizer.json`, a NUL byte and the prompt. The mutator changes the tokenizer as a tree: see
//! `att3d_fuzz::tokenizer_mutation`.
//!
//! `cargo +nightly fuzz run tokenizer fuzz/found/tokenizer fuzz/seeds/tokenizer`
#![no_main]

use std::sync::{Arc, LazyLock};

use att3d::engine::Engine;
use att3d::error::silence_expected_panics;
use att3d::pipeline::{Model, PipelineError, Purpose, WordGroup};
use att3d::text::TokenizerError;
use att3d::weights::config::{ModelConfig, Pooling};
use att3d_fuzz::mutator::{cross_with, mutate_with};
use att3d_fuzz::tokenizer_mutation::{self, Input};
use att3d_fuzz::{archive, entries, tiny_model};
use libfuzzer_sys::{fuzz_crossover, fuzz_mutator, fuzz_target};

/// Vocabulary size of the packages. It is larger than that of the tiny model, so that larger vocabularies are
/// tested.
const VOCABULARY: usize = 256;
/// Context length of the packages, in tokens. It leaves room for prompts that a tokenizer splits into single
/// letters.
const CONTEXT: usize = 48;

/// The configuration and the weights of a package.
struct Package {
    model: Vec<u8>,
    weights: Vec<u8>,
}

/// Packages without and with word groups, each with and without an unknown token.
static PACKAGES: LazyLock<[Package; 4]> = LazyLock::new(|| {
    // The `tokenizers` crate panics on some inputs, and the library catches that. Therefore, libFuzzer's
    // panic hook must not be called.
    silence_expected_panics();
    std::array::from_fn(|kind| {
        let found = entries(&tiny_model::package_bytes(&configuration(kind & 1 != 0, kind & 2 != 0)));
        let part = |name: &str| found.iter().find(|(found, _)| found == name).unwrap().1.clone();
        Package { model: part("model.json"), weights: part("weights.safetensors") }
    })
});

static ENGINE: LazyLock<Arc<dyn Engine>> = LazyLock::new(|| tiny_model::engine(1));

fn configuration(has_groups: bool, spells_all_words: bool) -> ModelConfig {
    let mut config = tiny_model::triplane();
    config.text.vocabulary_size = VOCABULARY;
    config.text.context_length = CONTEXT;
    if has_groups {
        let group = |name: &str, phrases: &[&str]| WordGroup {
            name: name.into(),
            phrases: phrases.iter().map(|&phrase| phrase.into()).collect(),
        };
        config.words.groups = vec![
            group("creatures", &["pig", "tiger"]),
            group("colors", &["red", "blue"]),
            group("hats", &["party hat"]),
        ];
        config.words.lexicon = [("swine".to_owned(), "pig".to_owned())].into();
    }
    if spells_all_words {
        config.text.unknown_token = None;
        config.text.padding_id = Some(0);
        config.text.pooling = Pooling::Mean;
    } else {
        config.text.function_words = vec!["a".into()];
    }
    config
}

fuzz_target!(|bytes: &[u8]| {
    let Some(input) = Input::parse(bytes) else { return };
    let package = &PACKAGES[usize::from(input.kind & 3)];
    let archive = archive(&package.model, input.tokenizer, &package.weights);
    let Ok(model) = Model::from_bytes(archive, &ENGINE) else { return };
    let prompt = String::from_utf8_lossy(input.prompt);
    let _ = model.complete(&prompt);
    match model.embed(&[&prompt]) {
        Ok(embedding) => {
            assert_eq!(embedding.readings.len(), 1);
            let _ = model.read(&prompt, Purpose::Change);
        }
        // A refusal is valid, because the time limit of a prompt may have passed.
        Err(PipelineError::Prompt(TokenizerError::Failed { .. })) => {}
        Err(error) => {
            let _ = error.to_string();
            let _ = model.embed_for(&[&prompt], Purpose::Change).map_err(|error| error.to_string());
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate_with(tokenizer_mutation::mutated, data, size, max_size, seed)
});

fuzz_crossover!(|data1: &[u8], data2: &[u8], out: &mut [u8], seed: u32| {
    cross_with(tokenizer_mutation::crossed, data1, data2, out, seed)
});
