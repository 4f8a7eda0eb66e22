//! Tests libtorch's engine module on a CUDA device with the conformance suite of all engines.
//! `benches/gpu.sh` runs the tests on a machine that has a device.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

#[macro_use]
#[path = "../../../tests/support/conformance.rs"]
mod conformance;

use std::sync::Arc;

use att3d::engine::module::{Module, ModuleDevice, ModuleEngine, ModuleOptions};
use att3d::engine::{Engine, EngineError, Precision, View};

fn engine(precision: Precision) -> ModuleEngine {
    let options = ModuleOptions { precision, ..ModuleOptions::default() };
    Module::find("torch").unwrap().engine(ModuleDevice::Cuda(0), options).unwrap()
}

/// Returns an engine for the suite. rounding: number that is added to each tolerance. The numbers in
/// `on_a_device!` are the same as in `module.rs` beside this file, since half precision rounds in the same
/// way on every device.
fn subject(precision: Precision, rounding: f64) -> conformance::Subject {
    conformance::Subject::with_rounding(Arc::new(engine(precision)), rounding).without_bounds()
}

macro_rules! on_a_device {
    ($($test:ident: $precision:expr, $rounding:expr;)*) => {
        $(mod $test {
            use super::*;
            conformance_test!(#[ignore = "needs a CUDA device"] conforms, subject($precision, $rounding));
        })*
    };
}

on_a_device! {
    in_f32: Precision::F32, 0.0;
    in_bf16: Precision::Bf16, 0.12;
    in_f16: Precision::F16, 0.015;
}

#[test]
#[ignore = "needs a CUDA device"]
fn too_little_memory_is_an_error_and_a_smaller_array_then_works() {
    let engine = engine(Precision::F32);
    let total = engine.device_memory().total;
    assert!(total > 0);
    let one = engine.upload(&[1.0], &[1, 1, 1, 1]).unwrap();
    let view = View { buffer: &one, shape: &[1, 1, 1, 1] };
    let error = engine.upsample_nearest(view, 1 << 20).unwrap_err();
    assert!(matches!(error, EngineError::OutOfMemory { .. }), "{error}");
    assert!(engine.upsample_nearest(view, 1024).is_ok());
    drop(one);
    engine.trim();
    assert!(engine.device_memory().in_use < total / 8);
}
