//! The stages from a field to a finished asset, in order.

use std::time::Instant;

use crate::detail::{Floaters, Loss, hulls, levels, ordered, reduced, without_floaters};
use crate::error::{ProgressCallback, part};
use crate::mesh::Mesh;

use super::{GenerateOptions, Generated, ObjectField, Origin, Painting, PipelineError, Timings};

/// A mesh while its stages run. They run in the current thread pool.
pub(super) struct Assembly<'a> {
    field: &'a ObjectField,
    options: &'a GenerateOptions,
    timings: Timings,
}

/// Progress at the end of each stage.
struct Ends {
    surface: f32,
    reduced: f32,
    colored: f32,
    painted: f32,
}

/// Progress with textures, which take longer than all other stages.
const WITH_TEXTURES: Ends = Ends { surface: 0.3, reduced: 0.35, colored: 0.4, painted: 0.95 };
const WITHOUT_TEXTURES: Ends = Ends { surface: 0.85, reduced: 0.9, colored: 0.95, painted: 0.95 };

impl<'a> Assembly<'a> {
    pub(super) fn of(field: &'a ObjectField, options: &'a GenerateOptions) -> Self {
        Self { field, options, timings: Timings::default() }
    }

    pub(super) fn run(mut self, on_progress: ProgressCallback<'_>) -> Result<Generated, PipelineError> {
        let Self { field, options, .. } = self;
        let ends = if options.texture_size.is_some() { WITH_TEXTURES } else { WITHOUT_TEXTURES };
        let begun = Instant::now();
        let (found, statistics) = field.extract(options, &part(on_progress, 0.0, ends.surface))?;
        self.timings.surface = begun.elapsed();
        let of_reduction = part(on_progress, ends.surface, ends.reduced);
        let (kept, floaters) = self.without_floaters(found, &part(&of_reduction, 0.0, 0.1))?;
        let (reduced, loss) = self.reduced(kept, &part(&of_reduction, 0.1, 1.0))?;
        let colored = self.colored(reduced, &part(on_progress, ends.reduced, ends.colored))?;
        let (mesh, painting) = self.painted(colored, &part(on_progress, ends.colored, ends.painted))?;
        let (mesh, levels, hulls) = self.finished(mesh, &part(on_progress, ends.painted, 1.0))?;
        let origin = Origin { resolution: options.resolution, ..field.origin().clone() };
        let timings = self.timings;
        Ok(Generated {
            mesh,
            painting,
            levels,
            hulls,
            floaters,
            loss,
            morph: None,
            origin,
            statistics,
            timings,
        })
    }

    /// Removes components whose share of the whole volume is less than `min_component`.
    fn without_floaters(
        &mut self,
        mesh: Mesh,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Floaters), PipelineError> {
        let begun = Instant::now();
        let found = without_floaters(mesh, self.options.min_component, on_progress)?;
        self.timings.detail += begun.elapsed();
        Ok(found)
    }

    /// Reduces the mesh to the triangle budget. Without textures, vertex colors are computed first, because
    /// the reduction then preserves them.
    fn reduced(
        &mut self,
        mut mesh: Mesh,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Option<Loss>), PipelineError> {
        let &GenerateOptions { triangles, texture_size, .. } = self.options;
        let Some(budget) = triangles.filter(|&budget| mesh.triangles.len() > budget as usize) else {
            return Ok((mesh, None));
        };
        if texture_size.is_none() {
            mesh = self.colored(mesh, &part(on_progress, 0.0, 0.5))?;
        }
        let begun = Instant::now();
        let (found, loss) = reduced(mesh, budget, &part(on_progress, 0.5, 1.0))?;
        self.timings.detail += begun.elapsed();
        Ok((found, Some(loss)))
    }

    /// Adds colors and materials of the vertices, if there are none yet.
    fn colored(&mut self, mut mesh: Mesh, on_progress: ProgressCallback<'_>) -> Result<Mesh, PipelineError> {
        if mesh.colors.is_empty() {
            let begun = Instant::now();
            (mesh.colors, mesh.metallic_roughness) = self.field.appearance(&mesh.positions, on_progress)?;
            self.timings.texture += begun.elapsed();
        }
        Ok(mesh)
    }

    fn painted(
        &self,
        mesh: Mesh,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Option<Painting>), PipelineError> {
        let Some(size) = self.options.texture_size else { return Ok((mesh, None)) };
        let (mesh, painting) = self.field.painting(&mesh, size, on_progress)?;
        Ok((mesh, Some(painting)))
    }

    /// Adds levels of detail and hulls. Reorders an asset's triangles and vertices for fast drawing on
    /// graphics cards.
    #[allow(clippy::type_complexity, reason = "its only caller destructures the tuple immediately")]
    fn finished(
        &mut self,
        mesh: Mesh,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Vec<Vec<[u32; 3]>>, Vec<Mesh>), PipelineError> {
        let options = self.options;
        let begun = Instant::now();
        let levels = levels(&mesh, options.levels, &part(on_progress, 0.0, 0.7))?;
        let hulls =
            options.hulls.map(|options| hulls(&mesh, options, &part(on_progress, 0.7, 0.9))).transpose()?;
        on_progress(0.9)?;
        let (mesh, levels) = if options.is_asset() { ordered(&mesh, &levels) } else { (mesh, levels) };
        self.timings.detail += begun.elapsed();
        on_progress(1.0)?;
        Ok((mesh, levels, hulls.unwrap_or_default()))
    }
}
