//! Vectors of three numbers and rigid frames.

/// A point or a direction in object space: right-handed, +Y up, +Z front.
pub type Vec3 = [f32; 3];

pub(crate) fn add(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn scale(a: Vec3, s: f32) -> Vec3 {
    [a[0] * s, a[1] * s, a[2] * s]
}

pub(crate) fn dot(a: Vec3, b: Vec3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(crate) fn length(a: Vec3) -> f32 {
    dot(a, a).sqrt()
}

/// Returns the unit vector along `a`, or +Y where `a` is shorter than 1e-12.
pub(crate) fn normalize(a: Vec3) -> Vec3 {
    let norm = length(a);
    if norm > 1e-12 { scale(a, 1.0 / norm) } else { [0.0, 1.0, 0.0] }
}

pub(crate) fn mix(a: Vec3, b: Vec3, t: f32) -> Vec3 {
    add(scale(a, 1.0 - t), scale(b, t))
}

/// Returns 0 below `low`, 1 above `high`, and a smooth cubic between them.
pub(crate) fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A rigid frame: the origin and the axes of a part in object space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub origin: Vec3,
    /// The part's x, y and z axes in object space.
    pub axes: [Vec3; 3],
}

impl Frame {
    pub fn at(origin: Vec3) -> Self {
        Self { origin, axes: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] }
    }

    /// Returns a frame at `from` whose y axis points to `to` and whose z axis is as near to `front` as
    /// possible.
    pub fn towards(from: Vec3, to: Vec3, front: Vec3) -> Self {
        let y = normalize(sub(to, from));
        let across = cross(y, front);
        let x = if length(across) > 1e-4 { normalize(across) } else { normalize(cross(y, [1.0, 0.0, 0.0])) };
        Self { origin: from, axes: [x, y, cross(x, y)] }
    }

    /// Returns the frame after rotations by `degrees` about its own x, then y, then z axis.
    pub fn turned(self, degrees: Vec3) -> Self {
        let mut frame = self;
        for (axis, angle) in degrees.into_iter().enumerate() {
            let (sine, cosine) = angle.to_radians().sin_cos();
            let (i, j) = ((axis + 1) % 3, (axis + 2) % 3);
            let (u, w) = (frame.axes[i], frame.axes[j]);
            frame.axes[i] = add(scale(u, cosine), scale(w, sine));
            frame.axes[j] = sub(scale(w, cosine), scale(u, sine));
        }
        frame
    }

    pub fn to_local(self, point: Vec3) -> Vec3 {
        let p = sub(point, self.origin);
        [dot(self.axes[0], p), dot(self.axes[1], p), dot(self.axes[2], p)]
    }

    pub fn to_object(self, local: Vec3) -> Vec3 {
        let [x, y, z] = self.axes;
        add(self.origin, add(scale(x, local[0]), add(scale(y, local[1]), scale(z, local[2]))))
    }

    /// Returns a frame with the same axes whose origin is at `local`, a point in this frame.
    pub fn moved(self, local: Vec3) -> Self {
        Self { origin: self.to_object(local), ..self }
    }
}
