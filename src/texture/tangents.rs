//! Tangents, by which a normal map's directions are written.

use meshopt::{TangentOptions, generate_tangents};

use crate::mesh::Mesh;

/// A tangent for each vertex, as MikkTSpace has them and hosts compute them again: unit, along which u grows, and the sign by
/// which normal × tangent is the direction in which the image goes up (glTF 2.0, 3.7.2.1). Where the corners of a vertex
/// disagree, that of the triangle which is largest in the texture. The mesh has normals and texture coordinates.
pub(super) fn tangents(mesh: &Mesh) -> Vec<[f32; 4]> {
    // MikkTSpace has v upwards.
    let uvs: Vec<[f32; 2]> = mesh.uvs.iter().map(|[u, v]| [*u, 1.0 - v]).collect();
    let indices = mesh.triangles.as_flattened();
    let normals = mesh.unit_normals();
    let corners =
        generate_tangents(Some(indices), &mesh.positions, &normals, &uvs, TangentOptions::Compatible);
    let mut found = vec![([1.0, 0.0, 0.0, 1.0], 0.0); mesh.positions.len()];
    for (triangle, tangents) in mesh.triangles.iter().zip(corners.chunks_exact(3)) {
        let [p, q, r] = triangle.map(|corner| mesh.uvs[corner as usize]);
        // A sliver may lie edge-on or mirrored; the largest triangle around says best where u grows.
        let area = ((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])).abs();
        for (&corner, &tangent) in triangle.iter().zip(tangents) {
            let (kept, largest) = &mut found[corner as usize];
            if area > *largest {
                (*kept, *largest) = (tangent, area);
            }
        }
    }
    found.into_iter().map(|(tangent, _)| tangent).collect()
}
