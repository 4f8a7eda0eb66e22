//! Spectral normalization (Miyato et al. 2018): a matrix is divided by its largest singular value, which a
//! power iteration follows from step to step. ATT3D needs it for the mapping network (B.1.5).

use tch::Tensor;

use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::variables::{host, overwrite, sizes};

/// Iterations before the first step, so that the first estimate is close.
const FIRST_ITERATIONS: usize = 16;

/// The estimates of the singular vectors of one matrix.
pub struct SpectralNorm {
    name: String,
    /// Left singular vector, `[rows]`, and right singular vector, `[columns]`.
    vectors: [Tensor; 2],
}

impl SpectralNorm {
    /// Creates the estimates for a matrix and makes a few iterations. name: of the matrix, in checkpoints.
    pub fn new(name: &str, matrix: &Tensor) -> Result<Self, TrainError> {
        let _guard = tch::no_grad_guard();
        let [rows, columns] = <[i64; 2]>::try_from(matrix.size()).map_err(|_| TrainError::Array {
            name: name.to_owned(),
            found: Some(sizes(matrix)),
            expected: vec![0, 0],
        })?;
        // Any start that is not orthogonal to the singular vector is good. These values have no structure.
        let start = |length: i64| -> Result<Tensor, TrainError> {
            let values: Vec<f32> = (0..length).map(|index| (2.399_963 * index as f64).cos() as f32).collect();
            unit(&Tensor::f_from_slice(&values)?.f_to_device(matrix.device())?)
        };
        let mut norm = Self { name: name.to_owned(), vectors: [start(rows)?, start(columns)?] };
        for _ in 0..FIRST_ITERATIONS {
            norm.iterate(matrix)?;
        }
        Ok(norm)
    }

    /// Makes one power iteration.
    pub fn iterate(&mut self, matrix: &Tensor) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        let [left, right] = &mut self.vectors;
        *left = unit(&matrix.f_mv(right)?)?;
        *right = unit(&matrix.f_transpose(0, 1)?.f_mv(left)?)?;
        Ok(())
    }

    /// Returns the matrix divided by the estimate of its largest singular value. Gradients flow through both.
    pub fn apply(&self, matrix: &Tensor) -> Result<Tensor, TrainError> {
        let [left, right] = &self.vectors;
        let largest = matrix.f_mv(right)?.f_dot(left)?;
        Ok(matrix.f_div(&largest)?)
    }

    /// Adds the vectors to the arrays of a checkpoint.
    pub fn save(&self, arrays: &mut Arrays) -> Result<(), TrainError> {
        for (key, vector) in self.keys().into_iter().zip(&self.vectors) {
            arrays.insert(key, (sizes(vector), host(vector)?));
        }
        Ok(())
    }

    /// Restores the vectors that [`SpectralNorm::save`] wrote. Errors: `Array`.
    pub fn load(&mut self, arrays: &Arrays) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        for (key, vector) in self.keys().into_iter().zip(&mut self.vectors) {
            let expected = sizes(vector);
            match arrays.get(&key) {
                Some((shape, values)) if *shape == expected => overwrite(vector, values)?,
                other => {
                    let found = other.map(|(shape, _)| shape.clone());
                    return Err(TrainError::Array { name: key, found, expected });
                }
            }
        }
        Ok(())
    }

    fn keys(&self) -> [String; 2] {
        ["left", "right"].map(|side| format!("{side}/{}", self.name))
    }
}

fn unit(vector: &Tensor) -> Result<Tensor, TrainError> {
    let length = vector.f_norm()?.f_clamp_min(1e-12)?;
    Ok(vector.f_div(&length)?)
}
