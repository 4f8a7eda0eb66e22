//! A queue that gives an engine's threads to one piece of host-side work at a time.
//!
//! A thread pool that is shared by several jobs nests them: a pool thread that waits for a part of its own
//! job begins another job on the same stack. The first job can then neither end nor be canceled before the
//! second ends. Therefore jobs wait in this queue, where they can still be canceled, and the pool runs one of
//! them at a time.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

/// Interval at which a waiting job checks whether it was canceled.
const PATIENCE: Duration = Duration::from_millis(10);

/// A queue that admits one caller at a time, in the order of arrival.
#[derive(Debug, Default)]
pub struct Turnstile {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    is_taken: bool,
    tickets: u64,
    waiting: VecDeque<u64>,
}

/// The right to use an engine's threads; released on drop.
#[derive(Debug)]
pub struct Turn<'a> {
    turnstile: &'a Turnstile,
}

/// A place in the queue; given up on drop.
struct Place<'a> {
    turnstile: &'a Turnstile,
    ticket: u64,
}

impl Turnstile {
    /// Waits for a turn. It calls `may_wait` about every 10 ms, and an error of `may_wait` ends the wait.
    /// Errors: those of `may_wait`.
    pub fn enter<E>(&self, mut may_wait: impl FnMut() -> Result<(), E>) -> Result<Turn<'_>, E> {
        let ticket = {
            let mut queue = self.queue.lock();
            let ticket = queue.tickets;
            queue.tickets += 1;
            queue.waiting.push_back(ticket);
            ticket
        };
        // The place is declared before the lock below, so it is dropped after that lock is released.
        let _place = Place { turnstile: self, ticket };
        let mut queue = self.queue.lock();
        while queue.is_taken || queue.waiting.front() != Some(&ticket) {
            if self.changed.wait_for(&mut queue, PATIENCE).timed_out() {
                // The lock is released during the call, because `may_wait` may call any function, including
                // one of this queue.
                MutexGuard::unlocked(&mut queue, &mut may_wait)?;
            }
        }
        queue.is_taken = true;
        Ok(Turn { turnstile: self })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turnstile.queue.lock().waiting.retain(|&ticket| ticket != self.ticket);
        self.turnstile.changed.notify_all();
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turnstile.queue.lock().is_taken = false;
        self.turnstile.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn a_second_comer_waits_and_may_give_up() {
        let turnstile = Turnstile::default();
        let first = turnstile.enter(|| Ok::<(), ()>(())).unwrap();
        let mut asked = 0;
        let second = turnstile.enter(|| {
            asked += 1;
            if asked < 3 { Ok(()) } else { Err("no more patience") }
        });
        assert_eq!(second.err(), Some("no more patience"));
        drop(first);
        assert!(turnstile.enter(|| Err(())).is_ok());
    }

    /// A pool thread that waits for its work on the engine's threads must not begin other work that waits for
    /// the same turn.
    #[test]
    fn workers_of_another_pool_take_turns_without_end() {
        use rayon::prelude::*;

        let engine = crate::engine::cpu::CpuEngine::new(Some(1)).unwrap();
        let callers = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let work = |number: u32| {
            crate::engine::run_on_threads(&engine, || {
                // The loop is long enough for the caller to look for other work.
                (0..1_000_000u32).fold(0, |sum, next| std::hint::black_box(sum ^ next));
                number
            })
        };
        let sum: u32 = callers
            .install(|| (0..40).into_par_iter().with_max_len(1).map(|number| work(number).unwrap()).sum());
        assert_eq!(sum, 780);
    }

    #[test]
    fn turns_come_in_the_order_of_asking() {
        let turnstile = Turnstile::default();
        let order = Mutex::new(Vec::new());
        let first = turnstile.enter(|| Ok::<(), ()>(())).unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let (turnstile, order) = (&turnstile, &order);
                scope.spawn(move || {
                    let _turn = turnstile.enter(|| Ok::<(), ()>(())).unwrap();
                    order.lock().push(number);
                });
                while turnstile.queue.lock().waiting.len() <= number {
                    std::thread::yield_now();
                }
            }
            drop(first);
        });
        assert_eq!(*order.lock(), (0..8).collect::<Vec<_>>());
    }
}
