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
//! # Files and pictures
//!
//! This example generates a mesh with textures and a triangle budget, encodes it as a GLB, and draws it.
//! [`pipeline::write_mesh`] writes a file instead.
//!
//! ```
//! # #[cfg(feature = "bundled-model")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use att3d::error::no_progress;
//! use att3d::pipeline::{Camera, ExportOptions, MeshFormat, RenderOptions, encode_mesh};
//! use att3d::{GenerateOptions, Model};
//!
//! let model = Model::bundled()?;
//! let options = GenerateOptions {
//!     resolution: 64,
//!     triangles: Some(2_000),
//!     texture_size: Some(128),
//!     ..GenerateOptions::default()
//! };
//! let chair = model.generate("a red chair", &options)?;
//! let export = ExportOptions { placement: chair.origin.placement(), ..ExportOptions::default() };
//! let glb = encode_mesh(&chair, MeshFormat::Glb, export)?;
//! assert!(glb.starts_with(b"glTF"));
//! let size = RenderOptions { width: 64, height: 64, ..RenderOptions::default() };
//! let picture = chair.picture(model.engine().as_ref(), &Camera::default(), &size, &no_progress)?;
//! assert_eq!(picture.rgba8.len(), 64 * 64 * 4);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "bundled-model"))]
//! # fn main() {}
//! ```
//!
//! # Background work
//!
//! A [`pipeline::Job`] works on its own thread and can be canceled. A [`pipeline::LiveSession`] follows a
//! text field. The session generates the mesh of the newest prompt. If a newer prompt arrives before the work
//! on an older prompt begins, the session skips the older prompt.
//!
//! ```
//! # #[cfg(feature = "bundled-model")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use att3d::pipeline::{Job, LiveSession, Source};
//! use att3d::{GenerateOptions, Model};
//! use std::sync::Arc;
//!
//! let model = Arc::new(Model::bundled()?);
//! let options = GenerateOptions { resolution: 32, ..GenerateOptions::default() };
//! let job = Job::generate(Some(model.clone()), Source::Prompt("a pig".into()), options, None)?;
//! job.wait(None)?;
//! assert!(!job.take()?.mesh.triangles.is_empty());
//!
//! let session = LiveSession::start(Box::new(move || Some(model.clone())), options)?;
//! session.set_prompt("a pig wearing a sombr", true);
//! session.wait(None)?;
//! assert_eq!(session.status().typed.completed.as_deref(), Some("sombrero"));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "bundled-model"))]
//! # fn main() {}
//! ```
//!
//! # Mixes of prompts, and given meshes
//!
//! Latents of one model can be mixed. [`Model::morph`] makes the mesh of a first latent and moves its
//! vertices to the surfaces of further latents. A model that takes shapes makes a new mesh from a given shape
//! ([`pipeline::stylize`]), or new materials for a given file ([`pipeline::restyle()`]).
//!
//! ```
//! # #[cfg(feature = "bundled-model")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use att3d::error::no_progress;
//! use att3d::pipeline::{ExportOptions, MeshFormat, RestyleOptions, Shape, encode_mesh, restyle, stylize};
//! use att3d::{GenerateOptions, Model};
//!
//! let model = Model::bundled()?;
//! let options = GenerateOptions { resolution: 32, ..GenerateOptions::default() };
//! let prompts = model.embed(&["a red chair", "a green table"])?;
//! let between = model.mix(&prompts, &[0.5, 0.5])?;
//! assert!(!model.mesh_of(&between, &options, &no_progress)?.mesh.triangles.is_empty());
//!
//! let chair = model.generate("a red chair", &options)?;
//! let shape = Shape::from_mesh(&chair.mesh)?.keeping(0.5)?;
//! let golden = stylize(&model, "made of gold", &shape, &options, &no_progress)?;
//! assert!(!golden.mesh.triangles.is_empty());
//!
//! let glb = encode_mesh(&chair, MeshFormat::Glb, ExportOptions::default())?;
//! let textures = RestyleOptions { texture_size: 64, ..RestyleOptions::default() };
//! let restyled = restyle(&model, "a chair made of gold", &glb, &textures, &no_progress)?;
//! assert_eq!(restyled.repainted.len(), 1);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "bundled-model"))]
//! # fn main() {}
//! ```
//!
//! # The pipeline
//!
//! ```text
//! prompt ─ tokenizer ─ text encoder ─► latent          (interpolation mixes only latents)
//!                                        │
//!        given shape, or a sphere ─► generator ─► field (planes or voxel grids, and a tiny MLP)
//!                                                     │
//!          surface ─► mesh ─► fewer triangles ─► textures ─► glTF
//! ```
//!
//! # The module layers
//!
//! A module imports only from its own layer or layers below. The test `tests/layers.rs` lists the permitted
//! imports.
//!
//! | layer | contents |
//! |---|---|
//! | `capi` | the C functions of `include/att3d.h` |
//! | [`pipeline`] | models, generation of meshes from prompts, jobs, live sessions |
//! | [`text`], [`generator`] | the networks, each defined once |
//! | [`convert`] | conversion of other programs' models to packages; on the layer of the pipeline |
//! | [`weights`], [`nn`] | packages; layers of networks |
//! | [`tensor`] | the interface to the engine; it checks the shapes of the operands of every operation |
//! | [`engine`] | the kernels: `cpu` here, libtorch in a separate crate |
//! | [`error`], [`mesh`], [`appearance`], [`color`], [`files`], `math`, `vector` | what every layer may use |
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
mod math;
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
