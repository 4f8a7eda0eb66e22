//! Host-side work on an engine: its turn, its threads and its memory.

use std::sync::atomic::Ordering;

use super::Engine;
use super::budget::Reservation;
use super::error::{EngineError, EngineResult};

/// Reserves memory of an engine's budget for a piece of work, before it begins. Returns `None` if the engine
/// has no limit. what: the name of the work in the message, a singular noun. Errors: `Budget`.
pub fn reserve<'a>(
    engine: &'a dyn Engine,
    what: &'static str,
    bytes: u64,
) -> EngineResult<Option<Reservation<'a>>> {
    let Some(budget) = engine.budget().filter(|budget| budget.limit < u64::MAX) else { return Ok(None) };
    // The reservation comes before the check, so that two threads cannot both take bytes that suffice for
    // one.
    let others = budget.reserved.fetch_add(bytes, Ordering::Relaxed);
    let reservation = Reservation { budget, bytes };
    let left = budget.limit.saturating_sub(engine.memory_in_use()).saturating_sub(others);
    if bytes > left {
        return Err(EngineError::Budget { what, needed: bytes, left, limit: budget.limit });
    }
    Ok(Some(reservation))
}

/// Returns how many bytes work on an engine may still take; `u64::MAX` if the engine has no limit.
pub fn memory_left(engine: &dyn Engine) -> u64 {
    match engine.budget() {
        Some(budget) if budget.limit < u64::MAX => budget.left(engine.memory_in_use()),
        _ => u64::MAX,
    }
}

/// Runs host-side work on an engine's threads and returns its result. Only one such piece of work runs at a
/// time; the call waits for its turn. Errors: `NotRun`.
pub fn run_on_threads<T: Send>(engine: &dyn Engine, work: impl FnOnce() -> T + Send) -> EngineResult<T> {
    match run_on_threads_unless(engine, || Ok::<(), std::convert::Infallible>(()), work)? {
        Ok(result) => Ok(result),
        Err(never) => match never {},
    }
}

/// Does the same as [`run_on_threads`]. While this function waits for its turn, it calls `may_wait`
/// repeatedly. An error of `may_wait` ends the wait and is returned as the inner error. Errors: `NotRun`.
pub fn run_on_threads_unless<T: Send, E>(
    engine: &dyn Engine,
    may_wait: impl FnMut() -> Result<(), E>,
    work: impl FnOnce() -> T + Send,
) -> EngineResult<Result<T, E>> {
    let _turn = match engine.turnstile().map(|turnstile| turnstile.enter(may_wait)) {
        Some(Err(error)) => return Ok(Err(error)),
        Some(Ok(turn)) => Some(turn),
        None => None,
    };
    let mut work = Some(work);
    let mut result = None;
    engine.install(&mut || result = work.take().map(|work| work()));
    result.map(Ok).ok_or(EngineError::NotRun { engine: engine.name() })
}

/// Runs two independent parts of a network and returns both results. An engine with several threads runs the
/// parts at the same time: small kernels then wait less for each other than if each kernel is divided among
/// all threads. Errors: `NotRun`.
pub fn run_both<A: Send, B: Send>(
    engine: &dyn Engine,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> EngineResult<(A, B)> {
    let (mut first, mut second) = (Some(first), Some(second));
    let (mut a, mut b) = (None, None);
    engine.join(&mut || a = first.take().map(|work| work()), &mut || {
        b = second.take().map(|work| work());
    });
    a.zip(b).ok_or(EngineError::NotRun { engine: engine.name() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::engine::cpu::CpuEngine;

    #[test]
    fn both_parts_run_and_return_their_results() {
        for threads in [1, 2] {
            let engine = CpuEngine::new(Some(threads)).unwrap();
            assert_eq!(run_both(&engine, || 1, || "two").unwrap(), (1, "two"));
            // Within work on the engine's threads, too.
            let nested = run_on_threads(&engine, || run_both(&engine, || 3, || 4).unwrap());
            assert_eq!(nested.unwrap(), (3, 4));
        }
    }
}
