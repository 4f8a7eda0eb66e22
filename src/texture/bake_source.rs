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

/// The values of a surface at points. Each list has one value per point, or is empty if the value is unknown.
/// Colors are always known.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Colors in sRGB, in [0, 1].
    pub colors: Vec<[f32; 3]>,
    /// Metallic and roughness, in [0, 1].
    pub materials: Vec<[f32; 2]>,
    /// Unit normals of the surface that the mesh approximates, in object space.
    pub normals: Vec<[f32; 3]>,
}

/// A surface that can be evaluated at points. Several threads call it in parallel.
pub trait BakeSource: Sync {
    /// The error of an evaluation.
    type Error: From<TextureError> + From<Cancelled> + Send;

    /// Returns the preferred number of points per call.
    fn batch(&self) -> usize;

    /// Evaluates the surface at points, at most [`batch`](Self::batch). on_progress: its result states
    /// whether to continue; its fraction is ignored. Errors: the surface's own.
    fn seen(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Answer, Self::Error>;

    /// Returns the side of the cells that cause ripples in the surface's normals, in object space, or 0 if
    /// there are no such cells. A normal map is averaged over this length.
    fn grain(&self) -> f32;

    /// Returns whether [`seen`](Self::seen) returns normals. Without them the mesh gets no tangents.
    fn knows_normals(&self) -> bool;

    /// Returns whether [`open`](Self::open) may be called.
    fn knows_light(&self) -> bool;

    /// Returns the share of the sky's light that reaches each point, in [0, 1]. on_progress: as in
    /// [`seen`](Self::seen). Errors: the surface's own.
    fn open(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Vec<f32>, Self::Error>;
}

pub(super) fn same_length(asked: usize, answered: usize) -> Result<(), TextureError> {
    if asked == answered { Ok(()) } else { Err(TextureError::Answers { asked, answered }) }
}
