//! Errors and progress callbacks that several layers share. Each layer defines its other errors in its own
//! enum.

use std::borrow::Cow;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

/// The caller asked the running work to stop. A [`ProgressCallback`] returns it, and callers pass it on
/// unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled: the caller asked this work to stop; nothing was written")]
pub struct Cancelled;

/// Progress callback, which may also stop the work.
///
/// The argument is the fraction of the current stage that is done; it grows from 0 to 1. Worker threads call
/// the callback at least once per 50 ms of work, so the callback must return quickly. If the callback returns
/// [`Cancelled`], the work stops at once.
pub type ProgressCallback<'a> = &'a (dyn Fn(f32) -> Result<(), Cancelled> + Sync);

/// Reports success at every fraction: the [`ProgressCallback`] for work that nobody observes or stops.
/// Errors: none.
pub fn no_progress(_fraction: f32) -> Result<(), Cancelled> {
    Ok(())
}

/// Returns a progress callback for one stage of the work. The callback maps the stage's fraction, from 0 to
/// 1, to the range from `from` to `to` of the whole work. Errors of the callback: those of `on_progress`.
pub fn part<'a>(
    on_progress: ProgressCallback<'a>,
    from: f32,
    to: f32,
) -> impl Fn(f32) -> Result<(), Cancelled> + Sync + 'a {
    move |fraction| on_progress(from + fraction * (to - from))
}

/// Thread-safe counter of pieces of work, made by [`progress_counter`]. The counter tells a
/// [`ProgressCallback`] the fraction of the pieces that were begun before the call.
///
/// The argument is the number of pieces that the calling thread begins now, or 0 to report only.
pub type ProgressCounter<'a> = &'a (dyn Fn(usize) -> Result<(), Cancelled> + Sync);

/// Returns a thread-safe [`ProgressCounter`] of `all` pieces.
///
/// Only one thread reports at a time, so the reported fraction never falls. While one call reports, every
/// other call returns success without a report. The same holds for a call from inside `on_progress`. Errors
/// of the counter: those of `on_progress`.
pub fn progress_counter<'a>(
    on_progress: ProgressCallback<'a>,
    all: usize,
) -> impl Fn(usize) -> Result<(), Cancelled> + Sync + 'a {
    let (begun, speaking) = (AtomicUsize::new(0), Mutex::new(()));
    move |more| {
        let turn = speaking.try_lock();
        let before = begun.fetch_add(more, Ordering::Relaxed);
        if turn.is_some() { on_progress(before as f32 / all.max(1) as f32) } else { Ok(()) }
    }
}

thread_local! {
    static IS_PANIC_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs code of another crate that may panic on invalid input. Errors: the payload of the panic.
pub fn expecting_panics<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    let before = IS_PANIC_EXPECTED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_PANIC_EXPECTED.set(before);
    result
}

/// Sets, once per process, a panic hook that prints nothing for panics inside [`expecting_panics`].
///
/// The new hook passes all other panics to the hook that was set before. The C functions and the command call
/// this function; a Rust program may call it too.
pub fn silence_expected_panics() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_PANIC_EXPECTED.get() {
                before(panic);
            }
        }));
    });
}

/// Escapes text from a package, a file or a caller so that a terminal or a log can show it safely.
///
/// Control characters and marks that change the writing direction are escaped as in Rust source. Line breaks
/// and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| {
        let is_mark =
            matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        matches!(letter, '\n' | '\t') || !letter.is_control() && !is_mark
    };
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_plain(letter) { shown.push(letter) } else { shown.extend(letter.escape_default()) }
    }
    Cow::Owned(shown)
}

/// Returns the text as [`printable`] does, with line breaks escaped too.
pub fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

/// Panics if a test called `faults::arm` with this name of a layer. Tests use this function to show that no
/// panic leaves the library. Without the feature `panic-hooks` the function does nothing.
#[inline]
pub(crate) fn fault(_floor: &str) {
    #[cfg(feature = "panic-hooks")]
    faults::trip(_floor);
}

/// Panics on demand, for tests of the C interface.
#[cfg(feature = "panic-hooks")]
pub mod faults {
    use super::Mutex;

    static ARMED: Mutex<Option<String>> = Mutex::new(None);

    /// Causes a panic in the next call of `fault` with this name, but not in later calls.
    pub fn arm(floor: &str) {
        *ARMED.lock() = Some(floor.to_owned());
    }

    #[allow(clippy::panic, reason = "the panic is what a test asks for")]
    pub(super) fn trip(floor: &str) {
        let armed = ARMED.lock().take_if(|armed| *armed == floor).is_some();
        if armed {
            panic!("a test made the layer {floor} panic");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn what_several_threads_count_never_falls_and_stops_them() {
        let heard = Mutex::new(Vec::new());
        let listen = |fraction: f32| {
            heard.lock().push(fraction);
            Ok(())
        };
        let begun = progress_counter(&listen, 9_000);
        // If only one thread counts, every call reports.
        (0..1_000).try_for_each(|_| begun(1)).unwrap();
        assert_eq!(heard.lock().len(), 1_000);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..1_000).try_for_each(|_| begun(1)).unwrap());
            }
        });
        let heard = heard.lock();
        assert!(heard.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(heard.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        let stopping = |fraction: f32| if fraction < 0.5 { Ok(()) } else { Err(Cancelled) };
        let begun = progress_counter(&stopping, 8_000);
        let stopped = std::thread::scope(|scope| {
            let work = || (0..100_000).try_for_each(|_| begun(1));
            let all: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
            all.into_iter().all(|one| one.join().unwrap() == Err(Cancelled))
        });
        assert!(stopped);
    }

    #[test]
    fn control_characters_are_escaped_and_all_else_stays() {
        assert!(matches!(printable("naïve 豚\t(🐷)\n"), Cow::Borrowed(_)));
        assert_eq!(printable("a\u{1b}[2J\0b\u{9b}c\rd\u{202e}e"), r"a\u{1b}[2J\u{0}b\u{9b}c\rd\u{202e}e");
        assert_eq!(one_line("name\nerror: none"), r"name\nerror: none");
    }
}
