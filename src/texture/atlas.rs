//! Which texel lies where on a mesh.

use rayon::prelude::*;

use crate::error::{Cancelled, Watch};
use crate::mesh::Mesh;
use crate::vector::{Vector, normalized};

use super::bake::Places;
use super::raster::{Texel, visit_inside, weights};
use super::tangents::Frame;

/// Texels whose points are held at once.
const BLOCK: usize = 65_536;
/// Triangles between two looks at the watch.
const STRIDE: usize = 4_096;
/// Texels between two looks: some milliseconds.
const PATIENCE: u64 = 1 << 22;
/// What a triangle takes besides its texels, in texels.
const STEP: u64 = 64;
/// Belongs to no triangle.
const NOBODY: u32 = u32::MAX;

/// Which triangle each texel of a square belongs to.
pub(super) struct Atlas<'a> {
    pub(super) mesh: &'a Mesh,
    /// Texels along a side.
    pub(super) size: u32,
    owners: Vec<u32>,
    /// The texels that belong to one, in their order.
    pub(super) covered: Vec<u32>,
}

/// Some texels, and where they lie.
pub(super) struct Block<'a> {
    pub(super) texels: &'a [u32],
    points: Vec<Vector>,
    normals: Vec<Vector>,
    /// Texels of the blocks before, and of all.
    before: usize,
    all: usize,
}

impl Block<'_> {
    /// Its points and normals.
    pub(super) fn places(&self) -> Places<'_> {
        Places { points: &self.points, normals: &self.normals }
    }

    /// How much of all is done at a fraction of this.
    pub(super) fn share(&self, fraction: f32) -> f32 {
        (self.before as f32 + fraction * self.texels.len() as f32) / self.all as f32
    }
}

impl<'a> Atlas<'a> {
    /// What no triangle's centre covers belongs to one whose middle or corner lies there, if any does: small and thin triangles
    /// have colours too.
    pub(super) fn of(mesh: &'a Mesh, size: u32, watch: Watch<'_>) -> Result<Self, Cancelled> {
        let side = size as usize;
        let mut owners = vec![NOBODY; side * side];
        // Texels that may have been looked at since the watch was asked.
        let mut looked = 0;
        for triangle in 0..mesh.triangles.len() as u32 {
            let corners = corners(mesh, size, triangle);
            looked += STEP + box_of(corners, size);
            if looked > PATIENCE {
                looked = 0;
                watch(triangle as f32 / mesh.triangles.len() as f32)?;
            }
            visit_inside(corners, [size, size], 0.0, |x, y| {
                owners[y as usize * side + x as usize] = triangle
            });
        }
        for triangle in 0..mesh.triangles.len() as u32 {
            if (triangle as usize).is_multiple_of(STRIDE) {
                watch(1.0)?;
            }
            let [p, q, r] = corners(mesh, size, triangle);
            let middle = [0, 1].map(|axis| (p[axis] + q[axis] + r[axis]) / 3.0);
            let is_inside = |place: &Texel| place.iter().all(|part| (0.0..=size as f32).contains(part));
            for place in [middle, p, q, r].into_iter().filter(is_inside) {
                let [x, y] = place.map(|part| (part as usize).min(side - 1));
                if let Some(owner) = owners.get_mut(y * side + x)
                    && *owner == NOBODY
                {
                    *owner = triangle;
                }
            }
        }
        let covered =
            (0u32..).zip(&owners).filter(|(_, owner)| **owner != NOBODY).map(|(texel, _)| texel).collect();
        Ok(Self { mesh, size, owners, covered })
    }

    /// The covered texels, some at a time.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        self.covered.chunks(BLOCK).enumerate().map(|(index, texels)| {
            let place = |&texel: &u32| {
                let at = self.place(texel);
                (at.mixed(&self.mesh.positions), normalized(at.mixed(&self.mesh.normals)))
            };
            let (points, normals) = texels.par_iter().map(place).unzip();
            Block { texels, points, normals, before: index * BLOCK, all: self.covered.len() }
        })
    }

    /// Where a texel's centre lies on its triangle.
    fn place(&self, texel: u32) -> Place {
        let triangle = self.owners[texel as usize];
        let centre = [(texel % self.size) as f32 + 0.5, (texel / self.size) as f32 + 0.5];
        Place {
            corners: self.mesh.triangles[triangle as usize],
            weights: weights(corners(self.mesh, self.size, triangle), centre),
        }
    }

    /// The frame of normals and tangents at a texel.
    pub(super) fn frame(&self, texel: u32) -> Frame {
        let at = self.place(texel);
        let [x, y, z, sign] = at.mixed(&self.mesh.tangents);
        Frame::of(at.mixed(&self.mesh.normals), [x, y, z], sign.signum())
    }

    /// Whether each texel belongs to a triangle.
    pub(super) fn is_owned(&self) -> Vec<bool> {
        self.owners.iter().map(|&owner| owner != NOBODY).collect()
    }
}

/// A place on a triangle.
struct Place {
    corners: [u32; 3],
    weights: [f32; 3],
}

impl Place {
    /// A value between those of the corners.
    fn mixed<const N: usize>(&self, values: &[[f32; N]]) -> [f32; N] {
        let [a, b, c] = self.corners.map(|corner| values[corner as usize]);
        let [of_a, of_b, of_c] = self.weights;
        std::array::from_fn(|axis| a[axis] * of_a + b[axis] * of_b + c[axis] * of_c)
    }
}

/// Texels of the box around a triangle, as far as it lies in the picture.
fn box_of(corners: [Texel; 3], size: u32) -> u64 {
    let side = |axis: usize| {
        let low = corners.iter().fold(size as f32, |low, corner| low.min(corner[axis])).max(0.0);
        let high = corners.iter().fold(0.0f32, |high, corner| high.max(corner[axis])).min(size as f32);
        // Casts of floats saturate.
        (high - low).max(0.0) as u64 + 1
    };
    side(0) * side(1)
}

/// A triangle's corners in texels.
fn corners(mesh: &Mesh, size: u32, triangle: u32) -> [Texel; 3] {
    mesh.triangles[triangle as usize].map(|corner| mesh.uvs[corner as usize].map(|part| part * size as f32))
}
