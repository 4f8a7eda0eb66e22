//! Tracing of rays through a medium.

use tch::{Kind, Tensor};

use super::composite::composite;
use super::medium::Medium;
use super::normals::{Normals, normals, unit};
use super::rays::RayTensors;
use super::settings::Settings;
use super::shading::{brightness, whitened};
use crate::TrainError;

/// What rays see of the object, without the background.
pub struct Traced {
    /// Color times opacity, [b, m, 3].
    pub color: Tensor,
    /// Share of the light that the object stops, [b, m, 1].
    pub opacity: Tensor,
    /// Sum of weight · distance, [b, m, 1].
    pub depth: Tensor,
    /// Unit normal, [b, m, 3]; `None` without a point light.
    pub normal: Option<Tensor>,
}

/// Opacity below which the expected depth of a ray is not that of a surface.
const LEAST_OPACITY: f64 = 1e-6;

/// Traces rays through a medium.
pub fn trace(medium: &impl Medium, rays: &RayTensors, settings: &Settings) -> Result<Traced, TrainError> {
    let (prompts, count, samples) = rays.distances.size3()?;
    let points = rays.points(&rays.distances)?;
    let (values, colors) = medium.sample(&points)?;
    let densities = settings.density.density(&values.f_reshape([prompts, count, samples])?)?;
    let shares = composite(&densities, &rays.intervals)?;
    let (weights, opacity) = (shares.weights, shares.opacity);

    let summed = |values: &Tensor| -> Result<Tensor, TrainError> {
        let values = values.f_reshape([prompts, count, samples, 3])?;
        Ok(weights.f_unsqueeze(3)?.f_mul(&values)?.f_sum_dim_intlist(2, false, None::<Kind>)?)
    };
    let albedo = whitened(&summed(&colors)?, &opacity, &rays.light)?;
    let depth = weights.f_mul(&rays.distances)?.f_sum_dim_intlist(2, true, None::<Kind>)?;
    let Some(positions) = &rays.light.positions else {
        return Ok(Traced { color: albedo, opacity, depth, normal: None });
    };

    let expected = depth.f_div(&opacity.f_clamp_min(LEAST_OPACITY)?)?;
    let places = rays.points(&expected)?;
    let outward = settings.density.outward();
    let normal = match settings.normals {
        // No gradient flows from a normal to its place. The slope of a field that is interpolated linearly
        // jumps between cells, so this gradient would be noise, larger than the others by 1 / step.
        Normals::Depth => normals(medium, &places.f_detach()?, settings.normal_step, outward)?,
        Normals::Samples => {
            let each = normals(medium, &points, settings.normal_step, outward)?;
            unit(&summed(&each)?, LEAST_OPACITY)?
        }
    };
    let color = albedo.f_mul(&brightness(&places, &normal, positions, &rays.light.ambient)?)?;
    Ok(Traced { color, opacity, depth, normal: Some(normal) })
}

impl Traced {
    /// Joins the results of several sets of rays.
    pub fn join(parts: &[Self]) -> Result<Self, TrainError> {
        let joined = |of: fn(&Self) -> &Tensor| -> Result<Tensor, TrainError> {
            match parts {
                [only] => Ok(of(only).shallow_clone()),
                _ => Ok(Tensor::f_cat(&parts.iter().map(of).collect::<Vec<_>>(), 1)?),
            }
        };
        let normals: Vec<&Tensor> = parts.iter().filter_map(|part| part.normal.as_ref()).collect();
        Ok(Self {
            color: joined(|part| &part.color)?,
            opacity: joined(|part| &part.opacity)?,
            depth: joined(|part| &part.depth)?,
            normal: if normals.is_empty() { None } else { Some(Tensor::f_cat(&normals, 1)?) },
        })
    }
}
