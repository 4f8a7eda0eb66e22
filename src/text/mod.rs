//! Prompts to embeddings: the tokenizer and the CLIP text transformer.

#![forbid(unsafe_code)]

pub mod encoder;

pub use encoder::{Latent, TextEncoder};
