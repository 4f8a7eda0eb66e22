//! Sixteen lanes in a register of AVX-512, for tiles. Other work uses eight lanes in a register of AVX2.

use std::arch::x86_64::*;

use super::avx2::{Avx2, Avx2Quad};
use super::lanes::{Arithmetic, LANES, LaneWork, Lanes, Row};

/// Runs `work` compiled with AVX-512 enabled. Other files can use these lanes only through this function.
#[target_feature(enable = "avx512f,avx2,fma")]
pub(super) fn run<W: LaneWork>(work: W) -> W::Output {
    work.run::<Avx512>()
}

/// Runs `work`, which may use products of bf16 pairs, compiled with AVX-512 and AVX-512-BF16 enabled.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16,avx2,fma")]
pub(super) fn run_with_pairs<W: LaneWork>(work: W) -> W::Output {
    work.run::<Avx512>()
}

/// Returns whether the machine has what [`run_with_pairs`] needs beside the features of [`run`].
pub(super) fn has_pairs() -> bool {
    std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512vl")
        && std::arch::is_x86_feature_detected!("avx512bf16")
}

/// Eight lanes. Values exist only under [`run`], whose caller has checked the features.
#[derive(Clone, Copy)]
struct Avx512(Avx2);

/// Sixteen lanes. Values exist only under [`run`], whose caller has checked the features.
#[derive(Clone, Copy)]
struct Avx512Row(__m512);

/// Defines methods that call those of AVX2.
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
        inside(limit);
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
        divide_or_zero(divisor);
    }
    #[inline(always)]
    fn to_integers(self, to: &mut [i32; LANES]) {
        self.0.to_integers(to);
    }
    #[inline(always)]
    fn columns(points: &[[f32; 4]; LANES]) -> [Self; 4] {
        let [a, b, c, d] = Avx2::columns(points);
        [Self(a), Self(b), Self(c), Self(d)]
    }
}

/// Defines methods that are one intrinsic each.
macro_rules! intrinsics {
    ($($name:ident($first:ident $(, $rest:ident)*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $rest: Self)*) -> Self {
                let $first = self;
                // SAFETY: called only under `run`, whose caller has checked for AVX-512.
                Self(unsafe { $body })
            }
        )*
    };
}

impl Arithmetic for Avx512Row {
    const FUSED: bool = true;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: called only under `run`, which has the features.
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
        inside(a, limit) = _mm512_maskz_mov_ps(
            _mm512_cmp_ps_mask::<_CMP_GT_OQ>(a.0, _mm512_setzero_ps())
                & _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a.0, limit.0),
            _mm512_set1_ps(1.0),
        );
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
        // SAFETY: called only under `run`, which has the features; the reference covers 64 readable bytes.
        Self(unsafe { _mm512_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn load_halves(first: &[f32; LANES], second: &[f32; LANES]) -> Self {
        // SAFETY: called only under `run`, which has the features; each reference covers 32 readable bytes.
        unsafe {
            let first = _mm256_castps_pd(_mm256_loadu_ps(first.as_ptr()));
            let second = _mm256_castps_pd(_mm256_loadu_ps(second.as_ptr()));
            Self(_mm512_castpd_ps(_mm512_insertf64x4::<1>(_mm512_castpd256_pd512(first), second)))
        }
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 2 * LANES]) {
        // SAFETY: called only under `run`, which has the features; the reference covers 64 writable bytes.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self.0) }
    }
    #[inline(always)]
    fn add_pairs<const R: usize>(
        rows: [&[u32]; R],
        panel: &[[u32; 2 * LANES]],
        start: [Self; R],
    ) -> [Self; R] {
        assert!(rows.iter().all(|row| row.len() >= panel.len()), "a row is shorter than the product is deep");
        // SAFETY: called only under `run_with_pairs`, whose caller has checked the features. By the
        // assertion, each row has a pair for each row of the panel.
        unsafe { add_pairs(rows, panel, start) }
    }
    #[inline(always)]
    fn columns(points: &[[f32; 4]; 2 * LANES]) -> [Self; 4] {
        // SAFETY: called only under `run`, which has the features; each reference covers 16 readable bytes.
        unsafe {
            // Points 0 to 3 go to the lowest quarters, points 4 to 7 to the next, and so on.
            let mut fours = [_mm512_setzero_ps(); 4];
            for point in 0..4 {
                let low = _mm256_castps128_ps256(_mm_loadu_ps(points[point].as_ptr()));
                let low = _mm256_insertf128_ps::<1>(low, _mm_loadu_ps(points[point + 4].as_ptr()));
                let high = _mm256_castps128_ps256(_mm_loadu_ps(points[point + 8].as_ptr()));
                let high = _mm256_insertf128_ps::<1>(high, _mm_loadu_ps(points[point + 12].as_ptr()));
                let (low, high) = (_mm256_castps_pd(low), _mm256_castps_pd(high));
                let four = _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(low), high);
                fours[point] = _mm512_castpd_ps(four);
            }
            let [a, b, c, d] = fours;
            let (ab, cd) = (_mm512_unpacklo_ps(a, b), _mm512_unpacklo_ps(c, d));
            let (upper_ab, upper_cd) = (_mm512_unpackhi_ps(a, b), _mm512_unpackhi_ps(c, d));
            [
                Self(_mm512_shuffle_ps::<0x44>(ab, cd)),
                Self(_mm512_shuffle_ps::<0xee>(ab, cd)),
                Self(_mm512_shuffle_ps::<0x44>(upper_ab, upper_cd)),
                Self(_mm512_shuffle_ps::<0xee>(upper_ab, upper_cd)),
            ]
        }
    }
    #[inline(always)]
    fn interleave<const C: usize>(columns: [Self; C]) -> [Self; C] {
        let mut rows = columns;
        for (row, order) in rows.iter_mut().zip(&const { Order::<C>::LANES }) {
            for (column, (lanes, numbers)) in columns.into_iter().zip(order) {
                // SAFETY: called only under `run`, which has the features; the reference covers 64 readable
                // bytes.
                row.0 = unsafe {
                    let numbers = _mm512_loadu_si512(numbers.as_ptr().cast());
                    _mm512_mask_permutexvar_ps(row.0, *lanes, numbers, column.0)
                };
            }
        }
        rows
    }
}

/// The registers in which [`Row::interleave`] finds its results.
struct Order<const C: usize>;

impl<const C: usize> Order<C> {
    /// For each result register and each column, the lanes that come from this column, and the number's
    /// index in the column for each of these lanes.
    const LANES: [[(u16, [i32; 16]); C]; C] = {
        let mut order = [[(0, [0; 16]); C]; C];
        let mut index = 0;
        while index < 16 * C {
            let (lanes, numbers) = &mut order[index / 16][index % C];
            *lanes |= 1 << (index % 16);
            numbers[index % 16] = (index / C) as i32;
            index += 1;
        }
        order
    };
}

/// Does the work of [`Row::add_pairs`]. Each row must have a pair for each row of the panel.
#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn add_pairs<const R: usize>(
    rows: [&[u32]; R],
    panel: &[[u32; 2 * LANES]],
    start: [Avx512Row; R],
) -> [Avx512Row; R] {
    let mut sums = start;
    let rows = rows.map(<[u32]>::as_ptr);
    for (depth, columns) in panel.iter().enumerate() {
        // SAFETY: the reference covers 64 readable bytes. Each row has a pair at this depth.
        unsafe {
            let columns = _mm512_loadu_si512(columns.as_ptr().cast());
            for (sum, row) in sums.iter_mut().zip(rows) {
                // For the intrinsic, the compiler broadcasts with `vbroadcastss`. On Zen 4, this allows 2.3
                // products per nanosecond, and a broadcast in the operand allows 3.1.
                std::arch::asm!(
                    "vdpbf16ps {sum}, {columns}, dword ptr [{row} + 4 * {depth}]{{1to16}}",
                    sum = inout(zmm_reg) sum.0,
                    columns = in(zmm_reg) columns,
                    row = in(reg) row,
                    depth = in(reg) depth,
                    options(pure, readonly, nostack, preserves_flags)
                );
            }
        }
    }
    sums
}
