//! The operands of a convolution.

use super::geometry::Geometry;

/// The operands of a convolution.
#[derive(Clone, Copy)]
pub(in crate::engine::cpu) struct Layer<'a> {
    pub(in crate::engine::cpu) geometry: Geometry,
    /// Images, [n, c, h, w].
    pub(in crate::engine::cpu) x: &'a [f32],
    /// Kernels, [o, c, kh, kw].
    pub(in crate::engine::cpu) weight: &'a [f32],
    /// Values that are added to the output channels, [o]; `None` for 0.
    pub(in crate::engine::cpu) bias: Option<&'a [f32]>,
}
