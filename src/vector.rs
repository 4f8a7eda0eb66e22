//! Arithmetic on triples of floats.

pub(crate) type Vector = [f32; 3];

pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|axis| a[axis] + b[axis])
}

pub(crate) fn subtract(a: Vector, b: Vector) -> Vector {
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

pub(crate) fn dot(a: Vector, b: Vector) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// A triangle's normal, as long as twice its area; counter-clockwise seen from where it points.
pub(crate) fn triangle_normal([a, b, c]: [Vector; 3]) -> Vector {
    cross(subtract(b, a), subtract(c, a))
}

/// A vector of length one in this direction; +Y for one too short to have a direction.
pub(crate) fn normalized(a: Vector) -> Vector {
    let length = dot(a, a).sqrt();
    if length > 1e-20 { scale(a, 1.0 / length) } else { [0.0, 1.0, 0.0] }
}

/// Rises smoothly from 0 at `low` to 1 at `high`.
pub(crate) fn smoothstep(low: f32, high: f32, value: f32) -> f32 {
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// The part of a direction that is at right angles to a normal of length one.
pub(crate) fn across(direction: Vector, normal: Vector) -> Vector {
    subtract(direction, scale(normal, dot(normal, direction)))
}

/// The frame in which a normal map's directions are written, three at right angles: along u, up the image, outwards.
pub(crate) struct Frame {
    tangent: Vector,
    bitangent: Vector,
    normal: Vector,
}

impl Frame {
    /// As shaders build it of a normal and a tangent that were interpolated; the normal has length one.
    pub(crate) fn of(normal: Vector, [x, y, z, sign]: [f32; 4]) -> Self {
        let tangent = normalized(across([x, y, z], normal));
        Self { normal, tangent, bitangent: scale(cross(normal, tangent), sign.signum()) }
    }

    /// A direction of object space in this frame, as long as it was (but for a tangent along the normal, which gives no frame).
    pub(crate) fn local(&self, direction: Vector) -> Vector {
        [dot(direction, self.tangent), dot(direction, self.bitangent), dot(direction, self.normal)]
    }

    /// The direction of object space of one in this frame: what shaders do.
    pub(crate) fn world(&self, local: Vector) -> Vector {
        std::array::from_fn(|axis| {
            local[0] * self.tangent[axis] + local[1] * self.bitangent[axis] + local[2] * self.normal[axis]
        })
    }
}
