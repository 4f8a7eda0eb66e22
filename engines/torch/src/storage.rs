//! The storage of the engine's buffers: tensors of libtorch.

use std::sync::{Mutex, PoisonError};

use att3d::engine::{Buffer, EngineResult, View};
use tch::Tensor;

use crate::failure::Failure;

/// The storage of a buffer. A `Tensor` of tch is `Send` but not `Sync`, so each reader takes a shallow clone.
struct Storage(Mutex<Tensor>);

/// Wraps a tensor in a buffer, which shares the storage of the tensor.
pub(crate) fn wrap(tensor: Tensor) -> Buffer {
    Buffer::new(Storage(Mutex::new(tensor)))
}

/// Returns a buffer's tensor. It shares the storage and the graph with the buffer. Errors: `ForeignBuffer`.
pub(crate) fn of_buffer(buffer: &Buffer) -> EngineResult<Tensor> {
    let storage = buffer.downcast::<Storage>()?;
    // A shallow clone cannot leave the tensor half-changed, so a poisoned lock is safe to use.
    Ok(storage.0.lock().unwrap_or_else(PoisonError::into_inner).shallow_clone())
}

/// Converts sizes to libtorch's type.
pub(crate) fn sizes(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|&size| size as i64).collect()
}

/// Returns a view's tensor with the view's shape.
pub(crate) fn tensor(view: View<'_>) -> Result<Tensor, Failure> {
    let tensor = of_buffer(view.buffer)?;
    let shape = sizes(view.shape);
    if tensor.size() == shape { Ok(tensor) } else { Ok(tensor.f_reshape(shape)?) }
}

/// Returns the tensor of a view that may be absent.
pub(crate) fn optional(view: Option<View<'_>>) -> Result<Option<Tensor>, Failure> {
    view.map(tensor).transpose()
}
