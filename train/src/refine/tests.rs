#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::error::no_progress;
use att3d::generator::Generator;
use att3d::nn::Scope;
use att3d::pipeline::{Model, Query};
use att3d::text::TextEncoder;
use att3d::text::tokenizer::word_level_json;
use att3d::weights::config::{
    GeneratorConfig, ModelConfig, SurfaceConfig, TextActivation, TextConfig, TriplaneConfig, VoxelGridConfig,
};
use att3d::weights::{Offset, Package, Precision, TensorData};
use att3d_torch::TorchEngine;
use tch::Tensor;

use super::error::RefineError;
use super::run::{Outcome, Refine, refine};
use crate::TrainError;
use crate::camera::Camera;
use crate::prior::{Noisy, Prior, PromptEmbedding, PromptSet};
use crate::variables::{ParameterStore, host, sizes};

const WORDS: [&str; 4] = ["a", "pig", "red", "hat"];
const PROMPT: &str = "a pig";
/// Width and number of the token embeddings.
const WIDTH: usize = 8;
const TOKENS: usize = 6;

/// A perfect denoiser for one image of a flat red. From call `fails_at` on, its noise is not a number.
struct Red {
    fails_at: usize,
    calls: Cell<usize>,
}

impl Red {
    fn new() -> Self {
        Self { fails_at: usize::MAX, calls: Cell::new(0) }
    }
}

impl Prior for Red {
    fn resolution(&self) -> usize {
        8
    }

    fn embed(&self, prompts: &[&str], _: &[Camera]) -> Result<PromptEmbedding, TrainError> {
        let pooled = Tensor::from_slice(&vec![0.0f32; prompts.len()]).reshape([-1, 1]);
        Ok(PromptEmbedding { tokens: pooled.reshape([-1, 1, 1]), pooled })
    }

    fn signal(&self, times: &Tensor) -> Result<Tensor, TrainError> {
        Ok(1.0 - times)
    }

    fn predict_noise(&self, noisy: Noisy<'_>, _: Option<&PromptEmbedding>) -> Result<Tensor, TrainError> {
        self.calls.set(self.calls.get() + 1);
        let kept = self.signal(noisy.times)?.reshape([-1, 1, 1, 1]);
        let image = (Tensor::from_slice(&[0.9f32, 0.1, 0.1]) * 2.0 - 1.0).reshape([1, 3, 1, 1]);
        let noise = (noisy.latents - image * kept.sqrt()) / (kept * -1.0 + 1.0).sqrt();
        Ok(if self.calls.get() > self.fails_at { noise * f64::NAN } else { noise })
    }
}

fn voxel_grid() -> (GeneratorConfig, SurfaceConfig) {
    let generator = GeneratorConfig::VoxelGrid(VoxelGridConfig {
        resolutions: vec![4, 6],
        features: 4,
        vector_width: 8,
        hidden_width: 16,
        environment_octaves: 0,
        hash_resolutions: Vec::new(),
        hash_entries: 0,
    });
    (generator, SurfaceConfig::Density { threshold: 4.0 })
}

fn triplane() -> (GeneratorConfig, SurfaceConfig) {
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
        seeded_levels: 1,
        texture_features: 4,
        geometry_hidden: 16,
        texture_hidden: 16,
        sphere_radius: 0.5,
        shape_input: false,
    });
    (generator, SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, 8.0]] })
}

/// Writes a package with random weights. The weights of the generator are enlarged, so that the latent has an
/// effect.
fn write_package(path: &Path, (generator, surface): (GeneratorConfig, SurfaceConfig)) {
    let config = ModelConfig {
        format_version: 2,
        name: "tiny".into(),
        license: "CC0-1.0".into(),
        text: TextConfig {
            vocabulary_size: WORDS.len() + 3,
            context_length: TOKENS,
            width: WIDTH,
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
        provenance: Default::default(),
    };
    let engine: Arc<dyn Engine> = Arc::new(TorchEngine::new(tch::Device::Cpu, Some(1)).unwrap());
    let store = ParameterStore::new(engine, 3);
    let scope = Scope::root(&store);
    TextEncoder::load(&scope, &config.text).unwrap();
    Generator::load(&scope, &config.generator, WIDTH, TOKENS).unwrap();
    let held: Vec<_> = store
        .variables
        .borrow()
        .iter()
        .map(|(name, variable)| {
            let factor = if name.contains("mapping.grids") { 10.0 } else { 1.0 };
            let values: Vec<f32> = host(variable).unwrap().into_iter().map(|value| factor * value).collect();
            (name.clone(), sizes(variable), values)
        })
        .collect();
    let data: Vec<_> = held
        .iter()
        .map(|(name, shape, values)| TensorData { name, shape, values, precision: Precision::F32 })
        .collect();
    Package::save_file(path, &config, &word_level_json(&WORDS), &data).unwrap();
}

/// Returns the options of a small refinement of the package `tiny.att3d` in a folder.
fn options(folder: &Path) -> Refine {
    let recipe = folder.join("recipe.json");
    std::fs::write(&recipe, r#"{"prompts": 2, "samples": 12, "guidance": 2, "entropy_weight": 0}"#).unwrap();
    Refine {
        prompt: PROMPT.into(),
        model: folder.join("tiny.att3d"),
        prior: PathBuf::new(),
        output: folder.join("pig.offset"),
        steps: 80,
        learning_rate: 0.1,
        recipe: Some(recipe),
        judge: None,
        prompts: PromptSet::Pigs,
        time_limit: None,
        threads: Some(1),
    }
}

/// Returns the colors of the field of the prompt at a few points.
fn colors(package: &Path, engine: Arc<dyn Engine>, offset: Option<&Offset>) -> Vec<[f32; 3]> {
    let _guard = tch::no_grad_guard();
    let model = Model::open(package, &engine).unwrap();
    let mut latent = model.embed(&[PROMPT]).unwrap().latent;
    if let Some(offset) = offset {
        latent = model.add_offset(&latent, offset).unwrap();
    }
    let field = &model.fields(&latent, None).unwrap()[0];
    let points = [[0.0; 3], [0.3, 0.1, -0.2], [-0.4, 0.2, 0.1]];
    let mut colors = vec![[0.0; 3]; points.len()];
    let query = Query { colors: Some(&mut colors), ..Query::default() };
    field.query(&points, query, &no_progress).unwrap();
    colors
}

#[test]
fn loss_falls_and_the_offset_has_the_same_effect_on_the_embedded_engine() {
    for kind in [voxel_grid(), triplane()] {
        let folder = tempfile::tempdir().unwrap();
        let options = options(folder.path());
        let has_pooled = matches!(kind.0, GeneratorConfig::Triplane(_));
        write_package(&options.model, kind);
        let Outcome { steps, before, after } = refine(&options, &Red::new()).unwrap();
        assert_eq!(steps, 80);
        assert!(after.loss < before.loss, "loss {}, then {}", before.loss, after.loss);
        assert!(after.error < before.error, "error {}, then {}", before.error, after.error);

        assert!(std::fs::metadata(&options.output).unwrap().len() <= 64 << 10);
        let offset = Offset::read(&options.output).unwrap();
        assert_eq!((offset.prompt(), offset.tokens().len()), (PROMPT, TOKENS * WIDTH));
        assert_eq!(offset.pooled().len(), if has_pooled { WIDTH } else { 0 });
        assert!(!has_pooled || offset.pooled().iter().any(|value| *value != 0.0));

        let embedded = || -> Arc<dyn Engine> { Arc::new(CpuEngine::new(Some(1)).unwrap()) };
        let torch: Arc<dyn Engine> = Arc::new(TorchEngine::new(tch::Device::Cpu, Some(1)).unwrap());
        let plain = colors(&options.model, embedded(), None);
        let refined = colors(&options.model, embedded(), Some(&offset));
        let on_torch = colors(&options.model, torch, Some(&offset));
        let redness = |colors: &[[f32; 3]]| {
            colors.iter().map(|color| color[0] - color[1]).fold(f32::INFINITY, f32::min)
        };
        assert_ne!(plain, refined);
        // The random weights of the triplane hardly depend on the latent.
        assert!(has_pooled || redness(&refined) > redness(&plain) + 0.03, "{plain:?}, then {refined:?}");
        for (one, other) in refined.iter().flatten().zip(on_torch.iter().flatten()) {
            assert!((one - other).abs() < 1e-3, "{refined:?} and {on_torch:?}");
        }
    }
}

#[test]
fn no_steps_give_the_amortized_answer() {
    let folder = tempfile::tempdir().unwrap();
    let options = Refine { steps: 0, ..options(folder.path()) };
    write_package(&options.model, voxel_grid());
    let Outcome { before, after, .. } = refine(&options, &Red::new()).unwrap();
    assert_eq!((before.loss, before.error), (after.loss, after.error));
    let offset = Offset::read(&options.output).unwrap();
    assert!(offset.tokens().iter().all(|value| *value == 0.0));
}

#[test]
fn a_time_limit_stops_with_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let options = Refine { time_limit: Some(0.0), ..options(folder.path()) };
    write_package(&options.model, voxel_grid());
    assert_eq!(refine(&options, &Red::new()).unwrap().steps, 1);
    assert!(options.output.is_file());
}

#[test]
fn a_loss_that_is_not_finite_names_the_term_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    write_package(&options.model, voxel_grid());
    // The measure before the first step calls the prior up to three times in each of its four steps.
    for (fails_at, expected) in [(0, "at step 0"), (20, "is not finite at step")] {
        let prior = Red { fails_at, ..Red::new() };
        let error = refine(&options, &prior).err().unwrap();
        assert!(matches!(error, TrainError::Refine(RefineError::NotFinite { .. })), "{error}");
        let message = error.to_string();
        assert!(message.contains("added noise") && message.contains(expected), "{message}");
        assert!(!options.output.exists());
    }
}

#[test]
fn settings_and_folders_that_cannot_be_used_are_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let options = || options(folder.path());
    let refused = |options: Refine| refine(&options, &Red::new()).err().unwrap().to_string();
    let output = folder.path().join("no/folder/pig.offset");
    assert!(refused(Refine { output, ..options() }).contains("no such folder"));
    assert!(refused(Refine { learning_rate: -1.0, ..options() }).contains("learning rate is -1"));
    assert!(refused(options()).contains("tiny.att3d"));
    write_package(&options().model, voxel_grid());
    assert!(refused(Refine { prompt: String::new(), ..options() }).contains("empty"));
    let long = "a pig ".repeat(2_000);
    assert!(refused(Refine { prompt: long, ..options() }).contains("tokens"));
}
