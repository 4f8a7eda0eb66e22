//! How a tensor of the package is made from stored tensors.

use crate::convert::error::ConvertError;

/// The files of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum File {
    Text,
    UNet,
    Vae,
    Adapter,
}

impl File {
    /// All files, with names for messages.
    pub(super) const ALL: [(Self, &'static str); 4] =
        [(Self::Text, "text encoder"), (Self::UNet, "U-Net"), (Self::Vae, "VAE"), (Self::Adapter, "adapter")];
}

/// A stored tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TensorSource {
    pub file: File,
    pub name: String,
}

/// How a tensor is made.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Recipe {
    /// A copy of a stored tensor.
    Copy(TensorSource),
    /// The product of the factors up and down is added to a weight. A convolution's weight is a matrix too:
    /// its rows are the outputs.
    Merge { weight: TensorSource, down: TensorSource, up: TensorSource, outputs: usize },
    /// Stored tensors, one after the other.
    Stack(Vec<TensorSource>),
}

/// Reads the values of a stored tensor.
pub(super) type Read<'a> = &'a dyn Fn(&TensorSource) -> Result<Vec<f32>, ConvertError>;

impl Recipe {
    /// Returns the values. Errors: those of `read`.
    pub(super) fn values(&self, read: Read<'_>) -> Result<Vec<f32>, ConvertError> {
        match self {
            Self::Copy(part) => read(part),
            Self::Merge { weight, down, up, outputs } => {
                let mut merged = read(weight)?;
                add_product(&mut merged, &read(up)?, &read(down)?, *outputs);
                Ok(merged)
            }
            Self::Stack(parts) => {
                let mut values = Vec::new();
                for part in parts {
                    values.extend(read(part)?);
                }
                Ok(values)
            }
        }
    }
}

/// Adds a product of matrices to a matrix. weight: [outputs, inputs]; up: [outputs, rank]; down:
/// [rank, inputs].
fn add_product(weight: &mut [f32], up: &[f32], down: &[f32], outputs: usize) {
    let outputs = outputs.max(1);
    let (inputs, rank) = (weight.len() / outputs, up.len() / outputs);
    let rows = weight.chunks_exact_mut(inputs.max(1)).zip(up.chunks_exact(rank.max(1)));
    for (row, factors) in rows {
        for (factor, down) in factors.iter().zip(down.chunks_exact(inputs.max(1))) {
            row.iter_mut().zip(down).for_each(|(value, down)| *value += factor * down);
        }
    }
}
