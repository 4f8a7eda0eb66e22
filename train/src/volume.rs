//! The differentiable renderer of training: volume rendering of fields (Max 1995; Mildenhall et al. 2020).
//!
//! [`render`] draws views of a batch of prompts. Gradients flow from the pictures to the field, the
//! environment and the width of the density. The parts are:
//!
//! - `rays`: the rays of cameras, and the part of each ray that may meet the object;
//! - `medium`: the functions that are evaluated at points;
//! - `density`: from signed distances or a network's output to densities;
//! - `composite`: from densities along a ray to weights;
//! - `normals` and `shading`: the light on the surface;
//! - `trace`: all of these for a set of rays;
//! - `regularizers`: optional terms of a loss.

mod composite;
mod density;
mod medium;
mod normals;
mod rays;
mod regularizers;
mod settings;
mod shading;
mod trace;

use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::PromptFields;
use att3d::tensor::{Field, FieldParts, Tensor};
use att3d_torch::TorchEngine;
use tch::Device;
use toybox::Random;

use crate::TrainError;
use crate::camera::{Camera, Light};

pub use density::Density;
use medium::FieldMedium;
pub use normals::Normals;
pub use regularizers::{entropy_loss, opacity_loss, orientation_loss};
pub use settings::Settings;

use medium::Medium;
use rays::Rays;
use trace::{Traced, trace};

/// Pictures of a batch of views. Gradients flow through all of them, except through `directions`.
pub struct Rendered {
    /// sRGB color over the background, [views, 3, r, r].
    pub color: tch::Tensor,
    /// Share of the light that the object stops, [views, 1, r, r].
    pub opacity: tch::Tensor,
    /// Expected distance from the camera at which a ray ends, object space, [views, 1, r, r]. Light that
    /// passes the object ends at the far side of the bounding sphere.
    pub depth: tch::Tensor,
    /// Unit normal of the surface, object space, [views, 3, r, r]; zero where a ray misses the box. `None` if
    /// no view has a point light.
    pub normal: Option<tch::Tensor>,
    /// Unit direction of each ray, object space, [views, 3, r, r].
    pub directions: tch::Tensor,
}

/// Renders views of each prompt of a batch.
///
/// `engine` computes the fields in full precision. `cameras` and `lights` have one item per view: first the
/// views of the first prompt, then those of the second. Each prompt has the same number of views. `random`
/// places the samples; one value of it is used per view, so the pictures of a view do not depend on how
/// prompts are batched.
///
/// # Errors
///
/// `Views` if the numbers of cameras, lights and prompts do not fit; `Torch`, `Tensor`, `Engine`.
pub fn render(
    engine: &Arc<dyn Engine>,
    fields: &PromptFields,
    cameras: &[Camera],
    lights: &[Light],
    settings: &Settings,
    random: &mut Random,
) -> Result<Rendered, TrainError> {
    let (prompts, device) = batch_of(&fields.geometry)?;
    if prompts == 0
        || cameras.is_empty()
        || !cameras.len().is_multiple_of(prompts)
        || lights.len() != cameras.len()
    {
        return Err(TrainError::Views { cameras: cameras.len(), lights: lights.len(), prompts });
    }
    let medium = FieldMedium::new(engine, fields)?;
    let rays = Rays::of_cameras(cameras, prompts, settings, random);
    let directions = rays.directions(device)?;
    let background = background(engine, fields, &directions, settings)?;
    draw(&medium, &rays, lights, &background, settings)
}

/// Renders a medium in front of a background. background: sRGB colors of all rays, [b, n, 3], or a tensor
/// that broadcasts to this shape.
fn draw(
    medium: &impl Medium,
    rays: &Rays,
    lights: &[Light],
    background: &tch::Tensor,
    settings: &Settings,
) -> Result<Rendered, TrainError> {
    let device = background.device();
    let inputs = rays.upload(lights, device)?;
    let count = rays.kept_per_prompt();
    let step = if settings.rays_at_once == 0 { count } else { settings.rays_at_once };
    let parts = (0..count)
        .step_by(step.max(1))
        .map(|start| trace(medium, &inputs.narrow(start, step)?, settings))
        .collect::<Result<Vec<_>, _>>()?;
    let traced = Traced::join(&parts)?;

    // From here on, all rays are used, and not only those that meet the object.
    let opacity = rays.spread(&traced.opacity)?;
    let passed = opacity.f_neg()?.f_add_scalar(1.0)?;
    let color = rays.spread(&traced.color)?.f_addcmul(&passed, background)?;
    let depth = rays.spread(&traced.depth)?.f_addcmul(&passed, &rays.ends(device)?)?;
    let normal = traced.normal.as_ref().map(|normal| rays.spread(normal)).transpose()?;
    let (views, side) = (lights.len() as i64, settings.resolution as i64);
    let picture = |values: &tch::Tensor| -> Result<tch::Tensor, TrainError> {
        let channels = values.size3()?.2;
        let rows = values.f_reshape([views, side * side, channels])?.f_transpose(1, 2)?;
        Ok(rows.f_reshape([views, channels, side, side])?)
    };
    Ok(Rendered {
        color: picture(&color)?,
        opacity: picture(&opacity)?,
        depth: picture(&depth)?,
        normal: normal.as_ref().map(picture).transpose()?,
        directions: picture(&rays.directions(device)?)?,
    })
}

/// Returns the number of prompts of a field, and the device of its features.
fn batch_of(field: &Field) -> Result<(usize, Device), TrainError> {
    let features = match &field.parts {
        FieldParts::Triplane(planes) => Some(planes),
        FieldParts::VoxelGrids(levels) => levels.first(),
    };
    let Some(features) = features else { return Ok((0, Device::Cpu)) };
    let prompts = features.shape().first().copied().unwrap_or(0);
    Ok((prompts, TorchEngine::tensor(features.buffer())?.device()))
}

/// Returns the color behind the object. directions: [b, n, 3]. Returns [b, n, 3] or [1, 1, 3].
fn background(
    engine: &Arc<dyn Engine>,
    fields: &PromptFields,
    directions: &tch::Tensor,
    settings: &Settings,
) -> Result<tch::Tensor, TrainError> {
    if let (None, Some(environment)) = (settings.background, &fields.environment) {
        let shape: Vec<usize> = directions.size().iter().map(|&size| size as usize).collect();
        let buffer = TorchEngine::wrap(directions.shallow_clone());
        let colors = environment.evaluate(&Tensor::from_buffer(engine, buffer, &shape))?;
        return Ok(TorchEngine::tensor(colors.buffer())?.f_reshape(directions.size())?);
    }
    let color = settings.background.unwrap_or([1.0; 3]);
    Ok(tch::Tensor::f_from_slice(&color)?.f_reshape([1, 1, 3])?.f_to_device(directions.device())?)
}

#[cfg(test)]
mod tests;
