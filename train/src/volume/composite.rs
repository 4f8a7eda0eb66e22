//! From densities along rays to the share of light that each sample contributes.

use tch::{Kind, Tensor};

use crate::TrainError;

/// The shares of light on rays.
pub struct Composite {
    /// Share of the light that each sample contributes, [b, m, samples].
    pub weights: Tensor,
    /// Sum of the weights, [b, m, 1].
    pub opacity: Tensor,
}

/// Computes the shares of light. densities: [b, m, samples], from the camera outward; intervals: length of
/// the interval of a sample, [b, m, 1].
///
/// Within an interval the density is that of its sample. The interval of a jittered sample is the one in
/// which it was placed, and not the distance to the next sample. Then the optical depth has no bias, and a
/// homogeneous medium has exactly the opacity 1 - exp(-σ length). Source: Max 1995; Mildenhall et al. 2020
/// (NeRF), eq. 3.
pub fn composite(densities: &Tensor, intervals: &Tensor) -> Result<Composite, TrainError> {
    let kind: Kind = densities.kind();
    let samples = densities.size3()?.2;
    // exp(-optical depth) after each sample. A weight is the difference of this share before and after it.
    let after = densities.f_mul(&intervals.f_neg()?)?.f_cumsum(2, kind)?.f_exp()?;
    let last = after.f_narrow(2, samples - 1, 1)?;
    let before = Tensor::f_cat(&[last.f_ones_like()?, after.f_narrow(2, 0, samples - 1)?], 2)?;
    Ok(Composite { weights: before.f_sub(&after)?, opacity: last.f_neg()?.f_add_scalar(1.0)? })
}
