//! One prompt's field on the host's side: asked by the extractor, the texture stage and callers.

use std::ops::Range;

use rayon::prelude::*;

use crate::engine::{EngineError, FieldDecoder};
use crate::error::Watch;
use crate::generator::PromptFields;
use crate::mesh::Mesh;
use crate::surface::{
    Bound, ExtractOptions, Extraction, FieldError, Polarity, ScalarField, Statistics, SurfaceError, extract,
};
use crate::weights::config::SurfaceConfig;

use super::PipelineError;

/// Points a batch of the texture stage: large enough to hide a call, small enough to share among threads.
const BATCH: usize = 2_048;

/// A field that answers for any point of object space.
pub struct ObjectField {
    geometry: Box<dyn FieldDecoder>,
    texture: Box<dyn FieldDecoder>,
    color_channels: Range<usize>,
    material_channels: Option<Range<usize>>,
    surface: SurfaceConfig,
}

impl ObjectField {
    /// The field of one item of a batch.
    pub(super) fn new(
        fields: &PromptFields,
        index: usize,
        surface: &SurfaceConfig,
    ) -> Result<Self, PipelineError> {
        Ok(Self {
            geometry: fields.geometry.item(index)?.decoder()?,
            texture: fields.texture.item(index)?.decoder()?,
            color_channels: fields.color_channels.clone(),
            material_channels: fields.material_channels.clone(),
            surface: surface.clone(),
        })
    }

    /// Signed distance or density at points, object space. values: as many as points.
    pub fn sample(&self, points: &[[f32; 3]], values: &mut [f32]) -> Result<(), PipelineError> {
        Ok(self.channel_zero(points, values)?)
    }

    /// sRGB colour, and metallic and roughness where the model predicts them, at points.
    #[allow(clippy::type_complexity)]
    pub fn appearance(&self, points: &[[f32; 3]]) -> Result<(Vec<[f32; 3]>, Vec<[f32; 2]>), PipelineError> {
        let channels = self.texture.channels();
        let mut decoded = vec![0.0; points.len() * channels];
        points
            .par_chunks(BATCH)
            .zip(decoded.par_chunks_mut(BATCH * channels))
            .try_for_each(|(points, values)| self.texture.decode(points, values))?;
        let channel = |row: &[f32], range: &Range<usize>, index: usize| {
            row.get(range.start + index).copied().unwrap_or_default()
        };
        let rows = decoded.chunks_exact(channels.max(1));
        let colors =
            rows.clone().map(|row| std::array::from_fn(|i| channel(row, &self.color_channels, i))).collect();
        let materials = match &self.material_channels {
            Some(range) => rows.map(|row| std::array::from_fn(|i| channel(row, range, i))).collect(),
            None => Vec::new(),
        };
        Ok((colors, materials))
    }

    /// Extracts the surface: positions and normals. dense: asks the whole grid (slow, for comparison), as happens too
    /// where the package's bound turns out to be wrong.
    pub fn extract(
        &self,
        resolution: u32,
        dense: bool,
        watch: Watch<'_>,
    ) -> Result<(Mesh, Statistics), SurfaceError> {
        let bounds = |minimum, maximum| self.geometry.bounds(minimum, maximum);
        let (iso_level, polarity, bound) = match &self.surface {
            SurfaceConfig::SignedDistance { iso_level, envelope } => {
                (*iso_level, Polarity::InsideBelow, Bound::Envelope(envelope))
            }
            SurfaceConfig::Density { threshold } => {
                (*threshold, Polarity::InsideAbove, Bound::Interval(&bounds))
            }
        };
        let asked_densely = ExtractOptions { resolution, iso_level, polarity, watch, ..Default::default() };
        if !dense {
            let Extraction { mesh, statistics } = extract(self, &ExtractOptions { bound, ..asked_densely })?;
            if statistics.broken_promises == 0 {
                return Ok((mesh, statistics));
            }
            // The package's envelope is too low for this prompt: parts may be missing.
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
        for (value, row) in out.iter_mut().zip(decoded.chunks_exact(channels.max(1))) {
            *value = row.first().copied().unwrap_or(f32::NAN);
        }
        Ok(())
    }
}

impl ScalarField for ObjectField {
    fn values(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), FieldError> {
        Ok(self.channel_zero(points, out)?)
    }

    fn gradients(&self, points: &[[f32; 3]], out: &mut [[f32; 3]]) -> Result<(), FieldError> {
        let mut values = vec![0.0; points.len()];
        Ok(self.geometry.decode_with_gradient(points, &mut values, out)?)
    }
}
