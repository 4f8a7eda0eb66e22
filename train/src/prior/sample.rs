//! Samples of a prior, drawn with DDIM (Song et al. 2021).

use std::f32::consts::TAU;
use std::path::PathBuf;

use clap::Args;
use tch::{Device, Kind, Tensor};
use toybox::Random;
use toybox::render::Picture;

use super::error::PriorError;
use super::interface::{Noisy, Prior};
use super::open::open;
use super::picture::draw;
use super::prompts::scene_of;
use super::views::{View, Views, middle};
use crate::TrainError;
use crate::camera::{Camera, Light, Shading};

/// Draws samples of a diffusion prior.
#[derive(Args)]
pub struct Samples {
    /// Run folder of `att3d-train prior`, or the file of a TorchScript module.
    prior: PathBuf,
    /// Prompt.
    prompt: String,
    /// PNG file to write. Columns are azimuths, from the front toward the left side of the object. Rows are
    /// samples. The last row is the exact scene, if the toybox can draw the prompt.
    #[arg(short, long)]
    output: PathBuf,
    /// Weight of classifier-free guidance.
    #[arg(long, default_value_t = 2.0)]
    guidance: f64,
    /// Steps of DDIM.
    #[arg(long, default_value_t = 40)]
    steps: usize,
    /// Number of samples.
    #[arg(long, default_value_t = 4)]
    samples: usize,
    /// Number of azimuths; the number of views of the prior divides it.
    #[arg(long, default_value_t = 8)]
    azimuths: usize,
    /// Elevation of the camera in degrees.
    #[arg(long, default_value_t = 15.0)]
    elevation: f32,
    /// Seed of the noise.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Width of a pixel of a sample in the picture.
    #[arg(long, default_value_t = 4)]
    enlarge: usize,
}

/// Largest time of the sampling. At time 1 the image is all noise and its velocity is not defined.
const LATEST: f64 = 0.995;

/// Runs the command.
pub fn run(options: &Samples) -> Result<(), TrainError> {
    let prior = open(&options.prior, Device::Cpu)?;
    let positive = [options.steps, options.samples, options.azimuths, options.enlarge];
    if positive.contains(&0) || !options.azimuths.is_multiple_of(prior.views()) {
        let expected = "1 or more, and azimuths that the number of views of the prior divides";
        let found = format!("{positive:?}");
        return Err(PriorError::Setting { name: "steps, samples, azimuths, enlarge", found, expected }.into());
    }
    let ranges = prior.view_ranges();
    let cameras: Vec<Camera> =
        (0..options.azimuths).map(|index| camera(options, &ranges, prior.views(), index)).collect();
    let mut rng = Random::new(options.seed);
    let mut rows = Vec::new();
    for _ in 0..options.samples {
        rows.push(sample(prior.as_ref(), options, &cameras, &mut rng)?);
    }
    if let Ok(scene) = scene_of("", &options.prompt) {
        let truth = |camera: &Camera| draw(&scene, &view(*camera, &ranges), prior.resolution()).colors;
        rows.push(cameras.iter().map(truth).collect());
    }
    sheet(&rows, prior.resolution(), options.enlarge).write_png(&options.output).map_err(PriorError::from)?;
    Ok(())
}

/// Returns the camera of a column, in the middle of the ranges of the prior. Columns that a multi-view prior
/// denoises together are orthogonal.
fn camera(options: &Samples, ranges: &Views, views: usize, index: usize) -> Camera {
    let groups = options.azimuths / views;
    let place = index % views * groups + index / views;
    let azimuth = TAU * place as f32 / options.azimuths as f32;
    let (distance, focal) = (middle(ranges.distance), middle(ranges.focal));
    Camera { azimuth, elevation: options.elevation.to_radians(), distance, focal }
}

/// Returns a view of the exact scene, for comparison with the samples.
fn view(camera: Camera, ranges: &Views) -> View {
    let light = Light { position: camera.position(), ambient: middle(ranges.ambient), whiteness: 0.0 };
    View { camera, light, shading: Shading::Full, background: middle(ranges.background) }
}

/// Draws one sample for each camera. Returns colors in [-1, 1], each [3, r, r].
fn sample(
    prior: &dyn Prior,
    options: &Samples,
    cameras: &[Camera],
    rng: &mut Random,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let _guard = tch::no_grad_guard();
    let (count, edge) = (cameras.len() as i64, prior.resolution() as i64);
    let text = prior.embed(&vec![options.prompt.as_str(); cameras.len()], cameras)?;
    let shape = prior.encode(&Tensor::f_zeros([count, 3, edge, edge], (Kind::Float, Device::Cpu))?)?.size();
    if shape != [count, 3, edge, edge] {
        let (what, expected) = ("the latents of the prior".into(), vec![count, 3, edge, edge]);
        return Err(PriorError::Shape { what, found: shape, expected }.into());
    }
    let numbers: Vec<f32> = (0..shape.iter().product::<i64>()).map(|_| rng.normal_pair().0).collect();
    let mut latents = Tensor::f_from_slice(&numbers)?.f_reshape(&shape)?;
    for step in 0..options.steps {
        let time = |step: usize| LATEST * (1.0 - step as f64 / options.steps as f64);
        let times = Tensor::f_full([count], time(step), (Kind::Float, Device::Cpu))?;
        let noisy = Noisy { latents: &latents, times: &times, cameras };
        let noise = prior.predict_guided(noisy, &text, options.guidance)?;
        let [image, share] = shares(prior, &times)?;
        let clean = latents.f_sub(&noise.f_mul(&share)?)?.f_div(&image)?.f_clamp(-1.0, 1.0)?;
        // The noise that fits the clamped image.
        let noise = latents.f_sub(&clean.f_mul(&image)?)?.f_div(&share)?;
        let next = Tensor::f_full([count], time(step + 1), (Kind::Float, Device::Cpu))?;
        let [image, share] = shares(prior, &next)?;
        latents = if step + 1 == options.steps {
            clean
        } else {
            clean.f_mul(&image)?.f_add(&noise.f_mul(&share)?)?
        };
    }
    let flat = Vec::<f32>::try_from(latents.f_reshape([-1])?)?;
    Ok(flat.chunks(flat.len() / cameras.len().max(1)).map(<[f32]>::to_vec).collect())
}

/// Returns √ᾱ and √(1 - ᾱ), each [n, 1, 1, 1].
fn shares(prior: &dyn Prior, times: &Tensor) -> Result<[Tensor; 2], TrainError> {
    let signal = prior.signal(times)?.f_reshape([-1, 1, 1, 1])?;
    let noise = signal.f_neg()?.f_add_scalar(1.0)?.f_sqrt()?;
    Ok([signal.f_sqrt()?, noise])
}

/// Returns one picture of all images. rows: images of colors in [-1, 1], each [3, r, r]; enlarge: width of a
/// pixel of an image in the picture.
pub fn sheet(rows: &[Vec<Vec<f32>>], resolution: usize, enlarge: usize) -> Picture {
    let edge = resolution * enlarge;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let gap = 2;
    let mut whole = Picture::filled(columns * (edge + gap), rows.len() * (edge + gap), [255; 3]);
    for (row, images) in rows.iter().enumerate() {
        for (column, image) in images.iter().enumerate() {
            whole.paste(&pixels(image, resolution, enlarge), column * (edge + gap), row * (edge + gap));
        }
    }
    whole
}

/// Returns an image as a picture with larger pixels.
fn pixels(image: &[f32], resolution: usize, enlarge: usize) -> Picture {
    let edge = resolution * enlarge;
    let mut picture = Picture::filled(edge, edge, [0; 3]);
    for (index, byte) in picture.pixels.iter_mut().enumerate() {
        let (row, column) = (index / 3 / edge / enlarge, index / 3 % edge / enlarge);
        let value = image[index % 3 * resolution * resolution + row * resolution + column];
        *byte = (255.0 * (0.5 * value + 0.5)).clamp(0.0, 255.0).round() as u8;
    }
    picture
}
