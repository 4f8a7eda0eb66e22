//! Muon (Jordan et al. 2024): a matrix moves along the orthogonal matrix nearest to its gradient's running mean.
//!
//! Here it learns colour at a quarter of AdamW's steps. The iteration is the quintic Newton–Schulz one, run on the
//! Gram matrix, which is small where a convolution's matrix is long.

use tch::{TchError, Tensor};

/// Decay of the gradient's running mean.
const MOMENTUM: f64 = 0.95;
/// Coefficients of the quintic, chosen by its author to raise small singular values fast: they end in 0.7 to 1.2.
const QUINTIC: [f64; 3] = [3.4445, -4.7750, 2.0315];
const ITERATIONS: usize = 5;
/// Matrices of fewer rows or columns are left to AdamW.
const LEAST_SIDE: i64 = 9;
/// A step of this many times the rate per entry (root mean square), whatever the matrix's shape: about AdamW's
/// (Liu et al. 2025).
const STEP: f64 = 0.2;

/// Whether a variable, read as [first axis, all others], is wide enough both ways.
pub fn suits(variable: &Tensor) -> bool {
    let rows = variable.size().first().copied().unwrap_or(0);
    rows >= LEAST_SIDE && variable.numel() as i64 / rows.max(1) >= LEAST_SIDE
}

/// Takes a gradient into the momentum and gives the direction of the step at rate 1, of the gradient's shape.
pub fn update(momentum: &mut Tensor, gradient: &Tensor) -> Result<Tensor, TchError> {
    let _ = momentum.f_lerp_(gradient, 1.0 - MOMENTUM)?;
    // Nesterov's: the momentum as it will be.
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

/// x: [r, c], r ≤ c. Nearly U Vᵀ of x = U S Vᵀ.
fn orthogonalize(x: &Tensor) -> Result<Tensor, TchError> {
    let [a, b, c] = QUINTIC;
    let norm = x.f_norm()?.f_add_scalar(1e-12)?;
    let x = x.f_div(&norm)?;
    let mut gram = x.f_matmul(&x.f_transpose(0, 1)?)?;
    let identity = Tensor::f_eye(gram.size2()?.0, (gram.kind(), gram.device()))?.f_mul_scalar(a)?;
    let mut product: Option<Tensor> = None;
    for iteration in 0..ITERATIONS {
        // x ← (a + b g + c g²) x, which all commute: the products gather on the left, and x is touched once.
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
