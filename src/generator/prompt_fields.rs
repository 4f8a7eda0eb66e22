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
    /// Evaluates the environment by tensor operations. Gradients flow through these operations if the engine
    /// records gradients. directions: [b, n, 3] or [1, n, 3], unit vectors, object space. Returns sRGB colors
    /// [b, n, 3]. Errors: `ShapeMismatch`.
    pub fn evaluate(&self, directions: &Tensor) -> TensorResult<Tensor> {
        let mut encoded = Vec::with_capacity(2 * self.octaves);
        for octave in 0..self.octaves {
            let scaled = directions.affine(frequency(octave), 0.0)?;
            encoded.push(scaled.unary(Unary::Sin)?);
            encoded.push(scaled.unary(Unary::Cos)?);
        }
        self.decode(&Tensor::concat(&encoded.iter().collect::<Vec<_>>(), 2)?)
    }

    /// Evaluates the environment. directions: unit vectors, object space. Returns sRGB colors [b, n, 3],
    /// row-major on the host. Errors: `Engine`.
    ///
    /// The directions are encoded on the host, because an engine of low precision rounds its inputs, and
    /// the highest frequency would multiply the rounding error by 128.
    pub fn colors(&self, directions: &[[f32; 3]]) -> TensorResult<Vec<f32>> {
        let mut encoded = Vec::with_capacity(directions.len() * 6 * self.octaves);
        for direction in directions {
            for octave in 0..self.octaves {
                let scaled = direction.map(|coordinate| coordinate * frequency(octave));
                encoded.extend(scaled.map(sin));
                encoded.extend(scaled.map(cos));
            }
        }
        let shape = [1, directions.len(), 6 * self.octaves];
        self.decode(&Tensor::from_slice(self.vector.engine(), &encoded, &shape)?)?.to_vec()
    }

    /// Computes colors from encoded directions, [b, n, 6 octaves] or [1, n, 6 octaves].
    fn decode(&self, encoded: &Tensor) -> TensorResult<Tensor> {
        let size = |tensor: &Tensor, axis: usize| tensor.shape().get(axis).copied().unwrap_or(0);
        let (batch, width) = (size(&self.vector, 0), size(&self.vector, 1));
        let count = size(encoded, 1);
        let encoded = if size(encoded, 0) == 1 { encoded.repeat_batch(batch)? } else { encoded.clone() };
        let vector = self.vector.reshape(&[batch, 1, width])?;
        let zeros = Tensor::from_slice(self.vector.engine(), &vec![0.0; count], &[1, count, 1])?;
        let spread = zeros.add(&vector)?;
        self.layer.forward(&Tensor::concat(&[&encoded, &spread], 2)?)?.unary(Unary::Sigmoid)
    }
}

/// Returns the frequency of an octave of the encoding of directions.
fn frequency(octave: usize) -> f32 {
    (1u32 << octave.min(31)) as f32
}
