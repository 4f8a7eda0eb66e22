//! Occlusion of light: sharp for the key light, soft for the surroundings.

use rayon::prelude::*;

use super::raster::{Corner, NOTHING, Visibility, rasterize};
use crate::error::{Cancelled, ProgressCounter};
use crate::math::{hypotenuse, sin_cos};
use crate::vector::{Vector, add, cross, dot, normalized, scale, smoothstep, subtract};

/// A parallel projection of a mesh's bounding sphere along a direction onto a square of samples.
#[derive(Debug, Clone, Copy)]
struct Projection {
    center: Vector,
    radius: f32,
    across: Vector,
    along: Vector,
    /// Direction to the light.
    direction: Vector,
    size: usize,
}

impl Projection {
    fn new(ball: Ball, direction: Vector, size: usize) -> Self {
        let aside = if direction[1].abs() < 0.9 { [0.0, 1.0, 0.0] } else { [1.0, 0.0, 0.0] };
        let across = normalized(cross(aside, direction));
        let along = cross(direction, across);
        Self { center: ball.center, radius: ball.radius, across, along, direction, size }
    }

    /// Returns the place in samples, and the nearness to the light in radii.
    fn place(&self, point: Vector) -> [f32; 3] {
        let offset = scale(subtract(point, self.center), 1.0 / self.radius);
        let samples = |axis: Vector| (dot(offset, axis) * 0.5 + 0.5) * self.size as f32;
        [samples(self.across), samples(self.along), dot(offset, self.direction)]
    }

    /// Returns a sample's width in radii.
    fn step(&self) -> f32 {
        2.0 / self.size as f32
    }
}

/// The bounding sphere of a mesh.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ball {
    pub(super) center: Vector,
    pub(super) radius: f32,
}

impl Ball {
    pub(super) fn around(low: Vector, high: Vector) -> Self {
        let diagonal = subtract(high, low);
        let radius = (dot(diagonal, diagonal).sqrt() * 0.5).max(1e-6);
        Self { center: scale(add(low, high), 0.5), radius: radius * 1.02 }
    }
}

/// The shadow of a single light, exact to a sample.
pub(super) struct Shadow {
    projection: Projection,
    seen: Visibility,
}

impl Shadow {
    /// Samples along a side. At 512 a sample is 1/256 of the mesh's radius, about a pixel of a 512² picture.
    const SIZE: usize = 512;

    pub(super) fn new(
        ball: Ball,
        direction: Vector,
        positions: &[Vector],
        triangles: &[[u32; 3]],
        begun: ProgressCounter<'_>,
    ) -> Result<Self, Cancelled> {
        let projection = Projection::new(ball, direction, Self::SIZE);
        let corner = |&position: &Vector| {
            let [x, y, nearness] = projection.place(position);
            Corner::new(x, y, nearness)
        };
        let corners: Vec<Corner> = positions.par_iter().map(corner).collect();
        Ok(Self { projection, seen: rasterize(&corners, triangles, Self::SIZE, Self::SIZE, begun)? })
    }

    /// Returns the share of the light that reaches a surface point with this normal, from 0 to 1, softened
    /// over a few samples.
    pub(super) fn light(&self, point: Vector, normal: Vector) -> f32 {
        // The point is moved along its normal by the reach of the softened samples, so that the surface does
        // not shadow itself.
        let step = self.projection.step() * self.projection.radius;
        let [x, y, nearness] = self.projection.place(add(point, scale(normal, 3.5 * step)));
        let slack = 1.5 * self.projection.step();
        let mut lit = 0;
        for down in -2i32..=2 {
            for right in -2i32..=2 {
                let blocked =
                    self.nearest(x + right as f32 * 1.25, y + down as f32 * 1.25) > nearness + slack;
                lit += i32::from(!blocked);
            }
        }
        lit as f32 / 25.0
    }

    fn nearest(&self, x: f32, y: f32) -> f32 {
        let inside = x >= 0.0 && y >= 0.0 && x < self.seen.width as f32 && y < self.seen.height as f32;
        let sample = y as usize * self.seen.width + x as usize;
        if inside && self.seen.triangles[sample] != NOTHING {
            self.seen.nearness[sample]
        } else {
            f32::NEG_INFINITY
        }
    }
}

/// The occlusion of the surroundings, computed from many directions.
///
/// For each direction, only the nearest vertex at each sample is stored; triangles are not drawn. This is 30
/// times cheaper, and equally good for the dense meshes of surface extraction. On a coarse mesh, samples
/// between the vertices stay empty, so less light is blocked.
pub(super) struct Surroundings {
    directions: Vec<(Projection, Vec<f32>)>,
}

impl Surroundings {
    /// Number of directions, spread evenly over the sphere. With 16, the ground's shadow shows steps; 64 look
    /// the same as 32.
    const COUNT: usize = 32;

    pub(super) fn new(
        ball: Ball,
        positions: &[Vector],
        begun: ProgressCounter<'_>,
    ) -> Result<Self, Cancelled> {
        // About four vertices fall on each sample that the mesh covers, so that no gaps are left between
        // them.
        let size = ((positions.len() as f32).sqrt() * 0.6).clamp(12.0, 112.0) as usize;
        let directions = (0..Self::COUNT).into_par_iter().map(|index| {
            begun(0)?;
            let projection = Projection::new(ball, spread(index, Self::COUNT), size);
            let mut nearest = vec![f32::NEG_INFINITY; size * size];
            for &position in positions {
                let [x, y, nearness] = projection.place(position);
                let (column, row) = ((x as usize).min(size - 1), (y as usize).min(size - 1));
                let sample = &mut nearest[row * size + column];
                *sample = sample.max(nearness);
            }
            Ok((projection, nearest))
        });
        Ok(Self { directions: directions.collect::<Result<_, _>>()? })
    }

    /// Returns the share of the light of the surroundings that reaches a surface point. Each direction is
    /// weighted by the cosine of its angle to the normal, as on a matte surface.
    pub(super) fn openness(&self, point: Vector, normal: Vector) -> f32 {
        let (mut open, mut whole) = (0.0, 0.0);
        for (projection, nearest) in &self.directions {
            let weight = dot(normal, projection.direction);
            if weight > 0.0 {
                let lifted = add(point, scale(normal, 1.5 * projection.step() * projection.radius));
                open += weight * light_between_samples(projection, nearest, lifted);
                whole += weight;
            }
        }
        if whole > 0.0 { open / whole } else { 1.0 }
    }
}

/// Returns the light at a point, interpolated between the four samples around it.
fn light_between_samples(projection: &Projection, nearest: &[f32], point: Vector) -> f32 {
    let [x, y, nearness] = projection.place(point);
    let limit = nearness + 1.5 * projection.step();
    // One is added and subtracted again, so that the truncation always rounds down.
    let (x, y) = ((x + 0.5).max(0.0), (y + 0.5).max(0.0));
    let (column, row) = (x as usize, y as usize);
    let (right, down) = (x - column as f32, y - row as f32);
    let lit = |column: usize, row: usize| {
        let (column, row) = (column.wrapping_sub(1), row.wrapping_sub(1));
        let inside = column < projection.size && row < projection.size;
        if inside && nearest[row * projection.size + column] > limit { 0.0 } else { 1.0 }
    };
    let upper = lit(column, row) * (1.0 - right) + lit(column + 1, row) * right;
    let lower = lit(column, row + 1) * (1.0 - right) + lit(column + 1, row + 1) * right;
    upper * (1.0 - down) + lower * down
}

/// Returns direction `index` of `count`, on a spiral from pole to pole.
fn spread(index: usize, count: usize) -> Vector {
    const GOLDEN_ANGLE: f32 = 2.399_963_1;
    let height = 1.0 - (2 * index + 1) as f32 / count as f32;
    let (sine, cosine) = sin_cos(index as f32 * GOLDEN_ANGLE);
    let ring = (1.0 - height * height).sqrt();
    [ring * cosine, height, ring * sine]
}

/// The shadow on the ground below a mesh.
pub(super) struct Ground {
    height: f32,
    center: Vector,
    /// Half the width of the shadowed square.
    reach: f32,
    /// Darkness from 0 to 1, row by row.
    darkness: Vec<f32>,
}

impl Ground {
    const SIZE: usize = 96;

    pub(super) fn new(ball: Ball, height: f32, shadow: &Shadow, surroundings: &Surroundings) -> Self {
        let reach = ball.radius * 2.2;
        let cell = |index: usize| {
            let offset = |number: usize| ((number as f32 + 0.5) / Self::SIZE as f32 * 2.0 - 1.0) * reach;
            let (x, z) = (offset(index % Self::SIZE), offset(index / Self::SIZE));
            let point = [ball.center[0] + x, height, ball.center[2] + z];
            let up = [0.0, 1.0, 0.0];
            let hidden = 1.0 - surroundings.openness(point, up);
            let shaded = 1.0 - shadow.light(point, up);
            let fade = 1.0 - smoothstep(0.5, 1.0, hypotenuse(x, z) / reach);
            (0.85 * hidden + 0.4 * shaded).min(1.0) * fade
        };
        let mut darkness: Vec<f32> = (0..Self::SIZE * Self::SIZE).into_par_iter().map(cell).collect();
        for _ in 0..2 {
            blur(&mut darkness, Self::SIZE);
        }
        Self { height, center: ball.center, reach, darkness }
    }

    /// Returns the darkness of the ground at its intersection with a ray from `eye`; 0 without an
    /// intersection.
    pub(super) fn darkness(&self, eye: Vector, ray: Vector) -> f32 {
        let distance = (self.height - eye[1]) / ray[1];
        if !(ray[1] < -1e-4 && distance > 0.0) {
            return 0.0;
        }
        let cells = |axis: usize| {
            let offset = (eye[axis] + ray[axis] * distance - self.center[axis]) / self.reach;
            (offset * 0.5 + 0.5) * Self::SIZE as f32 - 0.5
        };
        let (x, z) = (cells(0), cells(2));
        let last = (Self::SIZE - 1) as f32;
        if !(x >= 0.0 && z >= 0.0 && x < last && z < last) {
            return 0.0;
        }
        let (column, row) = (x as usize, z as usize);
        let (right, down) = (x - column as f32, z - row as f32);
        let at = |column: usize, row: usize| self.darkness[row * Self::SIZE + column];
        let upper = at(column, row) * (1.0 - right) + at(column + 1, row) * right;
        let lower = at(column, row + 1) * (1.0 - right) + at(column + 1, row + 1) * right;
        upper * (1.0 - down) + lower * down
    }
}

/// Averages each cell with its eight neighbors.
fn blur(cells: &mut [f32], size: usize) {
    let before = cells.to_vec();
    for row in 1..size - 1 {
        for column in 1..size - 1 {
            let rows = (row - 1..=row + 1)
                .map(|row| before[row * size + column - 1..=row * size + column + 1].iter().sum::<f32>());
            cells[row * size + column] = rows.sum::<f32>() / 9.0;
        }
    }
}
