//! The performance monitor of live nodes. Its value is the time in microseconds that the last update of any
//! live node took on the main thread.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use godot::classes::Performance;
use godot::prelude::*;

/// Name of the monitor in the debugger.
const NAME: &str = "att3d/live_update_usec";

static LAST: AtomicI64 = AtomicI64::new(0);
static NODES: AtomicUsize = AtomicUsize::new(0);

/// Counts a live node. The first one adds the monitor.
pub fn add() {
    if NODES.fetch_add(1, Ordering::Relaxed) == 0 {
        let value =
            Callable::from_fn("att3d_live_update_usec", |_| LAST.load(Ordering::Relaxed).to_variant());
        Performance::singleton().add_custom_monitor(NAME, &value);
    }
}

/// Stops counting a live node. The last one removes the monitor.
pub fn remove() {
    if NODES.fetch_sub(1, Ordering::Relaxed) == 1 {
        Performance::singleton().remove_custom_monitor(NAME);
    }
}

/// Sets the value.
pub fn set(microseconds: i64) {
    LAST.store(microseconds, Ordering::Relaxed);
}
