//! Shapes that are unwrapped and baked in tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod baking;
mod unwrapping;

use super::*;
use crate::error::no_progress;
use crate::mesh::Mesh;
use crate::surface::{ExtractOptions, PointwiseField, extract};
use crate::vector::normalized;

fn mesh_of(resolution: u32, distance: impl Fn([f32; 3]) -> f32 + Sync) -> Mesh {
    let options = ExtractOptions { resolution, ..Default::default() };
    extract(&PointwiseField(distance), &options).unwrap().mesh
}

fn sphere() -> Mesh {
    mesh_of(48, |[x, y, z]| (x * x + y * y + z * z).sqrt() - 0.7)
}

fn torus() -> Mesh {
    mesh_of(64, |[x, y, z]| (((x * x + z * z).sqrt() - 0.6).powi(2) + y * y).sqrt() - 0.2)
}

/// Returns the normal of [`torus`] near a point, tilted along X by the tangent of an angle.
fn torus_normal([x, y, z]: [f32; 3], tilt: f32) -> [f32; 3] {
    let share = 1.0 - 0.6 / (x * x + z * z).sqrt();
    let [x, y, z] = normalized([x * share, y, z * share]);
    normalized([x + tilt, y, z])
}

/// Returns a ramp that winds around the Y axis twice. Seen from above it covers itself. Its turns are one
/// connected surface.
fn spiral(steps: u32) -> Mesh {
    let mut mesh = Mesh::default();
    for step in 0..=steps {
        let share = step as f32 / steps as f32;
        let (sine, cosine) = (share * 4.0 * std::f32::consts::PI).sin_cos();
        for radius in [0.3, 0.8] {
            mesh.positions.push([radius * cosine, share - 0.5, -radius * sine]);
        }
    }
    for step in 0..steps {
        let first = step * 2;
        mesh.triangles.extend([[first, first + 1, first + 3], [first, first + 3, first + 2]]);
    }
    mesh
}

/// Returns a cube with sides of length one and shared corners.
fn cube() -> Mesh {
    let positions =
        (0..8).map(|corner| [0, 1, 2].map(|axis| if corner >> axis & 1 == 1 { 0.5 } else { -0.5 }));
    let triangles = vec![
        [0, 2, 3],
        [0, 3, 1],
        [4, 5, 7],
        [4, 7, 6],
        [0, 1, 5],
        [0, 5, 4],
        [2, 6, 7],
        [2, 7, 3],
        [0, 4, 6],
        [0, 6, 2],
        [1, 3, 7],
        [1, 7, 5],
    ];
    let positions: Vec<[f32; 3]> = positions.collect();
    let normals = positions.iter().map(|&corner| normalized(corner)).collect();
    Mesh { positions, normals, triangles, ..Mesh::default() }
}

fn flattened(mesh: &Mesh, texture_size: u32) -> Result<Unwrapped, TextureError> {
    unwrap(mesh, &UnwrapOptions { texture_size, ..UnwrapOptions::default() }, &no_progress)
}

fn texel_corners(mesh: &Mesh, size: u32, triangle: &[u32; 3]) -> [[f32; 2]; 3] {
    triangle.map(|corner| mesh.uvs[corner as usize].map(|part| part * size as f32))
}
