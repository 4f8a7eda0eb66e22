//! The stages from a field to a finished asset, in their order.

use std::time::Instant;

use crate::detail::{Floaters, Loss, hulls, levels, ordered, reduced, without_floaters};
use crate::error::{Watch, part};
use crate::mesh::Mesh;

use super::{GenerateOptions, Generated, ObjectField, Origin, Painting, PipelineError, Timings};

/// One mesh in the making, in the current thread pool.
pub(super) struct Assembly<'a> {
    field: &'a ObjectField,
    options: &'a GenerateOptions<'a>,
    timings: Timings,
}

/// How far the work is when a stage ends.
struct Ends {
    surface: f32,
    reduced: f32,
    colored: f32,
    painted: f32,
}

/// Textures take longer than all else.
const WITH_TEXTURES: Ends = Ends { surface: 0.3, reduced: 0.35, colored: 0.4, painted: 0.95 };
const WITHOUT_TEXTURES: Ends = Ends { surface: 0.85, reduced: 0.9, colored: 0.95, painted: 0.95 };

impl<'a> Assembly<'a> {
    pub(super) fn of(field: &'a ObjectField, options: &'a GenerateOptions<'a>) -> Self {
        Self { field, options, timings: Timings::default() }
    }

    pub(super) fn run(mut self) -> Result<Generated, PipelineError> {
        let Self { field, options, .. } = self;
        let ends = if options.texture_size > 0 { WITH_TEXTURES } else { WITHOUT_TEXTURES };
        let watch = options.watch;
        let begun = Instant::now();
        let of_surface = part(watch, 0.0, ends.surface);
        let (found, statistics) = field.extract(&GenerateOptions { watch: &of_surface, ..*options })?;
        self.timings.surface = begun.elapsed();
        let of_reduction = part(watch, ends.surface, ends.reduced);
        let (kept, floaters) = self.without_floaters(found, &part(&of_reduction, 0.0, 0.1))?;
        let (reduced, loss) = self.reduced(kept, &part(&of_reduction, 0.1, 1.0))?;
        let colored = self.colored(reduced, &part(watch, ends.reduced, ends.colored))?;
        let (mesh, painting) = self.painted(colored, &part(watch, ends.colored, ends.painted))?;
        let (mesh, levels, hulls) = self.finished(mesh, &part(watch, ends.painted, 1.0))?;
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

    /// Without components that are too small to be a part of the shape.
    fn without_floaters(&mut self, mesh: Mesh, watch: Watch<'_>) -> Result<(Mesh, Floaters), PipelineError> {
        let begun = Instant::now();
        let found = without_floaters(mesh, self.options.min_component, watch)?;
        self.timings.detail += begun.elapsed();
        Ok(found)
    }

    /// Within the budget. Where no texture will hold the colours, they count as detail.
    fn reduced(&mut self, mut mesh: Mesh, watch: Watch<'_>) -> Result<(Mesh, Option<Loss>), PipelineError> {
        let &GenerateOptions { triangles, texture_size, .. } = self.options;
        if triangles == 0 || mesh.triangles.len() <= triangles as usize {
            return Ok((mesh, None));
        }
        if texture_size == 0 {
            mesh = self.colored(mesh, &part(watch, 0.0, 0.5))?;
        }
        let begun = Instant::now();
        let (found, loss) = reduced(mesh, triangles, &part(watch, 0.5, 1.0))?;
        self.timings.detail += begun.elapsed();
        Ok((found, Some(loss)))
    }

    /// With colours and materials of the vertices, if they have none yet.
    fn colored(&mut self, mut mesh: Mesh, watch: Watch<'_>) -> Result<Mesh, PipelineError> {
        if mesh.colors.is_empty() {
            let begun = Instant::now();
            (mesh.colors, mesh.metallic_roughness) = self.field.appearance(&mesh.positions, watch)?;
            self.timings.texture += begun.elapsed();
        }
        Ok(mesh)
    }

    fn painted(&self, mesh: Mesh, watch: Watch<'_>) -> Result<(Mesh, Option<Painting>), PipelineError> {
        let size = self.options.texture_size;
        if size == 0 {
            return Ok((mesh, None));
        }
        let (mesh, painting) = self.field.painting(&mesh, size, watch)?;
        Ok((mesh, Some(painting)))
    }

    /// With levels and hulls, and in the order that graphics cards like, where an asset is asked for.
    #[allow(clippy::type_complexity)]
    fn finished(
        &mut self,
        mesh: Mesh,
        watch: Watch<'_>,
    ) -> Result<(Mesh, Vec<Vec<[u32; 3]>>, Vec<Mesh>), PipelineError> {
        let options = self.options;
        let begun = Instant::now();
        let levels = levels(&mesh, options.levels, &part(watch, 0.0, 0.7))?;
        let hulls = options.hulls.map(|options| hulls(&mesh, options, &part(watch, 0.7, 0.9))).transpose()?;
        watch(0.9)?;
        let (mesh, levels) = if options.is_asset() { ordered(&mesh, &levels) } else { (mesh, levels) };
        self.timings.detail += begun.elapsed();
        watch(1.0)?;
        Ok((mesh, levels, hulls.unwrap_or_default()))
    }
}
