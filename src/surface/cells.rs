//! Cells that contain surface, in the order of their lowest corners. Sparse and dense extraction both make
//! them.

use super::lattice::Lattice;
use super::table::crossed_axes;

/// A cell whose corners differ in sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SurfaceCell {
    /// Key of the lowest corner.
    pub(super) key: u32,
    /// Signs: bit c is set where corner c is inside.
    pub(super) signs: u8,
    /// Oriented values at corner 0 and at its neighbors along x, y, z. A value is infinite if only its sign
    /// is known. After extraction, the values at both ends of every crossed edge are exact.
    pub(super) values: [f32; 4],
}

impl SurfaceCell {
    /// Returns the cell with these corner values, or `None` if all have one sign.
    #[inline]
    pub(super) fn new(key: u32, corners: [f32; 8]) -> Option<Self> {
        let mut signs = 0;
        for (corner, value) in corners.iter().enumerate() {
            signs |= u8::from(*value < 0.0) << corner;
        }
        let values = [corners[0], corners[1], corners[2], corners[4]];
        (signs != 0 && signs != 0xff).then_some(Self { key, signs, values })
    }

    /// Returns the axes along which the edge at corner 0 is crossed. Each such edge has one vertex, which
    /// this cell owns.
    pub(super) fn crossings(self) -> impl Iterator<Item = usize> {
        let axes = crossed_axes(self.signs);
        (0..3).filter(move |axis| axes >> axis & 1 == 1)
    }
}

/// Returns what each corner of a cell adds to the key of the lowest corner.
pub(super) fn corner_strides(lattice: Lattice) -> [u32; 8] {
    let strides = lattice.strides();
    let mut sums = [0; 8];
    for (corner, sum) in sums.iter_mut().enumerate() {
        *sum = (0..3).filter(|axis| corner >> axis & 1 == 1).map(|axis| strides[axis]).sum();
    }
    sums
}
