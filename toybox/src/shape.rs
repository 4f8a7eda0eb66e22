//! Signed distances of the primitives, for a block of points at a time, in the frame of each primitive.
//!
//! Formulas: Inigo Quilez, "Distance functions" (<https://iquilezles.org/articles/distfunctions/>), written
//! without branches so that the loops vectorize. All are exact except that of the ellipsoid.

use crate::math::Vec3;
use crate::random::Random;

/// Number of points in a block.
pub(crate) const BLOCK: usize = 64;
/// One value for each point of a block.
pub(crate) type Lane = [f32; BLOCK];

/// A block of points, one lane for each coordinate.
#[derive(Clone)]
pub(crate) struct Points {
    pub x: Lane,
    pub y: Lane,
    pub z: Lane,
}

impl Points {
    pub const ZERO: Self = Self { x: [0.0; BLOCK], y: [0.0; BLOCK], z: [0.0; BLOCK] };
}

/// A primitive in its own frame. Lengths are in object units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Sphere {
        radius: f32,
    },
    Ellipsoid {
        radii: Vec3,
    },
    /// Two spheres and the cone that joins them: `low` at the origin, `high` at +Y `height`.
    RoundCone {
        low: f32,
        high: f32,
        height: f32,
    },
    /// A box. `half` are the half extents of the whole, including the rounding of its edges.
    Block {
        half: Vec3,
        rounding: f32,
    },
    /// A ring in the XZ plane.
    Torus {
        major: f32,
        minor: f32,
    },
    /// A part of a ring in the XY plane, `half_angle` (radians) to both sides of +Y.
    Arc {
        major: f32,
        minor: f32,
        half_angle: f32,
    },
    /// A truncated cone along Y: half height of the whole and radii at both ends, including the rounding of
    /// its edges.
    Stump {
        half_height: f32,
        low: f32,
        high: f32,
        rounding: f32,
    },
}

#[inline(always)]
fn each(points: &Points, out: &mut Lane, distance: impl Fn(f32, f32, f32) -> f32) {
    for (i, value) in out.iter_mut().enumerate() {
        *value = distance(points.x[i], points.y[i], points.z[i]);
    }
}

#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline(always)]
fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn norm2(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

#[inline(always)]
fn norm3(x: f32, y: f32, z: f32) -> f32 {
    (x * x + y * y + z * z).sqrt()
}

impl Shape {
    /// Computes the signed distance at each point of the block. Points and distances are in the frame of the
    /// shape.
    pub fn distance(&self, points: &Points, out: &mut Lane) {
        match *self {
            Self::Sphere { radius } => each(points, out, |x, y, z| norm3(x, y, z) - radius),
            Self::Ellipsoid { radii } => ellipsoid(points, out, radii),
            Self::RoundCone { low, high, height } => round_cone(points, out, low, high, height),
            Self::Block { half, rounding } => {
                let [a, b, c] = half.map(|h| h - rounding);
                each(points, out, |x, y, z| {
                    let (x, y, z) = (x.abs() - a, y.abs() - b, z.abs() - c);
                    let outside = norm3(most(x, 0.0), most(y, 0.0), most(z, 0.0));
                    outside + least(most(x, most(y, z)), 0.0) - rounding
                });
            }
            Self::Torus { major, minor } => {
                each(points, out, |x, y, z| norm2(norm2(x, z) - major, y) - minor);
            }
            Self::Arc { major, minor, half_angle } => {
                let (sine, cosine) = half_angle.sin_cos();
                each(points, out, |x, y, z| {
                    let x = x.abs();
                    let beside = sine * x + cosine * y;
                    let k = if cosine * x > sine * y { beside } else { norm2(x, y) };
                    most(x * x + y * y + z * z + major * major - 2.0 * major * k, 0.0).sqrt() - minor
                });
            }
            Self::Stump { half_height, low, high, rounding } => {
                stump(points, out, half_height - rounding, low - rounding, high - rounding, rounding);
            }
        }
    }

    /// Returns the radius of a ball around `middle` that contains the shape. For all shapes except round
    /// cones, `middle` is the origin.
    pub fn bound(&self) -> f32 {
        match *self {
            Self::Sphere { radius } => radius,
            Self::Ellipsoid { radii } => radii[0].max(radii[1]).max(radii[2]),
            Self::RoundCone { low, high, height } => {
                0.5 * (low + high + height).max(2.0 * low).max(2.0 * high)
            }
            Self::Block { half, .. } => norm3(half[0], half[1], half[2]),
            Self::Torus { major, minor } | Self::Arc { major, minor, .. } => major + minor,
            Self::Stump { half_height, low, high, .. } => norm2(half_height, low.max(high)),
        }
    }

    /// Returns the shape, enlarged by `s`.
    pub fn enlarged(self, s: f32) -> Self {
        match self {
            Self::Sphere { radius } => Self::Sphere { radius: s * radius },
            Self::Ellipsoid { radii } => Self::Ellipsoid { radii: radii.map(|r| s * r) },
            Self::RoundCone { low, high, height } => {
                Self::RoundCone { low: s * low, high: s * high, height: s * height }
            }
            Self::Block { half, rounding } => {
                Self::Block { half: half.map(|h| s * h), rounding: s * rounding }
            }
            Self::Torus { major, minor } => Self::Torus { major: s * major, minor: s * minor },
            Self::Arc { major, minor, half_angle } => {
                Self::Arc { major: s * major, minor: s * minor, half_angle }
            }
            Self::Stump { half_height, low, high, rounding } => Self::Stump {
                half_height: s * half_height,
                low: s * low,
                high: s * high,
                rounding: s * rounding,
            },
        }
    }

    /// Returns the shape of the same kind that is nearest to this one after a stretch along its own axes. A
    /// sphere becomes an ellipsoid. Also returns the actual factor along each axis, which differs from the
    /// requested one where a round shape must stay round.
    pub fn stretched(self, [x, y, z]: Vec3) -> (Self, Vec3) {
        let (round, all) = ((x * z).sqrt(), (x * y * z).cbrt());
        match self {
            Self::Sphere { radius } => {
                (Self::Ellipsoid { radii: [x * radius, y * radius, z * radius] }, [x, y, z])
            }
            Self::Ellipsoid { radii: [a, b, c] } => {
                (Self::Ellipsoid { radii: [x * a, y * b, z * c] }, [x, y, z])
            }
            Self::RoundCone { low, high, height } => {
                let (low, high) = (round * low, round * high);
                let height = (y * height).max((low - high).abs() + 1e-3);
                (Self::RoundCone { low, high, height }, [round, y, round])
            }
            Self::Block { half: [a, b, c], rounding } => {
                let half = [x * a, y * b, z * c];
                let rounding = rounding.min(half[0]).min(half[1]).min(half[2]);
                (Self::Block { half, rounding }, [x, y, z])
            }
            Self::Torus { major, minor } => {
                (Self::Torus { major: round * major, minor: all * minor }, [round, all, round])
            }
            Self::Arc { major, minor, half_angle } => {
                let flat = (x * y).sqrt();
                (Self::Arc { major: flat * major, minor: all * minor, half_angle }, [flat, flat, all])
            }
            Self::Stump { half_height, low, high, rounding } => {
                let (half_height, low, high) = (y * half_height, round * low, round * high);
                let rounding = rounding.min(half_height).min(low).min(high);
                (Self::Stump { half_height, low, high, rounding }, [round, y, round])
            }
        }
    }

    /// Returns the extent of the shape from its origin along a unit direction of its frame.
    pub fn reach(&self, [x, y, z]: Vec3) -> f32 {
        match *self {
            Self::Sphere { radius } => radius,
            Self::Ellipsoid { radii: [a, b, c] } => norm3(a * x, b * y, c * z),
            Self::RoundCone { low, high, height } => low.max(height * y + high),
            Self::Block { half: [a, b, c], rounding } => {
                let corner = |half: f32, along: f32| (half - rounding) * along.abs();
                corner(a, x) + corner(b, y) + corner(c, z) + rounding
            }
            Self::Torus { major, minor } => major * norm2(x, z) + minor,
            Self::Arc { major, minor, half_angle } => {
                let (sine, cosine) = half_angle.sin_cos();
                // Where the direction is outside the arc, one of its ends is the farthest point.
                let is_within = y >= cosine * norm2(x, y);
                major * if is_within { norm2(x, y) } else { sine * x.abs() + cosine * y } + minor
            }
            Self::Stump { half_height, low, high, rounding } => {
                let end = |radius: f32, height: f32| (radius - rounding) * norm2(x, z) + height * y;
                let rise = half_height - rounding;
                end(high, rise).max(end(low, -rise)) + rounding
            }
        }
    }

    /// Returns the center of the ball of `bound`, in the frame of the shape.
    pub fn middle(&self) -> Vec3 {
        match *self {
            Self::RoundCone { low, high, height } if height > (low - high).abs() => {
                [0.0, 0.5 * (height + high - low), 0.0]
            }
            _ => [0.0; 3],
        }
    }

    /// Returns true where `middle` is inside the shape. The signed distance at a point is then at most the
    /// distance from the point to `middle`.
    pub fn holds_middle(&self) -> bool {
        !matches!(self, Self::Torus { .. } | Self::Arc { .. })
    }

    /// Returns the smallest diameter.
    pub fn thickness(&self) -> f32 {
        2.0 * match *self {
            Self::Sphere { radius } => radius,
            Self::Ellipsoid { radii } => radii[0].min(radii[1]).min(radii[2]),
            Self::RoundCone { low, high, .. } => low.max(high),
            Self::Block { half, .. } => half[0].min(half[1]).min(half[2]),
            Self::Torus { minor, .. } | Self::Arc { minor, .. } => minor,
            Self::Stump { half_height, low, high, .. } => half_height.min(low.max(high)),
        }
    }

    /// Returns the approximate surface area, which is exact enough to distribute samples.
    pub fn area(&self) -> f32 {
        use std::f32::consts::{PI, TAU};
        match *self {
            Self::Sphere { radius } => 2.0 * TAU * radius * radius,
            Self::Ellipsoid { radii: [a, b, c] } => {
                let mean = ((a * b).powf(1.6) + (a * c).powf(1.6) + (b * c).powf(1.6)) / 3.0;
                2.0 * TAU * mean.powf(1.0 / 1.6)
            }
            Self::RoundCone { low, high, height } => {
                TAU * (low * low + high * high) + PI * (low + high) * height
            }
            Self::Block { half: [a, b, c], .. } => 8.0 * (a * b + a * c + b * c),
            Self::Torus { major, minor } => TAU * TAU * major * minor,
            Self::Arc { major, minor, half_angle } => TAU * 2.0 * half_angle * major * minor,
            Self::Stump { half_height, low, high, .. } => {
                PI * (low * low + high * high) + PI * (low + high) * norm2(2.0 * half_height, low - high)
            }
        }
    }

    /// Returns a random point on the surface without its roundings, roughly uniform over the area.
    pub fn sample_surface(&self, random: &mut Random) -> Vec3 {
        match *self {
            Self::Sphere { radius } => random.direction().map(|d| d * radius),
            Self::Ellipsoid { radii } => {
                let [x, y, z] = random.direction();
                [x * radii[0], y * radii[1], z * radii[2]]
            }
            Self::RoundCone { low, high, height } => sample_round_cone(low, high, height, random),
            Self::Block { half, .. } => sample_block(half, random),
            Self::Torus { major, minor } => {
                let [x, y, z] = sample_ring(major, minor, std::f32::consts::PI, random);
                [x, z, y]
            }
            Self::Arc { major, minor, half_angle } => sample_ring(major, minor, half_angle, random),
            Self::Stump { half_height, low, high, .. } => sample_stump(half_height, low, high, random),
        }
    }
}

fn ellipsoid(points: &Points, out: &mut Lane, radii: Vec3) {
    let [a, b, c] = radii.map(|r| 1.0 / r);
    let bound = radii[0].max(radii[1]).max(radii[2]);
    let least_radius = radii[0].min(radii[1]).min(radii[2]);
    each(points, out, |x, y, z| {
        let from_center = norm3(x, y, z);
        let (x, y, z) = (x * a, y * b, z * c);
        let k0 = norm3(x, y, z);
        let k1 = norm3(x * a, y * b, z * c) + 1e-9;
        // Far away and near the center the quotient is not a distance. There, two bounds that are distances
        // limit the quotient.
        most(most(k0 * (k0 - 1.0) / k1, -least_radius), from_center - bound)
    });
}

fn round_cone(points: &Points, out: &mut Lane, low: f32, high: f32, height: f32) {
    let b = ((low - high) / height).clamp(-0.9999, 0.9999);
    let a = (1.0 - b * b).sqrt();
    each(points, out, |x, y, z| {
        let q = norm2(x, z);
        let k = a * y - b * q;
        let side = a * q + b * y - low;
        let top = norm2(q, y - height) - high;
        let bottom = norm2(q, y) - low;
        let upper = if k > a * height { top } else { side };
        if k < 0.0 { bottom } else { upper }
    });
}

fn stump(points: &Points, out: &mut Lane, half_height: f32, low: f32, high: f32, rounding: f32) {
    let (slope, rise) = (high - low, 2.0 * half_height);
    let inverse = 1.0 / (slope * slope + rise * rise);
    each(points, out, |x, y, z| {
        let q = norm2(x, z);
        let end = if y < 0.0 { low } else { high };
        let ax = q - least(q, end);
        let ay = y.abs() - half_height;
        let t = ((high - q) * slope + (half_height - y) * rise) * inverse;
        let t = least(most(t, 0.0), 1.0);
        let bx = q - high + slope * t;
        let by = y - half_height + rise * t;
        let inside = (bx < 0.0) & (ay < 0.0);
        let distance = least(ax * ax + ay * ay, bx * bx + by * by).sqrt();
        (if inside { -distance } else { distance }) - rounding
    });
}

fn sample_round_cone(low: f32, high: f32, height: f32, random: &mut Random) -> Vec3 {
    use std::f32::consts::{PI, TAU};
    let areas = [TAU * low * low, TAU * high * high, PI * (low + high) * height];
    let pick = random.uniform() * (areas[0] + areas[1] + areas[2]);
    if pick < areas[2] {
        let t = along(low, high, random);
        let (sine, cosine) = (TAU * random.uniform()).sin_cos();
        let radius = low + (high - low) * t;
        return [cosine * radius, height * t, sine * radius];
    }
    let [x, y, z] = random.direction();
    if pick < areas[2] + areas[0] {
        [x * low, -y.abs() * low, z * low]
    } else {
        [x * high, height + y.abs() * high, z * high]
    }
}

/// Returns the position of a uniform sample along the side of a cone: 0 at radius `low`, 1 at radius `high`.
fn along(low: f32, high: f32, random: &mut Random) -> f32 {
    let u = random.uniform();
    if (high - low).abs() < 1e-4 {
        return u;
    }
    ((low * low + u * (high * high - low * low)).sqrt() - low) / (high - low)
}

fn sample_block(half: Vec3, random: &mut Random) -> Vec3 {
    let [a, b, c] = half;
    let pick = random.uniform() * (a * b + b * c + a * c);
    let axis = if pick < a * b {
        2
    } else if pick < a * b + b * c {
        0
    } else {
        1
    };
    let mut point = half.map(|h| h * random.between(-1.0, 1.0));
    point[axis] = if random.chance(0.5) { half[axis] } else { -half[axis] };
    point
}

fn sample_ring(major: f32, minor: f32, half_angle: f32, random: &mut Random) -> Vec3 {
    let (sine, cosine) = random.between(-half_angle, half_angle).sin_cos();
    let (lift, out) = (std::f32::consts::TAU * random.uniform()).sin_cos();
    let radius = major + minor * out;
    [sine * radius, cosine * radius, minor * lift]
}

fn sample_stump(half_height: f32, low: f32, high: f32, random: &mut Random) -> Vec3 {
    let caps = [low * low, high * high];
    let side = (low + high) * norm2(2.0 * half_height, low - high);
    let pick = random.uniform() * (caps[0] + caps[1] + side);
    let (sine, cosine) = (std::f32::consts::TAU * random.uniform()).sin_cos();
    let (radius, y) = if pick < side {
        let t = along(low, high, random);
        (low + (high - low) * t, half_height * (2.0 * t - 1.0))
    } else if pick < side + caps[0] {
        (low * random.uniform().sqrt(), -half_height)
    } else {
        (high * random.uniform().sqrt(), half_height)
    };
    [cosine * radius, y, sine * radius]
}
