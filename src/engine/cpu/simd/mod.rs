//! Eight f32 lanes. Code for them is written once and compiled for each instruction set: AVX-512, AVX2 with
//! FMA, and the instructions that the target always has.
//!
//! Work that is generic over [`Lanes`] is passed to [`Instructions::run`], which compiles it inside a
//! function that enables the instruction set. Therefore all generic code must be `#[inline(always)]` and must
//! not use lanes in closures. Results are equal bit for bit within one instruction set, and between AVX2 and
//! AVX-512. Results of the portable set may differ from those of AVX2 and AVX-512.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod lanes;
pub(super) mod math;
mod portable;

pub(super) use lanes::{Arithmetic, LANES, LaneWork, Lanes, Quad, Row, Several};

#[cfg(test)]
mod tests;

/// An instruction set that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    Amx,
}

impl Instructions {
    /// Returns the best set of this machine.
    pub fn detect() -> Self {
        Self::all().pop().unwrap_or(Self::portable())
    }

    /// Returns all sets of this machine; the best is last.
    pub fn all() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "only x86-64 has more sets"))]
        let mut found = vec![Self::portable()];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            found.push(Self(Set::Avx2));
            if std::arch::is_x86_feature_detected!("avx512f") {
                found.push(Self(Set::Avx512));
                #[cfg(target_os = "linux")]
                if avx512::has_pairs() && super::amx::is_present() {
                    found.push(Self(Set::Amx));
                }
            }
        }
        found
    }

    /// Returns the set that every machine of the target has.
    pub fn portable() -> Self {
        Self(Set::Portable)
    }

    /// Returns whether the set has products of tiles of bf16 numbers, and this process may use them. It is
    /// asked for at the first call.
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    pub(super) fn has_tiles(self) -> bool {
        self.0 == Set::Amx && super::amx::request()
    }

    /// Returns the name: `avx512f+amx`, `avx512f`, `avx2+fma` or `portable`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Set::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => "avx2+fma",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => "avx512f",
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            Set::Amx => "avx512f+amx",
        }
    }

    /// Runs work compiled for this set.
    pub(super) fn run<W: LaneWork>(self, work: W) -> W::Output {
        match self.0 {
            Set::Portable => work.run::<portable::Portable>(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: only `all` makes `Set::Avx2`, and only after it has found both features.
            Set::Avx2 => unsafe { avx2::run(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: only `all` makes `Set::Avx512`, and only after it has found all three features.
            Set::Avx512 => unsafe { avx512::run(work) },
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            // SAFETY: `all` makes `Set::Amx` only after it has found what `Set::Avx512` needs.
            Set::Amx => unsafe { avx512::run(work) },
        }
    }

    /// Runs work that has products of bf16 pairs, compiled for this set. AVX-512 without AVX-512-BF16 has no
    /// such products, so its work runs with AVX2.
    pub(super) fn run_with_pairs<W: LaneWork>(self, work: W) -> W::Output {
        match self.0 {
            Set::Portable => work.run::<portable::Portable>(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: only `all` makes `Set::Avx512`, and only after it has found its features; `has_pairs`
            // has found the others.
            Set::Avx512 if avx512::has_pairs() => unsafe { avx512::run_with_pairs(work) },
            #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
            // SAFETY: `all` makes `Set::Amx` only after `has_pairs` has found these features.
            Set::Amx => unsafe { avx512::run_with_pairs(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: only `all` makes these sets, and only after it has found both features.
            Set::Avx2 | Set::Avx512 => unsafe { avx2::run(work) },
        }
    }
}
