//! The density at the surface of a distilled model.
//!
//! A render shows where the density adds up to an opaque object, and a mesh needs one density as its surface.
//! The paper states none. Here it is the density whose silhouettes fit those of renders best.

use std::f32::consts::TAU;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::pipeline::Model;
use att3d::surface::ScalarField;
use att3d::weights::Package;

use crate::TrainError;
use crate::camera::Camera;

/// Largest number of prompts whose silhouettes are compared.
const PROMPTS: usize = 16;
/// Number of views of each prompt, evenly around the object.
const VIEWS: usize = 4;
/// Pixels along an edge of a silhouette, and samples on a ray.
const RESOLUTION: usize = 32;
const SAMPLES: usize = 96;
/// Elevation in radians, distance and focal length of the cameras. A sphere of radius 1 fills the picture.
const ELEVATION: f32 = 0.26;
const DISTANCE: f32 = 3.0;
const FOCAL: f32 = 1.4;
/// Opacity above which a pixel belongs to the silhouette of a render.
const OPAQUE: f32 = 0.5;
/// Range of the densities that are tried, and the number of steps per doubling.
const RANGE: [f32; 2] = [0.5, 64.0];
const STEPS: f32 = 4.0;

/// A ray through the field of a prompt.
#[derive(Clone, Copy, Debug)]
pub struct Ray {
    /// Share of the light that the object stops.
    pub opacity: f32,
    /// Largest density on the ray.
    pub densest: f32,
}

/// Returns the density at the surface for the fields of these prompts; `None` if no ray is opaque. package:
/// bytes of the package with any density.
pub fn fitting_density(package: Vec<u8>, prompts: &[String]) -> Result<Option<f32>, TrainError> {
    let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
    let model = Model::from_package(&Package::from_bytes(package)?, &engine)?;
    let mut rays = Vec::new();
    for prompt in prompts.iter().step_by(prompts.len().div_ceil(PROMPTS).max(1)) {
        let latent = model.embed(&[prompt])?.latent;
        for field in model.fields(&latent, None)? {
            for view in 0..VIEWS {
                let azimuth = TAU * view as f32 / VIEWS as f32;
                let camera = Camera { azimuth, elevation: ELEVATION, distance: DISTANCE, focal: FOCAL };
                rays.extend(trace(&field, &camera)?);
            }
        }
    }
    Ok(best(&rays))
}

/// Traces the rays of a camera.
fn trace(field: &impl ScalarField, camera: &Camera) -> Result<Vec<Ray>, TrainError> {
    let eye = camera.position();
    let reach = 3f32.sqrt();
    let step = 2.0 * reach / SAMPLES as f32;
    let directions = camera.rays(RESOLUTION);
    let mut points = Vec::with_capacity(directions.len() * SAMPLES);
    for direction in &directions {
        for sample in 0..SAMPLES {
            let way = camera.distance - reach + (sample as f32 + 0.5) * step;
            points.push(std::array::from_fn(|axis| eye[axis] + way * direction[axis]));
        }
    }
    let mut densities = vec![0.0; points.len()];
    field.values(&points, &mut densities).map_err(TrainError::Checkpoint)?;
    // The density is 0 outside of the box.
    for (density, point) in densities.iter_mut().zip(&points) {
        if point.iter().any(|coordinate: &f32| coordinate.abs() > 1.0) {
            *density = 0.0;
        }
    }
    let rays = densities.chunks_exact(SAMPLES).map(|ray| Ray {
        opacity: 1.0 - (-step * ray.iter().sum::<f32>()).exp(),
        densest: ray.iter().copied().fold(0.0, f32::max),
    });
    Ok(rays.collect())
}

/// Returns the density whose silhouette has the largest IoU with the opaque rays; `None` if no ray is opaque.
pub fn best(rays: &[Ray]) -> Option<f32> {
    let count = ((RANGE[1] / RANGE[0]).log2() * STEPS) as i32;
    let scored = (0..=count).map(|index| {
        let density = RANGE[0] * (index as f32 / STEPS).exp2();
        let (mut both, mut either) = (0usize, 0usize);
        for ray in rays {
            let (opaque, dense) = (ray.opacity > OPAQUE, ray.densest > density);
            both += usize::from(opaque && dense);
            either += usize::from(opaque || dense);
        }
        (both as f32 / either.max(1) as f32, density)
    });
    let (score, density) = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (score > 0.0).then_some(density)
}
