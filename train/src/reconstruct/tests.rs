#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use att3d::weights::config::GeneratorConfig;

use super::*;
use crate::assets::tests::write_box;
use crate::checkpoint::Arrays;
use crate::export::{self, Export};
use crate::run::Pace;

/// Returns the options of a run of a tiny network in `folder/name`. The run uses one thread, so that the
/// order of the sums is fixed.
fn options(folder: &Path, name: &str, steps: u64) -> Reconstruct {
    let mut config = toybox_config(toybox::vocabulary().words.len() + 3, true);
    config.text.width = 16;
    config.text.mlp_width = 16;
    config.text.layers = 1;
    if let GeneratorConfig::Triplane(sizes) = &mut config.generator {
        sizes.point_count = 32;
        sizes.base_resolution = 8;
        sizes.encoder_channels = vec![8, 8];
        sizes.geometry_channels = vec![8, 8];
        sizes.texture_channels = vec![8, 8];
    }
    let recipe = Recipe {
        prompts: 2,
        distance_points: 64,
        texture_points: 64,
        clouds: [0.5, 0.5],
        cloud_points: 32,
        ..Recipe::default()
    };
    let write = |file: &str, text: String| {
        fs::write(folder.join(file), text).unwrap();
        folder.join(file)
    };
    Reconstruct {
        run: folder.join(name),
        own: AssetOptions::default(),
        prompts: None,
        name: "tiny".into(),
        license: "MIT".into(),
        output: None,
        steps: Some(steps),
        stage: None,
        recipe: Some(write("recipe.json", serde_json::to_string(&recipe).unwrap())),
        config: Some(write("config.json", serde_json::to_string(&config).unwrap())),
        init: None,
        pace: Pace { time_limit: None, checkpoint_every: 5.0 },
        products: Products::F32,
        threads: Some(1),
    }
}

fn newest(run: &Path) -> (State, Arrays) {
    checkpoint::load(&checkpoint::newest(run).unwrap().unwrap()).unwrap()
}

#[test]
fn a_run_stopped_after_each_step_follows_the_same_curve() {
    let folder = tempfile::tempdir().unwrap();
    let whole = options(folder.path(), "whole", 3);
    run(&whole).unwrap();
    let stopped = Reconstruct {
        pace: Pace { time_limit: Some(0.0), checkpoint_every: 5.0 },
        ..options(folder.path(), "stopped", 3)
    };
    for step in 1..=3 {
        run(&stopped).unwrap();
        assert_eq!(newest(&stopped.run).0.step, step);
    }
    assert!(newest(&whole.run).1 == newest(&stopped.run).1, "the resumed run has other arrays");
}

#[test]
fn products_in_bf16_give_much_the_same_gradients_as_those_in_f32() {
    let folder = tempfile::tempdir().unwrap();
    let exact = options(folder.path(), "exact", 3);
    run(&exact).unwrap();
    let rounded = Reconstruct { products: Products::Bf16, ..options(folder.path(), "rounded", 3) };
    run(&rounded).unwrap();
    // The running means of the gradients that AdamW and Muon keep.
    let means = |run: &Path| -> Vec<f32> {
        let (_, arrays) = newest(run);
        let is_mean = |name: &str| name.starts_with("mean/") || name.starts_with("momentum/");
        arrays.iter().filter(|(name, _)| is_mean(name)).flat_map(|(_, (_, values))| values.clone()).collect()
    };
    let (exact, rounded) = (means(&exact.run), means(&rounded.run));
    assert_ne!(exact, rounded, "nothing was rounded");
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let cosine = dot(&exact, &rounded) / (dot(&exact, &exact) * dot(&rounded, &rounded)).sqrt();
    assert!(cosine > 0.99, "the cosine is {cosine}");
}

#[test]
fn the_texture_stage_moves_the_texture_network_alone() {
    let folder = tempfile::tempdir().unwrap();
    let first = options(folder.path(), "first", 2);
    run(&first).unwrap();
    let package = folder.path().join("first.att3d");
    let export = Export { run: first.run, output: package.clone(), envelope_prompts: 1 };
    export::run(&export).unwrap();

    let texture = Reconstruct {
        stage: Some(Stage::Texture),
        init: Some(package.clone()),
        ..options(folder.path(), "texture", 2)
    };
    run(&texture).unwrap();
    let package = att3d::weights::Package::open(&package).unwrap();
    let (state, arrays) = newest(&texture.run);
    assert_eq!(state.recipe.stage, Stage::Texture);
    let mut moved = 0;
    for (name, (shape, values)) in &arrays {
        let Some(name) = name.strip_prefix("variable/") else { continue };
        let before = package.tensor(name, shape).unwrap();
        if Stage::Texture.teaches(name) {
            moved += usize::from(before[..] != values[..]);
        } else {
            assert_eq!(before[..], values[..], "{name}");
        }
    }
    assert!(moved > 10, "only {moved} arrays of the texture network moved");
}

#[test]
fn a_texture_stage_without_a_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let texture = Reconstruct { stage: Some(Stage::Texture), ..options(folder.path(), "texture", 2) };
    assert!(matches!(run(&texture), Err(TrainError::NothingToTexture)));
}

#[test]
fn a_run_of_assets_is_resumed_and_its_package_knows_the_words_of_the_captions() {
    let folder = tempfile::tempdir().unwrap();
    write_box(folder.path(), "slab.glb", [3.0, 1.0, 3.0], [0.9, 0.2, 0.1]);
    write_box(folder.path(), "pole.glb", [0.5, 3.0, 0.5], [0.1, 0.2, 0.9]);
    let captions = folder.path().join("captions.csv");
    fs::write(&captions, "file,caption\nslab.glb,a red slab\npole.glb,\"a pole, blue\"\n").unwrap();
    let plain = options(folder.path(), "assets", 2);
    let config = plain.config.as_ref().unwrap();
    let mut sizes: att3d::weights::config::ModelConfig = read_json(config).unwrap();
    sizes.text.vocabulary_size = 5 + 3;
    sizes.text.function_words = vec!["a".into()];
    sizes.words = WordsConfig::default();
    fs::write(config, serde_json::to_string(&sizes).unwrap()).unwrap();
    let one_step = Reconstruct {
        own: AssetOptions { assets: Some(folder.path().to_owned()), captions: Some(captions), held_out: 0.0 },
        pace: Pace { time_limit: Some(0.0), checkpoint_every: 5.0 },
        ..plain
    };
    run(&one_step).unwrap();
    // When a run is resumed without these options, its folder states where the assets are.
    let output = folder.path().join("assets.att3d");
    let resumed = Reconstruct { own: AssetOptions::default(), ..one_step };
    run(&resumed).unwrap();
    assert_eq!(newest(&resumed.run).0.step, 2);
    export::run(&Export { run: resumed.run, output: output.clone(), envelope_prompts: 1 }).unwrap();
    let package = att3d::weights::Package::open(&output).unwrap();
    for word in ["red", "slab", "pole", "blue"] {
        assert!(package.tokenizer_json().contains(&format!("{word:?}")), "{word}");
    }
    assert!(package.config().words.groups.is_empty());
    let trained_on = &package.config().provenance["trained on"];
    assert_eq!(trained_on, "2 assets with 2 captions");
}
