//! Binary glTF (GLB): what hosts and viewers open.
//!
//! [`encode_glb`] and [`write_glb`] make one mesh with one material, [`encode_asset`] one with textures, levels of detail and a hull; [`read_glb`] takes back such files, [`compress`]ed or not, and those of
//! others as far as a picture can be made of them. Frames: metres, +Y up, pivot where [`Placement`] puts it.

#![forbid(unsafe_code)]

mod compress;
mod container;
mod error;
mod read;
mod restyle;
mod write;

pub use crate::mesh::Placement;
pub use compress::compress;
pub use error::GltfError;
pub use read::{Part, ReadAsset, parse_glb, parse_parts, read_bytes, read_glb};
pub use restyle::{Cut, Dress, Redressed, Wearer, restyle};
pub use write::{
    AssetInfo, Beside, Frame, Host, PackedTextures, Textures, encode_asset, encode_frames, encode_glb,
    write_glb,
};
