//! The parts of an engine that kernels with several tasks use.

use std::sync::Arc;

use super::memory::Recycler;
use super::pool::Workers;
use super::simd::Instructions;

/// The parts of an engine that a kernel uses.
#[derive(Clone, Copy)]
pub(super) struct Machine<'a> {
    pub(super) workers: &'a Workers,
    pub(super) instructions: Instructions,
    pub(super) recycler: &'a Arc<Recycler>,
}
