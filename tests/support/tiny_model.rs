//! Packages with random weights, small enough to run in milliseconds.

// Each test uses a part of this module.
#![allow(dead_code, reason = "each test program uses some of these functions")]

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::generator::Generator;
use att3d::nn::{Init, NnError, Parameters, Scope};
use att3d::tensor::Tensor;
use att3d::text::TextEncoder;
use att3d::text::tokenizer::word_level_json;
use att3d::weights::config::{
    GeneratorConfig, LatentDiffusionConfig, ModelConfig, SurfaceConfig, TextActivation, TextConfig,
    TriplaneConfig, TriplaneTransformerConfig, VoxelGridConfig,
};
use att3d::weights::{Package, Precision, TensorData};

/// All words of the tiny models.
pub const WORDS: [&str; 8] = ["a", "pig", "tiger", "wearing", "party", "hat", "red", "blue"];

/// Returns the embedded engine.
pub fn engine(threads: usize) -> Arc<dyn Engine> {
    Arc::new(CpuEngine::new(Some(threads)).unwrap())
}

fn model(generator: GeneratorConfig, surface: SurfaceConfig) -> ModelConfig {
    ModelConfig {
        format_version: 2,
        name: "tiny".into(),
        license: "CC0-1.0".into(),
        text: TextConfig {
            vocabulary_size: WORDS.len() + 3,
            context_length: 12,
            width: 8,
            layers: 1,
            heads: 2,
            mlp_width: 16,
            activation: TextActivation::QuickGelu,
            start_token: "<start>".into(),
            end_token: "<end>".into(),
            unknown_token: Some("<unk>".into()),
            pooling: Default::default(),
            padding_id: None,
            function_words: Vec::new(),
        },
        generator,
        surface,
        meters_per_unit: 1.0,
        words: Default::default(),
        provenance: [("steps".to_owned(), serde_json::json!(0))].into(),
    }
}

/// Returns a LATTE3D-style model: nearly a sphere of radius 0.5 in object space. The lengths of all its
/// gradients are well below 8, the slope of the envelope.
pub fn triplane() -> ModelConfig {
    let generator = GeneratorConfig::Triplane(TriplaneConfig {
        point_count: 64,
        point_width: 4,
        point_hidden: 0,
        point_attributes: false,
        base_resolution: 8,
        encoder_channels: vec![8, 8],
        geometry_channels: vec![8, 8],
        texture_channels: vec![8, 8],
        norm_groups: 4,
        attention_heads: 2,
        upsample: 2,
        geometry_features: 4,
        geometry_refined: false,
        geometry_filtered: false,
        blended_patches: false,
        seeded_levels: 0,
        texture_features: 4,
        geometry_hidden: 16,
        texture_hidden: 16,
        sphere_radius: 0.5,
        shape_input: false,
    });
    model(generator, SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, 8.0]] })
}

/// Returns [`triplane`] with a shape input.
pub fn shaped() -> ModelConfig {
    let mut config = triplane();
    if let GeneratorConfig::Triplane(sizes) = &mut config.generator {
        (sizes.point_hidden, sizes.point_attributes, sizes.shape_input) = (6, true, true);
    }
    config.format_version = 3;
    config
}

/// Returns an ATT3D model.
pub fn voxel_grid() -> ModelConfig {
    let generator = GeneratorConfig::VoxelGrid(VoxelGridConfig {
        resolutions: vec![4, 6],
        features: 2,
        vector_width: 4,
        hidden_width: 8,
        environment_octaves: 2,
        hash_resolutions: vec![],
        hash_entries: 0,
    });
    model(generator, SurfaceConfig::Density { threshold: 1.0 })
}

/// Returns a ScaleDreamer model: nearly a sphere of radius 0.8 in world units. Half the side of object space
/// is 2.25 world units.
pub fn transformer() -> ModelConfig {
    let generator = GeneratorConfig::TriplaneTransformer(TriplaneTransformerConfig {
        resolution: 8,
        width: 16,
        layers: 2,
        heads: 2,
        mlp_width: 32,
        plane_features: 4,
        hidden_width: 16,
        hidden_layers: 2,
        box_half_side: 2.0,
        sphere_radius: 0.8,
    });
    model(generator, SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, 40.0]] })
}

/// Returns a TriplaneTurbo model: nearly a sphere of radius 0.5 in object space, with a small deformation.
pub fn diffusion() -> ModelConfig {
    let generator = GeneratorConfig::LatentDiffusion(LatentDiffusionConfig {
        latent_resolution: 4,
        latent_channels: 4,
        u_net_channels: vec![8, 8],
        u_net_blocks: 1,
        head_width: 4,
        norm_groups: 4,
        adapter_rank: 2,
        decoder_channels: vec![8, 8],
        decoder_blocks: 1,
        plane_features: 4,
        hidden_width: 16,
        hidden_layers: 2,
        beta_start: 0.000_85,
        beta_end: 0.012,
        training_steps: 1000,
        timesteps: vec![999, 499],
        sphere_radius: 0.5,
        deformation_unit: 0.02,
    });
    let surface = SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, 40.0]] };
    ModelConfig { format_version: 5, ..model(generator, surface) }
}

/// A tensor of a package.
struct Held {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// A source of random parameters that also records them.
struct Recorder {
    engine: Arc<dyn Engine>,
    held: RefCell<Vec<Held>>,
}

impl Parameters for Recorder {
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let values = random(name, shape.iter().product(), init);
        let tensor = Tensor::from_slice(&self.engine, &values, shape)?;
        self.held.borrow_mut().push(Held { name: name.to_owned(), shape: shape.to_vec(), values });
        Ok(tensor)
    }
}

/// Returns uniform values around the initial values; the same name gives the same values (FNV-1a and
/// splitmix64). Zeros and ones are changed too, so that each layer has an effect.
fn random(name: &str, count: usize, init: Init) -> Vec<f32> {
    let hash = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut state = name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
    let (middle, spread) = match init {
        Init::Constant(value) => (value, 0.1),
        Init::Normal { deviation } => (0.0, deviation * 3f32.sqrt()),
        Init::Uniform { bound } => (0.0, bound),
    };
    let next = |_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let signed = ((bits ^ (bits >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0;
        middle + spread * signed
    };
    (0..count).map(next).collect()
}

/// Returns the tensors that the configuration's networks request.
fn tensors(config: &ModelConfig) -> Vec<Held> {
    let recorder = Recorder { engine: engine(1), held: RefCell::default() };
    {
        let scope = Scope::root(&recorder);
        let text = &config.text;
        TextEncoder::load(&scope, text).unwrap();
        Generator::load(&scope, &config.generator, text.width, text.context_length).unwrap();
    }
    recorder.held.into_inner()
}

fn views(held: &[Held]) -> Vec<TensorData<'_>> {
    held.iter()
        .map(|held| TensorData {
            name: &held.name,
            shape: &held.shape,
            values: &held.values,
            precision: Precision::F32,
        })
        .collect()
}

/// Returns the bytes of an `.att3d` file.
pub fn package_bytes(config: &ModelConfig) -> Vec<u8> {
    Package::to_bytes(config, &word_level_json(&WORDS), &views(&tensors(config))).unwrap()
}

/// Returns the bytes of an `.att3d` file with another `tokenizer.json`.
pub fn package_with_tokenizer(config: &ModelConfig, tokenizer_json: &str) -> Vec<u8> {
    Package::to_bytes(config, tokenizer_json, &views(&tensors(config))).unwrap()
}

/// Writes an `.att3d` file.
pub fn save(path: &Path, config: &ModelConfig) {
    Package::save_file(path, config, &word_level_json(&WORDS), &views(&tensors(config))).unwrap();
}
