//! Lattice of sample points over [-1, 1]³, and the only function that computes their positions.

use super::SurfaceError;
use super::options::{HIGHEST_RESOLUTION, LOWEST_RESOLUTION};

/// A point of the lattice: indices along x, y and z, each from 0 to the resolution.
pub(super) type LatticePoint = [u16; 3];

/// Lattice with `resolution` cells and `resolution + 1` points per axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lattice {
    pub(super) resolution: u16,
}

impl Lattice {
    pub(super) fn new(resolution: u32) -> Result<Self, SurfaceError> {
        if !(LOWEST_RESOLUTION..=HIGHEST_RESOLUTION).contains(&resolution) {
            return Err(SurfaceError::Resolution { given: resolution });
        }
        Ok(Self { resolution: resolution as u16 })
    }

    /// Returns the number of points per axis.
    pub(super) fn points(self) -> u32 {
        u32::from(self.resolution) + 1
    }

    /// Returns the object-space length of a cell's edge.
    pub(super) fn spacing(self) -> f64 {
        2.0 / f64::from(self.resolution)
    }

    /// Returns the object-space coordinate of a place along an axis, given in cells. All positions are
    /// computed here, so that sparse and dense extraction evaluate exactly the same points.
    pub(super) fn coordinate(self, cells: f64) -> f32 {
        (2.0 * cells / f64::from(self.resolution) - 1.0) as f32
    }

    /// Returns the object-space position of a point.
    pub(super) fn position(self, point: LatticePoint) -> [f32; 3] {
        point.map(|index| self.coordinate(f64::from(index)))
    }

    /// Returns the rank of a point in z-major, then y, then x order. It is below 1025³ < 2³².
    pub(super) fn key(self, [x, y, z]: LatticePoint) -> u32 {
        (u32::from(z) * self.points() + u32::from(y)) * self.points() + u32::from(x)
    }

    /// Returns the point of a key.
    pub(super) fn point(self, key: u32) -> LatticePoint {
        let n = self.points();
        [(key % n) as u16, (key / n % n) as u16, (key / n / n) as u16]
    }

    /// Returns what a step along each axis adds to a key.
    pub(super) fn strides(self) -> [u32; 3] {
        [1, self.points(), self.points() * self.points()]
    }

    /// Returns whether a point lies on a wall of the box.
    pub(super) fn on_wall(self, point: LatticePoint) -> bool {
        point.iter().any(|&index| index == 0 || index == self.resolution)
    }
}
