//! Tests of the pipeline: a package and a prompt give the same mesh each time, or one clear error.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use att3d::engine::cpu::CpuEngine;
use att3d::engine::{Budget, Engine, memory_left, run_on_threads};
use att3d::error::{Cancelled, ProgressCallback, no_progress};
use att3d::gltf::{AssetInfo, encode_glb};
use att3d::mesh::Mesh;
use att3d::nn::Latent;
use att3d::pipeline::{
    ErrorKind, ExportOptions, GenerateOptions, Generated, HullOptions, MOST_KEYFRAMES, Model, MorphOptions,
    PipelineError, Source, generate, generate_with_progress,
};
use att3d::render::{Camera, RenderOptions};
use att3d::surface::{SurfaceError, topology};
use att3d::text::TokenizerError;
use att3d::weights::Package;
use att3d::weights::config::{GeneratorConfig, ModelConfig, SurfaceConfig, WordGroup, WordsConfig};

fn families() -> [ModelConfig; 4] {
    [tiny_model::triplane(), tiny_model::voxel_grid(), tiny_model::transformer(), tiny_model::diffusion()]
}

fn model_with_threads(config: &ModelConfig, threads: usize) -> Model {
    let package = Package::from_bytes(tiny_model::package_bytes(config)).unwrap();
    Model::from_package(&package, &tiny_model::engine(threads)).unwrap()
}

fn model(config: &ModelConfig) -> Model {
    model_with_threads(config, 2)
}

/// Returns options with a small resolution that is not a power of two.
fn small() -> GenerateOptions {
    GenerateOptions { resolution: 25, ..GenerateOptions::default() }
}

fn made(model: &Model, prompt: &str) -> Generated {
    generate(model, prompt, &small()).unwrap()
}

fn bytes(mesh: &Mesh) -> Vec<u8> {
    encode_glb(mesh, &AssetInfo::default()).unwrap()
}

/// Returns one latent of a batch.
fn item(latent: &Latent, index: usize) -> Latent {
    Latent {
        tokens: latent.tokens.narrow(0, index, 1).unwrap(),
        pooled: latent.pooled.narrow(0, index, 1).unwrap(),
    }
}

#[test]
fn textures_leave_the_surface_as_it_is_and_can_be_stopped_anywhere() {
    let model = model(&tiny_model::triplane());
    let plain = made(&model, "a pig");
    assert!(plain.painting.is_none() && plain.mesh.uvs.is_empty());
    let textured = GenerateOptions { texture_size: Some(128), ..small() };
    let heard = parking_lot::Mutex::new(Vec::new());
    let listen = |fraction: f32| {
        heard.lock().push(fraction);
        Ok(())
    };
    let painted = generate_with_progress(&model, "a pig", &textured, &listen).unwrap();
    let painting = painted.painting.unwrap();
    assert_eq!(painted.mesh.triangles.len(), plain.mesh.triangles.len());
    assert_eq!(painted.mesh.uvs.len(), painted.mesh.positions.len());
    assert_eq!(painted.mesh.bounds(), plain.mesh.bounds());
    assert_eq!(painting.baked.base_color.len(), 128 * 128);
    assert!(painting.charts > 0 && painting.baked.covered > 1000, "{} texels", painting.baked.covered);

    let heard = heard.into_inner();
    assert_eq!(heard.iter().copied().fold(0.0, f32::max), 1.0);
    assert!(heard.iter().any(|fraction| (0.4..0.5).contains(fraction)), "unwrapping is heard of: {heard:?}");
    for stop in [heard.len() / 2, heard.len() * 3 / 4, heard.len() - 2] {
        let calls = AtomicUsize::new(0);
        let stopping =
            |_: f32| if calls.fetch_add(1, Ordering::Relaxed) >= stop { Err(Cancelled) } else { Ok(()) };
        let stopped = generate_with_progress(&model, "a pig", &textured, &stopping);
        assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Cancelled, "at call {stop} of {}", heard.len());
    }
    for texture_size in [1, 63, 4097, u32::MAX] {
        let refused =
            generate(&model, "a pig", &GenerateOptions { texture_size: Some(texture_size), ..small() })
                .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
        assert!(refused.to_string().contains(&texture_size.to_string()), "{refused}");
    }
}

#[test]
fn assets_have_what_was_asked_for_and_can_be_stopped_anywhere() {
    for config in families() {
        let model = model(&config);
        let asset = GenerateOptions {
            triangles: Some(400),
            levels: 2,
            hulls: Some(HullOptions::default()),
            ..small()
        };
        let whole = made(&model, "a pig");
        let found = generate(&model, "a pig", &asset).unwrap();
        assert!(found.mesh.triangles.len() <= 400 && whole.mesh.triangles.len() > 400);
        assert_eq!(found.mesh.colors.len(), found.mesh.positions.len());
        let measures = found.mesh.measures();
        assert_eq!((measures.boundary_edges, measures.non_manifold_edges), (0, 0));
        assert!(!found.levels.is_empty() && found.levels[0].len() <= 220);
        let hull = found.hulls.first().unwrap().bounds();
        let bounds = found.mesh.bounds();
        for axis in 0..3 {
            assert!(hull[0][axis] <= bounds[0][axis] && hull[1][axis] >= bounds[1][axis]);
        }
        for triangles in [1, 3] {
            let refused =
                generate(&model, "a pig", &GenerateOptions { triangles: Some(triangles), ..small() })
                    .unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::InvalidArgument, "{refused}");
        }
        let heard = AtomicUsize::new(0);
        let count = |_: f32| {
            heard.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        generate_with_progress(&model, "a pig", &asset, &count).unwrap();
        let heard = heard.into_inner();
        // The test does not use the last calls, since their number varies: it depends on whether several
        // threads report at the same time.
        for stop in [heard / 4, heard / 2, heard * 9 / 10] {
            let calls = AtomicUsize::new(0);
            let stopping =
                |_: f32| if calls.fetch_add(1, Ordering::Relaxed) >= stop { Err(Cancelled) } else { Ok(()) };
            let stopped = generate_with_progress(&model, "a pig", &asset, &stopping);
            assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Cancelled, "at call {stop} of {heard}");
        }
    }
}

#[test]
fn a_morph_ends_on_the_surface_of_its_keyframe_and_begins_where_it_began() {
    let model = model(&tiny_model::triplane());
    let embedding = model.embed(&["a pig", "a tiger"]).unwrap();
    let keyframes: Vec<_> = ["a pig", "a tiger", "a pig"]
        .iter()
        .zip([0, 1, 0])
        .map(|(name, index)| (item(&embedding.latent, index), (*name).to_owned()))
        .collect();
    let options = MorphOptions { steps: 4, bound: 0.2 };
    let found = model.morph(&keyframes, &small(), &options, &no_progress).unwrap();
    let morph = found.morph.unwrap();
    assert_eq!(morph.targets.len(), 2);
    let field = model.fields(&keyframes[1].0, None).unwrap().remove(0);
    let mut values = vec![0.0; found.mesh.positions.len()];
    field.sample(&morph.targets[0].positions, &mut values).unwrap();
    let mean = values.iter().map(|value| value.abs()).sum::<f32>() / values.len() as f32;
    assert!(mean < 0.01, "{mean} from the surface");
    for (target, residual) in morph.targets.iter().zip(&morph.residuals) {
        assert_eq!(target.positions.len(), found.mesh.positions.len());
        assert_eq!(target.colors.len(), found.mesh.positions.len());
        assert!(residual.uncovered <= 0.2 && residual.folded <= 0.02, "{residual:?}");
    }
    // For a morph from a prompt to itself, nothing moves by more than rounding.
    let still =
        model.morph(&[keyframes[0].clone(), keyframes[0].clone()], &small(), &options, &no_progress).unwrap();
    let target = &still.morph.unwrap().targets[0];
    for (moved, began) in target.positions.iter().zip(&still.mesh.positions) {
        assert!((0..3).all(|axis| (moved[axis] - began[axis]).abs() < 0.02), "{moved:?} was {began:?}");
    }
    assert!(matches!(model.morph(&[], &small(), &options, &no_progress), Err(PipelineError::NoPrompt)));
    let heard = AtomicUsize::new(0);
    let count = |_: f32| {
        heard.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    model.morph(&keyframes, &small(), &options, &count).unwrap();
    let heard = heard.into_inner();
    for stop in [0, heard / 2, heard * 3 / 4, heard - 1] {
        let calls = AtomicUsize::new(0);
        let stopping =
            |_: f32| if calls.fetch_add(1, Ordering::Relaxed) >= stop { Err(Cancelled) } else { Ok(()) };
        let stopped = model.morph(&keyframes, &small(), &options, &stopping);
        assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Cancelled, "at call {stop} of {heard}");
    }
    let many = vec![keyframes[0].clone(); MOST_KEYFRAMES + 1];
    assert!(matches!(
        model.morph(&many, &small(), &options, &no_progress),
        Err(PipelineError::Keyframes { .. })
    ));
}

#[test]
fn mesh_is_closed_and_colored() {
    for config in families() {
        let mesh = made(&model(&config), "a pig").mesh;
        mesh.check().unwrap();
        assert!(topology::inspect(&mesh).is_closed_manifold());
        assert!(!mesh.triangles.is_empty());
        assert_eq!(mesh.colors.len(), mesh.positions.len());
        assert_eq!(mesh.normals.len(), mesh.positions.len());
        assert!(mesh.colors.iter().flatten().all(|channel| (0.0..=1.0).contains(channel)));
        let materials = match config.generator {
            GeneratorConfig::Triplane(_) => mesh.positions.len(),
            GeneratorConfig::VoxelGrid(_)
            | GeneratorConfig::TriplaneTransformer(_)
            | GeneratorConfig::LatentDiffusion(_) => 0,
        };
        assert_eq!(mesh.metallic_roughness.len(), materials);
    }
}

#[test]
fn same_prompt_gives_the_same_bytes_again_and_on_any_number_of_threads() {
    for config in families() {
        let model = model(&config);
        let first = bytes(&made(&model, "a pig wearing a red hat").mesh);
        assert!(first == bytes(&made(&model, "a pig wearing a red hat").mesh), "the second mesh differs");
        for threads in [1, 2, 3] {
            let other = model_with_threads(&config, threads);
            let same = first == bytes(&made(&other, "a pig wearing a red hat").mesh);
            assert!(same, "{threads} threads make another mesh");
        }
    }
}

#[test]
fn different_prompts_give_different_meshes() {
    for config in families() {
        let model = model(&config);
        assert!(made(&model, "a pig").mesh != made(&model, "a blue tiger").mesh);
    }
}

#[test]
fn same_configuration_gives_the_same_package() {
    let config = tiny_model::triplane();
    assert_eq!(tiny_model::package_bytes(&config), tiny_model::package_bytes(&config));
    assert_eq!(model(&config).digest(), model(&config).digest());
    assert_ne!(model(&config).digest(), model(&tiny_model::voxel_grid()).digest());
}

#[test]
fn unknown_words_are_left_out_and_reported() {
    let model = model(&tiny_model::triplane());
    let embedding = model.embed(&["a dragon pig", "a tiger"]).unwrap();
    let unknown: Vec<_> = embedding.readings.iter().map(|reading| reading.left_out.clone()).collect();
    assert_eq!(unknown, [vec!["dragon".to_owned()], vec![]]);
    let generated = made(&model, "a dragon pig");
    assert_eq!(generated.origin.reading.left_out, ["dragon"]);
    assert!(bytes(&generated.mesh) == bytes(&made(&model, "a pig").mesh), "an unknown word left a trace");
    assert_eq!(model.words(), tiny_model::WORDS);
}

#[test]
fn words_of_the_lexicon_make_the_known_words_mesh_and_are_reported() {
    let lexicon = [("swine".to_owned(), "pig".to_owned())].into();
    let groups = vec![WordGroup { name: "animals".into(), phrases: vec!["pig".into(), "tiger".into()] }];
    let config = ModelConfig {
        words: WordsConfig { groups, lexicon, ..WordsConfig::default() },
        ..tiny_model::triplane()
    };
    let model = model(&config);
    let generated = made(&model, "a Swine");
    assert_eq!(generated.origin.reading.replaced[0].to_string(), "Swine → pig");
    assert!(generated.origin.reading.left_out.is_empty());
    assert!(bytes(&generated.mesh) == bytes(&made(&model, "a pig").mesh), "a swine is no pig");
    let extras = generated.origin.asset_info(generated.origin.placement()).extras;
    assert_eq!(extras["replaced"]["Swine"], "pig");
    assert_eq!(model.word_groups()[0].phrases, ["pig", "tiger"]);
}

#[test]
fn a_seed_is_another_variant_the_same_each_time_and_leaves_what_is_said() {
    let varied = vec![WordGroup { name: "colours".into(), phrases: vec!["red".into(), "blue".into()] }];
    let lexicon = [("crimson".to_owned(), "red".to_owned())].into();
    let words = WordsConfig { varied, lexicon, ..WordsConfig::default() };
    let varied = model(&ModelConfig { words, ..tiny_model::triplane() });
    let mesh = |prompt: &str, seed| {
        let options = GenerateOptions { seed, ..small() };
        bytes(&generate(&varied, prompt, &options).unwrap().mesh)
    };
    assert!(mesh("a pig", 0) == bytes(&made(&varied, "a pig").mesh), "seed 0 is not the plain result");
    assert!((1..6).all(|seed| mesh("a pig", seed) == mesh("a pig", seed)));
    let different: std::collections::BTreeSet<_> = (0..6).map(|seed| mesh("a pig", seed)).collect();
    assert_eq!(different.len(), 6, "seeds that give the same mesh");
    // The prompt names a color, so nothing can vary.
    assert!((1..6).all(|seed| mesh("a red pig", seed) == mesh("a red pig", 0)));
    assert!((1..6).all(|seed| mesh("a crimson pig", seed) == mesh("a red pig", 0)));
    assert!(varied.varies("a pig").unwrap() && !varied.varies("a crimson pig").unwrap());
    // There is no space for another word.
    let long = ["a pig"; 5].join(" ");
    assert!(!mesh(&long, 3).is_empty());
    let plain = model(&tiny_model::triplane());
    let options = GenerateOptions { seed: 1, ..small() };
    assert!(matches!(generate(&plain, "a pig", &options), Err(PipelineError::NoSeeds)));
    let latent = varied.embed(&["a pig"]).unwrap().latent;
    let source = Source::Latent { latent, prompt: String::new(), reading: Default::default() };
    assert!(matches!(
        source.generate(Some(&varied), &options, &no_progress),
        Err(PipelineError::SeedOfNoPrompt)
    ));
}

#[test]
fn a_lexicon_that_leads_to_no_word_is_refused() {
    let lexicon = [("swine".to_owned(), "hog".to_owned())].into();
    let words = WordsConfig { lexicon, ..WordsConfig::default() };
    let bytes = tiny_model::package_bytes(&ModelConfig { words, ..tiny_model::triplane() });
    let error = Model::from_bytes(bytes, &tiny_model::engine(1)).unwrap_err();
    assert!(error.to_string().contains("\"swine\" means \"hog\""), "{error}");
}

#[test]
fn prompts_that_say_nothing_are_refused() {
    let model = model(&tiny_model::triplane());
    for prompt in ["", " \n"] {
        let error = generate(&model, prompt, &small()).unwrap_err();
        assert!(matches!(error, PipelineError::Prompt(TokenizerError::Empty)), "{error}");
    }
    let error = model.embed(&["a pig", "dragon"]).unwrap_err();
    assert!(matches!(error, PipelineError::Prompt(TokenizerError::NothingKnown { .. })), "{error}");
    let error = model.embed(&["pig ".repeat(11).as_str()]).unwrap_err();
    assert!(
        matches!(error, PipelineError::Prompt(TokenizerError::TooLong { found: 13, limit: 12 })),
        "{error}"
    );
}

#[test]
fn fields_of_a_batch_are_those_of_its_prompts() {
    let points: Vec<[f32; 3]> =
        (0..200).map(|index| [7, 11, 13].map(|step| (index * step % 199) as f32 / 99.0 - 1.0)).collect();
    for config in families() {
        let model = model(&config);
        let prompts = ["a pig", "a tiger wearing a party hat"];
        let fields = model.fields(&model.embed(&prompts).unwrap().latent, None).unwrap();
        assert_eq!(fields.len(), 2);
        for (prompt, field) in prompts.iter().zip(&fields) {
            let single = model.fields(&model.embed(&[*prompt]).unwrap().latent, None).unwrap();
            let (mut found, mut expected) = (vec![f32::NAN; 200], vec![f32::NAN; 200]);
            field.sample(&points, &mut found).unwrap();
            single[0].sample(&points, &mut expected).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                let allowed = 1e-4 * expected.abs().max(1.0);
                assert!((found - expected).abs() <= allowed, "{found}, expected {expected}");
            }
        }
    }
}

#[test]
fn mix_with_all_weight_on_one_prompt_is_that_prompt() {
    for config in families() {
        let model = model(&config);
        let embedding = model.embed(&["a pig", "a blue tiger"]).unwrap();
        let mesh = |latent: &Latent| model.mesh_of(latent, &small(), &no_progress).unwrap().mesh;
        let (first, second) = (mesh(&item(&embedding.latent, 0)), mesh(&item(&embedding.latent, 1)));
        assert!(mesh(&model.mix(&embedding, &[1.0, 0.0]).unwrap()) == first);
        assert!(mesh(&model.mix(&embedding, &[0.0, 1.0]).unwrap()) == second);
        let between = mesh(&model.mix(&embedding, &[0.5, 0.5]).unwrap());
        assert!(between != first && between != second);
    }
}

#[test]
fn mix_needs_one_weight_a_prompt() {
    let model = model(&tiny_model::triplane());
    let embedding = model.embed(&["a pig", "a tiger"]).unwrap();
    for weights in [vec![], vec![1.0], vec![0.2, 0.3, 0.5]] {
        let error = model.mix(&embedding, &weights).unwrap_err();
        let PipelineError::Weights { weights: found, prompts } = error else { panic!("{error}") };
        assert_eq!((found, prompts), (weights.len(), 2));
    }
}

#[test]
fn sparse_mesh_is_the_dense_mesh() {
    for config in families() {
        let model = model(&config);
        for resolution in [24, 41] {
            let options = |dense| GenerateOptions { resolution, dense, ..GenerateOptions::default() };
            let sparse = generate(&model, "a pig", &options(false)).unwrap();
            let dense = generate(&model, "a pig", &options(true)).unwrap();
            assert_eq!(sparse.statistics.broken_promises, 0);
            assert!(bytes(&sparse.mesh) == bytes(&dense.mesh), "{resolution}: the meshes differ");
        }
    }
}

#[test]
fn field_without_a_surface_says_so_with_the_values_found() {
    let mut solid = tiny_model::triplane();
    // The untrained distance is about -0.5 at the center, which is its minimum.
    solid.surface = SurfaceConfig::SignedDistance { iso_level: -1.5, envelope: vec![[1.0, 8.0]] };
    let mut thin = tiny_model::voxel_grid();
    thin.surface = SurfaceConfig::Density { threshold: 1e4 };
    for config in [solid, thin] {
        let model = model(&config);
        for dense in [false, true] {
            let error = generate(&model, "a pig", &GenerateOptions { dense, ..small() }).unwrap_err();
            let PipelineError::Surface(SurfaceError::NothingCrosses { lowest, highest, iso_level }) = error
            else {
                panic!("{error}");
            };
            assert!(lowest <= highest && !(lowest..=highest).contains(&iso_level), "{lowest} to {highest}");
        }
    }
}

#[test]
fn envelope_that_is_too_low_is_noticed_and_the_grid_asked_whole() {
    let mut config = tiny_model::triplane();
    let options = |dense| GenerateOptions { resolution: 96, dense, ..GenerateOptions::default() };
    let whole = generate(&model(&config), "a pig", &options(true)).unwrap();
    config.surface = SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, 0.6]] };
    let found = generate(&model(&config), "a pig", &options(false)).unwrap();
    assert!(found.mesh == whole.mesh);
    assert_eq!(found.statistics.point_evaluations, found.statistics.lattice_points);
}

#[test]
fn resolutions_out_of_range_are_refused() {
    let model = model(&tiny_model::triplane());
    for resolution in [0, 1, 1025, u32::MAX] {
        let options = GenerateOptions { resolution, ..GenerateOptions::default() };
        let error = generate(&model, "a pig", &options).unwrap_err();
        let PipelineError::Surface(SurfaceError::Resolution { given }) = error else { panic!("{error}") };
        assert_eq!(given, resolution);
    }
}

#[test]
fn watch_stops_the_work_at_once_and_later() {
    for config in families() {
        let model = model(&config);
        for calls in [0, 3] {
            let heard = AtomicUsize::new(0);
            let on_progress = |_: f32| -> Result<(), Cancelled> {
                if heard.fetch_add(1, Ordering::Relaxed) < calls { Ok(()) } else { Err(Cancelled) }
            };
            let error = generate_with_progress(&model, "a pig", &small(), &on_progress).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
            assert!(heard.load(Ordering::Relaxed) > calls);
        }
    }
}

#[test]
fn watch_hears_fractions_from_0_to_1() {
    let model = model(&tiny_model::triplane());
    let heard = std::sync::Mutex::new(Vec::new());
    let on_progress = |fraction: f32| -> Result<(), Cancelled> {
        heard.lock().unwrap().push(fraction);
        Ok(())
    };
    generate_with_progress(&model, "a pig", &small(), &on_progress).unwrap();
    let heard = heard.into_inner().unwrap();
    assert_eq!((heard.first(), heard.last()), (Some(&0.0), Some(&1.0)));
    assert!(heard.iter().all(|fraction| (0.0..=1.0).contains(fraction)));
}

#[test]
fn package_of_another_configuration_is_refused_naming_the_tensor() {
    // A copy whose configuration requires one more layer than its weights have.
    let mut config = tiny_model::triplane();
    let bytes = tiny_model::package_bytes(&config);
    let package = Package::from_bytes(bytes).unwrap();
    config.text.layers += 1;
    let tokenizer = package.tokenizer_json();
    let held: Vec<_> = package
        .tensors()
        .map(|tensor| {
            let values = package.tensor(tensor.name, tensor.shape).unwrap();
            (tensor.name.to_owned(), tensor.shape.to_vec(), values)
        })
        .collect();
    let tensors: Vec<_> = held
        .iter()
        .map(|(name, shape, values)| att3d::weights::TensorData {
            name,
            shape,
            values,
            precision: att3d::weights::Precision::F32,
        })
        .collect();
    let altered = Package::from_bytes(Package::to_bytes(&config, tokenizer, &tensors).unwrap()).unwrap();
    let error = Model::from_package(&altered, &tiny_model::engine(1)).unwrap_err();
    assert!(matches!(error, PipelineError::Network(_)), "{error}");
    assert!(error.to_string().contains("encoder.layers.1"), "{error}");
}

/// Returns an engine with a memory limit in bytes for its arrays and work, and a model of this configuration
/// on it.
fn limited(config: &ModelConfig, limit: u64) -> Result<(Arc<dyn Engine>, Model), PipelineError> {
    let engine = CpuEngine::new(Some(2)).unwrap().with_budget(Budget::new(limit));
    let engine: Arc<dyn Engine> = Arc::new(engine);
    let model = Model::from_bytes(tiny_model::package_bytes(config), &engine)?;
    Ok((engine, model))
}

#[test]
fn work_that_needs_more_memory_than_its_context_may_take_is_refused() {
    for config in families() {
        let refused = |error: PipelineError| {
            assert_eq!(error.kind(), ErrorKind::OutOfMemory, "{error}");
            error.to_string()
        };
        let error = refused(limited(&config, 1000).map(|_| ()).unwrap_err());
        assert!(error.contains("the model needs") && error.contains("limit of 1000"), "{error}");
        let (engine, model) = limited(&config, 16 << 20).unwrap();
        let generated = generate(&model, "a pig", &small()).unwrap();
        let textured = GenerateOptions { texture_size: Some(1024), ..small() };
        let error = refused(generate(&model, "a pig", &textured).unwrap_err());
        assert!(error.contains("the texture needs"), "{error}");
        let fine = GenerateOptions { resolution: 900, dense: true, ..small() };
        refused(generate(&model, "a pig", &fine).unwrap_err());
        let picture = RenderOptions { width: 2048, height: 2048, ..RenderOptions::default() };
        let draw = |options| generated.picture(engine.as_ref(), &Camera::default(), &options, &no_progress);
        let error = refused(draw(picture).unwrap_err());
        assert!(error.contains("the picture needs"), "{error}");
        assert!(draw(RenderOptions { width: 64, height: 64, ..picture }).is_ok());
        // The refused work left no memory reserved.
        assert!(generate(&model, "a pig", &GenerateOptions { texture_size: Some(256), ..small() }).is_ok());
    }
}

#[test]
fn options_are_plain_data_and_an_unknown_option_is_an_error() {
    let options = GenerateOptions {
        triangles: Some(500),
        texture_size: Some(256),
        hulls: Some(HullOptions::default()),
        seed: u64::MAX,
        ..small()
    };
    let json = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<GenerateOptions>(&json).unwrap(), options);
    assert_eq!(serde_json::from_str::<GenerateOptions>("{}").unwrap(), GenerateOptions::default());
    let error = serde_json::from_str::<GenerateOptions>(r#"{ "texture": 64 }"#).unwrap_err().to_string();
    assert!(error.contains("texture_size"), "{error}");
    let options = ExportOptions { seconds: 0.5, is_compressed: true, ..ExportOptions::default() };
    let json = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<ExportOptions>(&json).unwrap(), options);
}

#[test]
fn work_that_waits_for_its_turn_reserves_no_memory() {
    let (engine, model) = limited(&tiny_model::triplane(), 16 << 20).unwrap();
    let generated = generate(&model, "a pig", &small()).unwrap();
    let left = memory_left(engine.as_ref());
    let (waits, waiting) = std::sync::mpsc::channel();
    let waiting = parking_lot::Mutex::new(waiting);
    let on_progress = |_| {
        waits.send(memory_left(engine.as_ref())).map_err(|_| Cancelled)?;
        Ok(())
    };
    let options = RenderOptions { width: 64, height: 64, ..RenderOptions::default() };
    let draw = || generated.picture(engine.as_ref(), &Camera::default(), &options, &on_progress);
    std::thread::scope(|scope| {
        let picture = run_on_threads(engine.as_ref(), || {
            let picture = scope.spawn(draw);
            // The first report comes while this work holds the turn.
            assert_eq!(waiting.lock().recv().unwrap(), left);
            picture
        });
        assert!(picture.unwrap().join().unwrap().is_ok());
    });
}

#[test]
fn loading_reports_its_progress_and_stops_at_every_report() {
    let package = tiny_model::package_bytes(&tiny_model::triplane());
    let engine = tiny_model::engine(1);
    let heard = std::sync::Mutex::new(Vec::new());
    let load = |on_progress: ProgressCallback<'_>| {
        Model::from_bytes_with_progress(package.clone(), &engine, on_progress)
    };
    load(&|fraction| {
        heard.lock().unwrap().push(fraction);
        Ok(())
    })
    .unwrap();
    let heard = heard.into_inner().unwrap();
    assert!(heard.is_sorted() && heard.len() > 10 && heard.last() == Some(&1.0), "{heard:?}");
    let in_use = engine.memory_in_use();
    for stop in 0..heard.len() {
        let calls = AtomicUsize::new(0);
        let on_progress =
            |_| if calls.fetch_add(1, Ordering::Relaxed) < stop { Ok(()) } else { Err(Cancelled) };
        assert_eq!(load(&on_progress).unwrap_err().kind(), ErrorKind::Cancelled, "{stop}");
    }
    engine.trim();
    assert!(engine.memory_in_use() <= in_use);
}
