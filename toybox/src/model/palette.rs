//! Colors that more than one toy uses, in sRGB.

use crate::math::Vec3;
use crate::paint::Paint;

pub(crate) const INK: Vec3 = [0.09, 0.08, 0.09];
pub(crate) const WHITE: Vec3 = [0.97, 0.96, 0.94];
pub(crate) const CREAM: Vec3 = [0.98, 0.89, 0.73];
pub(crate) const RED: Vec3 = [0.86, 0.16, 0.15];
pub(crate) const YELLOW: Vec3 = [0.98, 0.78, 0.18];
pub(crate) const BLUE: Vec3 = [0.16, 0.42, 0.86];
pub(crate) const TEAL: Vec3 = [0.12, 0.62, 0.62];
pub(crate) const STEEL: Vec3 = [0.80, 0.82, 0.85];
pub(crate) const BRASS: Vec3 = [0.90, 0.70, 0.32];
pub(crate) const RUBBER: Vec3 = [0.14, 0.14, 0.15];

pub(crate) fn steel() -> Paint {
    Paint::metal(STEEL)
}

pub(crate) fn brass() -> Paint {
    Paint::metal(BRASS)
}

pub(crate) fn rubber() -> Paint {
    Paint::new(RUBBER, 0.0, 0.8)
}
