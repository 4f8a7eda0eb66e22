//! Memory that both the host and the worker have mapped.

#[cfg(not(windows))]
mod file;
#[cfg(windows)]
mod section;

use std::io;
use std::path::Path;

#[cfg(not(windows))]
use file as imp;
#[cfg(windows)]
use section as imp;

/// A mapping of f32 values. The protocol determines who may access it: the host between messages, and the
/// worker between a request and its reply.
pub(super) struct Region {
    mapping: imp::Mapping,
}

impl Region {
    /// Creates memory for `count` values. Returns the memory and the name by which the other side opens it.
    /// After the name is dropped, no other process can open the memory.
    pub(super) fn make(count: usize) -> io::Result<(Self, imp::Name)> {
        let length =
            count.checked_mul(4).ok_or_else(|| io::Error::other("more memory than can be addressed"))?;
        let (mapping, name) = imp::make(length as u64)?;
        Ok((Self { mapping }, name))
    }

    /// Opens the memory that the other side created. length: bytes. Errors: the memory cannot be mapped, or
    /// has another length; on Windows, only a shorter memory is an error.
    pub(super) fn open(path: &Path, length: u64) -> io::Result<Self> {
        Ok(Self { mapping: imp::open(path, length)? })
    }

    /// Returns all values.
    pub(super) fn values(&mut self) -> &mut [f32] {
        // A mapping begins at a page, so the cast fails only if the length is not a multiple of four bytes.
        let values = bytemuck::try_cast_slice_mut(&mut self.mapping);
        debug_assert!(values.is_ok(), "the length of the shared memory is not a multiple of 4 bytes");
        values.unwrap_or_default()
    }
}
