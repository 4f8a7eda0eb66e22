//! Arithmetic on vectors of three numbers.

use std::ops::{Add, Mul, Sub};

pub(crate) type Vector = [f32; 3];

/// Type of the numbers in a vector: f32, f64 where sums of areas and volumes need the precision, or several
/// f32 that are computed together.
pub(crate) trait Number: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {}

impl Number for f32 {}
impl Number for f64 {}

pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|axis| a[axis] + b[axis])
}

pub(crate) fn subtract<N: Number>(a: [N; 3], b: [N; 3]) -> [N; 3] {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

pub(crate) fn multiply(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|axis| a[axis] * b[axis])
}

pub(crate) fn scale(a: Vector, factor: f32) -> Vector {
    a.map(|number| number * factor)
}

pub(crate) fn mix(a: Vector, b: Vector, share: f32) -> Vector {
    std::array::from_fn(|axis| a[axis] + (b[axis] - a[axis]) * share)
}

pub(crate) fn dot<N: Number>(a: [N; 3], b: [N; 3]) -> N {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross<N: Number>(a: [N; 3], b: [N; 3]) -> [N; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Returns a triangle's normal, whose length is twice the area of the triangle.
///
/// The triangle is counter-clockwise when seen from the side to which the normal points.
pub(crate) fn triangle_normal<N: Number>([a, b, c]: [[N; 3]; 3]) -> [N; 3] {
    cross(subtract(b, a), subtract(c, a))
}

/// Returns the vector scaled to unit length, or +Y if the vector is too short to have a direction.
pub(crate) fn normalized(a: Vector) -> Vector {
    let length = dot(a, a).sqrt();
    if length > 1e-20 { scale(a, 1.0 / length) } else { [0.0, 1.0, 0.0] }
}

/// Returns a smooth step: 0 up to `low`, 1 from `high` on, with the polynomial 3t² - 2t³ between them.
pub(crate) fn smoothstep(low: f32, high: f32, value: f32) -> f32 {
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// Returns the component of a direction that is perpendicular to a unit normal.
pub(crate) fn across(direction: Vector, normal: Vector) -> Vector {
    subtract(direction, scale(normal, dot(normal, direction)))
}

/// Tangent space of a normal map. Its axes point along the texture coordinate u, upward in the image, and
/// along the surface normal.
pub(crate) struct Basis {
    tangent: Vector,
    bitangent: Vector,
    normal: Vector,
}

impl Basis {
    /// Builds the tangent space from a unit normal and an interpolated tangent, as shaders do. The fourth
    /// number of the tangent is the sign of the bitangent.
    pub(crate) fn of(normal: Vector, [x, y, z, sign]: [f32; 4]) -> Self {
        let tangent = normalized(across([x, y, z], normal));
        Self { normal, tangent, bitangent: scale(cross(normal, tangent), sign.signum()) }
    }

    /// Transforms a direction from this tangent space into object space, as shaders do.
    pub(crate) fn world(&self, local: Vector) -> Vector {
        std::array::from_fn(|axis| {
            local[0] * self.tangent[axis] + local[1] * self.bitangent[axis] + local[2] * self.normal[axis]
        })
    }
}
