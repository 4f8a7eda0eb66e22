//! The order in which a graphics card likes its triangles and vertices.

use meshopt::optimize_vertex_cache;

use crate::mesh::Mesh;

/// The same mesh and levels, their triangles in the order of vertex caches and the mesh's vertices in the order of their first
/// use; vertices that no triangle names are left out. Each level names vertices that the mesh's own triangles name, and
/// those name vertices of the mesh ([`Mesh::check`]).
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

/// The mesh of these triangles, its vertices in the order in which they name them; and the new number of each vertex,
/// `u32::MAX` for those that are left out.
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
