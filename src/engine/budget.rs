//! The memory limit of one engine: for its arrays, and for the memory that work on the engine reserves.

use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{EngineError, EngineResult};

/// A limit in bytes on the sum of two parts: the memory of an engine's arrays, and the memory that work on
/// the engine has reserved.
#[derive(Debug)]
pub struct Budget {
    pub(super) limit: u64,
    pub(super) reserved: AtomicU64,
}

impl Budget {
    /// Creates a budget. limit: bytes; 0 for no limit.
    pub fn new(limit: u64) -> Self {
        Self { limit: if limit == 0 { u64::MAX } else { limit }, reserved: AtomicU64::new(0) }
    }

    /// Returns how many bytes are left after the reservations. in_use: bytes that the engine's arrays hold.
    pub fn left(&self, in_use: u64) -> u64 {
        self.limit.saturating_sub(in_use).saturating_sub(self.reserved.load(Ordering::Relaxed))
    }

    /// Checks that work can take `needed` bytes. what: the name of the work in the message, a singular noun.
    /// Errors: `Budget`.
    pub fn check(&self, what: &'static str, needed: u64, in_use: u64) -> EngineResult<()> {
        let left = self.left(in_use);
        if needed <= left {
            Ok(())
        } else {
            Err(EngineError::Budget { what, needed, left, limit: self.limit })
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(0)
    }
}

/// Memory that is reserved for a piece of work, and released on drop.
#[derive(Debug)]
pub struct Reservation<'a> {
    pub(super) budget: &'a Budget,
    pub(super) bytes: u64,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.budget.reserved.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
