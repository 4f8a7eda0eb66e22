//! The cells that hold surface, in the order of their lowest corners: what sparse and dense extraction both make.

use super::lattice::Lattice;
use super::table::crossed_axes;

/// A cell whose corners differ in sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SurfaceCell {
    /// Key of the cell's lowest corner.
    pub(super) key: u32,
    /// Bit c is set where corner c is inside.
    pub(super) signs: u8,
    /// Oriented values at corner 0 and at its neighbours along x, y, z. Infinite where only the sign is known; exact at
    /// both ends of every crossed edge once extraction has filled them.
    pub(super) values: [f32; 4],
}

impl SurfaceCell {
    /// The cell with these corner values, or none where all have one sign.
    #[inline]
    pub(super) fn new(key: u32, corners: [f32; 8]) -> Option<Self> {
        let mut signs = 0;
        for (corner, value) in corners.iter().enumerate() {
            signs |= u8::from(*value < 0.0) << corner;
        }
        let values = [corners[0], corners[1], corners[2], corners[4]];
        (signs != 0 && signs != 0xff).then_some(Self { key, signs, values })
    }

    /// Axes along which the edge at corner 0 is crossed: each has one vertex, and this cell owns it.
    pub(super) fn crossings(self) -> impl Iterator<Item = usize> {
        let axes = crossed_axes(self.signs);
        (0..3).filter(move |axis| axes >> axis & 1 == 1)
    }
}

/// What each corner of a cell adds to the key of its lowest corner.
pub(super) fn corner_strides(lattice: Lattice) -> [u32; 8] {
    let strides = lattice.strides();
    let mut sums = [0; 8];
    for (corner, sum) in sums.iter_mut().enumerate() {
        *sum = (0..3).filter(|axis| corner >> axis & 1 == 1).map(|axis| strides[axis]).sum();
    }
    sums
}
