//! libtorch as an engine of libatt3d.
//!
//! [`TorchEngine`] runs the same networks as the embedded engine, in one of two modes: inference, where no kernel
//! leaves a trace, and training ([`TorchEngine::with_gradients`]), where autograd follows every kernel. A trainer puts
//! its variables in with [`TorchEngine::wrap`] and takes its losses out with [`TorchEngine::tensor`].
//!
//! Built as a dynamic library it is a module that libatt3d opens: `libatt3d_torch`, with one function.
//!
//! - `engine`: the kernels' entry points and their modes;
//! - `kernels`: those that are more than one call of libtorch;
//! - `field`: a field held ready for many points;
//! - `failure`: what libtorch says, as an [`EngineError`](att3d::engine::EngineError);
//! - `bridge`: C++ that tch lacks (inference mode, the allocator's counters, the late opening of CUDA);
//! - `module`: the module's function.
//!
//! Only tch's fallible `f_*` methods are called. Everything is out of place, so autograd may keep what it likes.

#![deny(unsafe_code)]

#[allow(unsafe_code, unused_qualifications, reason = "what cxx makes")]
mod bridge;
mod engine;
mod failure;
mod field;
mod kernels;
mod module;

pub use engine::TorchEngine;
pub use tch;
