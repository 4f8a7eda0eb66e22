//! Tests of the package reader: any bytes give a package or one clear error, and a saved package can be read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod archive;
mod content;
mod mutation;
mod saving;

use std::io::{Cursor, Write};
use std::path::Path;

use att3d::weights::config::{
    GeneratorConfig, ModelConfig, SurfaceConfig, TextActivation, TextConfig, VoxelGridConfig,
};
use att3d::weights::{
    ALIGNMENT, ArchiveError, HeaderError, MODEL_FILE, Package, PackageError, Precision, Problem,
    TOKENIZER_FILE, TensorData, WEIGHTS_FILE,
};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const TOKENIZER: &str = "{\"model\": \"the package reader does not look inside\"}";

fn config() -> ModelConfig {
    ModelConfig {
        format_version: 1,
        name: "tiny".into(),
        license: "MIT".into(),
        text: TextConfig {
            vocabulary_size: 5,
            context_length: 4,
            width: 4,
            layers: 1,
            heads: 2,
            mlp_width: 8,
            activation: TextActivation::QuickGelu,
            start_token: "<start>".into(),
            end_token: "<end>".into(),
            unknown_token: None,
            pooling: Default::default(),
            padding_id: None,
            function_words: Vec::new(),
        },
        generator: GeneratorConfig::VoxelGrid(VoxelGridConfig {
            resolutions: vec![2],
            features: 1,
            vector_width: 2,
            hidden_width: 2,
            environment_octaves: 0,
            hash_resolutions: vec![],
            hash_entries: 0,
        }),
        surface: SurfaceConfig::Density { threshold: 1.0 },
        meters_per_unit: 1.0,
        words: Default::default(),
        provenance: [("steps".to_owned(), serde_json::json!(3))].into(),
    }
}

const MATRIX: [f32; 32] = {
    let mut values = [0.0; 32];
    let mut index = 0;
    while index < 32 {
        values[index] = index as f32 * 0.25 - 4.0;
        index += 1;
    }
    values
};

fn tensors() -> [TensorData<'static>; 4] {
    let tensor = |name, shape, values, precision| TensorData { name, shape, values, precision };
    [
        tensor("a.bias", &[3], &[1.0, -2.0, 0.5], Precision::F16),
        tensor("a.weight", &[4, 8], &MATRIX, Precision::F16),
        tensor("b.weight", &[2, 16], &MATRIX, Precision::Bf16),
        tensor("c.weight", &[32], &MATRIX, Precision::F32),
    ]
}

fn small() -> Vec<u8> {
    Package::to_bytes(&config(), TOKENIZER, &tensors()).unwrap()
}

/// Reads everything that a package has.
fn ask(bytes: Vec<u8>) -> Result<usize, PackageError> {
    let package = Package::from_bytes(bytes)?;
    let mut count = package.tokenizer_json().len() + package.digest().len();
    for tensor in package.tensors() {
        count += package.tensor(tensor.name, tensor.shape)?.len();
    }
    Ok(count)
}

fn problem(result: Result<impl std::fmt::Debug, PackageError>) -> Problem {
    let error = result.expect_err("hostile bytes were accepted");
    let message = error.to_string();
    assert!(message.len() < 600 && !message.is_empty(), "{message}");
    *error.problem
}

/// Returns an archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn model_json() -> Vec<u8> {
    serde_json::to_vec(&config()).unwrap()
}

fn with_weights(weights: &[u8]) -> Vec<u8> {
    archive(&[(MODEL_FILE, &model_json()), (TOKENIZER_FILE, TOKENIZER.as_bytes()), (WEIGHTS_FILE, weights)])
}

/// Returns a safetensors file with this header and these data.
fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn position(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|window| window == needle).unwrap()
}
