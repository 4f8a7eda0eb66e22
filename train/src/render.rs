//! Pictures of a package's field, made by the renderer of training. They show what a training step sees.

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::pipeline::Model;
use att3d_torch::TorchEngine;
use clap::Args;
use toybox::Random;
use toybox::render::Picture;

use crate::TrainError;
use crate::camera::{Camera, Light, Shading};
use crate::variables::host;
use crate::volume::{Density, Normals, Rendered, Settings, opacity_loss, orientation_loss, render};

pub mod timing;

/// Draws a prompt of a package with the renderer of training. The views are in a row, and the first view is
/// the front.
#[derive(Args)]
pub struct Render {
    /// Package to draw.
    package: PathBuf,
    /// Prompt to draw.
    prompt: String,
    /// PNG file to write.
    #[arg(short, long)]
    output: PathBuf,
    /// Number of views, evenly around the object.
    #[arg(long, default_value_t = 4)]
    views: usize,
    /// Pixels along an edge of a view.
    #[arg(long, default_value_t = 256)]
    size: usize,
    /// Samples on a ray.
    #[arg(long, default_value_t = 128)]
    samples: usize,
    /// Angle of the cameras above the horizon, in degrees.
    #[arg(long, default_value_t = 15.0)]
    elevation: f32,
    /// Width of the transition from outside to inside, for models with signed distances, object space.
    #[arg(long, default_value_t = 0.005)]
    beta: f32,
    /// What the picture shows.
    #[arg(long, default_value = "color")]
    show: Show,
    /// Coloring of the views.
    #[arg(long, default_value = "full")]
    shading: Shading,
    /// Where the normals are computed.
    #[arg(long, default_value = "depth")]
    normals: Normals,
    /// Seed of the places of the samples; without a seed, each sample is in the middle of its interval.
    #[arg(long)]
    seed: Option<u64>,
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Show {
    Color,
    Opacity,
    /// White at the near side of the bounding sphere and black at its far side.
    Depth,
    /// Normals from -1 to 1 as colors from black to white.
    Normals,
}

/// Distance of the cameras and their focal length. With these values a sphere of radius 1 fills the picture.
const DISTANCE: f32 = 3.0;
const FOCAL: f32 = 1.4;
/// Share of ambient light, and direction of the point light relative to the camera in radians.
const AMBIENT: f32 = 0.4;
const LIGHT_TURN: [f32; 2] = [0.5, 0.5];
/// Rays that are computed together: 1 million samples at 128 samples per ray.
const RAYS_AT_ONCE: usize = 8_192;

/// Runs the command.
pub fn run(options: &Render) -> Result<(), TrainError> {
    let _guard = tch::no_grad_guard();
    let torch = TorchEngine::new(tch::Device::Cpu, None)?.with_gradients(true);
    let engine: Arc<dyn Engine> = Arc::new(torch);
    let model = Model::open(&options.package, &engine)?;
    let embedding = model.embed(&[&options.prompt])?;
    let fields = model.prompt_fields(&model.mix(&embedding, &[1.0])?)?;

    let cameras: Vec<Camera> = (0..options.views)
        .map(|view| Camera {
            azimuth: std::f32::consts::TAU * view as f32 / options.views as f32,
            elevation: options.elevation.to_radians(),
            distance: DISTANCE,
            focal: FOCAL,
        })
        .collect();
    let lights: Vec<Light> =
        cameras.iter().map(|camera| light_beside(camera).with(options.shading)).collect();
    let settings = Settings {
        resolution: options.size,
        samples: options.samples,
        jitter: options.seed.is_some(),
        normals: options.normals,
        rays_at_once: RAYS_AT_ONCE,
        ..Settings::new(Density::of(&model.config().surface, options.beta))
    };
    let mut random = Random::new(options.seed.unwrap_or_default());
    let rendered = render(&engine, &fields, &cameras, &lights, &settings, &mut random)?;

    if let Some(loss) = orientation_loss(&rendered)? {
        println!("orientation loss {:.2e}", loss.f_double_value(&[])?);
    }
    println!("opacity loss {:.4}", opacity_loss(&rendered)?.f_double_value(&[])?);

    let shown = shown(&rendered, options.show, settings.radius)?;
    let mut sheet = Picture::filled(options.size * options.views, options.size, [255; 3]);
    for view in 0..options.views {
        let pixels = host(&shown.f_get(view as i64)?.f_permute([1, 2, 0])?)?;
        let pixels = pixels.into_iter().map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8);
        let picture = Picture { width: options.size, height: options.size, pixels: pixels.collect() };
        sheet.paste(&picture, view * options.size, 0);
    }
    Ok(sheet.write_png(&options.output)?)
}

/// Returns what is shown of the views as colors, [views, 3, r, r].
fn shown(rendered: &Rendered, show: Show, radius: f32) -> Result<tch::Tensor, TrainError> {
    let gray = |values: &tch::Tensor| values.f_expand([-1, 3, -1, -1], false);
    Ok(match (show, &rendered.normal) {
        (Show::Color, _) => rendered.color.shallow_clone(),
        (Show::Opacity, _) => gray(&rendered.opacity)?,
        (Show::Depth, _) => {
            let (far, span) = (f64::from(DISTANCE + radius), f64::from(2.0 * radius));
            gray(&rendered.depth.f_neg()?.f_add_scalar(far)?.f_div_scalar(span)?)?
        }
        (Show::Normals, Some(normal)) => {
            normal.f_mul(&rendered.opacity)?.f_add_scalar(1.0)?.f_div_scalar(2.0)?
        }
        (Show::Normals, None) => gray(&rendered.opacity.f_zeros_like()?.f_add_scalar(0.5)?)?,
    })
}

/// Returns a light above and to the right of a camera.
fn light_beside(camera: &Camera) -> Light {
    let [turn, rise] = LIGHT_TURN;
    let azimuth = camera.azimuth + turn;
    let place = Camera { azimuth, elevation: camera.elevation + rise, ..*camera };
    Light { position: place.position(), ambient: AMBIENT, whiteness: 0.0 }
}
