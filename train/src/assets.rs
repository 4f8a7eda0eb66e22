//! A studio's own assets as ground truth: GLB files with captions.
//!
//! Each asset is fitted into object space as the library fits a given shape. Its signed distance comes from
//! `solid`, and its colors and materials from its textures. Points are drawn once, when the assets are read,
//! since distances to meshes are slower than a training step.

mod asset;
mod captions;
mod error;
mod pool;
pub mod samples;
mod solid;
mod source;
#[cfg(test)]
pub mod tests;
mod winding;

pub use asset::Asset;
pub use error::AssetError;
pub use pool::Pool;
pub use source::{AssetOptions, AssetSource, Assets};
