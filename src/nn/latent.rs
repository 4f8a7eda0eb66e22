//! The text embedding that text encoders pass to generators.

use crate::tensor::{Tensor, TensorError, TensorResult};

/// The text embedding of a batch of prompts. All interpolation is a linear mix of latents ([`Latent::mix`]).
#[derive(Clone, Debug)]
pub struct Latent {
    /// Token embeddings after the last layer normalization, [b, context_length, width].
    pub tokens: Tensor,
    /// Embedding of the end token, [b, width].
    pub pooled: Tensor,
}

impl Latent {
    /// Returns one latent of the batch, as a batch of 1. Errors: `Range` if the batch does not have it.
    pub fn item(&self, index: usize) -> TensorResult<Self> {
        Ok(Self { tokens: self.tokens.narrow(0, index, 1)?, pooled: self.pooled.narrow(0, index, 1)? })
    }

    /// Concatenates latents into one batch. Errors: `Empty`, `ShapeMismatch`.
    pub fn batch(parts: &[&Self]) -> TensorResult<Self> {
        let join = |pick: fn(&Self) -> &Tensor| {
            Tensor::concat(&parts.iter().map(|latent| pick(latent)).collect::<Vec<_>>(), 0)
        };
        Ok(Self { tokens: join(|latent| &latent.tokens)?, pooled: join(|latent| &latent.pooled)? })
    }

    /// Adds two latents. A batch of 1 is added to each latent of the other batch. Errors: `ShapeMismatch`.
    pub fn add(&self, other: &Self) -> TensorResult<Self> {
        Ok(Self { tokens: self.tokens.add(&other.tokens)?, pooled: self.pooled.add(&other.pooled)? })
    }

    /// Computes Σ wᵢ cᵢ (ATT3D, eq. 8). parts: latents with equal batch sizes, and their weights. Errors:
    /// `Empty`, `ShapeMismatch`.
    pub fn mix(parts: &[(&Self, f32)]) -> TensorResult<Self> {
        let sum = |pick: fn(&Self) -> &Tensor| {
            let mut total: Option<Tensor> = None;
            for (latent, weight) in parts {
                let scaled = pick(latent).affine(*weight, 0.0)?;
                total = Some(match total {
                    Some(total) => total.add(&scaled)?,
                    None => scaled,
                });
            }
            total.ok_or(TensorError::Empty { operation: "mix" })
        };
        Ok(Self { tokens: sum(|latent| &latent.tokens)?, pooled: sum(|latent| &latent.pooled)? })
    }
}
