//! Unwrapping of meshes from artists' programs. Such meshes repeat vertices wherever a normal or a color is
//! discontinuous. Without welding, each face would become a chart.

use std::collections::HashMap;

use crate::error::ProgressCallback;
use crate::mesh::Mesh;

use super::{TextureError, UnwrapOptions, Unwrapped, unwrap};

/// Unwraps a mesh like [`unwrap`], and treats vertices at one position as connected. The result's vertices
/// keep the attributes of the mesh's vertices, except for texture coordinates and tangents. Errors: those of
/// [`unwrap`].
pub fn unwrap_welded(
    mesh: &Mesh,
    options: &UnwrapOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Unwrapped, TextureError> {
    mesh.check()?;
    let mut places: HashMap<[u32; 3], u32> = HashMap::with_capacity(mesh.positions.len());
    let mut positions = Vec::new();
    let place_of: Vec<u32> = mesh
        .positions
        .iter()
        .map(|position| {
            // The addition makes negative zero equal to positive zero.
            let key = position.map(|part| (part + 0.0).to_bits());
            *places.entry(key).or_insert_with(|| {
                positions.push(*position);
                positions.len() as u32 - 1
            })
        })
        .collect();
    let corners = |triangle: &[u32; 3]| triangle.map(|corner| place_of[corner as usize]);
    let welded =
        Mesh { positions, triangles: mesh.triangles.iter().map(corners).collect(), ..Mesh::default() };
    let found = unwrap(&welded, options, on_progress)?;
    // A vertex of the result combines a vertex of the mesh and a vertex of a chart, each combination once.
    let mut numbers: HashMap<(u32, u32), u32> = HashMap::with_capacity(mesh.positions.len());
    let (mut sources, mut uvs) = (Vec::new(), Vec::new());
    let mut triangles = Vec::with_capacity(mesh.triangles.len());
    for (charted, &source) in found.mesh.triangles.iter().zip(&found.triangle_sources) {
        let own = mesh.triangles[source as usize];
        triangles.push([0, 1, 2].map(|corner| {
            *numbers.entry((own[corner], charted[corner])).or_insert_with(|| {
                sources.push(own[corner]);
                uvs.push(found.mesh.uvs[charted[corner] as usize]);
                sources.len() as u32 - 1
            })
        }));
    }
    Ok(Unwrapped {
        mesh: Mesh { triangles, uvs, tangents: Vec::new(), ..mesh.gathered(&sources) },
        sources,
        ..found
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;
    use crate::error::no_progress;

    #[test]
    fn a_soup_of_triangles_has_as_many_charts_as_the_shape_has_sides() {
        // The mesh is a box whose twelve triangles share no vertex. Each triangle has its own normal.
        let mut soup = Mesh::default();
        for side in 0..6 {
            let (axis, far) = (side / 2, (side % 2) as f32);
            let corner = |u: f32, v: f32| {
                let mut position = [0.0; 3];
                (position[axis], position[(axis + 1) % 3], position[(axis + 2) % 3]) = (far, u, v);
                position
            };
            let square = [corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
            for half in [[0, 1, 2], [0, 2, 3]] {
                let half = if side % 2 == 1 { half } else { [half[0], half[2], half[1]] };
                let first = soup.positions.len() as u32;
                soup.positions.extend(half.map(|index| square[index]));
                let mut normal = [0.0; 3];
                normal[axis] = far * 2.0 - 1.0;
                soup.normals.extend([normal; 3]);
                soup.triangles.push([first, first + 1, first + 2]);
            }
        }
        let options = UnwrapOptions { texture_size: 128, margin: 2 };
        assert_eq!(unwrap(&soup, &options, &no_progress).unwrap().charts, 12);
        let found = unwrap_welded(&soup, &options, &no_progress).unwrap();
        assert_eq!((found.charts, found.mesh.triangles.len()), (6, 12));
        for (triangle, &source) in found.mesh.triangles.iter().zip(&found.triangle_sources) {
            for (corner, own) in triangle.iter().zip(soup.triangles[source as usize]) {
                assert_eq!(found.mesh.positions[*corner as usize], soup.positions[own as usize]);
                assert_eq!(found.mesh.normals[*corner as usize], soup.normals[own as usize]);
                assert_eq!(found.sources[*corner as usize], own);
            }
        }
    }
}
