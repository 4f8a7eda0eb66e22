//! Whether a program may use AMX. The system saves the tile registers of a thread only after the program has
//! asked for it, since they take 8 KiB.

use std::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
use std::sync::OnceLock;

/// Returns whether the processor has AMX with bf16 products, and the system can save its registers.
pub(in crate::engine::cpu) fn is_present() -> bool {
    /// Bits of register EDX for leaf 7 of `cpuid`: AMX-BF16 and AMX-TILE.
    const PRODUCTS_AND_TILES: u32 = 1 << 22 | 1 << 24;
    /// Bit of register ECX for leaf 1: the system uses `xsave`, so that `xgetbv` exists.
    const SAVES: u32 = 1 << 27;
    /// Bits of the extended control register 0: the system saves the configuration and the data of tiles.
    const SAVES_TILES: u64 = 1 << 17 | 1 << 18;

    #[target_feature(enable = "xsave")]
    fn control() -> u64 {
        // SAFETY: the register 0 always exists.
        unsafe { _xgetbv(0) }
    }

    static PRESENT: OnceLock<bool> = OnceLock::new();
    *PRESENT.get_or_init(|| {
        if __cpuid(0).eax < 7 || __cpuid(1).ecx & SAVES == 0 {
            return false;
        }
        // SAFETY: `xsave` is in use by the system, so the processor has it.
        let saved = unsafe { control() };
        __cpuid_count(7, 0).edx & PRODUCTS_AND_TILES == PRODUCTS_AND_TILES
            && saved & SAVES_TILES == SAVES_TILES
    })
}

/// Asks the system for the use of tile registers by all threads of this process. Returns whether it is
/// allowed. The system refuses if a signal handler's stack is too small for the registers.
pub(in crate::engine::cpu) fn request() -> bool {
    /// The request, from the kernel's `asm/prctl.h`.
    const ARCH_REQ_XCOMP_PERM: libc::c_int = 0x1023;
    /// The component of the registers' state: the data of tiles.
    const XFEATURE_XTILEDATA: libc::c_long = 18;

    static ALLOWED: OnceLock<bool> = OnceLock::new();
    *ALLOWED.get_or_init(|| {
        // SAFETY: the call reads and writes no memory of this process.
        is_present()
            && unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) } == 0
    })
}
