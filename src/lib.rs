//! Amortized text-to-3D: one forward pass turns a prompt into a coloured mesh.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use att3d::engine::{Engine, cpu::CpuEngine};
//! use att3d::pipeline::{GenerateOptions, Model, generate};
//!
//! let engine: Arc<dyn Engine> = Arc::new(CpuEngine::new(None)?);
//! # #[cfg(feature = "bundled-model")]
//! # {
//! let model = Model::bundled(&engine)?;
//! let options = GenerateOptions { resolution: 64, ..GenerateOptions::default() };
//! let pig = generate(&model, "a pig wearing a party hat", &options)?;
//! assert!(!pig.mesh.triangles.is_empty());
//! assert!(pig.unknown_words.is_empty());
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # The pipeline
//!
//! ```text
//! prompt ─ tokenizer ─ text encoder ─► latent          (interpolation mixes latents, here and nowhere else)
//!                                        │
//!              shape, or the sphere ─► generator ─► field (planes or voxel grids, and a tiny MLP)
//!                                                     │
//!                        surface ─► mesh ─► colours ─► glTF
//! ```
//!
//! # The floors
//!
//! Imports point only downwards; `tests/floors.rs` holds us to it.
//!
//! | floor | what it knows |
//! |---|---|
//! | [`pipeline`] | models, prompts to meshes |
//! | [`text`], [`generator`] | the networks, each defined once |
//! | [`weights`], [`nn`] | packages; layers |
//! | [`tensor`] | the façade: shapes are checked here and nowhere else |
//! | [`engine`] | the kernels: `cpu` here, libtorch in its own crate |
//! | [`error`], [`mesh`], [`color`], [`files`] | what all may know |
//!
//! Beside the networks stand [`surface`], [`render`] and [`mod@gltf`]: they know no tensors, only functions of points and meshes.

pub mod color;
pub mod engine;
pub mod error;
pub mod files;
pub mod generator;
pub mod gltf;
pub mod mesh;
pub mod nn;
pub mod pipeline;
pub mod render;
pub mod surface;
pub mod tensor;
pub mod text;
pub mod weights;
