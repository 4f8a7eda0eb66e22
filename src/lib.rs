//! Amortized text-to-3D: one forward pass turns a prompt into a colored mesh.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use att3d::{GenerateOptions, Model};
//!
//! # #[cfg(feature = "bundled-model")]
//! # {
//! let model = Model::bundled()?;
//! let options = GenerateOptions { resolution: 64, ..GenerateOptions::default() };
//! let pig = model.generate("a pig wearing a party hat", &options)?;
//! assert!(!pig.mesh.triangles.is_empty());
//! assert!(pig.origin.reading.left_out.is_empty());
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # The pipeline
//!
//! ```text
//! prompt ─ tokenizer ─ text encoder ─► latent          (interpolation mixes latents and nothing else)
//!                                        │
//!              shape, or the sphere ─► generator ─► field (planes or voxel grids, and a tiny MLP)
//!                                                     │
//!          surface ─► mesh ─► fewer triangles ─► textures ─► glTF
//! ```
//!
//! # The module layers
//!
//! A module imports only from layers below its own. The test `tests/floors.rs` enforces this.
//!
//! | layer | contents |
//! |---|---|
//! | `capi` | the C functions of `include/att3d.h` |
//! | [`pipeline`] | models, generation of meshes from prompts, jobs, live sessions |
//! | [`text`], [`generator`] | the networks, each defined once |
//! | [`convert`] | conversion of other programs' models to packages; on the layer of the networks |
//! | [`weights`], [`nn`] | packages; layers of networks |
//! | [`tensor`] | the façade over the engine, and the only place where tensor shapes are checked |
//! | [`engine`] | the kernels: `cpu` here, libtorch in a separate crate |
//! | [`error`], [`mesh`], [`appearance`], [`color`], [`files`], `vector` | what every layer may use |
//!
//! [`surface`], [`detail`], [`texture`], [`render`], [`mod@gltf`] and [`formats`] are on the layer of the
//! networks. They use no tensors, only meshes and functions of points.

pub mod appearance;
mod capi;
pub mod color;
pub mod convert;
pub mod detail;
pub mod engine;
pub mod error;
pub mod files;
pub mod formats;
pub mod generator;
pub mod gltf;
pub mod mesh;
pub mod nn;
pub mod pipeline;
pub mod render;
pub mod surface;
pub mod tensor;
pub mod text;
pub mod texture;
mod vector;
pub mod weights;

pub use pipeline::{Context, GenerateOptions, Generated, Model, PipelineError};
