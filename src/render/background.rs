//! The background of a picture.

use super::camera::View;
use crate::math::power;
use crate::vector::{Vector, mix};

/// A callback that computes the colors for directions: `paint(directions, colors)`, with slices of equal
/// length.
///
/// Directions are unit vectors in the mesh's frame, from the eye outwards. Colors are sRGB in [0, 1]. The
/// callback is called from several threads with one row of the picture at a time, so that a network can
/// compute many colors together. The colors must not depend on how directions are grouped.
pub type Paint<'a> = &'a (dyn Fn(&[[f32; 3]], &mut [[f32; 3]]) + Sync);

/// The background of the mesh.
#[derive(Clone, Copy, Default)]
pub enum Background<'a> {
    /// A soft light gray, brighter in the middle.
    #[default]
    Gradient,
    /// One color, sRGB in [0, 1].
    Solid([f32; 3]),
    /// A color for each direction: an environment map.
    Function(Paint<'a>),
}

impl std::fmt::Debug for Background<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gradient => formatter.write_str("Gradient"),
            Self::Solid(color) => formatter.debug_tuple("Solid").field(color).finish(),
            Self::Function(_) => formatter.write_str("Function"),
        }
    }
}

impl Background<'_> {
    /// Returns one row of pixels in sRGB. `y` is the row's height and `x` returns a pixel's place, both from
    /// -1 to 1.
    pub(super) fn row(&self, view: &View, y: f32, x: impl Fn(usize) -> f32, width: usize) -> Vec<Vector> {
        match self {
            Self::Gradient => (0..width).map(|column| gradient(x(column), y)).collect(),
            Self::Solid(color) => vec![color.map(|channel| channel.clamp(0.0, 1.0)); width],
            Self::Function(paint) => {
                let directions: Vec<Vector> = (0..width).map(|column| view.ray(x(column), y)).collect();
                let mut colors = vec![[0.0; 3]; width];
                paint(&directions, &mut colors);
                colors.iter().map(|color| color.map(|channel| channel.clamp(0.0, 1.0))).collect()
            }
        }
    }
}

fn gradient(x: f32, y: f32) -> Vector {
    let away = (x * x + (y - 0.15) * (y - 0.15)).sqrt();
    mix([0.955, 0.957, 0.962], [0.775, 0.795, 0.825], power((away / 1.5).min(1.0), 1.4))
}
