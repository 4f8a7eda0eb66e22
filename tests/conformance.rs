//! Conformance tests of the embedded engine, with the suite that tests every engine.

#![allow(missing_docs, clippy::expect_used, reason = "a test fails by a panic")]

#[macro_use]
#[path = "support/conformance.rs"]
mod conformance;

use std::sync::Arc;

use att3d::engine::cpu::CpuEngine;

conformance_tests!(Arc::new(CpuEngine::new(Some(2)).expect("an engine")));

conformance_test!(
    products_of_bf16_conform,
    conformance::Subject::with_rounding(
        Arc::new(CpuEngine::new(Some(2)).expect("an engine").with_bf16_products()),
        0.05
    )
);
