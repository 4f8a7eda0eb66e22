//! A ring of zeros around planes, for models whose features are zero outside of a box.

use crate::tensor::{Tensor, TensorResult};

/// Adds a ring of zeros, one pixel wide, to planes [b, 3, r, r, features]. Returns [b, 3, r + 2, r + 2,
/// features].
pub(super) fn ringed(planes: &Tensor) -> TensorResult<Tensor> {
    let &[batch, count, edge, _, features] = planes.shape() else {
        return planes.reshape(&[0, 0, 0, 0, 0]);
    };
    let zeros =
        |shape: &[usize]| Tensor::from_slice(planes.engine(), &vec![0.0; shape.iter().product()], shape);
    let side = zeros(&[batch, count, 1, edge, features])?;
    let planes = Tensor::concat(&[&side, planes, &side], 2)?;
    let side = zeros(&[batch, count, edge + 2, 1, features])?;
    Tensor::concat(&[&side, &planes, &side], 3)
}
