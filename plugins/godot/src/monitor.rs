//! The performance monitor of live nodes: microseconds of the last update on the main thread.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use godot::classes::Performance;
use godot::prelude::*;

/// Name of the monitor in the debugger.
const NAME: &str = "att3d/live_update_usec";

static LAST: AtomicI64 = AtomicI64::new(0);
static NODES: AtomicUsize = AtomicUsize::new(0);

/// Adds the monitor with the first live node.
pub fn add() {
    if NODES.fetch_add(1, Ordering::Relaxed) == 0 {
        let value =
            Callable::from_fn("att3d_live_update_usec", |_| LAST.load(Ordering::Relaxed).to_variant());
        Performance::singleton().add_custom_monitor(NAME, &value);
    }
}

/// Removes the monitor with the last live node.
pub fn remove() {
    if NODES.fetch_sub(1, Ordering::Relaxed) == 1 {
        Performance::singleton().remove_custom_monitor(NAME);
    }
}

/// Sets the value.
pub fn set(microseconds: i64) {
    LAST.store(microseconds, Ordering::Relaxed);
}
