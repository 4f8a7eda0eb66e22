//! Arrays of an engine: their storage, shape and memory.

use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, Weak};

use super::error::EngineError;

/// An engine's own storage for one array. Only the engine that made it can read it.
#[derive(Clone)]
pub struct Buffer(Arc<dyn Any + Send + Sync>);

impl Buffer {
    /// Wraps an engine's storage.
    pub fn new<T: Any + Send + Sync>(storage: T) -> Self {
        Self(Arc::new(storage))
    }

    /// Returns the storage as a `T`. Errors: `ForeignBuffer` if the storage has another type.
    pub fn downcast<T: Any + Send + Sync>(&self) -> Result<&T, EngineError> {
        self.0.downcast_ref().ok_or(EngineError::ForeignBuffer)
    }
}

impl Buffer {
    /// Returns whether both are the same storage.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns a reference that does not keep the storage alive.
    pub fn downgrade(&self) -> WeakBuffer {
        WeakBuffer(Arc::downgrade(&self.0))
    }
}

/// A reference to a [`Buffer`] that does not keep the storage alive.
#[derive(Clone)]
pub struct WeakBuffer(Weak<dyn Any + Send + Sync>);

impl WeakBuffer {
    /// Returns the buffer, or `None` if its storage was freed.
    pub fn upgrade(&self) -> Option<Buffer> {
        self.0.upgrade().map(Buffer)
    }

    /// Returns whether the storage is still alive.
    pub fn is_held(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Debug for Buffer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Buffer")
    }
}

/// An array that is passed to a kernel: its storage and its shape.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Storage of the values.
    pub buffer: &'a Buffer,
    /// Row-major sizes.
    pub shape: &'a [usize],
}

/// Memory of a device, in bytes. A value is 0 if it is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    /// Bytes that this engine's arrays hold, including freed memory that is kept for reuse.
    pub in_use: u64,
    /// Free bytes on the device.
    pub free: u64,
    /// Size of the device's memory.
    pub total: u64,
}
