//! Shapes and what is said when they do not fit.

use crate::engine::EngineError;

/// A façade call that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// Two shapes that do not go together.
    #[error("{operation}: the shapes {left:?} and {right:?} do not go together")]
    ShapeMismatch {
        /// The call.
        operation: &'static str,
        /// The first operand's shape.
        left: Vec<usize>,
        /// The other shape, or what was expected.
        right: Vec<usize>,
    },
    /// A tensor of another rank was expected.
    #[error("{operation}: found shape {found:?}, expected {expected} axes")]
    Rank {
        /// The call.
        operation: &'static str,
        /// The shape found.
        found: Vec<usize>,
        /// The rank expected.
        expected: usize,
    },
    /// The number of values does not fill the shape.
    #[error("{operation}: {found} values can't fill shape {shape:?}")]
    ElementCount {
        /// The call.
        operation: &'static str,
        /// The number of values.
        found: usize,
        /// The shape they should fill.
        shape: Vec<usize>,
    },
    /// An axis that the tensor has not.
    #[error("{operation}: axis {axis} of shape {shape:?} does not exist")]
    Axis {
        /// The call.
        operation: &'static str,
        /// The axis asked for.
        axis: usize,
        /// The tensor's shape.
        shape: Vec<usize>,
    },
    /// Not a permutation of the axes.
    #[error("permute: {axes:?} is no permutation of the axes of shape {shape:?}")]
    Permutation {
        /// The axes given.
        axes: Vec<usize>,
        /// The tensor's shape.
        shape: Vec<usize>,
    },
    /// A range outside its axis.
    #[error("narrow: {length} entries from {start} on axis {axis} do not lie in shape {shape:?}")]
    Range {
        /// The axis.
        axis: usize,
        /// The first entry.
        start: usize,
        /// How many.
        length: usize,
        /// The tensor's shape.
        shape: Vec<usize>,
    },
    /// An index outside its table.
    #[error("{operation}: index {index} is not below {limit}")]
    Index {
        /// The call.
        operation: &'static str,
        /// The index.
        index: u32,
        /// The first index that does not exist.
        limit: usize,
    },
    /// No operand at all.
    #[error("{operation}: at least one tensor is needed")]
    Empty {
        /// The call.
        operation: &'static str,
    },
    /// The shape holds more elements than can be counted.
    #[error("{operation}: shape {shape:?} is too large")]
    TooLarge {
        /// The call.
        operation: &'static str,
        /// The shape.
        shape: Vec<usize>,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The error, unless `condition` holds.
pub(super) fn check(condition: bool, error: impl FnOnce() -> TensorError) -> Result<(), TensorError> {
    if condition { Ok(()) } else { Err(error()) }
}

/// The product of the sizes, checked.
pub(super) fn element_count(operation: &'static str, shape: &[usize]) -> Result<usize, TensorError> {
    shape
        .iter()
        .try_fold(1usize, |product, &size| product.checked_mul(size))
        .ok_or_else(|| TensorError::TooLarge { operation, shape: shape.to_vec() })
}

/// NumPy's broadcast of two shapes.
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
