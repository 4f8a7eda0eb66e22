//! A setting of the system's memory allocator.
#![allow(unsafe_code, reason = "the setting is made by calling a function of the C library")]

/// Lets the allocator keep freed memory. By default, glibc returns the memory of large arrays to the system,
/// which must fill it with zeros before its next use. That takes 4 % of the time of a bake.
pub fn keep_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: this only sets parameters of the allocator, which is allowed at any time.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 256 << 20);
    }
}
