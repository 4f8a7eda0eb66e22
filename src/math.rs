//! Mathematical functions whose results do not depend on the system.
//!
//! The C libraries of Linux, Windows and macOS round these functions differently. The functions of this
//! module compute results that become part of a file or of a network's input. Each function uses the same
//! operations on every system, and nearly all of its results are correctly rounded. By IEEE 754, arithmetic
//! and square roots are always correctly rounded, so they need no such functions.

#![forbid(unsafe_code)]

/// Returns the sine and the cosine of an angle in radians.
pub(crate) fn sin_cos(angle: f32) -> (f32, f32) {
    pxfm::f_sincosf(angle)
}

/// Returns the sine and the cosine of an angle in radians, in double precision.
pub(crate) fn sin_cos_f64(angle: f64) -> (f64, f64) {
    pxfm::f_sincos(angle)
}

/// Returns the sine of an angle in radians.
pub(crate) fn sin(angle: f32) -> f32 {
    pxfm::f_sinf(angle)
}

/// Returns the cosine of an angle in radians.
pub(crate) fn cos(angle: f32) -> f32 {
    pxfm::f_cosf(angle)
}

/// Returns the tangent of an angle in radians.
pub(crate) fn tan(angle: f32) -> f32 {
    pxfm::f_tanf(angle)
}

/// Returns the power of a base that is not negative.
pub(crate) fn power(base: f32, exponent: f32) -> f32 {
    pxfm::f_powf(base, exponent)
}

/// Returns e to the power of the argument.
pub(crate) fn exp(exponent: f32) -> f32 {
    pxfm::f_expf(exponent)
}

/// Returns the natural logarithm.
pub(crate) fn ln(number: f32) -> f32 {
    pxfm::f_logf(number)
}

/// Returns 2 to the power of the argument.
pub(crate) fn exp2(exponent: f32) -> f32 {
    pxfm::f_exp2f(exponent)
}

/// Returns the logarithm to base 2.
pub(crate) fn log2(number: f32) -> f32 {
    pxfm::f_log2f(number)
}

/// Returns the length of the hypotenuse. Squares of f32 are exact in f64, so that only the sum, the root and
/// the result are rounded.
pub(crate) fn hypotenuse(a: f32, b: f32) -> f32 {
    let (a, b) = (f64::from(a), f64::from(b));
    (a * a + b * b).sqrt() as f32
}

#[cfg(test)]
mod tests;
