//! Test-time optimization of one prompt: the model is frozen, and an offset of the prompt's latent is trained
//! by score distillation. It begins at 0, which is the answer of the amortized model.
//!
//! ATT3D (Lorraine et al. 2023, B.1.13) finetunes an offset to the output of its mapping network. The latent
//! comes before this network, so its offset is small and fits every kind of generator.
//!
//! - `latent`: the latent of the prompt with the offset;
//! - `held`: the measure before and after;
//! - `run`: the command.

mod error;
mod held;
mod latent;
mod run;

pub use error::RefineError;
pub use run::{Refine, run};

#[cfg(test)]
mod tests;
