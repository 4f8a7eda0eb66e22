//! The pictures that a judge scores: four views of a model's field and of the exact scene, in the middle of
//! the prior's ranges.

use std::f32::consts::FRAC_PI_2;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::PromptFields;
use toybox::{Random, Scene};

use crate::TrainError;
use crate::camera::{Camera, Light};
use crate::prior::{View, Views, draw};
use crate::variables::host;
use crate::volume::{Density, Settings, render};

/// Number of views of a prompt, as in the paper.
const VIEWS: usize = 4;
/// Rays along an edge of a pixel, against aliasing.
const RAYS: usize = 2;
/// Rays that are computed together.
const RAYS_AT_ONCE: usize = 8_192;

/// Returns the four views: azimuths 0°, 90°, 180° and 270°.
pub fn views(ranges: &Views) -> Vec<View> {
    (0..VIEWS).map(|index| ranges.middle(index as f32 * FRAC_PI_2)).collect()
}

/// Draws an exact scene. Returns the pictures in [-1, 1], each [3, resolution, resolution].
pub fn of_scene(scene: &Scene, views: &[View], resolution: usize) -> Vec<Vec<f32>> {
    views.iter().map(|view| draw(scene, view, resolution).colors).collect()
}

/// Draws the field of one prompt as [`of_scene`] draws a scene. samples: number of samples on a ray.
pub fn of_field(
    engine: &Arc<dyn Engine>,
    fields: &PromptFields,
    density: Density,
    views: &[View],
    resolution: usize,
    samples: usize,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let _guard = tch::no_grad_guard();
    let cameras: Vec<Camera> = views.iter().map(|view| view.camera).collect();
    let lights: Vec<Light> = views.iter().map(|view| view.light.with(view.shading)).collect();
    let settings = Settings {
        resolution: RAYS * resolution,
        samples,
        jitter: false,
        background: views.first().map(|view| [view.background; 3]),
        rays_at_once: RAYS_AT_ONCE,
        ..Settings::new(density)
    };
    let rendered = render(engine, fields, &cameras, &lights, &settings, &mut Random::new(0))?;
    let edge = RAYS as i64;
    let small = rendered.color.f_avg_pool2d([edge, edge], [edge, edge], [0, 0], false, true, None)?;
    let values = host(&small.f_clamp(0.0, 1.0)?.f_mul_scalar(2.0)?.f_sub_scalar(1.0)?)?;
    Ok(values.chunks(3 * resolution * resolution).map(<[f32]>::to_vec).collect())
}
