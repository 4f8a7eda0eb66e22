//! The field of one prompt, evaluated at points by the surface extractor, the texture stage and callers.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::{Engine, EngineError, FieldDecoder, memory_left, run_on_threads_unless};
use crate::error::{ProgressCallback, part, progress_counter};
use crate::generator::PromptFields;
use crate::mesh::Mesh;
use crate::surface::{
    Bound, ExtractOptions, Extraction, FieldError, Polarity, ScalarField, Statistics, SurfaceError, extract,
};
use crate::vector::{dot, normalized, scale};
use crate::weights::config::SurfaceConfig;

use super::callback::patience;
use super::deformation::SurfaceDeformation;
use super::shape::check_finite;
use super::{GenerateOptions, Origin, PipelineError};

/// Smallest number of points per batch where a whole list of points is evaluated.
const BATCH: usize = 2_048;

/// Largest number of points whose channels are in memory together when a caller requests colors.
const BLOCK: usize = 65_536;

/// Progress of the extraction when the deformation begins.
const DEFORMED: f32 = 0.9;

/// A field that can be evaluated at any point of object space.
pub struct ObjectField {
    geometry: Box<dyn FieldDecoder>,
    texture: Box<dyn FieldDecoder>,
    cell: f32,
    color_channels: Range<usize>,
    material_channels: Option<Range<usize>>,
    surface: SurfaceConfig,
    /// Displacement of the extracted surface; `None` if the model predicts none. `geometry` evaluates the
    /// surface without this displacement.
    deformation: Option<SurfaceDeformation>,
    engine: Arc<dyn Engine>,
    origin: Origin,
}

/// sRGB colors, one per point; and metallic and roughness, one pair per point. The second list is empty if
/// the model does not predict metallic and roughness.
pub type Appearance = (Vec<[f32; 3]>, Vec<[f32; 2]>);

/// Values that a caller requests at its points. Each slice is as long as the list of points; `None` requests
/// nothing.
#[derive(Debug, Default)]
pub struct Query<'a> {
    /// Signed distance or density.
    pub values: Option<&'a mut [f32]>,
    /// Gradient of the value, per unit of object space.
    pub gradients: Option<&'a mut [[f32; 3]]>,
    /// sRGB color.
    pub colors: Option<&'a mut [[f32; 3]]>,
    /// Metallic and roughness. The values are 0 and 1 if the model does not predict them.
    pub materials: Option<&'a mut [[f32; 2]]>,
}

impl ObjectField {
    /// Returns the field of one item of a batch.
    pub(super) fn new(
        fields: &PromptFields,
        index: usize,
        surface: &SurfaceConfig,
        engine: &Arc<dyn Engine>,
        origin: &Origin,
    ) -> Result<Self, PipelineError> {
        Ok(Self {
            geometry: fields.geometry.item(index)?.decoder()?,
            texture: fields.texture.item(index)?.decoder()?,
            cell: fields.geometry.cell(),
            color_channels: fields.color_channels.clone(),
            material_channels: fields.material_channels.clone(),
            surface: surface.clone(),
            deformation: SurfaceDeformation::of(fields, index)?,
            engine: engine.clone(),
            origin: origin.clone(),
        })
    }

    /// Returns the engine that evaluates the field.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// Returns the provenance of the meshes that are made from the field, without their resolution.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the meaning of the values and the isovalue of the surface.
    pub fn surface(&self) -> &SurfaceConfig {
        &self.surface
    }

    /// Returns the side of the smallest cells between which the field's features are interpolated, object
    /// space. The field's normals ripple with this period.
    pub fn cell(&self) -> f32 {
        self.cell
    }

    /// Returns whether the model predicts metallic and roughness.
    pub fn has_materials(&self) -> bool {
        self.material_channels.is_some()
    }

    /// Evaluates a query at points of object space, on the engine's threads. on_progress: progress callback
    /// over the points; it may stop the work. Errors: `NotFinite`, `Engine`, `BrokenTexture`,
    /// `InsideCallback`, `Cancelled`.
    pub fn query(
        &self,
        points: &[[f32; 3]],
        query: Query<'_>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), PipelineError> {
        let Query { values, gradients, colors, materials } = query;
        check_finite(points)?;
        run_on_threads_unless(
            self.engine.as_ref(),
            || patience(on_progress),
            || {
                // Points are divided twice. The batches here allow progress and cancellation between them,
                // and are large enough for one call to a worker or a GPU. The embedded engine divides the
                // points of each call again (`Decoder::task`), because a call may have any number of points.
                let batch = self.geometry.batch().max(BATCH);
                // Values and colors cost about the same.
                let has_colors = colors.is_some() || materials.is_some();
                let has_values = gradients.is_some() || values.is_some();
                let middle = if has_colors { 0.5 } else { 1.0 };
                let of_values = part(on_progress, 0.0, middle);
                let begun = progress_counter(&of_values, points.len());
                if let Some(gradients) = gradients {
                    let mut beside = vec![0.0; points.len()];
                    let values = values.unwrap_or(&mut beside);
                    let chunks = points.par_chunks(batch).zip(values.par_chunks_mut(batch));
                    chunks.zip(gradients.par_chunks_mut(batch)).try_for_each(
                        |((points, values), gradients)| -> Result<(), PipelineError> {
                            begun(points.len())?;
                            let origins = self.origins(points)?;
                            Ok(self.geometry.decode_with_gradient(&origins, values, gradients)?)
                        },
                    )?;
                } else if let Some(values) = values {
                    let chunks = points.par_chunks(batch).zip(values.par_chunks_mut(batch));
                    chunks.try_for_each(|(points, values)| -> Result<(), PipelineError> {
                        begun(points.len())?;
                        self.sample(points, values)
                    })?;
                }
                let of_colors = part(on_progress, if has_values { middle } else { 0.0 }, 1.0);
                self.colors_into(points, colors, materials, &of_colors)?;
                Ok(on_progress(1.0)?)
            },
        )??
    }

    /// Writes colors and materials at points. The points are evaluated in blocks, so that the channels of all
    /// points are never in memory together.
    fn colors_into(
        &self,
        points: &[[f32; 3]],
        mut colors: Option<&mut [[f32; 3]]>,
        mut materials: Option<&mut [[f32; 2]]>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), PipelineError> {
        if colors.is_none() && materials.is_none() {
            return Ok(());
        }
        let all = points.len() as f32;
        for (block, points) in points.chunks(BLOCK).enumerate() {
            let before = block * BLOCK;
            let of_block = part(on_progress, before as f32 / all, (before + points.len()) as f32 / all);
            let (found_colors, found_materials) = self.appearance(points, &of_block)?;
            if let Some(colors) = colors.as_deref_mut() {
                colors.iter_mut().skip(before).zip(found_colors).for_each(|(color, found)| *color = found);
            }
            if let Some(materials) = materials.as_deref_mut() {
                let found = found_materials.into_iter().chain(std::iter::repeat_n([0.0, 1.0], points.len()));
                let place = materials.iter_mut().skip(before).take(points.len());
                place.zip(found).for_each(|(material, found)| *material = found);
            }
        }
        Ok(())
    }

    /// Computes signed distance or density at points of object space. values: as long as points. Errors:
    /// `Engine`.
    pub fn sample(&self, points: &[[f32; 3]], values: &mut [f32]) -> Result<(), PipelineError> {
        Ok(self.channel_zero(&self.origins(points)?, values)?)
    }

    /// Returns the points at which the geometry is evaluated to get the field's values at the given points.
    /// For a field without a deformation, these are the given points.
    fn origins<'a>(&self, points: &'a [[f32; 3]]) -> Result<Cow<'a, [[f32; 3]]>, EngineError> {
        Ok(match &self.deformation {
            Some(deformation) => Cow::Owned(deformation.origins(points)?),
            None => Cow::Borrowed(points),
        })
    }

    /// Returns the number of points for which one call is efficient.
    pub(super) fn batch_of_points(&self) -> usize {
        self.geometry.batch().max(BATCH)
    }

    /// Returns, for each point, the Newton step along the field's gradient to the surface, and the outward
    /// unit normal. The points are evaluated on the calling thread. One evaluation is enough: a distance
    /// field has the same gradient at a point as at the nearest surface point. The step is not finite if the
    /// gradient is zero. Errors: `Engine`.
    pub(super) fn ways_to_surface(
        &self,
        points: &[[f32; 3]],
    ) -> Result<impl ExactSizeIterator<Item = ([f32; 3], [f32; 3])> + use<>, EngineError> {
        let (level, outward) = match self.surface {
            SurfaceConfig::SignedDistance { iso_level, .. } => (iso_level, 1.0),
            SurfaceConfig::Density { threshold } => (threshold, -1.0),
        };
        let (mut values, mut gradients) = (vec![0.0; points.len()], vec![[0.0; 3]; points.len()]);
        self.geometry.decode_with_gradient(&self.origins(points)?, &mut values, &mut gradients)?;
        Ok(values.into_iter().zip(gradients).map(move |(value, gradient)| {
            let steps = (level - value) / dot(gradient, gradient);
            (scale(gradient, steps), normalized(scale(gradient, outward)))
        }))
    }

    /// Computes colors and materials at points of object space, in the current thread pool. Errors: `Engine`,
    /// `BrokenTexture`, `Cancelled`.
    pub fn appearance(
        &self,
        points: &[[f32; 3]],
        on_progress: ProgressCallback<'_>,
    ) -> Result<Appearance, PipelineError> {
        let channels = self.texture.channels();
        let mut decoded = vec![0.0; points.len() * channels];
        let batch = self.texture.batch().max(BATCH);
        let chunks = points.par_chunks(batch).zip(decoded.par_chunks_mut(batch * channels));
        let begun = progress_counter(on_progress, points.len());
        chunks.try_for_each(|(points, values)| -> Result<(), PipelineError> {
            begun(points.len())?;
            self.texture.decode(points, values)?;
            match values.iter().find(|value| !value.is_finite()) {
                Some(&found) => Err(PipelineError::BrokenTexture { found }),
                None => Ok(()),
            }
        })?;
        let last = self.material_channels.as_ref().unwrap_or(&self.color_channels).end;
        debug_assert!(
            self.color_channels.len() >= 3 && self.color_channels.end <= channels && last <= channels,
            "colors and materials end at {} and {last} of {channels} channels",
            self.color_channels.end
        );
        let channel = |row: &[f32], range: &Range<usize>, index: usize| {
            row.get(range.start + index).copied().unwrap_or_default()
        };
        let rows = decoded.par_chunks_exact(channels.max(1));
        let colors =
            rows.clone().map(|row| std::array::from_fn(|i| channel(row, &self.color_channels, i))).collect();
        let materials = match &self.material_channels {
            Some(range) => rows.map(|row| std::array::from_fn(|i| channel(row, range, i))).collect(),
            None => Vec::new(),
        };
        Ok((colors, materials))
    }

    /// Extracts the surface as positions and normals, in the current thread pool, and deforms it if the model
    /// predicts a deformation. Errors: all of [`SurfaceError`].
    pub fn extract(
        &self,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Statistics), SurfaceError> {
        let Some(deformation) = &self.deformation else { return self.undeformed(options, on_progress) };
        let (mut mesh, statistics) = self.undeformed(options, &part(on_progress, 0.0, DEFORMED))?;
        deformation.deform(&mut mesh, options.resolution, &part(on_progress, DEFORMED, 1.0))?;
        Ok((mesh, statistics))
    }

    /// Extracts the surface without its deformation. The whole grid is evaluated if the options require this,
    /// or if the bound on the field's values proves to be wrong.
    fn undeformed(
        &self,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Statistics), SurfaceError> {
        let &GenerateOptions { resolution, dense, .. } = options;
        let memory_limit = options.memory_limit.min(memory_left(self.engine.as_ref()));
        let bounds = |minimum, maximum| self.geometry.bounds(minimum, maximum);
        let (iso_level, polarity, bound) = match &self.surface {
            SurfaceConfig::SignedDistance { iso_level, envelope } => {
                (*iso_level, Polarity::InsideBelow, Bound::Envelope(envelope))
            }
            SurfaceConfig::Density { threshold } => {
                (*threshold, Polarity::InsideAbove, Bound::Interval(&bounds))
            }
        };
        let asked_densely = ExtractOptions {
            resolution,
            iso_level,
            polarity,
            memory_limit,
            on_progress,
            ..Default::default()
        };
        if !dense {
            let Extraction { mesh, statistics } = extract(self, &ExtractOptions { bound, ..asked_densely })?;
            if statistics.broken_promises == 0 {
                return Ok((mesh, statistics));
            }
            // The bound is wrong for this prompt, so parts of the surface may be missing.
        }
        let Extraction { mesh, statistics } = extract(self, &asked_densely)?;
        Ok((mesh, statistics))
    }

    fn channel_zero(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), EngineError> {
        let channels = self.geometry.channels();
        if channels == 1 {
            return self.geometry.decode(points, out);
        }
        let mut decoded = vec![0.0; points.len() * channels];
        self.geometry.decode(points, &mut decoded)?;
        debug_assert!(channels > 0, "the field has no channel");
        for (value, row) in out.iter_mut().zip(decoded.chunks_exact(channels.max(1))) {
            *value = row.first().copied().unwrap_or(f32::NAN);
        }
        Ok(())
    }
}

impl ScalarField for ObjectField {
    fn batch(&self) -> usize {
        self.geometry.batch()
    }

    fn values(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), FieldError> {
        Ok(self.channel_zero(points, out)?)
    }

    fn gradients(&self, points: &[[f32; 3]], out: &mut [[f32; 3]]) -> Result<(), FieldError> {
        let mut values = vec![0.0; points.len()];
        Ok(self.geometry.decode_with_gradient(points, &mut values, out)?)
    }
}
