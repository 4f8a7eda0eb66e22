//! Shapes, and the errors for shapes that do not match.

use crate::engine::EngineError;

/// An error of a tensor operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TensorError {
    /// Two shapes do not match.
    #[error("{operation}: the shapes {left:?} and {right:?} do not match")]
    ShapeMismatch {
        /// Name of the call.
        operation: &'static str,
        /// Shape of the first operand.
        left: Vec<usize>,
        /// Shape of the other operand, or the expected shape.
        right: Vec<usize>,
    },
    /// The tensor does not have the expected rank.
    #[error("{operation}: found shape {found:?}, expected {expected} axes")]
    Rank {
        /// Name of the call.
        operation: &'static str,
        /// Shape that was found.
        found: Vec<usize>,
        /// Expected rank.
        expected: usize,
    },
    /// The number of values does not fill the shape.
    #[error("{operation}: {found} values cannot fill shape {shape:?}")]
    ElementCount {
        /// Name of the call.
        operation: &'static str,
        /// Number of values.
        found: usize,
        /// Shape to fill.
        shape: Vec<usize>,
    },
    /// The tensor does not have the axis.
    #[error("{operation}: axis {axis} of shape {shape:?} does not exist")]
    Axis {
        /// Name of the call.
        operation: &'static str,
        /// Axis that was requested.
        axis: usize,
        /// Shape of the tensor.
        shape: Vec<usize>,
    },
    /// The axes are not a permutation of the tensor's axes.
    #[error("permute: {axes:?} is not a permutation of the axes of shape {shape:?}")]
    Permutation {
        /// Axes that were given.
        axes: Vec<usize>,
        /// Shape of the tensor.
        shape: Vec<usize>,
    },
    /// A range exceeds its axis.
    #[error("narrow: {length} entries from {start} on axis {axis} exceed shape {shape:?}")]
    Range {
        /// Axis of the range.
        axis: usize,
        /// First entry.
        start: usize,
        /// Number of entries.
        length: usize,
        /// Shape of the tensor.
        shape: Vec<usize>,
    },
    /// An index exceeds its table.
    #[error("{operation}: index {index} is not below {limit}")]
    Index {
        /// Name of the call.
        operation: &'static str,
        /// Index that was given.
        index: u32,
        /// Number of entries; indices must be below it.
        limit: usize,
    },
    /// There is no operand.
    #[error("{operation}: at least one tensor is needed")]
    Empty {
        /// Name of the call.
        operation: &'static str,
    },
    /// The number of elements is too large to count.
    #[error("{operation}: shape {shape:?} is too large")]
    TooLarge {
        /// Name of the call.
        operation: &'static str,
        /// Shape that was given.
        shape: Vec<usize>,
    },
    /// The engine returned an error.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Returns the error unless `condition` holds.
pub(super) fn check(condition: bool, error: impl FnOnce() -> TensorError) -> Result<(), TensorError> {
    if condition { Ok(()) } else { Err(error()) }
}

/// Returns the product of the sizes. Errors: `TooLarge`.
pub(super) fn element_count(operation: &'static str, shape: &[usize]) -> Result<usize, TensorError> {
    shape
        .iter()
        .try_fold(1usize, |product, &size| product.checked_mul(size))
        .ok_or_else(|| TensorError::TooLarge { operation, shape: shape.to_vec() })
}

/// Returns the shape that NumPy's broadcasting makes of two shapes; `None` if they do not match.
pub(super) fn broadcast(left: &[usize], right: &[usize]) -> Option<Vec<usize>> {
    let rank = left.len().max(right.len());
    let size = |shape: &[usize], axis: usize| {
        (axis + shape.len()).checked_sub(rank).and_then(|index| shape.get(index).copied()).unwrap_or(1)
    };
    (0..rank)
        .map(|axis| match (size(left, axis), size(right, axis)) {
            (a, b) if a == b || b == 1 => Some(a),
            (1, b) => Some(b),
            _ => None,
        })
        .collect()
}
