//! The engine's own threads.

use rayon::prelude::*;

use crate::engine::Turnstile;
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::options::ThreadPriority;

/// Number of operations below which waking other threads costs more than it saves: about 10 µs of work. One
/// operation is the addition of one pair of array elements, which takes 0.15 ns. Eight multiplications of a
/// register tile count as one operation, and one SiLU counts as two.
const SERIAL: usize = 1 << 16;

/// Niceness of threads with a low priority. Such a thread gets about a tenth of the time of a busy thread of
/// the host.
#[cfg(target_os = "linux")]
const LOW_NICENESS: i32 = 10;

/// Gives the calling thread a low priority. A failure is ignored, since work at the usual priority is correct
/// too.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    // SAFETY: the functions read no memory. On Linux, 0 names the calling thread, not its process.
    unsafe {
        let niceness = LOW_NICENESS.max(libc::getpriority(libc::PRIO_PROCESS, 0));
        libc::setpriority(libc::PRIO_PROCESS, 0, niceness);
    }
}

/// A thread pool that belongs to one engine.
#[derive(Debug)]
pub(in crate::engine) struct Workers {
    pool: rayon::ThreadPool,
    turnstile: Turnstile,
}

impl Workers {
    /// Starts `threads` workers; `None` is one per processor. Errors: `Threads`.
    pub(in crate::engine) fn new(threads: Option<usize>, priority: ThreadPriority) -> EngineResult<Self> {
        let threads = threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
            .max(1);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("att3d-{index}"))
            .start_handler(move |_| {
                if priority == ThreadPriority::Low {
                    lower_priority();
                }
            })
            .build()
            .map_err(|error| EngineError::Threads { threads, message: error.to_string() })?;
        Ok(Self { pool, turnstile: Turnstile::default() })
    }

    /// Returns how many workers there are.
    pub(in crate::engine) fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Returns the queue in which outside work waits; `None` on a worker of this pool.
    pub(in crate::engine) fn turnstile(&self) -> Option<&Turnstile> {
        self.pool.current_thread_index().is_none().then_some(&self.turnstile)
    }

    /// Runs `work` on a worker, so that its parallel iterators use this pool.
    pub(in crate::engine) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.pool.install(work)
    }

    /// Runs `work` as `install` does, for a caller that holds the turn of this engine. A worker of another
    /// pool would run other work of its own while it waits. That work may wait forever for the turn that is
    /// held here. Therefore, for such a worker, a separate thread calls `install`, and the worker waits for
    /// the end of this thread.
    pub(in crate::engine) fn install_with_turn<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let is_foreign_worker =
            rayon::current_thread_index().is_some() && self.pool.current_thread_index().is_none();
        if !is_foreign_worker {
            return self.install(work);
        }
        std::thread::scope(|scope| match scope.spawn(|| self.install(work)).join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }

    /// Runs two pieces of work, at the same time if there are several workers.
    pub(in crate::engine) fn both(&self, first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
        if self.count() == 1 {
            first();
            second();
        } else {
            self.pool.join(first, second);
        }
    }

    /// Returns whether `operations` are too few to share among threads.
    pub(in crate::engine) fn is_small(&self, operations: usize) -> bool {
        self.count() == 1 || operations < SERIAL
    }

    /// Calls `work(index, piece)` for each piece of `length` numbers of `out`. cost: operations per number.
    pub(in crate::engine) fn pieces<T: Send>(
        &self,
        out: &mut [T],
        length: usize,
        cost: usize,
        work: impl Fn(usize, &mut [T]) + Sync + Send,
    ) {
        let length = length.max(1);
        if self.is_small(out.len().saturating_mul(cost)) {
            out.chunks_mut(length).enumerate().for_each(|(index, piece)| work(index, piece));
        } else {
            // A task has whole pieces, and at least SERIAL / 4 operations.
            let fewest = (SERIAL / 4 / length.saturating_mul(cost).max(1)).max(1);
            self.install(|| {
                out.par_chunks_mut(length)
                    .with_min_len(fewest)
                    .enumerate()
                    .for_each(|(index, piece)| work(index, piece));
            });
        }
    }

    /// Calls `work(index)` for each task, in parallel if there are enough operations. operations: number for
    /// all tasks together.
    pub(in crate::engine) fn tasks(
        &self,
        count: usize,
        operations: usize,
        work: impl Fn(usize) + Sync + Send,
    ) {
        if count < 2 || self.is_small(operations) {
            (0..count).for_each(work);
        } else {
            self.install(|| (0..count).into_par_iter().with_max_len(1).for_each(work));
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn only_threads_with_a_low_priority_are_nice() {
        // SAFETY: the function reads no memory; 0 names the calling thread.
        let niceness = || unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
        let usual = niceness();
        for (priority, expected) in [(ThreadPriority::Normal, usual), (ThreadPriority::Low, LOW_NICENESS)] {
            let workers = Workers::new(Some(2), priority).unwrap();
            let mut found = 0;
            workers.pool.install(|| found = niceness());
            assert_eq!(found, expected.max(usual));
            assert_eq!(niceness(), usual, "the caller's thread");
        }
    }
}
