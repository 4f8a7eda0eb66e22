//! Identification of the process to which a handle belongs. After a fork, the child process does not have the
//! threads of its parent, and the locks that these threads held stay locked.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// Number of forks between the process that first called [`generation`] and this process.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Returns the number of forks between the process that first called this function and this process.
pub(super) fn generation() -> u32 {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        #[cfg(unix)]
        // SAFETY: `forked` stays loaded (NODELETE) and only performs an atomic addition.
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

/// Keeps this library loaded until the process ends, even if the host unloads it: threads of the library may
/// still run for a short time. On ELF systems, the linker's flag `nodelete` keeps the library loaded.
pub(super) fn stay_loaded() {
    #[cfg(windows)]
    {
        use windows_sys::Win32::System::LibraryLoader::{
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
        };
        let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
        let mut module = std::ptr::null_mut();
        // SAFETY: with this flag the function accepts any address, and `module` is valid for a write.
        unsafe { GetModuleHandleExW(flags, stay_loaded as *const () as *const u16, &raw mut module) };
    }
}
