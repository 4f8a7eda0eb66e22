//! A test suite for every engine. Each kernel is compared, for odd sizes, with a plain definition in f64.
//!
//! A test file includes this file by its path and lists the tests for its engine, or runs them as one test:
//!
//! ```ignore
//! #[macro_use]
//! #[path = "support/conformance.rs"]
//! mod conformance;
//! conformance_tests!(make_engine());
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "conformance_fields.rs"]
pub mod fields;
#[path = "conformance_kernels.rs"]
pub mod kernels;
#[path = "reference.rs"]
pub mod reference;

use std::sync::Arc;

use att3d::engine::{Buffer, Engine, View};
use reference::Array;

/// Passes every check to another macro.
#[macro_export]
macro_rules! conformance_checks {
    ($then:ident $($context:tt)*) => {
        $crate::$then! {
            $($context)*
            kernels upload_then_download_is_the_identity,
            kernels unary_functions_match,
            kernels binary_functions_broadcast,
            kernels affine_scales_then_shifts,
            kernels matmul_matches_plain_and_transposed,
            kernels linear_matches_with_and_without_bias,
            kernels conv2d_matches_over_strides_and_paddings,
            kernels group_norm_matches,
            kernels layer_norm_matches,
            kernels softmax_survives_large_scores,
            kernels embedding_copies_rows,
            kernels permute_reorders_and_can_be_reshaped,
            kernels concat_joins_along_each_axis,
            kernels narrow_cuts_along_each_axis,
            kernels reduce_removes_each_axis,
            kernels upsample_nearest_repeats_pixels,
            kernels scatter_mean_averages_and_leaves_empty_cells_zero,
            kernels attention_matches_with_masks,
            kernels sample_triplane_interpolates_and_clamps,
            kernels sample_voxel_grid_interpolates_and_clamps,
            kernels foreign_buffer_is_refused,
            fields decoder_matches_triplanes,
            fields decoder_matches_voxel_grids,
            fields decoder_gradient_is_the_slope,
            fields decoder_values_do_not_depend_on_the_batch,
            fields decoder_bounds_hold,
        }
    };
}

/// Declares one test for each check, for the engine that the expression creates.
#[macro_export]
macro_rules! conformance_tests {
    (@list ($engine:expr) $($module:ident $name:ident,)*) => {
        $(#[test]
        fn $name() {
            conformance::$module::$name(&conformance::Subject::new($engine));
        })*
    };
    ($engine:expr) => {
        $crate::conformance_checks!(conformance_tests @list ($engine));
    };
}

/// Declares a single test of all checks, for an engine that is slow to load. The output names the failed
/// check.
#[macro_export]
macro_rules! conformance_test {
    (@list ($(#[$attribute:meta])* $test:ident $engine:expr) $($module:ident $name:ident,)*) => {
        #[test]
        $(#[$attribute])*
        fn $test() {
            let subject: conformance::Subject = $engine;
            $(println!(stringify!($name));
            conformance::$module::$name(&subject);)*
        }
    };
    ($(#[$attribute:meta])* $test:ident, $engine:expr) => {
        $crate::conformance_checks!(conformance_test @list ($(#[$attribute])* $test $engine));
    };
}

/// The engine under test.
pub struct Subject {
    pub engine: Arc<dyn Engine>,
    /// Amount that is added to every tolerance: 0 for engines that compute in f32.
    pub rounding: f64,
    /// Whether the engine's field decoders have bounds. Those of the embedded engine have bounds, also in a
    /// worker and behind a table. Those of libtorch have none.
    pub has_bounds: bool,
}

impl Subject {
    pub fn new(engine: Arc<dyn Engine>) -> Self {
        Self { engine, rounding: 0.0, has_bounds: true }
    }

    /// Returns a subject whose engine computes in half precision.
    pub fn with_rounding(engine: Arc<dyn Engine>, rounding: f64) -> Self {
        Self { engine, rounding, has_bounds: true }
    }

    /// Returns the subject for an engine whose field decoders have no bounds.
    pub fn without_bounds(self) -> Self {
        Self { has_bounds: false, ..self }
    }

    /// Uploads an array to the engine.
    pub fn put(&self, array: &Array) -> Held {
        let buffer = self.engine.upload(&array.values, &array.shape).unwrap();
        Held { buffer, shape: array.shape.clone() }
    }

    /// Returns the array as the engine holds it. An engine that computes in half precision rounds the values.
    pub fn rounded(&self, array: Array) -> Array {
        let values = self.engine.download(self.put(&array).view()).unwrap();
        Array { values, ..array }
    }

    /// Compares the result of a kernel with the reference: |found − expected| ≤ tolerance · (1 + |expected|).
    pub fn check(&self, what: &str, buffer: &Buffer, shape: &[usize], expected: &[f64], tolerance: f64) {
        let found = self.engine.download(View { buffer, shape }).unwrap();
        self.compare(what, &found, expected, tolerance);
    }

    /// Compares values on the host with the reference, with the tolerance of `check`.
    pub fn compare(&self, what: &str, found: &[f32], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len(), "{what}: number of values");
        for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
            let error = (f64::from(found) - expected).abs();
            assert!(
                error <= (tolerance + self.rounding) * (1.0 + expected.abs()),
                "{what}: value {index} is {found}, expected {expected}"
            );
        }
    }
}

/// An array on an engine.
pub struct Held {
    pub buffer: Buffer,
    pub shape: Vec<usize>,
}

impl Held {
    pub fn view(&self) -> View<'_> {
        View { buffer: &self.buffer, shape: &self.shape }
    }
}

/// A generator of repeatable numbers (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a uniform value in [low, high).
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() % limit as u64) as usize
    }

    /// Returns an array of values in [-1, 1).
    pub fn array(&mut self, shape: &[usize]) -> Array {
        let values = (0..shape.iter().product()).map(|_| self.between(-1.0, 1.0)).collect();
        Array { shape: shape.to_vec(), values }
    }

    /// Returns points in [-1.2, 1.2]³, of which some are outside object space.
    pub fn points(&mut self, count: usize) -> Vec<[f32; 3]> {
        (0..count).map(|_| std::array::from_fn(|_| self.between(-1.2, 1.2))).collect()
    }
}
