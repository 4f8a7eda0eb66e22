//! The result of a kernel while several tasks write it.

use std::marker::PhantomData;

/// The result, to which several tasks write in parallel.
pub(super) struct SharedOutput<'a, T = f32> {
    start: *mut T,
    length: usize,
    borrowed: PhantomData<&'a mut [T]>,
}

impl<'a, T> SharedOutput<'a, T> {
    pub(super) fn new(to: &'a mut [T]) -> Self {
        Self { start: to.as_mut_ptr(), length: to.len(), borrowed: PhantomData }
    }

    /// Returns a part of the result.
    ///
    /// # Safety
    /// No other part that is in use at the same time, on this or another thread, overlaps this part.
    #[inline(always)]
    #[allow(clippy::mut_from_ref, reason = "each task has its own parts")]
    pub(super) unsafe fn span(&self, start: usize, length: usize) -> &mut [T] {
        assert!(start + length <= self.length, "the result of a kernel is out of bounds");
        // SAFETY: the assertion keeps the slice inside the result, whose exclusive borrow outlives `self`.
        // The caller guarantees that the part does not overlap another.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(start), length) }
    }

    /// Returns the place of a block of rows, whose distance is `stride`.
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    #[inline(always)]
    pub(super) fn block(&self, start: usize, stride: usize, (rows, columns): (usize, usize)) -> *mut T {
        assert!(
            start + (rows - 1) * stride + columns <= self.length,
            "the result of a kernel is out of bounds"
        );
        self.start.wrapping_add(start)
    }
}

// SAFETY: tasks write windows that do not overlap (each has its own image, columns and rows), and no task
// reads the result.
unsafe impl<T: Send> Sync for SharedOutput<'_, T> {}
