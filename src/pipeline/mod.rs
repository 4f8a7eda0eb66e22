//! The pipeline from prompts to meshes.
//!
//! A [`Model`] on a [`Context`]'s engine embeds prompts. A latent, or a mix of several, becomes an
//! [`ObjectField`] in one forward pass, and a field becomes a colored mesh. A [`Job`] makes a mesh on its own
//! thread. A [`LiveSession`] makes the mesh of the newest request.

#![forbid(unsafe_code)]

mod assembly;
mod bundled;
pub mod callback;
mod context;
mod deformation;
mod description;
mod error;
mod export;
mod field;
mod generate;
mod generated;
mod job;
mod live;
mod model;
mod morph;
mod offset;
mod options;
mod origin;
mod painting;
mod parameters;
mod picture;
mod restyle;
mod shape;
mod variants;
mod worker;

pub use crate::detail::{Floaters, HullOptions, Loss};
pub use crate::engine::choice::{DeviceInfo, Devices, OpenError, devices};
pub use crate::engine::options::{Device, EngineChoice, EngineOptions, ThreadPriority};
pub use crate::engine::{Engine, Precision};
pub use crate::gltf::Host;
pub use crate::nn::Latent;
pub use crate::render::{Camera, RenderOptions};
pub use crate::text::{NoThing, Purpose, Reading, ReplacedWord, Typed};
pub use crate::texture::Baked;
pub use crate::weights::config::{SurfaceConfig, WordGroup};
pub use crate::weights::{Offset, OffsetError, OffsetProblem, Package};
pub use bundled::package_bytes;
pub use context::Context;
pub use description::Description;
pub use error::{ErrorKind, InsideCallback, PipelineError};
pub use export::{ExportOptions, MeshFormat, encode_frames, encode_mesh, write_frames, write_mesh};
pub use field::{Appearance, ObjectField, Query};
pub use generate::{generate, generate_with_offset, generate_with_progress, stylize};
pub use generated::{Generated, Morph, Residual, Timings};
pub use job::{Job, JobState, Progress, Source, TakeError};
pub use live::{LiveMesh, LiveSession, LiveStatus, ModelSource};
pub use model::{Embedding, Model};
pub use morph::{MOST_KEYFRAMES, MorphOptions};
pub use options::GenerateOptions;
pub use origin::Origin;
pub use painting::Painting;
pub use restyle::{RepaintedMaterial, RestyleOptions, Restyled, restyle, restyle_document, restyle_file};
pub use shape::{DEFAULT_KEEP, FITTED, Shape, ShapeFrame, ShapePoint, ShapeSurface, check_finite};
pub use worker::serve_worker;
