//! What a mesh must hold before it is drawn or written.

use super::Mesh;

/// Why a mesh can be neither drawn nor written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MeshFault {
    /// There is nothing to draw.
    #[error("the mesh is empty: {vertices} vertices and {triangles} triangles")]
    Empty {
        /// Vertices found.
        vertices: usize,
        /// Triangles found.
        triangles: usize,
    },
    /// An attribute is neither absent nor one a vertex.
    #[error("the mesh has {found} {attribute} for {vertices} vertices: expected one for each, or none")]
    AttributeLength {
        /// The attribute's name, a plural.
        attribute: &'static str,
        /// How many of it were found.
        found: usize,
        /// Vertices found.
        vertices: usize,
    },
    /// An attribute holds a NaN or an infinity.
    #[error("{attribute} of vertex {vertex} hold a value that is not finite")]
    NotFinite {
        /// The attribute's name, a plural.
        attribute: &'static str,
        /// The first vertex concerned.
        vertex: usize,
    },
    /// A triangle names a vertex that does not exist.
    #[error("triangle {triangle} names vertex {index} of {vertices}")]
    IndexOutOfRange {
        /// The first triangle concerned.
        triangle: usize,
        /// The vertex it names.
        index: u32,
        /// Vertices found.
        vertices: usize,
    },
}

impl Mesh {
    /// Checks that the mesh is not empty, that attributes match in length and are finite, and that every index
    /// names a vertex. Errors: the first [`MeshFault`] found.
    pub fn check(&self) -> Result<(), MeshFault> {
        let vertices = self.positions.len();
        if vertices == 0 || self.triangles.is_empty() {
            return Err(MeshFault::Empty { vertices, triangles: self.triangles.len() });
        }
        check_attribute("positions", &self.positions, vertices)?;
        check_attribute("normals", &self.normals, vertices)?;
        check_attribute("colours", &self.colors, vertices)?;
        check_attribute("metallic and roughness", &self.metallic_roughness, vertices)?;
        check_attribute("texture coordinates", &self.uvs, vertices)?;
        check_attribute("tangents", &self.tangents, vertices)?;
        Self::check_triangles(&self.triangles, vertices)
    }

    /// Checks that every index names one of the vertices. Errors: `IndexOutOfRange`.
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
