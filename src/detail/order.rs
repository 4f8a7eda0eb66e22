//! Order of triangles and vertices for fast rendering.

use meshopt::optimize_vertex_cache;

use crate::mesh::Mesh;

/// Returns the same mesh and levels in an order that is fast to render.
///
/// Triangles are in an order that suits vertex caches, and the mesh's vertices are in the order of their
/// first use. Vertices that no triangle names are left out. Each level must name only vertices that the
/// mesh's own triangles name, and those vertices must exist ([`Mesh::check`]).
pub fn ordered(mesh: &Mesh, levels: &[Vec<[u32; 3]>]) -> (Mesh, Vec<Vec<[u32; 3]>>) {
    let vertices = mesh.positions.len();
    let cached = |triangles: &[[u32; 3]]| -> Vec<[u32; 3]> {
        optimize_vertex_cache(triangles.as_flattened(), vertices).as_chunks::<3>().0.to_vec()
    };
    let (ordered, number) = by_first_use(mesh, &cached(&mesh.triangles));
    let renamed = |triangles: Vec<[u32; 3]>| -> Vec<[u32; 3]> {
        triangles.into_iter().map(|triangle| triangle.map(|corner| number[corner as usize])).collect()
    };
    (ordered, levels.iter().map(|level| renamed(cached(level))).collect())
}

/// Returns the mesh of these triangles, with vertices in the order of their first use. Also returns the new
/// index of each vertex, or `u32::MAX` for a vertex that is left out.
pub(super) fn by_first_use(mesh: &Mesh, triangles: &[[u32; 3]]) -> (Mesh, Vec<u32>) {
    let mut number = vec![u32::MAX; mesh.positions.len()];
    let mut kept: Vec<u32> = Vec::new();
    let triangles = triangles
        .iter()
        .map(|triangle| {
            triangle.map(|corner| {
                let number = &mut number[corner as usize];
                if *number == u32::MAX {
                    *number = kept.len() as u32;
                    kept.push(corner);
                }
                *number
            })
        })
        .collect();
    (Mesh { triangles, ..mesh.gathered(&kept) }, number)
}
