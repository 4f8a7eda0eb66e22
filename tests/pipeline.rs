//! Tests of the pipeline: a package and a prompt give the same mesh each time, or one clear error.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "pipeline/limits.rs"]
mod limits;
#[path = "pipeline/offsets.rs"]
mod offsets;
#[path = "pipeline/prompts.rs"]
mod prompts;
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
        // The test does not stop at the last calls, because the number of calls varies: it depends on whether
        // several threads report at the same time.
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
    // The distance of the untrained model is smallest at the center, where it is about -0.5.
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
