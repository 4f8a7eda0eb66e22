//! Optional terms of a loss that act on renders (ATT3D, B.1.9).

use tch::{Kind, Tensor};

use super::Rendered;
use crate::TrainError;

/// Returns the mean over all pixels of opacity · max(0, n · d)², where n is the normal and d is the direction
/// of the ray: visible surfaces must not face away from the camera. No gradient flows to the opacity.
/// `None` if the render has no normals. Source: Verbin et al. 2022 (Ref-NeRF), eq. 11; DreamFusion.
pub fn orientation_loss(rendered: &Rendered) -> Result<Option<Tensor>, TrainError> {
    let Some(normal) = &rendered.normal else { return Ok(None) };
    let away = normal.f_mul(&rendered.directions)?.f_sum_dim_intlist(1, true, None::<Kind>)?.f_relu()?;
    Ok(Some(away.f_square()?.f_mul(&rendered.opacity.f_detach()?)?.f_mean(None)?))
}

/// Returns the mean over all pixels of √(opacity² + 0.01): the object must not fill space that it does not
/// need. Source: Poole et al. 2022 (DreamFusion), appendix A.2.
pub fn opacity_loss(rendered: &Rendered) -> Result<Tensor, TrainError> {
    Ok(rendered.opacity.f_square()?.f_add_scalar(0.01)?.f_sqrt()?.f_mean(None)?)
}

/// Returns the mean over all pixels of opacity² · H(opacity), where H is the entropy of a binary choice in
/// nats: what is visible must be opaque. No gradient flows to the factor opacity², which keeps faint density
/// from being removed before it can grow. Source of the entropy: Metzer et al. 2023 (Latent-NeRF), section 4.
pub fn entropy_loss(rendered: &Rendered) -> Result<Tensor, TrainError> {
    let opacity = rendered.opacity.f_clamp(EDGE, 1.0 - EDGE)?;
    let missing = opacity.f_neg()?.f_add_scalar(1.0)?;
    let entropy = opacity.f_xlogy(&opacity)?.f_add(&missing.f_xlogy(&missing)?)?.f_neg()?;
    Ok(entropy.f_mul(&rendered.opacity.f_detach()?.f_square()?)?.f_mean(None)?)
}

/// Opacities nearer to 0 or 1 have no gradient of the entropy.
const EDGE: f64 = 1e-3;
