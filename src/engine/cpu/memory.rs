//! Reuse of storage. A network makes hundreds of short-lived arrays. New pages, which the system has to map
//! and clear, cost more than the small kernels that fill them.

use crate::engine::array::View;
use crate::engine::error::EngineResult;
use crate::engine::{Precision, StoredArray};
use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Number of floats that may always be kept for reuse: 32 MiB. This is several times the largest activation
/// of a 128-channel network at 64².
const KEPT: usize = 8 << 20;

/// Divisor of the number of floats that arrays hold: an eighth of that number may be kept for reuse. Networks
/// whose activations have hundreds of megabytes have gigabytes of weights.
const SHARE: usize = 8;

/// The freed storage of one engine.
#[derive(Debug, Default)]
pub(super) struct Recycler {
    /// Storage that is kept, the one that was freed first at the beginning.
    free: Mutex<Vec<Box<[f32]>>>,
    /// Number of floats that arrays hold, plus those that are kept for reuse.
    held: AtomicUsize,
}

impl Recycler {
    /// Returns an array of `length` numbers with unspecified contents, all of which the caller must write.
    pub(super) fn take(self: &Arc<Self>, length: usize) -> Array {
        let storage = self.best_fit(length).unwrap_or_else(|| {
            self.held.fetch_add(length, Ordering::Relaxed);
            // The system clears each page when it is first touched, and kernels touch pages on all threads.
            vec![0.0; length].into_boxed_slice()
        });
        Array::new(storage, length, Some(self.clone()))
    }

    /// Removes and returns the smallest kept storage that holds `length` numbers and at most twice as many.
    fn best_fit(&self, length: usize) -> Option<Box<[f32]>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |storage: &[f32]| storage.len() >= length && storage.len() <= 2 * length;
        let (index, _) = free
            .iter()
            .enumerate()
            .filter(|(_, storage)| fits(storage))
            .min_by_key(|(_, storage)| storage.len())?;
        Some(free.remove(index))
    }

    /// Keeps storage for reuse. Frees what has been kept for longest if it is too much.
    fn give_back(&self, storage: Box<[f32]>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = total(&free);
        let in_use = self.held.load(Ordering::Relaxed).saturating_sub(kept + storage.len());
        let most = KEPT.max(in_use / SHARE);
        let mut freed = Vec::new();
        if (1..=most).contains(&storage.len()) {
            kept += storage.len();
            free.push(storage);
        } else {
            freed.push(storage);
        }
        let mut count = 0;
        while kept > most && count < free.len() {
            kept -= free[count].len();
            count += 1;
        }
        freed.extend(free.drain(..count));
        // The lock is released before `freed` is dropped, so that other threads need not wait for the system.
        drop(free);
        self.held.fetch_sub(total(&freed), Ordering::Relaxed);
    }

    /// Returns the bytes that arrays hold, plus those that are kept for reuse.
    pub(super) fn bytes(&self) -> u64 {
        (self.held.load(Ordering::Relaxed) * size_of::<f32>()) as u64
    }

    /// Frees the storage that is kept for reuse.
    pub(super) fn empty(&self) {
        let freed: Vec<_> = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        self.held.fetch_sub(total(&freed), Ordering::Relaxed);
    }
}

/// Returns the number of floats in all storage together.
fn total(storage: &[Box<[f32]>]) -> usize {
    storage.iter().map(|storage| storage.len()).sum()
}

/// An array of the engine: row-major f32.
#[derive(Debug)]
pub(super) struct Array {
    /// Storage, which can be longer than the array.
    storage: Box<[f32]>,
    length: usize,
    /// Owner of the storage; `None` for an array that is not counted in any engine's memory.
    recycler: Option<Arc<Recycler>>,
    /// The same numbers in the form in which a kernel reads a weight, once it has made this form.
    prepared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Array {
    fn new(storage: Box<[f32]>, length: usize, recycler: Option<Arc<Recycler>>) -> Self {
        Self { storage, length, recycler, prepared: OnceLock::new() }
    }

    /// Returns the form of the numbers that [`Array::prepare`] keeps, if it is a T.
    #[cfg_attr(
        not(all(target_arch = "x86_64", target_os = "linux")),
        allow(dead_code, reason = "only the kernels for AMX prepare weights")
    )]
    pub(super) fn prepared<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.prepared.get()?.downcast_ref()
    }

    /// Keeps a form of the numbers with the array, if none is kept yet.
    #[cfg_attr(
        not(all(target_arch = "x86_64", target_os = "linux")),
        allow(dead_code, reason = "only the kernels for AMX prepare weights")
    )]
    pub(super) fn prepare<T: Any + Send + Sync>(&self, form: T) {
        // Another thread may have made a form in the meantime. While a form is made, no lock is held: the
        // thread may do other work of the engine, which could wait for the lock.
        drop(self.prepared.set(Box::new(form)));
    }

    /// Makes an array that is not counted in any engine's memory.
    pub(super) fn of(values: Vec<f32>) -> Self {
        let length = values.len();
        Self::new(values.into_boxed_slice(), length, None)
    }
}

impl Deref for Array {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.storage[..self.length]
    }
}

impl DerefMut for Array {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.storage[..self.length]
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        if let Some(recycler) = &self.recycler {
            recycler.give_back(std::mem::take(&mut self.storage));
        }
    }
}

/// A weight in its stored precision, which kernels convert at each use.
#[derive(Debug)]
pub(super) struct Compact {
    /// Storage of the bytes.
    storage: Array,
    precision: Precision,
    count: usize,
}

impl Compact {
    /// Copies values into storage of the engine.
    pub(super) fn of(values: StoredArray<'_>, mut storage: Array) -> Self {
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut storage);
        if let Some(bytes) = bytes.get_mut(..values.bytes.len()) {
            bytes.copy_from_slice(values.bytes);
        }
        Self { storage, precision: values.precision, count: values.count() }
    }

    /// Returns the length of the storage for values, in numbers of f32.
    pub(super) fn length(values: StoredArray<'_>) -> usize {
        values.bytes.len().div_ceil(size_of::<f32>())
    }

    /// Returns how many numbers there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Returns the numbers.
    pub(super) fn stored(&self) -> StoredArray<'_> {
        let bytes: &[u8] = bytemuck::cast_slice(&self.storage);
        let length = self.count * self.precision.size();
        StoredArray { precision: self.precision, bytes: bytes.get(..length).unwrap_or_default() }
    }
}

/// The values of a weight: an array, or one that was converted for this use.
pub(super) enum Weight<'a> {
    Array(&'a [f32]),
    Converted(Array),
}

impl Deref for Weight<'_> {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        match self {
            Self::Array(values) => values,
            Self::Converted(array) => array,
        }
    }
}

/// Returns the values of an operand. Errors: `ForeignBuffer`.
pub(super) fn values<'a>(view: View<'a>) -> EngineResult<&'a [f32]> {
    Ok(view.buffer.downcast::<Array>()?)
}

/// Returns the values of an operand that may be absent. Errors: `ForeignBuffer`.
pub(super) fn optional<'a>(view: Option<View<'a>>) -> EngineResult<Option<&'a [f32]>> {
    view.map(values).transpose()
}
