//! Lanes in registers of AVX2 with FMA.

use std::arch::x86_64::*;

use super::lanes::{Arithmetic, LANES, LaneWork, Lanes, Quad, Several};

/// Runs `work` compiled with AVX2 and FMA enabled. Other files can use these lanes only through this
/// function.
#[target_feature(enable = "avx2,fma")]
pub(super) fn run<W: LaneWork>(work: W) -> W::Output {
    work.run::<Avx2>()
}

/// A register. Values exist only under [`run`], or under the `run` of AVX-512, whose callers have checked the
/// features.
#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256);

/// Half a register.
#[derive(Clone, Copy)]
pub(super) struct Avx2Quad(__m128);

/// Defines methods that are one intrinsic each.
macro_rules! intrinsics {
    ($wrap:ident: $($name:ident($first:ident $(, $rest:ident)*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $rest: Self)*) -> Self {
                let $first = self;
                // SAFETY: called only under `run`, whose caller has checked for AVX2 and FMA.
                $wrap(unsafe { $body })
            }
        )*
    };
}

impl Quad for Avx2Quad {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: called only under `run`, which has the features.
        Self(unsafe { _mm_set1_ps(value) })
    }
    #[inline(always)]
    fn load(from: &[f32; 4]) -> Self {
        // SAFETY: called only under `run`, which has the features; the reference covers 16 readable bytes.
        Self(unsafe { _mm_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 4]) {
        // SAFETY: called only under `run`, which has the features; the reference covers 16 writable bytes.
        unsafe { _mm_storeu_ps(to.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn multiply(self, factor: Self) -> Self {
        // SAFETY: called only under `run`, which has the features.
        Self(unsafe { _mm_mul_ps(self.0, factor.0) })
    }
    #[inline(always)]
    fn subtract(self, other: Self) -> Self {
        // SAFETY: called only under `run`, which has the features.
        Self(unsafe { _mm_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: called only under `run`, which has the features.
        Self(unsafe { _mm_fmadd_ps(self.0, factor.0, addend.0) })
    }
}

impl Arithmetic for Avx2 {
    const FUSED: bool = true;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: called only under `run`, which has the features.
        Self(unsafe { _mm256_set1_ps(value) })
    }
    intrinsics! { Self:
        add(a, b) = _mm256_add_ps(a.0, b.0);
        subtract(a, b) = _mm256_sub_ps(a.0, b.0);
        multiply(a, b) = _mm256_mul_ps(a.0, b.0);
        divide(a, b) = _mm256_div_ps(a.0, b.0);
        multiply_add(a, b, c) = _mm256_fmadd_ps(a.0, b.0, c.0);
        minimum(a, b) = _mm256_min_ps(b.0, a.0);
        maximum(a, b) = _mm256_max_ps(b.0, a.0);
        absolute(a) = _mm256_andnot_ps(_mm256_set1_ps(-0.0), a.0);
        inside(a, limit) = _mm256_and_ps(
            _mm256_and_ps(
                _mm256_cmp_ps::<_CMP_GT_OQ>(a.0, _mm256_setzero_ps()),
                _mm256_cmp_ps::<_CMP_LT_OQ>(a.0, limit.0),
            ),
            _mm256_set1_ps(1.0),
        );
        power_of_two(a) = _mm256_castsi256_ps(_mm256_add_epi32(
            _mm256_slli_epi32::<23>(_mm256_castps_si256(a.0)),
            _mm256_set1_epi32(0x3f80_0000),
        ));
    }
}

impl Lanes for Avx2 {
    type Quad = Avx2Quad;
    type Row = Several<Self, 2>;

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        // SAFETY: called only under `run`, which has the features; the reference covers 32 readable bytes.
        Self(unsafe { _mm256_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        // SAFETY: called only under `run`, which has the features; the reference covers 32 writable bytes.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), self.0) }
    }

    intrinsics! { Self:
        square_root(a) = _mm256_sqrt_ps(a.0);
        floor_positive(a) = _mm256_floor_ps(a.0);
        divide_or_zero(a, b) = _mm256_and_ps(
            _mm256_div_ps(a.0, b.0),
            _mm256_cmp_ps::<_CMP_NEQ_UQ>(b.0, _mm256_setzero_ps()),
        );
    }

    #[inline(always)]
    fn to_integers(self, to: &mut [i32; LANES]) {
        // SAFETY: called only under `run`, which has the features; the reference covers 32 writable bytes.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), _mm256_cvttps_epi32(self.0)) }
    }

    #[inline(always)]
    fn columns(points: &[[f32; 4]; LANES]) -> [Self; 4] {
        // SAFETY: called only under `run`, which has the features; each reference covers 16 readable bytes.
        unsafe {
            let mut pairs = [_mm256_setzero_ps(); 4];
            // Points 0 to 3 go to the lower halves, and points 4 to 7 to the upper halves.
            for point in 0..4 {
                let low = _mm256_castps128_ps256(_mm_loadu_ps(points[point].as_ptr()));
                pairs[point] = _mm256_insertf128_ps::<1>(low, _mm_loadu_ps(points[point + 4].as_ptr()));
            }
            let [a, b, c, d] = pairs;
            let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
            let (upper_ab, upper_cd) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
            [
                Self(_mm256_shuffle_ps::<0x44>(ab, cd)),
                Self(_mm256_shuffle_ps::<0xee>(ab, cd)),
                Self(_mm256_shuffle_ps::<0x44>(upper_ab, upper_cd)),
                Self(_mm256_shuffle_ps::<0xee>(upper_ab, upper_cd)),
            ]
        }
    }
}
