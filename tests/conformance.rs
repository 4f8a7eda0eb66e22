//! Conformance tests of the embedded engine, with the suite that tests every engine.

#![allow(missing_docs, clippy::expect_used, reason = "a test fails by a panic")]

#[macro_use]
#[path = "support/conformance.rs"]
mod conformance;

use std::sync::Arc;

use att3d::engine::cpu::CpuEngine;

conformance_tests!(Arc::new(CpuEngine::new(Some(2)).expect("an engine")));
