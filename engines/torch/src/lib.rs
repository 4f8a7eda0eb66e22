//! libtorch as an engine of libatt3d.
//!
//! [`TorchEngine`] runs the same networks as the embedded engine, in one of two modes. In inference mode, no
//! kernel records gradients. In training mode ([`TorchEngine::with_gradients`]), autograd records every
//! kernel. A trainer passes its variables in with [`TorchEngine::wrap`] and gets its losses with
//! [`TorchEngine::tensor`].
//!
//! Built as a dynamic library, this crate is the module `libatt3d_torch`, which libatt3d opens. It exports
//! one function.
//!
//! - `engine`: the kernels' entry points and their modes;
//! - `kernels`: the kernels that need more than one call of libtorch;
//! - `field`: a prepared field for many points;
//! - `failure`: the conversion of libtorch's errors to an [`EngineError`](att3d::engine::EngineError);
//! - `storage`: the tensors in the buffers;
//! - `bridge`: C++ functions that tch does not provide (inference mode, the allocator's counters, the late
//!   opening of CUDA);
//! - `module`: the module's function.
//!
//! Only the fallible `f_*` methods of tch are called. No operation is in place, so autograd may keep any
//! tensor.

#![deny(unsafe_code)]

#[allow(unsafe_code, unused_qualifications, reason = "what cxx makes")]
mod bridge;
mod engine;
mod failure;
mod field;
mod kernels;
mod module;
mod storage;

pub use engine::TorchEngine;
pub use tch;
