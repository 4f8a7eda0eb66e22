//! The triangle mesh that surface extraction produces and that rendering and export read.

mod check;
mod measure;
mod placement;
mod sets;

pub use check::MeshFault;
pub use measure::Measures;
pub(crate) use measure::{for_each_edge, points_of, points_of_watched};
pub use placement::{Pivot, Placement, Scale, ScaleError, Up, bounds};
pub(crate) use sets::DisjointSets;

use crate::vector::triangle_normal;

/// Indexed triangle mesh in object space: [-1, 1]³, right-handed, +Y up, +Z front.
///
/// Triangles are counter-clockwise when seen from outside.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mesh {
    /// Vertex positions in object space.
    pub positions: Vec<[f32; 3]>,
    /// Outward unit normals, one per vertex. Empty if the mesh has none.
    pub normals: Vec<[f32; 3]>,
    /// Vertex colors: sRGB-encoded red, green and blue in [0, 1]. Empty if the mesh has none.
    pub colors: Vec<[f32; 3]>,
    /// Metallic and roughness in [0, 1], one pair per vertex. Empty if the mesh has none.
    pub metallic_roughness: Vec<[f32; 2]>,
    /// Texture coordinates, one pair per vertex. Empty if the mesh has none.
    ///
    /// u increases to the right and v down, from the upper left corner of the texture. Both are in [0, 1],
    /// except in a mesh of the caller with textures that repeat.
    pub uvs: Vec<[f32; 2]>,
    /// Unit tangents, one per vertex. Empty if the mesh has none.
    ///
    /// The first three numbers are the direction in which u increases. The fourth is the sign with which
    /// normal × tangent points up in the texture.
    pub tangents: Vec<[f32; 4]>,
    /// Vertex indices, three per triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// Further positions, normals and colors of a mesh's vertices. Each list has one entry per vertex. Normals
/// and colors may also be empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MorphTarget {
    /// Name of the target.
    pub name: String,
    /// Vertex positions in object space.
    pub positions: Vec<[f32; 3]>,
    /// Unit normals.
    pub normals: Vec<[f32; 3]>,
    /// Vertex colors: sRGB-encoded red, green and blue in [0, 1].
    pub colors: Vec<[f32; 3]>,
}

impl Mesh {
    /// Computes vertex normals: the normalized mean of the unit normals of the triangles at each vertex.
    ///
    /// A vertex gets the normal +Y if it has no triangle or if this mean is zero. The mesh must have passed
    /// [`Mesh::check`].
    pub fn mean_normals(&self) -> Vec<[f32; 3]> {
        let mut sums = vec![[0.0f32; 3]; self.positions.len()];
        for triangle in &self.triangles {
            let face = triangle_normal(triangle.map(|corner| self.positions[corner as usize]));
            let length = face.iter().map(|part| part * part).sum::<f32>().sqrt();
            if length > 0.0 && length.is_finite() {
                for &corner in triangle {
                    let sum = &mut sums[corner as usize];
                    *sum = [0, 1, 2].map(|axis| sum[axis] + face[axis] / length);
                }
            }
        }
        Self { normals: sums, ..Self::default() }.unit_normals()
    }

    /// Returns the vertices with the indices `sources`, with all their attributes and without triangles.
    pub(crate) fn gathered(&self, sources: &[u32]) -> Self {
        fn picked<T: Copy>(values: &[T], sources: &[u32]) -> Vec<T> {
            sources.iter().filter_map(|&source| values.get(source as usize).copied()).collect()
        }
        Self {
            positions: picked(&self.positions, sources),
            normals: picked(&self.normals, sources),
            colors: picked(&self.colors, sources),
            metallic_roughness: picked(&self.metallic_roughness, sources),
            uvs: picked(&self.uvs, sources),
            tangents: picked(&self.tangents, sources),
            triangles: Vec::new(),
        }
    }
}
