//! Compares libtorch on the CPU with the plain definition of each kernel.

#![allow(missing_docs, clippy::expect_used, reason = "a test fails by a panic")]

#[macro_use]
#[path = "../../../tests/support/conformance.rs"]
mod conformance;

use std::sync::Arc;

use att3d_torch::TorchEngine;
use att3d_torch::tch::Device;

conformance_test!(
    libtorch_on_the_cpu_conforms,
    conformance::Subject::new(Arc::new(
        TorchEngine::new(Device::Cpu, Some(2)).expect("an engine on the CPU")
    ))
    .without_bounds()
);
