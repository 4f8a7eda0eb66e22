//! Tangents, which define the frames of a normal map.

use meshopt::{TangentOptions, generate_tangents};

use crate::mesh::Mesh;

/// Computes a tangent for each vertex by MikkTSpace, as game engines do. The first three components are the
/// unit direction in which u grows. The sign times (normal × tangent) is the direction in which the image
/// goes up (glTF 2.0, 3.7.2.1).
///
/// Where the corners of a vertex disagree, the triangle with the largest area in the texture decides. The
/// mesh must have normals and texture coordinates.
pub(super) fn tangents(mesh: &Mesh) -> Vec<[f32; 4]> {
    // MikkTSpace expects v to point up.
    let uvs: Vec<[f32; 2]> = mesh.uvs.iter().map(|[u, v]| [*u, 1.0 - v]).collect();
    let indices = mesh.triangles.as_flattened();
    let normals = mesh.unit_normals();
    let corners =
        generate_tangents(Some(indices), &mesh.positions, &normals, &uvs, TangentOptions::Compatible);
    let mut found = vec![([1.0, 0.0, 0.0, 1.0], 0.0); mesh.positions.len()];
    for (triangle, tangents) in mesh.triangles.iter().zip(corners.chunks_exact(3)) {
        let [p, q, r] = triangle.map(|corner| mesh.uvs[corner as usize]);
        // A sliver may be degenerate or mirrored in the texture. The largest adjacent triangle has the most
        // reliable direction of u.
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
