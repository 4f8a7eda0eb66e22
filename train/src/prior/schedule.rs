//! The cosine schedule of noise (Nichol and Dhariwal 2021) and the prediction of the velocity (Salimans and
//! Ho 2022).

use std::f64::consts::FRAC_PI_2;

use tch::{TchError, Tensor};

/// Offset of the cosine's time, which keeps the noise at time 0 above 0 (Nichol and Dhariwal 2021).
const OFFSET: f64 = 0.008;

/// Returns ᾱ at times. times: \[n], from 0 to 1. Source: Nichol and Dhariwal 2021, eq. 17.
pub fn signal(times: &Tensor) -> Result<Tensor, TchError> {
    let first = (OFFSET / (1.0 + OFFSET) * FRAC_PI_2).cos().powi(2);
    let angle = times.f_add_scalar(OFFSET)?.f_mul_scalar(FRAC_PI_2 / (1.0 + OFFSET))?;
    angle.f_cos()?.f_square()?.f_mul_scalar(1.0 / first)?.f_clamp(0.0, 1.0)
}

/// Returns √ᾱ and √(1 - ᾱ), each [n, 1, 1, 1]. times: \[n].
pub fn shares(times: &Tensor) -> Result<[Tensor; 2], TchError> {
    let kept = signal(times)?.f_reshape([-1, 1, 1, 1])?;
    let noise = kept.f_neg()?.f_add_scalar(1.0)?.f_sqrt()?;
    Ok([kept.f_sqrt()?, noise])
}

/// Returns noisy images, √ᾱ x + √(1 - ᾱ) ε. shares: of [`shares`].
pub fn mixed(images: &Tensor, noise: &Tensor, shares: &[Tensor; 2]) -> Result<Tensor, TchError> {
    images.f_mul(&shares[0])?.f_add(&noise.f_mul(&shares[1])?)
}

/// Returns the velocity, √ᾱ ε - √(1 - ᾱ) x.
pub fn velocity(images: &Tensor, noise: &Tensor, shares: &[Tensor; 2]) -> Result<Tensor, TchError> {
    noise.f_mul(&shares[0])?.f_sub(&images.f_mul(&shares[1])?)
}

/// Returns the noise of noisy images from their velocity, √ᾱ v + √(1 - ᾱ) x.
pub fn noise_of(noisy: &Tensor, velocity: &Tensor, shares: &[Tensor; 2]) -> Result<Tensor, TchError> {
    mixed(velocity, noisy, shares)
}
