//! What can go wrong that more than one floor must speak of. Each floor adds its own enum beside its code.

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
    use parking_lot::Mutex;

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
