//! Functions of lanes. Each function is the same instruction sequence in every lane.

use super::lanes::{Arithmetic, Several};

/// Computes e⁻ˣ with a relative error of at most 3.3e-7 (1e-7 for small x), for x in [−88, 87.3]. Outside, it
/// returns the value at the nearer end. NaN stays NaN.
///
/// −x = n ln 2 − r with |r| ≤ ln 2 / 2; the result is 2ⁿ (1 − r + r² q(r)). q is the polynomial of degree 4
/// that minimizes the largest relative error of the result, 3e-9. It was fitted by Lawson's algorithm; degree
/// 3 would leave 1e-7.
#[inline(always)]
pub(in super::super) fn negative_exponential<L: Arithmetic>(x: L) -> L {
    let x = x.minimum(L::splat(87.3)).maximum(L::splat(-88.0));
    // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits.
    let magic = L::splat(12_582_912.0);
    let shifted = x.multiply_add(L::splat(-std::f32::consts::LOG2_E), magic);
    let n = shifted.subtract(magic);
    let r = if L::FUSED {
        n.multiply_add(L::splat(std::f32::consts::LN_2), x)
    } else {
        // This is the method of Cody and Waite. The first product is exact, since this part of ln 2 has few
        // bits.
        n.multiply_add(L::splat(-2.121_944_4e-4), n.multiply_add(L::splat(0.693_359_4), x))
    };
    let one = L::splat(1.0);
    let mut q = L::splat(1.381_454e-3);
    q = q.multiply_add(r, L::splat(-8.368_745e-3));
    q = q.multiply_add(r, L::splat(4.166_839e-2));
    q = q.multiply_add(r, L::splat(-1.666_652_1e-1));
    q = q.multiply_add(r, L::splat(0.499_999_94));
    q.multiply_add(r.multiply(r), one.subtract(r)).multiply(shifted.power_of_two())
}

/// Computes eˣ with the error of [`negative_exponential`].
#[inline(always)]
pub(in super::super) fn exponential<L: Arithmetic>(x: L) -> L {
    negative_exponential(L::splat(0.0).subtract(x))
}

/// Computes 1 / (1 + e⁻ˣ).
#[inline(always)]
pub(in super::super) fn sigmoid<L: Arithmetic>(x: L) -> L {
    let one = L::splat(1.0);
    one.divide(one.add(negative_exponential(x)))
}

/// Computes x · sigmoid(x).
#[inline(always)]
pub(in super::super) fn silu<L: Arithmetic>(x: L) -> L {
    x.multiply(sigmoid(x))
}

/// Returns (x · sigmoid(x), its derivative).
#[inline(always)]
pub(in super::super) fn silu_with_slope<L: Arithmetic>(x: L) -> (L, L) {
    let one = L::splat(1.0);
    let e = negative_exponential(x);
    silu_of_sigmoid(x, e, one.divide(one.add(e)))
}

/// Returns (x · sigmoid(x), its derivative), given x, e⁻ˣ and sigmoid(x). It computes 1 − sigmoid(x) as e⁻ˣ ·
/// sigmoid(x), which avoids cancellation.
#[inline(always)]
fn silu_of_sigmoid<L: Arithmetic>(x: L, e: L, s: L) -> (L, L) {
    let y = x.multiply(s);
    (y, y.multiply_add(e.multiply(s), s))
}

/// Lower limit of x for a shared division. Down to this limit, the product of two values of 1 + e⁻ˣ is a
/// finite float. For lower x, the result is x · sigmoid(x) at the limit, −9e-18.
const LOWEST_SHARED: f32 = -43.0;

/// Computes [`silu`] of two registers with one division. In wide registers a division takes as long as
/// sixteen multiplications. Together with the folded slopes in `gradient`, this makes a bake of
/// `benches/assets.sh` a tenth faster. A NaN in a lane of one register makes the same lane of both registers
/// NaN.
#[inline(always)]
pub(in super::super) fn silu_of_two<L: Arithmetic>(x: Several<L, 2>) -> Several<L, 2> {
    let x = x.maximum(Several::splat(LOWEST_SHARED));
    x.multiply(reciprocals(Several::splat(1.0).add(negative_exponential(x))))
}

/// Computes [`silu_with_slope`] of two registers with one division.
#[inline(always)]
pub(in super::super) fn silu_of_two_with_slope<L: Arithmetic>(
    x: Several<L, 2>,
) -> (Several<L, 2>, Several<L, 2>) {
    let x = x.maximum(Several::splat(LOWEST_SHARED));
    let e = negative_exponential(x);
    silu_of_sigmoid(x, e, reciprocals(Several::splat(1.0).add(e)))
}

/// Returns (1 / a, 1 / b), computed as (b, a) / ab.
#[inline(always)]
fn reciprocals<L: Arithmetic>(Several([a, b]): Several<L, 2>) -> Several<L, 2> {
    let of_product = L::splat(1.0).divide(a.multiply(b));
    Several([b.multiply(of_product), a.multiply(of_product)])
}

/// Computes ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). The logarithm is a series in s = t / (2 + t), s ≤ 1/3.
/// The first omitted term is below 2e-9 of the sum.
#[inline(always)]
pub(in super::super) fn softplus<L: Arithmetic>(x: L) -> L {
    let t = negative_exponential(x.absolute());
    let s = t.divide(t.add(L::splat(2.0)));
    let square = s.multiply(s);
    let mut p = L::splat(1.0 / 15.0);
    p = p.multiply_add(square, L::splat(1.0 / 13.0));
    p = p.multiply_add(square, L::splat(1.0 / 11.0));
    p = p.multiply_add(square, L::splat(1.0 / 9.0));
    p = p.multiply_add(square, L::splat(1.0 / 7.0));
    p = p.multiply_add(square, L::splat(1.0 / 5.0));
    p = p.multiply_add(square, L::splat(1.0 / 3.0));
    p = p.multiply_add(square, L::splat(1.0));
    p.multiply_add(s.add(s), x.maximum(L::splat(0.0)))
}

/// Computes the error function by a rational approximation on [−4, 4]; beyond, it is ±1 in f32. Coefficients:
/// Eigen, `erf_float`.
#[inline(always)]
pub(in super::super) fn error_function<L: Arithmetic>(x: L) -> L {
    let x = x.minimum(L::splat(4.0)).maximum(L::splat(-4.0));
    let square = x.multiply(x);
    let mut p = L::splat(-2.726_142_3e-10);
    p = p.multiply_add(square, L::splat(2.770_681_4e-8));
    p = p.multiply_add(square, L::splat(-2.101_024e-6));
    p = p.multiply_add(square, L::splat(-5.692_506_3e-5));
    p = p.multiply_add(square, L::splat(-7.349_906e-4));
    p = p.multiply_add(square, L::splat(-2.954_6e-3));
    p = p.multiply_add(square, L::splat(-1.609_603_3e-2));
    let mut q = L::splat(-1.456_607_2e-5);
    q = q.multiply_add(square, L::splat(-2.133_740_5e-4));
    q = q.multiply_add(square, L::splat(-1.682_827e-3));
    q = q.multiply_add(square, L::splat(-7.373_329_4e-3));
    q = q.multiply_add(square, L::splat(-1.426_473_9e-2));
    x.multiply(p).divide(q)
}

/// Computes x · Φ(x).
#[inline(always)]
pub(in super::super) fn gelu<L: Arithmetic>(x: L) -> L {
    let e = error_function(x.multiply(L::splat(std::f32::consts::FRAC_1_SQRT_2)));
    x.multiply(L::splat(0.5)).multiply(e.add(L::splat(1.0)))
}

/// Computes x · sigmoid(1.702 x).
#[inline(always)]
pub(in super::super) fn quick_gelu<L: Arithmetic>(x: L) -> L {
    x.multiply(sigmoid(x.multiply(L::splat(1.702))))
}
