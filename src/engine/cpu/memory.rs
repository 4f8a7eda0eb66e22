//! Storage that is used again: a network makes hundreds of short-lived arrays, and pages that the system has to map
//! and clear anew cost more than the small kernels that fill them.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Floats kept for reuse at most: 32 MiB, several times the largest activation of a 128-channel network at 64².
const KEPT: usize = 8 << 20;

/// Freed storage of one engine.
#[derive(Debug, Default)]
pub(super) struct Recycler {
    free: Mutex<Vec<Vec<f32>>>,
}

impl Recycler {
    /// An array of `length` numbers whose contents are unspecified: the caller writes all of them.
    pub(super) fn take(self: &Arc<Self>, length: usize) -> Array {
        let mut values = self.best_fit(length).unwrap_or_default();
        values.truncate(length);
        values.resize(length, 0.0);
        Array { values, recycler: self.clone() }
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
        }
    }
}

/// The engine's array: row-major f32.
#[derive(Debug)]
pub(super) struct Array {
    values: Vec<f32>,
    recycler: Arc<Recycler>,
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
        self.recycler.give_back(std::mem::take(&mut self.values));
    }
}
