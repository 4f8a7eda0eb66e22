//! A generated mesh: its parts, its origin and the cost of its generation.

use crate::mesh::{Mesh, MorphTarget};
use std::time::Duration;

use super::Painting;
use super::origin::Origin;
use crate::detail::{Floaters, Loss};
use crate::surface::Statistics;

/// Time of each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// Time from the prompt to its latent.
    pub text: Duration,
    /// Time from the latent to the field.
    pub generator: Duration,
    /// Time from the field to triangles and normals.
    pub surface: Duration,
    /// Time for colors and materials of the vertices.
    pub texture: Duration,
    /// Time for the removal of small components, the budget, levels of detail, hulls, and the order of
    /// triangles.
    pub detail: Duration,
}

/// A mesh, its origin, and the cost of its generation.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Colored mesh in object space. A generated mesh is closed, except at the seams of textures.
    pub mesh: Mesh,
    /// Textures, if they were requested.
    pub painting: Option<Painting>,
    /// Further levels of detail: the mesh's vertices in fewer triangles. Each has about half the triangles of
    /// the level before. There are fewer levels than requested if the mesh cannot be halved so many times.
    pub levels: Vec<Vec<[u32; 3]>>,
    /// Convex hulls of the mesh, see [`hulls`](crate::detail::hulls), if hulls were requested. The hulls of
    /// the largest component are first, unless parts were joined to meet the limit. Hulls have only positions
    /// and triangles.
    pub hulls: Vec<Mesh>,
    /// Small components that were removed.
    pub floaters: Floaters,
    /// Deviation and removed components because of the triangle budget; `None` if the budget changed nothing.
    pub loss: Option<Loss>,
    /// Positions of the mesh's vertices at further keyframes ([`Model::morph`](super::Model::morph)).
    pub morph: Option<Morph>,
    /// Origin of the mesh.
    pub origin: Origin,
    /// Statistics of the extraction.
    pub statistics: Statistics,
    /// Time of each stage.
    pub timings: Timings,
}

impl Generated {
    /// Returns the triangles of a level of detail, of which 0 is the mesh itself; `None` for a level that the
    /// mesh does not have.
    pub fn triangles_of(&self, level: usize) -> Option<&[[u32; 3]]> {
        match level.checked_sub(1) {
            None => Some(&self.mesh.triangles),
            Some(index) => self.levels.get(index).map(Vec::as_slice),
        }
    }

    /// Returns a mesh that was not extracted, with its textures.
    pub(super) fn painted(mesh: Mesh, painting: Painting, origin: Origin) -> Self {
        Self {
            mesh,
            painting: Some(painting),
            levels: Vec::new(),
            hulls: Vec::new(),
            floaters: Floaters::default(),
            loss: None,
            morph: None,
            origin,
            statistics: Statistics::default(),
            timings: Timings::default(),
        }
    }
}

/// Measures of how well the morphed mesh follows a keyframe.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Residual {
    /// Mean distance of the morphed vertices from the keyframe's surface, object space.
    pub mean: f32,
    /// 99th percentile of the distance from the keyframe's surface to the morphed mesh, object space.
    pub uncovered: f32,
    /// 99th percentile of the distance from the centers of the morphed mesh's triangles to the keyframe's
    /// surface, object space.
    pub astray: f32,
    /// Share of the morphed mesh's area whose triangles face inwards because the mesh has folded.
    pub folded: f32,
}

/// Further keyframes of a mesh. The mesh itself is the first keyframe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Morph {
    /// Positions of the mesh's vertices at each further keyframe.
    pub targets: Vec<MorphTarget>,
    /// Residual of each target.
    pub residuals: Vec<Residual>,
}
