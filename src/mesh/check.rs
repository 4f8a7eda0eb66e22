//! Checks that a mesh must pass before it is drawn or written.

use super::Mesh;

/// Reason why a mesh can be neither drawn nor written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeshFault {
    /// The mesh has no vertices or no triangles.
    #[error("the mesh is empty: {vertices} vertices and {triangles} triangles")]
    Empty {
        /// Number of vertices found.
        vertices: usize,
        /// Number of triangles found.
        triangles: usize,
    },
    /// An attribute is present but does not have one entry per vertex.
    #[error("the mesh has {found} {attribute} for {vertices} vertices: expected one per vertex, or none")]
    AttributeLength {
        /// Name of the attribute, in the plural.
        attribute: &'static str,
        /// Number of entries found.
        found: usize,
        /// Number of vertices found.
        vertices: usize,
    },
    /// An attribute holds a NaN or an infinity.
    #[error("the {attribute} of vertex {vertex} are not all finite: expected finite numbers")]
    NotFinite {
        /// Name of the attribute, in the plural.
        attribute: &'static str,
        /// Index of the first vertex concerned.
        vertex: usize,
    },
    /// A triangle refers to a vertex that does not exist.
    #[error("triangle {triangle} has the vertex index {index}: expected an index below {vertices}")]
    IndexOutOfRange {
        /// Index of the first triangle concerned.
        triangle: usize,
        /// Vertex index in that triangle.
        index: u32,
        /// Number of vertices found.
        vertices: usize,
    },
}

impl Mesh {
    /// Checks that the mesh is not empty, its attributes match in length and are finite, and its indices are
    /// valid.
    ///
    /// Errors: the first [`MeshFault`] found.
    pub fn check(&self) -> Result<(), MeshFault> {
        let vertices = self.positions.len();
        if vertices == 0 || self.triangles.is_empty() {
            return Err(MeshFault::Empty { vertices, triangles: self.triangles.len() });
        }
        check_attribute("positions", &self.positions, vertices)?;
        check_attribute("normals", &self.normals, vertices)?;
        check_attribute("colors", &self.colors, vertices)?;
        check_attribute("metallic and roughness", &self.metallic_roughness, vertices)?;
        check_attribute("texture coordinates", &self.uvs, vertices)?;
        check_attribute("tangents", &self.tangents, vertices)?;
        Self::check_triangles(&self.triangles, vertices)
    }

    /// Checks that every index is below `vertices`. Errors: `IndexOutOfRange`.
    pub fn check_triangles(triangles: &[[u32; 3]], vertices: usize) -> Result<(), MeshFault> {
        for (triangle, corners) in triangles.iter().enumerate() {
            if let Some(&index) = corners.iter().find(|&&index| index as usize >= vertices) {
                return Err(MeshFault::IndexOutOfRange { triangle, index, vertices });
            }
        }
        Ok(())
    }
}

fn check_attribute<const N: usize>(
    attribute: &'static str,
    values: &[[f32; N]],
    vertices: usize,
) -> Result<(), MeshFault> {
    if !values.is_empty() && values.len() != vertices {
        return Err(MeshFault::AttributeLength { attribute, found: values.len(), vertices });
    }
    match values.iter().position(|value| value.iter().any(|number| !number.is_finite())) {
        Some(vertex) => Err(MeshFault::NotFinite { attribute, vertex }),
        None => Ok(()),
    }
}
