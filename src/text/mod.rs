//! Text embeddings of prompts: the reading of prompts, the tokenizer and the CLIP text transformer.

#![forbid(unsafe_code)]

pub mod encoder;
pub mod reading;
pub mod tokenizer;
mod typing;

pub use encoder::TextEncoder;
pub use reading::{NoThing, Purpose, Reading, ReplacedWord};
pub use tokenizer::{Encoded, Tokenizer, TokenizerError, TokenizerService};
pub use typing::Typed;
