//! The light on the object.

use tch::{Kind, Tensor};

use super::normals::unit;
use super::rays::LightTensors;
use crate::TrainError;

/// Mixes white into the albedo. albedo: sum of weight · color, [b, m, 3]; opacity: [b, m, 1].
pub fn whitened(albedo: &Tensor, opacity: &Tensor, light: &LightTensors) -> Result<Tensor, TrainError> {
    let Some(whiteness) = &light.whiteness else { return Ok(albedo.shallow_clone()) };
    Ok(albedo.f_add(&opacity.f_sub(albedo)?.f_mul(whiteness)?)?)
}

/// Returns the factor from albedo to color: ambient + (1 - ambient) max(0, n · l), as in
/// `camera::shade`. places: points of the surface, [b, m, 3]; normals: [b, m, 3];
/// positions: positions of the point light, [b, m, 3]. Returns [b, m, 1].
pub fn brightness(
    places: &Tensor,
    normals: &Tensor,
    positions: &Tensor,
    ambient: &Tensor,
) -> Result<Tensor, TrainError> {
    let toward = unit(&positions.f_sub(places)?, 1e-6)?;
    let cosine = normals.f_mul(&toward)?.f_sum_dim_intlist(2, true, None::<Kind>)?.f_relu()?;
    Ok(ambient.f_addcmul(&ambient.f_neg()?.f_add_scalar(1.0)?, &cosine)?)
}
