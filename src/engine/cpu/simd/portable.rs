//! Lanes in an array. The compiler vectorizes them with the instructions that the target always has.

use super::lanes::{Arithmetic, LANES, Lanes, Quad, Several};

/// Eight numbers.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; LANES]);

/// Four numbers.
#[derive(Clone, Copy)]
pub(super) struct PortableQuad([f32; 4]);

/// Whether a fused multiply-add is one instruction of the target. On other targets it is a library call,
/// which is a hundred times slower.
const HAS_FUSED: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// Computes a · b + c.
#[inline(always)]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if HAS_FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Defines methods that act on each lane separately.
macro_rules! lane_by_lane {
    ($($name:ident($first:ident $(, $rest:ident)*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $rest: Self)*) -> Self {
                let mut result = self;
                for lane in 0..result.0.len() {
                    let $first = self.0[lane];
                    $(let $rest = $rest.0[lane];)*
                    result.0[lane] = $body;
                }
                result
            }
        )*
    };
}

impl Quad for PortableQuad {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    fn load(from: &[f32; 4]) -> Self {
        Self(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 4]) {
        *to = self.0;
    }
    lane_by_lane! {
        multiply(a, b) = a * b;
        subtract(a, b) = a - b;
        multiply_add(a, b, c) = multiply_add(a, b, c);
    }
}

impl Arithmetic for Portable {
    const FUSED: bool = HAS_FUSED;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; LANES])
    }
    lane_by_lane! {
        add(a, b) = a + b;
        subtract(a, b) = a - b;
        multiply(a, b) = a * b;
        divide(a, b) = a / b;
        multiply_add(a, b, c) = multiply_add(a, b, c);
        minimum(a, b) = if b < a { b } else { a };
        maximum(a, b) = if b > a { b } else { a };
        absolute(a) = a.abs();
        inside(a, limit) = if a > 0.0 && a < limit { 1.0 } else { 0.0 };
        power_of_two(a) = f32::from_bits((a.to_bits() << 23).wrapping_add(0x3f80_0000));
    }
}

impl Lanes for Portable {
    type Quad = PortableQuad;
    type Row = Several<Self, 2>;

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        Self(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        *to = self.0;
    }
    lane_by_lane! {
        square_root(a) = a.sqrt();
        floor_positive(a) = if a.is_nan() { a } else { a as i32 as f32 };
        divide_or_zero(a, b) = if b == 0.0 { 0.0 } else { a / b };
    }

    #[inline(always)]
    fn to_integers(self, to: &mut [i32; LANES]) {
        for (to, from) in to.iter_mut().zip(self.0) {
            *to = from as i32;
        }
    }

    #[inline(always)]
    fn columns(points: &[[f32; 4]; LANES]) -> [Self; 4] {
        let mut columns = [Self([0.0; LANES]); 4];
        for (lane, point) in points.iter().enumerate() {
            for (column, number) in columns.iter_mut().zip(point) {
                column.0[lane] = *number;
            }
        }
        columns
    }
}
