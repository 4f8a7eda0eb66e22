//! The displacement of an extracted surface, for models that predict one.

use rayon::prelude::*;

use crate::engine::{EngineError, FieldDecoder};
use crate::error::{ProgressCallback, part, progress_counter};
use crate::generator::PromptFields;
use crate::mesh::Mesh;
use crate::surface::SurfaceError;
use crate::vector::{add, normalized, scale, subtract, triangle_normal};

use super::PipelineError;

/// Number of points per task.
const BATCH: usize = 4_096;

/// The displacement of the surface of one field.
pub(super) struct SurfaceDeformation {
    decoder: Box<dyn FieldDecoder>,
    /// Length in object space of a decoded displacement of length 1.
    unit: f32,
}

/// An edge of the extraction's grid on which a vertex lies.
struct GridEdge {
    ends: [[f32; 3]; 2],
    /// Position of the vertex between the ends, from 0 to 1.
    along: f32,
}

impl SurfaceDeformation {
    /// Returns the deformation of one item of a batch; `None` if the model predicts none.
    pub(super) fn of(fields: &PromptFields, index: usize) -> Result<Option<Self>, PipelineError> {
        let Some(deformation) = &fields.deformation else { return Ok(None) };
        Ok(Some(Self { decoder: deformation.field.item(index)?.decoder()?, unit: deformation.unit }))
    }

    /// Returns the displacements of points, in object space.
    fn displacements(&self, points: &[[f32; 3]]) -> Result<Vec<[f32; 3]>, EngineError> {
        let mut found = vec![[0.0; 3]; points.len()];
        self.decoder.decode(points, found.as_flattened_mut())?;
        found.iter_mut().for_each(|displacement| *displacement = scale(*displacement, self.unit));
        Ok(found)
    }

    /// Returns approximately the points that the deformation moves to the given points. Each is the given
    /// point minus the displacement there. The displacement changes little over its own length, so this one
    /// step is accurate enough.
    pub(super) fn origins(&self, points: &[[f32; 3]]) -> Result<Vec<[f32; 3]>, EngineError> {
        let displacements = self.displacements(points)?;
        Ok(points.iter().zip(displacements).map(|(&point, moved)| subtract(point, moved)).collect())
    }

    /// Moves the vertices of an extracted mesh, and computes their normals from the triangles.
    ///
    /// Each vertex lies on an edge of the extraction's grid. The displacements of both ends are interpolated,
    /// as in the marching cubes that TriplaneTurbo was trained with. Points on the walls of the box [-1, 1]³
    /// do not move. Errors: `Field`, `Cancelled`.
    pub(super) fn deform(
        &self,
        mesh: &mut Mesh,
        resolution: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), SurfaceError> {
        let of_points = part(on_progress, 0.0, 0.9);
        let begun = progress_counter(&of_points, mesh.positions.len());
        mesh.positions.par_chunks_mut(BATCH).try_for_each(|positions| -> Result<(), SurfaceError> {
            begun(positions.len())?;
            let edges: Vec<GridEdge> =
                positions.iter().map(|&position| GridEdge::of(position, resolution)).collect();
            let ends: Vec<[f32; 3]> = edges.iter().flat_map(|edge| edge.ends).collect();
            let mut displacements =
                self.displacements(&ends).map_err(|error| SurfaceError::Field(error.into()))?;
            for (displacement, end) in displacements.iter_mut().zip(&ends) {
                if end.iter().any(|coordinate| coordinate.abs() >= 1.0) {
                    *displacement = [0.0; 3];
                }
            }
            let pairs = displacements.as_chunks::<2>().0;
            for ((position, edge), [start, end]) in positions.iter_mut().zip(&edges).zip(pairs) {
                let moved = add(scale(*start, 1.0 - edge.along), scale(*end, edge.along));
                *position = add(*position, moved);
            }
            Ok(())
        })?;
        on_progress(0.9)?;
        mesh.normals = normals(&mesh.positions, &mesh.triangles);
        Ok(on_progress(1.0)?)
    }
}

impl GridEdge {
    /// Returns the edge on which a vertex lies. It is along the axis on which the vertex is farthest from
    /// the points of the grid.
    fn of(position: [f32; 3], resolution: u32) -> Self {
        let cells = f64::from(resolution);
        let places = position.map(|coordinate| (f64::from(coordinate) + 1.0) * cells / 2.0);
        let distances = places.map(|place| (place - place.round()).abs());
        let axis = (0..3).max_by(|&a, &b| distances[a].total_cmp(&distances[b])).unwrap_or(0);
        let low = places[axis].floor();
        let ends = [0.0, 1.0].map(|step| {
            let point = |index: usize| if index == axis { low + step } else { places[index].round() };
            std::array::from_fn(|index| (2.0 * point(index) / cells - 1.0) as f32)
        });
        Self { ends, along: (places[axis] - low) as f32 }
    }
}

/// Returns the unit normals of the vertices: the mean of their triangles' normals, weighted by area.
fn normals(positions: &[[f32; 3]], triangles: &[[u32; 3]]) -> Vec<[f32; 3]> {
    let mut sums = vec![[0.0_f32; 3]; positions.len()];
    for corners in triangles {
        let area = triangle_normal(corners.map(|corner| positions[corner as usize]));
        for &corner in corners {
            let sum = &mut sums[corner as usize];
            *sum = add(*sum, area);
        }
    }
    sums.into_iter().map(normalized).collect()
}

#[cfg(test)]
mod tests;
