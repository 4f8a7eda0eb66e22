//! Writes a package with random weights in the size of a published model, for measurements of speed and
//! memory. The package is for models without published weights.
//!
//!     cargo run --release --example paper_size -- att3d|att3d-hashed|latte3d|transformer|diffusion OUT.att3d
//!
//! `att3d` is the model of the paper (appendix B.1): the text encoder of CLIP ViT-L/14 and a mapping network
//! to 1,023,556 grid values. `att3d-hashed` has three additional hashed levels, whose sizes the paper does
//! not state. `latte3d` has sizes of our choice, based on the paper's 400 ms for a prompt. It has 128²
//! planes, and 125 M parameters besides the 123 M of the text encoder. `transformer` is the generator of
//! ScaleDreamer with the text encoder of OpenCLIP ViT-H, as in Stable Diffusion 2. `diffusion` is
//! TriplaneTurbo with the same text encoder: 1.27 G parameters, 2.5 GB.

use std::cell::RefCell;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::generator::Generator;
use att3d::nn::{Init, NnError, Parameters, Scope};
use att3d::tensor::Tensor;
use att3d::text::encoder::TextEncoder;
use att3d::text::tokenizer::{END, START, UNKNOWN, word_level_json};
use att3d::weights::config::{
    FORMAT_VERSION, GeneratorConfig, LatentDiffusionConfig, ModelConfig, Pooling, SurfaceConfig,
    TextActivation, TextConfig, TriplaneConfig, TriplaneTransformerConfig, VoxelGridConfig,
};
use att3d::weights::{Package, Precision, TensorData};

const WORDS: [&str; 8] = ["a", "pig", "wearing", "party", "hat", "red", "tiger", "on"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, output] = arguments.as_slice() else {
        return Err("usage: paper_size att3d|att3d-hashed|latte3d|transformer|diffusion OUT.att3d".into());
    };
    let distance = SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, 16.0]] };
    let (text, generator, surface) = match kind.as_str() {
        "att3d" => (clip_l(), voxel_grid(false), SurfaceConfig::Density { threshold: 2.0 }),
        "att3d-hashed" => (clip_l(), voxel_grid(true), SurfaceConfig::Density { threshold: 2.0 }),
        "latte3d" => (clip_l(), triplane(), distance),
        "transformer" => (clip_h(), transformer(), distance),
        "diffusion" => {
            (clip_h(), GeneratorConfig::LatentDiffusion(LatentDiffusionConfig::published()), distance)
        }
        other => {
            let kinds = "att3d, att3d-hashed, latte3d, transformer or diffusion";
            return Err(format!("{other}: expected {kinds}").into());
        }
    };
    let config = ModelConfig {
        format_version: FORMAT_VERSION,
        name: format!("{kind}, random weights"),
        license: "CC0-1.0".into(),
        text,
        generator,
        surface,
        meters_per_unit: 1.0,
        words: Default::default(),
        provenance: Default::default(),
    };
    let recorder = Recorder { engine: Arc::new(CpuEngine::new(None)?), held: RefCell::default() };
    let scope = Scope::root(&recorder);
    TextEncoder::load(&scope, &config.text)?;
    let text = count(&recorder);
    Generator::load(&scope, &config.generator, config.text.width, config.text.context_length)?;
    println!("{output}: text encoder {text} parameters, generator {}", count(&recorder) - text);
    let held = recorder.held.borrow();
    let data: Vec<_> = held
        .iter()
        .map(|(name, shape, values)| TensorData { name, shape, values, precision: Precision::F16 })
        .collect();
    Package::save_file(Path::new(output), &config, &word_level_json(&WORDS), &data)?;
    Ok(())
}

fn count(recorder: &Recorder) -> usize {
    recorder.held.borrow().iter().map(|(_, _, values)| values.len()).sum()
}

/// Returns the sizes of the text encoder of CLIP ViT-L/14. The vocabulary has as many rows as that of CLIP,
/// but not its words.
fn clip_l() -> TextConfig {
    text(768, 12, 12, TextActivation::QuickGelu)
}

/// Returns the sizes of the text encoder of OpenCLIP ViT-H without its last layer, as Stable Diffusion 2 uses
/// it.
fn clip_h() -> TextConfig {
    text(1024, 23, 16, TextActivation::Gelu)
}

fn text(width: usize, layers: usize, heads: usize, activation: TextActivation) -> TextConfig {
    TextConfig {
        vocabulary_size: 49_408,
        context_length: 77,
        width,
        layers,
        heads,
        mlp_width: 4 * width,
        activation,
        start_token: START.into(),
        end_token: END.into(),
        unknown_token: Some(UNKNOWN.into()),
        padding_id: None,
        pooling: Pooling::EndToken,
        function_words: Vec::new(),
    }
}

fn voxel_grid(is_hashed: bool) -> GeneratorConfig {
    GeneratorConfig::VoxelGrid(VoxelGridConfig {
        resolutions: vec![9, 14, 22, 36, 58],
        features: 4,
        vector_width: 32,
        hidden_width: 32,
        environment_octaves: 8,
        // The resolutions continue the growth of the dense levels, 1.6. Three more levels increase the
        // features of the field from 20 to 32.
        hash_resolutions: if is_hashed { vec![93, 149, 238] } else { vec![] },
        hash_entries: if is_hashed { 1 << 14 } else { 0 },
    })
}

fn triplane() -> GeneratorConfig {
    GeneratorConfig::Triplane(TriplaneConfig {
        point_count: 10_000,
        point_width: 32,
        point_hidden: 0,
        point_attributes: false,
        base_resolution: 64,
        encoder_channels: vec![128, 256, 512, 1024],
        geometry_channels: vec![192, 320, 512, 1024],
        texture_channels: vec![160, 256, 512, 1024],
        norm_groups: 32,
        attention_heads: 8,
        upsample: 2,
        geometry_features: 32,
        geometry_refined: true,
        geometry_filtered: false,
        blended_patches: false,
        seeded_levels: 0,
        texture_features: 32,
        geometry_hidden: 64,
        texture_hidden: 64,
        sphere_radius: 0.5,
        shape_input: true,
    })
}

fn transformer() -> GeneratorConfig {
    GeneratorConfig::TriplaneTransformer(TriplaneTransformerConfig {
        resolution: 32,
        width: 768,
        layers: 12,
        heads: 16,
        mlp_width: 3072,
        plane_features: 32,
        hidden_width: 64,
        hidden_layers: 2,
        box_half_side: 2.0,
        sphere_radius: 0.8,
    })
}

/// A source of random parameters that also records the parameters.
struct Recorder {
    engine: Arc<dyn Engine>,
    held: RefCell<Vec<Held>>,
}

/// Name, shape and values of a parameter.
type Held = (String, Vec<usize>, Vec<f32>);

impl Parameters for Recorder {
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let values = random(name, shape.iter().product(), init);
        // The tensor needs values, because loading permutes the axes of a deconvolution's kernel. The rest
        // of the loading does not depend on the values.
        let tensor = Tensor::from_slice(&self.engine, &values, shape)?;
        self.held.borrow_mut().push((name.to_owned(), shape.to_vec(), values));
        Ok(tensor)
    }
}

/// Returns uniformly distributed values with the mean and the standard deviation of `init`. The same name
/// gives the same values.
fn random(name: &str, count: usize, init: Init) -> Vec<f32> {
    let mut state = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let (middle, spread) = match init {
        Init::Constant(value) => (value, 0.0),
        Init::Normal { deviation } => (0.0, deviation * 3f32.sqrt()),
        Init::Uniform { bound } => (0.0, bound),
    };
    let next = |_| {
        // xorshift64* (Vigna 2016).
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let bits = state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40;
        middle + spread * (bits as f32 / (1 << 23) as f32 - 1.0)
    };
    (0..count).map(next).collect()
}
