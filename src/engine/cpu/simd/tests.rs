#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::math::*;
use super::*;

#[derive(Clone, Copy)]
enum Function {
    Exponential,
    Sigmoid,
    Silu,
    SiluSlope,
    SiluOfTwo(f32),
    SiluOfTwoSlope,
    Softplus,
    Gelu,
    QuickGelu,
}

struct Apply(Function, [f32; 8]);

impl LaneWork for Apply {
    type Output = [f32; 8];
    #[inline(always)]
    fn run<L: Lanes>(self) -> [f32; 8] {
        let x = L::load(&self.1);
        let y = match self.0 {
            Function::Exponential => exponential(x),
            Function::Sigmoid => sigmoid(x),
            Function::Silu => silu(x),
            Function::SiluSlope => silu_with_slope(x).1,
            Function::SiluOfTwo(partner) => silu_of_two(Several([x, L::splat(partner)])).0[0],
            Function::SiluOfTwoSlope => silu_of_two_with_slope(Several([L::splat(-1e30), x])).1.0[1],
            Function::Softplus => softplus(x),
            Function::Gelu => gelu(x),
            Function::QuickGelu => quick_gelu(x),
        };
        let mut out = [0.0; 8];
        y.store(&mut out);
        out
    }
}

/// Returns (largest relative error, largest absolute error) over a fine sweep.
fn worst(function: Function, low: f32, high: f32, exact: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut worst = (0.0f64, 0.0f64);
    for set in Instructions::all() {
        for step in 0..20_000 {
            let x: [f32; 8] =
                std::array::from_fn(|lane| low + (high - low) * (step * 8 + lane) as f32 / 160_000.0);
            for (y, x) in set.run(Apply(function, x)).into_iter().zip(x) {
                let e = exact(f64::from(x));
                let difference = (f64::from(y) - e).abs();
                worst = (worst.0.max(difference / e.abs().max(1e-30)), worst.1.max(difference));
            }
        }
    }
    worst
}

fn exact_sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn exponential_is_within_a_third_of_a_millionth() {
    let (relative, _) = worst(Function::Exponential, -87.0, 88.0, f64::exp);
    assert!(relative < 3.3e-7, "{relative:e}");
}

#[test]
fn activations_are_within_a_millionth() {
    assert!(worst(Function::Sigmoid, -60.0, 60.0, exact_sigmoid).0 < 5e-7);
    assert!(worst(Function::Silu, -60.0, 60.0, |x| x * exact_sigmoid(x)).0 < 5e-7);
    for partner in [-1e30, -60.0, -0.3, 60.0, f32::NEG_INFINITY, f32::INFINITY] {
        let of_two = Function::SiluOfTwo(partner);
        assert!(worst(of_two, -43.0, 60.0, |x| x * exact_sigmoid(x)).0 < 7e-7, "beside {partner}");
        for low in [-100.0, -1e30] {
            assert!(worst(of_two, low, -43.0, |x| x * exact_sigmoid(x)).1 < 1e-17, "beside {partner}");
        }
    }
    assert!(worst(Function::QuickGelu, -30.0, 30.0, |x| x * exact_sigmoid(1.702 * x)).0 < 4e-6);
    assert!(worst(Function::Softplus, -60.0, 60.0, |x| x.max(0.0) + (-x.abs()).exp().ln_1p()).0 < 5e-7);
    let slope = |x: f64| exact_sigmoid(x) * (1.0 + x * (1.0 - exact_sigmoid(x)));
    assert!(worst(Function::SiluSlope, -30.0, 30.0, slope).1 < 5e-7);
    assert!(worst(Function::SiluOfTwoSlope, -30.0, 30.0, slope).1 < 5e-7);
}

#[test]
fn gelu_is_within_a_millionth_of_the_error_function_form() {
    // Φ is computed by Simpson's rule over the normal density from 0 to x.
    let exact = |x: f64| {
        let steps = 400;
        let h = x / f64::from(steps);
        let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let inner: f64 =
            (1..steps).map(|i| density(h * f64::from(i)) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
        x * (0.5 + (density(0.0) + density(x) + inner) * h / 3.0)
    };
    let mut largest = 0.0f64;
    for set in Instructions::all() {
        for step in 0..400 {
            let x: [f32; 8] = std::array::from_fn(|lane| -8.0 + (step * 8 + lane) as f32 / 200.0);
            for (y, x) in set.run(Apply(Function::Gelu, x)).into_iter().zip(x) {
                largest = largest.max((f64::from(y) - exact(f64::from(x))).abs());
            }
        }
    }
    assert!(largest < 2e-6, "{largest:e}");
}

#[test]
fn nan_stays_nan() {
    for set in Instructions::all() {
        for function in [
            Function::Exponential,
            Function::Silu,
            Function::SiluOfTwo(0.5),
            Function::Softplus,
            Function::Gelu,
        ] {
            assert!(set.run(Apply(function, [f32::NAN; 8])).iter().all(|y| y.is_nan()));
        }
    }
}

#[test]
fn columns_hold_one_number_of_each_point() {
    struct Columns([[f32; 4]; 16]);
    impl LaneWork for Columns {
        type Output = [[f32; 16]; 4];
        #[inline(always)]
        fn run<L: Lanes>(self) -> Self::Output {
            let mut found = [[0.0; 16]; 4];
            for (to, column) in found.iter_mut().zip(L::Row::columns(&self.0)) {
                column.store(to);
            }
            found
        }
    }
    let points = std::array::from_fn(|point| std::array::from_fn(|number| (10 * point + number) as f32));
    for set in Instructions::all() {
        for (number, column) in set.run(Columns(points)).iter().enumerate() {
            for (point, found) in column.iter().enumerate() {
                assert_eq!(*found, points[point][number], "{}", set.name());
            }
        }
    }
}

#[test]
fn interleaved_columns_alternate() {
    struct Interleaved<const C: usize>([[f32; 16]; C]);
    impl<const C: usize> LaneWork for Interleaved<C> {
        type Output = [[f32; 16]; C];
        #[inline(always)]
        fn run<L: Lanes>(self) -> Self::Output {
            let mut columns = [L::Row::splat(0.0); C];
            for (column, numbers) in columns.iter_mut().zip(&self.0) {
                *column = L::Row::load(numbers);
            }
            let mut found = self.0;
            for (to, row) in found.iter_mut().zip(L::Row::interleave(columns)) {
                row.store(to);
            }
            found
        }
    }
    fn check<const C: usize>() {
        let columns: [[f32; 16]; C] =
            std::array::from_fn(|column| std::array::from_fn(|row| (100 * column + row) as f32));
        for set in Instructions::all() {
            let found = set.run(Interleaved(columns));
            for (index, number) in found.as_flattened().iter().enumerate() {
                assert_eq!(*number, columns[index % C][index / C], "{C} columns, {}", set.name());
            }
        }
    }
    check::<2>();
    check::<3>();
    check::<4>();
    check::<6>();
}

struct RowOf([f32; 16], [f32; 16]);

impl LaneWork for RowOf {
    type Output = [[f32; 16]; 2];
    #[inline(always)]
    fn run<L: Lanes>(self) -> Self::Output {
        let (x, y) = (L::Row::load(&self.0), L::Row::load(&self.1));
        let sum = x.multiply_add(y, x.absolute()).minimum(y).maximum(x.subtract(y)).divide(y.add(y));
        let mut found = [[0.0; 16]; 2];
        sum.store(&mut found[0]);
        silu(x).store(&mut found[1]);
        found
    }
}

#[test]
fn a_row_is_its_two_halves_bit_for_bit_on_sets_that_fuse() {
    let x = std::array::from_fn(|lane| (lane as f32 - 7.3) * 1.7);
    let y = std::array::from_fn(|lane| if lane == 3 { f32::NAN } else { 0.9 - lane as f32 * 0.31 });
    let bits = |found: [[f32; 16]; 2]| found.map(|row| row.map(f32::to_bits));
    let fused: Vec<_> =
        Instructions::all().into_iter().skip(1).map(|set| bits(set.run(RowOf(x, y)))).collect();
    assert!(fused.windows(2).all(|pair| pair[0] == pair[1]), "{fused:?}");
}
