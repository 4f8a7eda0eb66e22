//! glTF 2.0: what hosts and viewers open.
//!
//! [`encode_glb`] and [`write_glb`] make one mesh with one material, [`encode_asset`] one with textures, levels of detail and a hull. A [`Document`] is a file
//! that was read, GLB or `.gltf`: [`Document::scene`] says what it shows, [`Document::dress`] gives it new materials, [`Document::to_glb`] writes it.
//! Frames: metres, +Y up, pivot where [`Placement`] puts it.

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
pub use restyle::{Cut, Dress, Redressed, Wearer, restyle};
pub use scene::{Named, Part, SceneView, Warning};
pub use write::{
    AssetInfo, Beside, Frame, Host, PackedTextures, Textures, encode_asset, encode_asset_compressed,
    encode_frames, encode_frames_compressed, encode_glb, write_glb,
};
