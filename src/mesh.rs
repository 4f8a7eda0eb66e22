//! The triangle mesh that surface extraction makes and that rendering and export read.

mod check;
mod measure;
mod placement;

pub use check::MeshFault;
pub use measure::Measures;
pub(crate) use measure::{for_each_edge, points_of, points_of_watched};
pub use placement::{Pivot, Placement, Scale, ScaleError, Up, bounds};

/// An indexed triangle mesh in object space: [-1, 1]³, right-handed, +Y up, +Z front.
///
/// Triangles are counter-clockwise seen from outside.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mesh {
    /// Vertex positions, object space.
    pub positions: Vec<[f32; 3]>,
    /// Unit outward normals, one a vertex.
    pub normals: Vec<[f32; 3]>,
    /// Vertex colours, sRGB-encoded red, green, blue in [0, 1]; empty where the mesh has none.
    pub colors: Vec<[f32; 3]>,
    /// Metallic and roughness of each vertex, in [0, 1]; empty where the mesh has none.
    pub metallic_roughness: Vec<[f32; 2]>,
    /// Texture coordinates of each vertex, to the right and down from the image's upper left corner, in [0, 1] unless they were
    /// given by a caller, whose pictures repeat; empty where the mesh has none.
    pub uvs: Vec<[f32; 2]>,
    /// Unit tangents, along which u grows, and the sign by which normal × tangent is the direction in which the image goes up;
    /// empty where the mesh has none.
    pub tangents: Vec<[f32; 4]>,
    /// Three vertex indices a triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// A mesh's vertices elsewhere, in another dress; each list is one a vertex.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MorphTarget {
    /// What it is called.
    pub name: String,
    /// Object space.
    pub positions: Vec<[f32; 3]>,
    /// Of length one.
    pub normals: Vec<[f32; 3]>,
    /// sRGB-encoded red, green, blue in [0, 1].
    pub colors: Vec<[f32; 3]>,
}

impl Mesh {
    /// Of each vertex the mean of its triangles' unit normals, of length one; +Y where there is none. The mesh has been checked.
    pub fn mean_normals(&self) -> Vec<[f32; 3]> {
        let mut sums = vec![[0.0f32; 3]; self.positions.len()];
        for triangle in &self.triangles {
            let [a, b, c] = triangle.map(|corner| self.positions[corner as usize]);
            let [u, v] = [b, c].map(|corner| [0, 1, 2].map(|axis| corner[axis] - a[axis]));
            let face = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
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

    /// The mesh's vertices of these numbers, with all that they have, and no triangles. sources: each names a vertex.
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
