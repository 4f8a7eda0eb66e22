//! Amortized text-to-3D: one forward pass turns a prompt into a coloured mesh.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use att3d::pipeline::{Context, Device, GenerateOptions, Model, generate};
//!
//! let context = Context::new(Device::Auto, 0)?;
//! # #[cfg(feature = "bundled-model")]
//! # {
//! let model = Model::bundled(context.engine())?;
//! let options = GenerateOptions { resolution: 64, ..GenerateOptions::default() };
//! let pig = generate(&model, "a pig wearing a party hat", &options)?;
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
//! prompt ─ tokenizer ─ text encoder ─► latent          (interpolation mixes latents, here and nowhere else)
//!                                        │
//!              shape, or the sphere ─► generator ─► field (planes or voxel grids, and a tiny MLP)
//!                                                     │
//!          surface ─► mesh ─► fewer triangles ─► textures ─► glTF
//! ```
//!
//! # The floors
//!
//! Imports point only downwards; `tests/floors.rs` holds us to it.
//!
//! | floor | what it knows |
//! |---|---|
//! | `capi` | the C functions of `include/att3d.h` |
//! | [`pipeline`] | models, prompts to meshes, jobs, live sessions |
//! | [`text`], [`generator`] | the networks, each defined once; beside the pipeline, [`convert`] makes packages of other programs' models |
//! | [`weights`], [`nn`] | packages; layers |
//! | [`tensor`] | the façade: shapes are checked here and nowhere else |
//! | [`engine`] | the kernels: `cpu` here, libtorch in its own crate |
//! | [`error`], [`mesh`], [`appearance`], [`color`], [`files`], `vector` | what all may know |
//!
//! Beside the networks stand [`surface`], [`detail`], [`texture`], [`render`], [`mod@gltf`] and [`formats`]: they know no tensors, only functions of points and meshes.

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
