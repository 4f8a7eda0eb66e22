//! What can go wrong that more than one floor must speak of. Each floor adds its own enum beside its code.

use std::borrow::Cow;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

/// The caller asked the running work to stop. Returned by a [`Watch`] and handed up unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled: the caller asked this work to stop; nothing was written")]
pub struct Cancelled;

/// Hears of progress and may stop the work.
///
/// `fraction` grows from 0 to 1 over the stage that calls it. It is called from worker threads, at least every
/// 50 ms of work, so it must be quick. Returning [`Cancelled`] stops the work at once.
pub type Watch<'a> = &'a (dyn Fn(f32) -> Result<(), Cancelled> + Sync);

/// A [`Watch`] that never stops anything.
pub fn unwatched(_fraction: f32) -> Result<(), Cancelled> {
    Ok(())
}

/// Hears of a stage as a part of the whole, from one fraction to another.
pub fn part<'a>(watch: Watch<'a>, from: f32, to: f32) -> impl Fn(f32) -> Result<(), Cancelled> + Sync + 'a {
    move |fraction| watch(from + fraction * (to - from))
}

/// Counts pieces of work as threads begin them, and reports the fraction to a [`Watch`]; the argument is how many pieces
/// the calling thread begins now, 0 to report alone. Made by [`counted`].
pub type Counter<'a> = &'a (dyn Fn(usize) -> Result<(), Cancelled> + Sync);

/// Returns a thread-safe [`Counter`] of `all` pieces. One thread reports at a time, so that the fraction never falls; a
/// thread that finds another reporting goes on, and so does a watch that calls the counter again.
pub fn counted<'a>(watch: Watch<'a>, all: usize) -> impl Fn(usize) -> Result<(), Cancelled> + Sync + 'a {
    let (begun, speaking) = (AtomicUsize::new(0), Mutex::new(()));
    move |more| {
        let turn = speaking.try_lock();
        let before = begun.fetch_add(more, Ordering::Relaxed);
        if turn.is_some() { watch(before as f32 / all.max(1) as f32) } else { Ok(()) }
    }
}

thread_local! {
    static IS_PANIC_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs code of another crate that panics on input which it should refuse. Errors: the panic.
pub fn expecting_panics<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    let before = IS_PANIC_EXPECTED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_PANIC_EXPECTED.set(before);
    result
}

/// Sets a panic hook, once, that prints nothing for panics inside [`expecting_panics`] and passes all others to the hook that was
/// set before. The C functions and the command call it; a Rust program may call it too.
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

/// Text from a package, a file or a caller as a terminal or a log may show it: control characters, and marks that change the direction of
/// writing, are escaped as in Rust's source. Line breaks and tabs stay.
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

/// [`printable`] text in one line.
pub fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\\n")
}

/// A place where tests make the library panic, to prove that no panic leaves it. Does nothing without the feature
/// `panic-hooks`.
#[inline]
pub(crate) fn fault(_floor: &str) {
    #[cfg(feature = "panic-hooks")]
    faults::trip(_floor);
}

/// Panics on demand, for tests of the C line.
#[cfg(feature = "panic-hooks")]
pub mod faults {
    use super::Mutex;

    static ARMED: Mutex<Option<String>> = Mutex::new(None);

    /// The next call that comes by that floor panics, once.
    pub fn arm(floor: &str) {
        *ARMED.lock() = Some(floor.to_owned());
    }

    #[allow(clippy::panic)]
    pub(super) fn trip(floor: &str) {
        let armed = ARMED.lock().take_if(|armed| *armed == floor).is_some();
        if armed {
            panic!("a test asked the floor {floor} to panic");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_several_threads_count_never_falls_and_stops_them() {
        let heard = Mutex::new(Vec::new());
        let listen = |fraction: f32| {
            heard.lock().push(fraction);
            Ok(())
        };
        let begun = counted(&listen, 8_000);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..1_000).try_for_each(|_| begun(1)).unwrap());
            }
        });
        let heard = heard.lock();
        assert!(heard.len() > 100, "{}", heard.len());
        assert!(heard.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(heard.iter().all(|fraction| (0.0..1.0).contains(fraction)));
        let stopping = |fraction: f32| if fraction < 0.5 { Ok(()) } else { Err(Cancelled) };
        let begun = counted(&stopping, 8_000);
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
