//! The functions that the renderer evaluates at points.

use std::ops::Range;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::generator::PromptFields;
use att3d::tensor::{Field, FieldParts, Tensor};
use att3d_torch::TorchEngine;

use crate::TrainError;
use crate::loss::exactly;

/// A medium that stops and emits light: functions from points to geometry and color, one for each prompt of a
/// batch.
pub trait Medium {
    /// Returns the field's signed distance or density. points: [b, n, 3], object space. Returns [b, n, 1].
    fn geometry(&self, points: &tch::Tensor) -> Result<tch::Tensor, TrainError>;

    /// Returns the same as [`Medium::geometry`], and the sRGB colors, [b, n, 3].
    fn sample(&self, points: &tch::Tensor) -> Result<(tch::Tensor, tch::Tensor), TrainError>;
}

/// The fields of a generator as a medium. A deformation of the surface is not applied.
pub struct FieldMedium {
    engine: Arc<dyn Engine>,
    geometry: Field,
    /// Field of the colors; `None` if the field of the geometry has them too.
    texture: Option<Field>,
    colors: Range<i64>,
}

impl FieldMedium {
    /// Prepares fields for rendering. engine: engine that computes them in full precision. Errors: `Torch`,
    /// `Engine`.
    pub fn new(engine: &Arc<dyn Engine>, fields: &PromptFields) -> Result<Self, TrainError> {
        let texture = match is_same(&fields.geometry, &fields.texture) {
            true => None,
            false => Some(exactly(engine, &fields.texture)?),
        };
        let colors = &fields.color_channels;
        Ok(Self {
            engine: engine.clone(),
            geometry: exactly(engine, &fields.geometry)?,
            texture,
            colors: colors.start as i64..colors.end as i64,
        })
    }

    fn evaluate(&self, field: &Field, points: &tch::Tensor) -> Result<tch::Tensor, TrainError> {
        let shape: Vec<usize> = points.size().iter().map(|&size| size as usize).collect();
        let points = Tensor::from_buffer(&self.engine, TorchEngine::wrap(points.shallow_clone()), &shape);
        Ok(TorchEngine::tensor(field.evaluate(&points)?.buffer())?)
    }
}

impl Medium for FieldMedium {
    fn geometry(&self, points: &tch::Tensor) -> Result<tch::Tensor, TrainError> {
        Ok(self.evaluate(&self.geometry, points)?.f_narrow(2, 0, 1)?)
    }

    fn sample(&self, points: &tch::Tensor) -> Result<(tch::Tensor, tch::Tensor), TrainError> {
        let geometry = self.evaluate(&self.geometry, points)?;
        let texture = match &self.texture {
            Some(texture) => self.evaluate(texture, points)?,
            None => geometry.shallow_clone(),
        };
        let colors = texture.f_narrow(2, self.colors.start, self.colors.end - self.colors.start)?;
        Ok((geometry.f_narrow(2, 0, 1)?, colors))
    }
}

/// Returns whether two fields are the same function, as those of ATT3D are. Then one evaluation is enough.
fn is_same(one: &Field, other: &Field) -> bool {
    let features = |field: &Field| match &field.parts {
        FieldParts::Triplane(planes) => vec![planes.buffer().clone()],
        FieldParts::VoxelGrids(levels) => levels.iter().map(|level| level.buffer().clone()).collect(),
    };
    let weights = |field: &Field| field.layers.iter().map(|layer| layer.weight.buffer().clone()).collect();
    let buffers = |field: &Field| -> Vec<_> {
        let weights: Vec<_> = weights(field);
        features(field).into_iter().chain(weights).collect()
    };
    let (one_has, other_has) = (buffers(one), buffers(other));
    one.heads.len() == other.heads.len()
        && one_has.len() == other_has.len()
        && one_has.iter().zip(&other_has).all(|(one, other)| one.is_same(other))
}
