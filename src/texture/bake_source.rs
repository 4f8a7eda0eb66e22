//! A surface that is evaluated at points of a mesh.

use super::TextureError;
use crate::error::{Cancelled, ProgressCallback};

/// Points on the mesh, and the mesh's unit normals there.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// Points in object space.
    pub points: &'a [[f32; 3]],
    /// One normal per point.
    pub normals: &'a [[f32; 3]],
}

/// The surface that the mesh approximates, near some points of the mesh. Each list has one value per point.
#[derive(Clone, Debug, Default)]
pub struct Landed {
    /// Points on the surface, object space.
    pub points: Vec<[f32; 3]>,
    /// Unit normals of the surface at these points, object space.
    pub normals: Vec<[f32; 3]>,
}

/// The values of a surface at points. Each list has one value per point.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Colors in sRGB, in [0, 1].
    pub colors: Vec<[f32; 3]>,
    /// Metallic and roughness, in [0, 1]. The list is empty if they are unknown.
    pub materials: Vec<[f32; 2]>,
}

/// A surface that can be evaluated at points. Several threads call it in parallel.
pub trait BakeSource: Sync {
    /// The error of an evaluation.
    type Error: From<TextureError> + From<Cancelled> + Send;

    /// Returns the preferred number of points per call.
    fn batch(&self) -> usize;

    /// Evaluates colors and materials at points of object space, at most [`batch`](Self::batch). on_progress:
    /// its result states whether to continue; its fraction is ignored. Errors: the surface's own.
    fn seen(&self, points: &[[f32; 3]], on_progress: ProgressCallback<'_>) -> Result<Answer, Self::Error>;

    /// Returns whether [`seen`](Self::seen) returns materials.
    fn knows_materials(&self) -> bool;

    /// Returns the side of the surface's cells in object space, or 0 if it has none. Normals have ripples of
    /// that length, and colors have few smaller details.
    ///
    /// If a cell has at least two texels, the surface is evaluated at about two texels per cell along each
    /// axis, and interpolated between them. Normals are then averaged over about a cell, except in charts
    /// that are narrower than a cell. Colors are evaluated at each texel where they change fast.
    fn grain(&self) -> f32;

    /// Returns whether [`landed`](Self::landed) may be called. Otherwise the mesh gets no normal map and no
    /// tangents, and colors are those of the points on the mesh.
    fn knows_normals(&self) -> bool;

    /// Returns the points of the true surface that are near points of the mesh, and the normals there.
    /// places: at most [`batch`](Self::batch) points. on_progress: as in [`seen`](Self::seen). Errors: the
    /// surface's own.
    fn landed(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Landed, Self::Error>;

    /// Returns whether [`open`](Self::open) may be called.
    fn knows_light(&self) -> bool;

    /// Returns the share of the sky's light that reaches each point, in [0, 1]. on_progress: as in
    /// [`seen`](Self::seen). Errors: the surface's own.
    fn open(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Vec<f32>, Self::Error>;
}

pub(super) fn same_length(asked: usize, answered: usize) -> Result<(), TextureError> {
    if asked == answered { Ok(()) } else { Err(TextureError::Answers { asked, answered }) }
}
