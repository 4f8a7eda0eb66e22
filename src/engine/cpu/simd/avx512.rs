//! Sixteen lanes in a register of AVX-512, for tiles; eight as AVX2 has them, for the rest.

use std::arch::x86_64::*;

use super::avx2::{Avx2, Avx2Quad};
use super::{Arithmetic, LANES, LaneWork, Lanes, Row};

/// Compiles `work` with AVX-512 enabled: the only way to these lanes from outside this file.
#[target_feature(enable = "avx512f,avx2,fma")]
pub(super) fn run<W: LaneWork>(work: W) -> W::Output {
    work.run::<Avx512>()
}

/// Eight lanes. Values exist only under [`run`], whose caller has checked the features.
#[derive(Clone, Copy)]
struct Avx512(Avx2);

/// Sixteen lanes, likewise.
#[derive(Clone, Copy)]
struct Avx512Row(__m512);

/// Lists methods that are AVX2's.
macro_rules! as_avx2 {
    ($($name:ident($($operand:ident),*);)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $operand: Self)*) -> Self {
                Self(self.0.$name($($operand.0),*))
            }
        )*
    };
}

impl Arithmetic for Avx512 {
    const FUSED: bool = true;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(Avx2::splat(value))
    }
    as_avx2! {
        add(other);
        subtract(other);
        multiply(other);
        divide(other);
        multiply_add(factor, addend);
        minimum(other);
        maximum(other);
        absolute();
        power_of_two();
    }
}

impl Lanes for Avx512 {
    type Quad = Avx2Quad;
    type Row = Avx512Row;

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        Self(Avx2::load(from))
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        self.0.store(to);
    }
    as_avx2! {
        square_root();
        floor_positive();
        inside(limit);
        divide_or_zero(divisor);
    }
    #[inline(always)]
    fn to_integers(self, to: &mut [i32; LANES]) {
        self.0.to_integers(to);
    }
    #[inline(always)]
    fn transpose(rows: [Self; LANES]) -> [Self; LANES] {
        Avx2::transpose(rows.map(|row| row.0)).map(Self)
    }
}

/// Lists methods that are one intrinsic each.
macro_rules! intrinsics {
    ($($name:ident($first:ident $(, $rest:ident)*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $rest: Self)*) -> Self {
                let $first = self;
                // SAFETY: rows exist only under `run`, whose caller has checked for AVX-512.
                Self(unsafe { $body })
            }
        )*
    };
}

impl Arithmetic for Avx512Row {
    const FUSED: bool = true;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: as in `intrinsics`.
        Self(unsafe { _mm512_set1_ps(value) })
    }
    intrinsics! {
        add(a, b) = _mm512_add_ps(a.0, b.0);
        subtract(a, b) = _mm512_sub_ps(a.0, b.0);
        multiply(a, b) = _mm512_mul_ps(a.0, b.0);
        divide(a, b) = _mm512_div_ps(a.0, b.0);
        multiply_add(a, b, c) = _mm512_fmadd_ps(a.0, b.0, c.0);
        minimum(a, b) = _mm512_min_ps(b.0, a.0);
        maximum(a, b) = _mm512_max_ps(b.0, a.0);
        absolute(a) = _mm512_abs_ps(a.0);
        power_of_two(a) = _mm512_castsi512_ps(_mm512_add_epi32(
            _mm512_slli_epi32::<23>(_mm512_castps_si512(a.0)),
            _mm512_set1_epi32(0x3f80_0000),
        ));
    }
}

impl Row for Avx512Row {
    const IS_ONE_REGISTER: bool = true;

    #[inline(always)]
    fn load(from: &[f32; 2 * LANES]) -> Self {
        // SAFETY: as in `intrinsics`; the reference covers 64 readable bytes.
        Self(unsafe { _mm512_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 2 * LANES]) {
        // SAFETY: as in `intrinsics`; the reference covers 64 writable bytes.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self.0) }
    }
}
