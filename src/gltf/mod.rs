//! Binary glTF (GLB): what hosts and viewers open.
//!
//! [`encode_glb`] and [`write_glb`] make one mesh with one material, [`encode_asset`] one with textures, levels of detail and a hull; [`read_glb`] takes back such files, and those of
//! others as far as a picture can be made of them. Frames: metres, +Y up, pivot where [`Placement`] puts it.

#![forbid(unsafe_code)]

mod error;
mod read;
mod write;

pub use crate::mesh::Placement;
pub use error::GltfError;
pub use read::{ReadAsset, parse_glb, read_glb};
pub use write::{
    AssetInfo, Beside, Frame, Host, Textures, encode_asset, encode_frames, encode_glb, write_glb,
};
