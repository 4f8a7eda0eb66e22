//! From the values of a field to densities.

use att3d::weights::config::SurfaceConfig;
use tch::Tensor;

use crate::TrainError;

/// How channel 0 of a field becomes a density: the optical depth per unit of length in object space.
pub enum Density {
    /// The values are densities.
    Direct,
    /// The values are signed distances, negative inside. The density is Ψ(-d) / β, where Ψ is the cumulative
    /// distribution of Laplace's distribution with the scale β. Source: Yariv et al. 2021 (VolSDF), eq. 2.
    SignedDistance {
        /// Width β of the transition, object space: a scalar, or [b, 1, 1]. Gradients flow to it.
        beta: Tensor,
        /// Value at the surface.
        iso_level: f64,
    },
}

impl Density {
    /// Returns the density that fits the surface of a model. beta: width of the transition for signed
    /// distances, object space.
    pub fn of(surface: &SurfaceConfig, beta: f32) -> Self {
        match surface {
            SurfaceConfig::SignedDistance { iso_level, .. } => {
                Self::SignedDistance { beta: Tensor::from(beta), iso_level: f64::from(*iso_level) }
            }
            SurfaceConfig::Density { .. } => Self::Direct,
        }
    }

    /// Returns the densities for the values of a field, in the shape of `values`, [b, n, samples].
    pub fn density(&self, values: &Tensor) -> Result<Tensor, TrainError> {
        let Self::SignedDistance { beta, iso_level } = self else { return Ok(values.shallow_clone()) };
        let beta = beta.f_to_device(values.device())?.f_to_kind(values.kind())?;
        // The larger half of the distribution is 1 minus the smaller half, so that small densities keep their
        // digits.
        let depth = values.f_neg()?.f_add_scalar(*iso_level)?;
        let inside = depth.f_gt(0.0)?.f_to_kind(values.kind())?;
        let side = inside.f_neg()?.f_add_scalar(0.5)?;
        let tail = depth.f_abs()?.f_div(&beta)?.f_neg()?.f_exp()?;
        Ok(inside.f_addcmul(&side, &tail)?.f_div(&beta)?)
    }

    /// Returns the sign of the field's slope along the outward normal.
    pub fn outward(&self) -> f64 {
        match self {
            Self::Direct => -1.0,
            Self::SignedDistance { .. } => 1.0,
        }
    }
}
