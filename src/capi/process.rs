//! Identification of the process to which a handle belongs. After a fork, threads and the locks that they
//! hold do not exist in the child process.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// Number of forks between the process that loaded this library and this process.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Returns the number of forks from which this process came, counted since the first call.
pub(super) fn generation() -> u32 {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        #[cfg(unix)]
        // SAFETY: the function stays loaded (NODELETE), and it only performs an atomic addition.
        unsafe {
            libc::pthread_atfork(None, None, Some(forked));
        }
    });
    FORKS.load(Ordering::Relaxed)
}

#[cfg(unix)]
extern "C" fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}
