//! A limit on the memory that the work on one engine takes in this process.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Engine, EngineError, EngineResult};

/// The memory that an engine's arrays and the work on it may take together, in bytes.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    reserved: AtomicU64,
}

impl Budget {
    /// limit: bytes; 0 for no limit.
    pub fn new(limit: u64) -> Self {
        Self { limit: if limit == 0 { u64::MAX } else { limit }, reserved: AtomicU64::new(0) }
    }

    /// Returns how many bytes are left beside the reservations. in_use: bytes that the engine's arrays hold.
    pub fn left(&self, in_use: u64) -> u64 {
        self.limit.saturating_sub(in_use).saturating_sub(self.reserved.load(Ordering::Relaxed))
    }

    /// Checks that work can take so many bytes. what: the work, as a noun in the singular for the message. Errors: `Budget`.
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

/// Memory that is set aside for a piece of work, and given back when this is dropped.
#[derive(Debug)]
pub struct Reservation<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.budget.reserved.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Reserves memory of an engine's budget for a piece of work, before it begins. what: the work, as a noun in the singular for the message.
/// Errors: `Budget`.
pub fn reserve<'a>(
    engine: &'a dyn Engine,
    what: &'static str,
    bytes: u64,
) -> EngineResult<Option<Reservation<'a>>> {
    let Some(budget) = engine.budget().filter(|budget| budget.limit < u64::MAX) else { return Ok(None) };
    // Reserved first and checked then, so that two threads cannot both take what is left for one.
    let others = budget.reserved.fetch_add(bytes, Ordering::Relaxed);
    let reservation = Reservation { budget, bytes };
    let left = budget.limit.saturating_sub(engine.memory_in_use()).saturating_sub(others);
    if bytes > left {
        return Err(EngineError::Budget { what, needed: bytes, left, limit: budget.limit });
    }
    Ok(Some(reservation))
}

/// Returns how many bytes work on an engine may still take; `u64::MAX` where it has no limit.
pub fn memory_left(engine: &dyn Engine) -> u64 {
    match engine.budget() {
        Some(budget) if budget.limit < u64::MAX => budget.left(engine.memory_in_use()),
        _ => u64::MAX,
    }
}
