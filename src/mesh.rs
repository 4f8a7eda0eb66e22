//! The triangle mesh that surface extraction makes and that rendering and export read.

mod check;
mod placement;

pub use check::MeshFault;
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
    /// Texture coordinates of each vertex, in [0, 1]: to the right and down from the image's upper left corner; empty where
    /// the mesh has none.
    pub uvs: Vec<[f32; 2]>,
    /// Three vertex indices a triangle.
    pub triangles: Vec<[u32; 3]>,
}
