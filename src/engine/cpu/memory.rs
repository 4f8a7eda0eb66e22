//! Storage that is used again: a network makes hundreds of short-lived arrays, and pages that the system has to map
//! and clear anew cost more than the small kernels that fill them.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Floats kept for reuse at most: 32 MiB, several times the largest activation of a 128-channel network at 64².
const KEPT: usize = 8 << 20;

/// Freed storage of one engine.
#[derive(Debug, Default)]
pub(super) struct Recycler {
    free: Mutex<Vec<Vec<f32>>>,
    /// Floats that arrays hold, and those kept.
    held: AtomicUsize,
}

impl Recycler {
    /// An array of `length` numbers whose contents are unspecified: the caller writes all of them.
    pub(super) fn take(self: &Arc<Self>, length: usize) -> Array {
        let (mut values, before) = match self.best_fit(length) {
            Some(values) => {
                let capacity = values.capacity();
                (values, capacity)
            }
            // Zeroed by the system as pages are first touched, which kernels do on all threads.
            None => (vec![0.0; length], 0),
        };
        values.truncate(length);
        values.resize(length, 0.0);
        self.held.fetch_add(values.capacity() - before, Ordering::Relaxed);
        Array { values, recycler: Some(self.clone()) }
    }

    /// The smallest kept storage that holds `length` numbers and is at most half empty.
    fn best_fit(&self, length: usize) -> Option<Vec<f32>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |values: &Vec<f32>| values.capacity() >= length && values.capacity() <= 2 * length;
        let (index, _) = free
            .iter()
            .enumerate()
            .filter(|(_, values)| fits(values))
            .min_by_key(|(_, values)| values.capacity())?;
        Some(free.swap_remove(index))
    }

    fn give_back(&self, values: Vec<f32>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = free.iter().map(Vec::capacity).sum();
        if values.capacity() > 0 && kept + values.capacity() <= KEPT {
            free.push(values);
        } else {
            self.held.fetch_sub(values.capacity(), Ordering::Relaxed);
        }
    }

    /// Bytes held by arrays and kept for reuse.
    pub(super) fn bytes(&self) -> u64 {
        (self.held.load(Ordering::Relaxed) * size_of::<f32>()) as u64
    }

    /// Gives back what is kept.
    pub(super) fn empty(&self) {
        let freed: Vec<_> = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        self.held.fetch_sub(freed.iter().map(Vec::capacity).sum(), Ordering::Relaxed);
    }
}

/// The engine's array: row-major f32.
#[derive(Debug)]
pub(super) struct Array {
    values: Vec<f32>,
    /// Whose storage it is; `None` for an array that is counted in no engine.
    recycler: Option<Arc<Recycler>>,
}

impl Array {
    /// An array that is counted in no engine.
    pub(super) fn of(values: Vec<f32>) -> Self {
        Self { values, recycler: None }
    }
}

impl Deref for Array {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.values
    }
}

impl DerefMut for Array {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        if let Some(recycler) = &self.recycler {
            recycler.give_back(std::mem::take(&mut self.values));
        }
    }
}
