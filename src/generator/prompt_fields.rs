//! The output of a generator.

use crate::engine::Unary;
use crate::math::{cos, sin};
use crate::nn::Linear;
use crate::tensor::{Field, Tensor, TensorResult};
use std::ops::Range;

/// The output of a generator for a batch of latents.
#[derive(Clone, Debug)]
pub struct PromptFields {
    /// Field whose channel 0 is a signed distance or a density.
    pub geometry: Field,
    /// Field that holds the color.
    pub texture: Field,
    /// Channels of `texture` that hold sRGB red, green and blue.
    pub color_channels: Range<usize>,
    /// Channels of `texture` that hold metallic and roughness; `None` if the model does not predict them.
    pub material_channels: Option<Range<usize>>,
    /// Environment around the object; `None` if the model does not predict it.
    pub environment: Option<EnvironmentMap>,
    /// Displacement of the surface; `None` if the model does not predict it.
    pub deformation: Option<Deformation>,
}

/// A displacement of the points of the surface. The surface is extracted from the undeformed field. Then each
/// point of the surface moves by the displacement at this point, which is interpolated between the points of
/// the extraction's grid.
#[derive(Clone, Debug)]
pub struct Deformation {
    /// Field of the displacements along x, y and z.
    pub field: Field,
    /// Length of a displacement of 1, in object space.
    pub unit: f32,
}

/// The environment of ATT3D's objects: a function from directions to colors.
#[derive(Clone, Debug)]
pub struct EnvironmentMap {
    pub(super) layer: Linear,
    pub(super) vector: Tensor,
    pub(super) octaves: usize,
}

impl EnvironmentMap {
    /// Evaluates the environment. directions: unit vectors, object space. Returns sRGB colors [b, n, 3],
    /// row-major on the host. Errors: `Engine`.
    pub fn colors(&self, directions: &[[f32; 3]]) -> TensorResult<Vec<f32>> {
        let batch = self.vector.shape().first().copied().unwrap_or(0);
        let count = directions.len();
        let engine = self.vector.engine();
        let mut encoded = Vec::with_capacity(count * 6 * self.octaves);
        for direction in directions {
            for octave in 0..self.octaves {
                let scaled = direction.map(|coordinate| coordinate * (1u32 << octave.min(31)) as f32);
                encoded.extend(scaled.map(sin));
                encoded.extend(scaled.map(cos));
            }
        }
        let encoded =
            Tensor::from_slice(engine, &encoded, &[1, count, 6 * self.octaves])?.repeat_batch(batch)?;
        let width = self.vector.shape().get(1).copied().unwrap_or(0);
        let vector = self.vector.reshape(&[batch, 1, width])?;
        let spread = Tensor::from_slice(engine, &vec![0.0; count], &[1, count, 1])?.add(&vector)?;
        self.layer.forward(&Tensor::concat(&[&encoded, &spread], 2)?)?.unary(Unary::Sigmoid)?.to_vec()
    }
}
