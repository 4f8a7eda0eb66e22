//! A mesh with its vertices in the picture.

use std::borrow::Cow;

use rayon::prelude::*;

use super::camera::View;
use super::raster::{Corner, picture_weights};
use crate::mesh::Mesh;
use crate::vector::{Vector, add, dot, normalized, subtract, triangle_normal};

/// Projects the vertices to the picture, in samples.
pub(super) fn project(mesh: &Mesh, view: &View, width: usize, height: usize) -> Vec<Corner> {
    let half = [width as f32 * 0.5, height as f32 * 0.5];
    let corner = |&position: &Vector| {
        let offset = subtract(position, view.eye);
        let distance = dot(offset, view.forward);
        if distance <= view.near {
            return Corner::hidden();
        }
        let x = dot(offset, view.right) / (distance * view.slopes[0]);
        let y = dot(offset, view.up) / (distance * view.slopes[1]);
        Corner::new((1.0 + x) * half[0], (1.0 - y) * half[1], 1.0 / distance)
    };
    mesh.positions.par_iter().map(corner).collect()
}

/// Computes vertex normals as the area-weighted mean of the faces around each vertex.
pub(super) fn normals(mesh: &Mesh) -> Vec<Vector> {
    let mut sums = vec![[0.0; 3]; mesh.positions.len()];
    for &triangle in &mesh.triangles {
        let [a, b, c] = triangle.map(|index| mesh.positions[index as usize]);
        let face = triangle_normal([a, b, c]);
        for index in triangle {
            sums[index as usize] = add(sums[index as usize], face);
        }
    }
    sums.into_iter().map(normalized).collect()
}

/// A mesh, its vertex normals, and its vertices in the picture.
pub(super) struct Projected<'a> {
    pub(super) mesh: &'a Mesh,
    pub(super) normals: Cow<'a, [Vector]>,
    /// The corners relative to the current strip.
    pub(super) corners: Vec<Corner>,
}

impl Projected<'_> {
    /// Returns the weights of a triangle's corners at a sample, linear over the triangle.
    pub(super) fn weights(&self, corners: [u32; 3], x: usize, y: usize) -> [f32; 3] {
        // The weights are linear over the picture. The nearness corrects them for perspective.
        let on_picture = picture_weights(&self.corners, corners, x, y);
        let near: [f32; 3] =
            std::array::from_fn(|i| on_picture[i] * self.corners[corners[i] as usize].nearness);
        near.map(|weight| weight / (near[0] + near[1] + near[2]))
    }
}
