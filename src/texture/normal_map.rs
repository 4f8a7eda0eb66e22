//! Normals in the frame of a normal map.

use wide::f32x8;

use crate::vector::{Number, Vector, cross, dot, subtract};

use super::levels::{LANES, levels};

/// Smallest length by which a vector is divided.
const SHORTEST: f32 = 1e-18;
/// Smallest part of a normal that points out of the mesh. A normal that is interpolated across a sharp edge
/// can point into the mesh, and glTF has no such normals.
const LEAST_OUTWARD: f32 = 1e-12;

impl Number for f32x8 {}

/// Converts normals of the true surface into the texels of a normal map. Each texel has the frame that
/// shaders use: it is made of the interpolated normal and tangent of the mesh. The fourth number of a tangent
/// is the sign of the bitangent. found: the normals of the true surface. Normals have any length, and the
/// lists have the same length.
pub(super) fn texels(normals: &[Vector], tangents: &[[f32; 4]], found: &[Vector]) -> Vec<[u8; 3]> {
    let mut texels = Vec::with_capacity(normals.len());
    let groups = normals.chunks(LANES).zip(tangents.chunks(LANES)).zip(found.chunks(LANES));
    for ((normals, tangents), found) in groups {
        let normal = normalized(columns(normals));
        let [x, y, z, sign] = columns(tangents);
        let given = [x, y, z];
        let along = dot(normal, given);
        let tangent = normalized(subtract(given, normal.map(|part| part * along)));
        let sign = f32x8::new(sign.to_array().map(f32::signum));
        let bitangent = cross(normal, tangent).map(|part| part * sign);
        let found = columns(found);
        let out = dot(found, normal).max(f32x8::splat(LEAST_OUTWARD));
        let local = normalized([dot(found, tangent), dot(found, bitangent), out]);
        let rounded = local.map(|part| levels(part * 0.5 + 0.5));
        texels.extend((0..normals.len()).map(|lane| rounded.map(|levels| levels[lane])));
    }
    texels
}

/// Transposes the vectors of up to `LANES` texels. The numbers of the other texels are zero.
fn columns<const N: usize>(vectors: &[[f32; N]]) -> [f32x8; N] {
    let mut columns = [[0.0; LANES]; N];
    for (lane, vector) in vectors.iter().enumerate().take(LANES) {
        columns.iter_mut().zip(vector).for_each(|(column, &part)| column[lane] = part);
    }
    columns.map(f32x8::new)
}

/// Returns vectors scaled to unit length. Those that are too short to have a direction stay short.
fn normalized(vectors: [f32x8; 3]) -> [f32x8; 3] {
    let length = dot(vectors, vectors).sqrt().max(f32x8::splat(SHORTEST));
    vectors.map(|part| part / length)
}
