//! Reading, editing and writing of glTF 2.0 files.
//!
//! [`encode_glb`] and [`write_glb`] write one mesh with one material. [`encode_asset`] also writes textures,
//! levels of detail and hulls. A [`Document`] is a file that was read, GLB or `.gltf`. [`Document::scene`]
//! returns what its default scene shows, [`Document::replace_materials`] assigns new materials, and
//! [`Document::to_glb`] writes the document.
//!
//! Frame: meters, +Y up. [`Placement`] sets the scale and the pivot.

#![forbid(unsafe_code)]

mod compress;
mod document;
mod error;
mod provenance;
mod read;
mod restyle;
mod scene;
mod write;

pub use crate::mesh::Placement;
pub use compress::compress;
pub use document::{Document, read_bytes};
pub use error::GltfError;
pub use provenance::Provenance;
pub use read::{ReadAsset, parse_glb, parse_parts, read_glb};
pub use restyle::{Cut, MaterialReplacement, ReplacedMaterials, TexturedPrimitive, restyle};
pub use scene::{Named, ScenePart, SceneView, Warning};
pub use write::{
    AnimationFrame, AssetInfo, Beside, Host, PackedTextures, Textures, encode_asset, encode_asset_compressed,
    encode_frames, encode_frames_compressed, encode_glb, write_glb,
};
