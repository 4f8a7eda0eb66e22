//! Tests the module as libatt3d opens it: the built file, through its table.
//!
//! Nothing here refers to the crate, so libtorch is loaded only with the module.

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

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::module::{Module, ModuleDevice, ModuleEngine, ModuleOptions, file_name};
use att3d::engine::{Engine, EngineError, Precision};

/// Returns the path of the built module, which Cargo puts beside the tests.
fn path() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().join(file_name("torch"))
}

fn engine(precision: Precision) -> ModuleEngine {
    let module = Module::open(&path()).unwrap();
    let options = ModuleOptions { threads: Some(2), precision, ..ModuleOptions::default() };
    module.engine(ModuleDevice::Cpu, options).unwrap()
}

conformance_test!(
    the_module_on_the_cpu_conforms,
    conformance::Subject::new(Arc::new(engine(Precision::F32))).without_bounds()
);

#[test]
fn the_module_says_what_it_is() {
    let module = Module::open(&path()).unwrap();
    assert_eq!((module.library(), engine(Precision::F32).name()), ("libtorch 2.11.0", "torch"));
    assert!(std::ptr::eq(module, Module::open(&path()).unwrap()), "opened once");
}

#[test]
fn a_cuda_device_that_is_not_there_is_an_error_and_the_cpu_goes_on() {
    let module = Module::open(&path()).unwrap();
    let error = module.engine(ModuleDevice::Cuda(97), ModuleOptions::default()).map(|_| ()).unwrap_err();
    assert!(matches!(error, EngineError::NoDevice { engine: "torch", .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("libtorch_cuda") || text.contains("97"), "{text}");
    engine(Precision::F32).upload(&[1.0], &[1]).unwrap();
}

#[test]
fn an_array_beyond_all_memory_is_an_error_and_the_next_smaller_one_works() {
    let engine = engine(Precision::F32);
    let one = engine.upload(&[1.0], &[1, 1, 1, 1]).unwrap();
    let view = att3d::engine::View { buffer: &one, shape: &[1, 1, 1, 1] };
    // The result would have 2⁴⁸ numbers.
    let error = engine.upsample_nearest(view, 1 << 24).unwrap_err();
    assert!(matches!(error, EngineError::OutOfMemory { .. }), "{error}");
    assert!(engine.upsample_nearest(view, 4).is_ok());
}

/// Returns an engine in half precision for the suite. rounding: the amount that is added to each tolerance of
/// the suite. With numbers of eight significant bits, a sum of a hundred terms has two correct digits.
fn half(precision: Precision, rounding: f64) -> conformance::Subject {
    conformance::Subject::with_rounding(Arc::new(engine(precision)), rounding).without_bounds()
}

conformance_test!(the_module_conforms_in_bf16, half(Precision::Bf16, 0.12));
conformance_test!(the_module_conforms_in_f16, half(Precision::F16, 0.015));
