#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;

use tch::{Device, Kind, Tensor};
use toybox::Random;

use super::batch::{Batch, BatchMaker};
use super::error::PriorError;
use super::interface::{Noisy, Prior};
use super::own::OwnPrior;
use super::picture::draw;
use super::prompts::{PromptSet, pig_prompts, scene_of};
use super::schedule;
use super::settings::{PriorRecipe, PriorState, Sizes};
use super::train::{self, Train, Trainer};
use super::views::{View, Views};
use crate::TrainError;
use crate::camera::{Camera, Light, Shading};
use crate::checkpoint::{self, Arrays};
use crate::run::{Pace, Products, Run};

mod scripted;

/// Returns the options of a run of a tiny network in `folder/name`. The run uses one thread, so that the
/// order of the sums is fixed.
fn options(folder: &Path, name: &str, steps: u64) -> Train {
    let recipe = PriorRecipe { steps, batch: 4, warmup: 1, ..PriorRecipe::default() };
    let sizes = Sizes {
        resolution: 8,
        patch: 2,
        channels: vec![8, 16],
        blocks: 1,
        condition: 16,
        heads: 2,
        groups: 4,
        views: 1,
    };
    let write = |file: &str, text: String| {
        fs::write(folder.join(file), text).unwrap();
        folder.join(file)
    };
    Train {
        prompts: PromptSet::File(write("prompts.txt", "# two\na red chair\n\na pig\n".into())),
        run: folder.join(name),
        resolution: 8,
        views: 1,
        recipe: Some(write("recipe.json", serde_json::to_string(&recipe).unwrap())),
        sizes: Some(write("sizes.json", serde_json::to_string(&sizes).unwrap())),
        steps: None,
        rate_factor: None,
        pace: Pace { time_limit: None, checkpoint_every: 5.0 },
        products: Products::F32,
        threads: Some(1),
        cuda: None,
    }
}

fn newest(run: &Path) -> (PriorState, Arrays) {
    PriorState::newest(run).unwrap().unwrap()
}

const FRONT: Camera = Camera { azimuth: 0.0, elevation: 0.0, distance: 3.0, focal: 1.25 };

fn seen_from(camera: Camera, shading: Shading) -> View {
    let light = Light { position: camera.position(), ambient: 0.5, whiteness: 0.0 };
    View { camera, light, shading, background: 0.7 }
}

/// Returns the prior of a run of two steps.
fn tiny_prior(folder: &Path) -> OwnPrior {
    let options = options(folder, "tiny", 2);
    train::run(&options).unwrap();
    OwnPrior::open(&options.run, Device::Cpu).unwrap()
}

#[test]
fn guidance_of_0_and_1_is_the_empty_prompt_and_the_prompt() {
    let folder = tempfile::tempdir().unwrap();
    let prior = tiny_prior(folder.path());
    let latents = Tensor::f_from_slice(&[0.3f32; 2 * 3 * 64]).unwrap().reshape([2, 3, 8, 8]);
    let times = Tensor::from_slice(&[0.2f32, 0.9]);
    let cameras = [FRONT, Camera { azimuth: 2.0, ..FRONT }];
    let noisy = Noisy { latents: &latents, times: &times, cameras: &cameras };
    let text = prior.embed(&["a pig", "a red chair"], &cameras).unwrap();
    let empty = prior.predict_noise(noisy, None).unwrap();
    let prompted = prior.predict_noise(noisy, Some(&text)).unwrap();
    assert_eq!(prior.predict_guided(noisy, &text, 0.0).unwrap(), empty);
    assert_eq!(prior.predict_guided(noisy, &text, 1.0).unwrap(), prompted);
    assert_ne!(empty, prompted);
    let guided = prior.predict_guided(noisy, &text, 3.0).unwrap();
    let expected: Tensor = &empty + (&prompted - &empty) * 3.0;
    assert!((guided - expected).abs().max().double_value(&[]) < 1e-5);
}

#[test]
fn images_of_another_size_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let prior = tiny_prior(folder.path());
    let latents = Tensor::zeros([1, 3, 16, 16], (Kind::Float, Device::Cpu));
    let times = Tensor::from_slice(&[0.5f32]);
    let error =
        prior.predict_noise(Noisy { latents: &latents, times: &times, cameras: &[FRONT] }, None).unwrap_err();
    assert!(matches!(error, TrainError::Prior(PriorError::Shape { .. })), "{error}");
    assert!(prior.encode(&latents).is_err());
    let bad = Tensor::full([1, 3, 8, 8], f64::NAN, (Kind::Float, Device::Cpu));
    let error =
        prior.predict_noise(Noisy { latents: &bad, times: &times, cameras: &[FRONT] }, None).unwrap_err();
    assert!(matches!(error, TrainError::Prior(PriorError::NotFinite { .. })), "{error}");
}

#[test]
fn the_signal_falls_from_one_to_zero() {
    let times = Tensor::linspace(0.0, 1.0, 101, (Kind::Float, Device::Cpu));
    let signal = Vec::<f32>::try_from(schedule::signal(&times).unwrap()).unwrap();
    assert!((signal[0] - 1.0).abs() < 1e-6 && signal[100] < 1e-6, "{} {}", signal[0], signal[100]);
    assert!(signal.is_sorted_by(|a, b| a > b));
    assert!((signal[50] - 0.4938).abs() < 1e-3, "{}", signal[50]);
}

#[test]
fn the_velocity_gives_the_noise_back() {
    let random = || Tensor::randn([3, 3, 4, 4], (Kind::Float, Device::Cpu));
    let (images, noise) = (random(), random());
    let shares = schedule::shares(&Tensor::from_slice(&[0.01f32, 0.5, 0.99])).unwrap();
    let noisy = schedule::mixed(&images, &noise, &shares).unwrap();
    let velocity = schedule::velocity(&images, &noise, &shares).unwrap();
    let found = schedule::noise_of(&noisy, &velocity, &shares).unwrap();
    assert!((found - noise).abs().max().double_value(&[]) < 1e-5);
}

#[test]
fn a_tiny_denoiser_learns_two_images() {
    let folder = tempfile::tempdir().unwrap();
    let fast = Train { rate_factor: Some(4.0), ..options(folder.path(), "two", 300) };
    let mut trainer = Trainer::start(&fast).unwrap();
    let maker = BatchMaker::new(&trainer.state).unwrap();
    let scene = |prompt: &str| {
        let scene = scene_of("test", prompt).unwrap();
        draw(&scene, &seen_from(FRONT, Shading::Albedo), 8).colors
    };
    let images = [scene("a red chair"), scene("a pig")];
    let batch = |step| {
        let mut batch: Batch = maker.make(step);
        batch.cameras.fill(FRONT);
        batch.has_prompt.fill(true);
        batch.images = batch.prompts.iter().flat_map(|&prompt| images[prompt].clone()).collect();
        batch
    };
    let mean = |trainer: &Trainer| {
        let losses = (1_000..1_016).map(|step| trainer.losses(&batch(step)).unwrap().total);
        losses.map(|loss| loss.double_value(&[])).sum::<f64>() / 16.0
    };
    let before = mean(&trainer);
    for step in 0..300 {
        trainer.step(&batch(step)).unwrap();
    }
    let after = mean(&trainer);
    assert!(after < 0.55 * before, "the loss fell only from {before} to {after}");
}

#[test]
fn a_run_stopped_after_each_step_has_the_weights_of_an_uninterrupted_one() {
    let folder = tempfile::tempdir().unwrap();
    let whole = options(folder.path(), "whole", 3);
    train::run(&whole).unwrap();
    let stopped = Train {
        pace: Pace { time_limit: Some(0.0), checkpoint_every: 5.0 },
        ..options(folder.path(), "stopped", 3)
    };
    for step in 1..=3 {
        train::run(&stopped).unwrap();
        assert_eq!(newest(&stopped.run).0.step, step);
    }
    assert!(newest(&whole.run).1 == newest(&stopped.run).1, "the resumed run has other arrays");
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_with_the_state_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "nan", 3);
    let mut trainer = Trainer::start(&options).unwrap();
    let mut batch = BatchMaker::new(&trainer.state).unwrap().make(0);
    batch.images[5] = f32::NAN;
    assert!(matches!(trainer.step(&batch), Err(TrainError::Diverged { step: 0 })));
    trainer.save(&options.run).unwrap();
    let (state, arrays) = newest(&options.run);
    assert_eq!(state.step, 0);
    assert!(arrays.values().all(|(_, values)| values.iter().all(|value| value.is_finite())));
}

#[test]
fn damaged_and_foreign_checkpoints_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "tiny", 2);
    train::run(&options).unwrap();
    let checkpoint = checkpoint::newest(&options.run).unwrap().unwrap();
    let shard = checkpoint.join("shard-000.safetensors");
    let bytes = fs::read(&shard).unwrap();
    fs::write(&shard, &bytes[..bytes.len() - 7]).unwrap();
    let error = OwnPrior::open(&options.run, Device::Cpu).err().unwrap();
    assert!(matches!(error, TrainError::Checkpoint(_)), "{error}");
    fs::remove_file(&shard).unwrap();
    let error = OwnPrior::open(&options.run, Device::Cpu).err().unwrap();
    assert!(matches!(error, TrainError::Array { .. }), "{error}");
    fs::write(&shard, &bytes).unwrap();
    let path = checkpoint.join("state.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"prior_version\": 1", "\"prior_version\": 7")).unwrap();
    let error = OwnPrior::open(&options.run, Device::Cpu).err().unwrap();
    assert!(
        matches!(&error, TrainError::Prior(PriorError::Version { found, .. }) if found == "7"),
        "{error}"
    );
    let empty = OwnPrior::open(folder.path(), Device::Cpu).err().unwrap();
    assert!(matches!(empty, TrainError::Prior(PriorError::NoCheckpoint(_))), "{empty}");
}

#[test]
fn prompts_that_cannot_be_drawn_are_refused_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let read = |text: &str| {
        let path = folder.path().join("prompts.txt");
        fs::write(&path, text).unwrap();
        PromptSet::File(path).read()
    };
    let empty = read("\n# nothing\n").unwrap_err();
    assert!(matches!(empty, TrainError::Prior(PriorError::NoPrompts(_))), "{empty}");
    let unknown = read("a pig\na pig riding a spaceship made of cheese\n").unwrap_err().to_string();
    assert!(unknown.contains("line 2") && unknown.contains("cheese"), "{unknown}");
    assert!(read("spam").is_err());
}

#[test]
fn the_pig_set_has_56_seen_and_8_unseen_prompts_that_the_toybox_can_draw() {
    let pigs = pig_prompts();
    assert_eq!(PromptSet::Pigs.read().unwrap().len(), 64);
    assert_eq!(pigs.iter().filter(|pig| pig.is_held_out).count(), 8);
    let held_out = pigs.iter().filter(|pig| pig.is_held_out).map(|pig| toybox::parse(&pig.text).unwrap());
    // The toybox excludes the pairs of the paper from its own training, too. The eighth pair has no theme.
    assert_eq!(held_out.filter(|parsed| toybox::is_held_out(&parsed.spec)).count(), 7);
}

#[test]
fn a_silhouette_is_where_rays_pass_through_the_field() {
    let scene = scene_of("test", "a pig holding a shovel").unwrap();
    let camera = Camera { azimuth: 0.7, elevation: 0.3, ..FRONT };
    let resolution = 24;
    let picture = draw(&scene, &seen_from(camera, Shading::Full), resolution);
    let eye = camera.position();
    for (index, ray) in camera.rays(resolution).into_iter().enumerate() {
        let points: Vec<[f32; 3]> = (0..600)
            .map(|step| 1.5 + 0.005 * step as f32)
            .map(|way| std::array::from_fn(|axis| eye[axis] + way * ray[axis]))
            .collect();
        let mut distances = vec![0.0; points.len()];
        scene.evaluate(&points, &mut distances);
        let least = distances.iter().copied().fold(f32::INFINITY, f32::min);
        // A pixel is 0.1 wide at the origin. Rays near the outline may hit with a part of the pixel only.
        if least < -0.1 {
            assert_eq!(picture.coverage[index], 1.0, "pixel {index} is inside: {least}");
        }
        if least > 0.1 {
            assert_eq!(picture.coverage[index], 0.0, "pixel {index} is outside: {least}");
        }
    }
}

#[test]
fn azimuth_0_shows_the_front_and_a_quarter_turn_the_left_side() {
    let scene = scene_of("test", "a pig").unwrap();
    // The color of the middle of the picture is that of the surface nearest to the camera.
    for (azimuth, direction) in [(0.0, [0.0, 0.0, 1.0]), (std::f32::consts::FRAC_PI_2, [1.0, 0.0, 0.0])] {
        let camera = Camera { azimuth, ..FRONT };
        let eye = camera.position();
        for axis in 0..3 {
            assert!((eye[axis] - 3.0 * direction[axis]).abs() < 1e-5);
        }
        let picture = draw(&scene, &seen_from(camera, Shading::Albedo), 32);
        let covered = picture.coverage.iter().sum::<f32>() / 1_024.0;
        assert!((0.1..0.7).contains(&covered), "{covered} of the picture is covered");
    }
    // A pig is symmetric from the front, and not from the side.
    let asymmetry = |azimuth: f32| {
        let camera = Camera { azimuth, ..FRONT };
        let coverage = draw(&scene, &seen_from(camera, Shading::Albedo), 32).coverage;
        let mirrored = (0..1_024).map(|index| coverage[index / 32 * 32 + 31 - index % 32]);
        coverage.iter().zip(mirrored).map(|(a, b)| (a - b).abs()).sum::<f32>() / 1_024.0
    };
    assert!(asymmetry(0.0) < 0.02 && asymmetry(1.57) > 0.02, "{} {}", asymmetry(0.0), asymmetry(1.57));
}

#[test]
fn batches_depend_on_seed_and_step_alone() {
    let folder = tempfile::tempdir().unwrap();
    let trainer = Trainer::start(&options(folder.path(), "batches", 2)).unwrap();
    let maker = BatchMaker::new(&trainer.state).unwrap();
    let (first, again, other) = (maker.make(3), maker.make(3), maker.make(4));
    assert!(first.images == again.images && first.noise == again.noise && first.times == again.times);
    assert!(first.images != other.images && first.noise != other.noise);
    assert!(first.images.iter().all(|value| (-1.0..=1.0).contains(value)));
}

#[test]
fn four_views_are_orthogonal_and_share_their_light() {
    let views = Views::default().draw(&mut Random::new(4), 4);
    for (index, view) in views.iter().enumerate() {
        let turn = (view.camera.azimuth - views[0].camera.azimuth).rem_euclid(std::f32::consts::TAU);
        let expected = std::f32::consts::FRAC_PI_2 * index as f32;
        assert!((turn - expected).abs() < 1e-4, "{turn} {expected}");
        assert_eq!(view.light.ambient, views[0].light.ambient);
    }
}

#[test]
fn views_of_one_object_attend_to_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path(), "views", 3);
    let mut sizes: Sizes =
        serde_json::from_slice(&fs::read(options.sizes.as_ref().unwrap()).unwrap()).unwrap();
    sizes.views = 4;
    fs::write(options.sizes.as_ref().unwrap(), serde_json::to_string(&sizes).unwrap()).unwrap();
    options.views = 4;
    train::run(&options).unwrap();
    let prior = OwnPrior::open(&options.run, Device::Cpu).unwrap();
    assert_eq!(prior.views(), 4);
    let cameras = [FRONT; 4];
    let times = Tensor::from_slice(&[0.5f32; 4]);
    let predict = |latents: &Tensor| {
        prior.predict_noise(Noisy { latents, times: &times, cameras: &cameras }, None).unwrap()
    };
    let latents = Tensor::zeros([4, 3, 8, 8], (Kind::Float, Device::Cpu));
    let changed = latents.copy();
    let _ = changed.get(3).fill_(1.0);
    let difference = (predict(&latents).get(0) - predict(&changed).get(0)).abs().max().double_value(&[]);
    assert!(difference > 0.0, "the first view does not depend on the last");
}
