//! Muon (Jordan et al. 2024): a matrix moves along the orthogonal matrix nearest to the running mean of its
//! gradient.
//!
//! On this task, Muon learns color in a quarter of the steps that AdamW needs. It uses the quintic
//! Newton–Schulz iteration on the Gram matrix, which is small where the matrix of a convolution is long.

use tch::{TchError, Tensor};

/// Decay of the running mean of the gradient.
const MOMENTUM: f64 = 0.95;
/// Coefficients of the quintic. The author of Muon chose them to raise small singular values fast. The
/// iteration ends with singular values from 0.7 to 1.2.
const QUINTIC: [f64; 3] = [3.4445, -4.7750, 2.0315];
const ITERATIONS: usize = 5;
/// Smallest number of rows and columns for Muon. AdamW updates smaller matrices.
const LEAST_SIDE: i64 = 9;
/// Root mean square of a step's entries, relative to the rate, for any shape of matrix. The steps of AdamW
/// have about the same root mean square (Liu et al. 2025).
const STEP: f64 = 0.2;

/// Returns whether a variable, viewed as [first axis, all others], has enough rows and columns.
pub fn suits(variable: &Tensor) -> bool {
    let rows = variable.size().first().copied().unwrap_or(0);
    rows >= LEAST_SIDE && variable.numel() as i64 / rows.max(1) >= LEAST_SIDE
}

/// Adds a gradient to the momentum. Returns the step for rate 1, in the shape of the gradient.
pub fn update(momentum: &mut Tensor, gradient: &Tensor) -> Result<Tensor, TchError> {
    let _ = momentum.f_lerp_(gradient, 1.0 - MOMENTUM)?;
    // Nesterov momentum.
    let ahead = gradient.f_lerp(momentum, MOMENTUM)?;
    let shape = ahead.size();
    let rows = shape.first().copied().unwrap_or(1);
    let matrix = ahead.f_reshape([rows, -1])?;
    let columns = matrix.size2()?.1;
    let step = STEP * (rows.max(columns) as f64).sqrt();
    let direction = if rows > columns {
        orthogonalize(&matrix.f_transpose(0, 1)?)?.f_transpose(0, 1)?
    } else {
        orthogonalize(&matrix)?
    };
    direction.f_mul_scalar(step)?.f_reshape(shape)
}

/// Returns approximately U Vᵀ of x = U S Vᵀ. `x` is [r, c] with r ≤ c.
fn orthogonalize(x: &Tensor) -> Result<Tensor, TchError> {
    let [a, b, c] = QUINTIC;
    let norm = x.f_norm()?.f_add_scalar(1e-12)?;
    let x = x.f_div(&norm)?;
    let mut gram = x.f_matmul(&x.f_transpose(0, 1)?)?;
    let identity = Tensor::f_eye(gram.size2()?.0, (gram.kind(), gram.device()))?.f_mul_scalar(a)?;
    let mut product: Option<Tensor> = None;
    for iteration in 0..ITERATIONS {
        // x ← (a + b g + c g²) x. The factors of all iterations commute, so their product is computed first
        // and x is multiplied once.
        let polynomial =
            identity.f_add(&gram.f_mul_scalar(b)?)?.f_add(&gram.f_matmul(&gram)?.f_mul_scalar(c)?)?;
        if iteration + 1 < ITERATIONS {
            gram = polynomial.f_matmul(&gram)?.f_matmul(&polynomial)?;
        }
        product = Some(match product {
            Some(product) => polynomial.f_matmul(&product)?,
            None => polynomial,
        });
    }
    match product {
        Some(product) => product.f_matmul(&x),
        None => Ok(x),
    }
}

#[cfg(test)]
mod tests;
