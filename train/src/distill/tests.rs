#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::{Path, PathBuf};

use att3d::weights::config::GeneratorConfig;
use tch::{Kind, Tensor};
use toybox::Random;

use super::recipe::{DistillRecipe, DistillState, Interpolation};
use super::score::score;
use super::spectral::SpectralNorm;
use super::step::StepLoss;
use super::targets::{Item, draw};
use super::text::FrozenText;
use super::threshold::{Ray, best};
use super::train::{Distill, Trainer};
use crate::TrainError;
use crate::camera::Camera;
use crate::checkpoint::Arrays;
use crate::prior::{Noisy, Prior, PromptEmbedding, PromptSet, Views};
use crate::run::{Pace, Run};
use crate::variables::host;

const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/toybox/toybox.att3d");

/// A perfect denoiser for one image, a flat color. The embedding of a prompt is its length.
struct Flat {
    color: [f32; 3],
    /// Length of the prompts with which the predicted noise is exact. Longer prompts make it larger. `None`
    /// if prompts have no effect.
    exact_length: Option<f64>,
}

impl Flat {
    fn image(&self) -> Tensor {
        (Tensor::from_slice(&self.color) * 2.0 - 1.0).reshape([1, 3, 1, 1])
    }
}

impl Prior for Flat {
    fn resolution(&self) -> usize {
        8
    }

    fn embed(&self, prompts: &[&str], _: &[Camera]) -> Result<PromptEmbedding, TrainError> {
        let lengths: Vec<f32> = prompts.iter().map(|prompt| prompt.len() as f32).collect();
        let pooled = Tensor::from_slice(&lengths).reshape([-1, 1]);
        Ok(PromptEmbedding { tokens: pooled.reshape([-1, 1, 1]), pooled })
    }

    fn signal(&self, times: &Tensor) -> Result<Tensor, TrainError> {
        Ok(1.0 - times)
    }

    fn predict_noise(&self, noisy: Noisy<'_>, text: Option<&PromptEmbedding>) -> Result<Tensor, TrainError> {
        let kept = self.signal(noisy.times)?.reshape([-1, 1, 1, 1]);
        let noise = (noisy.latents - self.image() * kept.sqrt()) / (kept * -1.0 + 1.0).sqrt();
        let (Some(text), Some(length)) = (text, self.exact_length) else { return Ok(noise) };
        Ok(noise + text.pooled.reshape([-1, 1, 1, 1]) - length)
    }
}

fn item(prompts: Vec<(usize, f64)>, time: f64) -> Item {
    let views = Views::default().draw(&mut Random::new(1), 1);
    Item { prompts: [0, 0], share: 0.0, asked: prompts, time, views, shape_weight: 0.0, has_cloud: false }
}

#[test]
fn normalized_matrix_has_a_largest_singular_value_of_one() {
    tch::manual_seed(3);
    let matrix = Tensor::randn([40, 7], (Kind::Float, tch::Device::Cpu));
    let mut norm = SpectralNorm::new("matrix", &matrix).unwrap();
    for _ in 0..30 {
        norm.iterate(&matrix).unwrap();
    }
    let (_, values, _) = norm.apply(&matrix).unwrap().svd(true, true);
    assert!((values.max().double_value(&[]) - 1.0).abs() < 1e-3, "{values}");

    let mut arrays = Arrays::new();
    norm.save(&mut arrays).unwrap();
    let mut other = SpectralNorm::new("matrix", &matrix).unwrap();
    other.load(&arrays).unwrap();
    assert_eq!(host(&other.apply(&matrix).unwrap()).unwrap(), host(&norm.apply(&matrix).unwrap()).unwrap());
    arrays.remove("left/matrix");
    assert!(matches!(other.load(&arrays), Err(TrainError::Array { found: None, .. })));
}

#[test]
fn score_points_from_the_render_to_the_image_of_the_prior() {
    let prior = Flat { color: [0.9, 0.2, 0.4], exact_length: Some(8.0) };
    let colors = Tensor::rand([2, 3, 8, 8], (Kind::Float, tch::Device::Cpu)).set_requires_grad(true);
    let items = [item(vec![(0, 1.0)], 0.3), item(vec![(0, 1.0)], 0.8)];
    let prompts = ["eight ch".to_owned()];
    let recipe = DistillRecipe { guidance: 7.0, ..DistillRecipe::default() };
    let found = score(&prior, &colors, &items, &prompts, &recipe, 5).unwrap();
    found.loss.backward();
    // The predicted noise differs from the added noise by √ᾱ (x - image) / √(1 - ᾱ), with x = 2 color - 1.
    // The weight of the time is 1 - ᾱ, and the mean is over two items.
    let kept = Tensor::from_slice(&[0.7f32, 0.2]).reshape([2, 1, 1, 1]);
    let expected = (colors.detach() * 2.0 - 1.0 - prior.image()) * (&kept * (&kept * -1.0 + 1.0)).sqrt();
    let difference = (colors.grad() - expected).abs().max().double_value(&[]);
    assert!(difference < 1e-4, "{difference}");
    assert!(found.error > 0.0);
}

#[test]
fn interpolated_prompts_reach_the_prior_with_their_weights() {
    let prior = Flat { color: [0.5; 3], exact_length: Some(8.0) };
    let prompts = ["four".to_owned(), "twelve chars".to_owned()];
    let colors = Tensor::full([1, 3, 8, 8], 0.5, (Kind::Float, tch::Device::Cpu)).set_requires_grad(true);
    let mut slopes = Vec::new();
    for interpolation in [Interpolation::Embedding, Interpolation::Guidance] {
        // The mean of the lengths is 8, for which the prior predicts the noise exactly.
        for shares in [[0.5, 0.5], [0.25, 0.75]] {
            let recipe = DistillRecipe { guidance: 3.0, interpolation, ..DistillRecipe::default() };
            let items = [item(vec![(0, shares[0]), (1, shares[1])], 0.5)];
            let colors = colors.detach().set_requires_grad(true);
            score(&prior, &colors, &items, &prompts, &recipe, 5).unwrap().loss.backward();
            slopes.push(colors.grad().mean(Kind::Float).double_value(&[]));
        }
    }
    // Three quarters of the second prompt move the embedding by 2, which guidance multiplies by 3. The slope
    // of the color is twice that of the image, and 1 - ᾱ is 0.5.
    for (found, expected) in slopes.iter().zip([0.0, 6.0, 0.0, 6.0]) {
        assert!((found - expected).abs() < 1e-3, "{slopes:?}");
    }
}

#[test]
fn weights_of_interpolated_prompts_follow_the_beta_distribution() {
    for (concentration, variance) in [(0.5, 0.125), (1.0, 1.0 / 12.0), (2.0, 0.05)] {
        let recipe = DistillRecipe {
            prompts: 64,
            interpolation: Interpolation::Embedding,
            concentration: [concentration; 2],
            ..DistillRecipe::default()
        };
        let shares: Vec<f64> = (0..100)
            .flat_map(|step| draw(&recipe, &Views::default(), 5, 1, step))
            .map(|item| item.share)
            .collect();
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        let found = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / shares.len() as f64;
        assert!((mean - 0.5).abs() < 0.02, "κ = {concentration}: mean {mean}");
        assert!((found / variance - 1.0).abs() < 0.08, "κ = {concentration}: {found}, expected {variance}");
    }
}

#[test]
fn items_of_a_step_are_repeatable_and_cover_the_times() {
    let recipe = DistillRecipe { prompts: 10, times: [0.2, 0.7], ..DistillRecipe::default() };
    let items = |step| draw(&recipe, &Views::default(), 5, 4, step);
    let of =
        |items: &[Item]| -> Vec<_> { items.iter().map(|item| (item.prompts, item.views.clone())).collect() };
    assert_eq!(of(&items(3)), of(&items(3)));
    assert_ne!(of(&items(3)), of(&items(4)));
    for (index, item) in items(3).iter().enumerate() {
        let first = 0.2 + 0.05 * index as f64;
        assert!((first..=first + 0.05).contains(&item.time), "{index}: {}", item.time);
        assert_eq!(item.views.len(), 4);
        assert_eq!(item.asked, [(item.prompts[0], 1.0)]);
    }
}

#[test]
fn density_at_the_surface_separates_opaque_rays() {
    let ray = |opacity, densest| Ray { opacity, densest };
    let rays = [ray(0.9, 6.0), ray(0.7, 9.0), ray(0.4, 2.0), ray(0.1, 3.0), ray(0.0, 0.0)];
    let density = best(&rays).unwrap();
    assert!((3.0..6.0).contains(&density), "{density}");
    assert_eq!(best(&[ray(0.3, 5.0)]), None);
    assert_eq!(best(&[]), None);
}

/// Options of a small run on two prompts.
fn options(run: &Path) -> Distill {
    let recipe = DistillRecipe { prompts: 2, samples: 8, steps: 40, ..DistillRecipe::default() };
    let text = FrozenText::of_package(Path::new(BUNDLED)).unwrap();
    let mut config = super::recipe::voxel_grid_config(text.config, false);
    if let GeneratorConfig::VoxelGrid(sizes) = &mut config.generator {
        sizes.resolutions = vec![4, 8];
        sizes.vector_width = 8;
    }
    std::fs::create_dir_all(run).unwrap();
    let write = |name: &str, text: String| -> PathBuf {
        let path = run.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    Distill {
        prior: PathBuf::new(),
        run: run.to_owned(),
        prompts: PromptSet::Pigs,
        only: vec!["a pig riding a bicycle".into(), "a pig holding a book".into()],
        text: Some(BUNDLED.into()),
        init: None,
        shapes: None,
        recipe: Some(write("recipe.json", serde_json::to_string(&recipe).unwrap())),
        config: Some(write("config.json", serde_json::to_string(&config).unwrap())),
        steps: None,
        pace: Pace { time_limit: None, checkpoint_every: 60.0 },
        threads: Some(1),
    }
}

fn trainer(options: &Distill) -> Trainer {
    Trainer::with_prior(options, Box::new(Flat { color: [0.9, 0.1, 0.1], exact_length: None })).unwrap()
}

#[test]
fn generator_takes_the_color_of_the_prior_and_its_package_loads() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut trainer = trainer(&options(&run));
    let redness = |trainer: &Trainer| -> f64 {
        let color = trainer.picture_of(0).unwrap();
        let mean = |channel| color.select(1, channel).mean(Kind::Float).double_value(&[]);
        mean(0) - mean(1)
    };
    let before = redness(&trainer);
    for _ in 0..40 {
        trainer.step().unwrap();
    }
    let after = redness(&trainer);
    assert!(after > before + 0.1, "{before}, then {after}");
    trainer.save(&run).unwrap();

    assert!(super::owns(&run) && !super::owns(folder.path()));
    let output = folder.path().join("red.att3d");
    super::export(&crate::export::Export::of(&run, &output)).unwrap();
    let engine: std::sync::Arc<dyn att3d::engine::Engine> =
        std::sync::Arc::new(att3d::engine::cpu::CpuEngine::new(Some(1)).unwrap());
    let model = att3d::pipeline::Model::open(&output, &engine).unwrap();
    assert_eq!(model.config().provenance["rendered frames"], 80);
    let field = &model.fields(&model.embed(&["a pig holding a book"]).unwrap().latent, None).unwrap()[0];
    let mut colors = [[0.0; 3]];
    let query = att3d::pipeline::Query { colors: Some(&mut colors), ..Default::default() };
    field.query(&[[0.0; 3]], query, &att3d::error::no_progress).unwrap();
    assert!(colors[0][0] > colors[0][1] + 0.05, "{colors:?}");
}

#[test]
fn resumed_run_equals_an_uninterrupted_one() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["whole", "resumed"].map(|name| folder.path().join(name));
    let mut whole = trainer(&options(&paths[0]));
    (0..4).for_each(|_| drop(whole.step().unwrap()));
    let resumed = options(&paths[1]);
    let mut first = trainer(&resumed);
    (0..2).for_each(|_| drop(first.step().unwrap()));
    first.save(&paths[1]).unwrap();
    drop(first);
    let mut second = trainer(&resumed);
    assert_eq!((second.state.step, second.state.frames), (2, 4));
    (0..2).for_each(|_| drop(second.step().unwrap()));
    assert!(whole.arrays().unwrap() == second.arrays().unwrap(), "the arrays differ");
}

#[test]
fn shapes_pull_the_opacity_toward_their_silhouettes() {
    let prior = Flat { color: [0.5; 3], exact_length: None };
    let items = [
        Item { shape_weight: 0.75, ..item(vec![(0, 1.0)], 0.5) },
        Item { shape_weight: 0.0, ..item(vec![(0, 1.0)], 0.5) },
    ];
    let of = |value| Tensor::full([2, 1, 8, 8], value, (Kind::Float, tch::Device::Cpu));
    let (opacity, silhouettes) = (of(0.25).set_requires_grad(true), of(1.0));
    let rendered = crate::volume::Rendered {
        color: Tensor::full([2, 3, 8, 8], 0.9, (Kind::Float, tch::Device::Cpu)).set_requires_grad(true),
        opacity: opacity.shallow_clone(),
        depth: of(1.0),
        normal: None,
        directions: of(0.0),
    };
    let recipe = DistillRecipe {
        shape_weight: [0.0, 0.75],
        guidance: 1.0,
        entropy_weight: 0.0,
        ..DistillRecipe::default()
    };
    let found = StepLoss::of(&prior, &rendered, &items, &["a".into()], Some(&silhouettes), &recipe, 2);
    found.unwrap().loss.backward();
    // The slope of α (opacity - 1)², over two items.
    let slopes = opacity.grad();
    let expected = 0.75 * 2.0 * (0.25 - 1.0) / 2.0;
    assert!((slopes.get(0) - expected).abs().max().double_value(&[]) < 1e-6, "{slopes}");
    assert_eq!(slopes.get(1).abs().max().double_value(&[]), 0.0);
    // Score distillation keeps a quarter of its weight where α is 3/4.
    let colors = rendered.color.grad().abs();
    let [first, second] = [0, 1].map(|index| colors.get(index).mean(Kind::Float).double_value(&[]));
    assert!((4.0 * first / second - 1.0).abs() < 1e-4, "{first} {second}");
}

#[test]
fn shared_matrix_is_the_same_for_each_token_and_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let options = options(&run);
    let recipe = DistillRecipe {
        shared_tokens: true,
        centered_prompts: false,
        ..serde_json::from_slice(&std::fs::read(run.join("recipe.json")).unwrap()).unwrap()
    };
    std::fs::write(run.join("recipe.json"), serde_json::to_string(&recipe).unwrap()).unwrap();
    let mut trainer = trainer(&options);
    (0..3).for_each(|_| drop(trainer.step().unwrap()));
    trainer.save(&run).unwrap();
    let output = folder.path().join("shared.att3d");
    super::export(&crate::export::Export::of(&run, &output)).unwrap();
    let package = att3d::weights::Package::open(&output).unwrap();
    let (text, width) = (&package.config().text, package.config().text.width);
    let matrix =
        package.tensor("generator.mapping.vector.weight", &[8, text.context_length * width]).unwrap();
    for row in matrix.chunks(text.context_length * width) {
        assert!(row.chunks(width).all(|token| token == &row[..width]));
        assert!(row[..width].iter().any(|value| *value != 0.0));
    }
    // The estimate of the largest singular value follows the shared matrix.
    let tensor = Tensor::from_slice(&matrix).reshape([8, -1]);
    let (_, values, _) = tensor.svd(true, true);
    assert!((values.max().double_value(&[]) - 1.0).abs() < 0.05, "{values}");
}

#[test]
fn centered_network_gets_differences_of_a_common_length() {
    let folder = tempfile::tempdir().unwrap();
    let text = FrozenText::of_package(Path::new(BUNDLED)).unwrap();
    let engine: std::sync::Arc<dyn att3d::engine::Engine> =
        std::sync::Arc::new(att3d_torch::TorchEngine::new(tch::Device::Cpu, Some(1)).unwrap());
    for shared_tokens in [false, true] {
        let run = folder.path().join(format!("run-{shared_tokens}"));
        let options = options(&run);
        let recipe = DistillRecipe {
            shared_tokens,
            centered_prompts: true,
            ..serde_json::from_slice(&std::fs::read(run.join("recipe.json")).unwrap()).unwrap()
        };
        std::fs::write(run.join("recipe.json"), serde_json::to_string(&recipe).unwrap()).unwrap();
        let trainer = trainer(&options);
        let embedded = text.embed(&engine, &trainer.state.prompts).unwrap();
        let variables = |name: &str| trainer.variables.value(name).unwrap().unwrap();
        let (weight, bias) =
            (variables("generator.mapping.vector.weight"), variables("generator.mapping.vector.bias"));
        // The mean of the prompts gives the variable of the bias.
        let given = trainer.arrays().unwrap()["variable/generator.mapping.vector.bias"].1.clone();
        let mean = embedded.tokens().mean_dim([0i64].as_slice(), false, Kind::Float).flatten(0, 1);
        let center = weight.mv(&mean) + &bias - Tensor::from_slice(&given);
        assert!(center.abs().max().double_value(&[]) < 1e-3, "{center}");
        // The largest singular value is such that the two prompts differ by about their common length.
        let (_, values, _) = weight.svd(true, true);
        let differences = embedded.tokens().flatten(1, 2) - &mean;
        let differences = if shared_tokens {
            let sums = (embedded.tokens() - mean.reshape([1, -1, embedded.tokens().size()[2]]))
                .sum_dim_intlist([1i64].as_slice(), false, Kind::Float);
            sums / (embedded.tokens().size()[1] as f64).sqrt()
        } else {
            differences
        };
        let length =
            differences.square().sum_dim_intlist([1i64].as_slice(), false, Kind::Float).mean(Kind::Float);
        let reach = values.max().double_value(&[]) * length.double_value(&[]).sqrt();
        assert!((reach / 5.7 - 1.0).abs() < 0.05, "{shared_tokens}: {reach}");
    }
}

#[test]
fn run_begins_with_the_weights_of_a_package_and_follows_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let recipe = DistillRecipe {
        prompts: 2,
        samples: 4,
        shape_weight: [0.0, 1.0],
        clouds: [1.0, 0.0],
        ..DistillRecipe::default()
    };
    let base = Distill { init: Some(BUNDLED.into()), text: None, config: None, ..options(&run) };
    std::fs::write(run.join("recipe.json"), serde_json::to_string(&recipe).unwrap()).unwrap();
    let prior = || Box::new(Flat { color: [0.5; 3], exact_length: None });
    let message = Trainer::with_prior(&base, prior()).err().unwrap().to_string();
    assert!(message.starts_with("shapes is none; expected prompts of shapes (--shapes FILE)"), "{message}");
    let shapes = folder.path().join("shapes.txt");
    std::fs::write(&shapes, "a rabbit riding a bicycle\na cat holding a book\n").unwrap();
    let options = Distill { shapes: Some(PromptSet::File(shapes)), ..base };
    let mut trainer = Trainer::with_prior(&options, prior()).unwrap();
    let package = att3d::weights::Package::open(Path::new(BUNDLED)).unwrap();
    let arrays = trainer.arrays().unwrap();
    let mut compared = 0;
    for held in package.tensors().filter(|held| held.name.starts_with("generator.")) {
        let (_, values) = &arrays[&format!("variable/{}", held.name)];
        assert_eq!(values[..], package.tensor(held.name, held.shape).unwrap()[..], "{}", held.name);
        compared += 1;
    }
    assert!(compared > 20, "only {compared} arrays");
    assert!(trainer.state.begun_with.contains_key("trained on"));
    trainer.step().unwrap();
    // A resumed run needs neither the package nor the list.
    trainer.save(&run).unwrap();
    let resumed = Distill { init: None, shapes: None, ..options };
    assert_eq!(Trainer::with_prior(&resumed, prior()).unwrap().state.shapes.len(), 2);

    let voxels =
        Distill { run: folder.path().join("voxels"), ..self::options(&folder.path().join("voxels")) };
    std::fs::write(voxels.run.join("recipe.json"), serde_json::to_string(&recipe).unwrap()).unwrap();
    let voxels = Distill { shapes: Some(PromptSet::Pigs), ..voxels };
    let message = Trainer::with_prior(&voxels, prior()).err().unwrap().to_string();
    assert!(message.starts_with("clouds is [1.0, 0.0]; expected 0, or a generator"), "{message}");
}

#[test]
fn unusable_settings_and_folders_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    options.only = vec!["a pig on the moon".into()];
    let refused = |options: &Distill| -> String {
        Trainer::with_prior(options, Box::new(Flat { color: [0.5; 3], exact_length: None }))
            .err()
            .unwrap()
            .to_string()
    };
    assert_eq!(refused(&options), "only is a pig on the moon; expected a prompt of the set");
    options.only.clear();
    std::fs::write(folder.path().join("recipe.json"), r#"{"times": [0.9, 0.1]}"#).unwrap();
    assert!(refused(&options).starts_with("times is [0.9, 0.1]; expected"));
    std::fs::write(folder.path().join("recipe.json"), r#"{"guidances": 3}"#).unwrap();
    assert!(refused(&options).contains("guidances"));
    (options.recipe, options.text) = (None, None);
    assert!(refused(&options).contains("--text PACKAGE"));
    assert!(DistillState::newest(folder.path()).unwrap().is_none());
}
